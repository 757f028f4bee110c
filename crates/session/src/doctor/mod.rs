//! Looks at everything that Backstory needs, one thing after another, and says what it found and what to do about it. Never does:
//! repair anything, print, or leave the machine.

mod editors;
mod machine;
mod model;
mod repository;

use std::path::Path;

use backstory_store::{Store, size};
use serde::Serialize;

use crate::config::{FileState, Layers, Origin};
use crate::directories;

/// What was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Topic {
    /// This program and how it was built.
    Program,
    Processor,
    /// The program `git`, which Backstory never runs.
    Git,
    Repository,
    /// The files that Backstory reads.
    Sources,
    /// Noticing changes of files outside the editor.
    Watching,
    Cache,
    Settings,
    Model,
    /// Where Backstory is used.
    Editors,
}

impl Topic {
    /// The topic in lower case, as JSON and people write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Program => "program",
            Self::Processor => "processor",
            Self::Git => "git",
            Self::Repository => "repository",
            Self::Sources => "sources",
            Self::Watching => "watching",
            Self::Cache => "cache",
            Self::Settings => "settings",
            Self::Model => "model",
            Self::Editors => "editors",
        }
    }
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Ok,
    /// Something is slower, less or other than it could be.
    Warning,
    /// Backstory does not work here.
    Problem,
}

impl State {
    /// The state in lower case, as JSON and people write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Problem => "problem",
        }
    }
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    pub topic: Topic,
    pub state: State,
    /// What is the case, for people.
    pub finding: String,
    /// What to do about it, where there is something to do.
    pub advice: Option<String>,
}

impl Check {
    fn ok(topic: Topic, finding: impl Into<String>) -> Self {
        Self { topic, state: State::Ok, finding: finding.into(), advice: None }
    }

    fn warning(topic: Topic, finding: impl Into<String>) -> Self {
        Self { state: State::Warning, ..Self::ok(topic, finding) }
    }

    fn problem(topic: Topic, finding: impl Into<String>) -> Self {
        Self { state: State::Problem, ..Self::ok(topic, finding) }
    }

    fn advise(self, advice: impl Into<String>) -> Self {
        Self { advice: Some(advice.into()), ..self }
    }
}

/// Looks at everything, as it is for somebody who works in a directory; hands out each check as soon as it is made.
pub fn check_up(directory: &Path, report: &mut dyn FnMut(Check)) {
    report(machine::program());
    report(machine::processor());
    report(machine::git());
    let (root, check) = repository::repository(directory);
    report(check);
    if let Some(root) = &root {
        let tree = repository::tree(root);
        report(repository::sources(&tree));
        if let Some(limit) = machine::watch_limit() {
            report(machine::watching(tree.directories, limit));
        }
    }
    report(cache());
    let layers = Layers::read(root.as_deref());
    settings(&layers).into_iter().for_each(&mut *report);
    model::models(&layers).into_iter().for_each(&mut *report);
    let places = editors::Places::here();
    places.iter().flat_map(|places| editors::editors(places, root.as_deref())).for_each(report);
}

/// Opens the cache as every command does, and has it remember something.
fn cache() -> Check {
    const ADVICE: &str = "without it every answer is worked out again: make the directory writable, or name \
                          another one with BACKSTORY_CACHE_DIR";
    let Some(directory) = directories::cache() else {
        return Check::warning(Topic::Cache, "this platform has no cache directory").advise(ADVICE);
    };
    let store = match Store::open(&directory) {
        Ok(store) => store,
        Err(error) => return Check::warning(Topic::Cache, error.to_string()).advise(ADVICE),
    };
    let (kind, key, value) = ("doctor", b"probe", b"written");
    store.put(kind, key, value);
    if store.get(kind, key).as_deref() != Some(value) {
        let finding = format!("{} cannot be written to (a full disk, or a lock?)", directory.display());
        return Check::warning(Topic::Cache, finding).advise(ADVICE);
    }
    let megabytes = size(&directory) as f64 / 1e6;
    Check::ok(Topic::Cache, format!("{} ({megabytes:.1} MB)", directory.display()))
}

/// Each file, what cannot be used, and each setting that is not the default.
fn settings(layers: &Layers) -> Vec<Check> {
    let file = |(origin, state): (&Origin, FileState)| match state {
        FileState::Read => Some(Check::ok(Topic::Settings, format!("{origin} is read"))),
        FileState::Absent => {
            Some(Check::ok(Topic::Settings, format!("{origin} is not there, and need not be")))
        }
        // A warning says so already.
        FileState::Refused => None,
    };
    let mut checks: Vec<Check> = layers.files().filter_map(file).collect();
    for warning in layers.config().1 {
        let advice = "correct it or take it out; docs/settings.md lists what can be set";
        checks.push(Check::warning(Topic::Settings, warning).advise(advice));
    }
    for changed in layers.origins() {
        let finding = format!("{} = {} in {}", changed.name, changed.value, changed.origin);
        checks.push(Check::ok(Topic::Settings, finding));
    }
    checks
}
