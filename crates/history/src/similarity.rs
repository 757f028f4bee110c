//! How alike two versions of something are, for finding a symbol that lost its name or place. Never does: read files.
//!
//! The score is 0.65 times the Dice coefficient of the bodies' bigrams (Dice 1945, over neighbouring words), 0.15 times that
//! of the signatures, and 0.2 for an equal name. Weights and thresholds were fitted on hand-made histories of Python methods.

use std::collections::HashMap;

use backstory_syntax::{DefinitionKind, LocalKey, Span};

use crate::version::Version;

const BODY_WEIGHT: f64 = 0.65;
const SIGNATURE_WEIGHT: f64 = 0.15;
const NAME_WEIGHT: f64 = 0.2;

/// Bodies with fewer words are too alike by chance.
const TINY: usize = 12;

const ACCEPT: f64 = 0.52;
/// Many files have an `Error` or a `new` of their own.
const ACCEPT_ACROSS_FILES: f64 = 0.6;
const ACCEPT_RENAMED_ACROSS_FILES: f64 = 0.62;
const ACCEPT_TINY: f64 = 0.85;

/// A symbol prepared for comparison.
pub(crate) struct Sketch<'a> {
    key: &'a LocalKey,
    signature: Bigrams<'a>,
    body: Bigrams<'a>,
}

/// Pairs of neighbouring words with their counts.
struct Bigrams<'a> {
    counts: HashMap<(&'a str, &'a str), u32>,
    words: usize,
}

impl<'a> Sketch<'a> {
    pub(crate) fn of(version: &'a Version) -> Self {
        let Version { key, text, spans, .. } = version;
        let cut = |start: u32, end: u32| Span { start, end: end.max(start) }.of(text);
        let (signature, body) = match spans.body {
            Some(body) => ([cut(spans.item.start, spans.name.start), cut(spans.name.end, body.start)], body),
            None => {
                let value = Span { start: spans.name.end, end: spans.item.end };
                ([cut(spans.item.start, spans.name.start), ""], value)
            }
        };
        // A docstring is part of the body's span, and prose outweighs short code.
        let docs = spans.docs.filter(|docs| body.contains(*docs));
        let body = docs.map_or([cut(body.start, body.end), ""], |docs| {
            [cut(body.start, docs.start), cut(docs.end, body.end)]
        });
        Self { key, signature: Bigrams::of(&signature), body: Bigrams::of(&body) }
    }
}

impl<'a> Bigrams<'a> {
    fn of(texts: &[&'a str]) -> Self {
        let words: Vec<&str> = texts.iter().flat_map(|text| words(text)).collect();
        let mut counts = HashMap::new();
        for pair in words.windows(2) {
            *counts.entry((pair[0], pair[1])).or_insert(0) += 1;
        }
        // A single word has no neighbour; it is its own pair.
        if let [word] = words[..] {
            counts.insert((word, ""), 1);
        }
        Self { counts, words: words.len() }
    }

    fn total(&self) -> u32 {
        self.counts.values().sum()
    }
}

/// Whether one kind of symbol may have become the other.
pub(crate) fn is_related(a: DefinitionKind, b: DefinitionKind) -> bool {
    family(a) == family(b)
}

/// How alike two symbols are, from 0 to 1.
pub(crate) fn score(new: &Sketch<'_>, old: &Sketch<'_>) -> f64 {
    let name = if new.key.name == old.key.name { NAME_WEIGHT } else { 0.0 };
    BODY_WEIGHT * dice(&new.body, &old.body) + SIGNATURE_WEIGHT * dice(&new.signature, &old.signature) + name
}

/// The score where it reaches the threshold for believing that one symbol became the other.
pub(crate) fn accepted(new: &Sketch<'_>, old: &Sketch<'_>, same_file: bool) -> Option<f64> {
    let same_name = new.key.name == old.key.name;
    let threshold = if new.body.words.min(old.body.words) < TINY {
        ACCEPT_TINY
    } else if same_file {
        ACCEPT
    } else if same_name {
        ACCEPT_ACROSS_FILES
    } else {
        ACCEPT_RENAMED_ACROSS_FILES
    };
    let score = score(new, old);
    (score >= threshold).then_some(score)
}

/// Whether one symbol may have become the other where their places say so: nothing is too small for that.
pub(crate) fn is_alike(new: &Version, old: &Version) -> bool {
    score(&Sketch::of(new), &Sketch::of(old)) >= ACCEPT
}

/// Twice the shared pairs over all pairs: 1 for equal texts, 0 for texts with nothing in common.
fn dice(a: &Bigrams<'_>, b: &Bigrams<'_>) -> f64 {
    let total = a.total() + b.total();
    if total == 0 {
        return 1.0;
    }
    let shared: u32 =
        a.counts.iter().map(|(pair, count)| (*count).min(b.counts.get(pair).copied().unwrap_or(0))).sum();
    2.0 * f64::from(shared) / f64::from(total)
}

/// Runs of name characters, and every other character that is no white space by itself.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        let first = rest.chars().next()?;
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        let end =
            if is_name(first) { rest.find(|c| !is_name(c)).unwrap_or(rest.len()) } else { first.len_utf8() };
        let (word, tail) = rest.split_at(end);
        rest = tail;
        Some(word)
    })
}

/// Kinds that turn into one another when code is moved or reworked.
#[derive(PartialEq)]
enum Family {
    Callable,
    Type,
    Impl,
    Value,
    Member,
    Module,
    Macro,
}

fn family(kind: DefinitionKind) -> Family {
    match kind {
        DefinitionKind::Function | DefinitionKind::Method => Family::Callable,
        DefinitionKind::Class
        | DefinitionKind::Struct
        | DefinitionKind::Enum
        | DefinitionKind::Union
        | DefinitionKind::Trait
        | DefinitionKind::Type => Family::Type,
        DefinitionKind::Impl => Family::Impl,
        DefinitionKind::Constant | DefinitionKind::Static => Family::Value,
        DefinitionKind::Variant | DefinitionKind::Field => Family::Member,
        DefinitionKind::Module => Family::Module,
        DefinitionKind::Macro => Family::Macro,
    }
}
