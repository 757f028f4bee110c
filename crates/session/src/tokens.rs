//! The tokens of code by which copies are told. Never does: compare them.

use backstory_analysis::{Analysis, DefId};
use backstory_syntax::{Language, Span, TokenKind, parse};

/// The code of a symbol, without comments and documentation.
pub(crate) fn tokens_of(analysis: &Analysis, id: DefId) -> Vec<&str> {
    let span = analysis.spans(id.file).definitions[id.local.index()].full;
    tokens_in(analysis.text(id.file), analysis.language(id.file), span)
}

/// The same of a stretch of text.
pub(crate) fn tokens_in(text: &str, language: Language, span: Span) -> Vec<&str> {
    let tokens = parse(text, language).tokens(text, span);
    let code = tokens.into_iter().filter(|token| matches!(token.kind, TokenKind::Code | TokenKind::String));
    code.map(|token| token.span.of(text)).collect()
}
