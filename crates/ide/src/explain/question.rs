//! What can be asked of a symbol, and the answers in facts and people's own words. Never does: run a model.

use serde::{Deserialize, Serialize};

use super::evidence::{Facts, evidence};
use super::passage::Passage;
use super::purpose::{self, Code};
use super::sentence::Sentence;
use super::{account, draft, turns};

/// A question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// Why is it there, and why is it as it is?
    #[default]
    Why,
    /// What changed, and why?
    Changes,
    /// What does it do? Of a file or a directory: what is in it?
    What,
    /// What could its documentation say that only history knows?
    Doc,
}

impl Question {
    pub const ALL: [Self; 4] = [Self::Why, Self::Changes, Self::What, Self::Doc];

    /// The word for it in commands and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Why => "why",
            Self::Changes => "changes",
            Self::What => "what",
            Self::Doc => "doc",
        }
    }

    /// The question that a word stands for.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|question| question.as_str() == word)
    }

    /// What stands above the answer.
    pub fn title(self) -> &'static str {
        match self {
            Self::Why => "Why",
            Self::Changes => "What changed, and why",
            Self::What => "What it is",
            Self::Doc => "What its documentation could say",
        }
    }
}

/// An answer without a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// What a model may word.
    pub passages: Vec<Passage>,
    pub account: Vec<Sentence>,
}

/// Answers a question. `complete` says whether `facts` have the whole history.
pub fn tell(question: Question, facts: &Facts<'_>, code: &Code<'_>, complete: bool) -> Told {
    match question {
        Question::Why => {
            let passages = evidence(facts);
            let account = account::account(facts, &passages, complete);
            Told { passages, account }
        }
        Question::Changes => turns::tell(facts),
        Question::What => purpose::tell(facts, code),
        Question::Doc => draft::tell(facts),
    }
}
