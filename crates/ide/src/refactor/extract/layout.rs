//! Text at another indentation, and where lines start and end. Never does: format anything.

use backstory_syntax::Span;

use crate::refactor::lines;

/// The line break that a text has before an offset, or at all.
pub(super) fn newline(text: &str, near: u32) -> &'static str {
    let before = text[..near as usize].rfind('\n').or_else(|| text.find('\n'));
    match before {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// Where the line of an offset starts, a byte order mark left out.
pub(super) fn line_start(text: &str, offset: u32) -> u32 {
    let start = lines::line_start(text, offset as usize);
    let mark = if text[start..].starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    ((start + mark) as u32).min(offset)
}

/// Where the line of an offset ends, its line break left out.
pub(super) fn line_end(text: &str, offset: u32) -> u32 {
    let rest = &text[offset as usize..];
    let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
    offset + line.trim_end_matches('\r').len() as u32
}

/// The white space in front of an offset's line.
pub(super) fn indentation(text: &str, offset: u32) -> &str {
    lines::indent(&text[line_start(text, offset) as usize..])
}

/// Whether nothing but white space stands before an offset on its line.
pub(super) fn starts_line(text: &str, offset: u32) -> bool {
    let start = line_start(text, offset);
    (start + indentation(text, offset).len() as u32) >= offset
}

/// A stretch of text whose lines are indented otherwise: the first starts where the stretch does, the others by `to` where they were by
/// `from`. Lines that start in one of `kept` stay as they are.
pub(super) fn indented(text: &str, span: Span, from: &str, to: &str, kept: &[Span]) -> String {
    let mut new = String::with_capacity((span.end - span.start) as usize + 64);
    let mut at = span.start;
    for line in span.of(text).split_inclusive('\n') {
        let is_kept = kept.iter().any(|it| it.start < at && at < it.end);
        let is_blank = line.trim().is_empty();
        match line.strip_prefix(from) {
            _ if at == span.start || is_kept || is_blank => new.push_str(line),
            Some(rest) => {
                new.push_str(to);
                new.push_str(rest);
            }
            // A comment or the rest of a bracket that stands further out.
            None => new.push_str(line),
        }
        at += line.len() as u32;
    }
    new
}

/// How many line breaks are missing before an offset at the start of a line for so many blank lines; none at the start of a text.
pub(super) fn missing_blank_lines(text: &str, offset: u32, wanted: usize) -> usize {
    let before = text[..offset as usize].trim_start_matches('\u{feff}');
    if before.trim().is_empty() {
        return 0;
    }
    let blank = before.lines().rev().take_while(|line| line.trim().is_empty()).count();
    wanted.saturating_sub(blank)
}
