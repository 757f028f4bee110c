//! The loss: of all symbols of a batch, a sentence's own should be nearest to it, and of all sentences a symbol's own.
//!
//! InfoNCE (van den Oord, Li and Vinyals 2018) both ways, as CLIP has it (Radford and others 2021), over cosines. Never
//! changes a table. Work is cut into parts whose size doesn't depend on the number of threads, and sums over parts are taken
//! in their order, so a result is the same to the last bit however many threads there are.

use rayon::prelude::*;

use crate::encode::Pieces;
use crate::matrix::{Strides, Vector, add, dot, mixtures, scores};

/// Rows of a part.
const PART: usize = 64;

/// What a batch teaches.
pub struct Lesson {
    /// Mean over pairs and ways, in nats.
    pub loss: f64,
    /// What the sum of each query's weighted rows should move against; then the same of each document's.
    pub gradients: [Vec<Vector>; 2],
}

/// Vectors at length 1, and the lengths that they had.
struct Side {
    units: Vec<Vector>,
    lengths: Vec<f32>,
}

/// The loss of pairs (the n-th query belongs to the n-th document), and which way it falls. At most some thousand pairs, and
/// a temperature of at least 0.02.
pub fn contrast(rows: &[Vector], queries: &[&Pieces], documents: &[&Pieces], temperature: f32) -> Lesson {
    let [queries, documents] = [queries, documents].map(|side| Side::of(rows, side));
    let count = queries.units.len();
    let mut grid = vec![0.0; count * count];
    let sums: Vec<(Vec<f32>, Vec<f32>)> = grid
        .par_chunks_mut(PART * count)
        .zip(queries.units.par_chunks(PART))
        .map(|(part, queries)| exponentials(part, queries, &documents.units, temperature))
        .collect();
    let own: Vec<f32> = (0..count).map(|at| grid[at * count + at]).collect();
    let by_query: Vec<f32> = sums.iter().flat_map(|(rows, _)| rows.iter().copied()).collect();
    let mut by_document = vec![0.0; count];
    for (_, columns) in &sums {
        by_document.iter_mut().zip(columns).for_each(|(sum, part)| *sum += part);
    }
    let surprise = |(own, sum): (&f32, &f32)| f64::from(sum.ln() - own.ln());
    let loss = own.iter().zip(&by_query).chain(own.iter().zip(&by_document)).map(surprise).sum::<f64>();

    let share = 0.5 / count as f32 / temperature;
    grid.par_chunks_mut(count).enumerate().for_each(|(at, row)| {
        for (value, column) in row.iter_mut().zip(&by_document) {
            *value *= share * (1.0 / by_query[at] + 1.0 / column);
        }
        row[at] -= 2.0 * share;
    });
    let along = Strides { row: count, column: 1 };
    let across = Strides { row: 1, column: count };
    let gradients =
        [queries.pull(&grid, along, &documents.units), documents.pull(&grid, across, &queries.units)];
    Lesson { loss: loss / (2 * count) as f64, gradients }
}

/// Makes a part of the grid: `exp(cosine / temperature)`, with its sums by row and by column. Cosines are at most 1, so that
/// nothing overflows.
fn exponentials(
    part: &mut [f32],
    queries: &[Vector],
    documents: &[Vector],
    temperature: f32,
) -> (Vec<f32>, Vec<f32>) {
    scores(queries, documents, part);
    let mut columns = vec![0.0; documents.len()];
    let mut rows = Vec::with_capacity(queries.len());
    for row in part.chunks_mut(documents.len()) {
        row.iter_mut().for_each(|value| *value = (*value / temperature).exp());
        columns.iter_mut().zip(&*row).for_each(|(sum, value)| *sum += value);
        rows.push(row.iter().sum());
    }
    (rows, columns)
}

impl Side {
    fn of(rows: &[Vector], texts: &[&Pieces]) -> Self {
        let (units, lengths) = texts.par_iter().map(|pieces| unit(rows, pieces)).unzip();
        Self { units, lengths }
    }

    /// What the grid of gradients by cosine means for the sums of rows: through the product with the other side, and through
    /// the scaling to length 1, which takes out what would change the length alone.
    fn pull(&self, grid: &[f32], strides: Strides, others: &[Vector]) -> Vec<Vector> {
        let mut pulls = vec![[0.0; _]; self.units.len()];
        pulls.par_chunks_mut(PART).enumerate().for_each(|(part, pulls)| {
            let first = part * PART;
            mixtures(pulls.len(), (&grid[first * strides.row..], strides), others, pulls);
            for (at, pull) in (first..).zip(pulls) {
                let along = dot(pull, &self.units[at]);
                add(pull, -along, &self.units[at]);
                pull.iter_mut().for_each(|value| *value /= self.lengths[at]);
            }
        });
        pulls
    }
}

/// The sum of weighted rows at length 1, and its length. What has none stays as it is.
pub fn unit(rows: &[Vector], pieces: &Pieces) -> (Vector, f32) {
    let mut sum = [0.0; _];
    pieces.iter().for_each(|&(piece, weight)| add(&mut sum, weight, &rows[piece as usize]));
    let length = dot(&sum, &sum).sqrt();
    let length = if length.is_normal() { length } else { 1.0 };
    sum.iter_mut().for_each(|value| *value /= length);
    (sum, length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use backstory_model::embedder::DIMENSIONS;

    /// Rows and pairs of five pieces a side, from a seed.
    fn batch(pairs: usize) -> (Vec<Vector>, Vec<Pieces>, Vec<Pieces>) {
        let mut random = Random::new(7);
        let mut value = move || random.below(2001) as f32 / 1000.0 - 1.0;
        let rows = (0..40).map(|_| std::array::from_fn(|_| value())).collect();
        let mut random = Random::new(8);
        let mut text =
            |_| (0..5).map(|_| (random.below(40) as u32, 0.5 + random.below(100) as f32 / 100.0)).collect();
        let queries = (0..pairs).map(&mut text).collect();
        (rows, queries, (0..pairs).map(text).collect())
    }

    fn lesson(rows: &[Vector], queries: &[Pieces], documents: &[Pieces]) -> Lesson {
        let [queries, documents] = [queries, documents].map(|side| side.iter().collect::<Vec<_>>());
        contrast(rows, &queries, &documents, 0.1)
    }

    #[test]
    fn the_gradient_is_the_slope_of_the_loss() {
        let (mut rows, queries, documents) = batch(70);
        let taught = lesson(&rows, &queries, &documents);
        for (piece, component) in [(0, 0), (7, 100), (39, DIMENSIONS - 1)] {
            let mut slope = 0.0;
            for (side, gradients) in [&queries, &documents].into_iter().zip(&taught.gradients) {
                for (pieces, gradient) in side.iter().zip(gradients) {
                    let own = pieces.iter().filter(|&&(number, _)| number == piece as u32);
                    slope += own.map(|&(_, weight)| f64::from(weight * gradient[component])).sum::<f64>();
                }
            }
            const STEP: f32 = 0.02;
            let before = rows[piece][component];
            rows[piece][component] = before + STEP;
            let above = lesson(&rows, &queries, &documents).loss;
            rows[piece][component] = before - STEP;
            let below = lesson(&rows, &queries, &documents).loss;
            rows[piece][component] = before;
            let measured = (above - below) / f64::from(2.0 * STEP);
            assert!((measured - slope).abs() < 0.02 * slope.abs() + 1e-5, "{measured} {slope}");
        }
    }

    #[test]
    fn pairs_that_agree_surprise_less() {
        let (rows, queries, documents) = batch(70);
        let chance = 70_f64.ln();
        assert!(lesson(&rows, &queries, &documents).loss > chance);
        assert!(lesson(&rows, &queries, &queries).loss < chance / 4.0);
    }

    #[test]
    fn threads_change_nothing() {
        let (rows, queries, documents) = batch(200);
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| lesson(&rows, &queries, &documents))
        };
        let (one, three) = (with(1), with(3));
        assert_eq!(one.loss.to_bits(), three.loss.to_bits());
        assert_eq!(one.gradients, three.gradients);
    }
}
