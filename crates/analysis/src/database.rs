//! The salsa database behind a handle that speaks in file indices. Never does: derive anything itself, or change anything (that
//! is `changes`).

use std::collections::HashMap;
use std::sync::Arc;

use backstory_syntax::{Code, Definition, FileFacts, Language, LocalId, LocalKey, Outline, Parsed, Spans};
use salsa::{Database as _, Durability};
use serde::{Deserialize, Serialize};

use crate::queries;

/// Index of a file within a workspace, valid while the program runs. A file that is removed and comes back has the same one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

impl FileId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

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

/// A package that a manifest declares.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Package {
    /// Directory of the manifest relative to the root of the workspace, with `/`; empty for the root itself.
    pub directory: String,
    /// The crate name that its library has in Rust code.
    pub name: String,
    /// What cargo calls it: `cargo test -p` takes that.
    pub package: String,
}

/// What saves deriving the facts of a text from scratch.
#[derive(Clone, Debug)]
pub(crate) enum Hint {
    None,
    /// Facts of exactly this text.
    Facts(Arc<FileFacts>),
    /// The file is under edit. The tree is of exactly this text; without one somebody has to parse it in full.
    Edited(Option<Parsed>),
}

#[salsa::input]
pub(crate) struct SourceFile {
    #[returns(deref)]
    pub path: String,
    #[returns(copy)]
    pub language: Language,
    /// Inputs can't be deleted: a file that was removed is no longer present.
    #[returns(copy)]
    pub present: bool,
    #[returns(ref)]
    pub text: Arc<str>,
    #[returns(ref)]
    pub hint: Hint,
}

/// How often texts change decides which answers have to be checked after an edit: not those that depend on other files alone.
pub(crate) const AT_REST: Durability = Durability::MEDIUM;
pub(crate) const UNDER_EDIT: Durability = Durability::LOW;

impl SourceFile {
    pub(crate) fn from_source(db: &dyn Db, source: Source) -> Self {
        let hint = source.facts.map_or(Hint::None, Hint::Facts);
        Self::builder(source.path, source.language, true, source.text, hint)
            .durability(Durability::HIGH)
            .text_durability(AT_REST)
            .hint_durability(AT_REST)
            .new(db)
    }
}

#[salsa::input]
pub(crate) struct Workspace {
    /// By [`FileId`]. A [`SourceFile`] keeps its place for ever.
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

/// The analysis of one workspace. A clone is a snapshot for another thread; a change makes the questions that are asked of
/// snapshots [unwind](crate::or_cancelled), and waits until all are dropped.
#[derive(Clone)]
pub struct Analysis {
    pub(crate) db: Database,
    pub(crate) workspace: Workspace,
    pub(crate) directory: Arc<Directory>,
}

/// Which files there are.
#[derive(Clone, Default)]
pub(crate) struct Directory {
    /// Removed files, too.
    pub(crate) by_path: HashMap<String, FileId>,
    /// Present files, sorted by path, so that the order of answers does not depend on when a file came.
    pub(crate) present: Vec<FileId>,
}

impl Analysis {
    /// Takes the files of a workspace and the packages that its manifests declare. Derives nothing yet.
    pub fn new(sources: Vec<Source>, packages: Vec<Package>) -> Self {
        Self::with_database(Database::default(), sources, packages)
    }

    fn with_database(db: Database, sources: Vec<Source>, packages: Vec<Package>) -> Self {
        let workspace = Workspace::builder(Vec::new(), packages).durability(Durability::HIGH).new(&db);
        let mut analysis = Self { db, workspace, directory: Arc::default() };
        analysis.insert(sources);
        analysis
    }

    /// All files, in the order of their paths.
    pub fn files(&self) -> impl Iterator<Item = FileId> + use<> {
        let directory = Arc::clone(&self.directory);
        (0..directory.present.len()).map(move |index| directory.present[index])
    }

    /// The file at a path relative to the root of the workspace.
    pub fn file(&self, path: &str) -> Option<FileId> {
        self.directory.by_path.get(path).copied().filter(|&file| self.source(file).present(&self.db))
    }

    /// The definition of a name at a path relative to the root of the workspace, where the file at hand has it.
    pub fn find(&self, path: &str, key: &LocalKey) -> Option<DefId> {
        let file = self.file(path)?;
        Some(DefId { file, local: self.outline(file).find(key)? })
    }

    /// Gives a question up, by unwinding, where a writer waits. Loops call it that may run for more than a few milliseconds
    /// between two queries.
    pub(crate) fn poll(&self) {
        self.db.unwind_if_revision_cancelled();
    }

    pub fn path(&self, file: FileId) -> &str {
        self.source(file).path(&self.db)
    }

    /// The innermost package that a path is in.
    pub fn package_of(&self, path: &str) -> Option<&Package> {
        let is_in = |package: &&Package| {
            let rest = path.strip_prefix(package.directory.as_str());
            package.directory.is_empty() || rest.is_some_and(|rest| rest.starts_with('/'))
        };
        let packages = self.workspace.packages(&self.db).iter();
        packages.filter(is_in).max_by_key(|package| package.directory.len())
    }

    pub fn language(&self, file: FileId) -> Language {
        self.source(file).language(&self.db)
    }

    pub fn text(&self, file: FileId) -> &str {
        self.source(file).text(&self.db)
    }

    /// The same, shared: for what outlives the snapshot.
    pub fn shared_text(&self, file: FileId) -> Arc<str> {
        Arc::clone(self.source(file).text(&self.db))
    }

    /// The tree of exactly the present text, where the file is under edit and has been parsed.
    pub fn tree(&self, file: FileId) -> Option<Parsed> {
        match self.source(file).hint(&self.db) {
            Hint::Edited(tree) => tree.clone(),
            Hint::Facts(_) | Hint::None => None,
        }
    }

    /// A tree of the present text: that at hand, or a new one.
    pub fn parsed(&self, file: FileId) -> Parsed {
        let at_hand = self.tree(file).filter(|tree| !tree.is_moved());
        at_hand.unwrap_or_else(|| queries::parse(&self.db, self.text(file), self.language(file)))
    }

    /// What the file declares, refers to and imports.
    pub fn outline(&self, file: FileId) -> &Outline {
        queries::outline(&self.db, self.source(file)).get()
    }

    /// Scopes, bindings and expressions of the file.
    pub fn code(&self, file: FileId) -> &Code {
        queries::code(&self.db, self.source(file))
    }

    /// What stands before a definition: its documentation, attributes or decorators.
    pub fn lead(&self, id: DefId) -> &str {
        let spans = self.spans(id.file).definitions[id.local.index()];
        &self.text(id.file)[spans.full.start as usize..spans.item.start as usize]
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
