//! The tokens of a stretch of text, by which history tells a change of layout, of documentation and of code apart. Never
//! does: comparing them.

use tree_sitter::{Node, Tree, TreeCursor};

use crate::collect::span;
use crate::{Language, Span, python, rust_macros};

/// A token. Two texts whose tokens of kinds [`Code`](TokenKind::Code) and [`String`](TokenKind::String) have equal kinds and
/// texts in the same order differ in layout and comments only.
///
/// Python's structure is layout: there, the end of each statement and of each block is a [`Code`](TokenKind::Code) token
/// without text. Compare these as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    pub span: Span,
    pub kind: TokenKind,
}

/// What a token is to a reader of changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    Code,
    /// A whole string literal outside of documentation, formatted ones included.
    String,
    Comment,
    /// A doc comment or a docstring.
    Docs,
}

/// The tokens that lie inside the span, in order.
pub(crate) fn tokens(tree: &Tree, text: &str, language: Language, within: Span) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut cursor = tree.walk();
    loop {
        let node = cursor.node();
        let here = span(node);
        if here.start >= within.end {
            return tokens;
        }
        if here.end > within.start {
            match whole(&cursor, text, language, &tokens) {
                Some(kind) => push(&mut tokens, trimmed(here, text), kind, within),
                None if descend(&mut cursor, within) => continue,
                // What the parser thinks is missing has no text.
                None if here.start < here.end => push(&mut tokens, here, TokenKind::Code, within),
                None => {}
            }
        }
        if !advance(&mut cursor, language, within, &mut tokens) {
            return tokens;
        }
    }
}

/// Goes to the first child that ends inside the span or behind it. A node that has children, but none such, is left by
/// going to its last.
fn descend(cursor: &mut TreeCursor, within: Span) -> bool {
    cursor.goto_first_child_for_byte(within.start as usize).is_some() || cursor.goto_last_child()
}

/// Goes on in source order, and notes where statements and blocks of Python end.
fn advance(cursor: &mut TreeCursor, language: Language, within: Span, tokens: &mut Vec<Token>) -> bool {
    match language {
        Language::Rust => rust_macros::advance(cursor),
        Language::Python => loop {
            let node = cursor.node();
            if ends_visibly(node, tokens) {
                let end = node.end_byte() as u32;
                push(tokens, Span { start: end, end }, TokenKind::Code, within);
            }
            if cursor.goto_next_sibling() {
                return true;
            }
            if !cursor.goto_parent() {
                return false;
            }
        },
    }
}

/// Whether the end of the node is part of what the code says. That of a docstring is not.
fn ends_visibly(node: Node, tokens: &[Token]) -> bool {
    let is_docs = |token: &Token| token.kind == TokenKind::Docs && token.span.end as usize == node.end_byte();
    match node.kind() {
        "expression_statement" => !tokens.last().is_some_and(is_docs),
        kind => kind == "block" || kind.ends_with("_statement") || kind.ends_with("_definition"),
    }
}

fn push(tokens: &mut Vec<Token>, span: Span, kind: TokenKind, within: Span) {
    if within.contains(span) {
        tokens.push(Token { span, kind });
    }
}

/// The kind of a node that is one token although it may have children.
fn whole(cursor: &TreeCursor, text: &str, language: Language, before: &[Token]) -> Option<TokenKind> {
    let node = cursor.node();
    match (language, node.kind()) {
        (_, "line_comment" | "block_comment") => {
            let documents = node.child_by_field_name("outer").or_else(|| node.child_by_field_name("inner"));
            Some(if documents.is_some() { TokenKind::Docs } else { TokenKind::Comment })
        }
        (Language::Rust, "string_literal" | "raw_string_literal") => Some(TokenKind::String),
        (Language::Python, "comment") => Some(TokenKind::Comment),
        (Language::Python, "string") => Some(TokenKind::String),
        (Language::Python, "expression_statement") => {
            let only = node.child(0).filter(|it| node.child_count() == 1 && it.kind() == "string")?;
            let documents = may_document(before, text)
                && python::is_docstring(cursor)
                && crate::text::python_doc(span(only).of(text)).is_some();
            documents.then_some(TokenKind::Docs)
        }
        _ => None,
    }
}

/// Whether what comes next may be the first statement of something: only comments stand between that and a colon or the start.
fn may_document(before: &[Token], text: &str) -> bool {
    let last = before.iter().rev().find(|token| token.kind != TokenKind::Comment);
    last.is_none_or(|token| token.kind == TokenKind::Code && matches!(token.span.of(text), ":" | "\u{feff}"))
}

/// Without the line break that the grammar counts as part of a doc comment.
fn trimmed(here: Span, text: &str) -> Span {
    Span { end: here.start + here.of(text).trim_end().len() as u32, ..here }
}
