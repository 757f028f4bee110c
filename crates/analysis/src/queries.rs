//! The derived facts of single files. Never does: look beyond one file.

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::Arc;

use backstory_syntax::{Code, FileFacts, Language, LocalId, Outline, Parsed, parse_unless};

use crate::cancel::unless_cancelled;
use crate::database::{Db, FileId, Hint, SourceFile, Workspace};
use crate::words::{Declared, Implemented, ModulesDeclared, Words};

/// Outline and spans of a file; changes with every edit that moves something. The tree lives on only where the file is under
/// edit; nothing else needs it again.
#[salsa::tracked]
pub(crate) fn facts(db: &dyn Db, file: SourceFile) -> Arc<FileFacts> {
    let text = file.text(db);
    match file.hint(db) {
        Hint::Facts(known) => Arc::clone(known),
        Hint::Edited(Some(tree)) => Arc::new(facts_of(db, tree, text)),
        Hint::Edited(None) | Hint::None => {
            let parsed = parse(db, text, file.language(db));
            let facts = Arc::new(facts_of(db, &parsed, text));
            LAST.set(Some((Arc::clone(text), parsed)));
            facts
        }
    }
}

thread_local! {
    /// The tree of the text that the thread parsed last: who asks for a file's facts often asks for its code next. One a thread is no
    /// burden, and what is found in it is what would be found in a new one.
    static LAST: Cell<Option<(Arc<str>, Parsed)>> = const { Cell::new(None) };
}

/// Parses a text, unless a writer waits.
pub(crate) fn parse(db: &dyn Db, text: &str, language: Language) -> Parsed {
    unless_cancelled(db, |stop| parse_unless(text, language, stop))
}

/// Extracts facts, unless a writer waits.
pub(crate) fn facts_of(db: &dyn Db, parsed: &Parsed, text: &str) -> FileFacts {
    unless_cancelled(db, |stop| parsed.facts_unless(text, stop))
}

/// The outline alone. Equal after an edit that declares, refers to and imports the same, which ends the propagation here.
#[salsa::tracked]
pub(crate) fn outline(db: &dyn Db, file: SourceFile) -> OutlineOf {
    OutlineOf(Arc::clone(facts(db, file)))
}

/// The outline in a file's facts: shares their memory, but equals where the outlines do.
#[derive(Debug)]
pub(crate) struct OutlineOf(Arc<FileFacts>);

impl OutlineOf {
    pub(crate) fn get(&self) -> &Outline {
        &self.0.outline
    }
}

impl PartialEq for OutlineOf {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.get() == other.get()
    }
}

/// The code of a file: scopes, bindings, expressions. Changes with every edit, so what other files may depend on is derived from it by
/// queries of its own.
///
/// The code of all files that were ever asked about would be the larger half of the memory of a large tree, and is made anew in
/// milliseconds, so that most of it can go: see [`crate::Analysis::let_go`].
#[salsa::tracked(returns(ref), lru = 1_000_000_000)]
pub(crate) fn code(db: &dyn Db, file: SourceFile) -> Code {
    let text = file.text(db);
    let spans = &facts(db, file).spans;
    match file.hint(db) {
        Hint::Edited(Some(tree)) => tree.code(text, spans),
        Hint::Edited(None) | Hint::Facts(_) | Hint::None => {
            let last = LAST.take().filter(|(of, _)| Arc::ptr_eq(of, text));
            let parsed = last.map_or_else(|| parse(db, text, file.language(db)), |(_, parsed)| parsed);
            parsed.code(text, spans)
        }
    }
}

/// Lets go of all code but that of so many files. Between two of these all is kept: when a question goes through all files, making
/// their code again after every keystroke would take longer than the answer.
pub(crate) fn let_go_of_code(db: &mut dyn Db, kept: usize) {
    code::set_lru_capacity(db, kept);
    db.trigger_lru_eviction();
    code::set_lru_capacity(db, usize::MAX);
}

/// The definitions of a file by name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NamesOf(HashMap<String, Named>);

/// The definitions of one name.
#[derive(Debug, Default, PartialEq, Eq)]
struct Named {
    all: Vec<LocalId>,
    /// By what they stand directly inside of, then in source order: many types may have a member of one name.
    inside: Vec<(Option<LocalId>, LocalId)>,
}

impl NamesOf {
    pub(crate) fn of(&self, name: &str) -> &[LocalId] {
        self.0.get(name).map_or(&[], |named| &named.all)
    }

    /// Those that stand directly inside a definition, or at the top level.
    pub(crate) fn inside(
        &self,
        parent: Option<LocalId>,
        name: &str,
    ) -> impl Iterator<Item = LocalId> + use<'_> {
        let inside = self.0.get(name).map_or(&[][..], |named| &named.inside);
        let start = inside.partition_point(|(other, _)| *other < parent);
        inside[start..].iter().take_while(move |(other, _)| *other == parent).map(|&(_, local)| local)
    }
}

#[salsa::tracked(returns(ref))]
pub(crate) fn names(db: &dyn Db, file: SourceFile) -> NamesOf {
    let outline = outline(db, file).get();
    let mut found: HashMap<String, Named> = HashMap::new();
    for id in outline.ids() {
        let definition = outline.definition(id);
        let named = found.entry(definition.name.clone()).or_default();
        named.all.push(id);
        named.inside.push((definition.parent, id));
    }
    found.values_mut().for_each(|named| named.inside.sort_unstable());
    NamesOf(found)
}

/// The words of a file, by a scan that needs no tree: tells which files are worth parsing for a name.
#[salsa::tracked]
pub(crate) fn words(db: &dyn Db, file: SourceFile) -> Words {
    Words::of(file.text(db), file.language(db))
}

/// The words that the `impl` blocks of a file may be for: equal after most edits, unlike all words.
#[salsa::tracked(returns(ref))]
pub(crate) fn implemented(db: &dyn Db, file: SourceFile) -> Implemented {
    Implemented::of(words(db, file))
}

/// The names after `mod` in a file: equal after most edits, unlike all words.
#[salsa::tracked(returns(ref))]
pub(crate) fn modules_declared(db: &dyn Db, file: SourceFile) -> ModulesDeclared {
    ModulesDeclared::of(words(db, file))
}

/// The names after keywords that declare one in a file: equal after most edits, unlike all words.
#[salsa::tracked(returns(ref))]
pub(crate) fn declared(db: &dyn Db, file: SourceFile) -> Declared {
    Declared::of(words(db, file))
}

/// Which files may declare a name, so that a question about it does not go through all files.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Declaring(HashMap<u32, Vec<FileId>>);

impl Declaring {
    /// In the order of ids.
    pub(crate) fn files(&self, name: &str) -> &[FileId] {
        self.0.get(&crate::words::hash(name)).map_or(&[], Vec::as_slice)
    }
}

#[salsa::tracked(returns(ref))]
pub(crate) fn declaring(db: &dyn Db, workspace: Workspace) -> Declaring {
    let mut found: HashMap<u32, Vec<FileId>> = HashMap::new();
    for (file, id) in workspace.files(db).iter().zip((0..).map(FileId)) {
        if file.present(db) {
            for &hash in declared(db, *file).hashes() {
                found.entry(hash).or_default().push(id);
            }
        }
    }
    Declaring(found)
}

/// Which files have `impl` blocks that may be for a type of some name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Implementing(HashMap<u32, Vec<FileId>>);

impl Implementing {
    pub(crate) fn files(&self, name: &str) -> &[FileId] {
        self.0.get(&crate::words::hash(name)).map_or(&[], Vec::as_slice)
    }
}

#[salsa::tracked(returns(ref))]
pub(crate) fn implementing(db: &dyn Db, workspace: Workspace) -> Implementing {
    let mut found: HashMap<u32, Vec<FileId>> = HashMap::new();
    for (file, id) in workspace.files(db).iter().zip((0..).map(FileId)) {
        if file.present(db) {
            for &hash in implemented(db, *file).hashes() {
                found.entry(hash).or_default().push(id);
            }
        }
    }
    Implementing(found)
}
