//! Reading the facts of all commits that lead up to one into the store, on several threads. Never does: keep them in memory.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use gix::ObjectId;

use super::fact::{is_told, put_all, read, stored};
use crate::error::{Error, Stop};
use crate::lineage::start_node;
use crate::objects::{Node, Objects};
use crate::repository::{Indexed, Repository};

/// Commits in a batch: what a killed run loses at most for each thread.
const BATCH: usize = 32;

/// How far reading the changes of commits has come, or what it came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Commits {
    /// Commits that lead up to the one asked about, without merges.
    pub all: usize,
    /// How many of them are done, those included that an earlier run has read.
    pub done: usize,
    /// How many were read by this run.
    pub read: usize,
}

/// Reads what each commit changed that leads up to one (a full hash) into the repository's store, on so many threads, newest first. What the
/// store has is passed over, and what was read until `interrupted` is set stays there: the next run goes on.
///
/// `on_progress` is called on any of the threads, after each batch; as long as it doesn't return, its thread waits.
///
/// The outcome is [`Indexed::Impossible`] where some commits can't be read: the last ones of a shallow clone, and those whose objects are
/// missing in a partial one. The others are read.
///
/// # Errors
/// [`Error::UnknownCommit`], and [`Error::Read`] where an object is damaged.
pub fn index_changes(
    repository: &Repository,
    at: &str,
    threads: NonZeroUsize,
    interrupted: &AtomicBool,
    on_progress: &(dyn Fn(Commits) + Sync),
) -> Result<(Indexed, Commits), Error> {
    let repository = repository.with_tables_along_paths();
    let mut objects = Objects::new(&repository)?;
    let order = match order(&mut objects, at, interrupted, &|_| false) {
        Ok(order) => order,
        Err(Stop::Interrupted) => return Ok((Indexed::Interrupted, Commits::default())),
        Err(stop) => return Err(stop.into_error(|| at.to_owned())),
    };
    let told = order.nodes.iter().filter(|node| is_told(&objects, node));
    let all: Vec<ObjectId> = told.map(|node| node.id).collect();
    let missing = all.iter().rev().copied().filter(|&commit| stored(repository.store(), commit).is_none());
    let missing: Vec<ObjectId> = missing.collect();
    let run = Run {
        batches: missing.chunks(BATCH).collect(),
        next: AtomicUsize::new(0),
        interrupted,
        stopped: AtomicBool::new(false),
        reached: Mutex::new(Commits { all: all.len(), done: all.len() - missing.len(), read: 0 }),
        on_progress,
    };
    let outcomes: Vec<Result<Indexed, Error>> = thread::scope(|scope| {
        let read = || read_batches(&repository, &run);
        let others: Vec<_> = (1..threads.get()).map(|_| scope.spawn(read)).collect();
        let own = read();
        let join = |other: thread::ScopedJoinHandle<'_, _>| {
            other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        std::iter::once(own).chain(others.into_iter().map(join)).collect()
    });
    let outcomes: Result<Vec<Indexed>, Error> = outcomes.into_iter().collect();
    let own = if order.is_whole { Indexed::Complete } else { Indexed::Impossible };
    let outcome = outcomes?.into_iter().chain([own]).max().unwrap_or(own);
    let reached = *run.reached.lock().unwrap_or_else(PoisonError::into_inner);
    Ok((outcome, reached))
}

/// What the threads share.
struct Run<'a> {
    batches: Vec<&'a [ObjectId]>,
    /// The first batch that no thread has taken.
    next: AtomicUsize,
    interrupted: &'a AtomicBool,
    /// One of the threads has failed.
    stopped: AtomicBool,
    reached: Mutex<Commits>,
    on_progress: &'a (dyn Fn(Commits) + Sync),
}

fn read_batches(repository: &Repository, run: &Run<'_>) -> Result<Indexed, Error> {
    let mut objects = Objects::new(repository)?;
    let mut outcome = Indexed::Complete;
    loop {
        if run.stopped.load(Ordering::Relaxed) {
            return Ok(Indexed::Interrupted);
        }
        let Some(batch) = run.batches.get(run.next.fetch_add(1, Ordering::Relaxed)) else {
            return Ok(outcome);
        };
        match read_batch(repository, &mut objects, batch, run) {
            Ok(is_whole) if is_whole => {}
            Ok(_) => outcome = Indexed::Impossible,
            Err(Stop::Failed(error)) => {
                run.stopped.store(true, Ordering::Relaxed);
                return Err(error);
            }
            Err(_) => return Ok(Indexed::Interrupted),
        }
        let reached = {
            // Each change is one assignment.
            let mut reached = run.reached.lock().unwrap_or_else(PoisonError::into_inner);
            reached.done += batch.len();
            reached.read += batch.len();
            *reached
        };
        (run.on_progress)(reached);
    }
}

/// Reads a batch; says whether all of it could be read. What was read before it is interrupted is kept as well.
fn read_batch(
    repository: &Repository,
    objects: &mut Objects,
    batch: &[ObjectId],
    run: &Run<'_>,
) -> Result<bool, Stop> {
    let mut facts = Vec::with_capacity(batch.len());
    let mut outcome = Ok(true);
    for &commit in batch {
        let fact = if run.interrupted.load(Ordering::Relaxed) {
            Err(Stop::Interrupted)
        } else {
            objects.node(commit).and_then(|node| read(objects, repository.tables(), &node, run.interrupted))
        };
        match fact {
            Ok(Some(fact)) => facts.push((commit, fact)),
            Ok(None) | Err(Stop::Missing(_)) => outcome = Ok(false),
            Err(stop) => {
                outcome = Err(stop);
                break;
            }
        }
    }
    put_all(repository.store(), &facts);
    outcome
}

/// Commits, parents before their children, the first parent's side first.
pub(super) struct Order {
    pub nodes: Vec<Node>,
    /// Whether nothing is missing: no shallow clone ends among them, and all of their parents are here.
    pub is_whole: bool,
}

/// A commit and all that lead up to it, but for those that are known with all that lead up to them.
pub(super) fn order(
    objects: &mut Objects,
    at: &str,
    interrupted: &AtomicBool,
    is_known: &dyn Fn(ObjectId) -> bool,
) -> Result<Order, Stop> {
    let start = start_node(objects, at)?;
    let mut order = Order { nodes: Vec::new(), is_whole: true };
    let mut seen = gix::hashtable::HashSet::default();
    // Each with how many of its parents were looked at.
    let mut open: Vec<(Node, usize)> = Vec::new();
    if !is_known(start.id) {
        seen.insert(start.id);
        open.push((start, 0));
    }
    while let Some((node, looked_at)) = open.last_mut() {
        let is_boundary = objects.is_boundary(node.id);
        order.is_whole &= !is_boundary;
        let Some(&parent) = node.parents.get(*looked_at).filter(|_| !is_boundary) else {
            order.nodes.extend(open.pop().map(|(node, _)| node));
            continue;
        };
        *looked_at += 1;
        if interrupted.load(Ordering::Relaxed) {
            return Err(Stop::Interrupted);
        }
        if is_known(parent) || !seen.insert(parent) {
            continue;
        }
        match objects.node(parent) {
            Ok(parent) => open.push((parent, 0)),
            Err(Stop::Missing(_)) => order.is_whole = false,
            Err(stop) => return Err(stop),
        }
    }
    Ok(order)
}
