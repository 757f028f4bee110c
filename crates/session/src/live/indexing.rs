//! The search index of a tree: built, brought up to date and made exact again, on workers. Never does: touch an index on the loop's own
//! thread.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use super::event::Event;
use super::opening::{begin, end};
use super::projects::{Project, Search, Searching};
use super::run::State;
use super::searching;
use super::workers::{Priority, guarded, spawn};
use crate::index::SearchIndex;

/// Builds the search index on a worker.
pub(super) fn index(state: &mut State, root: &Path) {
    let wanted =
        state.projects.get(root).is_some_and(|project| project.config.search && project.in_workspace);
    if !wanted {
        return;
    }
    let number = begin(state, "Indexing");
    let Some(cancelled) = state.progress.get(&number).map(Arc::clone) else { return };
    let Some(project) = state.projects.get_mut(root) else { return };
    let waiting = cancel(project);
    let changed = BTreeSet::new();
    project.search = Search::Building { number, cancelled: Arc::clone(&cancelled), waiting, changed };
    let (context, root) = (Arc::clone(&state.context), root.to_owned());
    spawn("index", Priority::Low, move || {
        let index = searching::build(&context, &root, &cancelled);
        context.send(Event::Indexed { root, number, index: index.map(Box::new) });
    });
}

pub(super) fn indexed(state: &mut State, root: &Path, number: u64, index: Option<Box<SearchIndex>>) {
    let message = if index.is_some() { "done" } else { "cancelled" };
    end(state, number, message.to_owned());
    let Some(project) = state.projects.get_mut(root) else { return };
    let Search::Building { number: building, .. } = &project.search else { return };
    if *building != number {
        return;
    }
    let next = index.map_or(Search::Off, |index| Search::Ready(Arc::new(Mutex::new(*index))));
    let Search::Building { waiting, changed, .. } = std::mem::replace(&mut project.search, next) else {
        return;
    };
    reindex(state, root, changed.into_iter().collect(), false);
    graph(state, root);
    for search in waiting {
        let question = super::Question::Search { query: search.query, ask: search.ask };
        state.context.send(Event::Ask(question));
    }
}

/// Brings the index up to date with files that changed or went, on disk or while somebody types, on a worker.
pub(super) fn reindex(state: &mut State, root: &Path, paths: Vec<String>, disk: bool) {
    let Some(project) = state.projects.get_mut(root).filter(|_| !paths.is_empty()) else { return };
    let index = match &mut project.search {
        Search::Off => return,
        Search::Building { changed, .. } => return changed.extend(paths),
        Search::Ready(index) => Arc::clone(index),
    };
    let (context, root) = (Arc::clone(&state.context), root.to_owned());
    state.rebuild_later(&root);
    state.slow.run(move || searching::update(&context, &root, &index, &paths, disk));
}

/// Builds a graph on a thread of its own where the index wants one.
pub(super) fn graph(state: &State, root: &Path) {
    let Some(Search::Ready(index)) = state.projects.get(root).map(|project| &project.search) else { return };
    let index = Arc::clone(index);
    state.slow.run(move || {
        if let Some(snapshot) = searching::snapshot(&index) {
            spawn("graph", Priority::Low, move || guarded(|| searching::build_graph(&index, snapshot)));
        }
    });
}

/// Makes the answers of search those of a fresh index again, on a worker.
pub(super) fn rebuild(state: &State, root: &Path) {
    if let Some(Search::Ready(index)) = state.projects.get(root).map(|project| &project.search) {
        let index = Arc::clone(index);
        state.slow.run(move || searching::rebuild(&index));
        graph(state, root);
    }
}

/// Gives up what is being built and lets go of what has been; returns the searches that waited for it.
pub(super) fn cancel(project: &mut Project) -> Vec<Searching> {
    match std::mem::replace(&mut project.search, Search::Off) {
        Search::Building { cancelled, waiting, .. } => {
            cancelled.store(true, Ordering::Relaxed);
            waiting
        }
        Search::Off | Search::Ready(_) => Vec::new(),
    }
}
