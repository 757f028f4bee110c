//! Statements of Python. Never does: expressions.

use tree_sitter::Node;

use super::python::{Python, children};
use super::python_types::quoted;
use super::{BindingKind, Expr, ExprId, Item, List, ScopeId, ScopeKind};
use crate::collect::span;

impl Python<'_> {
    /// The statements of a block, one after the other. Says whether the end of the block is never reached.
    pub(super) fn suite(&mut self, node: Node) -> bool {
        let outside = self.code.scope;
        let mut ends = false;
        for statement in children(node) {
            ends = self.code.descend() && {
                let ends = self.statement(statement);
                self.code.ascend();
                ends
            };
        }
        self.code.scope = outside;
        ends
    }

    fn block(&mut self, node: Node) -> bool {
        let outside = self.code.enter(ScopeKind::Block);
        let ends = self.suite(node);
        self.code.scope = outside;
        ends
    }

    fn field_block(&mut self, node: Node, field: &str) -> bool {
        node.child_by_field_name(field).is_some_and(|block| self.block(block))
    }

    fn statement(&mut self, node: Node) -> bool {
        match node.kind() {
            "function_definition" => self.function(node, List::default()),
            "class_definition" => self.class(node, List::default()),
            "decorated_definition" => self.decorated(node),
            "import_statement" | "import_from_statement" | "future_import_statement" => self.import(node),
            "if_statement" => return self.conditional_statement(node),
            "while_statement" => {
                let narrowing = node.child_by_field_name("condition").map(|it| self.condition(it).1);
                self.narrowed(&narrowing.unwrap_or_default().if_true, |python| {
                    python.field_block(node, "body")
                });
                self.rest_of(node);
            }
            "for_statement" => self.for_loop(node),
            "try_statement" => self.try_statement(node),
            "with_statement" => return self.with(node),
            "match_statement" => self.match_statement(node),
            "return_statement" => {
                let ids: Vec<ExprId> = children(node).into_iter().map(|it| self.expression(it)).collect();
                if let Some(function) = self.functions.last_mut() {
                    function.results.extend(ids);
                }
                return true;
            }
            "raise_statement" => {
                self.expressions(node);
                return true;
            }
            "continue_statement" | "break_statement" => return true,
            "assert_statement" => self.assert(node),
            "global_statement" => self.outer_names(node, BindingKind::Global),
            "nonlocal_statement" => self.outer_names(node, BindingKind::Nonlocal),
            "type_alias_statement" => self.type_alias(node),
            "expression_statement" => {
                for part in children(node) {
                    self.expression(part);
                }
            }
            "ERROR" | "block" => {
                self.suite(node);
            }
            _ => self.expressions(node),
        }
        false
    }

    fn expressions(&mut self, node: Node) {
        for part in children(node) {
            self.expression(part);
        }
    }

    /// The parts of a statement behind its first block.
    fn rest_of(&mut self, node: Node) {
        for clause in node.children_by_field_name("alternative", &mut node.walk()) {
            self.field_block(clause, "body");
        }
    }

    fn conditional_statement(&mut self, node: Node) -> bool {
        let outside = self.code.scope;
        let Some(condition) = node.child_by_field_name("condition") else { return false };
        let (_, first) = self.condition(condition);
        let mut ends = self.narrowed(&first.if_true, |python| python.field_block(node, "consequence"));
        let only = ends.then_some(first.if_false.clone());
        self.narrow(&first.if_false);
        let mut has_else = false;
        let mut is_single = true;
        for clause in node.children_by_field_name("alternative", &mut node.walk()) {
            is_single = false;
            match clause.kind() {
                "elif_clause" => {
                    let found = clause.child_by_field_name("condition").map(|it| self.condition(it).1);
                    let found = found.unwrap_or_default();
                    ends &= self.narrowed(&found.if_true, |python| python.field_block(clause, "consequence"));
                    self.narrow(&found.if_false);
                }
                _ => {
                    has_else = true;
                    ends &= self.field_block(clause, "body");
                }
            }
        }
        self.code.scope = outside;
        // `if not isinstance(x, A): return` says something of everything below.
        if let Some(types) = only.filter(|_| is_single) {
            self.narrow(&types);
        }
        ends && has_else
    }

    fn for_loop(&mut self, node: Node) {
        let from = self.field(node, "right");
        let value = from.map(|from| self.code.add(Expr::Element(from)));
        if let Some(left) = node.child_by_field_name("left") {
            let scope = self.holder(true);
            self.target(left, value, None, scope);
        }
        self.field_block(node, "body");
        self.rest_of(node);
    }

    fn try_statement(&mut self, node: Node) {
        self.field_block(node, "body");
        for clause in children(node) {
            match clause.kind() {
                "except_clause" | "except_group_clause" => self.except(clause),
                "else_clause" | "finally_clause" => {
                    for block in children(clause) {
                        self.block(block);
                    }
                }
                _ => {}
            }
        }
    }

    fn except(&mut self, node: Node) {
        let outside = self.code.enter(ScopeKind::Block);
        let mut caught = None;
        for part in children(node) {
            match part.kind() {
                "block" => {
                    self.suite(part);
                }
                "as_pattern" => {
                    self.named_by_as(part, |python, types| python.caught(types));
                }
                _ if caught.is_none() => caught = Some(self.expression(part)),
                // The name in `except A as name`, where the grammar gives it a field of its own.
                _ => {
                    let value = caught.map(|types| self.caught(types));
                    let scope = self.holder(true);
                    self.target(part, value, None, scope);
                }
            }
        }
        self.code.scope = outside;
    }

    fn caught(&mut self, types: ExprId) -> ExprId {
        let all = match self.code.expr(types) {
            Expr::Display { elements, .. } => self.code.listed(elements),
            _ => vec![types],
        };
        let instances: Vec<ExprId> = all.into_iter().map(|of| self.code.add(Expr::Instance(of))).collect();
        self.code.either(&instances)
    }

    fn with(&mut self, node: Node) -> bool {
        for clause in children(node).into_iter().filter(|it| it.kind() == "with_clause") {
            for item in children(clause) {
                match item.child_by_field_name("value") {
                    Some(value) if value.kind() == "as_pattern" => {
                        self.named_by_as(value, |python, value| python.code.add(Expr::Entered(value)));
                    }
                    Some(value) => {
                        self.expression(value);
                    }
                    None => {}
                }
            }
        }
        node.child_by_field_name("body").is_some_and(|body| self.suite(body))
    }

    fn match_statement(&mut self, node: Node) {
        let subjects: Vec<ExprId> = node
            .children_by_field_name("subject", &mut node.walk())
            .map(|subject| self.expression(subject))
            .collect();
        let subject = match subjects.as_slice() {
            [one] => Some(*one),
            _ => None,
        };
        let Some(body) = node.child_by_field_name("body") else { return };
        for clause in children(body) {
            let outside = self.code.enter(ScopeKind::Block);
            for part in children(clause) {
                match part.kind() {
                    "case_pattern" => {
                        let class = self.pattern(part, subject);
                        let name = subject.and_then(|subject| match self.code.expr(subject) {
                            Expr::Name { name, .. } => Some(name),
                            _ => None,
                        });
                        if let (Some(name), Some(to)) = (name, class) {
                            self.narrow(&[(name, to)]);
                        }
                    }
                    "if_clause" => {
                        for condition in children(part) {
                            let (_, narrowing) = self.condition(condition);
                            self.narrow(&narrowing.if_true);
                        }
                    }
                    "block" => {
                        self.suite(part);
                    }
                    _ => self.expressions(part),
                }
            }
            self.code.scope = outside;
        }
    }

    /// A pattern that a value is matched with; the class that the value is of then.
    fn pattern(&mut self, node: Node, value: Option<ExprId>) -> Option<ExprId> {
        if !self.code.descend() {
            return None;
        }
        let class = self.pattern_form(node, value);
        self.code.ascend();
        class
    }

    fn pattern_form(&mut self, node: Node, value: Option<ExprId>) -> Option<ExprId> {
        match node.kind() {
            "case_pattern" => match children(node).as_slice() {
                [inner] => self.pattern(*inner, value),
                _ => None,
            },
            "dotted_name" => {
                let parts = children(node);
                match parts.as_slice() {
                    [name] => self.capture(*name, value),
                    _ => {
                        self.expression(node);
                    }
                }
                None
            }
            "identifier" => {
                self.capture(node, value);
                None
            }
            "as_pattern" => {
                let parts = children(node);
                let class = parts.first().and_then(|inner| self.pattern(*inner, value));
                let given = class.map(|class| self.code.add(Expr::Instance(class))).or(value);
                if let [_, name] = parts.as_slice() {
                    self.capture(*name, given);
                }
                class
            }
            "class_pattern" => {
                let parts = children(node);
                let class = parts.first().map(|class| self.expression(*class));
                for part in parts.iter().skip(1) {
                    self.pattern(*part, None);
                }
                class
            }
            "keyword_pattern" => {
                for part in children(node).into_iter().skip(1) {
                    self.pattern(part, None);
                }
                None
            }
            "splat_pattern" => {
                for name in children(node) {
                    self.capture(name, None);
                }
                None
            }
            _ => {
                for part in children(node) {
                    self.pattern(part, None);
                }
                None
            }
        }
    }

    fn capture(&mut self, name: Node, value: Option<ExprId>) {
        if name.kind() == "identifier" && self.code.word(span(name)) != "_" {
            let scope = self.holder(true);
            self.target(name, value, None, scope);
        }
    }

    fn assert(&mut self, node: Node) {
        let parts = children(node);
        let mut found = None;
        for (at, part) in parts.iter().enumerate() {
            match at {
                0 => found = Some(self.condition(*part).1),
                _ => {
                    self.expression(*part);
                }
            }
        }
        self.narrow(&found.unwrap_or_default().if_true);
    }

    fn outer_names(&mut self, node: Node, kind: BindingKind) {
        let scope = self.holder(true);
        for name in children(node) {
            self.code.bind(scope, span(name), kind);
        }
    }

    pub(super) fn assignment(&mut self, node: Node) -> ExprId {
        let annotation = node.child_by_field_name("type").map(|it| self.annotation(it));
        let is_alias = annotation.is_some_and(|annotation| self.code.is_word(annotation, "TypeAlias"));
        let value = match node.child_by_field_name("right") {
            Some(right) if is_alias => Some(self.annotation(right)),
            right => right.map(|right| self.expression(right)),
        };
        if let Some(left) = node.child_by_field_name("left") {
            let scope = self.holder(true);
            self.target(left, value, annotation, scope);
            self.annotate(left, annotation);
            self.exports(node, left);
        }
        value.unwrap_or_else(|| self.unknown())
    }

    /// `left += right`.
    pub(super) fn augmented(&mut self, node: Node) -> ExprId {
        self.expressions(node);
        if let Some(left) = node.child_by_field_name("left") {
            self.exports(node, left);
        }
        self.unknown()
    }

    /// The names in `__all__`, which are uses of what they name.
    fn exports(&mut self, node: Node, left: Node) {
        let is_all = self.code.scope == ScopeId(0) && self.code.word(span(left)) == "__all__";
        let Some(listed) = node.child_by_field_name("right").filter(|_| is_all) else { return };
        if !matches!(listed.kind(), "list" | "tuple") {
            return self.code.export(None);
        }
        for element in children(listed) {
            let name = quoted(element).map(span);
            self.code.export(name);
        }
    }

    /// Gives the type of a constant or a field to the definition.
    fn annotate(&mut self, left: Node, annotation: Option<ExprId>) {
        let word = left.child_by_field_name("attribute").unwrap_or(left);
        if let (Some(definition), Some(_)) = (self.code.definition_at(word.start_byte() as u32), annotation) {
            self.code.describe(Item { annotation, ..Item::new(definition) });
        }
    }
}
