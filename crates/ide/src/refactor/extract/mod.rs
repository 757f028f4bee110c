//! A piece of code in a function, or the value of an expression in a variable, of its own.
//!
//! [`function`] and [`variable`] work on one text with its tree. A piece is refused, with the reason, wherever another function could not do
//! exactly what it does: `lives` says which names go in and come out, `python` writes the function, `layout` keeps the text as it was
//! written. Positions are byte offsets. Never does: IO, or an edit outside of the file.

mod annotations;
mod layout;
mod lives;
mod names;
mod python;
mod refused;
mod variable;

use backstory_syntax::flow::{Chosen, FrameKind, Piece, Wanted};
use backstory_syntax::{Language, Parsed, Span, parse};

pub use names::{suggested_function, suggested_variable};
pub use refused::NotExtracted;

/// What is written where, in order, none inside or across another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extracted {
    pub edits: Vec<(Span, String)>,
    /// The name that the new function or variable has.
    pub name: String,
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
    let piece = tree.piece(text, span, Wanted::Statements).map_err(NotExtracted::NotChosen)?;
    let name = match name {
        Some(name) => names::checked(name, text, true)?,
        None => suggested_function(&piece, text),
    };
    let edits = python::edits(&piece, text, &name)?;
    whole(text, edits, name)
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
    let piece = tree.piece(text, span, Wanted::Expression).map_err(NotExtracted::NotChosen)?;
    let Chosen::Expression(expression) = &piece.chosen else { return Err(NotExtracted::NoExpression) };
    let name = match name {
        Some(name) => names::checked(name, around(&piece, text), false)?,
        None => suggested_variable(expression.span.of(text), around(&piece, text)),
    };
    let edits = variable::edits(expression, text, &name)?;
    whole(text, edits, name)
}

/// The text in which a new variable must not be named yet.
fn around<'a>(piece: &Piece, text: &'a str) -> &'a str {
    match piece.frame.kind {
        FrameKind::File => text,
        FrameKind::Function => piece.frame.span.of(text),
    }
}

/// Holds the outcome to the least that can be asked of it.
fn whole(text: &str, edits: Vec<(Span, String)>, name: String) -> Result<Extracted, NotExtracted> {
    let extracted = Extracted { edits, name };
    let new = extracted.applied(text);
    match parse(&new, Language::Python).has_error() {
        false => Ok(extracted),
        true => Err(NotExtracted::Layout),
    }
}

impl Extracted {
    /// The text with the edits.
    pub fn applied(&self, text: &str) -> String {
        let mut new = String::with_capacity(text.len() + 256);
        let mut from = 0;
        for (span, written) in &self.edits {
            new.push_str(&text[from..span.start as usize]);
            new.push_str(written);
            from = span.end as usize;
        }
        new.push_str(&text[from..]);
        new
    }
}

#[cfg(test)]
mod tests;
