//! Text to words, as code writes them.
//!
//! Never knows the language of the text: English and the keywords of Rust and Python are mixed in both code and docs.

/// Which words of a text count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words {
    /// Every word.
    All,
    /// All but the common ones, which say nothing of what a text is about: English function words, and those keywords
    /// of Rust and Python that no description of a purpose would use. `async`, `import` or `yield` do count.
    Telling,
}

/// The words of a text, in its own case.
pub fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_ascii_alphanumeric()).flat_map(humps)
}

/// The parts of a run of letters and digits: `parseHTTP2Frame` is parse, HTTP, 2, Frame.
fn humps(run: &str) -> impl Iterator<Item = &str> {
    let mut rest = run;
    std::iter::from_fn(move || {
        let bytes = rest.as_bytes();
        let end = (1..bytes.len()).find(|&at| begins_hump(bytes, at)).unwrap_or(bytes.len());
        let (hump, after) = rest.split_at(end);
        rest = after;
        (!hump.is_empty()).then_some(hump)
    })
}

/// Whether a new part begins at this byte, which is not the first.
fn begins_hump(run: &[u8], at: usize) -> bool {
    let (before, here) = (run[at - 1], run[at]);
    let next_is_lower = run.get(at + 1).is_some_and(u8::is_ascii_lowercase);
    before.is_ascii_digit() != here.is_ascii_digit()
        || here.is_ascii_uppercase() && (before.is_ascii_lowercase() || next_is_lower)
}

/// Whether a word in lower case is one of those that [`Words::Telling`] leaves out.
pub fn is_common(word: &str) -> bool {
    COMMON.binary_search(&word).is_ok()
}

/// In alphabetical order.
#[rustfmt::skip]
pub(super) const COMMON: &[&str] = &[
    "a", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can", "cls", "crate", "def", "del", "do",
    "does", "dyn", "elif", "else", "except", "extern", "false", "fn", "for", "from", "had", "has", "have", "how", "i",
    "if", "impl", "in", "into", "is", "it", "its", "let", "may", "mod", "must", "mut", "no", "none", "nonlocal", "not",
    "of", "on", "or", "our", "pass", "pub", "s", "self", "should", "so", "some", "such", "super", "t", "than", "that",
    "the", "their", "them", "then", "there", "these", "they", "this", "to", "true", "used", "using", "via", "was", "we",
    "were", "what", "when", "where", "which", "who", "why", "will", "with", "would", "you", "your",
];
