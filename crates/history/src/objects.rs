//! Reading git objects for one thread: commits, path look-ups, texts and changed files, each remembered within a bound. Never
//! does: know of symbols.

use std::cell::OnceCell;
use std::rc::Rc;

use gix::ObjectId;
use gix::bstr::ByteSlice;
use gix::diff::tree::recorder::Change as TreeChange;
use gix::objs::TreeRefIter;

use crate::bounded::Bounded;
use crate::commit::{Commit, decode};
use crate::error::{Error, Stop, read_error};
use crate::ignored::IgnoredRevs;
use crate::lookups::Lookups;
use crate::people::read_mailmap;
use crate::repository::Repository;
use crate::telling::telling_lines;

/// Commits that are kept before all are let go at the start of a question; about 200 bytes each.
const NODES: usize = 500_000;

/// Texts of files that are kept, in bytes; a fifth more where their lines were hashed.
const TEXTS: usize = 40 << 20;

/// Messages of commits that are kept, in bytes.
const MESSAGES: usize = 8 << 20;

/// Entries of lists of changed files that are kept; about 150 bytes each.
const CHANGED: usize = 50_000;

/// The objects of one repository, as one thread sees them.
pub(crate) struct Objects {
    pub git: gix::Repository,
    /// git's precomputed commit data, where there is any.
    commit_graph: Option<gix::commitgraph::Graph>,
    /// Commits whose parents a shallow clone lacks, sorted.
    boundary: Vec<ObjectId>,
    mailmap: gix::mailmap::Snapshot,
    ignored: IgnoredRevs,
    /// Indices into `nodes`.
    indices: gix::hashtable::HashMap<ObjectId, u32>,
    nodes: Vec<Node>,
    lookups: Lookups,
    files: Bounded<ObjectId, Rc<File>>,
    commits: Bounded<ObjectId, Rc<Commit>>,
    changed: Bounded<(ObjectId, ObjectId), Rc<[ChangedFile]>>,
}

/// What a walk needs of a commit.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// Names the commit until [`Objects::refresh`] forgets it.
    pub index: u32,
    pub id: ObjectId,
    pub tree: ObjectId,
    /// The commit date in seconds since 1970-01-01T00:00:00Z.
    pub time: i64,
    pub parents: Rc<[ObjectId]>,
}

/// One version of a file.
#[derive(Debug)]
pub(crate) struct File {
    pub id: ObjectId,
    /// Bytes that are not UTF-8 are replaced.
    pub text: String,
    telling: OnceCell<Vec<u64>>,
}

impl File {
    pub(crate) fn new(id: ObjectId, text: String) -> Self {
        Self { id, text, telling: OnceCell::new() }
    }

    /// Its telling lines, hashed when they are first asked for.
    pub(crate) fn telling(&self) -> &[u64] {
        self.telling.get_or_init(|| telling_lines(&self.text))
    }
}

/// A file that was deleted or modified between two trees.
#[derive(Clone, Debug)]
pub(crate) struct ChangedFile {
    pub path: String,
    pub old: ObjectId,
    /// `None` where it was deleted.
    pub new: Option<ObjectId>,
}

/// What [`Objects::refresh`] came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refreshed {
    /// All that was read before still holds.
    Same,
    /// The commits met so far are forgotten; their indices name others from now on.
    Forgotten,
}

impl Objects {
    pub(crate) fn new(repository: &Repository) -> Result<Self, Error> {
        let git = repository.local();
        let boundary = read_boundary(&git)?;
        let commit_graph = read_commit_graph(&git, &boundary);
        let (mailmap, ignored) = (read_mailmap(&git), IgnoredRevs::read(&git));
        Ok(Self {
            git,
            commit_graph,
            boundary,
            mailmap,
            ignored,
            indices: Default::default(),
            nodes: Vec::new(),
            lookups: Lookups::default(),
            files: Bounded::new(TEXTS),
            commits: Bounded::new(MESSAGES),
            changed: Bounded::new(CHANGED),
        })
    }

    /// Prepares for the next question: forgets the commits where the clone became deeper or shallower, where people are named or
    /// commits are listed otherwise than before, or where there are too many to keep.
    pub(crate) fn refresh(&mut self) -> Result<Refreshed, Error> {
        let boundary = read_boundary(&self.git)?;
        let is_same = boundary == self.boundary;
        let (mailmap, ignored) = (read_mailmap(&self.git), IgnoredRevs::read(&self.git));
        let has_same_names = mailmap == self.mailmap;
        let has_same_list = ignored == self.ignored;
        self.ignored = ignored;
        if is_same && has_same_names && has_same_list && self.nodes.len() <= NODES {
            return Ok(Refreshed::Same);
        }
        if !has_same_names {
            self.mailmap = mailmap;
            self.commits.clear();
        }
        if !is_same {
            self.commit_graph = read_commit_graph(&self.git, &boundary);
            self.boundary = boundary;
        }
        self.indices.clear();
        self.nodes.clear();
        Ok(Refreshed::Forgotten)
    }

    /// Whether the clone holds only the newest part of the history.
    pub(crate) fn is_shallow(&self) -> bool {
        !self.boundary.is_empty()
    }

    /// Whether a shallow clone ends at this commit.
    pub(crate) fn is_boundary(&self, commit: ObjectId) -> bool {
        self.boundary.binary_search(&commit).is_ok()
    }

    pub(crate) fn node(&mut self, id: ObjectId) -> Result<Node, Stop> {
        if let Some(&index) = self.indices.get(&id) {
            return Ok(self.nodes[index as usize].clone());
        }
        let index = u32::try_from(self.nodes.len()).expect("a commit takes more than one byte of memory");
        let node = match self.node_of_graph(id, index) {
            Some(node) => node,
            None => self.node_of_object(id, index)?,
        };
        self.indices.insert(id, index);
        self.nodes.push(node.clone());
        Ok(node)
    }

    /// A commit met since the last [`Refreshed::Forgotten`].
    pub(crate) fn node_at(&self, index: u32) -> Node {
        self.nodes[index as usize].clone()
    }

    fn node_of_object(&self, id: ObjectId, index: u32) -> Result<Node, Stop> {
        let commit = self.object(id)?.try_into_commit().map_err(|_| Stop::Missing(id))?;
        // Read part by part: a broken author or committer leaves tree and parents as they are.
        let parts = || commit.iter();
        let tree = parts().tree_id().map_err(|_| Stop::Missing(id))?;
        let time = parts().committer().ok().and_then(|committer| committer.time().ok()).unwrap_or_default();
        Ok(Node { index, id, tree, time: time.seconds, parents: parts().parent_ids().collect() })
    }

    fn node_of_graph(&self, id: ObjectId, index: u32) -> Option<Node> {
        let graph = self.commit_graph.as_ref()?;
        let commit = graph.commit_by_id(id)?;
        let parents: Option<Rc<[ObjectId]>> =
            commit.iter_parents().map(|position| Some(graph.id_at(position.ok()?).to_owned())).collect();
        let time = i64::try_from(commit.committer_timestamp()).ok()?;
        Some(Node { index, id, tree: commit.root_tree_id().to_owned(), time, parents: parents? })
    }

    /// The blob at a path below a tree; `None` where there is none, or something that is no file.
    pub(crate) fn blob_at(&mut self, tree: ObjectId, path: &str) -> Result<Option<ObjectId>, Stop> {
        self.lookups.blob_at(&self.git, tree, path)
    }

    pub(crate) fn file(&mut self, id: ObjectId) -> Result<Rc<File>, Stop> {
        if let Some(file) = self.files.get(&id) {
            return Ok(file);
        }
        let object = self.object(id)?;
        // A copy: the object's own buffer has room for everything that it was made from, and is used again.
        let text = object.data.to_str_lossy().into_owned();
        drop(object);
        let file = Rc::new(File::new(id, text));
        self.files.insert(id, Rc::clone(&file), file.text.len());
        Ok(file)
    }

    /// A commit as plain data.
    pub(crate) fn commit(&mut self, id: ObjectId) -> Result<Rc<Commit>, Stop> {
        if let Some(commit) = self.commits.get(&id) {
            return Ok(commit);
        }
        let raw = self.object(id)?.try_into_commit().map_err(|_| Stop::Missing(id))?;
        let commit = Rc::new(decode(&self.git, &self.mailmap, &raw));
        drop(raw);
        let weight = size_of::<Commit>() + commit.subject.len() + commit.body.len();
        self.commits.insert(id, Rc::clone(&commit), weight);
        Ok(commit)
    }

    /// The message of a commit as it was written; bytes that are not UTF-8 are replaced.
    pub(crate) fn message(&self, id: ObjectId) -> Result<String, Stop> {
        let commit = self.object(id)?.try_into_commit().map_err(|_| Stop::Missing(id))?;
        Ok(commit.message_raw_sloppy().to_str_lossy().into_owned())
    }

    /// When a commit was authored, in seconds since 1970-01-01T00:00:00Z; 0 where its author line is broken.
    pub(crate) fn author_time(&self, id: ObjectId) -> Result<i64, Stop> {
        let commit = self.object(id)?.try_into_commit().map_err(|_| Stop::Missing(id))?;
        let time = commit.author().ok().and_then(|author| author.time().ok()).unwrap_or_default();
        Ok(time.seconds)
    }

    /// The commits that are listed as noise, as of the last [`Objects::refresh`].
    pub(crate) fn ignored(&self) -> &IgnoredRevs {
        &self.ignored
    }

    /// Whether the commit is listed as noise.
    pub(crate) fn is_ignored(&self, commit: ObjectId) -> bool {
        self.ignored.contains(commit)
    }

    /// Files that the new tree lacks or has with other content, in order of their paths.
    pub(crate) fn changed_files(&mut self, old: ObjectId, new: ObjectId) -> Result<Rc<[ChangedFile]>, Stop> {
        if let Some(changed) = self.changed.get(&(old, new)) {
            return Ok(changed);
        }
        let changed: Rc<[ChangedFile]> = self.diff(old, new)?.into();
        self.changed.insert((old, new), Rc::clone(&changed), changed.len() + 1);
        Ok(changed)
    }

    /// Hands every difference between two trees to a visitor.
    pub(crate) fn compare(
        &self,
        old: ObjectId,
        new: ObjectId,
        visitor: &mut impl gix::diff::tree::Visit,
    ) -> Result<(), Stop> {
        let (old_tree, new_tree) = (self.object(old)?, self.object(new)?);
        gix::diff::tree(
            TreeRefIter::from_bytes(&old_tree.data, old.kind()),
            TreeRefIter::from_bytes(&new_tree.data, new.kind()),
            gix::diff::tree::State::default(),
            &self.git.objects,
            visitor,
        )
        // Which tree below is missing or damaged the library doesn't say, so the whole of it is named.
        .map_err(|_| Stop::Missing(old))
    }

    fn diff(&self, old: ObjectId, new: ObjectId) -> Result<Vec<ChangedFile>, Stop> {
        let mut recorder = gix::diff::tree::Recorder::default();
        self.compare(old, new, &mut recorder)?;
        let mut files: Vec<ChangedFile> = recorder.records.into_iter().filter_map(changed_file).collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(files)
    }

    fn object(&self, id: ObjectId) -> Result<gix::Object<'_>, Stop> {
        find_object(&self.git, id)
    }
}

pub(crate) fn find_object(git: &gix::Repository, id: ObjectId) -> Result<gix::Object<'_>, Stop> {
    match git.try_find_object(id) {
        Ok(Some(object)) => Ok(object),
        Err(error) if error.downcast_any_ref::<std::io::Error>().is_some() => {
            Err(Stop::Failed(read_error(format!("object {id}"), error)))
        }
        // A damaged object tells as little as one that is not there.
        Ok(None) | Err(_) => Err(Stop::Missing(id)),
    }
}

fn read_boundary(git: &gix::Repository) -> Result<Vec<ObjectId>, Error> {
    let commits = git.shallow_commits().map_err(|error| read_error("the list of shallow commits", error))?;
    Ok(commits.map(|commits| commits.iter().copied().collect()).unwrap_or_default())
}

/// Written before the clone became shallow, a commit-graph would show parents that are gone. A damaged one is as good as none.
fn read_commit_graph(git: &gix::Repository, boundary: &[ObjectId]) -> Option<gix::commitgraph::Graph> {
    let usable = boundary.is_empty();
    usable.then(|| git.commit_graph_if_enabled().ok().flatten()).flatten()
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
