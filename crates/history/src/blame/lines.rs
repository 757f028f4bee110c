//! Two texts line by line: which lines both have, and the stretches in which they differ. Never does: ask what lines mean.

use std::ops::Range;

use gix::diff::blob::{Algorithm, Diff, Hunk, InternedInput, diff_with_slider_heuristics};

/// A line of the older text and its counterpart in the newer one, 0-based.
pub(super) type Pair = (u32, u32);

/// How two lists of lines differ. All numbers are 0-based positions in the lists.
pub(super) struct Compared {
    /// Stretches that are equal and as long on both sides, in order.
    pub equal: Vec<Hunk>,
    /// The stretches between them, in order; one side can be empty.
    pub hunks: Vec<Hunk>,
}

impl Compared {
    /// All equal lines.
    pub(super) fn pairs(&self) -> impl Iterator<Item = Pair> {
        self.equal.iter().flat_map(pairs)
    }
}

/// Compares lines as whole texts, line breaks included where they are given. By the algorithm that git uses by default: what differs
/// from git's own blame then does so for a reason that can be told.
pub(super) fn compare(old: &[&str], new: &[&str]) -> Compared {
    let input = interned(old, new);
    compared(&diff_with_slider_heuristics(Algorithm::Myers, &input), &input)
}

/// Compares words, of which many are alike.
pub(super) fn compare_words(old: &[&str], new: &[&str]) -> Compared {
    let input = interned(old, new);
    compared(&Diff::compute(Algorithm::Myers, &input), &input)
}

/// The positions of an equal stretch one by one.
pub(super) fn pairs(equal: &Hunk) -> impl Iterator<Item = Pair> + use<> {
    equal.before.clone().zip(equal.after.clone())
}

/// For each line of a newer text the line of the older one that it still is, both 0-based; `None` for those that are new or
/// changed. Line ends of either kind are alike: git converts them when it checks files out.
pub fn kept_lines(old: &str, new: &str) -> Vec<Option<u32>> {
    let (old, new) = (bare_lines(old), bare_lines(new));
    let mut kept = vec![None; new.len()];
    for (old, new) in compare(&old, &new).pairs() {
        kept[new as usize] = Some(old);
    }
    kept
}

/// The stretches in which two texts differ, in order: lines of the older one, and of the newer one that stand in their place, 0-based. Line ends of
/// either kind are alike, and so is white space in front.
pub(crate) fn line_pairs(old: &str, new: &str) -> Vec<(Range<u32>, Range<u32>)> {
    let bare = |text| -> Vec<&str> { bare_lines(text).into_iter().map(str::trim_start).collect() };
    let compared = compare(&bare(old), &bare(new));
    compared.hunks.into_iter().map(|hunk| (hunk.before, hunk.after)).collect()
}

fn bare_lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').map(|line| line.trim_end_matches(['\r', '\n'])).collect()
}

fn interned<'a>(old: &[&'a str], new: &[&'a str]) -> InternedInput<&'a str> {
    let mut input = InternedInput::default();
    input.update_before(old.iter().copied());
    input.update_after(new.iter().copied());
    input
}

fn compared(diff: &Diff, input: &InternedInput<&str>) -> Compared {
    let hunks: Vec<Hunk> = diff.hunks().collect();
    let (before, after) = (input.before.len() as u32, input.after.len() as u32);
    let starts = std::iter::once((0, 0)).chain(hunks.iter().map(|hunk| (hunk.before.end, hunk.after.end)));
    let ends = hunks.iter().map(|hunk| (hunk.before.start, hunk.after.start)).chain([(before, after)]);
    let between = starts.zip(ends).map(|(start, end)| hunk(start.0..end.0, start.1..end.1));
    let equal = between.filter(|stretch| !stretch.after.is_empty()).collect();
    Compared { equal, hunks }
}

/// A stretch on both sides.
pub(super) fn hunk(before: Range<u32>, after: Range<u32>) -> Hunk {
    Hunk { before, after }
}
