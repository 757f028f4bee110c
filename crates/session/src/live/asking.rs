//! From a question to the worker that answers it. A question whose snapshot is taken away by a change comes back and is tried on a
//! new one. Never does: answer what needs more than the loop's own state.

use std::path::PathBuf;
use std::sync::Arc;

use backstory_ide::explain::Question as About;

use super::answers::{
    Affected, Answered, Compared, Explained, Located, Opened, ProjectStatus, Recounted, Status,
};
use super::ask::{Ask, Failure};
use super::context::Context;
use super::event::{Attempt, Notice, ProgressId, Question, SearchQuery, Target};
use super::looking::{give, on_snapshot, open, open_file};
use super::projects::{Project, Search, Searching, View};
use super::run::State;
use super::showing::Telling;
use super::uris::{self, ChangeOf, Document, Subject, document_of};
use super::workers::{Priority, guarded, spawn};
use super::{
    acting, answering, changes, explaining, hovering, impacting, lenses, naming, opening, patches,
    refactoring, searching, timelines,
};
use crate::config::Method;
use crate::index::Kind;
use crate::place::Place;

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
            let look = move |view: &View| lenses::lenses_of(view, &below);
            let again = move |ask| Question::Lenses { path, ask };
            on_snapshot(state, open, attempt, ask, look, give, again);
        }
        Question::Lens { path, key, ask } => lenses::ask(state, path, key, attempt, ask),
        Question::Actions { path, range, refactorings, ask } => {
            acting::ask(state, path, (range, refactorings), attempt, ask);
        }
        Question::ShowPlace { place, ask } => {
            state.context.notify(Notice::ShowPlace(place));
            ask.answer(());
        }
        Question::Refactor { order, ask } => refactoring::ask(state, order, ask),
        Question::Explain { target, question, progress, telling, ask } => {
            explain(state, target, question, progress, telling, ask);
        }
        Question::History { target, progress, ask } => history(state, target, progress, ask),
        Question::OpenHistory { target, progress, ask } => match place_of(state, target) {
            Ok(at) => on_history(state, move |context| patches::open(context, &at, progress, ask)),
            Err(failure) => ask.fail(failure),
        },
        Question::Impact { target, progress, shown, ask } => impact(state, target, progress, shown, ask),
        Question::Answer { question, of, progress, telling, ask } => {
            answer(state, question, of, progress, telling, ask);
        }
        Question::Search { query, ask } => search(state, query, ask),
        Question::Naming(question) => naming::ask(state, question, attempt),
        Question::Document { uri, ask } => document(state, &uri, ask),
        Question::OpenChange { uri, ask } => open_change(state, &uri, ask),
        Question::Compare { uri, ask } => compare(state, &uri, ask),
        Question::Status { ask } => status(state, ask),
        Question::Panic { ask } => state.quick.run(move || {
            let _ask = ask;
            panic!("a client asked for a panic");
        }),
    }
}

fn explain(
    state: &mut State,
    target: Target,
    question: About,
    progress: Option<ProgressId>,
    telling: Telling<Explained>,
    ask: Ask<Explained>,
) {
    match place_of(state, target) {
        Ok(at) => start(state, explaining::Order { at, question, progress, telling }, ask),
        Err(failure) => ask.fail(failure),
    }
}

/// Where in which tree a target is. It may be in a file that is not open.
fn place_of(state: &mut State, target: Target) -> Result<timelines::At, Failure> {
    let home = state.homes.get(&target.path).cloned().or_else(|| opening::home(state, &target.path));
    let project = home.as_ref().and_then(|home| state.projects.get(&home.root));
    let (Some(home), Some(project)) = (home, project) else {
        return Err(Failure::Refused(format!("{} is in no repository", target.path.display())));
    };
    let place = Arc::clone(&project.place);
    Ok(timelines::At { root: home.root, place, path: home.path, symbol: target.at })
}

fn history(state: &mut State, target: Target, progress: Option<ProgressId>, ask: Ask<Recounted>) {
    let at = match place_of(state, target) {
        Ok(at) => at,
        Err(failure) => return ask.fail(failure),
    };
    on_history(state, move |context| timelines::tell(context, &at, progress, ask));
}

/// Reads a history on a thread of its own: that takes as long as an explanation without its words.
fn on_history(state: &State, read: impl FnOnce(&Context) + Send + 'static) {
    let context = Arc::clone(&state.context);
    spawn("history", Priority::Normal, move || guarded(|| read(&context)));
}

/// Where the symbol of a document that was opened before is; `None` where its repository is not open any more.
fn place_again(state: &State, subject: Subject) -> Option<timelines::At> {
    let project = state.projects.get(&subject.root)?;
    Some(timelines::At {
        root: subject.root,
        place: Arc::clone(&project.place),
        path: subject.path,
        symbol: super::Where::Symbol(subject.key),
    })
}

fn start(state: &State, order: explaining::Order, ask: Ask<Explained>) {
    let context = Arc::clone(&state.context);
    // Rare, long, and mostly waiting: a thread of its own keeps workers free.
    spawn("explain", Priority::Normal, move || {
        guarded(|| explaining::explain(&context, &order, ask));
    });
}

fn impact(state: &mut State, target: Target, progress: Option<ProgressId>, shown: bool, ask: Ask<Affected>) {
    let home = state.homes.get(&target.path).cloned().or_else(|| opening::home(state, &target.path));
    let Some(home) = home else {
        return ask.fail(Failure::Refused(format!("{} is in no folder that is open", target.path.display())));
    };
    tell_impact(
        state,
        impacting::Order { root: home.root, path: home.path, at: target.at, progress, shown },
        ask,
    );
}

fn tell_impact(state: &mut State, order: impacting::Order, ask: Ask<Affected>) {
    state.forget_ties_later();
    let context = Arc::clone(&state.context);
    spawn("impact", Priority::Normal, move || guarded(|| impacting::tell(&context, &order, ask)));
}

/// The text of a report of impact that was made before, as it is now.
fn impact_again(state: &mut State, subject: Subject, ask: Ask<String>) {
    let inner = Ask::new(ask.flag(), move |result: Result<Affected, Failure>| {
        ask.finish(result.map(|affected| affected.markdown));
    });
    let Subject { root, path, key } = subject;
    if !state.projects.contains_key(&root) {
        return inner.fail(no_document());
    }
    let at = super::Where::Symbol(key);
    tell_impact(state, impacting::Order { root, path, at, progress: None, shown: false }, inner);
}

const NO_DOCUMENT: &str = "there is no such report or change";

fn no_document() -> Failure {
    Failure::Refused(NO_DOCUMENT.to_owned())
}

/// The text of a virtual document.
fn document(state: &mut State, uri: &str, ask: Ask<String>) {
    if let Some(text) = state.context.reports.get(uri) {
        return ask.answer(text);
    }
    match document_of(uri) {
        Some(Document::Report(subject)) => report(state, subject, About::Why, ask),
        Some(Document::Answer(uris::Answered { subject, question })) => report(state, subject, question, ask),
        Some(Document::Asked(asked)) => asked_again(state, asked, ask),
        Some(Document::Impact(subject)) => impact_again(state, subject, ask),
        Some(Document::History(subject)) => match place_again(state, subject) {
            Some(at) => on_history(state, move |context| patches::again(context, &at, ask)),
            None => ask.fail(no_document()),
        },
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
    let Some(at) = place_again(state, subject) else { return ask.fail(no_document()) };
    let order = explaining::Order { at, question, progress: None, telling: Telling::Facts };
    let inner = Ask::new(ask.flag(), move |result: Result<Explained, Failure>| {
        ask.finish(result.map(|explained| explained.markdown));
    });
    start(state, order, inner);
}

fn open_change(state: &State, uri: &str, ask: Ask<Opened>) {
    match change_of(uri) {
        Some(change) => on_change(state, change, ask, changes::open),
        None => ask.fail(no_document()),
    }
}

fn compare(state: &State, uri: &str, ask: Ask<Compared>) {
    let Some(change) = change_of(uri) else { return ask.fail(no_document()) };
    on_change(state, change, ask, |_, place, change, ask| {
        let flag = ask.flag();
        ask.finish(changes::compare(place, &change, &flag));
    });
}

/// The change that a virtual URI names.
fn change_of(uri: &str) -> Option<ChangeOf> {
    match document_of(uri)? {
        Document::Change(change) => Some(change),
        Document::Report(_)
        | Document::Answer(_)
        | Document::Asked(_)
        | Document::Impact(_)
        | Document::History(_) => None,
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

fn answer(
    state: &mut State,
    question: String,
    of: Option<PathBuf>,
    progress: Option<ProgressId>,
    telling: Telling<Answered>,
    ask: Ask<Answered>,
) {
    let root = match &of {
        // Below it, so that a tree's own root is found as well.
        Some(path) => opening::home(state, &path.join("_")).map(|home| home.root),
        None => {
            let mut projects = state.projects.values();
            projects.find(|project| project.in_workspace).map(|project| project.root.to_path_buf())
        }
    };
    let Some(root) = root else {
        return ask.fail(Failure::Refused("no folder is open to be asked about".to_owned()));
    };
    answer_in(state, uris::Asked { root, question }, progress, telling, ask);
}

/// The text of an answer that was given before, from what the repository says now.
fn asked_again(state: &mut State, asked: uris::Asked, ask: Ask<String>) {
    let inner = Ask::new(ask.flag(), move |result: Result<Answered, Failure>| {
        ask.finish(result.map(|answered| answered.markdown));
    });
    answer_in(state, asked, None, Telling::Facts, inner);
}

fn answer_in(
    state: &mut State,
    asked: uris::Asked,
    progress: Option<ProgressId>,
    telling: Telling<Answered>,
    ask: Ask<Answered>,
) {
    state.forget_texts_later();
    let Some(project) = state.projects.get(&asked.root) else { return ask.fail(no_document()) };
    let index = match &project.search {
        Search::Ready(index) => Some(Arc::clone(index)),
        Search::Off | Search::Building { .. } => None,
    };
    let (place, texts) = (Arc::clone(&project.place), Arc::clone(&project.texts));
    let order = answering::Order { place, asked, index, texts, progress, telling };
    let context = Arc::clone(&state.context);
    // Rare and long, as explanations are.
    spawn("answer", Priority::Normal, move || {
        guarded(|| answering::answer(&context, &order, ask));
    });
}

/// Searches all folders, once the symbols of all of them are indexed where those are asked for.
fn search(state: &mut State, query: SearchQuery, ask: Ask<Vec<Located>>) {
    let wants_symbols = query.kinds.contains(&Kind::Symbol);
    let is_awaited =
        |project: &Project| project.in_workspace && project.config.search && project.reading.is_some();
    if wants_symbols && state.projects.values().any(is_awaited) {
        return state.after_reading.push(Question::Search { query, ask });
    }
    let mut trees = Vec::new();
    for (root, project) in &mut state.projects {
        let symbols = match &mut project.search {
            Search::Building { waiting, .. } if wants_symbols => {
                return waiting.push(Searching { query, ask });
            }
            Search::Ready(index) if wants_symbols => Some(Arc::clone(index)),
            Search::Off | Search::Building { .. } | Search::Ready(_) => None,
        };
        let (root, place, texts) = (root.clone(), Arc::clone(&project.place), Arc::clone(&project.texts));
        if project.in_workspace {
            trees.push(searching::Tree { root, place, symbols, texts });
        }
    }
    state.forget_texts_later();
    let context = Arc::clone(&state.context);
    // It asks the loop for snapshots, which no job among the quick ones may.
    spawn("search", Priority::Normal, move || {
        guarded(|| {
            if !ask.is_cancelled() {
                ask.finish(searching::search(&context, &trees, &query));
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
        context.model.look_again(&context.store);
        let repositories = projects.into_iter().map(|(root, place, files, reading)| {
            let head = place.repository.as_ref().and_then(|repository| repository.head().ok());
            let (r#ref, commit) = head.map_or((None, None), |head| (head.name, head.commit));
            ProjectStatus { root, r#ref, commit, files, reading }
        });
        let repositories = repositories.collect();
        let busy = busy || !context.histories.is_idle();
        let (paused, model) = (context.activity.is_paused(), context.model.status());
        ask.answer(Status { busy, paused, model, repositories, warnings });
    });
}
