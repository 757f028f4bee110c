//! Texts to pieces of a table and their weights, as the product's search weighs them. Never does: look at vectors.

use backstory_model::embedder::{
    BODY_WEIGHT, CONTAINER_WEIGHT, DocumentFrequencies, Embedder, NAME_WEIGHT, PATH_WEIGHT, SIGNATURE_WEIGHT,
};
use rayon::prelude::*;

use crate::Symbol;
use crate::corpus::Pair;

/// Pieces by number, each with what its row is multiplied by.
pub type Pieces = Box<[(u32, f32)]>;

/// A pair as numbers.
pub struct Sample {
    pub query: Pieces,
    pub document: Pieces,
    pub package: u32,
}

/// A symbol's pieces, before rarity. Its documentation, which is what is asked by, has no part in it.
pub fn document(embedder: &Embedder, symbol: &Symbol) -> Pieces {
    let fields = [
        (NAME_WEIGHT, &*symbol.name),
        (CONTAINER_WEIGHT, &symbol.container),
        (PATH_WEIGHT, &symbol.path),
        (SIGNATURE_WEIGHT, &symbol.signature),
        (BODY_WEIGHT, &symbol.body),
    ];
    embedder.weigh(&fields).into()
}

/// A question's pieces, before rarity.
pub fn query(embedder: &Embedder, text: &str) -> Pieces {
    embedder.weigh(&[(1.0, text)]).into()
}

/// In how many of the documents each piece occurs.
pub fn frequencies<'a>(documents: impl IntoIterator<Item = &'a Pieces>) -> DocumentFrequencies {
    let mut frequencies = DocumentFrequencies::default();
    documents.into_iter().for_each(|pieces| frequencies.add(pieces.iter().map(|&(piece, _)| piece)));
    frequencies
}

/// The pieces with their rarity in the weights.
pub fn with_rarity(mut pieces: Pieces, frequencies: &DocumentFrequencies) -> Pieces {
    pieces.iter_mut().for_each(|(piece, weight)| *weight *= frequencies.weight(*piece));
    pieces
}

/// The pairs as numbers, with rarities among their symbols. What no piece is known of is left out.
pub fn samples(embedder: &Embedder, pairs: &[Pair]) -> Vec<Sample> {
    let documents: Vec<Pieces> = pairs.par_iter().map(|pair| document(embedder, &pair.symbol)).collect();
    samples_among(embedder, pairs, &frequencies(&documents))
}

/// Like [`samples`], with rarities that are known.
pub fn samples_among(embedder: &Embedder, pairs: &[Pair], frequencies: &DocumentFrequencies) -> Vec<Sample> {
    let sample = |pair: &Pair| {
        let query = with_rarity(query(embedder, &pair.sentence), frequencies);
        let document = with_rarity(document(embedder, &pair.symbol), frequencies);
        let known = !query.is_empty() && !document.is_empty();
        known.then_some(Sample { query, document, package: pair.package })
    };
    pairs.par_iter().filter_map(sample).collect()
}
