//! Symbols that had to be mended again and again. Never does: compute a score, or say which commit broke something: messages say what was
//! mended and what was reverted, and that is all that is claimed.

use super::{ChangeLog, LogSymbol, Touched};

/// Fewer repairs and reverts are everyday life.
const LEAST: usize = 2;

/// A commit that changed more symbols says little about one of them.
const LARGE: usize = 30;

/// What is recent, in seconds before the newest commit: a year.
const RECENT: i64 = 365 * 86_400;

/// A symbol whose repairs come back, with the commits that say so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Risk {
    pub symbol: LogSymbol,
    /// Commits that edited it and whose messages say that they mend something, by their places in the log, oldest first.
    pub repairs: Vec<u32>,
    /// Commits that changed it and were reverted, each with the commit that says so.
    pub reverts: Vec<(u32, u32)>,
    /// How many of the repairs and reverts are of the last year before the newest commit.
    pub recent: usize,
    /// When the last of them was authored, in seconds since 1970-01-01T00:00:00Z.
    pub last: i64,
}

impl ChangeLog {
    /// The symbols that are still there and were mended or reverted at least twice: those with most of that in the last year first, then those
    /// with most of it at all, then those where it is the least long ago.
    pub fn risks(&self) -> Vec<Risk> {
        let newest = self.newest();
        let symbols = (0..self.symbol_count() as u32).map(LogSymbol);
        let present = symbols.filter(|symbol| self.is_here(*symbol));
        let mut risks: Vec<Risk> = present.filter_map(|symbol| self.risk(symbol, newest)).collect();
        risks.sort_by(|a, b| {
            let all = |risk: &Risk| risk.repairs.len() + risk.reverts.len();
            (b.recent, all(b), b.last).cmp(&(a.recent, all(a), a.last)).then(a.symbol.cmp(&b.symbol))
        });
        risks
    }

    fn risk(&self, symbol: LogSymbol, newest: i64) -> Option<Risk> {
        let (mut repairs, mut reverts, mut times) = (Vec::new(), Vec::new(), Vec::new());
        for &position in self.commits_of(symbol) {
            let commit = &self.commits[position as usize];
            let is_edit = self.touched(commit, symbol) == Some(Touched::Edited);
            if commit.is_ignored || commit.symbols.len() > LARGE {
                continue;
            }
            if let Some(by) = commit.reverted_by.filter(|&by| self.touches(by, symbol)) {
                reverts.push((position, by));
                times.push(self.commits[by as usize].time);
            } else if is_edit && commit.is_repair {
                repairs.push(position);
                times.push(commit.time);
            }
        }
        let recent = times.iter().filter(|&&time| newest - time <= RECENT).count();
        let last = times.iter().copied().max()?;
        (times.len() >= LEAST).then_some(Risk { symbol, repairs, reverts, recent, last })
    }

    fn touched(&self, commit: &super::LoggedCommit, symbol: LogSymbol) -> Option<Touched> {
        let at = commit.symbols.binary_search_by_key(&symbol.0, |&(symbol, _)| symbol).ok()?;
        Some(commit.symbols[at].1)
    }

    fn touches(&self, position: u32, symbol: LogSymbol) -> bool {
        self.touched(&self.commits[position as usize], symbol).is_some()
    }
}
