//! Code that a sentence quotes must be written so in what is cited. Never does: look at what is said of it.

use super::{Rejection, Support};

/// Looks for the quoted code of a sentence, and for calls with their arguments, letter by letter.
pub(super) fn check(sentence: &str, support: &Support<'_>) -> Result<(), Rejection> {
    let known = support.prose.iter().chain(support.names).map(|text| plain(text)).collect::<Vec<_>>();
    let calls = sentence.split_whitespace().map(core).filter(|chunk| has_arguments(chunk));
    match quoted(sentence).chain(calls).find(|code| !is_known(code, &known)) {
        Some(code) => Err(Rejection::Identifier(code.to_owned())),
        None => Ok(()),
    }
}

/// What stands between backticks.
fn quoted(sentence: &str) -> impl Iterator<Item = &str> {
    sentence.split('`').skip(1).step_by(2).filter(|code| !code.trim().is_empty())
}

/// A piece of text without the punctuation of prose around it.
fn core(chunk: &str) -> &str {
    chunk.trim_matches(['`', ',', ';', ':', '.', '"'])
}

fn has_arguments(chunk: &str) -> bool {
    let name = chunk.split('(').next().unwrap_or(chunk);
    chunk.ends_with(')') && !name.is_empty() && name.len() + 2 < chunk.len()
}

/// Without quotes, with one space between words.
fn plain(text: &str) -> String {
    text.replace('`', "").split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Whether some text has the code, where no longer word begins or ends.
fn is_known(code: &str, known: &[String]) -> bool {
    let code = plain(code);
    let code = code.trim_end_matches("()");
    let goes_on = |c: char| c.is_alphanumeric() || c == '_';
    let is_cut = |text: &str, at: usize| {
        let before = text[..at].chars().next_back().is_some_and(goes_on);
        let behind = text[at + code.len()..].chars().next().is_some_and(goes_on);
        before && code.starts_with(goes_on) || behind && code.ends_with(goes_on)
    };
    known.iter().any(|text| text.match_indices(code).any(|(at, _)| !is_cut(text, at)))
}
