//! The long-lived session behind an editor: one loop that owns texts and analyses, workers that answer from snapshots, threads for
//! history and disk, the model's process.
//!
//! [`Session`] only sends events to the loop, in the order in which they are called, and never waits. A job that holds a snapshot
//! never waits for git, disk, model or client: the loop waits for every snapshot to be dropped before it changes a text. Never
//! does: protocol.

mod acting;
mod ahead;
mod answering;
mod answers;
mod apart;
mod ask;
mod asking;
mod changes;
mod comparisons;
mod context;
mod documents;
mod event;
mod explaining;
mod files;
mod graphs;
mod handles;
mod hierarchies;
mod hinting;
mod histories;
mod hovering;
mod idle;
mod impacting;
mod indexing;
mod lenses;
mod logs;
mod looking;
mod naming;
mod navigating;
mod opening;
mod patches;
mod positions;
mod projects;
mod questions;
mod refactoring;
mod reports;
mod run;
mod searching;
mod showing;
mod story;
mod timelines;
mod timers;
mod uris;
mod workers;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};

use serde_json::Value;

pub use answers::{
    Action, Affected, Answered, Compared, Explained, FileEdits, FileSymbol, Fold, HierarchyItem, Highlight,
    Hint, Hover, Lens, LensTitle, Located, Location, Meant, ModelStatus, Named, NamedSymbol, Offered, Opened,
    Prepared, PreparedChange, PreparedFile, ProjectStatus, Recounted, Related, SettingsEdit, Silencing,
    Status,
};
pub use ask::{Ask, Failure};
pub use documents::Edit;
pub use event::{
    Abilities, CallsOf, ItemsOf, Notice, PlacesOf, Progress, ProgressId, Question, RefactorOrder, Reports,
    SearchQuery, Target, Where,
};
pub use naming::Naming;
pub use positions::{Encoding, Position, Range};
pub use showing::Telling;

use event::Event;
use workers::{Priority, spawn};

use crate::config::ClientSettings;
use crate::store::Store;

/// How a session starts.
pub struct Options {
    pub abilities: Abilities,
    /// The client's settings as far as they are known.
    pub settings: ClientSettings,
    pub folders: Vec<PathBuf>,
    pub store: Store,
}

/// A running session. Clones are handles to the same one; it ends when [`Session::stop`] is called or all are dropped.
#[derive(Clone)]
pub struct Session {
    events: Sender<Event>,
}

impl Session {
    /// Starts the session; reading the folders begins at once. `on_notice` is called on threads of the session and must not wait.
    pub fn start(options: Options, on_notice: impl Fn(Notice) + Send + Sync + 'static) -> Self {
        let (events, received) = channel();
        let loopback = events.clone();
        spawn("session", Priority::Normal, move || {
            run::run(options, &loopback, &received, Arc::new(on_notice));
        });
        Self { events }
    }

    /// A document was opened in the editor; from now on its text is what the editor says.
    pub fn open(&self, path: PathBuf, version: i32, text: String) {
        self.send(Event::Open { path, version, text });
    }

    /// An open document changed.
    pub fn change(&self, path: PathBuf, version: i32, edits: Vec<Edit>) {
        self.send(Event::Change { path, version, edits });
    }

    /// A document is no longer open: its text is what the disk says.
    pub fn close(&self, path: PathBuf) {
        self.send(Event::Close { path });
    }

    /// The editor has seen changes on disk.
    pub fn touched(&self, paths: Vec<PathBuf>) {
        self.send(Event::Touched { paths });
    }

    /// Folders were added to the workspace or removed from it.
    pub fn folders(&self, added: Vec<PathBuf>, removed: Vec<PathBuf>) {
        self.send(Event::Folders { added, removed });
    }

    /// The client's settings; `null` for none.
    pub fn settings(&self, settings: Value) {
        self.send(Event::Settings(settings));
    }

    /// Stops what is read in the background until it is called with `false`.
    pub fn pause(&self, paused: bool) {
        self.send(Event::Pause(paused));
    }

    /// Asks something; the answer comes through the question's [`Ask`].
    pub fn ask(&self, question: Question) {
        self.send(Event::Ask(question));
    }

    /// The user does not want to wait for this work of the session's own.
    pub fn cancel(&self, progress: u64) {
        self.send(Event::CancelProgress(progress));
    }

    /// Ends the session: long work stops, the model's process goes away.
    pub fn stop(&self) {
        self.send(Event::Stop);
    }

    fn send(&self, event: Event) {
        // After the end nobody listens, and a question that is dropped answers by itself.
        let _ = self.events.send(event);
    }
}
