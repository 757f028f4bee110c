//! The derived facts of single files. Never does: look beyond one file.

use backstory_syntax::{FileFacts, Outline, Parsed, parse as parse_text};

use crate::database::{Db, SourceFile};
use crate::words::Words;

/// Trees can't be compared and are large, so they are neither backdated nor all kept: whoever needs one twice in a row finds
/// it, the rest live on in the facts made from it.
#[salsa::tracked(no_eq, lru = 64)]
pub(crate) fn parse(db: &dyn Db, file: SourceFile) -> Parsed {
    parse_text(file.text(db), file.language(db))
}

/// Outline and spans of a file; changes with every edit that moves something.
#[salsa::tracked]
pub(crate) fn facts(db: &dyn Db, file: SourceFile) -> FileFacts {
    match file.known(db) {
        Some(known) => FileFacts::clone(known),
        None => parse(db, file).facts(file.text(db)),
    }
}

/// The outline alone. Equal after an edit that declares, refers to and imports the same, which ends the propagation here.
#[salsa::tracked]
pub(crate) fn outline(db: &dyn Db, file: SourceFile) -> Outline {
    facts(db, file).outline.clone()
}

/// The words of a file, by a scan that needs no tree: tells which files are worth parsing for a name.
#[salsa::tracked]
pub(crate) fn words(db: &dyn Db, file: SourceFile) -> Words {
    Words::of(file.text(db), file.language(db))
}
