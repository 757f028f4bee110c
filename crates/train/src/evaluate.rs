//! How well a table finds a symbol by its sentence. Never does: choose who is asked about.

use std::collections::HashMap;

use backstory_model::embedder::Embedder;
use rayon::prelude::*;

use crate::Symbol;
use crate::contrast::unit;
use crate::encode::{self, Pieces};
use crate::matrix::{Vector, scores};
use crate::random::Random;

/// Places that count: what stands behind is not seen.
pub const PLACES: usize = 10;
/// Questions of one product.
const PART: usize = 64;

/// What a number of searches found.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    /// Searches that were made.
    pub queries: usize,
    /// Mean over them of 1 / place, of places up to 10; 0 to 1.
    pub mrr: f64,
    /// Share of them whose symbol is among the first 10; 0 to 1.
    pub recall: f64,
}

impl Figures {
    /// Of the place of each search's symbol, from 1.
    pub fn of(places: &[usize]) -> Self {
        let found = places.iter().filter(|&&place| place <= PLACES);
        let count = places.len().max(1) as f64;
        let mrr = found.clone().map(|&place| 1.0 / place as f64).sum::<f64>() / count;
        Self { queries: places.len(), mrr, recall: found.count() as f64 / count }
    }
}

/// Questions about some of a list of candidates.
pub struct Questions<'a> {
    candidates: Vec<&'a Symbol>,
    /// The numbers of those that are asked about, by their sentences.
    asked: Vec<usize>,
}

impl<'a> Questions<'a> {
    /// At most so many questions, chosen by the seed, with all of the candidates to be told apart. A sentence that several of
    /// them have is no question: it has no one answer.
    pub fn sample(candidates: Vec<&'a Symbol>, most: usize, seed: u64) -> Self {
        let sentences = || candidates.iter().filter_map(|symbol| symbol.sentence.as_deref());
        let mut counts: HashMap<&str, usize> = HashMap::new();
        sentences().for_each(|sentence| *counts.entry(sentence).or_default() += 1);
        let is_question =
            |&at: &usize| candidates[at].sentence.as_deref().is_some_and(|sentence| counts[sentence] == 1);
        let mut asked: Vec<usize> = (0..candidates.len()).filter(is_question).collect();
        Random::new(seed).shuffle(&mut asked);
        asked.truncate(most);
        Self { candidates, asked }
    }

    /// What there is to be found.
    pub fn candidates(&self) -> &[&'a Symbol] {
        &self.candidates
    }

    /// Each question with the number of the candidate that it is about.
    pub fn asked(&self) -> impl Iterator<Item = (&'a str, usize)> + '_ {
        self.asked.iter().filter_map(|&at| Some((self.candidates[at].sentence.as_deref()?, at)))
    }

    /// The similarity of every candidate to each question, row by row, as the product's search has it.
    pub fn similarities(&self, embedder: &Embedder) -> Vec<Vec<f32>> {
        let weighed: Vec<Pieces> =
            self.candidates.par_iter().map(|symbol| encode::document(embedder, symbol)).collect();
        let frequencies = encode::frequencies(&weighed);
        let rows: Vec<Vector> = embedder.rows();
        let vector = |pieces: Pieces| unit(&rows, &encode::with_rarity(pieces, &frequencies)).0;
        let documents: Vec<Vector> = weighed.into_par_iter().map(vector).collect();
        let queries: Vec<Vector> =
            self.asked().map(|(sentence, _)| vector(encode::query(embedder, sentence))).collect();
        let part = |queries: &[Vector]| {
            let mut found = vec![0.0; queries.len() * documents.len()];
            scores(queries, &documents, &mut found);
            found.chunks(documents.len().max(1)).map(<[f32]>::to_vec).collect::<Vec<_>>()
        };
        queries.par_chunks(PART).flat_map(part).collect()
    }

    /// The place of each question's symbol.
    pub fn places(&self, similarities: &[Vec<f32>]) -> Vec<usize> {
        self.asked().zip(similarities).map(|((_, at), row)| place(row, at)).collect()
    }

    /// How well a table does.
    pub fn figures(&self, embedder: &Embedder) -> Figures {
        Figures::of(&self.places(&self.similarities(embedder)))
    }
}

/// The place of one among all, from 1. Of equals the first stands before the others.
pub fn place(scores: &[f32], at: usize) -> usize {
    let before = |&(other, &score): &(usize, &f32)| score > scores[at] || score == scores[at] && other < at;
    1 + scores.iter().enumerate().filter(before).count()
}
