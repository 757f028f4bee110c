//! What usually changes with a symbol or a file, by how often it did. Never does: guess a reason, or look at code.
//!
//! The measures are those of association rules between changes (Zimmermann, Weißgerber, Diehl, Zeller: Mining version histories to guide
//! software changes, ICSE 2004): *support* is how many commits changed both, *confidence* the part of the changes of the one in which
//! the other changed too. The order is by *weight*: each commit that changed both counts e^(-age / [`Bounds::days`]), as newer tools
//! have it, divided by a power of how much it changed besides, since a commit of two symbols says more about them than one of thirty.

use std::collections::HashMap;

use super::{ChangeLog, LogFile, LogSymbol, LoggedCommit, Touched};

const DAY: f64 = 86_400.0;

/// What counts as having changed together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// Commits that changed more symbols are no evidence.
    pub symbols: usize,
    /// Commits that changed more files are no evidence, for files.
    pub files: usize,
    /// The age in days at which a commit counts 1/e of a new one.
    pub days: f64,
    /// The power of the number of other symbols or files in the commit by which its weight is divided; 0 for none.
    pub dilution: f64,
    /// What a commit that introduced one of the two counts, where one that edited both counts 1.
    pub introduced: f64,
}

/// Measured by `BACKSTORY_REPLAY_SWEEP=1 cargo bench --bench replay`, on the commits between 60 % and 80 % of six histories. The 30 entities of ROSE and the
/// 180 days of newer tools find less: what is old still tells, and the best bound is flat between 50 and 100 symbols, the lower one being the
/// cheaper.
impl Default for Bounds {
    fn default() -> Self {
        Self { symbols: 50, files: 30, days: 1000.0, dilution: 0.5, introduced: 0.5 }
    }
}

/// A symbol that changed together with another one.
#[derive(Clone, Debug, PartialEq)]
pub struct Companion {
    pub symbol: LogSymbol,
    /// Support: commits that edited both.
    pub together: u32,
    /// How often the symbol that was asked about was edited since this one exists; never less than `together`.
    pub of: u32,
    /// Orders companions of one symbol, see the module; means nothing by itself.
    pub weight: f64,
    /// The commits that edited both or introduced one of them, by their places in the log, newest last. Never empty.
    pub commits: Vec<u32>,
}

impl Companion {
    /// The part of the edits of the symbol asked about in which this one was edited too, from 0 to 1.
    pub fn confidence(&self) -> f64 {
        f64::from(self.together) / f64::from(self.of.max(1))
    }
}

/// A file that changed together with another one.
#[derive(Clone, Debug, PartialEq)]
pub struct FileCompanion {
    pub file: LogFile,
    /// Support: commits that changed both.
    pub together: u32,
    /// How often the file that was asked about was changed since this one exists.
    pub of: u32,
    pub weight: f64,
    /// Their places in the log, newest last.
    pub commits: Vec<u32>,
}

impl FileCompanion {
    /// As [`Companion::confidence`].
    pub fn confidence(&self) -> f64 {
        f64::from(self.together) / f64::from(self.of.max(1))
    }
}

/// What is counted for one companion.
#[derive(Default)]
struct Count {
    together: u32,
    weight: f64,
    commits: Vec<u32>,
}

impl ChangeLog {
    /// When the newest commit was authored, in seconds since 1970-01-01T00:00:00Z: ages are counted from there, so that an answer
    /// depends on nothing but the commits.
    pub fn newest(&self) -> i64 {
        self.commits.iter().map(|commit| commit.time).max().unwrap_or_default()
    }

    /// The symbols that are still there and changed together with one, by weight. `now` is the time that ages are counted from.
    pub fn companions(&self, symbol: LogSymbol, bounds: &Bounds, now: i64) -> Vec<Companion> {
        let mut counts: HashMap<u32, Count> = HashMap::new();
        let mut edits = Vec::new();
        for &position in self.commits_of(symbol) {
            let commit = &self.commits[position as usize];
            let size = commit.symbols.len();
            let own = commit.symbols.binary_search_by_key(&symbol.0, |&(symbol, _)| symbol);
            let Some(own) = own.ok().map(|at| commit.symbols[at].1).filter(|own| *own != Touched::Deleted)
            else {
                continue;
            };
            if !is_evidence(commit) || size > bounds.symbols {
                continue;
            }
            if own == Touched::Edited {
                edits.push(position);
            }
            let weight = weight(commit, size, bounds, now);
            let others =
                commit.symbols.iter().filter(|(other, how)| *other != symbol.0 && *how != Touched::Deleted);
            for &(other, how) in others {
                let are_edited = own == Touched::Edited && how == Touched::Edited;
                let count = counts.entry(other).or_default();
                count.together += u32::from(are_edited);
                count.weight += if are_edited { weight } else { weight * bounds.introduced };
                count.commits.push(position);
            }
        }
        let present = counts.into_iter().filter(|(other, _)| self.is_here(LogSymbol(*other)));
        let mut companions: Vec<Companion> = present
            .map(|(other, Count { together, weight, commits })| {
                let of = since(&edits, self.commits_of(LogSymbol(other))).max(together);
                Companion { symbol: LogSymbol(other), together, of, weight, commits }
            })
            .collect();
        companions.sort_by(|a, b| {
            b.weight.total_cmp(&a.weight).then(b.together.cmp(&a.together)).then(a.symbol.cmp(&b.symbol))
        });
        companions
    }

    /// The last commit that edited a symbol and its companion; where none did, the last that introduced one of them.
    pub fn last_together(&self, symbol: LogSymbol, companion: &Companion) -> Option<&LoggedCommit> {
        let commits = || companion.commits.iter().rev().filter_map(|&at| self.commits.get(at as usize));
        let edits_both = |commit: &&LoggedCommit| {
            let edits = commit.symbols().filter(|(_, how)| *how == Touched::Edited);
            edits.filter(|(edited, _)| [symbol, companion.symbol].contains(edited)).count() == 2
        };
        commits().find(edits_both).or_else(|| commits().next())
    }

    /// The commits within bounds that edited a symbol, by their places in the log, oldest first.
    pub fn edits(&self, symbol: LogSymbol, bounds: &Bounds) -> Vec<u32> {
        let is_edit = |&position: &u32| {
            let commit = &self.commits[position as usize];
            let own = commit.symbols.binary_search_by_key(&symbol.0, |&(symbol, _)| symbol);
            is_evidence(commit)
                && commit.symbols.len() <= bounds.symbols
                && own.is_ok_and(|at| commit.symbols[at].1 == Touched::Edited)
        };
        self.commits_of(symbol).iter().copied().filter(is_edit).collect()
    }

    /// How much a symbol changes at all: its commits within bounds, each counted e^(-age / [`Bounds::days`]).
    pub fn activity(&self, symbol: LogSymbol, bounds: &Bounds, now: i64) -> f64 {
        let commits = self.commits_of(symbol).iter().map(|&position| &self.commits[position as usize]);
        let within = commits.filter(|commit| is_evidence(commit) && commit.symbols.len() <= bounds.symbols);
        within.map(|commit| decay(commit, bounds, now)).sum()
    }

    /// The files that are still there and changed together with one, source files or not, by weight.
    pub fn file_companions(&self, file: LogFile, bounds: &Bounds, now: i64) -> Vec<FileCompanion> {
        let mut counts: HashMap<u32, Count> = HashMap::new();
        let mut edits = Vec::new();
        for &position in self.commits_of_file(file) {
            let commit = &self.commits[position as usize];
            let size = commit.files.len();
            if !is_evidence(commit) || size > bounds.files {
                continue;
            }
            edits.push(position);
            let weight = weight(commit, size, bounds, now);
            for &other in commit.files.iter().filter(|&&other| other != file.0) {
                let count = counts.entry(other).or_default();
                count.together += 1;
                count.weight += weight;
                count.commits.push(position);
            }
        }
        let present = counts.into_iter().filter(|(other, _)| self.path(LogFile(*other)).1);
        let mut companions: Vec<FileCompanion> = present
            .map(|(other, Count { together, weight, commits })| {
                let of = since(&edits, self.commits_of_file(LogFile(other))).max(together);
                FileCompanion { file: LogFile(other), together, of, weight, commits }
            })
            .collect();
        companions.sort_by(|a, b| {
            b.weight.total_cmp(&a.weight).then(b.together.cmp(&a.together)).then(a.file.cmp(&b.file))
        });
        companions
    }
}

fn is_evidence(commit: &LoggedCommit) -> bool {
    !commit.is_ignored && !commit.is_giant
}

/// What a commit that changed so many symbols or files says about two of them.
fn weight(commit: &LoggedCommit, size: usize, bounds: &Bounds, now: i64) -> f64 {
    let others = size.saturating_sub(1).max(1) as f64;
    decay(commit, bounds, now) / others.powf(bounds.dilution)
}

fn decay(commit: &LoggedCommit, bounds: &Bounds, now: i64) -> f64 {
    let age = (now - commit.time).max(0) as f64 / DAY;
    (-age / bounds.days).exp()
}

/// How many of the edits were made since the first commit that knew the other one. Both lists are in order.
fn since(edits: &[u32], other: &[u32]) -> u32 {
    let first = other.first().copied().unwrap_or_default();
    (edits.len() - edits.partition_point(|&edit| edit < first)) as u32
}
