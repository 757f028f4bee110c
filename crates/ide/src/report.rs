//! Everything that `explain` says about a symbol as one object; its JSON is documented in `docs/explain.md`. Never does: gather
//! the facts (that is `session`).

use backstory_history::{Change, ChangeKind};
use serde::Serialize;

use crate::account::Sentence;
use crate::evidence::Passage;
use crate::symbol::{Related, SymbolInfo};

/// The answer to `explain`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The version of the code that history speaks of; absent without a repository or before its first commit.
    pub r#ref: Option<Reference>,
    pub symbol: SymbolInfo,
    /// The change that brought the symbol; absent where history ends before it.
    pub introduced: Option<Event>,
    /// Newest first.
    pub changes: Vec<Event>,
    /// Whether `changes` is all there is.
    pub complete: bool,
    /// What is missing and what to do about it, a sentence each.
    pub limits: Vec<String>,
    pub uses: Vec<Related>,
    pub used_by: Vec<Related>,
    /// The commits' own words on why, oldest first; empty: no rationale recorded.
    pub reasons: Vec<Passage>,
    /// Absent without reasons or without a model.
    pub explanation: Option<Explanation>,
}

impl Report {
    /// A report that knows nothing but the symbol.
    pub fn new(symbol: SymbolInfo) -> Self {
        Self {
            r#ref: None,
            symbol,
            introduced: None,
            changes: Vec::new(),
            complete: false,
            limits: Vec::new(),
            uses: Vec::new(),
            used_by: Vec::new(),
            reasons: Vec::new(),
            explanation: None,
        }
    }
}

/// A commit by the name under which it was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reference {
    /// The branch; absent on a detached head.
    pub name: Option<String>,
    /// Full hash.
    pub commit: String,
}

/// One change of the symbol, flat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Event {
    /// Full hash.
    pub commit: String,
    /// The abbreviated hash that is unique in the repository.
    #[serde(skip)]
    pub short: String,
    /// `YYYY-MM-DD` in the author's time zone.
    pub date: String,
    pub author: String,
    pub subject: String,
    pub kinds: Vec<ChangeKind>,
    /// Whether only documentation, style or formatting changed.
    pub hidden: bool,
    pub path: String,
    /// The name inside the file after the change.
    pub key: String,
    /// Where it stood before, if that differs.
    pub from: Option<Place>,
    /// `#123`-style references of the message.
    pub refs: Vec<String>,
    pub lines_added: u32,
    pub lines_removed: u32,
}

/// A symbol's former name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    pub path: String,
    pub key: String,
}

/// Reasons in the words of a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    pub model: String,
    pub sentences: Vec<Sentence>,
    /// How many of the model's sentences said something else than their passage and were replaced by a quote.
    pub replaced: usize,
}

impl From<&Change> for Event {
    fn from(change: &Change) -> Self {
        let commit = &change.commit;
        Self {
            commit: commit.id.clone(),
            short: commit.short().to_owned(),
            date: commit.date(),
            author: commit.author.name.clone(),
            subject: commit.subject.clone(),
            kinds: change.kinds.clone(),
            hidden: change.hidden(),
            path: change.path.clone(),
            key: change.key.to_string(),
            from: change
                .from
                .as_ref()
                .map(|from| Place { path: from.path.clone(), key: from.key.to_string() }),
            refs: commit.refs.clone(),
            lines_added: change.lines_added,
            lines_removed: change.lines_removed,
        }
    }
}

impl Event {
    /// Whether this change brought the symbol.
    pub fn introduces(&self) -> bool {
        self.kinds.contains(&ChangeKind::Introduced)
    }
}
