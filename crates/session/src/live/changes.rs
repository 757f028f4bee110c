//! One change of a symbol as a document that an editor opens. Never does: take a URI's word for what is in the repository.

use std::sync::atomic::AtomicBool;

use backstory_history::patch::Texts;
use backstory_history::{Change, Error, Historian, patch};
use backstory_ide::diff;

use super::answers::{Compared, Opened};
use super::ask::{Ask, Failure};
use super::context::Context;
use super::event::{Notice, Reports};
use super::reports;
use super::uris::{ChangeOf, Document, virtual_uri};
use crate::error::NO_REPOSITORY;
use crate::history::HistoryQuery;
use crate::place::Place;

/// The diff of a change, below what its commit says.
pub(super) fn text(place: &Place, change: &ChangeOf, flag: &AtomicBool) -> Result<String, Failure> {
    find(place, change, flag, |change, texts| diff::document(change, &patch::unified(texts)))
}

/// Both sides of a change, for clients that compare texts by themselves.
pub(super) fn compare(place: &Place, change: &ChangeOf, flag: &AtomicBool) -> Result<Compared, Failure> {
    find(place, change, flag, |change, texts| Compared {
        event: change.into(),
        message: change.commit.body.trim_end().to_owned(),
        old: texts.old.clone(),
        new: texts.new.clone(),
    })
}

/// The change that the repository has there, and the texts of its symbol.
fn find<T>(
    place: &Place,
    change: &ChangeOf,
    flag: &AtomicBool,
    tell: impl FnOnce(&Change, &Texts) -> T,
) -> Result<T, Failure> {
    let repository = place.repository.as_ref().ok_or_else(|| refused(NO_REPOSITORY))?;
    let ChangeOf { subject, at, commit } = change;
    let query = HistoryQuery { path: subject.path.clone(), key: subject.key.clone(), at: at.clone() };
    let unreadable = |error: Error| refused(&error.to_string());
    let mut historian = Historian::new(repository).map_err(unreadable)?;
    let lineage = historian.remembered(&query, flag).map_err(unreadable)?;
    let found = lineage.changes.iter().find(|change| change.commit.id == *commit);
    let change = found.ok_or_else(|| refused("this repository has no such change"))?;
    let texts = patch::texts(repository, change).map_err(unreadable)?;
    Ok(tell(change, &texts))
}

fn refused(reason: &str) -> Failure {
    Failure::Refused(reason.to_owned())
}

/// Shows the diff of a change in the client, and answers with it.
pub(super) fn open(context: &Context, place: &Place, change: ChangeOf, ask: Ask<Opened>) {
    let text = match text(place, &change, &ask.flag()) {
        Ok(text) => text,
        Err(failure) => return ask.fail(failure),
    };
    let document = Document::Change(change);
    let uri = match context.abilities.reports {
        Reports::Virtual => Some(virtual_uri(&document)),
        Reports::File => reports::write(&document, &text),
    };
    if let Some(uri) = uri.clone() {
        context.notify(Notice::ShowReport(uri));
    }
    ask.answer(Opened { uri, text });
}
