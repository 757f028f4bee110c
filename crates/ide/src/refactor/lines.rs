//! Lines of a text, and deleting statements with theirs, so that the blank lines around them stay as their authors set them. Never does: know a
//! language's statements.

use backstory_syntax::{Language, Span};

/// How the lines of a text end: the line break of the first one.
pub fn newline(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// The lines of a span with the comment that stands directly above them and the blank lines that nothing separates any more; `None` where
/// something else stands in the first or the last of them.
pub(super) fn whole(text: &str, span: Span, language: Language) -> Option<Span> {
    own(text, span, language).map(|own| with_blank_lines(text, own, language))
}

/// The same without blank lines.
pub(super) fn own(text: &str, span: Span, language: Language) -> Option<Span> {
    let start = line_start(text, span.start as usize);
    let end = next_line(text, span.end as usize);
    let (before, behind) = (&text[start..span.start as usize], text[span.end as usize..end].trim());
    let is_comment = behind.starts_with(comment_mark(language));
    if !is_blank(before) || !(behind.is_empty() || is_comment) {
        return None;
    }
    let start = with_comments(text, start, before.trim_start_matches('\u{feff}'), language);
    // The mark of the encoding is the file's.
    let start = if text[start..].starts_with('\u{feff}') { start + '\u{feff}'.len_utf8() } else { start };
    Some(Span { start: start as u32, end: end as u32 })
}

fn comment_mark(language: Language) -> &'static str {
    match language {
        Language::Python => "#",
        Language::Rust => "//",
    }
}

/// Words in comments that are meant for a program, or for more than what follows.
const DIRECTIVES: [&str; 14] = [
    "fmt:", "type:", "mypy:", "pyright:", "pylint", "ruff", "flake8", "noqa", "isort", "pragma", "region",
    "coding", "!/", "#[",
];

/// The start of the comment lines directly above a line with the same indentation, where they are about that alone.
fn with_comments(text: &str, start: usize, indent: &str, language: Language) -> usize {
    let mark = comment_mark(language);
    let mut first = start;
    while first > 0 {
        let above = line_start(text, first - 1);
        let line = text[above..first].trim_end_matches(['\n', '\r']);
        let Some(comment) = line.strip_prefix(indent).filter(|rest| rest.starts_with(mark)) else { break };
        let words = comment.trim_start_matches(['#', '/', '!']);
        let is_rule = words.chars().filter(|c| !c.is_whitespace()).take(4).all(|c| !c.is_alphanumeric());
        if is_rule || DIRECTIVES.iter().any(|directive| comment.contains(directive)) {
            return start;
        }
        first = above;
    }
    // At the very top stands what is said of the file.
    let above = text[..first].trim_end_matches([' ', '\t']);
    let has_gap =
        is_blank(line_before(text, first)) || above.ends_with([':', '{']) || opens(line_before(text, first));
    if first > 0 && has_gap { first } else { start }
}

/// Whole lines that go, with the blank lines on one side of them: the larger gap stays between what is left.
pub(super) fn with_blank_lines(text: &str, lines: Span, language: Language) -> Span {
    let (start, end) = (lines.start as usize, lines.end as usize);
    // A mark of the encoding stays.
    let top = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let start = start.max(top);
    let mut above = start;
    while above > top && is_blank(line_before(text, above)) {
        above = line_start(text, above - 1).max(top);
    }
    let mut below = end;
    while below < text.len() && is_blank(&text[below..next_line(text, below)]) {
        below = next_line(text, below);
    }
    let count = |part: &str| part.matches('\n').count();
    let (start, end) = if below == text.len() {
        // At the end of a file that ends without a line break, none may be left behind.
        let has_end = text.ends_with('\n') || above == top;
        (if has_end { above } else { text[..above].trim_end_matches(['\n', '\r']).len() }, below)
    } else if above == top || opens(line_before(text, above)) {
        (start, below)
    } else if ends_block(&text[below..], language) || count(&text[end..below]) >= count(&text[above..start]) {
        (above, end)
    } else {
        (start, below)
    };
    Span { start: start as u32, end: end as u32 }
}

/// Whether a block ends at the start of a text.
fn ends_block(text: &str, language: Language) -> bool {
    language == Language::Rust && text.trim_start().starts_with('}')
}

/// Whether a block begins behind a line.
fn opens(line: &str) -> bool {
    line.trim_end().ends_with([':', '{'])
}

pub(super) fn is_blank(line: &str) -> bool {
    line.trim_start_matches('\u{feff}').trim().is_empty()
}

/// The blanks that a line starts with.
pub(super) fn indent(line: &str) -> &str {
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |at| at + 1)
}

/// Where the line ends, its line break left out.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    let end = text[at..].find('\n').map_or(text.len(), |length| at + length);
    if text[at..end].ends_with('\r') { end - 1 } else { end }
}

/// Where the next line starts.
pub(super) fn next_line(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |found| at + found + 1)
}

/// The line that ends before the start of another one.
fn line_before(text: &str, start: usize) -> &str {
    match start.checked_sub(1) {
        Some(end) => &text[line_start(text, end)..start],
        None => "",
    }
}
