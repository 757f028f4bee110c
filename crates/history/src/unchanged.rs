//! The cheap test that most versions of a file pass: the symbol's own text and everything that says where it belongs are
//! the same, so nothing has to be parsed. Never does: a claim that a parse would not confirm; in doubt it says "maybe".

use backstory_syntax::Language;
use gix::bstr::ByteSlice;

use crate::version::Version;

/// Texts that stand more often in a file are compared by parsing it.
const OCCURRENCES: usize = 32;

/// Whether the symbol is certainly the same in the old file. `version` must be that of the new file.
pub(crate) fn is_certainly_unchanged(version: &Version, new: &str, old: &str) -> bool {
    let (new_at, old_at) = (occurrences(new, &version.text), occurrences(old, &version.text));
    // Where the text stands several times, whichever of them is the symbol has its like at the same place.
    new_at.len() == old_at.len()
        && (1..=OCCURRENCES).contains(&new_at.len())
        && version.headers.iter().all(|header| old.contains(header.as_str()))
        && new_at.iter().zip(&old_at).all(|(&new_at, &old_at)| {
            let len = version.text.len();
            surroundings(new, new_at, len) == surroundings(old, old_at, len)
                && has_equal_edges(version.language, (new, new_at), (old, old_at), len)
        })
}

/// Whether the symbol begins and ends in both files where the text does. In one of them it may be longer: a decorator that was
/// taken away stood right before it, a statement at its end right behind.
fn has_equal_edges(
    language: Language,
    (new, new_at): (&str, usize),
    (old, old_at): (&str, usize),
    len: usize,
) -> bool {
    let (new_before, old_before) = (line_before(new, new_at), line_before(old, old_at));
    let begins =
        new_before == old_before || !(may_belong(language, new_before) || may_belong(language, old_before));
    let ends = || {
        let (new_after, old_after) = (line_after(new, new_at + len), line_after(old, old_at + len));
        let indent = indentation(last_line(&new[..new_at]));
        let is_outside = |line: &str| line.is_empty() || indentation(line) <= indent;
        language != Language::Python
            || new_after == old_after
            || (is_outside(new_after) && is_outside(old_after))
    };
    begins && ends()
}

/// The last line before an offset's own that says something, without the white space around it.
fn line_before(text: &str, at: usize) -> &str {
    let before = &text[..at - last_line(&text[..at]).len()];
    before.trim_end().rsplit('\n').next().unwrap_or_default().trim()
}

/// The first line after an offset's own that says something.
fn line_after(text: &str, at: usize) -> &str {
    text[at..].lines().skip(1).find(|line| !line.trim().is_empty()).unwrap_or_default()
}

/// Whether a line can be the end of documentation, attributes or decorators of what follows.
fn may_belong(language: Language, line: &str) -> bool {
    match language {
        Language::Rust => line.starts_with(['#', '/', '*']) || line.ends_with([']', '/']),
        Language::Python => line.starts_with(['@', '#']) || line.ends_with(')'),
    }
}

/// The offsets of all occurrences, or of a few more than are compared.
fn occurrences(haystack: &str, needle: &str) -> Vec<usize> {
    haystack.as_bytes().find_iter(needle.as_bytes()).take(OCCURRENCES + 1).collect()
}

/// What stands around an occurrence: the rest of its first and last line, and the lines that open the blocks around it,
/// from the inside out. Equal text under another `impl` or `class` differs here.
fn surroundings(text: &str, at: usize, len: usize) -> (&str, &str, Vec<&str>) {
    let (before, after) = (&text[..at], &text[at + len..]);
    let prefix = last_line(before);
    let suffix = after.lines().next().unwrap_or_default();
    let mut openers = Vec::new();
    let mut indent = indentation(prefix);
    let mut rest = &before[..before.len() - prefix.len()];
    while indent > 0 && !rest.is_empty() {
        let line = last_line(&rest[..rest.len() - 1]);
        rest = &rest[..rest.len() - 1 - line.len()];
        if !line.trim().is_empty() && indentation(line) < indent {
            indent = indentation(line);
            openers.push(line.trim());
        }
    }
    (prefix, suffix, openers)
}

/// The text after the last line break.
fn last_line(text: &str) -> &str {
    &text[text.rfind('\n').map_or(0, |at| at + 1)..]
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start().len()
}
