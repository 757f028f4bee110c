//! Reads a tree of source files into an [`Analysis`], and facts that earlier runs made of the same texts. Never does: follow
//! ignored files, symbolic links out of the tree, or files too large to be written by people.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use backstory_analysis::{Analysis, FileId, Package, Source};
use backstory_store::Store;
use backstory_syntax::{FileFacts, Language};
use ignore::{DirEntry, WalkBuilder};
use sha2::{Digest, Sha256};

/// Files above this many bytes are generated or data; they are left out.
const FILE_LIMIT: u64 = 2 << 20;

/// How many bytes git and others look at to tell binary files from text.
const BINARY_PROBE: usize = 8000;

/// The kind of entries that hold facts of files in the cache.
const FACTS: &str = "facts";

/// Reads all source files below the root that are not ignored by git's rules.
pub fn load(root: &Path) -> Analysis {
    let mut sources = Vec::new();
    let mut packages = Vec::new();
    for entry in walk(root) {
        let Some(path) = relative(root, entry.path()) else { continue };
        if path.rsplit('/').next() == Some("Cargo.toml") {
            packages.extend(package(&path, entry.path()));
        } else if let Some(language) = Language::of_path(&path) {
            sources.extend(read(entry.path()).map(|text| Source { path, language, text, facts: None }));
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    Analysis::new(sources, packages)
}

/// Like [`load`], with the facts that the cache holds; what it lacks is derived on all cores and stored.
pub fn load_with_facts(root: &Path, store: &Store) -> Analysis {
    let mut analysis = load(root);
    let keys: Vec<[u8; 32]> = analysis.files().map(|file| facts_key(&analysis, file)).collect();
    let mut missing = Vec::new();
    for file in analysis.files() {
        let stored = store.get(FACTS, &keys[file.0 as usize]);
        match stored.and_then(|bytes| postcard::from_bytes::<FileFacts>(&bytes).ok()) {
            Some(facts) => analysis.set_facts(file, Arc::new(facts)),
            None => missing.push(file),
        }
    }
    derive_in_parallel(&analysis, &missing);
    let made: Vec<(FileId, Vec<u8>)> = missing
        .iter()
        .filter_map(|&file| Some((file, postcard::to_stdvec(analysis.facts(file)).ok()?)))
        .collect();
    store.put_all(FACTS, made.iter().map(|(file, bytes)| (&keys[file.0 as usize][..], bytes.as_slice())));
    analysis
}

/// Derives the facts of files on all cores, so that questions which need them find them made.
pub fn derive_in_parallel(analysis: &Analysis, files: &[FileId]) {
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(files.len());
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            let snapshot = analysis.clone();
            let next = &next;
            scope.spawn(move || {
                while let Some(&file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    snapshot.outline(file);
                }
            });
        }
    });
}

/// Reads one file as text: `None` where it is too large, binary or unreadable. Bytes that are not UTF-8 are replaced.
fn read(path: &Path) -> Option<Arc<str>> {
    if fs::metadata(path).ok()?.len() > FILE_LIMIT {
        return None;
    }
    let bytes = fs::read(path).ok()?;
    let binary = bytes.iter().take(BINARY_PROBE).any(|&byte| byte == 0);
    (!binary).then(|| String::from_utf8_lossy(&bytes).into())
}

fn walk(root: &Path) -> impl Iterator<Item = DirEntry> {
    let walk = WalkBuilder::new(root).hidden(false).filter_entry(|entry| entry.file_name() != ".git").build();
    // A directory that can't be read hides its files, not the others.
    walk.flatten().filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()))
}

/// The path below the root with `/`; `None` for names that are not Unicode, which nothing could refer to.
pub fn relative(root: &Path, path: &Path) -> Option<String> {
    let parts = path.strip_prefix(root).ok()?.components();
    let parts: Option<Vec<&str>> = parts.map(|part| part.as_os_str().to_str()).collect();
    Some(parts?.join("/"))
}

/// The crate name that a manifest declares; `None` for virtual workspaces and manifests that don't parse.
fn package(relative: &str, path: &Path) -> Option<Package> {
    let manifest: toml::Table = fs::read_to_string(path).ok()?.parse().ok()?;
    let name_in = |table: &str| manifest.get(table)?.get("name")?.as_str();
    let name = name_in("lib").or_else(|| name_in("package"))?.to_owned();
    let directory = relative.rsplit_once('/').map_or("", |(directory, _)| directory).to_owned();
    Some(Package { directory, name })
}

/// Facts depend on the text, the language and how facts are made.
fn facts_key(analysis: &Analysis, file: FileId) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(analysis.language(file).generation());
    hash.update([0]);
    hash.update(analysis.text(file));
    hash.finalize().into()
}
