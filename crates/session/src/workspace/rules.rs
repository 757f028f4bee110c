//! Which paths of a work tree are looked at: what git ignores is not, nor is anything in a `.git` directory or behind a symbolic
//! link. Never does: read source files.

use std::ffi::OsStr;
use std::path::{Component, Path};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;

use ignore::{DirEntry, IncrementalIgnore, WalkBuilder, WalkState};

/// Files whose change may change what is ignored.
pub(crate) const IGNORE_FILES: [&str; 2] = [".gitignore", ".ignore"];

/// The directory (or, in linked work trees and submodules, the file) that git keeps in a work tree.
const GIT: &str = ".git";

/// More threads than this wait for the disk, not for a processor.
const READERS: usize = 8;

/// What a path leads to; some rules are about directories only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    File,
    Directory,
}

/// The rules of one tree, for single paths. Remembers the ignore files that it has read: make new ones when those change.
pub(crate) struct Rules {
    matcher: Option<IncrementalIgnore>,
}

impl Rules {
    pub(crate) fn new(root: &Path) -> Self {
        // There is one matcher for each root that the builder was given.
        Self { matcher: builder(root, root).build_matchers().pop() }
    }

    /// Whether a walk over the tree would come to this path, which need not exist any more. The root itself is visited.
    pub(crate) fn visits(&mut self, path: &Path, entry: Entry) -> bool {
        let Some(matcher) = &mut self.matcher else { return false };
        let Ok(below) = path.strip_prefix(matcher.root()) else { return false };
        let is_plain = |part: Component<'_>| matches!(part, Component::Normal(name) if name != GIT);
        below.components().all(is_plain) && !matcher.matched(below, entry == Entry::Directory).is_ignore()
    }
}

/// Walks a directory of the tree (which must itself be visited), itself first. Directories that can't be read are left out.
pub(crate) fn walk(root: &Path, directory: &Path) -> impl Iterator<Item = DirEntry> + use<> {
    builder(root, directory).build().flatten()
}

/// What `look` finds at the entries of the tree, on all cores and in no order; less than all of it once `cancelled` is set.
/// Directories that can't be read are left out.
pub(crate) fn gather<T: Send>(
    root: &Path,
    cancelled: &AtomicBool,
    look: impl Fn(&DirEntry) -> Option<T> + Sync,
) -> Vec<T> {
    let (sender, found) = channel();
    builder(root, root).threads(threads()).build_parallel().run(|| {
        let (sender, look) = (sender.clone(), &look);
        Box::new(move |entry| {
            if cancelled.load(Ordering::Relaxed) {
                return WalkState::Quit;
            }
            if let Some(found) = entry.ok().and_then(|entry| look(&entry)) {
                // The receiver lives until all threads have ended.
                let _ = sender.send(found);
            }
            WalkState::Continue
        })
    });
    drop(sender);
    found.into_iter().collect()
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(READERS)
}

/// The one place that says how trees are walked. Rules of ignore files between the root and the directory hold too.
fn builder(root: &Path, directory: &Path) -> WalkBuilder {
    let mut builder = WalkBuilder::new(directory);
    builder.hidden(false).current_dir(root).filter_entry(|entry| entry.file_name() != OsStr::new(GIT));
    builder
}
