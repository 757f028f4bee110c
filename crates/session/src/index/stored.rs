//! Symbols that are ready to be indexed, kept from run to run: they depend on a file's path and text, on how its facts are made and on the table. Taking
//! texts apart is nearly all of the work of indexing, so that after a restart little is left. Never does: keep what was not asked for.

use backstory_analysis::{Analysis, FileId};
use backstory_ide::documents::documents;
use backstory_store::Store;
use backstory_syntax::LocalKey;
use sha2::{Digest, Sha256};

use super::{Prepared, Table, symbols};

/// The kind of entries that hold prepared symbols in the cache.
const PREPARED: &str = "prepared";

/// Raised whenever the same text is prepared in another way.
const VERSION: u8 = 1;

/// Names the prepared symbols of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key([u8; 32]);

impl Key {
    pub(crate) fn of(analysis: &Analysis, file: FileId, table: &Table) -> Self {
        let mut hash = Sha256::new_with_prefix([VERSION]);
        hash.update(analysis.language(file).generation());
        hash.update(table.identity().to_le_bytes());
        hash.update(analysis.path(file));
        hash.update([0]);
        hash.update(analysis.text(file));
        Self(hash.finalize().into())
    }
}

/// What the cache has.
pub(crate) fn stored(store: &Store, key: Key) -> Option<Prepared<LocalKey>> {
    postcard::from_bytes(&store.get(PREPARED, &key.0)?).ok()
}

/// What the cache is to hold under a key.
pub(crate) type Entry = (Key, Vec<u8>);

pub(crate) fn encoded(key: Key, prepared: &Prepared<LocalKey>) -> Option<Entry> {
    Some((key, postcard::to_stdvec(prepared).ok()?))
}

/// Has the cache keep some.
pub(crate) fn put(store: &Store, entries: &[Entry]) {
    if !entries.is_empty() {
        store.put_all(PREPARED, entries.iter().map(|(key, bytes)| (&key.0[..], bytes.as_slice())));
    }
}

/// The symbols of a file from the cache, or prepared now; then with the key under which the cache should have them.
pub(crate) fn prepare(
    analysis: &Analysis,
    file: FileId,
    table: &Table,
    store: &Store,
) -> (Prepared<LocalKey>, Option<Key>) {
    let key = Key::of(analysis, file, table);
    match stored(store, key) {
        Some(prepared) => (prepared, None),
        None => (symbols(&documents(analysis, file), table), Some(key)),
    }
}
