//! Whether a sentence says only what it cites. Never does: repair a sentence, or ask a model.
//!
//! Each word that claims something must stand in what is cited: literally, inflected, or as a word that says the same; numbers and names
//! of code literally; negated where that is negated. Words that a clause puts together must stand together there, too; numbers with what
//! they count, people with what they did, names of code with what they do. What is linked as cause, as order in time or as a replacement must be linked so.
//! Each of these is a file with its rule. Rules err on the side of rejecting: a quote then stands for the sentence.

mod averting;
mod causes;
mod clauses;
mod lexicon;
mod order;
mod people;
mod quantities;
mod support;
mod tense;
mod tokens;

use std::collections::HashSet;
use std::fmt;

use support::{Evidence, Relation, relation};
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
    let evidence = Evidence::read(support);
    if is_verbatim(sentence, support) {
        return Ok(());
    }
    // From here on they claim nothing more.
    let trends: Vec<bool> = said.iter().map(|token| quantities::is_trend(token, &said, &evidence)).collect();
    for (token, is_trend) in said.iter_mut().zip(trends) {
        if is_trend {
            token.kind = Kind::Free;
        }
    }
    said.iter().try_for_each(|token| is_said(token, &evidence))?;
    quantities::check(&said, &evidence)?;
    people::check(&said, &evidence)?;
    clauses::check(&said, &evidence)?;
    tense::check(&said, &evidence)?;
    order::check(&said, &evidence)?;
    averting::check(&said, &evidence)?;
    causes::check(&said, &evidence)
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
    let relations: Vec<Relation> = evidence.tokens().filter_map(|cited| relation(token, cited)).collect();
    if relations.contains(&Relation::Same) || evidence.names(token) {
        return Ok(());
    }
    let written = token.written.clone();
    // What no longer is, was: `tense` looks after that.
    if !relations.is_empty() && token.is_former {
        return Ok(());
    }
    Err(match (relations.is_empty(), token.kind) {
        (false, _) => Rejection::Contrary(written),
        (true, Kind::Number) => Rejection::Number(written),
        (true, Kind::Identifier) => Rejection::Identifier(written),
        (true, _) => Rejection::Word(written),
    })
}

#[cfg(test)]
mod tests;
