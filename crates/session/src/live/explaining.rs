//! Explanations: the same facts and words as on the command line, made on a thread of their own from short snapshots. Each stage
//! stands alone: facts are shown while the model still words them. Never does: hold a snapshot while it waits for git or the model.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use backstory_history::{Change, Historian, Place, Working};
use backstory_ide::explain::{Passage, Question, Subject as Named};
use backstory_ide::markdown;
use backstory_ide::report::{Explanation, Report, Uncommitted};
use backstory_ide::symbol::SymbolInfo;
use backstory_syntax::LocalKey;

use super::ask::{Ask, Failure};
use super::context::Context;
use super::event::{Explained, Notice, ProgressId, Reports, Where};
use super::questions::located;
use super::reports;
use super::run::POLL;
use super::searching::with_view;
use super::showing::{Showing, check};
use super::uris::{ChangeOf, Document, Subject, virtual_uri};
use crate::Error;
use crate::explain::{Gathered, about, add_draft, answer, discussed, head, relations, remember, take};
use crate::history::HistoryQuery;
use crate::material::{Present, mentioned};
use crate::unsaved::{counterpart, not_committed, working};
use crate::wording::{About, Order as Words, WordingEvent};

/// One explanation to make.
pub(super) struct Order {
    pub root: PathBuf,
    pub place: Arc<crate::place::Place>,
    /// Relative to the root, with `/`.
    pub path: String,
    pub at: Where,
    pub question: Question,
    pub progress: Option<ProgressId>,
    /// Whether the user asked to see it; otherwise only its text is wanted, without the model.
    pub shown: bool,
}

/// Makes the report, shows it where it is wanted, and answers with it.
pub(super) fn explain(context: &Context, order: &Order, ask: Ask<Explained>) {
    showing(context, order).run("Explaining", ask, |flag| make(context, order, flag));
}

fn showing<'a>(context: &'a Context, order: &Order) -> Showing<'a> {
    Showing { context, progress: order.progress }
}

fn step(context: &Context, order: &Order, message: &str) {
    showing(context, order).step(message);
}

fn make(context: &Context, order: &Order, flag: &AtomicBool) -> Result<Explained, Failure> {
    let (symbol, working) = symbol(context, order, flag)?;
    let (path, key) = (symbol.path.clone(), symbol.local_key.clone());
    let subject = Subject { root: order.root.clone(), path, key };
    let mut report = Report::new(order.question, symbol);

    step(context, order, "reading history");
    let (changes, diffs) = history(context, order, &working, &mut report, flag).map_err(refused)?;
    check(flag)?;
    step(context, order, "looking for users");
    (report.uses, report.used_by) = related(context, &order.root, &subject.path, &subject.key);
    check(flag)?;
    let (present, mentions) = texts(context, order, &report, flag);
    check(flag)?;
    let discussions = discussed(&order.place, &changes, &mut report);
    let gathered = Gathered { changes, present, mentions, discussions };
    answer(&mut report, &gathered);
    let uri = show_facts(context, order, &subject, &report);
    word(context, order, flag, &subject, &mut report)?;
    if let Some(memory) = context.model.memory() {
        remember(&memory, &report, &gathered);
    }
    add_draft(&mut report, &gathered);
    let (uri, markdown) = publish(context, order, subject, uri, &report);
    Ok(Explained { uri, markdown, report: Arc::new(report), changes: diffs })
}

/// Puts the history of the symbol that stands for the report's in the checked-out commit into the report. Returns its changes, and the
/// URIs of their diffs.
fn history(
    context: &Context,
    order: &Order,
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
    let Place { path, key } = found.place;
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
fn symbol(context: &Context, order: &Order, flag: &AtomicBool) -> Result<(SymbolInfo, Working), Failure> {
    let refused = |reason: String| Err(Failure::Refused(reason));
    loop {
        check(flag)?;
        let found = with_view(context, &order.root, |view| {
            let found = located(view, &order.path, &order.at)
                .map(|located| (about(&view.analysis, located), working(&view.analysis, located.file())));
            (found, view.analysis.file(&order.path).is_some(), view.is_reading)
        });
        match found {
            Some((_, _, true)) => std::thread::sleep(POLL),
            Some((Some(found), _, false)) => return Ok(found),
            Some((None, true, false)) => return refused(NOTHING_THERE.to_owned()),
            Some((None, false, false)) | None => return refused(no_file(order)),
        }
    }
}

fn no_file(order: &Order) -> String {
    format!(
        "{} is not a Rust or Python file of this repository that has been read (missing, ignored, binary, or above 2 MB?)",
        order.path
    )
}

const NOTHING_THERE: &str = "nothing that has a history stands here: put the cursor into a function, type or constant of \
    a Rust or Python file";

fn refused(error: Error) -> Failure {
    Failure::Refused(error.to_string())
}

type Both = (Vec<backstory_ide::symbol::Related>, Vec<backstory_ide::symbol::Related>);

/// Relations of the symbol as it stands by now; none where an edit has just removed it.
fn related(context: &Context, root: &Path, path: &str, key: &LocalKey) -> Both {
    let found = with_view(context, root, |view| {
        let located = located(view, path, &Where::Symbol(key.clone()))?;
        Some(relations(&view.analysis, located))
    });
    found.flatten().unwrap_or_default()
}

/// What the code of the symbol and the documents of its repository say.
fn texts(context: &Context, order: &Order, report: &Report, flag: &AtomicBool) -> (Present, Vec<Passage>) {
    let at = order.place.repository.as_ref().zip(report.r#ref.as_ref());
    let at = at.map(|(repository, reference)| (repository, reference.commit.as_str()));
    let symbol = &report.symbol;
    let found = with_view(context, &order.root, |view| {
        let located = located(view, &symbol.path, &Where::Symbol(symbol.local_key.clone()))?;
        Some((Present::of(&view.analysis, located), view.analysis.shared_text(located.file())))
    });
    let mut present = Present::default();
    if let Some((found, text)) = found.flatten() {
        present = found;
        present.cite(&symbol.path, &text, at);
    }
    (present, mentioned(&order.root, &Named::of(symbol), at, flag))
}

/// Opens a virtual report before the model has begun: its words are added as they come.
fn show_facts(context: &Context, order: &Order, subject: &Subject, report: &Report) -> Option<String> {
    if context.abilities.reports != Reports::Virtual {
        return None;
    }
    let uri = virtual_uri(&Document::answer(subject.clone(), report.question));
    context.reports.put(&uri, markdown::document(report));
    if order.shown {
        context.notify(Notice::ReportChanged(uri.clone()));
        context.notify(Notice::ShowReport(uri.clone()));
    }
    Some(uri)
}

fn word(
    context: &Context,
    order: &Order,
    flag: &AtomicBool,
    subject: &Subject,
    report: &mut Report,
) -> Result<(), Failure> {
    if report.reasons.is_empty() || !order.shown {
        return Ok(());
    }
    step(context, order, "waiting for the model");
    let Some(mut turn) = context.model.turn(flag) else { return Err(Failure::Cancelled) };
    let Some(wording) = turn.as_mut() else { return Ok(()) };
    let mut growing = report.clone();
    let mut advice = None;
    let mut on_event = |event: WordingEvent<'_>| match event {
        WordingEvent::Asking { model, is_remote } => {
            step(context, order, &format!("{model} is wording it"));
            growing.explanation = Some(Explanation::of(model, is_remote));
        }
        WordingEvent::Sentence(sentence) => {
            step(context, order, &sentence.text);
            growing.explanation.iter_mut().for_each(|said| said.sentences.push(sentence.clone()));
            show_more(context, subject, &growing);
        }
        WordingEvent::Unavailable { advice: reason } => advice = Some(reason),
        WordingEvent::Rejected(_) | WordingEvent::Done { .. } => {}
    };
    report.explanation = wording.explain(
        Words { about: About::Symbol(&report.symbol), passages: &report.reasons },
        flag,
        &mut on_event,
    );
    drop(turn);
    check(flag)?;
    report.limits.extend(advice);
    Ok(())
}

/// Adds what the model has said by now to a virtual report.
fn show_more(context: &Context, subject: &Subject, report: &Report) {
    if context.abilities.reports == Reports::Virtual {
        let uri = virtual_uri(&Document::answer(subject.clone(), report.question));
        context.reports.put(&uri, markdown::document(report));
        context.notify(Notice::ReportChanged(uri));
    }
}

fn publish(
    context: &Context,
    order: &Order,
    subject: Subject,
    uri: Option<String>,
    report: &Report,
) -> (Option<String>, String) {
    let text = markdown::document(report);
    let uri = match uri {
        Some(uri) => {
            context.reports.put(&uri, text.clone());
            context.notify(Notice::ReportChanged(uri.clone()));
            Some(uri)
        }
        None => {
            let uri = reports::write(&Document::answer(subject, report.question), &text);
            if let Some(uri) = uri.as_ref().filter(|_| order.shown) {
                context.notify(Notice::ShowReport(uri.clone()));
            }
            uri
        }
    };
    (uri, text)
}
