//! What stands inside macros of Rust, where the grammar sees only tokens: items that a macro wraps (`cfg_rt! { pub fn .. }`)
//! are found for another parse, references are read from neighbouring tokens. Never does: expanding macros.

use tree_sitter::{Node, Point, Range, TreeCursor};

use crate::collect::{FoundReference, Role, Standing, span};
use crate::{ReferenceKind, Span};

/// How deep braces are searched for items, as in `cfg_if! { if #[cfg(unix)] { fn .. } }`.
const BRACE_DEPTH: u32 = 3;

/// How many parts of a path or of a chain are kept in a qualifier, separators included.
const QUALIFIER_PARTS: usize = 16;

/// How far backwards the start of a group in a chain is searched.
const GROUP_TOKENS: usize = 256;

const ITEM_KEYWORDS: [&str; 10] =
    ["const", "enum", "fn", "impl", "mod", "static", "struct", "trait", "type", "use"];

/// Words that the grammar takes for identifiers inside of macros.
const KEYWORDS: [&str; 9] = ["Self", "dyn", "else", "extern", "in", "move", "ref", "try", "yield"];

/// Ranges of the invocation's tokens to be parsed as items, in source order; none when it stands where an expression or a
/// statement may, or when nothing in it looks like an item.
pub(crate) fn item_ranges(invocation: Node, tokens: Node) -> Vec<Range> {
    let mut ranges = Vec::new();
    gather(tokens, BRACE_DEPTH, &mut ranges);
    // Asked last, because finding a parent costs a walk from the root.
    if !ranges.is_empty() && !in_item_position(invocation) {
        ranges.clear();
    }
    ranges
}

fn gather(tokens: Node, depth: u32, out: &mut Vec<Range>) {
    let mut cursor = tokens.walk();
    if tokens.children(&mut cursor).any(|child| ITEM_KEYWORDS.contains(&child.kind())) {
        out.extend(inside(tokens));
    } else if depth > 0 {
        for child in tokens.children(&mut cursor).filter(|it| it.kind() == "token_tree") {
            if child.child(0).is_some_and(|it| it.kind() == "{") {
                gather(child, depth - 1, out);
            }
        }
    }
}

fn in_item_position(invocation: Node) -> bool {
    let parent = invocation.parent();
    let holder = match parent {
        Some(statement) if statement.kind() == "expression_statement" => statement.parent(),
        _ => parent,
    };
    holder.is_some_and(|it| matches!(it.kind(), "source_file" | "declaration_list" | "ERROR"))
}

/// The range between the delimiters.
fn inside(tokens: Node) -> Option<Range> {
    let last = tokens.child(tokens.child_count().checked_sub(1)?)?;
    let closed = matches!(last.kind(), "}" | ")" | "]") && !last.is_missing();
    let (start, end) =
        (tokens.start_position(), if closed { last.start_position() } else { tokens.end_position() });
    Some(Range {
        start_byte: tokens.start_byte() + 1,
        end_byte: if closed { last.start_byte() } else { tokens.end_byte() },
        start_point: Point { row: start.row, column: start.column + 1 },
        end_point: end,
    })
    .filter(|range| range.start_byte < range.end_byte)
}

/// Adds the references that the tokens seem to make.
pub(crate) fn references(tokens: Node, text: &str, out: &mut Vec<FoundReference>) {
    let leaves = leaves(tokens);
    for (at, leaf) in leaves.iter().enumerate() {
        let before = if at == 0 { "" } else { leaves[at - 1].kind };
        if leaf.kind == "identifier" && before != "'" && !KEYWORDS.contains(&leaf.span.of(text)) {
            out.push(reference(&leaves, at, text));
        }
    }
}

fn reference(leaves: &[Leaf], at: usize, text: &str) -> FoundReference {
    let kind_at = |index: usize| leaves.get(index).map_or("", |it| it.kind);
    let (next, after) = (kind_at(at + 1), kind_at(at + 2));
    let name = leaves[at].span;
    let kind = match next {
        "!" if matches!(after, "(" | "[" | "{") => ReferenceKind::Macro,
        "(" => ReferenceKind::Call,
        _ if is_camel_case(name.of(text)) && next != "::" => ReferenceKind::Type,
        _ => ReferenceKind::Value,
    };
    let qualifier = qualifier(leaves, at, text);
    let role = match (&qualifier, next) {
        (Some(_), _) => Role::Named,
        (None, "::") if after != "<" => Role::PathStart,
        (None, _) => Role::Plain,
    };
    FoundReference { kind, name, qualifier, role, standing: Standing::Open }
}

/// The path or chain before the token, read backwards: of calls and indexing only the outline, without generic arguments.
fn qualifier(leaves: &[Leaf], at: usize, text: &str) -> Option<String> {
    let mut parts = Vec::new();
    let mut at = at;
    while let Some(separator) =
        at.checked_sub(1).map(|it| &leaves[it]).filter(|it| matches!(it.kind, "::" | "."))
    {
        if !parts.is_empty() {
            parts.push(separator.kind);
        }
        at -= 1;
        while let Some((start, outline)) = group_before(leaves, at) {
            parts.push(outline);
            at = start;
        }
        match at.checked_sub(1).map(|it| &leaves[it]) {
            Some(word) if is_word(word.kind) && parts.len() < QUALIFIER_PARTS => {
                parts.push(word.span.of(text))
            }
            _ if parts.last().is_some_and(|last| last.starts_with('(')) => break,
            _ => {
                parts.push("..");
                break;
            }
        }
        at -= 1;
    }
    parts.reverse();
    (!parts.is_empty()).then(|| parts.concat())
}

fn is_word(kind: &str) -> bool {
    matches!(kind, "identifier" | "self" | "super" | "crate" | "metavariable" | "primitive_type")
}

/// The bracketed group or the `?` that ends before the token: where it starts, and how a qualifier shows it.
fn group_before(leaves: &[Leaf], at: usize) -> Option<(usize, &'static str)> {
    let end = at.checked_sub(1)?;
    let (opening, outline) = match leaves[end].kind {
        "?" => return Some((end, "?")),
        ")" => ("(", "(..)"),
        "]" => ("[", "[..]"),
        ">" => ("<", ""),
        _ => return None,
    };
    let mut depth = 0;
    let start = (0..=end).rev().take(GROUP_TOKENS).find(|&index| {
        depth += i32::from(leaves[index].kind == leaves[end].kind) - i32::from(leaves[index].kind == opening);
        depth == 0
    })?;
    let turbofish = opening == "<" && start > 0 && leaves[start - 1].kind == "::";
    Some((if turbofish { start - 1 } else { start }, outline))
}

fn is_camel_case(name: &str) -> bool {
    name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase)
}

/// A token inside of a macro.
struct Leaf<'tree> {
    kind: &'tree str,
    span: Span,
}

fn leaves(tokens: Node<'_>) -> Vec<Leaf<'_>> {
    let mut leaves = Vec::new();
    let mut cursor = tokens.walk();
    loop {
        let node = cursor.node();
        let is_whole = matches!(node.kind(), "string_literal" | "raw_string_literal") || node.is_extra();
        if !is_whole && cursor.goto_first_child() {
            continue;
        }
        if !node.is_extra() {
            leaves.push(Leaf { kind: node.kind(), span: span(node) });
        }
        if !advance(&mut cursor) {
            return leaves;
        }
    }
}

/// Goes to the next node in source order that is not below the present one; `false` at the end.
pub(crate) fn advance(cursor: &mut TreeCursor) -> bool {
    while !cursor.goto_next_sibling() {
        if !cursor.goto_parent() {
            return false;
        }
    }
    true
}
