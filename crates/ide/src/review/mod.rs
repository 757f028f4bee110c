//! What a change of several symbols means, as plain data: what changed, what depends on it, what usually changes along and did not, what is like
//! it and was left as it was, which documentation fell behind, which tests to run and whom to ask. Never does: gather any of it, or judge.

mod bars;
mod markdown;
mod sarif;
mod sentences;

use backstory_history::ChangeKind;
use serde::Serialize;

use crate::explain::{Knows, Sentence};
use crate::impact::{Place, Run};
use crate::summary::{Moment, Summary};

pub use bars::{ALIKE, CLONE_TOKENS, Habit, is_forgotten, is_stale, overlap};
pub use markdown::markdown;
pub use sarif::sarif;
pub use sentences::{changed, companion, copy, depends, first_tests, head, stale, story, tests, why};

/// What differs between two versions, and what that means.
#[derive(Clone, Debug, Serialize)]
pub struct Review {
    /// The full hash of the commit that the change is against.
    pub from: String,
    pub to: Reviewed,
    /// In order of their paths.
    pub symbols: Vec<Changed>,
    /// Symbols of which only documentation, style or formatting differ; they are not listed.
    pub minor: usize,
    /// What usually changes with a changed symbol and did not, the surest first.
    pub companions: Vec<Forgotten>,
    /// What was much like a changed symbol and was left as it was.
    pub copies: Vec<Copy>,
    pub stale_docs: Vec<Stale>,
    pub tests: Tests,
    /// Who changed these symbols most, apart from who made this change.
    pub people: Vec<Knows>,
    /// What could not be told, in sentences.
    pub limits: Vec<String>,
}

/// The newer version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reviewed {
    /// A full hash.
    Commit(String),
    /// What is staged.
    Staged,
    /// The files as they are on disk.
    WorkTree,
}

/// A symbol that differs.
#[derive(Clone, Debug, Serialize)]
pub struct Changed {
    /// As it is now; as it was where it is gone.
    #[serde(flatten)]
    pub place: Place,
    /// The last 1-based line of it.
    pub end_line: u32,
    pub changes: Vec<ChangeKind>,
    /// What it was called before, where that differs: `path: kind name`.
    pub before: Option<String>,
    pub lines_added: u32,
    pub lines_removed: u32,
    /// Its history up to `from`; `None` for a new symbol.
    pub story: Option<Summary>,
    /// Why it is as it was before, in people's own words; `None` where nobody said.
    pub why: Option<Sentence>,
    /// The name under which its package offers it to others.
    pub public: Option<String>,
    pub dependents: usize,
    pub tests: usize,
}

impl Changed {
    /// Whether it has just come.
    pub fn is_new(&self) -> bool {
        self.changes.contains(&ChangeKind::Introduced)
    }

    /// Whether it is gone.
    pub fn is_gone(&self) -> bool {
        self.changes.contains(&ChangeKind::Deleted)
    }
}

/// What usually changes along and did not.
#[derive(Clone, Debug, Serialize)]
pub struct Forgotten {
    #[serde(flatten)]
    pub place: Place,
    /// The changed symbol that it usually changes with.
    pub with: Place,
    /// Edits of `with` in which it was edited too, and all edits of `with` since it exists.
    pub together: u32,
    pub of: u32,
    /// The last commit that edited both.
    pub last: Moment,
    /// Whether neither uses the other.
    pub hidden: bool,
}

/// What was much like a changed symbol before the change.
#[derive(Clone, Debug, Serialize)]
pub struct Copy {
    #[serde(flatten)]
    pub place: Place,
    pub of: Place,
    /// How much of their code is the same, 0 to 1.
    pub overlap: f64,
}

/// Documentation that is older than several changes of what it describes.
#[derive(Clone, Debug, Serialize)]
pub struct Stale {
    #[serde(flatten)]
    pub place: Place,
    /// When the documentation was last written.
    pub written: Option<Moment>,
    /// Later changes of the body and of the signature, this one included.
    pub bodies: u32,
    pub signatures: u32,
}

/// The tests to run.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Tests {
    /// How many tests there are.
    pub suite: usize,
    pub chosen: usize,
    /// How many reach the change and were left out all the same, those least about it.
    pub left_out: usize,
    /// Nothing where all are chosen: then it takes no names.
    pub run: Run,
    /// The few that are most about the change.
    pub closest: Run,
}
