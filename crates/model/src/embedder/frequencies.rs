//! In how many documents each piece occurs, which says how much it tells.
//!
//! Never keeps which documents those are: to take a document out again, its pieces must be given again.

use serde::{Deserialize, Serialize};

/// How much a piece's rarity counts; below 1, so that one odd name doesn't outweigh all else.
const RARITY_POWER: f32 = 0.7;

/// Document counts by piece. They belong to one table: see [`Embedder::identity`](super::Embedder::identity).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentFrequencies {
    documents: u32,
    /// By the piece's number, as far as the highest that occurred.
    counts: Vec<u32>,
}

impl DocumentFrequencies {
    /// Counts a document in, given the pieces of all its fields in any order.
    pub fn add(&mut self, pieces: impl IntoIterator<Item = u32>) {
        self.documents = self.documents.saturating_add(1);
        for piece in distinct(pieces) {
            let index = piece as usize;
            if index >= self.counts.len() {
                self.counts.resize(index + 1, 0);
            }
            self.counts[index] = self.counts[index].saturating_add(1);
        }
    }

    /// Counts a document out that was counted in with these pieces.
    pub fn remove(&mut self, pieces: impl IntoIterator<Item = u32>) {
        self.documents = self.documents.saturating_sub(1);
        for piece in distinct(pieces) {
            if let Some(count) = self.counts.get_mut(piece as usize) {
                *count = count.saturating_sub(1);
            }
        }
    }

    /// How many documents were counted.
    pub fn documents(&self) -> u32 {
        self.documents
    }

    /// What a piece's rarity multiplies its row by: [`rarity`](Self::rarity) to the power of 0.7.
    pub fn weight(&self, piece: u32) -> f32 {
        self.rarity(piece).powf(RARITY_POWER)
    }

    /// The inverse document frequency of BM25 (Robertson and Zaragoza 2009), in the form that stays above zero:
    /// `ln(1 + (N - n + 0.5) / (n + 0.5))` for a piece that n of N documents contain.
    pub fn rarity(&self, piece: u32) -> f32 {
        let containing = self.counts.get(piece as usize).copied().unwrap_or(0);
        let without = self.documents.saturating_sub(containing);
        ((without as f32 + 0.5) / (containing as f32 + 0.5)).ln_1p()
    }
}

fn distinct(pieces: impl IntoIterator<Item = u32>) -> Vec<u32> {
    let mut pieces: Vec<u32> = pieces.into_iter().collect();
    pieces.sort_unstable();
    pieces.dedup();
    pieces
}
