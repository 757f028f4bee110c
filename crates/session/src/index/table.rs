//! The table of word vectors that a tree is searched with: the one that was adapted to it where there is one, otherwise the one inside the
//! program. Never does: train one, or fail a search because a stored one is damaged.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use backstory_model::embedder::Embedder;
use sha2::{Digest, Sha256};

use crate::directories;

/// The folder of the cache that holds the tables of trees.
pub const TABLES_FOLDER: &str = "tables";

/// A table; clones are the same one.
#[derive(Clone, Default)]
pub enum Table {
    /// The one inside the program.
    #[default]
    Shipped,
    /// One that was adapted to the tree.
    Adapted(Arc<Embedder>),
}

impl Deref for Table {
    type Target = Embedder;

    fn deref(&self) -> &Embedder {
        match self {
            Self::Shipped => Embedder::shipped(),
            Self::Adapted(embedder) => embedder,
        }
    }
}

impl Table {
    /// The table of the tree below a root, as the cache has it just now.
    pub fn of(root: &Path) -> Self {
        let stored = file(root).and_then(|file| fs::read(file).ok());
        stored.and_then(Embedder::parse).map_or(Self::Shipped, |embedder| Self::Adapted(Arc::new(embedder)))
    }
}

/// Keeps a table for a tree, in place of an earlier one, which stays whole until then. Returns its file.
pub(crate) fn keep(root: &Path, embedder: &Embedder) -> io::Result<PathBuf> {
    let invalid =
        || io::Error::new(io::ErrorKind::InvalidData, "the table holds numbers that are not finite");
    let bytes = Embedder::write(&embedder.words(), &embedder.rows()).ok_or_else(invalid)?;
    let file =
        file(root).ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "there is no cache directory"))?;
    fs::create_dir_all(file.parent().unwrap_or(&file))?;
    let beside = file.with_extension(format!("{}.tmp", std::process::id()));
    fs::write(&beside, bytes)?;
    fs::rename(&beside, &file)?;
    Ok(file)
}

/// Forgets a tree's own table; says whether there was one.
pub(crate) fn forget(root: &Path) -> io::Result<bool> {
    match file(root).map(fs::remove_file) {
        None => Ok(false),
        Some(Ok(())) => Ok(true),
        Some(Err(error)) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Some(Err(error)) => Err(error),
    }
}

fn file(root: &Path) -> Option<PathBuf> {
    let name = format!("{:x}.bin", Sha256::digest(root.as_os_str().as_encoded_bytes()));
    Some(directories::cache()?.join(TABLES_FOLDER).join(name))
}
