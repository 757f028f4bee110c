//! A piece of code in a function, or the value of an expression in a variable, of its own.
//!
//! [`function`] and [`variable`] work on one text with its tree. A piece is refused, with the reason, wherever another function could not do
//! exactly what it does: for Python `lives` says which names go in and come out, and `python` writes the function; for Rust `rust` does both,
//! from the types that are written; `layout` keeps the text as it was written. Positions are byte offsets. Never does: IO, or an edit outside of the file.

mod annotations;
mod apart;
mod layout;
mod lives;
mod names;
mod offer;
mod python;
mod refused;
mod rust;
mod variable;

use backstory_syntax::flow::{Chosen, Expression, FrameKind, Piece, Wanted};
use backstory_syntax::{Language, Parsed, Span, parse};

pub use apart::{Apart, FUNCTION_LINES, apart};
pub use offer::offers;
pub(super) use offer::plan;
pub use refused::NotExtracted;
pub use rust::NotOfRust;

use super::{Edit, Mark, edited};

/// What is written where, in order, none inside or across another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extracted {
    pub edits: Vec<Edit>,
    /// The name that the new function or variable has.
    pub name: String,
    /// Whether it is a member of a class.
    pub is_method: bool,
}

/// The edits that put what a span chooses into a function of its own.
///
/// # Errors
/// Why that can't be done so that everything stays as it is.
pub fn function(
    tree: &Parsed,
    text: &str,
    span: Span,
    name: Option<&str>,
) -> Result<Extracted, NotExtracted> {
    whole(text, tree.language(), function_edits(tree, text, span, name)?)
}

/// The edits that give the value of an expression to a variable before its statement.
///
/// # Errors
/// Why that can't be done so that everything stays as it is.
pub fn variable(
    tree: &Parsed,
    text: &str,
    span: Span,
    name: Option<&str>,
) -> Result<Extracted, NotExtracted> {
    whole(text, tree.language(), variable_edits(tree, text, span, name)?)
}

/// What [`function`] gives, before it is held to parse.
fn function_edits(
    tree: &Parsed,
    text: &str,
    span: Span,
    name: Option<&str>,
) -> Result<Extracted, NotExtracted> {
    if tree.language() == Language::Rust {
        return function_of_rust(tree, text, span, name);
    }
    let piece = tree.piece(text, span, Wanted::Statements).map_err(NotExtracted::NotChosen)?;
    let name = match name {
        Some(name) => names::checked(name, Language::Python, text, true)?,
        None => names::suggested_function(&piece, text),
    };
    let (edits, is_method) = python::edits(&piece, text, &name)?;
    Ok(Extracted { edits: certain(edits), name, is_method })
}

/// What [`variable`] gives, before it is held to parse.
fn variable_edits(
    tree: &Parsed,
    text: &str,
    span: Span,
    name: Option<&str>,
) -> Result<Extracted, NotExtracted> {
    if tree.language() == Language::Rust {
        return variable_of_rust(tree, text, span, name);
    }
    let piece = tree.piece(text, span, Wanted::Expression).map_err(NotExtracted::NotChosen)?;
    let Chosen::Expression(expression) = &piece.chosen else { return Err(NotExtracted::NoExpression) };
    let name = match name {
        Some(name) => names::checked(name, Language::Python, around(&piece, text), false)?,
        None => names::suggested_variable(expression.span.of(text), around(&piece, text)),
    };
    let edits = variable::edits(expression, text, &name)?;
    Ok(Extracted { edits: certain(edits), name, is_method: false })
}

fn function_of_rust(
    tree: &Parsed,
    text: &str,
    span: Span,
    name: Option<&str>,
) -> Result<Extracted, NotExtracted> {
    let piece = tree.rust_piece(text, span, Wanted::Statements).map_err(NotExtracted::NotChosen)?;
    let name = match name {
        Some(name) => names::checked(name, Language::Rust, text, true)?,
        None => names::suggested_function_of_rust(piece.is_expression.then(|| piece.span.of(text)), text),
    };
    let (edits, is_method) = rust::edits(&piece, text, &name)?;
    Ok(Extracted { edits: certain(edits), name, is_method })
}

fn variable_of_rust(
    tree: &Parsed,
    text: &str,
    span: Span,
    name: Option<&str>,
) -> Result<Extracted, NotExtracted> {
    let piece = tree.rust_piece(text, span, Wanted::Expression).map_err(NotExtracted::NotChosen)?;
    // A function or a macro elsewhere in the file may be meant by the same word.
    let name = match name {
        Some(name) => names::checked(name, Language::Rust, text, true)?,
        None => names::suggested_variable(piece.span.of(text), text),
    };
    let edits = rust::variable_edits(&piece, text, &name)?;
    Ok(Extracted { edits: certain(edits), name, is_method: false })
}

fn certain(edits: Vec<(Span, String)>) -> Vec<Edit> {
    edits.into_iter().map(|(span, text)| Edit { span, text, mark: Mark::Certain }).collect()
}

/// The text in which a new variable must not be named yet.
fn around<'a>(piece: &Piece, text: &'a str) -> &'a str {
    match piece.frame.kind {
        FrameKind::File => text,
        FrameKind::Function => piece.frame.span.of(text),
    }
}

/// Refuses an expression whose type, or what tools say of it, comes from what is around it.
fn check_expression(expression: &Expression, text: &str) -> Result<(), NotExtracted> {
    if expression.is_callee {
        return Err(NotExtracted::Callee);
    }
    if expression.narrows {
        return Err(NotExtracted::Narrows);
    }
    if expression.is_declared {
        return Err(NotExtracted::Declared);
    }
    let lines = Span {
        start: layout::line_start(text, expression.span.start),
        end: layout::line_end(text, expression.span.end),
    };
    let comments =
        ["# type:", "# noqa", "# pyright:", "# ty:", "# pylint:", "# mypy:", "# nosec", "# pragma:"];
    match comments.iter().any(|comment| lines.of(text).contains(comment)) {
        true => Err(NotExtracted::Ignored),
        false => Ok(()),
    }
}

/// Holds the outcome to the least that can be asked of it.
fn whole(text: &str, language: Language, extracted: Extracted) -> Result<Extracted, NotExtracted> {
    match parse(&extracted.applied(text), language).has_error() {
        false => Ok(extracted),
        true => Err(NotExtracted::Layout),
    }
}

impl Extracted {
    /// The text with the edits.
    pub fn applied(&self, text: &str) -> String {
        edited(text, &self.edits)
    }
}

#[cfg(test)]
mod tests;
