//! Whether a model's sentence says only what its passage says. Never does: repair a sentence.
//!
//! A sentence passes when each of its content words stands in the passage in some inflection, each number and identifier
//! literally, when it negates nothing unless the passage negates something, and when it neither loops nor runs on. What small
//! models invent mostly brings a word of its own. Inversions that keep all words are not caught here.

use std::collections::HashSet;

use crate::prose::words;

/// Why a sentence was rejected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// Fewer than three or more than forty words.
    Length,
    /// The same three words twice.
    Loop,
    /// A content word or number that the passage does not have.
    Unsupported(String),
    /// A negation, where the passage has none.
    Negation,
}

/// Words that carry no claim of their own.
const FUNCTION_WORDS: [&str; 86] = [
    "a", "an", "the", "and", "or", "but", "if", "then", "than", "that", "this", "these", "those", "it",
    "its", "is", "are", "was", "were", "be", "been", "being", "has", "have", "had", "do", "does", "did",
    "will", "would", "can", "could", "should", "may", "might", "must", "to", "of", "in", "on", "at", "by",
    "for", "from", "with", "as", "into", "onto", "over", "under", "when", "where", "while", "which", "who",
    "whose", "what", "how", "why", "so", "such", "also", "both", "either", "each", "any", "all", "some",
    "there", "their", "they", "them", "we", "our", "us", "you", "your", "now", "up", "out", "about",
    "because", "since", "via", "use", "using",
];

const NEGATIONS: [&str; 14] = [
    "not", "no", "never", "without", "cannot", "can't", "don't", "doesn't", "didn't", "isn't", "aren't",
    "won't", "nor", "none",
];

/// Checks a sentence against the passage (and whatever else of the commit) that it rewords.
pub fn check(sentence: &str, support: &str) -> Result<(), Rejection> {
    let said: Vec<String> = words(sentence).collect();
    if !(3..=40).contains(&said.len()) {
        return Err(Rejection::Length);
    }
    let mut seen = HashSet::new();
    if said.windows(3).any(|three| !seen.insert(three)) {
        return Err(Rejection::Loop);
    }
    let known: Vec<String> = words(support).collect();
    let stems: HashSet<&str> = known.iter().map(|word| stem(word)).collect();
    let literal: HashSet<&str> = known.iter().map(String::as_str).collect();
    for word in &said {
        let exact = word.contains('_') || word.chars().any(|c| c.is_ascii_digit());
        let supported = if exact { literal.contains(word.as_str()) } else { stems.contains(stem(word)) };
        if !supported && !FUNCTION_WORDS.contains(&word.as_str()) && !NEGATIONS.contains(&word.as_str()) {
            return Err(Rejection::Unsupported(word.clone()));
        }
    }
    let negates = |words: &[String]| words.iter().any(|word| NEGATIONS.contains(&word.as_str()));
    if negates(&said) && !negates(&known) {
        return Err(Rejection::Negation);
    }
    Ok(())
}

/// The part of an English word that its inflections share, cut roughly: both sides of a comparison are cut alike, and three
/// letters always stay.
fn stem(word: &str) -> &str {
    let cut = |word: &'_ str, suffixes: &[&str]| -> Option<usize> {
        let ending =
            suffixes.iter().find(|suffix| word.ends_with(**suffix) && word.len() >= suffix.len() + 3)?;
        Some(word.len() - ending.len())
    };
    let mut end = word.len();
    for suffixes in [&["'s", "s"][..], &["ing", "ed", "er", "ion", "or", "ly", "e"], &["e"]] {
        if let Some(shorter) = cut(&word[..end], suffixes) {
            end = shorter;
        }
    }
    // `dropped`, `running`: the doubled consonant belongs to the ending.
    let bytes = word.as_bytes();
    let doubled = end >= 4
        && end < word.len()
        && bytes[end - 1] == bytes[end - 2]
        && !matches!(bytes[end - 1], b'l' | b's');
    if doubled && word.is_char_boundary(end - 1) { &word[..end - 1] } else { &word[..end] }
}
