//! Whether a document fits a question at all: the line between an answer and noise. Never does: rank.

use backstory_search::Why;
use serde::Serialize;

/// What search finds, which differ in how well their texts match questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Symbol,
    Doc,
    Commit,
    Discussion,
}

/// Whether a document fits: it is near enough in meaning and says enough of the question, a lack of one being made up by the other.
pub fn fits(kind: Kind, why: &Why) -> bool {
    let line = match kind {
        Kind::Symbol | Kind::Doc => 0.6,
        Kind::Commit | Kind::Discussion => 0.9,
    };
    why.meaning + why.coverage >= line
}
