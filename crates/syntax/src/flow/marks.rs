//! The words of a function of Python, or of a file's top level, that mean something else in another function. Never does: judge whether that matters.

use tree_sitter::Node;

use super::names::children;
use crate::Span;
use crate::code::quoted;
use crate::collect::span;

/// The kinds of words that mean something else in another function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// All local names: `locals()` and the like.
    Locals,
    /// The class around: `super()`, `__class__`.
    Class,
    /// `__name` in a class.
    Mangled,
    /// How many calls there are: `stacklevel`, `_getframe`.
    Frames,
    /// `global` and `nonlocal`.
    Outer,
    /// `from .. import *`.
    Star,
    /// A type's own names, or an assignment that may give a type another name.
    TypeAlias,
    /// A call as a statement that most likely never comes back, as checkers know of `sys.exit()`.
    Ends,
}

/// The last words of functions that never come back.
const ENDS: [&str; 10] =
    ["_exit", "abort", "assert_never", "exit", "fail", "importorskip", "quit", "skip", "skipTest", "xfail"];

/// The marks of a frame.
pub(super) fn marks(node: Node, text: &str) -> Vec<(Span, Mark)> {
    let endless = endless(node, text);
    let mut found = Vec::new();
    let mut cursor = node.walk();
    loop {
        let here = cursor.node();
        if let Some(mark) = mark(here, text, &endless) {
            found.push((span(here), mark));
        }
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return found;
            }
        }
    }
}

fn mark(node: Node, text: &str, endless: &[&str]) -> Option<Mark> {
    match node.kind() {
        "global_statement" | "nonlocal_statement" => Some(Mark::Outer),
        "wildcard_import" => Some(Mark::Star),
        "type_alias_statement" => Some(Mark::TypeAlias),
        "assignment" if may_name_type(node, text) => Some(Mark::TypeAlias),
        "exec_statement" => Some(Mark::Locals),
        "expression_statement" => {
            let callee = node.named_child(0)?.child_by_field_name("function")?;
            let word = last_word(callee, text);
            (ENDS.contains(&word) || endless.contains(&word)).then_some(Mark::Ends)
        }
        "identifier" => match span(node).of(text) {
            "super" | "__class__" => Some(Mark::Class),
            "locals" | "vars" | "eval" | "exec" | "dir" if is_called(node) => Some(Mark::Locals),
            "stacklevel" | "stack_level" | "_getframe" | "currentframe" | "__tracebackhide__"
            | "extract_stack" | "getouterframes" | "format_stack" | "print_stack" | "warn_deprecated" => {
                Some(Mark::Frames)
            }
            word if word.starts_with("__") && !word.ends_with("__") => Some(Mark::Mangled),
            _ => None,
        },
        _ => None,
    }
}

fn is_called(node: Node) -> bool {
    node.parent().is_some_and(|it| it.kind() == "call" && it.child_by_field_name("function") == Some(node))
}

fn last_word<'a>(path: Node, text: &'a str) -> &'a str {
    let path = span(path).of(text);
    path.rsplit('.').next().unwrap_or(path)
}

/// The functions of the file that say that they never come back.
fn endless<'a>(frame: Node, text: &'a str) -> Vec<&'a str> {
    let mut found = Vec::new();
    if !text.contains("NoReturn") && !text.contains("Never") {
        return found;
    }
    let mut open: Vec<Node> =
        std::iter::successors(Some(frame), |it| it.parent()).last().into_iter().collect();
    while let Some(at) = open.pop() {
        let given = at.child_by_field_name("return_type").filter(|_| at.kind() == "function_definition");
        let given = given.map(|it| last_word(it, text).trim_matches(['"', '\'']));
        if let (Some("NoReturn" | "Never"), Some(name)) = (given, at.child_by_field_name("name")) {
            found.push(span(name).of(text));
        }
        open.extend(children(at));
    }
    found
}

/// Whether an assignment may name a type: outside of functions as in `Number = Union[int, float]`, anywhere as in `T = TypeVar("T")`. A call, or
/// another variable, could not.
pub(super) fn may_name_type(assignment: Node, text: &str) -> bool {
    if is_told_its_name(assignment, text) {
        return true;
    }
    let around = std::iter::successors(assignment.parent(), |it| it.parent());
    let is_outside = !around.into_iter().any(|it| matches!(it.kind(), "function_definition" | "lambda"));
    let value = assignment.child_by_field_name("right");
    is_outside && value.is_some_and(|it| is_like_type(it, text))
}

/// Whether what is assigned is told the name that it gets.
fn is_told_its_name(assignment: Node, text: &str) -> bool {
    let call = assignment.child_by_field_name("right").filter(|it| it.kind() == "call");
    let first = call.and_then(|it| it.child_by_field_name("arguments")).and_then(|it| it.named_child(0));
    let left = assignment.child_by_field_name("left").map(|it| last_word(it, text));
    let told = first.and_then(quoted).map(|it| span(it).of(text));
    told.is_some() && told == left
}

fn is_like_type(node: Node, text: &str) -> bool {
    match node.kind() {
        "identifier" | "attribute" => {
            let word = last_word(node, text).trim_start_matches('_');
            let is_class = word.starts_with(char::is_uppercase) && word.contains(char::is_lowercase);
            is_class || matches!(word, "dict" | "frozenset" | "list" | "set" | "tuple" | "type")
        }
        "subscript" => node.child_by_field_name("value").is_some_and(|it| is_like_type(it, text)),
        "binary_operator" => {
            let is_either = node.child_by_field_name("operator").is_some_and(|it| it.kind() == "|");
            let side = |name: &str| node.child_by_field_name(name).is_some_and(|it| is_like_type(it, text));
            is_either && (side("left") || side("right"))
        }
        "parenthesized_expression" => node.named_child(0).is_some_and(|it| is_like_type(it, text)),
        _ => false,
    }
}
