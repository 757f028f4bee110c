//! Who knows a symbol: those who wrote much of it, not long ago. Never does: look people up.

use std::collections::HashMap;

use backstory_history::Change;
use serde::Serialize;

/// At most so many people are named.
const NAMED: usize = 3;

/// Someone's part in it counts half as much after so many seconds: two years.
const HALF_LIFE: f64 = 2.0 * 365.25 * 86400.0;

/// The part of a co-author in a change.
const CO_AUTHOR: f64 = 0.5;

/// Someone to ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Knows {
    pub name: String,
    /// How many changes of the symbol they wrote, alone or with others.
    pub changes: usize,
    /// The day of the last one, `YYYY-MM-DD`.
    pub last: String,
    /// Full hash of the last one.
    pub commit: String,
}

/// Those who are likeliest to know, best first. Each change counts by the logarithm of its lines, and less the older it is beside the
/// newest one; programs are nobody, and neither do changes of documentation, style or formatting count.
pub fn people(changes: &[Change]) -> Vec<Knows> {
    let newest = changes.iter().map(|change| change.commit.time).max().unwrap_or(0);
    let mut known: HashMap<&str, (f64, Knows)> = HashMap::new();
    for change in changes.iter().filter(|change| !change.hidden()) {
        let commit = &change.commit;
        let lines = f64::from(change.lines_added + change.lines_removed);
        let age = (newest - commit.time).max(0) as f64;
        let part = (1.0 + lines).ln_1p() * 0.5_f64.powf(age / HALF_LIFE);
        let authors = [(&commit.author, 1.0)]
            .into_iter()
            .chain(commit.co_authors.iter().map(|person| (person, CO_AUTHOR)));
        for (person, share) in authors.filter(|(person, _)| !person.bot && !person.name.is_empty()) {
            let (weight, knows) = known.entry(&person.name).or_insert_with(|| {
                let (name, last) = (person.name.clone(), commit.date());
                (0.0, Knows { name, changes: 0, last, commit: commit.id.clone() })
            });
            *weight += part * share;
            knows.changes += 1;
        }
    }
    let mut ranked: Vec<(f64, Knows)> = known.into_values().collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.name.cmp(&b.1.name)));
    ranked.truncate(NAMED);
    ranked.into_iter().map(|(_, knows)| knows).collect()
}
