//! What a thread that reads history keeps open, and lets go of when nobody asks. Never does: share any of it with another thread.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use backstory_history::{Counterpart, Error, Historian, Repository};

use super::comparisons::Comparisons;
use super::histories::{FileOf, SymbolOf};

/// By root.
type ByRoot = HashMap<Arc<Path>, (Historian, Repository)>;

/// A thread's own handles to repositories, and what it has compared.
#[derive(Default)]
pub(super) struct Handles {
    by_root: ByRoot,
    comparisons: Comparisons,
}

impl Handles {
    pub(super) fn is_empty(&self) -> bool {
        self.by_root.is_empty()
    }

    pub(super) fn of(&mut self, file: &FileOf) -> Result<&mut Historian, Error> {
        historian(&mut self.by_root, file)
    }

    /// The symbol of a commit that a symbol at hand goes on with.
    pub(super) fn counterpart(
        &mut self,
        commit: &str,
        symbol: &SymbolOf,
    ) -> Result<Option<Counterpart>, Error> {
        let Self { by_root, comparisons } = self;
        comparisons.counterpart(historian(by_root, &symbol.file)?, commit, symbol)
    }

    /// Closes all, and lets go of what they have shared with others.
    pub(super) fn close(&mut self) {
        self.comparisons.clear();
        for (_, (historian, repository)) in self.by_root.drain() {
            drop(historian);
            repository.rest();
        }
    }
}

fn historian<'a>(by_root: &'a mut ByRoot, file: &FileOf) -> Result<&'a mut Historian, Error> {
    if !by_root.contains_key(&file.root) {
        let historian = Historian::new(&file.repository)?;
        by_root.insert(Arc::clone(&file.root), (historian, file.repository.clone()));
    }
    Ok(&mut by_root.get_mut(&file.root).expect("inserted above where it was not there").0)
}
