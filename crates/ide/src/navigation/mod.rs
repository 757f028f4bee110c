//! What an editor asks of names when no other language server answers: where they are declared, of what type they are, what
//! implements them, where they are used; the symbols of a file and of all files. Never does: change a text, or choose among several
//! meanings.

mod files;
mod hierarchy;
mod rename;
mod signature;
mod symbols;

use backstory_analysis::{
    Analysis, Confidence, DefId, FileId, Target, Word, definitions_at, implementations, members_named,
    occurrences, occurrences_in, trait_of, types_at,
};
use backstory_syntax::{DefinitionKind, Span};

pub use files::rename_file;
pub use hierarchy::{CallsWith, Node, callable_at, incoming, outgoing, type_at};
pub(crate) use rename::is_name;
pub use rename::{NotRenamed, TextEdit, rename, renamed};
pub use signature::{Signature, signature_at};
pub use symbols::{FileSymbol, Symbol, SymbolQuery, file_symbols, symbols};

/// Where something is declared. Positions are byte offsets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Declared {
    pub file: FileId,
    /// The whole declaration, documentation included; nothing at the start of a file for the file itself.
    pub full: Span,
    /// The declared name.
    pub name: Span,
}

/// A place that names a symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Used {
    pub file: FileId,
    pub span: Span,
    pub confidence: Confidence,
    /// Whether the place binds the name: declares it or assigns to it.
    pub binds: bool,
}

/// Where what stands at a byte offset is declared.
pub fn definition(analysis: &Analysis, file: FileId, offset: u32) -> Vec<Declared> {
    places(analysis, meant(analysis, file, offset))
}

/// The same, but of what a trait's implementation gives it is the trait's own declaration.
pub fn declaration(analysis: &Analysis, file: FileId, offset: u32) -> Vec<Declared> {
    let required = |target: Target| match target {
        Target::Definition(id) => Target::Definition(required(analysis, id).unwrap_or(id)),
        other => other,
    };
    places(analysis, meant(analysis, file, offset).into_iter().map(required).collect())
}

/// Where the type of the value at a byte offset is declared.
pub fn type_definition(analysis: &Analysis, file: FileId, offset: u32) -> Vec<Declared> {
    places(analysis, types_at(analysis, file, offset))
}

/// What implements what stands at a byte offset; its declaration where nothing does.
pub fn implementation(analysis: &Analysis, file: FileId, offset: u32) -> Vec<Declared> {
    let meant = meant(analysis, file, offset);
    let ids = meant.iter().filter_map(|target| match target {
        Target::Definition(id) => Some(*id),
        _ => None,
    });
    let found: Vec<Target> =
        ids.flat_map(|id| implementations(analysis, id)).map(Target::Definition).collect();
    places(analysis, if found.is_empty() { meant } else { found })
}

/// Every place that names what stands at a byte offset, in the order of files and places.
pub fn uses(analysis: &Analysis, file: FileId, offset: u32, with_declarations: bool) -> Vec<Used> {
    let found = occurrences(analysis, &meant(analysis, file, offset));
    found.iter().filter(|found| with_declarations || !found.is_declaration).map(used).collect()
}

/// Those in the same file.
pub fn highlights(analysis: &Analysis, file: FileId, offset: u32) -> Vec<Used> {
    occurrences_in(analysis, file, &meant(analysis, file, offset)).iter().map(used).collect()
}

fn used(found: &backstory_analysis::Occurrence) -> Used {
    let binds = found.is_declaration || matches!(found.word, Word::Binding(_));
    Used { file: found.file, span: found.span, confidence: found.confidence, binds }
}

fn meant(analysis: &Analysis, file: FileId, offset: u32) -> Vec<Target> {
    definitions_at(analysis, file, offset).into_iter().map(|found| found.target).collect()
}

fn places(analysis: &Analysis, targets: Vec<Target>) -> Vec<Declared> {
    let mut found: Vec<Declared> = targets.into_iter().map(|target| declared(analysis, target)).collect();
    found.dedup();
    found
}

/// Where a target is declared.
pub(crate) fn declared(analysis: &Analysis, target: Target) -> Declared {
    match target {
        Target::Definition(DefId { file, local }) => {
            let spans = &analysis.spans(file).definitions[local.index()];
            Declared { file, full: spans.full, name: spans.name }
        }
        Target::Binding(file, binding) => {
            let name = analysis.code(file).binding(binding).span;
            Declared { file, full: name, name }
        }
        Target::Module(file) => {
            let start = Span { start: 0, end: 0 };
            Declared { file, full: start, name: start }
        }
    }
}

/// The item of a trait that an item of its implementation stands for.
fn required(analysis: &Analysis, id: DefId) -> Option<DefId> {
    let definition = analysis.definition(id);
    let block = DefId { file: id.file, local: definition.parent? };
    let is_block = analysis.definition(block).kind == DefinitionKind::Impl;
    let owner = is_block.then(|| trait_of(analysis, block)).flatten()?;
    members_named(analysis, owner, &definition.name).first().copied()
}
