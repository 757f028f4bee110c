//! Explanations: the same facts and words as on the command line, made on a thread of their own from short snapshots. Each stage
//! stands alone: facts are shown while the model still words them. Never does: hold a snapshot while it waits for git or the model.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use backstory_ide::explain::{Passage, Question, Subject as Named};
use backstory_ide::markdown;
use backstory_ide::report::{Explanation, Report};
use backstory_syntax::LocalKey;

use super::answers::Explained;
use super::ask::{Ask, Failure};
use super::context::Context;
use super::event::{Notice, ProgressId, Reports, Where};
use super::questions::located;
use super::reports;
use super::searching::with_view;
use super::showing::{Showing, Telling, check};
use super::timelines::{At, history, symbol};
use super::uris::{Document, Subject, virtual_uri};
use crate::explain::{Gathered, add_draft, answer, discussed, relations, remember};
use crate::material::{Present, mentioned};
use crate::wording::{About, Order as Words, WordingEvent};

/// One explanation to make.
pub(super) struct Order {
    pub at: At,
    pub question: Question,
    pub progress: Option<ProgressId>,
    pub telling: Telling<Explained>,
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

/// What a report is about, and where the diffs of its changes are.
struct Told {
    subject: Subject,
    diffs: Vec<String>,
}

fn make(context: &Context, order: &Order, flag: &AtomicBool) -> Result<Explained, Failure> {
    let (symbol, working) = symbol(context, &order.at, flag)?;
    let (path, key) = (symbol.path.clone(), symbol.local_key.clone());
    let subject = Subject { root: order.at.root.clone(), path, key };
    let mut report = Report::new(order.question, symbol);

    step(context, order, "reading history");
    let (changes, diffs) = history(context, &order.at, &working, &mut report, flag)?;
    check(flag)?;
    step(context, order, "looking for users");
    (report.uses, report.used_by) = related(context, &subject.root, &subject.path, &subject.key);
    check(flag)?;
    let (present, mentions) = texts(context, order, &report, flag);
    check(flag)?;
    let discussions = discussed(&order.at.place, &changes, &mut report);
    let gathered = Gathered { changes, present, mentions, discussions };
    answer(&mut report, &gathered);
    let told = Told { subject, diffs };
    let uri = show_facts(context, order, &told, &report);
    word(context, order, flag, &told, &mut report)?;
    if let Some(memory) = context.model.memory() {
        remember(&memory, &report, &gathered);
    }
    add_draft(&mut report, &gathered);
    Ok(publish(context, order, &told, uri, report))
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
    let at = order.at.place.repository.as_ref().zip(report.r#ref.as_ref());
    let at = at.map(|(repository, reference)| (repository, reference.commit.as_str()));
    let symbol = &report.symbol;
    let found = with_view(context, &order.at.root, |view| {
        let located = located(view, &symbol.path, &Where::Symbol(symbol.local_key.clone()))?;
        Some((Present::of(&view.analysis, located), view.analysis.shared_text(located.file())))
    });
    let mut present = Present::default();
    if let Some((found, text)) = found.flatten() {
        present = found;
        present.cite(&symbol.path, &text, at);
    }
    (present, mentioned(&order.at.root, &Named::of(symbol), at, flag))
}

/// Tells the facts before the model has begun: its words are added as they come.
fn show_facts(context: &Context, order: &Order, told: &Told, report: &Report) -> Option<String> {
    order.telling.stream(|| explained(context, told, None, report.clone()));
    let is_document = !matches!(order.telling, Telling::Streamed(_));
    if context.abilities.reports != Reports::Virtual || !is_document {
        return None;
    }
    let uri = virtual_uri(&Document::answer(told.subject.clone(), report.question));
    context.reports.put(&uri, markdown::document(report));
    if order.telling.is_opened() {
        context.notify(Notice::ReportChanged(uri.clone()));
        context.notify(Notice::ShowReport(uri.clone()));
    }
    Some(uri)
}

fn word(
    context: &Context,
    order: &Order,
    flag: &AtomicBool,
    told: &Told,
    report: &mut Report,
) -> Result<(), Failure> {
    if report.reasons.is_empty() || !order.telling.wants_words() {
        return Ok(());
    }
    context.model.look_again(&context.store);
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
            show_more(context, order, told, &growing);
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

/// Adds what the model has said by now.
fn show_more(context: &Context, order: &Order, told: &Told, report: &Report) {
    match &order.telling {
        Telling::Opened if context.abilities.reports == Reports::Virtual => {
            let uri = virtual_uri(&Document::answer(told.subject.clone(), report.question));
            context.reports.put(&uri, markdown::document(report));
            context.notify(Notice::ReportChanged(uri));
        }
        Telling::Opened | Telling::Facts => {}
        telling => telling.stream(|| explained(context, told, None, report.clone())),
    }
}

fn publish(context: &Context, order: &Order, told: &Told, uri: Option<String>, report: Report) -> Explained {
    let text = markdown::document(&report);
    let uri = match (uri, &order.telling) {
        (_, Telling::Streamed(_)) => None,
        (Some(uri), _) => {
            context.reports.put(&uri, text);
            context.notify(Notice::ReportChanged(uri.clone()));
            Some(uri)
        }
        (None, telling) => {
            let uri = reports::write(&Document::answer(told.subject.clone(), report.question), &text);
            if let Some(uri) = uri.as_ref().filter(|_| telling.is_opened()) {
                context.notify(Notice::ShowReport(uri.clone()));
            }
            uri
        }
    };
    explained(context, told, uri, report)
}

fn explained(context: &Context, told: &Told, uri: Option<String>, report: Report) -> Explained {
    Explained {
        meant: context.meant(&told.subject),
        uri,
        markdown: markdown::document(&report),
        report: Arc::new(report),
        changes: told.diffs.clone(),
    }
}
