//! Everything that the loop is told, everything that can be asked, and everything that the session says by itself: closed lists.
//! Never does: act on any of it.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::Sender;

use backstory_analysis::{Analysis, Package};
use backstory_ide::explain::Question as About;
use backstory_ide::refactor::Request;
use backstory_syntax::{Language, LocalKey, Parsed};
use serde_json::Value;

use super::answers::{
    Action, Affected, Answered, Compared, Explained, Hint, Hover, Lens, LensTitle, Located, Location, Opened,
    Prepared, Recounted, Status,
};
use super::ask::Ask;
use super::documents::Edit;
use super::files::Reading;
use super::hinting::Found as Hinted;
use super::hovering::Pending;
use super::naming::Naming;
use super::positions::{Encoding, Position, Range};
use super::projects::View;
use super::showing::Telling;
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
        telling: Telling<Explained>,
        ask: Ask<Explained>,
    },
    /// Every change of a symbol.
    History {
        target: Target,
        progress: Option<ProgressId>,
        ask: Ask<Recounted>,
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
        telling: Telling<Answered>,
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
    /// Shows every change of a symbol with its diff.
    OpenHistory {
        target: Target,
        progress: Option<ProgressId>,
        ask: Ask<Opened>,
    },
    /// Shows a change that the virtual URI names.
    OpenChange {
        uri: String,
        ask: Ask<Opened>,
    },
    /// Both sides of a change that the virtual URI names.
    Compare {
        uri: String,
        ask: Ask<Compared>,
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

/// Which places are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlacesOf {
    Definition,
    Declaration,
    TypeDefinition,
    Implementation,
    References { with_declarations: bool },
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

/// A refactoring to be worked out, as it was offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefactorOrder {
    /// The client's path of the file that it is about.
    pub path: PathBuf,
    /// The version of that document that the request speaks of.
    pub version: Option<i32>,
    pub request: Request,
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
    /// What [`Question::Status`] tells may be something else by now.
    StatusChanged,
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
    /// Nothing is to be read in the background, or it may be again.
    Pause(bool),
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
    /// Whether what [`Question::Status`] tells may be something else afterwards.
    pub(super) fn changes_status(&self) -> bool {
        matches!(
            self,
            Self::Folders { .. }
                | Self::Settings(_)
                | Self::Pause(_)
                | Self::Loaded { .. }
                | Self::Read { .. }
                | Self::Disk { changes: Changes { git: true, .. }, .. }
                | Self::Indexed { .. }
                | Self::ReadAhead { .. }
                | Self::Explained
        )
    }

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
