//! How a question gives way to a change: it unwinds, and starts again on the next snapshot if anyone still asks it. Never does:
//! try again by itself.

use std::panic::{AssertUnwindSafe, resume_unwind};

use crate::database::Db;

/// A question was given up because a text, a file or a package was about to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cancelled;

/// Asks a question of a snapshot. [`Cancelled`] where a writer waited for the snapshot, or where the question waited for another
/// one that did not come to its end. Any other panic goes on unwinding. Drop the snapshot before trying again.
pub fn or_cancelled<T>(question: impl FnOnce() -> T) -> Result<T, Cancelled> {
    // What a question leaves half done is the snapshot's memory of answers, which is made to be unwound through.
    salsa::Cancelled::catch(AssertUnwindSafe(question)).map_err(|_| Cancelled)
}

/// Runs work that may be stopped between its steps. It is stopped where a writer waits; only then does this unwind, so never
/// through the work itself.
pub(crate) fn unless_cancelled<T>(
    db: &dyn Db,
    work: impl FnOnce(&mut dyn FnMut() -> bool) -> Option<T>,
) -> T {
    let mut cancelled = None;
    let done = work(&mut || {
        let poll = AssertUnwindSafe(|| db.unwind_if_revision_cancelled());
        cancelled = cancelled.take().or_else(|| salsa::Cancelled::catch(poll).err());
        cancelled.is_some()
    });
    match (done, cancelled) {
        (Some(done), _) => done,
        (None, Some(cancelled)) => resume_unwind(Box::new(cancelled)),
        (None, None) => unreachable!("the work stops only when it is told to"),
    }
}
