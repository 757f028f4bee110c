//! What a piece of a function does to names, and in which order: which ways lead through the statements, where names are read, given a
//! value and let go, what functions inside keep of them. From it can be told whether the piece can stand in a function of its own.
//!
//! Python only. A [`Flow`] is of one frame: a function with its parameters, or the top level of a file. Its steps stand in no order but that
//! of their ways; where the ways can't be told apart (a `finally` that several ways lead through, a context manager that may swallow an
//! exception) there are more of them than the program has, never fewer. Positions are byte offsets. Never does: judge a piece, or anything
//! beyond the file.

mod build;
mod chosen;
mod frame;
mod known;
mod marks;
mod names;
mod order;
mod python;
mod python_expressions;

use crate::{Language, Parsed, Span};

pub(crate) use chosen::trimmed;
pub use chosen::{Chosen, Expression, NotChosen, Statements, Wanted};
pub use frame::{Frame, FrameKind, Method, Receiver};
pub use known::Known;
pub use marks::Mark;
pub use order::{Hoist, Hoisted};

/// Index into [`Flow::steps`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StepId(pub u32);

/// Index into [`Flow::variables`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VariableId(pub u32);

impl StepId {
    /// The id as an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl VariableId {
    /// The id as an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The steps of a frame and the names that are its own.
#[derive(Clone, Debug, Default)]
pub struct Flow {
    pub variables: Vec<Variable>,
    /// The first is where the frame is entered, the second where it is left, the third where it is left by an exception.
    pub steps: Vec<Step>,
}

/// Where a frame is entered.
pub const ENTRY: StepId = StepId(0);
/// Where it is left.
pub const EXIT: StepId = StepId(1);
/// Where it is left by an exception.
pub const RAISED: StepId = StepId(2);

/// A name of a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    pub name: String,
    pub kind: VariableKind,
}

/// Whose a name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VariableKind {
    Parameter,
    Local,
    /// A comprehension's or a lambda's inside the frame.
    Inner,
    /// Declared to be the file's.
    Global,
    /// Declared to be a function's around.
    Nonlocal,
}

/// One thing that happens.
#[derive(Clone, Debug)]
pub struct Step {
    /// The word, or what it happens in: a whole statement for where its ways meet.
    pub span: Span,
    pub event: Event,
    pub next: Vec<StepId>,
    /// Where an exception leads, where it stays in the frame.
    pub catch: Option<StepId>,
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Ways meet or part.
    Nothing,
    Read(VariableId),
    Write(VariableId, Writing),
    /// The name has no value any more.
    Unbind(VariableId, Unbinding),
    /// The type of a name is declared, without a value.
    Declare(VariableId),
    /// A function inside uses the name whenever it runs. The span is all of that function.
    Capture {
        variable: VariableId,
        writes: bool,
    },
    /// An attribute, an item or an operator, which may run code.
    Look,
    Call,
    Await,
    Yield,
    Raise,
    Return,
    /// Out of a loop, whose span it is.
    Break(Span),
    /// Back to the start of a loop, whose span it is.
    Continue(Span),
}

/// How a name is given a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writing {
    Value,
    Parameter,
    Import,
    /// A function or a class.
    Definition,
}

/// How a name loses its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unbinding {
    Del,
    /// The end of `except .. as name`.
    Handled,
}

/// A stretch of a file that was chosen, and what is around it.
#[derive(Clone, Debug)]
pub struct Piece {
    pub chosen: Chosen,
    pub frame: Frame,
    pub flow: Flow,
}

impl Parsed {
    /// What is chosen by a stretch of the text, with the frame around it; `text` must be the text that was parsed. White space at both ends does
    /// not count.
    ///
    /// # Errors
    /// Why that is no piece.
    pub fn piece(&self, text: &str, span: Span, wanted: Wanted) -> Result<Piece, NotChosen> {
        if self.language() != Language::Python {
            return Err(NotChosen::Language);
        }
        let root = self.tree.root_node();
        let (chosen, node) = chosen::choose(root, text, span, wanted)?;
        let (frame, body) = frame::around(node, text)?;
        let flow = python::flow(body, text);
        Ok(Piece { chosen, frame, flow })
    }

    /// The statements of a function's body, blocks inside not entered: the span of each, from decorators and the comments right above it on.
    /// Empty where no function starts at the byte offset of its name.
    pub fn statements_of(&self, text: &str, name: u32) -> Vec<Vec<Span>> {
        chosen::blocks(self.tree.root_node(), text, name)
    }
}
