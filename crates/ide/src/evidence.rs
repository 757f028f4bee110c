//! Which commits of a symbol's history say why: the passages that state a reason, ranked. Never does: judge whether a reason is
//! good, or word anything anew.
//!
//! A passage counts as a reason when its wording is causal or purposive. The score of a sentence is the sum of the weights of
//! the markers that it holds; a passage is chosen from two on. The origin of the symbol and changes of its
//! behaviour outrank others.

use backstory_history::{Change, ChangeKind, Commit};
use serde::Serialize;

use crate::prose::{paragraphs, sentences, words};

/// One commit's own words on why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Passage {
    /// Full hash of the commit.
    pub commit: String,
    /// The sentence that states the reason, verbatim but for line breaks.
    pub quote: String,
    /// The sentence and what stands around it, for a model to reword: at most [`PASSAGE_WORDS`] words.
    #[serde(skip)]
    pub context: String,
    /// The commit's subject, which may support what a model says.
    #[serde(skip)]
    pub subject: String,
}

/// A sentence states a reason from this score on.
const THRESHOLD: u32 = 2;

/// The most words a passage has; about 120 tokens, which a small model reads in two seconds.
pub const PASSAGE_WORDS: usize = 75;

/// At most this many passages tell a symbol's story.
pub const PASSAGES: usize = 3;

/// Words that introduce a cause or a purpose say by themselves why.
const STRONG: [&str; 40] = [
    "because",
    "so that",
    "in order to",
    "to avoid",
    "to prevent",
    "to ensure",
    "to make sure",
    "to allow",
    "to reduce",
    "to keep",
    "to support",
    "to fix",
    "to let",
    "due to",
    "otherwise",
    "previously",
    "as a result",
    "the reason",
    "motivation",
    "rationale",
    "the problem",
    "this means",
    "therefore",
    "hence",
    "caused by",
    "causes",
    "leads to",
    "led to",
    "results in",
    "resulting in",
    "prevents",
    "avoids",
    "ensures",
    "which allows",
    "this allows",
    "makes it possible",
    "without this",
    "would otherwise",
    "instead of",
    "so as to",
];

/// Words that often stand in a reason, and say one together.
const WEAK: [&str; 32] = [
    "since",
    "so",
    "when",
    "but",
    "however",
    "no longer",
    "used to",
    "needed",
    "needs",
    "need",
    "required",
    "requires",
    "allows",
    "lets",
    "enables",
    "bug",
    "race",
    "deadlock",
    "leak",
    "panic",
    "crash",
    "regression",
    "breaks",
    "broke",
    "fails",
    "failed",
    "slow",
    "faster",
    "unsound",
    "incorrect",
    "wrong",
    "rather than",
];

/// The passages that state a reason for the symbol being as it is: the best [`PASSAGES`] of its history, oldest first. Empty
/// where no commit says why.
pub fn evidence(changes: &[Change]) -> Vec<Passage> {
    let scored = changes.iter().enumerate().filter(|(_, change)| !change.hidden());
    let mut found: Vec<(u32, usize, Passage)> = scored
        .filter_map(|(index, change)| {
            let (score, passage) = passage(&change.commit)?;
            Some((score + weight(change), index, passage))
        })
        .collect();
    // Best first; among equals the newer one, which speaks of the present.
    found.sort_by_key(|(score, index, _)| (std::cmp::Reverse(*score), *index));
    found.truncate(PASSAGES);
    found.sort_by_key(|(_, index, _)| std::cmp::Reverse(*index));
    found.into_iter().map(|(_, _, passage)| passage).collect()
}

/// How much a change says about the symbol itself: its origin most, a rename or move least.
fn weight(change: &Change) -> u32 {
    let kind = |kind: &ChangeKind| match kind {
        ChangeKind::Introduced => 4,
        ChangeKind::Body | ChangeKind::Signature => 2,
        _ => 0,
    };
    let focused = u32::from(change.lines_added + change.lines_removed >= 3);
    change.kinds.iter().map(kind).max().unwrap_or(0) + focused
}

/// The best sentence of a message with its surroundings, where one states a reason.
fn passage(commit: &Commit) -> Option<(u32, Passage)> {
    let (score, quote) = best_sentence(&commit.body).or_else(|| best_sentence(&commit.subject))?;
    let context = surroundings(&commit.body, &quote);
    let passage = Passage { commit: commit.id.clone(), context, subject: commit.subject.clone(), quote };
    Some((score.min(6), passage))
}

fn best_sentence(text: &str) -> Option<(u32, String)> {
    let scored = sentences(text).into_iter().map(|sentence| (reason_score(&sentence), sentence));
    // The first of the best: later sentences tend to elaborate.
    let best = scored.rev().max_by_key(|(score, _)| *score)?;
    (best.0 >= THRESHOLD && words(&best.1).count() >= 4).then_some(best)
}

/// Strong markers count two, weak ones one, each once.
pub fn reason_score(sentence: &str) -> u32 {
    let plain = format!(" {} ", words(sentence).collect::<Vec<_>>().join(" "));
    let count = |markers: &[&str]| {
        markers.iter().filter(|marker| plain.contains(&format!(" {marker} "))).count() as u32
    };
    2 * count(&STRONG) + count(&WEAK)
}

/// The quote's paragraph, cut to whole sentences around it; the quote alone where that is all that fits.
fn surroundings(body: &str, quote: &str) -> String {
    let paragraph = paragraphs(body).into_iter().find(|paragraph| paragraph.contains(quote));
    let Some(paragraph) = paragraph else { return cut(quote) };
    let all = sentences(&paragraph);
    let Some(at) = all.iter().position(|sentence| sentence == quote) else { return cut(quote) };
    let (mut first, mut last) = (at, at);
    let size = |first: usize, last: usize| all[first..=last].iter().map(|s| words(s).count()).sum::<usize>();
    loop {
        if first > 0 && size(first - 1, last) <= PASSAGE_WORDS {
            first -= 1;
        } else if last + 1 < all.len() && size(first, last + 1) <= PASSAGE_WORDS {
            last += 1;
        } else {
            return cut(&all[first..=last].join(" "));
        }
    }
}

fn cut(text: &str) -> String {
    text.split_whitespace().take(PASSAGE_WORDS).collect::<Vec<_>>().join(" ")
}
