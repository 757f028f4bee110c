//! Where a text names something without being code: in strings, comments and documents. Only the word agrees there, so these are told apart from
//! what is certain. Never does: take a plain word of a sentence for a name.

use backstory_syntax::{Parsed, Span, TokenKind, whole_words};

/// What of a text can mention a name.
#[derive(Clone, Copy)]
pub enum Markings<'a> {
    /// All of it.
    Document,
    /// The strings and the comments of code.
    Code(&'a Parsed),
}

/// The places at which a text mentions a name, in order. A name that could be any word counts only where it is written as code is.
pub fn mentions(text: &str, markings: Markings<'_>, name: &str) -> Vec<Span> {
    let found: Vec<Span> = words(text, name).filter(|&span| is_meant(text, span, name)).collect();
    let Markings::Code(parsed) = markings else { return found };
    let whole = Span { start: 0, end: text.len() as u32 };
    inside(found, parsed, (text, whole), |kind| kind != TokenKind::Code)
}

/// Of spans of a part of a text those that lie in a token of some kinds.
pub(super) fn inside(
    mut spans: Vec<Span>,
    parsed: &Parsed,
    (text, within): (&str, Span),
    is_one: impl Fn(TokenKind) -> bool,
) -> Vec<Span> {
    if spans.is_empty() {
        return spans;
    }
    let tokens = parsed.tokens(text, within).into_iter().filter(|token| is_one(token.kind));
    let tokens: Vec<Span> = tokens.map(|token| token.span).collect();
    spans.retain(|span| {
        let after = tokens.partition_point(|it| it.start <= span.start);
        after > 0 && tokens[after - 1].contains(*span)
    });
    spans
}

/// The places of a whole word, in order.
pub(super) fn words<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = Span> + 'a {
    let span = |at: usize| Span { start: at as u32, end: (at + word.len()) as u32 };
    whole_words(text, word).map(span)
}

fn is_meant(text: &str, span: Span, name: &str) -> bool {
    let is_plain = name.chars().skip(1).all(char::is_lowercase) && name.chars().all(char::is_alphabetic);
    let before = text[..span.start as usize].chars().next_back();
    let behind = text[span.end as usize..].chars().next();
    let is_code = matches!(before, Some('`' | '.' | ':' | '@')) || matches!(behind, Some('`' | '('));
    let is_whole = matches!((before, behind), (Some('"'), Some('"')) | (Some('\''), Some('\'')));
    !is_plain || is_code || is_whole
}

#[cfg(test)]
mod tests {
    use backstory_syntax::{Language, parse};
    use expect_test::expect;

    use super::{Markings, mentions};

    #[test]
    fn names_in_strings_and_comments() {
        let text = "# send it, or `send`, send()\nsend = 'send'\nx = ['a.send', 'resend', 'do send']\n";
        let parsed = parse(text, Language::Python);
        let found = mentions(text, Markings::Code(&parsed), "send");
        let around = |at: u32| &text[at as usize - 1..at as usize + 5];
        let found: Vec<&str> = found.iter().map(|span| around(span.start)).collect();
        expect![[r#"["`send`", " send(", "'send'", ".send'"]"#]].assert_eq(&format!("{found:?}"));
    }

    #[test]
    fn names_in_documents() {
        let text = "Use send_all to send all: `pkg.send_all`.";
        assert_eq!(mentions(text, Markings::Document, "send_all").len(), 2);
        assert_eq!(mentions(text, Markings::Document, "send").len(), 0);
    }
}
