//! The incremental database of the present tree: files, their facts, modules, name resolution and references.
//!
//! Built on salsa: texts are inputs, everything else is derived on demand and derived again only when what it was made from
//! has changed. Facts that cross files never hold offsets, so an edit inside a body stays within its file. Never does: IO,
//! git, or positions in facts that other files depend on. Salsa's own ids never leave this crate.

mod cancel;
mod changes;
mod database;
mod key;
mod modules;
mod navigate;
mod python;
mod queries;
mod references;
mod resolve;
mod words;

pub use cancel::{Cancelled, or_cancelled};
pub use database::{Analysis, DefId, FileId, Package, Source};
pub use key::symbol_key;
pub use modules::module_path;
pub use navigate::{Found, Target, definitions_at};
pub use references::{
    Relation, files_declaring_uses, files_to_read, find_symbols, importers_of, imports_of, used_by, uses,
};
pub use resolve::{Confidence, Edge, resolve};

#[cfg(test)]
mod tests;
