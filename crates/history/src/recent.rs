//! Symbol tables of texts that resemble each other, as versions of a file do: each text is parsed from the tree of the one most like it,
//! which takes a fraction of the time. Never does: give a table that parsing in full would not give, or keep more than a few trees.

use std::sync::{Mutex, PoisonError};

use backstory_syntax::{Language, Parsed, parse};

use crate::table::Table;

/// So many texts are kept with their trees; some megabytes each where files are large.
const KEPT: usize = 8;

/// Trees of texts that were parsed lately. Shared between threads.
#[derive(Default)]
pub(crate) struct Recent {
    /// Oldest first.
    kept: Mutex<Vec<Kept>>,
}

struct Kept {
    text: String,
    /// Free of errors: parsing on from a broken tree may read broken code in another way than parsing in full.
    parsed: Parsed,
}

impl Recent {
    /// The symbols of a text.
    pub(crate) fn table(&self, text: &str, language: Language) -> Table {
        let parsed = match self.take(text, language) {
            Some(kept) => Some(kept.parsed.reparse(&kept.text, text)).filter(is_whole),
            None => None,
        };
        let parsed = parsed.unwrap_or_else(|| parse(text, language).kept());
        let table = Table::of_parsed(text, &parsed);
        if is_whole(&parsed) {
            self.keep(Kept { text: text.to_owned(), parsed });
        }
        table
    }

    /// Lets go of all trees.
    pub(crate) fn forget(&self) {
        self.lock().clear();
    }

    /// The text with the longest common start and end, where those are most of this text.
    fn take(&self, text: &str, language: Language) -> Option<Kept> {
        let mut kept = self.lock();
        let common = |kept: &Kept| common(&kept.text, text);
        let candidates = kept.iter().enumerate().filter(|(_, kept)| kept.parsed.language() == language);
        let (common, best) = candidates.map(|(index, kept)| (common(kept), index)).max()?;
        (common * 2 >= text.len()).then(|| kept.remove(best))
    }

    fn keep(&self, text: Kept) {
        let mut kept = self.lock();
        if kept.len() >= KEPT {
            kept.remove(0);
        }
        kept.push(text);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Kept>> {
        // Each change behind this lock is one step.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_whole(parsed: &Parsed) -> bool {
    parsed.first_error_line().is_none()
}

/// How many bytes the texts have in common at their starts and ends.
fn common(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let start = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let end = a[start..].iter().rev().zip(b[start..].iter().rev()).take_while(|(a, b)| a == b).count();
    start + end
}
