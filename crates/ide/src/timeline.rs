//! The history of one symbol by itself, as one object; its JSON is documented in `docs/history.md`. Never does: gather it (that is
//! `session`).

use backstory_syntax::DefinitionKind;
use serde::Serialize;

use crate::report::{Event, Reference, Uncommitted};
use crate::symbol::SymbolInfo;

/// The answer to `history`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Timeline {
    /// The commit from which history is told.
    pub r#ref: Reference,
    pub symbol: Subject,
    /// Whether `changes` is all there is.
    pub complete: bool,
    /// What is missing and what to do about it, a sentence each.
    pub limits: Vec<String>,
    /// What the symbol on disk changes and no commit has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uncommitted: Option<Uncommitted>,
    /// Newest first, hidden ones included.
    pub changes: Vec<Event>,
}

/// Whose history it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Subject {
    /// The qualified name in the tree that was asked about.
    pub key: String,
    pub kind: DefinitionKind,
    /// Relative to the root of the repository, with `/`.
    pub path: String,
    /// 1-based line of the name.
    pub line: u32,
}

impl From<&SymbolInfo> for Subject {
    fn from(symbol: &SymbolInfo) -> Self {
        let SymbolInfo { kind, key, path, line, .. } = symbol;
        Self { key: key.clone(), kind: *kind, path: path.clone(), line: *line }
    }
}
