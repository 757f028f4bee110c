//! Types of Python and what may be one: subscripts, annotations, types in strings. Never does: know what a type is.

use tree_sitter::{Node, Range};

use super::python::{Python, children};
use super::{Expr, ExprId};
use crate::collect::span;
use crate::{Language, parse};

/// What stands in brackets behind these is types wherever it stands, as in `Node = Union["Leaf", "Branch"]`; `Literal` holds words and `Annotated` anything.
const TYPES_OF_TYPES: [&str; 27] = [
    "Union",
    "Optional",
    "List",
    "Dict",
    "Set",
    "FrozenSet",
    "Tuple",
    "Type",
    "Callable",
    "Sequence",
    "Iterable",
    "Iterator",
    "Mapping",
    "MutableMapping",
    "Collection",
    "Generator",
    "AsyncIterator",
    "Awaitable",
    "Coroutine",
    "ClassVar",
    "Final",
    "Generic",
    "list",
    "dict",
    "set",
    "tuple",
    "type",
];

impl Python<'_> {
    pub(super) fn subscript(&mut self, node: Node) -> ExprId {
        let base = self.field(node, "value").unwrap_or_else(|| self.unknown());
        let at: Vec<Node> = node.children_by_field_name("subscript", &mut node.walk()).collect();
        let parts = match at.as_slice() {
            [one] if one.kind() == "tuple" => children(*one),
            several => several.to_vec(),
        };
        let is_type = self.holds_types(base, node);
        let ids: Vec<ExprId> = parts
            .into_iter()
            .map(|part| if is_type { self.annotation(part) } else { self.expression(part) })
            .collect();
        let arguments = self.code.list(&ids);
        self.code.add(Expr::Index { base, arguments })
    }

    /// A class among the bases of another one: behind it, strings in brackets are types as well. Not so behind `classes["name"]` and
    /// `CLASSES["name"]`, by how classes are called.
    pub(super) fn base(&mut self, node: Node) -> ExprId {
        let word = node.child_by_field_name("value").map_or("", |it| span(it).of(self.code.text));
        let word = word.rsplit('.').next().unwrap_or_default().trim_start_matches('_');
        let is_constant = word.len() > 1 && !word.contains(char::is_lowercase);
        let is_class = node.kind() == "subscript" && word.starts_with(char::is_uppercase) && !is_constant;
        let outside = std::mem::replace(&mut self.code.in_annotation, is_class);
        let id = self.expression(node);
        self.code.in_annotation = outside;
        id
    }

    /// Whether strings in brackets are types. `Literal["a"]` holds words, which hardly ever are names of the file.
    fn holds_types(&self, base: ExprId, node: Node) -> bool {
        let is_type = || TYPES_OF_TYPES.iter().any(|word| self.code.is_word(base, word));
        (self.code.in_annotation || is_type()) && !span(node).of(self.code.text).contains("Literal[")
    }

    pub(super) fn generic(&mut self, node: Node) -> ExprId {
        let mut parts = children(node).into_iter();
        let base = match parts.next() {
            Some(base) => self.expression(base),
            None => self.unknown(),
        };
        let is_type = self.holds_types(base, node);
        let mut ids = Vec::new();
        for part in parts.flat_map(children) {
            ids.push(if is_type { self.annotation(part) } else { self.expression(part) });
        }
        let arguments = self.code.list(&ids);
        self.code.add(Expr::Index { base, arguments })
    }

    pub(super) fn member_type(&mut self, node: Node) -> ExprId {
        match children(node).as_slice() {
            [base, name] => {
                let base = self.expression(*base);
                self.code.member(base, span(*name))
            }
            parts => self.all(parts).first().copied().unwrap_or_else(|| self.unknown()),
        }
    }

    /// A type, perhaps as a string.
    pub(super) fn annotation(&mut self, node: Node) -> ExprId {
        let outside = std::mem::replace(&mut self.code.in_annotation, true);
        let id = match quoted(node) {
            Some(content) => self.quoted_type(content),
            None => self.expression(node),
        };
        self.code.in_annotation = outside;
        id
    }

    /// A type that is written as a string.
    fn quoted_type(&mut self, content: Node) -> ExprId {
        let range = Range {
            start_byte: content.start_byte(),
            end_byte: content.end_byte(),
            start_point: content.start_position(),
            end_point: content.end_position(),
        };
        let tree = parse::tree(self.code.text, Language::Python, &[range]);
        let statements = children(tree.root_node());
        match statements.as_slice() {
            [one] if !tree.root_node().has_error() => self.expression(*one),
            _ => self.unknown(),
        }
    }
}

/// What a string holds, where it holds plain text alone.
pub(crate) fn quoted<'t>(node: Node<'t>) -> Option<Node<'t>> {
    let string = match node.kind() {
        "type" => node.named_child(0).filter(|_| node.named_child_count() == 1)?,
        _ => node,
    };
    if string.kind() != "string" || string.named_child_count() != 3 {
        return None;
    }
    string.named_child(1).filter(|it| it.kind() == "string_content" && it.named_child_count() == 0)
}
