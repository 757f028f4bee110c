//! Search by meaning over the symbols of one tree, kept up to date file by file.
//!
//! Of each symbol it keeps a vector in bytes, its name inside its file, and the pieces that the vector was made of; no text. How much a
//! piece counts depends on how rare it is among all symbols, so every change of a file moves all vectors a little. Symbols that
//! come or change are embedded by the rarities of that moment and the others stay as they are, until so many have changed that
//! [`SearchIndex::has_drifted`]: then [`SearchIndex::rebuild`] embeds all of them anew, without reading a file again.
//!
//! Every search scans all vectors. Never does: read files, hold a snapshot, start a thread, or approximate.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use backstory_ide::documents::Document;
use backstory_model::embedder::{self, DocumentFrequencies, Embedder};
use backstory_search::CodedIndex;
use backstory_syntax::LocalKey;

/// All symbols are embedded anew when one in this many has changed.
const DRIFT: usize = 5;

/// The symbols of a tree by meaning.
pub struct SearchIndex {
    /// By number; `None` for numbers that are free.
    symbols: Vec<Option<Symbol>>,
    free: Vec<u32>,
    /// The numbers of each file's symbols, in source order.
    files: BTreeMap<Arc<str>, Vec<u32>>,
    frequencies: DocumentFrequencies,
    /// In bytes: the full vectors of the few best are made again from their pieces.
    vectors: CodedIndex,
    /// Symbols that came, changed or went since all were embedded.
    changed: usize,
    /// Symbols that there were then; `None` before the first time.
    embedded: Option<usize>,
}

struct Symbol {
    path: Arc<str>,
    key: LocalKey,
    pieces: Pieces,
}

/// Numbers and weights of the embedder's pieces.
type Pieces = Box<[(u32, f32)]>;

/// The symbols of one file, ready to be taken in. Making it is nearly all of the work, and needs neither snapshot nor index.
pub struct Prepared(Vec<(LocalKey, Pieces)>);

/// A symbol that search found. The file may have changed since it was indexed: look the key up again.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// As it was given to the index.
    pub path: Arc<str>,
    pub key: LocalKey,
    /// Cosine between question and symbol, -1 to 1.
    pub score: f32,
}

/// Takes the documents of one file apart.
pub fn prepare(documents: &[Document]) -> Prepared {
    let embedder = Embedder::shipped();
    let pieces = |document| embedder.weigh(&fields(document)).into_boxed_slice();
    Prepared(documents.iter().map(|document| (document.key.clone(), pieces(document))).collect())
}

impl Default for SearchIndex {
    fn default() -> Self {
        Self {
            symbols: Vec::new(),
            free: Vec::new(),
            files: BTreeMap::new(),
            frequencies: DocumentFrequencies::default(),
            vectors: CodedIndex::with_capacity(embedder::DIMENSIONS, 0),
            changed: 0,
            embedded: None,
        }
    }
}

impl SearchIndex {
    /// Takes the symbols of a file in, in place of those that it had. Those that are as they were keep their vectors.
    pub fn set_prepared(&mut self, path: &str, Prepared(symbols): Prepared) {
        let path: Arc<str> = path.into();
        let mut before = self.by_key(&path);
        let mut numbers = Vec::with_capacity(symbols.len());
        let mut new = Vec::new();
        for (key, pieces) in symbols {
            let old = before.get(&key).copied().filter(|&number| self.pieces(number) == &*pieces);
            let number =
                old.unwrap_or_else(|| self.add(Symbol { path: path.clone(), key: key.clone(), pieces }));
            match old {
                Some(_) => drop(before.remove(&key)),
                None => new.push(number),
            }
            numbers.push(number);
        }
        before.into_values().for_each(|number| self.remove(number));
        // Only now are the rarities those of the file as it is. Before the first rebuild they mean too little.
        if self.embedded.is_some() {
            new.into_iter().for_each(|number| self.embed(number));
        }
        if numbers.is_empty() {
            self.files.remove(&path);
        } else {
            self.files.insert(path, numbers);
        }
    }

    /// Forgets a file; nothing where it isn't known.
    pub fn remove_file(&mut self, path: &str) {
        for number in self.files.remove(path).unwrap_or_default() {
            self.remove(number);
        }
    }

    /// Whether a fifth of the symbols have changed since all were embedded, so that [`rebuild`](Self::rebuild) is worth its
    /// time.
    pub fn has_drifted(&self) -> bool {
        self.embedded.is_none_or(|embedded| self.changed > embedded / DRIFT)
    }

    /// Whether anything has changed since all were embedded, so that answers may differ a little from those of a fresh index.
    pub fn has_changed(&self) -> bool {
        self.embedded.is_none() || self.changed > 0
    }

    /// Embeds all symbols anew. From then on answers are those of an index that was made of the same files just now, in
    /// whatever order they came here.
    pub fn rebuild(&mut self) {
        let mut old = std::mem::take(&mut self.symbols);
        self.free.clear();
        self.vectors = CodedIndex::with_capacity(embedder::DIMENSIONS, old.len());
        for number in self.files.values_mut().flatten() {
            let symbol = old[*number as usize].take();
            *number = self.symbols.len() as u32;
            self.symbols.push(symbol);
        }
        for number in 0..self.symbols.len() as u32 {
            self.embed(number);
        }
        (self.changed, self.embedded) = (0, Some(self.symbols.len()));
    }

    /// The symbols that do what the question says, best first, at most `limit`; none before the first rebuild.
    pub fn search(&self, question: &str, limit: usize) -> Vec<Hit> {
        let question = Embedder::shipped().embed_query(question, &self.frequencies);
        let hits = self.vectors.search(&question, limit, |number| self.vector(number)).expect(FINITE);
        let hit = |hit: backstory_search::Hit| {
            let symbol = self.symbols.get(hit.id as usize)?.as_ref()?;
            Some(Hit { path: symbol.path.clone(), key: symbol.key.clone(), score: hit.score })
        };
        hits.into_iter().filter_map(hit).collect()
    }

    fn by_key(&self, path: &str) -> HashMap<LocalKey, u32> {
        let numbers = self.files.get(path).into_iter().flatten();
        let known = numbers.filter_map(|&number| Some((self.symbols[number as usize].as_ref()?, number)));
        known.map(|(symbol, number)| (symbol.key.clone(), number)).collect()
    }

    fn pieces(&self, number: u32) -> &[(u32, f32)] {
        self.symbols[number as usize].as_ref().map_or(&[], |symbol| &symbol.pieces)
    }

    /// Counts a symbol in, without a vector.
    fn add(&mut self, symbol: Symbol) -> u32 {
        self.frequencies.add(numbers(&symbol.pieces));
        self.changed += 1;
        match self.free.pop() {
            Some(number) => {
                self.symbols[number as usize] = Some(symbol);
                number
            }
            None => {
                self.symbols.push(Some(symbol));
                self.symbols.len() as u32 - 1
            }
        }
    }

    fn remove(&mut self, number: u32) {
        let Some(symbol) = self.symbols[number as usize].take() else { return };
        self.frequencies.remove(numbers(&symbol.pieces));
        self.vectors.remove(number);
        self.free.push(number);
        self.changed += 1;
    }

    fn embed(&mut self, number: u32) {
        let vector = self.vector(number);
        self.vectors.add(number, &vector).expect(FINITE);
    }

    fn vector(&self, number: u32) -> [f32; embedder::DIMENSIONS] {
        Embedder::shipped().embed_pieces(self.pieces(number), &self.frequencies)
    }
}

const FINITE: &str = "the embedder makes finite vectors of its own dimension";

fn numbers(pieces: &Pieces) -> impl Iterator<Item = u32> {
    pieces.iter().map(|&(piece, _)| piece)
}

fn fields(document: &Document) -> [(f32, &str); 6] {
    [
        (embedder::NAME_WEIGHT, &document.name),
        (embedder::CONTAINER_WEIGHT, &document.container),
        (embedder::PATH_WEIGHT, &document.path),
        (embedder::SIGNATURE_WEIGHT, &document.signature),
        (embedder::DOCS_WEIGHT, &document.docs),
        (embedder::BODY_WEIGHT, &document.body),
    ]
}

#[cfg(test)]
mod tests;
