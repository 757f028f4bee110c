//! What the commits changed, made known for a question that waits for it. Never does: hold the question up for longer than it has patience.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use backstory_history::{ChangeLog, Commits, Repository, index_changes};

use crate::Error;

/// How often it is looked whether time is up.
const LOOK: Duration = Duration::from_millis(20);

/// What the commits up to one (a full hash) changed, and a sentence where that is not known of all. What the cache lacks is read, newest first, for as long
/// as there is patience.
///
/// # Errors
/// Where the repository can't be read, or when `interrupted`.
pub(crate) fn change_log(
    repository: &Repository,
    at: &str,
    patience: Duration,
    interrupted: &AtomicBool,
    on_commits: &mut (dyn FnMut(usize, usize) + Send),
) -> Result<(ChangeLog, Option<String>), Error> {
    let (stop, done) = (AtomicBool::new(patience.is_zero()), AtomicBool::new(false));
    let threads = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let on_commits = Mutex::new(on_commits);
    let on_progress = |commits: Commits| {
        let mut on_commits = on_commits.lock().unwrap_or_else(PoisonError::into_inner);
        on_commits(commits.done, commits.all);
    };
    thread::scope(|scope| {
        scope.spawn(|| {
            let end = Instant::now() + patience;
            while !done.load(Ordering::Relaxed)
                && !interrupted.load(Ordering::Relaxed)
                && Instant::now() < end
            {
                thread::sleep(LOOK);
            }
            stop.store(true, Ordering::Relaxed);
        });
        let read = index_changes(repository, at, threads, &stop, &on_progress);
        done.store(true, Ordering::Relaxed);
        read
    })?;
    let log = ChangeLog::read(repository, at, None, interrupted)?;
    let limit = (log.missing() > 0).then(|| {
        let known = log.commits().len();
        let all = known + log.missing();
        format!(
            "what changes together is known from the newest {known} of {all} commits; `backstory index` reads the rest"
        )
    });
    Ok((log, limit))
}
