//! Types of Rust as they are written. Never does: resolve a name in one.

use std::fmt;

use tree_sitter::Node;

use crate::collect::span;
use crate::text::one_line;

/// A type that can be written in a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// A path with the arguments behind its last name.
    Path {
        path: String,
        arguments: Vec<Type>,
    },
    /// A lifetime among arguments, with its mark.
    Lifetime(String),
    Reference {
        lifetime: Option<String>,
        is_mut: bool,
        to: Box<Type>,
    },
    Slice(Box<Type>),
    Array {
        of: Box<Type>,
        length: String,
    },
    Tuple(Vec<Type>),
    /// A pointer, a trait object and the like, as it stands there.
    Other(String),
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path { path, arguments } if arguments.is_empty() => f.write_str(path),
            Self::Path { path, arguments } => write!(f, "{path}<{}>", listed(arguments)),
            Self::Lifetime(name) => f.write_str(name),
            Self::Reference { lifetime, is_mut, to } => {
                let lifetime = lifetime.as_ref().map(|it| format!("{it} ")).unwrap_or_default();
                write!(f, "&{lifetime}{}{to}", if *is_mut { "mut " } else { "" })
            }
            Self::Slice(of) => write!(f, "[{of}]"),
            Self::Array { of, length } => write!(f, "[{of}; {length}]"),
            Self::Tuple(parts) if parts.len() == 1 => write!(f, "({},)", parts[0]),
            Self::Tuple(parts) => write!(f, "({})", listed(parts)),
            Self::Other(text) => f.write_str(text),
        }
    }
}

fn listed(types: &[Type]) -> String {
    types.iter().map(Type::to_string).collect::<Vec<_>>().join(", ")
}

impl Type {
    pub(super) fn name(path: &str) -> Self {
        Self::Path { path: path.to_owned(), arguments: Vec::new() }
    }

    pub(super) fn of(path: &str, argument: Type) -> Self {
        Self::Path { path: path.to_owned(), arguments: vec![argument] }
    }

    pub(super) fn unit() -> Self {
        Self::Tuple(Vec::new())
    }

    /// A shared reference without a name for its lifetime.
    pub(super) fn shared(self) -> Self {
        Self::Reference { lifetime: None, is_mut: false, to: Box::new(self) }
    }

    /// What references lead to.
    pub(super) fn target(&self) -> &Self {
        match self {
            Self::Reference { to, .. } => to.target(),
            other => other,
        }
    }

    /// The last name of a path and its arguments.
    pub(super) fn head(&self) -> Option<(&str, &[Type])> {
        match self {
            Self::Path { path, arguments } => {
                Some((path.rsplit("::").next().unwrap_or(path).trim(), arguments))
            }
            _ => None,
        }
    }

    /// The name of a number's, a truth value's or a letter's type.
    pub(super) fn primitive(&self) -> Option<&str> {
        match self {
            Self::Path { path, arguments } if arguments.is_empty() && is_primitive(path) => Some(path),
            _ => None,
        }
    }

    pub(super) fn is_integer(&self) -> bool {
        self.primitive().is_some_and(|it| it.starts_with(['i', 'u']))
    }

    pub(super) fn is_bool(&self) -> bool {
        self.primitive() == Some("bool")
    }

    /// Whether it is a reference that can't be written through.
    pub fn is_shared_reference(&self) -> bool {
        matches!(self, Self::Reference { is_mut: false, .. })
    }

    pub fn is_mutable_reference(&self) -> bool {
        matches!(self, Self::Reference { is_mut: true, .. })
    }
}

pub(super) fn is_primitive(name: &str) -> bool {
    matches!(
        name,
        "u8" | "u16"
            | "u32"
            | "u64"
            | "u128"
            | "usize"
            | "i8"
            | "i16"
            | "i32"
            | "i64"
            | "i128"
            | "isize"
            | "f32"
            | "f64"
            | "bool"
            | "char"
    )
}

/// The type that a node writes; `None` where a part of it is left to be found out, or where it can't be written elsewhere (`impl Trait`).
pub(super) fn written(node: Node, text: &str) -> Option<Type> {
    let word = || span(node).of(text).to_owned();
    match node.kind() {
        "primitive_type" | "type_identifier" | "identifier" => {
            (word() != "_").then(|| Type::Path { path: word(), arguments: Vec::new() })
        }
        "scoped_type_identifier" | "scoped_identifier" => {
            let path = one_line(&word());
            let is_plain = !path.contains(['<', '(', '$']);
            is_plain.then_some(Type::Path { path, arguments: Vec::new() })
        }
        "generic_type" => {
            let Type::Path { path, .. } = written(node.child_by_field_name("type")?, text)? else {
                return None;
            };
            let arguments = node.child_by_field_name("type_arguments")?;
            Some(Type::Path { path, arguments: all(arguments, text)? })
        }
        "lifetime" => Some(Type::Lifetime(word())),
        "reference_type" => {
            let children: Vec<Node> = node.named_children(&mut node.walk()).collect();
            let of_kind = |kind: &str| children.iter().find(|it| it.kind() == kind);
            let lifetime = of_kind("lifetime").map(|it| span(*it).of(text).to_owned());
            let to = Box::new(written(node.child_by_field_name("type")?, text)?);
            Some(Type::Reference { lifetime, is_mut: of_kind("mutable_specifier").is_some(), to })
        }
        "array_type" => {
            let of = Box::new(written(node.child_by_field_name("element")?, text)?);
            match node.child_by_field_name("length") {
                Some(length) => Some(Type::Array { of, length: one_line(span(length).of(text)) }),
                None => Some(Type::Slice(of)),
            }
        }
        "tuple_type" => Some(Type::Tuple(all(node, text)?)),
        "unit_type" => Some(Type::unit()),
        "pointer_type" | "dynamic_type" => {
            let text = one_line(&word());
            is_known_word(&text).then_some(Type::Other(text))
        }
        _ => None,
    }
}

/// Whether `_` stands in words only.
fn is_known_word(text: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.all(|word| word != "_") && !text.contains("impl ")
}

fn all(node: Node, text: &str) -> Option<Vec<Type>> {
    let children: Vec<Node> = node.named_children(&mut node.walk()).filter(|it| !it.is_extra()).collect();
    children.into_iter().map(|it| written(it, text)).collect()
}

/// Visits a type and all that it is made of.
pub(super) fn any(of: &Type, is: &mut dyn FnMut(&Type) -> bool) -> bool {
    if is(of) {
        return true;
    }
    match of {
        Type::Path { arguments, .. } | Type::Tuple(arguments) => arguments.iter().any(|it| any(it, is)),
        Type::Reference { to, .. } => any(to, is),
        Type::Slice(of) | Type::Array { of, .. } => any(of, is),
        Type::Lifetime(_) | Type::Other(_) => false,
    }
}
