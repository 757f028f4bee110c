//! Imported issues and pull requests by what they say. Never does: fetch one.

use std::collections::HashMap;

use backstory_history::Repository;
use backstory_ide::discussion::Discussion;

use super::snippet::snippet;
use super::{Found, Wanted};
use crate::Error;
use crate::discussions::all;
use crate::index::{Collection, Hit, Kind, Table, discussion, fitting};

pub(super) fn find(table: &Table, repository: &Repository, wanted: &Wanted<'_>) -> Result<Vec<Found>, Error> {
    let discussions: HashMap<String, Discussion> =
        all(repository)?.into_iter().map(|discussion| (discussion.reference.clone(), discussion)).collect();
    let mut index = Collection::with_table(table.clone());
    for (reference, said) in &discussions {
        index.set_prepared(reference, discussion(said, table));
    }
    index.rebuild();
    let hits = index.search(wanted.question, wanted.limit);
    Ok(fitting(Kind::Discussion, hits).into_iter().filter_map(|hit| found(&discussions, hit)).collect())
}

fn found(discussions: &HashMap<String, Discussion>, hit: Hit<()>) -> Option<Found> {
    let said = discussions.get(&*hit.group)?;
    let snippet = snippet(&said.body, None, &hit.why.terms);
    let key = format!("{} {}", said.reference, said.title);
    let found = Found::new(Kind::Discussion, key, hit.score, hit.why);
    let (author, text) = (said.author.clone(), said.body.clone());
    Some(Found { snippet, date: said.date.clone(), url: said.url.clone(), author, text, ..found })
}
