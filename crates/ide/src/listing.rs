//! Lists of symbols for people and JSON: those of files, and those that a few letters find. Never does: search by meaning.

use backstory_analysis::{Analysis, DefId, FileId};
use backstory_syntax::LineIndex;
use serde::Serialize;

use crate::navigation::{SymbolQuery, symbols};
use crate::symbol::{SymbolInfo, describe};

/// A symbol in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listed {
    #[serde(flatten)]
    pub symbol: SymbolInfo,
    /// 1-based line in which its declaration ends.
    pub end_line: u32,
    /// How many definitions of its file it is inside of.
    pub depth: u32,
}

/// The symbols of a file, in source order.
pub fn symbols_of(analysis: &Analysis, file: FileId) -> Vec<Listed> {
    let lines = LineIndex::new(analysis.text(file));
    analysis.outline(file).ids().map(|local| listed(analysis, DefId { file, local }, &lines)).collect()
}

/// The symbols whose names have the letters of a query in their order, best first.
pub fn symbols_like(analysis: &Analysis, query: &str, limit: usize) -> Vec<Listed> {
    let found = symbols(analysis, &SymbolQuery::new(query), limit);
    let listed = |id: DefId| listed(analysis, id, &LineIndex::new(analysis.text(id.file)));
    found.into_iter().map(|symbol| listed(symbol.id)).collect()
}

fn listed(analysis: &Analysis, id: DefId, lines: &LineIndex) -> Listed {
    let full = analysis.spans(id.file).definitions[id.local.index()].full;
    Listed {
        symbol: describe(analysis, id),
        end_line: lines.line(full.end) + 1,
        depth: analysis.outline(id.file).container(id.local).len() as u32,
    }
}
