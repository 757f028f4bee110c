//! Search by meaning in a session: the index is built from short snapshots, a few files at a time, and kept up to date. Never
//! does: hold a snapshot while it embeds.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;

use backstory_analysis::{Analysis, or_cancelled};
use backstory_ide::documents::{Document, documents};
use backstory_ide::symbol::describe;

use super::context::Context;
use super::event::{Event, SymbolFound};
use super::positions::Lines;
use super::projects::View;
use super::questions::shown;
use crate::find::Found;
use crate::index::{Hit, Prepared, SearchIndex, prepare};

/// Files whose documents are taken from one snapshot.
pub(super) const CHUNK: usize = 16;

/// Builds the index of a tree; `None` where it was cancelled or the tree went away.
pub(super) fn build(context: &Context, root: &Path, cancelled: &AtomicBool) -> Option<SearchIndex> {
    let paths = with_view(context, root, |view| paths(&view.analysis))?;
    let mut index = SearchIndex::default();
    for chunk in paths.chunks(CHUNK) {
        if cancelled.load(Ordering::Relaxed) {
            return None;
        }
        for (path, prepared) in prepared(context, root, chunk)? {
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
) -> Option<Vec<(String, Prepared)>> {
    let documents: Vec<(String, Vec<Document>)> = with_view(context, root, |view| {
        let known = paths.iter().filter_map(|path| Some((path, view.analysis.file(path)?)));
        known.map(|(path, file)| (path.clone(), documents(&view.analysis, file))).collect()
    })?;
    Some(documents.into_iter().map(|(path, documents)| (path, prepare(&documents))).collect())
}

fn paths(analysis: &Analysis) -> Vec<String> {
    analysis.files().map(|file| analysis.path(file).to_owned()).collect()
}

/// Runs a question on a snapshot of a tree, again on a new one when a change takes it away. `None` when the tree is gone.
pub(super) fn with_view<T>(context: &Context, root: &Path, question: impl Fn(&View) -> T) -> Option<T> {
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
pub(super) fn found(context: &Context, view: &View, hit: &Hit) -> Option<SymbolFound> {
    let analysis = &view.analysis;
    let file = analysis.file(&hit.path)?;
    let local = analysis.outline(file).find(&hit.key)?;
    let name = analysis.spans(file).definitions[local.index()].name;
    let symbol = describe(analysis, backstory_analysis::DefId { file, local });
    Some(SymbolFound {
        path: shown(context, view, &symbol.path),
        range: Lines::new(analysis.text(file), view.encoding).range(name.start, name.end),
        found: Found::of(symbol, hit.score),
    })
}
