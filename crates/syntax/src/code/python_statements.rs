//! Statements of Python. Never does: expressions.

use tree_sitter::Node;

use super::python::{Function, Python, children};
use super::{BindingKind, Expr, ExprId, Item, List, Parameter, ScopeKind};
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
        let value = self.field(node, "right");
        if let Some(left) = node.child_by_field_name("left") {
            let scope = self.holder(true);
            self.target(left, value, annotation, scope);
            self.annotate(left, annotation);
        }
        value.unwrap_or_else(|| self.unknown())
    }

    /// Gives the type of a constant or a field to the definition.
    fn annotate(&mut self, left: Node, annotation: Option<ExprId>) {
        let word = left.child_by_field_name("attribute").unwrap_or(left);
        if let (Some(definition), Some(_)) = (self.code.definition_at(word.start_byte() as u32), annotation) {
            self.code.describe(Item { annotation, ..Item::new(definition) });
        }
    }

    fn type_alias(&mut self, node: Node) {
        let Some(left) = node.child_by_field_name("left") else { return };
        let outside = self.code.enter(ScopeKind::TypeParameters);
        let inner = left.named_child(0).unwrap_or(left);
        let name = if inner.kind() == "generic_type" { inner.named_child(0).unwrap_or(inner) } else { inner };
        for parameters in children(inner).into_iter().filter(|it| it.kind() == "type_parameter") {
            self.type_parameters(parameters);
        }
        let annotation = node.child_by_field_name("right").map(|it| self.annotation(it));
        self.code.scope = outside;
        if let Some(definition) = self.code.definition_at(name.start_byte() as u32) {
            let holder = self.holder(true);
            self.code.bind(holder, span(name), BindingKind::Definition(definition));
            self.code.describe(Item { annotation, ..Item::new(definition) });
        }
    }

    fn type_parameters(&mut self, node: Node) {
        for parameter in children(node) {
            let inner = parameter.named_child(0).unwrap_or(parameter);
            let (name, bound) = match inner.kind() {
                "constrained_type" => (inner.named_child(0), inner.named_child(1)),
                "splat_type" => (inner.named_child(0), None),
                _ => (Some(inner), None),
            };
            let name = name.map(|it| if it.kind() == "type" { it.named_child(0).unwrap_or(it) } else { it });
            let bound = bound.map(|it| self.annotation(it));
            if let Some(name) = name.filter(|it| it.kind() == "identifier") {
                let scope = self.code.scope;
                self.code.bind(scope, span(name), BindingKind::TypeParameter { bound });
            }
        }
    }

    fn decorated(&mut self, node: Node) {
        let mut decorators = Vec::new();
        for decorator in children(node).into_iter().filter(|it| it.kind() == "decorator") {
            let ids: Vec<ExprId> = children(decorator).into_iter().map(|it| self.expression(it)).collect();
            decorators.extend(ids);
        }
        let decorators = self.code.list(&decorators);
        match node.child_by_field_name("definition") {
            Some(class) if class.kind() == "class_definition" => self.class(class, decorators),
            Some(function) => self.function(function, decorators),
            None => {}
        }
    }

    fn is_decorated(&self, decorators: List, with: &str) -> bool {
        self.code.listed(decorators).into_iter().any(|id| match self.code.expr(id) {
            Expr::Name { name, .. } => self.code.name_text(name) == with,
            _ => false,
        })
    }

    fn function(&mut self, node: Node, decorators: List) {
        let Some(name) = node.child_by_field_name("name") else { return };
        let definition = self.code.definition_at(name.start_byte() as u32);
        let holder = self.holder(true);
        let class = match self.code.scope_kind(holder) {
            ScopeKind::Class(_) if !self.is_decorated(decorators, "staticmethod") => Some(holder),
            _ => None,
        };
        let outside = self.code.enter(ScopeKind::TypeParameters);
        if let Some(parameters) = node.child_by_field_name("type_parameters") {
            self.type_parameters(parameters);
        }
        let receiver = class.map(|_| Parameter::Receiver);
        let parameters = node.child_by_field_name("parameters").map(|it| self.parameters(it, receiver));
        let parameters = parameters.unwrap_or_default();
        let annotation = node.child_by_field_name("return_type").map(|it| self.annotation(it));
        let around = std::mem::replace(&mut self.code.scope, outside);
        if let Some(definition) = definition {
            self.code.bind(holder, span(name), BindingKind::Definition(definition));
        }
        self.code.scope = around;
        self.code.enter(ScopeKind::Function(definition));
        let scope = self.code.scope;
        let outer_receiver = self.receiver;
        if let (Some(class), Some((word, BindingKind::Parameter { form: Parameter::Receiver, .. }))) =
            (class, parameters.first())
        {
            self.receiver = Some((self.code.word(*word), class));
        }
        self.bind_parameters(parameters);
        self.functions.push(Function::default());
        if let Some(body) = node.child_by_field_name("body") {
            self.suite(body);
        }
        let done = self.functions.pop().unwrap_or_default();
        self.receiver = outer_receiver;
        self.code.scope = outside;
        if let Some(definition) = definition {
            let results = self.code.list(&done.results);
            let is_async = node.child(0).is_some_and(|it| it.kind() == "async");
            let item = Item {
                scope: Some(scope),
                decorators,
                annotation,
                results,
                is_async,
                is_generator: done.is_generator,
                ..Item::new(definition)
            };
            self.code.describe(item);
        }
    }

    fn class(&mut self, node: Node, decorators: List) {
        let Some(name) = node.child_by_field_name("name") else { return };
        let Some(definition) = self.code.definition_at(name.start_byte() as u32) else { return };
        let holder = self.holder(true);
        let outside = self.code.enter(ScopeKind::TypeParameters);
        if let Some(parameters) = node.child_by_field_name("type_parameters") {
            self.type_parameters(parameters);
        }
        let mut bases = Vec::new();
        for base in node.child_by_field_name("superclasses").map(children).unwrap_or_default() {
            match base.kind() {
                "keyword_argument" => {
                    self.field(base, "value");
                }
                _ => bases.push(self.expression(base)),
            }
        }
        let bases = self.code.list(&bases);
        let around = std::mem::replace(&mut self.code.scope, outside);
        self.code.bind(holder, span(name), BindingKind::Definition(definition));
        self.code.scope = around;
        self.code.enter(ScopeKind::Class(definition));
        let scope = Some(self.code.scope);
        let (receiver, functions) = (self.receiver.take(), std::mem::take(&mut self.functions));
        if let Some(body) = node.child_by_field_name("body") {
            self.suite(body);
        }
        (self.receiver, self.functions) = (receiver, functions);
        self.code.scope = outside;
        self.code.describe(Item { scope, decorators, bases, ..Item::new(definition) });
    }

    fn import(&mut self, node: Node) {
        let module = node.child_by_field_name("module_name");
        let mut is_first = true;
        for name in node.children_by_field_name("name", &mut node.walk()) {
            let (path, alias) = match name.kind() {
                "aliased_import" => (name.child_by_field_name("name"), name.child_by_field_name("alias")),
                _ => (Some(name), None),
            };
            let Some(path) = path else { continue };
            let Some(import) = self.code.import_at(path.start_byte() as u32) else { continue };
            let segments = children(path);
            if node.kind() == "import_statement" {
                self.words_of_path(import, &segments);
            } else {
                if std::mem::take(&mut is_first) {
                    self.words_of_module(import, module);
                }
                let part = module.map_or(1, |module| self.segments(module).len() as u32);
                self.code.imported(import, part, path.start_byte() as u32);
            }
            let bound = alias.or(segments.first().copied()).unwrap_or(path);
            let holder = self.holder(true);
            self.code.bind(holder, span(bound), BindingKind::Import(import));
        }
        let star = children(node).into_iter().find(|it| it.kind() == "wildcard_import");
        if let Some(import) = star.and_then(|star| self.code.import_at(star.start_byte() as u32)) {
            self.words_of_module(import, module);
        }
    }

    fn segments<'t>(&self, module: Node<'t>) -> Vec<Node<'t>> {
        match module.kind() {
            "relative_import" => module.named_child(1).map(children).unwrap_or_default(),
            _ => children(module),
        }
    }

    fn words_of_module(&mut self, import: u32, module: Option<Node>) {
        let segments = module.map(|module| self.segments(module)).unwrap_or_default();
        self.words_of_path(import, &segments);
    }

    fn words_of_path(&mut self, import: u32, segments: &[Node]) {
        for (segment, part) in segments.iter().zip(0..) {
            self.code.imported(import, part, segment.start_byte() as u32);
        }
    }
}
