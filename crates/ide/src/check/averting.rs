//! What is said to be avoided or prevented must be spoken of as such, or as a fault that is mended. Never does: tell whether it was.

use super::Rejection;
use super::support::{Evidence, plain_relation};
use super::tokens::{Kind, Token};

/// Stems of words that say of something that it is not to be.
const UNWANTED: &[&str] = &[
    "avoid",
    "prevent",
    "fix",
    "resolv",
    "solv",
    "stop",
    "guard",
    "protect",
    "forbid",
    "disallow",
    "never",
    "nolonger",
    "not",
    "no",
    "cannot",
    "without",
    "insteadof",
    "instead",
    "workaround",
    "elimin",
    "remov",
    "reject",
    "refus",
    "skip",
    "bug",
    "regress",
    "otherwis",
    "would",
    "wrong",
    "unless",
    "reduc",
    "limit",
    "correct",
];

pub(super) fn check(said: &[Token], evidence: &Evidence) -> Result<(), Rejection> {
    for (at, word) in said.iter().enumerate().filter(|(_, token)| averts(token)) {
        let Some(averted) = said[at + 1..].iter().find(|token| token.kind != Kind::Free) else { continue };
        // What it is averted by must not be what it comes from.
        let is_by = said[at + 1..].iter().any(|token| token.text == "by");
        let sentences = &evidence.sentences;
        let is_unwanted = |index: usize| {
            // The sentence before may say so, and so may the one after it.
            let near = match is_by {
                true => &sentences[index..=index],
                false => &sentences[index.saturating_sub(1)..(index + 2).min(sentences.len())],
            };
            near.iter().filter(|cited| cited.text == sentences[index].text).any(|cited| {
                cited.tokens.iter().any(|token| {
                    token.text.ends_with("n't")
                        || token.stems.iter().any(|stem| UNWANTED.contains(&stem.as_str()))
                })
            })
        };
        let mut homes = (0..sentences.len()).filter(|&index| {
            sentences[index].tokens.iter().any(|token| plain_relation(averted, token).is_some())
        });
        if !homes.any(is_unwanted) {
            return Err(Rejection::Contrary(word.written.clone()));
        }
    }
    Ok(())
}

fn averts(token: &Token) -> bool {
    token.text.starts_with("avoid") || token.text.starts_with("prevent")
}
