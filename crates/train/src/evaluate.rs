//! How well a table finds a symbol by its sentence. Never does: choose who is asked about.

use std::collections::HashMap;

use backstory_model::embedder::{DocumentFrequencies, Embedder};
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

/// The vectors of a list of candidates, as the product's search makes them.
pub(crate) struct Index<'a> {
    embedder: &'a Embedder,
    rows: Vec<Vector>,
    frequencies: DocumentFrequencies,
    documents: Vec<Vector>,
}

impl<'a> Index<'a> {
    pub(crate) fn new(embedder: &'a Embedder, candidates: &[&Symbol]) -> Self {
        let weighed: Vec<Pieces> =
            candidates.par_iter().map(|symbol| encode::document(embedder, symbol)).collect();
        let frequencies = encode::frequencies(&weighed);
        let mut index = Self { embedder, rows: embedder.rows(), frequencies, documents: Vec::new() };
        index.documents = weighed.into_par_iter().map(|pieces| index.vector(pieces)).collect();
        index
    }

    /// The cosine of every candidate with each text, text by text.
    pub(crate) fn similarities(&self, texts: &[&str]) -> Vec<Vec<f32>> {
        let part = |texts: &[&str]| {
            let vectors: Vec<Vector> =
                texts.iter().map(|text| self.vector(encode::query(self.embedder, text))).collect();
            let mut found = vec![0.0; vectors.len() * self.documents.len()];
            scores(&vectors, &self.documents, &mut found);
            found.chunks(self.documents.len().max(1)).map(<[f32]>::to_vec).collect::<Vec<_>>()
        };
        texts.par_chunks(PART).flat_map(part).collect()
    }

    fn vector(&self, pieces: Pieces) -> Vector {
        unit(&self.rows, &encode::with_rarity(pieces, &self.frequencies)).0
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
        let sentences: Vec<&str> = self.asked().map(|(sentence, _)| sentence).collect();
        Index::new(embedder, &self.candidates).similarities(&sentences)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::tests::symbol;

    #[test]
    fn places_count_what_stands_before() {
        let scores = [0.5, 0.9, 0.5, 0.1];
        let places: Vec<usize> = (0..4).map(|at| place(&scores, at)).collect();
        assert_eq!(places, [2, 1, 3, 4]);
        let figures = Figures::of(&[1, 4, 11]);
        assert_eq!((figures.queries, figures.mrr, figures.recall), (3, 1.25 / 3.0, 2.0 / 3.0));
        assert_eq!(Figures::of(&[]), Figures::default());
    }

    #[test]
    fn a_sentence_of_several_is_no_question() {
        let symbols = [
            symbol("open_file", "", Some("Opens a file.")),
            symbol("open_socket", "", Some("Opens it.")),
            symbol("open_pipe", "", Some("Opens it.")),
            symbol("remove_directory", "", Some("Deletes a folder.")),
            symbol("undocumented", "", None),
        ];
        let questions = Questions::sample(symbols.iter().collect(), 10, 1);
        let mut asked: Vec<usize> = questions.asked().map(|(_, at)| at).collect();
        asked.sort_unstable();
        assert_eq!(asked, [0, 3]);
        assert_eq!(Questions::sample(symbols.iter().collect(), 1, 1).asked().count(), 1);
        let figures = questions.figures(Embedder::shipped());
        assert_eq!((figures.queries, figures.mrr), (2, 1.0), "both are told from all others");
    }

    #[test]
    fn vectors_are_those_of_the_embedder() {
        let symbols = [symbol("open_file", "{ read(path) }", None), symbol("remove_directory", "", None)];
        let table = Embedder::shipped();
        let index = Index::new(table, &symbols.iter().collect::<Vec<_>>());
        for (symbol, vector) in symbols.iter().zip(&index.documents) {
            let own = table.embed_pieces(encode::document(table, symbol), &index.frequencies);
            assert!(crate::matrix::dot(&own, vector) > 0.9999);
        }
    }
}
