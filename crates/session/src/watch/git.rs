//! Which files of a git directory say what is checked out and what history there is. Never does: read them.

use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

/// Files of a git directory that are replaced when another commit is checked out, made or fetched.
const FILES: [&str; 4] = ["HEAD", "index", "packed-refs", "shallow"];

/// Directories of a git directory in which every file is a reference.
const REFERENCES: [&str; 2] = ["refs", "reftable"];

/// Where git says what it ignores in this clone alone.
const EXCLUDE: &str = "info/exclude";

/// The log of what was checked out.
const LOG: &str = "logs/HEAD";

/// What a path in a git directory means to history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InGit {
    /// The git directory itself.
    Itself,
    /// What is checked out, or a reference.
    State,
    /// Rules of what is ignored.
    Exclude,
    /// Objects, locks, and whatever else.
    Nothing,
}

/// The git directories of a work tree: its own and the one that it shares with others.
pub(super) struct GitDirs(Vec<PathBuf>);

impl GitDirs {
    pub(super) fn new(directories: &[PathBuf]) -> Self {
        Self(directories.to_vec())
    }

    /// What a path means; `None` outside of the git directories.
    pub(super) fn meaning(&self, path: &Path) -> Option<InGit> {
        // A linked work tree's own directory lies inside the shared one.
        let around = self.0.iter().filter(|directory| path.starts_with(directory));
        let below = path.strip_prefix(around.max_by_key(|directory| directory.as_os_str().len())?).ok()?;
        let mut parts = below.iter();
        let Some(first) = parts.next() else { return Some(InGit::Itself) };
        let is_lock = below.extension().is_some_and(|extension| extension == "lock");
        let is_file = parts.next().is_none() && FILES.iter().any(|file| first == *file);
        let is_reference = REFERENCES.iter().any(|directory| first == *directory);
        Some(match () {
            () if is_lock => InGit::Nothing,
            () if is_file || is_reference || below == Path::new(LOG) => InGit::State,
            () if below == Path::new(EXCLUDE) => InGit::Exclude,
            () => InGit::Nothing,
        })
    }

    /// The directories that have to be watched: objects are in none of them.
    pub(super) fn watched(&self) -> Vec<PathBuf> {
        let mut watched = Vec::new();
        for directory in &self.0 {
            let parts = ["logs", "info"].map(|part| directory.join(part));
            watched.push(directory.clone());
            watched.extend(parts.into_iter().filter(|part| part.is_dir()));
            watched.extend(REFERENCES.iter().flat_map(|references| directories(&directory.join(references))));
        }
        watched.sort_unstable();
        watched.dedup();
        watched
    }
}

/// A directory and all below it; none where there is no such directory.
pub(super) fn directories(top: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let walk = WalkBuilder::new(top).standard_filters(false).build().flatten();
    walk.filter(|entry| entry.file_type().is_some_and(|kind| kind.is_dir())).map(|entry| entry.into_path())
}
