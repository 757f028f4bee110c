//! `backstory cache`: where the cache is, and its end. Never does: touch models.

use std::process::ExitCode;

use backstory_session::{directories, store};

use crate::args::CacheCommand;
use crate::output::{Failure, Output, megabytes};

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
