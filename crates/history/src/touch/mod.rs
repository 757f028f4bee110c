//! The touch index: which commits gave each file of a supported language another content, over the whole history, so that the
//! history of one file is known without reading any tree. Never does: look into files, or at commits that it was not built from.
//!
//! A commit touches a path when the file there differs from that of every parent (a root commit touches all of its files), as git's own
//! history simplification has it. A merge that took the file of another parent than the first is noted besides, so
//! that what stands at a path in any commit follows from the index alone: one pass over the commits, parents first, see
//! [`TouchIndex::trace`]. So the index is right for any commit in it, on whatever branch.
//!
//! `build` makes it from trees, a batch of commits at a time; `segment` is the form in which a batch is saved, and `saved` the chain of
//! segments in the store: a build that was killed goes on where it stopped, and a HEAD that moved costs its new commits.

mod build;
mod mainline;
mod saved;
mod segment;
mod shared;

use std::collections::HashMap;

use gix::ObjectId;

use build::extend;
pub(crate) use mainline::Mainline;
use saved::Saved;
pub(crate) use segment::Mentioned;
use segment::{Mark, Mention, Segment};
pub(crate) use shared::SharedIndex;

/// The commits read so far, parents before their children, and what each of them touched.
#[derive(Clone, Default)]
pub(crate) struct TouchIndex {
    commits: Vec<ObjectId>,
    positions: gix::hashtable::HashMap<ObjectId, u32>,
    /// Where the parents of each commit end in `parents`.
    parent_ends: Vec<u32>,
    parents: Vec<u32>,
    paths: HashMap<String, u32>,
    /// By path, oldest first: no later than the commits that build on them.
    touches: Vec<Vec<Touch>>,
    /// By the first digits of the commit that is named.
    mentions: HashMap<String, Vec<Mention>>,
}

/// The digits that a hash in a message must have.
const MENTION: usize = 7;

/// What one commit has at a path that its first parent hasn't.
#[derive(Clone, Copy, Debug)]
struct Touch {
    /// The commit's position.
    commit: u32,
    mark: Mark,
}

/// For every commit of an index, which touch of one path made what stands there.
pub(crate) struct Trace {
    path: u32,
    /// By position, the number of the touch, from 1; 0 where the path was never touched.
    touches: Vec<u32>,
}

/// The last word on a path, as seen from some commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Touched {
    pub commit: ObjectId,
    /// `None` where the commit took the file away.
    pub blob: Option<ObjectId>,
}

impl TouchIndex {
    /// How many commits are in it.
    pub(crate) fn len(&self) -> usize {
        self.commits.len()
    }

    pub(crate) fn contains(&self, commit: ObjectId) -> bool {
        self.positions.contains_key(&commit)
    }

    /// The commit that was added last.
    fn newest(&self) -> Option<ObjectId> {
        self.commits.last().copied()
    }

    fn parents(&self, position: u32) -> &[u32] {
        let end = |position: usize| self.parent_ends[position] as usize;
        let start = (position as usize).checked_sub(1).map_or(0, end);
        &self.parents[start..end(position as usize)]
    }

    /// Follows one path through all commits; `None` where no commit ever had a file of a supported language there. Takes time in
    /// proportion to the number of commits, some nanoseconds each.
    pub(crate) fn trace(&self, path: &str) -> Option<Trace> {
        let path = *self.paths.get(path)?;
        let mut marks = self.touches[path as usize].iter().zip(1..).peekable();
        let mut touches: Vec<u32> = Vec::with_capacity(self.len());
        for position in 0..self.len() as u32 {
            let own = marks.next_if(|(touch, _)| touch.commit == position);
            let parent = |number: u32| self.parents(position).get(number as usize);
            let inherited = |number: u32| parent(number).map_or(0, |&parent| touches[parent as usize]);
            let touch = match own {
                Some((Touch { mark: Mark::Parent(number), .. }, _)) => inherited(*number),
                Some((_, number)) => number,
                None => inherited(0),
            };
            touches.push(touch);
        }
        Some(Trace { path, touches })
    }

    /// Which commit made what stands at the traced path in a commit. `Some(None)` where nothing ever stood there before it, `None`
    /// for a commit that is not in the index.
    pub(crate) fn touched(&self, trace: &Trace, commit: ObjectId) -> Option<Option<Touched>> {
        let position = *self.positions.get(&commit)?;
        // The index may have grown since the trace was made.
        let number = *trace.touches.get(position as usize)?;
        let Some(index) = number.checked_sub(1) else { return Some(None) };
        let touch = self.touches[trace.path as usize][index as usize];
        let commit = self.commits[touch.commit as usize];
        match touch.mark {
            Mark::Blob(blob) => Some(Some(Touched { commit, blob: Some(blob) })),
            Mark::Gone => Some(Some(Touched { commit, blob: None })),
            // A trace never stops at one.
            Mark::Parent(_) => None,
        }
    }

    /// The commits that say that they revert a commit, or that they were picked from it, oldest first.
    pub(crate) fn mentions(&self, commit: ObjectId) -> impl Iterator<Item = (Mentioned, ObjectId)> {
        let hash = commit.to_string();
        let named = self.mentions.get(&hash[..MENTION]).into_iter().flatten();
        let named: Vec<&Mention> = named.filter(|mention| hash.starts_with(&mention.of)).collect();
        named.into_iter().map(|mention| (mention.how, self.commits[mention.by as usize]))
    }

    /// Adds a batch of commits. `None`, with the index unchanged, for one that does not fit on top of what is there.
    fn append(&mut self, segment: &Segment) -> Option<()> {
        let rows = segment.rows(self.len(), self.touches.len())?;
        let known = 0..(self.len() + segment.len()) as u32;
        if !segment
            .mentions
            .iter()
            .all(|mention| known.contains(&mention.by) && mention.of.get(..MENTION).is_some())
        {
            return None;
        }
        for mention in &segment.mentions {
            let digits = mention.of.get(..MENTION)?.to_owned();
            self.mentions.entry(digits).or_default().push(mention.clone());
        }
        for path in &segment.paths {
            let number = u32::try_from(self.touches.len()).ok()?;
            self.paths.insert(path.clone(), number);
            self.touches.push(Vec::new());
        }
        for row in rows {
            let commit = u32::try_from(self.len()).ok()?;
            self.positions.insert(row.id, commit);
            self.commits.push(row.id);
            self.parents.extend(row.parents);
            self.parent_ends.push(u32::try_from(self.parents.len()).ok()?);
            for (path, mark) in row.touches {
                self.touches[path as usize].push(Touch { commit, mark });
            }
        }
        Some(())
    }
}
