//! Items and types of Rust. Never does: expressions, or expanding macros.

use tree_sitter::{Node, Tree};

use super::build::Builder;
use super::{BindingKind, Code, Expr, ExprId, Item, List, NOWHERE, Parameter, ScopeKind};
use crate::collect::{MACRO_DEPTH, span};
use crate::{Language, LocalId, Span, Spans, parse, rust_macros};

/// The code of a tree.
pub(super) fn lower(tree: &Tree, text: &str, spans: &Spans) -> Code {
    let mut rust = Rust {
        code: Builder::new(text, spans),
        attributes: Vec::new(),
        path: None,
        macros: 0,
        has_error: tree.root_node().has_error(),
    };
    rust.items(tree.root_node());
    rust.code.finish()
}

pub(super) struct Rust<'a> {
    pub(super) code: Builder<'a>,
    /// Those before the next item.
    attributes: Vec<ExprId>,
    /// What `#[path]` says of the module that comes next.
    path: Option<Span>,
    /// How many texts around the present one have been parsed anew.
    pub(super) macros: u32,
    /// Whether the text has errors: then items may stand anywhere.
    has_error: bool,
}

/// Whether a node is neither a comment nor an attribute.
pub(super) fn is_code(node: &Node) -> bool {
    !node.is_extra() && !matches!(node.kind(), "attribute_item" | "inner_attribute_item")
}

pub(super) fn children<'t>(node: Node<'t>) -> Vec<Node<'t>> {
    node.named_children(&mut node.walk()).filter(is_code).collect()
}

impl Rust<'_> {
    pub(super) fn unknown(&mut self) -> ExprId {
        self.code.add(Expr::Unknown)
    }

    pub(super) fn deeper<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if !self.code.descend() {
            return None;
        }
        let done = work(self);
        self.code.ascend();
        Some(done)
    }

    /// Does something inside a new scope.
    pub(super) fn inside<T>(&mut self, kind: ScopeKind, work: impl FnOnce(&mut Self) -> T) -> T {
        let outside = self.code.enter(kind);
        let done = work(self);
        self.code.scope = outside;
        done
    }

    pub(super) fn items(&mut self, node: Node) {
        for item in node.named_children(&mut node.walk()) {
            self.notice(item);
            self.deeper(|rust| rust.item(item));
        }
        self.path = None;
    }

    /// An item, if it is one.
    pub(super) fn item(&mut self, node: Node) -> bool {
        if matches!(node.kind(), "attribute_item" | "inner_attribute_item") {
            self.attribute(node);
            return true;
        }
        let attributes = std::mem::take(&mut self.attributes);
        match node.kind() {
            "function_item" | "function_signature_item" => self.function(node, &attributes),
            "struct_item" | "union_item" | "enum_item" => self.data(node),
            "enum_variant" => self.variant(node),
            "field_declaration" => self.field(node),
            "impl_item" => self.implementation(node),
            "trait_item" => self.container(node, "bounds"),
            "mod_item" => self.module(node),
            "const_item" | "static_item" => self.constant(node),
            "type_item" => self.alias(node),
            "associated_type" => self.associated(node),
            "use_declaration" | "extern_crate_declaration" => self.uses(node),
            "macro_definition" => self.macro_rules(node),
            "foreign_mod_item" => {
                node.child_by_field_name("body").into_iter().for_each(|body| self.items(body))
            }
            "expression_statement" | "macro_invocation" => return self.item_macro(node),
            "ERROR" => self.items(node),
            _ => return false,
        }
        true
    }

    /// A macro that stands among items.
    fn item_macro(&mut self, node: Node) -> bool {
        let invocation = match node.kind() {
            "expression_statement" => node.named_child(0).filter(|it| it.kind() == "macro_invocation"),
            _ => Some(node),
        };
        match invocation {
            Some(invocation) => {
                self.invocation(invocation, true);
                true
            }
            None => false,
        }
    }

    /// Parses what a macro wraps as items, where it looks like that.
    pub(super) fn wrapped_items(&mut self, invocation: Node, tokens: Node, is_item: bool) -> bool {
        // Errors are rare, and asking for a parent costs a walk from the root.
        let may_hold_items = is_item || (self.has_error && rust_macros::is_in_error(invocation));
        if !may_hold_items {
            return false;
        }
        let ranges = rust_macros::item_ranges(tokens);
        if ranges.is_empty() || self.macros == MACRO_DEPTH {
            return false;
        }
        let tree = parse::tree(self.code.text, Language::Rust, &ranges);
        self.macros += 1;
        self.items(tree.root_node());
        self.macros -= 1;
        true
    }

    fn attribute(&mut self, node: Node) {
        let Some(attribute) = node.named_child(0) else { return };
        let Some(path) = attribute.named_child(0) else { return };
        match path.kind() {
            "identifier" => {
                let scope = self.code.scope;
                let name = self.code.name(self.code.word(span(path)));
                let id = self.code.add_at(Expr::AttributeName { name, scope }, path.start_byte() as u32);
                self.attributes.push(id);
            }
            "scoped_identifier" => {
                self.macro_path(path);
            }
            _ => {}
        }
        if let Some(arguments) = attribute.child_by_field_name("arguments")
            && span(path).of(self.code.text) == "derive"
        {
            self.derives(arguments);
        }
    }

    fn derives(&mut self, arguments: Node) {
        let scope = self.code.scope;
        for name in children(arguments).into_iter().filter(|it| it.kind() == "identifier") {
            let start = name.start_byte() as u32;
            let name = self.code.name(self.code.word(span(name)));
            self.code.add_at(Expr::MacroName { name, scope }, start);
        }
    }

    /// The definition that an item makes, bound where it stands.
    fn define(&mut self, name: Node) -> Option<LocalId> {
        let definition = self.code.definition_at(name.start_byte() as u32)?;
        let scope = self.code.scope;
        self.code.bind(scope, span(name), BindingKind::Definition(definition));
        Some(definition)
    }

    fn function(&mut self, node: Node, attributes: &[ExprId]) {
        let Some(name) = node.child_by_field_name("name") else { return };
        let definition = self.define(name);
        let outside = self.code.enter(ScopeKind::Function(definition));
        let scope = self.code.scope;
        self.generics(node);
        if let Some(parameters) = node.child_by_field_name("parameters") {
            self.parameters(parameters);
        }
        let annotation = node.child_by_field_name("return_type").map(|it| self.type_of(it));
        self.bounds_below(node);
        if let Some(body) = node.child_by_field_name("body") {
            self.block(body);
        }
        self.code.scope = outside;
        if let Some(definition) = definition {
            let modifiers = children(node).into_iter().find(|it| it.kind() == "function_modifiers");
            let is_async = modifiers
                .is_some_and(|it| span(it).of(self.code.text).split_whitespace().any(|word| word == "async"));
            let decorators = self.code.list(attributes);
            let item = Item::new(definition);
            self.code.describe(Item { scope: Some(scope), decorators, annotation, is_async, ..item });
        }
    }

    fn parameters(&mut self, node: Node) {
        for parameter in children(node) {
            match parameter.kind() {
                "self_parameter" => {
                    let word = children(parameter).into_iter().find(|it| it.kind() == "self");
                    self.bind_receiver(word, None);
                }
                "parameter" => {
                    let annotation = parameter.child_by_field_name("type").map(|it| self.type_of(it));
                    match parameter.child_by_field_name("pattern") {
                        Some(word) if word.kind() == "self" => self.bind_receiver(Some(word), annotation),
                        Some(pattern) => self.parameter(pattern, annotation),
                        None => {}
                    }
                }
                _ => {
                    self.type_of(parameter);
                }
            }
        }
    }

    fn bind_receiver(&mut self, word: Option<Node>, annotation: Option<ExprId>) {
        let Some(word) = word else { return };
        let scope = self.code.scope;
        let kind = BindingKind::Parameter { form: Parameter::Receiver, annotation, default: None };
        self.code.bind(scope, span(word), kind);
    }

    /// The pattern of a parameter with its type.
    pub(super) fn parameter(&mut self, pattern: Node, annotation: Option<ExprId>) {
        match plain_name(pattern) {
            Some(name) => {
                let scope = self.code.scope;
                let kind = BindingKind::Parameter { form: Parameter::Plain, annotation, default: None };
                self.code.bind(scope, span(name), kind);
            }
            None => {
                let value = annotation.map(|annotation| self.code.add(Expr::Instance(annotation)));
                self.pattern(pattern, value);
            }
        }
    }

    /// Generic parameters of an item, bound in the scope at hand.
    fn generics(&mut self, node: Node) {
        let Some(parameters) = node.child_by_field_name("type_parameters") else { return };
        let scope = self.code.scope;
        for parameter in children(parameters) {
            let Some(name) = parameter.child_by_field_name("name") else { continue };
            match parameter.kind() {
                "type_parameter" => {
                    let bound = parameter.child_by_field_name("bounds").map(|bounds| self.bounds(bounds));
                    if let Some(default) = parameter.child_by_field_name("default_type") {
                        self.type_of(default);
                    }
                    self.code.bind(scope, span(name), BindingKind::TypeParameter { bound });
                }
                "const_parameter" => {
                    let annotation = parameter.child_by_field_name("type").map(|it| self.type_of(it));
                    let kind = BindingKind::Variable { value: None, annotation, definition: None };
                    self.code.bind(scope, span(name), kind);
                }
                _ => {}
            }
        }
    }

    /// `A + B`.
    fn bounds(&mut self, node: Node) -> ExprId {
        let ids: Vec<ExprId> = children(node).into_iter().map(|bound| self.type_of(bound)).collect();
        self.code.either(&ids)
    }

    /// `where T: A`: a further bound of a generic parameter.
    fn bounds_below(&mut self, node: Node) {
        let scope = self.code.scope;
        for clause in children(node).into_iter().filter(|it| it.kind() == "where_clause") {
            for predicate in children(clause) {
                let left = predicate.child_by_field_name("left");
                if let Some(left) = left {
                    self.type_of(left);
                }
                let bound = predicate.child_by_field_name("bounds").map(|bounds| self.bounds(bounds));
                if let Some(name) = left.filter(|it| it.kind() == "type_identifier") {
                    let name = self.code.name(self.code.word(span(name)));
                    // Nobody looks for it here: the name is bound above.
                    let nowhere = Span { start: NOWHERE, end: NOWHERE };
                    self.code.bind_as(name, scope, nowhere, BindingKind::TypeParameter { bound });
                }
            }
        }
    }

    /// A struct, a union or an enum.
    fn data(&mut self, node: Node) {
        let Some(definition) = node.child_by_field_name("name").and_then(|name| self.define(name)) else {
            return;
        };
        let outside = self.code.enter(ScopeKind::Class(definition));
        let scope = Some(self.code.scope);
        self.generics(node);
        self.bounds_below(node);
        let body = node.child_by_field_name("body");
        let results = self.fields(body);
        self.code.scope = outside;
        self.code.describe(Item { scope, results, ..Item::new(definition) });
    }

    /// Fields; the types of those without names.
    fn fields(&mut self, body: Option<Node>) -> List {
        let Some(body) = body else { return List::default() };
        if body.kind() != "ordered_field_declaration_list" {
            self.items(body);
            return List::default();
        }
        let types: Vec<Node> =
            children(body).into_iter().filter(|it| it.kind() != "visibility_modifier").collect();
        let ids: Vec<ExprId> = types.into_iter().map(|it| self.type_of(it)).collect();
        self.code.list(&ids)
    }

    fn variant(&mut self, node: Node) {
        let Some(definition) = node.child_by_field_name("name").and_then(|name| self.define(name)) else {
            return;
        };
        let outside = self.code.enter(ScopeKind::Class(definition));
        let scope = Some(self.code.scope);
        let results = self.fields(node.child_by_field_name("body"));
        self.code.scope = outside;
        if let Some(value) = node.child_by_field_name("value") {
            self.expression(value);
        }
        self.code.describe(Item { scope, results, ..Item::new(definition) });
    }

    fn field(&mut self, node: Node) {
        let definition = node.child_by_field_name("name").and_then(|name| self.define(name));
        let annotation = node.child_by_field_name("type").map(|it| self.type_of(it));
        if let Some(definition) = definition {
            self.code.describe(Item { annotation, ..Item::new(definition) });
        }
    }

    fn implementation(&mut self, node: Node) {
        let Some(of) = node.child_by_field_name("type") else { return };
        let definition = self.code.definition_at(of.start_byte() as u32);
        let kind = definition.map_or(ScopeKind::Block, ScopeKind::Class);
        let outside = self.code.enter(kind);
        let scope = Some(self.code.scope);
        self.generics(node);
        let implemented = node.child_by_field_name("trait").map(|it| self.type_of(it));
        let annotation = Some(self.type_of(of));
        self.bounds_below(node);
        if let Some(body) = node.child_by_field_name("body") {
            self.items(body);
        }
        self.code.scope = outside;
        if let Some(definition) = definition {
            let bases = self.code.list(implemented.as_slice());
            self.code.describe(Item { scope, annotation, bases, ..Item::new(definition) });
        }
    }

    /// A trait.
    fn container(&mut self, node: Node, bounds: &str) {
        let Some(definition) = node.child_by_field_name("name").and_then(|name| self.define(name)) else {
            return;
        };
        let outside = self.code.enter(ScopeKind::Class(definition));
        let scope = Some(self.code.scope);
        self.generics(node);
        let required: Vec<Node> = node.child_by_field_name(bounds).map(children).unwrap_or_default();
        let ids: Vec<ExprId> = required.into_iter().map(|it| self.type_of(it)).collect();
        let bases = self.code.list(&ids);
        self.bounds_below(node);
        if let Some(body) = node.child_by_field_name("body") {
            self.items(body);
        }
        self.code.scope = outside;
        self.code.describe(Item { scope, bases, ..Item::new(definition) });
    }

    /// Takes note of what stands directly before the next item. Asking that item itself would take a search from the root.
    pub(super) fn notice(&mut self, node: Node) {
        match node.kind() {
            "attribute_item" => self.path = self.path_attribute(node).or(self.path),
            "mod_item" => {}
            _ if node.is_extra() => {}
            _ => self.path = None,
        }
    }

    /// The string of `#[path = ".."]`.
    fn path_attribute(&self, item: Node) -> Option<Span> {
        let attribute = item.named_child(0).filter(|it| it.kind() == "attribute")?;
        let name = attribute.named_child(0).map(|it| span(it).of(self.code.text));
        attribute.child_by_field_name("value").filter(|_| name == Some("path")).map(span)
    }

    fn module(&mut self, node: Node) {
        let definition = node.child_by_field_name("name").and_then(|name| self.define(name));
        if let (Some(definition), Some(path)) = (definition, self.path.take()) {
            self.code.module_path(definition, path.of(self.code.text).trim_matches('"'));
        }
        let (Some(body), Some(definition)) = (node.child_by_field_name("body"), definition) else { return };
        self.inside(ScopeKind::Module(definition), |rust| rust.items(body));
    }

    fn constant(&mut self, node: Node) {
        let definition = node.child_by_field_name("name").and_then(|name| self.define(name));
        let annotation = node.child_by_field_name("type").map(|it| self.type_of(it));
        if let Some(value) = node.child_by_field_name("value") {
            self.inside(ScopeKind::Function(definition), |rust| rust.expression(value));
        }
        if let Some(definition) = definition {
            self.code.describe(Item { annotation, ..Item::new(definition) });
        }
    }

    fn alias(&mut self, node: Node) {
        let Some(definition) = node.child_by_field_name("name").and_then(|name| self.define(name)) else {
            return;
        };
        let outside = self.code.enter(ScopeKind::Class(definition));
        let scope = Some(self.code.scope);
        self.generics(node);
        let annotation = node.child_by_field_name("type").map(|it| self.type_of(it));
        self.bounds_below(node);
        self.code.scope = outside;
        self.code.describe(Item { scope, annotation, ..Item::new(definition) });
    }

    fn associated(&mut self, node: Node) {
        let Some(definition) = node.child_by_field_name("name").and_then(|name| self.define(name)) else {
            return;
        };
        let bounds: Vec<Node> = node.child_by_field_name("bounds").map(children).unwrap_or_default();
        let ids: Vec<ExprId> = bounds.into_iter().map(|it| self.type_of(it)).collect();
        let bases = self.code.list(&ids);
        self.code.describe(Item { bases, ..Item::new(definition) });
    }

    fn macro_rules(&mut self, node: Node) {
        if let Some(name) = node.child_by_field_name("name") {
            self.define(name);
        }
        for rule in children(node).into_iter().filter(|it| it.kind() == "macro_rule") {
            if let Some(right) = rule.child_by_field_name("right") {
                self.tokens(right);
            }
        }
    }
}

/// The name, where a pattern is one.
fn plain_name<'t>(pattern: Node<'t>) -> Option<Node<'t>> {
    match pattern.kind() {
        "identifier" => Some(pattern),
        "mut_pattern" => pattern.named_child(1).filter(|it| it.kind() == "identifier"),
        _ => None,
    }
}
