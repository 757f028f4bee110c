//! Everything that the loop is told, everything that can be asked, and everything that the session says by itself: closed lists.
//! Never does: act on any of it.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::Sender;

use backstory_analysis::{Analysis, Package};
use backstory_ide::explain::Question as About;
use backstory_ide::impact::Impact;
use backstory_ide::refactor::{Kind as RefactorKind, Mark, Reason, Request};
use backstory_ide::report::Report;
use backstory_syntax::{DefinitionKind, FoldKind, Language, LocalKey, Parsed};
use serde_json::Value;

use super::ask::Ask;
use super::documents::Edit;
use super::files::Reading;
use super::hinting::Found as Hinted;
use super::hovering::Pending;
use super::naming::Naming;
use super::positions::{Encoding, Position, Range};
use super::projects::View;
use crate::answer::Answer;
use crate::find::Found;
use crate::index::{Kind as SearchKind, SearchIndex};
use crate::place::Place;
use crate::watch::{Changes, Watcher};

/// What the client can do.
#[derive(Clone, Copy, Debug, Default)]
pub struct Abilities {
    pub encoding: Encoding,
    /// It asks for lenses again when told to.
    pub refreshes_lenses: bool,
    pub reports: Reports,
    /// Links in its hovers may run commands.
    pub command_links: bool,
    /// It asks before it makes edits that say so: places that only mention a name can be offered.
    pub confirms_edits: bool,
    /// It takes edits that rename files.
    pub renames_files: bool,
}

/// How the client opens reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reports {
    /// As a file that the session writes.
    #[default]
    File,
    /// As a document whose text it asks the session for (`backstory:` URIs).
    Virtual,
}

/// A symbol as a client names it.
#[derive(Clone, Debug)]
pub struct Target {
    pub path: PathBuf,
    pub at: Where,
}

/// Where in a file.
#[derive(Clone, Debug)]
pub enum Where {
    Position(Position),
    Symbol(LocalKey),
}

/// A question of the client.
pub enum Question {
    Hover {
        path: PathBuf,
        position: Position,
        ask: Ask<Option<Hover>>,
    },
    Lenses {
        path: PathBuf,
        ask: Ask<Vec<Lens>>,
    },
    Lens {
        path: PathBuf,
        key: LocalKey,
        ask: Ask<LensTitle>,
    },
    Actions {
        path: PathBuf,
        range: Range,
        /// Whether refactorings are wanted, too.
        refactorings: bool,
        ask: Ask<Vec<Action>>,
    },
    /// The edits of a refactoring that was offered or is asked for by itself.
    Refactor {
        order: RefactorOrder,
        ask: Ask<Prepared>,
    },
    Explain {
        target: Target,
        question: About,
        progress: Option<ProgressId>,
        ask: Ask<Explained>,
    },
    /// What depends on a symbol.
    Impact {
        target: Target,
        progress: Option<ProgressId>,
        /// Whether the user wants to see the report.
        shown: bool,
        ask: Ask<Affected>,
    },
    /// About a whole tree: that of a path, or the first of the workspace.
    Answer {
        question: String,
        of: Option<PathBuf>,
        progress: Option<ProgressId>,
        ask: Ask<Answered>,
    },
    Search {
        query: SearchQuery,
        ask: Ask<Vec<Located>>,
    },
    /// About names and the shape of files.
    Naming(Naming),
    /// The text of a virtual document.
    Document {
        uri: String,
        ask: Ask<String>,
    },
    /// Shows a change that the virtual URI names.
    OpenChange {
        uri: String,
        ask: Ask<Opened>,
    },
    /// Goes to a place in a file.
    ShowPlace {
        place: Location,
        ask: Ask<()>,
    },
    Status {
        ask: Ask<Status>,
    },
    /// Panics in a worker: tests see that nothing else breaks.
    Panic {
        ask: Ask<()>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    pub markdown: String,
    /// The name that the hover speaks of.
    pub range: Range,
}

/// Which places are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlacesOf {
    Definition,
    Declaration,
    TypeDefinition,
    Implementation,
    References { with_declarations: bool },
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

/// Which nodes are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemsOf {
    /// What can be called and is named at the position.
    Callables,
    /// The types that are named there.
    Types,
    Supertypes,
    Subtypes,
}

/// From which end calls are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallsOf {
    Incoming,
    Outgoing,
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

/// A refactoring to be worked out, as it was offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefactorOrder {
    /// The client's path of the file that it is about.
    pub path: PathBuf,
    /// The version of that document that the request speaks of.
    pub version: Option<i32>,
    pub request: Request,
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
}

/// A symbol as an action speaks of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub name: String,
    pub path: PathBuf,
    pub key: LocalKey,
}

#[derive(Clone, Debug)]
pub struct Explained {
    /// Where the report can be opened; absent where it could not be written.
    pub uri: Option<String>,
    pub markdown: String,
    pub report: Arc<Report>,
    /// The virtual URIs of the report's changes, in their order: what [`Question::OpenChange`] takes.
    pub changes: Vec<String>,
}

/// What depends on a symbol.
#[derive(Clone, Debug)]
pub struct Affected {
    /// Where the report can be opened; absent where it could not be written.
    pub uri: Option<String>,
    pub markdown: String,
    pub impact: Impact,
}

/// The answer to a question about a tree.
#[derive(Clone, Debug)]
pub struct Answered {
    /// Where it can be opened; absent where it could not be written.
    pub uri: Option<String>,
    pub markdown: String,
    pub answer: Answer,
}

/// The diff of a change.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Where it can be opened; absent where it could not be written.
    pub uri: Option<String>,
    pub text: String,
}

/// What is searched for, and where: see [`crate::SearchWanted`].
#[derive(Clone, Debug)]
pub struct SearchQuery {
    pub question: String,
    pub kinds: Vec<SearchKind>,
    pub paths: Vec<String>,
    pub languages: Vec<Language>,
    pub limit: usize,
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
    pub repositories: Vec<ProjectStatus>,
    /// What is wrong with settings, a sentence each.
    pub warnings: Vec<String>,
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

/// Work that takes long enough to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProgressId {
    /// Begun by the session itself.
    Own(u64),
    /// The client asked for it, and named it.
    Asked(u64),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    Begin { title: String },
    Report { message: String },
    End { message: String },
}

/// What the session says by itself.
#[derive(Clone, Debug)]
pub enum Notice {
    Progress(ProgressId, Progress),
    RefreshLenses,
    /// The hints of a document by now, none where it is closed: as of this version of it.
    Hints {
        path: PathBuf,
        version: Option<i32>,
        hints: Vec<Hint>,
    },
    /// A place that the user wants to go to.
    ShowPlace(Location),
    /// Something that the user should know, once.
    Warning(String),
    /// The text of a virtual report has grown.
    ReportChanged(String),
    /// A report or a change that the user asked for can be opened.
    ShowReport(String),
}

/// What the loop is told.
pub(super) enum Event {
    Open {
        path: PathBuf,
        version: i32,
        text: String,
    },
    Change {
        path: PathBuf,
        version: i32,
        edits: Vec<Edit>,
    },
    Close {
        path: PathBuf,
    },
    Touched {
        paths: Vec<PathBuf>,
    },
    Folders {
        added: Vec<PathBuf>,
        removed: Vec<PathBuf>,
    },
    Settings(Value),
    Ask(Question),
    /// A question whose snapshot was taken away by a change.
    Again {
        question: Question,
        attempt: Attempt,
    },
    CancelProgress(u64),
    /// A tree has been read, or reading it was cancelled.
    Loaded {
        root: PathBuf,
        load: u64,
        analysis: Option<Box<Analysis>>,
        /// What is around the tree by now.
        place: Arc<Place>,
    },
    /// Files have been read again.
    Read {
        root: PathBuf,
        readings: Vec<Reading>,
        packages: Option<Vec<Package>>,
    },
    Disk {
        root: PathBuf,
        changes: Changes,
    },
    /// A text under edit has been parsed in full.
    Parsed {
        path: PathBuf,
        text: Arc<str>,
        parsed: Box<Parsed>,
    },
    /// The search index of a tree has been built, or building it was cancelled.
    Indexed {
        root: PathBuf,
        number: u64,
        index: Option<Box<SearchIndex>>,
    },
    /// A tree is being watched from now on.
    Watched {
        root: PathBuf,
        watcher: Box<Watcher>,
    },
    /// Reading a repository ahead has ended.
    ReadAhead {
        number: u64,
    },
    /// More is known of what the commits of a repository changed.
    ChangesRead {
        root: PathBuf,
    },
    /// A search for hints has ended.
    Hinted {
        root: PathBuf,
        number: u64,
        found: Hinted,
    },
    /// Stories that lenses wait for may be known.
    HistoryRead,
    /// A long job needs a new snapshot.
    View {
        root: PathBuf,
        reply: Sender<Option<View>>,
    },
    /// A hover has waited for history for as long as it may.
    Overdue(Pending),
    /// An explanation was given: the model's process may be let go after a while.
    Explained,
    Stop,
}

impl Event {
    /// Whether somebody is at work in the editor.
    pub(super) fn is_of_a_person(&self) -> bool {
        match self {
            Self::Open { .. } | Self::Change { .. } | Self::Close { .. } => true,
            Self::Ask(question) => !matches!(question, Question::Status { .. }),
            _ => false,
        }
    }
}

/// How often a question has been tried, and against which version of its document.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Attempt {
    pub count: u32,
    pub version: Option<i32>,
    /// It asks about a position of that version.
    pub in_place: bool,
}
