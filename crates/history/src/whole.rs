//! The history of everything ahead of time: the lineages of all symbols of all source files of a commit, read and put into the store,
//! where later questions find them. A note for each file that is done lets the next run pass it over. Never does: answer a question,
//! or keep lineages in memory.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use backstory_syntax::{Language, LocalKey};
use gix::bstr::ByteSlice;
use gix::objs::tree::EntryKind;

use crate::change::Limit;
use crate::error::{Error, Stop, read_error};
use crate::historian::Historian;
use crate::lineage::HistoryQuery;
use crate::repository::{Indexed, Repository};

/// How far reading ahead has come, or what it came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ahead {
    /// Source files at the commit.
    pub files: usize,
    /// How many of them are done, those included that an earlier run has read.
    pub done: usize,
    /// How many files were read by this run.
    pub read: usize,
    /// How many of those the store did not take: it can't be written.
    pub lost: usize,
    /// How many lineages were read by this run.
    pub symbols: usize,
}

/// Reads the lineages of all symbols at a commit (a full hash) into the repository's store, on so many threads. What the store has is
/// passed over, and what was read until `interrupted` is set stays there. Lineages are found quickest where the touch index
/// has the commit ([`Repository::index_touches`]).
///
/// `on_progress` is called on any of the threads, after each lineage and each file; as long as it doesn't return, its thread waits.
///
/// The outcome is [`Indexed::Impossible`] in a shallow clone, of which nothing is stored, and where objects are missing: then the
/// histories that don't need them are read.
///
/// # Errors
/// [`Error::UnknownCommit`], and [`Error::Read`] where an object is damaged.
pub fn index_lineages(
    repository: &Repository,
    at: &str,
    threads: NonZeroUsize,
    interrupted: &AtomicBool,
    on_progress: &(dyn Fn(Ahead) + Sync),
) -> Result<(Indexed, Ahead), Error> {
    if repository.is_shallow() {
        return Ok((Indexed::Impossible, Ahead::default()));
    }
    let repository = repository.with_passing_tables();
    let paths = source_files(&repository, at)?;
    let run =
        Run { at, paths: &paths, next: AtomicUsize::new(0), interrupted, stopped: AtomicBool::new(false) };
    let reached = Reached::new(paths.len(), on_progress);
    let outcomes: Vec<Result<Indexed, Error>> = thread::scope(|scope| {
        let read = || read_files(&repository, &run, &reached);
        let others: Vec<_> = (1..threads.get()).map(|_| scope.spawn(read)).collect();
        let own = read();
        let join = |other: thread::ScopedJoinHandle<'_, _>| {
            other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        std::iter::once(own).chain(others.into_iter().map(join)).collect()
    });
    let outcomes: Result<Vec<Indexed>, Error> = outcomes.into_iter().collect();
    let outcome = outcomes?.into_iter().max().unwrap_or(Indexed::Complete);
    Ok((outcome, reached.get()))
}

/// The files of supported languages at a commit, in order of their paths: neighbours share history.
fn source_files(repository: &Repository, at: &str) -> Result<Vec<String>, Error> {
    let git = repository.local();
    let unknown = || Error::UnknownCommit { revision: at.to_owned() };
    let id = gix::ObjectId::from_hex(at.as_bytes()).map_err(|_| unknown())?;
    let commit = git.find_commit(id).map_err(|_| unknown())?;
    let failed = |error| read_error(format!("the files of {at}"), error);
    let entries = commit.tree().map_err(failed)?.traverse().breadthfirst.files().map_err(failed)?;
    let files = entries
        .into_iter()
        .filter(|entry| matches!(entry.mode.kind(), EntryKind::Blob | EntryKind::BlobExecutable))
        .filter_map(|entry| entry.filepath.to_str().ok().map(str::to_owned));
    let mut paths: Vec<String> = files.filter(|path| Language::of_path(path).is_some()).collect();
    paths.sort_unstable();
    Ok(paths)
}

/// What the threads share.
struct Run<'a> {
    at: &'a str,
    paths: &'a [String],
    /// The first path that no thread has taken.
    next: AtomicUsize,
    interrupted: &'a AtomicBool,
    /// One of the threads has failed.
    stopped: AtomicBool,
}

impl Run<'_> {
    fn is_over(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed) || self.stopped.load(Ordering::Relaxed)
    }
}

/// Counts what is done, and tells.
struct Reached<'a> {
    ahead: Mutex<Ahead>,
    on_progress: &'a (dyn Fn(Ahead) + Sync),
}

impl<'a> Reached<'a> {
    fn new(files: usize, on_progress: &'a (dyn Fn(Ahead) + Sync)) -> Self {
        Self { ahead: Mutex::new(Ahead { files, ..Ahead::default() }), on_progress }
    }

    fn get(&self) -> Ahead {
        // Each change is one assignment.
        *self.ahead.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, count: impl FnOnce(&mut Ahead)) {
        let ahead = {
            let mut ahead = self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
            count(&mut ahead);
            *ahead
        };
        (self.on_progress)(ahead);
    }
}

/// What one thread does: takes one file after another.
fn read_files(repository: &Repository, run: &Run<'_>, reached: &Reached<'_>) -> Result<Indexed, Error> {
    let outcome = read_taken(repository, run, reached);
    if outcome.is_err() {
        run.stopped.store(true, Ordering::Relaxed);
    }
    outcome
}

fn read_taken(repository: &Repository, run: &Run<'_>, reached: &Reached<'_>) -> Result<Indexed, Error> {
    let mut historian = Historian::new(repository)?;
    let mut outcome = Indexed::Complete;
    loop {
        if run.is_over() {
            return Ok(Indexed::Interrupted);
        }
        let Some(path) = run.paths.get(run.next.fetch_add(1, Ordering::Relaxed)) else { return Ok(outcome) };
        match read_file(&mut historian, run, path, reached) {
            Ok(Done::Before) => reached.add(|ahead| ahead.done += 1),
            Ok(Done::Now { lost }) => reached.add(|ahead| {
                ahead.done += 1;
                ahead.read += 1;
                ahead.lost += usize::from(lost);
            }),
            Ok(Done::InPart) | Err(Stop::Missing(_)) => {
                outcome = Indexed::Impossible;
                reached.add(|ahead| ahead.done += 1);
            }
            Err(Stop::Interrupted) => return Ok(Indexed::Interrupted),
            Err(Stop::Failed(error)) => return Err(error),
        }
    }
}

/// What became of a file.
enum Done {
    /// An earlier run has read it.
    Before,
    Now {
        lost: bool,
    },
    /// Objects are missing that some of its lineages need.
    InPart,
}

fn read_file(
    historian: &mut Historian,
    run: &Run<'_>,
    path: &str,
    reached: &Reached<'_>,
) -> Result<Done, Stop> {
    let Some(file) = historian.anchor_of(run.at, path, run.interrupted)? else { return Ok(Done::Before) };
    if historian.is_whole(&file) {
        return Ok(Done::Before);
    }
    let mut batch = Vec::new();
    let mut is_whole = true;
    let read = read_symbols(historian, run, &file, reached, &mut batch, &mut is_whole);
    historian.keep_all(&batch);
    read?;
    if !is_whole {
        return Ok(Done::InPart);
    }
    Ok(Done::Now { lost: !historian.note_whole(&file) })
}

/// Reads the lineages of a file that the store hasn't, for the batch. `is_whole` becomes false where one of them is not known to
/// its end.
fn read_symbols(
    historian: &mut Historian,
    run: &Run<'_>,
    file: &HistoryQuery,
    reached: &Reached<'_>,
    batch: &mut Vec<(Vec<u8>, Vec<u8>)>,
    is_whole: &mut bool,
) -> Result<(), Stop> {
    for key in historian.keys_at(&file.at, &file.path)? {
        if run.is_over() {
            return Err(Stop::Interrupted);
        }
        let query = HistoryQuery { key, ..file.clone() };
        if historian.is_kept(&query) {
            continue;
        }
        let lineage = historian.read_anew(&query, run.interrupted)?;
        if lineage.limits.contains(&Limit::Interrupted) {
            return Err(Stop::Interrupted);
        }
        // What a giant commit hid will be hidden the next time, too.
        *is_whole &= lineage.limits.iter().all(|limit| matches!(limit, Limit::TooManyCandidates { .. }));
        batch.extend(historian.entry(&query, &lineage));
        reached.add(|ahead| ahead.symbols += 1);
    }
    Ok(())
}

/// What stands for a file as a whole among questions.
pub(crate) fn file_query(at: &str, path: &str) -> HistoryQuery {
    HistoryQuery { path: path.to_owned(), key: LocalKey::file(), at: at.to_owned() }
}
