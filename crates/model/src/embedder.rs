//! The static embedder: text to vector, by a table of word-piece vectors that ships inside the binary.
//!
//! Made for the short texts around code, names above all: it takes identifiers apart, weighs each piece by how rare it
//! is among the documents at hand, and adds up the pieces' vectors. Tens of thousands of symbols a second on one core.
//! Never reads a file, never knows what a field means beyond the weight that it is given, and never looks at the order
//! of words. `assets/embedder.md` says where the table comes from and how it is laid out.

mod frequencies;
mod table;
mod words;

pub use frequencies::DocumentFrequencies;
pub use words::{Words, is_common, split};

use std::{borrow::Cow, collections::HashMap, sync::LazyLock};

/// Components of every vector.
pub const DIMENSIONS: usize = 256;

/// Weight of a symbol's own name. The weights were measured on searches for a function by the first sentence of its
/// documentation.
pub const NAME_WEIGHT: f32 = 1.0;
/// Weight of the name of the type or module around it.
pub const CONTAINER_WEIGHT: f32 = 0.5;
/// Weight of its documentation.
pub const DOCS_WEIGHT: f32 = 0.5;
/// Weight of the path of its file.
pub const PATH_WEIGHT: f32 = 0.3;
/// Weight of its signature.
pub const SIGNATURE_WEIGHT: f32 = 0.3;
/// Weight of its body; more makes everything similar to everything.
pub const BODY_WEIGHT: f32 = 0.15;

/// Pieces of a field that count; later ones of a long body or documentation seldom say what it is about.
const FIELD_PIECES: usize = 200;

/// A table of word-piece vectors.
pub struct Embedder {
    /// Pieces that a word can begin with, and their numbers.
    initial: HashMap<Cow<'static, str>, u32>,
    /// Pieces that a word can continue with.
    continuing: HashMap<Cow<'static, str>, u32>,
    /// Bytes of the longest piece.
    longest: usize,
    /// What a step of each row's numbers is worth.
    scales: Vec<f32>,
    /// A row of signed bytes for each piece.
    rows: Cow<'static, [[u8; DIMENSIONS]]>,
    identity: u64,
}

impl Embedder {
    /// The table inside this binary.
    pub fn shipped() -> &'static Self {
        static SHIPPED: LazyLock<Embedder> = LazyLock::new(|| {
            table::parse(Cow::Borrowed(include_bytes!("../assets/embedder.bin")))
                .expect("the table is part of this crate, and a test parses it")
        });
        &SHIPPED
    }

    /// The table in the bytes of a file that [`write`](Self::write) or `assets/embedder.md` describes; `None` where they are
    /// no such file, or one of another version.
    pub fn parse(file: Vec<u8>) -> Option<Self> {
        table::parse(Cow::Owned(file))
    }

    /// The file of a table, given its pieces in the order of their bytes (`##` before those that continue a word) and a row
    /// for each. Rounds each row to bytes. `None` where the lists differ in length, or a piece isn't of ASCII, or a row not of
    /// finite numbers.
    pub fn write(words: &[String], rows: &[[f32; DIMENSIONS]]) -> Option<Vec<u8>> {
        table::write(words, rows)
    }

    /// The pieces by number, `##` before those that continue a word.
    pub fn words(&self) -> Vec<String> {
        let mut words = vec![String::new(); self.rows.len()];
        for (vocabulary, mark) in [(&self.initial, ""), (&self.continuing, table::CONTINUING)] {
            for (word, &number) in vocabulary {
                words[number as usize] = format!("{mark}{word}");
            }
        }
        words
    }

    /// The row of a piece.
    pub fn row(&self, piece: u32) -> [f32; DIMENSIONS] {
        let scale = self.scales[piece as usize];
        self.rows[piece as usize].map(|byte| scale * f32::from(byte as i8))
    }

    /// All rows, by piece.
    pub fn rows(&self) -> Vec<[f32; DIMENSIONS]> {
        (0..self.rows.len() as u32).map(|piece| self.row(piece)).collect()
    }

    /// Names the table. Piece numbers, [`DocumentFrequencies`] and vectors of different tables have nothing to do with
    /// one another, so this belongs into the key of whatever is kept of them.
    pub fn identity(&self) -> u64 {
        self.identity
    }

    /// The numbers of the text's pieces, in their order.
    ///
    /// Words end at everything but ASCII letters and digits, between letters and digits, and at the capitals of
    /// `camelCase`. A word is taken apart greedily: the longest piece that it begins with, then the longest that it
    /// goes on with. What no piece fits is left out.
    pub fn pieces(&self, text: &str, words: Words) -> Vec<u32> {
        let mut pieces = Vec::new();
        let mut lower = String::new();
        for word in words::split(text) {
            lower.clear();
            lower.push_str(word);
            lower.make_ascii_lowercase();
            if words == Words::All || !words::is_common(&lower) {
                self.take_apart(&lower, &mut pieces);
            }
        }
        pieces
    }

    /// The vector of a document, at length 1; all zeros where none of its pieces is known.
    ///
    /// Each field is a weight and a text. A piece that occurs `tf` times in a field adds
    /// `weight * 1.5 tf / (tf + 0.5) * idf^0.7` times its row, the `tf` part being BM25's saturation.
    pub fn embed(&self, fields: &[(f32, &str)], frequencies: &DocumentFrequencies) -> [f32; DIMENSIONS] {
        self.embed_pieces(self.weigh(fields), frequencies)
    }

    /// The first half of [`embed`](Self::embed), which is most of the work and depends on the document alone: its pieces in
    /// order of their numbers, each with its weight before rarity.
    pub fn weigh(&self, fields: &[(f32, &str)]) -> Vec<(u32, f32)> {
        let mut weighted = Vec::new();
        for (weight, text) in fields {
            let mut pieces = self.field(text);
            pieces.sort_unstable();
            for same in pieces.chunk_by(|a, b| a == b) {
                let count = same.len() as f32;
                weighted.push((same[0], weight * 1.5 * count / (count + 0.5)));
            }
        }
        weighted.sort_by_key(|&(piece, _)| piece);
        let sum = |same: &[(u32, f32)]| (same[0].0, same.iter().map(|&(_, weight)| weight).sum());
        weighted.chunk_by(|a, b| a.0 == b.0).map(sum).collect()
    }

    /// The second half of [`embed`](Self::embed): the vector of pieces that [`weigh`](Self::weigh) gave.
    pub fn embed_pieces(
        &self,
        pieces: impl IntoIterator<Item = (u32, f32)>,
        frequencies: &DocumentFrequencies,
    ) -> [f32; DIMENSIONS] {
        let mut sum = [0.0; DIMENSIONS];
        for (piece, weight) in pieces {
            self.add_row(piece, weight * frequencies.weight(piece), &mut sum);
        }
        unit(sum)
    }

    /// The vector of a question: a document of one field.
    pub fn embed_query(&self, text: &str, frequencies: &DocumentFrequencies) -> [f32; DIMENSIONS] {
        self.embed(&[(1.0, text)], frequencies)
    }

    /// The pieces of a field that count, also what [`DocumentFrequencies`] should be told of it.
    ///
    /// Common words count only where there is nothing else: a function may be called `from`.
    pub fn field(&self, text: &str) -> Vec<u32> {
        let mut pieces = self.pieces(text, Words::Telling);
        if pieces.is_empty() {
            pieces = self.pieces(text, Words::All);
        }
        pieces.truncate(FIELD_PIECES);
        pieces
    }

    /// Appends the pieces of one word in lower case.
    fn take_apart(&self, word: &str, pieces: &mut Vec<u32>) {
        let mut rest = word;
        let mut vocabulary = &self.initial;
        while !rest.is_empty() {
            let ends = (1..=rest.len().min(self.longest)).rev();
            let mut fitting = ends.filter_map(|end| Some((end, *vocabulary.get(&rest[..end])?)));
            let taken = fitting.next();
            pieces.extend(taken.map(|(_, piece)| piece));
            rest = &rest[taken.map_or(1, |(end, _)| end)..];
            vocabulary = &self.continuing;
        }
    }

    fn add_row(&self, piece: u32, weight: f32, sum: &mut [f32; DIMENSIONS]) {
        let step = weight * self.scales[piece as usize];
        for (sum, &byte) in sum.iter_mut().zip(&self.rows[piece as usize]) {
            *sum += step * f32::from(byte as i8);
        }
    }
}

/// The vector at length 1; zeros, and what has no finite length, become zeros.
fn unit(mut vector: [f32; DIMENSIONS]) -> [f32; DIMENSIONS] {
    let length = vector.iter().map(|component| component * component).sum::<f32>().sqrt();
    if !length.is_normal() {
        return [0.0; DIMENSIONS];
    }
    for component in &mut vector {
        *component /= length;
    }
    vector
}

#[cfg(test)]
mod tests;
