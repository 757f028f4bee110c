//! The history of one symbol: which symbol is meant, and every change of it, for the request that asks for nothing else and for explanations.
//! Never does: hold a snapshot while it waits for git.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use backstory_history::{Change, Historian, Place as Stands, Working};
use backstory_ide::explain::Question;
use backstory_ide::report::{Report, Uncommitted};
use backstory_ide::symbol::SymbolInfo;
use backstory_ide::timeline::Timeline;

use super::answers::Recounted;
use super::ask::{Ask, Failure};
use super::context::Context;
use super::event::{ProgressId, Where};
use super::questions::located;
use super::reports;
use super::run::POLL;
use super::searching::with_view;
use super::showing::{Showing, check};
use super::uris::{ChangeOf, Document, Subject, virtual_uri};
use crate::Error;
use crate::explain::{about, head, take};
use crate::history::HistoryQuery;
use crate::place::Place;
use crate::unsaved::{counterpart, not_committed, working};

/// What is asked about, and where it is.
pub(super) struct At {
    pub root: PathBuf,
    pub place: Arc<Place>,
    /// Relative to the root, with `/`.
    pub path: String,
    pub symbol: Where,
}

/// Tells every change of a symbol.
pub(super) fn tell(context: &Context, at: &At, progress: Option<ProgressId>, ask: Ask<Recounted>) {
    let showing = Showing { context, progress };
    showing.run("Reading history", ask, |flag| {
        let (symbol, working) = symbol(context, at, flag)?;
        let (path, key) = (symbol.path.clone(), symbol.local_key.clone());
        let meant = context.meant(&Subject { root: at.root.clone(), path, key });
        let mut report = Report::new(Question::Why, symbol);
        let (_, changes) = history(context, at, &working, &mut report, flag)?;
        check(flag)?;
        let Report { r#ref, symbol, complete, limits, uncommitted, changes: events, .. } = report;
        // What there is no history of says why.
        let Some(r#ref) = r#ref else { return Err(Failure::Refused(limits.concat())) };
        let symbol = (&symbol).into();
        let history = Timeline { r#ref, symbol, complete, limits, uncommitted, changes: events };
        Ok(Recounted { meant, history, changes })
    });
}

/// Puts the history of the symbol that stands for the report's in the checked-out commit into the report. Returns its changes, and the
/// URIs of their diffs.
pub(super) fn history(
    context: &Context,
    at: &At,
    working: &Working,
    report: &mut Report,
    flag: &AtomicBool,
) -> Result<(Vec<Change>, Vec<String>), Failure> {
    read(context, at, working, report, flag).map_err(|error| Failure::Refused(error.to_string()))
}

fn read(
    context: &Context,
    order: &At,
    working: &Working,
    report: &mut Report,
    flag: &AtomicBool,
) -> Result<(Vec<Change>, Vec<String>), Error> {
    let Some((repository, at)) = head(&order.place, report)? else { return Ok(Default::default()) };
    let mut historian = Historian::new(repository)?;
    let Some(found) = counterpart(&mut historian, &at, &report.symbol, working)? else {
        return Ok((take(&not_committed(), report), Vec::new()));
    };
    report.uncommitted = Uncommitted::of(&report.symbol, &found);
    let Stands { path, key } = found.place;
    let lineage =
        historian.remembered(&HistoryQuery { path: path.clone(), key: key.clone(), at: at.clone() }, flag)?;
    let changes = take(&lineage, report);
    let subject = Subject { root: order.root.clone(), path, key };
    let uri = |change: &Change| {
        let (subject, at, commit) = (subject.clone(), at.clone(), change.commit.id.clone());
        virtual_uri(&Document::Change(ChangeOf { subject, at, commit }))
    };
    let diffs: Vec<String> = changes.iter().map(uri).collect();
    for (event, uri) in report.changes.iter_mut().zip(&diffs) {
        event.link = reports::change_link(context, uri);
    }
    Ok((changes, diffs))
}

/// The symbol as plain data, and the text that it is of. Waits for a tree that is still being read: the symbol's name and who uses it
/// depend on other files.
pub(super) fn symbol(
    context: &Context,
    at: &At,
    flag: &AtomicBool,
) -> Result<(SymbolInfo, Working), Failure> {
    let refused = |reason: String| Err(Failure::Refused(reason));
    loop {
        check(flag)?;
        let found = with_view(context, &at.root, |view| {
            let found = located(view, &at.path, &at.symbol)
                .map(|located| (about(&view.analysis, located), working(&view.analysis, located.file())));
            (found, view.analysis.file(&at.path).is_some(), view.is_reading)
        });
        match found {
            Some((_, _, true)) => std::thread::sleep(POLL),
            Some((Some(found), _, false)) => return Ok(found),
            Some((None, true, false)) => return refused(NOTHING_THERE.to_owned()),
            Some((None, false, false)) | None => return refused(no_file(&at.path)),
        }
    }
}

fn no_file(path: &str) -> String {
    format!(
        "{path} is not a Rust or Python file of this repository that has been read (missing, ignored, binary, or above 2 MB?)"
    )
}

const NOTHING_THERE: &str = "nothing that has a history stands here: put the cursor into a function, type or constant of \
    a Rust or Python file";
