//! Types of Rust, and the paths that lead to them. Never does: items.

use tree_sitter::Node;

use super::rust::{Rust, children};
use super::{Expr, ExprId, Form, List, Literal};
use crate::collect::span;

impl Rust<'_> {
    /// A type.
    pub(super) fn type_of(&mut self, node: Node) -> ExprId {
        match self.deeper(|rust| rust.type_form(node)) {
            Some(id) => id,
            None => self.unknown(),
        }
    }

    fn types(&mut self, nodes: Vec<Node>) -> Vec<ExprId> {
        nodes.into_iter().map(|node| self.type_of(node)).collect()
    }

    fn type_form(&mut self, node: Node) -> ExprId {
        match node.kind() {
            "type_identifier" | "identifier" | "self" | "crate" | "super" | "metavariable" => {
                self.type_name(node)
            }
            "primitive_type" => self.code.add(Expr::Literal(Literal::Integer)),
            "scoped_type_identifier" | "scoped_identifier" => self.type_path(node),
            "generic_type" | "generic_type_with_turbofish" => {
                let base = self.type_field(node, "type");
                let arguments = self.type_arguments(node);
                self.code.add(Expr::Generic { base, arguments })
            }
            "reference_type" | "pointer_type" => self.type_field(node, "type"),
            "abstract_type" | "dynamic_type" => self.type_field(node, "trait"),
            "higher_ranked_trait_bound" => self.type_field(node, "type"),
            "array_type" => {
                let element = self.type_field(node, "element");
                if let Some(length) = node.child_by_field_name("length") {
                    self.expression(length);
                }
                let elements = self.code.list(&[element]);
                self.code.add(Expr::Display { form: Form::List, elements })
            }
            "tuple_type" => {
                let ids = self.types(children(node));
                let elements = self.code.list(&ids);
                self.code.add(Expr::Display { form: Form::Tuple, elements })
            }
            "unit_type" | "never_type" => self.code.add(Expr::Literal(Literal::None)),
            "bounded_type" => {
                let parts = children(node).into_iter().filter(|it| it.kind() != "lifetime").collect();
                let ids = self.types(parts);
                self.code.either(&ids)
            }
            "bracketed_type" | "parenthesized_type" => {
                let ids = self.types(children(node));
                ids.first().copied().unwrap_or_else(|| self.unknown())
            }
            "qualified_type" => {
                let of = self.type_field(node, "type");
                let with = self.type_field(node, "alias");
                self.code.add(Expr::Matched { of, with })
            }
            "function_type" => self.function_type(node),
            "macro_invocation" => {
                self.invocation(node, false);
                self.unknown()
            }
            "lifetime" => self.unknown(),
            "block" => self.block(node),
            _ => {
                self.types(children(node));
                self.unknown()
            }
        }
    }

    fn function_type(&mut self, node: Node) -> ExprId {
        if let Some(of) = node.child_by_field_name("trait") {
            self.type_of(of);
        }
        if let Some(parameters) = node.child_by_field_name("parameters") {
            self.types(children(parameters));
        }
        match node.child_by_field_name("return_type") {
            Some(given) => {
                let given = self.type_of(given);
                let given = self.code.add(Expr::Instance(given));
                self.code.add(Expr::Lambda(given))
            }
            None => self.unknown(),
        }
    }

    fn type_field(&mut self, node: Node, field: &str) -> ExprId {
        match node.child_by_field_name(field) {
            Some(inner) => self.type_of(inner),
            None => self.unknown(),
        }
    }

    pub(super) fn type_arguments(&mut self, node: Node) -> List {
        let Some(arguments) = node.child_by_field_name("type_arguments") else { return List::default() };
        let mut ids = Vec::new();
        for argument in children(arguments) {
            match argument.kind() {
                "lifetime" => {}
                "type_binding" => {
                    // `Item = T`: the name is the trait's.
                    self.type_field(argument, "type");
                }
                _ => ids.push(self.type_of(argument)),
            }
        }
        self.code.list(&ids)
    }

    pub(super) fn type_name(&mut self, node: Node) -> ExprId {
        let scope = self.code.scope;
        let name = self.code.name(self.code.word(span(node)));
        self.code.add_at(Expr::TypeName { name, scope }, node.start_byte() as u32)
    }

    pub(super) fn type_path(&mut self, node: Node) -> ExprId {
        let Some(name) = node.child_by_field_name("name") else { return self.unknown() };
        match node.child_by_field_name("path") {
            Some(path) => {
                let base = self.type_of(path);
                let word = self.code.name(self.code.word(span(name)));
                self.code.add_at(Expr::TypePath { base, name: word }, name.start_byte() as u32)
            }
            None => self.type_name(name),
        }
    }

    pub(super) fn macro_path(&mut self, node: Node) -> Option<ExprId> {
        let base = self.type_of(node.child_by_field_name("path")?);
        let name = node.child_by_field_name("name")?;
        let word = self.code.name(self.code.word(span(name)));
        Some(self.code.add_at(Expr::MacroPath { base, name: word }, name.start_byte() as u32))
    }
}
