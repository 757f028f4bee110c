//! The history of one symbol, walked directly: the commits of its file only, newest first, following renames and moves.
//! Never does: look at commits that left the file alone (that is `anchor`), or keep anything.
//!
//! History is simplified as `git log <path>` does it, and once more by symbol: a commit whose symbol equals that of some
//! parent is explained by that parent, and only that parent is followed.

use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};

use backstory_syntax::{Language, LocalKey};
use gix::ObjectId;
use serde::{Deserialize, Serialize};

use crate::anchor::{Anchors, Spot};
use crate::change::{Change, ChangeKind, Limit, Lineage};
use crate::commit::{Commit, short_id};
use crate::elsewhere::{self, Search};
use crate::error::{Error, Stop};
use crate::frontier::{Frontier, Standing};
use crate::historian::Historian;
use crate::kinds::{FileRelation, classify, count_lines, is_merge_edited};
use crate::objects::{Node, Objects};
use crate::origin::in_older_file;
use crate::repository::Repository;
use crate::table::{TableCache, same_name};
use crate::version::Version;

/// Which symbol, as of which commit.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct HistoryQuery {
    /// Relative to the repository's root, with `/`.
    pub path: String,
    pub key: LocalKey,
    /// The full hash of the commit to look back from.
    pub at: String,
}

/// Walks the history of a symbol. `on_change` sees each change as soon as it is known, newest first by commit date; the
/// result holds the same changes. Setting `interrupted` from another thread ends the walk with [`Limit::Interrupted`].
///
/// A single question is asked so; for several, a [`Historian`] is quicker.
///
/// # Errors
/// [`Error::UnknownCommit`] where `at` is not in the repository, [`Error::Read`] where an object is damaged.
pub fn lineage(
    repository: &Repository,
    query: &HistoryQuery,
    interrupted: &AtomicBool,
    on_change: &mut dyn FnMut(&Change),
) -> Result<Lineage, Error> {
    Historian::new(repository)?.lineage(query, interrupted, on_change)
}

/// What a walk reads from, and learns as it goes.
pub(crate) struct Sources<'a> {
    pub objects: &'a mut Objects,
    pub anchors: &'a mut Anchors,
    pub tables: &'a TableCache,
}

/// The lineage of a symbol, from its commit on back.
pub(crate) fn walk(
    sources: Sources<'_>,
    query: &HistoryQuery,
    interrupted: &AtomicBool,
    on_change: &mut dyn FnMut(&Change),
) -> Result<Lineage, Error> {
    let (lineage, frontier) = (Lineage::default(), Frontier::default());
    let mut walk = Walk { sources, interrupted, on_change, lineage, frontier };
    match walk.run(query) {
        Ok(()) => {}
        Err(Stop::Interrupted) => walk.limit(Limit::Interrupted),
        Err(Stop::Missing(object)) => walk.limit(Limit::MissingObject { object: object.to_string() }),
        Err(Stop::Failed(error)) => return Err(error),
    }
    walk.lineage.complete = walk.lineage.limits.is_empty();
    Ok(walk.lineage)
}

/// The commit that a question starts from.
pub(crate) fn start_node(objects: &mut Objects, revision: &str) -> Result<Node, Stop> {
    let unknown = || Error::UnknownCommit { revision: revision.to_owned() };
    let id = ObjectId::from_hex(revision.as_bytes()).map_err(|_| unknown())?;
    match objects.node(id) {
        Err(Stop::Missing(_)) => Err(unknown().into()),
        node => node,
    }
}

struct Walk<'a> {
    sources: Sources<'a>,
    interrupted: &'a AtomicBool,
    on_change: &'a mut dyn FnMut(&Change),
    frontier: Frontier,
    lineage: Lineage,
}

/// A parent commit with what stands at the symbol's path there, and the symbol where it was found.
struct Parent {
    node: Node,
    blob: Option<ObjectId>,
    found: Option<(Standing, FileRelation)>,
}

impl Walk<'_> {
    fn run(&mut self, query: &HistoryQuery) -> Result<(), Stop> {
        let node = start_node(self.sources.objects, &query.at)?;
        let Some(start) = self.start(&node, query)? else { return Ok(()) };
        self.lineage.found = true;
        self.frontier.push(node, start);
        while let Some((node, standing)) = self.frontier.pop() {
            self.poll()?;
            match self.visit(&node, &standing) {
                // Other lines of history may still reach the origin.
                Err(Stop::Missing(object)) => self.limit(Limit::MissingObject { object: object.to_string() }),
                step => step?,
            }
        }
        Ok(())
    }

    fn start(&mut self, node: &Node, query: &HistoryQuery) -> Result<Option<Standing>, Stop> {
        let Sources { objects, tables, .. } = &mut self.sources;
        let Some(language) = Language::of_path(&query.path) else { return Ok(None) };
        let Some(blob) = objects.blob_at(node.tree, &query.path)? else { return Ok(None) };
        let file = objects.file(blob)?;
        let table = tables.get(&file, language);
        let Some(index) = table.find(&query.key) else { return Ok(None) };
        let version = Version::of(&query.path, language, &file.text, &table, index);
        Ok(Some(Standing { file, version: Rc::new(version) }))
    }

    /// Looks from one commit at its parents: reports what the commit did to the symbol, and adds the parents to follow.
    fn visit(&mut self, node: &Node, new: &Standing) -> Result<(), Stop> {
        let Sources { objects, anchors, tables } = &mut self.sources;
        let spot = Spot { path: &new.version.path, blob: new.file.id };
        let anchor = anchors.find(objects, None, node, spot, self.interrupted)?;
        if anchor.id != node.id {
            self.frontier.push(anchor, new.clone());
            return Ok(());
        }
        if objects.is_boundary(node.id) {
            let commit = short_id(&objects.git, node.id);
            self.limit(Limit::Shallow { commit });
            return Ok(());
        }
        let mut parents = read_parents(objects, node, &new.version.path)?;
        for parent in &mut parents {
            let Some(blob) = parent.blob else { continue };
            let old = in_older_file(tables, new, objects.file(blob)?, &new.version.path);
            let Some(old) = old else { continue };
            if is_same(&old.version, &new.version) {
                self.frontier.push(parent.node.clone(), old);
                return Ok(());
            }
            parent.found = Some((old, FileRelation::Same));
        }
        self.search_elsewhere(node, new, &mut parents)?;
        self.report(node, new, &parents)?;
        for parent in parents {
            if let Some((old, _)) = parent.found {
                self.frontier.push(parent.node, old);
            }
        }
        Ok(())
    }

    /// Where a parent has the symbol in its file, one that lacks it just never had it; unless it lacks the whole file.
    fn search_elsewhere(&mut self, node: &Node, new: &Standing, parents: &mut [Parent]) -> Result<(), Stop> {
        let is_known = parents.iter().any(|parent| parent.found.is_some());
        for parent in parents.iter_mut().filter(|parent| parent.found.is_none()) {
            let file_is_new = parent.blob.is_none();
            if is_known && !file_is_new {
                continue;
            }
            let Sources { objects, tables, .. } = &mut self.sources;
            let changed = objects.changed_files(parent.node.tree, node.tree)?;
            let mut search = Search { objects, tables, interrupted: self.interrupted, new, file_is_new };
            let outcome = elsewhere::search(&mut search, &changed)?;
            parent.found = outcome.found;
            if let Some(capped) = outcome.capped.filter(|_| !is_known) {
                let commit = short_id(&objects.git, node.id);
                let count = |files: usize| u32::try_from(files).unwrap_or(u32::MAX);
                let (searched, changed) = (count(capped.searched), count(capped.changed));
                self.limit(Limit::TooManyCandidates { commit, searched, changed });
            }
        }
        Ok(())
    }

    fn report(&mut self, node: &Node, new: &Standing, parents: &[Parent]) -> Result<(), Stop> {
        let new = &new.version;
        let olds: Vec<&(Standing, FileRelation)> =
            parents.iter().filter_map(|parent| parent.found.as_ref()).collect();
        let Some((first, relation)) = olds.first() else {
            let lines = count_lines("", &new.text).0;
            return self.emit(node, new, None, vec![ChangeKind::Introduced], (lines, 0));
        };
        let texts: Vec<&str> = olds.iter().map(|(old, _)| old.version.text.as_str()).collect();
        let is_moved = olds.iter().all(|(old, _)| !is_same_place(&old.version, new));
        if olds.len() > 1 && !is_moved && !is_merge_edited(&texts, &new.text) {
            return Ok(());
        }
        let old = &first.version;
        let lines = count_lines(&old.text, &new.text);
        self.emit(node, new, Some(old), classify(old, new, *relation), lines)
    }

    fn emit(
        &mut self,
        node: &Node,
        new: &Version,
        old: Option<&Version>,
        kinds: Vec<ChangeKind>,
        (lines_added, lines_removed): (u32, u32),
    ) -> Result<(), Stop> {
        if kinds.is_empty() {
            return Ok(());
        }
        let change = Change {
            commit: Commit::clone(&*self.sources.objects.commit(node.id)?),
            kinds,
            path: new.path.clone(),
            key: new.key.clone(),
            from: old.filter(|old| !is_same_place(old, new)).map(Version::place),
            lines_added,
            lines_removed,
        };
        (self.on_change)(&change);
        self.lineage.changes.push(change);
        Ok(())
    }

    fn poll(&self) -> Result<(), Stop> {
        if self.interrupted.load(Ordering::Relaxed) { Err(Stop::Interrupted) } else { Ok(()) }
    }

    fn limit(&mut self, limit: Limit) {
        if !self.lineage.limits.contains(&limit) {
            self.lineage.limits.push(limit);
        }
    }
}

fn read_parents(objects: &mut Objects, node: &Node, path: &str) -> Result<Vec<Parent>, Stop> {
    let mut parent = |&id: &ObjectId| {
        let node = objects.node(id)?;
        let blob = objects.blob_at(node.tree, path)?;
        Ok(Parent { node, blob, found: None })
    };
    node.parents.iter().map(&mut parent).collect()
}

fn is_same(old: &Version, new: &Version) -> bool {
    is_same_place(old, new) && old.fingerprint.text == new.fingerprint.text
}

/// A position among symbols of one name is no place of its own: another variant before this one changes it.
fn is_same_place(old: &Version, new: &Version) -> bool {
    old.path == new.path && same_name(&old.key, &new.key)
}
