//! What tells from places and words whether a test is about a change. Never does: follow dependences of code.

use std::collections::{HashMap, HashSet};

use backstory_analysis::{Analysis, FileId, Graph, NodeId};
use backstory_syntax::{DefinitionKind, LocalId};

use super::seeds::files_of;
use super::tests::Test;
use super::words::{Words, words_of};

/// How likely each test is about the change.
pub(super) struct Likely {
    /// In the order of the suite; of no unit.
    pub scores: Vec<f64>,
}

/// How much the words of names count, those of code, a file that is called as the changed one, and an import of it.
const NAMES: f64 = 1.0;
const CODE: f64 = 0.5;
const CALLED_ALIKE: f64 = 4.0;
const IMPORTS: f64 = 2.0;

impl Likely {
    pub(super) fn of(analysis: &Analysis, graph: &Graph, seeds: &[NodeId], suite: &[Test]) -> Self {
        let changed = files_of(graph, seeds);
        let mut words = Words::default();
        let tests: Vec<Said> = suite.iter().map(|&test| said_by(analysis, graph, &mut words, test)).collect();
        let change = seeds
            .iter()
            .fold(Said::default(), |all, &seed| all.with(said(analysis, graph, &mut words, seed)));
        let rarity = Rarity::of(&tests, words.len());
        let stems: HashSet<String> = changed.iter().map(|&file| stem(analysis.path(file))).collect();
        let imports = importing(analysis, graph, &changed);
        let place = |test: &Test| {
            let Some((file, _)) = graph.symbol(test.suite.unwrap_or(test.function)) else { return 0.0 };
            let near = imports.get(&file).map_or(0.0, |&distance| IMPORTS / f64::from(distance.max(1)));
            let is_alike = stems.contains(&stem(analysis.path(file)));
            near + if is_alike { CALLED_ALIKE } else { 0.0 }
        };
        let scores = suite.iter().zip(&tests).map(|(test, said)| place(test) + rarity.shared(&change, said));
        Self { scores: scores.collect() }
    }
}

/// The words of names and paths, and those of code, sorted.
#[derive(Clone, Debug, Default)]
struct Said {
    names: Vec<u32>,
    code: Vec<u32>,
}

impl Said {
    fn with(mut self, other: Self) -> Self {
        self.names.extend(other.names);
        self.code.extend(other.code);
        self.sorted()
    }

    fn sorted(mut self) -> Self {
        for words in [&mut self.names, &mut self.code] {
            words.sort_unstable();
            words.dedup();
        }
        self
    }
}

/// How much words say, by their numbers: the natural logarithm of one part of the tests having them (Spärck Jones 1972).
struct Rarity {
    names: Vec<f64>,
    code: Vec<f64>,
}

impl Rarity {
    fn of(tests: &[Said], words: usize) -> Self {
        let count = |of: fn(&Said) -> &[u32]| {
            let mut having = vec![0u32; words];
            tests.iter().flat_map(of).for_each(|&word| having[word as usize] += 1);
            let says = |having: u32| ((tests.len() as f64 + 1.0) / (f64::from(having) + 1.0)).ln();
            having.into_iter().map(says).collect()
        };
        Self { names: count(|said| &said.names), code: count(|said| &said.code) }
    }

    fn shared(&self, change: &Said, test: &Said) -> f64 {
        let sum = |a: &[u32], b: &[u32], says: &[f64]| -> f64 {
            let in_both = |word: &&u32| b.binary_search(word).is_ok();
            a.iter().filter(in_both).map(|&word| says[word as usize]).sum()
        };
        // A long test has many words whatever it is about.
        let long = (test.code.len() as f64 + 20.0).ln();
        NAMES * sum(&change.names, &test.names, &self.names)
            + CODE * sum(&change.names, &test.code, &self.code)
            + CODE * sum(&change.code, &test.code, &self.code) / long
    }
}

fn said_by(analysis: &Analysis, graph: &Graph, words: &mut Words, test: Test) -> Said {
    let own = said(analysis, graph, words, test.function);
    match test.suite {
        Some(suite) => {
            let names = said(analysis, graph, words, suite).names;
            own.with(Said { names, code: Vec::new() })
        }
        None => own,
    }
}

/// The words in a symbol's name, in those around it and in its file's path, and those of its text.
fn said(analysis: &Analysis, graph: &Graph, words: &mut Words, node: NodeId) -> Said {
    let Some((file, local)) = graph.symbol(node) else { return Said::default() };
    let outline = analysis.outline(file);
    let mut said = Said::default();
    let mut name = |name: &str, said: &mut Said| words_of(name, |word| said.names.push(words.number(word)));
    name(analysis.path(file), &mut said);
    for local in std::iter::successors(local, |&at: &LocalId| outline.definition(at).parent) {
        let definition = outline.definition(local);
        if definition.kind != DefinitionKind::Impl {
            name(&definition.name, &mut said);
        }
    }
    if let Some(local) = local {
        let full = analysis.spans(file).definitions[local.index()].full;
        words_of(full.of(analysis.text(file)), |word| said.code.push(words.number(word)));
    }
    said.sorted()
}

/// Files by the fewest imports from them to one of the changed ones.
fn importing(analysis: &Analysis, graph: &Graph, changed: &[FileId]) -> HashMap<FileId, u32> {
    let mut importers: HashMap<FileId, Vec<FileId>> = HashMap::new();
    for file in analysis.files() {
        for &target in graph.imports_of(file) {
            importers.entry(target).or_default().push(file);
        }
    }
    let mut found: HashMap<FileId, u32> = changed.iter().map(|&file| (file, 0)).collect();
    let mut level = changed.to_vec();
    let mut distance = 0;
    while !level.is_empty() {
        distance += 1;
        let all = level.iter().flat_map(|file| importers.get(file).into_iter().flatten().copied());
        let mut next: Vec<FileId> = all.collect();
        next.retain(|file| !found.contains_key(file));
        next.sort_unstable();
        next.dedup();
        found.extend(next.iter().map(|&file| (file, distance)));
        level = next;
    }
    found
}

/// What a file is called, without what makes a test's name of it.
fn stem(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let name = if name == "__init__" { path.rsplit('/').nth(1).unwrap_or(name) } else { name };
    let name = name.strip_prefix("test_").or_else(|| name.strip_suffix("_test")).unwrap_or(name);
    name.trim_matches('_').trim_end_matches('s').to_owned()
}
