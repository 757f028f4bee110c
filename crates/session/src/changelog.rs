//! What the commits changed, made known for a question that waits for it. Never does: hold the question up for longer than it has patience.

use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use backstory_history::{ChangeLog, Commits, Companion, LogSymbol, Repository, index_changes};
use backstory_ide::hint::Bar;

use crate::Error;
use crate::patience::in_time;

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
    let threads = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let on_commits = Mutex::new(on_commits);
    let on_progress = |commits: Commits| {
        let mut on_commits = on_commits.lock().unwrap_or_else(PoisonError::into_inner);
        on_commits(commits.done, commits.all);
    };
    in_time(Instant::now() + patience, interrupted, |stop| {
        index_changes(repository, at, threads, stop, &on_progress)
    })?;
    let log = ChangeLog::read(repository, at, None, interrupted)?;
    let limit = (log.missing() > 0).then(|| {
        let known = log.commits().len();
        let all = known + log.missing();
        format!(
            "what commits changed is known of the newest {known} of {all}; `backstory index` reads the rest"
        )
    });
    Ok((log, limit))
}

/// The companions of a symbol that come up to a bar: the surest first, then those with most support.
pub(crate) fn companions(log: &ChangeLog, symbol: LogSymbol, bar: Bar) -> Vec<Companion> {
    let mut found = log.companions(symbol, &Default::default(), log.newest());
    found.retain(|companion| bar.admits(companion.together, companion.of));
    found.sort_by(|a, b| b.confidence().total_cmp(&a.confidence()).then(b.together.cmp(&a.together)));
    found
}
