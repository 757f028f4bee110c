//! Looking something up in a snapshot on a worker, again where a change takes the snapshot away. Never does: wait.

use std::path::Path;
use std::sync::Arc;

use backstory_analysis::or_cancelled;

use super::ask::{Ask, Failure};
use super::context::Context;
use super::event::{Attempt, Event, Question};
use super::opening;
use super::projects::{Home, View};
use super::run::State;
use crate::config::Config;

/// How often a question is tried on changing texts before it is given back.
const ATTEMPTS: u32 = 5;

impl Attempt {
    /// For a question about a position, which means nothing once its document has changed.
    pub(super) fn in_place(self) -> Self {
        Self { in_place: true, ..self }
    }
}

/// An open document with a snapshot.
pub(super) struct Open {
    pub(super) home: Home,
    version: i32,
    pub(super) view: View,
}

/// The document at a path, where history can be told of it and the settings allow the question.
pub(super) fn open(state: &State, path: &Path, allowed: impl Fn(&Config) -> bool) -> Option<Open> {
    let home = state.homes.get(path)?;
    state.projects.get(&home.root)?.history_of(&home.path)?;
    open_file(state, path, allowed)
}

/// The document at a path, where the settings allow the question.
pub(super) fn open_file(state: &State, path: &Path, allowed: impl Fn(&Config) -> bool) -> Option<Open> {
    let home = state.homes.get(path)?.clone();
    let project = state.projects.get(&home.root)?;
    let version = project.documents.get(&home.path)?.version;
    allowed(&project.config).then(|| Open { version, view: project.view(state.abilities().encoding), home })
}

/// A document that is open or not, where the settings allow the question.
pub(super) fn known_file(state: &mut State, path: &Path, allowed: impl Fn(&Config) -> bool) -> Option<Open> {
    let home = state.homes.get(path).cloned().or_else(|| opening::home(state, path))?;
    let project = state.projects.get(&home.root)?;
    let version = project.documents.get(&home.path).map_or(0, |document| document.version);
    allowed(&project.config).then(|| Open { version, view: project.view(state.abilities().encoding), home })
}

/// Hands an answer over as it is.
pub(super) fn give<A>(_: &Arc<Context>, found: A, ask: Ask<A>) {
    ask.answer(found);
}

/// Looks something up on a worker and finishes without the snapshot.
pub(super) fn on_snapshot<T, A: Send + 'static>(
    state: &State,
    open: Open,
    attempt: Attempt,
    ask: Ask<A>,
    look: impl Fn(&View) -> T + Send + 'static,
    finish: impl FnOnce(&Arc<Context>, T, Ask<A>) + Send + 'static,
    again: impl FnOnce(Ask<A>) -> Question + Send + 'static,
) {
    let Open { view, version, .. } = open;
    let is_outdated = attempt.in_place && attempt.version.is_some_and(|first| first != version);
    if is_outdated || attempt.count == ATTEMPTS {
        return ask.fail(Failure::ContentModified);
    }
    let next = Attempt { count: attempt.count + 1, version: Some(version), in_place: attempt.in_place };
    let context = Arc::clone(&state.context);
    state.quick.run(move || {
        if ask.is_cancelled() {
            return;
        }
        let found = or_cancelled(|| look(&view));
        drop(view);
        match found {
            Ok(found) => finish(&context, found, ask),
            Err(_) => context.send(Event::Again { question: again(ask), attempt: next }),
        }
    });
}

/// Looks something up in several trees on a worker.
pub(super) fn on_snapshots<A: Send + 'static>(
    state: &State,
    views: Vec<View>,
    attempt: Attempt,
    ask: Ask<A>,
    look: impl FnOnce(&Context, &[View]) -> A + Send + 'static,
    again: impl FnOnce(Ask<A>) -> Question + Send + 'static,
) {
    if attempt.count == ATTEMPTS {
        return ask.fail(Failure::ContentModified);
    }
    let next = Attempt { count: attempt.count + 1, ..attempt };
    let context = Arc::clone(&state.context);
    state.quick.run(move || {
        if ask.is_cancelled() {
            return;
        }
        let found = or_cancelled(|| look(&context, &views));
        drop(views);
        match found {
            Ok(found) => ask.answer(found),
            Err(_) => {
                context.send(Event::Again { question: again(ask), attempt: next });
            }
        }
    });
}
