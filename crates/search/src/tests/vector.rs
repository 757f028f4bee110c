//! The choice between scan and graph.

use super::{clustered, exact, ids};
use crate::{Strategy, VectorError, VectorIndex};

#[test]
fn few_vectors_are_scanned() {
    let documents = clustered(1, 100, 16);
    let index = VectorIndex::build(&documents, 16).unwrap();
    assert_eq!(index.strategy(), Strategy::Exact);
    assert_eq!(ids(&index.search(&documents[3].1, 1).unwrap()), [3]);
}

#[test]
fn many_vectors_become_a_graph() {
    let documents = clustered(1, 100, 16);
    assert_eq!(VectorIndex::choose(exact(&documents, 16), 101).strategy(), Strategy::Exact);
    let index = VectorIndex::choose(exact(&documents, 16), 100);
    assert_eq!(index.strategy(), Strategy::Graph);
    assert_eq!(ids(&index.search(&documents[3].1, 1).unwrap()), [3]);
}

#[test]
fn the_later_vector_of_a_number_stays() {
    let index = VectorIndex::build(&[(1, [1.0, 0.0]), (2, [1.0, 1.0]), (1, [-1.0, 0.0])], 2).unwrap();
    assert_eq!(ids(&index.search(&[1.0, 0.0], 5).unwrap()), [2, 1]);
}

#[test]
fn a_bad_vector_is_an_error() {
    let build = |vector: Vec<f32>| VectorIndex::build(&[(1, vector)], 2).err();
    assert_eq!(build(vec![f32::NAN, 0.0]), Some(VectorError::NotFinite));
    assert_eq!(build(vec![1.0]), Some(VectorError::Dimensions { expected: 2, found: 1 }));
}
