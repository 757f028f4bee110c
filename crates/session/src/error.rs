//! Why the running system could not answer, in sentences that say what to do. Never does: hide which part failed.

use std::io;
use std::path::PathBuf;

use backstory_ide::locate::NotLocated;
use backstory_ide::symbol::SymbolInfo;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("cannot read {path}: {source}")]
    Read { path: PathBuf, source: io::Error },
    #[error("{0} is a directory: name a file in it, or a symbol")]
    Directory(PathBuf),
    #[error("there is no file {0}")]
    NoSuchFile(PathBuf),
    #[error("{0} is a bare repository: it has no files to explain; run this in a clone or a worktree of it")]
    Bare(PathBuf),
    #[error("{}", not_located(.0))]
    NotLocated(Box<NotLocated>),
    #[error(transparent)]
    History(#[from] backstory_history::Error),
    #[error(transparent)]
    Model(#[from] backstory_model::Error),
}

impl From<NotLocated> for Error {
    fn from(reason: NotLocated) -> Self {
        Self::NotLocated(Box::new(reason))
    }
}

fn not_located(reason: &NotLocated) -> String {
    match reason {
        NotLocated::NoFile { path } => {
            format!(
                "{path} is not a Rust or Python source file that git would track (ignored, binary, or above 2 MB?)"
            )
        }
        NotLocated::NoLine { path, line, lines } => {
            format!("{path} has {lines} lines, there is no line {line}")
        }
        NotLocated::NothingThere { path, line } => {
            format!("no symbol at {path}:{line}: name a line inside a function, type or constant")
        }
        NotLocated::NoSuchName { name, similar } if similar.is_empty() => {
            format!(
                "no symbol is named {name} here: give a file and line, or search by meaning with `backstory search`"
            )
        }
        NotLocated::NoSuchName { name, similar } => {
            format!("no symbol is named {name} here; there is {}", similar.join(", "))
        }
        NotLocated::Ambiguous { name, candidates } => ambiguous(name, candidates),
    }
}

/// Lists so many candidates; more would scroll the first ones away.
const LISTED: usize = 15;

fn ambiguous(name: &str, candidates: &[SymbolInfo]) -> String {
    let mut message =
        format!("{} symbols are named {name}; name one by its place or more of its path:", candidates.len());
    for candidate in candidates.iter().take(LISTED) {
        message.push_str(&format!(
            "\n  {}:{}  {} {}",
            candidate.path,
            candidate.line,
            candidate.kind.as_str(),
            candidate.key
        ));
    }
    if candidates.len() > LISTED {
        message.push_str(&format!("\n  .. and {} more", candidates.len() - LISTED));
    }
    message
}
