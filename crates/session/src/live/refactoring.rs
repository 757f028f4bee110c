//! Refactorings in a session: offered from a snapshot, worked out when somebody wants one, in the client's positions and for the versions that it
//! knows. Never does: hold a snapshot while it reads files or asks history, or write anything.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::{Duration, Instant};

use backstory_analysis::FileId;
use backstory_ide::explain::Subject;
use backstory_ide::refactor::{
    self, FileChange, FileEdits, Kind, Mark, Outside, Plan, Reason, Refused, Request, without,
};
use backstory_syntax::{LineIndex, Span};

use super::answers::{Along, Hint, Offered, Prepared, PreparedChange, PreparedFile};
use super::ask::{Ask, Failure};
use super::context::Context;
use super::event::RefactorOrder;
use super::hinting;
use super::navigating;
use super::opening;
use super::positions::{Encoding, Lines, Position, Range};
use super::projects::View;
use super::questions::shown;
use super::run::State;
use super::searching::with_view;
use super::workers::{Priority, guarded, spawn};
use crate::refactor::{held_against, mentions_outside, paragraphs, told};

/// So long history is asked for a reason: somebody waits for the edit.
const PATIENCE: Duration = Duration::from_millis(100);

/// What may be done at a range of an open document.
pub(super) fn offers(context: &Context, view: &View, own: &Path, path: &str, range: Range) -> Vec<Offered> {
    let analysis = &view.analysis;
    let Some(file) = analysis.file(path).filter(|_| !view.is_reading) else { return Vec::new() };
    let lines = Lines::new(analysis.text(file), view.encoding);
    let at = Span { start: lines.offset(range.start), end: lines.offset(range.end) };
    let version = view.versions.get(path).copied();
    let offered = |offer: refactor::Offer| Offered {
        kind: offer.kind,
        title: offer.title,
        order: RefactorOrder { path: own.to_owned(), version, request: offer.request },
        disabled: offer.refused.map(|why| why.to_string()),
    };
    let of_history = suggested(view, file, at).into_iter().chain(behind(context, view, file, at));
    refactor::offers(analysis, file, at).into_iter().chain(of_history).map(offered).collect()
}

/// The documentation of the symbol of a name or of a declaration's first line, where it is behind what its code or its history says.
fn behind(context: &Context, view: &View, file: FileId, at: Span) -> Option<refactor::Offer> {
    let analysis = &view.analysis;
    let id = refactor::headed(analysis, file, at)?;
    let definition = analysis.definition(id);
    let path = analysis.path(file);
    let key = analysis.outline(file).key(id.local);
    let story = context.histories.at_hand(&view.root, path, &key);
    let later = story.as_ref().and_then(|story| Some((story, story.later.as_ref()?)));
    let said = later.map_or_else(Vec::new, |(story, later)| {
        let known = story.known(Subject::new(&key, analysis.language(file)));
        let worded = context.model.memory().map_or_else(Vec::new, |memory| memory.recall(&known));
        paragraphs(later, &worded, &definition.docs)
    });
    refactor::offer_docs(analysis, id, &said)
}

/// The move of the symbol of a name or of a declaration's first line, where code and history speak for it.
fn suggested(view: &View, file: FileId, at: Span) -> Option<refactor::Offer> {
    let log = view.logs.latest()?;
    // Inside a body people ask for something else.
    let id = refactor::headed(&view.analysis, file, at)?;
    refactor::toward(&view.analysis, id, &log).map(|toward| toward.offer)
}

/// What hints at a place offer to do to companions.
pub(super) fn along(state: &State, root: &Path, hints: &[Hint]) -> Vec<Offered> {
    let offered = |hint: &Hint| {
        let Along { title, request, .. } = hint.along.clone()?;
        let documents = &state.projects.get(root)?.documents;
        let version = documents.get(request.path()).map(|document| document.version);
        let order = RefactorOrder { path: hint.place.path.clone(), version, request };
        Some(Offered { kind: Kind::Along, title, order, disabled: None })
    };
    hints.iter().filter_map(offered).collect()
}

/// Works out a refactoring on a thread of its own: that is rare, and may read files and history.
pub(super) fn ask(state: &mut State, order: RefactorOrder, ask: Ask<Prepared>) {
    let home = state.homes.get(&order.path).cloned().or_else(|| opening::home(state, &order.path));
    let project = home.as_ref().and_then(|home| Some((home, state.projects.get(&home.root)?)));
    let Some((home, project)) = project else {
        return ask.fail(Failure::Refused(format!("{} is in no folder that is open", order.path.display())));
    };
    let (root, place, context) = (home.root.clone(), Arc::clone(&project.place), Arc::clone(&state.context));
    let hints = project.hints.shown.values().flatten();
    let along =
        hints.filter_map(|hint| hint.along.as_ref()).find(|along| along.request == order.request).cloned();
    spawn("refactor", Priority::Normal, move || {
        guarded(|| {
            let flag = ask.flag();
            let planned = with_view(&context, &root, |view| planned(&context, view, &order, along.as_ref()));
            let gone = || Err(Failure::Refused("its folder is no longer open".to_owned()));
            let result = planned.unwrap_or_else(gone);
            ask.finish(result.and_then(|(plan, prepared)| {
                let (held, said) = thread::scope(|scope| {
                    let said = scope.spawn(|| said(&place, &plan, &flag));
                    let held = held_against(&root, &plan);
                    (held, said.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                });
                held.map_err(refused)?;
                let reasons = prepared.reasons.into_iter().chain(said).collect();
                Ok(Prepared { reasons, ..prepared })
            }));
        });
    });
}

fn planned(
    context: &Context,
    view: &View,
    order: &RefactorOrder,
    along: Option<&Along>,
) -> Result<(Plan, Prepared), Failure> {
    if view.versions.get(order.request.path()).copied() != order.version {
        return Err(Failure::ContentModified);
    }
    let example = along.and_then(|along| hinting::example(&view.analysis, along));
    let mut plan = refactor::plan(&view.analysis, &order.request, example.as_ref()).map_err(refused)?;
    if let Request::Move { path, key, to, .. } = &order.request
        && let (Some(id), Some(to)) = (view.analysis.find(path, key), view.analysis.file(to))
    {
        let log = view.logs.latest();
        plan.reasons.extend(log.and_then(|log| refactor::tied(&view.analysis, id, to, &log)));
    }
    let prepared = prepared(context, view, &plan);
    Ok((plan, prepared))
}

/// What history says of it in the time that it has.
fn said(place: &crate::Place, plan: &Plan, flag: &AtomicBool) -> Option<Reason> {
    told(place, &plan.past, Instant::now() + PATIENCE, flag).unwrap_or_else(|error| {
        tracing::info!("history says nothing for a refactoring: {error}");
        None
    })
}

/// A plan in the client's positions.
fn prepared(context: &Context, view: &View, plan: &Plan) -> Prepared {
    let analysis = &view.analysis;
    let of_file = |file: &FileEdits| {
        let text = analysis.text(analysis.file(&file.path)?);
        let version = view.versions.get(&file.path).copied();
        Some(in_positions(shown(context, view, &file.path), version, file, text, view.encoding))
    };
    let changes = plan.files.iter().map(|change| match change {
        FileChange::Create { path, text } => {
            PreparedChange::Create { path: shown(context, view, path), text: text.clone() }
        }
        FileChange::Rename { from, to } => {
            PreparedChange::Rename { from: shown(context, view, from), to: shown(context, view, to) }
        }
    });
    Prepared {
        title: plan.title.clone(),
        files: plan.edits.iter().filter_map(of_file).collect(),
        changes: changes.collect(),
        reasons: plan.reasons.clone(),
    }
}

fn in_positions(
    path: PathBuf,
    version: Option<i32>,
    file: &FileEdits,
    text: &str,
    encoding: Encoding,
) -> PreparedFile {
    let lines = Lines::new(text, encoding);
    let edits = file
        .edits
        .iter()
        .map(|edit| (lines.range(edit.span.start, edit.span.end), edit.text.clone(), edit.mark));
    PreparedFile { path, version, edits: edits.collect() }
}

// Renames, which clients ask for by themselves.

/// The name at a position, where it can be another one: its range, and what it is. A module can where the client renames files.
pub(super) fn renamed(
    view: &View,
    path: &str,
    at: Position,
    files: bool,
) -> Result<(Range, String), Failure> {
    let Some((file, offset)) = navigating::offset(view, path, at) else { return Err(nothing()) };
    let span = refactor::renamed(&view.analysis, file, offset, files).map_err(refused)?;
    let text = view.analysis.text(file);
    Ok((navigating::range(&Lines::new(text, view.encoding), span), span.of(text).to_owned()))
}

/// A rename as a snapshot has it, and what is to be looked for in documents.
pub(super) struct Renaming {
    prepared: Prepared,
    root: Arc<Path>,
    documents: Option<(String, String)>,
    encoding: Encoding,
}

/// The edits that give what stands at a position another name, with those of places that only mention it where the client asks about them.
pub(super) fn rename(
    context: &Context,
    view: &View,
    path: &str,
    at: Position,
    to: &str,
) -> Result<Renaming, Failure> {
    let Some((file, offset)) = navigating::offset(view, path, at) else { return Err(nothing()) };
    refactor::renamed(&view.analysis, file, offset, context.abilities.renames_files).map_err(refused)?;
    let request = Request::Rename { path: path.to_owned(), offset, to: to.to_owned() };
    let mut plan = refactor::plan(&view.analysis, &request, None).map_err(refused)?;
    let documents = match (&plan.outside, context.abilities.confirms_edits) {
        (Outside::Mentions { from, to }, true) => Some((from.clone(), to.clone())),
        (Outside::Nothing | Outside::Unmentioned(_), true) => None,
        (_, false) => {
            without(&mut plan.edits, Mark::Mention);
            if let (places, Some((path, span))) = without(&mut plan.edits, Mark::Member) {
                let text = view.analysis.file(&path).map_or("", |file| view.analysis.text(file));
                let line = LineIndex::new(text).line(span.start) + 1;
                return Err(refused(Refused::Unsure { places, path, line }));
            }
            None
        }
    };
    let prepared = prepared(context, view, &plan);
    Ok(Renaming { prepared, root: Arc::clone(&view.root), documents, encoding: view.encoding })
}

/// Adds what documents say, without the snapshot, and answers.
pub(super) fn finish_rename(context: &Arc<Context>, found: Result<Renaming, Failure>, ask: Ask<Prepared>) {
    let Renaming { mut prepared, root, documents, encoding } = match found {
        Ok(found) => found,
        Err(failure) => return ask.fail(failure),
    };
    let Some((from, to)) = documents else { return ask.answer(prepared) };
    let context = Arc::clone(context);
    // It reads files, for which no worker may be held up.
    spawn("rename", Priority::Normal, move || {
        guarded(|| {
            for (file, text) in mentions_outside(&root, &from, &to) {
                let path = context.shown(&root, &file.path);
                prepared.files.push(in_positions(path, None, &file, &text, encoding));
            }
            ask.answer(prepared);
        });
    });
}

fn nothing() -> Failure {
    refused(backstory_ide::navigation::NotRenamed::Nothing.into())
}

fn refused(why: Refused) -> Failure {
    Failure::Refused(why.to_string())
}
