//! Tests as arguments for the programs that run them. Never does: run any.

use std::collections::{BTreeMap, BTreeSet};

use backstory_analysis::{Analysis, FileId, Graph, Role};
use backstory_syntax::{Language, LocalId};
use serde::Serialize;

use super::tests::Test;

/// What to type to run tests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Run {
    /// Arguments for `pytest`, to be run in the root: files, classes (`tests/test_a.py::TestB`) and tests. A file or a class stands for all
    /// in it where all were chosen.
    pub pytest: Vec<String>,
    /// Arguments for `cargo`, one list for each run: `test -p net --lib -- --exact pool::tests::grows`.
    pub cargo: Vec<Vec<String>>,
}

/// The arguments that run tests and no others.
pub fn run(analysis: &Analysis, graph: &Graph, tests: &[Test]) -> Run {
    let mut by_file: BTreeMap<&str, (FileId, Vec<Test>)> = BTreeMap::new();
    for &test in tests {
        if let Some((file, _)) = graph.symbol(test.suite.unwrap_or(test.function)) {
            by_file.entry(analysis.path(file)).or_insert((file, Vec::new())).1.push(test);
        }
    }
    let mut found = Run::default();
    let mut targets: BTreeMap<Vec<String>, BTreeSet<String>> = BTreeMap::new();
    for (path, (file, tests)) in by_file {
        match analysis.language(file) {
            Language::Python => pytest(analysis, graph, path, file, &tests, &mut found.pytest),
            Language::Rust => {
                let filters = tests.iter().filter_map(|test| filter(analysis, graph, *test));
                targets.entry(target(analysis, file)).or_default().extend(filters);
            }
        }
    }
    found.cargo = targets.into_iter().map(|(target, filters)| cargo(target, filters)).collect();
    found
}

/// A test as its framework calls it: `tests/test_a.py::TestB::test_c`, `pool::tests::grows`.
pub fn id(analysis: &Analysis, graph: &Graph, test: Test) -> Option<String> {
    let (file, local) = graph.symbol(test.function)?;
    if analysis.language(file) == Language::Rust {
        return filter(analysis, graph, test);
    }
    let name = &analysis.outline(file).definition(local?).name;
    let (home, class) = match test.suite {
        Some(suite) => graph.symbol(suite)?,
        None => (file, analysis.outline(file).definition(local?).parent),
    };
    Some(format!("{}::{name}", collected_at(analysis, home, class)))
}

/// A file, or a class in it, as pytest names it.
fn collected_at(analysis: &Analysis, file: FileId, class: Option<LocalId>) -> String {
    let outline = analysis.outline(file);
    let around = class.map_or_else(Vec::new, |class| {
        let mut around = outline.container(class);
        around.push(outline.definition(class).name.clone());
        around
    });
    around.into_iter().fold(analysis.path(file).to_owned(), |place, name| format!("{place}::{name}"))
}

fn pytest(
    analysis: &Analysis,
    graph: &Graph,
    path: &str,
    file: FileId,
    tests: &[Test],
    found: &mut Vec<String>,
) {
    // Those that are inherited have no functions here to count.
    let own: BTreeSet<_> = tests.iter().filter(|it| it.suite.is_none()).map(|it| it.function).collect();
    let here = graph.roles_in(file).iter().filter(|(_, role)| *role == Role::Test).map(|&(node, _)| node);
    let here: Vec<_> = here.collect();
    if !own.is_empty() && here.iter().all(|node| own.contains(node)) {
        return found.push(path.to_owned());
    }
    let parent_of = |node| {
        let (_, local) = graph.symbol(node)?;
        analysis.outline(file).definition(local?).parent
    };
    let mut inside: BTreeMap<Option<LocalId>, Vec<_>> = BTreeMap::new();
    for node in here {
        inside.entry(parent_of(node)).or_default().push(node);
    }
    let mut by_class: BTreeMap<Option<LocalId>, Vec<Test>> = BTreeMap::new();
    for test in tests {
        let class = match test.suite {
            Some(suite) => graph.symbol(suite).and_then(|(_, local)| local),
            None => parent_of(test.function),
        };
        by_class.entry(class).or_default().push(*test);
    }
    for (class, tests) in by_class {
        let place = collected_at(analysis, file, class);
        let all = |class: LocalId| {
            let inside = inside.get(&Some(class)).map_or(&[][..], Vec::as_slice);
            let chosen: BTreeSet<_> = tests.iter().map(|test| test.function).collect();
            !inside.is_empty() && inside.iter().all(|node| chosen.contains(node))
        };
        if class.is_some_and(all) {
            found.push(place);
            continue;
        }
        let name = |test: &Test| {
            let (file, local) = graph.symbol(test.function)?;
            Some(format!("{place}::{}", analysis.outline(file).definition(local?).name))
        };
        let mut names: Vec<String> = tests.iter().filter_map(name).collect();
        names.sort_unstable();
        names.dedup();
        found.extend(names);
    }
}

/// The name of a test within its target.
fn filter(analysis: &Analysis, graph: &Graph, test: Test) -> Option<String> {
    let (file, local) = graph.symbol(test.function)?;
    let module = backstory_analysis::module_path(analysis, file);
    let outline = analysis.outline(file);
    let inside = module.split("::").skip(1).map(str::to_owned);
    let inside = inside.chain(outline.container(local?)).chain([outline.definition(local?).name.clone()]);
    Some(inside.collect::<Vec<_>>().join("::"))
}

/// What chooses the package and the target of a file, as cargo finds targets where a manifest names none
/// (<https://doc.rust-lang.org/cargo/guide/project-layout.html>).
fn target(analysis: &Analysis, file: FileId) -> Vec<String> {
    let path = analysis.path(file);
    let package = analysis.package_of(path);
    let directory = package.map_or("", |package| package.directory.as_str());
    let inner = path.strip_prefix(directory).map_or(path, |rest| rest.trim_start_matches('/'));
    let at =
        |inner: &str| if directory.is_empty() { inner.to_owned() } else { format!("{directory}/{inner}") };
    let parts: Vec<&str> = inner.split('/').collect();
    let named =
        |flag: &str, name: &str| vec![flag.to_owned(), name.strip_suffix(".rs").unwrap_or(name).to_owned()];
    let flags = match parts.as_slice() {
        ["src", "bin", name, ..] => named("--bin", name),
        ["src", ..] if analysis.file(&at("src/lib.rs")).is_some() && inner != "src/main.rs" => {
            vec!["--lib".to_owned()]
        }
        ["src", ..] => package.map_or_else(Vec::new, |package| named("--bin", &package.package)),
        ["tests", name, ..] => named("--test", name),
        ["examples", name, ..] => named("--example", name),
        ["benches", name, ..] => named("--bench", name),
        _ => Vec::new(),
    };
    let chosen = package.map_or_else(Vec::new, |package| vec!["-p".to_owned(), package.package.clone()]);
    chosen.into_iter().chain(flags).collect()
}

fn cargo(target: Vec<String>, filters: BTreeSet<String>) -> Vec<String> {
    let mut arguments = vec!["test".to_owned()];
    arguments.extend(target);
    arguments.extend(["--".to_owned(), "--exact".to_owned()]);
    arguments.extend(filters);
    arguments
}
