//! The cheap test that most versions of a file pass: the symbol's own text and everything that says where it belongs are
//! the same, so nothing has to be parsed. Never does: a claim that a parse would not confirm; in doubt it says "maybe".

use gix::bstr::ByteSlice;

use crate::version::Version;

/// Whether the symbol is certainly the same in the old file. `version` must be that of the new file.
pub(crate) fn is_certainly_unchanged(version: &Version, new: &str, old: &str) -> bool {
    let (Some(new_at), Some(old_at)) = (single(new, &version.text), single(old, &version.text)) else {
        return false;
    };
    let len = version.text.len();
    surroundings(new, new_at, len) == surroundings(old, old_at, len)
        && version.headers.iter().all(|header| old.contains(header.as_str()))
}

/// The offset of the only occurrence.
fn single(haystack: &str, needle: &str) -> Option<usize> {
    let mut found = haystack.as_bytes().find_iter(needle.as_bytes());
    let at = found.next()?;
    found.next().is_none().then_some(at)
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
