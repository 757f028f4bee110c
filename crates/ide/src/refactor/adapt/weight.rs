//! How much of a symbol's logic a change is about, by the words of it. Never does: tell whether the change is right.

use backstory_syntax::Language;

use super::hunks::{Hunk, hunks};
use super::words::{Part, Words};

/// What of its logic a change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Names, literals and signs of arithmetic in the places of others: another symbol may have its own on purpose.
    Values,
    /// Parts of expressions that decide nothing.
    Expressions,
    /// Statements, or what decides which of them run.
    Statements,
}

/// Words of either language that begin or end a statement, or decide something.
const DECIDE: [&str; 32] = [
    "!", "!=", "&&", "<", "<=", "==", ">", ">=", "?", "and", "assert", "await", "break", "continue", "del",
    "elif", "else", "except", "for", "if", "in", "is", "let", "match", "not", "or", "raise", "return", "try",
    "while", "yield", "||",
];

/// What one computes in place of another: the way back of a conversion divides where the way there multiplies.
const COMPUTE: [&str; 6] = ["%", "*", "+", "-", "/", "//"];

/// What a change from one version of a symbol to the other is about.
pub fn weight(before: Part<'_>, after: Part<'_>, language: Language) -> Weight {
    let (old, new) = (Words::of(before, language), Words::of(after, language));
    // What is too much to compare is no small thing.
    let Some(hunks) = hunks(&old, &new) else { return Weight::Statements };
    let replaces = |hunk: &Hunk| {
        let is_value = |words: &Words<'_>, at: usize| {
            words.is_name(at) || words.is_literal(at) || COMPUTE.contains(&words.word(at))
        };
        hunk.before.len() == hunk.after.len()
            && hunk.before.clone().all(|at| is_value(&old, at))
            && hunk.after.clone().all(|at| is_value(&new, at))
    };
    let decides = |words: &Words<'_>, at: usize| match words.word(at) {
        "" => language == Language::Python,
        ";" => language == Language::Rust,
        word => DECIDE.contains(&word),
    };
    let is_logic = |hunk: &Hunk| {
        hunk.before.clone().any(|at| decides(&old, at)) || hunk.after.clone().any(|at| decides(&new, at))
    };
    if hunks.iter().all(replaces) {
        Weight::Values
    } else if hunks.iter().any(is_logic) {
        Weight::Statements
    } else {
        Weight::Expressions
    }
}
