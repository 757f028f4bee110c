//! Expressions and statements of Rust. Never does: patterns, or what stands in macros.

use tree_sitter::Node;

use super::rust::{Rust, children, is_code};
use super::rust_format::is_formatting;
use super::{BindingKind, Expr, ExprId, Form, Literal, ScopeKind};
use crate::collect::span;

impl Rust<'_> {
    /// Any expression.
    pub(super) fn expression(&mut self, node: Node) -> ExprId {
        match self.deeper(|rust| rust.form(node)) {
            Some(id) => id,
            None => self.unknown(),
        }
    }

    fn all(&mut self, nodes: Vec<Node>) -> Vec<ExprId> {
        nodes.into_iter().map(|node| self.expression(node)).collect()
    }

    fn last_of(&mut self, node: Node) -> ExprId {
        let ids = self.all(children(node));
        ids.last().copied().unwrap_or_else(|| self.unknown())
    }

    fn field_value(&mut self, node: Node, field: &str) -> ExprId {
        match node.child_by_field_name(field) {
            Some(inner) => self.expression(inner),
            None => self.unknown(),
        }
    }

    fn form(&mut self, node: Node) -> ExprId {
        match node.kind() {
            "identifier" | "self" | "metavariable" => self.code.lookup(span(node)),
            "scoped_identifier" | "generic_function" => self.value_path(node),
            "call_expression" => {
                let callee = match node.child_by_field_name("function") {
                    Some(method) if method.kind() == "field_expression" => self.method_of(method),
                    _ => self.field_value(node, "function"),
                };
                let given = node.child_by_field_name("arguments").map(children).unwrap_or_default();
                let ids: Vec<ExprId> = given.into_iter().map(|it| self.argument(it, callee)).collect();
                let arguments = self.code.list(&ids);
                self.code.add(Expr::Call { callee, arguments })
            }
            "field_expression" => self.member_of(node),
            "struct_expression" => self.construction(node),
            "macro_invocation" => self.invocation(node, false),
            "block" => self.block(node),
            "unsafe_block"
            | "const_block"
            | "try_block"
            | "parenthesized_expression"
            | "reference_expression"
            | "expression_statement" => self.last_of(node),
            "async_block" | "gen_block" => {
                let given = self.inside(ScopeKind::Function(None), |rust| rust.last_of(node));
                self.code.add(Expr::Later(given))
            }
            "unary_expression" => {
                let of = self.last_of(node);
                let is_deref = node.child(0).is_some_and(|it| it.kind() == "*");
                if is_deref { of } else { self.unknown() }
            }
            "try_expression" => {
                let of = self.last_of(node);
                self.code.add(Expr::Tried(of))
            }
            "await_expression" => {
                let of = self.last_of(node);
                self.code.add(Expr::Awaited(of))
            }
            "index_expression" => {
                let ids = self.all(children(node));
                match ids.as_slice() {
                    [base, at] => {
                        let arguments = self.code.list(&[*at]);
                        self.code.add(Expr::Index { base: *base, arguments })
                    }
                    _ => self.unknown(),
                }
            }
            "tuple_expression" | "array_expression" => {
                let form = if node.kind() == "tuple_expression" { Form::Tuple } else { Form::List };
                let ids = self.all(children(node));
                let elements = self.code.list(&ids);
                self.code.add(Expr::Display { form, elements })
            }
            "if_expression" => self.conditional(node),
            "match_expression" => self.choice(node),
            "while_expression" => {
                self.inside(ScopeKind::Block, |rust| {
                    if let Some(condition) = node.child_by_field_name("condition") {
                        rust.conditions(condition);
                    }
                    rust.field_value(node, "body");
                });
                self.unknown()
            }
            "for_expression" => self.for_loop(node),
            "loop_expression" => {
                self.field_value(node, "body");
                self.unknown()
            }
            "closure_expression" => self.closure(node, None),
            "type_cast_expression" => {
                self.field_value(node, "value");
                match node.child_by_field_name("type") {
                    Some(to) => {
                        let to = self.type_of(to);
                        self.code.add(Expr::Instance(to))
                    }
                    None => self.unknown(),
                }
            }
            "return_expression" | "break_expression" | "yield_expression" => {
                self.last_of(node);
                self.code.add(Expr::Literal(Literal::None))
            }
            "continue_expression" => self.code.add(Expr::Literal(Literal::None)),
            "string_literal" | "raw_string_literal" => self.code.add(Expr::Literal(Literal::Text)),
            "integer_literal" | "char_literal" => self.code.add(Expr::Literal(Literal::Integer)),
            "float_literal" => self.code.add(Expr::Literal(Literal::Float)),
            "boolean_literal" => self.code.add(Expr::Literal(Literal::Bool)),
            "unit_expression" => self.code.add(Expr::Literal(Literal::None)),
            "label" | "lifetime" | "mutable_specifier" => self.unknown(),
            "let_condition" | "let_chain" => {
                self.conditions(node);
                self.unknown()
            }
            _ => {
                self.all(children(node));
                self.unknown()
            }
        }
    }

    /// A path that names a value, also as what a pattern or a literal of a struct is made with.
    pub(super) fn value_path(&mut self, node: Node) -> ExprId {
        match node.kind() {
            "scoped_identifier" | "scoped_type_identifier" => {
                let Some(name) = node.child_by_field_name("name") else { return self.unknown() };
                match node.child_by_field_name("path") {
                    Some(path) => {
                        let base = self.type_of(path);
                        let word = self.code.name(self.code.word(span(name)));
                        self.code.add_at(Expr::Path { base, name: word }, name.start_byte() as u32)
                    }
                    None => self.code.lookup(span(name)),
                }
            }
            "generic_function" | "generic_pattern" | "generic_type" | "generic_type_with_turbofish" => {
                let inner = node.child_by_field_name("function").or(node.child_by_field_name("type"));
                let base = match inner.or(node.named_child(0)) {
                    Some(inner) if inner.kind() == "field_expression" => self.method_of(inner),
                    Some(inner) => self.value_path(inner),
                    None => self.unknown(),
                };
                let arguments = self.type_arguments(node);
                self.code.add(Expr::Generic { base, arguments })
            }
            "type_identifier" => self.type_name(node),
            "identifier" | "self" | "metavariable" => self.code.lookup(span(node)),
            _ => self.type_of(node),
        }
    }

    fn method_of(&mut self, node: Node) -> ExprId {
        let base = self.field_value(node, "value");
        match node.child_by_field_name("field").filter(|it| it.kind() == "field_identifier") {
            Some(name) => self.code.method(base, span(name)),
            None => base,
        }
    }

    fn member_of(&mut self, node: Node) -> ExprId {
        let base = self.field_value(node, "value");
        match node.child_by_field_name("field") {
            Some(name) if name.kind() == "integer_literal" => match self.code.word(span(name)).parse() {
                Ok(index) => self.code.add(Expr::Part { of: base, index }),
                Err(_) => self.unknown(),
            },
            Some(name) => self.code.member(base, span(name)),
            None => base,
        }
    }

    /// `Name { field: value }`.
    fn construction(&mut self, node: Node) -> ExprId {
        let Some(name) = node.child_by_field_name("name") else { return self.unknown() };
        let of = self.value_path(name);
        let body = node.child_by_field_name("body").map(children).unwrap_or_default();
        for part in body {
            match part.kind() {
                "field_initializer" => {
                    if let Some(field) = part.child_by_field_name("field") {
                        self.code.keyword(of, span(field));
                    }
                    self.field_value(part, "value");
                }
                "shorthand_field_initializer" => {
                    if let Some(field) = children(part).into_iter().find(|it| it.kind() == "identifier") {
                        self.code.keyword(of, span(field));
                    }
                    self.last_of(part);
                }
                _ => {
                    self.last_of(part);
                }
            }
        }
        self.code.add(Expr::Instance(of))
    }

    /// A block, and what it gives.
    pub(super) fn block(&mut self, node: Node) -> ExprId {
        // What stands in a macro's braces is parsed like a file.
        let among_items = node.kind() == "source_file";
        self.inside(ScopeKind::Block, |rust| {
            let mut last = None;
            for statement in node.named_children(&mut node.walk()) {
                rust.notice(statement);
                if is_code(&statement) {
                    last = rust.deeper(|rust| rust.statement(statement, among_items)).flatten();
                }
            }
            last.unwrap_or_else(|| rust.code.add(Expr::Literal(Literal::None)))
        })
    }

    /// A statement; what it gives, where nothing ends it.
    fn statement(&mut self, node: Node, among_items: bool) -> Option<ExprId> {
        match node.kind() {
            "let_declaration" => {
                self.declaration(node);
                None
            }
            "expression_statement" => {
                let id = match node.named_child(0).filter(|it| it.kind() == "macro_invocation") {
                    Some(invocation) if among_items => self.invocation(invocation, true),
                    _ => self.last_of(node),
                };
                let ends =
                    node.child(node.child_count().saturating_sub(1)).is_some_and(|it| it.kind() == ";");
                (!ends).then_some(id)
            }
            "label" | "empty_statement" => None,
            "macro_invocation" => Some(self.invocation(node, among_items)),
            _ if self.item(node) => None,
            _ => Some(self.expression(node)),
        }
    }

    fn declaration(&mut self, node: Node) {
        let annotation = node.child_by_field_name("type").map(|it| self.type_of(it));
        let value = node.child_by_field_name("value").map(|it| self.expression(it));
        if let Some(otherwise) = node.child_by_field_name("alternative") {
            self.expression(otherwise);
        }
        let Some(pattern) = node.child_by_field_name("pattern") else { return };
        match (annotation, pattern.kind()) {
            (Some(_), "identifier") if crate::rust::binds(self.code.word(span(pattern))) => {
                let scope = self.code.scope;
                let kind = BindingKind::Variable { value, annotation, definition: None };
                self.code.bind(scope, span(pattern), kind);
            }
            (Some(annotation), _) => {
                let value = self.code.add(Expr::Instance(annotation));
                self.pattern(pattern, Some(value));
            }
            (None, _) => self.pattern(pattern, value),
        }
    }

    fn conditional(&mut self, node: Node) -> ExprId {
        let mut given = Vec::new();
        self.inside(ScopeKind::Block, |rust| {
            if let Some(condition) = node.child_by_field_name("condition") {
                rust.conditions(condition);
            }
            given.push(rust.field_value(node, "consequence"));
        });
        if let Some(otherwise) = node.child_by_field_name("alternative") {
            given.push(self.last_of(otherwise));
        }
        self.code.either(&given)
    }

    fn choice(&mut self, node: Node) -> ExprId {
        let value = node.child_by_field_name("value").map(|it| self.expression(it));
        let arms = node.child_by_field_name("body").map(children).unwrap_or_default();
        let mut given = Vec::new();
        for arm in arms.into_iter().filter(|it| it.kind() == "match_arm") {
            given.extend(self.arm(arm, value));
        }
        self.code.either(&given)
    }

    fn for_loop(&mut self, node: Node) -> ExprId {
        let from = self.field_value(node, "value");
        self.inside(ScopeKind::Block, |rust| {
            let element = rust.code.add(Expr::Element(from));
            if let Some(pattern) = node.child_by_field_name("pattern") {
                rust.pattern(pattern, Some(element));
            }
            rust.field_value(node, "body");
        });
        self.unknown()
    }

    fn argument(&mut self, node: Node, callee: ExprId) -> ExprId {
        match node.kind() {
            "closure_expression" => match self.deeper(|rust| rust.closure(node, Some(callee))) {
                Some(id) => id,
                None => self.unknown(),
            },
            _ => self.expression(node),
        }
    }

    fn closure(&mut self, node: Node, passed_to: Option<ExprId>) -> ExprId {
        let given = self.inside(ScopeKind::Function(None), |rust| {
            let parameters = node.child_by_field_name("parameters").map(children).unwrap_or_default();
            for (parameter, index) in parameters.into_iter().zip(0..) {
                if parameter.kind() == "parameter" {
                    let annotation = parameter.child_by_field_name("type").map(|it| rust.type_of(it));
                    if let Some(pattern) = parameter.child_by_field_name("pattern") {
                        rust.parameter(pattern, annotation);
                    }
                } else {
                    let value = passed_to.map(|callee| rust.code.add(Expr::Given { callee, index }));
                    rust.pattern(parameter, value);
                }
            }
            let declared = node.child_by_field_name("return_type").map(|it| rust.type_of(it));
            let body = rust.field_value(node, "body");
            declared.map_or(body, |declared| rust.code.add(Expr::Instance(declared)))
        });
        self.code.add(Expr::Lambda(given))
    }

    /// A macro with what it is given, and whether it stands where items do.
    pub(super) fn invocation(&mut self, node: Node, is_item: bool) -> ExprId {
        let name = node.child_by_field_name("macro");
        let word = name.map_or("", |name| self.code.word(span(name)));
        match name.map(|name| (name, name.kind())) {
            Some((name, "scoped_identifier")) => {
                self.macro_path(name);
            }
            Some((name, _)) => {
                let scope = self.code.scope;
                let id = self.code.name(word);
                self.code.add_at(Expr::MacroName { name: id, scope }, name.start_byte() as u32);
            }
            None => {}
        }
        let Some(tokens) = children(node).into_iter().find(|it| it.kind() == "token_tree") else {
            return self.unknown();
        };
        if self.wrapped_items(node, tokens, is_item) {
            return self.unknown();
        }
        if is_formatting(word) {
            self.captures(tokens);
        }
        let given = self.tokens(tokens);
        match word {
            "vec" => {
                let elements = self.code.list(&given);
                self.code.add(Expr::Display { form: Form::List, elements })
            }
            "format" | "concat" | "stringify" => self.code.add(Expr::Literal(Literal::Text)),
            _ => self.unknown(),
        }
    }
}
