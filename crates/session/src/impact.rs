//! What depends on a symbol, asked once from the command line. Never does: keep what it read.

use std::sync::atomic::AtomicBool;

use backstory_analysis::Apart;
use backstory_ide::impact::{self, Asked, Impact};
use backstory_ide::locate::{Target, locate};

use crate::store::Store;
use crate::workspace::load_with_facts;
use crate::{Error, Place};

/// What depends on the symbols or files that the targets of a place name, all taken together.
///
/// # Errors
/// Where a target is nothing, or not one thing, in the tree.
pub fn impact(place: &Place, targets: &[Target], store: &Store, asked: &Asked) -> Result<Impact, Error> {
    let analysis = load_with_facts(&place.root, store);
    let located: Result<Vec<_>, _> = targets.iter().map(|target| locate(&analysis, target)).collect();
    let located = located?;
    // Nobody stops it: Ctrl-C ends the whole process.
    let graph = Apart::of(&analysis).graph(&AtomicBool::new(false));
    let graph = graph.expect("only whoever sets the flag stops it");
    Ok(impact::impact(&analysis, &graph, &located, asked))
}
