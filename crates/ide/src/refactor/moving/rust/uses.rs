//! New `use` declarations where people expect them. Never does: sort or merge what is there.

use backstory_analysis::{Analysis, FileId};
use backstory_syntax::{DefinitionKind as Kind, LocalId, Span};

use crate::refactor::lines::{line_start, newline, next_line};
use crate::refactor::{Edit, Mark};

/// A declaration to add: `path` with its last name, `before` it a visibility.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct New {
    /// `pub `, or nothing.
    pub before: String,
    /// `crate::a::Name as Other`.
    pub path: String,
    pub mark: Mark,
}

impl New {
    pub(super) fn private(path: String) -> Self {
        Self { before: String::new(), path, mark: Mark::Certain }
    }

    fn line(&self) -> String {
        format!("{}use {};", self.before, self.path)
    }
}

/// The edits that give a file, or an inline module of it, some `use` declarations.
pub(super) fn add(analysis: &Analysis, file: FileId, inline: Option<LocalId>, new: &[New]) -> Vec<Edit> {
    let mut new = new.to_vec();
    new.sort_by_key(|it| key(&it.path));
    new.dedup();
    let text = analysis.text(file);
    let newline = newline(text);
    let present = present(analysis, file, inline);
    let indent = present.first().map_or_else(
        || if inline.is_some() { "    ".to_owned() } else { String::new() },
        |(span, _)| text[line_start(text, span.start as usize)..span.start as usize].to_owned(),
    );
    let mut edits = Vec::new();
    let mut without_place = Vec::new();
    for it in new {
        let own = key(&it.path);
        let same: Vec<&(Span, Key)> = present.iter().filter(|(_, key)| key.0 == own.0).collect();
        let behind = |span: &Span| next_line(text, span.end as usize);
        let before = |span: &Span| line_start(text, span.start as usize);
        let line = format!("{indent}{}{newline}", it.line());
        let (at, line) = if let Some((last, _)) = same.iter().rfind(|(_, key)| *key <= own) {
            (behind(last), line)
        } else if let Some((first, _)) = same.first() {
            (before(first), line)
        } else if let Some((last, _)) = present.iter().rfind(|(_, key)| key.0 < own.0) {
            (behind(last), line)
        } else if let Some((first, _)) = present.first() {
            (before(first), line)
        } else {
            without_place.push(it);
            continue;
        };
        let line = if at == text.len() && !text.ends_with('\n') { format!("{newline}{line}") } else { line };
        let at = Span { start: at as u32, end: at as u32 };
        edits.push(Edit { span: at, text: line, mark: it.mark });
    }
    if !without_place.is_empty() {
        let at = top(analysis, file, inline);
        let lines: String =
            without_place.iter().map(|it| format!("{indent}{}{newline}", it.line())).collect();
        let is_blank_before = at == 0 || text[..at].ends_with("\n\n") || text[..at].ends_with("\r\n\r\n");
        let lead = if is_blank_before || inline.is_some() { "" } else { newline };
        let rest = if text[at..].starts_with(['\n', '\r']) { "" } else { newline };
        let place = Span { start: at as u32, end: at as u32 };
        let mark = without_place[0].mark;
        edits.push(Edit { span: place, text: format!("{lead}{lines}{rest}"), mark });
    }
    edits.sort_by_key(|edit| edit.span.start);
    edits
}

type Key = (u8, String);

/// The standard library, other crates, the own one.
fn key(path: &str) -> Key {
    let first = path.split("::").next().unwrap_or_default();
    let rank = match first {
        "std" | "core" | "alloc" => 0,
        "crate" | "self" | "super" => 2,
        _ => 1,
    };
    (rank, path.to_owned())
}

/// The `use` declarations at the top of a file or a module, with what they are sorted by.
fn present(analysis: &Analysis, file: FileId, inline: Option<LocalId>) -> Vec<(Span, Key)> {
    let outline = analysis.outline(file);
    let spans = analysis.spans(file);
    let (parsed, text) = (analysis.parsed(file), analysis.text(file));
    let is_item = |kind: Kind| !matches!(kind, Kind::Module | Kind::Macro);
    let mut items = outline
        .ids()
        .filter(|&id| outline.definition(id).parent == inline && is_item(outline.definition(id).kind));
    let first = items.next().map_or(u32::MAX, |id| spans.definitions[id.index()].full.start);
    let mut found: Vec<(Span, Key)> = Vec::new();
    for (import, &leaf) in outline.imports.iter().zip(&spans.imports) {
        if import.enclosing != inline || leaf.start > first {
            continue;
        }
        let Some(span) = parsed.import_around(leaf) else { continue };
        let starts_line = text[line_start(text, span.start as usize)..span.start as usize].trim().is_empty();
        if !starts_line || found.last().is_some_and(|(last, _)| *last == span) {
            continue;
        }
        let parts: Vec<&str> = import.path.iter().chain(&import.name).map(String::as_str).collect();
        found.push((span, key(&parts.join("::"))));
    }
    found
}

/// Where the first item of a file or of a module could stand.
fn top(analysis: &Analysis, file: FileId, inline: Option<LocalId>) -> usize {
    let text = analysis.text(file);
    if let Some(body) = inline.and_then(|local| analysis.spans(file).definitions[local.index()].body) {
        return next_line(text, body.start as usize);
    }
    let mut at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut last = at;
    let mut depth = 0_i32;
    let mut is_inside = false;
    loop {
        let line = &text[at..next_line(text, at)];
        let plain = line.trim();
        if line.is_empty() {
            return last;
        }
        let is_head = plain.starts_with("//!") || plain.starts_with("#!") || is_inside;
        let is_comment = plain.starts_with("//") && !plain.starts_with("///");
        if !(is_head || is_comment || plain.is_empty()) {
            return last;
        }
        at = next_line(text, at);
        if is_head {
            depth += plain.matches(['[', '(']).count() as i32 - plain.matches([']', ')']).count() as i32;
            is_inside = depth > 0 && !plain.starts_with("//!");
            last = at;
        }
        if is_comment && text[at..].trim_start().len() < text.len() && text[at..].starts_with(['\n', '\r']) {
            last = at;
        }
    }
}
