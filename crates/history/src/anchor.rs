//! Anchors: the commit from which a file's history really goes on, as seen from a later commit that left the file alone. Never
//! does: look at symbols.
//!
//! From a commit one follows the first parent that has the same blob at the path, as long as there is one; where none has, that
//! is the anchor. No commit passed on the way can have changed a symbol of the file, so a lineage asked for at any of them is
//! the lineage at the anchor, and commits that leave a file alone cost what is remembered about it nothing.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use fnv::FnvHashMap;
use gix::ObjectId;

use crate::bounded::Bounded;
use crate::error::Stop;
use crate::objects::{Node, Objects};
use crate::touch::{TouchIndex, Touched, Trace};

/// Commits whose anchors are kept in memory, over all paths; about 12 bytes each.
const LIMIT: usize = 4_000_000;

/// Positions of commits in traces of paths that are kept, 4 bytes each.
const TRACES: usize = 4_000_000;

/// The anchors found so far.
pub(crate) struct Anchors {
    /// By path, then by the index of the commit from which one looks back.
    known: HashMap<String, FnvHashMap<u32, u32>>,
    entries: usize,
    index: Option<Arc<TouchIndex>>,
    /// What the index knows of a path; `None` where nothing.
    traces: Bounded<String, Option<Rc<Trace>>>,
}

/// A file as it stands in some commit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spot<'a> {
    /// Relative to the repository's root.
    pub path: &'a str,
    /// `None` where there is no file.
    pub blob: Option<ObjectId>,
}

impl Anchors {
    pub(crate) fn new(index: Option<Arc<TouchIndex>>) -> Self {
        Self { known: HashMap::new(), entries: 0, index, traces: Bounded::new(TRACES) }
    }

    /// Takes over a newer index.
    pub(crate) fn set_index(&mut self, index: Option<Arc<TouchIndex>>) {
        let is_same = match (&index, &self.index) {
            (Some(new), Some(old)) => Arc::ptr_eq(new, old),
            (new, old) => new.is_none() && old.is_none(),
        };
        if !is_same {
            self.index = index;
            self.traces.clear();
        }
    }

    /// The anchor of a file as it stands in commit `from`: from the touch index, or by a walk to where that begins. Stops early
    /// when interrupted.
    pub(crate) fn find(
        &mut self,
        objects: &mut Objects,
        from: &Node,
        spot: Spot<'_>,
        interrupted: &AtomicBool,
    ) -> Result<Node, Stop> {
        let (mut at, mut passed) = (from.clone(), Vec::new());
        let anchor = loop {
            let touched = self.touched(spot.path, at.id).flatten();
            if let Some(touched) = touched.filter(|touched| touched.blob == spot.blob) {
                break objects.node(touched.commit)?;
            }
            if let Some(index) = self.known(spot.path, at.index) {
                break objects.node_at(index);
            }
            if interrupted.load(Ordering::Relaxed) {
                return Err(Stop::Interrupted);
            }
            passed.push(at.index);
            match same_parent(objects, &at, spot)? {
                Some(parent) => at = parent,
                None => break at,
            }
        };
        self.learn(spot.path, &passed, anchor.index);
        Ok(anchor)
    }

    /// The commit that gave a path what stands there in commit `from`, be it a file or none. `None` where nothing ever stood
    /// there, and where no commit is known that took it away.
    pub(crate) fn last_touch(
        &mut self,
        objects: &mut Objects,
        from: &Node,
        path: &str,
        interrupted: &AtomicBool,
    ) -> Result<Option<Node>, Stop> {
        if self.touched(path, from.id) == Some(None) {
            return Ok(None);
        }
        let blob = self.blob_at(objects, from, path)?;
        let anchor = self.find(objects, from, Spot { path, blob }, interrupted)?;
        Ok((blob.is_some() || !anchor.parents.is_empty()).then_some(anchor))
    }

    /// The blob at the path of a source file in a commit, as [`Objects::blob_at`] has it.
    pub(crate) fn blob_at(
        &mut self,
        objects: &mut Objects,
        node: &Node,
        path: &str,
    ) -> Result<Option<ObjectId>, Stop> {
        match self.touched(path, node.id) {
            Some(touched) => Ok(touched.and_then(|touched| touched.blob)),
            None => objects.blob_at(node.tree, path),
        }
    }

    /// What the index says of the path in a commit; `None` where that is not in the index.
    fn touched(&mut self, path: &str, commit: ObjectId) -> Option<Option<Touched>> {
        let index = self.index.as_ref().filter(|index| index.contains(commit))?;
        let key = path.to_owned();
        let trace = match self.traces.get(&key) {
            Some(trace) => trace,
            None => {
                let trace = index.trace(path).map(Rc::new);
                self.traces.insert(key, trace.clone(), index.len());
                trace
            }
        };
        trace.map_or(Some(None), |trace| index.touched(&trace, commit))
    }

    fn known(&self, path: &str, commit: u32) -> Option<u32> {
        self.known.get(path)?.get(&commit).copied()
    }

    fn learn(&mut self, path: &str, passed: &[u32], anchor: u32) {
        if passed.is_empty() {
            return;
        }
        if self.entries + passed.len() > LIMIT {
            (self.known, self.entries) = (HashMap::new(), 0);
        }
        let known = self.known.entry(path.to_owned()).or_default();
        known.extend(passed.iter().map(|&commit| (commit, anchor)));
        self.entries += passed.len();
    }
}

/// The first parent that has the same file at the path, if history is known to go on there.
fn same_parent(objects: &mut Objects, node: &Node, spot: Spot<'_>) -> Result<Option<Node>, Stop> {
    if objects.is_boundary(node.id) {
        return Ok(None);
    }
    for &id in node.parents.iter() {
        let parent = objects.node(id)?;
        if objects.blob_at(parent.tree, spot.path)? == spot.blob {
            return Ok(Some(parent));
        }
    }
    Ok(None)
}
