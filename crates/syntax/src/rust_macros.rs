//! What stands inside macros of Rust, where the grammar sees only tokens: items that a macro wraps (`cfg_rt! { pub fn .. }`)
//! are found for another parse. Never does: expanding macros.

use std::collections::HashSet;

use tree_sitter::{Node, Point, Range, TreeCursor};

use crate::collect::Around;

/// How deep braces are searched for items, as in `cfg_if! { if #[cfg(unix)] { fn .. } }`.
const BRACE_DEPTH: u32 = 3;

const ITEM_KEYWORDS: [&str; 10] =
    ["const", "enum", "fn", "impl", "mod", "static", "struct", "trait", "type", "use"];

/// Ranges of a macro's tokens to be parsed as items, in source order; none when nothing in it looks like an item.
pub(crate) fn item_ranges(tokens: Node) -> Vec<Range> {
    let mut ranges = Vec::new();
    gather(tokens, BRACE_DEPTH, &mut ranges);
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

/// Whether nodes of this kind hold items, rather than expressions or statements.
fn holds_items(kind: &str) -> bool {
    matches!(kind, "source_file" | "declaration_list" | "ERROR")
}

/// Whether a macro stands among what the parser could not read, where items may stand. Costs a walk from the root.
pub(crate) fn is_in_error(invocation: Node) -> bool {
    let parent = invocation.parent();
    let holder = match parent {
        Some(statement) if statement.kind() == "expression_statement" => statement.parent(),
        _ => parent,
    };
    holder.is_some_and(|it| it.kind() == "ERROR")
}

/// Those of the invocations below a node, or the node itself, that stand where items do, by their ids. `around` are the kinds of what is
/// around the node, the outer one first. One walk over the node for all of them: a question for a parent takes a walk from the root each.
pub(crate) fn among_items<'tree>(
    node: Node<'tree>,
    around: Around<'tree>,
    invocations: &[(Node, Node)],
) -> HashSet<usize> {
    let wanted: HashSet<usize> = invocations.iter().map(|(invocation, _)| invocation.id()).collect();
    let mut found = HashSet::new();
    let mut kinds = around.to_vec();
    let mut cursor = node.walk();
    loop {
        let node = cursor.node();
        let holder = match kinds.as_slice() {
            [.., outer, "expression_statement"] => outer,
            [.., holder] => holder,
            [] => "",
        };
        if wanted.contains(&node.id()) && holds_items(holder) {
            found.insert(node.id());
        }
        if cursor.goto_first_child() {
            kinds.push(node.kind());
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return found;
            }
            kinds.pop();
        }
    }
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
