//! What is cited as the check reads it, and whether one token bears another one out. Never does: judge sentences.

use std::cmp::Ordering;

use super::Support;
use super::lexicon::Sense;
use super::tokens::{Kind, Sentence, Token, read};

/// Words that stand within names.
pub(super) const PARTICLES: &[&str] =
    &["de", "van", "von", "der", "den", "la", "le", "al", "el", "ten", "ter", "di", "da", "dos", "bin"];

/// A sentence of what is cited, and where it stands.
pub(super) struct Cited {
    pub tokens: Sentence,
    /// The text that it is of.
    pub text: usize,
    /// Its place among all sentences.
    pub at: usize,
}

/// All that may be said.
pub(super) struct Evidence {
    pub sentences: Vec<Cited>,
    /// Names that may be named, as tokens.
    names: Vec<Token>,
    /// Of the author.
    pub people: Vec<Vec<String>>,
}

impl Evidence {
    pub(super) fn read(support: &Support<'_>) -> Self {
        let mut sentences: Vec<Cited> = Vec::new();
        for (text, prose) in support.prose.iter().enumerate() {
            for tokens in read(prose) {
                let at = sentences.len();
                sentences.push(Cited { tokens, text, at });
            }
        }
        let names = support.names.iter().flat_map(|name| read(name)).flatten().collect();
        let people =
            support.names.iter().filter(|name| is_person(name)).map(|name| lower_words(name)).collect();
        Self { sentences, names, people }
    }

    /// Whether a name that may be named has this token.
    pub(super) fn names(&self, token: &Token) -> bool {
        self.names.iter().any(|name| relation(token, name) == Some(Relation::Same))
    }

    /// The first text, where it is one sentence in front of others: the subject of a change, which says what all the rest is about.
    pub(super) fn subject(&self) -> Option<&Cited> {
        let (first, rest) = self.sentences.split_first()?;
        rest.first().filter(|next| next.text != first.text).map(|_| first)
    }

    pub(super) fn tokens(&self) -> impl Iterator<Item = &Token> {
        self.sentences.iter().flat_map(|sentence| &sentence.tokens)
    }
}

/// Two capitalized words or more, perhaps with particles between them.
fn is_person(name: &str) -> bool {
    let is_name = |word: &str| {
        let is_particle = PARTICLES.contains(&word);
        (is_particle || word.starts_with(char::is_uppercase))
            && !word.contains(|c: char| "_:/.()".contains(c))
    };
    name.contains(' ') && name.starts_with(char::is_uppercase) && name.split_whitespace().all(is_name)
}

pub(super) fn lower_words(name: &str) -> Vec<String> {
    name.split_whitespace().map(str::to_lowercase).collect()
}

/// How what one token says stands to what another one says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    Same,
    Contrary,
}

/// How a token of a sentence stands to one of what is cited, negations included; `None` where they speak of different things.
pub(super) fn relation(said: &Token, cited: &Token) -> Option<Relation> {
    let plain = plain_relation(said, cited)?;
    let flips = said.is_negated != cited.is_negated && !(said.is_averted || cited.is_averted);
    Some(match (plain, flips) {
        (plain, false) => plain,
        (Relation::Same, true) => Relation::Contrary,
        (Relation::Contrary, true) => Relation::Same,
    })
}

/// The same without regard to negations.
pub(super) fn plain_relation(said: &Token, cited: &Token) -> Option<Relation> {
    match (said.kind, cited.kind) {
        (Kind::Number, Kind::Number) => same_number(&said.text, &cited.text).then_some(Relation::Same),
        (Kind::Identifier, Kind::Identifier) => {
            let is_it = same_identifier(&said.text, &cited.text)
                || is_argument(&said.text, &cited.written)
                || cited.text.split_once('=').is_some_and(|(name, _)| same_identifier(&said.text, name));
            is_it.then_some(Relation::Same)
        }
        (Kind::Word | Kind::Free, Kind::Identifier) => {
            (words(said, cited) == Some(Relation::Same)).then_some(Relation::Same)
        }
        (Kind::Identifier, Kind::Word | Kind::Free) => {
            let is_it = said.text.eq_ignore_ascii_case(&cited.text);
            is_it.then_some(Relation::Same)
        }
        (Kind::Word | Kind::Free, Kind::Word | Kind::Free) => words(said, cited),
        _ => None,
    }
}

pub(super) fn shares_stem(said: &Token, cited: &Token) -> bool {
    said.stems.iter().any(|stem| cited.stems.contains(stem))
}

fn words(said: &Token, cited: &Token) -> Option<Relation> {
    if said.mark & cited.mark == 0 {
        return None;
    }
    if shares_stem(said, cited) {
        return Some(Relation::Same);
    }
    senses(&said.senses, &cited.senses)
}

/// Whether two words share an idea; both lists are sorted.
fn senses(ours: &[Sense], theirs: &[Sense]) -> Option<Relation> {
    let (mut one, mut other) = (0, 0);
    let mut found = None;
    while let (Some(our), Some(their)) = (ours.get(one), theirs.get(other)) {
        match our.cmp(their) {
            Ordering::Equal => return Some(Relation::Same),
            _ if our.idea == their.idea => found = Some(Relation::Contrary),
            _ => {}
        }
        match our.cmp(their) {
            Ordering::Less => one += 1,
            _ => other += 1,
        }
    }
    found
}

/// Equal, or the year of a date.
fn same_number(said: &str, cited: &str) -> bool {
    let is_year = said.len() == 4 && cited.len() == 10 && cited.split('-').next() == Some(said);
    is_year || number(said) == number(cited)
}

fn number(text: &str) -> String {
    let plain = text.trim_start_matches(['v', '#', '$']).replace([',', '_'], "");
    // `404s`, `15s`.
    match plain.strip_suffix('s') {
        Some(rest) if rest.ends_with(|c: char| c.is_ascii_digit()) => rest.to_owned(),
        _ => plain,
    }
}

/// `single=True` in `open(single=True)`.
fn is_argument(name: &str, call: &str) -> bool {
    let arguments = call.split_once('(').map_or("", |(_, arguments)| arguments);
    arguments.split([',', ')', ' ']).any(|argument| argument == name)
}

/// Equal, or one is the other with its containers.
fn same_identifier(one: &str, other: &str) -> bool {
    let tail = |long: &str, short: &str| {
        long.strip_suffix(short).is_some_and(|rest| rest.ends_with(['.', ':', '/']))
    };
    let (one, other) = (one.trim_start_matches('-'), other.trim_start_matches('-'));
    one == other || tail(one, other) || tail(other, one)
}
