//! What Rust's syntax means within a file: names, bodies and visibility of items, use trees, receivers. Never does: macro
//! token trees (that is [`crate::rust_macros`]) or meaning across files.

use tree_sitter::Node;

use crate::collect::{Draft, ImportNodes, span};
use crate::text::shorten;
use crate::{DefinitionKind, DefinitionSpans, Import, Span};

/// How deep use trees and receivers are followed; nobody writes deeper ones by hand.
const DEPTH: u32 = 32;

/// The definition that an item declares.
pub(crate) fn definition(kind: DefinitionKind, node: Node, name: Node, text: &str) -> Draft {
    let implemented = match kind {
        DefinitionKind::Impl => node.child_by_field_name("trait").map(|it| type_name(it, text, DEPTH)),
        _ => None,
    };
    let spans = DefinitionSpans {
        full: span(node),
        item: span(node),
        name: span(name),
        body: body(kind, node),
        docs: None,
    };
    Draft {
        kind,
        name: match kind {
            DefinitionKind::Impl => type_name(name, text, DEPTH),
            _ => span(name).of(text).to_owned(),
        },
        implemented,
        public: node.child(0).is_some_and(|it| it.kind() == "visibility_modifier"),
        spans,
    }
}

/// Whether the node holds tokens that no rule of the grammar arranges.
pub(crate) fn is_macro(node: Node) -> bool {
    matches!(node.kind(), "macro_invocation" | "macro_definition" | "macro_rule" | "token_tree")
}

/// The part of an item that its signature leaves out. The types of a tuple struct belong to its signature.
fn body(kind: DefinitionKind, node: Node) -> Option<Span> {
    match kind {
        DefinitionKind::Constant | DefinitionKind::Static => node.child_by_field_name("value").map(span),
        DefinitionKind::Macro => {
            let rules = node.child(2)?;
            Some(Span { start: rules.start_byte() as u32, end: node.end_byte() as u32 })
        }
        _ => node
            .child_by_field_name("body")
            .filter(|it| it.kind() != "ordered_field_declaration_list")
            .map(span),
    }
}

/// The name of a type without its path, generics and references.
fn type_name(node: Node, text: &str, depth: u32) -> String {
    let inner = match node.kind() {
        "generic_type" | "reference_type" | "pointer_type" => node.child_by_field_name("type"),
        "scoped_type_identifier" | "scoped_identifier" => node.child_by_field_name("name"),
        _ => None,
    };
    match inner {
        Some(inner) if depth > 0 => type_name(inner, text, depth - 1),
        _ => shorten(span(node).of(text)),
    }
}

/// Whether a name in a pattern binds a variable, rather than naming a constant or a variant.
pub(crate) fn binds(name: &str) -> bool {
    name.chars().next().is_some_and(|first| !first.is_uppercase())
}

/// The imports of a `use` or `extern crate` declaration, one a leaf.
pub(crate) fn imports(nodes: ImportNodes, text: &str, out: &mut Vec<(Import, Span)>) {
    let Some(whole) = nodes.whole else { return };
    let reexport = whole.child(0).is_some_and(|it| it.kind() == "visibility_modifier");
    let mut leaves = Leaves { text, reexport, out };
    if let Some(tree) = nodes.path {
        leaves.visit(tree, &[], DEPTH);
    } else if let Some(name) = nodes.name {
        leaves.push(Vec::new(), name, whole.child_by_field_name("alias"));
    }
}

/// Where the leaves of one use tree go.
struct Leaves<'a> {
    text: &'a str,
    reexport: bool,
    out: &'a mut Vec<(Import, Span)>,
}

impl Leaves<'_> {
    fn visit(&mut self, node: Node, prefix: &[String], depth: u32) {
        let Some(depth) = depth.checked_sub(1) else { return };
        match node.kind() {
            "use_list" => {
                for child in node.named_children(&mut node.walk()) {
                    self.visit(child, prefix, depth);
                }
            }
            "scoped_use_list" => {
                let prefix = self.joined(prefix, node.child_by_field_name("path"));
                if let Some(list) = node.child_by_field_name("list") {
                    self.visit(list, &prefix, depth);
                }
            }
            "use_wildcard" => {
                let star = node.child(node.child_count().saturating_sub(1)).unwrap_or(node);
                let path = self.joined(prefix, node.named_child(0));
                self.out.push((Import { path, glob: true, ..self.import() }, span(star)));
            }
            "use_as_clause" => {
                if let Some(path) = node.child_by_field_name("path") {
                    self.leaf(prefix, path, node.child_by_field_name("alias"));
                }
            }
            "self" if !prefix.is_empty() => self.leaf(prefix, node, None),
            "identifier" | "scoped_identifier" | "crate" | "self" | "super" | "metavariable" => {
                self.leaf(prefix, node, None);
            }
            _ => {}
        }
    }

    /// A path that is imported; `self` at its end means what stands before it.
    fn leaf(&mut self, prefix: &[String], path: Node, alias: Option<Node>) {
        if path.kind() == "self" && !prefix.is_empty() {
            let import = self.import();
            let (name, path_to) = (prefix.last().cloned(), prefix[..prefix.len() - 1].to_vec());
            let alias = alias.map(|it| span(it).of(self.text).to_owned());
            self.out.push((Import { path: path_to, name, alias, ..import }, span(path)));
        } else if path.kind() == "scoped_identifier" {
            let full = self.joined(prefix, path.child_by_field_name("path"));
            if let Some(name) = path.child_by_field_name("name") {
                self.push(full, name, alias);
            }
        } else {
            self.push(prefix.to_vec(), path, alias);
        }
    }

    fn push(&mut self, path: Vec<String>, name: Node, alias: Option<Node>) {
        let word = |node: Node| span(node).of(self.text).to_owned();
        let import = Import { path, name: Some(word(name)), alias: alias.map(word), ..self.import() };
        self.out.push((import, span(name)));
    }

    fn joined(&self, prefix: &[String], path: Option<Node>) -> Vec<String> {
        let mut segments = Vec::new();
        let mut next = path;
        while let Some(node) = next {
            let scoped = node.kind() == "scoped_identifier";
            let last = if scoped { node.child_by_field_name("name") } else { Some(node) };
            segments.extend(last.map(|it| span(it).of(self.text).to_owned()));
            next = if scoped { node.child_by_field_name("path") } else { None };
        }
        segments.reverse();
        [prefix, &segments].concat()
    }

    fn import(&self) -> Import {
        Import {
            path: Vec::new(),
            level: 0,
            name: None,
            alias: None,
            glob: false,
            reexport: self.reexport,
            enclosing: None,
        }
    }
}
