//! The history of a symbol as one document: every change with what its commit says and the symbol's own diff, for editors that can follow
//! no link from a report to a change. Never does: say why anything changed.

use std::fmt::Write as _;
use std::sync::atomic::AtomicBool;

use backstory_history::{Change, Repository, patch};
use backstory_ide::diff;
use backstory_ide::explain::Question;
use backstory_ide::report::Report;
use backstory_syntax::LocalKey;

use super::answers::Opened;
use super::ask::{Ask, Failure};
use super::context::Context;
use super::event::ProgressId;
use super::reports;
use super::showing::{Showing, check};
use super::timelines::{At, history, symbol};
use super::uris::{Document, Subject};

/// So many changes are shown with their diffs.
const SHOWN: usize = 200;

/// Shows the document in the client, and answers with it.
pub(super) fn open(context: &Context, at: &At, progress: Option<ProgressId>, ask: Ask<Opened>) {
    let showing = Showing { context, progress };
    showing.run("Reading history", ask, |flag| {
        let (key, text) = make(context, at, flag)?;
        let subject = Subject { root: at.root.clone(), path: at.path.clone(), key };
        let uri = reports::offer(context, &Document::History(subject), &text, true);
        Ok(Opened { uri, text })
    });
}

/// The text of such a document that was opened before, as it is now.
pub(super) fn again(context: &Context, at: &At, ask: Ask<String>) {
    let result = make(context, at, &ask.flag());
    ask.finish(result.map(|(_, text)| text));
}

fn make(context: &Context, at: &At, flag: &AtomicBool) -> Result<(LocalKey, String), Failure> {
    let (symbol, working) = symbol(context, at, flag)?;
    let key = symbol.local_key.clone();
    let mut report = Report::new(Question::Why, symbol);
    let (changes, _) = history(context, at, &working, &mut report, flag)?;
    let Some(repository) = at.place.repository.as_ref() else {
        return Err(Failure::Refused(report.limits.concat()));
    };
    let mut text = diff::heading(&report);
    for change in changes.iter().take(SHOWN) {
        check(flag)?;
        text.push('\n');
        text.push_str(&one(repository, change));
    }
    let left_out = changes.len().saturating_sub(SHOWN);
    if left_out > 0 {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "\n{left_out} older changes are left out: `backstory history --patch` shows them."
        );
    }
    Ok((key, text))
}

/// A change whose texts are gone is told without them.
fn one(repository: &Repository, change: &Change) -> String {
    match patch::texts(repository, change) {
        Ok(texts) => diff::document(change, &patch::unified(&texts)),
        Err(error) => diff::document(change, &format!("(no diff: {error})\n")),
    }
}
