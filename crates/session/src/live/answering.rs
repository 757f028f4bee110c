//! Answers to questions about a whole tree: the same as on the command line, with the symbols of the texts that are open. Never does: hold
//! a snapshot while it searches or waits for the model.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use backstory_ide::report::Explanation;

use super::answers::Answered;
use super::ask::{Ask, Failure};
use super::context::{Context, lock};
use super::event::ProgressId;
use super::reports;
use super::searching::with_view;
use super::showing::{Showing, Telling, check};
use super::uris::{Asked, Document};
use crate::answer::{Answer, SYMBOLS, TEXTS, answer as answer_from, evidence};
use crate::find::{Found, Kept, symbol};
use crate::index::{Kind, SearchIndex, fitting};
use crate::place::Place;
use crate::wording::{About, Order as Words, WordingEvent};

/// One answer to give.
pub(super) struct Order {
    pub place: Arc<Place>,
    pub asked: Asked,
    /// Where it is at hand; otherwise symbols are read from disk.
    pub index: Option<Arc<Mutex<SearchIndex>>>,
    pub texts: Arc<Mutex<Kept>>,
    pub progress: Option<ProgressId>,
    pub telling: Telling<Answered>,
}

/// Finds the answer, shows it where it is wanted, and answers with it.
pub(super) fn answer(context: &Context, order: &Order, ask: Ask<Answered>) {
    showing(context, order).run("Answering", ask, |flag| make(context, order, flag));
}

fn showing<'a>(context: &'a Context, order: &Order) -> Showing<'a> {
    Showing { context, progress: order.progress }
}

fn step(context: &Context, order: &Order, message: &str) {
    showing(context, order).step(message);
}

fn make(context: &Context, order: &Order, flag: &AtomicBool) -> Result<Answered, Failure> {
    let question = &order.asked.question;
    step(context, order, "searching");
    let refused = |error: crate::Error| Failure::Refused(error.to_string());
    let evidence =
        |kinds: &[Kind]| evidence(&order.place, &context.store, &mut lock(&order.texts), question, kinds);
    let mut found = evidence(&TEXTS).map_err(refused)?;
    check(flag)?;
    found.extend(match &order.index {
        Some(index) => symbols(context, order, index),
        None => evidence(&SYMBOLS).map_err(refused)?,
    });
    check(flag)?;
    let table = lock(&order.texts).table().clone();
    let (mut answer, passages) = answer_from(question, &table, found);
    let known = |answer: &Answer| {
        order.telling.stream(|| Answered {
            root: context.folder(&order.asked.root),
            uri: None,
            markdown: answer.markdown(),
            answer: answer.clone(),
        });
    };
    if order.telling.wants_words() && !passages.is_empty() {
        known(&answer);
        context.model.look_again(&context.store);
        step(context, order, "waiting for the model");
        let Some(mut turn) = context.model.turn(flag) else { return Err(Failure::Cancelled) };
        let mut growing = answer.clone();
        let mut on_event = |event: WordingEvent<'_>| match event {
            WordingEvent::Asking { model, is_remote } => {
                growing.explanation = Some(Explanation::of(model, is_remote));
            }
            WordingEvent::Sentence(sentence) => {
                step(context, order, &sentence.text);
                growing.explanation.iter_mut().for_each(|said| said.sentences.push(sentence.clone()));
                known(&growing);
            }
            _ => {}
        };
        let words = Words { about: About::Question(question), passages: &passages };
        answer.explanation = turn.as_mut().and_then(|wording| wording.explain(words, flag, &mut on_event));
        drop(turn);
        check(flag)?;
    }
    Ok(publish(context, order, answer))
}

/// The symbols that fit, as they stand in the texts at hand.
fn symbols(context: &Context, order: &Order, index: &Mutex<SearchIndex>) -> Vec<Found> {
    let hits = lock(index).search(&order.asked.question, crate::answer::LOOKED_AT);
    let fitting = fitting(Kind::Symbol, hits);
    let found = with_view(context, &order.asked.root, |view| {
        fitting.iter().filter_map(|hit| symbol(&view.analysis, hit.clone())).collect::<Vec<_>>()
    });
    found.unwrap_or_default()
}

fn publish(context: &Context, order: &Order, answer: Answer) -> Answered {
    let text = answer.markdown();
    let root = context.folder(&order.asked.root);
    let uri = match &order.telling {
        Telling::Streamed(_) => None,
        telling => reports::offer(context, &Document::Asked(order.asked.clone()), &text, telling.is_opened()),
    };
    Answered { root, uri, markdown: text, answer }
}
