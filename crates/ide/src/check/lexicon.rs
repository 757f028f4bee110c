//! What words mean for the check: their plain forms, the groups of words that say the same, the pairs that say the contrary, and the
//! words that claim nothing. Never does: look at how words stand in a sentence.
//!
//! A meaning is a set of ideas, each with a side: `drop` is the idea of keeping or adding, on the other side. Two words agree where they
//! share an idea on the same side. Inflections are cut by the English Snowball stemmer (<https://snowballstem.org/algorithms/english/stemmer.html>)
//! after irregular forms have been looked up.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};

/// An idea and the side of it that a word is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sense {
    pub idea: u32,
    pub is_contrary: bool,
}

struct Lexicon {
    stemmer: Stemmer,
    /// Plain forms of irregular ones.
    irregular: HashMap<&'static str, Vec<&'static str>>,
    /// Senses by stem.
    senses: HashMap<String, Vec<Sense>>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let stemmer = Stemmer::create(Algorithm::English);
    let mut irregular: HashMap<&'static str, Vec<&'static str>> = HashMap::new();
    for mut line in lines(include_str!("irregular.txt")) {
        let Some(plain) = line.next() else { continue };
        line.for_each(|form| irregular.entry(form).or_default().push(plain));
    }
    let mut senses: HashMap<String, Vec<Sense>> = HashMap::new();
    let mut idea = 0;
    let mut add = |word: &str, sense: Sense| {
        let known = senses.entry(stemmer.stem(word).into_owned()).or_default();
        if !known.contains(&sense) {
            known.push(sense);
        }
    };
    for line in lines(include_str!("synonyms.txt")) {
        idea += 1;
        line.for_each(|word| add(word, Sense { idea, is_contrary: false }));
    }
    for line in lines(include_str!("antonyms.txt")) {
        idea += 1;
        let mut is_contrary = false;
        for word in line {
            match word {
                "|" => is_contrary = true,
                word => add(word, Sense { idea, is_contrary }),
            }
        }
    }
    Lexicon { stemmer, irregular, senses }
});

fn lines(text: &'static str) -> impl Iterator<Item = std::str::SplitWhitespace<'static>> {
    text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()).map(str::split_whitespace)
}

/// The stems of a word in lower case: of itself, and of what it is an irregular form of.
pub(super) fn stems(word: &str) -> Vec<String> {
    let lexicon = &*LEXICON;
    let plain = lexicon.irregular.get(word).into_iter().flatten().copied();
    let mut stems: Vec<String> =
        [word].into_iter().chain(plain).map(|form| lexicon.stemmer.stem(form).into_owned()).collect();
    stems.dedup();
    stems
}

/// All senses of words with these stems, beside the words themselves.
pub(super) fn senses(stems: &[String]) -> Vec<Sense> {
    stems.iter().filter_map(|stem| LEXICON.senses.get(stem)).flatten().copied().collect()
}

/// Words that claim nothing by themselves.
static FREE: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| lines(include_str!("free.txt")).flatten().collect());

/// Whether a word in lower case claims nothing by itself.
pub(super) fn is_free(word: &str) -> bool {
    FREE.contains(word)
}

/// Words that turn what follows into its contrary.
pub(super) const NEGATIONS: &[&str] = &[
    "not",
    "no",
    "never",
    "without",
    "cannot",
    "nor",
    "neither",
    "none",
    "nobody",
    "nothing",
    "hardly",
    "nolonger",
    "insteadof",
    "can't",
    "don't",
    "doesn't",
    "didn't",
    "isn't",
    "aren't",
    "wasn't",
    "weren't",
    "won't",
    "wouldn't",
    "couldn't",
    "shouldn't",
    "hasn't",
    "haven't",
    "hadn't",
    "failsto",
];

/// Several words that say one thing, and the word that is put for them.
pub(super) const PHRASES: &[(&[&str], &str)] = &[
    (&["no", "longer"], "nolonger"),
    (&["not", "any", "more"], "nolonger"),
    (&["instead", "of"], "insteadof"),
    (&["rather", "than"], "insteadof"),
    (&["as", "opposed", "to"], "insteadof"),
    (&["in", "place", "of"], "insteadof"),
    (&["fails", "to"], "failsto"),
    (&["failed", "to"], "failsto"),
    (&["fail", "to"], "failsto"),
    (&["prior", "to"], "before"),
    (&["ahead", "of"], "before"),
    (&["because", "of"], "because"),
    (&["due", "to"], "because"),
    (&["thanks", "to"], "thanks"),
    (&["at", "once"], "immediately"),
    (&["right", "away"], "immediately"),
    (&["straight", "away"], "immediately"),
    (&["at", "the", "same", "moment"], "simultaneously"),
    (&["at", "the", "same", "time"], "simultaneously"),
    (&["left", "alone"], "untouched"),
    (&["not", "touched"], "untouched"),
    (&["not", "affected"], "untouched"),
    (&["as", "before"], "still"),
    (&["as", "is"], "unchanged"),
    (&["used", "to"], "previously"),
    (&["until", "now"], "previously"),
    (&["up", "to", "now"], "previously"),
    (&["before", "this"], "previously"),
    (&["so", "far"], "previously"),
    (&["as", "well"], "also"),
    (&["as", "soon", "as"], "after"),
    (&["by", "hand"], "manually"),
    (&["costs", "less"], "cheaper"),
    (&["cost", "less"], "cheaper"),
    (&["costs", "more"], "dearer"),
    (&["cost", "more"], "dearer"),
    (&["in", "order", "to"], "inorderto"),
    (&["so", "that"], "sothat"),
    (&["so", "as", "to"], "inorderto"),
    (&["at", "most"], "maximum"),
    (&["no", "more", "than"], "maximum"),
    (&["up", "to"], "maximum"),
    (&["at", "least"], "minimum"),
    (&["no", "less", "than"], "minimum"),
    (&["for", "good"], "forever"),
    (&["for", "ever"], "forever"),
    (&["each", "time"], "every"),
    (&["every", "time"], "every"),
    (&["all", "the", "same"], "nonetheless"),
];
