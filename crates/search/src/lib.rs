//! Retrieval: which of many documents answer a query, by their words (BM25), by their vectors (an exact scan, or an HNSW graph beside
//! it), and by both together.
//!
//! A document is a number, with the terms of its texts on the lexical side and a vector on the other. Every index keeps the vectors at
//! unit length, so that the score of a [`Hit`] is the cosine of the angle to the query. A vector of zeros has no direction: it
//! is accepted, never found, and as a query finds nothing.
//!
//! This crate never knows where documents come from, never makes a vector out of text, and never does any IO.

mod coded;
mod dot;
mod exact;
mod fused;
mod graph;
mod lexical;
mod terms;
mod vector;

pub use coded::CodedIndex;
pub use exact::ExactIndex;
pub use fused::{Fused, Why, fuse};
pub use graph::{Construction, GraphIndex};
pub use lexical::{LexicalError, LexicalHit, LexicalIndex, Query, Words};
pub use terms::Terms;
pub use vector::{BREADTH, CROSSOVER, Checked, Snapshot, Strategy, VectorIndex};

use std::{cmp::Ordering, fmt};

/// One document that a search found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// The number that the document was added under.
    pub id: u32,
    /// Cosine of the angle between the document's vector and the query, -1 to 1.
    pub score: f32,
}

impl Hit {
    /// The order of all results: higher scores first, among equals the lower id.
    fn best_first(&self, other: &Self) -> Ordering {
        other.score.total_cmp(&self.score).then(self.id.cmp(&other.id))
    }
}

/// Why a vector was refused, to be indexed or as a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VectorError {
    /// It has another number of components than the index.
    Dimensions { expected: usize, found: usize },
    /// A component is infinite or not a number.
    NotFinite,
}

impl fmt::Display for VectorError {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Dimensions { expected, found } => {
                write!(out, "the vector has {found} dimensions, the index {expected}")
            }
            Self::NotFinite => write!(out, "the vector holds a number that is not finite"),
        }
    }
}

impl std::error::Error for VectorError {}

/// The vector at length 1; `None` where it is all zeros and has no direction.
fn unit(vector: &[f32], dimensions: usize) -> Result<Option<Vec<f32>>, VectorError> {
    if vector.len() != dimensions {
        return Err(VectorError::Dimensions { expected: dimensions, found: vector.len() });
    }
    if vector.iter().any(|component| !component.is_finite()) {
        return Err(VectorError::NotFinite);
    }
    // In 64 bits: the square of a finite 32-bit number neither overflows nor vanishes there.
    let length = vector.iter().map(|&component| f64::from(component).powi(2)).sum::<f64>().sqrt();
    if length == 0.0 {
        return Ok(None);
    }
    Ok(Some(vector.iter().map(|&component| (f64::from(component) / length) as f32).collect()))
}

#[cfg(test)]
mod tests;
