//! The loop: the one thread that owns analyses, open documents and settings, and the only writer of any of them. Never does: wait
//! for git, the model or the client, or derive facts; it hands snapshots to workers.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::Options;
use super::ahead::{self, Activity};
use super::context::Context;
use super::documents::edited;
use super::event::{Abilities, Attempt, Event, Notice, Question};
use super::histories::{Histories, Told};
use super::hovering::Pending;
use super::projects::{Home, Project};
use super::reports::{self, Shelf};
use super::searching::with_view;
use super::timers::Timers;
use super::workers::{Priority, Queued, Workers};
use super::{asking, hinting, idle, indexing, opening};
use crate::config::{ClientSettings, LensPart};

/// How often something that waits for a lock looks whether it should still wait.
pub(super) const POLL: Duration = Duration::from_millis(20);

/// A document is parsed in full when it has not changed for so long.
const SETTLED: Duration = Duration::from_millis(400);

/// A document is indexed for search again when it has not changed for so long.
const INDEXED: Duration = Duration::from_secs(2);

/// The search index is made exact again at most so often.
const REBUILT: Duration = Duration::from_secs(10);

/// Lenses are refreshed at most so often while history is being read.
const REFRESHED: Duration = Duration::from_millis(500);

/// Nobody has asked anything for so long when analyses let go of what they made for questions.
const AT_REST: Duration = Duration::from_secs(1);

/// Indexes of commits, documents and discussions, graphs and change logs are forgotten when nobody has needed them for so long.
const FORGOTTEN: Duration = Duration::from_secs(600);

/// The model's process is ended when nobody has asked it anything for so long.
const MODEL_IDLE: Duration = Duration::from_secs(300);

/// What the loop does later.
enum Later {
    Settle { path: PathBuf, version: i32 },
    Index { path: PathBuf, version: i32 },
    Rebuild { root: PathBuf },
    Hint { root: PathBuf, number: u64 },
    Refresh,
    LetGo,
    ForgetTexts,
    ForgetTies,
    Overdue(Pending),
    ModelIdle,
}

/// Everything that the loop owns.
pub(super) struct State {
    pub context: Arc<Context>,
    /// By root.
    pub projects: BTreeMap<PathBuf, Project>,
    /// Open documents by the client's paths.
    pub homes: BTreeMap<PathBuf, Home>,
    pub settings: ClientSettings,
    /// Answers that someone waits for, from snapshots that jobs hold while they wait for their turn.
    pub quick: Workers,
    /// Long work in small pieces, which asks the loop for a snapshot when it needs one.
    pub slow: Workers,
    pub disk: Workers,
    /// Repositories to read in the background.
    pub ahead: Sender<ahead::Wish>,
    /// Numbers loads, index builds and progress.
    pub last: u64,
    /// Readings of files that have not come back yet.
    pub reads: usize,
    pub progress: BTreeMap<u64, Arc<AtomicBool>>,
    /// Questions about all files that wait until those are read.
    pub after_reading: Vec<Question>,
    later: Timers<Later>,
    refresh_is_set: bool,
    /// Somebody asked something since analyses let go of what they made for questions.
    let_go_is_set: bool,
    forget_ties_is_set: bool,
    /// Trees whose index will be rebuilt.
    rebuilds: BTreeSet<PathBuf>,
}

/// Runs until it is told to stop or nobody can tell it anything.
pub(super) fn run(
    options: Options,
    events: &Sender<Event>,
    received: &Receiver<Event>,
    notify: Arc<dyn Fn(Notice) + Send + Sync>,
) {
    let mut state = State::new(&options, events.clone(), notify);
    state.disk.run(reports::tidy);
    state.set_model();
    for folder in &options.folders {
        opening::add_folder(&mut state, folder);
    }
    loop {
        let event = match state.later.next() {
            None => received.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(at) => received.recv_timeout(at.saturating_duration_since(Instant::now())),
        };
        match event {
            Ok(Event::Stop) | Err(RecvTimeoutError::Disconnected) => break,
            Ok(event) => state.handle(event),
            Err(RecvTimeoutError::Timeout) => {}
        }
        while let Some(later) = state.later.take(Instant::now()) {
            state.handle_later(later);
        }
    }
    state.end();
}

impl State {
    fn new(options: &Options, events: Sender<Event>, notify: Arc<dyn Fn(Notice) + Send + Sync>) -> Self {
        let on_read = events.clone();
        let histories = Histories::start(move || {
            let _ = on_read.send(Event::HistoryRead);
        });
        let context = Context {
            events,
            histories,
            activity: Activity::new(),
            abilities: options.abilities,
            store: options.store.clone(),
            reports: Shelf::default(),
            lenses_wait: AtomicBool::new(false),
            model: Default::default(),
            screen: Default::default(),
            notify,
            parts: Default::default(),
            aliases: Default::default(),
        };
        let context = Arc::new(context);
        idle::start(&context);
        Self {
            ahead: ahead::start(Arc::clone(&context)),
            context,
            projects: BTreeMap::new(),
            homes: BTreeMap::new(),
            settings: options.settings.clone(),
            quick: Workers::start("answers", 2, Priority::Normal, Queued::Snapshots),
            slow: Workers::start("work", 1, Priority::Low, Queued::Data),
            disk: Workers::start("disk", 1, Priority::Low, Queued::Data),
            last: 0,
            reads: 0,
            progress: BTreeMap::new(),
            after_reading: Vec::new(),
            later: Timers::default(),
            refresh_is_set: false,
            let_go_is_set: false,
            forget_ties_is_set: false,
            rebuilds: BTreeSet::new(),
        }
    }

    fn handle(&mut self, event: Event) {
        let changes_status = event.changes_status();
        self.take(event);
        if changes_status {
            self.context.notify(Notice::StatusChanged);
        }
    }

    fn take(&mut self, event: Event) {
        if event.is_of_a_person() {
            self.context.activity.note();
            self.let_go_later();
        }
        match event {
            Event::Open { path, version, text } => self.open(path, version, text.into()),
            Event::Change { path, version, edits } => self.change(path, version, &edits),
            Event::Close { path } => self.close(&path),
            Event::Touched { paths } => opening::touched(self, paths),
            Event::Folders { added, removed } => opening::folders(self, &added, &removed),
            Event::Settings(settings) => self.set_settings(settings),
            Event::Pause(paused) => self.context.activity.pause(paused),
            Event::Ask(question) => asking::ask(self, question, Attempt::default()),
            Event::Again { question, attempt } => asking::ask(self, question, attempt),
            Event::CancelProgress(number) => {
                if let Some(flag) = self.progress.get(&number) {
                    flag.store(true, Ordering::Relaxed);
                }
            }
            Event::Loaded { root, load, analysis, place } => {
                opening::loaded(self, &root, load, analysis.map(|it| *it), place);
            }
            Event::Read { root, readings, packages } => opening::read(self, &root, readings, packages),
            Event::Disk { root, changes } => opening::disk(self, &root, changes),
            Event::Parsed { path, text, parsed } => self.parsed(&path, &text, *parsed),
            Event::Indexed { root, number, index } => indexing::indexed(self, &root, number, index),
            Event::Watched { root, watcher } => {
                if let Some(project) = self.projects.get_mut(&root).filter(|project| project.in_workspace) {
                    project.watcher = Some(*watcher);
                }
            }
            Event::ReadAhead { number } => {
                self.progress.remove(&number);
            }
            Event::ChangesRead { root } => {
                let Some(project) = self.projects.get(&root) else { return };
                project.logs.outdate();
                if project.config.lens.show.contains(&LensPart::Companion) {
                    opening::refresh_lenses(self);
                }
                self.hint_later(&root);
            }
            Event::Hinted { root, number, found } => hinting::found(self, &root, number, found),
            Event::HistoryRead => self.refresh_lenses_later(),
            Event::View { root, reply } => {
                let view = self.projects.get(&root).map(|project| project.view(self.abilities().encoding));
                // The job may have ended meanwhile.
                let _ = reply.send(view);
            }
            Event::Overdue(pending) => self.later.set(pending.until, Later::Overdue(pending)),
            Event::Explained => self.later.set(Instant::now() + MODEL_IDLE, Later::ModelIdle),
            Event::Stop => {}
        }
    }

    fn handle_later(&mut self, later: Later) {
        match later {
            Later::Settle { path, version } => self.settle(path, version),
            Later::Index { path, version } => self.index_document(&path, version),
            Later::Rebuild { root } => {
                self.rebuilds.remove(&root);
                indexing::rebuild(self, &root);
            }
            Later::Hint { root, number } => hinting::start(self, &root, number),
            Later::Refresh => {
                self.refresh_is_set = false;
                self.context.notify(Notice::RefreshLenses);
            }
            Later::LetGo => {
                self.let_go_is_set = false;
                if self.context.activity.rests_for(AT_REST) {
                    self.projects.values_mut().for_each(|project| project.analysis.let_go());
                } else {
                    self.let_go_later();
                }
            }
            Later::ForgetTexts => {
                // Where one is in use, another of these is set.
                let texts = self.projects.values().filter_map(|project| project.texts.try_lock().ok());
                texts.for_each(|mut texts| texts.let_go(FORGOTTEN));
            }
            Later::ForgetTies => {
                self.forget_ties_is_set = false;
                let kept = self.projects.values().filter(|project| project.forget_ties(FORGOTTEN)).count();
                if kept > 0 {
                    self.forget_ties_later();
                }
            }
            Later::Overdue(pending) => pending.finish(&Told::Reading),
            Later::ModelIdle => {
                let never = AtomicBool::new(false);
                let context = Arc::clone(&self.context);
                // It may be wording something just now.
                self.slow.run(move || {
                    if let Some(mut turn) = context.model.turn(&never)
                        && let Some(wording) = turn.as_mut()
                    {
                        wording.end_if_idle(MODEL_IDLE);
                    }
                });
            }
        }
    }

    pub(super) fn abilities(&self) -> Abilities {
        self.context.abilities
    }

    fn end(&mut self) {
        for flag in self.progress.values() {
            flag.store(true, Ordering::Relaxed);
        }
        opening::cancel_all(self);
    }

    // Documents.

    fn open(&mut self, path: PathBuf, version: i32, text: Arc<str>) {
        let Some(home) = opening::home(self, &path) else { return };
        if let Some(project) = self.projects.get_mut(&home.root) {
            project.open(&home.path, version, text);
            opening::read_ahead(&self.context, project, &home.path);
        }
        // Large texts have no tree before that.
        self.later.set(Instant::now() + SETTLED, Later::Settle { path: path.clone(), version });
        self.hint_later(&home.root);
        self.homes.insert(path, home);
    }

    fn change(&mut self, path: PathBuf, version: i32, edits: &[super::Edit]) {
        let encoding = self.abilities().encoding;
        let Some((project, home)) = self.project_of(&path) else { return };
        let Some(document) = project.documents.get(&home.path) else { return };
        let text = edited(&document.text, edits, encoding);
        project.change(&home.path, version, text);
        self.hint_later(&home.root);
        let now = Instant::now();
        self.later.set(now + SETTLED, Later::Settle { path: path.clone(), version });
        self.later.set(now + INDEXED, Later::Index { path, version });
    }

    fn close(&mut self, path: &Path) {
        let Some(home) = self.homes.remove(path) else { return };
        let Some(project) = self.projects.get_mut(&home.root) else { return };
        self.context.histories.forget_ahead(&home.root, &home.path);
        let is_on_disk = project.close(&home.path);
        hinting::closed(self, &home.root, &home.path);
        if is_on_disk {
            let file = home.root.join(&home.path);
            opening::read_again(self, &home.root, vec![file]);
        }
    }

    fn project_of(&mut self, path: &Path) -> Option<(&mut Project, Home)> {
        let home = self.homes.get(path)?.clone();
        Some((self.projects.get_mut(&home.root)?, home))
    }

    /// Parses a text in full on a worker: an incremental tree of broken code may differ from it.
    fn settle(&mut self, path: PathBuf, version: i32) {
        let context = Arc::clone(&self.context);
        let Some((project, home)) = self.project_of(&path) else { return };
        let Some(document) = project.documents.get(&home.path).filter(|it| it.version == version) else {
            return;
        };
        let text = Arc::clone(&document.text);
        self.slow.run(move || {
            let parsed = with_view(&context, &home.root, |view| {
                let file = view.analysis.file(&home.path)?;
                // A change meanwhile is followed by another of these.
                (*view.analysis.text(file) == *text).then(|| view.analysis.parse_in_full(file))
            });
            let Some(parsed) = parsed.flatten() else { return };
            // Its facts are found here, so that the loop has them at hand.
            let parsed = parsed.kept();
            parsed.facts(&text);
            context.send(Event::Parsed { path, text, parsed: Box::new(parsed) });
        });
    }

    fn parsed(&mut self, path: &Path, text: &Arc<str>, parsed: backstory_syntax::Parsed) {
        let Some((project, home)) = self.project_of(path) else { return };
        let is_present = project.documents.get(&home.path).is_some_and(|it| Arc::ptr_eq(&it.text, text));
        if let Some(file) = project.analysis.file(&home.path).filter(|_| is_present) {
            project.analysis.settle(file, parsed);
        }
    }

    fn index_document(&mut self, path: &Path, version: i32) {
        let Some((project, home)) = self.project_of(path) else { return };
        let is_present = project.documents.get(&home.path).is_some_and(|it| it.version == version);
        if is_present {
            indexing::reindex(self, &home.root, vec![home.path], false);
        }
    }

    // Settings.

    fn set_settings(&mut self, settings: Value) {
        if !self.settings.renew(settings) {
            return;
        }
        let roots: Vec<PathBuf> = self.projects.keys().cloned().collect();
        for root in &roots {
            opening::configure(self, root);
        }
        self.set_model();
        self.refresh_is_set = true;
        self.later.set(Instant::now(), Later::Refresh);
    }

    /// The model is one for the whole session: that of the first project, or of the settings without one.
    pub(super) fn set_model(&mut self) {
        let config = match self.projects.values().find(|project| project.in_workspace) {
            Some(project) => Arc::clone(&project.config),
            None => Arc::new(self.settings.config(None).0),
        };
        let context = Arc::clone(&self.context);
        // Finding it reads the disk, and setting it may wait for what it is saying.
        context.screen.want(config.model.enable && config.model.idle);
        self.disk.run(move || {
            context.model.choose(&config.model, &context.store);
            context.notify(Notice::StatusChanged);
        });
    }

    /// Each change of the search index moves all ranks a little; after a while they are put right.
    pub(super) fn rebuild_later(&mut self, root: &Path) {
        if self.rebuilds.insert(root.to_owned()) {
            self.later.set(Instant::now() + REBUILT, Later::Rebuild { root: root.to_owned() });
        }
    }

    /// Hints are looked for when nothing more has happened for a moment.
    pub(super) fn hint_later(&mut self, root: &Path) {
        if let Some((at, number)) = hinting::wanted(self, root) {
            self.later.set(at, Later::Hint { root: root.to_owned(), number });
        }
    }

    pub(super) fn forget_texts_later(&mut self) {
        // A little later than that, so that the last question is long enough ago by then.
        self.later.set(Instant::now() + FORGOTTEN + POLL, Later::ForgetTexts);
    }

    /// What is known of dependences and of what changes together is let go when nobody has needed it for long.
    pub(super) fn forget_ties_later(&mut self) {
        if !self.forget_ties_is_set {
            self.forget_ties_is_set = true;
            self.later.set(Instant::now() + FORGOTTEN + POLL, Later::ForgetTies);
        }
    }

    fn let_go_later(&mut self) {
        if !self.let_go_is_set {
            self.let_go_is_set = true;
            self.later.set(Instant::now() + AT_REST, Later::LetGo);
        }
    }

    fn refresh_lenses_later(&mut self) {
        let waited = self.context.lenses_wait.swap(false, Ordering::Relaxed);
        if waited && !self.refresh_is_set {
            self.refresh_is_set = true;
            self.later.set(Instant::now() + REFRESHED, Later::Refresh);
        }
    }
}
