//! The words of a file, each once. Never does: know what a word stands for.

use serde::{Deserialize, Serialize};

use super::NameId;

/// Words by their ids, and ids by their words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Names {
    text: String,
    ends: Vec<u32>,
    /// In the order of the words, once they are all there.
    sorted: Vec<NameId>,
}

impl Names {
    /// Adds a word that is not there yet.
    pub(super) fn push(&mut self, word: &str) -> NameId {
        self.text.push_str(word);
        self.ends.push(self.text.len() as u32);
        NameId(self.ends.len() as u32 - 1)
    }

    /// To be called when the last word is there.
    pub(super) fn finish(&mut self) {
        let mut sorted: Vec<NameId> = (0..self.ends.len() as u32).map(NameId).collect();
        sorted.sort_unstable_by_key(|&id| self.get(id));
        self.sorted = sorted;
    }

    pub(super) fn get(&self, id: NameId) -> &str {
        let start = id.index().checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start as usize..self.ends[id.index()] as usize]
    }

    pub(super) fn find(&self, word: &str) -> Option<NameId> {
        let at = self.sorted.binary_search_by_key(&word, |&id| self.get(id)).ok()?;
        Some(self.sorted[at])
    }
}
