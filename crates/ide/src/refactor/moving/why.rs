//! Why a symbol is not moved, for people. Never does: decide it.

use std::fmt;

/// Why a symbol stays in its module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotMoved {
    /// It is no item of a module that could stand in another one.
    Kind,
    /// It is a test, a fixture or the like, which is found by its place.
    Found,
    /// Several declarations or assignments make it.
    Several,
    /// It is declared under a condition, by a macro or in one.
    Placed,
    /// Something else stands in its lines.
    Lines,
    /// A file has syntax errors.
    Broken { path: String },
    /// The file is no module that it could be moved to.
    NoModule { path: String },
    /// It is where it should go.
    Same,
    /// The file is in another package.
    Foreign { path: String },
    /// The target has the name for something else.
    Taken { name: String, path: String, line: u32 },
    /// It needs a name whose meaning depends on a condition, or is not known.
    Unsure { name: String, line: u32 },
    /// It needs something that is its module's own: `__name__`, `globals()`, a macro.
    Own { name: String, line: u32 },
    /// It needs a variable that changes when the program runs.
    Changing { name: String },
    /// Modules would import each other.
    Circle { first: String, second: String },
    /// What annotations mean would change.
    Annotations { path: String },
    /// A place uses it in a way that can't be written anew.
    Used { path: String, line: u32 },
    /// A string names it by its module.
    Named { path: String, line: u32 },
    /// Declaring it may do something, and nothing would import its new module.
    Effect,
    /// It needs something that can't be seen from there.
    Hidden { name: String, path: String },
    /// Its users could not see it there.
    Unseen { path: String },
    /// It may need a trait whose methods are not known here.
    Trait { name: String },
}

impl fmt::Display for NotMoved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind => f.write_str("only functions, types, traits and constants of a module are moved"),
            Self::Found => f.write_str("tests and fixtures are found by where they stand"),
            Self::Several => f.write_str("several declarations or assignments make it"),
            Self::Placed => f.write_str("it is declared under a condition or inside of a macro"),
            Self::Lines => f.write_str("something else stands in its lines"),
            Self::Broken { path } => write!(f, "{path} has syntax errors"),
            Self::NoModule { path } => write!(f, "{path} is no module that it can be moved to"),
            Self::Same => f.write_str("it is there already"),
            Self::Foreign { path } => write!(f, "{path} is in another package"),
            Self::Taken { name, path, line } => {
                write!(f, "`{name}` already means something else in {path}:{line}")
            }
            Self::Unsure { name, line } => {
                write!(f, "what `{name}` means in line {line} depends on a condition or is not known")
            }
            Self::Own { name, line } => {
                write!(f, "`{name}` in line {line} means something that belongs to its module")
            }
            Self::Changing { name } => write!(f, "`{name}` is given other values when the program runs"),
            Self::Circle { first, second } => {
                write!(f, "{first} and {second} would import each other")
            }
            Self::Annotations { path } => {
                write!(f, "annotations are not evaluated where it is, and would be in {path}")
            }
            Self::Used { path, line } => {
                write!(f, "{path}:{line} uses it in a way that can't be rewritten safely")
            }
            Self::Named { path, line } => write!(f, "a string in {path}:{line} names it by its module"),
            Self::Effect => {
                f.write_str("declaring it may do something, and nothing would import it any more")
            }
            Self::Hidden { name, path } => {
                write!(f, "it needs `{name}`, which can't be seen from {path}")
            }
            Self::Unseen { path } => write!(f, "{path} could not see it there"),
            Self::Trait { name } => {
                write!(f, "it may need the trait `{name}`, whose methods are not known here")
            }
        }
    }
}
