//! The line of a text that says most of what was asked. Never does: rank texts.

use backstory_search::Terms;
use serde::Serialize;

/// Characters of a line that are shown.
const WIDE: usize = 200;

/// A line of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Snippet {
    /// 1-based, in the text's file; absent where it is in none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    pub text: String,
}

/// The line that says most of these terms, the first of equals; the first with a word where none says any. `first` is the number of the
/// text's first line.
pub(super) fn snippet(text: &str, first: Option<u32>, terms: &[String]) -> Option<Snippet> {
    let splitter = Terms::default();
    let said = |line: &str| {
        let words = splitter.of(line);
        terms.iter().filter(|term| words.contains(term)).count()
    };
    let lines = text.lines().zip(0..).filter(|(line, _)| line.contains(char::is_alphanumeric));
    let best = lines
        .map(|(line, at)| (said(line), line, at))
        .reduce(|best, next| if next.0 > best.0 { next } else { best });
    let (_, line, at) = best?;
    let text = line.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).take(WIDE).collect();
    Some(Snippet { line: first.map(|first| first + at), text })
}
