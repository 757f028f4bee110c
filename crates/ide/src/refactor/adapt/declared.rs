//! Names whose declarations a change takes away. Never does: resolve a name; one that is declared at another place of the same symbol counts as that.

use backstory_syntax::{Language, Span};

use super::hunks::Hunk;
use super::words::{Part, Words};
use crate::refactor::{Edit, edited};

/// Words of Rust that stand before the name that they declare.
const DECLARE: [&str; 5] = ["const", "fn", "let", "mut", "static"];

/// A name whose declaration goes, and that the symbol has all the same once the edits are made.
pub(super) fn still_used(old: &Words<'_>, hunks: &[Hunk], here: Part<'_>, edits: &[Edit]) -> Option<String> {
    let gone: Vec<&str> = hunks
        .iter()
        .flat_map(|hunk| hunk.before.clone())
        .filter(|&at| declares(old, at))
        .map(|at| old.word(at))
        .collect();
    if gone.is_empty() {
        return None;
    }
    let text = edited(here.text, edits);
    let grown = text.len() as i64 - here.text.len() as i64;
    let end = u32::try_from(i64::from(here.span.end) + grown).unwrap_or(here.span.end);
    let result = Words::of(Part { text: &text, span: Span { start: here.span.start, end } }, old.language);
    let is_left = |name: &&&str| {
        let mut places = (0..result.len()).filter(|&at| result.is_name(at) && result.word(at) == **name);
        let is_declared = places.clone().any(|at| declares(&result, at));
        !is_declared && places.next().is_some()
    };
    gone.iter().find(is_left).map(|name| (*name).to_owned())
}

fn declares(words: &Words<'_>, at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| words.word(before));
    let is_assigned = || words.from(at + 1).is_some_and(|next| words.word(next) == "=");
    words.is_name(at)
        && match words.language {
            Language::Rust => before.is_some_and(|before| DECLARE.contains(&before)),
            Language::Python => words.is_first(at) && is_assigned() && !words.is_keyword(at),
        }
}
