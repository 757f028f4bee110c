//! BM25 (Robertson and Zaragoza 2009) over weighted fields, with stems: the lexical baseline. Never does: care for speed.

use std::collections::HashMap;

use backstory_model::embedder::{is_common, split};
use backstory_train::Symbol;
use rust_stemmers::{Algorithm, Stemmer};

const K1: f32 = 1.2;
const B: f32 = 0.75;

/// How often each word of a symbol's field counts.
fn fields(symbol: &Symbol) -> [(&str, f32); 4] {
    [(&symbol.name, 5.0), (&symbol.container, 2.0), (&symbol.signature, 2.0), (&symbol.body, 1.0)]
}

pub struct Bm25 {
    stemmer: Stemmer,
    /// By stem, the documents with it and how often they have it.
    postings: HashMap<String, Vec<(usize, f32)>>,
    /// Of each document, `k1 * (1 - b + b * its length / the mean length)`.
    norms: Vec<f32>,
}

impl Bm25 {
    pub fn new(symbols: &[&Symbol]) -> Self {
        let stemmer = Stemmer::create(Algorithm::English);
        let mut postings: HashMap<String, Vec<(usize, f32)>> = HashMap::new();
        let mut lengths = vec![0.0; symbols.len()];
        for (number, symbol) in symbols.iter().enumerate() {
            let mut counts: HashMap<String, f32> = HashMap::new();
            for (text, weight) in fields(symbol) {
                stems(&stemmer, text).for_each(|stem| *counts.entry(stem).or_default() += weight);
            }
            for (stem, count) in counts {
                lengths[number] += count;
                postings.entry(stem).or_default().push((number, count));
            }
        }
        let mean = lengths.iter().sum::<f32>() / lengths.len() as f32;
        let norms = lengths.iter().map(|length| K1 * (1.0 - B + B * length / mean)).collect();
        Self { stemmer, postings, norms }
    }

    /// The score of every document.
    pub fn scores(&self, query: &str) -> Vec<f32> {
        let count = self.norms.len() as f32;
        let mut scores = vec![0.0; self.norms.len()];
        for stem in stems(&self.stemmer, query) {
            let Some(found) = self.postings.get(&stem) else { continue };
            let containing = found.len() as f32;
            let rarity = ((count - containing + 0.5) / (containing + 0.5)).ln_1p();
            for &(number, frequency) in found {
                scores[number] += rarity * frequency * (K1 + 1.0) / (frequency + self.norms[number]);
            }
        }
        scores
    }
}

fn stems<'a>(stemmer: &'a Stemmer, text: &'a str) -> impl Iterator<Item = String> + 'a {
    let words = split(text).map(str::to_ascii_lowercase).filter(|word| !is_common(word));
    words.map(|word| stemmer.stem(&word).into_owned())
}
