//! One sentence of an answer and what it rests on. Never does: make any.

use serde::{Deserialize, Serialize};

use super::passage::Source;

/// A sentence, without its citations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    pub text: String,
    /// What bears it out. Empty only where the sentence says that there is nothing.
    pub sources: Vec<Source>,
    pub kind: Kind,
}

/// Whose words a sentence has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Facts in our own words.
    Stated,
    /// Somebody's own words, between quotation marks.
    Quoted,
    /// A model's words, which passed the check.
    Worded,
}

/// What a model said and may not be said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rejected {
    pub text: String,
    /// Why, in a few words.
    pub reason: String,
    pub source: Source,
}
