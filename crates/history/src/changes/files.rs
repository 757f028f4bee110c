//! Files that got another path: the same content, or most of the symbols. Never does: read more files than two versions differ in.

use std::collections::HashMap;

use backstory_syntax::Language;
use gix::ObjectId;

use super::delta::{After, Delta};
use super::sides::{Text, Texts};
use crate::elsewhere::{RENAMED_SHARE, is_namesake, shared_symbols};
use crate::error::Stop;
use crate::telling::shared_lines;

/// Pairs of a deleted and a new source file that are compared at most.
const PAIRS: usize = 40_000;

/// The part of a deleted file's telling lines that a new one must have to be looked at, in percent.
const SHARED: usize = 10;

/// What two versions differ in, with renamed files as one.
#[derive(Default)]
pub(super) struct Sorted {
    /// Under one path, or under two with another content.
    pub edited: Vec<(Text, Text)>,
    pub removed: Vec<Text>,
    pub added: Vec<Text>,
    /// Renamed files, before and after, whether or not their content changed.
    pub renamed: Vec<(String, String)>,
}

/// Takes the files that have the same content under another path out of a list; before and after.
pub(super) fn take_identical(deltas: &mut Vec<Delta>) -> Vec<(String, String)> {
    let mut gone: HashMap<ObjectId, Vec<String>> = HashMap::new();
    for delta in deltas.iter().filter(|delta| matches!(delta.after, After::Gone)) {
        if let Some(blob) = delta.before.filter(|blob| *blob != ObjectId::empty_blob(blob.kind())) {
            gone.entry(blob).or_default().push(delta.path.clone());
        }
    }
    let mut renamed = Vec::new();
    for delta in deltas.iter().filter(|delta| delta.before.is_none()) {
        let Some(twins) = content(delta).and_then(|blob| gone.get_mut(&blob)) else { continue };
        let namesake = twins.iter().position(|twin| is_namesake(twin, &delta.path));
        if !twins.is_empty() {
            renamed.push((twins.remove(namesake.unwrap_or(0)), delta.path.clone()));
        }
    }
    deltas.retain(|delta| {
        let is_one = |(before, after): &(String, String)| match delta.after {
            After::Gone => *before == delta.path,
            _ => delta.before.is_none() && *after == delta.path,
        };
        !renamed.iter().any(is_one)
    });
    renamed
}

fn content(delta: &Delta) -> Option<ObjectId> {
    match &delta.after {
        After::Gone => None,
        After::Blob(blob) => Some(*blob),
        After::Text(_) => delta.given_hash,
    }
}

/// Reads the source files among those that differ.
pub(super) fn read(texts: &mut Texts<'_>, deltas: &[Delta]) -> Result<Sorted, Stop> {
    let mut sorted = Sorted::default();
    for delta in deltas.iter().filter(|delta| Language::of_path(&delta.path).is_some()) {
        match (delta.before, &delta.after) {
            (Some(before), After::Gone) => sorted.removed.extend(texts.before(&delta.path, before)?),
            (Some(before), after) => {
                let before = texts.before(&delta.path, before)?;
                let after = texts.after(&delta.path, after)?;
                sorted.edited.extend(before.zip(after));
            }
            (None, after) => sorted.added.extend(texts.after(&delta.path, after)?),
        }
    }
    pair_similar(&mut sorted);
    Ok(sorted)
}

/// Each new file with the deleted one that it continues, the most alike first.
fn pair_similar(sorted: &mut Sorted) {
    if sorted.removed.len() * sorted.added.len() > PAIRS {
        return;
    }
    let mut candidates = Vec::new();
    for (old_index, old) in sorted.removed.iter().enumerate() {
        for (new_index, new) in
            sorted.added.iter().enumerate().filter(|(_, new)| new.language == old.language)
        {
            let (lines, telling) = (shared_lines(old.file.telling(), new.file.telling()), old.file.telling());
            if lines * 100 < telling.len() * SHARED {
                continue;
            }
            let has_same_text = old.table.symbols.last().map(|file| file.fingerprint.text)
                == new.table.symbols.last().map(|file| file.fingerprint.text);
            let share = if has_same_text { 1.0 } else { shared_symbols(&old.table, &new.table) };
            if share >= RENAMED_SHARE {
                candidates.push((share, lines, is_namesake(&old.path, &new.path), old_index, new_index));
            }
        }
    }
    candidates.sort_by(|a, b| {
        b.0.total_cmp(&a.0).then((b.1, b.2).cmp(&(a.1, a.2))).then((a.3, a.4).cmp(&(b.3, b.4)))
    });
    let (mut olds, mut news) = (taken(&mut sorted.removed), taken(&mut sorted.added));
    for (.., old, new) in candidates {
        if olds[old].is_some() && news[new].is_some() {
            sorted.edited.extend(olds[old].take().zip(news[new].take()));
        }
    }
    sorted.removed.extend(olds.into_iter().flatten());
    sorted.added.extend(news.into_iter().flatten());
    let renamed = sorted.edited.iter().filter(|(old, new)| old.path != new.path);
    sorted.renamed = renamed.map(|(old, new)| (old.path.clone(), new.path.clone())).collect();
}

fn taken(texts: &mut Vec<Text>) -> Vec<Option<Text>> {
    std::mem::take(texts).into_iter().map(Some).collect()
}
