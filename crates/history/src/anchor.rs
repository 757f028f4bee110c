//! Anchors: the commit from which a file's history really goes on, as seen from a later commit that left the file alone. Never
//! does: look at symbols.
//!
//! From a commit one follows the first parent that has the same blob at the path, as long as there is one; where none has, that
//! is the anchor. No commit passed on the way can have changed a symbol of the file, so a lineage asked for at any of them is
//! the lineage at the anchor, and commits that leave a file alone cost what is remembered about it nothing.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};

use backstory_store::Store;
use fnv::FnvHashMap;
use gix::ObjectId;

use crate::error::Stop;
use crate::objects::{Node, Objects};

/// What the anchors are called in the store; the number counts the versions of the rule.
pub(crate) const STORE_KIND: &str = "anchor-1";

/// Commits whose anchors are kept in memory, over all paths; about 12 bytes each.
const LIMIT: usize = 4_000_000;

/// So many commits after a remembered one the store is still asked, commit by commit; walks as long as this are remembered.
const NEAR: usize = 64;

/// The anchors found so far.
#[derive(Default)]
pub(crate) struct Anchors {
    /// By path, then by the index of the commit from which one looks back.
    known: HashMap<String, FnvHashMap<u32, u32>>,
    entries: usize,
}

/// A file as it stands in some commit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spot<'a> {
    /// Relative to the repository's root.
    pub path: &'a str,
    pub blob: ObjectId,
}

impl Anchors {
    /// The anchor of a file as it stands in commit `from`. With a store, a walk that another process made need not be made
    /// again. Stops early when interrupted.
    pub(crate) fn find(
        &mut self,
        objects: &mut Objects,
        store: Option<&Store>,
        from: &Node,
        spot: Spot<'_>,
        interrupted: &AtomicBool,
    ) -> Result<Node, Stop> {
        // Where a shallow clone ends an anchor is not for ever.
        let store = store.filter(|_| !objects.is_shallow());
        let (mut at, mut passed) = (from.clone(), Vec::new());
        let anchor = loop {
            if let Some(index) = self.known(spot.path, at.index) {
                break objects.node_at(index);
            }
            let asked = store.filter(|_| passed.len() < NEAR);
            if let Some(stored) = asked.and_then(|store| stored(objects, store, &at, spot)) {
                break stored;
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
        if let Some(store) = store.filter(|_| passed.len() >= NEAR) {
            store.put(STORE_KIND, &store_key(from, spot.path), anchor.id.as_bytes());
        }
        Ok(anchor)
    }

    fn known(&self, path: &str, commit: u32) -> Option<u32> {
        self.known.get(path)?.get(&commit).copied()
    }

    fn learn(&mut self, path: &str, passed: &[u32], anchor: u32) {
        if passed.is_empty() {
            return;
        }
        if self.entries + passed.len() > LIMIT {
            *self = Self::default();
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
        if objects.blob_at(parent.tree, spot.path)? == Some(spot.blob) {
            return Ok(Some(parent));
        }
    }
    Ok(None)
}

/// The remembered anchor; one that is not in this clone, or has another file, is none.
fn stored(objects: &mut Objects, store: &Store, from: &Node, spot: Spot<'_>) -> Option<Node> {
    let value = store.get(STORE_KIND, &store_key(from, spot.path))?;
    let anchor = objects.node(ObjectId::try_from(&value[..]).ok()?).ok()?;
    let blob = objects.blob_at(anchor.tree, spot.path).ok()?;
    (blob == Some(spot.blob)).then_some(anchor)
}

fn store_key(from: &Node, path: &str) -> Vec<u8> {
    [from.id.as_bytes(), path.as_bytes()].concat()
}
