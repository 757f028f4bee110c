//! From symbols to everything that depends on them, step by step. Never does: name anything, or choose what to show.

use std::time::{Duration, Instant};

use backstory_analysis::{Analysis, Confidence, Edge, Graph, NodeId, Use};
use backstory_syntax::DefinitionKind;

/// How far a walk goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Steps from what was asked about; what depends on it directly is one step away.
    pub depth: u32,
    /// The most dependants that are followed.
    pub nodes: usize,
    pub time: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { depth: u32::MAX, nodes: 100_000, time: Duration::from_secs(2) }
    }
}

/// Why a walk ended before everything was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    Depth(u32),
    Nodes(usize),
    Time(Duration),
}

/// How a dependant was come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    pub distance: u32,
    /// The weakest on the way.
    pub confidence: Confidence,
    /// How it depends on `next`.
    pub how: Use,
    /// One step nearer to what was asked about.
    pub next: NodeId,
}

/// What a walk found.
#[derive(Debug)]
pub struct Walk {
    /// By node, how it was first come to.
    first: Vec<Option<Step>>,
    /// By node, how that was come to which goes on from it.
    onward: Vec<Option<Step>>,
    is_seed: Vec<bool>,
    /// Nearest first, then surest, then closest in use, then in the order of nodes.
    pub found: Vec<NodeId>,
    pub cut: Option<Cut>,
}

impl Walk {
    /// How a dependant was come to.
    pub fn step(&self, node: NodeId) -> Option<Step> {
        self.first.get(node.index()).copied().flatten()
    }

    /// Whether a node is among what was asked about.
    pub fn is_seed(&self, node: NodeId) -> bool {
        self.is_seed.get(node.index()).copied().unwrap_or(false)
    }

    /// The steps from a dependant to what was asked about; each leads to its [`Step::next`].
    pub fn path(&self, node: NodeId) -> Vec<Step> {
        let onward = |step: &Step| self.onward.get(step.next.index()).copied().flatten();
        std::iter::successors(self.step(node), onward).collect()
    }
}

/// Follows dependences from the seeds outwards.
pub fn walk(analysis: &Analysis, graph: &Graph, seeds: &[NodeId], bounds: Bounds) -> Walk {
    let began = Instant::now();
    let mut walk = Walk {
        first: vec![None; graph.len()],
        onward: vec![None; graph.len()],
        is_seed: vec![false; graph.len()],
        found: Vec::new(),
        cut: None,
    };
    seeds.iter().for_each(|seed| walk.is_seed[seed.index()] = true);
    let mut level: Vec<NodeId> = seeds.to_vec();
    level.sort_unstable();
    level.dedup();
    for distance in 1.. {
        let mut next = candidates(analysis, graph, &walk, &level, distance);
        if next.is_empty() {
            break;
        }
        let cut = if distance > bounds.depth {
            Some(Cut::Depth(bounds.depth))
        } else if walk.found.len() + next.len() > bounds.nodes {
            Some(Cut::Nodes(bounds.nodes))
        } else {
            (began.elapsed() > bounds.time).then_some(Cut::Time(bounds.time))
        };
        if cut.is_some() {
            walk.cut = cut;
            break;
        }
        // The best way to each node stands first.
        next.sort_by_key(|(node, step)| (step.confidence, step.how, *node, step.next));
        level.clear();
        for (node, step) in next {
            if walk.first[node.index()].is_none() {
                walk.first[node.index()] = Some(step);
                walk.found.push(node);
            }
            if goes_on(graph, node, step.how) && walk.onward[node.index()].is_none() {
                walk.onward[node.index()] = Some(step);
                level.push(node);
            }
        }
    }
    walk
}

/// What depends on the nodes of a level and was not come to before, or not in a way that goes on.
fn candidates(
    analysis: &Analysis,
    graph: &Graph,
    walk: &Walk,
    level: &[NodeId],
    distance: u32,
) -> Vec<(NodeId, Step)> {
    let mut found = Vec::new();
    for &next in level {
        let arrived = walk.onward[next.index()];
        let is_class =
            arrived.is_some_and(|step| step.how == Use::Dispatch) && is_class(analysis, graph, next);
        for Edge { node, how, confidence } in graph.dependants(next) {
            if !follows(how, arrived.is_none(), is_class) || walk.is_seed[node.index()] {
                continue;
            }
            let is_known = walk.first[node.index()].is_some()
                && (walk.onward[node.index()].is_some() || !goes_on(graph, node, how));
            if !is_known {
                let confidence = arrived.map_or(confidence, |step| step.confidence.max(confidence));
                found.push((node, Step { distance, confidence, how, next }));
            }
        }
    }
    found
}

/// Whether a dependence matters that leads on from a node. A change of a member concerns what stands for it below; a change of
/// something that the member uses does not. Who imports a name that something else changed behind is not worth telling. Who has a
/// class as a type does not run its operators.
fn follows(how: Use, from_seed: bool, from_operators: bool) -> bool {
    match how {
        Use::Override | Use::Import | Use::Reexport => from_seed,
        Use::Type => !from_operators,
        Use::Call | Use::Dispatch | Use::Inherit | Use::Mention => true,
    }
}

/// Whether what depends on a node that was come to in this way depends on what lies behind it, too.
fn goes_on(graph: &Graph, node: NodeId, how: Use) -> bool {
    let is_symbol = graph.symbol(node).is_some_and(|(_, local)| local.is_some());
    is_symbol && !matches!(how, Use::Override | Use::Import | Use::Reexport)
}

fn is_class(analysis: &Analysis, graph: &Graph, node: NodeId) -> bool {
    let Some((file, Some(local))) = graph.symbol(node) else { return false };
    analysis.outline(file).definition(local).kind == DefinitionKind::Class
}
