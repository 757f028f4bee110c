//! Use trees of Rust: the words of their paths, and what they bind. Never does: follow them.

use tree_sitter::Node;

use super::rust::{Rust, children};
use super::{BindingKind, NameId};
use crate::Span;
use crate::collect::span;

/// A word of a path, and whether it has been noted as part of an import.
struct Segment {
    span: Span,
    is_noted: bool,
}

impl Rust<'_> {
    /// A `use` or `extern crate` declaration.
    pub(super) fn uses(&mut self, node: Node) {
        match node.child_by_field_name("argument") {
            Some(tree) => self.tree(tree, &mut Vec::new()),
            None => {
                if let Some(name) = node.child_by_field_name("name") {
                    self.leaf(name, node.child_by_field_name("alias"), &mut []);
                }
            }
        }
    }

    fn tree(&mut self, node: Node, prefix: &mut Vec<Segment>) {
        self.deeper(|rust| rust.tree_form(node, prefix));
    }

    fn tree_form(&mut self, node: Node, prefix: &mut Vec<Segment>) {
        let before = prefix.len();
        match node.kind() {
            "use_list" => {
                for child in children(node) {
                    self.tree(child, prefix);
                }
            }
            "scoped_use_list" => {
                if let Some(path) = node.child_by_field_name("path") {
                    push(path, prefix);
                }
                if let Some(list) = node.child_by_field_name("list") {
                    self.tree(list, prefix);
                }
            }
            "use_wildcard" => {
                if let Some(path) = node.named_child(0) {
                    push(path, prefix);
                }
                let star = node.child(node.child_count().saturating_sub(1)).unwrap_or(node);
                if let Some(import) = self.code.import_at(star.start_byte() as u32) {
                    self.note(import, prefix);
                }
            }
            "use_as_clause" => {
                if let Some(path) = node.child_by_field_name("path") {
                    self.path_leaf(path, node.child_by_field_name("alias"), prefix);
                }
            }
            _ => self.path_leaf(node, None, prefix),
        }
        prefix.truncate(before);
    }

    fn path_leaf(&mut self, path: Node, alias: Option<Node>, prefix: &mut Vec<Segment>) {
        if path.kind() == "scoped_identifier" {
            if let Some(before) = path.child_by_field_name("path") {
                push(before, prefix);
            }
            if let Some(name) = path.child_by_field_name("name") {
                self.leaf(name, alias, prefix);
            }
        } else {
            self.leaf(path, alias, prefix);
        }
    }

    fn leaf(&mut self, name: Node, alias: Option<Node>, prefix: &mut [Segment]) {
        let Some(import) = self.code.import_at(name.start_byte() as u32) else { return };
        self.note(import, prefix);
        let is_self = name.kind() == "self" && !prefix.is_empty();
        let part = prefix.len() as u32 - u32::from(is_self);
        self.code.imported(import, part, name.start_byte() as u32);
        let bound = alias.unwrap_or(name);
        let written: Span = match (alias, prefix.last()) {
            (None, Some(last)) if is_self => last.span,
            _ => span(bound),
        };
        let word: NameId = self.code.name(self.code.word(written));
        let scope = self.code.scope;
        self.code.bind_as(word, scope, span(bound), BindingKind::Import(import));
    }

    fn note(&mut self, import: u32, prefix: &mut [Segment]) {
        for (segment, part) in prefix.iter_mut().zip(0..) {
            if !std::mem::replace(&mut segment.is_noted, true) {
                self.code.imported(import, part, segment.span.start);
            }
        }
    }
}

/// Adds the words of a path.
fn push(path: Node, prefix: &mut Vec<Segment>) {
    let mut found = Vec::new();
    let mut next = Some(path);
    while let Some(node) = next {
        let is_scoped = node.kind() == "scoped_identifier";
        let last = if is_scoped { node.child_by_field_name("name") } else { Some(node) };
        found.extend(last.map(|it| Segment { span: span(it), is_noted: false }));
        next = if is_scoped { node.child_by_field_name("path") } else { None };
    }
    prefix.extend(found.into_iter().rev());
}
