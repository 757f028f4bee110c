//! Whole repositories read in the background, on one thread at low priority: at the start and whenever HEAD moves first the commits that
//! the touch index lacks, which makes every walk quick, then, where settings want it, what each commit changed, and the histories of all
//! symbols. The latter two wait while somebody types, asks or is being answered. All of it is kept as it is read. Never does: answer, or delay an answer.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use backstory_history::{Error, Indexed, Repository, index_changes, index_lineages};

use super::context::{Context, lock};
use super::event::{Event, Notice, Progress, ProgressId};
use super::run::State;
use super::workers::{Priority, guarded, spawn};
use crate::config::Config;

/// Nobody has typed or asked for so long: then nobody is about to, either.
const QUIET: Duration = Duration::from_secs(2);

/// How often it looks whether it is quiet.
const LOOK: Duration = Duration::from_millis(200);

/// Whether somebody is at work.
pub(super) struct Activity {
    last: Mutex<Instant>,
    served: AtomicUsize,
    /// The client wants nothing to be read in the background.
    paused: AtomicBool,
    /// Set with the next thing that somebody does.
    disturbed: Mutex<Arc<AtomicBool>>,
}

/// Somebody is being served as long as this lives.
pub(super) struct Served<'a>(&'a Activity);

impl Activity {
    pub(super) fn new() -> Self {
        Self {
            last: Mutex::new(Instant::now()),
            served: AtomicUsize::new(0),
            paused: AtomicBool::new(false),
            disturbed: Mutex::default(),
        }
    }

    /// Somebody typed or asked.
    pub(super) fn note(&self) {
        *lock(&self.last) = Instant::now();
        lock(&self.disturbed).store(true, Ordering::Relaxed);
    }

    /// A flag that is set as soon as somebody types or asks.
    pub(super) fn disturbed(&self) -> Arc<AtomicBool> {
        let flag = Arc::new(AtomicBool::new(!self.is_quiet()));
        *lock(&self.disturbed) = Arc::clone(&flag);
        flag
    }

    /// Something that takes long is being done for somebody.
    pub(super) fn serve(&self) -> Served<'_> {
        self.served.fetch_add(1, Ordering::Relaxed);
        self.note();
        Served(self)
    }

    /// Stops what is read in the background, or lets it go on.
    pub(super) fn pause(&self, paused: bool) {
        self.paused.store(paused, Ordering::Relaxed);
        lock(&self.disturbed).fetch_or(paused, Ordering::Relaxed);
    }

    pub(super) fn is_paused(&self) -> bool {
        self.paused.load(Ordering::Relaxed)
    }

    /// Nobody is at work, nobody is being served, and nobody wants it to stay quiet.
    pub(super) fn is_quiet(&self) -> bool {
        !self.is_paused() && self.rests_for(QUIET)
    }

    /// The same for a time that the caller chooses.
    pub(super) fn rests_for(&self, time: Duration) -> bool {
        self.served.load(Ordering::Relaxed) == 0 && lock(&self.last).elapsed() >= time
    }
}

impl Drop for Served<'_> {
    fn drop(&mut self) {
        self.0.served.fetch_sub(1, Ordering::Relaxed);
        self.0.note();
    }
}

/// A repository to read.
pub(super) struct Wish {
    root: PathBuf,
    repository: Repository,
    wants: Wants,
    number: u64,
    /// Set where another wish has taken its place, or the client doesn't want to wait.
    cancelled: Arc<AtomicBool>,
}

/// What is read beside the commits themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wants {
    changes: bool,
    lineages: bool,
}

/// What the settings want to have read.
pub(super) fn wants(config: &Config) -> Wants {
    Wants { changes: config.history_ahead || config.tells_companions(), lineages: config.history_ahead }
}

/// By git directory: the commit of which everything that was wished for has been read.
type Finished = HashMap<PathBuf, (String, Wants)>;

/// Starts the thread; it ends when the sender is dropped.
pub(super) fn start(context: Arc<Context>) -> Sender<Wish> {
    let (wishes, wished) = channel();
    spawn("repository-ahead", Priority::Low, move || serve(&context, &wished));
    wishes
}

fn serve(context: &Context, wished: &Receiver<Wish>) {
    let mut finished = Finished::new();
    for wish in wished {
        if !wish.cancelled.load(Ordering::Relaxed) {
            guarded(|| read(context, &wish, &mut finished));
        }
        context.send(Event::ReadAhead { number: wish.number });
    }
}

/// Reads the repository of a workspace folder as it is by now, instead of what it was.
pub(super) fn follow(state: &mut State, root: &Path) {
    let Some(project) = state.projects.get_mut(root).filter(|project| project.in_workspace) else { return };
    let Some(repository) = project.place.repository.clone() else { return };
    state.last += 1;
    let (number, cancelled) = (state.last, Arc::new(AtomicBool::new(false)));
    if let Some(before) = project.ahead.replace(Arc::clone(&cancelled)) {
        before.store(true, Ordering::Relaxed);
    }
    state.progress.insert(number, Arc::clone(&cancelled));
    let wants = wants(&project.config);
    // The thread is gone only when the session has ended.
    let _ = state.ahead.send(Wish { root: root.to_owned(), repository, wants, number, cancelled });
}

fn read(context: &Context, wish: &Wish, finished: &mut Finished) {
    let directory = wish.repository.git_dir();
    let outcome = wish.repository.head().and_then(|head| {
        // References and git's own index change more often than what is checked out.
        let Some(wanted) = head.commit.map(|commit| (commit, wish.wants)) else { return Ok(()) };
        if finished.get(directory) != Some(&wanted)
            && read_all(context, wish, &wanted.0)? != Indexed::Interrupted
        {
            finished.insert(directory.to_owned(), wanted);
        }
        Ok(())
    });
    // What asks for histories meets the same error, and says so.
    if let Err(error) = outcome {
        tracing::warn!("reading ahead in {}: {error}", directory.display());
    }
}

fn read_all(context: &Context, wish: &Wish, commit: &str) -> Result<Indexed, Error> {
    let mut outcome = index_commits(context, wish, commit)?;
    if wish.wants.changes && outcome != Indexed::Interrupted {
        outcome = outcome.max(read_changes(context, wish, commit)?);
    }
    if outcome != Indexed::Complete || !wish.wants.lineages {
        return Ok(outcome);
    }
    read_lineages(context, wish, commit)
}

/// Waits while the client wants nothing to be read.
fn hold(context: &Context, cancelled: &AtomicBool) {
    while !cancelled.load(Ordering::Relaxed) && context.activity.is_paused() {
        std::thread::sleep(LOOK);
    }
}

/// Waits while somebody is at work.
fn pause(context: &Context, cancelled: &AtomicBool) {
    while !cancelled.load(Ordering::Relaxed) && !is_quiet(context) {
        std::thread::sleep(LOOK);
    }
}

/// Reads what each commit changed, for what is told of companions.
fn read_changes(context: &Context, wish: &Wish, commit: &str) -> Result<Indexed, Error> {
    let Wish { repository, cancelled, .. } = wish;
    pause(context, cancelled);
    let (outcome, commits) = index_changes(repository, commit, NonZeroUsize::MIN, cancelled, &|_| {
        pause(context, cancelled);
    })?;
    tracing::info!("changes at hand: of {} of {} commits, {} read", commits.done, commits.all, commits.read);
    // The log that was put together before may be of the commit that was checked out then.
    context.send(Event::ChangesRead { root: wish.root.clone() });
    Ok(outcome)
}

fn read_lineages(context: &Context, wish: &Wish, commit: &str) -> Result<Indexed, Error> {
    let Wish { repository, cancelled, .. } = wish;
    pause(context, cancelled);
    let (outcome, ahead) = index_lineages(repository, commit, NonZeroUsize::MIN, cancelled, &|ahead| {
        // Without a cache all of it would be for nothing.
        cancelled.fetch_or(ahead.lost > 0, Ordering::Relaxed);
        pause(context, cancelled);
    })?;
    tracing::info!(
        "histories at hand: {} of {} files, {} symbols read",
        ahead.done,
        ahead.files,
        ahead.symbols
    );
    Ok(outcome)
}

fn is_quiet(context: &Context) -> bool {
    context.activity.is_quiet() && context.histories.is_idle()
}

/// Brings the touch index up to date. The client sees it where it takes long.
fn index_commits(context: &Context, wish: &Wish, commit: &str) -> Result<Indexed, Error> {
    hold(context, &wish.cancelled);
    let tell = |progress| context.notify(Notice::Progress(ProgressId::Own(wish.number), progress));
    tell(Progress::Begin { title: "Reading commits".to_owned() });
    let mut on_progress = |done: usize, of: usize| {
        tell(Progress::Report { message: format!("{done} of {of}") });
        hold(context, &wish.cancelled);
    };
    let outcome = wish.repository.index_touches(commit, &wish.cancelled, &mut on_progress);
    let message = match outcome {
        Ok(Indexed::Complete) => "done",
        Ok(Indexed::Interrupted) => "cancelled",
        Ok(Indexed::Impossible) | Err(_) => "not possible here",
    };
    tell(Progress::End { message: message.to_owned() });
    outcome
}
