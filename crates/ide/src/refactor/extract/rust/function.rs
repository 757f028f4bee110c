//! The text of a new function of Rust and of its call. Never does: decide what goes in.

use backstory_syntax::Span;
use backstory_syntax::rust_piece::End;

use super::passing::{How, Passed};
use super::{Edits, Placed, Shape};
use crate::refactor::extract::NotExtracted;
use crate::refactor::extract::layout::{indentation, indented, line_end, newline, starts_line};
use crate::refactor::{Edit, Mark, edited};

pub(super) fn written(shape: &Shape) -> Result<Edits, NotExtracted> {
    let (piece, text) = (shape.piece, shape.text);
    check_layout(shape)?;
    let outer = if shape.place == Placed::Free { piece.frame.outer } else { piece.frame.span };
    let at = line_end(text, outer.end);
    if !text[outer.end as usize..at as usize].trim().is_empty() {
        return Err(NotExtracted::Layout);
    }
    let newline = newline(text, outer.start);
    let function = function(shape, indentation(text, outer.start), newline);
    Ok(vec![
        (piece.span, call(shape)),
        (Span { start: at, end: at }, format!("{newline}{newline}{function}")),
    ])
}

fn check_layout(shape: &Shape) -> Result<(), NotExtracted> {
    let (piece, text) = (shape.piece, shape.text);
    let outer = piece.frame.outer;
    let is_alone = starts_line(text, outer.start) && starts_line(text, piece.frame.span.start);
    let behind = text[piece.span.end as usize..line_end(text, piece.span.end) as usize].trim();
    let is_whole = piece.is_expression || (starts_line(text, piece.span.start) && behind.is_empty());
    if is_alone && is_whole { Ok(()) } else { Err(NotExtracted::Layout) }
}

/// What stands in place of the piece.
fn call(shape: &Shape) -> String {
    let given = shape.passed.iter().filter_map(|it| argument(shape, it)).collect::<Vec<_>>().join(", ");
    let path = match shape.place {
        Placed::Free => "",
        Placed::Associated => "Self::",
        Placed::Method => "self.",
    };
    let call = format!("{path}{}({given})", shape.name);
    match shape.piece.end {
        End::Inside | End::Value { .. } => call,
        End::Body if shape.piece.frame.returns.is_some() => call,
        End::Body => call + ";",
        End::Middle | End::Unit => {
            let changed: Vec<String> = shape.changed().map(|it| shape.word(it).to_owned()).collect();
            let bound: Vec<String> = shape.bound.iter().map(|it| binding(shape, *it)).collect();
            match (changed.as_slice(), bound.as_slice()) {
                ([], []) => call + ";",
                (_, []) => format!("{} = {call};", tuple(&changed)),
                _ => format!("let {} = {call};", tuple(&bound)),
            }
        }
    }
}

fn tuple(words: &[String]) -> String {
    match words {
        [one] => one.clone(),
        all => format!("({})", all.join(", ")),
    }
}

fn binding(shape: &Shape, id: usize) -> String {
    let mark = if shape.is_used_mutably(id) { "mut " } else { "" };
    format!("{mark}{}", shape.word(id))
}

fn argument(shape: &Shape, passed: &Passed) -> Option<String> {
    let word = shape.word(passed.name);
    match passed.how {
        How::Receiver { .. } => None,
        How::Shared => Some(format!("&{word}")),
        How::Mutable => Some(format!("&mut {word}")),
        How::Copied | How::Changed { .. } | How::Moved { .. } => Some(word.to_owned()),
    }
}

fn parameter(shape: &Shape, passed: &Passed) -> Option<String> {
    let name = &shape.piece.names[passed.name];
    let (word, of) = (&name.word, name.of.as_ref()?);
    Some(match passed.how {
        How::Receiver { is_mut: true } => "&mut self".to_owned(),
        How::Receiver { is_mut: false } => "&self".to_owned(),
        How::Copied | How::Moved { is_mut: false } => format!("{word}: {of}"),
        How::Changed { .. } | How::Moved { is_mut: true } => format!("mut {word}: {of}"),
        How::Shared => format!("{word}: &{of}"),
        How::Mutable => format!("{word}: &mut {of}"),
    })
}

fn function(shape: &Shape, indent: &str, newline: &str) -> String {
    let (piece, text) = (shape.piece, shape.text);
    let mut passed: Vec<&Passed> = shape.passed.iter().collect();
    passed.sort_by_key(|it| !matches!(it.how, How::Receiver { .. }));
    let parameters = passed.into_iter().filter_map(|it| parameter(shape, it)).collect::<Vec<_>>().join(", ");
    let generics = piece.frame.generics.filter(|_| shape.is_generic).map_or("", |it| it.of(text));
    let result = shape.result().map(|it| format!(" -> {it}")).unwrap_or_default();
    let head = format!("{indent}fn {}{generics}({parameters}){result}", shape.name);
    let open = match piece.frame.where_clause.filter(|_| shape.is_generic) {
        Some(clause) => format!("{newline}{indent}{}{newline}{indent}{{", clause.of(text)),
        None => " {".to_owned(),
    };
    let inner = format!("{indent}{}", step(shape));
    let from = indentation(text, piece.span.start);
    let body = body(shape, from, &inner);
    let given = given(shape).map(|it| format!("{newline}{inner}{it}")).unwrap_or_default();
    format!("{head}{open}{newline}{inner}{body}{given}{newline}{indent}}}")
}

/// The piece, with what has to be written otherwise.
fn body(shape: &Shape, from: &str, to: &str) -> String {
    let piece = shape.piece;
    let moved = indented(shape.text, piece.span, from, to, &piece.long_strings);
    let edits = shape.rewritten();
    if edits.is_empty() {
        return moved;
    }
    // Indentation only changes at the start of lines: what is written otherwise is changed first, in the text as it stands.
    let edits: Vec<Edit> =
        edits.into_iter().map(|(span, text)| Edit { span, text, mark: Mark::Certain }).collect();
    let new = edited(shape.text, &edits);
    let grown = new.len() as i64 - shape.text.len() as i64;
    let end = (i64::from(piece.span.end) + grown) as u32;
    let shift = |at: u32| {
        let before = edits.iter().filter(|it| it.span.end <= at);
        let grown: i64 = before.map(|it| it.text.len() as i64 - i64::from(it.span.end - it.span.start)).sum();
        (i64::from(at) + grown) as u32
    };
    let kept: Vec<Span> =
        piece.long_strings.iter().map(|it| Span { start: shift(it.start), end: shift(it.end) }).collect();
    indented(&new, Span { start: piece.span.start, end }, from, to, &kept)
}

/// What it gives at its end, where that isn't the piece's own value.
fn given(shape: &Shape) -> Option<String> {
    if !matches!(shape.piece.end, End::Middle | End::Unit) {
        return None;
    }
    let names: Vec<String> =
        shape.bound.iter().copied().chain(shape.changed()).map(|it| shape.word(it).to_owned()).collect();
    (!names.is_empty()).then(|| tuple(&names))
}

/// One step of indentation, as the function around has it.
fn step<'a>(shape: &Shape<'a>) -> &'a str {
    let frame = &shape.piece.frame;
    let outer = indentation(shape.text, frame.span.start);
    let lines = frame.body.of(shape.text).lines().skip(1);
    let first = lines.filter(|it| !it.trim().is_empty()).find_map(|it| {
        let indent = &it[..it.len() - it.trim_start().len()];
        indent.strip_prefix(outer).filter(|it| !it.is_empty())
    });
    first.unwrap_or("    ")
}
