//! Hints in open files: what was edited and is not committed, while what nearly always changes with it was left as it is. Looked for when
//! nobody has typed for a moment, on a thread of its own at low priority. Never does: look into files that are not open, but for whether a
//! companion there was edited too; or hold a snapshot while it reads history.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use backstory_analysis::{Analysis, DefId, symbol_key};
use backstory_history::{
    ChangeKind, ChangeLog, Changes, Error, GivenFile, Located, LoggedCommit, Place, Repository, changes_since,
};
use backstory_ide::hint::{HINTED, is_ignored, message};
use backstory_ide::refactor::{Example, Request, Version, plan, qualified};

use super::answers::{Along, Hint, Location};
use super::context::Context;
use super::event::{Event, Notice};
use super::logs::Logs;
use super::positions::Lines;
use super::projects::View;
use super::questions::shown;
use super::run::State;
use super::searching::with_view;
use super::workers::{Priority, guarded, spawn};
use crate::changelog::companions;
use crate::refactor::version;

/// Somebody has not typed for so long when hints are looked for.
pub(super) const DEBOUNCE: Duration = Duration::from_secs(2);

/// The hints of a tree: those that the client shows, and the search for them.
#[derive(Default)]
pub(super) struct Hints {
    /// By path of an open document, relative to the root; none that is empty.
    pub shown: BTreeMap<String, Vec<Hint>>,
    /// Counts the searches that were wanted.
    wanted: u64,
    /// Stops the one under way.
    cancelled: Arc<AtomicBool>,
}

/// What a search came to, by path.
pub(super) type Found = BTreeMap<String, Vec<Hint>>;

/// Looks for hints of a tree after a moment, unless more happens by then. Returns when, and the number of the search.
pub(super) fn wanted(state: &mut State, root: &Path) -> Option<(Instant, u64)> {
    let hints = &mut state.projects.get_mut(root)?.hints;
    hints.wanted += 1;
    Some((Instant::now() + DEBOUNCE, hints.wanted))
}

/// Starts a search, where it is still wanted.
pub(super) fn start(state: &mut State, root: &Path, number: u64) {
    let Some(project) = state.projects.get_mut(root).filter(|project| project.hints.wanted == number) else {
        return;
    };
    project.hints.cancelled.store(true, Ordering::Relaxed);
    // Of a tree that is not read as a whole nobody knows what else was edited.
    let is_wanted = project.config.hints.enable && project.in_workspace;
    let repository = project.place.repository.clone().filter(|_| is_wanted);
    let Some(repository) = repository.filter(|_| !project.documents.is_empty()) else {
        return found(state, root, number, Found::new());
    };
    if project.reading.is_some() {
        return state.hint_later(root);
    }
    let cancelled = Arc::new(AtomicBool::new(false));
    project.hints.cancelled = Arc::clone(&cancelled);
    let (logs, open) = (Arc::clone(&project.logs), project.documents.keys().cloned().collect());
    let (context, root) = (Arc::clone(&state.context), root.to_owned());
    state.forget_ties_later();
    spawn("hints", Priority::Low, move || {
        let search = Search { context: &context, root: &root, repository, logs, open, cancelled: &cancelled };
        guarded(|| match search.run() {
            Ok(found) => context.send(Event::Hinted { root: root.clone(), number, found }),
            Err(_) if cancelled.load(Ordering::Relaxed) => {}
            Err(error) => tracing::warn!("no hints: {error}"),
        });
    });
}

/// Shows the hints of a search that is still wanted, and takes others back.
pub(super) fn found(state: &mut State, root: &Path, number: u64, mut found: Found) {
    let context = Arc::clone(&state.context);
    let Some(project) = state.projects.get_mut(root).filter(|project| project.hints.wanted == number) else {
        return;
    };
    found.retain(|path, hints| !hints.is_empty() && project.documents.contains_key(path));
    let before = std::mem::replace(&mut project.hints.shown, found);
    let shown = &project.hints.shown;
    let changed = |path: &&String| before.get(*path) != shown.get(*path);
    let paths: HashSet<&String> = before.keys().chain(shown.keys()).filter(changed).collect();
    for path in paths {
        let version = project.documents.get(path).map(|document| document.version);
        let hints = shown.get(path).cloned().unwrap_or_default();
        context.notify(Notice::Hints { path: context.shown(&project.root, path), version, hints });
    }
}

/// A document is no longer open: it has no hints.
pub(super) fn closed(state: &mut State, root: &Path, path: &str) {
    let Some(project) = state.projects.get_mut(root) else { return };
    if project.hints.shown.remove(path).is_some() {
        let path = state.context.shown(root, path);
        state.context.notify(Notice::Hints { path, version: None, hints: Vec::new() });
    }
}

struct Search<'a> {
    context: &'a Context,
    root: &'a Path,
    repository: Repository,
    logs: Arc<Logs>,
    open: Vec<String>,
    cancelled: &'a AtomicBool,
}

/// An edited symbol with what usually changes with it.
struct Edited {
    /// Where it stands in the text at hand.
    place: Place,
    /// As the commit has it.
    before: Located,
    companions: Vec<Known>,
}

struct Known {
    /// Where it stands in the commit.
    place: Place,
    together: u32,
    of: u32,
    /// Full hash of the last commit that edited both.
    last: String,
}

impl Search<'_> {
    fn run(&self) -> Result<Found, Error> {
        let Some(head) = self.repository.head()?.commit else { return Ok(Found::new()) };
        let changes = self.changes(&head, &self.open)?;
        if !changes.symbols.iter().any(|symbol| symbol.counts()) {
            return Ok(Found::new());
        }
        let log = self.logs.read(&self.repository, &head, self.cancelled)?;
        let edited = edited(&log, &changes);
        let elsewhere: HashSet<&String> = edited
            .iter()
            .flat_map(|symbol| symbol.companions.iter().map(|known| &known.place.path))
            .filter(|path| !self.open.contains(path))
            .collect();
        let elsewhere: Vec<String> = elsewhere.into_iter().cloned().collect();
        let others = self.changes(&head, &elsewhere)?;
        let touched: HashSet<&Place> = [&changes, &others]
            .into_iter()
            .flat_map(|changes| changes.symbols.iter().filter_map(|it| Some(&it.before.as_ref()?.place)))
            .collect();
        let befores: Vec<Option<Version>> =
            edited.iter().map(|symbol| self.before(&head, symbol)).collect::<Result<_, _>>()?;
        let found = with_view(self.context, self.root, |view| {
            let mut found = Found::new();
            for (symbol, before) in edited.iter().zip(&befores) {
                let left = symbol.companions.iter().filter(|known| !touched.contains(&known.place));
                // One is told, and the next one when that is done: a list would be read by nobody.
                let hint =
                    left.filter_map(|known| hint(self.context, view, symbol, before.as_ref(), known)).next();
                found.entry(symbol.place.path.clone()).or_default().extend(hint);
            }
            found
        });
        Ok(found.unwrap_or_default())
    }

    /// An edited symbol as the commit has it, where it has companions.
    fn before(&self, head: &str, symbol: &Edited) -> Result<Option<Version>, Error> {
        if symbol.companions.is_empty() {
            return Ok(None);
        }
        version(&self.repository, head, &symbol.before)
    }

    /// What texts at hand changed since a commit.
    fn changes(&self, head: &str, paths: &[String]) -> Result<Changes, Error> {
        let given = with_view(self.context, self.root, |view| {
            let text = |path: &String| view.analysis.file(path).map(|file| view.analysis.shared_text(file));
            paths.iter().map(|path| GivenFile { path: path.clone(), text: text(path) }).collect::<Vec<_>>()
        });
        changes_since(&self.repository, head, &given.unwrap_or_default(), self.cancelled)
    }
}

/// The symbols that were edited and have companions that come up to the bar.
fn edited(log: &ChangeLog, changes: &Changes) -> Vec<Edited> {
    let is_edit = |kinds: &[ChangeKind]| {
        !kinds.iter().any(|kind| matches!(kind, ChangeKind::Introduced | ChangeKind::Deleted))
    };
    let edits = changes.symbols.iter().filter(|symbol| symbol.counts() && is_edit(&symbol.kinds));
    edits
        .filter_map(|symbol| {
            let (before, after) = (symbol.before.as_ref()?, symbol.after.as_ref()?);
            let own = log.symbol_at(&before.place.path, &before.place.key)?;
            let known = companions(log, own, HINTED).into_iter();
            let known = known.map(|companion| Known {
                place: log.place(companion.symbol).0,
                together: companion.together,
                of: companion.of,
                last: log.last_together(own, &companion).map(LoggedCommit::id).unwrap_or_default(),
            });
            Some(Edited { place: after.place.clone(), before: before.clone(), companions: known.collect() })
        })
        .collect()
}

/// A hint as the texts of a snapshot have it; `None` where settings leave it out, or the companion can't be found.
fn hint(
    context: &Context,
    view: &View,
    edited: &Edited,
    before: Option<&Version>,
    known: &Known,
) -> Option<Hint> {
    let analysis = &view.analysis;
    let find = |place: &Place| analysis.find(&place.path, &place.key);
    let (symbol, companion) = (find(&edited.place)?, find(&known.place)?);
    let (key, other) = (symbol_key(analysis, symbol), symbol_key(analysis, companion));
    if is_ignored(&view.config.hints.ignore, &key, &other) {
        return None;
    }
    let range = |id: DefId| {
        let name = analysis.spans(id.file).definitions[id.local.index()].name;
        Lines::new(analysis.text(id.file), view.encoding).range(name.start, name.end)
    };
    let name = analysis.definition(companion).display_name();
    Some(Hint {
        range: range(symbol),
        message: message(&name, known.together, known.of, &known.last),
        name: analysis.definition(symbol).display_name(),
        key,
        companion: name,
        companion_key: other,
        place: Location {
            path: shown(context, view, analysis.path(companion.file)),
            range: range(companion),
        },
        along: before.and_then(|before| along(analysis, symbol, companion, before, known)),
    })
}

/// What was edited, where its companion is built alike.
fn along(
    analysis: &Analysis,
    symbol: DefId,
    companion: DefId,
    before: &Version,
    known: &Known,
) -> Option<Along> {
    let at = |id: DefId| (analysis.path(id.file).to_owned(), analysis.outline(id.file).key(id.local));
    let ((of_path, of_key), (path, key)) = (at(symbol), at(companion));
    let name = qualified(&of_key);
    let request = Request::Along { path, key, of_path, of_key };
    let Known { together, of, last, .. } = known;
    let edit = Example { before: before.clone(), ..Example::edit(name, *together, *of, last) };
    let example = Example { after: present(analysis, symbol), ..edit.clone() };
    let plan = plan(analysis, &request, Some(&example)).ok()?;
    Some(Along { title: plan.title, request, example: Arc::new(edit) })
}

fn present(analysis: &Analysis, id: DefId) -> Version {
    let span = analysis.spans(id.file).definitions[id.local.index()].full;
    Version { text: analysis.text(id.file).to_owned(), span }
}

/// The edit that a request is to go by, as a snapshot has it now.
pub(super) fn example(analysis: &Analysis, along: &Along) -> Option<Example> {
    let Request::Along { of_path, of_key, .. } = &along.request else { return None };
    let after = present(analysis, analysis.find(of_path, of_key)?);
    Some(Example { after, ..Example::clone(&along.example) })
}
