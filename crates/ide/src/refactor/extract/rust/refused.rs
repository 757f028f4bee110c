//! Why a piece of Rust stays where it is. Never does: decide it.

use std::fmt;

use backstory_syntax::rust_piece::Kept;

/// Why nothing of Rust is extracted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotOfRust {
    /// The type of a name isn't known, or can't be written elsewhere.
    Type(String),
    /// The same for a name that comes out.
    ResultType(String),
    /// The same for the value of an expression.
    ValueType,
    /// It may be moved or changed, which its type would have to say.
    Use(String),
    /// Something else may hold a borrow of it.
    Borrowed(String),
    /// A lifetime may lead through it that a signature would have to name.
    Lifetime(String),
    /// A name that is bound in it and goes away later than the piece would end.
    Ends(String),
    /// A value without a name that goes away later.
    Temporary,
    /// Declared without a value.
    Late(String),
    /// Generic parameters that can't go along.
    Generic(String),
    /// Some names are new and others aren't.
    Mixed,
    /// `self` or `Self` in a trait or an implementation of one.
    NoMember,
    /// `self` by value or in something.
    Receiver,
    /// It is all that the function does.
    All,
    Tries,
    Returns,
    Awaits,
    Block,
    Unsafe,
    Attribute,
    Item,
    Macro(String),
    Within,
    Const,
    /// Where its value could be made before.
    Kept(Kept),
}

impl fmt::Display for NotOfRust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Type(name) => write!(f, "the type of `{name}` isn't written where it can be read"),
            Self::ResultType(name) => {
                write!(f, "the type of `{name}`, which is used behind it, isn't written where it can be read")
            }
            Self::ValueType => f.write_str("the type of its value isn't written where it can be read"),
            Self::Use(name) => write!(f, "`{name}` may be moved or changed in it"),
            Self::Borrowed(name) => write!(f, "something else may borrow of `{name}` there"),
            Self::Lifetime(name) => {
                write!(f, "`{name}` may hold a borrow that a signature would have to name")
            }
            Self::Ends(name) => write!(f, "`{name}` would go away earlier, which may make a difference"),
            Self::Temporary => {
                f.write_str("a value in it would go away at another time, or something borrows of it")
            }
            Self::Late(name) => write!(f, "`{name}` is declared without a value"),
            Self::Generic(name) => {
                write!(f, "the generic parameter `{name}` can't be told from what goes in")
            }
            Self::Mixed => {
                f.write_str("it makes new variables and changes others, which are all used behind it")
            }
            Self::NoMember => f.write_str("it needs `self` or `Self`, and a trait takes no other function"),
            Self::Receiver => f.write_str("`self` is no plain reference"),
            Self::All => f.write_str("it is all that the function does"),
            Self::Tries => f.write_str("`?` in it leaves the function"),
            Self::Returns => f.write_str("`return` in it leaves the function"),
            Self::Awaits => f.write_str("it awaits"),
            Self::Block => f.write_str("an `async`, `const` or `try` block, or `yield`, is in it"),
            Self::Unsafe => f.write_str("it is unsafe"),
            Self::Attribute => {
                f.write_str("an attribute in it, or on what is around it, may mean something else elsewhere")
            }
            Self::Item => f.write_str("functions, types or imports are declared in the function"),
            Self::Macro(name) => write!(f, "the macro `{name}!` may do anything"),
            Self::Within => f.write_str("it stands in a closure, an `async` or an `unsafe` block"),
            Self::Const => f.write_str("the function is `const` or `unsafe`"),
            Self::Kept(why) => f.write_str(kept(*why)),
        }
    }
}

fn kept(why: Kept) -> &'static str {
    match why {
        Kept::NoExpression => "only an expression can be given to a variable",
        Kept::Whole => "it is all of its statement, or has a name already",
        Kept::Lambda => "it is evaluated when the closure or block around it runs, not before the statement",
        Kept::Conditional => "it is evaluated under a condition only",
        Kept::Loop => "it is evaluated in each round of the loop",
        Kept::Order => "something else is evaluated before it, which may make a difference",
        Kept::Place => "it is a place, which a variable would be moved or copied out of",
        Kept::Coerced => "its type may depend on where it stands",
        Kept::Temporary => "a value in it would go away at another time, or something borrows of it",
    }
}
