//! What jobs on all threads share: the way back to the loop, the history threads, the model, the client's abilities. Never does:
//! hold anything that changes with a text.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::ahead::Activity;
use super::answers::{Meant, ModelStatus};
use super::apart::Parts;
use super::event::{Abilities, Event, Notice};
use super::histories::Histories;
use super::idle::Screen;
use super::reports::Shelf;
use super::uris::Subject;
use crate::config;
use crate::engines::EngineChoice;
use crate::store::Store;
use crate::wording::{Memory, Wording};

pub(super) struct Context {
    pub events: Sender<Event>,
    pub histories: Histories,
    pub activity: Activity,
    pub abilities: Abilities,
    pub store: Store,
    pub reports: Shelf,
    /// What history says of the parts of long functions.
    pub parts: Parts,
    /// A lens was answered with "reading" since lenses were last refreshed.
    pub lenses_wait: AtomicBool,
    pub model: Model,
    pub screen: Screen,
    pub notify: Arc<dyn Fn(Notice) + Send + Sync>,
    /// Canonical directories and the names under which the client knows them, where those differ.
    pub aliases: Mutex<Vec<(PathBuf, PathBuf)>>,
}

/// The model that words explanations, and what it has said before.
#[derive(Default)]
pub(super) struct Model {
    /// `None` where explanations are not worded.
    wording: Mutex<Option<Wording>>,
    memory: Mutex<Option<Memory>>,
    status: Mutex<ModelStatus>,
    /// What it was chosen by.
    settings: Mutex<config::Model>,
}

impl Model {
    /// Finds the model of the settings; its process starts with the first explanation. One that can't be had is logged, and the
    /// default is taken.
    pub(super) fn choose(&self, settings: &config::Model, store: &Store) {
        let found = settings.enable.then(|| {
            Wording::beside_typing(settings, EngineChoice::Default, store.clone()).or_else(|error| {
                tracing::warn!("{error}; taking the default model");
                Wording::beside_typing(&config::Model::default(), EngineChoice::Default, store.clone())
            })
        });
        let mut wording = found.and_then(Result::ok);
        *lock(&self.settings) = settings.clone();
        *lock(&self.memory) = wording.as_mut().and_then(Wording::memory);
        *lock(&self.status) = status(wording.as_mut());
        // The model before may be wording something: it finishes first.
        *lock(&self.wording) = wording;
    }

    /// Chooses again where none was to be had: somebody may have fetched one meanwhile.
    pub(super) fn look_again(&self, store: &Store) {
        if matches!(*lock(&self.status), ModelStatus::Missing(_)) {
            let settings = lock(&self.settings).clone();
            self.choose(&settings, store);
        }
    }

    pub(super) fn status(&self) -> ModelStatus {
        lock(&self.status).clone()
    }

    /// What the model has said before, without waiting for what it is saying now.
    pub(super) fn memory(&self) -> Option<Memory> {
        lock(&self.memory).clone()
    }

    /// The model itself: one explanation at a time. `None` too where the caller was told to stop while it waited for its turn.
    pub(super) fn turn(&self, interrupted: &AtomicBool) -> Option<MutexGuard<'_, Option<Wording>>> {
        while !interrupted.load(Ordering::Relaxed) {
            match self.wording.try_lock() {
                Ok(guard) => return Some(guard),
                Err(std::sync::TryLockError::Poisoned(poisoned)) => return Some(poisoned.into_inner()),
                Err(std::sync::TryLockError::WouldBlock) => std::thread::sleep(super::run::POLL),
            }
        }
        None
    }
}

fn status(wording: Option<&mut Wording>) -> ModelStatus {
    let Some(wording) = wording else { return ModelStatus::Off };
    let remote = wording.leaves_this_machine();
    match wording.title() {
        Ok(title) => ModelStatus::Ready { title: title.to_owned(), remote },
        Err(advice) => ModelStatus::Missing(advice),
    }
}

impl Context {
    pub(super) fn send(&self, event: Event) {
        // The loop is gone only when the session has ended.
        let _ = self.events.send(event);
    }

    pub(super) fn notify(&self, notice: Notice) {
        (self.notify)(notice);
    }

    /// The path under which the client knows a file of a tree.
    pub(super) fn shown(&self, root: &Path, path: &str) -> PathBuf {
        let full = root.join(path);
        let aliases = lock(&self.aliases);
        let alias = aliases
            .iter()
            .find_map(|(canonical, shown)| Some(shown.join(full.strip_prefix(canonical).ok()?)));
        alias.unwrap_or(full)
    }

    /// A tree's root as the client names it.
    pub(super) fn folder(&self, root: &Path) -> PathBuf {
        // Without the slash at its end that joining nothing leaves.
        self.shown(root, "").components().collect()
    }

    /// A symbol as the client names it.
    pub(super) fn meant(&self, subject: &Subject) -> Meant {
        let Subject { root, path, key } = subject;
        Meant { root: self.folder(root), path: self.shown(root, path), key: key.clone() }
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Each change behind these locks is one assignment.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
