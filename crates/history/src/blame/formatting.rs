//! Lines that say the same in another layout: the pairs within a stretch where two versions of a file differ. Never does: look
//! beyond that stretch.

use std::ops::Range;

use gix::diff::blob::Hunk;

use super::lines::{Pair, compare, compare_words, hunk, pairs};
use super::text::Text;

/// Pairs of lines, old and new, of which the newer only lays out anew what the older says: other white space, line breaks, quotes or
/// optional commas. None for files in no supported language, where white space may mean anything.
pub(super) fn reformatted(old: &Text, new: &Text, changed: &Hunk) -> Vec<Pair> {
    if new.language.is_none() || old.language != new.language {
        return Vec::new();
    }
    let (mut found, rest) = indented(old, new, changed);
    for part in rest.iter().filter(|part| says_the_same(old, new, part)) {
        found.extend(by_words(old, new, part));
    }
    found
}

/// Pairs lines that differ in the white space around them only; the second list are the stretches between them. Blank lines and lone
/// brackets count where a line beside them says something.
fn indented(old: &Text, new: &Text, changed: &Hunk) -> (Vec<Pair>, Vec<Hunk>) {
    let (olds, news) = (trim(old.lines(changed.before.clone())), trim(new.lines(changed.after.clone())));
    let (mut found, mut rest) = (Vec::new(), Vec::new());
    let (mut old_at, mut new_at) = (changed.before.start, changed.after.start);
    let mut between = |before: Range<u32>, after: Range<u32>| {
        if !before.is_empty() && !after.is_empty() {
            rest.push(hunk(before, after));
        }
    };
    for equal in compare(&olds, &news).equal {
        let says_something = |&line: &&str| line.contains(char::is_alphanumeric);
        if !news[equal.after.start as usize..equal.after.end as usize].iter().any(says_something) {
            continue;
        }
        let shift = |(old, new): Pair| (old + changed.before.start, new + changed.after.start);
        let (start, end) =
            (shift((equal.before.start, equal.after.start)), shift((equal.before.end, equal.after.end)));
        between(old_at..start.0, new_at..start.1);
        found.extend(pairs(&equal).map(shift));
        (old_at, new_at) = end;
    }
    between(old_at..changed.before.end, new_at..changed.after.end);
    (found, rest)
}

fn trim(lines: Vec<&str>) -> Vec<&str> {
    lines.into_iter().map(str::trim).collect()
}

/// Whether both sides have the same meaning, token by token. Letters tell most that have not apart before anything is parsed.
fn says_the_same(old: &Text, new: &Text, changed: &Hunk) -> bool {
    if bare(old.stretch(changed.before.clone())) != bare(new.stretch(changed.after.clone())) {
        return false;
    }
    let (old, new) = (old.meaning(&changed.before), new.meaning(&changed.after));
    old.is_some() && old == new
}

/// A text without all that layout and style may add or take away.
fn bare(text: &str) -> String {
    // Python's `u` prefix means nothing; elsewhere both sides lose the same letter.
    let text = text.replace("u\"", "\"").replace("u'", "'");
    let is_layout = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | '{' | '}' | '\\');
    text.to_lowercase().replace(is_layout, "")
}

/// Pairs each newer line with the older line that has most of its words, in order; one that has none of them goes with the line
/// before it, or the first one that has.
pub(super) fn by_words(old: &Text, new: &Text, changed: &Hunk) -> Vec<Pair> {
    let (old_words, old_lines) = words(old.lines(changed.before.clone()));
    let (new_words, new_lines) = words(new.lines(changed.after.clone()));
    // By newer line, the older lines of its words.
    let mut sources: Vec<Vec<u32>> = vec![Vec::new(); changed.after.len()];
    for (old, new) in compare_words(&old_words, &new_words).pairs() {
        sources[new_lines[new as usize] as usize].push(old_lines[old as usize]);
    }
    let mut nearest = sources.iter().find_map(|sources| most_frequent(sources));
    let mut found = Vec::new();
    for (sources, line) in sources.iter().zip(changed.after.clone()) {
        nearest = most_frequent(sources).or(nearest);
        found.extend(nearest.map(|old| (changed.before.start + old, line)));
    }
    found
}

/// The first of those that occur most often in an ascending list.
fn most_frequent(lines: &[u32]) -> Option<u32> {
    let runs = lines.chunk_by(|a, b| a == b);
    runs.rev().max_by_key(|run| run.len()).map(|run| run[0])
}

/// Words and signs, each with the position of its line; quotes and commas are left out.
fn words(lines: Vec<&str>) -> (Vec<&str>, Vec<u32>) {
    let mut all = (Vec::new(), Vec::new());
    for (number, line) in (0..).zip(lines) {
        let mut rest = line;
        while let Some(first) = rest.chars().next() {
            let is_word = |c: char| c.is_alphanumeric() || c == '_';
            let len = rest.find(|c| !is_word(c)).filter(|&len| len > 0).unwrap_or(match is_word(first) {
                true => rest.len(),
                false => first.len_utf8(),
            });
            let (word, after) = rest.split_at(len);
            if !first.is_whitespace() && !matches!(first, '"' | '\'' | ',') {
                all.0.push(word);
                all.1.push(number);
            }
            rest = after;
        }
    }
    all
}
