//! The cache for commands that use it, and `backstory cache`: where it is, and its end. Never does: touch models.

use std::fs;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use backstory_session::{ADAPTED_FOLDER, TABLES_FOLDER, directories, open_cache, store};

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
            let mut freed = store::clear(&directory).map_err(|error| Failure::new(error.to_string()))?;
            freed += clear_folder(&directory.join(ADAPTED_FOLDER))?;
            freed += clear_folder(&directory.join(TABLES_FOLDER))?;
            output.line(format!("deleted {} in {}", megabytes(freed), directory.display()))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Deletes a folder of copies of models that have an adapter, or of adapted tables; returns how many bytes its files took.
fn clear_folder(folder: &Path) -> Result<u64, Failure> {
    let failed = |error: io::Error| Failure::new(format!("cannot delete {}: {error}", folder.display()));
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        entries => entries.map_err(failed)?,
    };
    let bytes = entries.flatten().filter_map(|entry| entry.metadata().ok()).map(|file| file.len()).sum();
    fs::remove_dir_all(folder).map_err(failed)?;
    Ok(bytes)
}
