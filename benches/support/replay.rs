//! Past commits again: what each did to code, and which tests it touched. Never does: run a test.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::env;
use std::fmt;
use std::path::Path;
use std::process::Command;

use backstory_analysis::{Analysis, DefId, FileId, Graph, NodeId, Package, Source, has_tests};
use backstory_session::history::{CommittedFile, Repository, files_at};
use backstory_session::ide::impact;
use backstory_session::syntax::{Language, LocalKey};

/// How well tests were chosen.
#[derive(Default)]
pub struct Score {
    commits: usize,
    touched: usize,
    chosen: usize,
    /// Of the suite, by commit.
    shares: Vec<f64>,
    /// Of the touched tests, by commit.
    found: Vec<f64>,
}

impl Score {
    pub fn add(&mut self, other: Self) {
        self.commits += other.commits;
        self.touched += other.touched;
        self.chosen += other.chosen;
        self.shares.extend(other.shares);
        self.found.extend(other.found);
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shares = self.shares.clone();
        shares.sort_by(f64::total_cmp);
        let median = shares.get(shares.len() / 2).copied().unwrap_or_default();
        let mean = self.found.iter().sum::<f64>() / self.found.len().max(1) as f64;
        let whole = self.found.iter().filter(|&&found| found == 1.0).count();
        write!(
            f,
            "{} commits, {} of {} touched tests chosen ({:.1} %; {:.1} % by commit, all of them in {whole}), {:.1} % of the suite (median)",
            self.commits,
            self.chosen,
            self.touched,
            100.0 * self.chosen as f64 / self.touched.max(1) as f64,
            100.0 * mean,
            100.0 * median
        )
    }
}

pub fn is_source(path: &str) -> bool {
    path.rsplit('/').next() == Some("Cargo.toml") || Language::of_path(path).is_some()
}

/// An analysis of a commit's files.
pub fn analysis(files: Vec<CommittedFile>) -> Analysis {
    let mut sources = Vec::new();
    let mut packages = Vec::new();
    for CommittedFile { path, content } in files {
        let text = String::from_utf8_lossy(&content);
        match Language::of_path(&path) {
            Some(language) => sources.push(Source { path, language, text: text.into(), facts: None }),
            None => packages.extend(package(&path, &text)),
        }
    }
    Analysis::new(sources, packages)
}

/// The name in the `[package]` table, which is the library's where nobody says otherwise.
fn package(path: &str, manifest: &str) -> Option<Package> {
    let table = manifest.split("[package]").nth(1)?;
    let name = table.lines().find_map(|line| line.strip_prefix("name")?.split('"').nth(1))?;
    let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
    Some(Package { directory: directory.to_owned(), name: name.to_owned(), package: name.to_owned() })
}

/// Replays commits of a clone, newest first.
pub fn replay(clone: &Path, name: &str, count: usize) -> Score {
    let repository = Repository::discover(clone).unwrap().unwrap();
    let stride: usize = env::var("BACKSTORY_BENCH_STRIDE").map_or(3, |text| text.parse().unwrap());
    let show = env::var_os("BACKSTORY_BENCH_SHOW").is_some();
    let mut score = Score::default();
    for commit in candidates(clone).iter().step_by(stride) {
        if score.commits == count {
            break;
        }
        let Some(case) = case(&repository, commit) else { continue };
        let graph = super::graph(&case.analysis);
        let selection =
            impact::select(&case.analysis, &graph, &case.seeds(&graph), &impact::Choice::default());
        let chosen: HashSet<NodeId> = selection.chosen.iter().map(|it| it.test.function).collect();
        let touched: Vec<NodeId> =
            case.tests.iter().filter_map(|&id| graph.node_of(&case.analysis, id)).collect();
        let found = touched.iter().filter(|node| chosen.contains(node)).count();
        let share = selection.chosen.len() as f64 / selection.suite.max(1) as f64;
        score.commits += 1;
        score.touched += touched.len();
        score.chosen += found;
        score.shares.push(share);
        score.found.push(found as f64 / touched.len() as f64);
        if show {
            show_missed(&case, &graph, commit, &touched, &chosen, share);
        }
    }
    println!("{name}: {score}");
    score
}

fn show_missed(
    case: &Case,
    graph: &Graph,
    commit: &str,
    touched: &[NodeId],
    chosen: &HashSet<NodeId>,
    share: f64,
) {
    let named = |id: &DefId| backstory_analysis::symbol_key(&case.analysis, *id);
    let changed: Vec<String> = case.changed.iter().map(named).collect();
    println!("  {} share {share:.2} touched {} changed {}", &commit[..9], touched.len(), changed.join(" "));
    for &node in touched.iter().filter(|node| !chosen.contains(node)) {
        if let Some((file, Some(local))) = graph.symbol(node) {
            println!("      missed {}", named(&DefId { file, local }));
        }
    }
}

/// Commits that touch Python code and tests, newest first.
fn candidates(clone: &Path) -> Vec<String> {
    let mut git = Command::new("git");
    git.arg("-C").arg(clone).args([
        "log",
        "--no-merges",
        "--format=%x00%H",
        "--name-only",
        "HEAD",
        "--",
        "*.py",
    ]);
    let text = String::from_utf8(git.output().unwrap().stdout).unwrap();
    let mut found = Vec::new();
    for entry in text.split('\0').skip(1) {
        let mut lines = entry.lines().filter(|line| !line.is_empty());
        let hash = lines.next().unwrap();
        let (tests, code): (Vec<&str>, Vec<&str>) = lines.partition(|path| is_test(path));
        if !tests.is_empty() && !code.is_empty() && code.len() <= 30 {
            found.push(hash.to_owned());
        }
    }
    found
}

fn is_test(path: &str) -> bool {
    has_tests(path)
        || path.ends_with("conftest.py")
        || path.split('/').any(|part| matches!(part, "test" | "tests" | "docs" | "doc"))
}

/// One commit.
struct Case {
    analysis: Analysis,
    changed: Vec<DefId>,
    /// Files in which code outside of any definition has changed.
    files: Vec<FileId>,
    tests: Vec<DefId>,
}

impl Case {
    fn seeds(&self, graph: &Graph) -> Vec<NodeId> {
        let symbols = self.changed.iter().filter_map(|&id| graph.node_of(&self.analysis, id));
        let files = self.files.iter().filter_map(|&file| graph.node_of_file(file));
        symbols.chain(files).collect::<BTreeSet<_>>().into_iter().collect()
    }
}

/// A commit that changes more symbols or tests than this is a mass edit.
const GIANT: usize = 30;

/// What a commit did, where it did something to both code and tests.
fn case(repository: &Repository, commit: &str) -> Option<Case> {
    let read = |revision: &str| files_at(repository, revision, &is_source).ok();
    let before: HashMap<String, Vec<u8>> =
        read(&format!("{commit}^"))?.into_iter().map(|file| (file.path, file.content)).collect();
    let after = read(commit)?;
    let changed_paths: Vec<String> = after
        .iter()
        .filter(|file| file.path.ends_with(".py") && before.get(&file.path) != Some(&file.content))
        .map(|file| file.path.clone())
        .collect();
    let old: Vec<CommittedFile> = changed_paths
        .iter()
        .filter_map(|path| Some(CommittedFile { path: path.clone(), content: before.get(path)?.clone() }))
        .collect();
    let (old, analysis) = (self::analysis(old), self::analysis(after));
    let mut case = Case { analysis, changed: Vec::new(), files: Vec::new(), tests: Vec::new() };
    for path in &changed_paths {
        let file = case.analysis.file(path)?;
        let (changed, has_rest) = changed_in(&case.analysis, file, &old);
        if is_test(path) {
            let is_test = |id: &DefId| case.analysis.definition(*id).name.starts_with("test");
            case.tests.extend(changed.into_iter().filter(is_test).filter(|_| has_tests(path)));
        } else {
            case.changed.extend(changed);
            case.files.extend(has_rest.then_some(file));
        }
    }
    let has_both = !case.tests.is_empty() && !case.changed.is_empty();
    let is_giant = case.tests.len() > GIANT || case.changed.len() > GIANT;
    (has_both && !is_giant).then_some(case)
}

/// The innermost definitions of a file that are new or have another text than before, and whether anything outside of all has.
fn changed_in(analysis: &Analysis, file: FileId, old: &Analysis) -> (Vec<DefId>, bool) {
    let texts = |analysis: &Analysis, file: FileId| -> HashMap<LocalKey, String> {
        let outline = analysis.outline(file);
        let text = |local| own_text(analysis, DefId { file, local });
        outline.ids().map(|local| (outline.key(local), text(local))).collect()
    };
    let before = old.file(analysis.path(file));
    let known = before.map(|file| texts(old, file)).unwrap_or_default();
    let outline = analysis.outline(file);
    let ids = outline.ids().map(|local| DefId { file, local });
    let is_changed = |id: &DefId| known.get(&outline.key(id.local)) != Some(&own_text(analysis, *id));
    let changed: Vec<DefId> = ids.filter(is_changed).collect();
    let rest = |analysis: &Analysis, file| rest_of(analysis, file);
    let has_rest = before.is_none_or(|before| rest(old, before) != rest(analysis, file));
    (changed, has_rest)
}

/// A definition's text without its documentation and the definitions in it.
fn own_text(analysis: &Analysis, id: DefId) -> String {
    let spans = analysis.spans(id.file);
    let whole = spans.definitions[id.local.index()].full;
    let outline = analysis.outline(id.file);
    let inner = outline.ids().filter(|&other| outline.definition(other).parent == Some(id.local));
    let inner = inner.map(|local| spans.definitions[local.index()].full);
    let mut inner: Vec<(u32, u32)> =
        inner.chain(spans.definitions[id.local.index()].docs).map(|span| (span.start, span.end)).collect();
    inner.sort_unstable();
    without(analysis.text(id.file), whole.start, whole.end, inner.into_iter())
}

fn rest_of(analysis: &Analysis, file: FileId) -> String {
    let spans = analysis.spans(file);
    let outer = analysis
        .outline(file)
        .ids()
        .filter(|&local| analysis.outline(file).definition(local).parent.is_none());
    let text = analysis.text(file);
    without(
        text,
        0,
        text.len() as u32,
        outer.map(|local| spans.definitions[local.index()].full).map(|span| (span.start, span.end)),
    )
}

fn without(text: &str, start: u32, end: u32, inner: impl Iterator<Item = (u32, u32)>) -> String {
    let mut at = start;
    let mut kept = String::new();
    for (from, to) in inner.filter(|&(from, to)| start <= from && to <= end) {
        if from >= at {
            kept.push_str(&text[at as usize..from as usize]);
            at = to;
        }
    }
    kept.push_str(&text[at as usize..end as usize]);
    // What a formatter decides is no change.
    kept.retain(|c| !c.is_whitespace() && !matches!(c, '"' | '\'' | ',' | '(' | ')'));
    kept
}
