//! What is done with a name where it stands, by what is around it. Never does: know types.

use tree_sitter::Node;

use super::UseKind;
use super::module::Mode;
use crate::Span;
use crate::collect::span;

/// A name with the fields, elements and so on that are taken of it.
pub(super) struct Place<'t> {
    pub node: Node<'t>,
    pub kind: UseKind,
    /// Whether nothing is taken of it.
    pub is_whole: bool,
    /// The method that is called on it.
    pub method: Option<&'t str>,
    /// The whole of `&name`.
    pub borrow: Option<Span>,
}

pub(super) fn around<'t>(node: Node<'t>, text: &'t str) -> Place<'t> {
    let mut place = node;
    let mut is_whole = true;
    let made = |node, kind, is_whole| Place { node, kind, is_whole, method: None, borrow: None };
    while let Some(parent) = place.parent() {
        let is = |field: &str| parent.child_by_field_name(field) == Some(place);
        match parent.kind() {
            "field_expression" if is("value") => {
                let call = parent.parent().filter(|it| {
                    let callee = it.child_by_field_name("function");
                    it.kind() == "call_expression" && callee == Some(parent)
                        || it.kind() == "generic_function" && callee == Some(parent)
                });
                if call.is_some() {
                    let method = parent.child_by_field_name("field").map(|it| span(it).of(text));
                    return Place { method, ..made(place, UseKind::Receiver(Mode::Unknown), is_whole) };
                }
                is_whole = false;
            }
            "index_expression" if parent.named_child(0) == Some(place) => is_whole = false,
            "unary_expression" if span(parent).of(text).starts_with('*') => is_whole = false,
            "parenthesized_expression" => {}
            _ => break,
        }
        place = parent;
    }
    let Some(parent) = place.parent() else { return made(place, UseKind::Value, is_whole) };
    let is = |field: &str| parent.child_by_field_name(field) == Some(place);
    let kind = match parent.kind() {
        "reference_expression" => {
            let is_mut = parent.children(&mut parent.walk()).any(|it| it.kind() == "mutable_specifier");
            let is_raw = span(parent).of(text).starts_with("&raw");
            let kind = match (is_raw, is_mut) {
                (true, _) => UseKind::Other,
                (false, true) => UseKind::BorrowMut,
                (false, false) => UseKind::Borrow,
            };
            return Place { borrow: Some(span(parent)), ..made(place, kind, is_whole) };
        }
        "assignment_expression" if is("left") => UseKind::Assign,
        "compound_assignment_expr" if is("left") => UseKind::AssignOp,
        "binary_expression" => match is_comparison(parent) {
            true => UseKind::Compare,
            false => UseKind::Value,
        },
        "match_expression" if is("value") => UseKind::Matched,
        "let_condition" if is("value") => UseKind::Matched,
        "let_declaration" if is("value") => {
            let is_name = parent.child_by_field_name("pattern").is_some_and(|it| it.kind() == "identifier");
            if is_name { UseKind::Value } else { UseKind::Matched }
        }
        "call_expression" if is("function") => UseKind::Other,
        _ => UseKind::Value,
    };
    made(place, kind, is_whole)
}

pub(super) fn is_comparison(node: Node) -> bool {
    node.child_by_field_name("operator")
        .is_some_and(|it| matches!(it.kind(), "==" | "!=" | "<" | ">" | "<=" | ">="))
}

/// Whether the loop or function that is left stands inside of what was chosen.
pub(super) fn stays_in(node: Node, chosen: Span) -> bool {
    let around = std::iter::successors(node.parent(), |it| it.parent());
    let mut loops = around.filter(|it| {
        matches!(it.kind(), "loop_expression" | "while_expression" | "for_expression" | "closure_expression")
    });
    loops.next().is_some_and(|it| chosen.contains(span(it)))
}

/// Whether an expression stands for a place rather than for a value.
pub(super) fn is_place(node: Node, text: &str) -> bool {
    match node.kind() {
        "identifier" | "self" | "field_expression" | "index_expression" | "scoped_identifier"
        | "metavariable" => true,
        "unary_expression" => span(node).of(text).starts_with('*'),
        "parenthesized_expression" => node.named_child(0).is_some_and(|it| is_place(it, text)),
        _ => false,
    }
}
