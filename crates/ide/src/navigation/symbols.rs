//! The symbols of a file as a tree, and those of all files by parts of their names. Never does: search by meaning.

use backstory_analysis::{Analysis, DefId, FileId};
use backstory_syntax::{Definition, DefinitionKind, LocalId, Span};
use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// A symbol of a file with those inside it, in source order. Positions are byte offsets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSymbol {
    pub name: String,
    pub kind: DefinitionKind,
    pub full: Span,
    pub name_span: Span,
    pub children: Vec<FileSymbol>,
}

/// The symbols of a file.
pub fn file_symbols(analysis: &Analysis, file: FileId) -> Vec<FileSymbol> {
    let (outline, spans) = (analysis.outline(file), analysis.spans(file));
    let mut inside: Vec<Vec<LocalId>> = vec![Vec::new(); outline.definitions.len()];
    let mut top = Vec::new();
    for id in outline.ids() {
        match outline.definition(id).parent {
            Some(parent) => inside[parent.index()].push(id),
            None => top.push(id),
        }
    }
    // Whatever is inside comes after what it is inside of, so from the last to the first all parts are ready.
    let mut made: Vec<Option<FileSymbol>> = vec![None; outline.definitions.len()];
    for id in outline.ids().collect::<Vec<_>>().into_iter().rev() {
        let (definition, at) = (outline.definition(id), spans.definitions[id.index()]);
        let children = inside[id.index()].iter().filter_map(|child| made[child.index()].take()).collect();
        made[id.index()] = Some(FileSymbol {
            name: shown(definition),
            kind: definition.kind,
            full: at.full,
            name_span: at.name,
            children,
        });
    }
    top.iter().filter_map(|id| made[id.index()].take()).collect()
}

fn shown(definition: &Definition) -> String {
    match (definition.kind, &definition.implemented) {
        (DefinitionKind::Impl, Some(implemented)) => format!("impl {implemented} for {}", definition.name),
        (DefinitionKind::Impl, None) => format!("impl {}", definition.name),
        _ => definition.name.clone(),
    }
}

/// A symbol that a query found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Symbol {
    pub id: DefId,
    /// Higher is better; comparable within one query.
    pub score: u32,
}

/// What is looked for: letters of a name in their order, with letters of what contains it before the last `.` or `::`.
pub struct SymbolQuery {
    name: Pattern,
    container: Vec<String>,
    is_empty: bool,
}

impl SymbolQuery {
    pub fn new(written: &str) -> Self {
        let mut parts: Vec<&str> = written.split(['.', ':', ' ']).filter(|part| !part.is_empty()).collect();
        let name = parts.pop().unwrap_or("");
        Self {
            name: Pattern::new(name, CaseMatching::Smart, Normalization::Smart, AtomKind::Fuzzy),
            container: parts.iter().map(|part| part.to_lowercase()).collect(),
            is_empty: name.is_empty(),
        }
    }
}

/// The symbols whose names have the letters of the query, best first: those that start words and follow each other count more, then
/// shorter names, types before members, and the order of files. None for an empty query.
pub fn symbols(analysis: &Analysis, query: &SymbolQuery, limit: usize) -> Vec<Symbol> {
    if query.is_empty {
        return Vec::new();
    }
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let mut found: Vec<(u32, usize, u8, DefId)> = Vec::new();
    for file in analysis.files() {
        let outline = analysis.outline(file);
        for local in outline.ids() {
            let definition = outline.definition(local);
            // A block is found by its type.
            if definition.kind == DefinitionKind::Impl {
                continue;
            }
            let name = Utf32Str::new(&definition.name, &mut buffer);
            let Some(score) = query.name.score(name, &mut matcher) else { continue };
            let id = DefId { file, local };
            if is_contained(analysis, id, &query.container) {
                found.push((score, definition.name.len(), rank(definition.kind), id));
            }
        }
    }
    found.sort_by_key(|&(score, length, rank, _)| (std::cmp::Reverse(score), length, rank));
    found.truncate(limit);
    found.into_iter().map(|(score, _, _, id)| Symbol { id, score }).collect()
}

/// Whether the containers of a definition, or its path, have the words in their order.
fn is_contained(analysis: &Analysis, id: DefId, words: &[String]) -> bool {
    if words.is_empty() {
        return true;
    }
    let path = analysis.path(id.file).to_lowercase();
    let containers = analysis.outline(id.file).container(id.local);
    let parts = path.split(['/', '.']).map(str::to_owned);
    let mut parts = parts.chain(containers.into_iter().map(|part| part.to_lowercase()));
    words.iter().all(|word| parts.any(|part| part.contains(word.as_str())))
}

fn rank(kind: DefinitionKind) -> u8 {
    use DefinitionKind::{Class, Constant, Enum, Field, Function, Macro, Method, Module, Static};
    use DefinitionKind::{Impl, Struct, Trait, Type, Union, Variant};
    match kind {
        Class | Struct | Enum | Trait | Union | Type => 0,
        Function | Macro | Module => 1,
        Method | Constant | Static => 2,
        Variant | Field | Impl => 3,
    }
}
