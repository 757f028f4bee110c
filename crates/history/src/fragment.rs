//! Fingerprints of a symbol's parts, so that two versions can be told apart part by part without their text. Never does:
//! say what a difference means (that is `kinds`).

use std::borrow::Cow;
use std::hash::Hasher;

use backstory_syntax::{DefinitionKind, DefinitionSpans, Language, Token, TokenKind};
use fnv::FnvHasher;
use serde::{Deserialize, Serialize};

/// Words before `(` that make no call of it, in either language: their parentheses group or build a tuple.
const NOT_CALLED: &[&str] = &[
    "and", "as", "assert", "await", "del", "elif", "else", "for", "if", "in", "is", "lambda", "let", "match",
    "mut", "not", "or", "raise", "ref", "return", "while", "with", "yield",
];

/// Hashes (FNV-1a, 64 bits) of a symbol's parts. White space counts in `text` only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Code {
    pub exact: u64,
    /// Blind to what only style decides: quotes, the parts in which a string is written, the case of digits, optional commas and braces.
    pub meaning: u64,
}

impl Fingerprint {
    /// That of a whole text; its parts are not looked at.
    pub(crate) fn of_text(text: &str) -> Self {
        let mut whole = FnvHasher::default();
        whole.write(text.as_bytes());
        Self { text: whole.finish(), ..Self::default() }
    }
}

/// Hashes the parts of one symbol of a kind. `tokens` are the tokens inside its full span, `optional` says which of them are optional.
pub(crate) fn fingerprint(
    text: &str,
    language: Language,
    kind: DefinitionKind,
    spans: &DefinitionSpans,
    tokens: &[Token],
    optional: &[bool],
) -> Fingerprint {
    let body_start = spans.body.map_or_else(|| value_start(text, kind, spans, tokens), |body| body.start);
    let mut docs = FnvHasher::default();
    let [mut attributes, mut signature, mut body] = [(); 3].map(|()| CodeHasher::default());
    let code_end = code_end(tokens);
    for (token, &optional) in tokens.iter().zip(optional) {
        let word = token.span.of(text);
        let ends_last_statement = word.is_empty() && token.span.start >= code_end;
        if ends_last_statement {
            continue;
        }
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
    Fingerprint {
        text: Fingerprint::of_text(spans.full.of(text)).text,
        docs: docs.finish(),
        attributes: attributes.finish(),
        signature: signature.finish(),
        body: body.finish(),
    }
}

/// Where the last code ends. Tokens without text after it say that statements end, as the end of the symbol does; comments come
/// before them or behind them.
fn code_end(tokens: &[Token]) -> u32 {
    let is_code = |token: &&Token| {
        token.span.start < token.span.end && !matches!(token.kind, TokenKind::Comment | TokenKind::Docs)
    };
    tokens.iter().rev().find(is_code).map_or(0, |token| token.span.end)
}

/// Where the value of a definition without a body starts: behind its first `=`, with the fields of a tuple struct, or nowhere.
fn value_start(text: &str, kind: DefinitionKind, spans: &DefinitionSpans, tokens: &[Token]) -> u32 {
    let behind_name = || tokens.iter().filter(|token| token.span.start >= spans.name.end);
    let end = spans.full.end;
    if kind == DefinitionKind::Struct {
        // Bounds of generic parameters may have parentheses too: those stand inside of angle brackets.
        let mut depth = 0_i32;
        let opens = |token: &&Token| {
            match token.span.of(text) {
                "<" => depth += 1,
                ">" => depth -= 1,
                _ => {}
            }
            depth == 0 && token.span.of(text) == "("
        };
        return behind_name().find(opens).map_or(end, |token| token.span.start);
    }
    behind_name().find(|token| token.span.of(text) == "=").map_or(end, |token| token.span.end)
}

#[derive(Default)]
struct CodeHasher {
    exact: FnvHasher,
    meaning: FnvHasher,
    /// A Python string so far: the next token may be a string that goes on with it. Prefix and content.
    string: Option<(String, String)>,
}

impl CodeHasher {
    fn write(&mut self, word: &str, kind: TokenKind, language: Language, optional: bool) {
        write_word(&mut self.exact, word);
        if optional {
            return;
        }
        if language != Language::Python || kind != TokenKind::String {
            self.end_string();
            let is_number = word.starts_with(|c: char| c.is_ascii_digit());
            let word = if is_number { Cow::from(word.to_ascii_lowercase()) } else { word.into() };
            return write_word(&mut self.meaning, &word);
        }
        let (prefix, content) = without_quotes(word);
        match &mut self.string {
            Some((before, string)) if *before == prefix => string.push_str(&content),
            _ => {
                self.end_string();
                self.string = Some((prefix, content));
            }
        }
    }

    fn end_string(&mut self) {
        if let Some((prefix, content)) = self.string.take() {
            write_word(&mut self.meaning, &format!("{prefix}\"{content}"));
        }
    }

    fn finish(mut self) -> Code {
        self.end_string();
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

/// The prefix of a Python string, in which `u` means nothing, and its content without the quotes and the escapes that they call for.
fn without_quotes(literal: &str) -> (String, String) {
    let quote_at = literal.find(['"', '\'']).unwrap_or(0);
    let (prefix, quoted) = literal.split_at(quote_at);
    let prefix = prefix.to_ascii_lowercase().replace('u', "");
    let inner = ["\"\"\"", "'''", "\"", "'"]
        .into_iter()
        .find_map(|quote| quoted.strip_prefix(quote)?.strip_suffix(quote))
        .unwrap_or(quoted);
    (prefix, inner.replace("\\\"", "\"").replace("\\'", "'"))
}

/// Says for each token whether it could be left out, or added, by taste: a comma before a closing bracket or behind an arm of a
/// `match`, and the braces around an arm or a closure that is one expression.
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
            // A line of Python that goes on behind its end.
            word if word.starts_with('\\') => optional[index] = true,
            "(" | "[" | "{" => {
                let before = last.map_or("", |last| tokens[last].span.of(text));
                open.push(Bracket {
                    kind: word,
                    index,
                    follows_operand: last.is_some_and(|last| is_operand(tokens[last], text)),
                    holds_value: language == Language::Rust && matches!(before, "=>" | "|" | "||"),
                    commas: 0,
                    in_arm: false,
                });
            }
            ")" | "]" | "}" => {
                let bracket = open.pop();
                if let (Some(last), Some(bracket)) = (last, bracket) {
                    optional[last] |= tokens[last].span.of(text) == "," && bracket.comma_is_optional();
                    if bracket.holds_value && last != bracket.index {
                        (optional[bracket.index], optional[index]) = (true, true);
                    }
                }
            }
            // Generic arguments; between operands a comma never comes before `>`.
            ">" if language == Language::Rust => {
                if let Some(last) = last {
                    optional[last] |= tokens[last].span.of(text) == ",";
                }
            }
            _ => {
                if let Some(bracket) = open.last_mut() {
                    optional[index] = bracket.separate(word);
                }
            }
        }
        last = Some(index);
    }
    optional
}

/// An opened bracket.
struct Bracket<'a> {
    kind: &'a str,
    /// Of its own token.
    index: usize,
    /// Whether it calls or indexes what stands before it.
    follows_operand: bool,
    /// Whether it could be a block around the one expression that is the value of an arm or a closure.
    holds_value: bool,
    commas: u32,
    /// Whether the arrow of a `match` arm came, and not yet its end.
    in_arm: bool,
}

impl Bracket<'_> {
    /// Takes note of a token directly inside; says whether that is optional.
    fn separate(&mut self, word: &str) -> bool {
        match word {
            "=>" => self.in_arm = true,
            ";" => self.holds_value = false,
            "," => {
                self.commas += 1;
                return self.kind == "{" && std::mem::take(&mut self.in_arm);
            }
            _ => {}
        }
        false
    }

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
