//! From a place in a text to what it names. Never does: choose among several meanings.

use backstory_syntax::{BindingId, BindingKind, Code, Expr, ExprId, Language, Span};

use crate::database::{Analysis, DefId, FileId};
use crate::python::{Meant, Module, Place, Python};
use crate::queries;
use crate::resolve::Confidence;

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

/// What the name at a byte offset stands for.
pub fn definitions_at(analysis: &Analysis, file: FileId, offset: u32) -> Vec<Found> {
    let source = analysis.source(file);
    let code = queries::code(&analysis.db, source);
    let text = analysis.text(file);
    if analysis.language(file) != Language::Python {
        return Vec::new();
    }
    let mut python = Python::of(analysis);
    let meant = match named_at(code, text, offset) {
        Some(Named::Binding(binding)) => declared(&mut python, code, Place { file, binding }),
        Some(Named::Expr(id)) => python.meaning(file, id),
        None => return Vec::new(),
    };
    found(&python, meant)
}

/// A name that is bound: what it is bound to is what it stands for, but for those that say that another scope has it.
fn declared(python: &mut Python, code: &Code, place: Place) -> Meant {
    match code.binding(place.binding).kind {
        BindingKind::Import(_) => python.followed(place),
        BindingKind::Attribute { .. } => python.attribute(place),
        BindingKind::Global | BindingKind::Nonlocal => python.outer(place),
        _ => Meant::Places(vec![place]),
    }
}

fn found(python: &Python, meant: Meant) -> Vec<Found> {
    let confidence = python.confidence();
    let found = |target| Found { target, confidence };
    match meant {
        Meant::Places(places) => {
            let target = |place: Place| match python.definition_of(place) {
                Some(id) => Target::Definition(id),
                None => Target::Binding(place.file, place.binding),
            };
            let mut all: Vec<Found> = places.into_iter().map(|place| found(target(place))).collect();
            all.dedup();
            all
        }
        Meant::Module(Module::File(file)) => vec![found(Target::Module(file))],
        Meant::Module(Module::Directory(_)) | Meant::External | Meant::Unknown => Vec::new(),
    }
}

enum Named {
    Binding(BindingId),
    Expr(ExprId),
}

/// The word at a byte offset, its end included.
fn named_at(code: &Code, text: &str, offset: u32) -> Option<Named> {
    let bound = code.binding_ids().find(|&id| code.binding(id).span.touches(offset));
    let used = || {
        code.ids().find(|&id| {
            code.start(id).is_some_and(|start| {
                let span = match (code.word(id), code.expr(id)) {
                    (Some(word), _) => Span { start, end: start + code.name(word).len() as u32 },
                    (None, Expr::Imported { .. }) => {
                        Span { start, end: start + word_length(&text[start as usize..]) }
                    }
                    _ => return false,
                };
                span.touches(offset)
            })
        })
    };
    bound.map(Named::Binding).or_else(|| used().map(Named::Expr))
}

fn word_length(text: &str) -> u32 {
    text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len()) as u32
}
