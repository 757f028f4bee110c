//! Whether an expression of Python can be evaluated before the statement that it stands in, and nothing is different. Never does: move it.

use tree_sitter::Node;

use super::names::children;
use crate::Span;
use crate::collect::span;

/// Where an expression can be evaluated before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hoisted {
    /// The statement, which is the first on its line.
    pub statement: Span,
    /// Whether the expression is all of the statement.
    pub is_all: bool,
}

/// Why an expression can't be evaluated before its statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hoist {
    /// It is evaluated when a function without a name runs.
    Lambda,
    /// It is evaluated once for each element.
    Comprehension,
    /// It is evaluated under a condition: the right side of `and`, a branch, an `elif`, a guard.
    Conditional,
    /// It is evaluated in each round of a loop.
    Loop,
    /// It belongs to the head of a function or a class.
    Head,
    /// Something that it may depend on, or that may depend on it, is evaluated before it.
    Order,
    /// The statement shares its line with another one.
    Line,
    /// It binds a name or yields.
    Binds,
}

/// What evaluating may do, the least first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Effect {
    /// Nothing but reading names.
    None,
    /// Looking at values: attributes, items, operators.
    Looks,
    /// Anything.
    Any,
}

pub(super) fn hoist(node: Node, text: &str) -> Result<Hoisted, Hoist> {
    if binds(node) {
        return Err(Hoist::Binds);
    }
    let own = effect(node);
    let mut at = node;
    loop {
        let Some(parent) = at.parent() else { return Err(Hoist::Order) };
        if matches!(parent.kind(), "block" | "module") {
            break;
        }
        if let Some(reason) = barred(parent, at) {
            return Err(reason);
        }
        let before = earlier(parent, at);
        let most = before.into_iter().map(|it| effect_as_callee(parent, it)).max().unwrap_or(Effect::None);
        let is_safe = match (most, own) {
            (Effect::None, _) | (_, Effect::None) => true,
            (Effect::Looks, Effect::Looks) => true,
            (Effect::Any, _) | (_, Effect::Any) => false,
        };
        if !is_safe {
            return Err(Hoist::Order);
        }
        at = parent;
    }
    let statement = span(at);
    if super::frame::indentation(statement.start, text).end != statement.start {
        return Err(Hoist::Line);
    }
    let is_all = at.kind() == "expression_statement" && statement == span(node);
    Ok(Hoisted { statement, is_all })
}

/// Why a part of a node is not evaluated once and at once.
fn barred(parent: Node, part: Node) -> Option<Hoist> {
    let is = |field: &str| parent.child_by_field_name(field) == Some(part);
    match parent.kind() {
        "lambda" => Some(Hoist::Lambda),
        "list_comprehension" | "set_comprehension" | "dictionary_comprehension" | "generator_expression" => {
            let first = children(parent).into_iter().find(|it| it.kind() == "for_in_clause");
            (first != Some(part)).then_some(Hoist::Comprehension)
        }
        "for_in_clause" => (!is("right")).then_some(Hoist::Comprehension),
        "boolean_operator" => is("right").then_some(Hoist::Conditional),
        "conditional_expression" => (parent.named_child(1) != Some(part)).then_some(Hoist::Conditional),
        "comparison_operator" => {
            let second = children(parent).into_iter().position(|it| it == part);
            second.is_some_and(|at| at > 1).then_some(Hoist::Conditional)
        }
        "assert_statement" => (parent.named_child(0) != Some(part)).then_some(Hoist::Conditional),
        "elif_clause" | "case_clause" | "if_clause" | "except_clause" => Some(Hoist::Conditional),
        "while_statement" => Some(Hoist::Loop),
        "function_definition" | "class_definition" | "decorated_definition" | "parameters" | "decorator" => {
            Some(Hoist::Head)
        }
        _ => None,
    }
}

/// The parts of a node that are evaluated before one of them.
fn earlier<'t>(parent: Node<'t>, part: Node<'t>) -> Vec<Node<'t>> {
    let is = |field: &str| parent.child_by_field_name(field) == Some(part);
    match parent.kind() {
        "conditional_expression" => Vec::new(),
        "assignment" if is("right") => Vec::new(),
        "assignment" => parent.child_by_field_name("right").into_iter().collect(),
        // The iterable comes before the targets, the condition before the body.
        "for_in_clause" | "for_statement" if is("right") => Vec::new(),
        "list_comprehension" | "set_comprehension" | "dictionary_comprehension" | "generator_expression" => {
            Vec::new()
        }
        _ => children(parent).into_iter().take_while(|it| *it != part).collect(),
    }
}

/// A method is looked up before its arguments are evaluated; nobody relies on it.
fn effect_as_callee(parent: Node, part: Node) -> Effect {
    let is_callee = parent.kind() == "call" && parent.child_by_field_name("function") == Some(part);
    if is_callee && is_dotted(part) { Effect::None } else { effect(part) }
}

fn is_dotted(node: Node) -> bool {
    match node.kind() {
        "identifier" => true,
        "attribute" => node.child_by_field_name("object").is_some_and(is_dotted),
        _ => false,
    }
}

fn effect(node: Node) -> Effect {
    let mut most = Effect::None;
    let mut open = vec![node];
    while let Some(at) = open.pop() {
        most = most.max(match at.kind() {
            "call" | "await" | "yield" | "named_expression" => Effect::Any,
            "attribute"
            | "subscript"
            | "binary_operator"
            | "unary_operator"
            | "comparison_operator"
            | "not_operator"
            | "boolean_operator"
            | "interpolation"
            | "list_splat"
            | "dictionary_splat"
            | "set"
            | "dictionary" => Effect::Looks,
            kind if kind.ends_with("comprehension") => Effect::Looks,
            _ => Effect::None,
        });
        if at.kind() != "lambda" {
            open.extend(children(at));
        }
    }
    most
}

/// Whether it is tested, or compared in a test, so that a type checker learns what it is: by `is`, `isinstance` or its truth alone.
pub(super) fn narrows(node: Node, text: &str) -> bool {
    let is_path = matches!(node.kind(), "attribute" | "subscript" | "identifier");
    let is_test = match node.kind() {
        "call" => node.child_by_field_name("function").is_some_and(|it| {
            matches!(span(it).of(text), "isinstance" | "issubclass" | "callable" | "hasattr" | "type" | "len")
        }),
        "comparison_operator" | "boolean_operator" | "not_operator" | "parenthesized_expression" => true,
        _ => is_path,
    };
    let mut at = node;
    while let Some(parent) = at.parent() {
        let is_condition = parent.child_by_field_name("condition") == Some(at);
        match parent.kind() {
            "comparison_operator" | "boolean_operator" | "not_operator" | "parenthesized_expression" => {
                at = parent
            }
            "argument_list" if is_path && parent.parent().is_some_and(|call| is_test_call(call, text)) => {
                return true;
            }
            "conditional_expression" => return is_test && parent.named_child(1) == Some(at),
            "assert_statement" => return is_test && parent.named_child(0) == Some(at),
            "match_statement" => return is_path,
            _ => return is_test && is_condition,
        }
    }
    false
}

fn is_test_call(call: Node, text: &str) -> bool {
    let callee = call.child_by_field_name("function").map(|it| span(it).of(text));
    callee.is_some_and(|it| matches!(it, "isinstance" | "issubclass" | "callable" | "hasattr"))
}

/// Whether it binds a name, yields, or unpacks.
fn binds(node: Node) -> bool {
    let mut open = vec![node];
    while let Some(at) = open.pop() {
        if matches!(at.kind(), "named_expression" | "yield") {
            return true;
        }
        if at.kind() != "lambda" {
            open.extend(children(at));
        }
    }
    false
}
