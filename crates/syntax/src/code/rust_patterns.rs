//! Patterns of Rust. Never does: decide what a path in a pattern stands for.

use tree_sitter::Node;

use super::rust::{Rust, children};
use super::{BindingKind, Expr, ExprId, ScopeKind};
use crate::collect::span;

impl Rust<'_> {
    /// A pattern that a value is matched with.
    pub(super) fn pattern(&mut self, node: Node, value: Option<ExprId>) {
        self.deeper(|rust| rust.pattern_form(node, value));
    }

    fn pattern_form(&mut self, node: Node, value: Option<ExprId>) {
        match node.kind() {
            "identifier" | "shorthand_field_identifier" => self.name_pattern(node, value),
            "mut_pattern"
            | "ref_pattern"
            | "reference_pattern"
            | "match_pattern"
            | "parenthesized_pattern" => {
                for inner in children(node).into_iter().filter(|it| it.kind() != "mutable_specifier") {
                    self.pattern(inner, value);
                }
            }
            "captured_pattern" => {
                for inner in children(node) {
                    self.pattern(inner, value);
                }
            }
            "tuple_pattern" => self.parts(children(node), value),
            "slice_pattern" => {
                let element = value.map(|of| self.code.add(Expr::Element(of)));
                for inner in children(node) {
                    self.pattern(inner, element);
                }
            }
            "tuple_struct_pattern" => {
                let with = node.child_by_field_name("type").map(|it| self.value_path(it));
                let of = self.matched(value, with);
                let parts = children(node).into_iter().skip(1).collect();
                self.parts(parts, of);
            }
            "struct_pattern" => self.struct_pattern(node, value),
            "or_pattern" => {
                for inner in children(node) {
                    self.pattern(inner, value);
                }
            }
            "scoped_identifier" | "generic_pattern" => {
                self.value_path(node);
            }
            "remaining_field_pattern" | "_" => {}
            "range_pattern" => {
                for side in children(node)
                    .into_iter()
                    .filter(|it| matches!(it.kind(), "identifier" | "scoped_identifier"))
                {
                    self.value_path(side);
                }
            }
            "macro_invocation" => {
                self.invocation(node, false);
            }
            "const_block" | "block" => {
                self.expression(node);
            }
            _ => {}
        }
    }

    fn matched(&mut self, value: Option<ExprId>, with: Option<ExprId>) -> Option<ExprId> {
        let with = with?;
        let of = value.unwrap_or_else(|| self.unknown());
        Some(self.code.add(Expr::Matched { of, with }))
    }

    /// A name in a pattern is a variable, unless it starts like a constant or a variant.
    fn name_pattern(&mut self, node: Node, value: Option<ExprId>) {
        if crate::rust::binds(self.code.word(span(node))) {
            let scope = self.code.scope;
            let kind = BindingKind::Variable { value, annotation: None, definition: None };
            self.code.bind(scope, span(node), kind);
        } else {
            self.code.lookup(span(node));
        }
    }

    fn parts(&mut self, nodes: Vec<Node>, value: Option<ExprId>) {
        let mut index = Some(0);
        for node in nodes {
            let is_rest = node.kind() == "remaining_field_pattern";
            let part = match (value, index) {
                (Some(of), Some(index)) if !is_rest => Some(self.code.add(Expr::Part { of, index })),
                _ => None,
            };
            index = index.filter(|_| !is_rest).map(|index| index + 1);
            self.pattern(node, part);
        }
    }

    fn struct_pattern(&mut self, node: Node, value: Option<ExprId>) {
        let with = node.child_by_field_name("type").map(|it| self.value_path(it));
        let of = self.matched(value, with);
        for field in children(node).into_iter().filter(|it| it.kind() == "field_pattern") {
            let Some(name) = field.child_by_field_name("name") else { continue };
            let word = self.code.name(self.code.word(span(name)));
            let part = of.map(|base| self.code.add(Expr::Member { base, name: word }));
            if let Some(callee) = with {
                self.code.keyword(callee, span(name));
            }
            match field.child_by_field_name("pattern") {
                Some(pattern) => self.pattern(pattern, part),
                None => self.name_pattern(name, part),
            }
        }
    }

    /// A condition with the names that it binds in the scope at hand.
    pub(super) fn conditions(&mut self, node: Node) {
        match node.kind() {
            "let_condition" => {
                let value = node.child_by_field_name("value").map(|it| self.expression(it));
                if let Some(pattern) = node.child_by_field_name("pattern") {
                    self.pattern(pattern, value);
                }
            }
            "let_chain" => {
                for part in children(node) {
                    self.deeper(|rust| rust.conditions(part));
                }
            }
            _ => {
                self.expression(node);
            }
        }
    }

    pub(super) fn arm(&mut self, node: Node, value: Option<ExprId>) -> Option<ExprId> {
        self.inside(ScopeKind::Block, |rust| {
            if let Some(pattern) = node.child_by_field_name("pattern") {
                for part in children(pattern) {
                    let is_guard =
                        pattern.child_by_field_name("condition").is_some_and(|it| it.id() == part.id());
                    if is_guard {
                        rust.conditions(part);
                    } else {
                        rust.pattern(part, value);
                    }
                }
            }
            node.child_by_field_name("value").map(|it| rust.expression(it))
        })
    }
}
