//! A draft of a documentation comment: what the symbol's documentation says already, and what only its history says. Never does: write it
//! into a file, or say in our own words what somebody else said.

use backstory_history::Change;
use backstory_syntax::Language;

use super::account::{quoted, turn_of, unspoken};
use super::comments::{Comment, CommentKind, documentation};
use super::evidence::{Facts, evidence};
use super::passage::{Passage, Role, Source};
use super::question::Told;
use super::sentence::{Kind, Sentence};
use crate::prose::words;

/// How long lines may be, in characters.
const RUST_WIDTH: usize = 100;
const PYTHON_WIDTH: usize = 79;

/// What history says and its documentation doesn't.
pub(super) fn tell(facts: &Facts<'_>) -> Told {
    let documented = facts.comments.iter().filter(|comment| comment.kind == CommentKind::Documentation);
    let documented: Vec<String> =
        documented.flat_map(|comment| words(&comment.text).collect::<Vec<_>>()).collect();
    let is_new = |passage: &Passage| {
        let said: Vec<String> = words(&passage.quote).collect();
        !documented.windows(said.len().max(1)).any(|window| window == said)
    };
    let of_history = |passage: &Passage| !matches!(passage.role, Role::Present);
    let passages: Vec<Passage> =
        evidence(facts).into_iter().filter(|passage| of_history(passage) && is_new(passage)).collect();
    let change = |passage: &Passage| -> Option<&Change> {
        facts.changes.iter().find(|change| Some(change.commit.id.as_str()) == passage.source.commit())
    };
    let mut account: Vec<Sentence> = passages
        .iter()
        .map(|passage| match (change(passage), passage.role) {
            (Some(change), Role::Origin | Role::Turn | Role::Revert) => turn_of(change, passage),
            _ => Sentence {
                text: quoted(&passage.quote),
                sources: vec![passage.source.clone()],
                kind: Kind::Quoted,
            },
        })
        .collect();
    if account.is_empty() && !facts.changes.is_empty() {
        account.push(unspoken(facts, "Nothing to add: "));
    }
    Told { passages, account }
}

/// How a comment is laid out.
#[derive(Clone, Copy, Debug)]
pub struct Layout<'a> {
    pub language: Language,
    /// Whether it documents the whole file.
    pub is_file: bool,
    /// The white space in front of the comment's lines.
    pub indent: &'a str,
}

/// A documentation comment in the form of the language, ready to be put at its place (Rust: above the declaration; Python: as the first
/// line of its body): its present documentation's first sentence, then a sentence a passage: the model's where one stands, otherwise
/// the quote. `short` abbreviates a full hash. `None` where history has nothing to add.
pub fn draft(
    layout: &Layout<'_>,
    comments: &[Comment],
    passages: &[Passage],
    worded: &[Sentence],
    short: &dyn Fn(&str) -> String,
) -> Option<String> {
    if passages.is_empty() {
        return None;
    }
    let present = documentation(comments).map(|passage| passage.quote);
    let mut paragraphs: Vec<String> = present.into_iter().collect();
    paragraphs.extend(passages.iter().map(|passage| paragraph(passage, worded, short)));
    Some(comment_of(layout, &paragraphs))
}

/// What a passage says, with where it stands: in the words of the model where those are among `worded`, otherwise quoted.
pub fn paragraph(passage: &Passage, worded: &[Sentence], short: &dyn Fn(&str) -> String) -> String {
    let of_model = worded
        .iter()
        .find(|sentence| sentence.kind == Kind::Worded && sentence.sources.contains(&passage.source));
    with_source(passage, of_model, short)
}

/// `Redirects keep the method (1a2b3c4).`, or the quote with where it stands.
fn with_source(passage: &Passage, worded: Option<&Sentence>, short: &dyn Fn(&str) -> String) -> String {
    let source = match &passage.source {
        Source::Commit { commit } => short(commit),
        Source::Discussion { reference, .. } => reference.clone(),
        Source::Text { path, .. } => path.clone(),
    };
    match worded {
        Some(sentence) => format!("{} ({source}).", sentence.text.trim_end_matches('.')),
        None => format!("As {source} says: {}", quoted(&passage.quote)),
    }
}

/// Paragraphs as a documentation comment in the form of the language.
pub fn comment_of(layout: &Layout<'_>, paragraphs: &[String]) -> String {
    match layout.language {
        Language::Rust => {
            let (mark, indent) = if layout.is_file { ("//!", "") } else { ("///", layout.indent) };
            let width = RUST_WIDTH.saturating_sub(indent.len() + mark.len() + 1);
            let lines = |paragraph: &String| wrapped(paragraph, width);
            let body: Vec<String> = paragraphs.iter().map(lines).collect::<Vec<_>>().join(&String::new());
            body.iter().map(|line| format!("{indent}{mark} {line}").trim_end().to_owned() + "\n").collect()
        }
        Language::Python => {
            let indent = layout.indent;
            let width = PYTHON_WIDTH.saturating_sub(indent.len());
            let text = paragraphs.join("\n\n").replace("\"\"\"", "'''");
            // The quotation marks stand in front of the first line.
            let open = if text.contains('\\') { "r\"\"\"" } else { "\"\"\"" };
            let text = format!("{open}{text}");
            let mut body: Vec<String> = text
                .split("\n\n")
                .map(|paragraph| wrapped(paragraph, width))
                .collect::<Vec<_>>()
                .join(&String::new());
            body.push("\"\"\"".to_owned());
            body.iter().map(|line| format!("{indent}{line}").trim_end().to_owned() + "\n").collect()
        }
    }
}

/// The lines of a paragraph of a comment whose lines have this white space in front.
pub fn wrapped_for(language: Language, indent: &str, text: &str) -> Vec<String> {
    let width = match language {
        Language::Rust => RUST_WIDTH.saturating_sub(indent.len() + "/// ".len()),
        Language::Python => PYTHON_WIDTH.saturating_sub(indent.len()),
    };
    wrapped(text, width)
}

/// Lines of at most so many characters, but for words that are longer.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    textwrap::wrap(text, textwrap::Options::new(width).break_words(false))
        .into_iter()
        .map(std::borrow::Cow::into_owned)
        .collect()
}
