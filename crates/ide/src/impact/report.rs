//! What depends on symbols, as plain data for people and JSON. Never does: decide how it looks.

use std::collections::HashMap;

use backstory_analysis::{Analysis, DefId, FileId, Graph, NodeId, symbol_key};
use backstory_syntax::{DefinitionKind, LineIndex, whole_words};
use serde::Serialize;

use super::look_at::LookAt;
use super::public::public_name;
use super::run::{Run, id, run};
use super::seeds::{seeds, seeds_of};
use super::tests::{Reached, Test, reached};
use super::walk::{Bounds, Cut, Step, Walk, walk};
use crate::explain::Sentence;
use crate::locate::Located;
use crate::symbol::{SymbolInfo, describe, describe_file, module_key};

/// How much is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    pub bounds: Bounds,
    /// The most dependants, and the most tests, that are told; all are counted.
    pub limit: usize,
}

impl Default for Asked {
    fn default() -> Self {
        Self { bounds: Bounds::default(), limit: 50 }
    }
}

/// What depends on symbols.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Impact {
    pub symbols: Vec<Subject>,
    /// How many symbols and top levels of files depend on them, tests not counted.
    pub dependents: usize,
    /// How many of these do so directly.
    pub direct: usize,
    /// How many tests reach them.
    pub tests: usize,
    /// The nearest first, then the surest, then the closest in use.
    pub dependent_list: Vec<Dependent>,
    /// What to look at when they change, the likeliest first; nothing until somebody gathers it: see `related`.
    pub look_at: Vec<LookAt>,
    /// The nearest first, then the surest.
    pub test_list: Vec<TestReached>,
    /// Runs all tests that reach them, those that are not listed included.
    pub run: Run,
    /// What was left out, in sentences.
    pub limits: Vec<String>,
}

/// A symbol that was asked about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Subject {
    #[serde(flatten)]
    pub symbol: SymbolInfo,
    /// The name under which its package offers it to others; `None` where it does not.
    pub public: Option<String>,
    /// The first sentence on why it is as it is; `None` where nothing says so, or nobody looked.
    pub why: Option<Sentence>,
}

/// Where a symbol is declared, or a file's top level.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// `None` for code at the top level of a file.
    pub kind: Option<DefinitionKind>,
    pub key: String,
    pub path: String,
    /// 1-based line of the name; 1 for a file's top level.
    pub line: u32,
}

/// A symbol that depends on those that were asked about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Dependent {
    #[serde(flatten)]
    pub place: Place,
    /// Steps to what was asked about.
    pub distance: u32,
    /// `exact`, `inferred` or `by-name`: the weakest on the way.
    pub confidence: &'static str,
    /// How it depends on the first of `via`.
    pub r#use: &'static str,
    /// 1-based line of the first such use; that of the symbol where it is not written there.
    pub use_line: u32,
    /// The way to what was asked about, which stands last.
    pub via: Vec<Hop>,
}

/// A step of a way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hop {
    #[serde(flatten)]
    pub place: Place,
    /// How it depends on the next one; `None` for the last.
    pub r#use: Option<&'static str>,
    pub use_line: Option<u32>,
}

/// A test that reaches what was asked about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TestReached {
    #[serde(flatten)]
    pub place: Place,
    /// As its framework calls it: `tests/test_a.py::TestB::test_c`, `pool::tests::grows`.
    pub id: String,
    pub distance: u32,
    pub confidence: &'static str,
    /// The way to what was asked about; it begins with a fixture or the like where the framework runs that for the test.
    pub via: Vec<Hop>,
}

/// What depends on symbols or files, which tests reach them, and whether they are public.
pub fn impact(analysis: &Analysis, graph: &Graph, asked_about: &[Located], asked: &Asked) -> Impact {
    let nodes = seeds_of(analysis, graph, asked_about.iter().copied());
    let walked = walk(analysis, graph, &nodes, asked.bounds);
    let tests = reached(analysis, graph, &walked, &nodes);
    let dependents: Vec<NodeId> =
        walked.found.iter().copied().filter(|&node| graph.role(node).is_none()).collect();
    let mut telling = Telling { analysis, graph, lines: HashMap::new() };
    let direct = dependents.iter().filter(|&&node| walked.step(node).is_some_and(|step| step.distance == 1));
    let all: Vec<Test> = tests.iter().map(|it| it.test).collect();
    Impact {
        symbols: asked_about.iter().map(|&located| subject(analysis, graph, located)).collect(),
        dependents: dependents.len(),
        direct: direct.count(),
        tests: tests.len(),
        dependent_list: dependents
            .iter()
            .take(asked.limit)
            .filter_map(|&node| telling.dependent(&walked, node))
            .collect(),
        look_at: Vec::new(),
        test_list: tests.iter().take(asked.limit).filter_map(|it| telling.test(&walked, it)).collect(),
        run: run(analysis, graph, &all),
        limits: limits(walked.cut, dependents.len(), tests.len(), asked.limit),
    }
}

/// How many dependents and tests a symbol has: what a lens says.
pub fn counts(analysis: &Analysis, graph: &Graph, located: Located, bounds: Bounds) -> (usize, usize) {
    let nodes = seeds(analysis, graph, located);
    let walked = walk(analysis, graph, &nodes, bounds);
    let tests = reached(analysis, graph, &walked, &nodes).len();
    (walked.found.iter().filter(|&&node| graph.role(node).is_none()).count(), tests)
}

fn subject(analysis: &Analysis, graph: &Graph, located: Located) -> Subject {
    match located {
        Located::Symbol(id) => {
            Subject { symbol: describe(analysis, id), public: public_name(analysis, graph, id), why: None }
        }
        Located::File(file) => Subject { symbol: describe_file(analysis, file), public: None, why: None },
    }
}

fn limits(cut: Option<Cut>, dependents: usize, tests: usize, limit: usize) -> Vec<String> {
    let mut said = Vec::new();
    said.extend(cut.map(|cut| match cut {
        Cut::Depth(1) => "what is more than 1 step away was not looked for".to_owned(),
        Cut::Depth(depth) => format!("what is more than {depth} steps away was not looked for"),
        Cut::Nodes(nodes) => format!("the search ended at {nodes} dependents: there are more"),
        Cut::Time(time) => format!("the search ended after {} s: there are more", time.as_secs()),
    }));
    for (count, what) in [(dependents, "dependents"), (tests, "tests")] {
        if count > limit {
            said.push(format!("{limit} of {count} {what} are listed"));
        }
    }
    said
}

/// Makes words of nodes; keeps the lines of files that it looked at.
struct Telling<'a> {
    analysis: &'a Analysis,
    graph: &'a Graph,
    lines: HashMap<FileId, LineIndex>,
}

impl Telling<'_> {
    fn dependent(&mut self, walk: &Walk, node: NodeId) -> Option<Dependent> {
        let step = walk.step(node)?;
        let place = self.place(node)?;
        let use_line = self.use_line(node, step.next).unwrap_or(place.line);
        Some(Dependent {
            use_line,
            distance: step.distance,
            confidence: step.confidence.as_str(),
            r#use: step.how.as_str(),
            via: self.hops(&walk.path(node)),
            place,
        })
    }

    fn test(&mut self, walk: &Walk, reached: &Reached) -> Option<TestReached> {
        let place = self.place(reached.test.function)?;
        let mut via = self.hops(&walk.path(reached.through));
        if reached.through != reached.test.function || walk.step(reached.through).is_none() {
            // What the framework runs for the test stands first.
            let first = walk.step(reached.through);
            let use_line = first.and_then(|step| self.use_line(reached.through, step.next));
            let r#use = first.map(|step| step.how.as_str());
            via.insert(0, Hop { place: self.place(reached.through)?, r#use, use_line });
        }
        Some(TestReached {
            id: id(self.analysis, self.graph, reached.test)?,
            distance: reached.distance,
            confidence: reached.confidence.as_str(),
            via,
            place,
        })
    }

    fn hops(&mut self, path: &[Step]) -> Vec<Hop> {
        let mut hops = Vec::with_capacity(path.len());
        for (at, step) in path.iter().enumerate() {
            let Some(place) = self.place(step.next) else { break };
            let onward = path.get(at + 1);
            let use_line = onward.and_then(|onward| self.use_line(step.next, onward.next));
            hops.push(Hop { place, r#use: onward.map(|onward| onward.how.as_str()), use_line });
        }
        hops
    }

    fn place(&mut self, node: NodeId) -> Option<Place> {
        let (file, local) = self.graph.symbol(node)?;
        let analysis = self.analysis;
        let path = analysis.path(file).to_owned();
        let Some(local) = local else {
            return Some(Place { kind: None, key: module_key(analysis, file), path, line: 1 });
        };
        let id = DefId { file, local };
        let name = analysis.spans(file).definitions[local.index()].name;
        let line = self.line(file, name.start);
        Some(Place { kind: Some(analysis.definition(id).kind), key: symbol_key(analysis, id), path, line })
    }

    /// The 1-based line in which the name of a symbol first stands in the code of another one.
    fn use_line(&mut self, user: NodeId, used: NodeId) -> Option<u32> {
        let (file, local) = self.graph.symbol(user)?;
        let (of, used) = self.graph.symbol(used)?;
        let name = &self.analysis.outline(of).definition(used?).name;
        let text = self.analysis.text(file);
        let spans = self.analysis.spans(file);
        let whole = local.map_or(0..text.len(), |local| {
            let full = spans.definitions[local.index()].full;
            full.start as usize..full.end as usize
        });
        let start = whole.start;
        let at = whole_words(&text[whole], name).next()?;
        Some(self.line(file, (start + at) as u32))
    }

    fn line(&mut self, file: FileId, offset: u32) -> u32 {
        let lines = self.lines.entry(file).or_insert_with(|| LineIndex::new(self.analysis.text(file)));
        lines.line(offset) + 1
    }
}
