//! Types of Rust, as far as they lead to members. References, boxes and the like count as what they hold. Never does: lifetimes.

use backstory_syntax::BindingId;

use crate::database::{DefId, FileId};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Type {
    Unknown,
    /// A type that is not in the workspace, by its last name, with its arguments.
    External(String, Vec<Type>),
    /// A struct, an enum or a union with its arguments.
    Data(DefId, Vec<Type>),
    /// Something that implements these.
    Traits(Vec<DefId>),
    /// A generic parameter.
    Parameter(FileId, BindingId),
    Function(DefId, Vec<(Type, Type)>),
    /// A tuple struct or variant as a function.
    Constructor(DefId, Vec<Type>),
    /// A function without a name, by what it gives.
    Closure(Box<Type>),
    Tuple(Vec<Type>),
    /// What has to be awaited.
    Later(Box<Type>),
}

impl Type {
    /// With generic parameters replaced.
    pub(crate) fn with(&self, known: &[(Type, Type)]) -> Type {
        if known.is_empty() {
            return self.clone();
        }
        let all = |types: &[Type]| types.iter().map(|one| one.with(known)).collect();
        match self {
            Type::Parameter(..) => {
                known.iter().find(|(from, _)| from == self).map_or_else(|| self.clone(), |(_, to)| to.clone())
            }
            Type::External(name, arguments) => Type::External(name.clone(), all(arguments)),
            Type::Data(id, arguments) => Type::Data(*id, all(arguments)),
            Type::Tuple(parts) => Type::Tuple(all(parts)),
            Type::Closure(given) => Type::Closure(Box::new(given.with(known))),
            Type::Later(given) => Type::Later(Box::new(given.with(known))),
            other => other.clone(),
        }
    }

    pub(crate) fn external(name: &str, arguments: Vec<Type>) -> Type {
        Type::External(name.to_owned(), arguments)
    }

    /// The first argument of an external type.
    pub(crate) fn first(&self) -> Type {
        match self {
            Type::External(_, arguments) => arguments.first().cloned().unwrap_or(Type::Unknown),
            _ => Type::Unknown,
        }
    }
}
