//! Work on many files, on all cores. Never does: decide which files, or in what order the results are wanted.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::database::{Analysis, FileId};

/// Has `work` add what it finds in each file. Threads beside this one are used where each has so many files to do. Where the question is given up, it
/// unwinds as every question does.
pub fn on_files<T: Send>(
    analysis: &Analysis,
    files: &[FileId],
    each: usize,
    work: impl Fn(&Analysis, FileId, &mut Vec<T>) + Sync,
) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let some = |analysis: &Analysis| {
        let mut found = Vec::new();
        while let Some(&file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            work(analysis, file, &mut found);
        }
        found
    };
    let threads = thread::available_parallelism().map_or(1, usize::from).min(files.len() / each);
    if threads < 2 {
        return some(analysis);
    }
    thread::scope(|scope| {
        let some = &some;
        let start = |_| {
            let analysis = analysis.clone();
            scope.spawn(move || some(&analysis))
        };
        let workers: Vec<_> = (0..threads).map(start).collect();
        // One that was cancelled unwinds, and so does the whole question.
        workers.into_iter().flat_map(|it| it.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    })
}
