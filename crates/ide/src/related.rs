//! What to look at when a symbol changes: everything that some sign points to, as one list, each with its reasons. Never does: gather the
//! signs, or show the number that orders the list.
//!
//! The order is that of a conditional logit (McFadden 1974) of which symbols change in the same commit. Its weights were fitted by
//! `BACKSTORY_REPLAY_FIT=1 cargo bench --bench replay` on six repositories together (tokio, ripgrep, cargo, requests, flask, black): on 910 of the commits
//! between 60 % and 80 % of each history, with signs from the 60 % before them. The figures that the bench prints are of the 20 % after
//! them. Refit them when a sign is added or is measured otherwise, and never on the last 20 %. A mention in documentation has no weight: the
//! replay does not look at documents.

use backstory_analysis::Confidence;

/// How many features the model has.
pub const FEATURES: usize = 20;

/// The weight of each feature, in the order of [`features`].
pub const WEIGHTS: [f64; FEATURES] = [
    0.00, 1.00, -0.02, 2.85, 2.05, -0.64, -1.12, -0.63, 2.43, 0.60, 0.80, 0.07, 0.13, 1.13, -0.00, -0.13,
    1.60, 2.34, 2.73, -1.18,
];

/// Companions are given as a reason from this support on, and from [`LEAST_CONFIDENCE`].
const LEAST_SUPPORT: u32 = 3;
const LEAST_CONFIDENCE: f64 = 0.3;

/// Whether so many common edits, of so many in all, are worth a reason of their own.
pub(crate) fn is_usual(together: u32, of: u32) -> bool {
    together >= LEAST_SUPPORT && f64::from(together) >= f64::from(of) * LEAST_CONFIDENCE
}

/// How many candidates come from where: the weights were fitted with so many, and the replay measures with so many.
pub const COMPANIONS: usize = 150;
pub const NEIGHBOURS: usize = 150;
pub const NEAREST: usize = 40;
pub const FILES: usize = 8;
pub const IN_FILE: usize = 40;

/// From this cosine on two symbols are given as alike.
pub(crate) const ALIKE: f32 = 0.75;

/// The signs that point from the symbol that changes to another one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Signs {
    /// How they changed together.
    pub together: Option<Together>,
    /// How much the other one changes at all: its commits, decayed: see `backstory_history::ChangeLog::activity`.
    pub activity: f64,
    /// The other one uses the symbol.
    pub dependant: Option<Edge>,
    /// The symbol uses the other one.
    pub dependency: Option<Edge>,
    /// They are in one file, with so many symbols between them.
    pub in_file: Option<u32>,
    /// They have the same container (an `impl` or class, not a file).
    pub in_container: bool,
    /// Their names are equal.
    pub is_namesake: bool,
    /// The cosine of their vectors, from 0 to 1; 0 where it was not looked at.
    pub similarity: f32,
    /// How much of their code is the same, from 0 to 1, where that makes them copies of one another; 0 elsewhere. The order goes by `similarity`.
    pub overlap: f64,
    /// In which part of the changes of the symbol's file the other one's file changed too, from 0 to 1; 1 in one file.
    pub files_together: f64,
    /// Documentation that mentions it.
    pub mentions: bool,
}

/// How often two symbols changed together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Together {
    /// Commits that edited both.
    pub together: u32,
    /// Edits of the symbol since the other one exists.
    pub of: u32,
    /// Edits of the other one.
    pub of_other: u32,
    /// Common commits, decayed and diluted: see `backstory_history::Companion`.
    pub weight: f64,
}

/// A static edge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    pub confidence: Confidence,
    /// How many references there are.
    pub count: u32,
}

/// Why somebody should look at a symbol, the strongest reason first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reason {
    /// It changed in so many of so many edits. Without an edge between the two it is a hidden coupling.
    Companion { together: u32, of: u32, is_hidden: bool },
    /// It uses the symbol.
    Uses(Edge),
    /// The symbol uses it.
    UsedBy(Edge),
    /// Their code is the same in such a part, from 0 to 1.
    Copy { overlap: f64 },
    /// It is much like the symbol.
    Alike { cosine: f32 },
    /// Documentation that mentions the symbol.
    Mentions,
    /// It stands in the same container or file.
    Near,
    /// One of the two came with a commit that changed the other.
    CameTogether,
    /// Nothing else than that its file changed with the symbol's file, in such a part of that one's changes (from 0 to 1).
    FilesTogether { part: f64 },
}

/// One thing to look at.
#[derive(Clone, Debug, PartialEq)]
pub struct Related<T> {
    pub item: T,
    /// Never empty.
    pub reasons: Vec<Reason>,
    /// Orders the list; never shown.
    pub score: f64,
}

/// Ranks what signs point to, best first. Equal ones stay in the order in which they came.
pub fn rank<T>(candidates: impl IntoIterator<Item = (T, Signs)>) -> Vec<Related<T>> {
    let related = candidates.into_iter().map(|(item, signs)| Related {
        item,
        reasons: reasons(&signs),
        score: score(&features(&signs), &WEIGHTS),
    });
    let mut ranked: Vec<Related<T>> = related.collect();
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score));
    ranked
}

/// How strongly features speak, by given weights.
pub fn score(features: &[f64; FEATURES], weights: &[f64; FEATURES]) -> f64 {
    features.iter().zip(weights).map(|(feature, weight)| feature * weight).sum()
}

/// The signs as numbers, most of them from 0 to 1. The first is 1 always.
pub fn features(signs: &Signs) -> [f64; FEATURES] {
    let Together { together, of, of_other, weight } = signs.together.unwrap_or_default();
    let part = |of: u32| f64::from(together) / (f64::from(of) + 2.0);
    let edge = |edge: Option<Edge>| edge.map_or(0.0, |edge| strength(edge.confidence));
    let often = |edge: Option<Edge>| edge.map_or(0.0, |edge| f64::from(edge.count).ln_1p() / 3.0);
    let flag = |is_so: bool| if is_so { 1.0 } else { 0.0 };
    let saturated = |value: f64, half: f64| value / (value + half);
    let is_near = signs.in_file.map_or(0.0, |between| 1.0 / (1.0 + f64::from(between)));
    let similarity = f64::from(signs.similarity);
    [
        1.0,
        flag(signs.together.is_some()),
        saturated(weight, 0.05),
        saturated(weight, 0.5),
        part(of),
        part(of_other),
        saturated(f64::from(together), 2.0),
        saturated(signs.activity, 0.1),
        saturated(signs.activity, 1.0),
        edge(signs.dependant),
        edge(signs.dependency),
        often(signs.dependant).max(often(signs.dependency)),
        flag(signs.in_file.is_some()),
        is_near,
        flag(signs.in_container),
        flag(signs.is_namesake),
        similarity,
        similarity * similarity * flag(signs.in_file.is_none()),
        signs.files_together,
        signs.files_together * saturated(signs.activity, 0.3),
    ]
}

fn strength(confidence: Confidence) -> f64 {
    match confidence {
        Confidence::Exact => 1.0,
        Confidence::Inferred => 0.8,
        Confidence::ByName => 0.5,
    }
}

fn reasons(signs: &Signs) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if let Some(Together { together, of, .. }) = signs.together {
        let is_hidden = signs.dependant.is_none() && signs.dependency.is_none();
        if is_usual(together, of) {
            reasons.push(Reason::Companion { together, of, is_hidden });
        }
    }
    reasons.extend(signs.dependant.map(Reason::Uses));
    reasons.extend(signs.dependency.map(Reason::UsedBy));
    if signs.overlap > 0.0 {
        reasons.push(Reason::Copy { overlap: signs.overlap });
    } else if signs.similarity >= ALIKE {
        reasons.push(Reason::Alike { cosine: signs.similarity });
    }
    if signs.mentions {
        reasons.push(Reason::Mentions);
    }
    if reasons.is_empty() {
        reasons.push(weak_reason(signs));
    }
    reasons
}

/// What is left to say where no sign is strong.
fn weak_reason(signs: &Signs) -> Reason {
    match signs.together {
        Some(Together { together, of, .. }) if together > 0 => {
            let is_hidden = signs.dependant.is_none() && signs.dependency.is_none();
            Reason::Companion { together, of, is_hidden }
        }
        _ if signs.in_container || signs.in_file.is_some() => Reason::Near,
        Some(_) => Reason::CameTogether,
        None if signs.files_together == 0.0 => Reason::Alike { cosine: signs.similarity },
        None => Reason::FilesTogether { part: signs.files_together },
    }
}
