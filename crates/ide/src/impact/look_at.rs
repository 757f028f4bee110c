//! What to look at when a symbol changes, as plain data and in words. Never does: gather or rank it.

use serde::Serialize;

use super::report::Impact;
use crate::explain::{Sentence, Source};
use crate::related::{ALIKE, Reason, is_usual};

/// The kind of a section of a document.
pub const DOCUMENT: &str = "document";

/// One thing to look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LookAt {
    /// That of the symbol; [`DOCUMENT`] for a section of a document.
    pub kind: &'static str,
    /// Of a section, the headings that it stands under, or the name of its file.
    pub key: String,
    pub path: String,
    /// 1-based line of the name, or of the beginning of the section.
    pub line: u32,
    /// The key of the symbol that the reasons are about: one of those that were asked about, or a part of it.
    pub of: String,
    /// The strongest first, never empty.
    pub reasons: Vec<Ground>,
}

/// A reason as it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Ground {
    /// It was edited in so many of so many edits of the symbol; hidden where neither uses the other.
    ChangedTogether {
        together: u32,
        of: u32,
        hidden: bool,
    },
    /// It uses the symbol, in so many places.
    Uses {
        confidence: &'static str,
        count: u32,
    },
    /// The symbol uses it.
    UsedBy {
        confidence: &'static str,
        count: u32,
    },
    /// So much of their code is the same.
    Copy {
        percent: u32,
    },
    /// What they are called, what they say and what is said of them is so much alike.
    Alike {
        percent: u32,
    },
    Mentions,
    /// It stands in the same file.
    Near,
    /// In such a part of the changes of the symbol's file, its file changed too.
    FilesTogether {
        percent: u32,
    },
}

impl Ground {
    /// `None` for what is a sign among others and by itself no reason to look anywhere.
    pub fn of(reason: Reason) -> Option<Self> {
        let percent = |part: f64| (part * 100.0).round() as u32;
        Some(match reason {
            Reason::Companion { together, of, is_hidden } => {
                Self::ChangedTogether { together, of, hidden: is_hidden }
            }
            Reason::Uses(edge) => Self::Uses { confidence: edge.confidence.as_str(), count: edge.count },
            Reason::UsedBy(edge) => Self::UsedBy { confidence: edge.confidence.as_str(), count: edge.count },
            Reason::Copy { overlap } => Self::Copy { percent: percent(overlap) },
            Reason::Alike { cosine } if cosine < ALIKE => return None,
            Reason::Alike { cosine } => Self::Alike { percent: percent(f64::from(cosine)) },
            Reason::Mentions => Self::Mentions,
            Reason::Near => Self::Near,
            Reason::CameTogether => return None,
            Reason::FilesTogether { part } => Self::FilesTogether { percent: percent(part) },
        })
    }

    fn words(self) -> String {
        let sure = |confidence: &str| match confidence {
            "exact" => String::new(),
            doubt => format!(" ({doubt})"),
        };
        match self {
            Self::ChangedTogether { together, of, hidden } => {
                let edits = if of == 1 { "edit" } else { "edits" };
                // What happened once may be chance.
                let is_coupled = hidden && is_usual(together, of);
                let coupling = if is_coupled { ", hidden coupling: neither uses the other" } else { "" };
                format!("changed in {together} of {of} {edits}{coupling}")
            }
            Self::Uses { confidence, .. } => format!("uses it{}", sure(confidence)),
            Self::UsedBy { confidence, .. } => format!("used by it{}", sure(confidence)),
            Self::Copy { percent } => format!("code {percent} % like it"),
            Self::Alike { percent } => format!("{percent} % alike"),
            Self::Mentions => "mentions it".to_owned(),
            Self::Near => "in the same file".to_owned(),
            Self::FilesTogether { percent } => {
                format!("its file changed in {percent} % of the changes of this one's")
            }
        }
    }
}

/// Why something is to be looked at, in words: `changed in 12 of 14 edits, uses it`. Where it is not about the one symbol that was asked about, the
/// symbol is named.
pub fn because(item: &LookAt, found: &Impact) -> String {
    let words: Vec<String> = item.reasons.iter().map(|reason| reason.words()).collect();
    let words = words.join(", ");
    match found.symbols.as_slice() {
        [only] if only.symbol.key == item.of => words,
        _ => format!("of {}: {words}", item.of.split_once(':').map_or(item.of.as_str(), |(_, key)| key)),
    }
}

/// A sentence with what it rests on: `"Threads were left behind." (abc1234)`.
pub fn said(sentence: &Sentence) -> String {
    let cited: Vec<String> = sentence.sources.iter().map(cited).collect();
    if cited.is_empty() { sentence.text.clone() } else { format!("{} ({})", sentence.text, cited.join(", ")) }
}

fn cited(source: &Source) -> String {
    let short = |commit: &str| commit.get(..7).unwrap_or(commit).to_owned();
    match source {
        Source::Commit { commit } => short(commit),
        Source::Discussion { reference, commit: Some(commit) } => {
            format!("{reference} in {}", short(commit))
        }
        Source::Discussion { reference, commit: None } => reference.clone(),
        Source::Text { path, line, commit: Some(commit) } => format!("{path}:{line}@{}", short(commit)),
        Source::Text { path, line, commit: None } => format!("{path}:{line}"),
    }
}
