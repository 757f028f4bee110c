//! The function around a piece of Python, and where another one can be put beside it. Never does: write one.

use tree_sitter::Node;

use super::NotChosen;
use super::known::{Known, known};
use super::marks::{Mark, marks};
use super::names::{children, parameters};
use crate::Span;
use crate::collect::span;

/// What is around a piece: a function, or the top level of a file.
#[derive(Clone, Debug)]
pub struct Frame {
    pub kind: FrameKind,
    /// Whether it only runs where the file is the program.
    pub is_main: bool,
    /// The whole function with its decorators; the statement around the piece at the top level.
    pub span: Span,
    /// The function's name.
    pub name: Option<Span>,
    pub is_async: bool,
    /// The statement that documents it.
    pub docstring: Option<Span>,
    /// The declared type of what it gives.
    pub returns: Option<Span>,
    pub has_type_parameters: bool,
    /// The parameters' names with their declared types; `*rest` has none, as its type is not the name's.
    pub annotations: Vec<(Span, Option<Span>)>,
    /// The words that mean something else in another function.
    pub marks: Vec<(Span, Mark)>,
    /// What a type checker may know more of than was declared, before the piece or behind it.
    pub known: Vec<Known>,
    pub method: Option<Method>,
    /// The statement before which a function beside it can stand, overloads and classes around included.
    pub before: Span,
    /// The stretch that one step of indentation takes in the body.
    pub step: Span,
}

/// The kinds of frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameKind {
    File,
    Function,
}

/// What a function that stands right in a class has more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Method {
    pub receiver: Receiver,
    /// The word of its first parameter.
    pub word: Option<Span>,
    /// The name of the class.
    pub class: Span,
}

/// What the first parameter of a method is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receiver {
    Instance,
    Class,
    /// It is a parameter like others.
    None,
    /// A decorator that nobody knows may give it anything.
    Unknown,
}

/// The parts of a frame that run.
#[derive(Clone, Copy)]
pub(super) struct Body<'t> {
    pub(super) function: Option<Node<'t>>,
    pub(super) block: Node<'t>,
}

/// The frame around a node.
pub(super) fn around<'t>(node: Node<'t>, text: &str) -> Result<(Frame, Body<'t>), NotChosen> {
    let mut at = node;
    while let Some(parent) = at.parent() {
        let is_body = parent.child_by_field_name("body") == Some(at);
        match parent.kind() {
            "function_definition" if is_body => return function(parent, at, text),
            "class_definition" if is_body => return Err(NotChosen::ClassBody),
            "module" => return file(parent, at, text),
            _ => at = parent,
        }
    }
    Err(NotChosen::Nothing)
}

fn file<'t>(module: Node<'t>, statement: Node<'t>, text: &str) -> Result<(Frame, Body<'t>), NotChosen> {
    if module.has_error() {
        return Err(NotChosen::Broken);
    }
    let start = Span { start: span(statement).start, end: span(statement).start };
    let frame = Frame {
        kind: FrameKind::File,
        is_main: statement.kind() == "if_statement"
            && statement
                .child_by_field_name("condition")
                .is_some_and(|it| span(it).of(text).contains("__name__")),
        span: span(statement),
        name: None,
        is_async: false,
        docstring: docstring(module),
        returns: None,
        has_type_parameters: false,
        annotations: Vec::new(),
        marks: marks(module, text),
        known: known(statement),
        method: None,
        before: span(statement),
        step: first_step(module, text).unwrap_or(start),
    };
    Ok((frame, Body { function: None, block: module }))
}

fn function<'t>(node: Node<'t>, block: Node<'t>, text: &str) -> Result<(Frame, Body<'t>), NotChosen> {
    let whole = decorated(node);
    if whole.has_error() {
        return Err(NotChosen::Broken);
    }
    let method = method(node, whole, text);
    // Between a class and the functions that stand in for it nothing is seen of the class.
    let mut outer = whole;
    if method.is_some() {
        while let Some(class) = class_around(outer) {
            outer = decorated(class);
        }
    }
    let indent = indentation(span(block.named_child(0).unwrap_or(block)).start, text);
    let own = indentation(span(whole).start, text);
    let step = match own.of(text).len() < indent.of(text).len() && indent.of(text).starts_with(own.of(text)) {
        true => Span { start: indent.start + (own.end - own.start), end: indent.end },
        false => first_step(node, text).unwrap_or(own),
    };
    let frame = Frame {
        kind: FrameKind::Function,
        is_main: false,
        span: span(whole),
        name: node.child_by_field_name("name").map(span),
        is_async: node.child(0).is_some_and(|it| it.kind() == "async"),
        docstring: docstring(block),
        returns: node.child_by_field_name("return_type").map(span),
        has_type_parameters: node.child_by_field_name("type_parameters").is_some(),
        annotations: annotations(node),
        marks: marks(whole, text),
        known: known(node),
        method,
        before: first_of_name(outer, text),
        step,
    };
    Ok((frame, Body { function: Some(node), block }))
}

/// A definition with its decorators.
fn decorated(node: Node) -> Node {
    node.parent().filter(|it| it.kind() == "decorated_definition").unwrap_or(node)
}

/// The class whose body a statement stands right in.
fn class_around(statement: Node) -> Option<Node> {
    let mut at = statement.parent()?;
    // A method may be defined under a condition.
    while !matches!(at.kind(), "class_definition" | "function_definition" | "module" | "lambda") {
        at = at.parent()?;
    }
    (at.kind() == "class_definition").then_some(at)
}

fn method(node: Node, whole: Node, text: &str) -> Option<Method> {
    let class = class_around(whole)?;
    let name = span(node.child_by_field_name("name")?).of(text);
    let list = node.child_by_field_name("parameters")?;
    let first = list.named_child(0).filter(|it| {
        matches!(it.kind(), "identifier" | "typed_parameter")
            && it.named_child(0).is_none_or(|inner| inner.kind() == "identifier")
    });
    let word =
        first.and_then(|it| parameters(list).first().copied().filter(|word| span(it).contains(span(*word))));
    let receiver = match name {
        "__new__" | "__init_subclass__" | "__class_getitem__" => Receiver::Class,
        _ => receiver(whole, text),
    };
    Some(Method { receiver, word: word.map(span), class: span(class.child_by_field_name("name")?) })
}

fn receiver(whole: Node, text: &str) -> Receiver {
    let mut found = Receiver::Instance;
    for decorator in children(whole).into_iter().filter(|it| it.kind() == "decorator") {
        let written = span(decorator).of(text).trim_start_matches('@').trim();
        let word = written.split(['(', '#', '\n']).next().unwrap_or("").trim();
        let last = word.rsplit('.').next().unwrap_or(word);
        match last {
            "classmethod" => found = Receiver::Class,
            "staticmethod" => return Receiver::None,
            "property"
            | "cached_property"
            | "setter"
            | "deleter"
            | "getter"
            | "abstractmethod"
            | "override"
            | "final"
            | "contextmanager"
            | "asynccontextmanager"
            | "lru_cache"
            | "cache"
            | "wraps"
            | "parametrize"
            | "skip"
            | "skipif"
            | "xfail"
            | "fixture"
            | "filterwarnings"
            | "usefixtures"
            | "memoized_property"
            | "overload"
            | "deprecated" => {}
            _ => return Receiver::Unknown,
        }
    }
    found
}

fn annotations(function: Node) -> Vec<(Span, Option<Span>)> {
    let Some(list) = function.child_by_field_name("parameters") else { return Vec::new() };
    let typed = |word: Node| {
        let parameter = word.parent().filter(|it| it.kind().starts_with("typed_"));
        (span(word), parameter.and_then(|it| it.child_by_field_name("type")).map(span))
    };
    parameters(list).into_iter().map(typed).collect()
}

fn docstring(block: Node) -> Option<Span> {
    let first = children(block).into_iter().next()?;
    let only = first.named_child(0).filter(|_| first.kind() == "expression_statement")?;
    matches!(only.kind(), "string" | "concatenated_string").then(|| span(first))
}

/// The first of the definitions right before a statement that have its name: overloads stay together.
fn first_of_name(statement: Node, text: &str) -> Span {
    let name = |node: Node| {
        let inner = node.child_by_field_name("definition").unwrap_or(node);
        inner
            .child_by_field_name("name")
            .filter(|_| inner.kind() == "function_definition")
            .map(|it| span(it).of(text))
    };
    let Some(own) = name(statement) else { return span(statement) };
    let mut first = statement;
    while let Some(before) = first.prev_named_sibling() {
        if before.kind() != "comment" && name(before) != Some(own) {
            break;
        }
        first = before;
    }
    // Comments above may be about something else.
    while first.kind() == "comment" {
        match first.next_named_sibling() {
            Some(next) => first = next,
            None => break,
        }
    }
    span(first)
}

/// The white space in front of an offset, where nothing else stands on its line before it.
pub(super) fn indentation(offset: u32, text: &str) -> Span {
    let before = &text[..offset as usize];
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before[start..].trim_start_matches('\u{feff}');
    let start = offset as usize - line.len();
    let white = line.len() - line.trim_start_matches([' ', '\t']).len();
    Span { start: start as u32, end: (start + white) as u32 }
}

/// The indentation of the first block in a node.
fn first_step(node: Node, text: &str) -> Option<Span> {
    let mut open = vec![node];
    while let Some(at) = open.pop() {
        if at.kind() == "block"
            && let Some(owner) = at.parent()
        {
            let (own, inner) = (indentation(span(owner).start, text), indentation(span(at).start, text));
            let starts_line = inner.end == span(at).start;
            let deeper = inner.of(text).len() > own.of(text).len();
            if starts_line && deeper && inner.of(text).starts_with(own.of(text)) {
                return Some(Span { start: inner.start + (own.end - own.start), end: inner.end });
            }
        }
        open.extend(children(at).into_iter().rev().filter(|it| it.start_byte() < it.end_byte()));
    }
    None
}
