//! A piece of a function of Rust, what is known of the names in and around it, and whether it can be taken out of its place.
//!
//! Types are known where the file says them: in signatures, in `let x: T`, by literals, by functions, fields and methods of the same file, and
//! by the best known methods of the standard library. Whatever isn't said is unknown, and nothing is guessed. Positions are byte offsets.
//! Never does: judge a piece, or anything beyond the file.

mod chosen;
mod frame;
mod infer;
mod module;
mod names;
mod places;
mod standard;
mod tokens;
mod types;
mod variable;

use crate::flow::{NotChosen, Wanted};
use crate::{Language, Parsed, Span};

pub use frame::{Container, Frame, Receiver};
pub use module::Mode;
pub use types::Type;
pub use variable::{Before, Kept};

/// What was chosen of a function of Rust.
#[derive(Clone, Debug)]
pub struct RustPiece {
    /// Without white space around, with a comment behind the last statement on its line.
    pub span: Span,
    /// Whether it is an expression rather than statements.
    pub is_expression: bool,
    /// Whether it is a name or a literal alone.
    pub is_plain: bool,
    /// Whether it is all of the function's body.
    pub is_all: bool,
    /// Whether that is a place: a name, a field, an element.
    pub is_place: bool,
    /// Whether that is called, borrowed, or what a method is called on.
    pub is_held: bool,
    /// Whether a value in it, or in the end of the function, goes away at the end of its statement, and may be seen to.
    pub has_temporaries: bool,
    pub end: End,
    /// The type of what it gives where it gives something; nothing where that isn't known.
    pub value: Option<Type>,
    /// Whether no borrow can be in that.
    pub value_holds_no_borrow: bool,
    pub frame: Frame,
    /// The names of the function, its receiver among them.
    pub names: Vec<Name>,
    /// Their uses, in the order of the text but for loops.
    pub uses: Vec<Use>,
    pub obstacles: Vec<(Span, Obstacle)>,
    /// Statements that may keep a borrow of one name in another.
    pub leaves: Vec<Span>,
    /// What is evaluated before a block around, and may hold a borrow there.
    pub heads: Vec<Span>,
    /// The loops around, from the outermost on.
    pub loops: Vec<Span>,
    /// Names that are bound right among the statements, and so let go of at their end.
    pub bound: Vec<usize>,
    /// Texts over several lines.
    pub long_strings: Vec<Span>,
    /// Where the value of the expression could be made before.
    pub before: Result<Before, Kept>,
}

/// Where a piece ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Other statements follow.
    Middle,
    /// With a block that gives nothing.
    Unit,
    /// With the function.
    Body,
    /// With another block, with its value or without one.
    Value { is_given: bool },
    /// An expression.
    Inside,
}

/// A name of a function.
#[derive(Clone, Debug)]
pub struct Name {
    pub word: String,
    pub at: Span,
    /// Where its scope ends.
    pub scope_end: u32,
    pub is_mut: bool,
    pub by: By,
    /// Its type, where that is known and can be written.
    pub of: Option<Type>,
    /// Whether a value of that type is copied where it is used.
    pub is_copied: bool,
    /// Whether nobody sees when a value of that type goes away.
    pub drops_nothing: bool,
    /// Whether a value of that type holds no borrow.
    pub holds_no_borrow: bool,
    /// Whether what it leads to, where it is a reference, holds none.
    pub target_holds_no_borrow: bool,
    /// What its value comes from.
    pub from: Option<Span>,
    /// Whether a function without a name binds it.
    pub in_closure: bool,
}

/// What binds a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Receiver,
    /// A parameter that is a name.
    Parameter,
    Let,
    /// `let name;`
    Late,
    /// A pattern elsewhere.
    Pattern,
}

/// A use of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// Index into [`RustPiece::names`].
    pub name: usize,
    pub at: Span,
    pub kind: UseKind,
    /// Whether no field, element and so on is taken of it.
    pub is_whole: bool,
    /// The whole of `&name`, where it is that.
    pub borrow: Option<Span>,
    /// Whether a function without a name uses it.
    pub in_closure: bool,
}

/// What is done with a name, or a part of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UseKind {
    /// It may be moved.
    Value,
    /// A value that is copied.
    Copied,
    Borrow,
    BorrowMut,
    Compare,
    /// A macro looks at it.
    Formatted,
    /// A text names it in braces.
    Captured,
    Receiver(Mode),
    Assign,
    /// `x += 1` and the like.
    AssignOp,
    /// A pattern takes it apart.
    Matched,
    /// Anything.
    Other,
}

impl UseKind {
    /// Whether it only looks at the value.
    pub fn reads(self) -> bool {
        matches!(
            self,
            Self::Copied
                | Self::Borrow
                | Self::Compare
                | Self::Formatted
                | Self::Captured
                | Self::Receiver(Mode::Shared)
        )
    }
}

/// What can't be in another function as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    Returns,
    Tries,
    LeavesLoop,
    Awaits,
    /// An `async`, `const` or `try` block, or `yield`.
    Block,
    Unsafe,
    Attribute,
    Item,
    /// A macro that may be anything.
    Macro(String),
    /// It stands in a function without a name, an `async` or an `unsafe` block.
    Within,
}

impl Parsed {
    /// What a stretch of a text of Rust chooses, with the function around it; `text` must be the text that was parsed. White space at both ends
    /// does not count.
    ///
    /// # Errors
    /// Why that is no piece.
    pub fn rust_piece(&self, text: &str, span: Span, wanted: Wanted) -> Result<RustPiece, NotChosen> {
        if self.language() != Language::Rust {
            return Err(NotChosen::Language);
        }
        let chosen = chosen::choose(self.tree.root_node(), text, span, wanted)?;
        frame::piece(chosen, text)
    }
}
