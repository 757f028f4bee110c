//! The change log of a repository: put together when somebody first needs it, read on as HEAD moves, and forgotten when nobody has needed it
//! for long. Never does: read what commits changed (that is `ahead`), or read the log on a thread that somebody waits for.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use backstory_history::{ChangeLog, Error, Repository};

use super::context::{Context, lock};
use super::event::Event;
use super::workers::{Priority, guarded, spawn};

/// The log of one repository.
pub(super) struct Logs {
    kept: Mutex<Kept>,
    /// Held while it is read, so that it is read once.
    reading: Mutex<()>,
}

struct Kept {
    log: Option<Arc<ChangeLog>>,
    /// More is known of commits than when it was read.
    is_old: bool,
    used: Instant,
    at_work: bool,
}

impl Default for Logs {
    fn default() -> Self {
        let kept = Kept { log: None, is_old: false, used: Instant::now(), at_work: false };
        Self { kept: Mutex::new(kept), reading: Mutex::default() }
    }
}

impl Logs {
    /// The log that is at hand, which may be of the commit that was checked out before.
    pub(super) fn latest(&self) -> Option<Arc<ChangeLog>> {
        let mut kept = lock(&self.kept);
        kept.used = Instant::now();
        kept.log.clone()
    }

    /// What commits changed was read on, or another commit is checked out.
    pub(super) fn outdate(&self) {
        lock(&self.kept).is_old = true;
    }

    /// Lets go of a log that nobody has needed for so long; says whether there still is one.
    pub(super) fn forget(&self, idle: Duration) -> bool {
        let mut kept = lock(&self.kept);
        if kept.used.elapsed() >= idle {
            kept.log = None;
        }
        kept.log.is_some()
    }

    fn is_current(&self) -> bool {
        let kept = lock(&self.kept);
        kept.log.is_some() && !kept.is_old
    }

    /// The log of a commit (a full hash), read here where it must be.
    pub(super) fn read(
        &self,
        repository: &Repository,
        at: &str,
        interrupted: &AtomicBool,
    ) -> Result<Arc<ChangeLog>, Error> {
        let _turn = lock(&self.reading);
        let before = {
            let mut kept = lock(&self.kept);
            kept.used = Instant::now();
            if let Some(log) = kept.log.as_ref().filter(|log| log.at() == at && !kept.is_old) {
                return Ok(Arc::clone(log));
            }
            kept.is_old = false;
            kept.log.take()
        };
        // Two of them are in memory only while somebody still looks at the older one.
        let before = before.map(|log| Arc::try_unwrap(log).unwrap_or_else(|shared| (*shared).clone()));
        let log = Arc::new(ChangeLog::read(repository, at, before, interrupted)?);
        let mut kept = lock(&self.kept);
        kept.log = Some(Arc::clone(&log));
        Ok(log)
    }
}

/// Reads the log on a thread of its own where it isn't at hand, or old. Lenses are asked for again afterwards.
pub(super) fn want(context: &Arc<Context>, repository: &Repository, logs: &Arc<Logs>) {
    if logs.is_current() {
        return;
    }
    {
        let mut kept = lock(&logs.kept);
        if kept.at_work {
            return;
        }
        kept.at_work = true;
    }
    let (context, repository, logs) = (Arc::clone(context), repository.clone(), Arc::clone(logs));
    spawn("change-log", Priority::Low, move || {
        guarded(|| read_head(&repository, &logs));
        lock(&logs.kept).at_work = false;
        if logs.is_current() {
            context.lenses_wait.store(true, std::sync::atomic::Ordering::Relaxed);
            context.send(Event::HistoryRead);
        }
    });
}

fn read_head(repository: &Repository, logs: &Logs) {
    let never = AtomicBool::new(false);
    let read = repository.head().and_then(|head| match head.commit {
        Some(commit) => logs.read(repository, &commit, &never).map(drop),
        None => Ok(()),
    });
    if let Err(error) = read {
        tracing::warn!("what changes together can't be told: {error}");
    }
}
