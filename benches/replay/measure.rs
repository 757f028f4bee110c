//! Recall and reciprocal rank. Never does: round.

use std::collections::BTreeSet;

/// So many of a list are looked at for recall.
const FIRST: usize = 10;

/// What was found so far.
#[derive(Default)]
pub struct Tally {
    recall: Vec<f64>,
    reciprocal: Vec<f64>,
    file_recall: Vec<f64>,
    file_reciprocal: Vec<f64>,
}

/// Means over all queries; over those with other files for files.
pub struct Figures {
    pub recall: f64,
    pub reciprocal: f64,
    pub file_recall: f64,
    pub file_reciprocal: f64,
}

impl Tally {
    pub fn add<S: Ord, F: Ord>(
        &mut self,
        symbols: &[S],
        wanted: &BTreeSet<S>,
        files: &[F],
        wanted_files: &BTreeSet<F>,
    ) {
        self.recall.push(recall(symbols, wanted));
        self.reciprocal.push(reciprocal(symbols, wanted));
        if !wanted_files.is_empty() {
            self.file_recall.push(recall(files, wanted_files));
            self.file_reciprocal.push(reciprocal(files, wanted_files));
        }
    }

    pub fn figures(self) -> Figures {
        Figures {
            recall: mean(&self.recall),
            reciprocal: mean(&self.reciprocal),
            file_recall: mean(&self.file_recall),
            file_reciprocal: mean(&self.file_reciprocal),
        }
    }
}

fn recall<T: Ord>(found: &[T], wanted: &BTreeSet<T>) -> f64 {
    found.iter().take(FIRST).filter(|item| wanted.contains(item)).count() as f64 / wanted.len() as f64
}

fn reciprocal<T: Ord>(found: &[T], wanted: &BTreeSet<T>) -> f64 {
    found.iter().position(|item| wanted.contains(item)).map_or(0.0, |at| 1.0 / (at + 1) as f64)
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}
