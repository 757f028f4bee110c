//! A repository cut in two: what is learned from, and the commits after it that are asked about. Never does: foretell.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::AtomicBool;

use backstory_fixture::Fixture;
use backstory_session::history::{ChangeLog, LogFile, LogSymbol, Repository as Git, Touched, index_changes};
use backstory_session::store::Store;
use backstory_session::syntax::Language;
use backstory_train::Random;

static GO_ON: AtomicBool = AtomicBool::new(false);
const SEED: u64 = 1;
/// Commits that changed fewer or more symbols are not asked about.
const SIZES: std::ops::RangeInclusive<usize> = 2..=30;

/// A clone, all of whose commits are read.
pub struct Repository {
    pub name: String,
    pub git: Git,
    directory: String,
    /// The first parents of `HEAD`, newest first.
    mainline: Vec<String>,
    /// Lives as long as the cache is needed, where none was named.
    _scratch: Option<Fixture>,
}

impl Repository {
    pub fn open(tree: &Path, cache: Option<&Path>) -> Self {
        let directory = tree.display().to_string();
        let name = tree.file_name().map_or(directory.clone(), |name| name.to_string_lossy().into_owned());
        let scratch = cache.is_none().then(|| Fixture::new(""));
        let cache = match (&scratch, cache) {
            (Some(scratch), _) => scratch.beside("cache"),
            (None, cache) => cache.expect("there is a cache without a scratch directory").join(&name),
        };
        let git = Git::discover(tree).expect("a readable repository").expect("a repository");
        let git = git.with_store(Store::open(&cache).expect("a cache"));
        let head = git.head().expect("HEAD can be read").commit.expect("HEAD has a commit");
        let threads = NonZeroUsize::new(2).expect("two are some");
        index_changes(&git, &head, threads, &GO_ON, &|_| {}).expect("readable commits");
        let mainline = run(&directory, &["rev-list", "--first-parent", &head]);
        let mainline = mainline.lines().map(str::to_owned).collect();
        Self { name, git, directory, mainline, _scratch: scratch }
    }

    /// The first commit of the mainline that has so many percent of all commits behind it.
    pub fn split(&self, percent: usize) -> String {
        let behind = |commit: &str| -> usize {
            let count = run(&self.directory, &["rev-list", "--count", "--no-merges", commit]);
            count.trim().parse().expect("git counts in numbers")
        };
        let wanted = behind(&self.mainline[0]) * percent / 100;
        let last = self.mainline.partition_point(|commit| behind(commit) >= wanted);
        self.mainline[last.saturating_sub(1)].clone()
    }

    fn log(&self, at: &str, before: Option<ChangeLog>) -> ChangeLog {
        ChangeLog::read(&self.git, at, before, &GO_ON).expect("a readable history")
    }
}

fn run(directory: &str, arguments: &[&str]) -> String {
    let output = Command::new("git").arg("-C").arg(directory).args(arguments).output().expect("git runs");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What is known at a commit, and what came after it.
pub struct Era<'a> {
    pub repository: &'a Repository,
    pub at: String,
    pub log: ChangeLog,
    later: ChangeLog,
}

/// A later commit: one symbol that it edited, and what else it changed.
pub struct Query {
    pub symbol: LogSymbol,
    pub symbols: BTreeSet<LogSymbol>,
    pub files: BTreeSet<LogFile>,
}

impl<'a> Era<'a> {
    /// Up to a commit, or to `HEAD`.
    pub fn new(repository: &'a Repository, at: &str, until: Option<&str>) -> Self {
        let log = repository.log(at, None);
        let later = repository.log(until.unwrap_or(&repository.mainline[0]), Some(log.clone()));
        assert!(later.commits().len() > log.commits().len(), "nothing came after {at}");
        Self { repository, at: at.to_owned(), log, later }
    }

    pub fn learned(&self) -> usize {
        self.log.commits().len()
    }

    /// The later commits with the symbols that they edited or deleted, of those that are known; none that are noise.
    pub fn later(&self) -> impl Iterator<Item = Vec<(LogSymbol, Touched)>> {
        self.later.commits()[self.learned()..]
            .iter()
            .filter(|commit| !commit.is_ignored && !commit.is_giant)
            .map(|commit| {
                let known = |&(symbol, touched): &(LogSymbol, Touched)| {
                    (symbol.0 as usize) < self.log.symbol_count()
                        && self.log.is_here(symbol)
                        && touched != Touched::Introduced
                };
                commit.symbols().filter(known).collect()
            })
    }

    /// Some of the later commits, drawn by a fixed seed.
    pub fn queries(&self, most: usize) -> Vec<Query> {
        let mut random = Random::new(SEED);
        let mut commits: Vec<_> = self.later().filter(|symbols| SIZES.contains(&symbols.len())).collect();
        random.shuffle(&mut commits);
        commits.truncate(most);
        commits.iter().filter_map(|symbols| self.query(symbols, &mut random)).collect()
    }

    fn query(&self, symbols: &[(LogSymbol, Touched)], random: &mut Random) -> Option<Query> {
        let edited: Vec<LogSymbol> = symbols
            .iter()
            .filter(|(_, touched)| *touched == Touched::Edited)
            .map(|(symbol, _)| *symbol)
            .collect();
        if edited.is_empty() {
            return None;
        }
        let symbol = edited[random.below(edited.len())];
        let others: BTreeSet<LogSymbol> =
            symbols.iter().map(|(other, _)| *other).filter(|other| *other != symbol).collect();
        let own = self.file(symbol);
        let files = others.iter().filter_map(|&other| self.file(other)).filter(|file| Some(*file) != own);
        Some(Query { symbol, files: files.collect(), symbols: others })
    }

    /// The file of a symbol at the split.
    pub fn file(&self, symbol: LogSymbol) -> Option<LogFile> {
        self.log.file_at(&self.log.place(symbol).0.path)
    }

    /// Whether files of this kind have symbols.
    pub fn is_source(&self, file: LogFile) -> bool {
        Language::of_path(self.log.path(file).0).is_some()
    }
}
