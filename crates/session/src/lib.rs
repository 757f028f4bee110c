//! The running system: reads the tree, asks history, analysis, search and the model's process, and hands out what each says as
//! soon as it is known.
//!
//! Owns threads, files and processes so that the crates below can stay pure. Never does: protocol, printing, or deciding how an
//! answer looks.

mod adapt;
mod ahead;
mod answer;
mod beside;
mod blame;
mod changelog;
pub mod config;
pub mod directories;
mod directory;
pub mod discussions;
pub mod doctor;
mod engines;
mod error;
mod explain;
mod find;
mod graph;
mod impact;
pub mod index;
pub mod live;
mod material;
mod names;
mod patience;
mod place;
mod reason;
mod refactor;
mod related;
mod review;
mod risk;
mod timeline;
mod tokens;
mod unsaved;
mod watch;
mod wording;
mod workspace;

use std::path::Path;
use std::process::ExitCode;

pub use backstory_history as history;
pub use backstory_ide as ide;
pub use backstory_model as model;
pub use backstory_store as store;
pub use backstory_syntax as syntax;

pub use adapt::{Adapted, Adapting, adapt, unadapt};
pub use ahead::{AheadStep, ReadAhead, read_ahead};
pub use answer::{Answer, Answering, ask};
pub use blame::{AttributedLine, Attribution, BlameAsked, NamedCommit, attribute};
pub use config::{Config, Layers, Lens, LensPart, Mode, Model, SecondEngine};
pub use engines::{ADAPTED_FOLDER, EngineChoice, Engines};
pub use error::Error;
pub use explain::{Explained, explain};
pub use find::{Found, FoundWhy, Snippet, Wanted as SearchWanted, find, similar};
pub use impact::{Past, impact};
pub use index::{Kind as SearchKind, TABLES_FOLDER};
pub use names::{Wanted, places, symbols};
pub use place::Place;
pub use reason::{reason, reason_of};
pub use refactor::{
    Applied, Asking, Lacking, Members, Refactored, Suggested, SuggestedMove, Wanted as RefactorWanted,
    dead_symbols, document, lacking_fixes, refactor, suggested, suggested_moves,
};
pub use review::{Between, Reviewing, impact_of_change, review};
pub use risk::{AtRisk, Repair, risk};
pub use timeline::{Asked, Told, timeline};
pub use wording::{Memory, Wording, WordingEvent};

/// Serves a model on standard input and output until input ends: the body of the hidden subcommand that the program starts
/// itself with.
pub fn serve_model(file: &Path, adapted: Option<&model::Adapted>) -> ExitCode {
    backstory_model::serve(file, adapted)
}

/// The cache of facts; one that remembers nothing where it can't be opened, with the reason.
pub fn open_cache() -> (store::Store, Option<String>) {
    let Some(directory) = directories::cache() else {
        return (
            store::Store::disabled(),
            Some("there is no cache directory: set BACKSTORY_CACHE_DIR".to_owned()),
        );
    };
    match store::Store::open(&directory) {
        Ok(store) => (store, None),
        Err(error) => (store::Store::disabled(), Some(format!("{error}; going on without the cache"))),
    }
}

#[cfg(test)]
mod tests;
