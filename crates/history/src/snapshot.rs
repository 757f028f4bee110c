//! The files of one commit, all at once, for whoever reads a commit as others read the disk. Never does: know what the files are.

use gix::bstr::ByteSlice;
use gix::prelude::ObjectIdExt as _;

use crate::error::{Error, read_error};
use crate::repository::{Repository, peeled};

/// One file of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommittedFile {
    /// Relative to the repository's root, with `/`.
    pub path: String,
    pub content: Vec<u8>,
}

/// The files of a commit (any revision that git understands) whose paths are wanted, in order of their paths. Symbolic links,
/// submodules, paths that are not UTF-8, and contents that a partial clone lacks are left out.
///
/// # Errors
/// [`Error::UnknownCommit`], and [`Error::Read`] where a tree is missing or something is damaged.
pub fn files_at(
    repository: &Repository,
    commit: &str,
    is_wanted: &dyn Fn(&str) -> bool,
) -> Result<Vec<CommittedFile>, Error> {
    let git = repository.local();
    let peeled = peeled(&git, commit)?;
    let failed = |error| read_error(format!("the files of {}", peeled.id), error);
    let entries = peeled.tree().map_err(failed)?.traverse().breadthfirst.files().map_err(failed)?;
    let mut files = Vec::new();
    for entry in entries.into_iter().filter(|entry| entry.mode.is_blob()) {
        let Ok(path) = entry.filepath.to_str() else { continue };
        if !is_wanted(path) {
            continue;
        }
        let object = entry.oid.attach(&git).try_object().map_err(|error| read_error(path, error))?;
        if let Some(mut object) = object {
            files.push(CommittedFile { path: path.to_owned(), content: std::mem::take(&mut object.data) });
        }
    }
    files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}
