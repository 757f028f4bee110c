//! What Python's syntax means within a file: names, bodies and visibility of definitions, assignments that declare,
//! imports, docstrings. Never does: meaning across files.

use tree_sitter::{Node, TreeCursor};

use crate::collect::{Draft, ImportNodes, span};
use crate::{DefinitionKind, DefinitionSpans, Import, Span};

/// The definition that a statement declares; `None` for an assignment to an attribute of anything but `self`.
pub(crate) fn definition(kind: DefinitionKind, node: Node, name: Node, text: &str) -> Option<Draft> {
    let word = span(name).of(text);
    let (item, body) = match kind {
        DefinitionKind::Field => (field(node, text)?, None),
        DefinitionKind::Constant => (span(node), node.child_by_field_name("right").map(span)),
        _ => (span(node), node.child_by_field_name("body").map(span)),
    };
    Some(Draft {
        kind,
        name: word.to_owned(),
        implemented: None,
        public: !word.starts_with('_') || (word.starts_with("__") && word.ends_with("__")),
        spans: DefinitionSpans { full: item, item, name: span(name), body, docs: None },
    })
}

/// `self.name: type` of an assignment. The value belongs to the method that computes it.
fn field(assignment: Node, text: &str) -> Option<Span> {
    let left = assignment.child_by_field_name("left")?;
    let object = left.child_by_field_name("object")?;
    let end = assignment.child_by_field_name("type").unwrap_or(left).end_byte() as u32;
    (span(object).of(text) == "self").then(|| Span { end, ..span(left) })
}

/// What a drafted definition is, given what contains it; `None` where it declares nothing: variables of functions, and
/// attributes that are assigned to outside of `__init__`.
pub(crate) fn kind_in(kind: DefinitionKind, container: Option<Container>) -> Option<Declared> {
    let inside = container.map(|it| it.kind);
    match (kind, inside) {
        (DefinitionKind::Constant, None) => Some(Declared::Inside(DefinitionKind::Constant)),
        (DefinitionKind::Constant, Some(DefinitionKind::Class)) => {
            Some(Declared::Inside(DefinitionKind::Field))
        }
        (DefinitionKind::Constant, Some(_)) => None,
        (DefinitionKind::Field, Some(DefinitionKind::Method)) => {
            container.filter(|it| it.name == "__init__").map(|_| Declared::Beside(DefinitionKind::Field))
        }
        (DefinitionKind::Field, _) => None,
        (DefinitionKind::Function, Some(DefinitionKind::Class)) => {
            Some(Declared::Inside(DefinitionKind::Method))
        }
        (kind, _) => Some(Declared::Inside(kind)),
    }
}

/// The definition around another one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Container<'a> {
    pub(crate) kind: DefinitionKind,
    pub(crate) name: &'a str,
}

/// Where a definition belongs.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Declared {
    /// To the definition that contains it.
    Inside(DefinitionKind),
    /// To the parent of the one that contains it, as the fields that `__init__` sets belong to its class.
    Beside(DefinitionKind),
}

/// The import that one match of `imports.scm` says.
pub(crate) fn import(nodes: ImportNodes, text: &str, out: &mut Vec<(Import, Span)>) {
    let word = |node: Node| span(node).of(text).to_owned();
    let leaf = nodes.name.or(nodes.glob).or(nodes.path);
    let (level, path) = match nodes.path {
        Some(path) => dotted(path, text),
        None => (0, vec!["__future__".to_owned()]),
    };
    let import = Import {
        path,
        level,
        name: nodes.name.map(word),
        alias: nodes.alias.map(word),
        glob: nodes.glob.is_some(),
        reexport: false,
        enclosing: None,
    };
    out.extend(leaf.map(|leaf| (import, span(leaf))));
}

/// The leading dots and the segments of `..package.module`.
fn dotted(node: Node, text: &str) -> (u32, Vec<String>) {
    let written = span(node).of(text);
    let level =
        written.chars().take_while(|&it| it == '.' || it.is_whitespace()).filter(|&it| it == '.').count();
    let name = if node.kind() == "relative_import" { node.named_child(1) } else { Some(node) };
    let segments = match name {
        Some(name) => name.named_children(&mut name.walk()).map(|it| span(it).of(text).to_owned()).collect(),
        None => Vec::new(),
    };
    (level as u32, segments)
}

/// Whether a string is the documentation of a module, class or function: the first statement in it, and a plain string.
/// For a cursor at an expression statement: asking the node itself for what is around it takes a walk from the root.
pub(crate) fn is_docstring(statement: &TreeCursor) -> bool {
    let node = statement.node();
    let mut cursor = statement.clone();
    if !cursor.goto_parent() {
        return false;
    }
    let holder = cursor.node().kind();
    let mut first = cursor.clone();
    let mut is_there = first.goto_first_child();
    while is_there && (first.node().kind() == "comment" || !first.node().is_named()) {
        is_there = first.goto_next_sibling();
    }
    let mut documented = || cursor.goto_parent().then(|| cursor.node().kind());
    let is_first = is_there && first.node() == node;
    is_first
        && (holder == "module" || matches!(documented(), Some("class_definition" | "function_definition")))
}
