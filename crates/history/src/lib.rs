//! Git history as facts: the repository around a file, its commits, and the lineage of one symbol through them.
//!
//! A symbol is named by a path and a [`backstory_syntax::LocalKey`] at some commit, which needs no project model. Its
//! [`lineage`] is every commit that changed it, newest first, followed through renames and moves of the symbol, its
//! container and its file, across merges and parallel branches. Where git's data ends (a shallow or partial clone) the
//! answer names a [`Limit`] instead of a false origin.
//!
//! How a step back works: `lineage` finds commits whose file differs from their parents' (git's own history
//! simplification), `unchanged` dismisses most of them without parsing, `table` holds the symbols of a blob, `origin` and
//! `elsewhere` find the symbol in the older version, `kinds` says what changed.
//!
//! Many questions about one repository go to one [`Historian`], which keeps what it read: the second symbol of a file costs a
//! fraction of the first. `anchor` finds the commit from which a file's history goes on, and `remembered` keeps the lineages
//! found there, in memory and in the store.
//!
//! `unsaved` finds the symbols of a text that is not committed among those of a commit. It is handed such texts; everything else
//! here knows of commits only.
//!
//! Never does: write to a repository, run git, open a socket, or read the work tree.

mod anchor;
pub mod blame;
mod bounded;
mod change;
mod changelog;
mod changes;
mod commit;
mod elsewhere;
mod error;
mod fragment;
mod frontier;
mod historian;
mod ignored;
mod kinds;
mod last_use;
mod lineage;
mod linked;
mod log;
mod lookups;
mod message;
mod objects;
mod origin;
pub mod patch;
mod people;
mod recent;
mod remembered;
mod repair;
mod repository;
mod returned;
mod similarity;
mod snapshot;
mod staged;
mod strands;
mod table;
mod telling;
mod touch;
mod transfer;
mod unchanged;
mod unsaved;
mod version;
mod whole;

pub use change::{Change, ChangeKind, Limit, Lineage, Place};
pub use changelog::{
    Bounds, ChangeLog, Commits, Companion, FileCompanion, LogFile, LogSymbol, LoggedCommit, Risk, Touched,
    changed_symbols, index_changes,
};
pub use changes::{
    Changes, FileChange, GivenFile, Located, Note, SymbolChange, changes_between, changes_of, changes_since,
};
pub use commit::{Commit, commit};
pub use error::Error;
pub use historian::Historian;
pub use last_use::{LastUse, last_use};
pub use lineage::{HistoryQuery, lineage};
pub use log::{Logged, changed_paths, commits_between, log};
pub use message::Links;
pub use people::{Person, is_bot_name};
pub use repository::{Head, Indexed, Repository};
pub use snapshot::{CommittedFile, files_at};
pub use staged::{committed_paths, staged_files};
pub use strands::{Strands, strands};
pub use unsaved::{Committed, Comparison, Counterpart, Working};
pub use whole::{Ahead, index_lineages};

#[cfg(test)]
mod tests;
