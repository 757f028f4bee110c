//! How much of a question a sentence says. Never does: rank documents, which collections do by what is rare among them.

use std::collections::HashSet;

use backstory_model::embedder::{DIMENSIONS, DocumentFrequencies};
use backstory_search::Terms;

use super::table::Table;

/// A question, to weigh sentences by.
pub struct Asked {
    table: Table,
    splitter: Terms,
    terms: HashSet<String>,
    /// Words that follow each other.
    pairs: HashSet<(String, String)>,
    vector: [f32; DIMENSIONS],
}

impl Asked {
    pub fn new(question: &str, table: &Table) -> Self {
        let (table, splitter) = (table.clone(), Terms::default());
        let terms = splitter.of(question).into_iter().collect();
        let vector = table.embed_query(question, &DocumentFrequencies::default());
        Self { table, splitter, terms, pairs: pairs(question), vector }
    }

    /// The share of the question's words that a sentence has, 0 to 1, how near it is in meaning (the cosine, as far as above 0), and half
    /// of the share of the pairs of words that follow each other: "one by one" says more than its words.
    pub fn weigh(&self, sentence: &str) -> f32 {
        let said: HashSet<String> = self.splitter.of(sentence).into_iter().collect();
        let share = self.terms.intersection(&said).count() as f32 / self.terms.len().max(1) as f32;
        let vector = self.table.embed_query(sentence, &DocumentFrequencies::default());
        let cosine: f32 = self.vector.iter().zip(&vector).map(|(a, b)| a * b).sum();
        let together = pairs(sentence).intersection(&self.pairs).count() as f32;
        share + cosine.max(0.0) + 0.5 * together / self.pairs.len().max(1) as f32
    }
}

fn pairs(text: &str) -> HashSet<(String, String)> {
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.windows(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::{Asked, Table};

    #[test]
    fn the_sentence_that_answers_weighs_most() {
        let asked = Asked::new("why are the timers starved when threads start?", &Table::default());
        let weigh = |sentence: &str| asked.weigh(sentence);
        let answer = weigh("Starting all threads at once starved the timers.");
        for other in ["Threads have names.", "Use the new formatter.", "Describe the release process."] {
            assert!(answer > weigh(other) + 0.3, "{answer} {}", weigh(other));
        }
        assert!(weigh("") == 0.0);
        let asked = Asked::new("why do threads start one by one?", &Table::default());
        let answer = asked.weigh("It starved the timers, so they now start one by one.");
        let other = asked.weigh("Threads were started at once because the first benchmark needed them.");
        assert!(answer > other, "{answer} {other}");
    }
}
