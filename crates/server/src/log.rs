//! Where the server says what it does: a file, or the error output that editors show in their logs. Of the libraries only warnings
//! are heard: what they say for their own developers would drown it. Never does: write to the standard output, which belongs to
//! the protocol.

use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Mutex;

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::{Layer, MakeWriter};
use tracing_subscriber::layer::{Layer as _, SubscriberExt};
use tracing_subscriber::registry;
use tracing_subscriber::util::SubscriberInitExt;

/// What the names of our own crates begin with.
const OURS: &str = "backstory";

/// How much is logged; each level includes those before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Level {
    Error,
    #[default]
    Warn,
    Info,
    Debug,
    Trace,
}

impl Level {
    /// All levels with their names, from the quietest on.
    pub const ALL: [(&'static str, Level); 5] = [
        ("error", Level::Error),
        ("warn", Level::Warn),
        ("info", Level::Info),
        ("debug", Level::Debug),
        ("trace", Level::Trace),
    ];
}

/// Why logging cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    #[error("cannot log to {path}: {source}", path = file.display())]
    File { file: PathBuf, source: io::Error },
    #[error("no log level is named {0}: use error, warn, info, debug or trace")]
    Level(String),
    #[error("something else logs in this process already")]
    Twice,
}

impl FromStr for Level {
    type Err = LogError;

    fn from_str(name: &str) -> Result<Self, LogError> {
        let known = Self::ALL.iter().find(|(known, _)| name.eq_ignore_ascii_case(known));
        known.map(|(_, level)| *level).ok_or_else(|| LogError::Level(name.to_owned()))
    }
}

/// Logs from now on: to the end of a file, or to the error output.
///
/// # Errors
/// Where the file cannot be opened, or logging was started before.
pub fn start(file: Option<&Path>, level: Level) -> Result<(), LogError> {
    let Some(file) = file else { return log_to(io::stderr, level) };
    let opened = OpenOptions::new().create(true).append(true).open(file);
    let opened = opened.map_err(|source| LogError::File { file: file.to_owned(), source })?;
    log_to(Mutex::new(opened), level)
}

fn log_to(writer: impl for<'a> MakeWriter<'a> + Send + Sync + 'static, level: Level) -> Result<(), LogError> {
    let ours = filter(level);
    let targets = Targets::new().with_default(ours.min(LevelFilter::WARN)).with_target(OURS, ours);
    let lines = Layer::default().with_writer(writer).with_ansi(false).with_filter(targets);
    registry().with(lines).try_init().map_err(|_| LogError::Twice)
}

fn filter(level: Level) -> LevelFilter {
    match level {
        Level::Error => LevelFilter::ERROR,
        Level::Warn => LevelFilter::WARN,
        Level::Info => LevelFilter::INFO,
        Level::Debug => LevelFilter::DEBUG,
        Level::Trace => LevelFilter::TRACE,
    }
}
