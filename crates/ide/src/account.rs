//! The explanation: one sentence a passage, worded by a model where its wording passes the check, otherwise in the commit's own
//! words, each with the hash that supports it. Never does: run a model.

use serde::Serialize;

use crate::check::{Rejection, check};
use crate::evidence::Passage;

/// Raised when prompts or the cleaning of answers change, so that cached answers to the old ones are not used.
pub const PROMPT_VERSION: u32 = 1;

/// The most tokens a model may spend on one sentence.
pub const SENTENCE_TOKENS: usize = 48;

/// One sentence of an explanation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sentence {
    /// Without the hashes.
    pub text: String,
    /// Full hashes of the commits that support it.
    pub commits: Vec<String>,
    /// `false` where the sentence is a quote.
    pub worded: bool,
}

/// What a model is asked: the passage alone. The default model is tuned on exactly this; a question around it makes a small
/// model answer the question instead of the passage.
pub fn prompt(passage: &Passage) -> &str {
    &passage.context
}

/// The sentence for a passage from a model's answer, or why the answer is not used.
pub fn worded(passage: &Passage, answer: &str) -> Result<Sentence, Rejection> {
    let text = clean(answer);
    check(&text, &format!("{} {}", passage.context, passage.subject))?;
    Ok(Sentence { text, commits: vec![passage.commit.clone()], worded: true })
}

/// The sentence for a passage in the commit's own words.
pub fn quoted(passage: &Passage) -> Sentence {
    Sentence {
        text: format!("“{}”", passage.quote), commits: vec![passage.commit.clone()], worded: false
    }
}

/// The first line of an answer, without quotes around it, capitalized and with a full stop.
fn clean(answer: &str) -> String {
    let line = answer.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("");
    let line = line.trim_matches(['"', '“', '”', ' ']);
    let mut text = String::with_capacity(line.len() + 1);
    let mut chars = line.chars();
    text.extend(chars.next().into_iter().flat_map(char::to_uppercase));
    text.push_str(chars.as_str());
    if !text.is_empty() && !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    text
}
