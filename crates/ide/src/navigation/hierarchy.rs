//! Calls and types as trees that an editor opens step by step. Never does: more than one step.

use backstory_analysis::{Analysis, Calls, DefId, FileId, Target, calls_from, calls_of, definitions_at};
use backstory_syntax::{DefinitionKind, Span};

/// A node of such a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Node {
    Symbol(DefId),
    /// The code at the top level of a file.
    File(FileId),
}

/// A node at the other end of calls, and the called names in the file of the one who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallsWith {
    pub node: Node,
    pub spans: Vec<Span>,
}

/// The functions, classes and macros that a byte offset names.
pub fn callable_at(analysis: &Analysis, file: FileId, offset: u32) -> Vec<DefId> {
    use DefinitionKind::{Class, Function, Macro, Method, Struct, Variant};
    named(analysis, file, offset, |kind| matches!(kind, Class | Function | Macro | Method | Struct | Variant))
}

/// The types that a byte offset names.
pub fn type_at(analysis: &Analysis, file: FileId, offset: u32) -> Vec<DefId> {
    use DefinitionKind::{Class, Enum, Struct, Trait, Union};
    named(analysis, file, offset, |kind| matches!(kind, Class | Enum | Struct | Trait | Union))
}

fn named(
    analysis: &Analysis,
    file: FileId,
    offset: u32,
    is_meant: impl Fn(DefinitionKind) -> bool,
) -> Vec<DefId> {
    let found = definitions_at(analysis, file, offset).into_iter();
    let ids = found.filter_map(|found| match found.target {
        Target::Definition(id) => Some(id),
        _ => None,
    });
    ids.filter(|&id| is_meant(analysis.definition(id).kind)).collect()
}

/// Who calls a definition.
pub fn incoming(analysis: &Analysis, id: DefId) -> Vec<CallsWith> {
    calls_of(analysis, id).into_iter().map(with).collect()
}

/// What a definition calls.
pub fn outgoing(analysis: &Analysis, id: DefId) -> Vec<CallsWith> {
    calls_from(analysis, id).into_iter().map(with).collect()
}

fn with(calls: Calls) -> CallsWith {
    let node = match calls.symbol {
        Some(local) => Node::Symbol(DefId { file: calls.file, local }),
        None => Node::File(calls.file),
    };
    CallsWith { node, spans: calls.spans }
}
