//! What words mean for the check: their plain forms, the groups of words that say the same, the pairs that say the contrary, and the
//! words that claim nothing. Never does: look at how words stand in a sentence.
//!
//! A meaning is a set of ideas, each with a side: `drop` is the idea of keeping or adding, on the other side. Two words agree where they
//! share an idea on the same side. Inflections are cut by the English Snowball stemmer (<https://snowballstem.org/algorithms/english/stemmer.html>)
//! after irregular forms have been looked up.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, LazyLock};

use rust_stemmers::{Algorithm, Stemmer};

/// An idea and the side of it that a word is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sense {
    pub idea: u32,
    pub is_contrary: bool,
}

struct Lexicon {
    stemmer: Stemmer,
    /// Plain forms of irregular ones.
    irregular: HashMap<&'static str, Vec<&'static str>>,
    /// What words are made of.
    derived: HashMap<&'static str, Vec<&'static str>>,
    /// Senses by stem.
    senses: HashMap<String, Vec<Sense>>,
    /// From here on, ideas have two sides.
    first_with_sides: u32,
    /// Phrases as stems, by their first one.
    phrases: HashMap<String, Vec<Vec<String>>>,
}

/// The lists of words that say the same.
const SYNONYMS: [&str; 4] = [
    include_str!("words/changes.txt"),
    include_str!("words/verbs.txt"),
    include_str!("words/nouns.txt"),
    include_str!("words/qualities.txt"),
];

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let stemmer = Stemmer::create(Algorithm::English);
    let mut irregular: HashMap<&'static str, Vec<&'static str>> = HashMap::new();
    let mut derived: HashMap<&'static str, Vec<&'static str>> = HashMap::new();
    let files = [
        (include_str!("words/irregular.txt"), &mut irregular),
        (include_str!("words/derived.txt"), &mut derived),
    ];
    for (text, forms) in files {
        for mut line in lines(text) {
            let Some(plain) = line.next() else { continue };
            line.for_each(|form| forms.entry(form).or_default().push(plain));
        }
    }
    let mut lexicon = Lexicon {
        stemmer,
        irregular,
        derived,
        senses: HashMap::new(),
        first_with_sides: 0,
        phrases: HashMap::new(),
    };
    let mut idea = 0;
    for line in SYNONYMS.into_iter().flat_map(lines) {
        idea += 1;
        line.for_each(|word| lexicon.add(word, Sense { idea, is_contrary: false }));
    }
    lexicon.first_with_sides = idea + 1;
    for line in lines(include_str!("words/antonyms.txt")) {
        idea += 1;
        let mut is_contrary = false;
        for word in line {
            match word {
                "|" => is_contrary = true,
                word => lexicon.add(word, Sense { idea, is_contrary }),
            }
        }
    }
    lexicon
});

impl Lexicon {
    /// Gives a word or phrase a sense, and a phrase of two words also to the one word that is made of them: `look_up`, `lookup`.
    fn add(&mut self, word: &str, sense: Sense) {
        let stems: Vec<String> = word.split('_').map(|part| self.stemmer.stem(part).into_owned()).collect();
        if let [first, _, ..] = stems.as_slice() {
            let known = self.phrases.entry(first.clone()).or_default();
            if !known.contains(&stems) {
                known.push(stems.clone());
            }
        }
        for stem in forms_of_phrase(&stems) {
            let known = self.senses.entry(stem).or_default();
            if !known.contains(&sense) {
                known.push(sense);
            }
        }
    }
}

/// A phrase as one stem: with its words held apart, and written as one where there are two.
fn forms_of_phrase(stems: &[String]) -> Vec<String> {
    match stems {
        [first, second] => vec![format!("{first}_{second}"), format!("{first}{second}")],
        stems => vec![stems.join("_")],
    }
}

/// The phrases whose first word has this stem.
pub(super) fn phrases(stem: &str) -> &'static [Vec<String>] {
    LEXICON.phrases.get(stem).map_or(&[], Vec::as_slice)
}

/// What a phrase is compared by.
pub(super) fn phrase_stems(phrase: &[String]) -> Arc<[String]> {
    forms_of_phrase(phrase).into()
}

fn lines(text: &'static str) -> impl Iterator<Item = std::str::SplitWhitespace<'static>> {
    text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()).map(str::split_whitespace)
}

/// What the lists know of a word in lower case.
#[derive(Clone)]
pub(super) struct Known {
    /// Of itself, of what it is an irregular form of, and of what it is made of.
    pub stems: Arc<[String]>,
    pub senses: Arc<[Sense]>,
    /// Whether it says how something is told rather than what.
    pub is_light: bool,
}

/// What is known of the words of grammar, which are every second one.
static GRAMMAR: LazyLock<HashMap<&'static str, Known>> =
    LazyLock::new(|| FREE.iter().map(|word| (*word, know(word))).collect());

pub(super) fn look_up(word: &str) -> Known {
    GRAMMAR.get(word).cloned().unwrap_or_else(|| know(word))
}

fn know(word: &str) -> Known {
    let mut stems = inflected(word);
    let is_light = stems.iter().any(|stem| LIGHT.contains(stem));
    let derived = LEXICON.derived.get(word).into_iter().flatten();
    let made_of: Vec<String> = derived.map(|form| LEXICON.stemmer.stem(form).into_owned()).collect();
    let roots: Vec<String> = stems.iter().filter_map(|stem| root(stem)).collect();
    stems.extend(made_of.into_iter().chain(roots));
    stems.dedup();
    // `Rehashed` is hashed once more, while the lexicon knows that `return` is no turn.
    let is_new = !is_light && senses(&stems).is_empty();
    if let Some(plain) = word.strip_prefix("re").filter(|plain| is_new && plain.len() >= ROOT) {
        stems.extend(inflected(plain));
    }
    Known { senses: senses(&stems), stems: stems.into(), is_light }
}

/// The stems of a word in lower case, without its senses.
pub(super) fn stems(word: &str) -> Arc<[String]> {
    look_up(word).stems
}

/// The stems of a word in lower case and of what it is an irregular form of.
fn inflected(word: &str) -> Vec<String> {
    let plain = LEXICON.irregular.get(word).into_iter().flatten().copied();
    [word].into_iter().chain(plain).map(|form| LEXICON.stemmer.stem(form).into_owned()).collect()
}

/// Endings that the stemmer leaves and that make one word of another: `failure`, `readable`, `reader`, `storage`, `statement`.
const ENDINGS: &[&str] = &["abl", "ibl", "ment", "ur", "ag", "er", "or", "iv"];

/// What a root has at least.
const ROOT: usize = 4;

/// The stem of the word that a stem is made of, if it is one of those that are.
fn root(stem: &str) -> Option<String> {
    let recovers = stem.strip_suffix("eri").map(|rest| format!("{rest}er"));
    let stripped = || {
        let rest = ENDINGS.iter().find_map(|ending| stem.strip_suffix(ending))?;
        Some(LEXICON.stemmer.stem(rest).into_owned())
    };
    recovers.or_else(stripped).filter(|root| root.len() >= ROOT)
}

/// All senses of words with these stems, beside the words themselves, in order.
pub(super) fn senses(stems: &[String]) -> Arc<[Sense]> {
    let mut senses: Vec<Sense> =
        stems.iter().filter_map(|stem| LEXICON.senses.get(stem)).flatten().copied().collect();
    senses.sort_unstable();
    senses.dedup();
    senses.into()
}

/// Words that claim nothing by themselves.
static FREE: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| lines(include_str!("words/free.txt")).flatten().collect());

/// Whether a word in lower case claims nothing by itself.
pub(super) fn is_free(word: &str) -> bool {
    FREE.contains(word)
}

/// Words that say how something is told rather than what.
static LIGHT: LazyLock<HashSet<String>> = LazyLock::new(|| stems_of(include_str!("words/light.txt")));

/// Whether one of these senses has a contrary.
pub(super) fn has_contrary(senses: &[Sense]) -> bool {
    senses.iter().any(|sense| sense.idea >= LEXICON.first_with_sides)
}

/// Whether a phrase, as stems, says how something is told rather than what.
pub(super) fn is_light_phrase(phrase: &[String]) -> bool {
    LIGHT.contains(&phrase.join("_"))
}

/// Words that stand in nearly every message.
static GENERAL: LazyLock<HashSet<String>> = LazyLock::new(|| stems_of(include_str!("words/general.txt")));

/// Whether a word stands in nearly every message.
pub(super) fn is_general(word: &str) -> bool {
    inflected(word).iter().any(|stem| GENERAL.contains(stem))
}

/// The stems of a list of words and phrases.
fn stems_of(text: &'static str) -> HashSet<String> {
    let stem = |phrase: &str| -> String {
        let stems: Vec<_> = phrase.split('_').map(|word| LEXICON.stemmer.stem(word)).collect();
        stems.join("_")
    };
    lines(text).flatten().map(stem).collect()
}
