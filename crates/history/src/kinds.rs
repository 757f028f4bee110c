//! What changed between two versions of a symbol: kinds, and lines by a diff of its own text. Never does: look for a symbol.

use std::borrow::Cow;

use gix::diff::blob::{Algorithm, Diff, InternedInput};

use crate::change::ChangeKind;
use crate::fragment::{Code, Fingerprint};
use crate::version::Version;

/// Whether the older version stands in the same file under the same path, the file's former path, or another file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileRelation {
    Same,
    Renamed,
    Other,
}

/// The kinds of the change from `old` to `new`, sorted; empty where nothing changed.
pub(crate) fn classify(old: &Version, new: &Version, file: FileRelation) -> Vec<ChangeKind> {
    let mut kinds = text_kinds(&old.parts(), &new.parts());
    let mut add = |condition: bool, kind| kinds.extend(condition.then_some(kind));
    add(old.key.name != new.key.name, ChangeKind::Rename);
    add(old.key.container != new.key.container, ChangeKind::Container);
    add(file == FileRelation::Other, ChangeKind::Move);
    add(file == FileRelation::Renamed, ChangeKind::FileRename);
    if kinds.is_empty() && old.fingerprint.text != new.fingerprint.text {
        kinds.push(ChangeKind::Formatting);
    }
    kinds.sort();
    kinds
}

fn text_kinds(old: &Fingerprint, new: &Fingerprint) -> Vec<ChangeKind> {
    let parts = [
        (old.attributes, new.attributes, ChangeKind::Attribute),
        (old.signature, new.signature, ChangeKind::Signature),
        (old.body, new.body, ChangeKind::Body),
    ];
    let mut kinds: Vec<ChangeKind> =
        parts.into_iter().filter_map(|(old, new, kind)| code_kind(old, new, kind)).collect();
    if old.docs != new.docs {
        kinds.push(ChangeKind::Docs);
    }
    kinds.sort();
    kinds.dedup();
    kinds
}

fn code_kind(old: Code, new: Code, kind: ChangeKind) -> Option<ChangeKind> {
    if old.exact == new.exact {
        None
    } else if old.meaning == new.meaning {
        Some(ChangeKind::Style)
    } else {
        Some(kind)
    }
}

/// Lines that a diff adds and removes. A last line counts as equal with and without its end: a symbol stops before it.
pub(crate) fn count_lines(old: &str, new: &str) -> (u32, u32) {
    let (old, new) = (with_last_end(old), with_last_end(new));
    let input = InternedInput::new(&*old, &*new);
    let diff = Diff::compute(Algorithm::Histogram, &input);
    (diff.count_additions(), diff.count_removals())
}

fn with_last_end(text: &str) -> Cow<'_, str> {
    if text.is_empty() || text.ends_with('\n') { text.into() } else { format!("{text}\n").into() }
}

/// Whether a merged text has or lacks lines that no merged-in version explains: lines that are new against every one of
/// them, or that all of them had. A merge that only combines its parents' lines changes nothing itself.
pub(crate) fn is_merge_edited(olds: &[&str], new: &str) -> bool {
    let (olds, new): (Vec<_>, _) = (olds.iter().map(|old| with_last_end(old)).collect(), with_last_end(new));
    let diffs: Vec<(Vec<&str>, Vec<&str>)> = olds.iter().map(|old| changed_lines(old, &new)).collect();
    let Some(((added, removed), rest)) = diffs.split_first() else { return false };
    added.iter().any(|line| rest.iter().all(|(added, _)| added.contains(line)))
        || removed.iter().any(|line| rest.iter().all(|(_, removed)| removed.contains(line)))
}

/// Added and removed lines that say something; blank lines and lone brackets are alike everywhere.
fn changed_lines<'a>(old: &'a str, new: &'a str) -> (Vec<&'a str>, Vec<&'a str>) {
    let input = InternedInput::new(old, new);
    let diff = Diff::compute(Algorithm::Histogram, &input);
    let tells = |line: &&str| line.chars().any(char::is_alphanumeric);
    let lines = |tokens: &[gix::diff::blob::Token]| -> Vec<&'a str> {
        tokens.iter().map(|&token| input.interner[token]).filter(tells).collect()
    };
    let mut changed = (Vec::new(), Vec::new());
    for hunk in diff.hunks() {
        changed.0.extend(lines(&input.after[hunk.after.start as usize..hunk.after.end as usize]));
        changed.1.extend(lines(&input.before[hunk.before.start as usize..hunk.before.end as usize]));
    }
    changed
}
