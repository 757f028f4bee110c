//! Texts at hand beside the checked-out commit, for the thread that answers: the commit's side of a file is made once, a comparison
//! once a text. Never does: read a text from the editor or the disk (questions bring theirs).

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use backstory_history::{Committed, Comparison, Counterpart, Error, Historian};

use super::histories::SymbolOf;

/// So many files are kept before all are let go; those that are open are asked about again and again.
const FILES: usize = 16;

/// What is kept of a file.
struct Compared {
    /// Full hash.
    commit: String,
    /// `None` where the commit has no such file.
    committed: Option<Committed>,
    last: Option<(Arc<str>, Comparison)>,
}

/// The files asked about last.
#[derive(Default)]
pub(super) struct Comparisons {
    /// By root and path.
    files: HashMap<(Arc<Path>, String), Compared>,
}

impl Comparisons {
    pub(super) fn clear(&mut self) {
        self.files.clear();
    }

    /// The symbol of the commit that a symbol at hand goes on with; `None` where it is new.
    pub(super) fn counterpart(
        &mut self,
        historian: &mut Historian,
        commit: &str,
        symbol: &SymbolOf,
    ) -> Result<Option<Counterpart>, Error> {
        let id = (Arc::clone(&symbol.file.root), symbol.file.path.clone());
        if self.files.get(&id).is_none_or(|file| file.commit != commit) {
            let committed = historian.committed(commit, &symbol.file.path)?;
            if self.files.len() >= FILES {
                self.files.clear();
            }
            self.files.insert(id.clone(), Compared { commit: commit.to_owned(), committed, last: None });
        }
        let file = self.files.get_mut(&id).expect("inserted above where it was not there");
        Ok(file.comparison(symbol).and_then(|comparison| comparison.counterpart(&symbol.key)))
    }
}

impl Compared {
    fn comparison(&mut self, symbol: &SymbolOf) -> Option<&Comparison> {
        let committed = self.committed.as_ref()?;
        let text = &symbol.working.text;
        let is_last = |last: &(Arc<str>, Comparison)| Arc::ptr_eq(&last.0, text) || last.0 == *text;
        let last = self.last.take().filter(is_last);
        let last = last.unwrap_or_else(|| (Arc::clone(text), committed.compare(&symbol.working)));
        Some(&self.last.insert(last).1)
    }
}
