//! The symbols of one version of a file: their names, places and fingerprints, computed once for each blob and kept. Never
//! does: compare two versions.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use backstory_store::Store;
use backstory_syntax::{
    Changes, DefinitionKind, DefinitionSpans, FileFacts, Language, LocalId, LocalKey, Parsed, Span, Token,
};
use dashmap::DashMap;
use gix::ObjectId;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::fragment::{Fingerprint, fingerprint, optional_tokens};
use crate::objects::File;
use crate::recent::Recent;

/// What the tables are called in the store; the number counts the versions of [`Table`] and of what goes into it.
const STORE_KIND: &str = "symbols-4";

/// Larger files were not written by people: of them only the file itself has a history. In bytes.
pub(crate) const TEXT_LIMIT: usize = 2 << 20;

/// Symbols whose tables are kept in memory before all are let go at once; about 200 bytes each. The store still has them.
const MEMORY_LIMIT: usize = 300_000;

/// The symbols of a blob, in source order: index by index the definitions of its outline, then the file as a whole.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Table {
    pub symbols: Vec<Symbol>,
}

/// One symbol of a blob.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Symbol {
    /// Shared with the tables that this one was made from: a name outlives many versions of a file.
    #[serde(serialize_with = "write_key", deserialize_with = "read_key")]
    pub key: Arc<LocalKey>,
    /// The index of the symbol that directly contains this one.
    pub parent: Option<u32>,
    /// Byte offsets into the blob's text.
    pub spans: DefinitionSpans,
    pub fingerprint: Fingerprint,
}

fn write_key<S: Serializer>(key: &Arc<LocalKey>, serializer: S) -> Result<S::Ok, S::Error> {
    LocalKey::serialize(key, serializer)
}

fn read_key<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<LocalKey>, D::Error> {
    LocalKey::deserialize(deserializer).map(Arc::new)
}

impl Table {
    pub(crate) fn of(text: &str, language: Language) -> Self {
        if text.len() > TEXT_LIMIT {
            return Self { symbols: vec![file_symbol(text)] };
        }
        Self::of_parsed(text, &backstory_syntax::parse(text, language))
    }

    /// The symbols of a text that has been parsed. The tree must be of exactly this text.
    pub(crate) fn of_parsed(text: &str, parsed: &Parsed) -> Self {
        Self::with_known(text, parsed, |_, _| None)
    }

    /// The symbols of a text that has been parsed on from the one of another table. Both must be free of errors.
    pub(crate) fn following(text: &str, parsed: &Parsed, before: &Self, changes: &Changes) -> Self {
        // The file comes last; the others are in source order.
        let before = before.symbols.split_last().map_or(&[][..], |(_, symbols)| symbols);
        Self::with_known(text, parsed, |kind, spans| {
            let full = changes.before(spans.full)?;
            let first = before.partition_point(|symbol| symbol.spans.full.start < full.start);
            let spans = spans.moved(full.start.wrapping_sub(spans.full.start));
            before[first..]
                .iter()
                .take_while(|symbol| symbol.spans.full.start == full.start)
                .find(|symbol| symbol.key.kind == kind && symbol.spans == spans)
        })
    }

    /// The symbols of a text that has been parsed, where some of them are known from another text, in which they read the same.
    fn with_known<'a>(
        text: &str,
        parsed: &Parsed,
        known: impl Fn(DefinitionKind, &DefinitionSpans) -> Option<&'a Symbol>,
    ) -> Self {
        let facts = parsed.facts(text);
        let FileFacts { outline, spans } = &facts;
        let mut tokens = Tokens { text, parsed, around: Span { start: 0, end: 0 }, list: Vec::new() };
        let symbol = |id: LocalId| {
            let (definition, key) = (outline.definition(id), outline.key(id));
            let parent = definition.parent.map(|parent| parent.0);
            let own = spans.definitions[id.index()];
            if let Some(known) = known(definition.kind, &own) {
                let key = if *known.key == key { Arc::clone(&known.key) } else { Arc::new(key) };
                return Symbol { key, parent, spans: own, fingerprint: known.fingerprint };
            }
            let outermost = std::iter::successors(Some(id), |id| outline.definition(*id).parent).last();
            let around = spans.definitions[outermost.unwrap_or(id).index()].full;
            let fingerprint = tokens.fingerprint(around, definition.kind, &own);
            Symbol { key: Arc::new(key), parent, spans: own, fingerprint }
        };
        let mut symbols: Vec<Symbol> = outline.ids().map(symbol).collect();
        symbols.push(file_symbol(text));
        Self { symbols }
    }

    pub(crate) fn find(&self, key: &LocalKey) -> Option<usize> {
        self.symbols.iter().position(|symbol| *symbol.key == *key)
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

/// The tokens of the outermost symbol around those that are looked at.
struct Tokens<'a> {
    text: &'a str,
    parsed: &'a Parsed,
    around: Span,
    list: Vec<Token>,
}

impl Tokens<'_> {
    /// The fingerprint of a symbol, the outermost one around which lies `around`. It depends on nothing outside of the symbol.
    fn fingerprint(&mut self, around: Span, kind: DefinitionKind, spans: &DefinitionSpans) -> Fingerprint {
        if around != self.around {
            (self.around, self.list) = (around, self.parsed.tokens(self.text, around));
        }
        let start = self.list.partition_point(|token| token.span.start < spans.full.start);
        let end = self.list.partition_point(|token| token.span.start < spans.full.end);
        let (inside, language) = (&self.list[start..end], self.parsed.language());
        fingerprint(self.text, language, kind, spans, inside, &optional_tokens(self.text, inside, language))
    }
}

/// The file as a symbol, without the parts of its fingerprint: see [`file_fingerprint`].
fn file_symbol(text: &str) -> Symbol {
    Symbol {
        key: Arc::new(LocalKey::file()),
        parent: None,
        spans: file_spans(text),
        fingerprint: Fingerprint::of_text(text),
    }
}

/// All of a file's text is body.
fn file_spans(text: &str) -> DefinitionSpans {
    let (all, none) = (Span { start: 0, end: text.len() as u32 }, Span { start: 0, end: 0 });
    DefinitionSpans { full: all, item: all, name: none, body: Some(all), docs: None }
}

/// The fingerprint of a file as a symbol. Few ask for it, and it takes a look at every token, so tables have no more of it than that
/// of the text.
pub(crate) fn file_fingerprint(text: &str, language: Language) -> Fingerprint {
    if text.len() > TEXT_LIMIT {
        return fingerprint(text, language, DefinitionKind::Module, &file_spans(text), &[], &[]);
    }
    let spans = file_spans(text);
    let tokens = backstory_syntax::parse(text, language).tokens(text, spans.full);
    let optional = optional_tokens(text, &tokens, language);
    fingerprint(text, language, DefinitionKind::Module, &spans, &tokens, &optional)
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

    /// As [`TableCache::passing`], for versions of many files in turn: see [`TableCache::get_at`].
    pub(crate) fn along_paths(store: Store) -> Self {
        Self { recent: Recent::along_paths(), ..Self::passing(store) }
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
        self.get_at(file, language, None)
    }

    /// The same; the path says which texts that were read lately are most like this one. It changes nothing but the time.
    pub(crate) fn get_at(&self, file: &File, language: Language, path: Option<&str>) -> Arc<Table> {
        let key = (file.id, language);
        if let Some(table) = self.memory.get(&key) {
            return Arc::clone(&table);
        }
        let table = self.load(file, language, path);
        let symbols = self.symbols.fetch_add(table.symbols.len(), Ordering::Relaxed);
        if symbols >= MEMORY_LIMIT {
            self.memory.clear();
            self.symbols.store(table.symbols.len(), Ordering::Relaxed);
        }
        self.memory.insert(key, Arc::clone(&table));
        table
    }

    fn load(&self, file: &File, language: Language, path: Option<&str>) -> Arc<Table> {
        let key = store_key(file.id, language);
        // What does not decode, or fits another text, is as good as absent.
        let stored =
            self.store.get(STORE_KIND, &key).and_then(|value| postcard::from_bytes::<Table>(&value).ok());
        if let Some(table) = stored.filter(|table| fits(table, &file.text)) {
            return Arc::new(table);
        }
        let table = match file.text.len() > TEXT_LIMIT {
            true => Arc::new(Table::of(&file.text, language)),
            false => self.recent.table(file, language, path),
        };
        if self.saves
            && let Ok(value) = postcard::to_stdvec(&*table)
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
