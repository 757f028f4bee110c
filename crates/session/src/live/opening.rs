//! How trees come into the session, are read, watched and indexed, and follow the disk. Never does: read a file on the loop's own
//! thread; only finding the repository around a new document asks the disk.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use backstory_analysis::{Analysis, Package, files_to_read};

use super::context::{Context, lock};
use super::event::{Attempt, Event, Notice, Progress, ProgressId, Question};
use super::files::{self, Reading};
use super::projects::{Home, Load, Project, Search};
use super::run::State;
use super::{ahead, indexing, searching};
use crate::config::{ClientSettings, PROJECT_FILE};
use crate::place::Place;
use crate::store::Store;
use crate::watch::{Changes, Watcher};
use crate::workspace::{self, relative};

/// A folder of the workspace: its whole tree is read and watched.
pub(super) fn add_folder(state: &mut State, folder: &Path) {
    let Ok(canonical) = folder.canonicalize() else {
        tracing::warn!("the workspace folder {} is not there", folder.display());
        return;
    };
    if canonical != folder {
        lock(&state.context.aliases).push((canonical.clone(), folder.to_owned()));
    }
    let place = match Place::around(&canonical, &state.context.store) {
        Ok(place) => place,
        Err(error) => {
            state.context.notify(Notice::Warning(error.to_string()));
            return;
        }
    };
    let root = place.root.clone();
    let project = state.projects.entry(root.clone());
    let project = project.or_insert_with(|| new_project(place, true, &state.settings));
    project.in_workspace = true;
    report_warnings(&state.context, project);
    load(state, &root);
    state.set_model();
}

fn new_project(place: Place, in_workspace: bool, settings: &ClientSettings) -> Project {
    let settings = settings.config(Some(&place.root));
    Project::new(place, in_workspace, settings)
}

fn report_warnings(context: &Context, project: &Project) {
    for warning in &project.warnings {
        context.notify(Notice::Warning(warning.clone()));
    }
}

pub(super) fn folders(state: &mut State, added: &[PathBuf], removed: &[PathBuf]) {
    for folder in removed.iter().filter_map(|folder| folder.canonicalize().ok()) {
        lock(&state.context.aliases).retain(|(canonical, _)| *canonical != folder);
        let Some(root) = state.projects.keys().find(|root| folder.starts_with(root)).cloned() else {
            continue;
        };
        let Some(project) = state.projects.get_mut(&root) else { continue };
        cancel(project);
        if project.documents.is_empty() {
            state.projects.remove(&root);
        } else {
            // What is still open goes on being answered.
            (project.in_workspace, project.watcher, project.search) = (false, None, Search::Off);
        }
    }
    for folder in added {
        add_folder(state, folder);
    }
    ask_again(&state.context, std::mem::take(&mut state.after_reading));
}

/// Reads the settings of a project again.
pub(super) fn configure(state: &mut State, root: &Path) {
    let (config, warnings) = state.settings.config(Some(root));
    let Some(project) = state.projects.get_mut(root) else { return };
    let is_searched = config.search;
    let reads_ahead_anew = ahead::wants(&config) != ahead::wants(&project.config);
    project.config = Arc::new(config);
    if warnings != project.warnings {
        project.warnings = warnings;
        report_warnings(&state.context, project);
    }
    match (&project.search, is_searched) {
        (Search::Off, true) if project.in_workspace && project.reading.is_none() => {
            indexing::index(state, root)
        }
        (_, false) => {
            indexing::cancel(project);
            project.search = Search::Off;
        }
        _ => {}
    }
    if reads_ahead_anew {
        ahead::follow(state, root);
    }
    state.hint_later(root);
}

/// The place of a path: the nearest tree that is known, or the repository around it, whose files are not read unless opened.
pub(super) fn home(state: &mut State, path: &Path) -> Option<Home> {
    let (directory, name) = (path.parent()?, path.file_name()?);
    // A new document's directory may not be there yet.
    let canonical = directory.canonicalize().unwrap_or_else(|_| directory.to_owned()).join(name);
    for ancestor in canonical.ancestors().skip(1) {
        if state.projects.contains_key(ancestor) {
            return home_in(ancestor, &canonical);
        }
        if !ancestor.join(".git").exists() {
            continue;
        }
        let place = Place::around(ancestor, &state.context.store).map_err(|error| {
            state.context.notify(Notice::Warning(error.to_string()));
        });
        let place = place.ok()?;
        let root = place.root.clone();
        let project = new_project(place, false, &state.settings);
        state.projects.entry(root.clone()).or_insert(project);
        return home_in(&root, &canonical);
    }
    None
}

fn home_in(root: &Path, path: &Path) -> Option<Home> {
    Some(Home { root: root.to_owned(), path: relative(root, path)? })
}

/// Reads the stories of an opened file ahead, so that its lenses and hovers find them.
pub(super) fn read_ahead(context: &Context, project: &Project, path: &str) {
    let wanted = project.config.lens.enable || project.config.hover;
    if let Some(file) = project.history_of(path).filter(|_| wanted) {
        context.histories.read_ahead(file);
    }
}

/// Starts watching a tree; on the disk thread, since it walks all directories.
fn watch(context: &Arc<Context>, place: &Place, root: &Path) {
    let git = place.repository.as_ref();
    let directories = git.map(|git| [git.git_dir().to_owned(), git.common_dir().to_owned()]);
    let directories: Vec<PathBuf> =
        directories.into_iter().flatten().filter_map(|directory| directory.canonicalize().ok()).collect();
    let (loopback, of) = (Arc::clone(context), root.to_owned());
    let on_change = move |changes| loopback.send(Event::Disk { root: of.clone(), changes });
    match Watcher::start(root, &directories, on_change) {
        Ok(watcher) => {
            if let Some(problem) = watcher.incomplete() {
                context.notify(Notice::Warning(problem.to_string()));
            }
            context.send(Event::Watched { root: root.to_owned(), watcher: Box::new(watcher) });
        }
        Err(problem) => context.notify(Notice::Warning(problem.to_string())),
    }
}

/// Reads the whole tree on the disk thread.
fn load(state: &mut State, root: &Path) {
    let number = begin(state, "Reading");
    let Some(cancelled) = state.progress.get(&number).map(Arc::clone) else { return };
    let Some(project) = state.projects.get_mut(root) else { return };
    if let Some(before) = project.reading.replace(Load { number, cancelled: Arc::clone(&cancelled) }) {
        before.cancelled.store(true, Ordering::Relaxed);
    }
    // What is ignored, and whether there is a repository, may have changed too.
    project.watcher = None;
    let place = Arc::clone(&project.place);
    let (context, root) = (Arc::clone(&state.context), root.to_owned());
    state.disk.run(move || {
        let place = present(place, &root, &context.store);
        // Watched before it is read: no change falls in between.
        watch(&context, &place, &root);
        let tell = |message: String| {
            context.notify(Notice::Progress(ProgressId::Own(number), Progress::Report { message }));
        };
        let analysis = files::load(&root, &context.store, &cancelled, &tell);
        context.send(Event::Loaded { root, load: number, analysis: analysis.map(Box::new), place });
    });
}

/// The place as it is by now: another one only where its repository came or went.
fn present(place: Arc<Place>, root: &Path, store: &Store) -> Arc<Place> {
    let is_same = match &place.repository {
        Some(repository) => repository.git_dir().exists(),
        None => !root.join(".git").exists(),
    };
    let found = (!is_same).then(|| Place::around(root, store).ok()).flatten();
    found.filter(|found| found.root == *root).map_or(place, Arc::new)
}

/// Begins work that is shown and can be cancelled.
pub(super) fn begin(state: &mut State, title: &str) -> u64 {
    state.last += 1;
    state.progress.insert(state.last, Arc::new(AtomicBool::new(false)));
    let title = title.to_owned();
    state.context.notify(Notice::Progress(ProgressId::Own(state.last), Progress::Begin { title }));
    state.last
}

pub(super) fn end(state: &mut State, number: u64, message: String) {
    if state.progress.remove(&number).is_some() {
        state.context.notify(Notice::Progress(ProgressId::Own(number), Progress::End { message }));
    }
}

pub(super) fn loaded(
    state: &mut State,
    root: &Path,
    number: u64,
    analysis: Option<Analysis>,
    place: Arc<Place>,
) {
    let files = analysis.as_ref().map(|analysis| analysis.files().count());
    end(state, number, files.map_or_else(|| "cancelled".to_owned(), |files| format!("{files} files")));
    let Some(project) = state.projects.get_mut(root) else { return };
    if project.reading.as_ref().is_none_or(|load| load.number != number) {
        return;
    }
    project.reading = None;
    project.place = place;
    ask_again(&state.context, std::mem::take(&mut state.after_reading));
    let postponed = std::mem::take(&mut project.postponed);
    let Some(analysis) = analysis else { return };
    project.load(analysis);
    for changes in postponed {
        disk(state, root, changes);
    }
    warm(state, root);
    indexing::index(state, root);
    ahead::follow(state, root);
    state.hint_later(root);
}

/// Asks what had to wait for files.
fn ask_again(context: &Context, questions: Vec<Question>) {
    for question in questions {
        context.send(Event::Again { question, attempt: Attempt::default() });
    }
}

/// Scans all files for their words, which the first question about a use would otherwise wait for.
fn warm(state: &State, root: &Path) {
    let (context, root) = (Arc::clone(&state.context), root.to_owned());
    state.slow.run(move || {
        searching::with_view(&context, &root, |view| files_to_read(&view.analysis, "").len());
    });
}

/// Follows the disk.
pub(super) fn disk(state: &mut State, root: &Path, changes: Changes) {
    let Some(project) = state.projects.get_mut(root) else { return };
    if project.reading.is_some() {
        project.postponed.push(changes);
        return;
    }
    if changes.git {
        moved_head(state, root);
    }
    if changes.rescan {
        return load(state, root);
    }
    if changes.paths.iter().any(|path| path.ends_with(PROJECT_FILE)) {
        configure(state, root);
        refresh_lenses(state);
    }
    read_again(state, root, changes.paths);
}

/// Another commit may be checked out.
fn moved_head(state: &mut State, root: &Path) {
    let Some(project) = state.projects.get(root) else { return };
    for path in project.documents.keys() {
        read_ahead(&state.context, project, path);
    }
    ahead::follow(state, root);
    state.hint_later(root);
    refresh_lenses(state);
}

/// What lenses say may be outdated.
pub(super) fn refresh_lenses(state: &State) {
    state.context.lenses_wait.store(true, Ordering::Relaxed);
    state.context.send(Event::HistoryRead);
}

/// Reads files again on the disk thread.
pub(super) fn read_again(state: &mut State, root: &Path, paths: Vec<PathBuf>) {
    if paths.is_empty() {
        return;
    }
    state.reads += 1;
    let (context, root) = (Arc::clone(&state.context), root.to_owned());
    state.disk.run(move || {
        let readings = files::read(&root, &context.store, &paths);
        let is_manifest = |path: &PathBuf| path.ends_with("Cargo.toml");
        let packages = paths.iter().any(is_manifest).then(|| workspace::packages(&root));
        context.send(Event::Read { root, readings, packages });
    });
}

pub(super) fn read(state: &mut State, root: &Path, readings: Vec<Reading>, packages: Option<Vec<Package>>) {
    state.reads = state.reads.saturating_sub(1);
    let Some(project) = state.projects.get_mut(root) else { return };
    let changed = project.read(readings);
    let is_changed = !changed.files.is_empty() || !changed.gone.is_empty();
    if let Some(packages) = packages {
        project.analysis.set_packages(packages);
    }
    indexing::reindex(state, root, changed.files.into_iter().chain(changed.gone).collect(), true);
    if is_changed {
        state.hint_later(root);
    }
}

/// The editor's own word that files changed, for trees that can't be watched.
pub(super) fn touched(state: &mut State, paths: Vec<PathBuf>) {
    for path in paths {
        let Some(home) = home(state, &path) else { continue };
        let is_watched = state.projects.get(&home.root).is_some_and(|project| project.watcher.is_some());
        if !is_watched {
            let changes = Changes { paths: vec![home.root.join(&home.path)], git: false, rescan: false };
            disk(state, &home.root, changes);
        }
    }
}

fn cancel(project: &Project) {
    project.graphs.stop();
    if let Some(load) = &project.reading {
        load.cancelled.store(true, Ordering::Relaxed);
    }
    if let Search::Building { cancelled, .. } = &project.search {
        cancelled.store(true, Ordering::Relaxed);
    }
    if let Some(cancelled) = &project.ahead {
        cancelled.store(true, Ordering::Relaxed);
    }
}

pub(super) fn cancel_all(state: &State) {
    state.projects.values().for_each(cancel);
}
