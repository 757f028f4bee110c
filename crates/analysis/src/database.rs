//! The salsa database behind a handle that speaks in file indices. Never does: derive anything itself.

use std::collections::HashMap;
use std::sync::Arc;

use backstory_syntax::{Definition, FileFacts, Language, LocalId, Outline, Spans};
use salsa::Setter;

use crate::queries;

/// Index of a file within a workspace, valid while the program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// A definition in the present tree, valid until its file changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DefId {
    pub file: FileId,
    pub local: LocalId,
}

/// One file as the caller read it.
pub struct Source {
    /// Relative to the root of the workspace, with `/`.
    pub path: String,
    pub language: Language,
    pub text: Arc<str>,
    /// Facts of exactly this text where the caller has them from an earlier run; they save parsing and change nothing.
    pub facts: Option<Arc<FileFacts>>,
}

/// A package that a manifest declares: the crate name that its library has in Rust code.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Package {
    /// Directory of the manifest relative to the root of the workspace, with `/`; empty for the root itself.
    pub directory: String,
    pub name: String,
}

#[salsa::input]
pub(crate) struct SourceFile {
    #[returns(deref)]
    pub path: String,
    #[returns(copy)]
    pub language: Language,
    #[returns(ref)]
    pub text: Arc<str>,
    #[returns(ref)]
    pub known: Option<Arc<FileFacts>>,
}

#[salsa::input]
pub(crate) struct Workspace {
    #[returns(deref)]
    pub files: Vec<SourceFile>,
    #[returns(deref)]
    pub packages: Vec<Package>,
}

#[salsa::db]
pub(crate) trait Db: salsa::Database {}

#[salsa::db]
#[derive(Clone, Default)]
pub(crate) struct Database {
    storage: salsa::Storage<Self>,
}

#[salsa::db]
impl salsa::Database for Database {}

#[salsa::db]
impl Db for Database {}

/// The analysis of one workspace. A clone is a snapshot for another thread; changing a text waits until all are dropped.
#[derive(Clone)]
pub struct Analysis {
    pub(crate) db: Database,
    pub(crate) workspace: Workspace,
    paths: Arc<HashMap<String, FileId>>,
}

impl Analysis {
    /// Takes the files of a workspace and the packages that its manifests declare. Derives nothing yet.
    pub fn new(sources: Vec<Source>, packages: Vec<Package>) -> Self {
        Self::with_database(Database::default(), sources, packages)
    }

    fn with_database(db: Database, sources: Vec<Source>, packages: Vec<Package>) -> Self {
        let ids = (0..).map(FileId);
        let paths = sources.iter().zip(ids).map(|(source, id)| (source.path.clone(), id)).collect();
        let files = sources
            .into_iter()
            .map(|source| SourceFile::new(&db, source.path, source.language, source.text, source.facts))
            .collect();
        let workspace = Workspace::new(&db, files, packages);
        Self { db, workspace, paths: Arc::new(paths) }
    }

    /// Replaces the text of a file.
    pub fn set_text(&mut self, file: FileId, text: Arc<str>) {
        let source = self.source(file);
        source.set_known(&mut self.db).to(None);
        source.set_text(&mut self.db).to(text);
    }

    /// Hands in facts of the file's present text from an earlier run.
    pub fn set_facts(&mut self, file: FileId, facts: Arc<FileFacts>) {
        self.source(file).set_known(&mut self.db).to(Some(facts));
    }

    /// All files, in the order in which they were given.
    pub fn files(&self) -> impl Iterator<Item = FileId> + use<> {
        (0..self.workspace.files(&self.db).len() as u32).map(FileId)
    }

    /// The file at a path relative to the root of the workspace.
    pub fn file(&self, path: &str) -> Option<FileId> {
        self.paths.get(path).copied()
    }

    pub fn path(&self, file: FileId) -> &str {
        self.source(file).path(&self.db)
    }

    pub fn language(&self, file: FileId) -> Language {
        self.source(file).language(&self.db)
    }

    pub fn text(&self, file: FileId) -> &str {
        self.source(file).text(&self.db)
    }

    /// What the file declares, refers to and imports.
    pub fn outline(&self, file: FileId) -> &Outline {
        queries::outline(&self.db, self.source(file))
    }

    /// Where the items of the outline stand.
    pub fn spans(&self, file: FileId) -> &Spans {
        &self.facts(file).spans
    }

    pub fn definition(&self, id: DefId) -> &Definition {
        self.outline(id.file).definition(id.local)
    }

    /// Outline and spans together.
    pub fn facts(&self, file: FileId) -> &FileFacts {
        queries::facts(&self.db, self.source(file))
    }

    pub(crate) fn source(&self, file: FileId) -> SourceFile {
        self.workspace.files(&self.db)[file.0 as usize]
    }
}

#[cfg(test)]
impl Analysis {
    /// Like [`Analysis::new`], with a listener for the names of the queries that run.
    pub(crate) fn observed(
        sources: Vec<Source>,
        packages: Vec<Package>,
        ran: Arc<std::sync::Mutex<Vec<String>>>,
    ) -> Self {
        let listener = move |event: salsa::Event| {
            if let salsa::EventKind::WillExecute { database_key } = event.kind {
                ran.lock().unwrap().push(format!("{database_key:?}"));
            }
        };
        let db = Database { storage: salsa::Storage::new(Some(Box::new(listener))) };
        Self::with_database(db, sources, packages)
    }
}
