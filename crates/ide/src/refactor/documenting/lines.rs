//! Documentation as lines, whatever marks stand around them, and edits of them in the form that they have. Never does: decide what is said.

use backstory_syntax::{Language, Span};

use super::NotDocumented;
use crate::refactor::lines::{indent, line_end, line_start, newline, next_line};
use crate::refactor::{Edit, Mark};

/// Documentation that is there.
#[derive(Debug)]
pub(super) struct Documentation<'a> {
    text: &'a str,
    language: Language,
    /// The white space in front of its lines.
    pub indent: &'a str,
    pub lines: Vec<Line<'a>>,
    /// Python: where the closing quotation marks stand.
    end: usize,
    /// Python: backslashes mean themselves.
    is_raw: bool,
    /// Python: the quotation marks around it.
    quotes: &'static str,
}

/// A line without marks and without the white space in front of all.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    pub text: &'a str,
    /// Byte offset of `text` in the file.
    pub start: usize,
}

impl Line<'_> {
    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// How far it stands in, in bytes.
    pub(super) fn depth(&self) -> usize {
        self.text.len() - self.text.trim_start().len()
    }

    fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

impl<'a> Documentation<'a> {
    /// The documentation in a span of a file.
    ///
    /// # Errors
    /// It has a form that is not rewritten: no string between three quotation marks, or no lines of `///`.
    pub(super) fn read(text: &'a str, span: Span, language: Language) -> Result<Self, NotDocumented> {
        match language {
            Language::Python => docstring(text, span),
            Language::Rust => comment(text, span),
        }
    }

    /// New lines behind one that is there.
    pub(super) fn insert(&self, behind: usize, lines: &[String]) -> Edit {
        let line = self.lines[behind];
        let newline = newline(self.text);
        let mut text = String::new();
        for line in lines {
            text.push_str(newline);
            text.push_str(&self.written(line));
        }
        // Quotation marks behind the last line of several stand on a line of their own.
        let closes = self.language == Language::Python && line.start <= self.end && self.end == line.end();
        if closes {
            text.push_str(newline);
            text.push_str(self.indent);
        }
        let at = line.end() as u32;
        Edit { span: Span { start: at, end: at }, text, mark: Mark::Certain }
    }

    /// Lines go, the last one not included; `None` where marks stand on them that must stay.
    pub(super) fn remove(&self, from: usize, to: usize) -> Option<Edit> {
        let (first, last) = (self.lines[from], self.lines[to - 1]);
        let start = line_start(self.text, first.start);
        let end = next_line(self.text, last.end());
        let is_inside = self.language == Language::Rust || (from > 0 && end <= self.end);
        let span = Span { start: start as u32, end: end as u32 };
        is_inside.then(|| Edit { span, text: String::new(), mark: Mark::Certain })
    }

    /// Another text for a part of a line, by byte offsets in its `text`.
    pub(super) fn replace(&self, line: usize, part: std::ops::Range<usize>, text: &str) -> Edit {
        let start = self.lines[line].start;
        let span = Span { start: (start + part.start) as u32, end: (start + part.end) as u32 };
        Edit { span, text: text.to_owned(), mark: Mark::Certain }
    }

    /// A text that means itself there.
    pub(super) fn safe(&self, text: &str) -> String {
        match self.language {
            Language::Rust => unlinked(text),
            Language::Python => {
                let others = if self.quotes == "'''" { "\"\"\"" } else { "'''" };
                let text = text.replace(self.quotes, others);
                if self.is_raw { text } else { text.replace('\\', r"\\") }
            }
        }
    }

    fn written(&self, line: &str) -> String {
        let mark = if self.language == Language::Rust { "/// " } else { "" };
        format!("{}{mark}{line}", self.indent).trim_end().to_owned()
    }
}

/// A text in which rustdoc finds no links.
pub(super) fn unlinked(text: &str) -> String {
    text.replace('[', r"\[").replace(']', r"\]")
}

fn docstring(text: &str, span: Span) -> Result<Documentation<'_>, NotDocumented> {
    let literal = span.of(text);
    let prefix = literal.len() - literal.trim_start_matches(['r', 'R', 'u', 'U']).len();
    let quotes: Option<&'static str> =
        ["\"\"\"", "'''"].into_iter().find(|quotes| literal[prefix..].starts_with(quotes));
    let quotes = quotes.filter(|quotes| literal.len() >= prefix + 6 && literal.ends_with(quotes));
    let Some(quotes) = quotes else { return Err(NotDocumented::Form) };
    let (start, end) = (span.start as usize + prefix + quotes.len(), span.end as usize - quotes.len());
    let own = &text[line_start(text, span.start as usize)..span.start as usize];
    if !own.trim().is_empty() {
        return Err(NotDocumented::Form);
    }
    let later = || text[start..end].split('\n').skip(1);
    let depth = later().filter(|line| !line.trim().is_empty()).map(|line| indent(line).len()).min();
    let depth = depth.unwrap_or(own.len());
    let mut lines = Vec::new();
    let mut at = start;
    for (number, line) in text[start..end].split('\n').enumerate() {
        let skipped = if number == 0 { 0 } else { depth.min(indent(line).len()) };
        lines.push(Line { text: line[skipped..].trim_end_matches('\r'), start: at + skipped });
        at += line.len() + 1;
    }
    Ok(Documentation {
        text,
        language: Language::Python,
        indent: own,
        lines,
        end,
        is_raw: literal[..prefix].contains(['r', 'R']),
        quotes,
    })
}

fn comment(text: &str, span: Span) -> Result<Documentation<'_>, NotDocumented> {
    let start = line_start(text, span.start as usize);
    let end = line_end(text, (span.end as usize).saturating_sub(1).max(span.start as usize));
    let own = indent(&text[start..end]);
    let mut lines = Vec::new();
    let mut at = start;
    for line in text[start..end].split('\n') {
        let said = line.trim_end_matches('\r');
        let marked = said.trim_start().strip_prefix("///").filter(|rest| !rest.starts_with('/'));
        let said = marked.ok_or(NotDocumented::Form)?;
        let said = said.strip_prefix(' ').unwrap_or(said);
        lines.push(Line { text: said, start: at + line.trim_end_matches('\r').len() - said.len() });
        at += line.len() + 1;
    }
    Ok(Documentation { text, language: Language::Rust, indent: own, lines, end, is_raw: true, quotes: "" })
}
