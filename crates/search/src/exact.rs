//! The exact index: every row is looked at, so nothing is ever missed.
//!
//! A scan over signed bytes picks the best few dozen rows; those are scored again with their full vectors, which it keeps. It is the
//! truth that the graph index is checked against. Never approximates beyond that choice of candidates, never starts a thread.

use crate::coded::{CodedIndex, swap_remove_row};
use crate::{Hit, VectorError, unit};

/// Vectors by number, searched one by one.
#[derive(Debug, Clone)]
pub struct ExactIndex {
    coded: CodedIndex,
    /// Unit vectors, one after the other, in the order of the coded rows.
    rows: Vec<f32>,
}

impl ExactIndex {
    /// An empty index of vectors with that many components.
    pub fn new(dimensions: usize) -> Self {
        Self { coded: CodedIndex::with_capacity(dimensions, 0), rows: Vec::new() }
    }

    /// Components of every vector in it.
    pub fn dimensions(&self) -> usize {
        self.coded.dimensions()
    }

    /// How many documents can be found; vectors of zeros are not among them.
    pub fn len(&self) -> usize {
        self.coded.ids().len()
    }

    /// Whether there is nothing to find.
    pub fn is_empty(&self) -> bool {
        self.coded.ids().is_empty()
    }

    /// Adds a document, in place of the one that had its number.
    ///
    /// # Errors
    /// A vector of the wrong length or with a component that isn't finite; the index is then as it was.
    pub fn add(&mut self, id: u32, vector: &[f32]) -> Result<(), VectorError> {
        let unit = unit(vector, self.dimensions())?;
        self.remove(id);
        if let Some(row) = unit {
            self.coded.add(id, &row)?;
            self.rows.extend(row);
        }
        Ok(())
    }

    /// Removes a document; says whether it was there to be found.
    pub fn remove(&mut self, id: u32) -> bool {
        let Some(position) = self.coded.remove(id) else { return false };
        swap_remove_row(&mut self.rows, position, self.coded.dimensions());
        true
    }

    /// The `k` nearest documents, best first; fewer where there are fewer.
    ///
    /// The answer depends on the documents alone, not on the order in which they came.
    ///
    /// # Errors
    /// A query of the wrong length or with a component that isn't finite.
    pub fn search(&self, query: &[f32], k: usize) -> Result<Vec<Hit>, VectorError> {
        self.coded
            .search(query, k, |id| self.coded.position(id).map_or(&[][..], |position| self.row(position)))
    }

    fn row(&self, position: usize) -> &[f32] {
        &self.rows[position * self.dimensions()..][..self.dimensions()]
    }
}
