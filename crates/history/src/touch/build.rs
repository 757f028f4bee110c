//! Building the index: the commits that it lacks, parents first, each compared with its parents tree by tree. Never does: read
//! the content of a file.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

use backstory_syntax::Language;
use gix::ObjectId;
use gix::bstr::{BStr, ByteSlice};
use gix::diff::tree::visit::{Action, Change};
use gix::diff::tree::{Recorder, Visit};
use gix::objs::tree::EntryMode;

use super::segment::{Mark, Mention, Mentioned, Row, Segment};
use super::{MENTION, TouchIndex};
use crate::error::Stop;
use crate::message::{cherry_picked_from, reverts};
use crate::objects::{Node, Objects};

/// Commits in a batch: what a killed build loses at most, some tenths of a second of work.
const BATCH: usize = 2048;

/// Files of one commit that differ from those of one parent: the new content, `None` for no file.
type Differences = HashMap<String, Option<ObjectId>>;

/// Adds everything that leads up to a commit. Each batch goes to `save` before the next one is begun; `on_progress` is told, before the first one too, how
/// many of the missing commits are done, and how many there are.
///
/// An interrupted build ends with [`Stop::Interrupted`]; what was added until then stays.
pub(super) fn extend(
    index: &mut TouchIndex,
    objects: &mut Objects,
    tip: ObjectId,
    interrupted: &AtomicBool,
    on_progress: &mut dyn FnMut(usize, usize),
    save: &mut dyn FnMut(&Segment),
) -> Result<(), Stop> {
    let missing = missing(index, objects, tip, interrupted)?;
    let mut done = 0;
    on_progress(done, missing.len());
    for batch in missing.chunks(BATCH) {
        let mut segment = Segment::default();
        let mut builder = Builder::new(index);
        for commit in batch {
            if interrupted.load(Ordering::Relaxed) {
                return Err(Stop::Interrupted);
            }
            builder.add(&mut segment, objects, *commit)?;
        }
        index.append(&segment).expect("what was written for the index can be read back");
        save(&segment);
        done += batch.len();
        on_progress(done, missing.len());
    }
    Ok(())
}

/// The commits that lead up to the tip and are not in the index, parents before their children.
fn missing(
    index: &TouchIndex,
    objects: &mut Objects,
    tip: ObjectId,
    interrupted: &AtomicBool,
) -> Result<Vec<ObjectId>, Stop> {
    let mut ordered = Vec::new();
    let mut seen = gix::hashtable::HashSet::default();
    // Each with how many of its parents were looked at.
    let mut open: Vec<(Node, usize)> = Vec::new();
    if !index.contains(tip) && seen.insert(tip) {
        open.push((objects.node(tip)?, 0));
    }
    while let Some((node, looked_at)) = open.last_mut() {
        let Some(&parent) = node.parents.get(*looked_at) else {
            ordered.push(node.id);
            open.pop();
            continue;
        };
        *looked_at += 1;
        if interrupted.load(Ordering::Relaxed) {
            return Err(Stop::Interrupted);
        }
        if !index.contains(parent) && seen.insert(parent) {
            open.push((objects.node(parent)?, 0));
        }
    }
    Ok(ordered)
}

/// One batch as it grows on top of an index.
struct Builder<'a> {
    index: &'a TouchIndex,
    positions: gix::hashtable::HashMap<ObjectId, u32>,
    paths: HashMap<String, u32>,
}

impl<'a> Builder<'a> {
    fn new(index: &'a TouchIndex) -> Self {
        Self { index, positions: Default::default(), paths: HashMap::new() }
    }

    fn add(&mut self, segment: &mut Segment, objects: &mut Objects, id: ObjectId) -> Result<(), Stop> {
        let node = objects.node(id)?;
        let mut parents = Vec::with_capacity(node.parents.len());
        let mut trees = Vec::with_capacity(node.parents.len());
        for &parent in node.parents.iter() {
            parents.push(self.position(parent));
            trees.push(objects.node(parent)?.tree);
        }
        let marks = marks(objects, node.tree, &trees)?;
        let touches = marks.into_iter().map(|(path, mark)| (self.path(segment, path), mark)).collect();
        let position = (self.index.len() + segment.len()) as u32;
        segment.push(position, &Row { id, parents, touches });
        segment.mentions.extend(mentions(&objects.message(id)?, position));
        self.positions.insert(id, position);
        Ok(())
    }

    fn position(&self, commit: ObjectId) -> u32 {
        let position = self.positions.get(&commit).or_else(|| self.index.positions.get(&commit));
        *position.expect("parents are added before their children")
    }

    /// The number of a path, a new one where it has none yet.
    fn path(&mut self, segment: &mut Segment, path: String) -> u32 {
        if let Some(&number) = self.index.paths.get(&path).or_else(|| self.paths.get(&path)) {
            return number;
        }
        let number = (self.index.touches.len() + self.paths.len()) as u32;
        segment.paths.push(path.clone());
        self.paths.insert(path, number);
        number
    }
}

/// The commits that a message says it reverts or was picked from.
fn mentions(message: &str, by: u32) -> impl Iterator<Item = Mention> {
    let mention = move |how| move |of: String| Mention { by, how, of: of.to_ascii_lowercase() };
    let reverted = reverts(message).into_iter().map(mention(Mentioned::Reverted));
    let picked = cherry_picked_from(message).into_iter().map(mention(Mentioned::CherryPicked));
    reverted.chain(picked).filter(|mention| mention.of.len() >= MENTION)
}

/// What a commit's tree has that the first parent's hasn't, in order of paths.
fn marks(objects: &Objects, tree: ObjectId, parents: &[ObjectId]) -> Result<Vec<(String, Mark)>, Stop> {
    let Some((first, others)) = parents.split_first() else {
        let added = differences(objects, ObjectId::empty_tree(tree.kind()), tree)?;
        return Ok(sorted(added.into_iter().filter_map(|(path, blob)| Some((path, Mark::Blob(blob?))))));
    };
    let own = differences(objects, *first, tree)?;
    if own.is_empty() {
        return Ok(Vec::new());
    }
    let others: Result<Vec<Differences>, Stop> =
        others.iter().map(|&parent| differences(objects, parent, tree)).collect();
    let others = others?;
    let mark = |(path, blob): (String, Option<ObjectId>)| {
        let same = others.iter().position(|differences| !differences.contains_key(&path));
        let mark = match (same, blob) {
            (Some(index), _) => Mark::Parent(index as u32 + 1),
            (None, Some(blob)) => Mark::Blob(blob),
            (None, None) => Mark::Gone,
        };
        (path, mark)
    };
    Ok(sorted(own.into_iter().map(mark)))
}

fn sorted(marks: impl Iterator<Item = (String, Mark)>) -> Vec<(String, Mark)> {
    let mut marks: Vec<_> = marks.collect();
    marks.sort_by(|a, b| a.0.cmp(&b.0));
    marks
}

/// The files of supported languages that differ between two trees.
fn differences(objects: &Objects, old: ObjectId, new: ObjectId) -> Result<Differences, Stop> {
    let mut differing = Differing { recorder: Recorder::default(), found: Differences::new() };
    objects.compare(old, new, &mut differing)?;
    Ok(differing.found)
}

/// Picks differing files out of a comparison of trees. Only the recorder's tracking of paths is used.
struct Differing {
    recorder: Recorder,
    found: Differences,
}

impl Visit for Differing {
    fn pop_front_tracked_path_and_set_current(&mut self) {
        self.recorder.pop_front_tracked_path_and_set_current();
    }

    fn push_back_tracked_path_component(&mut self, component: &BStr) {
        self.recorder.push_back_tracked_path_component(component);
    }

    fn push_path_component(&mut self, component: &BStr) {
        self.recorder.push_path_component(component);
    }

    fn pop_path_component(&mut self) {
        self.recorder.pop_path_component();
    }

    fn visit(&mut self, change: Change) -> Action {
        let file = |mode: EntryMode, oid: ObjectId| mode.is_blob().then_some(oid);
        let (old, new) = match change {
            Change::Addition { entry_mode, oid, .. } => (None, file(entry_mode, oid)),
            Change::Deletion { entry_mode, oid, .. } => (file(entry_mode, oid), None),
            Change::Modification { previous_entry_mode, previous_oid, entry_mode, oid } => {
                (file(previous_entry_mode, previous_oid), file(entry_mode, oid))
            }
        };
        // A change of mode alone leaves the content. Paths that are not UTF-8 have no history elsewhere either.
        if old != new
            && let Ok(path) = self.recorder.path().to_str()
            && Language::of_path(path).is_some()
        {
            self.found.insert(path.to_owned(), new);
        }
        ControlFlow::Continue(())
    }
}
