//! The changes that lead from one text to another, for tree-sitter. Never does: minimal diffs; what is near together is one change.

use std::ops::Range;

use gix_imara_diff::{Algorithm, Diff, InternedInput};
use tree_sitter::{InputEdit, Point, Tree};

/// Bytes that are compared at once.
const BLOCK: usize = 256;

/// A change of more bytes is looked at line by line for what has not changed within. About as large as a part of a tree, of which
/// nothing can be saved in less. In tests much smaller, so that short texts are compared as well.
const WIDE: usize = if cfg!(test) { 16 } else { 4096 };

/// A stretch of a text that was replaced. In bytes, at character boundaries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    pub(crate) old: Range<usize>,
    pub(crate) new: Range<usize>,
}

/// What differs between the two texts, in source order, with something equal between one edit and the next; none where the texts are
/// equal.
pub(crate) fn between(old: &str, new: &str) -> Vec<Edit> {
    match around(old, new) {
        None => Vec::new(),
        Some(edit) if edit.old.len().max(edit.new.len()) <= WIDE => vec![edit],
        Some(edit) => within(&edit, old, new),
    }
}

/// What lies between the longest common start and the longest common end of the two texts.
pub(crate) fn around(old: &str, new: &str) -> Option<Edit> {
    if old == new {
        return None;
    }
    // Both texts are the same up to there, so what is a boundary in one is one in the other.
    let start = old.floor_char_boundary(common_start(old.as_bytes(), new.as_bytes()));
    let mut end = common_end(&old.as_bytes()[start..], &new.as_bytes()[start..]);
    while !old.is_char_boundary(old.len() - end) {
        end -= 1;
    }
    Some(Edit { old: start..old.len() - end, new: start..new.len() - end })
}

/// The edits within a wide one, line by line.
fn within(wide: &Edit, old: &str, new: &str) -> Vec<Edit> {
    let input = InternedInput::new(&old[wide.old.clone()], &new[wide.new.clone()]);
    let diff = Diff::compute(Algorithm::Histogram, &input);
    let length = |tokens: &[_]| tokens.iter().map(|&token| input.interner[token].len()).sum::<usize>();
    let (mut lines, mut bytes) = ((0, 0), (wide.old.start, wide.new.start));
    let hunks = diff.hunks().map(|hunk| {
        let (before, after) = (hunk.before.start as usize, hunk.after.start as usize);
        bytes.0 += length(&input.before[lines.0..before]);
        bytes.1 += length(&input.after[lines.1..after]);
        let start = bytes;
        lines = (hunk.before.end as usize, hunk.after.end as usize);
        bytes.0 += length(&input.before[before..lines.0]);
        bytes.1 += length(&input.after[after..lines.1]);
        Edit { old: start.0..bytes.0, new: start.1..bytes.1 }
    });
    hunks.collect()
}

/// Tells a tree of the old text where the new one differs.
pub(crate) fn apply(edits: &[Edit], tree: &mut Tree, old: &str, new: &str) {
    let (mut at, mut position) = (0, Point { row: 0, column: 0 });
    let mut inputs = Vec::with_capacity(edits.len());
    for Edit { old: before, new: after } in edits {
        let start_position = point(position, &old[at..before.start]);
        (at, position) = (before.end, point(start_position, &old[before.clone()]));
        inputs.push(InputEdit {
            start_byte: before.start,
            old_end_byte: before.end,
            new_end_byte: before.start + after.len(),
            start_position,
            old_end_position: position,
            new_end_position: point(start_position, &new[after.clone()]),
        });
    }
    // From the last to the first, so that none moves what is yet to come.
    inputs.iter().rev().for_each(|input| tree.edit(input));
}

/// How many bytes are equal from the start.
fn common_start(old: &[u8], new: &[u8]) -> usize {
    let pairs = old.chunks(BLOCK).zip(new.chunks(BLOCK));
    let done = pairs.take_while(|(old, new)| old == new).map(|(old, _)| old.len()).sum();
    let rest = old[done..].iter().zip(&new[done..]);
    done + rest.take_while(|(old, new)| old == new).count()
}

/// How many bytes are equal from the end.
fn common_end(old: &[u8], new: &[u8]) -> usize {
    let pairs = old.rchunks(BLOCK).zip(new.rchunks(BLOCK));
    let done: usize = pairs.take_while(|(old, new)| old == new).map(|(old, _)| old.len()).sum();
    let rest = old[..old.len() - done].iter().rev().zip(new[..new.len() - done].iter().rev());
    done + rest.take_while(|(old, new)| old == new).count()
}

/// Where a point lies after the text that follows it.
fn point(from: Point, text: &str) -> Point {
    let breaks = memchr::memchr_iter(b'\n', text.as_bytes());
    let (count, last) = breaks.fold((0, None), |(count, _), at| (count + 1, Some(at)));
    match last {
        Some(last) => Point { row: from.row + count, column: text.len() - last - 1 },
        None => Point { row: from.row, column: from.column + text.len() },
    }
}
