//! The graph at every size, against the exact scan.

use super::{Random, clustered, coded, ids};
use crate::{CodedIndex, Construction, GraphIndex};
use std::collections::HashMap;

/// Documents, and a graph of them.
struct Case {
    vectors: HashMap<u32, Vec<f32>>,
    index: CodedIndex,
    graph: GraphIndex,
}

impl Case {
    fn new(documents: &[(u32, Vec<f32>)], dimensions: usize) -> Self {
        let index = coded(documents, dimensions);
        let graph = GraphIndex::build(&index, Construction::default());
        assert_eq!(graph.len(), documents.len());
        Self { vectors: documents.iter().cloned().collect(), index, graph }
    }

    fn search(&self, query: &[f32], k: usize, breadth: usize) -> Vec<u32> {
        ids(&self.graph.search(query, k, breadth, |id| &self.vectors[&id]).unwrap())
    }

    fn truth(&self, query: &[f32], k: usize) -> Vec<u32> {
        ids(&self.index.search(query, k, |id| &self.vectors[&id]).unwrap())
    }
}

/// The share of the exact scan's ten best that the graph finds, over 50 queries from the same clusters.
fn recall(count: usize, breadth: usize) -> f64 {
    let mut documents = clustered(5, count + 50, 64);
    let queries = documents.split_off(count);
    let case = Case::new(&documents, 64);
    assert!(case.graph.self_retrieval(breadth) > 0.99, "{count}: {}", case.graph.self_retrieval(breadth));
    let (mut found, mut all) = (0, 0);
    for (_, query) in &queries {
        let truth = case.truth(query, 10);
        all += truth.len();
        found += case.search(query, 10, breadth).iter().filter(|id| truth.contains(id)).count();
    }
    if all == 0 { 1.0 } else { found as f64 / all as f64 }
}

#[test]
fn small_graphs_miss_nothing() {
    for count in [0, 1, 2, 3, 10, 33] {
        assert_eq!(recall(count, 128), 1.0, "{count} vectors");
    }
}

#[test]
fn large_graphs_miss_little() {
    for count in [100, 1000, 5000] {
        let recall = recall(count, 128);
        assert!(recall >= 0.9, "{count} vectors: {recall}");
    }
}

#[test]
fn equal_documents_make_an_equal_graph() {
    let mut documents = clustered(6, 1000, 32);
    let first = Case::new(&documents, 32);
    documents.reverse();
    let second = Case::new(&documents, 32);
    for (_, query) in &documents[..100] {
        assert_eq!(first.search(query, 10, 16), second.search(query, 10, 16));
    }
}

#[test]
fn many_equal_vectors_do_not_cut_off_the_rest() {
    let mut documents = clustered(7, 300, 32);
    for id in 1000..2000 {
        documents.push((id, documents[0].1.clone()));
    }
    let case = Case::new(&documents, 32);
    assert_eq!(case.graph.self_retrieval(64), 1.0);
    for (id, vector) in &documents[..300] {
        assert_eq!(case.search(vector, 1, 64), [*id]);
    }
    let query = &documents[0].1;
    assert_eq!(case.search(query, 500, 64), case.truth(query, 500));
}

/// Sums of one or two of 100 words' vectors, some words much more frequent than others: crowds, and loners beside them.
fn names(count: u32) -> Vec<(u32, Vec<f32>)> {
    let mut random = Random(1);
    let words: Vec<_> = (0..100).map(|_| random.vector(16)).collect();
    let mut name = |id| {
        let mut sum = vec![0.0; 16];
        for _ in 0..1 + random.bits() % 2 {
            let rank = 100f32.powf((random.component() + 1.0) / 2.0) as usize - 1;
            let weight = (2.0 + rank as f32).ln().powi(2) * (1.3 + random.component());
            sum.iter_mut().zip(&words[rank]).for_each(|(sum, component)| *sum += weight * component);
        }
        (id, sum)
    };
    (0..count).map(&mut name).collect()
}

#[test]
fn points_that_no_link_leads_to_are_found() {
    let case = Case::new(&names(2000), 16);
    let mut random = Random(2);
    for _ in 0..20 {
        let mut found = case.search(&random.vector(16), 2000, 2000);
        found.sort_unstable();
        assert!(found.iter().copied().eq(0..2000), "{} found", found.len());
    }
}
