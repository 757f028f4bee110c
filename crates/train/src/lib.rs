//! The embedder's trainer: pairs of documentation and symbols out of source trees, a table of word-piece vectors that brings
//! them together, and figures of how much better it finds a symbol by what is said of it.
//!
//! [`train_from_sources`] goes the whole way of a table: [`packages`] finds the packages of a source, [`harvest`] reads the symbols of each, [`pairs`] chooses
//! what to learn from, [`extend`] gives the words of code rows of their own, [`train`] moves the rows, [`Questions`] measures.
//! The same sources, settings and seed give the same table on the same machine, to the last bit, however many threads work.
//!
//! Never runs unasked, never reaches the network, and never looks into history: pairs from commits come from the caller.

mod adam;
mod adapt;
mod contrast;
mod corpus;
mod encode;
mod error;
mod evaluate;
mod files;
mod from_sources;
mod harvest;
mod held_out;
mod matrix;
mod package;
mod random;
mod sentence;
mod trainer;
mod vocabulary;

pub use adapt::{Adaptation, Said, adapt, adapting};
pub use corpus::{Harvest, Known, Pair, pairs};
pub use encode::{Sample, samples};
pub use error::Error;
pub use evaluate::{Figures, PLACES, Questions, place};
pub use from_sources::{Harvested, Measured, Sources, Step, Trained, train_from_sources};
pub use harvest::{Symbol, harvest};
pub use held_out::hold_out;
pub use package::{Package, matches, packages};
pub use random::Random;
pub use sentence::first_sentence;
pub use trainer::{Progress, Settings, train};
pub use vocabulary::extend;
