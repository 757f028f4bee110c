//! What can be done at a place: explain a symbol, show its changes, show what depends on it, go to what usually changes with it, refactor, silence a hint. Never
//! does: any of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use backstory_analysis::DefId;
use backstory_ide::hint::{OFFERED, pair};
use backstory_ide::hover::named_at;

use super::answers::{Action, Hint, Location, Named, SettingsEdit, Silencing};
use super::apart;
use super::ask::Ask;
use super::context::Context;
use super::event::{Attempt, Question};
use super::logs;
use super::looking::{on_snapshot, open};
use super::positions::{Encoding, Lines, Range};
use super::projects::View;
use super::questions::{around, shown};
use super::refactoring;
use super::run::State;
use crate::changelog::companions;
use crate::config::{FileEdit, ProjectChange, set_in_project};

pub(super) fn ask(
    state: &mut State,
    path: PathBuf,
    (range, refactorings): (Range, bool),
    attempt: Attempt,
    ask: Ask<Vec<Action>>,
) {
    let Some(open) = open(state, &path, |config| config.actions || config.hints.enable) else {
        return ask.answer(Vec::new());
    };
    state.forget_ties_later();
    let hints = hints_at(state, &open.home.root, &open.home.path, range);
    let along = match refactorings {
        true => refactoring::along(state, &open.home.root, &hints),
        false => Vec::new(),
    };
    let (below, context, own) = (open.home.path.clone(), Arc::clone(&state.context), path.clone());
    let (root, encoding) = (open.home.root.clone(), state.abilities().encoding);
    let look = move |view: &View| match view.config.actions {
        true => {
            let mut found = actions(&context, view, &below, range);
            if refactorings {
                let offered = refactoring::offers(&context, view, &own, &below, range);
                let part = apart::offer(&context, view, &own, &below, range);
                found.extend(offered.into_iter().chain(part).map(Action::Refactor));
            }
            found
        }
        false => Vec::new(),
    };
    let finish = move |context: &Arc<Context>, mut found: Vec<Action>, ask: Ask<Vec<Action>>| {
        found.extend(along.into_iter().map(Action::Refactor));
        for hint in hints {
            for all in [false, true] {
                found.push(Action::Silence(silencing(context, &root, encoding, &hint, all)));
            }
        }
        ask.answer(found);
    };
    let again = move |ask| Question::Actions { path, range, refactorings, ask };
    on_snapshot(state, open, attempt.in_place(), ask, look, finish, again);
}

/// The hints that the client shows at a range.
fn hints_at(state: &State, root: &Path, path: &str, range: Range) -> Vec<Hint> {
    let hints = state.projects.get(root).and_then(|project| project.hints.shown.get(path));
    let meets = |hint: &&Hint| hint.range.start <= range.end && range.start <= hint.range.end;
    hints.into_iter().flatten().filter(meets).cloned().collect()
}

fn silencing(context: &Context, root: &Path, encoding: Encoding, hint: &Hint, all: bool) -> Silencing {
    let change = match all {
        true => ProjectChange::HintsOff,
        false => ProjectChange::Ignore(pair(&hint.key, &hint.companion_key)),
    };
    let edit = set_in_project(root, &change).map(|edit| {
        let FileEdit { path, is_new, before, start, end, text } = edit;
        let range = Lines::new(&before, encoding).range(start as u32, end as u32);
        let path = path.file_name().map_or(path.clone(), |name| context.shown(root, &name.to_string_lossy()));
        SettingsEdit { path, is_new, range, text }
    });
    Silencing { hint: hint.clone(), all, edit }
}

/// What can be done at a range, with the symbol that is named there and with the declaration around it.
fn actions(context: &Arc<Context>, view: &View, path: &str, range: Range) -> Vec<Action> {
    let analysis = &view.analysis;
    let Some(file) = analysis.file(path) else { return Vec::new() };
    let offset = Lines::new(analysis.text(file), view.encoding).offset(range.start);
    let named = named_at(analysis, file, offset).map(|named| named.id);
    let around = around(view, file, offset);
    let mut found: Vec<DefId> = named.into_iter().chain(around).collect();
    found.dedup();
    let named: Vec<Named> = found.iter().filter_map(|&id| named_as(context, view, id)).collect();
    let of = |kind: fn(Named) -> Action| named.iter().cloned().map(kind);
    let companions = found.iter().filter_map(|&id| companion(context, view, id));
    let mut all: Vec<Action> =
        of(Action::Explain).chain(of(Action::History)).chain(of(Action::Impact)).collect();
    for companion in companions {
        if !all.contains(&companion) {
            all.push(companion);
        }
    }
    all
}

/// The way to what most surely changes with a symbol, and is there in the texts at hand.
fn companion(context: &Arc<Context>, view: &View, id: DefId) -> Option<Action> {
    let analysis = &view.analysis;
    logs::want(context, view.place.repository.as_ref()?, &view.logs);
    let log = view.logs.latest()?;
    // A name that is not committed yet has no companions.
    let own = log.symbol_at(analysis.path(id.file), &analysis.outline(id.file).key(id.local))?;
    companions(&log, own, OFFERED).into_iter().find_map(|companion| {
        let place = log.place(companion.symbol).0;
        let id = analysis.find(&place.path, &place.key)?;
        let name = analysis.spans(id.file).definitions[id.local.index()].name;
        let range = Lines::new(analysis.text(id.file), view.encoding).range(name.start, name.end);
        Some(Action::Companion {
            name: analysis.definition(id).display_name(),
            place: Location { path: shown(context, view, &place.path), range },
        })
    })
}

fn named_as(context: &Context, view: &View, id: DefId) -> Option<Named> {
    let path = view.analysis.path(id.file);
    view.history_of(path)?;
    Some(Named {
        name: view.analysis.definition(id).display_name(),
        path: shown(context, view, path),
        key: view.analysis.outline(id.file).key(id.local),
    })
}
