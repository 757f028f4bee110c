//! From a question to the worker that answers it. A question whose snapshot is taken away by a change comes back and is tried on a
//! new one. Never does: answer what needs more than the loop's own state.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use backstory_analysis::or_cancelled;
use backstory_ide::explain::Question as About;

use super::ask::{Ask, Failure};
use super::context::Context;
use super::event::{
    Attempt, Event, Explained, FileEdits, NamedSymbol, Opened, ProgressId, ProjectStatus, Question, Status,
    SymbolFound, Target,
};
use super::projects::{Home, Project, Search, Searching, View};
use super::run::State;
use super::uris::{Answered, ChangeOf, Document, Subject, document_of};
use super::workers::{Priority, guarded, spawn};
use super::{changes, explaining, hierarchies, hovering, navigating, opening, questions, searching};
use crate::config::{Config, Method};
use crate::place::Place;

/// How often a question is tried on changing texts before it is given back.
const ATTEMPTS: u32 = 5;

pub(super) fn ask(state: &mut State, question: Question, attempt: Attempt) {
    match question {
        Question::Hover { path, position, ask } => {
            let Some(open) =
                open_file(state, &path, |config| config.hover || config.answers(Method::Signature))
            else {
                return ask.answer(None);
            };
            let below = open.home.path.clone();
            let look = move |view: &View| hovering::found(view, &below, position);
            let again = move |ask| Question::Hover { path, position, ask };
            on_snapshot(state, open, attempt.in_place(), ask, look, hovering::answer, again);
        }
        Question::Lenses { path, ask } => {
            let Some(open) = open(state, &path, |config| config.lens.enable && !config.lens.show.is_empty())
            else {
                return ask.answer(Vec::new());
            };
            let below = open.home.path.clone();
            let look = move |view: &View| questions::lenses_of(view, &below);
            let again = move |ask| Question::Lenses { path, ask };
            on_snapshot(state, open, attempt, ask, look, |_, found, ask| ask.answer(found), again);
        }
        Question::Lens { path, key, ask } => {
            let found = open(state, &path, |config| config.lens.enable);
            let symbol = found.as_ref().and_then(|Open { view, home, .. }| {
                let file = view.analysis.file(&home.path)?;
                view.symbol_of(file, key)
            });
            let (Some(open), Some(symbol)) = (found, symbol) else {
                return ask.fail(Failure::ContentModified);
            };
            questions::lens(&state.context, open.view.config, symbol, ask);
        }
        Question::Actions { path, range, ask } => {
            let Some(open) = open(state, &path, |config| config.actions) else {
                return ask.answer(Vec::new());
            };
            let (below, context) = (open.home.path.clone(), Arc::clone(&state.context));
            let look = move |view: &View| questions::actions(&context, view, &below, range);
            let again = move |ask| Question::Actions { path, range, ask };
            on_snapshot(state, open, attempt.in_place(), ask, look, |_, found, ask| ask.answer(found), again);
        }
        Question::Explain { target, question, progress, ask } => {
            explain(state, target, question, progress, ask);
        }
        Question::Search { query, limit, ask } => search(state, query, limit, ask),
        Question::Places { path, position, of, ask } => {
            let Some(open) = open_file(state, &path, |config| config.answers(of.method())) else {
                return ask.answer(Vec::new());
            };
            if is_reading(state) {
                return state.after_reading.push(Question::Places { path, position, of, ask });
            }
            let (below, context) = (open.home.path.clone(), Arc::clone(&state.context));
            let look = move |view: &View| navigating::places(&context, view, &below, position, of);
            let again = move |ask| Question::Places { path, position, of, ask };
            on_snapshot(state, open, attempt.in_place(), ask, look, give, again);
        }
        Question::Highlights { path, position, ask } => {
            let Some(open) = open_file(state, &path, |config| config.answers(Method::Highlight)) else {
                return ask.answer(Vec::new());
            };
            if is_reading(state) {
                return state.after_reading.push(Question::Highlights { path, position, ask });
            }
            let below = open.home.path.clone();
            let look = move |view: &View| navigating::highlights(view, &below, position);
            let again = move |ask| Question::Highlights { path, position, ask };
            on_snapshot(state, open, attempt.in_place(), ask, look, give, again);
        }
        Question::FileSymbols { path, ask } => {
            let Some(open) = open_file(state, &path, |config| config.answers(Method::DocumentSymbol)) else {
                return ask.answer(Vec::new());
            };
            let below = open.home.path.clone();
            let look = move |view: &View| navigating::file_symbols(view, &below);
            on_snapshot(state, open, attempt, ask, look, give, |ask| Question::FileSymbols { path, ask });
        }
        Question::Folds { path, ask } => {
            let Some(open) = open_file(state, &path, |config| config.answers(Method::FoldingRange)) else {
                return ask.answer(Vec::new());
            };
            let below = open.home.path.clone();
            let look = move |view: &View| navigating::folds(view, &below);
            on_snapshot(state, open, attempt, ask, look, give, |ask| Question::Folds { path, ask });
        }
        Question::Selections { path, positions, ask } => {
            let Some(open) = open_file(state, &path, |config| config.answers(Method::SelectionRange)) else {
                return ask.answer(Vec::new());
            };
            let (below, at) = (open.home.path.clone(), positions.clone());
            let look = move |view: &View| navigating::selections(view, &below, &at);
            let again = move |ask| Question::Selections { path, positions, ask };
            on_snapshot(state, open, attempt.in_place(), ask, look, give, again);
        }
        Question::Items { path, position, of, ask } => {
            let Some(open) = known_file(state, &path, |config| config.answers(of.method())) else {
                return ask.answer(Vec::new());
            };
            if is_reading(state) {
                return state.after_reading.push(Question::Items { path, position, of, ask });
            }
            let (below, context) = (open.home.path.clone(), Arc::clone(&state.context));
            let look = move |view: &View| hierarchies::items(&context, view, &below, position, of);
            let again = move |ask| Question::Items { path, position, of, ask };
            on_snapshot(state, open, attempt.in_place(), ask, look, give, again);
        }
        Question::Calls { path, position, of, ask } => {
            let Some(open) = known_file(state, &path, |config| config.answers(Method::CallHierarchy)) else {
                return ask.answer(Vec::new());
            };
            let (below, context) = (open.home.path.clone(), Arc::clone(&state.context));
            let look = move |view: &View| hierarchies::calls(&context, view, &below, position, of);
            let again = move |ask| Question::Calls { path, position, of, ask };
            on_snapshot(state, open, attempt.in_place(), ask, look, give, again);
        }
        Question::Renamed { path, position, ask } => {
            let Some(open) = open_file(state, &path, |config| config.answers(Method::Rename)) else {
                return ask.fail(Failure::Refused(NOT_RENAMED.to_owned()));
            };
            if is_reading(state) {
                return state.after_reading.push(Question::Renamed { path, position, ask });
            }
            let below = open.home.path.clone();
            let look = move |view: &View| hierarchies::renamed(view, &below, position);
            let again = move |ask| Question::Renamed { path, position, ask };
            on_snapshot(state, open, attempt.in_place(), ask, look, |_, found, ask| ask.finish(found), again);
        }
        Question::Rename { path, position, to, ask } => {
            let Some(open) = open_file(state, &path, |config| config.answers(Method::Rename)) else {
                return ask.fail(Failure::Refused(NOT_RENAMED.to_owned()));
            };
            if is_reading(state) {
                return state.after_reading.push(Question::Rename { path, position, to, ask });
            }
            let (below, context, name) = (open.home.path.clone(), Arc::clone(&state.context), to.clone());
            let look = move |view: &View| hierarchies::rename(&context, view, &below, position, &name);
            let again = move |ask| Question::Rename { path, position, to, ask };
            on_snapshot(state, open, attempt.in_place(), ask, look, |_, found, ask| ask.finish(found), again);
        }
        Question::RenameFiles { renames, ask } => rename_files(state, renames, attempt, ask),
        Question::Symbols { query, limit, ask } => symbols(state, query, limit, attempt, ask),
        Question::Document { uri, ask } => document(state, &uri, ask),
        Question::OpenChange { uri, ask } => open_change(state, &uri, ask),
        Question::Status { ask } => status(state, ask),
        Question::Panic { ask } => state.quick.run(move || {
            let _ask = ask;
            panic!("a client asked for a panic");
        }),
    }
}

impl Attempt {
    /// For a question about a position, which means nothing once its document has changed.
    fn in_place(self) -> Self {
        Self { in_place: true, ..self }
    }
}

const NOT_RENAMED: &str = "Backstory renames nothing here: the file is not open, or the settings `mode` and `navigation.rename` leave that to \
                           another language server";

/// A document that is open or not, where the settings allow the question.
fn known_file(state: &mut State, path: &Path, allowed: impl Fn(&Config) -> bool) -> Option<Open> {
    let home = state.homes.get(path).cloned().or_else(|| opening::home(state, path))?;
    let project = state.projects.get(&home.root)?;
    let version = project.documents.get(&home.path).map_or(0, |document| document.version);
    allowed(&project.config).then(|| Open { version, view: project.view(state.abilities().encoding), home })
}

/// Hands an answer over as it is.
fn give<A>(_: &Arc<Context>, found: A, ask: Ask<A>) {
    ask.answer(found);
}

/// Whether what is asked of all files would be answered from some of them.
fn is_reading(state: &State) -> bool {
    state.projects.values().any(|project| project.reading.is_some())
}

/// Finds symbols by their names once all folders are read.
fn symbols(state: &mut State, query: String, limit: usize, attempt: Attempt, ask: Ask<Vec<NamedSymbol>>) {
    let answers = |project: &Project| project.config.answers(Method::WorkspaceSymbol);
    if !state.projects.values().any(answers) {
        return ask.answer(Vec::new());
    }
    if is_reading(state) {
        return state.after_reading.push(Question::Symbols { query, limit, ask });
    }
    if attempt.count == ATTEMPTS {
        return ask.fail(Failure::ContentModified);
    }
    let next = Attempt { count: attempt.count + 1, ..attempt };
    let asked = state.projects.values().filter(|project| answers(project));
    let views: Vec<View> = asked.map(|project| project.view(state.abilities().encoding)).collect();
    let text = query.clone();
    let look = move |context: &Context, views: &[View]| navigating::symbols(context, views, &text, limit);
    on_snapshots(state, views, next, ask, look, move |ask| Question::Symbols { query, limit, ask });
}

/// What names the modules of files follows them to other names, once all folders are read.
fn rename_files(
    state: &mut State,
    renames: Vec<(PathBuf, PathBuf)>,
    attempt: Attempt,
    ask: Ask<Vec<FileEdits>>,
) {
    if is_reading(state) {
        return state.after_reading.push(Question::RenameFiles { renames, ask });
    }
    if attempt.count == ATTEMPTS {
        return ask.fail(Failure::ContentModified);
    }
    let next = Attempt { count: attempt.count + 1, ..attempt };
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
    on_snapshots(state, views, next, ask, look, move |ask| Question::RenameFiles { renames, ask });
}

/// Looks something up in several trees on a worker.
fn on_snapshots<A: Send + 'static>(
    state: &State,
    views: Vec<View>,
    next: Attempt,
    ask: Ask<A>,
    look: impl FnOnce(&Context, &[View]) -> A + Send + 'static,
    again: impl FnOnce(Ask<A>) -> Question + Send + 'static,
) {
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

/// An open document with a snapshot.
struct Open {
    home: Home,
    version: i32,
    view: View,
}

/// The document at a path, where history can be told of it and the settings allow the question.
fn open(state: &State, path: &Path, allowed: impl Fn(&Config) -> bool) -> Option<Open> {
    let home = state.homes.get(path)?;
    state.projects.get(&home.root)?.history_of(&home.path)?;
    open_file(state, path, allowed)
}

/// The document at a path, where the settings allow the question.
fn open_file(state: &State, path: &Path, allowed: impl Fn(&Config) -> bool) -> Option<Open> {
    let home = state.homes.get(path)?.clone();
    let project = state.projects.get(&home.root)?;
    let version = project.documents.get(&home.path)?.version;
    allowed(&project.config).then(|| Open { version, view: project.view(state.abilities().encoding), home })
}

/// Looks something up on a worker and finishes without the snapshot.
fn on_snapshot<T, A: Send + 'static>(
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

fn explain(
    state: &mut State,
    target: Target,
    question: About,
    progress: Option<ProgressId>,
    ask: Ask<Explained>,
) {
    // A command may speak of a file that is not open.
    let home = state.homes.get(&target.path).cloned().or_else(|| opening::home(state, &target.path));
    let project = home.as_ref().and_then(|home| state.projects.get(&home.root));
    let (Some(home), Some(project)) = (home, project) else {
        return ask.fail(Failure::Refused(format!("{} is in no repository", target.path.display())));
    };
    let order = explaining::Order {
        root: home.root,
        place: Arc::clone(&project.place),
        path: home.path,
        at: target.at,
        question,
        progress,
        shown: true,
    };
    start(state, order, ask);
}

fn start(state: &State, order: explaining::Order, ask: Ask<Explained>) {
    let context = Arc::clone(&state.context);
    // Rare, long, and mostly waiting: a thread of its own keeps workers free.
    spawn("explain", Priority::Normal, move || {
        guarded(|| explaining::explain(&context, &order, ask));
    });
}

const NO_DOCUMENT: &str = "there is no such report or change";

fn no_document() -> Failure {
    Failure::Refused(NO_DOCUMENT.to_owned())
}

/// The text of a virtual document.
fn document(state: &State, uri: &str, ask: Ask<String>) {
    if let Some(text) = state.context.reports.get(uri) {
        return ask.answer(text);
    }
    match document_of(uri) {
        Some(Document::Report(subject)) => report(state, subject, About::Why, ask),
        Some(Document::Answer(Answered { subject, question })) => report(state, subject, question, ask),
        Some(Document::Change(change)) => {
            on_change(state, change, ask, |_, place, change, ask| {
                let flag = ask.flag();
                ask.finish(changes::text(place, &change, &flag));
            });
        }
        None => ask.fail(no_document()),
    }
}

/// The text of a report that was made before: its facts as they are now.
fn report(state: &State, subject: Subject, question: About, ask: Ask<String>) {
    let Some(project) = state.projects.get(&subject.root) else { return ask.fail(no_document()) };
    let order = explaining::Order {
        root: subject.root,
        place: Arc::clone(&project.place),
        path: subject.path,
        at: super::Where::Symbol(subject.key),
        question,
        progress: None,
        shown: false,
    };
    let inner = Ask::new(ask.flag(), move |result: Result<Explained, Failure>| {
        ask.finish(result.map(|explained| explained.markdown));
    });
    start(state, order, inner);
}

fn open_change(state: &State, uri: &str, ask: Ask<Opened>) {
    match document_of(uri) {
        Some(Document::Change(change)) => on_change(state, change, ask, changes::open),
        Some(Document::Report(_) | Document::Answer(_)) | None => ask.fail(no_document()),
    }
}

/// Reads a change on a thread of its own: that is rare, and may be long.
fn on_change<T: Send + 'static>(
    state: &State,
    change: ChangeOf,
    ask: Ask<T>,
    read: impl FnOnce(&Context, &Place, ChangeOf, Ask<T>) + Send + 'static,
) {
    let Some(project) = state.projects.get(&change.subject.root) else { return ask.fail(no_document()) };
    let (context, place) = (Arc::clone(&state.context), Arc::clone(&project.place));
    spawn("change", Priority::Normal, move || guarded(|| read(&context, &place, change, ask)));
}

/// Searches all folders once all of them are indexed.
fn search(state: &mut State, query: String, limit: usize, ask: Ask<Vec<SymbolFound>>) {
    let mut indexes = Vec::new();
    for (root, project) in &mut state.projects {
        match &mut project.search {
            Search::Off => {}
            Search::Building { waiting, .. } => return waiting.push(Searching { query, limit, ask }),
            Search::Ready(index) => indexes.push((root.clone(), Arc::clone(index))),
        }
    }
    let context = Arc::clone(&state.context);
    // It asks the loop for snapshots, which no job among the quick ones may.
    spawn("search", Priority::Normal, move || {
        guarded(|| {
            if !ask.is_cancelled() {
                ask.answer(searching::search(&context, &indexes, &query, limit));
            }
        });
    });
}

fn status(state: &State, ask: Ask<Status>) {
    let is_busy =
        |project: &Project| project.reading.is_some() || matches!(project.search, Search::Building { .. });
    let busy = state.projects.values().any(is_busy) || state.reads > 0;
    let warnings = state.projects.values().flat_map(|project| project.warnings.clone()).collect();
    let projects: Vec<_> = state
        .projects
        .values()
        .map(|project| {
            let (root, place) = (project.root.to_path_buf(), Arc::clone(&project.place));
            (root, place, project.analysis.files().count(), is_busy(project))
        })
        .collect();
    let context = Arc::clone(&state.context);
    state.quick.run(move || {
        let repositories = projects.into_iter().map(|(root, place, files, reading)| {
            let head = place.repository.as_ref().and_then(|repository| repository.head().ok());
            let (r#ref, commit) = head.map_or((None, None), |head| (head.name, head.commit));
            ProjectStatus { root, r#ref, commit, files, reading }
        });
        let repositories = repositories.collect();
        ask.answer(Status { busy: busy || !context.histories.is_idle(), repositories, warnings });
    });
}
