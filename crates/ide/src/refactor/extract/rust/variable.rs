//! The value of an expression of Rust in a variable before its statement. Never does: replace another expression that reads the same.

use backstory_syntax::Span;
use backstory_syntax::rust_piece::{Obstacle, RustPiece};

use super::{Edits, NotOfRust};
use crate::refactor::extract::NotExtracted;
use crate::refactor::extract::layout::{indentation, newline, starts_line};

/// The edits: the `let`, and the name in place of the expression.
pub(in crate::refactor::extract) fn edits(
    piece: &RustPiece,
    text: &str,
    name: &str,
) -> Result<Edits, NotExtracted> {
    if piece.is_plain {
        return Err(NotExtracted::Plain);
    }
    for (_, obstacle) in &piece.obstacles {
        match obstacle {
            Obstacle::Tries | Obstacle::Within | Obstacle::Awaits => {}
            Obstacle::Macro(name) => return Err(NotOfRust::Macro(name.clone()).into()),
            Obstacle::Unsafe => return Err(NotOfRust::Unsafe.into()),
            Obstacle::Returns => return Err(NotOfRust::Returns.into()),
            Obstacle::LeavesLoop => return Err(NotExtracted::LeavesLoop),
            _ => return Err(NotOfRust::Block.into()),
        }
    }
    let before = piece.before.map_err(NotOfRust::Kept)?;
    let start = before.statement.start;
    if !starts_line(text, start) {
        return Err(NotExtracted::Layout);
    }
    let (indent, newline) = (indentation(text, start), newline(text, start));
    let value = piece.span.of(text);
    let at = Span { start, end: start };
    Ok(vec![(at, format!("let {name} = {value};{newline}{indent}")), (piece.span, name.to_owned())])
}
