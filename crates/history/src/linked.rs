//! What other commits say of a change: later ones that revert it or were picked from it, and the merge that brought it in. Known where
//! the touch index is, since they stand outside of the symbol's history. Never does: change what a lineage found.

use std::sync::Arc;

use gix::ObjectId;

use crate::change::{Change, Lineage};
use crate::objects::Objects;
use crate::touch::{Mainline, Mentioned, TouchIndex};

/// Adds links to changes, as seen from one commit: what that does not lead back to says nothing.
pub(crate) struct Links {
    index: Arc<TouchIndex>,
    mainline: Mainline,
}

impl Links {
    /// `None` where the commit is not in the index yet.
    pub(crate) fn new(index: Arc<TouchIndex>, tip: ObjectId) -> Option<Self> {
        let mainline = Mainline::of(&index, tip)?;
        Some(Self { index, mainline })
    }

    /// Whether these are the links as seen from a commit, by this index.
    pub(crate) fn is_of(&self, index: &Arc<TouchIndex>, tip: ObjectId) -> bool {
        Arc::ptr_eq(&self.index, index) && self.mainline.tip == tip
    }

    /// The lineage with links added to its changes.
    pub(crate) fn on(&self, objects: &mut Objects, lineage: Arc<Lineage>) -> Arc<Lineage> {
        let linked: Vec<Option<Change>> =
            lineage.changes.iter().map(|change| self.linked(objects, change)).collect();
        if linked.iter().all(Option::is_none) {
            return lineage;
        }
        let mut lineage = Arc::unwrap_or_clone(lineage);
        for (change, linked) in lineage.changes.iter_mut().zip(linked) {
            *change = linked.unwrap_or_else(|| change.clone());
        }
        Arc::new(lineage)
    }

    /// The change with its links; `None` where it has none beyond those of its own message.
    pub(crate) fn linked(&self, objects: &mut Objects, change: &Change) -> Option<Change> {
        let id = ObjectId::from_hex(change.commit.id.as_bytes()).ok()?;
        let later =
            self.index.mentions(id).filter(|(_, by)| self.mainline.brought_by(&self.index, *by).is_some());
        let (reverted, picked): (Vec<_>, Vec<_>) = later.partition(|(how, _)| *how == Mentioned::Reverted);
        let merged = change.pull_request.is_none().then(|| self.merged_with(objects, id)).flatten();
        if reverted.is_empty() && picked.is_empty() && merged.is_none() {
            return None;
        }
        let hashes = |by: Vec<(Mentioned, ObjectId)>| by.into_iter().map(|(_, by)| by.to_string()).collect();
        let pull_request = merged.or_else(|| change.pull_request.clone());
        Some(Change {
            reverted_by: hashes(reverted),
            picked_as: hashes(picked),
            pull_request,
            ..change.clone()
        })
    }

    /// The request that the merge names which brought a commit into the main line.
    fn merged_with(&self, objects: &mut Objects, commit: ObjectId) -> Option<String> {
        let merge = self.mainline.brought_by(&self.index, commit).filter(|merge| *merge != commit)?;
        objects.commit(merge).ok()?.links.pull_request.clone()
    }
}
