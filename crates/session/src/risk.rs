//! Symbols whose fixes come back, each with the commits that say so. Never does: score anything.

use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;
use std::thread;

use backstory_history::{ChangeLog, Commits, Indexed, Repository, commit, index_changes};
use backstory_ide::summary::{Moment, moment_of};
use backstory_syntax::DefinitionKind;
use serde::Serialize;

use crate::{Error, Place};

/// A symbol that was mended or reverted at least twice.
#[derive(Clone, Debug, Serialize)]
pub struct AtRisk {
    pub kind: DefinitionKind,
    /// Its containers and name, with dots.
    pub name: String,
    pub path: String,
    /// Newest first.
    pub repairs: Vec<Repair>,
    /// How many of them are of the year before the newest commit.
    pub recent: usize,
}

/// A commit that mended it, or that took back what another one had done to it.
#[derive(Clone, Debug, Serialize)]
pub struct Repair {
    #[serde(flatten)]
    pub commit: Moment,
    /// The abbreviated hash of the commit that it took back.
    pub reverts: Option<String>,
}

/// Those first that were mended most in the last year, at most so many. `on_commits` is told how many commits are read, and of how many; it is
/// called on several threads.
///
/// # Errors
/// Where there is no repository or commit, the clone is shallow, or the repository can't be read.
pub fn risk(
    place: &Place,
    limit: usize,
    interrupted: &AtomicBool,
    on_commits: &(dyn Fn(usize, usize) + Sync),
) -> Result<Vec<AtRisk>, Error> {
    let repository = place.repository.as_ref().ok_or(Error::NoRepository)?;
    let head = repository.head()?.commit.ok_or(Error::NoCommits)?;
    let threads = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let on_progress = |commits: Commits| on_commits(commits.done, commits.all);
    let (outcome, _) = index_changes(repository, &head, threads, interrupted, &on_progress)?;
    if outcome == Indexed::Interrupted {
        return Err(Error::Interrupted);
    }
    let log = ChangeLog::read(repository, &head, None, interrupted)?;
    let mut found = Vec::new();
    for risk in log.risks().into_iter().take(limit) {
        let (place, _) = log.place(risk.symbol);
        let id = |at: u32| log.commits()[at as usize].id();
        let mended = risk.repairs.iter().map(|&at| (at, None));
        let all = mended.chain(risk.reverts.iter().map(|&(undone, by)| (by, Some(undone))));
        let mut repairs: Vec<(u32, Option<u32>)> = all.collect();
        repairs.sort_by_key(|&(at, _)| std::cmp::Reverse(at));
        let told = repairs.into_iter().map(|(at, undone)| repair(repository, &id(at), undone.map(id)));
        let told: Result<Vec<Option<Repair>>, Error> = told.collect();
        found.push(AtRisk {
            kind: place.key.kind,
            name: place.key.container.iter().chain([&place.key.name]).cloned().collect::<Vec<_>>().join("."),
            path: place.path,
            repairs: told?.into_iter().flatten().collect(),
            recent: risk.recent,
        });
    }
    Ok(found)
}

fn repair(repository: &Repository, id: &str, undone: Option<String>) -> Result<Option<Repair>, Error> {
    let reverts = undone.map(|undone| commit(repository, &undone)).transpose()?.flatten();
    let reverts = reverts.map(|undone| undone.short().to_owned());
    Ok(commit(repository, id)?.map(|commit| Repair { commit: moment_of(&commit), reverts }))
}
