//! Text to terms, as the lexical side counts them: words of identifiers, stemmed, and whole identifiers beside them.
//!
//! Never knows the language of a text: English and the keywords of programming languages are mixed in code and documentation.

use rust_stemmers::{Algorithm, Stemmer};

/// Bytes of the longest term; longer ones are data, not words.
const LONGEST: usize = 64;

/// Makes terms of texts.
pub struct Terms(Stemmer);

impl Default for Terms {
    fn default() -> Self {
        Self(Stemmer::create(Algorithm::English))
    }
}

impl Terms {
    /// The terms of a text, in its order.
    ///
    /// `parseHTTP2_frames` gives `pars`, `http`, `2`, `frame` and `parsehttp2frames`: its words in lower case and stemmed (Porter2), then
    /// the identifier without underscores, where it has several words, for those who type it. Words that say nothing of what a text is about are left
    /// out where any other word stands beside them.
    pub fn of(&self, text: &str) -> Vec<String> {
        let terms = self.terms(text, true);
        if terms.is_empty() { self.terms(text, false) } else { terms }
    }

    fn terms(&self, text: &str, telling_only: bool) -> Vec<String> {
        let mut terms = Vec::new();
        for identifier in text.split(|character: char| !is_of_identifier(character)) {
            let mut words = 0;
            for word in identifier.split('_').flat_map(humps) {
                words += 1;
                let lower = word.to_lowercase();
                if lower.len() <= LONGEST && !(telling_only && is_common(&lower)) {
                    terms.push(self.0.stem(&lower).into_owned());
                }
            }
            if words > 1 && identifier.len() <= LONGEST {
                terms.push(identifier.replace('_', "").to_lowercase());
            }
        }
        terms
    }
}

fn is_of_identifier(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// The words of a run of letters and digits: `parseHTTP2Frame` is parse, HTTP, 2, Frame.
fn humps(run: &str) -> impl Iterator<Item = &str> {
    let mut rest = run;
    std::iter::from_fn(move || {
        let mut characters = rest.char_indices().zip(rest.chars().skip(1));
        let end = characters.find(|&((at, before), here)| {
            let after = rest[at + before.len_utf8()..].chars().nth(1);
            begins_hump(before, here, after)
        });
        let end = end.map_or(rest.len(), |((at, before), _)| at + before.len_utf8());
        let (hump, after) = rest.split_at(end);
        rest = after;
        (!hump.is_empty()).then_some(hump)
    })
}

/// Whether a new word begins between two characters.
fn begins_hump(before: char, here: char, after: Option<char>) -> bool {
    before.is_ascii_digit() != here.is_ascii_digit()
        || here.is_uppercase() && (before.is_lowercase() || after.is_some_and(char::is_lowercase))
}

/// Whether a word in lower case is of those that say nothing by themselves: English function words, and keywords that no description of a
/// purpose would use.
pub fn is_common(word: &str) -> bool {
    COMMON.binary_search(&word).is_ok()
}

/// In alphabetical order.
#[rustfmt::skip]
const COMMON: &[&str] = &[
    "a", "about", "an", "and", "any", "are", "as", "at", "be", "because", "been", "but", "by", "can", "cls", "could", "crate", "def",
    "del", "did", "do", "does", "dyn", "elif", "else", "except", "extern", "false", "fn", "for", "from", "had", "has", "have", "how",
    "i", "if", "impl", "in", "into", "is", "it", "its", "let", "made", "may", "mod", "must", "mut", "no", "none", "nonlocal", "not",
    "of", "on", "or", "our", "pass", "pub", "reason", "s", "self", "should", "so", "some", "such", "super", "t", "than", "that", "the",
    "their", "them", "then", "there", "these", "they", "this", "to", "true", "us", "used", "using", "via", "was", "we", "were",
    "what", "when", "where", "which", "who", "why", "will", "with", "would", "you", "your",
];

#[cfg(test)]
mod tests {
    use super::{COMMON, Terms};
    use expect_test::expect;

    #[test]
    fn texts_become_terms() {
        let terms = Terms::default();
        let cases = [
            "spawn_blocking",
            "parseHTTP2_frames",
            "HTTPServer __init__",
            "fn get_mut(&mut self) -> Option<&mut T>",
            "Drops the connections (RFC 7235).",
            "where is it",
            "Größe größenÄndern 中文",
        ];
        let shown: String =
            cases.iter().map(|text| format!("{text} -> {}\n", terms.of(text).join(" "))).collect();
        expect![[r#"
            spawn_blocking -> spawn block spawnblocking
            parseHTTP2_frames -> pars http 2 frame parsehttp2frames
            HTTPServer __init__ -> http server httpserver init
            fn get_mut(&mut self) -> Option<&mut T> -> get getmut option
            Drops the connections (RFC 7235). -> drop connect rfc 7235
            where is it -> where is it
            Größe größenÄndern 中文 -> größe größen ändern größenändern 中文
        "#]]
        .assert_eq(&shown);
    }

    #[test]
    fn the_common_words_are_in_order() {
        assert!(COMMON.is_sorted());
    }
}
