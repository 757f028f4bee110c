//! Drafts of many files, made on all cores. Never does: decide which files need one.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use super::refresh::{Draft, draft};
use crate::database::{Analysis, FileId};

/// A thread of its own is worth it for so many files.
const FILES: usize = 4;

/// Drafts of files, in the order of the files; `None` where it is told to stop.
pub(super) fn drafted(analysis: &Analysis, files: &[FileId], stop: &AtomicBool) -> Option<Vec<Draft>> {
    let next = &AtomicUsize::new(0);
    let threads = thread::available_parallelism().map_or(1, usize::from).min(files.len().div_ceil(FILES));
    let work = |analysis: &Analysis| {
        let mut found = Vec::new();
        while !stop.load(Ordering::Relaxed)
            && let Some(&file) = files.get(next.fetch_add(1, Ordering::Relaxed))
        {
            found.push(draft(analysis, file));
        }
        found
    };
    let mut found = match threads {
        0 | 1 => work(analysis),
        _ => thread::scope(|scope| {
            let worker = |_| {
                let analysis = analysis.clone();
                scope.spawn(move || work(&analysis))
            };
            let workers: Vec<_> = (0..threads).map(worker).collect();
            // One that was cancelled unwinds, and so does the whole question.
            workers
                .into_iter()
                .flat_map(|it| it.join().unwrap_or_else(|panic| resume_unwind(panic)))
                .collect()
        }),
    };
    found.sort_by_key(|draft: &Draft| draft.file);
    (!stop.load(Ordering::Relaxed)).then_some(found)
}
