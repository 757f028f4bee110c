//! What is written for one hunk, and where: whole lines where it is whole lines, in this symbol's indentation and line ends. Never does: move comments, or
//! touch layout beside the change.

use std::ops::Range;

use backstory_syntax::Span;

use super::Misfit;
use super::hunks::Hunk;
use super::words::Words;
use crate::refactor::lines::{indent, line_end, line_start, newline, next_line};

type Called<'a, 'b> = &'b dyn Fn(usize) -> Result<&'a str, Misfit>;

/// The span and the text for a hunk whose surroundings are the same here; `there` says where the other symbol's tokens stand here.
pub(super) fn piece<'a>(
    old: &Words<'a>,
    new: &Words<'a>,
    ours: &Words<'a>,
    hunk: &Hunk,
    there: &[Option<usize>],
    called: Called<'a, '_>,
) -> Result<(Span, String), Misfit> {
    let place = |at: usize| there.get(at).copied().flatten();
    let replaced = match (place(hunk.before.start), hunk.before.is_empty()) {
        (_, true) => None,
        (Some(first), false) => Some(first..first + hunk.before.len()),
        (None, false) => return Err(Misfit::Unlike),
    };
    let adds_lines = hunk.after.is_empty() || new.are_lines(&hunk.after);
    let takes_lines = match &replaced {
        None => true,
        Some(range) => old.are_lines(&hunk.before) && ours.are_lines(range),
    };
    // Behind which token of ours it comes.
    let previous = place(hunk.before.start - 1).and_then(|at| ours.before(at + 1));
    let previous = previous.ok_or(Misfit::Unlike)?;
    // What comes in, or goes, begins a line here.
    let starts_line = replaced.is_some() || ours.is_last(previous);
    let site = Site { old, new, ours, hunk, replaced, previous, called };
    if adds_lines && takes_lines && starts_line { lines(&site) } else { inside(&site) }
}

/// Where a hunk is written.
struct Site<'a, 'b> {
    old: &'b Words<'a>,
    new: &'b Words<'a>,
    ours: &'b Words<'a>,
    hunk: &'b Hunk,
    /// The tokens of ours that go.
    replaced: Option<Range<usize>>,
    /// The token of ours before it.
    previous: usize,
    called: Called<'a, 'b>,
}

/// Whole lines in place of whole lines.
fn lines(site: &Site<'_, '_>) -> Result<(Span, String), Misfit> {
    let &Site { old, new, ours, hunk, ref replaced, previous, called } = site;
    let span = match replaced {
        Some(range) => {
            let shown = ours.visible(range);
            let first = ours.tokens[shown.start].span.start as usize;
            let last = ours.tokens[shown.end - 1].span.end as usize;
            line_start(ours.text, first)..next_line(ours.text, last)
        }
        None => {
            let at = next_line(ours.text, ours.tokens[previous].span.end as usize);
            at..at
        }
    };
    let shown = new.visible(&hunk.after);
    let mut text = String::new();
    if !shown.is_empty() {
        let (theirs, here) = match replaced {
            Some(range) => {
                (old.indent(old.visible(&hunk.before).start), ours.indent(ours.visible(range).start))
            }
            None => {
                let before = old.before(hunk.before.start).ok_or(Misfit::Unlike)?;
                (old.indent(before), ours.indent(previous))
            }
        };
        let first = line_start(new.text, new.tokens[shown.start].span.start as usize);
        let first = with_comments(old, new, hunk, first);
        let last = line_end(new.text, new.tokens[shown.end - 1].span.end as usize);
        let raw = renamed(new, first..last, called)?;
        text = indented(&raw, true, theirs, here, newline(ours.text)).ok_or(Misfit::Unlike)?;
        text.push_str(newline(ours.text));
        // Behind a last line that has no end.
        if span.start == ours.text.len() && !ours.text.ends_with('\n') {
            text = format!("{}{}", newline(ours.text), text.trim_end_matches(['\r', '\n']));
        }
    }
    Ok((Span { start: span.start as u32, end: span.end as u32 }, text))
}

/// The start of the comment lines that came with new lines.
fn with_comments(old: &Words<'_>, new: &Words<'_>, hunk: &Hunk, first: usize) -> usize {
    let gap = |words: &Words<'_>, at: usize| {
        let start = words.before(at).map_or(0, |before| words.tokens[before].span.end as usize);
        let end = words.from(at).map_or(words.text.len(), |next| words.tokens[next].span.start as usize);
        start..end.max(start)
    };
    let known = &old.text[gap(old, hunk.before.start)];
    let above = &new.text[gap(new, hunk.after.start).start..first];
    let comes = |line: &&str| !line.trim().is_empty() && !known.contains(line.trim());
    // What stands behind code on its line is about that.
    let lines = above.split_inclusive('\n').skip(1).collect::<Vec<_>>();
    let count = lines.iter().rev().take_while(|line| comes(line)).map(|line| line.len()).sum::<usize>();
    first - count
}

/// Tokens in place of tokens inside of a line, with the blanks that they have there.
fn inside<'a>(site: &Site<'a, '_>) -> Result<(Span, String), Misfit> {
    let &Site { old, new, ours, hunk, ref replaced, previous, called } = site;
    let next = replaced.as_ref().map_or(previous + 1, |range| range.end);
    let next = ours.from(next).ok_or(Misfit::Unlike)?;
    let (before_old, before_new) = (old.before(hunk.before.start), new.before(hunk.after.start));
    let (next_old, next_new) = (old.from(hunk.before.end), new.from(hunk.after.end));
    let (Some(before_old), Some(before_new), Some(next_old), Some(next_new)) =
        (before_old, before_new, next_old, next_new)
    else {
        return Err(Misfit::Unlike);
    };
    let gap = |words: &Words<'a>, one: usize, other: usize| {
        &words.text[words.tokens[one].span.end as usize..words.tokens[other].span.start as usize]
    };
    let start_of = |words: &Words<'_>, at: usize| words.tokens[at].span.start as usize;
    let end_of = |words: &Words<'_>, at: usize| words.tokens[at].span.end as usize;
    // The blanks on one side, or on both, may be as they were: then those that stand here stay.
    let ends = |words: &Words<'_>, range: &Range<usize>, before: usize, next: usize| {
        let shown = words.visible(range);
        if shown.is_empty() { (next, before) } else { (shown.start, shown.end - 1) }
    };
    let (first_old, last_old) = ends(old, &hunk.before, before_old, next_old);
    let (first_new, last_new) = ends(new, &hunk.after, before_new, next_new);
    let (first, last) = ends(ours, &replaced.clone().unwrap_or(0..0), previous, next);
    let mut here = end_of(ours, previous)..start_of(ours, next);
    let mut raw = end_of(new, before_new)..start_of(new, next_new);
    let keeps_left = gap(old, before_old, first_old) == gap(new, before_new, first_new);
    if keeps_left {
        (here.start, raw.start) = (start_of(ours, first), start_of(new, first_new));
    }
    let is_one_gap = hunk.before.is_empty() || hunk.after.is_empty();
    let keeps_right = gap(old, last_old, next_old) == gap(new, last_new, next_new);
    if keeps_right && !(keeps_left && is_one_gap) {
        (here.end, raw.end) = (end_of(ours, last), end_of(new, last_new));
    }
    // A comment between the tokens is nobody's to take away, nor are line breaks that only stand here.
    let breaks = |text: &str| text.contains('\n');
    let theirs = &old.text[end_of(old, before_old)..start_of(old, next_old)];
    if has_comment(ours, &here) || breaks(&ours.text[here.clone()]) && !breaks(theirs) {
        return Err(Misfit::Unlike);
    }
    let text = renamed(new, raw, called)?;
    let text = indented(&text, false, old.indent(before_old), ours.indent(previous), newline(ours.text));
    Ok((Span { start: here.start as u32, end: here.end as u32 }, text.ok_or(Misfit::Unlike)?))
}

/// Whether something other than tokens and blanks stands in a range.
fn has_comment(words: &Words<'_>, range: &Range<usize>) -> bool {
    let mut at = range.start;
    for token in &words.tokens {
        let (start, end) = (token.span.start as usize, token.span.end as usize);
        if start >= range.end {
            break;
        }
        if end > at {
            if start > at && !words.text[at..start].trim().is_empty() {
                return true;
            }
            at = end;
        }
    }
    at < range.end && !words.text[at..range.end].trim().is_empty()
}

/// A stretch of new code in this symbol's names.
fn renamed<'a>(new: &Words<'a>, range: Range<usize>, called: Called<'a, '_>) -> Result<String, Misfit> {
    let mut text = String::new();
    let mut from = range.start;
    for (at, token) in new.tokens.iter().enumerate() {
        let (start, end) = (token.span.start as usize, token.span.end as usize);
        if start < range.start || end > range.end || start == end {
            continue;
        }
        text.push_str(&new.text[from..start]);
        text.push_str(called(at)?);
        from = end;
    }
    text.push_str(&new.text[from..range.end]);
    Ok(text)
}

/// Lines whose code stood at one indentation, at another one. The first line may be the rest of one. `None` where that can't be told, because a
/// line is further out or blanks of another kind are used, or where a string would change.
fn indented(raw: &str, is_line: bool, theirs: &str, here: &str, newline: &str) -> Option<String> {
    let mut lines = Vec::new();
    let last = raw.matches('\n').count();
    for (at, line) in raw.split('\n').enumerate() {
        let line = line.trim_end_matches('\r');
        let blanks = indent(line);
        // Behind the last line break comes code that is here already.
        let is_blank = line.trim().is_empty() && (at < last || is_line);
        if at == 0 && !is_line || is_blank || theirs == here {
            lines.push(line.to_owned());
            continue;
        }
        // Quotes that stay open reach over lines, and what is in them must not move.
        if ["\"\"\"", "'''", "r#\""].iter().any(|quotes| raw.contains(quotes)) {
            return None;
        }
        let rest = &line[blanks.len()..];
        let moved = match (blanks.strip_prefix(theirs), theirs.strip_prefix(blanks)) {
            (Some(further), _) if further.is_empty() || here.contains('\t') == further.contains('\t') => {
                format!("{here}{further}{rest}")
            }
            (None, Some(nearer)) => format!("{}{rest}", here.strip_suffix(nearer)?),
            _ => return None,
        };
        lines.push(moved);
    }
    Some(lines.join(newline))
}
