//! Answers to questions about a whole tree: the same as on the command line, with the symbols of the texts that are open. Never does: hold
//! a snapshot while it searches or waits for the model.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use super::ask::{Ask, Failure};
use super::context::{Context, lock};
use super::event::{Answered, ProgressId};
use super::reports;
use super::searching::with_view;
use super::showing::{Showing, check};
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
    /// Whether the user asked to see it; otherwise only its text is wanted, without the model.
    pub shown: bool,
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
    if order.shown && !passages.is_empty() {
        step(context, order, "waiting for the model");
        let Some(mut turn) = context.model.turn(flag) else { return Err(Failure::Cancelled) };
        let mut on_event = |event: WordingEvent<'_>| {
            if let WordingEvent::Sentence(sentence) = event {
                step(context, order, &sentence.text);
            }
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
    let uri = reports::offer(context, &Document::Asked(order.asked.clone()), &text, order.shown);
    Answered { uri, markdown: text, answer }
}
