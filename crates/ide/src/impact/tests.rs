//! Which tests run what a walk came to. Never does: choose among them.

use std::collections::HashMap;

use backstory_analysis::{Analysis, Confidence, FileId, Graph, NodeId, Role, Use};
use backstory_syntax::{DefinitionKind, LocalId};

use super::walk::Walk;

/// A test as its framework knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Test {
    /// The function.
    pub function: NodeId,
    /// The class in which it is collected, where that is another one than the one in which it stands.
    pub suite: Option<NodeId>,
}

/// How a test comes to what was asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    pub test: Test,
    /// 0 where the test itself was asked about.
    pub distance: u32,
    pub confidence: Confidence,
    /// What the framework runs for the test that depends on what was asked about: the test itself, or a fixture, a method of its class,
    /// the top level of its file.
    pub through: NodeId,
}

/// The tests that reach what a walk came to or started from, nearest and surest first.
pub fn reached(analysis: &Analysis, graph: &Graph, walk: &Walk, seeds: &[NodeId]) -> Vec<Reached> {
    let mut best: HashMap<Test, Reached> = HashMap::new();
    for &node in seeds.iter().chain(&walk.found) {
        let step = walk.step(node);
        let (distance, confidence) =
            step.map_or((0, Confidence::Exact), |step| (step.distance, step.confidence));
        let how = step.map(|step| step.how);
        for (test, through) in run_with(analysis, graph, node, how) {
            let confidence = if test.function == node { confidence } else { confidence.max(through) };
            let reached = Reached { test, distance, confidence, through: node };
            let known = best.entry(test).or_insert(reached);
            if (distance, confidence) < (known.distance, known.confidence) {
                *known = reached;
            }
        }
    }
    let mut found: Vec<Reached> = best.into_values().collect();
    found.sort_unstable_by_key(|it| (it.distance, it.confidence, it.test));
    found
}

/// All tests of a workspace, in the order of files.
pub fn all(analysis: &Analysis, graph: &Graph) -> Vec<Test> {
    let roles = analysis.files().flat_map(|file| graph.roles_in(file).to_vec());
    roles.flat_map(|(node, role)| of_node(analysis, graph, node, role)).collect()
}

/// The tests that run when a node runs, with how sure that is.
fn run_with(analysis: &Analysis, graph: &Graph, node: NodeId, how: Option<Use>) -> Vec<(Test, Confidence)> {
    let Some((file, local)) = graph.symbol(node) else { return Vec::new() };
    let sure = |tests: Vec<Test>, confidence| tests.into_iter().map(|test| (test, confidence)).collect();
    let Some(local) = local else {
        // What a file does when it is read, all its tests need.
        let runs = !matches!(how, None | Some(Use::Import | Use::Reexport));
        return if runs { sure(in_file(analysis, graph, file), Confidence::Inferred) } else { Vec::new() };
    };
    match graph.role(node) {
        Some(role @ (Role::Test | Role::Inherited)) => {
            sure(of_node(analysis, graph, node, role), Confidence::Exact)
        }
        Some(Role::Suite) if how.is_some() => {
            sure(in_class(analysis, graph, node, file, local), Confidence::Inferred)
        }
        Some(Role::Everywhere) => sure(in_reach(analysis, graph, file, local), Confidence::Exact),
        Some(Role::Fixture | Role::Suite) => Vec::new(),
        None if is_hook(analysis, graph, node, file, local) => {
            sure(in_reach(analysis, graph, file, local), Confidence::Inferred)
        }
        None => Vec::new(),
    }
}

/// The tests that a function is.
fn of_node(analysis: &Analysis, graph: &Graph, node: NodeId, role: Role) -> Vec<Test> {
    match role {
        Role::Test => vec![Test { function: node, suite: None }],
        Role::Inherited => {
            let Some((file, Some(local))) = graph.symbol(node) else { return Vec::new() };
            let class = analysis.outline(file).definition(local).parent;
            let class =
                class.and_then(|local| graph.node_of(analysis, backstory_analysis::DefId { file, local }));
            let suites = class.into_iter().flat_map(|class| below(graph, class));
            let collected = suites.filter(|&suite| graph.role(suite) == Some(Role::Suite));
            collected.map(|suite| Test { function: node, suite: Some(suite) }).collect()
        }
        Role::Suite | Role::Fixture | Role::Everywhere => Vec::new(),
    }
}

/// A method of a class of tests, or a function of their file, that nothing calls and that is no test: the framework calls it.
fn is_hook(analysis: &Analysis, graph: &Graph, node: NodeId, file: FileId, local: LocalId) -> bool {
    let outline = analysis.outline(file);
    let definition = outline.definition(local);
    let Some(parent) = definition.parent else {
        return !graph.roles_in(file).is_empty()
            && matches!(
                definition.name.as_str(),
                "setup_module" | "teardown_module" | "setUpModule" | "tearDownModule" | "setup_function"
            );
    };
    let is_method =
        definition.kind == DefinitionKind::Method && outline.definition(parent).kind == DefinitionKind::Class;
    let class = graph.node_of(analysis, backstory_analysis::DefId { file, local: parent });
    is_method
        && class.is_some_and(|class| is_of_tests(graph, class))
        && !graph.dependants(node).any(|edge| matches!(edge.how, Use::Call | Use::Mention))
}

/// Whether a class holds tests, or one below it does.
fn is_of_tests(graph: &Graph, class: NodeId) -> bool {
    let is_suite = |node: NodeId| graph.role(node) == Some(Role::Suite);
    is_suite(class) || below(graph, class).into_iter().any(is_suite)
}

/// The tests for which something is run that stands in their class, their file or their `conftest.py`.
fn in_reach(analysis: &Analysis, graph: &Graph, file: FileId, local: LocalId) -> Vec<Test> {
    let parent = analysis.outline(file).definition(local).parent;
    if let Some(local) = parent {
        let class = graph.node_of(analysis, backstory_analysis::DefId { file, local });
        return class.map_or_else(Vec::new, |class| in_class(analysis, graph, class, file, local));
    }
    let path = analysis.path(file);
    let Some(directory) = path.strip_suffix("conftest.py") else { return in_file(analysis, graph, file) };
    let below = analysis.files().filter(|&file| analysis.path(file).starts_with(directory));
    below.flat_map(|file| in_file(analysis, graph, file)).collect()
}

fn in_file(analysis: &Analysis, graph: &Graph, file: FileId) -> Vec<Test> {
    graph.roles_in(file).iter().flat_map(|&(node, role)| of_node(analysis, graph, node, role)).collect()
}

/// The tests of a class, and those of the classes below it.
fn in_class(analysis: &Analysis, graph: &Graph, class: NodeId, file: FileId, local: LocalId) -> Vec<Test> {
    let mut found = own(analysis, graph, file, local, class);
    for suite in below(graph, class) {
        if let Some((file, Some(local))) = graph.symbol(suite) {
            found.extend(own(analysis, graph, file, local, suite));
        }
    }
    found
}

fn own(analysis: &Analysis, graph: &Graph, file: FileId, class: LocalId, node: NodeId) -> Vec<Test> {
    let outline = analysis.outline(file);
    let is_inside = |node: NodeId| {
        let local = graph.symbol(node).and_then(|(_, local)| local);
        local.is_some_and(|local| outline.definition(local).parent == Some(class))
    };
    let roles = graph.roles_in(file).iter().filter(|(test, _)| *test != node && is_inside(*test));
    roles.flat_map(|&(node, role)| of_node(analysis, graph, node, role)).collect()
}

/// The classes below a class.
fn below(graph: &Graph, class: NodeId) -> Vec<NodeId> {
    let mut found = vec![class];
    let mut next = 0;
    while let Some(&class) = found.get(next) {
        for edge in graph.dependants(class).filter(|edge| edge.how == Use::Inherit) {
            if !found.contains(&edge.node) {
                found.push(edge.node);
            }
        }
        next += 1;
    }
    found.remove(0);
    found
}
