//! Drafts of many files, made on all cores. Never does: decide which files need one.

use std::sync::atomic::{AtomicBool, Ordering};

use super::refresh::{Draft, draft};
use crate::database::{Analysis, FileId};
use crate::parallel::on_files;

/// A thread of its own is worth it for so many files.
const FILES: usize = 2;

/// Drafts of files, in the order of the files; `None` where it is told to stop.
pub(super) fn drafted(analysis: &Analysis, files: &[FileId], stop: &AtomicBool) -> Option<Vec<Draft>> {
    let mut drafts = on_files(analysis, files, FILES, |analysis, file, drafts| {
        if !stop.load(Ordering::Relaxed) {
            drafts.push(draft(analysis, file));
        }
    });
    drafts.sort_by_key(|draft| draft.file);
    (!stop.load(Ordering::Relaxed)).then_some(drafts)
}
