//! Symbol tables of texts that resemble each other, as versions of a file do: each text is parsed from the tree of one like it,
//! which takes a fraction of the time. Never does: give a table that parsing in full would not give, or keep more than a few trees.

use std::sync::{Arc, Mutex, PoisonError};

use backstory_syntax::{Language, Parsed, parse};

use crate::objects::File;
use crate::table::Table;
use crate::telling::shared_lines;

/// So many texts are kept with their trees at most.
const KEPT: usize = 12;

/// Bytes of text that are kept at most, unless a single text has more. Their trees take ten times as much, or more.
const BYTES: usize = 2 << 20;

/// Bytes of text that are kept where commits are read one after another, each with other files: some 80 MB with the trees.
const BYTES_ALONG: usize = 6 << 20;

/// Trees of texts that were parsed lately. Shared between threads.
pub(crate) struct Recent {
    /// Oldest first.
    kept: Mutex<Vec<Kept>>,
    texts: usize,
    bytes: usize,
}

impl Default for Recent {
    fn default() -> Self {
        Self { kept: Mutex::default(), texts: KEPT, bytes: BYTES }
    }
}

struct Kept {
    /// Where the text was read from, if that was said.
    path: Option<String>,
    text: String,
    /// The telling lines of the text.
    telling: Vec<u64>,
    /// Free of errors: parsing on from a broken tree may read broken code in another way than parsing in full.
    parsed: Parsed,
    table: Arc<Table>,
}

impl Recent {
    /// With room for a version of each of many files: for whoever says which file a text is a version of.
    pub(crate) fn along_paths() -> Self {
        Self { kept: Mutex::default(), texts: usize::MAX, bytes: BYTES_ALONG }
    }

    /// The symbols of a file. Where its path is said, the last text from there is asked first.
    pub(crate) fn table(&self, file: &File, language: Language, path: Option<&str>) -> Arc<Table> {
        let text = &file.text;
        let (parsed, table) =
            self.take(file, language, path).and_then(|kept| kept.followed_by(text)).unwrap_or_else(|| {
                let parsed = parse(text, language).kept();
                let table = Table::of_parsed(text, &parsed);
                (parsed, table)
            });
        let table = Arc::new(table);
        if is_whole(&parsed) {
            let (text, telling) = (text.clone(), file.telling().to_owned());
            let path = path.map(str::to_owned);
            self.keep(Kept { path, text, telling, parsed, table: Arc::clone(&table) });
        }
        table
    }

    /// Lets go of all trees.
    pub(crate) fn forget(&self) {
        self.lock().clear();
    }

    /// The text that has most of this one's telling lines, if it has at least half of them. What was kept last is asked first, and
    /// taken where it has nearly all.
    fn take(&self, file: &File, language: Language, path: Option<&str>) -> Option<Kept> {
        let wanted = file.telling();
        let mut kept = self.lock();
        let is_version = |kept: &Kept| {
            path.is_some()
                && kept.path.as_deref() == path
                && kept.parsed.language() == language
                && shared_lines(wanted, &kept.telling) * 2 >= wanted.len()
        };
        if let Some(index) = kept.iter().rposition(is_version) {
            return Some(kept.remove(index));
        }
        let mut best: Option<(usize, usize)> = None;
        for (index, kept) in kept.iter().enumerate().rev().take(KEPT) {
            if kept.parsed.language() != language {
                continue;
            }
            let shared = shared_lines(wanted, &kept.telling);
            if shared > 0 && best.is_none_or(|(best, _)| shared > best) {
                best = Some((shared, index));
            }
            if shared * 10 >= wanted.len() * 9 {
                break;
            }
        }
        let (shared, index) = best?;
        (shared * 2 >= wanted.len()).then(|| kept.remove(index))
    }

    fn keep(&self, text: Kept) {
        let mut kept = self.lock();
        kept.push(text);
        let bytes = |kept: &[Kept]| kept.iter().map(|kept| kept.text.len()).sum::<usize>();
        while kept.len() > self.texts || (kept.len() > 1 && bytes(&kept) > self.bytes) {
            kept.remove(0);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Kept>> {
        // Each change behind this lock is one step.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// The tree and the symbols of another text, if that has no errors.
    fn followed_by(&self, text: &str) -> Option<(Parsed, Table)> {
        let reparsed = self.parsed.reparse_with_changes(&self.text, text, &mut || false);
        let (parsed, changes) = reparsed.filter(|(parsed, _)| is_whole(parsed))?;
        let table = Table::following(text, &parsed, &self.table, &changes);
        Some((parsed, table))
    }
}

fn is_whole(parsed: &Parsed) -> bool {
    parsed.first_error_line().is_none()
}
