//! The derived facts of single files. Never does: look beyond one file.

use std::sync::Arc;

use backstory_syntax::{Code, FileFacts, Language, Outline, Parsed, parse_unless};

use crate::cancel::unless_cancelled;
use crate::database::{Db, Hint, SourceFile};
use crate::words::Words;

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
            Arc::new(facts_of(db, &parsed, text))
        }
    }
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
#[salsa::tracked(returns(ref))]
pub(crate) fn code(db: &dyn Db, file: SourceFile) -> Code {
    let text = file.text(db);
    let spans = &facts(db, file).spans;
    match file.hint(db) {
        Hint::Edited(Some(tree)) => tree.code(text, spans),
        Hint::Edited(None) | Hint::Facts(_) | Hint::None => {
            parse(db, text, file.language(db)).code(text, spans)
        }
    }
}

/// The words of a file, by a scan that needs no tree: tells which files are worth parsing for a name.
#[salsa::tracked]
pub(crate) fn words(db: &dyn Db, file: SourceFile) -> Words {
    Words::of(file.text(db), file.language(db))
}
