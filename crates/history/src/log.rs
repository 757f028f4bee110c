//! The log: what the messages of all commits say that lead up to one, and which files a commit changed. Never does: follow symbols, or
//! keep anything.

use std::collections::{BinaryHeap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};

use gix::ObjectId;
use gix::bstr::ByteSlice;
use gix::diff::tree::recorder::Change as TreeChange;

use crate::commit::summary_and_body;
use crate::error::{Error, Stop, read_error};
use crate::lineage::start_node;
use crate::objects::{Node, Objects};
use crate::repository::Repository;

/// A commit by what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// The full hash in hexadecimal digits.
    pub id: String,
    /// The message's first paragraph on one line.
    pub subject: String,
    /// The rest of the message; may be empty.
    pub body: String,
}

/// The messages of a commit (a full hash) and of all that lead up to it, but for merges that say nothing beyond their subject: newest first,
/// by commit date. `is_known` says which ids need not be read. Ends early, with what it has, where it is interrupted or a commit is missing
/// (a shallow or partial clone).
///
/// # Errors
/// [`Error::UnknownCommit`], and [`Error::Read`] where an object is damaged.
pub fn log(
    repository: &Repository,
    at: &str,
    interrupted: &AtomicBool,
    is_known: &dyn Fn(&str) -> bool,
) -> Result<Vec<Logged>, Error> {
    let mut objects = Objects::new(repository)?;
    let mut logged = Vec::new();
    match walk(&mut objects, at, interrupted, is_known, &mut logged) {
        Err(Stop::Failed(error)) => Err(error),
        Ok(()) | Err(Stop::Missing(_) | Stop::Interrupted) => Ok(logged),
    }
}

fn walk(
    objects: &mut Objects,
    at: &str,
    interrupted: &AtomicBool,
    is_known: &dyn Fn(&str) -> bool,
    logged: &mut Vec<Logged>,
) -> Result<(), Stop> {
    let start = start_node(objects, at)?;
    let mut seen = HashSet::from([start.id]);
    let mut waiting = BinaryHeap::from([(start.time, start.id)]);
    while let Some((_, id)) = waiting.pop() {
        if interrupted.load(Ordering::Relaxed) {
            return Err(Stop::Interrupted);
        }
        let Node { parents, .. } = objects.node(id)?;
        let hash = id.to_string();
        if !is_known(&hash) {
            let (subject, body) = summary_and_body(&objects.message(id)?);
            if parents.len() < 2 || !body.is_empty() {
                logged.push(Logged { id: hash, subject, body });
            }
        }
        for &parent in parents.iter() {
            if !objects.is_boundary(id) && seen.insert(parent) {
                waiting.push((objects.node(parent)?.time, parent));
            }
        }
    }
    Ok(())
}

/// The commits (full hashes) that lead up to one and not to another, merges included, newest first.
///
/// # Errors
/// [`Error::UnknownCommit`], and [`Error::Read`] where a commit is missing or damaged.
pub fn commits_between(repository: &Repository, from: &str, to: &str) -> Result<Vec<String>, Error> {
    let git = repository.local();
    let id = |hash: &str| {
        let unknown = || Error::UnknownCommit { revision: hash.to_owned() };
        ObjectId::from_hex(hash.as_bytes()).map_err(|_| unknown())
    };
    let failed = |error: gix::Error| read_error(format!("the commits from {from} to {to}"), error);
    let walk = git.rev_walk([id(to)?]).with_hidden([id(from)?]).all().map_err(failed)?;
    walk.map(|found| found.map(|info| info.id.to_string()).map_err(failed)).collect()
}

/// The paths of the files that differ between a commit (a full hash) and its first parent, in order.
///
/// # Errors
/// [`Error::UnknownCommit`], and [`Error::Read`] where an object is missing or damaged.
pub fn changed_paths(repository: &Repository, commit: &str) -> Result<Vec<String>, Error> {
    let mut objects = Objects::new(repository)?;
    let changed = start_node(&mut objects, commit).and_then(|node| paths(&mut objects, &node));
    changed.map_err(|stop| stop.into_error(|| commit.to_owned()))
}

fn paths(objects: &mut Objects, node: &Node) -> Result<Vec<String>, Stop> {
    let empty = ObjectId::empty_tree(objects.git.object_hash());
    let before = match node.parents.first() {
        Some(&parent) if !objects.is_boundary(node.id) => objects.node(parent)?.tree,
        _ => empty,
    };
    let mut recorder = gix::diff::tree::Recorder::default();
    objects.compare(before, node.tree, &mut recorder)?;
    let path = |change: TreeChange| {
        let (mode, path) = match change {
            TreeChange::Addition { entry_mode, path, .. }
            | TreeChange::Deletion { entry_mode, path, .. }
            | TreeChange::Modification { entry_mode, path, .. } => (entry_mode, path),
        };
        mode.is_blob().then(|| path.to_str_lossy().into_owned())
    };
    let mut paths: Vec<String> = recorder.records.into_iter().filter_map(path).collect();
    paths.sort_unstable();
    Ok(paths)
}
