//! The exact scan: against a plain scan in 64-bit floats, and at its edges.

use super::{Random, clustered, exact, ids};
use crate::{ExactIndex, VectorError};
use proptest::{collection::vec, prelude::*};

/// Cosine, computed the plain way.
fn cosine(left: &[f32], right: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
    let lengths = (dot(left, left) * dot(right, right)).sqrt();
    if lengths == 0.0 { 0.0 } else { dot(left, right) / lengths }
}

fn naive(documents: &[(u32, Vec<f32>)], query: &[f32], k: usize) -> Vec<u32> {
    let mut scored: Vec<_> = documents.iter().map(|(id, vector)| (cosine(vector, query), *id)).collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    scored.into_iter().take(k).map(|(_, id)| id).collect()
}

#[test]
fn answers_like_a_plain_scan() {
    let documents = clustered(1, 5000, 256);
    let index = exact(&documents, 256);
    for (_, query) in clustered(1, 5050, 256).drain(5000..) {
        assert_eq!(ids(&index.search(&query, 10).unwrap()), naive(&documents, &query, 10));
    }
}

#[test]
fn scores_are_cosines_whatever_the_length() {
    let index = exact(&[(1, vec![3.0, 4.0]), (2, vec![-1e-30, 0.0]), (3, vec![0.0, 1e30])], 2);
    let hits = index.search(&[2e20, 0.0], 3).unwrap();
    assert_eq!(ids(&hits), [1, 3, 2]);
    for (hit, expected) in hits.iter().zip([0.6, 0.0, -1.0]) {
        assert!((hit.score - expected).abs() < 1e-6, "{hit:?}");
    }
}

#[test]
fn edges() {
    let mut index = ExactIndex::new(2);
    assert_eq!(index.search(&[1.0, 0.0], 3), Ok(vec![]));
    index.add(7, &[1.0, 0.0]).unwrap();
    assert_eq!(index.search(&[1.0, 0.0], 0), Ok(vec![]));
    assert_eq!(ids(&index.search(&[1.0, 0.0], usize::MAX).unwrap()), [7]);
    assert_eq!(index.search(&[0.0, 0.0], 3), Ok(vec![]));
    assert!(!index.remove(8));
}

#[test]
fn a_vector_of_zeros_is_never_found_and_replaces() {
    let mut index = ExactIndex::new(2);
    index.add(7, &[1.0, 0.0]).unwrap();
    index.add(7, &[0.0, 0.0]).unwrap();
    assert!(index.is_empty());
}

#[test]
fn an_index_without_dimensions_finds_nothing() {
    let mut index = ExactIndex::new(0);
    index.add(1, &[]).unwrap();
    assert_eq!(index.search(&[], 5), Ok(vec![]));
}

#[test]
fn refused_vectors_change_nothing() {
    let mut index = exact(&[(7, vec![1.0, 0.0])], 2);
    let dimensions = VectorError::Dimensions { expected: 2, found: 3 };
    assert_eq!(index.add(7, &[1.0, 0.0, 0.0]), Err(dimensions));
    assert_eq!(index.search(&[1.0, 0.0, 0.0], 1), Err(dimensions));
    assert_eq!(dimensions.to_string(), "the vector has 3 dimensions, the index 2");
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        assert_eq!(index.add(7, &[0.0, bad]), Err(VectorError::NotFinite));
        assert_eq!(index.search(&[bad, 1.0], 1), Err(VectorError::NotFinite));
    }
    assert_eq!(ids(&index.search(&[1.0, 0.0], 5).unwrap()), [7]);
}

#[test]
fn equal_vectors_come_in_the_order_of_their_numbers() {
    let documents: Vec<_> = (0..100).rev().map(|id| (id, vec![1.0, 2.0, 3.0])).collect();
    let hits = exact(&documents, 3).search(&[1.0, 2.0, 2.0], 10).unwrap();
    assert_eq!(ids(&hits), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
}

/// What can be done to an index: `Some` adds the vector of that seed, `None` removes.
fn changes() -> impl Strategy<Value = Vec<(u32, Option<u64>)>> {
    vec((0u32..60, proptest::option::weighted(0.7, 0u64..1000)), 0..300)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_best_hit_is_as_good_as_the_best_there_is(seed: u64, count in 1usize..400, dimensions in 1usize..80) {
        let documents = clustered(seed, count, dimensions);
        let query = Random(!seed).vector(dimensions);
        let best = exact(&documents, dimensions).search(&query, 1).unwrap()[0];
        let truth = cosine(&documents[naive(&documents, &query, 1)[0] as usize].1, &query);
        prop_assert!((f64::from(best.score) - truth).abs() < 1e-5, "{best:?}, the best is {truth}");
    }

    #[test]
    fn the_order_of_addition_is_not_seen(seed: u64, count in 1usize..300) {
        // Seeds repeat, so that there are equal vectors too.
        let mut documents: Vec<_> =
            (0..count as u32).map(|id| (id, Random(u64::from(id) % 50).vector(16))).collect();
        let forward = exact(&documents, 16);
        documents.sort_by_key(|(id, _)| Random(seed ^ u64::from(*id)).bits());
        let query = Random(seed).vector(16);
        prop_assert_eq!(forward.search(&query, 50), exact(&documents, 16).search(&query, 50));
    }

    #[test]
    fn changes_leave_what_a_fresh_build_has(changes in changes(), seed: u64) {
        let mut index = ExactIndex::new(16);
        let mut left = std::collections::BTreeMap::new();
        for (id, change) in changes {
            match change {
                Some(seed) => {
                    let vector = Random(seed).vector(16);
                    index.add(id, &vector).unwrap();
                    left.insert(id, vector);
                }
                None => prop_assert_eq!(index.remove(id), left.remove(&id).is_some()),
            }
        }
        let fresh = exact(&left.into_iter().collect::<Vec<_>>(), 16);
        let query = Random(seed).vector(16);
        prop_assert_eq!(index.len(), fresh.len());
        prop_assert_eq!(index.search(&query, 60), fresh.search(&query, 60));
    }
}
