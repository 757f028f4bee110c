//! The symbols of one version of a file: their names, places and fingerprints, computed once for each blob and kept. Never
//! does: compare two versions.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use backstory_store::Store;
use backstory_syntax::{DefinitionKind, DefinitionSpans, Language, LocalKey, Parsed, Span, Token};
use dashmap::DashMap;
use gix::ObjectId;
use serde::{Deserialize, Serialize};

use crate::fragment::{Fingerprint, fingerprint, optional_tokens};
use crate::objects::File;
use crate::recent::Recent;

/// What the tables are called in the store; the number counts the versions of [`Table`] and of what goes into it.
const STORE_KIND: &str = "symbols-3";

/// Larger files were not written by people: of them only the file itself has a history. In bytes.
pub(crate) const TEXT_LIMIT: usize = 2 << 20;

/// Symbols whose tables are kept in memory before all are let go at once; about 300 bytes each. The store still has them.
const MEMORY_LIMIT: usize = 300_000;

/// The symbols of a blob, in source order: index by index the definitions of its outline, then the file as a whole.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Table {
    pub symbols: Vec<Symbol>,
}

/// One symbol of a blob.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Symbol {
    pub key: LocalKey,
    /// The index of the symbol that directly contains this one.
    pub parent: Option<u32>,
    /// Byte offsets into the blob's text.
    pub spans: DefinitionSpans,
    pub fingerprint: Fingerprint,
}

impl Table {
    pub(crate) fn of(text: &str, language: Language) -> Self {
        if text.len() > TEXT_LIMIT {
            return Self { symbols: vec![file_symbol(text, language, &[], &[])] };
        }
        Self::of_parsed(text, &backstory_syntax::parse(text, language))
    }

    /// The symbols of a text that has been parsed. The tree must be of exactly this text.
    pub(crate) fn of_parsed(text: &str, parsed: &Parsed) -> Self {
        let language = parsed.language();
        let facts = parsed.facts(text);
        let tokens = parsed.tokens(text, Span { start: 0, end: text.len() as u32 });
        let optional = optional_tokens(text, &tokens, language);
        let symbol = |id: backstory_syntax::LocalId| {
            let spans = facts.spans.definitions[id.index()];
            let inside = token_range(&tokens, spans.full);
            let kind = facts.outline.definition(id).kind;
            Symbol {
                key: facts.outline.key(id),
                parent: facts.outline.definition(id).parent.map(|parent| parent.0),
                fingerprint: fingerprint(
                    text,
                    language,
                    kind,
                    &spans,
                    &tokens[inside.clone()],
                    &optional[inside],
                ),
                spans,
            }
        };
        let file = file_symbol(text, language, &tokens, &optional);
        Self { symbols: facts.outline.ids().map(symbol).chain([file]).collect() }
    }

    pub(crate) fn find(&self, key: &LocalKey) -> Option<usize> {
        self.symbols.iter().position(|symbol| symbol.key == *key)
    }

    /// Whether any symbol has this kind, container and name, whatever its ordinal.
    pub(crate) fn has_named(&self, key: &LocalKey) -> bool {
        self.symbols.iter().any(|symbol| same_name(&symbol.key, key))
    }

    /// What [`Table::has_named`] looks for, for many questions.
    pub(crate) fn names(&self) -> HashSet<Name<'_>> {
        self.symbols.iter().map(|symbol| name(&symbol.key)).collect()
    }

    /// The containers of a symbol, from the inside out.
    pub(crate) fn containers(&self, index: usize) -> impl Iterator<Item = &Symbol> {
        std::iter::successors(self.parent_of(&self.symbols[index]), |symbol| self.parent_of(symbol))
    }

    fn parent_of(&self, symbol: &Symbol) -> Option<&Symbol> {
        self.symbols.get(symbol.parent? as usize)
    }
}

/// The file as a symbol: all of its text is body.
fn file_symbol(text: &str, language: Language, tokens: &[Token], optional: &[bool]) -> Symbol {
    let (all, none) = (Span { start: 0, end: text.len() as u32 }, Span { start: 0, end: 0 });
    let spans = DefinitionSpans { full: all, item: all, name: none, body: Some(all), docs: None };
    let fingerprint = fingerprint(text, language, DefinitionKind::Module, &spans, tokens, optional);
    Symbol { key: LocalKey::file(), parent: None, spans, fingerprint }
}

/// A key without its ordinal.
pub(crate) type Name<'a> = (DefinitionKind, &'a [String], &'a str);

pub(crate) fn name(key: &LocalKey) -> Name<'_> {
    (key.kind, &key.container, &key.name)
}

/// Whether two keys differ in nothing but their ordinals.
pub(crate) fn same_name(a: &LocalKey, b: &LocalKey) -> bool {
    name(a) == name(b)
}

fn token_range(tokens: &[Token], span: Span) -> std::ops::Range<usize> {
    let start = tokens.partition_point(|token| token.span.start < span.start);
    let end = tokens.partition_point(|token| token.span.start < span.end);
    start..end
}

/// The tables of all blobs met so far, in memory and on disk. Shared between threads.
pub(crate) struct TableCache {
    memory: DashMap<(ObjectId, Language), Arc<Table>>,
    /// Of all tables in memory, about: threads may count a table twice, or miss one.
    symbols: AtomicUsize,
    recent: Recent,
    store: Store,
    /// Whether new tables go into the store.
    saves: bool,
}

impl TableCache {
    pub(crate) fn new(store: Store) -> Self {
        Self {
            memory: DashMap::new(),
            symbols: AtomicUsize::new(0),
            recent: Recent::default(),
            store,
            saves: true,
        }
    }

    /// Reads from the store and writes nothing to it.
    pub(crate) fn passing(store: Store) -> Self {
        Self { saves: false, ..Self::new(store) }
    }

    /// Lets go of all tables in memory.
    pub(crate) fn forget(&self) {
        self.memory.clear();
        self.memory.shrink_to_fit();
        self.recent.forget();
        self.symbols.store(0, Ordering::Relaxed);
    }

    /// Takes over a table that was made elsewhere.
    pub(crate) fn put(&self, blob: ObjectId, language: Language, table: &Arc<Table>) {
        self.memory.insert((blob, language), Arc::clone(table));
    }

    /// The symbols of a file, parsed only where no cache has them.
    pub(crate) fn get(&self, file: &File, language: Language) -> Arc<Table> {
        let key = (file.id, language);
        if let Some(table) = self.memory.get(&key) {
            return Arc::clone(&table);
        }
        let table = Arc::new(self.load(file, language));
        let symbols = self.symbols.fetch_add(table.symbols.len(), Ordering::Relaxed);
        if symbols >= MEMORY_LIMIT {
            self.memory.clear();
            self.symbols.store(table.symbols.len(), Ordering::Relaxed);
        }
        self.memory.insert(key, Arc::clone(&table));
        table
    }

    fn load(&self, file: &File, language: Language) -> Table {
        let key = store_key(file.id, language);
        // What does not decode, or fits another text, is as good as absent.
        let stored =
            self.store.get(STORE_KIND, &key).and_then(|value| postcard::from_bytes::<Table>(&value).ok());
        if let Some(table) = stored.filter(|table| fits(table, &file.text)) {
            return table;
        }
        let table = match file.text.len() > TEXT_LIMIT {
            true => Table::of(&file.text, language),
            false => self.recent.table(&file.text, language),
        };
        if self.saves
            && let Ok(value) = postcard::to_stdvec(&table)
        {
            self.store.put(STORE_KIND, &key, &value);
        }
        table
    }
}

/// Hashes of different formats differ in length, so the id alone says which format it is of.
fn store_key(blob: ObjectId, language: Language) -> Vec<u8> {
    [blob.as_bytes(), language.id().as_bytes(), b"\0", language.generation().as_bytes()].concat()
}

/// Whether all spans can be cut out of the text, so that a foreign entry cannot make a later step panic.
fn fits(table: &Table, text: &str) -> bool {
    table.symbols.iter().all(|symbol| {
        let DefinitionSpans { full, item, name, body, docs } = symbol.spans;
        let spans = [Some(full), Some(item), Some(name), body, docs];
        spans.into_iter().flatten().all(|span| text.get(span.start as usize..span.end as usize).is_some())
    })
}
