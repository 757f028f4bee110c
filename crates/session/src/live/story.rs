//! What hovers and lenses say of one symbol, made of its lineage. Never does: walk history.

use backstory_history::{Lineage, Repository};
use backstory_ide::explain::{Passage, Subject};
use backstory_ide::summary::{Summary, summarize};
use backstory_syntax::{Language, LocalKey};

use crate::discussions::named_by;
use crate::explain::{origin, reasons_of_commits};
use crate::refactor::{Later, later};
use crate::wording::Known;

#[derive(Debug)]
pub(super) struct Story {
    pub summary: Summary,
    /// What commits and the discussions that they name say of why; what comments and documents say is left to the explanation.
    pub reasons: Vec<Passage>,
    /// Those that were given since its documentation was written, where that is behind.
    pub later: Option<Vec<Later>>,
    /// The full hash of the oldest commit that is known.
    origin: String,
}

impl Story {
    /// Of a symbol of a file (relative to the root, with `/`); `None` where it is not in the commit that was asked about. Reads imported
    /// discussions where messages name any.
    pub(super) fn of(repository: &Repository, path: &str, key: &LocalKey, lineage: &Lineage) -> Option<Self> {
        let summary = summarize(lineage)?;
        let reasons = Language::of_path(path).map(|language| {
            // The explanation meets the same error, and tells it.
            let discussions = named_by(repository, &lineage.changes).unwrap_or_default();
            reasons_of_commits(Subject::new(key, language), &lineage.changes, &discussions)
        });
        let origin = origin(&lineage.changes).to_owned();
        let reasons = reasons.unwrap_or_default();
        let later = later(&lineage.changes, &reasons);
        Some(Self { summary, reasons, later, origin })
    }

    /// By what an explanation of the symbol is found again.
    pub(super) fn known<'a>(&'a self, subject: Subject<'a>) -> Known<'a> {
        Known { subject, origin: &self.origin, reasons: &self.reasons }
    }
}
