//! A passage that says why, and where it stands. Never does: choose passages.

use serde::{Deserialize, Serialize};

use crate::prose::{Paragraph, split_sentences, words};

/// The most words that a passage has; about 110 tokens, which a small model reads in two seconds.
pub const PASSAGE_WORDS: usize = 75;

/// The most characters; words of code are long, and a model reads pieces of words.
const PASSAGE_CHARACTERS: usize = 420;

/// Somebody's own words on why the symbol is as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Passage {
    pub source: Source,
    pub role: Role,
    /// The sentence that states the reason, verbatim but for line breaks.
    pub quote: String,
    /// The sentence and what stands around it, for a model to reword: at most [`PASSAGE_WORDS`] words.
    #[serde(skip_serializing)]
    pub context: String,
    /// The subject of the commit or the title of the discussion: may support what a model says; empty elsewhere.
    #[serde(skip_serializing)]
    pub subject: String,
    /// The author and the date of the commit; empty elsewhere.
    #[serde(skip_serializing)]
    pub names: Vec<String>,
}

/// What may be cited.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Source {
    /// A commit that touches the symbol, or one that reverts such a commit.
    Commit {
        /// Full hash.
        commit: String,
    },
    /// An issue or a pull request.
    Discussion {
        /// As commits name it: `#123`.
        reference: String,
        /// Full hash of the commit that names it; absent where it was found by itself.
        #[serde(skip_serializing_if = "Option::is_none")]
        commit: Option<String>,
    },
    /// Lines of a file that speak of the symbol.
    Text {
        /// Relative to the root of the repository, with `/`.
        path: String,
        /// 1-based line on which the passage begins.
        line: u32,
        /// Full hash of the commit that is checked out; absent where the file is not as that commit has it.
        commit: Option<String>,
    },
}

/// What a passage tells of the symbol's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Why it came, or came back.
    Origin,
    /// Why it was changed.
    Turn,
    /// Why a change was taken back.
    Revert,
    /// What its comments or its documentation say at present.
    Present,
    /// What other documents say of it.
    Mention,
}

impl Source {
    /// The commit to look at: full hash.
    pub fn commit(&self) -> Option<&str> {
        match self {
            Self::Commit { commit } => Some(commit),
            Self::Discussion { commit, .. } | Self::Text { commit, .. } => commit.as_deref(),
        }
    }
}

impl Passage {
    /// What a model's wording of the passage may rest on, each text by itself, the subject first where there is one.
    pub fn prose(&self) -> Vec<&str> {
        [self.subject.as_str(), self.context.as_str(), self.quote.as_str()]
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect()
    }
}

/// The sentence with those of its paragraph that fit around it, sentences before it first; by itself where it is in none.
pub(super) fn surroundings(paragraphs: &[Paragraph], quote: &str) -> String {
    let all = paragraphs.iter().find_map(|paragraph| {
        let all = split_sentences(&paragraph.text);
        let at = all.iter().position(|sentence| sentence == quote)?;
        Some((all, at))
    });
    let Some((all, at)) = all else { return cut(quote) };
    let (mut first, mut last) = (at, at);
    loop {
        if first > 0 && fits(&all[first - 1..=last]) {
            first -= 1;
        } else if last + 1 < all.len() && fits(&all[first..last + 2]) {
            last += 1;
        } else {
            return cut(&all[first..=last].join(" "));
        }
    }
}

fn fits(sentences: &[String]) -> bool {
    sentences.iter().map(|sentence| words(sentence).count()).sum::<usize>() <= PASSAGE_WORDS
        && sentences.iter().map(|sentence| sentence.len() + 1).sum::<usize>() <= PASSAGE_CHARACTERS
}

/// The beginning of a text that is too long for one prompt.
fn cut(text: &str) -> String {
    let mut short = String::new();
    for word in text.split_whitespace().take(PASSAGE_WORDS) {
        if short.len() + 1 + word.len() > PASSAGE_CHARACTERS && !short.is_empty() {
            break;
        }
        if !short.is_empty() {
            short.push(' ');
        }
        short.extend(word.chars().take(PASSAGE_CHARACTERS));
    }
    short
}
