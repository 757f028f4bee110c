//! What depends on a symbol and what to look at when it changes, asked once from the command line. Never does: keep what it read.

use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::Duration;

use backstory_analysis::{Analysis, Apart};
use backstory_history::ChangeLog;
use backstory_ide::explain::Sentence;
use backstory_ide::impact::{self, Asked, Impact};
use backstory_ide::locate::{Located, Target, locate};
use backstory_store::Store;

use crate::changelog::change_log;
use crate::error::{NO_COMMITS, NO_REPOSITORY};
use crate::graph::drawn;
use crate::reason::reason;
use crate::related::{Looked, look_at};
use crate::wording::Memory;
use crate::workspace::load_with_facts;
use crate::{Error, Place};

/// How far history is asked.
#[derive(Clone, Copy)]
pub struct Past<'a> {
    /// So long commits are read whose changes are not known yet.
    pub patience: Duration,
    /// What a model has said of why.
    pub memory: Option<&'a Memory>,
}

/// What depends on the symbols or files that the targets of a place name, all taken together, and what to look at when they change. Without `past` nothing
/// is asked of history. `on_commits` is told how many commits are read, of how many that are not known.
///
/// # Errors
/// Where a target is nothing, or not one thing, in the tree; where the repository can't be read, or when `interrupted`.
pub fn impact(
    place: &Place,
    targets: &[Target],
    store: &Store,
    asked: &Asked,
    past: Option<Past<'_>>,
    interrupted: &AtomicBool,
    on_commits: &mut (dyn FnMut(usize, usize) + Send),
) -> Result<Impact, Error> {
    let analysis = load_with_facts(&place.root, store);
    let located: Result<Vec<_>, _> = targets.iter().map(|target| locate(&analysis, target)).collect();
    let located = located?;
    let (graph, told) = thread::scope(|scope| {
        let apart = Apart::of(&analysis);
        let graph = scope.spawn(move || drawn(&place.root, store, &apart, interrupted));
        let told = past.map_or_else(
            || Ok(Told::default()),
            |past| Told::of(place, &analysis, &located, past, interrupted, on_commits),
        );
        (graph.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), told)
    });
    let (graph, told) = (graph.ok_or(Error::Interrupted)?, told?);
    let mut found = impact::impact(&analysis, &graph, &located, asked);
    for (subject, why) in found.symbols.iter_mut().zip(told.why) {
        subject.why = why;
    }
    let looked = Looked {
        root: &place.root,
        store,
        analysis: &analysis,
        graph: &graph,
        log: told.log.as_ref(),
        limit: asked.limit,
    };
    let (look_at, limit) = look_at(&looked, &located, interrupted);
    found.look_at = look_at;
    found.limits.extend(limit.into_iter().chain(told.limit));
    Ok(found)
}

/// What history tells.
#[derive(Default)]
struct Told {
    log: Option<ChangeLog>,
    /// For each that was located.
    why: Vec<Option<Sentence>>,
    /// What it can't tell.
    limit: Option<String>,
}

impl Told {
    fn of(
        place: &Place,
        analysis: &Analysis,
        located: &[Located],
        past: Past<'_>,
        interrupted: &AtomicBool,
        on_commits: &mut (dyn FnMut(usize, usize) + Send),
    ) -> Result<Self, Error> {
        let without = |limit: &str| Self { limit: Some(limit.to_owned()), ..Self::default() };
        let Some(repository) = &place.repository else { return Ok(without(NO_REPOSITORY)) };
        let Some(at) = repository.head()?.commit else { return Ok(without(NO_COMMITS)) };
        let why = located.iter().map(|&located| reason(place, analysis, located, past.memory, interrupted));
        let why: Vec<Option<Sentence>> = why.collect::<Result<_, _>>()?;
        let (log, limit) = change_log(repository, &at, past.patience, interrupted, on_commits)?;
        Ok(Self { log: Some(log), why, limit })
    }
}
