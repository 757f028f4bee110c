//! What a build without the embedded engine does when it is asked for a local model: says so. Never more than that.

use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;

use crate::adapted::Adapted;
use crate::catalogue::Entry;
use crate::error::Error;
use crate::installed::Installed;
use crate::progress::{FetchOptions, Progress};

/// Fails with [`Error::BuiltWithoutEngine`]: a fetched model has to be rewritten by the engine's library.
pub fn fetch(
    _: &Entry,
    _: &Path,
    _: &FetchOptions,
    _: &mut dyn FnMut(Progress),
    _: &AtomicBool,
) -> Result<Installed, Error> {
    Err(Error::BuiltWithoutEngine)
}

/// Always: this build would merge nothing.
pub fn is_current(_: &Entry, _: &Installed) -> bool {
    true
}

/// Says that this build has no engine, and fails.
pub fn serve(_: &Path, _: Option<&Adapted>) -> ExitCode {
    eprintln!("{}", Error::BuiltWithoutEngine);
    ExitCode::FAILURE
}
