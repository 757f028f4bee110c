//! Text and a language in, facts about one file out: definitions, imports and documentation, by tree-sitter
//! and the queries under `queries/`.
//!
//! Queries say what is there, this crate says what it means within the file. [`parse`] makes a [`Parsed`] tree; its
//! [`facts`](Parsed::facts) are an [`Outline`] without positions and the [`Spans`] that belong to it, its
//! [`tokens`](Parsed::tokens) tell a change of code from a change of layout. Broken code is data: nothing here fails.
//! All positions are byte offsets into the text that was parsed; lines count from 0.
//!
//! Never does: IO, or meaning across files (that is `analysis`).

mod bodies;
mod calls;
mod changes;
mod code;
mod collect;
mod docs;
mod edit;
mod facts;
pub mod flow;
mod folds;
mod language;
mod line_index;
mod outline;
mod parse;
mod parts;
mod python;
mod query;
mod ranges;
mod rust;
mod rust_macros;
pub mod rust_piece;
mod spans;
mod standing;
mod text;
mod tokens;
mod unimport;
mod words;

#[cfg(test)]
mod tests;

pub use bodies::bodies;
pub use changes::Changes;
pub use code::{
    Binding, BindingId, BindingKind, Code, Expr, ExprId, Form, Item, List, Literal, NOWHERE, NameId,
    Parameter, Scope, ScopeId, ScopeKind,
};
pub use facts::FileFacts;
pub use folds::{Fold, FoldKind};
pub use language::{CommentTokens, Grammar, Language};
pub use line_index::LineIndex;
pub use outline::{Definition, DefinitionKind, Import, LocalId, LocalKey, Outline};
pub use parse::{Parsed, parse, parse_unless};
pub use spans::{DefinitionSpans, Enclosing, Span, Spans};
pub use standing::Standing;
pub use tokens::{Token, TokenKind};
pub use words::whole_words;
