//! What can go wrong between this crate and a repository, and the early exits of a walk. Never does: print.

use std::path::PathBuf;

use gix::ObjectId;

/// Why the repository could not answer. Data that is merely absent (a shallow clone) is a [`crate::Limit`] instead.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The repository belongs to another user, and the user's git configuration doesn't list it as safe.
    #[error(
        "the git repository at {path} belongs to another user; if you trust it, run: \
         git config --global --add safe.directory '{path}'"
    )]
    Untrusted { path: PathBuf },
    /// The repository keeps its branches and tags in a form that cannot be read here (`reftable`).
    #[error(
        "the git repository at {path} keeps its references in the format '{format}', which cannot be read here; \
         `git refs migrate --ref-format=files` converts them"
    )]
    References { path: PathBuf, format: String },
    /// There is a repository, but its configuration or format could not be read.
    #[error("cannot open the git repository around {path}: {reason}; `git status` there may tell more")]
    Open { path: PathBuf, reason: String },
    /// The asked-for commit is not in the repository.
    #[error("no commit {revision} in this repository; `git fetch` may bring it")]
    UnknownCommit { revision: String },
    /// An object or reference is there but damaged.
    #[error("cannot read {what}: {reason}; `git fsck` names what is damaged")]
    Read { what: String, reason: String },
}

/// Why a step of a walk ended early.
pub(crate) enum Stop {
    /// An object that the step needs is not in the repository, or damaged there (partial or damaged clone).
    Missing(ObjectId),
    /// The caller asked to stop.
    Interrupted,
    Failed(Error),
}

impl Stop {
    /// The error of a step that nobody interrupts and that answers in full or not at all.
    pub(crate) fn into_error(self, what: impl FnOnce() -> String) -> Error {
        let reason = match self {
            Self::Failed(error) => return error,
            Self::Missing(object) => format!("object {object} is missing or damaged"),
            Self::Interrupted => "it was stopped".to_owned(),
        };
        Error::Read { what: what(), reason }
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// Makes an [`Error::Read`] of a library error.
pub(crate) fn read_error(what: impl Into<String>, error: gix::Error) -> Error {
    Error::Read { what: what.into(), reason: reason(&error) }
}

/// A library error with its causes on one line, the outermost first.
pub(crate) fn reason(error: &gix::Error) -> String {
    let parts: Vec<String> = error.iter_errors().map(|part| part.to_string()).collect();
    parts.join(": ")
}
