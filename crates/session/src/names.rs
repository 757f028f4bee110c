//! Where a name is declared and used, asked once from the command line. Never does: keep what it read.

use backstory_analysis::{Analysis, files_to_read};
use backstory_ide::locate::Target;
use backstory_ide::names::{NamedPlace, definitions, references};

use crate::workspace::{derive_in_parallel, load};
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

/// Reads on all cores the files that mention the names.
fn read_mentions(analysis: &Analysis, declared: &[NamedPlace]) {
    let keys = declared.iter().filter_map(|place| place.key.as_deref());
    for name in keys.filter_map(|key| key.rsplit([':', '.']).next()) {
        derive_in_parallel(analysis, &files_to_read(analysis, name), |snapshot, file| {
            snapshot.code(file);
        });
    }
}
