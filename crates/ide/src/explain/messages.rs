//! The passage of a commit's message that says best why. Never does: weigh commits against each other.

use backstory_history::Commit;

use super::passage::surroundings;
use super::reasons::{THRESHOLD, strength, subject_strength};
use crate::prose::{Paragraph, Section, paragraphs, split_sentences, words};

/// A sentence that states a reason, and how strongly.
pub(super) struct Found {
    pub strength: u32,
    pub quote: String,
    /// The sentence with what stands around it.
    pub context: String,
}

/// Words that the message should name: those of the symbol.
pub(super) type Names<'a> = &'a [String];

/// More than this adds nothing.
const STRONGEST: u32 = 7;

/// So many sentences at the beginning of a message are about the change as a whole. What follows is about its parts: about this symbol
/// where it names it.
const BEGINNING: usize = 12;

/// The fewest words of a sentence that can say why.
const FEWEST: usize = 4;

/// The sentence of the message that states a reason best: of its body, otherwise its subject.
pub(super) fn reason(commit: &Commit, names: Names<'_>) -> Option<Found> {
    // A program's message tells of the versions that it brought.
    if commit.author.bot {
        return None;
    }
    let subject = of_subject(&commit.subject);
    let body = of_prose(&paragraphs(&commit.body), names);
    match (body, subject) {
        // What names the problem itself says more than an aside in the body.
        (Some(body), Some(subject)) if body.strength <= THRESHOLD && subject.strength > body.strength => {
            Some(subject)
        }
        (Some(body), _) => Some(body),
        (None, subject) => subject,
    }
}

fn of_subject(subject: &str) -> Option<Found> {
    let strength = subject_strength(subject).min(STRONGEST);
    let enough = strength >= THRESHOLD && words(subject).count() >= FEWEST - 1;
    enough.then(|| Found { strength, quote: subject.to_owned(), context: subject.to_owned() })
}

/// The sentence that states a reason best, the first of several: later ones tend to elaborate.
pub(super) fn of_prose(paragraphs: &[Paragraph], names: Names<'_>) -> Option<Found> {
    let mut best: Option<(u32, String)> = None;
    let sentences = paragraphs.iter().flat_map(|paragraph| {
        split_sentences(&paragraph.text).into_iter().map(move |sentence| (paragraph, sentence))
    });
    for (at, (paragraph, sentence)) in sentences.enumerate() {
        if at >= BEGINNING && !names_one(&sentence, names) {
            continue;
        }
        let strength = in_place(paragraph, &sentence, names);
        if is_whole(&sentence) && best.as_ref().is_none_or(|(most, _)| strength > *most) {
            best = Some((strength, sentence));
        }
    }
    let (strength, quote) = best.filter(|(strength, _)| *strength >= THRESHOLD)?;
    let context = surroundings(paragraphs, &quote);
    Some(Found { strength: strength.min(STRONGEST), quote, context })
}

/// Whether it is a sentence by itself, and not the beginning of something that is no prose.
fn is_whole(sentence: &str) -> bool {
    const OPEN: &[&str] = &[
        "a", "an", "and", "are", "as", "be", "by", "for", "in", "is", "like", "of", "or", "that", "the",
        "to", "was", "with",
    ];
    let last = words(sentence).last().unwrap_or_default();
    let is_open = !sentence.ends_with(['.', '!']) && OPEN.contains(&last.as_str());
    words(sentence).count() >= FEWEST && !sentence.ends_with(':') && !is_open
}

/// The strength of a sentence where it stands: below "Motivation" everything is a reason, and a reason that names the symbol is
/// more surely one for it.
fn in_place(paragraph: &Paragraph, sentence: &str, names: Names<'_>) -> u32 {
    let said = strength(sentence);
    let below = if paragraph.section == Section::Reason { THRESHOLD } else { 0 };
    let named = u32::from(said > 0 && names_one(sentence, names));
    said + below + named
}

/// Whether a text names one of the names as a word of its own.
pub(super) fn names_one(text: &str, names: Names<'_>) -> bool {
    words(text).any(|word| names.contains(&word))
}
