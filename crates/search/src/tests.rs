//! Tests of the indexes, on seeded vectors. Never measures time.

mod exact;
mod graph;
mod lexical;
mod vector;

use crate::{CodedIndex, ExactIndex, Hit};

/// A small generator of pseudo-random numbers (SplitMix64), so that a failure comes again.
pub struct Random(pub u64);

impl Random {
    /// Evenly spread in -1..1.
    fn component(&mut self) -> f32 {
        (self.bits() >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    }

    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    fn vector(&mut self, dimensions: usize) -> Vec<f32> {
        (0..dimensions).map(|_| self.component()).collect()
    }
}

/// `count` vectors around a few dozen centres, as the symbols of a repository lie around its topics.
pub fn clustered(seed: u64, count: usize, dimensions: usize) -> Vec<(u32, Vec<f32>)> {
    let mut random = Random(seed);
    let centres: Vec<_> = (0..40).map(|_| random.vector(dimensions)).collect();
    (0..count)
        .map(|id| {
            let centre = &centres[random.bits() as usize % centres.len()];
            (id as u32, centre.iter().map(|component| component + 0.7 * random.component()).collect())
        })
        .collect()
}

pub fn exact(documents: &[(u32, Vec<f32>)], dimensions: usize) -> ExactIndex {
    let mut index = ExactIndex::new(dimensions);
    for (id, vector) in documents {
        index.add(*id, vector).unwrap();
    }
    index
}

pub fn coded(documents: &[(u32, Vec<f32>)], dimensions: usize) -> CodedIndex {
    let mut index = CodedIndex::with_capacity(dimensions, documents.len());
    for (id, vector) in documents {
        index.add(*id, vector).unwrap();
    }
    index
}

pub fn ids(hits: &[Hit]) -> Vec<u32> {
    hits.iter().map(|hit| hit.id).collect()
}
