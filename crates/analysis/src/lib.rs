//! The incremental database of the present tree: files, their facts, modules, name resolution and references.
//!
//! Built on salsa: texts are inputs, everything else is derived on demand and derived again only when what it was made from
//! has changed. Facts that cross files never hold offsets, so an edit inside a body stays within its file. Never does: IO,
//! git, or positions in facts that other files depend on. Salsa's own ids never leave this crate.

mod arguments;
mod by_name;
mod calls;
mod cancel;
mod changes;
mod confidence;
mod database;
mod graph;
mod hierarchy;
mod key;
mod modules;
mod navigate;
mod occurrences;
mod parallel;
mod python;
mod queries;
mod references;
mod rust;
mod typed;
mod words;

pub use calls::{Calls, calls_from, calls_of};
pub use cancel::{Cancelled, or_cancelled};
pub use confidence::Confidence;
pub use database::{Analysis, DefId, FileId, Package, Source};
pub use graph::{
    Apart, Edge, Graph, NodeId, Refreshed, Role, Saved, Use, asks_for_fixtures, has_tests, is_fixture,
    owner_in, role_of,
};
pub use hierarchy::{
    classes_above, family, implementations, members_named, module_item, subtypes, supertypes, trait_of,
    type_of,
};
pub use key::symbol_key;
pub use modules::module_path;
pub use navigate::{
    Found, Target, Word, definitions_at, import_base, imported_file, is_unknown, meanings, seen_bindings,
    word_at,
};
pub use occurrences::{Occurrence, Symbol, occurrences, occurrences_in, symbol};
pub use parallel::on_files;
pub use references::{Relation, files_to_read, find_symbols, importers_of, imports_of, used_by, uses};
pub use typed::types_at;

#[cfg(test)]
mod tests;
