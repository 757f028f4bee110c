//! How sure it is what a name stands for. Never does: decide it.

/// How sure a meaning is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Confidence {
    /// Followed through scopes, modules, imports and declared types, each step the only one.
    Exact,
    /// Through a type that the code gives but does not declare, or one of several values.
    Inferred,
    /// Only the name agrees, at most three symbols have it, and no well-known method of the standard library does.
    ByName,
}

impl Confidence {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Inferred => "inferred",
            Self::ByName => "by-name",
        }
    }
}
