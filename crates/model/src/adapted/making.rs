//! Merges an adapter into a copy of a model, in the model's process. Never keeps more copies than it must.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::SystemTime;

use super::Adapted;
use crate::adapter;
use crate::convert::{Others, requantize};
use crate::error::{Error, at};
use crate::gguf;
use crate::progress::Progress;

/// So many copies are kept, the newest: each takes as much room as a model.
const KEPT: usize = 2;

/// The copy, made now where it is not there whole. Two processes may do so at once: both make the same file.
///
/// # Errors
/// [`Error::Adapter`], [`Error::AdapterMismatch`], [`Error::Conversion`] and [`Error::Io`].
pub(crate) fn copy(
    model: &Path,
    adapted: &Adapted,
    progress: &mut dyn FnMut(Progress),
) -> Result<PathBuf, Error> {
    let target = &adapted.copy;
    if gguf::check(target).is_ok() {
        return Ok(target.clone());
    }
    let Some(folder) = target.parent() else {
        return Err(Error::Conversion(format!("{} lies in no folder", target.display())));
    };
    fs::create_dir_all(folder).map_err(at(folder))?;
    let adapter = adapter::load_file(&adapted.adapter)?;
    let partial = target.with_extension(format!("{}.partial", std::process::id()));
    // Nobody interrupts it but by ending this process.
    let never = AtomicBool::new(false);
    let made = requantize(model, &partial, Some(&adapter), Others::Keep, progress, &never)
        .and_then(|()| fs::rename(&partial, target).map_err(at(target)));
    if made.is_err() {
        // What keeps it from being written may keep it from being removed; the next copy clears it away.
        let _ = fs::remove_file(&partial);
    }
    made?;
    forget_old(folder);
    Ok(target.clone())
}

/// Removes all but the newest copies, and what killed processes have left. A copy in use stays readable where files can
/// be removed at all then.
fn forget_old(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut files: Vec<(SystemTime, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .filter(|(_, path)| path.extension().is_some_and(|end| end == "gguf" || end == "partial"))
        .collect();
    files.sort();
    let excess = files.len().saturating_sub(KEPT);
    for (_, path) in files.into_iter().take(excess) {
        // What can't be removed now goes the next time.
        let _ = fs::remove_file(path);
    }
}

#[cfg(test)]
mod tests;
