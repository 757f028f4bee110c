//! How much of a question a sentence says. Never does: rank documents, which collections do by what is rare among them.

use std::collections::HashSet;

use backstory_model::embedder::{DIMENSIONS, DocumentFrequencies, Embedder};
use backstory_search::Terms;

use super::prepared::embedder;

/// A question, to weigh sentences by.
pub struct Asked {
    embedder: &'static Embedder,
    splitter: Terms,
    terms: HashSet<String>,
    vector: [f32; DIMENSIONS],
}

impl Asked {
    pub fn new(question: &str) -> Self {
        let (embedder, splitter) = (embedder(), Terms::default());
        let terms = splitter.of(question).into_iter().collect();
        let vector = embedder.embed_query(question, &DocumentFrequencies::default());
        Self { embedder, splitter, terms, vector }
    }

    /// The share of the question's words that a sentence has, 0 to 1, and how near it is in meaning (the cosine, as far as above 0).
    pub fn weigh(&self, sentence: &str) -> f32 {
        let said: HashSet<String> = self.splitter.of(sentence).into_iter().collect();
        let share = self.terms.intersection(&said).count() as f32 / self.terms.len().max(1) as f32;
        let vector = self.embedder.embed_query(sentence, &DocumentFrequencies::default());
        let cosine: f32 = self.vector.iter().zip(&vector).map(|(a, b)| a * b).sum();
        share + cosine.max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Asked;

    #[test]
    fn the_sentence_that_answers_weighs_most() {
        let asked = Asked::new("why are the timers starved when threads start?");
        let weigh = |sentence: &str| asked.weigh(sentence);
        let answer = weigh("Starting all threads at once starved the timers.");
        for other in ["Threads have names.", "Use the new formatter.", "Describe the release process."] {
            assert!(answer > weigh(other) + 0.3, "{answer} {}", weigh(other));
        }
        assert!(weigh("") == 0.0);
    }
}
