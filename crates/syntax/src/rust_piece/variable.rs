//! Whether the value of an expression of Rust can be made before its statement without a difference. Never does: write it there.

use tree_sitter::Node;

use super::module::{Mode, children};
use super::names::Walk;
use super::places::{is_comparison, is_place};
use crate::Span;
use crate::collect::span;

/// Where the value can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Before {
    /// The statement, which is the first on its line.
    pub statement: Span,
}

/// Why the value of an expression can't be made before its statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    NoExpression,
    /// It is all of a statement or of what a `let` binds.
    Whole,
    /// It is made when a function without a name runs.
    Lambda,
    /// It is made under a condition.
    Conditional,
    /// It is made in each round of a loop.
    Loop,
    /// Something else comes before it, which may make a difference.
    Order,
    /// A name, a field or an element is a place, not a value.
    Place,
    /// Its type may depend on where it stands.
    Coerced,
    /// Something in it, or it itself, goes away at the end of its statement, and not before or later.
    Temporary,
}

pub(super) fn before(node: Node, walk: &Walk) -> Result<Before, Kept> {
    if is_place(node, walk.text) {
        return Err(Kept::Place);
    }
    let bare = unwrapped(node);
    if !matches!(
        bare.kind(),
        "call_expression"
            | "binary_expression"
            | "unary_expression"
            | "type_cast_expression"
            | "try_expression"
            | "await_expression"
            | "macro_invocation"
            | "struct_expression"
    ) {
        return Err(Kept::Coerced);
    }
    if !is_settled(bare, walk) {
        return Err(Kept::Coerced);
    }
    let statement = statement(node, walk)?;
    if has_temporaries(bare, walk) || !is_taken(node, walk) {
        return Err(Kept::Temporary);
    }
    Ok(Before { statement: span(statement) })
}

fn unwrapped(node: Node) -> Node {
    match node.kind() {
        "parenthesized_expression" => node.named_child(0).map_or(node, unwrapped),
        _ => node,
    }
}

/// The statement before which nothing but the expression is evaluated.
fn statement<'t>(node: Node<'t>, walk: &Walk) -> Result<Node<'t>, Kept> {
    let mut at = node;
    while let Some(parent) = at.parent() {
        let is = |field: &str| parent.child_by_field_name(field) == Some(at);
        match parent.kind() {
            "block" => return if at == node { Err(Kept::Whole) } else { Ok(at) },
            "closure_expression" | "async_block" | "const_block" | "gen_block" => return Err(Kept::Lambda),
            "else_clause" | "match_arm" | "match_pattern" | "let_chain" => return Err(Kept::Conditional),
            "while_expression" | "loop_expression" => return Err(Kept::Loop),
            "if_expression" if is("condition") => {}
            "match_expression" | "for_expression" | "let_condition" if is("value") => {}
            "let_declaration" if is("value") => {
                if at == node {
                    return Err(Kept::Whole);
                }
            }
            "binary_expression" => {
                let operator = parent.child_by_field_name("operator").map_or("", |it| it.kind());
                if is("right") && matches!(operator, "&&" | "||") {
                    return Err(Kept::Conditional);
                }
                earlier(parent, at, node, walk)?;
            }
            "call_expression" => {
                if let Some(callee) = parent.child_by_field_name("function").filter(|it| *it != at) {
                    called(callee, node, walk)?;
                }
            }
            "assignment_expression" if is("right") => {}
            "compound_assignment_expr" if is("right") => {
                harmless(parent.child_by_field_name("left").ok_or(Kept::Order)?, node, walk)?;
            }
            "arguments"
            | "field_initializer_list"
            | "index_expression"
            | "tuple_expression"
            | "array_expression" => {
                earlier(parent, at, node, walk)?;
            }
            "field_initializer"
            | "struct_expression"
            | "expression_statement"
            | "return_expression"
            | "parenthesized_expression"
            | "try_expression"
            | "await_expression"
            | "type_cast_expression"
            | "field_expression"
            | "unary_expression"
            | "reference_expression" => {
                if parent.kind() == "expression_statement" && at == node {
                    return Err(Kept::Whole);
                }
            }
            _ => return Err(Kept::Order),
        }
        at = parent;
    }
    Err(Kept::Order)
}

/// Refuses what is evaluated before a part of a node.
fn earlier(parent: Node, part: Node, chosen: Node, walk: &Walk) -> Result<(), Kept> {
    let before = children(parent).into_iter().take_while(|it| *it != part);
    for other in before {
        match other.kind() {
            "field_initializer" => {
                if let Some(value) = other.child_by_field_name("value") {
                    harmless(value, chosen, walk)?;
                }
            }
            "shorthand_field_initializer" => {
                harmless(other.named_child(0).ok_or(Kept::Order)?, chosen, walk)?
            }
            _ => harmless(other, chosen, walk)?,
        }
    }
    Ok(())
}

/// Refuses what is called, where finding it may make a difference.
fn called(callee: Node, chosen: Node, walk: &Walk) -> Result<(), Kept> {
    match callee.kind() {
        "identifier" | "scoped_identifier" => Ok(()),
        "generic_function" => {
            called(callee.child_by_field_name("function").ok_or(Kept::Order)?, chosen, walk)
        }
        "field_expression" => {
            let receiver = callee.child_by_field_name("value").ok_or(Kept::Order)?;
            if receiver.kind() == "self" { Ok(()) } else { harmless(receiver, chosen, walk) }
        }
        _ => Err(Kept::Order),
    }
}

/// Lets literals, paths, and names with fields pass that the chosen expression can't change.
fn harmless(node: Node, chosen: Node, walk: &Walk) -> Result<(), Kept> {
    match node.kind() {
        "scoped_identifier" => Ok(()),
        kind if kind.ends_with("_literal") => Ok(()),
        "field_expression" => harmless(node.child_by_field_name("value").ok_or(Kept::Order)?, chosen, walk),
        "reference_expression" | "parenthesized_expression" => {
            let inner = children(node).into_iter().find(|it| it.kind() != "mutable_specifier");
            harmless(inner.ok_or(Kept::Order)?, chosen, walk)
        }
        "identifier" | "self" => {
            let Some(name) = walk.name_at(node) else { return Ok(()) };
            let own = &walk.names[name];
            let is_fixed = !own.is_mut && own.of.as_ref().is_some_and(|it| !it.is_mutable_reference());
            let inside = walk.uses.iter().filter(|it| it.name == name && span(chosen).contains(it.at));
            let only_reads = inside.into_iter().all(|it| it.kind.reads());
            if is_fixed || only_reads { Ok(()) } else { Err(Kept::Order) }
        }
        _ => Err(Kept::Order),
    }
}

/// Whether an expression is called, borrowed, or what something is taken of.
pub(super) fn is_held(node: Node) -> bool {
    let Some(parent) = node.parent() else { return true };
    let is = |field: &str| parent.child_by_field_name(field) == Some(node);
    match parent.kind() {
        "parenthesized_expression" => is_held(parent),
        "reference_expression" | "await_expression" => true,
        "call_expression" | "generic_function" => is("function"),
        "macro_invocation" => true,
        _ => false,
    }
}

/// Whether the value goes elsewhere at once, or nobody sees when it goes away.
fn is_taken(node: Node, walk: &Walk) -> bool {
    let of = walk.type_of(node);
    let drops_nothing = of.as_ref().is_some_and(|it| walk.module.drops_nothing(it));
    let Some(parent) = node.parent() else { return false };
    let is = |field: &str| parent.child_by_field_name(field) == Some(node);
    match parent.kind() {
        "parenthesized_expression" => is_taken(parent, walk),
        "arguments" | "field_initializer" | "return_expression" | "try_expression" => true,
        "if_expression" => is("condition"),
        "for_expression" => is("value"),
        "binary_expression" => !is_comparison(parent) || drops_nothing,
        "unary_expression" => !walk.word(parent).starts_with('*'),
        "type_cast_expression" => true,
        "match_expression" | "let_condition" => drops_nothing,
        "reference_expression" => {
            let is_mut = parent.children(&mut parent.walk()).any(|it| it.kind() == "mutable_specifier");
            drops_nothing && !is_mut
        }
        "field_expression" => {
            let method = parent.child_by_field_name("field").map_or("", |it| walk.word(it));
            let is_call = parent.parent().is_some_and(|it| {
                it.kind() == "call_expression" && it.child_by_field_name("function") == Some(parent)
            });
            is_call && drops_nothing && of.is_some_and(|it| walk.mode_of(&it, method) == Mode::Shared)
        }
        _ => false,
    }
}

/// Whether the type of an expression is the same wherever it stands.
fn is_settled(node: Node, walk: &Walk) -> bool {
    if has_kind(node, &["closure_expression", "return_expression", "break_expression", "continue_expression"])
    {
        return false;
    }
    if walk.type_of(node).is_some() {
        return true;
    }
    match node.kind() {
        "call_expression" => {
            let arguments = node.child_by_field_name("arguments").map(children).unwrap_or_default();
            let Some(callee) = node.child_by_field_name("function") else { return false };
            match callee.kind() {
                "field_expression" => {
                    let receiver = callee.child_by_field_name("value");
                    let is_base = receiver.is_some_and(|it| is_place(it, walk.text) || is_settled(it, walk));
                    is_base && arguments.iter().all(|it| is_simple(*it))
                }
                "identifier" | "scoped_identifier" => {
                    let name = walk.word(callee).rsplit("::").next().unwrap_or("");
                    let is_function = name.starts_with(|c: char| c.is_lowercase() || c == '_');
                    let makes =
                        matches!(name, "new" | "from" | "once" | "some" | "ok" | "default" | "drop" | "take");
                    is_function && !makes && arguments.iter().all(|it| is_simple(*it))
                }
                _ => false,
            }
        }
        "try_expression" => node.named_child(0).is_some_and(|it| is_settled(it, walk)),
        "parenthesized_expression" => node.named_child(0).is_some_and(|it| is_settled(it, walk)),
        _ => false,
    }
}

fn is_simple(node: Node) -> bool {
    matches!(node.kind(), "identifier" | "self" | "field_expression" | "scoped_identifier")
        || node.kind().ends_with("_literal")
}

fn has_kind(node: Node, kinds: &[&str]) -> bool {
    children(node).into_iter().any(|it| kinds.contains(&it.kind()) || has_kind(it, kinds))
}

/// What an iterator or a view of a text is made by: nobody sees it go away, and it borrows from what it was made of.
const VIEWS: [&str; 22] = [
    "as_bytes",
    "as_deref",
    "as_ref",
    "as_slice",
    "as_str",
    "bytes",
    "chars",
    "cloned",
    "copied",
    "enumerate",
    "filter",
    "into_iter",
    "iter",
    "lines",
    "map",
    "rev",
    "skip",
    "split",
    "split_whitespace",
    "take_while",
    "trim",
    "zip",
];

/// Whether a value is made in an expression that only lasts to the end of its statement and may be seen to go away, or that the
/// expression's value may borrow from.
pub(super) fn has_temporaries(node: Node, walk: &Walk) -> bool {
    let is_held = match node.kind() {
        "field_expression" | "index_expression" => node.named_child(0),
        "reference_expression" => node.child_by_field_name("value"),
        "macro_invocation" | "closure_expression" => return false,
        "match_expression" | "if_expression" | "block" | "for_expression" | "while_expression"
        | "loop_expression" => {
            return !matches!(node.kind(), "for_expression" | "while_expression" | "loop_expression");
        }
        "binary_expression" if is_comparison(node) => {
            let sides = [node.child_by_field_name("left"), node.child_by_field_name("right")];
            if sides.into_iter().flatten().any(|it| is_temporary(it, walk)) {
                return true;
            }
            None
        }
        _ => None,
    };
    is_held.is_some_and(|it| is_temporary(it, walk))
        || children(node).into_iter().any(|it| has_temporaries(it, walk))
}

fn is_temporary(node: Node, walk: &Walk) -> bool {
    let node = unwrapped(node);
    if is_place(node, walk.text) || node.kind().ends_with("_literal") {
        return false;
    }
    if node.kind() == "call_expression"
        && let Some(callee) =
            node.child_by_field_name("function").filter(|it| it.kind() == "field_expression")
        && let Some(method) = callee.child_by_field_name("field")
        && VIEWS.contains(&walk.word(method))
    {
        return false;
    }
    let of = walk.type_of(node);
    // What is left behind is plain, and what is taken of it can't point to it.
    !of.is_some_and(|it| {
        walk.module.drops_nothing(&it) && (walk.module.is_copied(&it) || is_shown(node, walk))
    })
}

/// Whether what is taken of a value holds no borrow of it.
fn is_shown(node: Node, walk: &Walk) -> bool {
    let around = std::iter::successors(node.parent(), |it| it.parent());
    let call = around.take(3).find(|it| it.kind() == "call_expression" || it.kind() == "binary_expression");
    call.and_then(|it| walk.type_of(it)).is_some_and(|it| walk.module.holds_no_borrow(&it))
}
