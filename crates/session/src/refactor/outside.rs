//! The files of a work tree that the analysis doesn't read: documents, settings, templates, code in other languages. Never does: read what git
//! ignores, or binary files.

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use backstory_ide::refactor::{Alive, FileEdits, Outside, Plan, Refused, mentions_in};
use backstory_syntax::{Language, whole_words};
use ignore::DirEntry;

use crate::workspace::{FILE_LIMIT, decode, gather, is_file, relative};

/// Documents whose mentions of a name are renamed where somebody wants that.
const DOCUMENTS: [&str; 5] = ["md", "markdown", "rst", "adoc", "txt"];

/// Refuses a plan where a file that the analysis doesn't read says something against it.
///
/// # Errors
/// The first such place.
pub(crate) fn held_against(root: &Path, plan: &Plan) -> Result<(), Refused> {
    let Outside::Unmentioned(words) = &plan.outside else { return Ok(()) };
    for (path, text) in others(root, words) {
        for word in words {
            if let Some(at) = whole_words(&text, word).next() {
                let line = text[..at].matches('\n').count() as u32 + 1;
                let name = words.first().cloned().unwrap_or_default();
                return Err(Refused::Alive { name, why: Alive::Mentioned { path, line } });
            }
        }
    }
    Ok(())
}

/// The words that any of these files has.
pub(super) fn words_named(root: &Path, words: &[String]) -> HashSet<String> {
    let mut found = HashSet::new();
    for (_, text) in others(root, words) {
        found.extend(words.iter().filter(|word| whole_words(&text, word).next().is_some()).cloned());
    }
    found
}

/// The edits of documents that mention an old name, with their texts, in the order of paths.
pub(crate) fn mentions_outside(root: &Path, from: &str, to: &str) -> Vec<(FileEdits, String)> {
    let is_document = |path: &str| path.rsplit_once('.').is_some_and(|(_, end)| DOCUMENTS.contains(&end));
    let named = others(root, &[from.to_owned()]).into_iter().filter(|(path, _)| is_document(path));
    let edits = named.map(|(path, text)| {
        let edits = mentions_in(&text, from, to);
        (FileEdits { path, edits }, (*text).to_owned())
    });
    edits.filter(|(file, _)| !file.edits.is_empty()).collect()
}

/// The texts, other than sources, that have one of the words somewhere, in the order of paths. Reads on all cores: somebody waits for it.
fn others(root: &Path, words: &[String]) -> Vec<(String, Arc<str>)> {
    let mut found = gather(root, &AtomicBool::new(false), |entry| other(root, entry, words));
    found.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    found
}

/// The path and the text of an entry that is such a file.
fn other(root: &Path, entry: &DirEntry, words: &[String]) -> Option<(String, Arc<str>)> {
    if !is_file(entry) {
        return None;
    }
    let path = relative(root, entry.path())?;
    let is_other = Language::of_path(&path).is_none();
    if !is_other || entry.metadata().is_ok_and(|about| about.len() > FILE_LIMIT) {
        return None;
    }
    let content = fs::read(entry.path()).ok()?;
    let has = |word: &String| memchr::memmem::find(&content, word.as_bytes()).is_some();
    words.iter().any(has).then(|| decode(&content)).flatten().map(|text| (path, text))
}
