//! One work tree in the session: its analysis, open documents, settings, and what of it is being read. Never does: read files,
//! or start anything.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use backstory_analysis::{Analysis, FileId, Source};
use backstory_syntax::{Language, LocalKey};

use super::answers::Located;
use super::ask::Ask;
use super::documents::Document;
use super::event::SearchQuery;
use super::files::Reading;
use super::graphs::Graphs;
use super::hinting::Hints;
use super::histories::{FileOf, SymbolOf};
use super::logs::Logs;
use super::positions::Encoding;
use crate::config::Config;
use crate::find::Kept;
use crate::index::SearchIndex;
use crate::place::Place;
use crate::unsaved::working;
use crate::watch::{Changes, Watcher};
use crate::workspace::FILE_LIMIT;

/// A work tree.
pub(super) struct Project {
    pub root: Arc<Path>,
    pub place: Arc<Place>,
    pub analysis: Analysis,
    /// Open documents by their paths relative to the root.
    pub documents: HashMap<String, Document>,
    pub config: Arc<Config>,
    pub warnings: Vec<String>,
    /// Whether it belongs to the workspace: then all of its files are read and watched.
    pub in_workspace: bool,
    pub reading: Option<Load>,
    /// What changed on disk while the tree was being read.
    pub postponed: Vec<Changes>,
    pub watcher: Option<Watcher>,
    pub search: Search,
    /// Indexes of what is not code; behind a lock that jobs take.
    pub texts: Arc<Mutex<Kept>>,
    /// Who depends on whom; another one whenever files get other numbers.
    pub graphs: Arc<Graphs>,
    /// What changes together.
    pub logs: Arc<Logs>,
    pub hints: Hints,
    /// Stops reading its repository in the background.
    pub ahead: Option<Arc<AtomicBool>>,
}

/// A tree being read.
pub(super) struct Load {
    /// Tells this reading from earlier ones that were given up.
    pub number: u64,
    pub cancelled: Arc<AtomicBool>,
}

/// The search index of a project.
pub(super) enum Search {
    Off,
    /// Being built; these wait for it, and these files have changed meanwhile.
    Building {
        number: u64,
        cancelled: Arc<AtomicBool>,
        waiting: Vec<Searching>,
        changed: BTreeSet<String>,
    },
    /// Behind a lock that jobs take and the loop never does.
    Ready(Arc<Mutex<SearchIndex>>),
}

/// A search that waits for its index.
pub(super) struct Searching {
    pub query: SearchQuery,
    pub ask: Ask<Vec<Located>>,
}

/// A snapshot for a job. The loop can't change a text before it is dropped.
#[derive(Clone)]
pub(super) struct View {
    pub analysis: Analysis,
    pub root: Arc<Path>,
    pub place: Arc<Place>,
    pub config: Arc<Config>,
    pub encoding: Encoding,
    /// Those of the files of this snapshot.
    pub graphs: Arc<Graphs>,
    pub logs: Arc<Logs>,
    /// Files that are not open may still be missing.
    pub is_reading: bool,
    /// The versions of open documents, by their paths relative to the root.
    pub versions: Arc<HashMap<String, i32>>,
}

impl View {
    /// A file's handle for history; `None` without a repository.
    pub(super) fn history_of(&self, path: &str) -> Option<FileOf> {
        history_of(&self.place, &self.root, path)
    }

    /// A symbol of a file, for asking after its history without the snapshot; `None` without a repository.
    pub(super) fn symbol_of(&self, file: FileId, key: LocalKey) -> Option<SymbolOf> {
        let working = working(&self.analysis, file);
        Some(SymbolOf { file: self.history_of(self.analysis.path(file))?, working, key })
    }
}

fn history_of(place: &Place, root: &Arc<Path>, path: &str) -> Option<FileOf> {
    let repository = place.repository.clone()?;
    Some(FileOf { repository, root: Arc::clone(root), path: path.to_owned() })
}

impl Project {
    /// With its settings, and what is wrong with them.
    pub(super) fn new(place: Place, in_workspace: bool, (config, warnings): (Config, Vec<String>)) -> Self {
        let texts = Arc::new(Mutex::new(Kept::new(&place.root)));
        Self {
            texts,
            root: place.root.clone().into(),
            place: Arc::new(place),
            analysis: Analysis::new(Vec::new(), Vec::new()),
            documents: HashMap::new(),
            config: Arc::new(config),
            warnings,
            in_workspace,
            reading: None,
            postponed: Vec::new(),
            watcher: None,
            search: Search::Off,
            graphs: Arc::default(),
            logs: Arc::default(),
            hints: Hints::default(),
            ahead: None,
        }
    }

    pub(super) fn view(&self, encoding: Encoding) -> View {
        View {
            analysis: self.analysis.clone(),
            root: Arc::clone(&self.root),
            place: Arc::clone(&self.place),
            config: Arc::clone(&self.config),
            encoding,
            graphs: Arc::clone(&self.graphs),
            logs: Arc::clone(&self.logs),
            is_reading: self.reading.is_some(),
            versions: Arc::new(self.documents.iter().map(|(path, it)| (path.clone(), it.version)).collect()),
        }
    }

    pub(super) fn history_of(&self, path: &str) -> Option<FileOf> {
        history_of(&self.place, &self.root, path)
    }

    /// Lets go of what nobody has needed for so long; says whether something is left to be let go.
    pub(super) fn forget_ties(&self, idle: Duration) -> bool {
        // Both are looked at.
        self.graphs.forget(idle) | self.logs.forget(idle)
    }

    pub(super) fn open(&mut self, path: &str, version: i32, text: Arc<str>) {
        let on_disk = self.analysis.file(path).is_some();
        self.put(path, &text);
        self.documents.insert(path.to_owned(), Document { version, text, on_disk });
    }

    pub(super) fn change(&mut self, path: &str, version: i32, text: Arc<str>) {
        self.put(path, &text);
        if let Some(document) = self.documents.get_mut(path) {
            (document.version, document.text) = (version, text);
        }
    }

    /// Forgets a document; says whether its file must be read from disk again.
    pub(super) fn close(&mut self, path: &str) -> bool {
        let Some(document) = self.documents.remove(path) else { return false };
        let Some(file) = self.analysis.file(path) else { return document.on_disk };
        match document.on_disk {
            true => self.analysis.rest(file),
            false => self.analysis.remove(&[file]),
        }
        document.on_disk
    }

    /// Takes a tree over that has been read meanwhile; open documents stay as they are.
    pub(super) fn load(&mut self, analysis: Analysis) {
        self.analysis = analysis;
        self.graphs.stop();
        self.graphs = Arc::default();
        let mut documents = std::mem::take(&mut self.documents);
        for (path, document) in &mut documents {
            document.on_disk = self.analysis.file(path).is_some();
            self.put(path, &document.text);
        }
        self.documents = documents;
    }

    /// Takes over what the disk says of some files. Open documents keep the editor's text.
    pub(super) fn read(&mut self, readings: Vec<Reading>) -> Changed {
        let mut changed = Changed::default();
        let mut sources = Vec::new();
        for reading in readings {
            match reading {
                Reading::File(source) => match self.documents.get_mut(&source.path) {
                    Some(document) => document.on_disk = true,
                    None => sources.push(source),
                },
                Reading::Gone(path) => self.gone(&path, &mut changed.gone),
            }
        }
        sources.retain(|source| self.differs(source));
        changed.files = sources.iter().map(|source| source.path.clone()).collect();
        if !sources.is_empty() {
            self.analysis.insert(sources);
        }
        changed
    }

    fn differs(&self, source: &Source) -> bool {
        self.analysis.file(&source.path).is_none_or(|file| self.analysis.text(file) != &*source.text)
    }

    /// A file or a whole directory went away.
    fn gone(&mut self, path: &str, gone: &mut Vec<String>) {
        let below = format!("{path}/");
        let is_it = |other: &str| other == path || other.starts_with(&below);
        for (_, document) in self.documents.iter_mut().filter(|(path, _)| is_it(path)) {
            document.on_disk = false;
        }
        let files: Vec<_> = self
            .analysis
            .files()
            .filter(|&file| {
                let path = self.analysis.path(file);
                is_it(path) && !self.documents.contains_key(path)
            })
            .collect();
        gone.extend(files.iter().map(|&file| self.analysis.path(file).to_owned()));
        if !files.is_empty() {
            self.analysis.remove(&files);
        }
    }

    /// Makes a text the file's. Texts too large to be written by people are kept, but not analyzed.
    fn put(&mut self, path: &str, text: &Arc<str>) {
        let Some(language) = Language::of_path(path) else { return };
        match (self.analysis.file(path), text.len() as u64 > FILE_LIMIT) {
            (Some(file), true) => self.analysis.remove(&[file]),
            (None, true) => {}
            (Some(file), false) => self.analysis.edit_text(file, Arc::clone(text)),
            (None, false) => {
                let source = Source { path: path.to_owned(), language, text: Arc::clone(text), facts: None };
                for file in self.analysis.insert(vec![source]) {
                    self.analysis.edit_text(file, Arc::clone(text));
                }
            }
        }
    }
}

/// Which files a reading of the disk changed, by path.
#[derive(Default)]
pub(super) struct Changed {
    pub files: Vec<String>,
    pub gone: Vec<String>,
}

/// An absolute path and its place in a project.
#[derive(Clone, Debug)]
pub(super) struct Home {
    pub root: PathBuf,
    /// Relative to the root, with `/`.
    pub path: String,
}
