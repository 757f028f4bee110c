//! Vectors that come and go, with and without a graph: answers stay those of a fresh scan.

use super::{Random, clustered, ids};
use crate::{Strategy, VectorError, VectorIndex};
use std::collections::BTreeMap;

const DIMENSIONS: usize = 32;

/// An index and what is in it.
struct Case {
    index: VectorIndex,
    vectors: BTreeMap<u32, Vec<f32>>,
}

impl Case {
    fn new(crossover: usize) -> Self {
        let index = VectorIndex::with_capacity(DIMENSIONS, 0).with_crossover(crossover);
        Self { index, vectors: BTreeMap::new() }
    }

    fn add(&mut self, id: u32, vector: Vec<f32>) {
        self.index.add(id, &vector).unwrap();
        self.vectors.insert(id, vector);
    }

    fn remove(&mut self, id: u32) {
        self.index.remove(id);
        self.vectors.remove(&id);
    }

    fn search(&self, query: &[f32]) -> Vec<u32> {
        ids(&self.index.search(query, 10, |id| &self.vectors[&id]).unwrap())
    }

    /// The answers of an index that was just made of the same documents, without a graph.
    fn fresh(&self) -> Self {
        let mut fresh = Self::new(usize::MAX);
        self.vectors.iter().for_each(|(&id, vector)| fresh.add(id, vector.clone()));
        fresh
    }

    /// The share of a fresh index's answers that this one gives.
    fn recall(&self, queries: &[(u32, Vec<f32>)]) -> f64 {
        let fresh = self.fresh();
        let (mut found, mut all) = (0, 0);
        for (_, query) in queries {
            let truth = fresh.search(query);
            all += truth.len();
            found += self.search(query).iter().filter(|id| truth.contains(id)).count();
        }
        found as f64 / all as f64
    }
}

/// One random change: of a new document, or of one that may be there.
fn change(case: &mut Case, random: &mut Random, near: &[(u32, Vec<f32>)]) {
    let id = (random.bits() % 3000) as u32;
    match random.bits() % 3 {
        0 => case.remove(id),
        _ => case.add(id, near[random.bits() as usize % near.len()].1.clone()),
    }
}

#[test]
fn after_ten_thousand_changes_it_answers_like_a_fresh_one() {
    let mut near = clustered(3, 8000, DIMENSIONS);
    let queries = near.split_off(7900);
    let mut random = Random(4);
    let mut case = Case::new(500);
    let mut graphs = 0;
    let mut building = None;
    for step in 0..10_000 {
        change(&mut case, &mut random, &near);
        if case.index.wants_graph() {
            building = Some((step + 100, case.index.snapshot()));
        }
        // A graph is ready only when more has changed.
        if let Some((_, snapshot)) = building.take_if(|(ready, _)| *ready <= step) {
            graphs += usize::from(case.index.attach(snapshot.build().unwrap()));
        }
        if step % 2000 == 1999 {
            let recall = case.recall(&queries);
            assert!(recall >= 0.98, "{recall} after {step}");
        }
    }
    assert!(graphs > 3, "{graphs} graphs");
    assert_eq!((case.index.strategy(), case.index.len()), (Strategy::Graph, case.vectors.len()));
}

#[test]
fn without_a_graph_answers_are_exactly_those_of_a_fresh_index() {
    let mut near = clustered(3, 4000, DIMENSIONS);
    let queries = near.split_off(3900);
    let (mut random, mut case) = (Random(5), Case::new(usize::MAX));
    for _ in 0..10_000 {
        change(&mut case, &mut random, &near);
    }
    let fresh = case.fresh();
    queries.iter().for_each(|(_, query)| assert_eq!(case.search(query), fresh.search(query)));
}

#[test]
fn graphs_of_earlier_snapshots_are_refused() {
    let mut case = Case::new(10);
    clustered(1, 50, DIMENSIONS).into_iter().for_each(|(id, vector)| case.add(id, vector));
    assert!(case.index.wants_graph());
    let first = case.index.snapshot();
    assert!(!case.index.wants_graph(), "one is being built");
    let second = case.index.snapshot();
    assert!(!case.index.attach(first.build().unwrap()));
    assert_eq!(case.index.strategy(), Strategy::Exact);
    assert!(case.index.attach(second.build().unwrap()));
    assert_eq!(case.index.strategy(), Strategy::Graph);
    assert!(!case.index.wants_graph());
}

#[test]
fn what_changed_while_a_graph_was_built_counts() {
    let mut case = Case::new(10);
    let documents = clustered(1, 50, DIMENSIONS);
    documents.iter().for_each(|(id, vector)| case.add(*id, vector.clone()));
    let snapshot = case.index.snapshot();
    case.remove(7);
    case.add(8, documents[9].1.clone());
    case.add(100, documents[7].1.clone());
    assert!(case.index.attach(snapshot.build().unwrap()));
    assert_eq!(case.search(&documents[7].1)[0], 100);
    assert_eq!(case.search(&documents[9].1)[..2], [8, 9]);
    case.add(100, documents[3].1.clone());
    assert_eq!(case.search(&documents[3].1)[..2], [3, 100]);
    assert_eq!(case.recall(&documents), 1.0);
}

#[test]
fn bad_vectors_and_nothing_to_find() {
    let mut index = VectorIndex::with_capacity(2, 0);
    assert_eq!(index.search(&[1.0, 0.0], 3, |_| [0.0; 2]), Ok(vec![]));
    assert_eq!(index.add(1, &[f32::NAN, 0.0]), Err(VectorError::NotFinite));
    assert_eq!(index.add(1, &[1.0]), Err(VectorError::Dimensions { expected: 2, found: 1 }));
    index.add(1, &[1.0, 0.0]).unwrap();
    assert_eq!(index.search(&[1.0, 0.0], 0, |_| [1.0, 0.0]), Ok(vec![]));
    assert_eq!(ids(&index.search(&[0.5, 0.5], 9, |_| [1.0, 0.0]).unwrap()), [1]);
    index.remove(1);
    assert!(index.is_empty());
}
