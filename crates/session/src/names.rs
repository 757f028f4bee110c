//! Where a name is declared and used, and which names there are, asked once from the command line. Never does: keep what it read.

use backstory_analysis::{Analysis, FileId, files_to_read};
use backstory_ide::listing::{Listed, symbols_like, symbols_of};
use backstory_ide::locate::{NotLocated, Target};
use backstory_ide::names::{NamedPlace, definitions, references};

use crate::store::Store;
use crate::workspace::{derive_in_parallel, load, load_with_facts};
use crate::{Error, Place, timeline};

/// What is wanted of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Where it is declared.
    Definition,
    /// Every place that names it.
    References,
}

/// The places that a target leads to.
///
/// # Errors
/// Where the target is nothing, or not one thing, in the tree.
pub fn places(place: &Place, target: &Target, wanted: Wanted) -> Result<Vec<NamedPlace>, Error> {
    let analysis = load(&place.root);
    timeline::read_ahead(&analysis, target);
    let found = match wanted {
        Wanted::Definition => definitions(&analysis, target),
        Wanted::References => {
            if let Ok(declared) = definitions(&analysis, target) {
                read_mentions(&analysis, &declared);
            }
            references(&analysis, target)
        }
    };
    found.map_err(Error::from)
}

/// The symbols of a file or of the files of a directory, in the order of files and lines, or else at most `limit` of those whose names have
/// the letters, best first.
///
/// # Errors
/// As [`Place::of`], and where the path is of a file that is not read.
pub fn symbols(written: &str, store: &Store, limit: usize) -> Result<Vec<Listed>, Error> {
    let (place, target) = Place::of(written, store)?;
    let path = match target {
        Target::Name(letters) => {
            return Ok(symbols_like(&load_with_facts(&place.root, store), &letters, limit));
        }
        Target::Place { path, .. } | Target::Directory { path } => path,
    };
    let analysis = load(&place.root);
    if let Some(file) = analysis.file(&path) {
        return Ok(symbols_of(&analysis, file));
    }
    if !place.root.join(&path).is_dir() {
        return Err(NotLocated::NoFile { path }.into());
    }
    let is_below = |file: &FileId| path.is_empty() || analysis.path(*file).starts_with(&format!("{path}/"));
    Ok(analysis.files().filter(is_below).flat_map(|file| symbols_of(&analysis, file)).collect())
}

/// Reads on all cores the files that mention the names.
fn read_mentions(analysis: &Analysis, declared: &[NamedPlace]) {
    let keys = declared.iter().filter_map(|place| place.key.as_deref());
    for name in keys.filter_map(|key| key.rsplit([':', '.']).next()) {
        derive_in_parallel(analysis, &files_to_read(analysis, name), |snapshot, file| {
            snapshot.code(file);
        });
    }
}
