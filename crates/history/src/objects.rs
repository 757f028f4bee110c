//! Reading git objects for one walk: commits, path look-ups and changed files, each remembered while the walk lasts. Never
//! does: know of symbols.

use std::collections::HashMap;
use std::rc::Rc;

use gix::ObjectId;
use gix::bstr::ByteSlice;
use gix::diff::tree::recorder::Change as TreeChange;
use gix::objs::TreeRefIter;

use crate::error::{Error, Stop, read_error};
use crate::repository::Repository;

/// Where entries of one path component lead, by the id of the tree that holds them.
type Level = gix::hashtable::HashMap<ObjectId, Option<ObjectId>>;

/// The objects of one repository, as one walk on one thread sees them.
pub(crate) struct Objects {
    pub git: gix::Repository,
    /// git's precomputed commit data, where there is any.
    commit_graph: Option<gix::commitgraph::Graph>,
    /// Commits whose parents a shallow clone lacks, sorted.
    boundary: Vec<ObjectId>,
    lookups: HashMap<String, Vec<Level>>,
}

/// What a walk needs of a commit.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub id: ObjectId,
    pub tree: ObjectId,
    /// The commit date in seconds since 1970-01-01T00:00:00Z.
    pub time: i64,
    pub parents: Vec<ObjectId>,
}

/// One version of a file.
#[derive(Debug)]
pub(crate) struct File {
    pub id: ObjectId,
    /// Bytes that are not UTF-8 are replaced.
    pub text: String,
}

/// A file that was deleted or modified between two trees.
#[derive(Clone, Debug)]
pub(crate) struct ChangedFile {
    pub path: String,
    pub old: ObjectId,
    /// `None` where it was deleted.
    pub new: Option<ObjectId>,
}

impl Objects {
    pub(crate) fn new(repository: &Repository) -> Result<Self, Error> {
        let git = repository.local();
        let boundary =
            git.shallow_commits().map_err(|error| read_error("the list of shallow commits", error))?;
        let boundary: Vec<ObjectId> =
            boundary.map(|commits| commits.iter().copied().collect()).unwrap_or_default();
        // Written before the clone became shallow, a commit-graph would show parents that are gone. A damaged one is as
        // good as none.
        let usable = boundary.is_empty();
        let commit_graph = usable.then(|| git.commit_graph_if_enabled().ok().flatten()).flatten();
        Ok(Self { git, commit_graph, boundary, lookups: HashMap::new() })
    }

    /// Whether a shallow clone ends at this commit.
    pub(crate) fn is_boundary(&self, commit: ObjectId) -> bool {
        self.boundary.binary_search(&commit).is_ok()
    }

    pub(crate) fn node(&self, id: ObjectId) -> Result<Node, Stop> {
        if let Some(node) = self.node_of_graph(id) {
            return Ok(node);
        }
        let damaged = |error: gix::Error| Stop::Failed(read_error(format!("commit {id}"), error));
        let object = self.object(id)?;
        let commit = object.try_into_commit().map_err(damaged)?;
        let raw = commit.decode().map_err(damaged)?;
        let time = raw.committer().and_then(|committer| committer.time()).unwrap_or_default();
        Ok(Node { id, tree: raw.tree(), time: time.seconds, parents: raw.parents().collect() })
    }

    fn node_of_graph(&self, id: ObjectId) -> Option<Node> {
        let graph = self.commit_graph.as_ref()?;
        let commit = graph.commit_by_id(id)?;
        let parents: Option<Vec<ObjectId>> =
            commit.iter_parents().map(|position| Some(graph.id_at(position.ok()?).to_owned())).collect();
        let time = i64::try_from(commit.committer_timestamp()).ok()?;
        Some(Node { id, tree: commit.root_tree_id().to_owned(), time, parents: parents? })
    }

    /// The blob at a path below a tree; `None` where there is none, or something that is no file.
    pub(crate) fn blob_at(&mut self, tree: ObjectId, path: &str) -> Result<Option<ObjectId>, Stop> {
        if !self.lookups.contains_key(path) {
            let levels = path.split('/').map(|_| Level::default()).collect();
            self.lookups.insert(path.to_owned(), levels);
        }
        let git = &self.git;
        let levels = self.lookups.get_mut(path).expect("inserted above where it was absent");
        let last = levels.len() - 1;
        let mut at = tree;
        for (depth, (name, level)) in path.split('/').zip(levels).enumerate() {
            let known = level.get(&at).copied();
            let next = match known {
                Some(next) => next,
                None => {
                    let next = find_entry(git, at, name, depth == last)?;
                    level.insert(at, next);
                    next
                }
            };
            let Some(next) = next else { return Ok(None) };
            at = next;
        }
        Ok(Some(at))
    }

    pub(crate) fn file(&self, id: ObjectId) -> Result<Rc<File>, Stop> {
        let mut object = self.object(id)?;
        let text = match String::from_utf8(std::mem::take(&mut object.data)) {
            Ok(text) => text,
            Err(error) => error.into_bytes().to_str_lossy().into_owned(),
        };
        Ok(Rc::new(File { id, text }))
    }

    /// Files that the new tree lacks or has with other content, in order of their paths.
    pub(crate) fn changed_files(&self, old: ObjectId, new: ObjectId) -> Result<Vec<ChangedFile>, Stop> {
        let (old_tree, new_tree) = (self.object(old)?, self.object(new)?);
        let mut recorder = gix::diff::tree::Recorder::default();
        gix::diff::tree(
            TreeRefIter::from_bytes(&old_tree.data, old.kind()),
            TreeRefIter::from_bytes(&new_tree.data, new.kind()),
            gix::diff::tree::State::default(),
            &self.git.objects,
            &mut recorder,
        )
        .map_err(|error| diff_error(error, old))?;
        let mut files: Vec<ChangedFile> = recorder.records.into_iter().filter_map(changed_file).collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(files)
    }

    fn object(&self, id: ObjectId) -> Result<gix::Object<'_>, Stop> {
        find_object(&self.git, id)
    }
}

fn find_object(git: &gix::Repository, id: ObjectId) -> Result<gix::Object<'_>, Stop> {
    match git.try_find_object(id) {
        Ok(Some(object)) => Ok(object),
        Ok(None) => Err(Stop::Missing(id)),
        Err(error) => Err(Stop::Failed(read_error(format!("object {id}"), error))),
    }
}

/// A treeless clone has the trees of some commits in part. Which one is missing the library doesn't say, so the whole of it
/// is named.
fn diff_error(error: gix::diff::tree::Error, tree: ObjectId) -> Stop {
    match error {
        gix::diff::tree::Error::Failure(error) if !error.is_not_found() => {
            Stop::Failed(read_error(format!("tree {tree}"), error))
        }
        _ => Stop::Missing(tree),
    }
}

/// The entry of one tree, if it is a file (for the last part of a path) or a directory (before that).
fn find_entry(
    git: &gix::Repository,
    tree: ObjectId,
    name: &str,
    is_file: bool,
) -> Result<Option<ObjectId>, Stop> {
    let object = find_object(git, tree)?;
    for entry in TreeRefIter::from_bytes(&object.data, tree.kind()) {
        let entry = entry.map_err(|error| Stop::Failed(read_error(format!("tree {tree}"), error)))?;
        if entry.filename == name.as_bytes() {
            let fits = if is_file { entry.mode.is_blob() } else { entry.mode.is_tree() };
            return Ok(fits.then(|| entry.oid.to_owned()));
        }
    }
    Ok(None)
}

fn changed_file(change: TreeChange) -> Option<ChangedFile> {
    let (mode, path, old, new) = match change {
        TreeChange::Addition { .. } => return None,
        TreeChange::Deletion { entry_mode, oid, path, .. } => (entry_mode, path, oid, None),
        TreeChange::Modification { previous_entry_mode, previous_oid, oid, path, .. } => {
            (previous_entry_mode, path, previous_oid, Some(oid))
        }
    };
    let path = path.to_str().ok()?.to_owned();
    // A change of mode alone leaves the content.
    (mode.is_blob() && new != Some(old)).then_some(ChangedFile { path, old, new })
}
