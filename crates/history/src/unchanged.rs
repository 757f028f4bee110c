//! The cheap test that most versions of a file pass: the symbol's own text and everything that says where it belongs are
//! the same, so nothing has to be parsed. Never does: a claim that a parse would not confirm; in doubt it says "maybe".

use std::ops::Range;

use backstory_syntax::Language;
use gix::bstr::ByteSlice;

use crate::version::Version;

/// Texts that stand more often in a file are compared by parsing it.
const OCCURRENCES: usize = 32;

/// Where a symbol's text stands in a file, and what is around it there.
#[derive(Clone, Debug)]
pub(crate) struct Sightings {
    list: Vec<Sighting>,
}

/// Parts of the file's text, in bytes.
#[derive(Clone, Debug)]
struct Sighting {
    /// The rest of the first line before the symbol.
    prefix: Range<usize>,
    /// The rest of the last line behind it.
    suffix: Range<usize>,
    /// The lines that open the blocks around it, from the inside out. Equal text under another `impl` or `class` differs here.
    openers: Vec<Range<usize>>,
    /// The last line before its first one that says something, without the white space around it.
    before: Range<usize>,
    /// The first line behind its last one that says something.
    after: Range<usize>,
}

impl Sightings {
    pub(crate) fn of(version: &Version, file: &str) -> Self {
        let occurrences = file.as_bytes().find_iter(version.text.as_bytes()).take(OCCURRENCES + 1);
        Self { list: occurrences.map(|at| Sighting::at(file, at, version.text.len())).collect() }
    }
}

/// Whether the symbol is certainly the same in the old file. `version` must be that of the new file; the sightings are those of its text.
pub(crate) fn is_certainly_unchanged(
    version: &Version,
    (new, new_at): (&str, &Sightings),
    (old, old_at): (&str, &Sightings),
) -> bool {
    let (new_at, old_at) = (&new_at.list, &old_at.list);
    // Where the text stands several times, whichever of them is the symbol has its like at the same place.
    new_at.len() == old_at.len()
        && (1..=OCCURRENCES).contains(&new_at.len())
        && new_at.iter().zip(old_at).all(|(new_at, old_at)| {
            has_equal_surroundings((new, new_at), (old, old_at))
                && has_equal_edges(version.language, (new, new_at), (old, old_at))
        })
        && version.headers.iter().all(|header| old.contains(header.as_str()))
}

fn has_equal_surroundings((new, new_at): (&str, &Sighting), (old, old_at): (&str, &Sighting)) -> bool {
    new[new_at.prefix.clone()] == old[old_at.prefix.clone()]
        && new[new_at.suffix.clone()] == old[old_at.suffix.clone()]
        && new_at.openers.len() == old_at.openers.len()
        && new_at.openers.iter().zip(&old_at.openers).all(|(a, b)| new[a.clone()] == old[b.clone()])
}

/// Whether the symbol begins and ends in both files where the text does. In one of them it may be longer: a decorator that was
/// taken away stood right before it, a statement at its end right behind.
fn has_equal_edges(
    language: Language,
    (new, new_at): (&str, &Sighting),
    (old, old_at): (&str, &Sighting),
) -> bool {
    let (new_before, old_before) = (&new[new_at.before.clone()], &old[old_at.before.clone()]);
    let begins =
        new_before == old_before || !(may_belong(language, new_before) || may_belong(language, old_before));
    let ends = || {
        let (new_after, old_after) = (&new[new_at.after.clone()], &old[old_at.after.clone()]);
        let indent = indentation(&new[new_at.prefix.clone()]);
        let is_outside = |line: &str| line.is_empty() || indentation(line) <= indent;
        language != Language::Python
            || new_after == old_after
            || (is_outside(new_after) && is_outside(old_after))
    };
    begins && ends()
}

/// Whether a line can be the end of documentation, attributes or decorators of what follows.
fn may_belong(language: Language, line: &str) -> bool {
    match language {
        Language::Rust => line.starts_with(['#', '/', '*']) || line.ends_with([']', '/']),
        Language::Python => line.starts_with(['@', '#']) || line.ends_with(')'),
    }
}

impl Sighting {
    fn at(text: &str, at: usize, len: usize) -> Self {
        let end = at + len;
        let line = at - last_line(&text[..at]).len();
        let suffix = text[end..].lines().next().unwrap_or_default();
        let before = text[..line].trim_end();
        let before = before.rsplit('\n').next().unwrap_or_default().trim();
        let after = text[end..].lines().skip(1).find(|line| !line.trim().is_empty()).unwrap_or_default();
        Self {
            prefix: line..at,
            suffix: end..end + suffix.len(),
            openers: openers(text, line, indentation(&text[line..at])),
            before: range_in(text, before),
            after: range_in(text, after),
        }
    }
}

/// The lines before an offset at which a line starts that open the blocks around that line, from the inside out.
fn openers(text: &str, line: usize, mut indent: usize) -> Vec<Range<usize>> {
    let (mut openers, mut rest) = (Vec::new(), &text[..line]);
    while indent > 0 && !rest.is_empty() {
        let line = last_line(&rest[..rest.len() - 1]);
        rest = &rest[..rest.len() - 1 - line.len()];
        if !line.trim().is_empty() && indentation(line) < indent {
            indent = indentation(line);
            openers.push(range_in(text, line.trim()));
        }
    }
    openers
}

/// Where a part of a text stands in it; a part that is empty may be no part of it.
fn range_in(text: &str, part: &str) -> Range<usize> {
    if part.is_empty() {
        return 0..0;
    }
    let start = part.as_ptr().addr() - text.as_ptr().addr();
    start..start + part.len()
}

/// The text after the last line break.
fn last_line(text: &str) -> &str {
    &text[text.rfind('\n').map_or(0, |at| at + 1)..]
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start().len()
}
