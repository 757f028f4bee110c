//! The weights of `ide::related`: a conditional logit (McFadden 1974), in which each symbol that changed competes with all other candidates of its
//! list. Fitted by Adam on all lists at once, with a little ridge. Never does: look at the commits that are measured.

use std::collections::BTreeSet;

use backstory_session::history::LogSymbol;
use backstory_session::ide::related::{FEATURES, Signs, features, score};

const STEPS: usize = 600;
const RATE: f64 = 0.05;
const RIDGE: f64 = 1e-4;

/// The candidates of one query.
pub struct List {
    rows: Vec<([f64; FEATURES], bool)>,
}

impl List {
    pub fn of(candidates: &[(LogSymbol, Signs)], wanted: &BTreeSet<LogSymbol>) -> Self {
        let row = |(symbol, signs): &(LogSymbol, Signs)| (features(signs), wanted.contains(symbol));
        Self { rows: candidates.iter().map(row).collect() }
    }
}

pub fn fit(lists: &[List]) -> [f64; FEATURES] {
    let (mut weights, mut mean, mut square) = ([0.0; FEATURES], [0.0; FEATURES], [0.0; FEATURES]);
    for step in 1..=STEPS {
        let gradient = gradient(lists, &weights);
        for index in 0..FEATURES {
            mean[index] = 0.9 * mean[index] + 0.1 * gradient[index];
            square[index] = 0.999 * square[index] + 0.001 * gradient[index] * gradient[index];
            let (mean, square) = (
                mean[index] / (1.0 - 0.9_f64.powi(step as i32)),
                square[index] / (1.0 - 0.999_f64.powi(step as i32)),
            );
            weights[index] -= RATE * mean / (square.sqrt() + 1e-8);
        }
    }
    weights
}

/// Of the mean loss of a list that has something to find.
fn gradient(lists: &[List], weights: &[f64; FEATURES]) -> [f64; FEATURES] {
    let mut sum = [0.0; FEATURES];
    let mut counted = 0.0;
    for List { rows } in lists {
        let wanted = rows.iter().filter(|(_, is_wanted)| *is_wanted).count();
        if wanted == 0 {
            continue;
        }
        counted += 1.0;
        let scores: Vec<f64> = rows.iter().map(|(features, _)| score(features, weights)).collect();
        let highest = scores.iter().copied().fold(f64::MIN, f64::max);
        let powers: Vec<f64> = scores.iter().map(|score| (score - highest).exp()).collect();
        let total: f64 = powers.iter().sum();
        for ((features, is_wanted), power) in rows.iter().zip(&powers) {
            let expected = power / total - if *is_wanted { 1.0 / wanted as f64 } else { 0.0 };
            for (sum, feature) in sum.iter_mut().zip(features) {
                *sum += expected * feature;
            }
        }
    }
    std::array::from_fn(|index| sum[index] / f64::max(counted, 1.0) + RIDGE * weights[index])
}
