//! Types of Python, as far as they lead to members. Never does: decide whether one fits another.

use super::Module;
use crate::database::DefId;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Type {
    Unknown,
    /// Something that is not in the workspace.
    External,
    /// `None`, which has no members that anyone asks for.
    Nothing,
    Module(Module),
    Class(DefId),
    Instance(DefId),
    /// `super()` inside a class.
    Super(DefId),
    Function(DefId),
    /// What the standard library holds values in.
    Container(Container, Vec<Type>),
    Awaitable(Box<Type>),
    Union(Vec<Type>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Container {
    /// A list, a set, an iterator: one type of elements.
    Of,
    /// A type for each place.
    Tuple,
    /// Keys and values.
    Mapping,
    /// A type itself, as in `type[T]`.
    Type,
    /// What `with` takes a value out of.
    Context,
}

impl Type {
    /// One of several types: without repetitions, and without `None` where there is something else.
    pub(crate) fn union(types: impl IntoIterator<Item = Type>) -> Type {
        let mut all: Vec<Type> = Vec::new();
        for one in types {
            let inner = match one {
                Type::Union(inner) => inner,
                one => vec![one],
            };
            for one in inner {
                if !all.contains(&one) && all.len() < WIDTH {
                    all.push(one);
                }
            }
        }
        if all.len() > 1 {
            all.retain(|one| *one != Type::Nothing);
        }
        match all.len() {
            0 => Type::Unknown,
            1 => all.swap_remove(0),
            _ => Type::Union(all),
        }
    }

    /// The types that it may be.
    pub(crate) fn parts(&self) -> &[Type] {
        match self {
            Type::Union(all) => all,
            one => std::slice::from_ref(one),
        }
    }

    /// The same done to each part.
    pub(crate) fn map(&self, each: impl FnMut(&Type) -> Type) -> Type {
        Type::union(self.parts().iter().map(each))
    }
}

/// A union of more types says too little to be worth the time.
const WIDTH: usize = 12;
