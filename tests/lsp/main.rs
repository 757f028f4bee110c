//! The language server, end to end: the real program over its standard streams, on repositories in text. One test program, so that
//! it is linked once.

mod ahead;
mod answers;
mod changes;
mod checkouts;
mod client;
mod disk;
mod document;
mod folders;
mod framing;
mod hints;
mod impact;
#[cfg(feature = "model-tests")]
mod model;
mod navigation;
mod order;
mod patches;
mod positions;
mod recording;
mod refactor;
mod renames;
mod requests;
mod settings;
mod sharing;
mod unsaved;
