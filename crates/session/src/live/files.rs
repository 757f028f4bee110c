//! Reading the disk for the loop, on the disk thread: whole trees, and files that may have changed. Never does: touch the analysis
//! that the loop owns.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use backstory_analysis::{Analysis, Source};
use backstory_syntax::Language;

use crate::store::Store;
use crate::workspace::{self, Attention, relative};

/// What the disk has at a path.
pub(super) enum Reading {
    File(Source),
    /// Nothing, or nothing that is read as source: a path relative to the root, of a file or of a directory.
    Gone(String),
}

/// How often a reader of a tree says how far it is.
const TELL_EVERY: Duration = Duration::from_millis(200);

/// Reads a whole tree with the facts of all files; `None` where it was cancelled. `tell` gets a few words on how far it is.
pub(super) fn load(
    root: &Path,
    store: &Store,
    cancelled: &AtomicBool,
    tell: &(dyn Fn(String) + Sync),
) -> Option<Analysis> {
    let last = Mutex::new(Instant::now());
    let seldom = |words: &dyn Fn() -> String| {
        let Ok(mut last) = last.try_lock() else { return };
        if last.elapsed() >= TELL_EVERY {
            *last = Instant::now();
            tell(words());
        }
    };
    let on_file = |files: usize| seldom(&|| format!("{files} files"));
    let mut tree = workspace::read(root, Attention { cancelled, on_file: &on_file })?;
    let all = tree.sources.len();
    let on_file = |files: usize| seldom(&|| format!("{files} of {all} files parsed"));
    workspace::add_all_facts(&mut tree.sources, store, Attention { cancelled, on_file: &on_file });
    (!cancelled.load(Ordering::Relaxed)).then(|| tree.into_analysis())
}

/// Reads paths again, directories with all that is in them, with the facts that the cache has.
pub(super) fn read(root: &Path, store: &Store, paths: &[PathBuf]) -> Vec<Reading> {
    let (mut sources, mut gone) = (Vec::new(), Vec::new());
    for path in paths {
        let Some(below) = relative(root, path) else { continue };
        if path.is_dir() {
            let paths = workspace::below(root, path);
            sources.extend(paths.iter().filter_map(|path| workspace::source(root, path)));
        } else if Language::of_path(&below).is_some() {
            match workspace::source(root, &below) {
                Some(source) => sources.push(source),
                None => gone.push(below),
            }
        } else if !path.exists() {
            gone.push(below);
        }
    }
    workspace::add_stored_facts(&mut sources, store, Attention::none());
    sources.into_iter().map(Reading::File).chain(gone.into_iter().map(Reading::Gone)).collect()
}
