//! Documents of one sort, found by their words and by their meaning, kept up to date group by group (a group is a file, a commit, ...).
//!
//! Of each document it keeps a vector in bytes, the pieces that the vector was made of, and postings; no text. How much a piece counts
//! depends on how rare it is among all documents, so every change of a group moves all vectors a little. Documents that come or
//! change are embedded by the rarities of that moment and the others stay as they are, until so many have changed that
//! [`Collection::has_drifted`]: then [`Collection::rebuild`] embeds all of them anew, without reading anything again.
//!
//! Every search scans all vectors, or a graph of them that the owner has had built. Never does: read files, hold a snapshot, or start a
//! thread of its own.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::sync::Arc;

use backstory_model::embedder::{self, DocumentFrequencies};
use backstory_search::{
    Checked, LexicalError, LexicalIndex, Query, Snapshot, Strategy, VectorIndex, Why, fuse,
};

use super::prepared::{Item, Pieces, Prepared};
use super::table::Table;

/// All documents are embedded anew when one in this many has changed.
const DRIFT: usize = 5;

/// Each side of a search gives at least so many documents to the other.
const DEPTH: usize = 50;

/// Documents of one sort. `K` names a document inside its group.
pub struct Collection<K> {
    /// By number; `None` for numbers that are free.
    entries: Vec<Option<Entry<K>>>,
    free: Vec<u32>,
    /// The numbers of each group's documents, in their order.
    groups: BTreeMap<Arc<str>, Vec<u32>>,
    table: Table,
    frequencies: DocumentFrequencies,
    /// In bytes: the full vectors of the few best are made again from their pieces.
    vectors: VectorIndex,
    /// `None` where the library couldn't be started; then meaning alone answers.
    words: Option<LexicalIndex>,
    /// Documents that came, changed or went since all were embedded.
    changed: usize,
    /// Documents that there were then; `None` before the first time.
    embedded: Option<usize>,
}

struct Entry<K> {
    group: Arc<str>,
    key: K,
    pieces: Pieces,
    /// Tells one document's words from another's.
    fingerprint: u64,
}

/// A document that search found. It may have changed since it was indexed: look the key up again.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit<K> {
    /// As it was given to the index.
    pub group: Arc<str>,
    pub key: K,
    /// How well it answers, at most 1.
    pub score: f32,
    pub why: Why,
}

impl<K> Default for Collection<K> {
    fn default() -> Self {
        Self::with_table(Table::default())
    }
}

impl<K> Collection<K> {
    /// An empty collection whose documents are all [`Prepared`] with this table.
    pub fn with_table(table: Table) -> Self {
        Self {
            entries: Vec::new(),
            free: Vec::new(),
            groups: BTreeMap::new(),
            table,
            frequencies: DocumentFrequencies::default(),
            vectors: VectorIndex::with_capacity(embedder::DIMENSIONS, 0),
            words: LexicalIndex::new().inspect_err(report).ok(),
            changed: 0,
            embedded: None,
        }
    }
}

impl<K: Clone + Eq + Hash> Collection<K> {
    /// The table that its documents are made with.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// Takes the documents of a group in, in place of those that it had. Those that are as they were keep their vectors. Their words are found
    /// after the next [`commit`](Self::commit) or [`rebuild`](Self::rebuild).
    pub fn set_prepared(&mut self, group: &str, Prepared(items): Prepared<K>) {
        let group: Arc<str> = group.into();
        let mut before = self.by_key(&group);
        let mut numbers = Vec::with_capacity(items.len());
        let mut new = Vec::new();
        for item in items {
            let known = before.get(&item.key).copied().filter(|&number| self.is_same(number, &item));
            let key = item.key.clone();
            let number = known.unwrap_or_else(|| self.add(&group, item));
            match known {
                Some(_) => drop(before.remove(&key)),
                None => new.push(number),
            }
            numbers.push(number);
        }
        before.into_values().for_each(|number| self.remove(number));
        // Only now are the rarities those of the group as it is. Before the first rebuild they mean too little.
        if self.embedded.is_some() {
            new.into_iter().for_each(|number| self.embed(number));
        }
        if numbers.is_empty() {
            self.groups.remove(&group);
        } else {
            self.groups.insert(group, numbers);
        }
    }

    /// Forgets a group; nothing where it isn't known.
    pub fn remove_group(&mut self, group: &str) {
        for number in self.groups.remove(group).unwrap_or_default() {
            self.remove(number);
        }
    }

    /// Whether a group has documents.
    pub fn has_group(&self, group: &str) -> bool {
        self.groups.contains_key(group)
    }

    /// Makes searches see what changed, in whichever way is worth it: see [`commit`](Self::commit) and [`rebuild`](Self::rebuild).
    pub fn settle(&mut self) {
        if self.has_drifted() {
            self.rebuild();
        } else {
            self.commit();
        }
    }

    /// The groups.
    pub fn groups(&self) -> impl Iterator<Item = &str> {
        self.groups.keys().map(|group| &**group)
    }

    /// How many documents there are.
    pub fn len(&self) -> usize {
        self.entries.len() - self.free.len()
    }

    /// Whether there is nothing to find.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Makes searches see the words of what changed; milliseconds.
    pub fn commit(&mut self) {
        self.with_words(LexicalIndex::commit);
    }

    /// Whether a fifth of the documents have changed since all were embedded, so that [`rebuild`](Self::rebuild) is worth its
    /// time.
    pub fn has_drifted(&self) -> bool {
        self.embedded.is_none_or(|embedded| self.changed > embedded / DRIFT)
    }

    /// Whether anything has changed since all were embedded, so that answers may differ a little from those of a fresh index.
    pub fn has_changed(&self) -> bool {
        self.embedded.is_none() || self.changed > 0
    }

    /// Embeds all documents anew. From then on answers are those of an index that was made of the same groups just now, in
    /// whatever order they came here.
    pub fn rebuild(&mut self) {
        self.commit();
        self.vectors = VectorIndex::with_capacity(embedder::DIMENSIONS, self.len());
        for number in 0..self.entries.len() as u32 {
            if self.entries[number as usize].is_some() {
                self.embed(number);
            }
        }
        (self.changed, self.embedded) = (0, Some(self.len()));
    }

    /// Whether a graph would make searches faster; see [`VectorIndex::wants_graph`].
    pub fn wants_graph(&self) -> bool {
        self.embedded.is_some() && self.vectors.wants_graph()
    }

    /// Whether searches go by a graph.
    pub fn has_graph(&self) -> bool {
        self.vectors.strategy() == Strategy::Graph
    }

    /// The vectors as they are, to build a graph of on a thread of the owner.
    pub fn snapshot(&mut self) -> Snapshot {
        self.vectors.snapshot()
    }

    /// Searches by a graph from now on; nothing where it isn't of the last snapshot.
    pub fn attach(&mut self, graph: Checked) {
        self.vectors.attach(graph);
    }

    /// The documents that answer a question, best first, equals in the order of their groups; at most `limit`, none before the first rebuild.
    pub fn search(&self, question: &str, limit: usize) -> Vec<Hit<K>> {
        if self.embedded.is_none() {
            return Vec::new();
        }
        let depth = limit.max(DEPTH);
        let vector = self.table.embed_query(question, &self.frequencies);
        let near = self.vectors.search(&vector, depth, |number| self.vector(number)).expect(FINITE);
        let query = Query::of(question);
        let words = self.words.as_ref().map(|words| words.search(&query, depth).inspect_err(report));
        let lexical = words.and_then(Result::ok).unwrap_or_default();
        let cosine = |number| dot(&vector, &self.vector(number));
        self.hits(fuse(&query, &lexical, &near, cosine, 2 * depth), limit)
    }

    /// The documents that are most like one of them, itself left out, best first; none where it isn't known.
    pub fn similar(&self, group: &str, key: &K, limit: usize) -> Vec<Hit<K>> {
        let Some(&number) = self.by_key(&group.into()).get(key) else { return Vec::new() };
        let depth = limit.saturating_add(1).max(DEPTH);
        let near =
            self.vectors.search(&self.vector(number), depth, |other| self.vector(other)).expect(FINITE);
        let others: Vec<_> = near.into_iter().filter(|hit| hit.id != number).collect();
        let found = others.into_iter().map(|hit| backstory_search::Fused {
            id: hit.id,
            score: hit.score,
            why: Why { meaning: hit.score, ..Why::default() },
        });
        self.hits(found.collect(), limit)
    }

    fn hits(&self, found: Vec<backstory_search::Fused>, limit: usize) -> Vec<Hit<K>> {
        let hit = |found: backstory_search::Fused| {
            let entry = self.entries.get(found.id as usize)?.as_ref()?;
            let numbers = self.groups.get(&entry.group)?;
            let place = numbers.iter().position(|&number| number == found.id)?;
            let hit = Hit {
                group: Arc::clone(&entry.group),
                key: entry.key.clone(),
                score: found.score,
                why: found.why,
            };
            Some((hit, place))
        };
        let mut hits: Vec<(Hit<K>, usize)> = found.into_iter().filter_map(hit).collect();
        hits.sort_by(|(a, a_place), (b, b_place)| {
            b.score.total_cmp(&a.score).then_with(|| a.group.cmp(&b.group)).then(a_place.cmp(b_place))
        });
        hits.truncate(limit);
        hits.into_iter().map(|(hit, _)| hit).collect()
    }

    fn by_key(&self, group: &Arc<str>) -> HashMap<K, u32> {
        let numbers = self.groups.get(group).into_iter().flatten();
        let known = numbers.filter_map(|&number| Some((self.entries[number as usize].as_ref()?, number)));
        known.map(|(entry, number)| (entry.key.clone(), number)).collect()
    }

    fn is_same(&self, number: u32, item: &Item<K>) -> bool {
        let entry = self.entries[number as usize].as_ref();
        entry.is_some_and(|entry| entry.pieces == item.pieces && entry.fingerprint == item.fingerprint)
    }

    /// Counts a document in, without a vector.
    fn add(&mut self, group: &Arc<str>, item: Item<K>) -> u32 {
        let Item { key, pieces, words, fingerprint } = item;
        self.frequencies.add(pieces.numbers());
        self.changed += 1;
        let entry = Some(Entry { group: Arc::clone(group), key, pieces, fingerprint });
        let number = match self.free.pop() {
            Some(number) => {
                self.entries[number as usize] = entry;
                number
            }
            None => {
                self.entries.push(entry);
                self.entries.len() as u32 - 1
            }
        };
        self.with_words(|index| index.add(number, &words));
        number
    }

    fn remove(&mut self, number: u32) {
        let Some(entry) = self.entries[number as usize].take() else { return };
        self.frequencies.remove(entry.pieces.numbers());
        self.vectors.remove(number);
        self.with_words(|index| index.remove(number));
        self.free.push(number);
        self.changed += 1;
    }

    /// Changes the lexical side, and goes on without it where it fails.
    fn with_words(&mut self, change: impl FnOnce(&mut LexicalIndex) -> Result<(), LexicalError>) {
        let Some(words) = &mut self.words else { return };
        if let Err(error) = change(words) {
            report(&error);
            self.words = None;
        }
    }

    fn embed(&mut self, number: u32) {
        let vector = self.vector(number);
        self.vectors.add(number, &vector).expect(FINITE);
    }

    fn vector(&self, number: u32) -> [f32; embedder::DIMENSIONS] {
        let entry = self.entries[number as usize].iter();
        self.table.embed_pieces(entry.flat_map(|entry| entry.pieces.iter()), &self.frequencies)
    }

    #[cfg(test)]
    pub(super) fn changes(&self) -> (usize, Option<usize>) {
        (self.changed, self.embedded)
    }
}

const FINITE: &str = "the embedder makes finite vectors of its own dimension";

fn dot(left: &[f32], right: &[f32]) -> f32 {
    left.iter().zip(right).map(|(left, right)| left * right).sum()
}

fn report(error: &LexicalError) {
    tracing::warn!("{error}; search goes by meaning alone");
}
