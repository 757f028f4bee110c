//! The graph index: a hierarchical navigable small world (Malkov and Yashunin 2016), by `hnsw_rs`.
//!
//! Built once from an exact index, with one thread and in the order of the numbers, so that equal documents make an
//! equal graph. It answers in logarithmic time and may miss a neighbour; [`GraphIndex::self_retrieval`] measures
//! whether it can be trusted. Never changed after it is built: `hnsw_rs` neither removes nor replaces a point.
//!
//! Where vectors crowd, a point can end up without any link that leads to it: its neighbours have all their links to
//! points nearer still. Such strays are found by following the links once, and scanned in every search.

use crate::{ExactIndex, Hit, VectorError, dot, unit};
use anndists::dist::Distance;
use hnsw_rs::hnsw::Hnsw;
use std::cmp::Ordering;

/// Links of a point on each upper layer; twice as many on the lowest.
const LINKS: usize = 16;
/// Points that are compared to find the links of a new one.
const CONSTRUCTION_BREADTH: usize = 100;
/// Layers at most, all that `hnsw_rs` allows; a graph of n points uses about the logarithm of n to the base `LINKS`.
const LAYERS: usize = 16;
/// Points that the self-retrieval check looks for.
const SAMPLE: usize = 2000;
/// Scores of the same vectors differ by this much through rounding.
const ROUNDING: f32 = 1e-5;

/// Vectors by number, linked to their neighbours.
pub struct GraphIndex {
    dimensions: usize,
    graph: Hnsw<'static, f32, CosineDistance>,
    /// The numbers of the documents at each point. Documents with equal vectors share a point: as points of their own
    /// they would fill one another's links and lose the way to the rest.
    points: Vec<Vec<u32>>,
    /// The documents of the points that cannot be reached, which have none in `points`.
    strays: ExactIndex,
}

/// 1 - cosine of unit vectors, 0 to 2.
///
/// The distance that `hnsw_rs` brings for this panics where rounding makes the cosine of equal vectors exceed 1.
struct CosineDistance;

impl Distance<f32> for CosineDistance {
    fn eval(&self, left: &[f32], right: &[f32]) -> f32 {
        (1.0 - dot::floats(left, right)).max(0.0)
    }
}

impl GraphIndex {
    /// Links all documents of the exact index; seconds to minutes of one core (see [`CROSSOVER`](crate::CROSSOVER)).
    pub fn build(exact: &ExactIndex) -> Self {
        let mut documents = exact.documents();
        documents.sort_by(|(_, left), (_, right)| compare(left, right));
        let mut points: Vec<_> = documents.chunk_by(|(_, left), (_, right)| left == right).collect();
        points.sort_unstable_by_key(|documents| documents[0].0);

        let graph = Hnsw::new(LINKS, points.len(), LAYERS, CONSTRUCTION_BREADTH, CosineDistance);
        for (point, documents) in points.iter().enumerate() {
            graph.insert((documents[0].1, point));
        }
        let mut ids: Vec<Vec<u32>> =
            points.iter().map(|documents| documents.iter().map(|&(id, _)| id).collect()).collect();
        let mut strays = ExactIndex::new(exact.dimensions());
        for point in unreachable(&graph, points.len()) {
            ids[point].clear();
            for &(id, vector) in points[point] {
                strays.add(id, vector).expect("it comes out of an index of the same dimensions");
            }
        }
        Self { dimensions: exact.dimensions(), graph, points: ids, strays }
    }

    /// How many documents it holds.
    pub fn len(&self) -> usize {
        self.points.iter().map(Vec::len).sum::<usize>() + self.strays.len()
    }

    /// Whether there is nothing to find.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// About the `k` nearest documents, best first; fewer where there are fewer.
    ///
    /// `breadth` (the `ef` of the literature) is the number of points kept in view, at least `k` in effect: more of
    /// them miss less and take longer.
    ///
    /// # Errors
    /// A query of the wrong length or with a component that isn't finite.
    pub fn search(&self, query: &[f32], k: usize, breadth: usize) -> Result<Vec<Hit>, VectorError> {
        let mut hits = self.strays.search(query, k)?;
        let Some(query) = unit(query, self.dimensions)? else { return Ok(Vec::new()) };
        if k == 0 {
            return Ok(Vec::new());
        }
        for neighbour in self.graph.search(&query, k.min(self.points.len()), breadth) {
            let score = (1.0 - neighbour.distance).clamp(-1.0, 1.0);
            hits.extend(self.points[neighbour.d_id].iter().map(|&id| Hit { id, score }));
        }
        hits.sort_unstable_by(Hit::best_first);
        hits.truncate(k);
        Ok(hits)
    }

    /// The share of vectors that a search of this breadth for themselves finds, 0 to 1; 1 for an empty graph.
    ///
    /// Up to 2,000 are tried, evenly spread. One counts as found when the best hit is as near as it is to itself.
    pub fn self_retrieval(&self, breadth: usize) -> f32 {
        // Asked for the points of an empty graph, `hnsw_rs` panics.
        if self.is_empty() {
            return 1.0;
        }
        let step = self.points.len().div_ceil(SAMPLE);
        let (mut found, mut tried) = (0, 0);
        for point in self.graph.get_point_indexation().into_iter().step_by(step) {
            let hits = self.search(point.get_v(), 1, breadth).unwrap_or_default();
            tried += 1;
            found += usize::from(hits.first().is_some_and(|hit| hit.score >= 1.0 - ROUNDING));
        }
        found as f32 / tried as f32
    }
}

/// The points that no links of the lowest layer lead to from where every search begins.
fn unreachable(graph: &Hnsw<f32, CosineDistance>, count: usize) -> Vec<usize> {
    let layers = graph.get_point_indexation();
    // A search begins at the first point that was put on the highest layer.
    let highest = layers.get_max_level_observed().into();
    let Some(entry) = layers.get_layer_iterator(highest).next() else { return Vec::new() };
    let mut links = vec![Vec::new(); count];
    for point in layers {
        let by_layer = point.get_neighborhood_id();
        links[point.get_origin_id()].extend(by_layer[0].iter().map(|neighbour| neighbour.d_id));
    }
    let mut reached = vec![false; count];
    let mut waiting = vec![entry.get_origin_id()];
    while let Some(point) = waiting.pop() {
        reached[point] = true;
        waiting.extend(std::mem::take(&mut links[point]).into_iter().filter(|&next| !reached[next]));
    }
    (0..count).filter(|&point| !reached[point]).collect()
}

/// Some order in which equal vectors are neighbours.
fn compare(left: &[f32], right: &[f32]) -> Ordering {
    let components = left.iter().zip(right);
    components
        .map(|(left, right)| left.total_cmp(right))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}
