//! Expressions, types and patterns of Python. Never does: statements.

use tree_sitter::{Node, Tree};

use super::build::Builder;
use super::{BindingKind, Code, Expr, ExprId, Form, Literal, ScopeId, ScopeKind};
use crate::Spans;
use crate::collect::span;

/// The code of a tree.
pub(super) fn lower(tree: &Tree, text: &str, spans: &Spans) -> Code {
    let mut python = Python { code: Builder::new(text, spans), functions: Vec::new(), receiver: None };
    python.suite(tree.root_node());
    python.code.finish()
}

/// So many tests of types in a row are remembered. Each is a scope that every name below has to be looked up through.
const NARROWED: u32 = 64;

pub(super) struct Python<'a> {
    pub(super) code: Builder<'a>,
    /// The functions around, outer ones first.
    pub(super) functions: Vec<Function>,
    /// The word for the receiver in the method around, and its class.
    pub(super) receiver: Option<(&'a str, ScopeId)>,
}

/// A function at hand.
#[derive(Default)]
pub(super) struct Function {
    pub(super) results: Vec<ExprId>,
    pub(super) is_generator: bool,
}

/// What a condition says of the types of names, each with the type's expression.
#[derive(Default)]
pub(super) struct Narrowing {
    pub(super) if_true: Vec<(super::NameId, ExprId)>,
    pub(super) if_false: Vec<(super::NameId, ExprId)>,
}

pub(super) fn children<'t>(node: Node<'t>) -> Vec<Node<'t>> {
    node.named_children(&mut node.walk()).filter(|child| !child.is_extra()).collect()
}

impl<'a> Python<'a> {
    pub(super) fn unknown(&mut self) -> ExprId {
        self.code.add(Expr::Unknown)
    }

    pub(super) fn all(&mut self, nodes: &[Node]) -> Vec<ExprId> {
        nodes.iter().map(|&node| self.expression(node)).collect()
    }

    pub(super) fn field(&mut self, node: Node, field: &str) -> Option<ExprId> {
        node.child_by_field_name(field).map(|child| self.expression(child))
    }

    /// Any expression, and what may stand in the place of one.
    pub(super) fn expression(&mut self, node: Node) -> ExprId {
        match self.deeper(|python| python.form(node)) {
            Some(id) => id,
            None => self.unknown(),
        }
    }

    pub(super) fn deeper<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if !self.code.descend() {
            return None;
        }
        let done = work(self);
        self.code.ascend();
        Some(done)
    }

    fn form(&mut self, node: Node) -> ExprId {
        match node.kind() {
            "identifier" => self.code.lookup(span(node)),
            "attribute" => self.attribute(node),
            "call" => self.call(node),
            "subscript" => self.subscript(node),
            "parenthesized_expression" | "type" | "expression_statement" | "constrained_type" => {
                let ids = self.all(&children(node));
                ids.last().copied().unwrap_or_else(|| self.unknown())
            }
            "conditional_expression" => self.conditional(node),
            "boolean_operator" | "not_operator" => self.condition(node).0,
            "named_expression" => self.walrus(node),
            "lambda" => self.lambda(node),
            "await" => {
                let ids = self.all(&children(node));
                match ids.first() {
                    Some(&of) => self.code.add(Expr::Awaited(of)),
                    None => self.unknown(),
                }
            }
            "list" | "set" | "tuple" | "expression_list" | "pattern_list" | "dictionary" => {
                self.display(node)
            }
            "list_comprehension"
            | "set_comprehension"
            | "dictionary_comprehension"
            | "generator_expression" => self.comprehension(node),
            "binary_operator" => self.binary(node),
            "union_type" => {
                let ids = self.all(&children(node));
                self.code.either(&ids)
            }
            "generic_type" => self.generic(node),
            "member_type" => self.member_type(node),
            "assignment" => self.assignment(node),
            "augmented_assignment" => self.augmented(node),
            "yield" => self.yields(node),
            "string" | "concatenated_string" => self.string(node),
            "integer" => self.code.add(Expr::Literal(Literal::Integer)),
            "float" => self.code.add(Expr::Literal(Literal::Float)),
            "true" | "false" => self.code.add(Expr::Literal(Literal::Bool)),
            "none" => self.code.add(Expr::Literal(Literal::None)),
            "as_pattern" => self.named_by_as(node, |_, value| value),
            "keyword_argument" => self.field(node, "value").unwrap_or_else(|| self.unknown()),
            "dotted_name" => self.dotted(node),
            "comment" | "ellipsis" => self.unknown(),
            _ => {
                self.all(&children(node));
                self.unknown()
            }
        }
    }

    fn attribute(&mut self, node: Node) -> ExprId {
        let base = self.field(node, "object").unwrap_or_else(|| self.unknown());
        match node.child_by_field_name("attribute") {
            Some(name) => self.code.member(base, span(name)),
            None => base,
        }
    }

    /// `a.b` as a pattern's class or value.
    fn dotted(&mut self, node: Node) -> ExprId {
        let mut id = None;
        for part in children(node) {
            id = Some(match id {
                None => self.code.lookup(span(part)),
                Some(base) => self.code.member(base, span(part)),
            });
        }
        id.unwrap_or_else(|| self.unknown())
    }

    fn call(&mut self, node: Node) -> ExprId {
        let callee = self.field(node, "function").unwrap_or_else(|| self.unknown());
        let mut given = Vec::new();
        if let Some(arguments) = node.child_by_field_name("arguments") {
            if arguments.kind() == "generator_expression" {
                given.push(self.expression(arguments));
            } else {
                let takes_type = self.code.is_word(callee, "cast");
                let is_variable = self.code.is_word(callee, "TypeVar");
                for argument in children(arguments) {
                    match argument.kind() {
                        "keyword_argument" => self.keyword_argument(callee, argument),
                        _ if takes_type && given.is_empty() => given.push(self.annotation(argument)),
                        _ if is_variable && !given.is_empty() => given.push(self.annotation(argument)),
                        _ => given.push(self.expression(argument)),
                    }
                }
            }
        }
        let arguments = self.code.list(&given);
        self.code.add(Expr::Call { callee, arguments })
    }

    fn keyword_argument(&mut self, callee: ExprId, node: Node) {
        if let Some(name) = node.child_by_field_name("name") {
            self.code.keyword(callee, span(name));
        }
        let is_bound = self.code.is_word(callee, "TypeVar");
        match node.child_by_field_name("value") {
            Some(value) if is_bound => {
                self.annotation(value);
            }
            value => {
                value.map(|value| self.expression(value));
            }
        }
    }

    fn binary(&mut self, node: Node) -> ExprId {
        let ids: Vec<ExprId> = ["left", "right"].iter().filter_map(|side| self.field(node, side)).collect();
        let operator = node.child_by_field_name("operator").map_or("", |it| it.kind());
        match operator {
            "|" | "&" => self.code.either(&ids),
            _ => self.unknown(),
        }
    }

    fn conditional(&mut self, node: Node) -> ExprId {
        let parts = children(node);
        let [yes, condition, no] = parts.as_slice() else {
            self.all(&parts);
            return self.unknown();
        };
        let (_, narrowing) = self.condition(*condition);
        let yes = self.narrowed(&narrowing.if_true, |python| python.expression(*yes));
        let no = self.narrowed(&narrowing.if_false, |python| python.expression(*no));
        self.code.either(&[yes, no])
    }

    /// Does something where names have these types.
    pub(super) fn narrowed<T>(
        &mut self,
        types: &[(super::NameId, ExprId)],
        work: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let outside = self.code.scope;
        self.narrow(types);
        let done = work(self);
        self.code.scope = outside;
        done
    }

    pub(super) fn narrow(&mut self, types: &[(super::NameId, ExprId)]) {
        let mut around = self.code.scope;
        for _ in 0..NARROWED {
            match (self.code.scope_kind(around), self.code.parent(around)) {
                (ScopeKind::Narrowed { .. }, Some(parent)) => around = parent,
                _ => break,
            }
        }
        if matches!(self.code.scope_kind(around), ScopeKind::Narrowed { .. }) {
            return;
        }
        for &(name, to) in types {
            self.code.enter(ScopeKind::Narrowed { name, to });
        }
    }

    /// An expression, and what its truth says of types.
    pub(super) fn condition(&mut self, node: Node) -> (ExprId, Narrowing) {
        match node.kind() {
            "parenthesized_expression" => match children(node).as_slice() {
                [inner] => self.nested_condition(*inner),
                _ => (self.expression(node), Narrowing::default()),
            },
            "not_operator" => match node.child_by_field_name("argument") {
                Some(argument) => {
                    let (of, inner) = self.nested_condition(argument);
                    let turned = Narrowing { if_true: inner.if_false, if_false: inner.if_true };
                    (self.code.add(Expr::Not(of)), turned)
                }
                None => (self.unknown(), Narrowing::default()),
            },
            "boolean_operator" => self.boolean(node),
            _ => {
                let id = self.expression(node);
                (
                    id,
                    Narrowing { if_true: self.instance_test(id).into_iter().collect(), if_false: Vec::new() },
                )
            }
        }
    }

    fn nested_condition(&mut self, node: Node) -> (ExprId, Narrowing) {
        match self.deeper(|python| python.condition(node)) {
            Some(done) => done,
            None => (self.unknown(), Narrowing::default()),
        }
    }

    fn boolean(&mut self, node: Node) -> (ExprId, Narrowing) {
        let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right"))
        else {
            self.all(&children(node));
            return (self.unknown(), Narrowing::default());
        };
        let is_and = node.child_by_field_name("operator").is_some_and(|it| it.kind() == "and");
        let (first, mut narrowing) = self.nested_condition(left);
        let known = if is_and { &narrowing.if_true } else { &narrowing.if_false };
        let (second, inner) = self.narrowed(&known.clone(), |python| python.nested_condition(right));
        if is_and {
            narrowing.if_true.extend(inner.if_true);
            narrowing.if_false.clear();
        } else {
            narrowing.if_false.extend(inner.if_false);
            narrowing.if_true.clear();
        }
        (self.code.either(&[first, second]), narrowing)
    }

    /// `isinstance(name, type)`.
    fn instance_test(&self, id: ExprId) -> Option<(super::NameId, ExprId)> {
        let Expr::Call { callee, arguments } = self.code.expr(id) else { return None };
        let Expr::Name { name, .. } = self.code.expr(callee) else { return None };
        let given = self.code.listed(arguments);
        match (self.code.name_text(name), given.as_slice()) {
            ("isinstance", &[subject, to]) => match self.code.expr(subject) {
                Expr::Name { name, .. } => Some((name, to)),
                _ => None,
            },
            _ => None,
        }
    }

    fn walrus(&mut self, node: Node) -> ExprId {
        let value = self.field(node, "value");
        if let Some(name) = node.child_by_field_name("name") {
            let scope = self.holder(true);
            let kind = BindingKind::Variable { value, annotation: None, definition: None };
            self.code.bind(scope, span(name), kind);
        }
        value.unwrap_or_else(|| self.unknown())
    }

    fn lambda(&mut self, node: Node) -> ExprId {
        let parameters = match node.child_by_field_name("parameters") {
            Some(parameters) => self.parameters(parameters, None),
            None => Vec::new(),
        };
        let outside = self.code.enter(ScopeKind::Function(None));
        self.bind_parameters(parameters);
        let body = self.field(node, "body").unwrap_or_else(|| self.unknown());
        self.code.scope = outside;
        self.code.add(Expr::Lambda(body))
    }

    fn display(&mut self, node: Node) -> ExprId {
        let form = match node.kind() {
            "list" => Form::List,
            "set" => Form::Set,
            "dictionary" => Form::Dictionary,
            _ => Form::Tuple,
        };
        let mut ids = Vec::new();
        for child in children(node) {
            match child.kind() {
                "pair" => {
                    for side in ["key", "value"] {
                        let id = self.field(child, side).unwrap_or_else(|| self.unknown());
                        ids.push(id);
                    }
                }
                "dictionary_splat" => {
                    self.expression(child);
                }
                // `Callable[["T"], ..]`.
                _ if self.code.in_annotation => ids.push(self.annotation(child)),
                _ => ids.push(self.expression(child)),
            }
        }
        let elements = self.code.list(&ids);
        self.code.add(Expr::Display { form, elements })
    }

    fn comprehension(&mut self, node: Node) -> ExprId {
        let form = match node.kind() {
            "list_comprehension" => Form::List,
            "set_comprehension" => Form::Set,
            "dictionary_comprehension" => Form::Dictionary,
            _ => Form::Generator,
        };
        let clauses: Vec<Node> = children(node)
            .into_iter()
            .filter(|it| matches!(it.kind(), "for_in_clause" | "if_clause"))
            .collect();
        let mut source = clauses.first().and_then(|first| self.field(*first, "right"));
        let outside = self.code.enter(ScopeKind::Comprehension);
        for clause in clauses {
            if clause.kind() == "if_clause" {
                for condition in children(clause) {
                    let (_, narrowing) = self.condition(condition);
                    self.narrow(&narrowing.if_true);
                }
                continue;
            }
            let from = source.take().or_else(|| self.field(clause, "right"));
            let value = from.map(|from| self.code.add(Expr::Element(from)));
            if let Some(left) = clause.child_by_field_name("left") {
                let scope = self.holder(false);
                self.target(left, value, None, scope);
            }
        }
        let ids = match node.child_by_field_name("body") {
            Some(pair) if pair.kind() == "pair" => {
                ["key", "value"].iter().filter_map(|side| self.field(pair, side)).collect()
            }
            Some(body) => vec![self.expression(body)],
            None => Vec::new(),
        };
        self.code.scope = outside;
        let elements = self.code.list(&ids);
        self.code.add(Expr::Display { form, elements })
    }

    fn yields(&mut self, node: Node) -> ExprId {
        let ids = self.all(&children(node));
        if let Some(function) = self.functions.last_mut() {
            function.is_generator = true;
            function.results.extend(ids);
        }
        self.unknown()
    }

    fn string(&mut self, node: Node) -> ExprId {
        let is_bytes = span(node).of(self.code.text).chars().take(2).any(|c| matches!(c, 'b' | 'B'));
        // Most strings hold nothing.
        if node.named_child_count() > 3 || node.kind() == "concatenated_string" {
            for child in children(node) {
                match child.kind() {
                    "interpolation" => {
                        self.all(&children(child));
                    }
                    "string" => {
                        self.string(child);
                    }
                    _ => {}
                }
            }
        } else if let Some(only) = node.named_child(1).filter(|it| it.kind() == "interpolation") {
            self.all(&children(only));
        }
        self.code.add(Expr::Literal(if is_bytes { Literal::Bytes } else { Literal::Text }))
    }
}
