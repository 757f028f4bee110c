//! Questions about names and about the shape of files: what a snapshot alone can answer, where the settings leave it to us. Never does:
//! tell a history.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::answers::{
    FileEdits, FileSymbol, Fold, HierarchyItem, Highlight, Location, NamedSymbol, Prepared, Related,
};
use super::ask::{Ask, Failure};
use super::context::Context;
use super::event::{Attempt, CallsOf, ItemsOf, PlacesOf, Question};
use super::looking::{Open, give, known_file, on_snapshot, on_snapshots, open_file};
use super::positions::{Position, Range};
use super::projects::{Home, Project, View};
use super::run::State;
use super::{hierarchies, navigating, opening, refactoring};
use crate::config::Method;

/// A question about names or about the shape of a file.
pub enum Naming {
    /// Where what stands at a position is declared, implemented and so on.
    Places {
        path: PathBuf,
        position: Position,
        of: PlacesOf,
        ask: Ask<Vec<Location>>,
    },
    /// The places in the file that name what stands at a position.
    Highlights {
        path: PathBuf,
        position: Position,
        ask: Ask<Vec<Highlight>>,
    },
    FileSymbols {
        path: PathBuf,
        ask: Ask<Vec<FileSymbol>>,
    },
    /// Symbols of all trees by parts of their names.
    Symbols {
        query: String,
        limit: usize,
        ask: Ask<Vec<NamedSymbol>>,
    },
    Folds {
        path: PathBuf,
        ask: Ask<Vec<Fold>>,
    },
    /// For each position the ranges around it, from the innermost outwards.
    Selections {
        path: PathBuf,
        positions: Vec<Position>,
        ask: Ask<Vec<Vec<Range>>>,
    },
    /// Nodes of the trees of calls and types, at a position of any file.
    Items {
        path: PathBuf,
        position: Position,
        of: ItemsOf,
        ask: Ask<Vec<HierarchyItem>>,
    },
    Calls {
        path: PathBuf,
        position: Position,
        of: CallsOf,
        ask: Ask<Vec<Related>>,
    },
    /// The name at a position, where it can be another one.
    Renamed {
        path: PathBuf,
        position: Position,
        ask: Ask<(Range, String)>,
    },
    Rename {
        path: PathBuf,
        position: Position,
        to: String,
        ask: Ask<Prepared>,
    },
    /// What has to be written where when files or directories get other names: each with the new one.
    RenameFiles {
        renames: Vec<(PathBuf, PathBuf)>,
        ask: Ask<Vec<FileEdits>>,
    },
}

const NOT_RENAMED: &str = "Backstory renames nothing here: the file is not open, or the settings `mode` and `navigation.rename` leave that to \
                           another language server";

pub(super) fn ask(state: &mut State, question: Naming, attempt: Attempt) {
    if is_about_all_files(&question) && is_reading(state) {
        return state.after_reading.push(again(question));
    }
    match question {
        Naming::Places { path, position, of, ask } => {
            let file = open_file(state, &path, |config| config.answers(of.method()));
            let look = move |context: &Context, view: &View, path: &str| {
                navigating::places(context, view, path, position, of)
            };
            let again = move |ask| Naming::Places { path, position, of, ask };
            in_file(state, file, attempt.in_place(), ask, look, again);
        }
        Naming::Highlights { path, position, ask } => {
            let file = open_file(state, &path, |config| config.answers(Method::Highlight));
            let look =
                move |_: &Context, view: &View, path: &str| navigating::highlights(view, path, position);
            let again = move |ask| Naming::Highlights { path, position, ask };
            in_file(state, file, attempt.in_place(), ask, look, again);
        }
        Naming::FileSymbols { path, ask } => {
            let file = open_file(state, &path, |config| config.answers(Method::DocumentSymbol));
            let look = |_: &Context, view: &View, path: &str| navigating::file_symbols(view, path);
            in_file(state, file, attempt, ask, look, |ask| Naming::FileSymbols { path, ask });
        }
        Naming::Folds { path, ask } => {
            let file = open_file(state, &path, |config| config.answers(Method::FoldingRange));
            let look = |_: &Context, view: &View, path: &str| navigating::folds(view, path);
            in_file(state, file, attempt, ask, look, |ask| Naming::Folds { path, ask });
        }
        Naming::Selections { path, positions, ask } => {
            let file = open_file(state, &path, |config| config.answers(Method::SelectionRange));
            let at = positions.clone();
            let look = move |_: &Context, view: &View, path: &str| navigating::selections(view, path, &at);
            let again = move |ask| Naming::Selections { path, positions, ask };
            in_file(state, file, attempt.in_place(), ask, look, again);
        }
        Naming::Items { path, position, of, ask } => {
            let file = known_file(state, &path, |config| config.answers(of.method()));
            let look = move |context: &Context, view: &View, path: &str| {
                hierarchies::items(context, view, path, position, of)
            };
            let again = move |ask| Naming::Items { path, position, of, ask };
            in_file(state, file, attempt.in_place(), ask, look, again);
        }
        Naming::Calls { path, position, of, ask } => {
            let file = known_file(state, &path, |config| config.answers(Method::CallHierarchy));
            let look = move |context: &Context, view: &View, path: &str| {
                hierarchies::calls(context, view, path, position, of)
            };
            let again = move |ask| Naming::Calls { path, position, of, ask };
            in_file(state, file, attempt.in_place(), ask, look, again);
        }
        Naming::Renamed { path, position, ask } => renamed(state, path, position, attempt, ask),
        Naming::Rename { path, position, to, ask } => rename(state, (path, position, to), attempt, ask),
        Naming::RenameFiles { renames, ask } => rename_files(state, renames, attempt, ask),
        Naming::Symbols { query, limit, ask } => symbols(state, query, limit, attempt, ask),
    }
}

fn again(question: Naming) -> Question {
    Question::Naming(question)
}

/// Whether an answer from some of the files would lack a part.
fn is_about_all_files(question: &Naming) -> bool {
    match question {
        Naming::FileSymbols { .. } | Naming::Folds { .. } | Naming::Selections { .. } => false,
        Naming::Places { .. }
        | Naming::Highlights { .. }
        | Naming::Symbols { .. }
        | Naming::Items { .. }
        | Naming::Calls { .. }
        | Naming::Renamed { .. }
        | Naming::Rename { .. }
        | Naming::RenameFiles { .. } => true,
    }
}

/// Whether what is asked of all files would be answered from some of them.
fn is_reading(state: &State) -> bool {
    state.projects.values().any(|project| project.reading.is_some())
}

/// Answers from a file of a snapshot; with nothing where the file is not known, or the settings leave the question to others.
fn in_file<A: Default + Send + 'static>(
    state: &State,
    file: Option<Open>,
    attempt: Attempt,
    ask: Ask<A>,
    look: impl Fn(&Context, &View, &str) -> A + Send + 'static,
    question: impl FnOnce(Ask<A>) -> Naming + Send + 'static,
) {
    let Some(open) = file else { return ask.answer(A::default()) };
    let (path, context) = (open.home.path.clone(), Arc::clone(&state.context));
    let look = move |view: &View| look(&context, view, &path);
    on_snapshot(state, open, attempt, ask, look, give, |ask| again(question(ask)));
}

/// The file of a rename.
fn file_of_rename(state: &State, path: &Path) -> Option<Open> {
    open_file(state, path, |config| config.answers(Method::Rename))
}

/// The name at a position, where it can be another one.
fn renamed(state: &State, path: PathBuf, at: Position, attempt: Attempt, ask: Ask<(Range, String)>) {
    let Some(open) = file_of_rename(state, &path) else {
        return ask.fail(Failure::Refused(NOT_RENAMED.to_owned()));
    };
    let below = open.home.path.clone();
    let files = state.abilities().renames_files;
    let look = move |view: &View| refactoring::renamed(view, &below, at, files);
    let again = move |ask| again(Naming::Renamed { path, position: at, ask });
    on_snapshot(state, open, attempt.in_place(), ask, look, |_, found, ask| ask.finish(found), again);
}

/// The edits that give what stands at a position another name.
fn rename(
    state: &State,
    (path, position, to): (PathBuf, Position, String),
    attempt: Attempt,
    ask: Ask<Prepared>,
) {
    let Some(open) = file_of_rename(state, &path) else {
        return ask.fail(Failure::Refused(NOT_RENAMED.to_owned()));
    };
    let (below, context, name) = (open.home.path.clone(), Arc::clone(&state.context), to.clone());
    let look = move |view: &View| refactoring::rename(&context, view, &below, position, &name);
    let again = move |ask| again(Naming::Rename { path, position, to, ask });
    on_snapshot(state, open, attempt.in_place(), ask, look, refactoring::finish_rename, again);
}

/// Finds symbols by their names.
fn symbols(state: &State, query: String, limit: usize, attempt: Attempt, ask: Ask<Vec<NamedSymbol>>) {
    let answers = |project: &Project| project.config.answers(Method::WorkspaceSymbol);
    if !state.projects.values().any(answers) {
        return ask.answer(Vec::new());
    }
    let asked = state.projects.values().filter(|project| answers(project));
    let views: Vec<View> = asked.map(|project| project.view(state.abilities().encoding)).collect();
    let text = query.clone();
    let look = move |context: &Context, views: &[View]| navigating::symbols(context, views, &text, limit);
    on_snapshots(state, views, attempt, ask, look, move |ask| again(Naming::Symbols { query, limit, ask }));
}

/// What names the modules of files follows them to other names.
fn rename_files(
    state: &mut State,
    renames: Vec<(PathBuf, PathBuf)>,
    attempt: Attempt,
    ask: Ask<Vec<FileEdits>>,
) {
    let (mut views, mut paths) = (Vec::new(), Vec::new());
    for (from, to) in &renames {
        // Where the new name is to be, nothing may be yet.
        let below =
            |home: &Home| home.path.rsplit_once('/').map_or(String::new(), |(above, _)| format!("{above}/"));
        let same_place = from.parent() == to.parent();
        let name = to.file_name().and_then(|name| name.to_str()).filter(|_| same_place);
        let (Some(name), Some(home)) = (name, opening::home(state, from)) else { continue };
        let Some(project) = state.projects.get(&home.root) else { continue };
        if project.config.answers(Method::FileRename) {
            views.push(project.view(state.abilities().encoding));
            paths.push((home.path.clone(), below(&home) + name));
        }
    }
    let look = move |context: &Context, views: &[View]| {
        let each = views.iter().zip(&paths);
        each.flat_map(|(view, (from, to))| hierarchies::rename_file(context, view, from, to)).collect()
    };
    on_snapshots(state, views, attempt, ask, look, move |ask| again(Naming::RenameFiles { renames, ask }));
}
