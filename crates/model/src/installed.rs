//! The models on this machine: which are installed, where, whether they are whole, and which one a request means.
//! Never fetches anything.
//!
//! Under the folder that the caller gives, a model is the folder `NAME/` with `model.gguf` and `installed.json`. It
//! appears by one rename, so that what is there is complete.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::adapted::Adapted;
use crate::catalogue;
use crate::error::{Error, at};
use crate::gguf;

pub(crate) const MODEL_FILE: &str = "model.gguf";
/// A file of the user's own with so many weights counts as capable: the smallest such model of the catalogue has 1.5
/// billion, and the next smaller one 1.2.
const CAPABLE_WEIGHTS: u64 = 1_400_000_000;

pub(crate) const RECORD_FILE: &str = "installed.json";

/// A model that [`crate::fetch`] has put on this machine: what `installed.json` records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Installed {
    /// Its name in the catalogue.
    pub name: String,
    /// Where the download came from, for people.
    pub source: String,
    /// SHA-256 of the file as it was fetched, in hex.
    pub fetched_sha256: String,
    /// SHA-256 of the adapter that is merged into the weights, in hex.
    pub adapter_sha256: Option<String>,
    /// Length of the installed file.
    pub bytes: u64,
    /// SHA-256 of the installed file, in hex.
    pub sha256: String,
}

/// The model that a request means, checked and ready to be loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// What to call it: the catalogue's title, or the file's name.
    pub title: String,
    pub path: PathBuf,
    /// Names the weights in cache keys: the same text for the same weights, another for others.
    pub id: String,
    /// It can take all evidence at once.
    pub capable: bool,
    /// The user's adapter, where one is to be merged into a copy.
    pub adapted: Option<Adapted>,
}

/// The whole models under `dir`, by name. A model whose file has another length than recorded does not count.
pub fn installed(dir: &Path) -> Vec<Installed> {
    let Ok(entries) = fs::read_dir(dir) else { return Vec::new() };
    let mut models: Vec<_> =
        entries.flatten().filter_map(|entry| record(dir, entry.file_name().to_str()?)).collect();
    models.sort_by(|a, b| a.name.cmp(&b.name));
    models
}

/// The record of the model `name`, if it is installed and its file has the recorded length.
pub(crate) fn record(dir: &Path, name: &str) -> Option<Installed> {
    let record = fs::read(dir.join(name).join(RECORD_FILE)).ok()?;
    let record: Installed = serde_json::from_slice(&record).ok()?;
    let bytes = fs::metadata(dir.join(name).join(MODEL_FILE)).ok()?.len();
    (record.name == name && record.bytes == bytes).then_some(record)
}

/// The file of the installed model `name`, or of the default model.
///
/// # Errors
/// [`Error::NotInstalled`], or [`Error::NoModel`] for the default.
pub fn path(dir: &Path, name: Option<&str>) -> Result<PathBuf, Error> {
    let wanted = name.unwrap_or(&catalogue::default_entry().name);
    match (record(dir, wanted), name) {
        (Some(model), _) => Ok(dir.join(model.name).join(MODEL_FILE)),
        (None, Some(name)) => Err(Error::NotInstalled { name: name.to_owned() }),
        (None, None) => Err(Error::NoModel),
    }
}

/// Reads the whole file of `model` and compares its checksum.
///
/// # Errors
/// [`Error::Checksum`] when they differ.
pub fn verify(dir: &Path, model: &Installed) -> Result<(), Error> {
    let path = dir.join(&model.name).join(MODEL_FILE);
    let found = sha256_of(&path).map_err(at(&path))?;
    if found == model.sha256 {
        return Ok(());
    }
    Err(Error::Checksum { what: path.display().to_string(), expected: model.sha256.clone(), found })
}

/// Deletes the installed model `name`; returns the bytes that its file took.
///
/// # Errors
/// [`Error::NotInstalled`] where nothing of that name is there, whole or damaged.
pub fn remove(dir: &Path, name: &str) -> Result<u64, Error> {
    // A name is one plain folder, never a path that leads elsewhere, and never one of our hidden folders.
    let plain = Path::new(name).components().count() == 1 && !name.starts_with('.');
    let folder = dir.join(name);
    if !plain || !folder.join(RECORD_FILE).is_file() {
        return Err(Error::NotInstalled { name: name.to_owned() });
    }
    let bytes = fs::metadata(folder.join(MODEL_FILE)).map_or(0, |metadata| metadata.len());
    // The record goes first: from here on the model counts as absent, whatever else fails.
    fs::remove_file(folder.join(RECORD_FILE)).map_err(at(&folder))?;
    fs::remove_dir_all(&folder).map_err(at(&folder))?;
    Ok(bytes)
}

/// Finds the model that `wanted` means: a name of the catalogue, the path of a GGUF file, or the default.
///
/// # Errors
/// [`Error::NoModel`], [`Error::NotInstalled`], [`Error::UnknownModel`], [`Error::NeedsEndpoint`], and those of
/// [`gguf::check`] for a file.
pub fn resolve(dir: &Path, wanted: Option<&str>) -> Result<Resolved, Error> {
    if let Some(file) = wanted.filter(|wanted| is_path(wanted)) {
        return own_file(Path::new(file));
    }
    let entry = match wanted {
        Some(name) => catalogue::entry(name)?,
        None => catalogue::default_entry(),
    };
    entry.check_engine()?;
    let path = path(dir, wanted)?;
    let model = record(dir, &entry.name).ok_or_else(|| Error::NotInstalled { name: entry.name.clone() })?;
    gguf::check(&path)?;
    let id = format!("{}:{}", model.name, &model.sha256[..16]);
    Ok(Resolved { title: entry.title.clone(), path, id, capable: entry.capable, adapted: None })
}

fn is_path(wanted: &str) -> bool {
    wanted.contains(['/', '\\']) || wanted.to_ascii_lowercase().ends_with(".gguf")
}

/// A file of the user's own. Its identity is its header, length and time of change: reading gigabytes to hash them
/// would cost more than an answer.
fn own_file(path: &Path) -> Result<Resolved, Error> {
    let header = gguf::check(path)?;
    let changed = fs::metadata(path).and_then(|metadata| metadata.modified()).map_err(at(path))?;
    let changed = changed.duration_since(UNIX_EPOCH).map_or(0, |time| time.as_nanos());
    let mut hash = Sha256::new_with_prefix(header.sha256);
    hash.update(header.bytes.to_le_bytes());
    hash.update(changed.to_le_bytes());
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let path = std::path::absolute(path).map_err(at(path))?;
    let id = format!("gguf:{}", &hex(&hash.finalize())[..16]);
    Ok(Resolved { title: name, path, id, capable: header.weights >= CAPABLE_WEIGHTS, adapted: None })
}

/// SHA-256 of a file's content, in lower-case hex.
pub(crate) fn sha256_of(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(hex(&hash.finalize()));
        }
        hash.update(&buffer[..read]);
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
