//! The files of a work tree: which are read, as what, and the packages that its manifests declare. Never does: follow ignored
//! files, symbolic links, or files too large to be written by people.

mod commit;
mod facts;
mod rules;

use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use backstory_analysis::{Analysis, Package, Source};
use backstory_store::Store;
use backstory_syntax::Language;
use ignore::DirEntry;

pub use commit::{load_commit, load_commit_with_facts};
pub use facts::{add_all_facts, add_stored_facts, derive_in_parallel};
pub(crate) use rules::{Entry, IGNORE_FILES, Rules, gather, walk};

/// Files above this many bytes are generated or data; they are left out.
pub(crate) const FILE_LIMIT: u64 = 2 << 20;

/// The manifest that names a package of Rust.
pub(crate) const MANIFEST: &str = "Cargo.toml";

/// How many bytes git and others look at to tell binary files from text.
const BINARY_PROBE: usize = 8000;

/// Files and packages of a work tree as the disk has them.
#[derive(Default)]
pub struct Tree {
    /// In order of their paths.
    pub sources: Vec<Source>,
    pub packages: Vec<Package>,
}

impl Tree {
    pub fn into_analysis(self) -> Analysis {
        Analysis::new(self.sources, self.packages)
    }
}

/// How long work over many files is watched and stopped from outside.
#[derive(Clone, Copy)]
pub struct Attention<'a> {
    /// Set by whoever no longer wants the result; the work then ends after the files that it is at.
    pub cancelled: &'a AtomicBool,
    /// Called with the number of files done so far, on any of the threads at work, once a file and in no strict order.
    pub on_file: &'a (dyn Fn(usize) + Sync),
}

impl Attention<'_> {
    /// For work that nobody watches.
    pub fn none() -> Attention<'static> {
        static NEVER: AtomicBool = AtomicBool::new(false);
        Attention { cancelled: &NEVER, on_file: &|_| {} }
    }

    fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}

/// Reads all source files below the root that are not ignored by git's rules.
pub fn load(root: &Path) -> Analysis {
    read(root, Attention::none()).unwrap_or_default().into_analysis()
}

/// Like [`load`], with the facts that the cache holds; what it lacks is derived on all cores and stored.
pub fn load_with_facts(root: &Path, store: &Store) -> Analysis {
    let mut tree = read(root, Attention::none()).unwrap_or_default();
    add_all_facts(&mut tree.sources, store, Attention::none());
    tree.into_analysis()
}

/// Reads the tree on all cores; `None` where it was cancelled. Facts are left to be added or derived.
pub fn read(root: &Path, attention: Attention<'_>) -> Option<Tree> {
    let count = AtomicUsize::new(0);
    let items = gather(root, attention.cancelled, |entry| {
        let item = item(root, entry)?;
        (attention.on_file)(count.fetch_add(1, Ordering::Relaxed) + 1);
        Some(item)
    });
    if attention.is_cancelled() {
        return None;
    }
    let mut tree = Tree::default();
    for item in items {
        match item {
            Item::Source(source) => tree.sources.push(source),
            Item::Package(package) => tree.packages.push(package),
        }
    }
    tree.sources.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    tree.packages.sort_unstable_by(|a, b| a.directory.cmp(&b.directory));
    Some(tree)
}

/// Reads one file again, by the rules of [`read`] except for those that ignore it: `None` where it is too large, binary,
/// unreadable, reached through a symbolic link, or in no language that is read. The path is relative to the root, with `/`.
pub fn source(root: &Path, path: &str) -> Option<Source> {
    let language = Language::of_path(path)?;
    let full = plain_path(root, path)?;
    let text = text(&full)?;
    Some(Source { path: path.to_owned(), language, text, facts: None })
}

/// The packages that the manifests below the root declare.
pub fn packages(root: &Path) -> Vec<Package> {
    let manifests = walk(root, root).filter(|entry| is_file(entry) && entry.file_name() == MANIFEST);
    let mut packages: Vec<Package> =
        manifests.filter_map(|entry| package(&relative(root, entry.path())?, entry.path())).collect();
    packages.sort_unstable_by(|a, b| a.directory.cmp(&b.directory));
    packages
}

/// The source files that are read below a directory of the tree: paths relative to the root, sorted. None where the directory
/// is ignored, is a symbolic link or is not there.
pub fn below(root: &Path, directory: &Path) -> Vec<String> {
    let plain = relative(root, directory).and_then(|path| plain_path(root, &path));
    if plain.is_none() || !Rules::new(root).visits(directory, Entry::Directory) {
        return Vec::new();
    }
    let files = walk(root, directory).filter(is_file).filter_map(|entry| relative(root, entry.path()));
    let mut files: Vec<String> = files.filter(|path| Language::of_path(path).is_some()).collect();
    files.sort_unstable();
    files
}

/// The path below the root with `/`; `None` for names that are not Unicode, which nothing could refer to.
pub fn relative(root: &Path, path: &Path) -> Option<String> {
    let parts = path.strip_prefix(root).ok()?.components();
    let parts: Option<Vec<&str>> = parts.map(|part| part.as_os_str().to_str()).collect();
    Some(parts?.join("/"))
}

/// What a walk finds worth keeping.
enum Item {
    Source(Source),
    Package(Package),
}

fn item(root: &Path, entry: &DirEntry) -> Option<Item> {
    if !is_file(entry) {
        return None;
    }
    let path = relative(root, entry.path())?;
    if entry.file_name() == MANIFEST {
        return package(&path, entry.path()).map(Item::Package);
    }
    let language = Language::of_path(&path)?;
    let text = text(entry.path())?;
    Some(Item::Source(Source { path, language, text, facts: None }))
}

pub(crate) fn is_file(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_file())
}

/// Reads one file as text: `None` where it is too large, binary or unreadable. Bytes that are not UTF-8 are replaced.
fn text(path: &Path) -> Option<Arc<str>> {
    let about = fs::metadata(path).ok()?;
    if about.len() > FILE_LIMIT || !about.is_file() {
        return None;
    }
    decode(&fs::read(path).ok()?)
}

/// A file's content as text, `None` where it is binary. Bytes that are not UTF-8 are replaced.
pub(crate) fn decode(content: &[u8]) -> Option<Arc<str>> {
    let binary = content.iter().take(BINARY_PROBE).any(|&byte| byte == 0);
    (!binary).then(|| String::from_utf8_lossy(content).into())
}

/// The full path of something below the root that is reached without symbolic links and without `..`.
fn plain_path(root: &Path, path: &str) -> Option<PathBuf> {
    let mut full = root.to_owned();
    for part in Path::new(path).components() {
        let Component::Normal(name) = part else { return None };
        full.push(name);
        if fs::symlink_metadata(&full).ok()?.is_symlink() {
            return None;
        }
    }
    Some(full)
}

/// The crate name that a manifest declares; `None` for virtual workspaces and manifests that don't parse.
fn package(relative: &str, path: &Path) -> Option<Package> {
    declared(relative, &fs::read_to_string(path).ok()?)
}

/// The package that a manifest's text declares.
fn declared(relative: &str, manifest: &str) -> Option<Package> {
    let manifest: toml::Table = manifest.parse().ok()?;
    let name_in = |table: &str| manifest.get(table)?.get("name")?.as_str();
    let package = name_in("package");
    let name = name_in("lib").or(package)?.to_owned();
    let package = package.map_or_else(|| name.clone(), str::to_owned);
    let directory = relative.rsplit_once('/').map_or("", |(directory, _)| directory).to_owned();
    Some(Package { directory, name, package })
}

#[cfg(test)]
mod tests;
