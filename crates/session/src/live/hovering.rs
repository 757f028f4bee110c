//! Hovers: the symbol from a snapshot, then its history for as long as a hover may wait, and never longer. Never does: start the
//! model.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use backstory_analysis::Confidence;
use backstory_ide::explain::{Sentence, Subject as Named};
use backstory_ide::hover::{Known, named_at, section};
use backstory_ide::navigation::signature_at;
use backstory_syntax::Language;

use super::answers::Hover;
use super::ask::Ask;
use super::context::{Context, lock};
use super::event::Event;
use super::histories::{Patience, SymbolOf, Told};
use super::positions::{Lines, Position, Range};
use super::projects::View;
use super::reports::link;
use super::story::Story;
use crate::config::Method;
use crate::wording::Memory;

/// How long a hover waits for history.
const PATIENCE: Duration = Duration::from_millis(50);

/// The symbol that a hover speaks of.
pub(super) struct Subject {
    symbol: SymbolOf,
    confidence: Option<Confidence>,
    range: Range,
}

/// A hover that waits for history; whoever comes first, history or the deadline, answers it.
#[derive(Clone)]
pub(super) struct Pending {
    pub(super) until: Instant,
    waiting: Arc<Mutex<Option<Waiting>>>,
}

struct Waiting {
    subject: Subject,
    /// What the hover says before the history.
    signature: Option<String>,
    ask: Ask<Option<Hover>>,
    context: Arc<Context>,
}

/// What there is to say at a position.
#[derive(Default)]
pub(super) struct Found {
    subject: Option<Subject>,
    signature: Option<(String, Range)>,
}

/// What a hover can speak of at a position, as far as the settings want it.
pub(super) fn found(view: &View, path: &str, position: Position) -> Found {
    let signs = view.config.answers(Method::Signature);
    Found {
        subject: view.config.hover.then(|| subject(view, path, position)).flatten(),
        signature: signs.then(|| signature(view, path, position)).flatten(),
    }
}

fn signature(view: &View, path: &str, position: Position) -> Option<(String, Range)> {
    let file = view.analysis.file(path)?;
    let lines = Lines::new(view.analysis.text(file), view.encoding);
    let found = signature_at(&view.analysis, file, lines.offset(position))?;
    let range = lines.range(found.span.start, found.span.end);
    Some((found.markdown(), range))
}

/// The symbol at a position of a file, if a hover has any history to tell there.
fn subject(view: &View, path: &str, position: Position) -> Option<Subject> {
    let analysis = &view.analysis;
    let file = analysis.file(path)?;
    let lines = Lines::new(analysis.text(file), view.encoding);
    let named = named_at(analysis, file, lines.offset(position))?;
    Some(Subject {
        symbol: view.symbol_of(named.id.file, analysis.outline(named.id.file).key(named.id.local))?,
        confidence: named.confidence,
        range: lines.range(named.span.start, named.span.end),
    })
}

/// Answers when the history of the subject is known, or with what there is when time is up.
pub(super) fn answer(context: &Arc<Context>, found: Found, ask: Ask<Option<Hover>>) {
    let Found { subject, signature } = found;
    let Some(subject) = subject else {
        return ask.answer(signature.map(|(markdown, range)| Hover { markdown, range }));
    };
    let symbol = subject.symbol.clone();
    let signature = signature.map(|(markdown, _)| markdown);
    let waiting = Waiting { subject, signature, ask, context: Arc::clone(context) };
    let pending = Pending { until: Instant::now() + PATIENCE, waiting: Arc::new(Mutex::new(Some(waiting))) };
    context.send(Event::Overdue(pending.clone()));
    context.histories.ask(symbol, Patience::Waits, move |told| pending.finish(&told));
}

impl Pending {
    /// Answers, unless that has happened.
    pub(super) fn finish(&self, told: &Told) {
        let Some(Waiting { subject, signature, ask, context }) = lock(&self.waiting).take() else { return };
        let history = markdown(&context, &subject, told);
        let markdown = match signature {
            Some(signature) => format!("{signature}\n\n---\n\n{history}"),
            None => history,
        };
        ask.answer(Some(Hover { markdown, range: subject.range }));
    }
}

fn markdown(context: &Context, subject: &Subject, told: &Told) -> String {
    let link = link(context, &subject.symbol.file, &subject.symbol.key);
    let say =
        |known, explanation: &[_], link: Option<&str>| section(known, subject.confidence, explanation, link);
    match told {
        Told::Reading => say(Known::Reading, &[], link.as_deref()),
        Told::Failed(reason) => say(Known::Failed(reason), &[], None),
        Told::NotCommitted => say(Known::NotCommitted, &[], None),
        Told::Story(story, counterpart) => {
            context.screen.show(&subject.symbol, story);
            let memory = context.model.memory();
            let explanation =
                memory.map_or_else(Vec::new, |memory| said_before(&memory, &subject.symbol, story));
            say(Known::Summary(&story.summary, counterpart), &explanation, link.as_deref())
        }
    }
}

/// What a model said of the symbol before, as the commits and the discussions that they name stand now.
fn said_before(memory: &Memory, symbol: &SymbolOf, story: &Story) -> Vec<Sentence> {
    let Some(language) = Language::of_path(&symbol.file.path) else { return Vec::new() };
    memory.recall(&story.known(Named::new(&symbol.key, language)))
}
