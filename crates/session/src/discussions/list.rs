//! What was imported for a repository, counted, and its end. Never does: change a part of it.

use std::path::Path;

use backstory_history::Repository;
use backstory_ide::discussion::DiscussionKind;
use backstory_store::Kept;
use serde::Serialize;

use super::import::PATIENCE;
use super::{Discussions, OWN, UNNAMED, database, decode};
use crate::Error;

/// What is there of one repository of a forge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// `owner/name` as an import gave it; `None` for discussions that didn't say.
    pub repository: Option<String>,
    /// Whether plain references (`#12`) are about it.
    pub own: bool,
    /// By kind, issues first; a kind of which there is none is left out.
    pub counts: Vec<Counted>,
}

/// How many discussions of a kind there are, and when they were opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Counted {
    pub kind: DiscussionKind,
    pub count: usize,
    /// The day of the first and of the last one, `YYYY-MM-DD`; empty where no date is known.
    pub first: String,
    pub last: String,
}

/// What was imported for a repository, by name.
///
/// # Errors
/// As [`Discussions::open`].
pub fn list(repository: &Repository) -> Result<Vec<Listed>, Error> {
    database(repository).map_or(Ok(Vec::new()), |database| list_in(&database))
}

/// As [`list`], of a database.
pub(super) fn list_in(database: &Path) -> Result<Vec<Listed>, Error> {
    let Discussions { kept, own } = Discussions::open_in(database)?;
    let Some(kept) = kept else { return Ok(Vec::new()) };
    let mut listed: Vec<Listed> = Vec::new();
    let mut damaged = false;
    kept.visit(|collection, _, value| {
        if collection == OWN.0 {
            return;
        }
        let Some(discussion) = decode(value) else {
            damaged = true;
            return;
        };
        let repository = (collection != UNNAMED).then_some(collection);
        let of = last_named(&mut listed, repository);
        of.own = repository.is_none_or(|name| own.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(name)));
        of.count(discussion.kind, &discussion.date);
    })?;
    listed.iter_mut().for_each(|of| of.counts.sort_by_key(|counted| counted.kind != DiscussionKind::Issue));
    if damaged { Err(Error::DamagedDiscussions(database.to_owned())) } else { Ok(listed) }
}

/// Forgets everything that was imported for a repository; how much that was, where it could be read.
///
/// # Errors
/// [`Error::Kept`] where it can't be deleted.
pub fn remove(repository: &Repository) -> Result<Option<usize>, Error> {
    let count = match list(repository) {
        Ok(listed) => Some(listed.iter().flat_map(|of| &of.counts).map(|counted| counted.count).sum()),
        Err(Error::DamagedDiscussions(_)) => None,
        Err(error) => return Err(error),
    };
    if let Some(database) = database(repository) {
        Kept::remove(&database, PATIENCE)?;
    }
    Ok(count)
}

/// The entry of a repository, of which one discussion comes after another.
fn last_named<'a>(listed: &'a mut Vec<Listed>, repository: Option<&str>) -> &'a mut Listed {
    let is_it = |of: &Listed| match (&of.repository, repository) {
        (Some(known), Some(name)) => known.eq_ignore_ascii_case(name),
        (None, None) => true,
        _ => false,
    };
    if !listed.last().is_some_and(is_it) {
        listed.push(Listed { repository: repository.map(str::to_owned), own: false, counts: Vec::new() });
    }
    let last = listed.len() - 1;
    &mut listed[last]
}

impl Listed {
    fn count(&mut self, kind: DiscussionKind, date: &str) {
        let at = self.counts.iter().position(|counted| counted.kind == kind).unwrap_or(self.counts.len());
        if at == self.counts.len() {
            self.counts.push(Counted { kind, count: 0, first: String::new(), last: String::new() });
        }
        let counted = &mut self.counts[at];
        counted.count += 1;
        if !date.is_empty() && (counted.first.is_empty() || date < counted.first.as_str()) {
            date.clone_into(&mut counted.first);
        }
        if date > counted.last.as_str() {
            date.clone_into(&mut counted.last);
        }
    }
}
