//! Answers to a question about a whole repository, from the texts that search found for it: of each the sentence that says most of the
//! question. Never does: search, know what words mean, or run a model.

use super::account::quoted;
use super::passage::{Passage, Role, Source, surroundings};
use super::reasons::{THRESHOLD, strength};
use super::sentence::{Kind, Sentence};
use crate::prose::{paragraphs, split_sentences, words};

/// At most so many passages make an answer.
const PASSAGES: usize = 3;

/// The fewest words of a sentence that answers something.
const FEWEST: usize = 4;

/// What a sentence must weigh to be an answer: a little more than sharing a word with the question.
const LEAST: f32 = 0.6;

/// Beside the best passage others are worth being read that weigh so much of it.
const BESIDE: f32 = 0.75;

/// What each step of a stated reason adds to a sentence's weight where the question is why.
const REASON: f32 = 0.1;

/// The strongest reason that counts.
const STRONGEST: u32 = 4;

/// A text that search found.
#[derive(Clone, Debug)]
pub struct FoundText {
    pub source: Source,
    /// The subject of a commit, the title of a discussion, the heading of a section, the qualified name of a symbol.
    pub title: String,
    /// As written: the rest of the message, the section, the symbol's documentation.
    pub text: String,
    /// Who wrote it and when, where that is known; the date as `YYYY-MM-DD`.
    pub author: String,
    pub date: String,
    /// How well search says that it fits, 0 to 2.
    pub fit: f32,
}

/// Whether a question is one for a cause or a purpose, which no code answers.
pub fn asks_why(question: &str) -> bool {
    words(question).any(|word| word == "why" || word == "reason")
}

/// The passages that answer a question, best first; none where no text says enough of it. `weigh` says how much of the question a sentence
/// says, 0 to 2.
pub fn answers(question: &str, found: &[FoundText], weigh: &dyn Fn(&str) -> f32) -> Vec<Passage> {
    let asks_why = asks_why(question);
    let mut weighed: Vec<(f32, Passage)> =
        found.iter().filter_map(|found| passage(found, asks_why, weigh)).collect();
    // Where somebody says why, what only speaks of the same thing is no answer.
    let says_why = |passage: &Passage| strength(&passage.quote) >= THRESHOLD;
    if asks_why && weighed.iter().any(|(_, passage)| says_why(passage)) {
        weighed.retain(|(_, passage)| says_why(passage));
    }
    weighed.sort_by(|a, b| b.0.total_cmp(&a.0));
    let best = weighed.first().map_or(0.0, |(weight, _)| *weight);
    let mut passages: Vec<Passage> = Vec::new();
    for (_, passage) in weighed.into_iter().take_while(|(weight, _)| *weight >= BESIDE * best) {
        if passages.len() < PASSAGES && passages.iter().all(|other| other.quote != passage.quote) {
            passages.push(passage);
        }
    }
    passages
}

/// The sentence of a text that weighs most, the first of equals; a title counts as one where it is a message's or a discussion's.
fn passage(found: &FoundText, asks_why: bool, weigh: &dyn Fn(&str) -> f32) -> Option<(f32, Passage)> {
    let paragraphs = paragraphs(&found.text);
    let in_text = paragraphs.iter().flat_map(|paragraph| split_sentences(&paragraph.text));
    let title = Some(found.title.clone()).filter(|_| !matches!(found.source, Source::Text { .. }));
    let weight = |sentence: String| {
        let said = weigh(&sentence);
        let reason = if asks_why { REASON * strength(&sentence).min(STRONGEST) as f32 } else { 0.0 };
        (said >= LEAST).then_some((said + reason, sentence))
    };
    let sentences = title.into_iter().chain(in_text).filter(|sentence| words(sentence).count() >= FEWEST);
    let (weight, quote) =
        sentences.filter_map(weight).reduce(|best, next| if next.0 > best.0 { next } else { best })?;
    let is_prose = matches!(found.source, Source::Commit { .. } | Source::Discussion { .. });
    let passage = Passage {
        source: found.source.clone(),
        role: Role::Mention,
        context: surroundings(&paragraphs, &quote),
        quote,
        subject: if is_prose { found.title.clone() } else { String::new() },
        names: [&found.author, &found.date, &found.title].map(String::clone).into(),
    };
    Some((weight + found.fit, passage))
}

/// The answer in people's own words, each sentence with who says it where.
pub fn told(passages: &[Passage], found: &[FoundText]) -> Vec<Sentence> {
    let sentence = |passage: &Passage| {
        let of = found.iter().find(|found| found.source == passage.source)?;
        let quote = quoted(&passage.quote);
        let text = match (&of.source, of.author.is_empty()) {
            (Source::Commit { .. }, false) => format!("{} on {}: {quote}", of.author, of.date),
            (Source::Discussion { reference, .. }, false) => {
                format!("{} in {reference} on {}: {quote}", of.author, of.date)
            }
            (Source::Text { .. }, _) if !of.title.is_empty() => format!("`{}` says: {quote}", of.title),
            _ => quote,
        };
        Some(Sentence { text, sources: vec![passage.source.clone()], kind: Kind::Quoted })
    };
    passages.iter().filter_map(sentence).collect()
}
