//! The graph index: a hierarchical navigable small world (Malkov and Yashunin 2016), by `hnsw_rs`.
//!
//! Built once from the bytes of a [`CodedIndex`], with one thread and in the order of the numbers, so that equal documents make an
//! equal graph. It compares bytes with bytes: a quarter of the memory and of its traffic that floats would take. It finds candidates in
//! logarithmic time and may miss a neighbour; [`GraphIndex::self_retrieval`] measures whether it can be trusted. Never changed
//! after it is built (`hnsw_rs` neither removes nor replaces a point), never starts a thread.
//!
//! Where vectors crowd, a point can end up without any link that leads to it: its neighbours have all their links to
//! points nearer still. Such strays are found by following the links once, and scanned in every search.

use crate::coded::{Coded, CodedIndex, nearest};
use crate::{Hit, VectorError, dot};
use anndists::dist::Distance;
use hnsw_rs::hnsw::Hnsw;

/// How a graph is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Construction {
    /// Links of a point on each upper layer (the `M` of the literature); twice as many on the lowest.
    pub links: usize,
    /// Points that are compared to find the links of a new one (`ef_construction`).
    pub breadth: usize,
}

impl Default for Construction {
    /// As measured best by `benches/search.rs`, whose figures stand in `docs/search.md`.
    fn default() -> Self {
        Self { links: 16, breadth: 100 }
    }
}

/// Layers at most, all that `hnsw_rs` allows; a graph of n points uses about the logarithm of n to the base of its links.
const LAYERS: usize = 16;
/// Points that the self-retrieval check looks for.
const SAMPLE: usize = 2000;
/// The distance of the same vectors, through rounding.
const ROUNDING: f32 = 1e-5;
/// Bytes behind the codes of a point that hold what a step of them is worth.
const SCALE: usize = size_of::<f32>();

/// Vectors by number, linked to their neighbours.
pub struct GraphIndex {
    graph: Hnsw<'static, i8, CodeDistance>,
    /// The numbers of the documents at each point. Documents with equal codes share a point: as points of their own
    /// they would fill one another's links and lose the way to the rest.
    points: Vec<Vec<u32>>,
    /// The documents of the points that cannot be reached, which have none in `points`.
    strays: CodedIndex,
}

/// 1 - cosine of coded unit vectors, 0 to 2. A point is its codes and, behind them, the bytes of its scale.
///
/// The distances that `hnsw_rs` brings know of no scale, and that for cosines panics where rounding makes one exceed 1.
struct CodeDistance;

impl Distance<i8> for CodeDistance {
    fn eval(&self, left: &[i8], right: &[i8]) -> f32 {
        let ((left, left_scale), (right, right_scale)) = (unpack(left), unpack(right));
        (1.0 - dot::bytes(left, right) as f32 * left_scale * right_scale).max(0.0)
    }
}

impl GraphIndex {
    /// Links all documents of an index; seconds to a minute of one core (see [`CROSSOVER`](crate::CROSSOVER)).
    pub fn build(index: &CodedIndex, construction: Construction) -> Self {
        let points = distinct(index);
        let Construction { links, breadth } = construction;
        let graph = Hnsw::new(links, points.len(), LAYERS, breadth, CodeDistance);
        for (point, documents) in points.iter().enumerate() {
            graph.insert((&pack(&documents[0].1), point));
        }
        let mut ids: Vec<Vec<u32>> =
            points.iter().map(|documents| documents.iter().map(|&(id, _)| id).collect()).collect();
        let mut strays = CodedIndex::with_capacity(index.dimensions(), 0);
        for point in unreachable(&graph, points.len()) {
            ids[point].clear();
            points[point].iter().for_each(|&(id, coded)| strays.add_coded(id, coded));
        }
        Self { graph, points: ids, strays }
    }

    /// How many documents it holds.
    pub fn len(&self) -> usize {
        self.points.iter().map(Vec::len).sum::<usize>() + self.strays.ids().len()
    }

    /// Whether there is nothing to find.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// About the `k` nearest documents, best first. `vector` gives the full vector of a document, of any length but zero.
    ///
    /// # Errors
    /// A query, or a full vector, of the wrong length or with a component that isn't finite.
    pub fn search<V: AsRef<[f32]>>(
        &self,
        query: &[f32],
        k: usize,
        breadth: usize,
        vector: impl Fn(u32) -> V,
    ) -> Result<Vec<Hit>, VectorError> {
        let dimensions = self.strays.dimensions();
        nearest(query, dimensions, k, |query, _| self.candidates(query, breadth), vector)
    }

    /// Documents that may be the nearest, in no order: those of the nearest `breadth` points that were found and of as many strays.
    ///
    /// `breadth` (the `ef` of the literature) is the number of points kept in view: more of them miss less and take longer.
    pub(crate) fn candidates(&self, query: Coded<'_>, breadth: usize) -> Vec<u32> {
        let mut candidates = self.strays.candidates(query, breadth);
        if !self.is_empty() {
            let found = self.graph.search(&pack(&query), breadth.min(self.points.len()), breadth);
            candidates.extend(found.iter().flat_map(|neighbour| &self.points[neighbour.d_id]));
        }
        candidates
    }

    /// The share of vectors that a search of this breadth for themselves finds, 0 to 1; 1 for an empty graph.
    ///
    /// Up to 2,000 are tried, evenly spread. One counts as found when the nearest is as near as it is to itself. Strays need no search.
    pub fn self_retrieval(&self, breadth: usize) -> f32 {
        // Asked for the points of an empty graph, `hnsw_rs` panics.
        if self.is_empty() {
            return 1.0;
        }
        let step = self.points.len().div_ceil(SAMPLE);
        let (mut found, mut tried) = (0, 0);
        for point in self.graph.get_point_indexation().into_iter().step_by(step) {
            let nearest = self.graph.search(point.get_v(), 1, breadth);
            let is_stray = self.points[point.get_origin_id()].is_empty();
            tried += 1;
            found += usize::from(is_stray || nearest.first().is_some_and(|hit| hit.distance <= ROUNDING));
        }
        found as f32 / tried as f32
    }
}

/// The documents of an index, those with equal codes together, by their lowest numbers.
fn distinct(index: &CodedIndex) -> Vec<Vec<(u32, Coded<'_>)>> {
    let mut documents: Vec<_> = index.rows().collect();
    let bits = |coded: &Coded<'_>| coded.scale.to_bits();
    documents.sort_by(|(a, left), (b, right)| {
        left.codes.cmp(right.codes).then(bits(left).cmp(&bits(right))).then(a.cmp(b))
    });
    let is_equal =
        |left: &Coded<'_>, right: &Coded<'_>| left.codes == right.codes && bits(left) == bits(right);
    let same = documents.chunk_by(|(_, left), (_, right)| is_equal(left, right));
    let mut points: Vec<Vec<_>> = same.map(<[_]>::to_vec).collect();
    points.sort_unstable_by_key(|documents| documents[0].0);
    points
}

/// Rounding to bytes changes a vector's length; here it is 1 again, so that no vector is nearer to another than that one is to itself.
fn pack(coded: &Coded<'_>) -> Vec<i8> {
    let length = (dot::bytes(coded.codes, coded.codes) as f32).sqrt();
    let scale = length.recip().to_le_bytes().map(|byte| byte as i8);
    coded.codes.iter().copied().chain(scale).collect()
}

fn unpack(point: &[i8]) -> (&[i8], f32) {
    let (codes, scale) = point.split_at(point.len() - SCALE);
    (codes, f32::from_le_bytes(std::array::from_fn(|at| scale[at] as u8)))
}

/// The points that no links of the lowest layer lead to from where every search begins.
fn unreachable(graph: &Hnsw<i8, CodeDistance>, count: usize) -> Vec<usize> {
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
