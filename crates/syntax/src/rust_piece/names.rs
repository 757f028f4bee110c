//! The names of a function of Rust and how each is used. Never does: judge a use.

use std::collections::HashMap;

use tree_sitter::Node;

use super::module::{Mode, Module, children};
use super::places;
use super::types::{Type, written};
use super::{By, Name, Obstacle, Use, UseKind};
use crate::Span;
use crate::collect::span;

/// A walk through a function, in the order of its text.
pub(super) struct Walk<'t, 'm> {
    pub module: &'m Module<'t>,
    pub text: &'t str,
    /// What was chosen.
    pub chosen: Span,
    pub names: Vec<Name>,
    pub uses: Vec<Use>,
    /// What a name is in the scopes around the place at hand.
    seen: Vec<(&'t str, usize)>,
    /// Names by where they are used.
    by_place: HashMap<u32, usize>,
    pub obstacles: Vec<(Span, Obstacle)>,
    /// Statements that may keep a borrow in something.
    pub leaves: Vec<Span>,
    /// How many functions without names are around.
    closures: u32,
}

impl<'t, 'm> Walk<'t, 'm> {
    pub(super) fn new(module: &'m Module<'t>, chosen: Span) -> Self {
        Self {
            module,
            text: module.text,
            chosen,
            names: Vec::new(),
            uses: Vec::new(),
            seen: Vec::new(),
            by_place: HashMap::new(),
            obstacles: Vec::new(),
            leaves: Vec::new(),
            closures: 0,
        }
    }

    pub(super) fn word(&self, node: Node) -> &'t str {
        span(node).of(self.text)
    }

    /// Parameters and body.
    pub(super) fn function(&mut self, function: Node<'t>) {
        let parameters = function.child_by_field_name("parameters").map(children).unwrap_or_default();
        for parameter in parameters {
            match parameter.kind() {
                "self_parameter" => self.receiver(parameter),
                "parameter" => {
                    let declared =
                        parameter.child_by_field_name("type").and_then(|it| written(it, self.text));
                    let Some(pattern) = parameter.child_by_field_name("pattern") else { continue };
                    let first = self.names.len();
                    self.bind(pattern, declared.clone(), None, has_mut(parameter));
                    for name in &mut self.names[first..] {
                        let is_whole = name.at == span(pattern) || pattern.kind() == "mut_pattern";
                        name.by = if is_whole { By::Parameter } else { By::Pattern };
                    }
                }
                _ => {}
            }
        }
        if let Some(body) = function.child_by_field_name("body") {
            self.walk(body);
        }
        let end = function.end_byte() as u32;
        self.leave(0, end);
    }

    fn receiver(&mut self, parameter: Node<'t>) {
        let written = self.word(parameter).replace(char::is_whitespace, "");
        let own = || Box::new(Type::name("Self"));
        let found = match written.as_str() {
            "&self" => Some(Type::Reference { lifetime: None, is_mut: false, to: own() }),
            "&mutself" => Some(Type::Reference { lifetime: None, is_mut: true, to: own() }),
            _ => None,
        };
        self.add("self", span(parameter), found, None, false);
        if let Some(name) = self.names.last_mut() {
            name.by = By::Receiver;
        }
    }

    fn add(&mut self, word: &'t str, at: Span, of: Option<Type>, from: Option<Span>, is_mut: bool) {
        let is = |test: fn(&Module<'t>, &Type) -> bool| of.as_ref().is_some_and(|it| test(self.module, it));
        let name = Name {
            word: word.to_owned(),
            at,
            scope_end: 0,
            is_mut,
            by: By::Pattern,
            is_copied: is(Module::is_copied),
            drops_nothing: is(Module::drops_nothing),
            holds_no_borrow: is(Module::holds_no_borrow),
            target_holds_no_borrow: is(|module, it| module.holds_no_borrow(it.target())),
            of,
            from,
            in_closure: self.closures > 0,
        };
        self.seen.push((word, self.names.len()));
        self.names.push(name);
    }

    fn leave(&mut self, mark: usize, end: u32) {
        for (_, name) in self.seen.drain(mark..) {
            self.names[name].scope_end = end;
        }
    }

    fn scoped(&mut self, node: Node<'t>, inside: impl FnOnce(&mut Self)) {
        let mark = self.seen.len();
        inside(self);
        self.leave(mark, node.end_byte() as u32);
    }

    fn walk_all(&mut self, node: Node<'t>) {
        for child in children(node) {
            self.walk(child);
        }
    }

    fn walk_field(&mut self, node: Node<'t>, field: &str) {
        if let Some(child) = node.child_by_field_name(field) {
            self.walk(child);
        }
    }

    pub(super) fn walk(&mut self, node: Node<'t>) {
        self.look(node);
        match node.kind() {
            "block" => self.scoped(node, |walk| walk.walk_all(node)),
            "let_declaration" => self.declaration(node),
            "let_condition" => {
                self.walk_field(node, "value");
                let value = node.child_by_field_name("value");
                let of = value.and_then(|it| self.type_of(it));
                if let Some(pattern) = node.child_by_field_name("pattern") {
                    self.bind(pattern, of, value.map(span), false);
                }
            }
            "if_expression" => {
                self.scoped(node, |walk| {
                    walk.walk_field(node, "condition");
                    walk.walk_field(node, "consequence");
                });
                self.walk_field(node, "alternative");
            }
            "while_expression" => self.scoped(node, |walk| {
                walk.walk_field(node, "condition");
                walk.walk_field(node, "body");
            }),
            "for_expression" => {
                self.walk_field(node, "value");
                let value = node.child_by_field_name("value");
                let of = value.and_then(|it| self.element_of(it));
                self.scoped(node, |walk| {
                    if let Some(pattern) = node.child_by_field_name("pattern") {
                        walk.bind(pattern, of, value.map(span), false);
                    }
                    walk.walk_field(node, "body");
                });
            }
            "match_expression" => self.matches(node),
            "closure_expression" => self.closure(node),
            "async_block" | "gen_block" => {
                self.closures += 1;
                self.walk_all(node);
                self.closures -= 1;
            }
            "macro_invocation" => self.invocation(node),
            "identifier" | "self" => self.use_of(node),
            "label" | "lifetime" | "scoped_identifier" | "type_arguments" | "type_identifier"
            | "attribute_item" => {}
            kind if kind.ends_with("_type") || is_item(kind) => {}
            _ => self.walk_all(node),
        }
    }

    fn declaration(&mut self, node: Node<'t>) {
        self.walk_field(node, "value");
        self.walk_field(node, "alternative");
        let value = node.child_by_field_name("value");
        let declared = node.child_by_field_name("type");
        let of = match declared {
            Some(declared) => written(declared, self.text),
            None => value.and_then(|it| self.type_of(it)),
        };
        let Some(pattern) = node.child_by_field_name("pattern") else { return };
        let first = self.names.len();
        self.bind(pattern, of, value.map(span), has_mut(node));
        // `let x = &made();` keeps what was made as long as the name.
        let keeps = value
            .filter(|it| it.kind() == "reference_expression")
            .and_then(|it| it.child_by_field_name("value"));
        let keeps = keeps.filter(|it| !places::is_place(*it, self.text));
        let is_plain =
            keeps.is_none_or(|it| self.type_of(it).is_some_and(|it| self.module.drops_nothing(&it)));
        for name in &mut self.names[first..] {
            name.by = if value.is_some() { By::Let } else { By::Late };
            name.drops_nothing &= is_plain;
        }
    }

    fn matches(&mut self, node: Node<'t>) {
        self.walk_field(node, "value");
        let value = node.child_by_field_name("value");
        let of = value.and_then(|it| self.type_of(it));
        let Some(body) = node.child_by_field_name("body") else { return };
        for arm in children(body).into_iter().filter(|it| it.kind() == "match_arm") {
            self.scoped(arm, |walk| {
                let Some(pattern) = arm.child_by_field_name("pattern") else { return };
                let condition = pattern.child_by_field_name("condition");
                for part in children(pattern) {
                    if Some(part) == condition {
                        walk.walk(part);
                    } else {
                        walk.bind(part, of.clone(), value.map(span), false);
                    }
                }
                walk.walk_field(arm, "value");
            });
        }
    }

    fn closure(&mut self, node: Node<'t>) {
        self.closures += 1;
        self.scoped(node, |walk| {
            let parameters = node.child_by_field_name("parameters").map(children).unwrap_or_default();
            for parameter in parameters {
                match parameter.kind() {
                    "parameter" => {
                        let of = parameter.child_by_field_name("type").and_then(|it| written(it, walk.text));
                        if let Some(pattern) = parameter.child_by_field_name("pattern") {
                            walk.bind(pattern, of, None, has_mut(parameter));
                        }
                    }
                    _ => walk.bind(parameter, None, None, false),
                }
            }
            walk.walk_field(node, "body");
        });
        self.closures -= 1;
    }

    /// Binds the names of a pattern that a value of a type is matched with.
    fn bind(&mut self, pattern: Node<'t>, of: Option<Type>, from: Option<Span>, is_mut: bool) {
        match pattern.kind() {
            "identifier" | "shorthand_field_identifier" => {
                let word = self.word(pattern);
                let is_it = |seen: &(&str, usize)| seen.0 == word && self.names[seen.1].from == from;
                let again = from.is_some() && in_alternatives(pattern) && self.seen.iter().any(is_it);
                if crate::rust::binds(word) && !again {
                    self.add(word, span(pattern), of, from, is_mut);
                }
            }
            "mut_pattern" => self.bind_all(pattern, of, from, true),
            "match_pattern" | "or_pattern" | "parenthesized_pattern" => {
                self.bind_all(pattern, of, from, is_mut)
            }
            "reference_pattern" => {
                let inner = match of {
                    Some(Type::Reference { to, .. }) => Some(*to),
                    _ => None,
                };
                self.bind_all(pattern, inner, from, is_mut);
            }
            "captured_pattern" => {
                for (at, child) in children(pattern).into_iter().enumerate() {
                    self.bind(child, of.clone().filter(|_| at == 0), from, is_mut);
                }
            }
            "tuple_pattern" => {
                let parts = children(pattern);
                let types = tuple_parts(of.as_ref(), parts.len());
                let has_rest = parts.iter().any(|it| it.kind() == "remaining_field_pattern");
                for (at, part) in parts.into_iter().enumerate() {
                    let of = types.as_ref().and_then(|it| it.get(at)).filter(|_| !has_rest);
                    self.bind(part, of.cloned(), from, false);
                }
            }
            "tuple_struct_pattern" => {
                let with = pattern.child_by_field_name("type").map_or("", |it| self.word(it));
                let inner = of.as_ref().and_then(|it| variant(it, with));
                for part in children(pattern).into_iter().skip(1) {
                    self.bind(part, inner.clone(), from, false);
                }
            }
            "field_pattern" => {
                let inner = pattern.child_by_field_name("pattern");
                let is_mut = has_mut(pattern);
                match (inner, pattern.child_by_field_name("name")) {
                    (Some(inner), _) => self.bind(inner, None, from, is_mut),
                    (None, Some(name)) => self.bind(name, None, from, is_mut),
                    _ => {}
                }
            }
            "struct_pattern" => {
                for part in children(pattern).into_iter().filter(|it| it.kind() == "field_pattern") {
                    self.bind(part, None, from, false);
                }
            }
            "ref_pattern" | "slice_pattern" => self.bind_all(pattern, None, from, false),
            _ => {}
        }
    }

    fn bind_all(&mut self, pattern: Node<'t>, of: Option<Type>, from: Option<Span>, is_mut: bool) {
        for child in children(pattern).into_iter().filter(|it| it.kind() != "mutable_specifier") {
            self.bind(child, of.clone(), from, is_mut);
        }
    }

    /// What a word means where the walk is.
    pub(super) fn resolve(&self, word: &str) -> Option<usize> {
        self.seen.iter().rev().find(|(name, _)| *name == word).map(|(_, id)| *id)
    }

    /// The name that a word that was walked by means.
    pub(super) fn name_at(&self, node: Node) -> Option<usize> {
        self.by_place.get(&(node.start_byte() as u32)).copied()
    }

    fn use_of(&mut self, node: Node<'t>) {
        let Some(name) = self.resolve(self.word(node)) else { return };
        self.by_place.insert(node.start_byte() as u32, name);
        let place = places::around(node, self.text);
        let kind = match place.kind {
            UseKind::Value | UseKind::Matched
                if self.type_of(place.node).is_some_and(|it| self.module.is_copied(&it)) =>
            {
                UseKind::Copied
            }
            UseKind::Receiver(_) => UseKind::Receiver(self.mode(place.node, place.method)),
            kind => kind,
        };
        self.used(name, span(node), kind, place.is_whole, place.borrow);
    }

    pub(super) fn used(
        &mut self,
        name: usize,
        at: Span,
        kind: UseKind,
        is_whole: bool,
        borrow: Option<Span>,
    ) {
        let in_closure = self.closures > 0;
        self.uses.push(Use { name, at, kind, is_whole, borrow, in_closure });
    }

    /// How a method takes what it is called on.
    fn mode(&self, receiver: Node, method: Option<&str>) -> Mode {
        match (self.type_of(receiver), method) {
            (Some(of), Some(method)) => self.mode_of(&of, method),
            _ => Mode::Unknown,
        }
    }

    /// Notes what can't be in another function.
    fn look(&mut self, node: Node<'t>) {
        if node.kind() == "expression_statement"
            && node.named_child(0).is_some_and(|it| !has_blocks(it.kind()))
        {
            self.leaves.push(span(node));
        }
        if !self.chosen.contains(span(node)) {
            return;
        }
        let obstacle = match node.kind() {
            "return_expression" if self.closures == 0 => Obstacle::Returns,
            "try_expression" if self.closures == 0 => Obstacle::Tries,
            "break_expression" | "continue_expression" => {
                let has_label = children(node).iter().any(|it| it.kind() == "label");
                if !has_label && places::stays_in(node, self.chosen) {
                    return;
                }
                Obstacle::LeavesLoop
            }
            "await_expression" => Obstacle::Awaits,
            "yield_expression" | "gen_block" | "const_block" | "try_block" | "async_block" => Obstacle::Block,
            "unsafe_block" => Obstacle::Unsafe,
            "attribute_item" | "inner_attribute_item" => Obstacle::Attribute,
            kind if is_item(kind) => Obstacle::Item,
            _ => return,
        };
        self.obstacles.push((span(node), obstacle));
    }
}

/// Whether statements can stand in an expression of that kind.
fn has_blocks(kind: &str) -> bool {
    matches!(
        kind,
        "if_expression"
            | "match_expression"
            | "for_expression"
            | "while_expression"
            | "loop_expression"
            | "block"
            | "unsafe_block"
    )
}

pub(super) fn is_item(kind: &str) -> bool {
    kind.ends_with("_item") && !matches!(kind, "attribute_item" | "inner_attribute_item")
        || matches!(
            kind,
            "use_declaration" | "macro_definition" | "extern_crate_declaration" | "associated_type"
        )
}

fn has_mut(node: Node) -> bool {
    node.children(&mut node.walk()).any(|it| it.kind() == "mutable_specifier")
}

fn in_alternatives(pattern: Node) -> bool {
    let around = std::iter::successors(pattern.parent(), |it| it.parent());
    around.take_while(|it| it.kind().ends_with("_pattern")).any(|it| it.kind() == "or_pattern")
}

/// The types of the parts of a tuple, behind a reference where it is.
fn tuple_parts(of: Option<&Type>, count: usize) -> Option<Vec<Type>> {
    match of? {
        Type::Tuple(parts) if parts.len() == count => Some(parts.clone()),
        Type::Reference { is_mut, to, .. } => match &**to {
            Type::Tuple(parts) if parts.len() == count => {
                let part = |it: &Type| behind(it.clone(), *is_mut);
                Some(parts.iter().map(part).collect())
            }
            _ => None,
        },
        _ => None,
    }
}

fn behind(of: Type, is_mut: bool) -> Type {
    Type::Reference { lifetime: None, is_mut, to: Box::new(of) }
}

/// What is in a variant of the standard library's enums.
fn variant(of: &Type, with: &str) -> Option<Type> {
    if let Type::Reference { is_mut, to, .. } = of {
        return Some(behind(variant(to, with)?, *is_mut)).filter(|_| !matches!(**to, Type::Reference { .. }));
    }
    let (name, arguments) = of.head()?;
    match (name, with) {
        ("Option", "Some") | ("Result", "Ok") => arguments.first().cloned(),
        ("Result", "Err") => arguments.get(1).cloned(),
        _ => None,
    }
}
