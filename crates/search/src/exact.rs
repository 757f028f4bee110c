//! The exact index: every row is looked at, so nothing is ever missed.
//!
//! A scan over signed bytes, a quarter of the memory traffic of floats, picks the best few dozen rows; those are
//! scored again with their full vectors. Answers at once after an addition or a removal, and is the truth that the
//! graph index is checked against. Never approximates beyond that choice of candidates, never starts a thread.

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

/// Vectors by number, searched one by one.
#[derive(Debug, Clone)]
pub struct ExactIndex {
    dimensions: usize,
    /// The number of each row.
    ids: Vec<u32>,
    /// Where each number's row is.
    positions: HashMap<u32, usize>,
    /// Unit vectors, one after the other.
    rows: Vec<f32>,
    /// The same rows in bytes: `code * scale` is close to the component.
    codes: Vec<i8>,
    scales: Vec<f32>,
}

impl ExactIndex {
    /// An empty index of vectors with that many components.
    pub fn new(dimensions: usize) -> Self {
        Self {
            dimensions,
            ids: Vec::new(),
            positions: HashMap::new(),
            rows: Vec::new(),
            codes: Vec::new(),
            scales: Vec::new(),
        }
    }

    /// An empty index with room for a number of vectors.
    pub fn with_capacity(dimensions: usize, count: usize) -> Self {
        let mut index = Self::new(dimensions);
        index.rows.reserve_exact(count * dimensions);
        index.codes.reserve_exact(count * dimensions);
        index
    }

    /// Components of every vector in it.
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// How many documents can be found; vectors of zeros are not among them.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is nothing to find.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Adds a document, in place of the one that had its number.
    ///
    /// # Errors
    /// A vector of the wrong length or with a component that isn't finite; the index is then as it was.
    pub fn add(&mut self, id: u32, vector: &[f32]) -> Result<(), VectorError> {
        let unit = unit(vector, self.dimensions)?;
        self.remove(id);
        if let Some(row) = unit {
            let (codes, scale) = quantize(&row);
            self.make_room();
            self.positions.insert(id, self.ids.len());
            self.ids.push(id);
            self.rows.extend(row);
            self.codes.extend(codes);
            self.scales.push(scale);
        }
        Ok(())
    }

    /// Grows by an eighth where there is no room for another row: twice the room, as vectors grow by themselves, is tens of megabytes that
    /// nobody uses.
    fn make_room(&mut self) {
        if self.rows.len() == self.rows.capacity() {
            let more = (self.ids.len() / 8).max(MORE_ROWS);
            self.rows.reserve_exact(more * self.dimensions);
            self.codes.reserve_exact(more * self.dimensions);
        }
    }

    /// Removes a document; says whether it was there to be found.
    pub fn remove(&mut self, id: u32) -> bool {
        let Some(position) = self.positions.remove(&id) else { return false };
        self.ids.swap_remove(position);
        self.scales.swap_remove(position);
        swap_remove_row(&mut self.rows, position, self.dimensions);
        swap_remove_row(&mut self.codes, position, self.dimensions);
        if let Some(&moved) = self.ids.get(position) {
            self.positions.insert(moved, position);
        }
        true
    }

    /// The `k` nearest documents, best first; fewer where there are fewer.
    ///
    /// The answer depends on the documents alone, not on the order in which they came.
    ///
    /// # Errors
    /// A query of the wrong length or with a component that isn't finite.
    pub fn search(&self, query: &[f32], k: usize) -> Result<Vec<Hit>, VectorError> {
        let Some(query) = unit(query, self.dimensions)? else { return Ok(Vec::new()) };
        if k == 0 {
            return Ok(Vec::new());
        }
        let mut hits: Vec<Hit> = self
            .candidates(&query, CANDIDATES.max(k.saturating_mul(2)))
            .map(|position| Hit {
                id: self.ids[position],
                score: dot::floats(&query, self.row(position)).clamp(-1.0, 1.0),
            })
            .collect();
        hits.sort_unstable_by(Hit::best_first);
        hits.truncate(k);
        Ok(hits)
    }

    /// Numbers and unit vectors of all documents, by number.
    pub(crate) fn documents(&self) -> Vec<(u32, &[f32])> {
        let mut documents: Vec<_> =
            self.ids.iter().enumerate().map(|(position, &id)| (id, self.row(position))).collect();
        documents.sort_unstable_by_key(|&(id, _)| id);
        documents
    }

    fn row(&self, position: usize) -> &[f32] {
        &self.rows[position * self.dimensions..][..self.dimensions]
    }

    /// Positions of the rows that look best in bytes, in no order.
    fn candidates(&self, query: &[f32], count: usize) -> impl Iterator<Item = usize> {
        let (query, _) = quantize(query);
        // The worst of the best on top. It is looked at for every row and changed for few.
        let mut best = BinaryHeap::with_capacity(count.min(self.len()));
        // A row exists only where there are dimensions; `max` keeps the chunk size valid without any.
        let rows = self.codes.chunks_exact(self.dimensions.max(1));
        for (position, (codes, scale)) in rows.zip(&self.scales).enumerate() {
            let score = dot::bytes(&query, codes) as f32 * scale;
            let candidate = Reverse(Candidate { hit: Hit { id: self.ids[position], score }, position });
            if best.len() < count {
                best.push(candidate);
            } else if let Some(mut worst) = best.peek_mut()
                && candidate < *worst
            {
                *worst = candidate;
            }
        }
        best.into_iter().map(|Reverse(candidate)| candidate.position)
    }
}

/// A row that may be among the best; greater is better.
struct Candidate {
    hit: Hit,
    position: usize,
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        other.hit.best_first(&self.hit)
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

/// The vector in bytes, and what one step of them is worth.
fn quantize(vector: &[f32]) -> (Vec<i8>, f32) {
    let largest = vector.iter().fold(0.0f32, |largest, component| largest.max(component.abs()));
    let scale = largest / 127.0;
    (vector.iter().map(|component| (component / scale).round() as i8).collect(), scale)
}

/// `Vec::swap_remove` for rows of `width` elements.
fn swap_remove_row<T: Copy>(rows: &mut Vec<T>, position: usize, width: usize) {
    let last = rows.len() - width;
    rows.copy_within(last.., position * width);
    rows.truncate(last);
}
