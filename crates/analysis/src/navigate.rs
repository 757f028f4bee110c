//! From a word in a text to what it stands for. Never does: choose among several meanings.

use std::collections::HashSet;

use backstory_syntax::{
    Binding, BindingId, BindingKind, Code, Expr, ExprId, Language, LocalId, NOWHERE, Span,
};

use crate::by_name;
use crate::confidence::Confidence;
use crate::database::{Analysis, DefId, FileId};
use crate::python::{self, Module, Place, Python};
use crate::rust::{self, Rust};

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Target {
    Definition(DefId),
    /// A variable, a parameter or an attribute that is no definition of its own.
    Binding(FileId, BindingId),
    Module(FileId),
}

/// One meaning of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    pub target: Target,
    pub confidence: Confidence,
}

/// A word of a file that stands for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// Where a name is bound.
    Binding(BindingId),
    /// Where a name is used.
    Expr(ExprId),
}

/// What the name at a byte offset stands for. Where the offset lies between two names that touch, the first counts.
pub fn definitions_at(analysis: &Analysis, file: FileId, offset: u32) -> Vec<Found> {
    word_at(analysis, file, offset).map_or_else(Vec::new, |(word, _)| meanings(analysis, file, word))
}

/// The word at a byte offset, its end included, and where it stands.
pub fn word_at(analysis: &Analysis, file: FileId, offset: u32) -> Option<(Word, Span)> {
    let code = analysis.code(file);
    let text = analysis.text(file);
    let bound = code.binding_ids().find(|&id| code.binding(id).span.touches(offset));
    if let Some(id) = bound {
        return Some((Word::Binding(id), code.binding(id).span));
    }
    code.ids().find_map(|id| {
        let span = span_of(code, id, text)?;
        span.touches(offset).then_some((Word::Expr(id), span))
    })
}

/// Where the word of an expression stands.
pub(crate) fn span_of(code: &Code, id: ExprId, text: &str) -> Option<Span> {
    let start = code.start(id)?;
    let length = match (code.word(id), code.expr(id)) {
        (Some(word), _) => code.name(word).len() as u32,
        (None, Expr::Imported { .. }) => word_length(&text[start as usize..]),
        _ => return None,
    };
    Some(Span { start, end: start + length })
}

fn word_length(text: &str) -> u32 {
    text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len()) as u32
}

/// What a word of a file stands for.
pub fn meanings(analysis: &Analysis, file: FileId, word: Word) -> Vec<Found> {
    let (targets, confidence) = match analysis.language(file) {
        Language::Python => in_python(analysis, file, word),
        Language::Rust => in_rust(analysis, file, word),
    };
    match targets {
        Some(targets) => targets.into_iter().map(|target| Found { target, confidence }).collect(),
        None => by_name_alone(analysis, file, word),
    }
}

/// The few methods that a member may mean.
fn by_name_alone(analysis: &Analysis, file: FileId, word: Word) -> Vec<Found> {
    let code = analysis.code(file);
    let Word::Expr(id) = word else { return Vec::new() };
    // In Rust what is not called is a field.
    let name = match (code.expr(id), analysis.language(file)) {
        (Expr::Method { name, .. }, _) | (Expr::Member { name, .. }, Language::Python) => name,
        _ => return Vec::new(),
    };
    let methods = by_name::methods(&analysis.db, analysis.workspace, analysis.source(file), code.name(name));
    let found = |id| Found { target: Target::Definition(id), confidence: Confidence::ByName };
    methods.into_iter().map(found).collect()
}

/// The targets; `None` where the name may mean anything.
fn in_python(analysis: &Analysis, file: FileId, word: Word) -> (Option<Vec<Target>>, Confidence) {
    let mut python = Python::of(analysis);
    let targets = match meant_in_python(&mut python, analysis, file, word) {
        python::Meant::Places(places) => {
            let mut targets: Vec<Target> = Vec::with_capacity(places.len());
            let mut known: HashSet<Target> = HashSet::new();
            for place in places {
                let target = match python.definition_of(place) {
                    Some(id) => Target::Definition(id),
                    None => Target::Binding(place.file, place.binding),
                };
                if known.insert(target) {
                    targets.push(target);
                }
            }
            Some(targets)
        }
        python::Meant::Module(Module::File(file)) => Some(vec![Target::Module(file)]),
        python::Meant::Module(Module::Directory(_)) | python::Meant::External => Some(Vec::new()),
        python::Meant::Unknown => None,
    };
    (targets, python.confidence())
}

fn meant_in_python(python: &mut Python, analysis: &Analysis, file: FileId, word: Word) -> python::Meant {
    match word {
        Word::Binding(binding) => {
            let place = Place { file, binding };
            match analysis.code(file).binding(binding).kind {
                BindingKind::Import(_) => python.followed(place),
                BindingKind::Attribute { .. } => python.attribute(place),
                BindingKind::Global | BindingKind::Nonlocal => python.outer(place),
                _ => python::Meant::Places(vec![place]),
            }
        }
        Word::Expr(id) => python.meaning(file, id),
    }
}

fn in_rust(analysis: &Analysis, file: FileId, word: Word) -> (Option<Vec<Target>>, Confidence) {
    let mut rust = Rust::of(analysis);
    let targets = match meant_in_rust(&mut rust, analysis, file, word) {
        rust::Meant::Definitions(ids) => Some(ids.into_iter().map(Target::Definition).collect()),
        rust::Meant::Local(file, binding) => {
            let written = written(analysis.code(file), binding);
            Some(written.map(|binding| Target::Binding(file, binding)).into_iter().collect())
        }
        rust::Meant::Module(scope) => Some(vec![match scope.inline {
            Some(local) => Target::Definition(DefId { file: scope.file, local }),
            None => Target::Module(scope.file),
        }]),
        rust::Meant::External(_) => Some(Vec::new()),
        rust::Meant::Unknown => None,
    };
    (targets, rust.confidence())
}

fn meant_in_rust(rust: &mut Rust, analysis: &Analysis, file: FileId, word: Word) -> rust::Meant {
    match word {
        Word::Binding(binding) => match analysis.code(file).binding(binding).kind {
            BindingKind::Definition(local) => rust.declared(DefId { file, local }),
            BindingKind::Import(import) => rust.import(file, import),
            _ => rust::Meant::Local(file, binding),
        },
        Word::Expr(id) => rust.meaning(file, id),
    }
}

/// Whether nothing is known of what a word stands for: not even that it comes from outside of the workspace.
pub fn is_unknown(analysis: &Analysis, file: FileId, word: Word) -> bool {
    match analysis.language(file) {
        Language::Python => {
            meant_in_python(&mut Python::of(analysis), analysis, file, word) == python::Meant::Unknown
        }
        Language::Rust => {
            matches!(meant_in_rust(&mut Rust::of(analysis), analysis, file, word), rust::Meant::Unknown)
        }
    }
}

/// The binding that stands in the text: a `where` clause of a method binds a parameter of its `impl` anew, with another bound.
fn written(code: &Code, binding: BindingId) -> Option<BindingId> {
    let Binding { name, scope, .. } = *code.binding(binding);
    let is_written = |id: &&BindingId| code.binding(**id).span.start != NOWHERE;
    if is_written(&&binding) {
        return Some(binding);
    }
    let mut scopes = std::iter::successors(Some(scope), |&at| code.scope(at).parent);
    scopes.find_map(|scope| code.bound(scope, name).iter().find(is_written).copied())
}

/// The bindings of its file that a plain name of Python may see; `None` where no scope of the file has it.
pub fn seen_bindings(analysis: &Analysis, file: FileId, id: ExprId) -> Option<Vec<BindingId>> {
    python::bindings(analysis.code(file), id)
}

/// The module that an import of a file takes a name from: of `from a import b` the file of `a`, of `import a.b` that of `a.b`, of
/// `use a::b::c` the file and the inline module of `a::b`. `None` where it is none of the workspace, or no file.
pub fn import_base(analysis: &Analysis, file: FileId, index: u32) -> Option<(FileId, Option<LocalId>)> {
    match analysis.language(file) {
        Language::Python => Some((Python::of(analysis).base_file(file, index)?, None)),
        Language::Rust => {
            let scope = Rust::of(analysis).import_module(file, index)?;
            Some((scope.file, scope.inline))
        }
    }
}

/// The file that holds what an import of a file names.
pub fn imported_file(analysis: &Analysis, file: FileId, index: u32) -> Option<FileId> {
    match analysis.language(file) {
        Language::Python => Python::of(analysis).imported_file(file, index),
        Language::Rust => Rust::of(analysis).imported_file(file, index),
    }
}
