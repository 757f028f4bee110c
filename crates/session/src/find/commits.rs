//! Commits by what their messages say. Never does: look into the code that they changed.

use std::cell::Cell;
use std::sync::atomic::AtomicBool;

use backstory_history::{Repository, changed_paths, changed_symbols, log};
use backstory_syntax::Language;

use super::snippet::snippet;
use super::{Found, Wanted};
use crate::Error;
use crate::index::{Collection, Hit, Kind, Table, commit, fitting};

/// Files and symbols of a commit that are named.
const NAMED: usize = 5;

/// The messages of all commits that lead up to one.
pub(super) struct Commits {
    head: Option<String>,
    index: Collection<()>,
}

impl Commits {
    pub(super) fn new(table: &Table) -> Self {
        Self { head: None, index: Collection::with_table(table.clone()) }
    }

    pub(super) fn find(&mut self, repository: &Repository, wanted: &Wanted<'_>) -> Result<Vec<Found>, Error> {
        self.read(repository)?;
        let hits = self.index.search(wanted.question, wanted.limit);
        fitting(Kind::Commit, hits).into_iter().filter_map(|hit| found(repository, hit).transpose()).collect()
    }

    /// Takes in what leads up to what is checked out now; nothing before the first commit.
    fn read(&mut self, repository: &Repository) -> Result<(), Error> {
        let head = repository.head()?.commit;
        if head == self.head {
            return Ok(());
        }
        let before = std::mem::replace(&mut self.head, head);
        let Some(head) = self.head.clone() else {
            self.index = Collection::with_table(self.index.table().clone());
            return Ok(());
        };
        let never = AtomicBool::new(false);
        let goes_on = Cell::new(false);
        let is_known = |id: &str| {
            goes_on.set(goes_on.get() || before.as_deref() == Some(id));
            self.index.has_group(id)
        };
        let mut new = log(repository, &head, &never, &is_known)?;
        if before.is_some() && !goes_on.get() {
            // On another branch, or after a rebase, some commits no longer lead up to it.
            self.index = Collection::with_table(self.index.table().clone());
            new = log(repository, &head, &never, &|_| false)?;
        }
        for logged in new {
            let prepared = commit(&logged, self.index.table());
            self.index.set_prepared(&logged.id, prepared);
        }
        self.index.settle();
        Ok(())
    }
}

fn found(repository: &Repository, hit: Hit<()>) -> Result<Option<Found>, Error> {
    let Some(commit) = backstory_history::commit(repository, &hit.group)? else { return Ok(None) };
    let mut files = changed_paths(repository, &commit.id)?;
    files.sort_by_key(|path| Language::of_path(path).is_none());
    files.truncate(NAMED);
    let changed = changed_symbols(repository, &commit.id, &AtomicBool::new(false))?;
    let symbols = changed.iter().take(NAMED).map(|place| format!("{}: {}", place.path, place.key));
    let symbols = symbols.collect();
    let snippet = snippet(&commit.body, None, &hit.why.terms);
    let date = commit.date();
    let found = Found::new(Kind::Commit, commit.subject, hit.score, hit.why);
    let (author, text) = (commit.author.name, commit.body);
    Ok(Some(Found { commit: Some(commit.id), snippet, files, symbols, date, author, text, ..found }))
}
