//! Which tests to run for a change: those that reach it, and those that are likely about it, best first. Never does: run them.
//!
//! Edges alone don't do. What Python dispatches by a made-up name or finds in a registry has none, and what everything passes through is
//! reached by all tests, of which most are about something else. So a test also counts by its place and its words: a test of `foo.py`
//! is most often in `test_foo.py`, its name says what it is about, and it has the rare words of the code that it tests.

use std::collections::HashMap;

use backstory_analysis::{Analysis, Confidence, Graph, NodeId};

use super::likely::Likely;
use super::tests::{Reached, Test, all, reached};
use super::walk::{Bounds, walk};

/// How many tests to choose.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Choice {
    /// At most this part of the suite for a change of few symbols; the more are changed the more of it, up to all.
    pub share: f64,
    /// So many in any case, where there are tests that have something to do with the change.
    pub at_least: usize,
    /// How many symbols the change is of; `None` for all that are given and no tests.
    pub symbols: Option<usize>,
}

impl Default for Choice {
    fn default() -> Self {
        Self { share: 0.4, at_least: 20, symbols: None }
    }
}

/// Why a test is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It is itself changed.
    Changed,
    /// Its code leads to the change.
    Reaches,
    /// It is about what was changed by its place and its words.
    Likely,
}

/// A test that is worth running.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chosen {
    pub test: Test,
    pub why: Why,
    /// How it comes to the change, where it does.
    pub reached: Option<Reached>,
    /// The larger the more there is to it; of no unit.
    pub score: f64,
}

/// The tests to run.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Best first.
    pub chosen: Vec<Chosen>,
    /// How many tests there are.
    pub suite: usize,
    /// How many reach the change and were left out all the same.
    pub left_out: usize,
}

/// So many changed symbols are followed one by one; of more, all together.
const FOLLOWED: usize = 40;

/// Chooses tests for changed symbols.
pub fn select(analysis: &Analysis, graph: &Graph, seeds: &[NodeId], choice: &Choice) -> Selection {
    let suite = all(analysis, graph);
    let likely = Likely::of(analysis, graph, seeds, &suite);
    let reach = reach(analysis, graph, seeds, suite.len());
    let chosen = |(&test, likely): (&Test, f64)| {
        let (reached, near) = reach.get(&test).map_or((None, 0.0), |&(reached, near)| (Some(reached), near));
        let why = match reached {
            Some(Reached { distance: 0, .. }) => Why::Changed,
            Some(_) => Why::Reaches,
            None => Why::Likely,
        };
        let score = near + likely;
        (score > 0.0).then_some(Chosen { test, why, reached, score })
    };
    let mut scored: Vec<Chosen> = suite.iter().zip(likely.scores).filter_map(chosen).collect();
    scored.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.test.cmp(&b.test)));
    let tested = || seeds.iter().filter(|&&node| graph.role(node).is_none()).count();
    let tested = choice.symbols.unwrap_or_else(tested);
    let most = ((suite.len() as f64 * share(choice, tested)) as usize).max(choice.at_least);
    // What is changed itself, or can't even be loaded any more, is run in any case.
    let changed = scored.iter().filter(|it| it.why == Why::Changed).count();
    let left = scored.split_off(scored.len().min(most.max(changed)));
    let left_out = left.iter().filter(|it| it.reached.is_some()).count();
    Selection { chosen: scored, suite: suite.len(), left_out }
}

/// The part of the suite that a change is worth. What tells tests of one symbol from others tells little of a sweep through a package.
fn share(choice: &Choice, symbols: usize) -> f64 {
    let further = symbols.saturating_sub(FEW);
    (choice.share + further as f64 * A_SYMBOL).min(1.0)
}

/// So many symbols are a small change; each further one is worth this part of the suite.
const FEW: usize = 4;
const A_SYMBOL: f64 = 0.05;

/// How the tests come to the change, and how much that says: a symbol that many tests reach says little about each of them.
fn reach(
    analysis: &Analysis,
    graph: &Graph,
    seeds: &[NodeId],
    suite: usize,
) -> HashMap<Test, (Reached, f64)> {
    let mut found: HashMap<Test, (Reached, f64)> = HashMap::new();
    let groups: Vec<&[NodeId]> =
        if seeds.len() <= FOLLOWED { seeds.chunks(1).collect() } else { vec![seeds] };
    for group in groups {
        let walked = walk(analysis, graph, group, Bounds::default());
        let tests = reached(analysis, graph, &walked, group);
        let rarity = ((suite as f64 + 1.0) / (tests.len() as f64 + 1.0)).ln().max(0.1);
        for test in tests {
            let sure = match test.confidence {
                Confidence::Exact => 1.0,
                Confidence::Inferred => 0.8,
                Confidence::ByName => 0.4,
            };
            let near = match test.distance {
                0 => CHANGED,
                distance => REACHED * (rarity + 1.0) * sure / f64::from(distance).sqrt(),
            };
            let known = found.entry(test.test).or_insert((test, 0.0));
            known.1 = f64::max(known.1, near);
            if (test.distance, test.confidence) < (known.0.distance, known.0.confidence) {
                known.0 = test;
            }
        }
    }
    found
}

/// A changed test comes before all others.
const CHANGED: f64 = 1e6;

/// How much it counts that a test reaches the change, beside what its words say.
const REACHED: f64 = 3.0;
