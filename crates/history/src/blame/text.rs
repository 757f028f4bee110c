//! One version of a file, by lines and, where it is asked for, by tokens. Never does: compare versions.

use std::cell::OnceCell;
use std::ops::Range;
use std::rc::Rc;

use backstory_syntax::{DefinitionKind, DefinitionSpans, Language, Span, Token};

use crate::fragment::{fingerprint, optional_tokens};
use crate::objects::File;

/// A file's text with the starts of its lines. Lines are numbered from 0 and end with `\n`; nothing after the last one is no line.
pub(super) struct Text {
    pub file: Rc<File>,
    pub language: Option<Language>,
    /// Byte offsets, and the end of the text last.
    starts: Vec<u32>,
    tokens: OnceCell<Tokens>,
}

/// The tokens of a whole file, and which of them are a matter of taste.
struct Tokens {
    tokens: Vec<Token>,
    optional: Vec<bool>,
}

/// Hashes of what a stretch of lines says, whatever its layout and style.
#[derive(PartialEq, Eq)]
pub(super) struct Meaning {
    code: u64,
    docs: u64,
}

impl Text {
    pub(super) fn of(file: Rc<File>, path: &str) -> Self {
        let mut starts = vec![0];
        for line in file.text.split_inclusive('\n') {
            starts.push(starts[starts.len() - 1] + line.len() as u32);
        }
        Self { file, language: Language::of_path(path), starts, tokens: OnceCell::new() }
    }

    /// The number of lines.
    pub(super) fn len(&self) -> u32 {
        self.starts.len() as u32 - 1
    }

    /// A stretch of lines with their line breaks.
    pub(super) fn lines(&self, range: Range<u32>) -> Vec<&str> {
        range.map(|line| self.stretch(line..line + 1)).collect()
    }

    /// A stretch of lines as one text.
    pub(super) fn stretch(&self, range: Range<u32>) -> &str {
        self.span(&range).of(&self.file.text)
    }

    /// The line that holds a byte offset.
    pub(super) fn line_at(&self, offset: u32) -> u32 {
        self.starts.partition_point(|&start| start <= offset) as u32 - 1
    }

    /// The lines that a span of bytes touches.
    pub(super) fn lines_of(&self, span: Span) -> Range<u32> {
        let last = self.starts.partition_point(|&start| start < span.end) as u32;
        self.line_at(span.start)..last.min(self.len())
    }

    /// What a stretch of lines says; `None` where a token, such as a string of several lines, reaches beyond it, and for files in no
    /// supported language.
    pub(super) fn meaning(&self, range: &Range<u32>) -> Option<Meaning> {
        let language = self.language?;
        let (text, span) = (&self.file.text, self.span(range));
        let Tokens { tokens, optional } = self.tokens.get_or_init(|| read_tokens(text, language));
        // Tokens without text end a statement: at the start of a stretch they end one before it.
        let start = tokens.partition_point(|token| token.span.end <= span.start);
        let end = tokens.partition_point(|token| token.span.start < span.end);
        let inside = tokens.get(start..end)?;
        if !inside.iter().all(|token| span.contains(token.span)) {
            return None;
        }
        let none = Span { start: 0, end: 0 };
        let spans = DefinitionSpans { full: span, item: span, name: none, body: Some(span), docs: None };
        let parts =
            fingerprint(text, language, DefinitionKind::Module, &spans, inside, &optional[start..end]);
        Some(Meaning { code: parts.body.meaning, docs: parts.docs })
    }

    fn span(&self, range: &Range<u32>) -> Span {
        Span { start: self.starts[range.start as usize], end: self.starts[range.end as usize] }
    }
}

fn read_tokens(text: &str, language: Language) -> Tokens {
    let all = Span { start: 0, end: text.len() as u32 };
    let tokens = backstory_syntax::parse(text, language).tokens(text, all);
    let optional = optional_tokens(text, &tokens, language);
    Tokens { tokens, optional }
}
