//! A symbol's code as tokens that say where they stand on their lines. Never does: compare two.

use std::ops::Range;

use backstory_syntax::{Language, Span, Token, TokenKind, parse};

use crate::navigation::is_name;
use crate::refactor::lines::{indent, line_end, line_start};

/// A stretch of a text.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    pub text: &'a str,
    /// In bytes.
    pub span: Span,
}

/// The tokens of its code, comments and documentation left out. In Python the end of a statement or block is one without text.
pub(super) struct Words<'a> {
    pub text: &'a str,
    pub language: Language,
    pub tokens: Vec<Token>,
}

impl<'a> Words<'a> {
    pub(super) fn of(part: Part<'a>, language: Language) -> Self {
        let mut tokens = parse(part.text, language).tokens(part.text, part.span);
        tokens.retain(|token| matches!(token.kind, TokenKind::Code | TokenKind::String));
        Self { text: part.text, language, tokens }
    }

    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    pub(super) fn word(&self, at: usize) -> &'a str {
        self.tokens[at].span.of(self.text)
    }

    /// Whether it is a name of something, not a word of the language.
    pub(super) fn is_name(&self, at: usize) -> bool {
        self.tokens[at].kind == TokenKind::Code && is_name(self.language, self.word(at))
    }

    /// Whether it says which argument a call is given (Python): its value means what that name means.
    pub(super) fn is_keyword(&self, at: usize) -> bool {
        let is = |at: Option<usize>, words: &[&str]| at.is_some_and(|at| words.contains(&self.word(at)));
        self.language == Language::Python
            && self.is_name(at)
            && is(self.from(at + 1), &["="])
            && is(at.checked_sub(1), &["(", ","])
    }

    /// A string or a number.
    pub(super) fn is_literal(&self, at: usize) -> bool {
        self.tokens[at].kind == TokenKind::String || self.word(at).starts_with(|c: char| c.is_ascii_digit())
    }

    /// Without the tokens at its ends that have no text.
    pub(super) fn visible(&self, range: &Range<usize>) -> Range<usize> {
        let shown = |at: &usize| !self.word(*at).is_empty();
        let first = range.clone().find(shown).unwrap_or(range.end);
        let end = range.clone().rev().find(shown).map_or(first, |last| last + 1);
        first..end.max(first)
    }

    /// The last token with text before an index.
    pub(super) fn before(&self, at: usize) -> Option<usize> {
        (0..at).rev().find(|&at| !self.word(at).is_empty())
    }

    /// The first token with text from an index on.
    pub(super) fn from(&self, at: usize) -> Option<usize> {
        (at..self.len()).find(|&at| !self.word(at).is_empty())
    }

    /// A range with so many tokens that have a text on either side of it, as far as there are any.
    pub(super) fn around(&self, range: &Range<usize>, count: usize) -> Range<usize> {
        let shown = |at: &usize| !self.word(*at).is_empty();
        let start = (0..range.start).rev().filter(shown).nth(count - 1).unwrap_or(0);
        let last = (range.end..self.len()).filter(shown).nth(count - 1);
        start..last.map_or(self.len(), |last| last + 1)
    }

    /// Whether only blanks stand before it on its line.
    pub(super) fn is_first(&self, at: usize) -> bool {
        let start = self.tokens[at].span.start as usize;
        self.text[line_start(self.text, start)..start].trim().is_empty()
    }

    /// Whether at most a comment stands behind it on its line.
    pub(super) fn is_last(&self, at: usize) -> bool {
        let end = self.tokens[at].span.end as usize;
        let rest = self.text[end..line_end(self.text, end)].trim();
        let mark = match self.language {
            Language::Python => "#",
            Language::Rust => "//",
        };
        rest.is_empty() || rest.starts_with(mark)
    }

    /// Whether tokens take whole lines.
    pub(super) fn are_lines(&self, range: &Range<usize>) -> bool {
        let shown = self.visible(range);
        !shown.is_empty() && self.is_first(shown.start) && self.is_last(shown.end - 1)
    }

    /// The blanks before the first token of the line on which a token begins.
    pub(super) fn indent(&self, at: usize) -> &'a str {
        indent(&self.text[line_start(self.text, self.tokens[at].span.start as usize)..])
    }
}
