//! Fingerprints of a symbol's parts, so that two versions can be told apart part by part without their text. Never does:
//! say what a difference means (that is `kinds`).

use std::hash::Hasher;

use backstory_syntax::{DefinitionSpans, Language, Token, TokenKind};
use fnv::FnvHasher;
use serde::{Deserialize, Serialize};

/// Words before `(` that make no call of it, in either language: their parentheses group or build a tuple.
const NOT_CALLED: &[&str] = &[
    "and", "as", "assert", "await", "del", "elif", "else", "for", "if", "in", "is", "lambda", "let", "match",
    "mut", "not", "or", "raise", "ref", "return", "while", "with", "yield",
];

/// Hashes (FNV-1a, 64 bits) of a symbol's parts. White space counts in `text` only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Fingerprint {
    /// The whole text, byte for byte.
    pub text: u64,
    /// Documentation and comments, inside the body too.
    pub docs: u64,
    /// Attributes or decorators.
    pub attributes: Code,
    /// The declaration up to the body, without the declared name.
    pub signature: Code,
    /// The body, or a constant's value.
    pub body: Code,
}

/// Hashes of a sequence of code tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Code {
    pub exact: u64,
    /// Blind to what only style decides: quotes and trailing commas.
    pub meaning: u64,
}

/// Hashes the parts of one symbol. `tokens` are the tokens inside its full span, `optional` says which of them are optional.
pub(crate) fn fingerprint(
    text: &str,
    language: Language,
    spans: &DefinitionSpans,
    tokens: &[Token],
    optional: &[bool],
) -> Fingerprint {
    let body_start = spans.body.map_or_else(|| value_start(text, spans, tokens), |body| body.start);
    let mut docs = FnvHasher::default();
    let [mut attributes, mut signature, mut body] = [(); 3].map(|()| CodeHasher::default());
    for (token, &optional) in tokens.iter().zip(optional) {
        let word = token.span.of(text);
        if matches!(token.kind, TokenKind::Comment | TokenKind::Docs) {
            word.split_whitespace().for_each(|part| write_word(&mut docs, part));
        } else if token.span.start < spans.item.start {
            attributes.write(word, token.kind, language, optional);
        } else if token.span.start >= body_start {
            body.write(word, token.kind, language, optional);
        } else if token.span != spans.name {
            signature.write(word, token.kind, language, optional);
        }
    }
    let mut whole = FnvHasher::default();
    whole.write(spans.full.of(text).as_bytes());
    Fingerprint {
        text: whole.finish(),
        docs: docs.finish(),
        attributes: attributes.finish(),
        signature: signature.finish(),
        body: body.finish(),
    }
}

/// Where the value of a definition without a body starts: behind its first `=`, or nowhere.
fn value_start(text: &str, spans: &DefinitionSpans, tokens: &[Token]) -> u32 {
    let is_equals = |token: &&Token| token.span.start >= spans.name.end && token.span.of(text) == "=";
    tokens.iter().find(is_equals).map_or(spans.full.end, |token| token.span.end)
}

#[derive(Default)]
struct CodeHasher {
    exact: FnvHasher,
    meaning: FnvHasher,
}

impl CodeHasher {
    fn write(&mut self, word: &str, kind: TokenKind, language: Language, optional: bool) {
        write_word(&mut self.exact, word);
        if optional {
            return;
        }
        match (language, kind) {
            (Language::Python, TokenKind::String) => write_word(&mut self.meaning, &without_quotes(word)),
            _ => write_word(&mut self.meaning, word),
        }
    }

    fn finish(&self) -> Code {
        Code { exact: self.exact.finish(), meaning: self.meaning.finish() }
    }
}

/// Line ends within a token are read alike by both languages, so they are hashed alike.
fn write_word(hasher: &mut FnvHasher, word: &str) {
    for line in word.split_inclusive('\n') {
        match line.strip_suffix("\r\n") {
            Some(line) => {
                hasher.write(line.as_bytes());
                hasher.write_u8(b'\n');
            }
            None => hasher.write(line.as_bytes()),
        }
    }
    // Keeps `a b` and `ab` apart; no token holds a zero byte.
    hasher.write_u8(0);
}

/// A Python string with its quotes, and the escapes that they call for, taken away. The prefix stays, but `u` means nothing.
fn without_quotes(literal: &str) -> String {
    let quote_at = literal.find(['"', '\'']).unwrap_or(0);
    let (prefix, quoted) = literal.split_at(quote_at);
    let prefix = prefix.to_ascii_lowercase().replace('u', "");
    let inner = ["\"\"\"", "'''", "\"", "'"]
        .into_iter()
        .find_map(|quote| quoted.strip_prefix(quote)?.strip_suffix(quote))
        .unwrap_or(quoted);
    format!("{prefix}\"{}", inner.replace("\\\"", "\"").replace("\\'", "'"))
}

/// Says for each token whether it is a comma before a closing bracket that could be left out.
pub(crate) fn optional_tokens(text: &str, tokens: &[Token], language: Language) -> Vec<bool> {
    let mut optional = vec![false; tokens.len()];
    let mut open: Vec<Bracket> = Vec::new();
    let mut last: Option<usize> = None;
    for (index, token) in tokens.iter().enumerate() {
        if matches!(token.kind, TokenKind::Comment | TokenKind::Docs) {
            continue;
        }
        let word = token.span.of(text);
        match word {
            "(" | "[" | "{" => {
                let follows_operand = last.is_some_and(|last| is_operand(tokens[last], text));
                open.push(Bracket { kind: word, follows_operand, commas: 0 });
            }
            ")" | "]" | "}" => {
                let bracket = open.pop();
                if let (Some(last), Some(bracket)) = (last, bracket) {
                    optional[last] = tokens[last].span.of(text) == "," && bracket.comma_is_optional();
                }
            }
            // Generic arguments; between operands a comma never comes before `>`.
            ">" if language == Language::Rust => {
                if let Some(last) = last {
                    optional[last] = tokens[last].span.of(text) == ",";
                }
            }
            "," => {
                if let Some(bracket) = open.last_mut() {
                    bracket.commas += 1;
                }
            }
            _ => {}
        }
        last = Some(index);
    }
    optional
}

/// An opened bracket.
struct Bracket<'a> {
    kind: &'a str,
    /// Whether it calls or indexes what stands before it.
    follows_operand: bool,
    commas: u32,
}

impl Bracket<'_> {
    /// Whether a comma before the closing bracket changes nothing. In `(x,)` and `a[x,]` it makes a tuple.
    fn comma_is_optional(&self) -> bool {
        match self.kind {
            "(" => self.commas > 1 || self.follows_operand,
            "[" => self.commas > 1 || !self.follows_operand,
            _ => true,
        }
    }
}

fn is_operand(token: Token, text: &str) -> bool {
    let word = token.span.of(text);
    let is_name = word.chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_');
    (is_name && !NOT_CALLED.contains(&word)) || matches!(word, ")" | "]")
}
