//! What Python code binds: assignments, attributes of receivers, parameters. Never does: statements, expressions.

use tree_sitter::Node;

use super::python::{Python, children};
use super::{BindingKind, Expr, ExprId, Parameter, ScopeId, ScopeKind};
use crate::Span;
use crate::collect::span;

impl Python<'_> {
    /// The scope that binds what is assigned to here.
    pub(super) fn holder(&self, skips_comprehensions: bool) -> ScopeId {
        let mut scope = self.code.scope;
        loop {
            let is_passed = match self.code.scope_kind(scope) {
                ScopeKind::Block | ScopeKind::Narrowed { .. } | ScopeKind::TypeParameters => true,
                ScopeKind::Comprehension => skips_comprehensions,
                ScopeKind::File | ScopeKind::Module(_) | ScopeKind::Class(_) | ScopeKind::Function(_) => {
                    false
                }
            };
            match self.code.parent(scope).filter(|_| is_passed) {
                Some(parent) => scope = parent,
                None => return scope,
            }
        }
    }

    /// What is assigned to.
    pub(super) fn target(
        &mut self,
        node: Node,
        value: Option<ExprId>,
        annotation: Option<ExprId>,
        scope: ScopeId,
    ) {
        match node.kind() {
            "identifier" => {
                let definition = self.code.definition_at(node.start_byte() as u32);
                let kind = BindingKind::Variable { value, annotation, definition };
                self.code.bind(scope, span(node), kind);
            }
            "attribute" => {
                self.expression(node);
                self.bind_attribute(node, value, annotation);
            }
            "pattern_list"
            | "tuple_pattern"
            | "list_pattern"
            | "tuple"
            | "list"
            | "parenthesized_expression" => {
                let mut index = Some(0);
                for part in children(node) {
                    let inner = match (value, index) {
                        (Some(of), Some(index)) => Some(self.code.add(Expr::Part { of, index })),
                        _ => None,
                    };
                    let is_rest = part.kind() == "list_splat_pattern";
                    index = index.filter(|_| !is_rest).map(|index| index + 1);
                    let done = self.deeper(|python| {
                        python.target(part, inner.filter(|_| !is_rest), None, scope);
                    });
                    if done.is_none() {
                        return;
                    }
                }
            }
            "list_splat_pattern" | "list_splat" => {
                for part in children(node) {
                    self.target(part, None, None, scope);
                }
            }
            _ => {
                self.expression(node);
            }
        }
    }

    fn bind_attribute(&mut self, node: Node, value: Option<ExprId>, annotation: Option<ExprId>) {
        let (Some(object), Some(name)) =
            (node.child_by_field_name("object"), node.child_by_field_name("attribute"))
        else {
            return;
        };
        let Some((receiver, class)) = self.receiver else { return };
        if object.kind() == "identifier" && self.code.word(span(object)) == receiver {
            let definition = self.code.definition_at(name.start_byte() as u32);
            self.code.bind(class, span(name), BindingKind::Attribute { value, annotation, definition });
        }
    }

    /// Annotations and defaults of parameters, which are looked up outside of the function. The first plain one is the receiver where
    /// there is a form for it.
    pub(super) fn parameters(&mut self, node: Node, receiver: Option<Parameter>) -> Vec<(Span, BindingKind)> {
        let mut found = Vec::new();
        let mut receiver = receiver;
        for parameter in children(node) {
            let annotation = parameter.child_by_field_name("type").map(|it| self.annotation(it));
            let default = self.field(parameter, "value");
            let name = parameter.child_by_field_name("name");
            let named = match parameter.kind() {
                "identifier" | "list_splat_pattern" | "dictionary_splat_pattern" => Some(parameter),
                "typed_parameter" => parameter.named_child(0),
                _ => name,
            };
            let Some(named) = named else { continue };
            let (form, word) = match named.kind() {
                "list_splat_pattern" => (Parameter::Rest, named.named_child(0)),
                "dictionary_splat_pattern" => (Parameter::Keywords, named.named_child(0)),
                _ => (receiver.take().unwrap_or(Parameter::Plain), Some(named)),
            };
            if let Some(word) = word.filter(|word| word.kind() == "identifier") {
                found.push((span(word), BindingKind::Parameter { form, annotation, default }));
            }
        }
        found
    }

    pub(super) fn bind_parameters(&mut self, parameters: Vec<(Span, BindingKind)>) {
        for (name, kind) in parameters {
            let scope = self.code.scope;
            self.code.bind(scope, name, kind);
        }
    }

    /// `value as target`: `bound` makes of the value what the target is given.
    pub(super) fn named_by_as(
        &mut self,
        node: Node,
        bound: impl FnOnce(&mut Self, ExprId) -> ExprId,
    ) -> ExprId {
        let parts = children(node);
        let Some((&value, _)) = parts.split_first() else { return self.unknown() };
        let value = self.expression(value);
        let given = bound(self, value);
        if let Some(target) = node.child_by_field_name("alias") {
            let scope = self.holder(true);
            for target in children(target) {
                self.target(target, Some(given), None, scope);
            }
        }
        value
    }
}
