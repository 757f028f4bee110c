//! Documentation, attributes and comments, and which definition they belong to. Never does: reading trees; it works on
//! the pieces that the query found.

use std::cmp::Reverse;

use crate::collect::{Draft, Piece, PieceKind};
use crate::{DefinitionKind, Language, Span, text};

/// Sorts pieces by position and leaves out those that stand inside others.
pub(crate) fn in_order(mut pieces: Vec<Piece>) -> Vec<Piece> {
    pieces.sort_unstable_by_key(|piece| (piece.span.start, Reverse(piece.span.end), piece.kind));
    let mut end = 0;
    pieces.retain(|piece| {
        let outermost = piece.span.end > end;
        end = end.max(piece.span.end);
        outermost
    });
    pieces
}

/// What stands directly before an item and belongs to it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Lead {
    /// Where the first attribute, decorator or doc comment starts, or else the item.
    pub(crate) start: u32,
    /// The doc comments, from the first to the last.
    pub(crate) docs: Option<Span>,
    /// Their text without markers.
    pub(crate) text: String,
}

/// Looks backwards from an item over attributes and doc comments. Other comments are passed over, and belong to the item
/// where something before them does.
pub(crate) fn lead(pieces: &[Piece], item: Span, source: &str) -> Lead {
    let mut start = item.start;
    let mut from = item.start;
    let mut docs: Vec<Span> = Vec::new();
    let before = pieces.partition_point(|piece| piece.span.start < item.start);
    for piece in pieces[..before].iter().rev() {
        let gap = source.get(piece.span.end as usize..from as usize);
        if piece.kind == PieceKind::InnerDoc || gap.is_none_or(|gap| !gap.trim().is_empty()) {
            break;
        }
        from = piece.span.start;
        match piece.kind {
            PieceKind::Doc => docs.push(piece.span),
            PieceKind::Attribute => {}
            PieceKind::Comment | PieceKind::InnerDoc => continue,
        }
        start = piece.span.start;
    }
    docs.reverse();
    let span = docs.first().zip(docs.last()).map(|(first, last)| Span { start: first.start, end: last.end });
    let text = docs.iter().map(|doc| text::rust_doc(doc.of(source))).collect::<Vec<_>>().join("\n");
    Lead { start, docs: span, text: text::trim_lines(text.lines()) }
}

/// The declaration up to its body on one line, without comments and attributes.
pub(crate) fn signature(pieces: &[Piece], draft: &Draft, source: &str) -> String {
    let item = draft.spans.item;
    let end = draft.spans.body.map_or(item.end, |body| body.start);
    let first = pieces.partition_point(|piece| piece.span.start < item.start);
    let mut text = String::new();
    let mut from = item.start;
    for piece in pieces[first..].iter().take_while(|piece| piece.span.end <= end) {
        text.push_str(&source[from as usize..piece.span.start as usize]);
        text.push('\n');
        from = piece.span.end;
    }
    text.push_str(&source[from as usize..end as usize]);
    let line = text::one_line(&text);
    let line = line.trim_end_matches([' ', ';', ',', ':']);
    match draft.kind {
        DefinitionKind::Constant | DefinitionKind::Static | DefinitionKind::Field => {
            line.trim_end_matches('=').trim_end().to_owned()
        }
        _ => line.to_owned(),
    }
}

/// The text of documentation that stands inside what it documents; `None` where the piece is no such thing.
pub(crate) fn inner_text(piece: &Piece, source: &str, language: Language) -> Option<String> {
    match (piece.kind, language) {
        (PieceKind::InnerDoc, Language::Rust) => Some(text::rust_doc(piece.span.of(source))),
        (PieceKind::InnerDoc, Language::Python) => text::python_doc(piece.span.of(source)),
        _ => None,
    }
}
