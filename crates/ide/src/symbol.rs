//! A symbol and its relations as plain data for people and JSON. Never does: look anything up by name.

use backstory_analysis::{
    Analysis, DefId, FileId, Relation, importers_of, imports_of, module_path, symbol_key, used_by, uses,
};
use backstory_syntax::{DefinitionKind, LineIndex, LocalKey};
use serde::Serialize;

/// What there is to say about a symbol from the present code alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SymbolInfo {
    pub kind: DefinitionKind,
    /// The qualified name in the present tree (`rust:tokio::runtime::blocking::pool::Spawner::spawn_thread`).
    pub key: String,
    pub name: String,
    /// The declaration up to its body, on one line.
    pub signature: String,
    /// The first line of its documentation; may be empty.
    pub docs: String,
    /// Relative to the root of the repository, with `/`.
    pub path: String,
    /// 1-based line of the name.
    pub line: u32,
    /// The name inside its file, which finds it in old versions.
    #[serde(skip)]
    pub local_key: LocalKey,
}

/// A symbol that uses, or is used by, another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Related {
    /// `None` for code at the top level of a file.
    pub kind: Option<DefinitionKind>,
    /// The qualified name, or that of the file's module.
    pub key: String,
    pub path: String,
    /// 1-based line of the name; 1 for a file's top level.
    pub line: u32,
    /// `exact`, `inferred` or `by-name`.
    pub confidence: &'static str,
    /// How many references make this relation.
    pub count: u32,
}

/// Describes a definition.
pub fn describe(analysis: &Analysis, id: DefId) -> SymbolInfo {
    let outline = analysis.outline(id.file);
    let definition = outline.definition(id.local);
    SymbolInfo {
        kind: definition.kind,
        key: symbol_key(analysis, id),
        name: definition.name.clone(),
        signature: definition.signature.clone(),
        docs: first_line(&definition.docs).to_owned(),
        path: analysis.path(id.file).to_owned(),
        line: line_of(analysis, id),
        local_key: outline.key(id.local),
    }
}

/// Describes a file as a whole, as the module that it is.
pub fn describe_file(analysis: &Analysis, file: FileId) -> SymbolInfo {
    let key = module_key(analysis, file);
    let name = key.rsplit([':', '.']).next().unwrap_or(&key).to_owned();
    SymbolInfo {
        kind: DefinitionKind::Module,
        signature: analysis.path(file).to_owned(),
        docs: first_line(&analysis.outline(file).docs).to_owned(),
        path: analysis.path(file).to_owned(),
        line: 1,
        local_key: LocalKey::file(),
        key,
        name,
    }
}

/// The modules that a file imports from, and those that import from it.
pub fn related_files(analysis: &Analysis, file: FileId) -> (Vec<Related>, Vec<Related>) {
    let name =
        |relations: Vec<Relation>| relations.iter().map(|relation| related(analysis, relation)).collect();
    (name(imports_of(analysis, file)), name(importers_of(analysis, file)))
}

/// What the symbol refers to within the workspace, surest first. Fields and variants are left out: they come with their types.
pub fn related_uses(analysis: &Analysis, id: DefId) -> Vec<Related> {
    let worth_naming = |relation: &Relation| {
        let kind =
            relation.symbol.map(|local| analysis.definition(DefId { file: relation.file, local }).kind);
        !matches!(kind, Some(DefinitionKind::Field | DefinitionKind::Variant))
    };
    uses(analysis, id)
        .iter()
        .filter(|relation| worth_naming(relation))
        .map(|r| related(analysis, r))
        .collect()
}

/// The code that refers to the symbol, surest first.
pub fn related_users(analysis: &Analysis, id: DefId) -> Vec<Related> {
    used_by(analysis, id).iter().map(|relation| related(analysis, relation)).collect()
}

/// 1-based line of a definition's name.
pub(crate) fn line_of(analysis: &Analysis, id: DefId) -> u32 {
    let name = analysis.spans(id.file).definitions[id.local.index()].name;
    LineIndex::new(analysis.text(id.file)).line(name.start) + 1
}

pub(crate) fn first_line(docs: &str) -> &str {
    docs.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("")
}

fn related(analysis: &Analysis, relation: &Relation) -> Related {
    let file = relation.file;
    let id = relation.symbol.map(|local| DefId { file, local });
    Related {
        kind: id.map(|id| analysis.definition(id).kind),
        key: match id {
            Some(id) => symbol_key(analysis, id),
            None => module_key(analysis, file),
        },
        path: analysis.path(file).to_owned(),
        line: id.map_or(1, |id| line_of(analysis, id)),
        confidence: relation.confidence.as_str(),
        count: relation.count,
    }
}

pub(crate) fn module_key(analysis: &Analysis, file: FileId) -> String {
    format!("{}:{}", analysis.language(file).id(), module_path(analysis, file))
}
