//! What depends on symbols, which tests run them, and what to look at when they change. Never does: draw the graph, or read history.

mod likely;
mod look_at;
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

pub use look_at::{DOCUMENT, Ground, LookAt, because, said};
pub use markdown::markdown;
pub use phrases::{commands, phrase, summary, way};
pub use public::public_name;
pub use report::{Asked, Dependent, Hop, Impact, Place, Subject, TestReached, counts, impact};
pub use run::{Run, run};
pub use seeds::{files_of, seeds, seeds_of};
pub use select::{Choice, Chosen, Selection, Why, select};
pub use tests::{Reached, Test, all, reached};
pub use walk::{Bounds, Cut, Step, Walk, walk};
