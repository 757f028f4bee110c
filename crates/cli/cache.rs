//! The cache for commands that use it, and `backstory cache`: where it is, and its end. Never does: touch models.

use std::process::ExitCode;

use backstory_session::{directories, open_cache, store};

use crate::args::CacheCommand;
use crate::output::{self, Failure, Output, megabytes};

/// The cache for a command; a warning where there is none to be had.
pub fn open() -> store::Store {
    let (store, trouble) = open_cache();
    if let Some(trouble) = trouble {
        output::warn(&trouble);
    }
    store
}

pub fn run(command: &CacheCommand, output: &mut Output) -> Result<ExitCode, Failure> {
    let Some(directory) = directories::cache() else {
        return Err(Failure::new("there is no cache directory on this platform: set BACKSTORY_CACHE_DIR"));
    };
    match command {
        CacheCommand::Path => output.line(directory.display())?,
        CacheCommand::Clear => {
            let freed = store::clear(&directory).map_err(|error| Failure::new(error.to_string()))?;
            output.line(format!("deleted {} in {}", megabytes(freed), directory.display()))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
