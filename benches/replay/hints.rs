//! How often the hint "usually changes with" would have been right: x was edited, y is its usual companion; did the commit change y as
//! well? Never does: learn from what comes after the split.

use std::collections::BTreeSet;

use backstory_session::history::{Bounds, LogSymbol, Touched};

use crate::eras::Era;

/// Support and confidence of the bars that are tried.
const BARS: [(u32, f64); 6] = [(3, 0.6), (5, 0.6), (5, 0.7), (5, 0.8), (7, 0.8), (5, 0.9)];

pub fn print(era: &Era) {
    let now = era.log.newest();
    let commits: Vec<Vec<(LogSymbol, Touched)>> = era.later().collect();
    for (support, confidence) in BARS {
        let (mut right, mut said, mut spoke) = (0, 0, 0);
        for symbols in &commits {
            let changed: BTreeSet<LogSymbol> = symbols.iter().map(|(symbol, _)| *symbol).collect();
            let edited = symbols.iter().filter(|(_, touched)| *touched == Touched::Edited);
            let mut hints = BTreeSet::new();
            for (symbol, _) in edited {
                let companions = era.log.companions(*symbol, &Bounds::default(), now);
                let usual = companions.iter().filter(|companion| {
                    companion.together >= support && companion.confidence() >= confidence
                });
                hints.extend(usual.map(|companion| (*symbol, companion.symbol)));
            }
            spoke += usize::from(!hints.is_empty());
            said += hints.len();
            right += hints.iter().filter(|(_, other)| changed.contains(other)).count();
        }
        println!(
            "hints from {support} times and {confidence}: {right} of {said} right, in {spoke} of {} commits",
            commits.len()
        );
    }
}
