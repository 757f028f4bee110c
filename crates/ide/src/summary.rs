//! The history of a symbol in one breath: when it came, how often it changed, who knows it. Never does: read history, or wording.

use std::collections::HashMap;

use backstory_history::{Change, ChangeKind, Commit, Lineage};
use serde::{Deserialize, Serialize};

/// What a hover or a lens says of a symbol's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Absent where known history ends before the symbol's origin.
    pub introduced: Option<Moment>,
    /// How many later commits changed more than documentation, style or formatting.
    pub changes: usize,
    /// Everyone who introduced or changed it, most changes first.
    pub authors: Vec<String>,
    /// The newest change that counts; absent where there is none but the introduction.
    pub last: Option<Moment>,
}

/// One commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// `YYYY-MM-DD` in the author's time zone.
    pub date: String,
    pub author: String,
    pub subject: String,
    /// The abbreviated hash.
    pub short: String,
}

impl Moment {
    /// The year, as four digits.
    pub fn year(&self) -> &str {
        self.date.split('-').next().unwrap_or(&self.date)
    }
}

/// Sums a lineage up; `None` where the symbol is not in the commit that was asked about.
pub fn summarize(lineage: &Lineage) -> Option<Summary> {
    if !lineage.found {
        return None;
    }
    let introduces = |change: &&Change| change.kinds.contains(&ChangeKind::Introduced);
    let later: Vec<&Change> =
        lineage.changes.iter().filter(|change| !change.hidden() && !introduces(change)).collect();
    Some(Summary {
        introduced: lineage.changes.iter().rev().find(introduces).map(moment),
        changes: later.len(),
        authors: authors(&lineage.changes),
        last: later.first().map(|change| moment(change)),
    })
}

fn moment(change: &Change) -> Moment {
    moment_of(&change.commit)
}

/// A commit as a moment of some history.
pub fn moment_of(commit: &Commit) -> Moment {
    Moment {
        date: commit.date(),
        author: commit.author.name.clone(),
        subject: commit.subject.clone(),
        short: commit.short().to_owned(),
    }
}

fn authors(changes: &[Change]) -> Vec<String> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for change in changes.iter().filter(|change| !change.hidden()) {
        *counts.entry(&change.commit.author.name).or_default() += 1;
    }
    let mut authors: Vec<(&str, usize)> = counts.into_iter().collect();
    authors.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    authors.into_iter().map(|(name, _)| name.to_owned()).collect()
}
