//! Search by meaning over the symbols of a tree for one question: reads it, indexes every symbol, ranks them. Never does: keep
//! the index, which a session does.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::thread;

use backstory_analysis::{Analysis, DefId, FileId};
use backstory_ide::documents::documents;
use backstory_ide::symbol::{SymbolInfo, describe};
use backstory_store::Store;
use backstory_syntax::DefinitionKind;
use serde::Serialize;

use crate::index::{Hit, Prepared, SearchIndex, prepare};
use crate::workspace::load_with_facts;

/// One symbol that search found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Found {
    pub kind: DefinitionKind,
    /// The qualified name.
    pub key: String,
    pub path: String,
    /// 1-based line of the name.
    pub line: u32,
    /// The first line of the documentation; may be empty.
    pub docs: String,
    /// Cosine between question and symbol, -1 to 1.
    pub score: f32,
}

impl Found {
    /// A symbol as it is now, and how well it answers.
    pub fn of(symbol: SymbolInfo, score: f32) -> Self {
        Self {
            kind: symbol.kind,
            key: symbol.key,
            path: symbol.path,
            line: symbol.line,
            docs: symbol.docs,
            score,
        }
    }
}

/// The symbols below a root that do what the question says, best first, at most `limit`.
pub fn find(root: &Path, store: &Store, question: &str, limit: usize) -> Vec<Found> {
    let analysis = load_with_facts(root, store);
    let index = index(&analysis);
    index.search(question, limit).iter().filter_map(|hit| found(&analysis, hit)).collect()
}

/// The index of all symbols, prepared on all cores.
fn index(analysis: &Analysis) -> SearchIndex {
    let files: Vec<FileId> = analysis.files().collect();
    let workers = thread::available_parallelism().map_or(1, usize::from).min(files.len());
    let next = AtomicUsize::new(0);
    let (sender, prepared) = channel::<(FileId, Prepared)>();
    thread::scope(|scope| {
        for _ in 0..workers {
            let (snapshot, sender) = (analysis.clone(), sender.clone());
            let (files, next) = (&files, &next);
            scope.spawn(move || {
                while let Some(&file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    // The receiver lives until all threads have ended.
                    let _ = sender.send((file, prepare(&documents(&snapshot, file))));
                }
            });
        }
    });
    drop(sender);
    let mut index = SearchIndex::default();
    prepared.iter().for_each(|(file, symbols)| index.set_prepared(analysis.path(file), symbols));
    index.rebuild();
    index
}

fn found(analysis: &Analysis, hit: &Hit) -> Option<Found> {
    let file = analysis.file(&hit.path)?;
    let local = analysis.outline(file).find(&hit.key)?;
    Some(Found::of(describe(analysis, DefId { file, local }), hit.score))
}
