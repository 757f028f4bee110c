//! The graph at every size, against the exact scan.

use super::{Random, clustered, exact, ids};
use crate::{ExactIndex, GraphIndex, Hit, VectorError};

/// The share of the exact scan's ten best that the graph finds, over 50 queries from the same clusters.
fn recall(count: usize, breadth: usize) -> f64 {
    let mut documents = clustered(5, count + 50, 64);
    let queries = documents.split_off(count);
    let exact = exact(&documents, 64);
    let graph = GraphIndex::build(&exact);
    assert_eq!(graph.len(), count);
    assert!(graph.self_retrieval(breadth) > 0.99, "{count}: {}", graph.self_retrieval(breadth));
    let (mut found, mut all) = (0, 0);
    for (_, query) in &queries {
        let truth = ids(&exact.search(query, 10).unwrap());
        let hits = graph.search(query, 10, breadth).unwrap();
        assert!(hits.is_sorted_by(|a, b| a.best_first(b).is_lt()), "{hits:?}");
        all += truth.len();
        found += hits.iter().filter(|hit| truth.contains(&hit.id)).count();
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
    let first = GraphIndex::build(&exact(&documents, 32));
    documents.reverse();
    let second = GraphIndex::build(&exact(&documents, 32));
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
    let exact = exact(&documents, 32);
    let graph = GraphIndex::build(&exact);
    assert_eq!(graph.len(), 1300);
    assert_eq!(graph.self_retrieval(64), 1.0);
    for (id, vector) in &documents[..300] {
        let hits: Vec<Hit> = graph.search(vector, 1, 64).unwrap();
        assert_eq!(ids(&hits), [*id]);
    }
    let query = &documents[0].1;
    assert_eq!(ids(&graph.search(query, 500, 64).unwrap()), ids(&exact.search(query, 500).unwrap()));
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
    let documents = names(2000);
    let graph = GraphIndex::build(&exact(&documents, 16));
    assert_eq!(graph.len(), 2000);
    let mut random = Random(2);
    for _ in 0..20 {
        let mut found = ids(&graph.search(&random.vector(16), 2000, 2000).unwrap());
        found.sort_unstable();
        assert!(found.iter().copied().eq(0..2000), "{} found", found.len());
    }
}

#[test]
fn edges() {
    let mut exact = ExactIndex::new(2);
    let empty = GraphIndex::build(&exact);
    assert!(empty.is_empty());
    assert_eq!(empty.search(&[1.0, 0.0], 3, 8), Ok(vec![]));

    exact.add(7, &[1.0, 0.0]).unwrap();
    exact.add(8, &[0.0, 0.0]).unwrap();
    let graph = GraphIndex::build(&exact);
    assert_eq!(graph.search(&[1.0, 0.0], 0, 8), Ok(vec![]));
    assert_eq!(graph.search(&[0.0, 0.0], 3, 8), Ok(vec![]));
    assert_eq!(ids(&graph.search(&[-1.0, 0.0], usize::MAX, 0).unwrap()), [7]);
    assert_eq!(graph.search(&[f32::NAN, 0.0], 1, 8), Err(VectorError::NotFinite));
    let dimensions = VectorError::Dimensions { expected: 2, found: 1 };
    assert_eq!(graph.search(&[1.0], 1, 8), Err(dimensions));
}
