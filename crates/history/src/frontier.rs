//! The open ends of a walk through history: which version of the symbol to look at next. Never does: read the repository.

use std::cell::OnceCell;
use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashSet};
use std::rc::Rc;

use gix::ObjectId;

use crate::change::Place;
use crate::objects::{File, Node};
use crate::unchanged::Sightings;
use crate::version::Version;

/// The symbol as it stands at some commit. Parallel branches can hold it under different names and paths.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    pub file: Rc<File>,
    pub version: Rc<Version>,
    /// Where the version's text stands in the file, once somebody asked.
    sightings: OnceCell<Rc<Sightings>>,
}

impl Standing {
    pub(crate) fn new(file: Rc<File>, version: Rc<Version>) -> Self {
        Self { file, version, sightings: OnceCell::new() }
    }

    /// Where the version's text stands in the file.
    pub(crate) fn sightings(&self) -> &Sightings {
        self.sightings.get_or_init(|| Rc::new(Sightings::of(&self.version, &self.file.text)))
    }
}

/// What is known of a symbol at a commit that is yet to be visited.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// It stands there.
    Present(Standing),
    /// The commit deleted it; this parent has it.
    Deleted(Standing, Node),
}

/// Commits to visit, newest first, each with the symbol's version there.
#[derive(Default)]
pub(crate) struct Frontier {
    queue: BinaryHeap<Entry>,
    seen: HashSet<(ObjectId, Place)>,
}

struct Entry {
    node: Node,
    step: Step,
    /// Counts entries, to keep the order of commits with equal dates.
    order: usize,
}

impl Frontier {
    /// Adds a commit, unless it was added before with the symbol at the same place.
    pub(crate) fn push(&mut self, node: Node, standing: Standing) {
        self.add(node, standing.version.place(), Step::Present(standing));
    }

    /// Adds a commit that deleted the symbol, which stands as given in one of its parents.
    pub(crate) fn push_deleted(&mut self, node: Node, parent: Node, standing: Standing) {
        self.add(node, standing.version.place(), Step::Deleted(standing, parent));
    }

    fn add(&mut self, node: Node, place: Place, step: Step) {
        if self.seen.insert((node.id, place)) {
            self.queue.push(Entry { node, step, order: self.seen.len() });
        }
    }

    /// Whether there is nothing left to visit.
    pub(crate) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// The newest commit by commit date.
    pub(crate) fn pop(&mut self) -> Option<(Node, Step)> {
        self.queue.pop().map(|entry| (entry.node, entry.step))
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        self.node.time.cmp(&other.node.time).then(other.order.cmp(&self.order))
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Entry {}
