//! Functions, classes, type aliases and imports of Python. Never does: what stands in their bodies.

use tree_sitter::Node;

use super::python::{Function, Python, children};
use super::{BindingKind, Expr, ExprId, Item, List, Parameter, ScopeKind};
use crate::collect::span;

impl Python<'_> {
    pub(super) fn type_alias(&mut self, node: Node) {
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

    pub(super) fn decorated(&mut self, node: Node) {
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

    pub(super) fn function(&mut self, node: Node, decorators: List) {
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

    pub(super) fn class(&mut self, node: Node, decorators: List) {
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
                _ => bases.push(self.base(base)),
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

    pub(super) fn import(&mut self, node: Node) {
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
