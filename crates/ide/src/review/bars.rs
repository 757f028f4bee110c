//! The bars that a finding has to pass. Never does: gather what is held to them.

use std::collections::HashMap;
use std::hash::Hash;

use backstory_history::{Change, ChangeKind};

/// A companion is missed from so many common edits on, and from this part of the symbol's edits.
const TOGETHER: u32 = 5;
const CONFIDENCE: f64 = 0.6;

/// From this part of common code on two symbols are copies of one another.
pub const ALIKE: f64 = 0.8;

/// Code of fewer tokens is alike by chance.
pub const CLONE_TOKENS: usize = 40;

/// Documentation is behind from so many changes of the body on, or of the signature.
const BODIES: u32 = 5;
const SIGNATURES: u32 = 2;

/// Whether so many common edits, of so many in all, make a habit that a change without them breaks.
pub fn is_forgotten(together: u32, of: u32) -> bool {
    together >= TOGETHER && f64::from(together) >= f64::from(of) * CONFIDENCE
}

/// What became of code since its documentation was written.
#[derive(Clone, Debug, Default)]
pub struct Habit<'a> {
    /// The change that wrote the documentation; `None` where known history ends before it.
    pub written: Option<&'a Change>,
    pub bodies: u32,
    pub signatures: u32,
}

impl<'a> Habit<'a> {
    /// From the changes of a symbol, newest first.
    pub fn of(changes: &'a [Change]) -> Self {
        let writes = |change: &&Change| {
            change.kinds.iter().any(|kind| matches!(kind, ChangeKind::Docs | ChangeKind::Introduced))
        };
        let written = changes.iter().position(|change| writes(&change));
        let later = &changes[..written.unwrap_or(changes.len())];
        let count =
            |kind: ChangeKind| later.iter().filter(|it| it.kinds.contains(&kind) && !it.hidden()).count();
        Self {
            written: written.map(|at| &changes[at]),
            bodies: count(ChangeKind::Body) as u32,
            signatures: count(ChangeKind::Signature) as u32,
        }
    }
}

/// Whether documentation that so many changes left as it was is worth a look.
pub fn is_stale(bodies: u32, signatures: u32) -> bool {
    bodies >= BODIES || signatures >= SIGNATURES
}

/// How much of two sequences of tokens is the same, 0 to 1: the Dice coefficient of their pairs of neighbours, each counted as often as it stands.
pub fn overlap<T: Eq + Hash>(one: &[T], other: &[T]) -> f64 {
    let mut pairs: HashMap<(&T, &T), i64> = HashMap::new();
    one.windows(2).for_each(|pair| *pairs.entry((&pair[0], &pair[1])).or_default() += 1);
    let mut common = 0;
    for pair in other.windows(2) {
        if let Some(left) = pairs.get_mut(&(&pair[0], &pair[1])).filter(|left| **left > 0) {
            *left -= 1;
            common += 1;
        }
    }
    let all = one.len().saturating_sub(1) + other.len().saturating_sub(1);
    if all == 0 { 0.0 } else { 2.0 * f64::from(common) / all as f64 }
}
