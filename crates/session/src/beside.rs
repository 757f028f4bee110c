//! The touch index, made while a question waits for history anyway: what one question read serves the next one. Never does: hold an
//! answer up for long, or fail; an index that can't be made only costs time.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::thread;

use backstory_history::Repository;

/// So many commits are read first, some tenths of a second: with them the answer comes sooner.
const FEW: usize = 2000;

/// Does something with a repository's history as of a commit (a full hash). Where the touch index lacks few commits it is made first;
/// otherwise beside it, and given up once it is done, unless few are left by then. What was read of it stays in the cache.
pub(crate) fn beside_index<T>(repository: &Repository, at: &str, work: impl FnOnce() -> T) -> T {
    let (stop, nearly_done) = (AtomicBool::new(false), AtomicBool::new(false));
    let (ahead, is_ahead) = channel::<()>();
    thread::scope(|scope| {
        let (stop, nearly_done) = (&stop, &nearly_done);
        scope.spawn(move || {
            let mut ahead = Some(ahead);
            let mut on_progress = |done: usize, of: usize| {
                let few_are_left = of - done <= FEW;
                nearly_done.store(few_are_left, Ordering::Relaxed);
                ahead.take_if(|_| !few_are_left);
            };
            // The question itself meets whatever is wrong with the repository.
            if let Err(error) = repository.index_touches(at, stop, &mut on_progress) {
                tracing::debug!("no touch index: {error}");
            }
        });
        // Nothing is ever sent: it ends when the other end is dropped, with the work or before it.
        let _ = is_ahead.recv();
        let done = work();
        stop.fetch_or(!nearly_done.load(Ordering::Relaxed), Ordering::Relaxed);
        done
    })
}
