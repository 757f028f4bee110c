//! The histories of changed symbols up to the older version. Never does: read what is newer.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use backstory_history::{Historian, HistoryQuery, Lineage, Repository, SymbolChange};

use crate::Error;
use crate::beside::beside_index;

/// The history of one changed symbol.
pub(super) struct History {
    /// `None` for a new symbol.
    pub lineage: Option<Arc<Lineage>>,
}

/// One for each symbol, in their order.
pub(super) fn read(
    repository: &Repository,
    from: &str,
    symbols: &[&SymbolChange],
    interrupted: &AtomicBool,
) -> Result<Vec<History>, Error> {
    beside_index(repository, from, || {
        let mut historian = Historian::new(repository)?;
        let mut of = |symbol: &&SymbolChange| {
            let Some(before) = &symbol.before else { return Ok(History { lineage: None }) };
            let (path, key) = (before.place.path.clone(), before.place.key.clone());
            let lineage =
                historian.remembered(&HistoryQuery { path, key, at: from.to_owned() }, interrupted)?;
            Ok(History { lineage: Some(lineage).filter(|lineage| lineage.found) })
        };
        symbols.iter().map(&mut of).collect()
    })
}
