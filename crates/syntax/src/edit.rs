//! The one change that leads from one text to another, for tree-sitter. Never does: minimal diffs of several changes.

use tree_sitter::{InputEdit, Point};

/// Bytes that are compared at once.
const BLOCK: usize = 256;

/// An edit that changes nothing, at the start.
pub(crate) const NOTHING: InputEdit = InputEdit {
    start_byte: 0,
    old_end_byte: 0,
    new_end_byte: 0,
    start_position: Point { row: 0, column: 0 },
    old_end_position: Point { row: 0, column: 0 },
    new_end_position: Point { row: 0, column: 0 },
};

/// What lies between the longest common start and the longest common end of the two texts, at character boundaries; `None`
/// where the texts are equal.
pub(crate) fn between(old: &str, new: &str) -> Option<InputEdit> {
    if old == new {
        return None;
    }
    // Both texts are the same up to there, so what is a boundary in one is one in the other.
    let start = old.floor_char_boundary(common_start(old.as_bytes(), new.as_bytes()));
    let mut end = common_end(&old.as_bytes()[start..], &new.as_bytes()[start..]);
    while !old.is_char_boundary(old.len() - end) {
        end -= 1;
    }
    let (old_end, new_end) = (old.len() - end, new.len() - end);
    let start_position = point(Point { row: 0, column: 0 }, &old[..start]);
    Some(InputEdit {
        start_byte: start,
        old_end_byte: old_end,
        new_end_byte: new_end,
        start_position,
        old_end_position: point(start_position, &old[start..old_end]),
        new_end_position: point(start_position, &new[start..new_end]),
    })
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
