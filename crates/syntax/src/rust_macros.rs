//! What stands inside macros of Rust, where the grammar sees only tokens: items that a macro wraps (`cfg_rt! { pub fn .. }`)
//! are found for another parse. Never does: expanding macros.

use tree_sitter::{Node, Point, Range, TreeCursor};

/// How deep braces are searched for items, as in `cfg_if! { if #[cfg(unix)] { fn .. } }`.
const BRACE_DEPTH: u32 = 3;

const ITEM_KEYWORDS: [&str; 10] =
    ["const", "enum", "fn", "impl", "mod", "static", "struct", "trait", "type", "use"];

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

/// Goes to the next node in source order that is not below the present one; `false` at the end.
pub(crate) fn advance(cursor: &mut TreeCursor) -> bool {
    while !cursor.goto_next_sibling() {
        if !cursor.goto_parent() {
            return false;
        }
    }
    true
}
