//! Search by meaning in a session: the index is built from short snapshots, a few files at a time, and kept up to date. Never
//! does: hold a snapshot while it embeds.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};

use backstory_analysis::{Analysis, or_cancelled};
use backstory_ide::documents::{Document, documents};
use backstory_ide::symbol::describe;
use backstory_search::Snapshot;
use backstory_syntax::LocalKey;

use super::context::{Context, lock};
use super::event::{Event, SymbolFound};
use super::positions::Lines;
use super::projects::View;
use super::questions::shown;
use super::workers::may_wait_for_loop;
use crate::index::{Hit, Kind, Prepared, SearchIndex, Table, fitting, symbols};

/// Files whose documents are taken from one snapshot.
const CHUNK: usize = 16;

/// Builds the index of a tree; `None` where it was cancelled or the tree went away.
pub(super) fn build(context: &Context, root: &Path, cancelled: &AtomicBool) -> Option<SearchIndex> {
    let paths = with_view(context, root, |view| paths(&view.analysis))?;
    let table = Table::of(root);
    let mut index = SearchIndex::with_table(table.clone());
    for chunk in paths.chunks(CHUNK) {
        if cancelled.load(Ordering::Relaxed) {
            return None;
        }
        for (path, prepared) in prepared(context, root, chunk, &table)? {
            index.set_prepared(&path, prepared);
        }
    }
    index.rebuild();
    Some(index)
}

/// Some files ready for the index. Their documents come from a snapshot that is dropped before anything is made of them.
pub(super) fn prepared(
    context: &Context,
    root: &Path,
    paths: &[String],
    table: &Table,
) -> Option<Vec<(String, Prepared<LocalKey>)>> {
    let documents: Vec<(String, Vec<Document>)> = with_view(context, root, |view| {
        let known = paths.iter().filter_map(|path| Some((path, view.analysis.file(path)?)));
        known.map(|(path, file)| (path.clone(), documents(&view.analysis, file))).collect()
    })?;
    Some(documents.into_iter().map(|(path, documents)| (path, symbols(&documents, table))).collect())
}

/// Takes files as they are now into the index. Without the lock as long as possible: searches wait for it.
pub(super) fn update(context: &Context, root: &Path, index: &Mutex<SearchIndex>, paths: &[String]) {
    let table = lock(index).table().clone();
    for chunk in paths.chunks(CHUNK) {
        let Some(present) = prepared(context, root, chunk, &table) else { return };
        let mut index = lock(index);
        let gone = chunk.iter().filter(|path| !present.iter().any(|(other, _)| other == *path));
        gone.for_each(|path| index.remove_group(path));
        for (path, prepared) in present {
            index.set_prepared(&path, prepared);
        }
    }
    let mut changed = lock(index);
    if changed.has_drifted() {
        changed.rebuild();
    } else {
        changed.commit();
    }
}

/// Makes answers those of a fresh index again, after changes. Where there is a graph it would be lost, for a little that nobody sees: there that
/// waits until much has changed.
pub(super) fn rebuild(index: &Mutex<SearchIndex>) {
    let mut index = lock(index);
    if index.has_changed() && !index.has_graph() {
        index.rebuild();
    }
}

/// What to build a graph of, where one is wanted.
pub(super) fn snapshot(index: &Mutex<SearchIndex>) -> Option<Snapshot> {
    let mut index = lock(index);
    index.wants_graph().then(|| index.snapshot())
}

/// Builds a graph and searches by it from then on; the index is free meanwhile. One that misses its own points is not used.
pub(super) fn build_graph(index: &Mutex<SearchIndex>, snapshot: Snapshot) {
    match snapshot.build() {
        Some(graph) => lock(index).attach(graph),
        None => tracing::warn!("a search graph failed its check; every search looks at all symbols"),
    }
}

/// The symbols of some trees that do what the question says, best first. Holds no snapshot while it waits for an index.
pub(super) fn search(
    context: &Context,
    indexes: &[(PathBuf, Arc<Mutex<SearchIndex>>)],
    query: &str,
    limit: usize,
) -> Vec<SymbolFound> {
    let hits = |(root, index): &(PathBuf, Arc<Mutex<SearchIndex>>)| {
        let hits = lock(index).search(query, limit);
        fitting(Kind::Symbol, hits).into_iter().map(|hit| (root.clone(), hit)).collect::<Vec<_>>()
    };
    let mut hits: Vec<(PathBuf, Hit<LocalKey>)> = indexes.iter().flat_map(hits).collect();
    hits.sort_by(|a, b| b.1.score.total_cmp(&a.1.score));
    hits.truncate(limit);
    let present = |(root, hit): &(PathBuf, Hit<LocalKey>)| {
        with_view(context, root, |view| found(context, view, hit)).flatten()
    };
    hits.iter().filter_map(present).collect()
}

fn paths(analysis: &Analysis) -> Vec<String> {
    analysis.files().map(|file| analysis.path(file).to_owned()).collect()
}

/// Runs a question on a snapshot of a tree, again on a new one when a change takes it away. `None` when the tree is gone.
///
/// Panics in a job that was queued with a snapshot, always: it would wait for ever, but only when another change came just then.
pub(super) fn with_view<T>(context: &Context, root: &Path, question: impl Fn(&View) -> T) -> Option<T> {
    assert!(may_wait_for_loop(), "a job that was queued with a snapshot waits for the loop");
    loop {
        let (reply, view) = channel();
        context.send(Event::View { root: root.to_owned(), reply });
        let view = view.recv().ok()??;
        if let Ok(answer) = or_cancelled(|| question(&view)) {
            return Some(answer);
        }
    }
}

/// A hit as it stands in the snapshot; `None` for a symbol that is gone by now.
fn found(context: &Context, view: &View, hit: &Hit<LocalKey>) -> Option<SymbolFound> {
    let analysis = &view.analysis;
    let file = analysis.file(&hit.group)?;
    let local = analysis.outline(file).find(&hit.key)?;
    let name = analysis.spans(file).definitions[local.index()].name;
    let symbol = describe(analysis, backstory_analysis::DefId { file, local });
    Some(SymbolFound {
        path: shown(context, view, &symbol.path),
        range: Lines::new(analysis.text(file), view.encoding).range(name.start, name.end),
        symbol,
        score: hit.score,
        why: hit.why.clone().into(),
    })
}
