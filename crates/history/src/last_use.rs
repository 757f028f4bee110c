//! Which commit took the last use of a name away: a walk from the newest commit back, in which each changed file is searched for the word. Never
//! does: resolve the word; it is for names that nothing has any more.

use std::collections::{BinaryHeap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use backstory_syntax::{Language, LocalKey, parse, whole_words};
use gix::ObjectId;
use gix::bstr::ByteSlice;
use gix::diff::tree::recorder::Change as TreeChange;

use crate::change::Place;
use crate::commit::Commit;
use crate::error::{Error, Stop};
use crate::lineage::start_node;
use crate::objects::{Node, Objects};
use crate::repository::Repository;

/// A commit that changes more files only moves or formats them.
const FILES: usize = 400;

/// What became of the search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LastUse {
    /// The commit that took the last use away, the file that had it, and the symbol around it there.
    Gone { commit: Commit, path: String, user: Option<LocalKey> },
    /// The commit in which the name came; no later one took a use of it away.
    Never { commit: Commit },
    /// So many commits were read, and none took a use away: time was up, or history ends there.
    Unknown { commits: usize },
}

/// Looks from a commit (a full hash) back for the one that took the last use of a word away. `own` is the place of the symbol that has the name by
/// now; what stands in it is no use. Ends with what it knows when it is interrupted or the time has come.
///
/// # Errors
/// [`Error::UnknownCommit`], and [`Error::Read`] where an object is damaged.
pub fn last_use(
    repository: &Repository,
    at: &str,
    word: &str,
    own: &Place,
    until: Instant,
    interrupted: &AtomicBool,
) -> Result<LastUse, Error> {
    let objects = Objects::new(repository)?;
    let mut search = Search { objects, word, own, until, interrupted, commits: 0 };
    match search.walk(at) {
        Ok(Some(found)) => Ok(found),
        Ok(None) | Err(Stop::Missing(_) | Stop::Interrupted) => {
            Ok(LastUse::Unknown { commits: search.commits })
        }
        Err(Stop::Failed(error)) => Err(error),
    }
}

struct Search<'a> {
    objects: Objects,
    word: &'a str,
    own: &'a Place,
    until: Instant,
    interrupted: &'a AtomicBool,
    commits: usize,
}

/// One file on both sides of a commit.
struct Changed {
    path: String,
    old: Option<ObjectId>,
    new: Option<ObjectId>,
}

impl Search<'_> {
    fn walk(&mut self, at: &str) -> Result<Option<LastUse>, Stop> {
        let start = start_node(&mut self.objects, at)?;
        let mut seen = HashSet::from([start.id]);
        let mut waiting = BinaryHeap::from([(start.time, start.id)]);
        while let Some((_, id)) = waiting.pop() {
            self.go_on()?;
            let node = self.objects.node(id)?;
            if self.objects.is_boundary(id) {
                continue;
            }
            // A merge repeats what its branches did.
            if node.parents.len() < 2 {
                if let Some(found) = self.look(&node)? {
                    return Ok(Some(found));
                }
                self.commits += 1;
            }
            for &parent in node.parents.iter() {
                if seen.insert(parent) {
                    waiting.push((self.objects.node(parent)?.time, parent));
                }
            }
        }
        Ok(None)
    }

    fn go_on(&self) -> Result<(), Stop> {
        let is_over = self.interrupted.load(Ordering::Relaxed) || Instant::now() >= self.until;
        if is_over { Err(Stop::Interrupted) } else { Ok(()) }
    }

    /// What a commit did to the word, where that ends the search.
    fn look(&mut self, node: &Node) -> Result<Option<LastUse>, Stop> {
        let changed = self.changed(node)?;
        if changed.len() > FILES {
            return Ok(None);
        }
        let (mut before, mut after) = (0, 0);
        let mut lost = None;
        for file in &changed {
            // A commit of hundreds of files takes as long as hundreds of others.
            self.go_on()?;
            let (old, new) = (self.count(file.old)?, self.count(file.new)?);
            (before, after) = (before + old, after + new);
            if old > new && lost.is_none() {
                lost = Some(file);
            }
        }
        if before == 0 && after > 0 {
            let commit = (*self.objects.commit(node.id)?).clone();
            return Ok(Some(LastUse::Never { commit }));
        }
        let Some(file) = lost.filter(|_| before > after) else { return Ok(None) };
        let Some((path, user)) = self.used(file)? else { return Ok(None) };
        let commit = (*self.objects.commit(node.id)?).clone();
        Ok(Some(LastUse::Gone { commit, path, user }))
    }

    /// The source files that differ between a commit and its parent.
    fn changed(&mut self, node: &Node) -> Result<Vec<Changed>, Stop> {
        let before = match node.parents.first() {
            Some(&parent) => self.objects.node(parent)?.tree,
            None => ObjectId::empty_tree(node.id.kind()),
        };
        let mut recorder = gix::diff::tree::Recorder::default();
        self.objects.compare(before, node.tree, &mut recorder)?;
        let file = |change: TreeChange| {
            let (mode, path, old, new) = match change {
                TreeChange::Addition { entry_mode, oid, path, .. } => (entry_mode, path, None, Some(oid)),
                TreeChange::Deletion { entry_mode, oid, path, .. } => (entry_mode, path, Some(oid), None),
                TreeChange::Modification { entry_mode, previous_oid, oid, path, .. } => {
                    (entry_mode, path, Some(previous_oid), Some(oid))
                }
            };
            let path = path
                .to_str()
                .ok()
                .filter(|path| mode.is_blob() && Language::of_path(path).is_some())?
                .to_owned();
            Some(Changed { path, old, new })
        };
        Ok(recorder.records.into_iter().filter_map(file).collect())
    }

    fn count(&mut self, blob: Option<ObjectId>) -> Result<usize, Stop> {
        let Some(blob) = blob else { return Ok(0) };
        let file = self.objects.file(blob)?;
        Ok(whole_words(&file.text, self.word).count())
    }

    /// A use that an older file has outside of the symbol itself: in another symbol, where there is one.
    fn used(&mut self, file: &Changed) -> Result<Option<(String, Option<LocalKey>)>, Stop> {
        let (Some(blob), Some(language)) = (file.old, Language::of_path(&file.path)) else { return Ok(None) };
        let text = &self.objects.file(blob)?.text;
        let facts = parse(text, language).facts(text);
        let own = facts.outline.find(&self.own.key).filter(|_| file.path == self.own.path);
        let own = own.map(|local| facts.spans.definitions[local.index()].full);
        let is_use = |&at: &u32| !own.is_some_and(|own| own.start <= at && at < own.end);
        let mut users = whole_words(text, self.word).map(|at| at as u32).filter(is_use).map(|at| {
            let user = facts.spans.definition_at(at).map(|local| facts.outline.key(local));
            user.filter(|key| key.name != self.word)
        });
        let Some(first) = users.next() else { return Ok(None) };
        let user = first.or_else(|| users.flatten().next());
        Ok(Some((file.path.clone(), user)))
    }
}
