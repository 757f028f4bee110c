//! What is being watched, and what each event means: which paths to report, which directories came into sight or went out of it.
//! Never does: wait, or decide when to report.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use notify::event::{AccessKind, AccessMode, ModifyKind, RenameMode};
use notify::{ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use backstory_syntax::Language;

use super::git::{GitDirs, InGit, directories};
use super::{Changes, WatchError};
use crate::config::PROJECT_FILE;
use crate::workspace::{Entry, IGNORE_FILES, MANIFEST, Rules, is_file, walk};

/// Whether the system reports everything below a directory by itself. Where it doesn't, each directory costs a watch, so that
/// only those are watched that matter.
const RECURSIVE: bool = !cfg!(any(target_os = "linux", target_os = "android"));

/// The watched directories of one tree.
pub(super) struct Sight {
    notifier: RecommendedWatcher,
    root: PathBuf,
    git: GitDirs,
    /// `None` when ignore files may have changed since they were read.
    rules: Option<Rules>,
    /// The directories of the tree that are in sight, whether or not the system had a watch left for each.
    directories: BTreeSet<PathBuf>,
    /// Directories for which there was no watch left.
    unwatched: BTreeSet<PathBuf>,
    /// Directories that came since the last report.
    came: BTreeSet<PathBuf>,
    /// Directories that went since the last report.
    went: BTreeSet<PathBuf>,
    /// Events or rules have changed so that every directory must be looked at again.
    stale: bool,
}

/// What happened at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Came,
    Went,
    Written,
}

impl Sight {
    /// Watches the git directories and then the tree, from the root down, as far as the system allows.
    ///
    /// # Errors
    /// Where not even the root can be watched.
    pub(super) fn open(
        notifier: RecommendedWatcher,
        root: &Path,
        git_dirs: &[PathBuf],
    ) -> Result<Self, WatchError> {
        let mut sight = Self {
            notifier,
            root: root.to_owned(),
            git: GitDirs::new(git_dirs),
            rules: None,
            directories: BTreeSet::new(),
            unwatched: BTreeSet::new(),
            came: BTreeSet::new(),
            went: BTreeSet::new(),
            stale: false,
        };
        let mode = if RECURSIVE { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
        sight.notifier.watch(root, mode).map_err(|error| match error.kind {
            ErrorKind::MaxFilesWatch => WatchError::Limit { missed: 1, wanted: 1 },
            _ => WatchError::watching(root.to_owned(), error),
        })?;
        sight.watch_git();
        sight.watch_below(&sight.root.clone());
        Ok(sight)
    }

    /// Why some directories are not watched.
    pub(super) fn incomplete(&self) -> Option<WatchError> {
        let (missed, wanted) = (self.unwatched.len(), self.directories.len() + self.git.watched().len());
        (missed > 0).then_some(WatchError::Limit { missed, wanted })
    }

    /// Adds what an event says to the changes; says whether that was anything.
    pub(super) fn take(&mut self, event: notify::Result<Event>, changes: &mut Changes) -> bool {
        match event {
            Ok(event) if !event.need_rescan() => {
                let mut news = false;
                for path in &event.paths {
                    news |= what(event.kind, path).is_some_and(|what| self.happened(path, what, changes));
                }
                news
            }
            lost => {
                tracing::debug!("events of the file system were lost: {:?}", lost.err());
                self.look_again(changes)
            }
        }
    }

    /// Brings watches and changes in order before they are reported.
    pub(super) fn settle(&mut self, changes: &mut Changes) {
        let (came, mut gone) = (std::mem::take(&mut self.came), std::mem::take(&mut self.went));
        let all = gone.len();
        gone.retain(|directory| !directory.is_dir());
        // One is there again; which files went with the old one can't be told from what is in it now.
        changes.rescan |= gone.len() < all;
        self.list(&mut changes.paths, &came, &gone);
        if std::mem::take(&mut self.stale) {
            self.watch_git();
            let mut before = std::mem::take(&mut self.directories);
            self.unwatched.clear();
            self.watch_below(&self.root.clone());
            before.retain(|directory| !self.directories.contains(directory));
            before.iter().for_each(|directory| self.unwatch(directory));
        }
    }

    /// Sorts paths and leaves out what need not be said: all below a directory that is gone, and directories below one that came.
    fn list(&self, paths: &mut Vec<PathBuf>, came: &BTreeSet<PathBuf>, gone: &BTreeSet<PathBuf>) {
        paths.sort_unstable();
        paths.dedup();
        // Sorted, all that is below a directory follows it.
        let mut around: Option<(PathBuf, What)> = None;
        paths.retain(|path| {
            if let Some((_, what)) = around.as_ref().filter(|(top, _)| path.starts_with(top)) {
                return *what == What::Came && !self.directories.contains(path);
            }
            let is_top = |tops: &BTreeSet<PathBuf>, what| tops.contains(path).then(|| (path.clone(), what));
            around = is_top(gone, What::Went).or_else(|| is_top(came, What::Came));
            true
        });
    }

    fn happened(&mut self, path: &Path, what: What, changes: &mut Changes) -> bool {
        if let Some(meaning) = self.git.meaning(path) {
            return self.happened_in_git(path, meaning, what, changes);
        }
        if path == self.root {
            return what == What::Went && self.look_again(changes);
        }
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return false };
        if name == ".git" {
            return what != What::Written && self.repository_changed(path, changes);
        }
        match what {
            What::Went if self.directories.contains(path) => self.directory_went(path, changes),
            What::Came if is_directory(path) => self.directory_came(path, changes),
            What::Written if self.directories.contains(path) => false,
            _ if matters(name) && self.rules().visits(path, Entry::File) => {
                changes.paths.push(path.to_owned());
                if IGNORE_FILES.contains(&name) { self.look_again(changes) } else { true }
            }
            _ => false,
        }
    }

    /// A repository was made or removed, in the root or further down: ignore files mean something else now.
    fn repository_changed(&mut self, git: &Path, changes: &mut Changes) -> bool {
        let Some(around) = git.parent().filter(|around| around.starts_with(&self.root)) else { return false };
        changes.git |= around == self.root;
        self.rules().visits(around, Entry::Directory) && self.look_again(changes)
    }

    fn happened_in_git(&mut self, path: &Path, meaning: InGit, what: What, changes: &mut Changes) -> bool {
        match meaning {
            InGit::Nothing => return false,
            InGit::Itself if what == What::Written => return false,
            InGit::Itself | InGit::State => changes.git = true,
            InGit::Exclude => {}
        }
        match meaning {
            InGit::State if what == What::Came => {
                directories(path).for_each(|directory| self.watch(&directory))
            }
            InGit::State | InGit::Nothing => {}
            InGit::Itself | InGit::Exclude => drop(self.look_again(changes)),
        }
        true
    }

    fn directory_went(&mut self, path: &Path, changes: &mut Changes) -> bool {
        let below: Vec<PathBuf> = self
            .directories
            .range(path.to_owned()..)
            .take_while(|it| it.starts_with(path))
            .cloned()
            .collect();
        for directory in &below {
            self.directories.remove(directory);
            self.unwatched.remove(directory);
        }
        // Ignore files in it may have been read.
        self.rules = None;
        self.came.remove(path);
        self.went.insert(path.to_owned());
        changes.paths.push(path.to_owned());
        true
    }

    /// Files may have been written before there was a watch, so they are reported here.
    fn directory_came(&mut self, path: &Path, changes: &mut Changes) -> bool {
        if !self.rules().visits(path, Entry::Directory) {
            return false;
        }
        changes.paths.push(path.to_owned());
        self.came.insert(path.to_owned());
        changes.paths.extend(self.watch_below(path));
        // Its ignore files were not yet there when they were last looked for.
        self.rules = None;
        true
    }

    fn look_again(&mut self, changes: &mut Changes) -> bool {
        changes.rescan = true;
        self.rules = None;
        self.stale = true;
        true
    }

    fn rules(&mut self) -> &mut Rules {
        self.rules.get_or_insert_with(|| Rules::new(&self.root))
    }

    /// Watches a directory of the tree and all below it, and returns the files there that matter. Repeated until it finds no
    /// further directory: what comes into one after it was listed for the last time makes an event.
    fn watch_below(&mut self, top: &Path) -> Vec<PathBuf> {
        let mut seen = BTreeSet::new();
        loop {
            let (mut files, before) = (Vec::new(), seen.len());
            for entry in walk(&self.root, top) {
                if is_file(&entry) {
                    files.extend(entry.file_name().to_str().is_some_and(matters).then(|| entry.into_path()));
                } else if entry.file_type().is_some_and(|kind| kind.is_dir())
                    && seen.insert(entry.path().to_owned())
                {
                    self.watch(entry.path());
                }
            }
            if seen.len() == before {
                self.directories.append(&mut seen);
                return files;
            }
        }
    }

    fn watch_git(&mut self) {
        if RECURSIVE {
            let outside: Vec<_> =
                self.git.watched().into_iter().filter(|it| !it.starts_with(&self.root)).collect();
            for directory in outside {
                // It may be gone by now, which is no news.
                let _ = self.notifier.watch(&directory, RecursiveMode::NonRecursive);
            }
        }
        self.git.watched().iter().for_each(|directory| self.watch(directory));
    }

    /// Watches one directory. A directory that was moved here, or is new under an old name, needs a new watch though its path
    /// had one.
    fn watch(&mut self, directory: &Path) {
        if RECURSIVE {
            return;
        }
        match self.notifier.watch(directory, RecursiveMode::NonRecursive) {
            Ok(()) => drop(self.unwatched.remove(directory)),
            Err(error) => {
                let is_full = matches!(error.kind, ErrorKind::MaxFilesWatch);
                if is_full && self.unwatched.insert(directory.to_owned()) && self.unwatched.len() == 1 {
                    tracing::warn!(
                        "no watch is left for {}, nor for directories after it",
                        directory.display()
                    );
                }
                tracing::debug!("cannot watch {}: {error}", directory.display());
            }
        }
    }

    fn unwatch(&mut self, directory: &Path) {
        if !RECURSIVE {
            // One that is gone has no watch any more.
            let _ = self.notifier.unwatch(directory);
        }
    }
}

/// What a kind of event says about a path; `None` where its content can't have changed.
fn what(kind: EventKind, path: &Path) -> Option<What> {
    Some(match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => What::Written,
        // A rename from here to there is reported from both ends as well.
        EventKind::Access(_) | EventKind::Modify(ModifyKind::Name(RenameMode::Both)) => return None,
        EventKind::Create(_) | EventKind::Modify(ModifyKind::Name(RenameMode::To)) => What::Came,
        EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(RenameMode::From)) => What::Went,
        EventKind::Any | EventKind::Other | EventKind::Modify(ModifyKind::Name(_) | ModifyKind::Any) => {
            if fs::symlink_metadata(path).is_ok() {
                What::Came
            } else {
                What::Went
            }
        }
        EventKind::Modify(_) => What::Written,
    })
}

fn is_directory(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|about| about.is_dir())
}

/// Whether a file of this name says anything to Backstory.
fn matters(name: &str) -> bool {
    Language::of_path(name).is_some()
        || name == MANIFEST
        || name == PROJECT_FILE
        || IGNORE_FILES.contains(&name)
}
