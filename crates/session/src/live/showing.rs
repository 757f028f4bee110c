//! What long answers tell on their way: how far they are, what is known by then, and how they ended, for explanations and answers alike. Never
//! does: find anything.

use std::sync::atomic::{AtomicBool, Ordering};

use super::ask::{Ask, Failure};
use super::context::Context;
use super::event::{Event, Notice, Progress, ProgressId};

/// How an explanation or an answer is given.
pub enum Telling<T> {
    /// As a report that is opened in the client.
    Opened,
    /// To whoever asked and nobody else; each time that more is known, all of it goes here.
    Streamed(Box<dyn Fn(T) + Send>),
    /// Without the model, and opened nowhere.
    Facts,
}

impl<T> Telling<T> {
    pub(super) fn is_opened(&self) -> bool {
        matches!(self, Self::Opened)
    }

    /// Whether somebody waits for what a model makes of it.
    pub(super) fn wants_words(&self) -> bool {
        !matches!(self, Self::Facts)
    }

    /// Hands over what is known by now, where that is wanted.
    pub(super) fn stream(&self, known: impl FnOnce() -> T) {
        if let Self::Streamed(hand) = self {
            hand(known());
        }
    }
}

/// The progress of one answer; nothing is told where nobody wants it.
#[derive(Clone, Copy)]
pub(super) struct Showing<'a> {
    pub context: &'a Context,
    pub progress: Option<ProgressId>,
}

impl Showing<'_> {
    /// Makes an answer, tells that it begins and how it ends, and gives it to whoever asked.
    pub(super) fn run<T>(
        self,
        title: &str,
        ask: Ask<T>,
        make: impl FnOnce(&AtomicBool) -> Result<T, Failure>,
    ) {
        let _served = self.context.activity.serve();
        let flag = ask.flag();
        self.tell(Progress::Begin { title: title.to_owned() });
        let result = make(&flag);
        let message = match &result {
            Ok(_) => String::new(),
            Err(Failure::Cancelled) => "cancelled".to_owned(),
            Err(Failure::Refused(reason)) => reason.clone(),
            Err(_) => "failed".to_owned(),
        };
        self.tell(Progress::End { message });
        self.context.send(Event::Explained);
        ask.finish(result);
    }

    /// What it is about to do.
    pub(super) fn step(self, message: &str) {
        self.tell(Progress::Report { message: message.to_owned() });
    }

    fn tell(self, progress: Progress) {
        if let Some(id) = self.progress {
            self.context.notify(Notice::Progress(id, progress));
        }
    }
}

/// An end where nobody wants the answer any more.
pub(super) fn check(flag: &AtomicBool) -> Result<(), Failure> {
    if flag.load(Ordering::Relaxed) { Err(Failure::Cancelled) } else { Ok(()) }
}
