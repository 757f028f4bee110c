//! Adam (Kingma and Ba 2015) over the rows of a table, of which a batch touches few. Rows that it doesn't touch stay as they
//! are, momentum included ("lazy" Adam). Never does: choose a rate.

use backstory_model::embedder::DIMENSIONS;
use rayon::prelude::*;

use crate::encode::Pieces;
use crate::matrix::{Vector, add};

const MOMENTUM: f32 = 0.9;
const SPREAD: f32 = 0.999;
const TINY: f32 = 1e-8;

/// The rows and what their gradients were lately.
pub struct Adam {
    pub rows: Vec<Vector>,
    means: Vec<Vector>,
    squares: Vec<Vector>,
    steps: i32,
}

/// One use of a piece in a batch: which text it was, and with what weight.
type Use = (u32, f32);

impl Adam {
    pub fn new(rows: Vec<Vector>) -> Self {
        let zeros = vec![[0.0; DIMENSIONS]; rows.len()];
        Self { means: zeros.clone(), squares: zeros, rows, steps: 0 }
    }

    /// Moves each row against its gradient: the sum, in the order of the texts, of the texts' gradients by the weight that
    /// the piece has in them.
    pub fn step(&mut self, rate: f32, texts: &[&Pieces], gradients: &[Vector]) {
        self.steps = self.steps.saturating_add(1);
        let bias = |decay: f32| 1.0 - decay.powi(self.steps);
        let (rate, scale) = (rate / bias(MOMENTUM), 1.0 / bias(SPREAD));
        let (starts, uses) = by_piece(texts, self.rows.len());
        let rows = self.rows.par_iter_mut().zip(&mut self.means).zip(&mut self.squares).enumerate();
        rows.with_min_len(256).for_each(|(piece, ((row, mean), square))| {
            let uses = &uses[starts[piece]..starts[piece + 1]];
            if uses.is_empty() {
                return;
            }
            let mut gradient = [0.0; DIMENSIONS];
            uses.iter().for_each(|&(text, weight)| add(&mut gradient, weight, &gradients[text as usize]));
            for at in 0..DIMENSIONS {
                mean[at] += (1.0 - MOMENTUM) * (gradient[at] - mean[at]);
                square[at] += (1.0 - SPREAD) * (gradient[at] * gradient[at] - square[at]);
                row[at] -= rate * mean[at] / ((square[at] * scale).sqrt() + TINY);
            }
        });
    }
}

/// The uses of all pieces, sorted by piece and then by text; those of piece `n` start at the n-th number and end at the next.
fn by_piece(texts: &[&Pieces], pieces: usize) -> (Vec<usize>, Vec<Use>) {
    let all = || {
        (0..)
            .zip(texts)
            .flat_map(|(text, pieces)| pieces.iter().map(move |&(piece, weight)| (piece, text, weight)))
    };
    let mut starts = vec![0; pieces + 1];
    all().for_each(|(piece, ..)| starts[piece as usize + 1] += 1);
    for piece in 0..pieces {
        starts[piece + 1] += starts[piece];
    }
    let mut next = starts.clone();
    let mut uses = vec![(0, 0.0); starts[pieces]];
    for (piece, text, weight) in all() {
        let at = &mut next[piece as usize];
        uses[*at] = (text, weight);
        *at += 1;
    }
    (starts, uses)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_step_is_as_long_as_the_rate_and_only_used_rows_move() {
        let mut adam = Adam::new(vec![[1.0; DIMENSIONS]; 3]);
        let texts: [Pieces; 2] = [[(0, 2.0), (2, 1.0)].into(), [(2, 1.0)].into()];
        let gradients = [[3.0; DIMENSIONS], [-5.0; DIMENSIONS]];
        adam.step(0.1, &texts.iter().collect::<Vec<_>>(), &gradients);
        let first: Vec<f32> = adam.rows.iter().map(|row| (row[0] * 1000.0).round() / 1000.0).collect();
        assert_eq!(first, [0.9, 1.0, 1.1]);
    }

    #[test]
    fn uses_are_sorted_by_piece_and_text() {
        let texts: [Pieces; 3] = [[(3, 0.1), (1, 0.2)].into(), [].into(), [(1, 0.3)].into()];
        let (starts, uses) = by_piece(&texts.iter().collect::<Vec<_>>(), 4);
        assert_eq!(starts, [0, 0, 2, 2, 3]);
        assert_eq!(uses, [(0, 0.2), (2, 0.3), (0, 0.1)]);
    }
}
