//! What a file says of the functions and types beside a function, and of its own type. Never does: look into another file.

use tree_sitter::Node;

use super::types::{Type, any, is_primitive, written};
use crate::Span;
use crate::collect::span;
use crate::whole_words;

/// How deep types are looked into.
const DEPTH: u32 = 4;

/// The items that can be named where a function stands.
pub(super) struct Module<'t> {
    pub text: &'t str,
    /// The innermost module first; others where all of theirs is imported.
    scopes: Vec<Vec<Node<'t>>>,
    /// The type that `Self` is, where it is a plain name, and whether it takes parameters.
    pub own: Option<(&'t str, bool)>,
}

/// How a method takes its receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Shared,
    Mutable,
    Owned,
    Unknown,
}

pub(super) fn children<'t>(node: Node<'t>) -> Vec<Node<'t>> {
    node.named_children(&mut node.walk()).filter(|child| !child.is_extra()).collect()
}

fn field<'t>(node: Node<'t>, name: &str) -> Option<Node<'t>> {
    node.child_by_field_name(name)
}

impl<'t> Module<'t> {
    /// Of a function, or of the implementation that it stands in.
    pub(super) fn around(item: Node<'t>, implementation: Option<Node<'t>>, text: &'t str) -> Self {
        let mut scopes = Vec::new();
        let mut at = item;
        while let Some(parent) = at.parent() {
            let is_scope = match parent.kind() {
                "source_file" => true,
                "declaration_list" => parent.parent().is_some_and(|it| it.kind() == "mod_item"),
                _ => false,
            };
            if is_scope {
                let items = children(parent);
                let goes_on = items.iter().any(|it| {
                    it.kind() == "use_declaration"
                        && span(*it).of(text).replace(' ', "").starts_with("usesuper::*")
                });
                scopes.push(items);
                if !goes_on {
                    break;
                }
            }
            at = parent;
        }
        let own = implementation.and_then(|it| field(it, "type")).and_then(|it| match it.kind() {
            "type_identifier" => Some((span(it).of(text), false)),
            "generic_type" => {
                let name = field(it, "type").filter(|it| it.kind() == "type_identifier")?;
                Some((span(name).of(text), true))
            }
            _ => None,
        });
        Self { text, scopes, own }
    }

    fn word(&self, node: Node) -> &'t str {
        span(node).of(self.text)
    }

    fn named(&self, name: &str, kinds: &[&str]) -> Option<Node<'t>> {
        let is = |it: &&Node<'t>| {
            kinds.contains(&it.kind()) && field(**it, "name").is_some_and(|it| self.word(it) == name)
        };
        let scope = self.scopes.iter().find(|scope| scope.iter().any(|it| is(&it)))?;
        let mut found = scope.iter().filter(is);
        let first = *found.next()?;
        found.next().is_none().then_some(first)
    }

    /// The function of a name, where there is one only.
    pub(super) fn function(&self, name: &str) -> Option<Node<'t>> {
        self.named(name, &["function_item"])
    }

    /// The struct or enum of a name.
    pub(super) fn type_named(&self, name: &str) -> Option<Node<'t>> {
        let name = self.real_name(name);
        self.named(name, &["struct_item", "enum_item"])
    }

    fn real_name<'n>(&self, name: &'n str) -> &'n str
    where
        't: 'n,
    {
        match (name, self.own) {
            ("Self", Some((own, _))) => own,
            _ => name,
        }
    }

    /// Whether a name is the standard library's as far as the file tells.
    pub(super) fn is_standard(&self, path: &str) -> bool {
        if path.starts_with("std::") || path.starts_with("core::") || path.starts_with("alloc::") {
            return true;
        }
        let name = path.rsplit("::").next().unwrap_or(path);
        let first = path.split("::").next().unwrap_or(path);
        let is_used =
            |it: &Node| it.kind() == "use_declaration" && whole_words(self.word(*it), first).next().is_some();
        let uses: Vec<&Node> = self.scopes.iter().flatten().filter(|it| is_used(it)).collect();
        let is_from_standard =
            |it: &&Node| ["std::", "core::", "alloc::"].iter().any(|root| self.word(**it).contains(root));
        if !uses.is_empty() {
            return uses.iter().all(is_from_standard);
        }
        let is_declared = self
            .scopes
            .iter()
            .flatten()
            .any(|it| field(*it, "name").is_some_and(|it| self.word(it) == first));
        let in_prelude = matches!(name, "String" | "Vec" | "Option" | "Result" | "Box" | "str");
        in_prelude && first == name && !is_declared
    }

    /// A function of a type, where its implementations in the file have one such only.
    pub(super) fn method(&self, of: &str, name: &str) -> Option<Node<'t>> {
        let of = self.real_name(of);
        let mut found = self.scopes.iter().flatten().filter(|it| self.implements(it, of)).flat_map(|it| {
            let body = field(*it, "body").map(children).unwrap_or_default();
            body.into_iter().filter(|it| {
                it.kind() == "function_item" && field(*it, "name").is_some_and(|it| self.word(it) == name)
            })
        });
        let first = found.next()?;
        found.next().is_none().then_some(first)
    }

    /// Whether it is an implementation of a type itself, without parameters.
    fn implements(&self, node: &Node, of: &str) -> bool {
        node.kind() == "impl_item"
            && field(*node, "trait").is_none()
            && field(*node, "type").is_some_and(|it| self.word(it) == of)
    }

    /// What a function gives that is called with plain values; `None` where that depends on the call.
    pub(super) fn returned(&self, function: Node, own: Option<&str>) -> Option<Type> {
        let is_async = children(function).iter().any(|it| {
            it.kind() == "function_modifiers" && whole_words(self.word(*it), "async").next().is_some()
        });
        if is_async {
            return None;
        }
        let Some(node) = field(function, "return_type") else { return Some(Type::unit()) };
        let found = written(node, self.text)?;
        let parameters =
            field(function, "type_parameters").map(|it| names_of(it, self.text)).unwrap_or_default();
        let is_free = |it: &Type| match it {
            Type::Path { path, .. } => !parameters.contains(&path.as_str()) && !path.starts_with("Self::"),
            Type::Lifetime(name) => name == "'static",
            Type::Reference { lifetime, .. } => lifetime.as_ref().is_none_or(|it| it == "'static"),
            Type::Other(_) => false,
            _ => true,
        };
        if any(&found, &mut |it| !is_free(it)) {
            return None;
        }
        let has_own = any(&found, &mut |it| matches!(it, Type::Path { path, .. } if path == "Self"));
        match (has_own, own) {
            (false, _) => Some(found),
            (true, Some(own)) => Some(replaced(found, own)),
            (true, None) => None,
        }
    }

    /// How a function takes its receiver.
    pub(super) fn mode(&self, function: Node) -> Mode {
        let parameters = field(function, "parameters").map(children).unwrap_or_default();
        let Some(first) = parameters.first().filter(|it| it.kind() == "self_parameter") else {
            return Mode::Unknown;
        };
        let word = self.word(*first);
        match (word.starts_with('&'), whole_words(word, "mut").next().is_some()) {
            (true, true) => Mode::Mutable,
            (true, false) => Mode::Shared,
            (false, _) => Mode::Owned,
        }
    }

    /// The type of a field of a struct without parameters.
    pub(super) fn field_type(&self, of: &str, name: &str) -> Option<Type> {
        let item = self.type_named(of).filter(|it| it.kind() == "struct_item")?;
        if field(item, "type_parameters").is_some() {
            return None;
        }
        let body = field(item, "body")?;
        let found = match name.parse::<usize>() {
            Ok(index) if body.kind() == "ordered_field_declaration_list" => ordered(body).get(index).copied(),
            _ => children(body)
                .into_iter()
                .find(|it| field(*it, "name").is_some_and(|it| self.word(it) == name))
                .and_then(|it| field(it, "type")),
        };
        written(found?, self.text)
    }

    /// Whether a value of it is copied where it is used.
    pub(super) fn is_copied(&self, of: &Type) -> bool {
        match of {
            Type::Reference { is_mut, .. } => !is_mut,
            Type::Tuple(parts) => parts.iter().all(|it| self.is_copied(it)),
            Type::Array { of, .. } => self.is_copied(of),
            Type::Path { path, arguments } if arguments.is_empty() => {
                is_primitive(path) || self.type_named(path).is_some_and(|it| self.derives_copy(it))
            }
            Type::Path { path, arguments } => {
                path == "Option" && self.is_standard(path) && arguments.iter().all(|it| self.is_copied(it))
            }
            _ => false,
        }
    }

    fn derives_copy(&self, item: Node) -> bool {
        let attributes = std::iter::successors(item.prev_named_sibling(), |it| it.prev_named_sibling())
            .take_while(|it| it.is_extra() || it.kind() == "attribute_item");
        let mut attributes = attributes.filter(|it| it.kind() == "attribute_item").map(|it| self.word(it));
        field(item, "type_parameters").is_none()
            && attributes.any(|it| it.contains("derive") && whole_words(it, "Copy").next().is_some())
    }

    /// Whether nobody sees when a value of it goes away.
    pub(super) fn drops_nothing(&self, of: &Type) -> bool {
        self.has_plain_end(of, DEPTH)
    }

    fn has_plain_end(&self, of: &Type, depth: u32) -> bool {
        if depth == 0 {
            return false;
        }
        let all = |parts: &[Type]| parts.iter().all(|it| self.has_plain_end(it, depth - 1));
        match of {
            Type::Reference { .. } | Type::Lifetime(_) => true,
            Type::Slice(of) | Type::Array { of, .. } => self.has_plain_end(of, depth - 1),
            Type::Tuple(parts) => all(parts),
            Type::Other(text) => text.starts_with('*'),
            Type::Path { path, arguments } => {
                if is_primitive(path) || path == "str" {
                    return true;
                }
                let (name, _) = of.head().unwrap_or((path, arguments));
                if is_plain_standard(name) && self.is_standard(path) {
                    return all(arguments);
                }
                arguments.is_empty()
                    && self.type_named(path).is_some_and(|it| self.item_ends_plainly(it, depth))
            }
        }
    }

    fn item_ends_plainly(&self, item: Node, depth: u32) -> bool {
        let name = field(item, "name").map_or("", |it| self.word(it));
        let is_dropped = self.scopes.iter().flatten().any(|it| {
            it.kind() == "impl_item"
                && field(*it, "trait").is_some_and(|it| self.word(it).ends_with("Drop"))
                && field(*it, "type").is_some_and(|it| whole_words(self.word(it), name).next().is_some())
        });
        let mut types = Vec::new();
        if is_dropped || field(item, "type_parameters").is_some() || !self.gather(item, &mut types) {
            return false;
        }
        types.iter().all(|it| self.has_plain_end(it, depth - 1))
    }

    /// The types of all fields; false where one can't be read.
    fn gather(&self, item: Node, types: &mut Vec<Type>) -> bool {
        let Some(body) = field(item, "body") else { return true };
        let nodes: Vec<Node> = match body.kind() {
            "ordered_field_declaration_list" => ordered(body),
            "field_declaration_list" => {
                children(body).into_iter().filter_map(|it| field(it, "type")).collect()
            }
            _ => {
                return children(body)
                    .into_iter()
                    .all(|it| it.kind() != "enum_variant" || self.gather(it, types));
            }
        };
        nodes.into_iter().all(|it| written(it, self.text).map(|it| types.push(it)).is_some())
    }

    /// Whether no borrow can be in a value of it but one that lasts for ever.
    pub(super) fn holds_no_borrow(&self, of: &Type) -> bool {
        !any(of, &mut |it| match it {
            Type::Reference { lifetime, .. } => lifetime.as_deref() != Some("'static"),
            Type::Lifetime(name) => name != "'static",
            Type::Other(text) => !text.starts_with('*') || text.contains(['&', '\'']),
            Type::Path { path, .. } => !self.has_no_lifetime(path),
            _ => false,
        })
    }

    fn has_no_lifetime(&self, path: &str) -> bool {
        if is_primitive(path) || path == "str" {
            return true;
        }
        let name = path.rsplit("::").next().unwrap_or(path);
        if is_plain_standard(name) && self.is_standard(path) {
            return true;
        }
        self.type_named(path).is_some_and(|it| field(it, "type_parameters").is_none())
    }
}

/// The names that generic parameters declare, lifetimes with their mark.
pub(super) fn names_of<'t>(parameters: Node, text: &'t str) -> Vec<&'t str> {
    children(parameters).into_iter().filter_map(|it| name_of(it, text)).collect()
}

fn name_of<'t>(parameter: Node, text: &'t str) -> Option<&'t str> {
    let named = parameter.child_by_field_name("name").or_else(|| {
        children(parameter)
            .into_iter()
            .find(|it| matches!(it.kind(), "lifetime" | "type_identifier" | "identifier"))
    });
    named.map(|it: Node| Span { start: it.start_byte() as u32, end: it.end_byte() as u32 }.of(text))
}

fn ordered(body: Node) -> Vec<Node> {
    children(body)
        .into_iter()
        .filter(|it| !matches!(it.kind(), "visibility_modifier" | "attribute_item"))
        .collect()
}

fn replaced(of: Type, own: &str) -> Type {
    let all = |parts: Vec<Type>| parts.into_iter().map(|it| replaced(it, own)).collect();
    match of {
        Type::Path { path, .. } if path == "Self" => Type::name(own),
        Type::Path { path, arguments } => Type::Path { path, arguments: all(arguments) },
        Type::Reference { lifetime, is_mut, to } => {
            Type::Reference { lifetime, is_mut, to: Box::new(replaced(*to, own)) }
        }
        Type::Slice(of) => Type::Slice(Box::new(replaced(*of, own))),
        Type::Array { of, length } => Type::Array { of: Box::new(replaced(*of, own)), length },
        Type::Tuple(parts) => Type::Tuple(all(parts)),
        other => other,
    }
}

/// Types of the standard library that hold no borrow of their own and whose end nobody sees.
fn is_plain_standard(name: &str) -> bool {
    matches!(
        name,
        "String"
            | "Vec"
            | "Option"
            | "Box"
            | "Result"
            | "PathBuf"
            | "Path"
            | "OsString"
            | "OsStr"
            | "VecDeque"
            | "HashMap"
            | "HashSet"
            | "BTreeMap"
            | "BTreeSet"
            | "Duration"
            | "Instant"
            | "SystemTime"
            | "Ordering"
            | "Range"
            | "Arc"
            | "Rc"
            | "NonZeroUsize"
            | "NonZeroU64"
            | "NonZeroU32"
    )
}
