//! The index that chooses: an exact scan for few vectors, a graph for many.
//!
//! Never trusts a graph that it hasn't checked: one that loses points is thrown away for the exact scan.

use crate::{ExactIndex, GraphIndex, Hit, VectorError};

/// From this many vectors on a graph is built.
///
/// Measured once on functions of Rust libraries in 256 dimensions, queries being first lines of their documentation;
/// one thread with AVX2 on a machine of two cores that had other work besides, so times are rough:
///
/// | vectors | scan | graph, 256 points in view | its recall@10 | its construction |
/// |---|---|---|---|---|
/// | 20,000 | 0.9 ms | 2.7 ms | 0.988 | 18 s |
/// | 50,000 | 2.8 ms | 2.9 ms | 0.981 | 56 s |
/// | 100,000 | 5.2 ms | 2.9 ms | 0.973 | 99 s |
///
/// The scan misses nothing and is ready at once, so the graph has to be clearly faster at about the same answers.
/// `benches/search.rs` measures both anew.
pub const CROSSOVER: usize = 100_000;

/// Points that a search in the graph keeps in view; with half as many, it misses one of twenty at the crossover.
const BREADTH: usize = 256;
/// A graph that finds fewer of its own points than this share isn't used.
const RELIABLE: f32 = 0.99;

/// How an index finds its answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strategy {
    /// By looking at every vector: never misses one.
    Exact,
    /// By following links between neighbours: may miss one.
    Graph,
}

/// Vectors by number, searched in whatever way suits how many there are.
pub enum VectorIndex {
    /// Few vectors, or a graph that failed its check.
    Exact(ExactIndex),
    /// Many vectors.
    Graph(GraphIndex),
}

impl VectorIndex {
    /// Indexes numbered vectors with that many components each; of two with the same number the later stays.
    ///
    /// From [`CROSSOVER`] vectors on this takes minutes of one core. Where an answer is needed earlier, or there is only
    /// one question, search an [`ExactIndex`].
    ///
    /// # Errors
    /// A vector of the wrong length or with a component that isn't finite.
    pub fn build<V: AsRef<[f32]>>(vectors: &[(u32, V)], dimensions: usize) -> Result<Self, VectorError> {
        let mut exact = ExactIndex::new(dimensions);
        for (id, vector) in vectors {
            exact.add(*id, vector.as_ref())?;
        }
        Ok(Self::choose(exact, CROSSOVER))
    }

    /// The graph of these documents where there are `crossover` or more and it passes its check.
    pub(crate) fn choose(exact: ExactIndex, crossover: usize) -> Self {
        if exact.len() < crossover {
            return Self::Exact(exact);
        }
        let graph = GraphIndex::build(&exact);
        if graph.self_retrieval(BREADTH) >= RELIABLE { Self::Graph(graph) } else { Self::Exact(exact) }
    }

    /// The `k` nearest documents, best first; fewer where there are fewer.
    ///
    /// # Errors
    /// A query of the wrong length or with a component that isn't finite.
    pub fn search(&self, query: &[f32], k: usize) -> Result<Vec<Hit>, VectorError> {
        match self {
            Self::Exact(index) => index.search(query, k),
            Self::Graph(index) => index.search(query, k, BREADTH),
        }
    }

    /// How this index finds its answers.
    pub fn strategy(&self) -> Strategy {
        match self {
            Self::Exact(_) => Strategy::Exact,
            Self::Graph(_) => Strategy::Graph,
        }
    }
}
