//! A question's way back: its answer is handed to whoever asked, exactly once, whatever happens on the way. Never does: wait.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Why a question has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Texts changed faster than the answer could be found; asking again is right.
    ContentModified,
    /// The one who asked no longer wants to know.
    Cancelled,
    /// The question can't be answered, in a sentence for people.
    Refused(String),
    /// Something broke; the log has more.
    Internal,
}

type Reply<T> = Box<dyn FnOnce(Result<T, Failure>) + Send>;

/// A question that waits for its answer. Dropped without one (a panic on the way), it answers [`Failure::Internal`].
pub struct Ask<T> {
    reply: Option<Reply<T>>,
    cancelled: Arc<AtomicBool>,
}

impl<T> Ask<T> {
    /// `cancelled` may be set at any time by the one who asks; the answer then is not needed.
    pub fn new(cancelled: Arc<AtomicBool>, reply: impl FnOnce(Result<T, Failure>) + Send + 'static) -> Self {
        Self { reply: Some(Box::new(reply)), cancelled }
    }

    pub(super) fn answer(self, value: T) {
        self.finish(Ok(value));
    }

    pub(super) fn fail(self, failure: Failure) {
        self.finish(Err(failure));
    }

    pub(super) fn finish(mut self, result: Result<T, Failure>) {
        if let Some(reply) = self.reply.take() {
            reply(result);
        }
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// The flag that long work polls.
    pub(super) fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.cancelled)
    }
}

impl<T> Drop for Ask<T> {
    fn drop(&mut self) {
        if let Some(reply) = self.reply.take() {
            reply(Err(if self.is_cancelled() { Failure::Cancelled } else { Failure::Internal }));
        }
    }
}
