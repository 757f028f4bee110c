//! Tells what changes on disk in a work tree and in its git directories, whoever changes it, gathered into few reports.
//!
//! On Linux there is one watch for each directory that is not ignored, since a watch costs memory of the kernel and is limited;
//! elsewhere the system watches whole trees, and what is ignored is filtered out. Nothing runs while nothing happens. Never
//! does: poll, read source files, or follow symbolic links.

mod error;
mod git;
mod sight;

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, RecommendedWatcher};

use self::sight::Sight;

pub use self::error::WatchError;

/// Changes are reported when there was none for this long..
const QUIET: Duration = Duration::from_millis(50);

/// ..or the first of them is this old.
const PATIENCE: Duration = Duration::from_millis(250);

/// What changed on disk below a root, gathered over a short while.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Absolute paths that may have changed, come or gone, sorted, each once: source files, manifests of packages, project
    /// settings, ignore files, and directories. Of what is in a directory that came, the files are listed too; a directory that went speaks for all that was in it.
    /// Nothing that git ignores.
    pub paths: Vec<PathBuf>,
    /// What is checked out, or a reference, may have changed.
    pub git: bool,
    /// Events were lost, or what is ignored may have changed: anything may be different.
    pub rescan: bool,
}

/// Watches a tree until it is dropped.
pub struct Watcher {
    messages: Sender<Message>,
    incomplete: Option<WatchError>,
}

enum Message {
    Event(notify::Result<Event>),
    Stop,
}

impl Watcher {
    /// Watches a work tree and its git directories (its own and the one shared with other work trees, which may be the same or
    /// lie outside the root; none without git). All paths must be absolute and without symbolic links. Returns when the watches
    /// stand: what changes from then on is reported to `on_change`, on a thread of the watcher's own.
    ///
    /// # Errors
    /// Where nothing can be watched. Where only some directories can't be, see [`incomplete`](Self::incomplete).
    pub fn start(
        root: &Path,
        git_dirs: &[PathBuf],
        on_change: impl Fn(Changes) + Send + 'static,
    ) -> Result<Self, WatchError> {
        let (messages, inbox) = channel();
        let sight = Sight::open(notifier(messages.clone())?, root, git_dirs)?;
        let incomplete = sight.incomplete();
        let body = move || watch(&inbox, sight, on_change);
        let started = thread::Builder::new().name("watcher".to_owned()).spawn(body);
        started.map_err(|error| WatchError::System(error.to_string()))?;
        Ok(Self { messages, incomplete })
    }

    /// Why some directories are not watched, where that is so.
    pub fn incomplete(&self) -> Option<&WatchError> {
        self.incomplete.as_ref()
    }
}

impl Drop for Watcher {
    /// A report that is being made meanwhile still comes.
    fn drop(&mut self) {
        // The thread is gone only if reporting has panicked.
        let _ = self.messages.send(Message::Stop);
    }
}

/// The system's events, those that say nothing left out before they wake anybody: every file that is read makes some.
fn notifier(messages: Sender<Message>) -> Result<RecommendedWatcher, WatchError> {
    let forward = move |event: notify::Result<Event>| {
        let is_noise = event.as_ref().is_ok_and(|event| match event.kind {
            EventKind::Access(kind) => kind != AccessKind::Close(AccessMode::Write),
            _ => false,
        });
        if !is_noise {
            // The receiver is gone only while the watcher is being dropped.
            let _ = messages.send(Message::Event(event));
        }
    };
    notify::recommended_watcher(forward).map_err(WatchError::starting)
}

/// Gathers events and reports them, until told to stop.
fn watch(inbox: &Receiver<Message>, mut sight: Sight, on_change: impl Fn(Changes)) {
    let mut changes = Changes::default();
    let mut burst: Option<Burst> = None;
    loop {
        let now = Instant::now();
        let message = match &burst {
            None => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(burst) if burst.end() <= now => Err(RecvTimeoutError::Timeout),
            Some(burst) => inbox.recv_timeout(burst.end() - now),
        };
        match message {
            Ok(Message::Event(event)) => {
                if sight.take(event, &mut changes) {
                    let now = Instant::now();
                    burst = Some(Burst { last: now, first: burst.map_or(now, |burst| burst.first) });
                }
            }
            Err(RecvTimeoutError::Timeout) => {
                burst = None;
                sight.settle(&mut changes);
                on_change(std::mem::take(&mut changes));
            }
            Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// Events that are reported together.
#[derive(Clone, Copy)]
struct Burst {
    first: Instant,
    last: Instant,
}

impl Burst {
    fn end(self) -> Instant {
        (self.last + QUIET).min(self.first + PATIENCE)
    }
}

#[cfg(test)]
mod tests;
