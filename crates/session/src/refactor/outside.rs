//! The files of a work tree that the analysis doesn't read: documents, settings, templates, code in other languages. Never does: read what git
//! ignores, or binary files.

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use backstory_ide::refactor::{Alive, FileEdits, Outside, Plan, Refused, mentions_in};
use backstory_syntax::{Language, whole_words};

use crate::workspace::{FILE_LIMIT, decode, is_file, relative, walk};

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
    let mut found: Vec<_> = edits.filter(|(file, _)| !file.edits.is_empty()).collect();
    found.sort_by(|(a, _), (b, _)| a.path.cmp(&b.path));
    found
}

/// The texts, other than sources, that have one of the words somewhere.
fn others(root: &Path, words: &[String]) -> Vec<(String, Arc<str>)> {
    let mut found = Vec::new();
    for entry in walk(root, root).filter(is_file) {
        let Some(path) = relative(root, entry.path()) else { continue };
        let is_small = entry.metadata().is_ok_and(|about| about.len() <= FILE_LIMIT);
        if Language::of_path(&path).is_some() || !is_small {
            continue;
        }
        let Ok(content) = fs::read(entry.path()) else { continue };
        let has = |word: &String| memchr::memmem::find(&content, word.as_bytes()).is_some();
        if words.iter().any(has)
            && let Some(text) = decode(&content)
        {
            found.push((path, text));
        }
    }
    found
}
