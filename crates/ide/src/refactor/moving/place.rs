//! Where a moved item stands among those of its new module, with as many blank lines as people expect there. Never does: format the item.

use backstory_syntax::{Language, Span};

use crate::refactor::lines::{is_blank, line_start, newline, next_line};
use crate::refactor::{Edit, Mark};

/// An item as it will stand in another text: its line breaks are that text's.
pub(super) fn in_style_of(text: &str, item: &str) -> String {
    let plain = item.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    plain.trim_end().replace('\n', newline(text))
}

/// Puts an item behind everything that stands before an offset, which is the end of a text or the start of a line. What ends the text goes on
/// ending it: no line break where there was none.
pub(super) fn insert(text: &str, at: usize, item: &str, language: Language) -> Edit {
    let newline = newline(text);
    let before = text[..at].trim_end_matches([' ', '\t', '\r', '\n']).len();
    let is_first = is_blank(&text[..before]);
    let start = if is_first { at } else { next_line(text, before).min(at) };
    let gap = newline.repeat(if is_first { 0 } else { gap(language, item, &text[..before]) });
    let is_last = is_blank(&text[at..]);
    let has_end = start == 0 || text[..start].ends_with('\n') || text[..start].ends_with('\u{feff}');
    let mut new = String::new();
    if !has_end {
        new.push_str(newline);
    }
    new.push_str(&gap);
    new.push_str(item);
    if has_end || !is_last {
        new.push_str(newline);
    }
    let end = if is_last { start } else { at };
    if !is_last && !text[at..].starts_with(['\n', '\r']) {
        new.push_str(if is_first { newline } else { &gap });
        if language == Language::Python && gap.is_empty() && !is_plain(item) {
            new.push_str(newline);
        }
    }
    Edit { span: Span { start: start as u32, end: end as u32 }, text: new, mark: Mark::Certain }
}

/// Whether an item is one line of Python that is no function and no class.
fn is_plain(item: &str) -> bool {
    let starts = ["def ", "class ", "async ", "@", "#"];
    !item.contains('\n') && !starts.iter().any(|start| item.starts_with(start))
}

/// Blank lines between items. One-line constants stand closer, and together.
fn gap(language: Language, item: &str, before: &str) -> usize {
    let last = &before[line_start(before, before.len())..];
    let is_constant = is_plain(last) && last.contains(" = ") && !last.starts_with(' ');
    match language {
        Language::Python if is_plain(item) && is_constant => 0,
        Language::Python if !is_plain(item) => 2,
        _ => 1,
    }
}

/// The start of the comment lines directly above a line, or that line's.
pub(super) fn with_comments_above(text: &str, start: usize, mark: &str) -> usize {
    let mut first = line_start(text, start);
    while first > 0 {
        let above = line_start(text, first - 1);
        if !text[above..first].trim_start().starts_with(mark) {
            break;
        }
        first = above;
    }
    first
}
