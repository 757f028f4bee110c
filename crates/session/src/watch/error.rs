//! Why a tree is not watched, or not all of it, in sentences that say what to do. Never does: decide whether that matters.

use std::io;
use std::path::PathBuf;

use notify::ErrorKind;

#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// The system allows this user no more watched directories.
    #[error(
        "the system's limit of watched directories is reached, so changes made outside the editor are missed in {missed} \
         of {wanted} directories; raise it: sudo sysctl fs.inotify.max_user_watches=524288"
    )]
    Limit { missed: usize, wanted: usize },
    /// The system allows this user no more watchers.
    #[error(
        "the system's limit of file watchers is reached, so changes made outside the editor are missed; raise it: \
         sudo sysctl fs.inotify.max_user_instances=1024"
    )]
    Instances,
    #[error("cannot watch {path}, so changes made there outside the editor are missed: {source}")]
    Path { path: PathBuf, source: io::Error },
    #[error("cannot watch files, so changes made outside the editor are missed: {0}")]
    System(String),
}

/// Too many open files, by this process or by all: what Unix says when there may be no further watcher.
const TOO_MANY: [i32; 2] = [24, 23];

impl WatchError {
    /// Why there is no watcher at all.
    pub(super) fn starting(error: notify::Error) -> Self {
        match error.kind {
            ErrorKind::Io(source)
                if cfg!(unix) && source.raw_os_error().is_some_and(|code| TOO_MANY.contains(&code)) =>
            {
                Self::Instances
            }
            kind => Self::System(notify::Error::new(kind).to_string()),
        }
    }

    /// Why a directory that is there is not watched.
    pub(super) fn watching(path: PathBuf, error: notify::Error) -> Self {
        let source = match error.kind {
            ErrorKind::Io(source) => source,
            ErrorKind::PathNotFound => io::ErrorKind::NotFound.into(),
            kind => io::Error::other(notify::Error::new(kind).to_string()),
        };
        Self::Path { path, source }
    }
}
