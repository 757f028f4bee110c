//! The types of expressions, as far as one file and the best known types of the standard library say them for certain. Never does: guess.

use tree_sitter::Node;

use super::module::{Mode, children};
use super::names::Walk;
use super::places::is_comparison;
use super::standard;
use super::types::{Type, is_primitive, written};
use crate::collect::span;

impl<'t> Walk<'t, '_> {
    /// The type of an expression whose names were walked by; `None` where it isn't certain or can't be written.
    pub(super) fn type_of(&self, node: Node) -> Option<Type> {
        let field = |name: &str| node.child_by_field_name(name);
        match node.kind() {
            "boolean_literal" => Some(Type::name("bool")),
            "char_literal" => Some(Type::name(if self.word(node).starts_with('b') { "u8" } else { "char" })),
            "string_literal" | "raw_string_literal" => self.text_literal(node),
            "integer_literal" | "float_literal" => {
                let word = self.word(node);
                let start = word.find(['i', 'u', 'f']).filter(|_| !word.starts_with("0x"))?;
                is_primitive(&word[start..]).then(|| Type::name(&word[start..]))
            }
            "identifier" | "self" => self.names[self.name_at(node)?].of.clone(),
            "parenthesized_expression" => self.type_of(node.named_child(0)?),
            "type_cast_expression" => {
                written(field("type")?, self.text).filter(|it| it.primitive().is_some())
            }
            "binary_expression" => self.binary(node),
            "unary_expression" => self.unary(node),
            "reference_expression" => {
                let is_mut = node.children(&mut node.walk()).any(|it| it.kind() == "mutable_specifier");
                let to = Box::new(self.type_of(field("value")?)?);
                Some(Type::Reference { lifetime: None, is_mut, to })
            }
            "field_expression" => self.field(node),
            "index_expression" => self.index(node),
            "call_expression" => self.call(node),
            "struct_expression" => self.plain_type(field("name")?),
            "macro_invocation" => match self.word(field("macro")?) {
                "format" => Some(Type::name("String")),
                "matches" => Some(Type::name("bool")),
                _ => None,
            },
            "try_expression" => {
                let of = self.type_of(node.named_child(0)?)?;
                match of.head()? {
                    ("Option" | "Result", arguments) => arguments.first().cloned(),
                    _ => None,
                }
            }
            "tuple_expression" => {
                let parts: Option<Vec<Type>> =
                    children(node).into_iter().map(|it| self.type_of(it)).collect();
                Some(Type::Tuple(parts?))
            }
            "unit_expression" => Some(Type::unit()),
            "scoped_identifier" => self.variant(node),
            _ => None,
        }
    }

    fn text_literal(&self, node: Node) -> Option<Type> {
        let word = self.word(node);
        let is_text = word.starts_with(['"', 'r']);
        let lifetime = Some("'static".to_owned());
        is_text.then(|| Type::Reference { lifetime, is_mut: false, to: Box::new(Type::name("str")) })
    }

    /// A struct or enum of the file that takes no parameters.
    fn plain_type(&self, name: Node) -> Option<Type> {
        let word = self.word(name);
        let is_own_generic = word == "Self" && self.module.own.is_some_and(|it| it.1);
        if name.kind() != "type_identifier" || is_own_generic {
            return None;
        }
        let item = self.module.type_named(word)?;
        item.child_by_field_name("type_parameters").is_none().then(|| Type::name(word))
    }

    fn binary(&self, node: Node) -> Option<Type> {
        let operator = node.child_by_field_name("operator")?.kind();
        if is_comparison(node) || matches!(operator, "&&" | "||") {
            return Some(Type::name("bool"));
        }
        let (left, right) = (node.child_by_field_name("left")?, node.child_by_field_name("right")?);
        let of = |side: Node| self.type_of(side).filter(|it| it.primitive().is_some());
        let is_number = |side: Node| matches!(side.kind(), "integer_literal" | "float_literal");
        match (of(left), of(right)) {
            (left, _) if matches!(operator, "<<" | ">>") => left,
            (Some(left), Some(right)) if left == right => Some(left),
            (Some(left), None) if is_number(right) => Some(left),
            (None, Some(right)) if is_number(left) => Some(right),
            _ => None,
        }
    }

    fn unary(&self, node: Node) -> Option<Type> {
        let of = self.type_of(node.named_child(0)?)?;
        match (self.word(node).chars().next()?, of) {
            ('*', Type::Reference { to, .. }) => Some(*to),
            ('!', of) if of.is_bool() || of.is_integer() => Some(of),
            ('-', of) if of.primitive().is_some() => Some(of),
            _ => None,
        }
    }

    fn field(&self, node: Node) -> Option<Type> {
        let base = self.type_of(node.child_by_field_name("value")?)?;
        let name = self.word(node.child_by_field_name("field")?);
        match base.target() {
            Type::Tuple(parts) => parts.get(name.parse::<usize>().ok()?).cloned(),
            Type::Path { path, arguments } if arguments.is_empty() => self.module.field_type(path, name),
            _ => None,
        }
    }

    fn index(&self, node: Node) -> Option<Type> {
        let base = self.type_of(node.named_child(0)?)?;
        let at = node.named_child(1)?;
        let is_one = at.kind() == "integer_literal" || self.type_of(at)?.primitive() == Some("usize");
        is_one.then(|| self.element(base.target())).flatten()
    }

    /// What stands in a list.
    fn element(&self, of: &Type) -> Option<Type> {
        match of {
            Type::Slice(of) | Type::Array { of, .. } => Some((**of).clone()),
            Type::Path { path, arguments } if path == "Vec" && self.module.is_standard(path) => {
                arguments.first().cloned()
            }
            _ => None,
        }
    }

    /// What iterating over an expression gives.
    pub(super) fn element_of(&self, node: Node) -> Option<Type> {
        match node.kind() {
            "range_expression" => {
                let sides = children(node);
                let mut types = sides.iter().filter_map(|it| self.type_of(*it));
                let first = types.next().filter(Type::is_integer)?;
                let others = sides.iter().filter(|it| it.kind() == "integer_literal").count();
                let is_all = types.all(|it| it == first) && sides.len() <= 2;
                let known = sides.iter().filter(|it| self.type_of(**it).is_some()).count();
                (is_all && known + others >= sides.len()).then_some(first)
            }
            "call_expression" => {
                let callee =
                    node.child_by_field_name("function").filter(|it| it.kind() == "field_expression")?;
                let base = callee.child_by_field_name("value")?;
                match self.word(callee.child_by_field_name("field")?) {
                    "iter" => Some(self.element(self.type_of(base)?.target())?.shared()),
                    "enumerate" => Some(Type::Tuple(vec![Type::name("usize"), self.element_of(base)?])),
                    _ => None,
                }
            }
            _ => match self.type_of(node)? {
                Type::Reference { is_mut, to, .. } => {
                    let to = Box::new(self.element(&to)?);
                    Some(Type::Reference { lifetime: None, is_mut, to })
                }
                of => self.element(&of),
            },
        }
    }

    fn call(&self, node: Node) -> Option<Type> {
        let callee = node.child_by_field_name("function")?;
        match callee.kind() {
            "field_expression" => {
                let method = self.word(callee.child_by_field_name("field")?);
                self.method_result(callee.child_by_field_name("value")?, method)
            }
            // A tuple struct is a function as well.
            "identifier" => {
                let word = self.word(callee);
                match (self.name_at(callee), self.module.function(word)) {
                    (None, Some(function)) => self.module.returned(function, None),
                    (None, None) => {
                        let item = self.module.type_named(word).filter(|it| it.kind() == "struct_item")?;
                        item.child_by_field_name("type_parameters").is_none().then(|| Type::name(word))
                    }
                    _ => None,
                }
            }
            "scoped_identifier" => self.variant(callee).or_else(|| self.associated(callee)),
            _ => None,
        }
    }

    fn method_result(&self, receiver: Node, method: &str) -> Option<Type> {
        if let "to_string" = method {
            return Some(Type::name("String"));
        }
        let Some(of) = self.type_of(receiver) else {
            let is_told = matches!(method, "is_empty" | "is_some" | "is_none" | "is_ok" | "is_err");
            return is_told.then(|| Type::name("bool"));
        };
        let target = of.target();
        let (head, arguments) = match target.head() {
            Some((_, arguments)) => (target.to_string(), arguments),
            None => (String::new(), &[] as &[Type]),
        };
        if arguments.is_empty()
            && let Some(function) = self.module.method(&head, method)
        {
            let is_generic = head == "Self" && self.module.own.is_some_and(|it| it.1);
            return self.module.returned(function, Some(head.as_str()).filter(|_| !is_generic));
        }
        self.is_known(target).then(|| standard::result(target, method)).flatten()
    }

    fn is_known(&self, of: &Type) -> bool {
        match of {
            Type::Path { path, .. } => is_primitive(path) || self.module.is_standard(path),
            Type::Slice(_) | Type::Array { .. } => true,
            _ => false,
        }
    }

    /// How a method takes a receiver of a type.
    pub(super) fn mode_of(&self, of: &Type, method: &str) -> Mode {
        // What a shared reference leads to can't be changed nor moved.
        if of.is_shared_reference() {
            return Mode::Shared;
        }
        let target = of.target();
        if let Type::Path { path, arguments } = target
            && arguments.is_empty()
            && let Some(function) = self.module.method(path, method)
        {
            return self.module.mode(function);
        }
        if self.module.is_copied(target) && target.primitive().is_some() {
            return Mode::Shared;
        }
        match standard::family(target).filter(|_| self.is_known(target)) {
            Some(family) => standard::mode(family, method),
            None => Mode::Unknown,
        }
    }

    /// `Enum::Variant` of an enum of the file.
    fn variant(&self, node: Node) -> Option<Type> {
        let path = node.child_by_field_name("path").filter(|it| it.kind() == "identifier")?;
        let (of, name) = (self.word(path), self.word(node.child_by_field_name("name")?));
        let item = self.module.type_named(of).filter(|it| it.kind() == "enum_item")?;
        let is_plain = item.child_by_field_name("type_parameters").is_none();
        let is_own_generic = of == "Self" && self.module.own.is_some_and(|it| it.1);
        let variants = item.child_by_field_name("body").map(children).unwrap_or_default();
        let is_called = node.parent().is_some_and(|it| it.kind() == "call_expression");
        let has = variants.into_iter().any(|it| {
            let is_it = it.child_by_field_name("name").is_some_and(|it| span(it).of(self.text) == name);
            is_it && it.child_by_field_name("body").is_some() == is_called
        });
        (has && is_plain && !is_own_generic).then(|| Type::name(of))
    }

    /// `Type::function(..)`.
    fn associated(&self, node: Node) -> Option<Type> {
        let path = node.child_by_field_name("path").filter(|it| it.kind() == "identifier")?;
        let (of, name) = (self.word(path), self.word(node.child_by_field_name("name")?));
        if let Some(function) = self.module.method(of, name) {
            let is_generic = of == "Self" && self.module.own.is_some_and(|it| it.1);
            return self.module.returned(function, Some(of).filter(|_| !is_generic));
        }
        let makes =
            matches!((of, name), ("String", "new" | "from" | "with_capacity") | ("PathBuf", "new" | "from"));
        (makes && self.module.is_standard(of)).then(|| Type::name(of))
    }
}
