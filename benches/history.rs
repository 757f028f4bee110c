//! Whether histories of symbols are right, and how soon they are known, beside `git log -L`.
//!
//! `cargo bench --bench history` needs clones of the repositories that the files under `benches/histories` name, in the directory
//! `BACKSTORY_BENCH_CLONES`, each called as the repository is (`tokio`). It compares what is found with the labels (see
//! `benches/histories/RULES.md`), and then times 30 random symbols of each clone with nothing but the touch index known.
//! `BACKSTORY_BENCH_ONLY=tokio,cargo` leaves the others out, `BACKSTORY_BENCH_SHOW=1` lists what differs, and
//! `BACKSTORY_BENCH_SYMBOLS=30` says how many are timed (0: none), and `BACKSTORY_BENCH_WHOLE=1` reads the histories of all symbols
//! besides. Never changes a clone, or the user's cache.

#[path = "support/figures.rs"]
#[allow(dead_code, reason = "other benches use the rest")]
mod figures;
#[path = "support/labels.rs"]
mod labels;

use std::collections::BTreeSet;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use backstory_fixture::Fixture;
use backstory_session::history::{Change, Historian, HistoryQuery, Lineage, Repository};
use backstory_session::store::{Store, size};
use backstory_session::syntax::{Language, LocalKey, parse};

use figures::{Processor, report};
use labels::{Labels, Symbol};

static GO_ON: AtomicBool = AtomicBool::new(false);

fn main() {
    let clones = env::var_os("BACKSTORY_BENCH_CLONES").map(PathBuf::from);
    let clones = clones.expect("BACKSTORY_BENCH_CLONES names the directory of the clones");
    let only = env::var("BACKSTORY_BENCH_ONLY").unwrap_or_default();
    let labels = labels::all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/histories"));
    let wanted = |labels: &&Labels| only.is_empty() || only.split(',').any(|name| name == labels.name());
    let (mut ours, mut gits) = (Score::default(), Score::default());
    for labels in labels.iter().filter(wanted) {
        let clone = clones.join(labels.name());
        let (mut own, mut git) = (Score::default(), Score::default());
        compare(&clone, labels, &mut own, &mut git);
        println!("{}\n  ours        {own}\n  git log -L  {git}", labels.repository);
        ours.add(&own);
        gits.add(&git);
    }
    println!("all\n  ours        {ours}\n  git log -L  {gits}");
    let symbols = env::var("BACKSTORY_BENCH_SYMBOLS").map_or(30, |count| count.parse().unwrap());
    for labels in labels.iter().filter(wanted).filter(|_| symbols > 0) {
        time(&clones.join(labels.name()), labels.name(), symbols);
    }
    if env::var_os("BACKSTORY_BENCH_WHOLE").is_some() {
        labels.iter().filter(wanted).for_each(|labels| whole(&clones.join(labels.name()), labels.name()));
    }
}

/// How many found commits are right.
#[derive(Default)]
struct Score {
    symbols: usize,
    exact: usize,
    introduced: usize,
    right: usize,
    wrong: usize,
    missed: usize,
    /// Of the right ones.
    kinds: usize,
}

impl Score {
    fn add(&mut self, other: &Self) {
        let Self { symbols, exact, introduced, right, wrong, missed, kinds } = other;
        self.symbols += symbols;
        self.exact += exact;
        self.introduced += introduced;
        self.right += right;
        self.wrong += wrong;
        self.missed += missed;
        self.kinds += kinds;
    }
}

impl std::fmt::Display for Score {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let share = |part: usize, of: usize| part as f64 / of.max(1) as f64;
        write!(
            f,
            "precision {:.3} recall {:.3} exact {}/{} introduced {}/{} kinds {:.3} ({} right, {} wrong, {} missed)",
            share(self.right, self.right + self.wrong),
            share(self.right, self.right + self.missed),
            self.exact,
            self.symbols,
            self.introduced,
            self.symbols,
            share(self.kinds, self.right),
            self.right,
            self.wrong,
            self.missed
        )
    }
}

fn open(clone: &Path) -> Repository {
    let found = Repository::discover(clone).unwrap();
    found.unwrap_or_else(|| panic!("{} is no repository: clone it there", clone.display()))
}

fn compare(clone: &Path, labels: &Labels, ours: &mut Score, git: &mut Score) {
    let repository = open(clone);
    repository.index_touches(&labels.at, &GO_ON, &mut |_, _| {}).unwrap();
    let mut historian = Historian::new(&repository).unwrap();
    for symbol in &labels.symbols {
        let bytes = repository.file_at(&labels.at, &symbol.path).unwrap().unwrap();
        let (key, lines) = at_line(&String::from_utf8_lossy(&bytes), &symbol.path, symbol.line);
        let query = HistoryQuery { path: symbol.path.clone(), key, at: labels.at.clone() };
        let lineage = historian.lineage(&query, &GO_ON, &mut |_| {}).unwrap();
        judge(symbol, &lineage, ours);
        judge_git(symbol, &log(clone, &labels.at, lines, &symbol.path), git);
    }
}

/// The symbol whose name stands in a line (from 1), and the lines of its text.
fn at_line(text: &str, path: &str, line: u32) -> (LocalKey, (usize, usize)) {
    let parsed = parse(text, Language::of_path(path).unwrap());
    let facts = parsed.facts(text);
    let number =
        |offset: u32| text.as_bytes()[..offset as usize].iter().filter(|&&byte| byte == b'\n').count() + 1;
    let is_here =
        |spans: &&backstory_session::syntax::DefinitionSpans| number(spans.name.start) == line as usize;
    let spans = facts.spans.definitions.iter().find(is_here);
    let spans = spans.unwrap_or_else(|| panic!("{path}:{line} declares nothing"));
    let index = facts.spans.definitions.iter().position(|other| other == spans).unwrap();
    let id = facts.outline.ids().nth(index).unwrap();
    (facts.outline.key(id), (number(spans.full.start), number(spans.full.end.saturating_sub(1))))
}

fn judge(symbol: &Symbol, lineage: &Lineage, score: &mut Score) {
    let show = env::var_os("BACKSTORY_BENCH_SHOW").is_some();
    let found: BTreeSet<&str> = lineage.changes.iter().map(|change| &change.commit.id[..12]).collect();
    let labelled: BTreeSet<&str> = symbol.changes.iter().map(|change| change.commit.as_str()).collect();
    count(score, &found, &labelled);
    let introduced = lineage.changes.iter().find(|change| has(change, "introduced"));
    let is_right = introduced.is_some_and(|change| symbol.introduced() == Some(&change.commit.id[..12]));
    score.introduced += usize::from(is_right);
    let mut lines = Vec::new();
    for change in &lineage.changes {
        let kinds: BTreeSet<&str> = change.kinds.iter().map(|kind| kind.as_str()).collect();
        let id = &change.commit.id[..12];
        match symbol.changes.iter().find(|label| label.commit == id) {
            Some(label) if comparable(&kinds) == comparable(&label.kinds()) => score.kinds += 1,
            Some(label) => lines.push(format!("    {id} kinds {kinds:?}, labelled {:?}", label.kinds())),
            None => lines.push(format!("    {id} wrong: {kinds:?} {} {}", change.path, change.key)),
        }
    }
    for label in symbol.changes.iter().filter(|label| !found.contains(label.commit.as_str())) {
        lines.push(format!("    {} missed: {:?}", label.commit, label.kinds()));
    }
    if show && !lines.is_empty() {
        println!("  {}:{} {}\n{}", symbol.path, symbol.line, symbol.name, lines.join("\n"));
    }
}

fn has(change: &Change, kind: &str) -> bool {
    change.kinds.iter().any(|known| known.as_str() == kind)
}

/// Kinds as they are compared: where code was added or taken away, nothing is said of its style.
fn comparable<'a>(kinds: &BTreeSet<&'a str>) -> BTreeSet<&'a str> {
    let minor = ["docs", "style", "formatting"];
    let has_code = kinds.iter().any(|kind| !minor.contains(kind));
    kinds.iter().copied().filter(|kind| !has_code || !["style", "formatting"].contains(kind)).collect()
}

fn judge_git(symbol: &Symbol, found: &[String], score: &mut Score) {
    let found: BTreeSet<&str> = found.iter().map(|id| &id[..12]).collect();
    let labelled = symbol.changes.iter().map(|change| change.commit.as_str()).collect();
    count(score, &found, &labelled);
    score.introduced += usize::from(symbol.introduced().is_some_and(|id| found.contains(id)));
}

fn count(score: &mut Score, found: &BTreeSet<&str>, labelled: &BTreeSet<&str>) {
    score.symbols += 1;
    score.exact += usize::from(found == labelled);
    score.right += found.intersection(labelled).count();
    score.wrong += found.difference(labelled).count();
    score.missed += labelled.difference(found).count();
}

fn log(clone: &Path, at: &str, (from, to): (usize, usize), path: &str) -> Vec<String> {
    let range = format!("{from},{to}:{path}");
    let output = Command::new("git")
        .arg("-C")
        .arg(clone)
        .args(["log", "-s", "--format=%H", "-L", &range, at])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

fn time(clone: &Path, name: &str, symbols: usize) {
    let scratch = Fixture::new("");
    let store = Store::open(&scratch.beside("cache")).unwrap();
    let head = open(clone).head().unwrap().commit.unwrap();
    let own = Processor::of(std::process::id());
    let (used, mut commits) = (own.used(), 0);
    open(clone).with_store(store.clone()).index_touches(&head, &GO_ON, &mut |_, all| commits = all).unwrap();
    println!(
        "{name}: touch index of {commits} commits: {:.2} s of processor time, {:.2} MB on disk",
        (own.used() - used).as_secs_f64(),
        size(&scratch.beside("cache")) as f64 / 1e6
    );
    // Without a store nothing but the index, in memory, is known.
    let repository = open(clone);
    repository.index_touches(&head, &GO_ON, &mut |_, _| {}).unwrap();
    let mut times = Times::default();
    for query in random_symbols(clone, &repository, &head, symbols) {
        times.measure(clone, &repository, &query);
    }
    times.report(name);
}

/// The lineage of every symbol, as `backstory index` does it.
fn whole(clone: &Path, name: &str) {
    let scratch = Fixture::new("");
    let repository = open(clone).with_store(Store::open(&scratch.beside("cache")).unwrap());
    let head = repository.head().unwrap().commit.unwrap();
    let own = Processor::of(std::process::id());
    let (used, began, mut symbols) = (own.used(), Instant::now(), 0);
    repository.index_touches(&head, &GO_ON, &mut |_, _| {}).unwrap();
    let mut historian = Historian::new(&repository).unwrap();
    for path in files(clone) {
        for key in historian.symbols_at(&head, &path).unwrap() {
            let query = HistoryQuery { path: path.clone(), key, at: head.clone() };
            historian.remembered(&query, &GO_ON).unwrap();
            symbols += 1;
        }
    }
    println!(
        "{name}: {symbols} symbols in {:.0} s, {:.0} s of processor time, peak memory {} MB, {:.0} MB on disk",
        began.elapsed().as_secs_f64(),
        (own.used() - used).as_secs_f64(),
        own.peak() >> 20,
        size(&scratch.beside("cache")) as f64 / 1e6
    );
}

#[derive(Default)]
struct Times {
    first: Vec<Duration>,
    cold: Vec<Duration>,
    warm: Vec<Duration>,
    git: Vec<Duration>,
}

impl Times {
    fn measure(&mut self, clone: &Path, repository: &Repository, query: &HistoryQuery) {
        repository.rest();
        let mut historian = Historian::new(repository).unwrap();
        let (began, mut first) = (Instant::now(), None);
        historian.lineage(query, &GO_ON, &mut |_| first = first.or_else(|| Some(began.elapsed()))).unwrap();
        let cold = began.elapsed();
        if env::var_os("BACKSTORY_BENCH_SHOW").is_some() && cold > Duration::from_millis(300) {
            println!("  {} {}: {} ms", query.path, query.key, cold.as_millis());
        }
        self.cold.push(cold);
        self.first.push(first.unwrap_or(cold));
        let began = Instant::now();
        historian.lineage(query, &GO_ON, &mut |_| {}).unwrap();
        self.warm.push(began.elapsed());
        let bytes = repository.file_at(&query.at, &query.path).unwrap().unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let facts = parse(&text, Language::of_path(&query.path).unwrap()).facts(&text);
        let id = facts.outline.find(&query.key).unwrap();
        let before = &text[..facts.spans.definitions[id.index()].name.start as usize];
        let line = before.matches('\n').count() + 1;
        let (_, lines) = at_line(&text, &query.path, line as u32);
        let began = Instant::now();
        log(clone, &query.at, lines, &query.path);
        self.git.push(began.elapsed());
    }

    fn report(self, name: &str) {
        report(&format!("{name}: first change, cold"), self.first);
        report(&format!("{name}: all changes, cold"), self.cold);
        report(&format!("{name}: all changes, warm"), self.warm);
        report(&format!("{name}: git log -L"), self.git);
    }
}

fn files(clone: &Path) -> Vec<String> {
    let listed =
        Command::new("git").arg("-C").arg(clone).args(["ls-files", "*.rs", "*.py"]).output().unwrap();
    String::from_utf8(listed.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// Symbols of random source files: first a file, so that large files don't crowd out the others.
fn random_symbols(clone: &Path, repository: &Repository, head: &str, count: usize) -> Vec<HistoryQuery> {
    let files = files(clone);
    let mut historian = Historian::new(repository).unwrap();
    let (mut state, mut queries) = (42_u64, Vec::new());
    let mut below = |limit: usize| {
        // Knuth's constants (MMIX).
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % limit
    };
    while queries.len() < count {
        let path = &files[below(files.len())];
        let keys = historian.symbols_at(head, path).unwrap();
        if keys.is_empty() {
            continue;
        }
        let key = keys[below(keys.len())].clone();
        queries.push(HistoryQuery { path: path.clone(), key, at: head.to_owned() });
    }
    queries
}
