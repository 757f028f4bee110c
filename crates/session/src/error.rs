//! Why the running system could not answer, in sentences that say what to do. Never does: hide which part failed.

use std::io;
use std::path::{Path, PathBuf};

use backstory_ide::locate::NotLocated;
use backstory_ide::refactor::Refused;
use backstory_ide::symbol::SymbolInfo;

use crate::discussions::Fault;

pub(crate) const NO_REPOSITORY: &str = "no git repository here, so there is no history to read: \
    clone the project with git (`git clone URL`) and ask there";

pub(crate) const NO_COMMITS: &str =
    "this repository has no commits yet: history begins with the first one (`git commit`)";

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("cannot read {path}: {source}")]
    Read { path: PathBuf, source: io::Error },
    #[error("cannot write for {path}: {source}")]
    Write { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Train(#[from] backstory_train::Error),
    #[error("{0}")]
    Refused(#[from] Refused),
    #[error("{0} has changed meanwhile, so nothing was written: ask again")]
    Changed(PathBuf),
    #[error("there is no file {0}")]
    NoSuchFile(PathBuf),
    #[error("at {revision} there is no file {path}; `git log --all -- {path}` tells of commits that have it")]
    NoSuchFileThen { revision: String, path: PathBuf },
    #[error("{0} is a directory: name a file in it")]
    NotAFile(PathBuf),
    #[error("{lines} names no lines of {path}: write {path}:3 or {path}:3-7, counted from 1")]
    NoRange { path: PathBuf, lines: String },
    #[error("{0} is binary: only text has lines")]
    Binary(PathBuf),
    #[error("{0} is empty: there are no lines to ask about")]
    Empty(PathBuf),
    #[error(
        "{0} is not in HEAD: its lines have a history once they are committed (`git add {0}`, `git commit`)"
    )]
    NotCommitted(PathBuf),
    #[error("{0} is a bare repository: it has no files to explain; run this in a clone or a worktree of it")]
    Bare(PathBuf),
    #[error("{}", not_located(.0))]
    NotLocated(Box<NotLocated>),
    #[error("at {revision}: {}", not_located_then(.reason))]
    NotLocatedThen { revision: String, reason: Box<NotLocated> },
    #[error("{pattern} is no path pattern ({source}): write one as in .gitignore, such as 'src/**'")]
    Pattern { pattern: String, source: ignore::Error },
    #[error("it was stopped before it was done")]
    Interrupted,
    #[error("{NO_REPOSITORY}")]
    NoRepository,
    #[error("{NO_COMMITS}")]
    NoCommits,
    #[error(
        "this is a shallow clone, whose histories end otherwise after the next fetch, so none is read ahead; \
         `git fetch --unshallow` brings the rest"
    )]
    Shallow,
    #[error(
        "the cache can't be written, so nothing would be kept: is its disk full, or its directory read-only?"
    )]
    CacheNotWritable,
    #[error("this platform has no data directory: set BACKSTORY_DATA_DIR")]
    NoDataDirectory,
    #[error("{}", no_discussion(.file, .fault.as_ref()))]
    NoDiscussion { file: PathBuf, fault: Option<Fault> },
    #[error(
        "the imported discussions in {0} are damaged: `backstory import discussions --remove` forgets them, then import them again"
    )]
    DamagedDiscussions(PathBuf),
    #[error(transparent)]
    Kept(backstory_store::Error),
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

fn no_discussion(file: &Path, fault: Option<&Fault>) -> String {
    const EXPECTED: &str = "nothing was imported; a file holds JSON from GitHub or GitLab, such as \
        `gh issue list --json number,title,body,author,createdAt,url` prints";
    let file = file.display();
    match fault {
        Some(Fault { position, reason }) => format!(
            "{file} is broken at line {} column {} ({reason}), and no discussion stands before that: {EXPECTED}",
            position.line, position.column
        ),
        None => format!("{file} holds no issue and no pull or merge request: {EXPECTED}"),
    }
}

/// As [`not_located`], of a commit's files.
fn not_located_then(reason: &NotLocated) -> String {
    match reason {
        NotLocated::NoFile { path } => format!("there is no Rust or Python file {path}"),
        NotLocated::NoSuchName { name, similar } if similar.is_empty() => {
            format!("no symbol is named {name}: give a file and line")
        }
        reason => not_located(reason),
    }
}

fn not_located(reason: &NotLocated) -> String {
    match reason {
        NotLocated::NoFile { path } => {
            format!(
                "{path} is not a Rust or Python source file that git would track (ignored, binary, or above 2 MB?)"
            )
        }
        NotLocated::NoModule { path } => {
            let path = if path.is_empty() { "." } else { path };
            format!(
                "{path} is a directory without a module file (mod.rs, lib.rs, main.rs, __init__.py), so it has no history of its own: \
                 ask what is in it (`--ask what`), or name a file in it"
            )
        }
        NotLocated::NothingIn { path } => {
            let path = if path.is_empty() { "." } else { path };
            format!("{path} is a directory without Rust or Python source files that git would track")
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
