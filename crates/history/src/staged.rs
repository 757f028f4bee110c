//! What is staged: where git's index differs from a commit. Never does: read the work tree, or write the index.

use std::collections::BTreeMap;

use gix::ObjectId;
use gix::bstr::ByteSlice;
use gix::index::entry::{Mode, Stage};
use gix::prelude::ObjectIdExt as _;

use crate::changes::GivenFile;
use crate::error::{Error, read_error};
use crate::repository::Repository;

/// The files whose staged content differs from that of a commit (a full hash); those that the index lacks are gone. Files with conflicts and
/// contents that are not UTF-8 are left out.
///
/// # Errors
/// [`Error::UnknownCommit`], and [`Error::Read`] where the index or an object is damaged.
pub fn staged_files(repository: &Repository, commit: &str) -> Result<Vec<GivenFile>, Error> {
    let git = repository.local();
    let mut committed = committed(&git, commit)?;
    let index = git.index_or_empty().map_err(|error| read_error("the index", error))?;
    let mut given = Vec::new();
    for entry in index.entries() {
        let Ok(path) = entry.path(&index).to_str() else { continue };
        let before = committed.remove(path);
        let is_file = entry.mode == Mode::FILE || entry.mode == Mode::FILE_EXECUTABLE;
        if !is_file || entry.stage() != Stage::Unconflicted || before == Some(entry.id) {
            continue;
        }
        let object = entry.id.attach(&git).object().map_err(|error| read_error(path, error))?;
        if let Ok(text) = object.data.to_str() {
            given.push(GivenFile { path: path.to_owned(), text: Some(text.into()) });
        }
    }
    given.extend(committed.into_keys().map(|path| GivenFile { path, text: None }));
    Ok(given)
}

/// The paths of all files of a commit (a full hash), in order.
///
/// # Errors
/// [`Error::UnknownCommit`], and [`Error::Read`] where a tree is missing or damaged.
pub fn committed_paths(repository: &Repository, commit: &str) -> Result<Vec<String>, Error> {
    Ok(committed(&repository.local(), commit)?.into_keys().collect())
}

/// The files of a commit with their contents' ids, by their paths.
fn committed(git: &gix::Repository, commit: &str) -> Result<BTreeMap<String, ObjectId>, Error> {
    let unknown = || Error::UnknownCommit { revision: commit.to_owned() };
    let id = ObjectId::from_hex(commit.as_bytes()).map_err(|_| unknown())?;
    let failed = |error| read_error(format!("the files of {commit}"), error);
    let found = git.find_commit(id).map_err(|_| unknown())?;
    let tree = found.tree().map_err(failed)?;
    let entries = tree.traverse().breadthfirst.files().map_err(failed)?;
    let files = entries.into_iter().filter(|entry| entry.mode.is_blob());
    let path = |entry: &gix::traverse::tree::recorder::Entry| entry.filepath.to_str().ok().map(str::to_owned);
    Ok(files.filter_map(|entry| Some((path(&entry)?, entry.oid))).collect())
}
