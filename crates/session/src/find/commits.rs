//! Commits by what their messages say. Never does: look into the code that they changed.

use std::sync::atomic::AtomicBool;

use backstory_history::{Repository, changed_paths, log};
use backstory_syntax::Language;

use super::snippet::snippet;
use super::{Found, Wanted};
use crate::Error;
use crate::index::{Collection, Hit, Kind, Table, commit, fitting};

/// Files of a commit that are named.
const FILES: usize = 5;

pub(super) fn find(table: &Table, repository: &Repository, wanted: &Wanted<'_>) -> Result<Vec<Found>, Error> {
    let Some(index) = index(table, repository)? else { return Ok(Vec::new()) };
    let hits = index.search(wanted.question, wanted.limit);
    fitting(Kind::Commit, hits).into_iter().filter_map(|hit| found(repository, hit).transpose()).collect()
}

/// The messages of all commits that lead up to what is checked out; `None` before the first commit.
pub(crate) fn index(table: &Table, repository: &Repository) -> Result<Option<Collection<()>>, Error> {
    let Some(head) = repository.head()?.commit else { return Ok(None) };
    let never = AtomicBool::new(false);
    let mut index = Collection::with_table(table.clone());
    for logged in log(repository, &head, &never, &|_| false)? {
        index.set_prepared(&logged.id, commit(&logged, table));
    }
    index.rebuild();
    Ok(Some(index))
}

fn found(repository: &Repository, hit: Hit<()>) -> Result<Option<Found>, Error> {
    let Some(commit) = backstory_history::commit(repository, &hit.group)? else { return Ok(None) };
    let mut files = changed_paths(repository, &commit.id)?;
    files.sort_by_key(|path| Language::of_path(path).is_none());
    files.truncate(FILES);
    let snippet = snippet(&commit.body, None, &hit.why.terms);
    let date = commit.date();
    let found = Found::new(Kind::Commit, commit.subject, hit.score, hit.why);
    let (author, text) = (commit.author.name, commit.body);
    Ok(Some(Found { commit: Some(commit.id), snippet, files, date, author, text, ..found }))
}
