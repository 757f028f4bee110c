//! The scan over signed bytes: a quarter of the memory and of its traffic that floats would take. It picks the few dozen rows that look
//! best; whoever has, or makes, their full vectors scores those again. Answers at once after an addition or a removal. Never keeps a
//! full vector, never starts a thread.

use crate::{Hit, VectorError, dot, unit};
use std::{
    cmp::{Ordering, Reverse},
    collections::{BinaryHeap, HashMap},
};

/// At least this many rows are scored again with full precision, and twice as many as are asked for.
///
/// Rounding to bytes moves a cosine by about 0.002, which among 100,000 symbols never pushed one of the ten best
/// further down than that.
const CANDIDATES: usize = 40;

/// Room is made for at least so many rows at once.
const MORE_ROWS: usize = 64;

/// A unit vector in bytes: `code * scale` is close to the component.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Coded<'a> {
    pub codes: &'a [i8],
    pub scale: f32,
}

/// Owns what [`Coded`] points to.
pub(crate) struct OwnCoded {
    codes: Vec<i8>,
    scale: f32,
}

impl OwnCoded {
    pub(crate) fn as_ref(&self) -> Coded<'_> {
        Coded { codes: &self.codes, scale: self.scale }
    }
}

/// Vectors by number, in bytes, looked at one by one.
#[derive(Debug, Clone)]
pub struct CodedIndex {
    dimensions: usize,
    /// The number of each row.
    ids: Vec<u32>,
    /// Where each number's row is.
    positions: HashMap<u32, usize>,
    /// Unit vectors, one after the other: `code * scale` is close to the component.
    codes: Vec<i8>,
    scales: Vec<f32>,
}

impl CodedIndex {
    /// An empty index of vectors with that many components, with room for a number of them.
    pub fn with_capacity(dimensions: usize, count: usize) -> Self {
        Self {
            dimensions,
            ids: Vec::with_capacity(count),
            positions: HashMap::with_capacity(count),
            codes: Vec::with_capacity(count * dimensions),
            scales: Vec::with_capacity(count),
        }
    }

    /// Components of every vector in it.
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// The numbers of all documents that can be found, in no order; vectors of zeros are not among them.
    pub fn ids(&self) -> &[u32] {
        &self.ids
    }

    /// Adds a document, in place of the one that had its number.
    ///
    /// # Errors
    /// A vector of the wrong length or with a component that isn't finite; the index is then as it was.
    pub fn add(&mut self, id: u32, vector: &[f32]) -> Result<(), VectorError> {
        let unit = unit(vector, self.dimensions)?;
        self.remove(id);
        if let Some(row) = unit {
            self.add_coded(id, quantize(&row).as_ref());
        }
        Ok(())
    }

    /// Adds the row of a document that isn't there.
    pub(crate) fn add_coded(&mut self, id: u32, coded: Coded<'_>) {
        self.make_room();
        self.positions.insert(id, self.ids.len());
        self.ids.push(id);
        self.codes.extend(coded.codes);
        self.scales.push(coded.scale);
    }

    /// Grows by an eighth where there is no room for another row: twice the room, as vectors grow by themselves, is megabytes that nobody
    /// uses.
    fn make_room(&mut self) {
        if self.codes.len() == self.codes.capacity() {
            self.codes.reserve_exact((self.ids.len() / 8).max(MORE_ROWS) * self.dimensions);
        }
    }

    /// Removes a document; says where its row was, if it was there to be found. The last row has moved there.
    pub fn remove(&mut self, id: u32) -> Option<usize> {
        let position = self.positions.remove(&id)?;
        self.ids.swap_remove(position);
        self.scales.swap_remove(position);
        swap_remove_row(&mut self.codes, position, self.dimensions);
        if let Some(&moved) = self.ids.get(position) {
            self.positions.insert(moved, position);
        }
        Some(position)
    }

    /// Where the row of a document is.
    pub(crate) fn position(&self, id: u32) -> Option<usize> {
        self.positions.get(&id).copied()
    }

    /// A document's row; `None` where it isn't there.
    pub(crate) fn coded(&self, id: u32) -> Option<Coded<'_>> {
        self.position(id).map(|position| self.row(position))
    }

    /// All rows with their numbers, in no order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (u32, Coded<'_>)> {
        self.ids.iter().enumerate().map(|(position, &id)| (id, self.row(position)))
    }

    fn row(&self, position: usize) -> Coded<'_> {
        let codes = &self.codes[position * self.dimensions..][..self.dimensions];
        Coded { codes, scale: self.scales[position] }
    }

    /// The `k` nearest documents, best first; fewer where there are fewer. `vector` gives the full vector of a document, of any length but
    /// zero, as it was added.
    ///
    /// The answer depends on the documents alone, not on the order in which they came.
    ///
    /// # Errors
    /// A query, or a full vector, of the wrong length or with a component that isn't finite.
    pub fn search<V: AsRef<[f32]>>(
        &self,
        query: &[f32],
        k: usize,
        vector: impl Fn(u32) -> V,
    ) -> Result<Vec<Hit>, VectorError> {
        nearest(query, self.dimensions, k, |query, count| self.candidates(query, count), vector)
    }

    /// The documents that look best in bytes, in no order.
    pub(crate) fn candidates(&self, query: Coded<'_>, count: usize) -> Vec<u32> {
        // The worst of the best on top. It is looked at for every row and changed for few.
        let mut best = BinaryHeap::with_capacity(count.min(self.ids.len()));
        // A row exists only where there are dimensions; `max` keeps the chunk size valid without any.
        let rows = self.codes.chunks_exact(self.dimensions.max(1));
        for ((codes, scale), &id) in rows.zip(&self.scales).zip(&self.ids) {
            let candidate =
                Reverse(Candidate(Hit { id, score: dot::bytes(query.codes, codes) as f32 * scale }));
            if best.len() < count {
                best.push(candidate);
            } else if let Some(mut worst) = best.peek_mut()
                && candidate < *worst
            {
                *worst = candidate;
            }
        }
        best.into_iter().map(|Reverse(Candidate(hit))| hit.id).collect()
    }
}

/// A document that may be among the best; greater is better.
struct Candidate(Hit);

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        other.0.best_first(&self.0)
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Candidate {}

/// The `k` nearest of the documents that look best in bytes, scored again with their full vectors, best first. `candidates` picks so many of them.
pub(crate) fn nearest<V: AsRef<[f32]>>(
    query: &[f32],
    dimensions: usize,
    k: usize,
    candidates: impl FnOnce(Coded<'_>, usize) -> Vec<u32>,
    vector: impl Fn(u32) -> V,
) -> Result<Vec<Hit>, VectorError> {
    let Some(query) = unit(query, dimensions)? else { return Ok(Vec::new()) };
    if k == 0 {
        return Ok(Vec::new());
    }
    let candidates = candidates(quantize(&query).as_ref(), CANDIDATES.max(k.saturating_mul(2)));
    let mut hits = Vec::with_capacity(candidates.len());
    for id in candidates {
        if let Some(row) = unit(vector(id).as_ref(), dimensions)? {
            hits.push(Hit { id, score: dot::floats(&query, &row).clamp(-1.0, 1.0) });
        }
    }
    hits.sort_unstable_by(Hit::best_first);
    hits.truncate(k);
    Ok(hits)
}

/// The vector in bytes.
pub(crate) fn quantize(vector: &[f32]) -> OwnCoded {
    let largest = vector.iter().fold(0.0f32, |largest, component| largest.max(component.abs()));
    let scale = largest / 127.0;
    OwnCoded { codes: vector.iter().map(|component| (component / scale).round() as i8).collect(), scale }
}

/// `Vec::swap_remove` for rows of `width` elements.
pub(crate) fn swap_remove_row<T: Copy>(rows: &mut Vec<T>, position: usize, width: usize) {
    let last = rows.len() - width;
    rows.copy_within(last.., position * width);
    rows.truncate(last);
}
