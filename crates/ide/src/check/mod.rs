//! Whether a sentence says only what it cites. Never does: repair a sentence, or ask a model.
//!
//! Each word that claims something must stand in what is cited: literally, inflected, or as a word that says the same; numbers and names
//! of code literally; negated where that is negated. Words that a clause puts together must stand together there, too; numbers with what
//! they count, people with what they did, names of code with what they do. What is linked as cause, as order in time or as a replacement must be linked so.
//! Words that tell how rather than what (`words/light.txt`) need not be cited, and in a sentence that claims much one general word
//! (`words/general.txt`) or one that the lexicon knows need not be; but nothing may stand against them. Quoted code must be written as it is.
//! Each of these is a file with its rule. Rules err on the side of rejecting: a quote then stands for the sentence.

mod acting;
mod anchors;
mod averting;
mod causes;
mod clauses;
mod conditions;
mod lexicon;
mod literals;
mod negation;
mod order;
mod pairs;
mod people;
mod phrases;
mod polarity;
mod quantities;
mod support;
mod swapped;
mod tense;
mod tokens;

use std::collections::HashSet;
use std::fmt;

use lexicon::is_general;
use support::{Evidence, Relation, plain_relation};
use tokens::{Kind, Token, read_sentence};

/// What a sentence may say.
#[derive(Clone, Copy, Debug)]
pub struct Support<'a> {
    /// What people wrote: passages of messages, subjects, documentation. Each is a text of its own.
    pub prose: &'a [&'a str],
    /// What may be named though no passage does: the symbol's name and containers, its kind, its path, the author and the date of the commit.
    pub names: &'a [&'a str],
}

/// Why a sentence was rejected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// Fewer than three or more than forty words.
    Length,
    /// The same three words twice.
    Loop,
    /// A word that nothing cited says.
    Word(String),
    /// A number that is not there, or not of that.
    Number(String),
    /// A name of code that is not there, or does something else.
    Identifier(String),
    /// Somebody who did something else.
    Person(String),
    /// The contrary is said.
    Contrary(String),
    /// What was is told as what is.
    Tense(String),
    /// These words are said, but not together.
    Apart(String),
    /// The order in time, or what takes whose place, is another one.
    Order(String),
    /// The cause or the purpose is not given as one.
    Cause(String),
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length => f.write_str("too short or too long"),
            Self::Loop => f.write_str("it repeats itself"),
            Self::Word(word) => write!(f, "nothing cited says “{word}”"),
            Self::Number(number) => write!(f, "“{number}” is not said of that"),
            Self::Identifier(name) => write!(f, "“{name}” is not said to do that"),
            Self::Person(name) => write!(f, "{name} is not said to have done that"),
            Self::Contrary(word) => write!(f, "the contrary of “{word}” is said"),
            Self::Tense(word) => write!(f, "“{word}” is said of former times"),
            Self::Apart(words) => write!(f, "“{words}” is not said in one place"),
            Self::Order(word) => write!(f, "the order around “{word}” is not said"),
            Self::Cause(word) => write!(f, "what “{word}” links is not linked so"),
        }
    }
}

/// Checks a sentence against what it cites.
///
/// # Errors
/// The first thing that is not borne out.
pub fn check(sentence: &str, support: &Support<'_>) -> Result<(), Rejection> {
    let mut said = read_sentence(sentence);
    if !(3..=40).contains(&said.len()) {
        return Err(Rejection::Length);
    }
    let mut seen = HashSet::new();
    if said.windows(3).any(|three| !seen.insert(three.iter().map(|token| &token.text).collect::<Vec<_>>())) {
        return Err(Rejection::Loop);
    }
    if is_verbatim(sentence, support) {
        return Ok(());
    }
    literals::check(sentence, support)?;
    let evidence = Evidence::read(support);
    let granted: Vec<bool> = (0..said.len()).map(|at| is_granted(&said, at, &evidence)).collect();
    for (token, is_granted) in said.iter_mut().zip(granted) {
        if is_granted {
            token.kind = Kind::Free;
        }
    }
    grant_word(&mut said, &evidence);
    said.iter().try_for_each(|token| is_said(token, &evidence))?;
    let rules = [
        quantities::check,
        people::check,
        clauses::check,
        acting::check,
        pairs::check,
        anchors::check,
        swapped::check,
        polarity::check,
        conditions::check,
        averting::check,
        tense::check,
        order::check,
        causes::check,
    ];
    rules.iter().try_for_each(|rule| rule(&said, &evidence))
}

/// Whether a token claims nothing more than what others of the sentence do.
fn is_granted(said: &[Token], at: usize, evidence: &Evidence) -> bool {
    quantities::is_trend(&said[at], said, evidence) || quantities::is_loose(said, at, evidence)
}

/// A sentence that claims so much may have one word more: one that stands in nearly every message, or one that the lexicon knows, as a
/// name is not, and that doesn't measure.
const CLAIMS_FOR_A_WORD: usize = 3;

fn grant_word(said: &mut [Token], evidence: &Evidence) {
    if said.iter().filter(|token| token.kind != Kind::Free).count() < CLAIMS_FOR_A_WORD {
        return;
    }
    let is_missing = |token: &Token| {
        let is_name = token.written.starts_with(char::is_uppercase);
        token.kind == Kind::Word && !is_name && matches!(is_said(token, evidence), Err(Rejection::Word(_)))
    };
    let general = said.iter().position(|token| is_missing(token) && is_general(&token.text));
    let is_known = |token: &Token| !token.senses.is_empty() && !measures(token);
    let known =
        || (0..said.len()).find(|&at| is_missing(&said[at]) && is_known(&said[at]) && !is_decisive(said, at));
    if let Some(at) = general.or_else(known) {
        said[at].kind = Kind::Free;
    }
}

/// Whether a word is what somebody did, or part of a reason: these must be cited whole.
fn is_decisive(said: &[Token], at: usize) -> bool {
    let before = &said[..at];
    let is_deed = before
        .last()
        .is_some_and(|last| last.kind == Kind::Word && last.written.starts_with(char::is_uppercase));
    let is_to = before.last().is_some_and(|last| last.text == "to");
    let links = |token: &Token| matches!(token.text.as_str(), "sothat" | "because" | "since" | "as");
    let mut clause = before.iter().rev().take_while(|token| token.clause == said[at].clause);
    is_deed || is_to || clause.any(links)
}

/// Words that say how much or the how manieth, as numbers do, and comparatives.
fn measures(token: &Token) -> bool {
    const MEASURES: &[&str] =
        &["half", "quarter", "third", "fourth", "fifth", "less", "fewer", "more", "double", "triple"];
    token.text.ends_with("er") || token.text.ends_with("est") || MEASURES.contains(&token.text.as_str())
}

/// Whether the sentence is one of those that are cited.
fn is_verbatim(sentence: &str, support: &Support<'_>) -> bool {
    let plain = |text: &str| {
        text.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches('.').to_lowercase()
    };
    let said = plain(sentence);
    support
        .prose
        .iter()
        .flat_map(|prose| crate::prose::split_sentences(prose))
        .any(|cited| plain(&cited) == said)
}

/// Whether a token is said somewhere, and not its contrary only.
fn is_said(token: &Token, evidence: &Evidence) -> Result<(), Rejection> {
    if token.kind == Kind::Free {
        return Ok(());
    }
    // With a negation on one side only, a contrary may say the same; whether it does is for `polarity` to judge.
    let relate = |cited: &Token| {
        let plain = plain_relation(token, cited)?;
        Some(if token.is_negated == cited.is_negated { plain } else { Relation::Same })
    };
    let relations: Vec<Relation> = evidence.tokens().filter_map(relate).collect();
    if relations.contains(&Relation::Same) || evidence.names(token) {
        return Ok(());
    }
    let written = token.written.clone();
    // Where only a contrary is cited, `polarity` looks whether it is said of the same; what no longer is, `tense` looks after.
    if !relations.is_empty() {
        return Ok(());
    }
    Err(match token.kind {
        Kind::Number => Rejection::Number(written),
        Kind::Identifier => Rejection::Identifier(written),
        Kind::Word | Kind::Free => Rejection::Word(written),
    })
}

#[cfg(test)]
mod tests;
