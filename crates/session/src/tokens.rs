//! The tokens of code by which copies are told. Never does: compare them.

use backstory_analysis::{Analysis, DefId};
use backstory_syntax::{TokenKind, parse};

/// The code of a symbol, without comments and documentation.
pub(crate) fn tokens_of(analysis: &Analysis, id: DefId) -> Vec<&str> {
    let text = analysis.text(id.file);
    let span = analysis.spans(id.file).definitions[id.local.index()].full;
    let tokens = parse(text, analysis.language(id.file)).tokens(text, span);
    let code = tokens.into_iter().filter(|token| matches!(token.kind, TokenKind::Code | TokenKind::String));
    code.map(|token| token.span.of(text)).collect()
}
