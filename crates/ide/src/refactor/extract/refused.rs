//! Why a piece of code stays where it is. Never does: decide it.

use std::fmt;

use backstory_syntax::flow::{Hoist, NotChosen};

use super::NotOfRust;

/// Why nothing is extracted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotExtracted {
    NotChosen(NotChosen),
    /// A variable takes an expression.
    NoExpression,
    /// A name or a literal needs no function.
    Plain,
    /// It is called, or a part of what is called.
    Callee,
    Hoist(Hoist),
    /// A type checker learns something from the condition where it stands.
    Narrows,
    NoName(String),
    /// The new name stands in the file already.
    Taken {
        name: String,
        line: Option<u32>,
    },
    /// The statement documents its function.
    Docstring,
    Yields,
    /// Some ways return, others go on.
    Returns,
    ReturnsInGenerator,
    /// Every way through it ends in an exception, which a checker would no longer see.
    Raises,
    /// A call in it most likely never comes back, which a checker would no longer see.
    Ends(String),
    LeavesLoop,
    /// It never runs.
    Unreachable,
    /// Control comes in or goes out at several places.
    Ways,
    /// The name may have no value where the piece starts.
    MaybeUnbound(String),
    /// The name may have no value where the piece ends, but is used behind it.
    MaybeUnset(String),
    /// A function elsewhere uses the name, which the piece gives another value.
    Captured(String),
    /// A function in the piece keeps the name, which gets another value later.
    KeptInside(String),
    /// A function inside gives the name another value.
    WrittenInside(String),
    /// An exception may end the piece after it gave the name a value that is used then.
    Caught(String),
    /// `del name` of a name that is used elsewhere.
    Deleted(String),
    /// A function, a class or an import of the piece is used behind it.
    Defines(String),
    /// A name's type is declared in it alone.
    Declares(String),
    /// A word in it means something else in another function.
    Special(String),
    /// `super()` or a private name, where no method can take the piece.
    ClassOnly(String),
    AwaitOutside,
    /// Its lines are shared with other statements.
    Layout,
    /// A type checker knows more of an attribute here than it would in another function.
    Narrowed(String),
    /// It tests or sets what is used behind it, and a checker would no longer know.
    Learnt(String),
    /// Its assignment declares a type, by which its own is inferred.
    Declared,
    /// A comment on its line tells tools to ignore something there.
    Ignored,
    OfRust(NotOfRust),
}

impl fmt::Display for NotExtracted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotChosen(why) => f.write_str(not_chosen(*why)),
            Self::NoExpression => f.write_str("only an expression can be given to a variable"),
            Self::Plain => f.write_str("a name or a literal alone needs none"),
            Self::Callee => f.write_str("it is what is called, no value of its own"),
            Self::Hoist(why) => f.write_str(hoist(*why)),
            Self::Narrows => f.write_str("type checkers learn something from this condition where it stands"),
            Self::NoName(name) => write!(f, "`{name}` can't be a name here"),
            Self::Taken { name, line: Some(line) } => write!(f, "`{name}` already stands in line {line}"),
            Self::Taken { name, line: None } => write!(f, "`{name}` already is a member of a class"),
            Self::Docstring => f.write_str("the docstring belongs to its function"),
            Self::Yields => f.write_str("it yields"),
            Self::Returns => f.write_str("it returns on some ways and goes on on others"),
            Self::ReturnsInGenerator => f.write_str("it returns from a generator"),
            Self::Raises => f.write_str("every way through it raises or goes on forever"),
            Self::Ends(call) => {
                write!(f, "`{}` may never come back", call.lines().next().unwrap_or_default())
            }
            Self::LeavesLoop => f.write_str("`break` or `continue` leaves it for a loop around it"),
            Self::Unreachable => f.write_str("it never runs"),
            Self::Ways => f.write_str("control enters it at more than one place"),
            Self::MaybeUnbound(name) => write!(f, "`{name}` may have no value before it"),
            Self::MaybeUnset(name) => write!(f, "`{name}` may have no value after it, and is used there"),
            Self::Captured(name) => {
                write!(f, "it gives `{name}` a value that a function elsewhere inside uses")
            }
            Self::KeptInside(name) => {
                write!(f, "a function in it uses `{name}`, which gets another value later")
            }
            Self::WrittenInside(name) => write!(f, "a function inside gives `{name}` a value"),
            Self::Caught(name) => {
                write!(f, "`{name}` is used where an exception of it is caught, and would lose its value")
            }
            Self::Deleted(name) => write!(f, "it deletes `{name}`, which is not its own"),
            Self::Defines(name) => write!(f, "it defines or imports `{name}`, which is used outside of it"),
            Self::Declares(name) => {
                write!(f, "it declares the type of `{name}`, which is used outside of it")
            }
            Self::Special(word) => write!(f, "`{word}` means something else in another function"),
            Self::ClassOnly(word) => write!(f, "`{word}` needs a method, and none can take it"),
            Self::AwaitOutside => f.write_str("it awaits outside of an async function"),
            Self::Layout => f.write_str("its lines are shared with other code"),
            Self::Learnt(path) => {
                write!(f, "what it says of the type of `{path}` would not be known behind it")
            }
            Self::Declared => f.write_str("the assignment declares a type for it"),
            Self::Ignored => f.write_str("a comment on its line tells tools to ignore something there"),
            Self::OfRust(why) => why.fmt(f),
            Self::Narrowed(path) => {
                write!(f, "what is known of the type of `{path}` here is not known in another function")
            }
        }
    }
}

fn not_chosen(why: NotChosen) -> &'static str {
    match why {
        NotChosen::Language => "not in this language",
        NotChosen::Nothing => "nothing is selected",
        NotChosen::NotWhole => "neither whole statements of one block nor one expression are selected",
        NotChosen::Broken => "the code around it does not parse",
        NotChosen::ClassBody => "it stands in the body of a class",
        NotChosen::NotEvaluated => "it is no value where it stands: a type, a target, a pattern or a head",
    }
}

fn hoist(why: Hoist) -> &'static str {
    match why {
        Hoist::Lambda => "it is evaluated when the lambda runs, not before the statement",
        Hoist::Comprehension => "it is evaluated for each element",
        Hoist::Conditional => "it is evaluated under a condition only",
        Hoist::Loop => "it is evaluated in each round of the loop",
        Hoist::Head => "it belongs to the head of a function or a class",
        Hoist::Order => "something else is evaluated before it, which may make a difference",
        Hoist::Line => "its statement shares a line with other code",
        Hoist::Binds => "it binds a name or yields",
    }
}
