//! Names of symbols for people and for search. Never does: identify symbols in old versions (a `LocalKey` does that).

use backstory_syntax::{DefinitionKind, Language};

use crate::database::{Analysis, DefId};
use crate::modules::module_path;

/// The name of a symbol in the present tree: `rust:tokio::runtime::blocking::pool::Spawner::spawn_thread`,
/// `python:requests.sessions.Session.send`. Unique but for cfg variants and overloads.
pub fn symbol_key(analysis: &Analysis, id: DefId) -> String {
    let language = analysis.language(id.file);
    let separator = match language {
        Language::Rust => "::",
        Language::Python => ".",
    };
    let outline = analysis.outline(id.file);
    let mut key = format!("{}:{}", language.id(), module_path(analysis, id.file));
    for part in outline.container(id.local) {
        key.push_str(separator);
        key.push_str(&part);
    }
    let definition = outline.definition(id.local);
    key.push_str(separator);
    if definition.kind == DefinitionKind::Impl && definition.implemented.is_none() {
        key.push_str("impl ");
    }
    key.push_str(&definition.display_name());
    key
}
