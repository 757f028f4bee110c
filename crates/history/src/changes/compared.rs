//! What changed between two versions, symbol by symbol. Never does: read objects otherwise than through `Texts`.

use std::collections::HashSet;

use backstory_syntax::{Language, parse};

use super::delta::{After, Delta};
use super::files::{Sorted, read, take_identical};
use super::own::without_members;
use super::pairing::{At, Pairing, is_container};
use super::sides::{Text, Texts};
use super::{FileChange, Note};
use crate::change::ChangeKind;
use crate::elsewhere::declares;
use crate::error::Stop;
use crate::kinds::{FileRelation, classify};
use crate::table::same_name;

/// Two versions with what differs between them.
#[derive(Default)]
pub(crate) struct Compared {
    pub olds: Vec<Text>,
    pub news: Vec<Text>,
    /// All files that differ, in order of their paths.
    pub files: Vec<FileChange>,
    pub differences: Vec<Difference>,
    pub notes: Vec<Note>,
    /// Whether the source files were read for symbols.
    pub is_read: bool,
}

/// A symbol that differs, or (without kinds) one whose position among namesakes is another.
pub(crate) struct Difference {
    /// In [`Compared::olds`].
    pub before: Option<At>,
    /// In [`Compared::news`].
    pub after: Option<At>,
    pub kinds: Vec<ChangeKind>,
    /// It only went along with its container.
    pub carried: bool,
}

/// Compares the files that differ. More than so many source files, beside those that were only renamed, are not read.
pub(crate) fn compare(texts: &mut Texts<'_>, mut deltas: Vec<Delta>, limit: usize) -> Result<Compared, Stop> {
    let mut compared = Compared::default();
    let identical = take_identical(&mut deltas);
    let sources = deltas.iter().filter(|delta| Language::of_path(&delta.path).is_some()).count();
    let sorted = match sources > limit {
        true => {
            compared.notes.push(Note::TooManyFiles { changed: sources });
            Sorted::default()
        }
        false => {
            compared.is_read = true;
            read(texts, &deltas)?
        }
    };
    compared.files = file_changes(&deltas, identical.into_iter().chain(sorted.renamed));
    let edited = sorted.edited.len();
    let (olds, news): (Vec<Text>, Vec<Text>) = sorted.edited.into_iter().unzip();
    compared.olds = olds.into_iter().chain(sorted.removed).collect();
    compared.news = news.into_iter().chain(sorted.added).collect();
    let mut pairing = Pairing::new(&compared.olds, &compared.news);
    (0..edited).for_each(|file| pairing.within(file, file));
    pairing.across();
    let hidden = hidden_by_errors(&pairing, edited);
    compared.differences = differences(&pairing, edited, &hidden);
    compared.notes.extend(hidden.notes);
    Ok(compared)
}

fn file_changes(deltas: &[Delta], renamed: impl Iterator<Item = (String, String)>) -> Vec<FileChange> {
    let renamed: Vec<FileChange> =
        renamed.map(|(before, after)| FileChange { before: Some(before), after: Some(after) }).collect();
    let gone: HashSet<&str> = renamed.iter().filter_map(|file| file.before.as_deref()).collect();
    let new: HashSet<&str> = renamed.iter().filter_map(|file| file.after.as_deref()).collect();
    let others = deltas.iter().filter_map(|delta| {
        let is_gone = matches!(delta.after, After::Gone);
        let path = delta.path.as_str();
        let is_told = (is_gone && gone.contains(path)) || (delta.before.is_none() && new.contains(path));
        let (before, after) =
            (delta.before.is_some().then(|| path.to_owned()), (!is_gone).then(|| path.to_owned()));
        (!is_told).then_some(FileChange { before, after })
    });
    let mut files: Vec<FileChange> = others.collect();
    files.extend(renamed);
    files.sort_by(|a, b| a.after.as_ref().or(a.before.as_ref()).cmp(&b.after.as_ref().or(b.before.as_ref())));
    files
}

/// Symbols that may only seem to be gone or new, since a version of their file doesn't parse.
#[derive(Default)]
struct Hidden {
    olds: HashSet<At>,
    news: HashSet<At>,
    notes: Vec<Note>,
}

fn hidden_by_errors(pairing: &Pairing<'_>, edited: usize) -> Hidden {
    let mut hidden = Hidden::default();
    for file in 0..edited {
        let (old, new) = (&pairing.olds[file], &pairing.news[file]);
        let declared = |at: &At, here: &Text, there: &Text| {
            declares(&there.file.text, &here.table.symbols[at.symbol].key)
        };
        let olds: Vec<At> = pairing.open_olds(file).into_iter().filter(|at| declared(at, old, new)).collect();
        let news: Vec<At> = pairing.open_news(file).into_iter().filter(|at| declared(at, new, old)).collect();
        for (text, symbols, set) in [(new, olds, &mut hidden.olds), (old, news, &mut hidden.news)] {
            if symbols.is_empty() {
                continue;
            }
            if let Some(line) = parse(&text.file.text, text.language).first_error_line() {
                set.extend(symbols);
                hidden.notes.push(Note::Broken { path: text.path.clone(), line: line + 1 });
            }
        }
    }
    hidden
}

fn differences(pairing: &Pairing<'_>, edited: usize, hidden: &Hidden) -> Vec<Difference> {
    let mut differences = Vec::new();
    for file in 0..pairing.olds.len() {
        let gone = pairing.open_olds(file).into_iter().filter(|at| !hidden.olds.contains(at));
        differences.extend(gone.map(|at| Difference {
            before: Some(at),
            after: None,
            kinds: vec![ChangeKind::Deleted],
            carried: false,
        }));
        for (symbol, after) in pairing.after[file].iter().enumerate() {
            if let Some(after) = after {
                differences.extend(difference(pairing, edited, At { file, symbol }, *after));
            }
        }
    }
    for file in 0..pairing.news.len() {
        let new = pairing.open_news(file).into_iter().filter(|at| !hidden.news.contains(at));
        differences.extend(new.map(|at| Difference {
            before: None,
            after: Some(at),
            kinds: vec![ChangeKind::Introduced],
            carried: false,
        }));
    }
    differences
}

/// What differs between two versions of a symbol; `None` where nothing does, or only the path of its file.
fn difference(pairing: &Pairing<'_>, edited: usize, old: At, new: At) -> Option<Difference> {
    let (old_text, new_text) = (&pairing.olds[old.file], &pairing.news[new.file]);
    let (old_symbol, new_symbol) = (&old_text.table.symbols[old.symbol], &new_text.table.symbols[new.symbol]);
    let is_one_file = old.file == new.file && old.file < edited;
    let is_same_text = old_symbol.fingerprint.text == new_symbol.fingerprint.text;
    if is_one_file && is_same_text && same_name(&old_symbol.key, &new_symbol.key) {
        let is_same_key = old_symbol.key == new_symbol.key;
        return (!is_same_key).then(|| Difference {
            before: Some(old),
            after: Some(new),
            kinds: Vec::new(),
            carried: true,
        });
    }
    let relation = match (is_one_file, old_text.path == new_text.path) {
        (true, true) => FileRelation::Same,
        (true, false) => FileRelation::Renamed,
        (false, _) => FileRelation::Other,
    };
    let mut kinds = kinds(pairing, old, new, relation);
    let is_only = |kinds: &[ChangeKind], those: &[ChangeKind]| kinds.iter().all(|kind| those.contains(kind));
    if is_only(&kinds, &[ChangeKind::FileRename]) {
        kinds.clear();
    }
    let is_elsewhere = old_symbol.key != new_symbol.key || relation == FileRelation::Other;
    if kinds.is_empty() && !is_elsewhere {
        return None;
    }
    let places = [ChangeKind::Container, ChangeKind::Move, ChangeKind::FileRename];
    let carried = is_only(&kinds, &places) && (kinds.is_empty() || goes_along(pairing, old, new));
    Some(Difference { before: Some(old), after: Some(new), kinds, carried })
}

fn kinds(pairing: &Pairing<'_>, old: At, new: At, relation: FileRelation) -> Vec<ChangeKind> {
    let (old_text, new_text) = (&pairing.olds[old.file], &pairing.news[new.file]);
    let version = |text: &Text, at: At| {
        let is_container = is_container(text.table.symbols[at.symbol].key.kind);
        is_container.then(|| without_members(text, at.symbol)).flatten()
    };
    let (old_own, new_own) = (version(old_text, old), version(new_text, new));
    if old_own.is_none() && new_own.is_none() {
        return classify(&old_text.version(old.symbol), &new_text.version(new.symbol), relation);
    }
    let old_own = old_own.unwrap_or_else(|| old_text.version(old.symbol));
    let new_own = new_own.unwrap_or_else(|| new_text.version(new.symbol));
    let mut kinds = classify(&old_own, &new_own, relation);
    // The lines around a member come and go with it.
    kinds.retain(|kind| *kind != ChangeKind::Formatting);
    kinds
}

/// Whether the containers of two symbols are one as well, and went the same way.
fn goes_along(pairing: &Pairing<'_>, old: At, new: At) -> bool {
    let parent = |text: &Text, at: At| text.table.symbols[at.symbol].parent;
    let old_parent = parent(&pairing.olds[old.file], old);
    let new_parent = parent(&pairing.news[new.file], new);
    old_parent.zip(new_parent).is_some_and(|(old_parent, new_parent)| {
        let after = pairing.after[old.file].get(old_parent as usize).copied().flatten();
        after == Some(At { file: new.file, symbol: new_parent as usize })
    })
}
