//! What one version of a symbol's code has that the other one doesn't, token by token. Never does: look at layout, but for where a statement begins.

use std::ops::Range;

use super::align::align;
use super::words::Words;

/// Tokens in place of others; one of the two may be none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hunk {
    pub before: Range<usize>,
    pub after: Range<usize>,
}

/// What differs, in order. `None` where there is too much to compare.
pub(super) fn hunks(before: &Words<'_>, after: &Words<'_>) -> Option<Vec<Hunk>> {
    // A name that stays is worth more than a comma that does.
    let score = |b: usize, a: usize| {
        let (one, other) = (before.word(b), after.word(a));
        let is_same = one == other && before.tokens[b].kind == after.tokens[a].kind;
        is_same.then_some(if one.len() > 1 { 3 } else { 2 })
    };
    let pairs = align(before.len(), after.len(), score)?;
    let mut found = Vec::new();
    let (mut b, mut a) = (0, 0);
    for (next_b, next_a) in pairs.into_iter().chain([(before.len(), after.len())]) {
        if b < next_b || a < next_a {
            found.push(slid(before, after, Hunk { before: b..next_b, after: a..next_a }));
        }
        (b, a) = (next_b + 1, next_a + 1);
    }
    Some(found)
}

/// Tokens that were added, or taken away, between equal ones: where they may begin at several places, they begin a line.
fn slid(before: &Words<'_>, after: &Words<'_>, hunk: Hunk) -> Hunk {
    let (words, range) = match (hunk.before.is_empty(), hunk.after.is_empty()) {
        (true, false) => (after, &hunk.after),
        (false, true) => (before, &hunk.before),
        _ => return hunk,
    };
    // What leaves the range at one end comes in again at the other.
    let back = (1..=range.start.min(range.len()))
        .take_while(|by| words.word(range.start - by) == words.word(range.end - by))
        .count();
    let forth = (0..range.len().min(words.len() - range.end))
        .take_while(|by| words.word(range.start + by) == words.word(range.end + by))
        .count();
    let by = |from: usize, by: isize| from.saturating_add_signed(by);
    let moved = |range: &Range<usize>, to: isize| by(range.start, to)..by(range.end, to);
    let ways = -(back as isize)..=forth as isize;
    let nearest_first = |to: &isize| to.unsigned_abs();
    let mut ways: Vec<isize> = ways.collect();
    ways.sort_by_key(nearest_first);
    match ways.into_iter().find(|&to| words.are_lines(&moved(range, to))) {
        Some(to) => Hunk { before: moved(&hunk.before, to), after: moved(&hunk.after, to) },
        None => hunk,
    }
}
