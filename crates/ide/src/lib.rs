//! The features, one a file, plain data in and out: locating a symbol, describing it, its relations, the evidence for why it
//! is as it is, prompts and the check of what a model made of them, documents for search, what a hover, a lens and a report say.
//!
//! Everything here is a pure function of an [`Analysis`](backstory_analysis::Analysis) snapshot or of history's plain data.
//! Never does: IO, threads, running a model, or LSP types.

pub mod check;
pub mod diff;
pub mod discussion;
pub mod documents;
pub mod explain;
pub mod hint;
pub mod hover;
pub mod impact;
pub mod lens;
pub mod listing;
pub mod locate;
pub mod markdown;
pub mod names;
pub mod navigation;
pub mod prose;
pub mod refactor;
pub mod related;
pub mod report;
pub mod review;
pub mod sections;
pub mod summary;
pub mod symbol;
pub mod timeline;

#[cfg(test)]
mod tests;
