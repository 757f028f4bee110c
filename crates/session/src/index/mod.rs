//! Search over everything that a repository says: its symbols, documents, commits and discussions, each a [`Collection`] of its own, so that
//! what is rare is rare among its like. Never does: read files, or start a thread.

mod collection;
mod fit;
mod prepared;
mod said;
pub(crate) mod stored;
mod table;

use backstory_syntax::LocalKey;

pub use collection::{Collection, Hit};
pub use fit::{Kind, fitting};
pub use prepared::{Prepared, SectionKey, commit, discussion, doc, symbols};
pub use said::Asked;
pub use table::{TABLES_FOLDER, Table};
pub(crate) use table::{forget, keep};

/// The symbols of a tree, by their files.
pub type SearchIndex = Collection<LocalKey>;

#[cfg(test)]
mod tests;
