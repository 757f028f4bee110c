//! Imported issues and pull requests by what they say. Never does: fetch one.

use backstory_history::Repository;
use backstory_store::Edition;

use super::snippet::snippet;
use super::{Found, Wanted};
use crate::Error;
use crate::discussions::{Discussions as Imported, all, edition};
use crate::index::{Collection, Hit, Kind, Table, discussion, fitting};

/// Everything that was imported.
pub(super) struct Discussions {
    edition: Option<Edition>,
    index: Collection<()>,
}

impl Discussions {
    pub(super) fn new(table: &Table) -> Self {
        Self { edition: None, index: Collection::with_table(table.clone()) }
    }

    pub(super) fn find(&mut self, repository: &Repository, wanted: &Wanted<'_>) -> Result<Vec<Found>, Error> {
        self.read(repository)?;
        let hits = fitting(Kind::Discussion, self.index.search(wanted.question, wanted.limit));
        if hits.is_empty() {
            return Ok(Vec::new());
        }
        let imported = Imported::open(repository)?;
        Ok(hits.into_iter().filter_map(|hit| found(&imported, hit)).collect())
    }

    fn read(&mut self, repository: &Repository) -> Result<(), Error> {
        let edition = edition(repository);
        if self.edition.as_ref() == Some(&edition) {
            return Ok(());
        }
        self.index = Collection::with_table(self.index.table().clone());
        for said in all(repository)? {
            let prepared = discussion(&said, self.index.table());
            self.index.set_prepared(&said.reference, prepared);
        }
        self.index.rebuild();
        self.edition = Some(edition);
        Ok(())
    }
}

fn found(imported: &Imported, hit: Hit<()>) -> Option<Found> {
    let said = imported.of(&[hit.group.to_string()]).pop()?;
    let snippet = snippet(&said.body, None, &hit.why.terms);
    let key = format!("{} {}", said.reference, said.title);
    let found = Found::new(Kind::Discussion, key, hit.score, hit.why);
    let (author, text) = (said.author.clone(), said.body.clone());
    Some(Found { snippet, date: said.date.clone(), url: said.url.clone(), author, text, ..found })
}
