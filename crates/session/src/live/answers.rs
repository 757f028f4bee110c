//! What is answered: data for the client, in its own paths and coordinates. Never does: say how it is written for one client or another.

use std::path::PathBuf;
use std::sync::Arc;

use backstory_history::patch::Cut;
use backstory_ide::impact::Impact;
use backstory_ide::refactor::{Example, Kind as RefactorKind, Mark, Reason, Request};
use backstory_ide::report::{Event as Change, Report};
use backstory_ide::timeline::Timeline;
use backstory_syntax::{DefinitionKind, FoldKind, LocalKey};

use super::event::RefactorOrder;
use super::positions::Range;
use crate::answer::Answer;
use crate::find::Found;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    pub markdown: String,
    /// The name that the hover speaks of.
    pub range: Range,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    pub path: PathBuf,
    /// The name that stands there; the start of the file for the file itself.
    pub range: Range,
}

/// A place in the file at hand that names the symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Highlight {
    pub range: Range,
    /// It declares the name or assigns to it.
    pub binds: bool,
}

/// A symbol of a file with those inside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSymbol {
    pub name: String,
    pub kind: DefinitionKind,
    /// The whole declaration.
    pub range: Range,
    pub name_range: Range,
    pub children: Vec<FileSymbol>,
}

/// A symbol that was found by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedSymbol {
    pub name: String,
    pub kind: DefinitionKind,
    /// The qualified name of what it is in; empty at the top level of a file.
    pub container: String,
    pub location: Location,
    /// Higher is better.
    pub score: u32,
}

/// A node of a tree of calls or types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HierarchyItem {
    pub name: String,
    pub kind: DefinitionKind,
    /// What it is in, inside its file; may be empty.
    pub container: String,
    /// Its history in few words, where that is at hand.
    pub history: Option<String>,
    pub path: PathBuf,
    pub range: Range,
    pub name_range: Range,
}

/// A node at the other end of calls, with the called names in the file of the one who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    pub item: HierarchyItem,
    pub ranges: Vec<Range>,
}

/// What has to be written where in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEdits {
    pub path: PathBuf,
    pub edits: Vec<(Range, String)>,
}

/// A refactoring, in the client's positions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepared {
    pub title: String,
    /// Each file once.
    pub files: Vec<PreparedFile>,
    /// What happens to whole files, after the edits.
    pub changes: Vec<PreparedChange>,
    /// Why it is right, with commits.
    pub reasons: Vec<Reason>,
}

/// The edits of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreparedFile {
    pub path: PathBuf,
    /// The version of the document that they are of; `None` where it is not open.
    pub version: Option<i32>,
    pub edits: Vec<(Range, String, Mark)>,
}

/// What happens to a whole file or directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PreparedChange {
    Create { path: PathBuf, text: String },
    Rename { from: PathBuf, to: PathBuf },
}

/// Lines that can be folded away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fold {
    pub range: Range,
    pub kind: FoldKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lens {
    pub key: LocalKey,
    /// The declared name.
    pub range: Range,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LensTitle {
    /// Not known yet; lenses are asked for again later.
    Reading,
    Known(String),
}

/// What can be done at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// "Explain the history of `name`".
    Explain(Named),
    /// "Show all changes of `name`".
    History(Named),
    /// "Show impact of `name`".
    Impact(Named),
    /// "Go to usual companion `name`".
    Companion { name: String, place: Location },
    /// What somebody may do about a hint that they don't want.
    Silence(Silencing),
    /// A refactoring; its edits are worked out when somebody wants them.
    Refactor(Offered),
}

/// A refactoring that may be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    pub kind: RefactorKind,
    pub title: String,
    pub order: RefactorOrder,
    /// Why it can't be done.
    pub disabled: Option<String>,
}

/// "Don't hint at `companion` for `name` in this repository", or all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silencing {
    /// The hint that it is about; `all` says whether it ends all others, too.
    pub hint: Hint,
    pub all: bool,
    /// The edit of the repository's settings that does it, or a sentence that says why it can't be done.
    pub edit: Result<SettingsEdit, String>,
}

/// An edit of a settings file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsEdit {
    pub path: PathBuf,
    /// Whether there is no such file yet.
    pub is_new: bool,
    pub range: Range,
    pub text: String,
}

/// What was edited, while something that nearly always changes with it was not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The name of what was edited.
    pub range: Range,
    pub message: String,
    pub name: String,
    /// Its key, by which settings name it.
    pub key: String,
    pub companion: String,
    pub companion_key: String,
    pub place: Location,
    /// What was edited, where it can be done to the companion as well.
    pub along: Option<Along>,
}

/// An edit that can be done to a companion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Along {
    pub title: String,
    pub request: Request,
    /// Without what the edited text is now.
    pub example: Arc<Example>,
}

/// A symbol as an action speaks of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub name: String,
    pub path: PathBuf,
    pub key: LocalKey,
}

/// What was asked about. A position only points to it; this stays right while texts change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meant {
    /// What paths in the answer are relative to, as the client names it.
    pub root: PathBuf,
    pub path: PathBuf,
    pub key: LocalKey,
}

/// The history of a symbol by itself.
#[derive(Clone, Debug)]
pub struct Recounted {
    pub meant: Meant,
    pub history: Timeline,
    /// The virtual URIs of its changes, in their order: what [`Question::OpenChange`](super::Question::OpenChange) takes.
    pub changes: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct Explained {
    pub meant: Meant,
    /// Where the report can be opened; absent where it could not be written.
    pub uri: Option<String>,
    pub markdown: String,
    pub report: Arc<Report>,
    /// The virtual URIs of the report's changes, in their order: what [`Question::OpenChange`](super::Question::OpenChange) takes.
    pub changes: Vec<String>,
}

/// What depends on a symbol.
#[derive(Clone, Debug)]
pub struct Affected {
    pub meant: Meant,
    /// Where the report can be opened; absent where it could not be written.
    pub uri: Option<String>,
    pub markdown: String,
    pub impact: Impact,
}

/// The answer to a question about a tree.
#[derive(Clone, Debug)]
pub struct Answered {
    /// What paths in it are relative to, as the client names it.
    pub root: PathBuf,
    /// Where it can be opened; absent where it could not be written.
    pub uri: Option<String>,
    pub markdown: String,
    pub answer: Answer,
}

/// The diff of a change, or of all changes.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Where it can be opened; absent where it could not be written.
    pub uri: Option<String>,
    pub text: String,
}

/// A change with the symbol's text on both of its sides.
#[derive(Clone, Debug)]
pub struct Compared {
    pub event: Change,
    /// What the commit says below its subject; may be empty.
    pub message: String,
    /// Absent where the symbol is new or back again.
    pub old: Option<Cut>,
    /// Absent where it was deleted.
    pub new: Option<Cut>,
}

/// Something that search found, and where it is in the client's terms.
#[derive(Clone, Debug)]
pub struct Located {
    pub found: Found,
    /// The client's path of the file of a symbol or a section, with the declared name or the start of the section's first line.
    pub place: Option<(PathBuf, Range)>,
}

/// What the session is doing.
#[derive(Clone, Debug)]
pub struct Status {
    /// Something is being read or indexed.
    pub busy: bool,
    /// What is read in the background waits until the client says otherwise.
    pub paused: bool,
    pub model: ModelStatus,
    pub repositories: Vec<ProjectStatus>,
    /// What is wrong with settings, a sentence each.
    pub warnings: Vec<String>,
}

/// Whether there is a model to word explanations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ModelStatus {
    /// Settings want none.
    #[default]
    Off,
    /// None is to be had; why, and what to do about it.
    Missing(String),
    Ready {
        title: String,
        /// It is not on this machine.
        remote: bool,
    },
}

#[derive(Clone, Debug)]
pub struct ProjectStatus {
    pub root: PathBuf,
    /// The branch; absent when detached or without git.
    pub r#ref: Option<String>,
    /// The checked-out commit, full hash.
    pub commit: Option<String>,
    /// How many source files are known.
    pub files: usize,
    pub reading: bool,
}
