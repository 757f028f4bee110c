//! Symbols of the work tree by what they do. Never does: keep the index.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::thread;

use backstory_analysis::{Analysis, FileId};
use backstory_ide::locate::{Located, NotLocated, Target, locate};
use backstory_ide::symbol::describe;
use backstory_store::Store;
use backstory_syntax::LocalKey;
use ignore::overrides::Override;

use super::snippet::snippet;
use super::{Found, Wanted, is_wanted};
use crate::index::stored::{Key, encoded, prepare, put};
use crate::index::{Hit, Kind, Prepared, SearchIndex, Table, fitting};
use crate::workspace::load_with_facts;
use crate::{Error, Place};

pub(super) fn find(
    place: &Place,
    store: &Store,
    table: &Table,
    wanted: &Wanted<'_>,
    paths: &Option<Override>,
) -> Vec<Found> {
    let analysis = load_with_facts(&place.root, store);
    let is_wanted = |&file: &FileId| {
        let spoken = wanted.languages;
        is_wanted(paths, analysis.path(file))
            && (spoken.is_empty() || spoken.contains(&analysis.language(file)))
    };
    let files: Vec<FileId> = analysis.files().filter(is_wanted).collect();
    let hits = index(table, &analysis, &files, store).search(wanted.question, wanted.limit);
    fitting(Kind::Symbol, hits).into_iter().filter_map(|hit| found(&analysis, hit)).collect()
}

/// The symbols that are most like the one that a line (1-based) is in, best first.
///
/// # Errors
/// [`Error::NotLocated`] where no symbol is there.
pub fn similar(
    place: &Place,
    store: &Store,
    path: &str,
    line: u32,
    limit: usize,
) -> Result<Vec<Found>, Error> {
    let analysis = load_with_facts(&place.root, store);
    let target = Target::Place { path: path.to_owned(), line: Some(line), column: None };
    let Located::Symbol(id) = locate(&analysis, &target)? else {
        return Err(NotLocated::NothingThere { path: path.to_owned(), line }.into());
    };
    let files: Vec<FileId> = analysis.files().collect();
    let key = analysis.outline(id.file).key(id.local);
    let index = index(&Table::of(&place.root), &analysis, &files, store);
    let hits = index.similar(analysis.path(id.file), &key, limit);
    Ok(hits.into_iter().filter_map(|hit| found(&analysis, hit)).collect())
}

/// So many files are put into the cache at once.
const CHUNK: usize = 64;

/// The index of the symbols of some files, prepared on all cores.
pub(crate) fn index(table: &Table, analysis: &Analysis, files: &[FileId], store: &Store) -> SearchIndex {
    let workers = thread::available_parallelism().map_or(1, usize::from).min(files.len());
    let next = AtomicUsize::new(0);
    let (sender, prepared) = channel::<(usize, (Prepared<LocalKey>, Option<Key>))>();
    let mut index = SearchIndex::with_table(table.clone());
    thread::scope(|scope| {
        for _ in 0..workers {
            let (snapshot, sender, next) = (analysis.clone(), sender.clone(), &next);
            scope.spawn(move || {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(&file) = files.get(at) else { return };
                    // The receiver lives until all threads have ended.
                    let _ = sender.send((at, prepare(&snapshot, file, table, store)));
                }
            });
        }
        drop(sender);
        // In the order of the files: of symbols that fit equally well, the first are found.
        let mut waiting = BTreeMap::new();
        let mut taken = 0;
        let mut new = Vec::new();
        for (at, symbols) in prepared {
            waiting.insert(at, symbols);
            while let Some((symbols, key)) = waiting.remove(&taken) {
                new.extend(key.and_then(|key| encoded(key, &symbols)));
                index.set_prepared(analysis.path(files[taken]), symbols);
                taken += 1;
            }
            if new.len() >= CHUNK {
                put(store, &std::mem::take(&mut new));
            }
        }
        put(store, &new);
    });
    index.rebuild();
    index
}

/// The symbol as it stands in the texts at hand; `None` where it is gone by now.
pub(crate) fn found(analysis: &Analysis, hit: Hit<LocalKey>) -> Option<Found> {
    let id = analysis.find(&hit.group, &hit.key)?;
    let symbol = describe(analysis, id);
    let span = analysis.spans(id.file).definitions[id.local.index()].full;
    let text = analysis.text(id.file);
    let first = text[..span.start as usize].bytes().filter(|&byte| byte == b'\n').count() as u32 + 1;
    let said = snippet(&text[span.start as usize..span.end as usize], Some(first), &hit.why.terms);
    let found = Found::new(Kind::Symbol, symbol.key, hit.score, hit.why);
    Some(Found {
        path: Some(symbol.path),
        line: Some(symbol.line),
        symbol: Some(symbol.kind),
        snippet: said,
        text: symbol.docs,
        ..found
    })
}
