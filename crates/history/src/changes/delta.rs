//! The files that differ between two versions. Never does: look into them.

use std::collections::HashSet;
use std::sync::Arc;

use gix::ObjectId;
use gix::bstr::ByteSlice;
use gix::diff::tree::Recorder;
use gix::diff::tree::recorder::Change as TreeChange;

use crate::error::Stop;
use crate::objects::Objects;

/// A path where the two versions differ.
#[derive(Clone, Debug)]
pub(crate) struct Delta {
    pub path: String,
    pub before: Option<ObjectId>,
    pub after: After,
    /// What a text that is handed in would be called as a blob.
    pub given_hash: Option<ObjectId>,
}

/// What the newer version has at a path.
#[derive(Clone, Debug)]
pub(crate) enum After {
    Gone,
    Blob(ObjectId),
    /// What no commit has.
    Text(Arc<str>),
}

impl Delta {
    /// A file that is handed in; `None` where both versions have none, or the same.
    pub(super) fn given(
        format: gix::hash::Kind,
        path: &str,
        before: Option<ObjectId>,
        text: Option<Arc<str>>,
    ) -> Option<Self> {
        let hash =
            |text: &Arc<str>| gix::objs::compute_hash(format, gix::objs::Kind::Blob, text.as_bytes()).ok();
        let given_hash = text.as_ref().and_then(hash);
        let is_same = before == given_hash && (before.is_some() || text.is_none());
        let after = text.map_or(After::Gone, After::Text);
        (!is_same).then(|| Self { path: path.to_owned(), before, after, given_hash })
    }
}

/// The regular files that differ between two trees, in order of their paths. A change of mode alone is none.
pub(crate) fn deltas(objects: &Objects, from: ObjectId, to: ObjectId) -> Result<Vec<Delta>, Stop> {
    let mut recorder = Recorder::default();
    objects.compare(from, to, &mut recorder)?;
    let mut deltas: Vec<Delta> = recorder.records.into_iter().filter_map(delta).collect();
    deltas.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(deltas)
}

/// The paths of all regular files of a tree.
pub(crate) fn paths_of(objects: &Objects, tree: ObjectId) -> Result<HashSet<String>, Stop> {
    let mut recorder = Recorder::default();
    objects.compare(ObjectId::empty_tree(tree.kind()), tree, &mut recorder)?;
    Ok(recorder.records.into_iter().filter_map(delta).map(|delta| delta.path).collect())
}

fn delta(change: TreeChange) -> Option<Delta> {
    let (path, before, after) = match change {
        TreeChange::Addition { entry_mode, oid, path, .. } => {
            (path, None, entry_mode.is_blob().then_some(oid))
        }
        TreeChange::Deletion { entry_mode, oid, path, .. } => {
            (path, entry_mode.is_blob().then_some(oid), None)
        }
        TreeChange::Modification { previous_entry_mode, previous_oid, entry_mode, oid, path } => {
            (path, previous_entry_mode.is_blob().then_some(previous_oid), entry_mode.is_blob().then_some(oid))
        }
    };
    let path = path.to_str().ok()?.to_owned();
    (before != after).then(|| Delta {
        path,
        before,
        after: after.map_or(After::Gone, After::Blob),
        given_hash: None,
    })
}
