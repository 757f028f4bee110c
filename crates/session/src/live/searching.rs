//! Search by meaning in a session: the index is built from short snapshots, a few files at a time, and kept up to date. Never
//! does: hold a snapshot while it embeds.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};

use backstory_analysis::{Analysis, or_cancelled};
use backstory_ide::documents::{Document, documents};
use backstory_search::Snapshot;
use backstory_syntax::{Language, LocalKey};
use ignore::overrides::Override;

use super::answers::Located;
use super::ask::Failure;
use super::context::{Context, lock};
use super::event::{Event, SearchQuery};
use super::positions::{Lines, Position, Range};
use super::projects::View;
use super::questions::shown;
use super::workers::may_wait_for_loop;
use crate::Place;
use crate::find::{Kept, Wanted, find_with, is_wanted, looked_at, patterns, symbol};
use crate::index::stored::{Key, encoded, put, stored};
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
        for (path, prepared) in prepared(context, root, chunk, &table, true)? {
            index.set_prepared(&path, prepared);
        }
    }
    index.rebuild();
    Some(index)
}

/// Some files ready for the index, from the cache where it has them. The documents of the others come from a snapshot that is dropped before
/// anything is made of them, and those of the `disk` go into the cache then.
pub(super) fn prepared(
    context: &Context,
    root: &Path,
    paths: &[String],
    table: &Table,
    disk: bool,
) -> Option<Vec<(String, Prepared<LocalKey>)>> {
    let keys: Vec<(&String, Key)> = with_view(context, root, |view| {
        let known = paths.iter().filter_map(|path| Some((path, view.analysis.file(path)?)));
        known.map(|(path, file)| (path, Key::of(&view.analysis, file, table))).collect()
    })?;
    let mut found: Vec<(String, Prepared<LocalKey>)> = Vec::new();
    let mut missing = Vec::new();
    for (path, key) in keys {
        match stored(&context.store, key) {
            Some(prepared) => found.push((path.clone(), prepared)),
            None => missing.push(path),
        }
    }
    if missing.is_empty() {
        return Some(found);
    }
    let documents: Vec<(&String, Key, Vec<Document>)> = with_view(context, root, |view| {
        let known = missing.iter().filter_map(|&path| Some((path, view.analysis.file(path)?)));
        let of = |(path, file)| (path, Key::of(&view.analysis, file, table), documents(&view.analysis, file));
        known.map(of).collect()
    })?;
    let mut new = Vec::new();
    for (path, key, documents) in documents {
        let prepared = symbols(&documents, table);
        new.extend(disk.then(|| encoded(key, &prepared)).flatten());
        found.push((path.clone(), prepared));
    }
    put(&context.store, &new);
    Some(found)
}

/// Takes files as they are now into the index, as on `disk` or while somebody types. Without the lock as long as possible: searches wait for it.
pub(super) fn update(
    context: &Context,
    root: &Path,
    index: &Mutex<SearchIndex>,
    paths: &[String],
    disk: bool,
) {
    let table = lock(index).table().clone();
    for chunk in paths.chunks(CHUNK) {
        let Some(present) = prepared(context, root, chunk, &table, disk) else { return };
        let mut index = lock(index);
        let gone = chunk.iter().filter(|path| !present.iter().any(|(other, _)| other == *path));
        gone.for_each(|path| index.remove_group(path));
        for (path, prepared) in present {
            index.set_prepared(&path, prepared);
        }
    }
    lock(index).settle();
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

/// A tree to search.
pub(super) struct Tree {
    pub root: PathBuf,
    pub place: Arc<Place>,
    /// Absent where symbols are not asked for, or not indexed.
    pub symbols: Option<Arc<Mutex<SearchIndex>>>,
    pub texts: Arc<Mutex<Kept>>,
}

/// What answers the question in some trees, best first. Holds no snapshot while it waits for an index.
pub(super) fn search(
    context: &Context,
    trees: &[Tree],
    query: &SearchQuery,
) -> Result<Vec<Located>, Failure> {
    let refused = |error: crate::Error| Failure::Refused(error.to_string());
    let mut found = Vec::new();
    for tree in trees {
        let wanted = patterns(&tree.place, &query.paths).map_err(refused)?;
        if let Some(index) = &tree.symbols {
            found.extend(symbols_of(context, &tree.root, index, query, &wanted));
        }
        let kinds: Vec<Kind> = query.kinds.iter().copied().filter(|&kind| kind != Kind::Symbol).collect();
        if !kinds.is_empty() {
            found.extend(texts_of(context, tree, query, &kinds).map_err(refused)?);
        }
    }
    found.sort_by(|a, b| b.found.score.total_cmp(&a.found.score));
    found.truncate(query.limit);
    Ok(found)
}

fn symbols_of(
    context: &Context,
    root: &Path,
    index: &Mutex<SearchIndex>,
    query: &SearchQuery,
    paths: &Option<Override>,
) -> Vec<Located> {
    let (question, languages) = (&query.question, &query.languages);
    let mut hits = lock(index).search(question, looked_at(query.limit, &query.paths, languages));
    let spoken = |path: &str| Language::of_path(path).is_some_and(|it| languages.contains(&it));
    hits.retain(|hit| is_wanted(paths, &hit.group) && (languages.is_empty() || spoken(&hit.group)));
    hits.truncate(query.limit);
    let hits = fitting(Kind::Symbol, hits);
    let present = |view: &View| hits.iter().filter_map(|hit| located(context, view, hit)).collect();
    with_view(context, root, present).unwrap_or_default()
}

fn texts_of(
    context: &Context,
    tree: &Tree,
    query: &SearchQuery,
    kinds: &[Kind],
) -> Result<Vec<Located>, crate::Error> {
    let SearchQuery { question, paths, languages, limit, .. } = query;
    let wanted = Wanted { question, kinds, paths, languages, limit: *limit };
    let found = find_with(&tree.place, &context.store, &mut lock(&tree.texts), &wanted)?;
    let located = found.into_iter().map(|found| {
        let path = found.path.as_ref().map(|path| context.shown(&tree.root, path));
        let start = Position { line: found.line.unwrap_or(1).saturating_sub(1), column: 0 };
        let place = path.map(|path| (path, Range { start, end: start }));
        Located { found, place }
    });
    Ok(located.collect())
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
fn located(context: &Context, view: &View, hit: &Hit<LocalKey>) -> Option<Located> {
    let analysis = &view.analysis;
    let id = analysis.find(&hit.group, &hit.key)?;
    let name = analysis.spans(id.file).definitions[id.local.index()].name;
    let range = Lines::new(analysis.text(id.file), view.encoding).range(name.start, name.end);
    let place = Some((shown(context, view, &hit.group), range));
    Some(Located { found: symbol(analysis, hit.clone())?, place })
}
