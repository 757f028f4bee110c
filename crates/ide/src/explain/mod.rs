//! Why a symbol is as it is: the passages that say so, an account of its life made of them, the prompts with which a model words
//! them, and what of its answers may be said.
//!
//! The order of work: [`tell`] answers a [`Question`]: for the reason why, [`evidence`] picks passages out of [`Facts`], and an account
//! of two to six sentences is made of them that is complete without any model. [`wording`] says what a model is asked and which of its sentences stand. Where no passage states a reason,
//! the account says so and names who may know; no model is asked.
//!
//! Never does: IO, running a model, or saying what no passage says.

mod account;
mod asked;
mod comments;
mod discussions;
mod draft;
mod evidence;
mod mentions;
mod messages;
mod passage;
mod people;
mod purpose;
mod question;
mod reasons;
mod sentence;
mod turns;
pub mod wording;

pub use account::account;
pub use asked::{FoundText, answers, asks_why, told};
pub use comments::{Comment, CommentKind, Version, comments_of};
pub use draft::{Layout, comment_of, draft, paragraph, wrapped_for};
pub use evidence::{Facts, Subject, best_evidence, evidence};
pub use mentions::{Document, mentions, names, spellings};
pub use passage::{PASSAGE_WORDS, Passage, Role, Source};
pub use people::{Knows, people};
pub use purpose::{Code, Member, first_sentence};
pub use question::{Question, Told, tell};
pub use sentence::{Kind, Rejected, Sentence};

#[cfg(test)]
pub(crate) mod tests;
