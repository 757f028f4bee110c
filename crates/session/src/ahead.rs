//! Reading ahead on the command line: all commits, what each of them changed, and the histories of all symbols of a repository, into the cache. Never does: print,
//! or read the work tree.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use backstory_history::{Ahead, Commits, Indexed, Repository, index_changes, index_lineages};
use backstory_ide::report::Reference;
use backstory_store::Store;

use crate::Error;

/// More threads would take more memory than they save time: each has its own view of the repository.
const THREADS: usize = 4;

/// How far reading ahead has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AheadStep {
    /// So many of the commits that are missing from the cache.
    Commits {
        done: usize,
        of: usize,
    },
    Changes(Commits),
    Histories(Ahead),
}

/// What reading ahead came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadAhead {
    pub reference: Reference,
    /// The worst of what came of commits, changes and histories.
    pub outcome: Indexed,
    /// How many commits were read.
    pub commits: usize,
    pub changes: Commits,
    pub histories: Ahead,
}

/// Reads all commits, what they changed, and the histories of all symbols of what is checked out around a directory into the cache; of a bare repository
/// those of its `HEAD`. What the cache has is passed over. `on_step` is called on several threads.
///
/// # Errors
/// Where there is no repository or commit, the clone is shallow, the repository can't be read, or the cache not written.
pub fn read_ahead(
    directory: &Path,
    store: &Store,
    on_step: &(dyn Fn(AheadStep) + Sync),
) -> Result<ReadAhead, Error> {
    let repository = Repository::discover(directory)?.ok_or(Error::NoRepository)?.with_store(store.clone());
    let head = repository.head()?;
    let commit = head.commit.ok_or(Error::NoCommits)?;
    if repository.is_shallow() {
        return Err(Error::Shallow);
    }
    let (never, commits) = (AtomicBool::new(false), AtomicUsize::new(0));
    let mut on_commits = |done, of| {
        commits.store(done, Ordering::Relaxed);
        on_step(AheadStep::Commits { done, of });
    };
    let touched = repository.index_touches(&commit, &never, &mut on_commits)?;
    let on_changes = |commits| on_step(AheadStep::Changes(commits));
    let (changed, changes) = index_changes(&repository, &commit, threads(), &never, &on_changes)?;
    let on_histories = |ahead| on_step(AheadStep::Histories(ahead));
    let (read, histories) = index_lineages(&repository, &commit, threads(), &never, &on_histories)?;
    if histories.lost > 0 {
        return Err(Error::CacheNotWritable);
    }
    Ok(ReadAhead {
        reference: Reference { name: head.name, commit },
        outcome: touched.max(changed).max(read),
        commits: commits.into_inner(),
        changes,
        histories,
    })
}

fn threads() -> NonZeroUsize {
    let most = NonZeroUsize::new(THREADS).unwrap_or(NonZeroUsize::MIN);
    thread::available_parallelism().map_or(NonZeroUsize::MIN, |cores| cores.min(most))
}
