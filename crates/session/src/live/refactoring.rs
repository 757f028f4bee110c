//! Refactorings in a session: offered from a snapshot, worked out when somebody wants one, in the client's positions and for the versions that it
//! knows. Never does: hold a snapshot while it reads files or asks history, or write anything.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::{Duration, Instant};

use backstory_ide::refactor::{
    self, FileChange, FileEdits, Outside, Plan, Reason, Refused, Request, without_mentions,
};
use backstory_syntax::Span;

use super::ask::{Ask, Failure};
use super::context::Context;
use super::event::{Offered, Prepared, PreparedChange, PreparedFile, RefactorOrder};
use super::navigating;
use super::opening;
use super::positions::{Encoding, Lines, Position, Range};
use super::projects::View;
use super::questions::shown;
use super::run::State;
use super::searching::with_view;
use super::workers::{Priority, guarded, spawn};
use crate::refactor::{held_against, mentions_outside, told};

/// So long history is asked for a reason: somebody waits for the edit.
const PATIENCE: Duration = Duration::from_millis(100);

/// What may be done at a range of an open document.
pub(super) fn offers(view: &View, own: &Path, path: &str, range: Range) -> Vec<Offered> {
    let analysis = &view.analysis;
    let Some(file) = analysis.file(path).filter(|_| !view.is_reading) else { return Vec::new() };
    let lines = Lines::new(analysis.text(file), view.encoding);
    let at = Span { start: lines.offset(range.start), end: lines.offset(range.end) };
    let version = view.versions.get(path).copied();
    let offered = refactor::offers(analysis, file, at).into_iter().map(|offer| Offered {
        kind: offer.kind,
        title: offer.title,
        order: RefactorOrder { path: own.to_owned(), version, request: offer.request },
        disabled: offer.refused.map(|why| why.to_string()),
    });
    offered.collect()
}

/// Works out a refactoring on a thread of its own: that is rare, and may read files and history.
pub(super) fn ask(state: &mut State, order: RefactorOrder, ask: Ask<Prepared>) {
    let home = state.homes.get(&order.path).cloned().or_else(|| opening::home(state, &order.path));
    let project = home.as_ref().and_then(|home| Some((home, state.projects.get(&home.root)?)));
    let Some((home, project)) = project else {
        return ask.fail(Failure::Refused(format!("{} is in no folder that is open", order.path.display())));
    };
    let (root, place, context) = (home.root.clone(), Arc::clone(&project.place), Arc::clone(&state.context));
    spawn("refactor", Priority::Normal, move || {
        guarded(|| {
            let flag = ask.flag();
            let planned = with_view(&context, &root, |view| planned(&context, view, &order));
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

fn planned(context: &Context, view: &View, order: &RefactorOrder) -> Result<(Plan, Prepared), Failure> {
    if view.versions.get(order.request.path()).copied() != order.version {
        return Err(Failure::ContentModified);
    }
    let plan = refactor::plan(&view.analysis, &order.request).map_err(refused)?;
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
    let mut plan = refactor::plan(&view.analysis, &request).map_err(refused)?;
    let documents = match (&plan.outside, context.abilities.confirms_edits) {
        (Outside::Mentions { from, to }, true) => Some((from.clone(), to.clone())),
        _ => {
            without_mentions(&mut plan.edits);
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
