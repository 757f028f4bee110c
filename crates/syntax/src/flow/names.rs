//! Which names a body of Python binds, and which a function inside uses of them. Never does: follow the order in which that happens.

use std::collections::HashSet;

use tree_sitter::Node;

use super::VariableKind;
use crate::collect::span;

/// What is named, in the order met, each once.
#[derive(Default)]
pub(super) struct Bound<'a> {
    pub(super) names: Vec<(&'a str, VariableKind)>,
    known: HashSet<&'a str>,
}

impl<'a> Bound<'a> {
    fn add(&mut self, node: Node, text: &'a str, kind: VariableKind) {
        let name = span(node).of(text);
        if self.known.insert(name) {
            self.names.push((name, kind));
        } else if matches!(kind, VariableKind::Global | VariableKind::Nonlocal)
            && let Some(entry) = self.names.iter_mut().find(|(known, _)| *known == name)
        {
            entry.1 = kind;
        }
    }
}

pub(super) fn children<'t>(node: Node<'t>) -> Vec<Node<'t>> {
    node.named_children(&mut node.walk()).filter(|child| !child.is_extra()).collect()
}

/// The names of parameters, `*` and `**` left out.
pub(super) fn parameters<'t>(node: Node<'t>) -> Vec<Node<'t>> {
    let named = |parameter: Node<'t>| {
        let named = match parameter.kind() {
            "typed_parameter" => parameter.named_child(0),
            "default_parameter" | "typed_default_parameter" => parameter.child_by_field_name("name"),
            _ => Some(parameter),
        }?;
        let word = match named.kind() {
            "list_splat_pattern" | "dictionary_splat_pattern" => named.named_child(0)?,
            _ => named,
        };
        (word.kind() == "identifier").then_some(word)
    };
    children(node).into_iter().filter_map(named).collect()
}

/// The names that the body of a frame binds, with its parameters.
pub(super) fn bound<'a>(function: Option<Node>, body: Node, text: &'a str) -> Bound<'a> {
    let mut bound = Bound::default();
    if let Some(list) = function.and_then(|it| it.child_by_field_name("parameters")) {
        for name in parameters(list) {
            bound.add(name, text, VariableKind::Parameter);
        }
    }
    binders(body, &mut |node, kind| bound.add(node, text, kind));
    bound
}

/// Calls `found` with each word that binds a name of the scope whose body this is.
fn binders(body: Node, found: &mut dyn FnMut(Node, VariableKind)) {
    let mut open = vec![body];
    while let Some(node) = open.pop() {
        let mut inside = children(node);
        match node.kind() {
            "function_definition" | "class_definition" => {
                if let Some(name) = node.child_by_field_name("name") {
                    found(name, VariableKind::Local);
                }
                // A name that a default or a base binds by `:=` is this scope's.
                inside.retain(|child| matches!(child.kind(), "parameters" | "argument_list"));
            }
            "lambda" => inside.clear(),
            "assignment" | "augmented_assignment" | "for_statement" => {
                if let Some(left) = node.child_by_field_name("left") {
                    targets(left, &mut |it| found(it, VariableKind::Local));
                }
            }
            "named_expression" => {
                if let Some(name) = node.child_by_field_name("name") {
                    found(name, VariableKind::Local);
                }
            }
            "delete_statement" => {
                for part in children(node) {
                    targets(part, &mut |it| found(it, VariableKind::Local));
                }
            }
            "as_pattern" | "except_clause" => {
                if let Some(alias) = node.child_by_field_name("alias") {
                    targets(alias, &mut |it| found(it, VariableKind::Local));
                } else if node.kind() == "as_pattern"
                    && let Some(name) = inside.get(1).filter(|it| it.kind() == "identifier")
                {
                    found(*name, VariableKind::Local);
                }
            }
            "import_statement" | "import_from_statement" | "future_import_statement" => {
                for name in imported(node) {
                    found(name, VariableKind::Local);
                }
                inside.clear();
            }
            "global_statement" | "nonlocal_statement" => {
                let is_global = node.kind() == "global_statement";
                let kind = if is_global { VariableKind::Global } else { VariableKind::Nonlocal };
                for name in inside.drain(..) {
                    found(name, kind);
                }
            }
            "case_pattern" => captures(node, &mut |it| found(it, VariableKind::Local)),
            "type_alias_statement" => {
                if let Some(name) = node.child_by_field_name("left").and_then(first_identifier) {
                    found(name, VariableKind::Local);
                }
            }
            _ => {}
        }
        open.extend(inside.into_iter().rev());
    }
}

fn first_identifier(node: Node) -> Option<Node> {
    let mut at = node;
    while at.kind() != "identifier" {
        at = at.named_child(0)?;
    }
    Some(at)
}

/// The names that an import binds.
pub(super) fn imported<'t>(node: Node<'t>) -> Vec<Node<'t>> {
    let mut cursor = node.walk();
    let names = node.children_by_field_name("name", &mut cursor);
    let bound = |name: Node<'t>| match name.kind() {
        "aliased_import" => name.child_by_field_name("alias"),
        _ => name.named_child(0).or(Some(name)),
    };
    names.filter_map(bound).collect()
}

/// Whether a target is made of several.
pub(super) fn is_several(target: Node) -> bool {
    matches!(
        target.kind(),
        "pattern_list"
            | "tuple_pattern"
            | "list_pattern"
            | "tuple"
            | "list"
            | "parenthesized_expression"
            | "list_splat_pattern"
            | "list_splat"
            | "expression_list"
            | "as_pattern_target"
    )
}

/// The words that are assigned to in a target.
pub(super) fn targets<'t>(node: Node<'t>, found: &mut dyn FnMut(Node<'t>)) {
    if node.kind() == "identifier" {
        found(node);
    } else if is_several(node) {
        for part in children(node) {
            targets(part, found);
        }
    }
}

/// The words that a pattern of `match` binds.
pub(super) fn captures<'t>(node: Node<'t>, found: &mut dyn FnMut(Node<'t>)) {
    let parts = children(node);
    match node.kind() {
        "identifier" => found(node),
        "dotted_name" => {
            if let [only] = parts.as_slice() {
                found(*only);
            }
        }
        "class_pattern" | "keyword_pattern" => parts.into_iter().skip(1).for_each(|it| captures(it, found)),
        _ => parts.into_iter().for_each(|it| captures(it, found)),
    }
}

/// What a function or a class inside uses of the names around it.
#[derive(Default)]
pub(super) struct Free<'a> {
    pub(super) reads: HashSet<&'a str>,
    /// Given a value by way of `nonlocal`.
    pub(super) writes: HashSet<&'a str>,
}

/// The names that a definition uses but does not bind itself, what stands in its head left out.
pub(super) fn free<'a>(definition: Node, text: &'a str) -> Free<'a> {
    let mut free = Free::default();
    let Some(body) = definition.child_by_field_name("body") else { return free };
    let is_function = definition.kind() != "class_definition";
    let own = bound(is_function.then_some(definition), body, text);
    let mut inner = Free::default();
    used(body, text, &mut inner);
    let kind = |name: &str| own.names.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind);
    for name in inner.reads {
        match kind(name) {
            None => _ = free.reads.insert(name),
            Some(VariableKind::Nonlocal) => {
                free.reads.insert(name);
                free.writes.insert(name);
            }
            Some(VariableKind::Global) => {
                free.reads.insert(name);
                free.writes.insert(name);
            }
            // A class's own names are not seen by its methods, and before it binds one the name is that around it.
            Some(_) if !is_function => _ = free.reads.insert(name),
            Some(_) => {}
        }
    }
    free.writes.extend(inner.writes.into_iter().filter(|name| kind(name).is_none()));
    let declared =
        own.names.iter().filter(|(_, it)| matches!(it, VariableKind::Nonlocal | VariableKind::Global));
    free.writes.extend(declared.map(|(name, _)| *name));
    free
}

/// The words in the types that a function's head declares: they are looked up when the function is defined.
pub(super) fn in_types<'a>(definition: Node, text: &'a str) -> HashSet<&'a str> {
    let mut free = Free::default();
    let list = definition.child_by_field_name("parameters").map(children).unwrap_or_default();
    let types = list.into_iter().filter_map(|it| it.child_by_field_name("type"));
    for declared in types.chain(definition.child_by_field_name("return_type")) {
        used(declared, text, &mut free);
    }
    free.reads
}

/// All words that may be names in a body, and what definitions in it use.
fn used<'a>(body: Node, text: &'a str, into: &mut Free<'a>) {
    let mut open = vec![body];
    while let Some(node) = open.pop() {
        match node.kind() {
            "identifier" => _ = into.reads.insert(span(node).of(text)),
            "attribute" => open.extend(node.child_by_field_name("object")),
            "keyword_argument" => open.extend(node.child_by_field_name("value")),
            "function_definition" | "class_definition" => {
                let inner = free(node, text);
                into.reads.extend(inner.reads);
                into.writes.extend(inner.writes);
                let head = children(node).into_iter().filter(|it| it.kind() != "block");
                open.extend(head);
            }
            "import_statement" | "import_from_statement" | "future_import_statement" => {}
            _ => open.extend(children(node)),
        }
    }
}
