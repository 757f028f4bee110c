//! What depends on symbols, and which tests run them. Never does: draw the graph, or look at history.

mod likely;
mod markdown;
mod phrases;
mod public;
mod report;
mod run;
mod seeds;
mod select;
mod tests;
mod walk;
mod words;

pub use markdown::markdown;
pub use phrases::{commands, phrase, summary, way};
pub use public::public_name;
pub use report::{Asked, Dependent, Hop, Impact, Place, Subject, TestReached, counts, impact};
pub use run::{Run, run};
pub use seeds::{files_of, seeds};
pub use select::{Choice, Chosen, Selection, Why, select};
pub use tests::{Reached, Test, all, reached};
pub use walk::{Bounds, Cut, Step, Walk, walk};
