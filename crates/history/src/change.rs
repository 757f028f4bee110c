//! The plain data of a lineage: changes, their kinds, and the limits of what is known. Never does: compute any of it.

use std::fmt;

use backstory_syntax::LocalKey;
use serde::{Deserialize, Serialize};

use crate::commit::Commit;

/// What a commit did to a symbol. One change can have several kinds; they are listed in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// The symbol is in this commit and in none of its parents.
    Introduced,
    /// Beside [`ChangeKind::Introduced`]: it was cut out of another symbol, which goes on.
    Extracted,
    /// It is back with much of the text that it had when an earlier commit deleted it.
    Reintroduced,
    /// The symbol is gone; a later commit brought it back.
    Deleted,
    /// Its code: a function's block, a container's members, a constant's value.
    Body,
    /// Beside [`ChangeKind::Body`]: much of a symbol that is gone with this commit was merged into it.
    Absorbed,
    /// The declaration up to the body, its own name aside.
    Signature,
    /// Its own name.
    Rename,
    /// The path of its containers within the file: moved to another one, or one of them was renamed.
    Container,
    /// It came from a file that kept on living without it.
    Move,
    /// Its whole file got another path.
    FileRename,
    /// Attributes or decorators.
    Attribute,
    /// Documentation or comments.
    Docs,
    /// Spelling that means the same: quotes, trailing commas.
    Style,
    /// White space.
    Formatting,
}

impl ChangeKind {
    /// The kind as JSON and people write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Introduced => "introduced",
            Self::Extracted => "extracted",
            Self::Reintroduced => "reintroduced",
            Self::Deleted => "deleted",
            Self::Body => "body",
            Self::Absorbed => "absorbed",
            Self::Signature => "signature",
            Self::Rename => "rename",
            Self::Container => "container",
            Self::Move => "move",
            Self::FileRename => "file_rename",
            Self::Attribute => "attribute",
            Self::Docs => "docs",
            Self::Style => "style",
            Self::Formatting => "formatting",
        }
    }

    /// Whether it is one of the symbol's own text.
    fn is_edit(self) -> bool {
        matches!(self, Self::Body | Self::Signature | Self::Attribute)
    }

    /// Whether a change of only such kinds leaves behaviour and place as they were.
    pub(crate) fn is_minor(self) -> bool {
        matches!(self, Self::Docs | Self::Style | Self::Formatting)
    }
}

/// A symbol's name in one version of the repository.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// Relative to the repository's root, with `/`.
    pub path: String,
    pub key: LocalKey,
}

/// One commit's effect on the symbol.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub commit: Commit,
    /// Sorted, without duplicates, never empty.
    pub kinds: Vec<ChangeKind>,
    /// Where the symbol stands after the change, relative to the repository's root, with `/`.
    pub path: String,
    /// Its name after the change.
    pub key: LocalKey,
    /// Where it stood before, if that differs.
    pub from: Option<Place>,
    /// The symbol that it was extracted from or that it absorbed, as named before the change.
    pub other: Option<Place>,
    /// Whether the commit is listed as noise, in `.git-blame-ignore-revs` or where git's configuration says.
    pub ignored: bool,
    /// The pull or merge request that brought it: `#123`, from its own message or from that of the commit that merged it.
    pub pull_request: Option<String>,
    /// Full hashes of later commits that say they revert it.
    pub reverted_by: Vec<String>,
    /// Full hashes of commits that say they were cherry-picked from it.
    pub picked_as: Vec<String>,
    /// Lines that a line diff of the symbol's own text adds; all of its lines where it was introduced.
    pub lines_added: u32,
    /// Lines that the same diff removes; all of its lines where it was deleted.
    pub lines_removed: u32,
}

impl Change {
    /// Whether it is not shown unless asked for: only documentation, style or formatting changed, or the commit is listed as noise.
    /// That a symbol came, went or has another place is never hidden.
    pub fn hidden(&self) -> bool {
        let is_noise = |kind: &ChangeKind| kind.is_minor() || (self.ignored && kind.is_edit());
        self.kinds.iter().all(is_noise)
    }
}

/// The history of one symbol.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lineage {
    /// Whether the symbol exists at the commit that was asked about; without it there is no history.
    pub found: bool,
    /// Newest first by commit date.
    pub changes: Vec<Change>,
    /// Whether the walk reached the symbol's origin on every line of history: the same as no limits.
    pub complete: bool,
    /// Where knowledge ends.
    pub limits: Vec<Limit>,
}

/// Why a lineage may lack older changes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "limit")]
pub enum Limit {
    /// A shallow clone ends at this commit (short hash), and the symbol was already there.
    Shallow { commit: String },
    /// An object (full hash) that a partial clone lacks, or a damaged one cannot give.
    MissingObject { object: String },
    /// In a parent of this commit (short hash) the symbol's file is too large (2 MiB) to be read for symbols.
    TooLarge { commit: String, path: String },
    /// The commit (short hash) changed so many files that not all were searched for the symbol's former place.
    TooManyCandidates { commit: String, searched: u32, changed: u32 },
    /// The caller stopped the search.
    Interrupted,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shallow { commit } => write!(
                f,
                "this is a shallow clone that ends at {commit}: older history is not here; \
                 `git fetch --unshallow` brings it"
            ),
            Self::MissingObject { object } => write!(
                f,
                "object {object} is missing or damaged (a partial or damaged clone): history before it is \
                 unknown; `git fetch --refetch --no-filter` brings missing objects"
            ),
            Self::TooManyCandidates { commit, searched, changed } => write!(
                f,
                "{commit} changed {changed} files, of which {searched} were searched for where the symbol came from"
            ),
            Self::TooLarge { commit, path } => write!(
                f,
                "before {commit}, {path} is larger than 2 MiB and is not read for symbols: history before it is unknown"
            ),
            Self::Interrupted => f.write_str("the search was stopped before it was done"),
        }
    }
}
