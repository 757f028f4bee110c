//! Facts of whole files, kept from run to run: they depend on the text, its language and how facts are made, and on nothing
//! else. Never does: decide when facts are needed.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::thread;

use backstory_analysis::{Analysis, FileId, Source, on_files};
use backstory_store::Store;
use backstory_syntax::{FileFacts, Language, parse};
use sha2::{Digest, Sha256};

use super::Attention;

/// The kind of entries that hold facts of files in the cache.
const FACTS: &str = "facts";

type Key = [u8; 32];

/// Adds to the sources the facts that the cache has; the others are left to be derived on demand. Where it is cancelled, some
/// are left out that the cache has.
pub fn add_stored_facts(sources: &mut [Source], store: &Store, attention: Attention<'_>) {
    add(sources, attention, |source| Some((stored(store, &key(source.language, &source.text))?, None)));
}

/// Adds facts to all sources: from the cache, or derived on all cores and then stored. Where it is cancelled, some are left
/// out; what was derived until then is stored.
pub fn add_all_facts(sources: &mut [Source], store: &Store, attention: Attention<'_>) {
    let derived = add(sources, attention, |source| {
        let key = key(source.language, &source.text);
        if let Some(facts) = stored(store, &key) {
            return Some((facts, None));
        }
        let facts = parse(&source.text, source.language).facts(&source.text);
        let entry = entry(key, &facts);
        Some((Arc::new(facts), entry))
    });
    put(store, &derived);
}

/// Derives something of files on all cores, so that questions which need it find it made.
pub fn derive_in_parallel(analysis: &Analysis, files: &[FileId], derive: impl Fn(&Analysis, FileId) + Sync) {
    on_files(analysis, files, 1, |analysis, file, _: &mut Vec<()>| derive(analysis, file));
}

/// What the cache is to hold under a key.
type Entry = (Key, Vec<u8>);

/// Asks for the facts of every source on all cores, and returns what is new to the cache.
fn add(
    sources: &mut [Source],
    attention: Attention<'_>,
    facts: impl Fn(&Source) -> Option<(Arc<FileFacts>, Option<Entry>)> + Sync,
) -> Vec<Entry> {
    let (sender, found) = channel();
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..workers(sources.len()) {
            let (sources, sender, next, facts) = (&*sources, sender.clone(), &next, &facts);
            scope.spawn(move || {
                while !attention.is_cancelled() {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(source) = sources.get(index) else { return };
                    if let Some((facts, entry)) = facts(source) {
                        // The receiver lives until all threads have ended.
                        let _ = sender.send((index, facts, entry));
                    }
                    (attention.on_file)(index + 1);
                }
            });
        }
    });
    drop(sender);
    let mut entries = Vec::new();
    for (index, facts, entry) in found {
        sources[index].facts = Some(facts);
        entries.extend(entry);
    }
    entries
}

fn workers(jobs: usize) -> usize {
    thread::available_parallelism().map_or(1, usize::from).min(jobs)
}

fn stored(store: &Store, key: &Key) -> Option<Arc<FileFacts>> {
    let bytes = store.get(FACTS, key)?;
    postcard::from_bytes(&bytes).ok().map(Arc::new)
}

fn entry(key: Key, facts: &FileFacts) -> Option<Entry> {
    Some((key, postcard::to_stdvec(facts).ok()?))
}

fn put(store: &Store, entries: &[Entry]) {
    if !entries.is_empty() {
        store.put_all(FACTS, entries.iter().map(|(key, bytes)| (&key[..], bytes.as_slice())));
    }
}

fn key(language: Language, text: &str) -> Key {
    let mut hash = Sha256::new();
    hash.update(language.generation());
    hash.update([0]);
    hash.update(text);
    hash.finalize().into()
}
