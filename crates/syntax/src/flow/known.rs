//! The names and attributes of Python of which a type checker may know more behind a place than was declared: they were tested or assigned
//! there. Never does: say what it knows.

use tree_sitter::Node;

use super::names::children;
use crate::Span;
use crate::collect::span;

/// A path (`name`, `name.attribute`, `name[0]`) that was tested or assigned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    pub path: Span,
    /// From here on more may be known of it.
    pub from: u32,
    /// Whether it stays known behind the statement: it was asserted or assigned, or the other way raises or leaves.
    pub lasts: bool,
}

/// All such paths of a node, functions inside included.
pub(super) fn known(node: Node) -> Vec<Known> {
    let mut found = Vec::new();
    let mut open = vec![node];
    while let Some(at) = open.pop() {
        match at.kind() {
            "if_statement" | "elif_clause" | "while_statement" => {
                let lasts = at.child_by_field_name("consequence").is_some_and(leaves);
                tested(at.child_by_field_name("condition"), None, lasts, &mut found);
            }
            "assert_statement" => tested(at.named_child(0), None, true, &mut found),
            "if_clause" => {
                // Conditions of a comprehension stand behind what they are about.
                let whole = at.parent().map(|it| span(it).start);
                tested(at.named_child(0), whole, false, &mut found);
            }
            "conditional_expression" => tested(at.named_child(1), Some(span(at).start), false, &mut found),
            "boolean_operator" => tested(at.child_by_field_name("left"), None, false, &mut found),
            "match_statement" => tested(at.child_by_field_name("subject"), None, false, &mut found),
            "assignment" | "for_statement" | "with_item" => {
                let target = at.child_by_field_name("left").or_else(|| {
                    let value = at.child_by_field_name("value").filter(|it| it.kind() == "as_pattern")?;
                    value.child_by_field_name("alias")
                });
                tested(target, None, true, &mut found);
            }
            _ => {}
        }
        open.extend(children(at).into_iter().rev());
    }
    found
}

/// The outermost paths of a condition or a target.
fn tested(node: Option<Node>, from: Option<u32>, lasts: bool, found: &mut Vec<Known>) {
    let mut open: Vec<Node> = node.into_iter().collect();
    while let Some(at) = open.pop() {
        let is_path = matches!(at.kind(), "identifier" | "attribute" | "subscript");
        if is_path {
            found.push(Known { path: span(at), from: from.unwrap_or(span(at).end), lasts });
            continue;
        }
        let callee = at.child_by_field_name("function").filter(|_| at.kind() == "call");
        // Of what a method is called on nothing is learnt.
        open.extend(children(at).into_iter().filter(|it| Some(*it) != callee));
    }
}

/// Whether a block ends by leaving what it is in.
fn leaves(block: Node) -> bool {
    children(block).last().is_some_and(|last| {
        matches!(
            last.kind(),
            "raise_statement" | "return_statement" | "continue_statement" | "break_statement"
        )
    })
}
