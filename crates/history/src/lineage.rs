//! The history of one symbol, walked directly: the commits of its file only, newest first, following renames and moves.
//! Never does: look at commits that left the file alone (that is `anchor`), or keep anything.
//!
//! History is simplified as `git log <path>` does it, and once more by symbol: a commit whose symbol equals that of some
//! parent is explained by that parent, and only that parent is followed.

use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};

use backstory_store::Store;
use backstory_syntax::{Language, LocalKey};
use gix::ObjectId;
use serde::{Deserialize, Serialize};

use crate::anchor::{Anchors, Spot};
use crate::change::{Change, ChangeKind, Limit, Lineage, Place};
use crate::commit::{Commit, short_id};
use crate::elsewhere::{self, Search};
use crate::error::{Error, Stop};
use crate::frontier::{Frontier, Standing, Step};
use crate::historian::Historian;
use crate::kinds::{FileRelation, classify, count_lines, is_merge_edited};
use crate::linked::Links;
use crate::objects::{Node, Objects};
use crate::origin::in_older_file;
use crate::remembered::Remembered;
use crate::repository::Repository;
use crate::returned::{self, Deletion};
use crate::table::{TEXT_LIMIT, TableCache, same_name};
use crate::transfer::{absorbed, extracted_from};
use crate::version::Version;
use crate::whole::file_query;

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
/// [`Error::UnknownCommit`] where `at` is not in the repository, [`Error::Read`] where the
/// repository cannot be read. Objects that are missing or damaged are limits.
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
    /// What other commits say, where that is wanted.
    pub links: Option<&'a Links>,
    /// Lineages that are remembered, where a walk may end in one.
    pub known: Option<(&'a mut Remembered, &'a Store)>,
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

/// What a commit did to the symbol.
#[derive(Default)]
struct Event {
    kinds: Vec<ChangeKind>,
    from: Option<Place>,
    other: Option<Place>,
    /// Added and removed.
    lines: (u32, u32),
}

impl Event {
    fn add(&mut self, kind: ChangeKind) {
        self.kinds.push(kind);
        self.kinds.sort();
    }
}

impl Walk<'_> {
    fn run(&mut self, query: &HistoryQuery) -> Result<(), Stop> {
        let node = start_node(self.sources.objects, &query.at)?;
        let Some(start) = self.start(&node, query)? else { return Ok(()) };
        self.lineage.found = true;
        self.frontier.push(node, start);
        while let Some((node, step)) = self.frontier.pop() {
            self.poll()?;
            let visited = match step {
                Step::Present(standing) => self.visit(&node, &standing),
                Step::Deleted(standing, parent) => self.deleted(&node, standing, parent),
            };
            match visited {
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
        Ok(Some(Standing::new(file, Rc::new(version))))
    }

    /// Looks from one commit at its parents: reports what the commit did to the symbol, and adds the parents to follow.
    fn visit(&mut self, node: &Node, new: &Standing) -> Result<(), Stop> {
        let Sources { objects, anchors, .. } = &mut self.sources;
        let spot = Spot { path: &new.version.path, blob: Some(new.file.id) };
        let anchor = anchors.find(objects, node, spot, self.interrupted)?;
        if anchor.id != node.id {
            self.frontier.push(anchor, new.clone());
            return Ok(());
        }
        if objects.is_boundary(node.id) {
            let commit = short_id(&objects.git, node.id);
            self.limit(Limit::Shallow { commit });
            return Ok(());
        }
        if self.goes_on_as_known(node, new) {
            return Ok(());
        }
        let Sources { objects, anchors, tables, .. } = &mut self.sources;
        let mut parents = read_parents(objects, anchors, node, &new.version.path)?;
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

    /// Where nothing else is left to visit, the rest of a walk is the lineage at that place: takes it over where it is remembered.
    fn goes_on_as_known(&mut self, node: &Node, new: &Standing) -> bool {
        let Some((remembered, store)) = &mut self.sources.known else { return false };
        let at = node.id.to_string();
        if !self.frontier.is_empty() || !remembered.is_whole(store, &file_query(&at, &new.version.path)) {
            return false;
        }
        let Version { path, key, language, .. } = &*new.version;
        let table = self.sources.tables.get(&new.file, *language);
        // Where several have one name, the version followed here may go by the position of another version.
        let mut named = table.symbols.iter().filter(|symbol| same_name(&symbol.key, key));
        if named.next().is_none_or(|symbol| symbol.key != *key) || named.next().is_some() {
            return false;
        }
        let query = HistoryQuery { path: path.clone(), key: LocalKey::clone(key), at };
        let Some(rest) = remembered.get(self.sources.objects, store, &query) else { return false };
        // Where dates of commits are wrong, a part of it may have been visited before.
        let is_told = |change: &Change, told: &[Change]| {
            let is_it = |told: &Change| {
                told.commit.id == change.commit.id && (&told.path, &told.key) == (&change.path, &change.key)
            };
            told.iter().any(is_it)
        };
        for change in &rest.changes {
            if !is_told(change, &self.lineage.changes) {
                (self.on_change)(change);
                self.lineage.changes.push(change.clone());
            }
        }
        true
    }

    /// Where a parent has the symbol in its file, one that lacks it just never had it; unless it lacks the whole file.
    fn search_elsewhere(&mut self, node: &Node, new: &Standing, parents: &mut [Parent]) -> Result<(), Stop> {
        let is_known = parents.iter().any(|parent| parent.found.is_some());
        for parent in parents.iter_mut().filter(|parent| parent.found.is_none()) {
            if is_known && parent.blob.is_some() {
                continue;
            }
            let Sources { objects, tables, .. } = &mut self.sources;
            let changed = objects.changed_files(parent.node.tree, node.tree)?;
            let mut search =
                Search { objects, tables, interrupted: self.interrupted, new, here: parent.blob };
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
        let olds: Vec<&(Standing, FileRelation)> =
            parents.iter().filter_map(|parent| parent.found.as_ref()).collect();
        let Some((first, relation)) = olds.first() else { return self.report_origin(node, new, parents) };
        let texts: Vec<&str> = olds.iter().map(|(old, _)| old.version.text.as_str()).collect();
        let is_moved = olds.iter().all(|(old, _)| !is_same_place(&old.version, &new.version));
        if olds.len() > 1 && !is_moved && !is_merge_edited(&texts, &new.version.text) {
            return Ok(());
        }
        let (old, mut event) = (&first.version, Event::default());
        event.kinds = classify(old, &new.version, *relation);
        if event.kinds.contains(&ChangeKind::Body) {
            event.other = absorbed(self.sources.tables, first, new);
        }
        if event.other.is_some() {
            event.add(ChangeKind::Absorbed);
        }
        event.from = Some(old).filter(|old| !is_same_place(old, &new.version)).map(|old| old.place());
        event.lines = count_lines(&old.text, &new.version.text);
        self.emit(node, &new.version, event)
    }

    /// The symbol is in no parent: it is new, or it has come back.
    fn report_origin(&mut self, node: &Node, new: &Standing, parents: &[Parent]) -> Result<(), Stop> {
        let mut event = Event { kinds: vec![ChangeKind::Introduced], ..Event::default() };
        event.lines.0 = count_lines("", &new.version.text).0;
        let Some(parent) = parents.first() else { return self.emit(node, &new.version, event) };
        if self.is_past_reading(parents)? {
            let commit = short_id(&self.sources.objects.git, node.id);
            self.limit(Limit::TooLarge { commit, path: new.version.path.clone() });
            return Ok(());
        }
        let deletion = returned::deletion(&mut self.sources, &parent.node, new, self.interrupted);
        if let Some(deletion) = self.unless_missing(deletion)?.flatten() {
            let Deletion { node: deleting, parent, standing } = deletion;
            event.kinds = classify(&standing.version, &new.version, FileRelation::Same);
            event.kinds.retain(|kind| *kind != ChangeKind::Formatting);
            event.add(ChangeKind::Reintroduced);
            self.emit(node, &new.version, event)?;
            self.frontier.push_deleted(deleting, parent, standing);
            return Ok(());
        }
        let source =
            extracted_from(&mut self.sources, (&parent.node, parent.blob), node, new, self.interrupted);
        event.other = self.unless_missing(source)?.flatten();
        if event.other.is_some() {
            event.add(ChangeKind::Extracted);
        }
        self.emit(node, &new.version, event)
    }

    /// Whether the symbol may be in a parent's file that is too large to be read for symbols.
    fn is_past_reading(&mut self, parents: &[Parent]) -> Result<bool, Stop> {
        for blob in parents.iter().filter_map(|parent| parent.blob) {
            if self.sources.objects.file(blob)?.text.len() > TEXT_LIMIT {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What could not be read is a limit of what is known about a change, not of the change.
    fn unless_missing<T>(&mut self, found: Result<T, Stop>) -> Result<Option<T>, Stop> {
        match found {
            Ok(found) => Ok(Some(found)),
            Err(Stop::Missing(object)) => {
                self.limit(Limit::MissingObject { object: object.to_string() });
                Ok(None)
            }
            Err(stop) => Err(stop),
        }
    }

    fn deleted(&mut self, node: &Node, old: Standing, parent: Node) -> Result<(), Stop> {
        let mut event = Event { kinds: vec![ChangeKind::Deleted], ..Event::default() };
        event.lines.1 = count_lines("", &old.version.text).0;
        self.emit(node, &old.version, event)?;
        self.frontier.push(parent, old);
        Ok(())
    }

    fn emit(&mut self, node: &Node, version: &Version, event: Event) -> Result<(), Stop> {
        let Event { kinds, from, other, lines: (lines_added, lines_removed) } = event;
        if kinds.is_empty() {
            return Ok(());
        }
        let commit = Commit::clone(&*self.sources.objects.commit(node.id)?);
        let Place { path, key } = version.place();
        let ignored = self.sources.objects.is_ignored(node.id);
        let pull_request = commit.links.pull_request.clone();
        let change = Change {
            commit,
            kinds,
            path,
            key,
            from,
            other,
            ignored,
            pull_request,
            // Said by commits outside of the walk, see `linked`.
            reverted_by: Vec::new(),
            picked_as: Vec::new(),
            lines_added,
            lines_removed,
        };
        let links = self.sources.links;
        let linked = links.and_then(|links| links.linked(self.sources.objects, &change));
        let change = linked.unwrap_or(change);
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

fn read_parents(
    objects: &mut Objects,
    anchors: &mut Anchors,
    node: &Node,
    path: &str,
) -> Result<Vec<Parent>, Stop> {
    let mut parent = |&id: &ObjectId| {
        let node = objects.node(id)?;
        let blob = anchors.blob_at(objects, &node, path)?;
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
