//! The steps of Python's expressions, in the order in which they are evaluated. Never does: statements.

use std::collections::HashMap;

use tree_sitter::Node;

use super::build::Builder;
use super::names::{children, is_several, parameters, targets};
use super::{Event, VariableKind, Writing};
use crate::collect::span;

impl Builder<'_> {
    pub(super) fn expression(&mut self, node: Node) {
        self.deeper(|flow| flow.form(node));
    }

    pub(super) fn parts(&mut self, node: Node) {
        for part in children(node) {
            self.expression(part);
        }
    }

    pub(super) fn field(&mut self, node: Node, field: &str) {
        if let Some(part) = node.child_by_field_name(field) {
            self.expression(part);
        }
    }

    fn form(&mut self, node: Node) {
        match node.kind() {
            "identifier" => self.read(span(node)),
            "attribute" => {
                self.field(node, "object");
                self.step(span(node), Event::Look);
            }
            "keyword_argument" => self.field(node, "value"),
            "call" => {
                self.parts(node);
                self.step(span(node), Event::Call);
            }
            "subscript" | "binary_operator" | "unary_operator" | "comparison_operator" => {
                self.parts(node);
                self.step(span(node), Event::Look);
            }
            "boolean_operator" => {
                self.field(node, "left");
                self.maybe(|flow| flow.field(node, "right"));
                self.step(span(node), Event::Nothing);
            }
            "conditional_expression" => self.conditional(node),
            "named_expression" => {
                self.field(node, "value");
                if let Some(name) = node.child_by_field_name("name") {
                    self.write(name, Writing::Value);
                }
            }
            "lambda" => self.lambda(node),
            "list_comprehension" | "set_comprehension" | "dictionary_comprehension" => {
                self.comprehension(node, false);
            }
            "generator_expression" => self.comprehension(node, true),
            "await" => {
                self.parts(node);
                self.step(span(node), Event::Await);
            }
            "yield" => {
                self.parts(node);
                self.step(span(node), Event::Yield);
            }
            "assignment" => self.assignment(node),
            "augmented_assignment" => self.augmented(node),
            "type" | "comment" => {}
            _ => self.parts(node),
        }
    }

    fn conditional(&mut self, node: Node) {
        let parts = children(node);
        let [yes, condition, no] = parts.as_slice() else { return self.parts(node) };
        self.expression(*condition);
        let before = self.open.clone();
        self.expression(*yes);
        let after = std::mem::replace(&mut self.open, before);
        self.expression(*no);
        self.join(after);
        self.step(span(node), Event::Nothing);
    }

    fn lambda(&mut self, node: Node) {
        self.step(span(node), Event::Nothing);
        let list = node.child_by_field_name("parameters");
        self.defaults(list);
        let before = self.open.clone();
        self.enter_later();
        self.scopes.push(HashMap::new());
        for name in list.map(parameters).unwrap_or_default() {
            self.bind_inner(name);
            self.write(name, Writing::Parameter);
        }
        self.field(node, "body");
        self.scopes.pop();
        self.join(before);
        self.step(span(node), Event::Nothing);
        self.leave_later(span(node));
    }

    /// Values of parameters that are given none.
    pub(super) fn defaults(&mut self, list: Option<Node>) {
        for parameter in list.map(children).unwrap_or_default() {
            self.field(parameter, "value");
        }
    }

    fn bind_inner(&mut self, name: Node) {
        let word = span(name).of(self.text);
        if self.scopes.last().is_some_and(|scope| scope.contains_key(word)) {
            return;
        }
        let variable = self.variable(word, VariableKind::Inner);
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(word, variable);
        }
    }

    fn comprehension(&mut self, node: Node, is_lazy: bool) {
        let parts = children(node);
        let is_clause = |it: &&Node| matches!(it.kind(), "for_in_clause" | "if_clause");
        let clauses: Vec<Node> = parts.iter().filter(is_clause).copied().collect();
        if let Some(first) = clauses.first() {
            self.field(*first, "right");
        }
        if is_lazy {
            self.enter_later();
        }
        self.scopes.push(HashMap::new());
        for clause in clauses.iter().filter_map(|it| it.child_by_field_name("left")) {
            targets(clause, &mut |name| self.bind_inner(name));
        }
        let head = self.step(span(node), Event::Nothing);
        let mut leaves = vec![head];
        for (at, clause) in clauses.iter().enumerate() {
            if clause.kind() == "if_clause" {
                self.parts(*clause);
            } else {
                if at > 0 {
                    self.field(*clause, "right");
                }
                if clause.child(0).is_some_and(|it| it.kind() == "async") {
                    self.step(span(*clause), Event::Await);
                }
                if let Some(left) = clause.child_by_field_name("left") {
                    self.target(left);
                }
            }
            leaves.extend(self.open.iter().copied());
        }
        self.field(node, "body");
        for step in std::mem::take(&mut self.open) {
            self.lead(step, head);
        }
        self.scopes.pop();
        self.open = leaves;
        self.step(span(node), Event::Nothing);
        if is_lazy {
            self.leave_later(span(node));
        }
    }

    fn assignment(&mut self, node: Node) {
        self.field(node, "right");
        let Some(left) = node.child_by_field_name("left") else { return };
        match node.child_by_field_name("right") {
            Some(_) => self.target(left),
            None if left.kind() == "identifier" => {
                if let Some(variable) = self.meaning(span(left).of(self.text)) {
                    self.step(span(left), Event::Declare(variable));
                }
            }
            None => self.expression(left),
        }
    }

    fn augmented(&mut self, node: Node) {
        self.field(node, "left");
        self.field(node, "right");
        self.step(span(node), Event::Look);
        if let Some(left) = node.child_by_field_name("left") {
            self.target(left);
        }
    }

    pub(super) fn write(&mut self, name: Node, how: Writing) {
        if let Some(variable) = self.meaning(span(name).of(self.text)) {
            self.step(span(name), Event::Write(variable, how));
        }
    }

    /// What is assigned to, from left to right.
    pub(super) fn target(&mut self, node: Node) {
        if node.kind() == "identifier" {
            self.write(node, Writing::Value);
        } else if is_several(node) {
            self.step(span(node), Event::Look);
            for part in children(node) {
                self.deeper(|flow| flow.target(part));
            }
        } else {
            self.expression(node);
        }
    }
}
