//! The change log: for each commit that leads up to one, the symbols and files that it changed, each under one number through all renames and
//! moves. It is the ground of what usually changes together (`companions`) and of what had to be mended again and again (`risk`).
//!
//! What a commit changed is a fact of its own (`fact`), read once for each commit by the same comparison that a review makes (`changes`) and kept in the
//! store under the commit's hash; numbering symbols through the facts (`identity`) takes a fraction of a second and is done anew for whatever commit
//! is checked out. So the log can't be wrong after a rebase or on another branch, any two processes share what they read, and a new commit
//! costs one comparison. Turning round the lineages of all present symbols was the other way to the same end: it costs several times as
//! much, knows nothing of symbols that are gone (how large a commit was, and all that a replay of the past needs), and each new commit puts
//! whole files into question again.
//!
//! Left out: merges, which repeat what their branches did. Commits that `.git-blame-ignore-revs` lists and giant ones (see [`LoggedCommit`])
//! are there, and followed where they rename files, but what they changed is no evidence. Documentation, style and formatting
//! are no changes here.
//!
//! Never does: read the work tree, or compare what the store knows.

mod build;
mod companions;
mod fact;
mod identity;
mod interned;
mod risk;
mod touched;

use std::collections::{HashMap, HashSet};
use std::sync::atomic::AtomicBool;

use backstory_syntax::LocalKey;
use gix::ObjectId;

use crate::change::Place;
use crate::changes::paths_of;
use crate::error::{Error, Stop};
use crate::ignored::IgnoredRevs;
use crate::lineage::start_node;
use crate::objects::Objects;
use crate::repository::Repository;

pub use build::{Commits, index_changes};
pub use companions::{Bounds, Companion, FileCompanion};
pub use risk::Risk;
pub use touched::changed_symbols;

use build::order;
use fact::{Fact, Touch};
use identity::{Register, Symbols};
use interned::Interned;

/// A symbol of a log, through all of its names. Logs that were read on from one another agree on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LogSymbol(pub u32);

/// A file of a log, through all of its paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LogFile(pub u32);

/// How a commit touched a symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touched {
    /// Its code or declaration changed, or its name or place.
    Edited,
    Introduced,
    Deleted,
}

/// One commit of a log.
#[derive(Clone, Debug)]
pub struct LoggedCommit {
    id: ObjectId,
    /// When it was authored, in seconds since 1970-01-01T00:00:00Z.
    pub time: i64,
    /// Whether its message says that it mends something.
    pub is_repair: bool,
    /// Whether it is listed as noise.
    pub is_ignored: bool,
    /// Whether it changed so many files (more than 200 source files, those not counted that it only renamed) that they were not read for symbols.
    pub is_giant: bool,
    /// The commit (a place in the log) that says it reverts this one.
    pub reverted_by: Option<u32>,
    symbols: Vec<(u32, Touched)>,
    files: Vec<u32>,
}

impl LoggedCommit {
    /// The full hash.
    pub fn id(&self) -> String {
        self.id.to_string()
    }

    /// The symbols that it changed, introduced or deleted, each once.
    pub fn symbols(&self) -> impl Iterator<Item = (LogSymbol, Touched)> {
        self.symbols.iter().map(|&(symbol, touched)| (LogSymbol(symbol), touched))
    }

    /// The files that it changed, source files or not, each once.
    pub fn files(&self) -> impl Iterator<Item = LogFile> {
        self.files.iter().map(|&file| LogFile(file))
    }
}

/// The changes of all commits that lead up to one. That of cargo, with 15,600 commits, takes less than 40 MB.
#[derive(Clone, Default)]
pub struct ChangeLog {
    at: String,
    /// Commits that can't be told of because the store lacks them; see [`index_changes`].
    missing: usize,
    paths: Interned<String>,
    keys: Interned<LocalKey>,
    symbols: Symbols,
    files: Register<u32>,
    /// Parents before their children.
    commits: Vec<LoggedCommit>,
    /// By symbol and by file, the commits that touched them, in order.
    of_symbols: Vec<Vec<u32>>,
    of_files: Vec<Vec<u32>>,
    /// All commits that were met, merges too.
    met: gix::hashtable::HashSet<ObjectId>,
    /// By the first bytes of their hashes.
    positions: HashMap<[u8; 3], Vec<u32>>,
    /// By path, whether the commit that the log is of has a file there. A merge may have dropped what no other commit deleted.
    is_present: Vec<bool>,
    ignored: IgnoredRevs,
}

impl ChangeLog {
    /// Puts the log of a commit (a full hash) together from what [`index_changes`] has read. Where `before` is the log of a commit that
    /// leads up to this one, only what is new is added to it. Interrupted, it ends with an error.
    ///
    /// # Errors
    /// [`Error::UnknownCommit`], and [`Error::Read`] where an object is damaged.
    pub fn read(
        repository: &Repository,
        at: &str,
        before: Option<Self>,
        interrupted: &AtomicBool,
    ) -> Result<Self, Error> {
        let mut objects = Objects::new(repository)?;
        let mut log =
            before.filter(|log| log.missing == 0 && log.ignored == *objects.ignored()).unwrap_or_default();
        if log.at == at {
            return Ok(log);
        }
        if !log.leads_to(&mut objects, at, interrupted).unwrap_or(false) {
            log = Self { ignored: objects.ignored().clone(), ..Self::default() };
        }
        log.extend(repository, &mut objects, at, interrupted)
            .map_err(|stop| stop.into_error(|| at.to_owned()))?;
        Ok(log)
    }

    /// The commit that it was read for.
    pub fn at(&self) -> &str {
        &self.at
    }

    /// How many commits it lacks since [`index_changes`] has not read them yet.
    pub fn missing(&self) -> usize {
        self.missing
    }

    /// Parents before their children.
    pub fn commits(&self) -> &[LoggedCommit] {
        &self.commits
    }

    /// How many symbols are numbered, those that are gone included.
    pub fn symbol_count(&self) -> usize {
        self.symbols.register.len()
    }

    pub fn file_count(&self) -> usize {
        self.files.len()
    }

    /// The symbol at a place; for a field, a variant, or what stands inside of a function, the symbol that it is a part of. `None` for one
    /// that no commit changed that was read.
    pub fn symbol_at(&self, path: &str, key: &LocalKey) -> Option<LogSymbol> {
        let path = self.paths.number(&path.to_owned())?;
        if let Some(symbol) = self.keys.number(key).and_then(|key| self.symbols.register.at((path, key))) {
            return Some(LogSymbol(symbol));
        }
        self.around(path, key)
    }

    /// The innermost container that is known.
    fn around(&self, path: u32, key: &LocalKey) -> Option<LogSymbol> {
        use backstory_syntax::DefinitionKind as Kind;
        let kinds =
            [Kind::Function, Kind::Method, Kind::Class, Kind::Struct, Kind::Enum, Kind::Union, Kind::Trait];
        (0..key.container.len()).rev().find_map(|depth| {
            let (container, name) = (key.container[..depth].to_vec(), key.container[depth].clone());
            kinds.iter().find_map(|&kind| {
                let key = LocalKey { kind, container: container.clone(), name: name.clone(), ordinal: 0 };
                self.symbols.register.at((path, self.keys.number(&key)?)).map(LogSymbol)
            })
        })
    }

    pub fn file_at(&self, path: &str) -> Option<LogFile> {
        self.files.at(self.paths.number(&path.to_owned())?).map(LogFile)
    }

    /// Where a symbol is, or was last; `false` where it is gone.
    pub fn place(&self, symbol: LogSymbol) -> (Place, bool) {
        let ((path, key), is_here) = self.symbols.register.place(symbol.0);
        let place = Place { path: self.paths.get(path).clone(), key: self.keys.get(key).clone() };
        (place, is_here && self.is_present(path))
    }

    /// The path of a file, or its last one; `false` where it is gone.
    pub fn path(&self, file: LogFile) -> (&str, bool) {
        let (path, is_here) = self.files.place(file.0);
        (self.paths.get(path), is_here && self.is_present(path))
    }

    /// Whether a symbol is still there.
    pub fn is_here(&self, symbol: LogSymbol) -> bool {
        let ((path, _), is_here) = self.symbols.register.place(symbol.0);
        is_here && self.is_present(path)
    }

    fn is_present(&self, path: u32) -> bool {
        self.is_present.get(path as usize).copied().unwrap_or_default()
    }

    /// The commits that touched a symbol, by their places in the log, oldest first.
    pub fn commits_of(&self, symbol: LogSymbol) -> &[u32] {
        self.of_symbols.get(symbol.0 as usize).map_or(&[], Vec::as_slice)
    }

    /// The commits that changed a file, by their places in the log, oldest first.
    pub fn commits_of_file(&self, file: LogFile) -> &[u32] {
        self.of_files.get(file.0 as usize).map_or(&[], Vec::as_slice)
    }

    /// Whether everything in the log leads up to the commit.
    fn leads_to(&self, objects: &mut Objects, at: &str, interrupted: &AtomicBool) -> Result<bool, Stop> {
        let Ok(own) = ObjectId::from_hex(self.at.as_bytes()) else { return Ok(false) };
        let new = order(objects, at, interrupted, &|id| self.met.contains(&id))?;
        // Its own tip is a parent of what is new, or everything that is met would have to be walked to know.
        Ok(new.nodes.iter().any(|node| node.parents.contains(&own)))
    }

    fn extend(
        &mut self,
        repository: &Repository,
        objects: &mut Objects,
        at: &str,
        interrupted: &AtomicBool,
    ) -> Result<(), Stop> {
        let order = order(objects, at, interrupted, &|id| self.met.contains(&id))?;
        for node in order.nodes {
            self.met.insert(node.id);
            if !fact::is_told(objects, &node) {
                continue;
            }
            match fact::stored(repository.store(), node.id) {
                Some(fact) => self.add(node.id, &fact),
                None => self.missing += 1,
            }
        }
        let tip = start_node(objects, at)?;
        let present: HashSet<String> = paths_of(objects, tip.tree)?;
        self.is_present = self.paths.values().map(|path| present.contains(path)).collect();
        self.at = at.to_owned();
        Ok(())
    }

    fn add(&mut self, id: ObjectId, fact: &Fact) {
        let paths: Vec<u32> = fact.paths.iter().map(|path| self.paths.add(path)).collect();
        let keys: Vec<u32> = fact.keys.iter().map(|key| self.keys.add(key)).collect();
        let position = self.commits.len() as u32;
        for hash in &fact.reverts {
            if let Some(reverted) = self.position(hash) {
                self.commits[reverted as usize].reverted_by = Some(position);
            }
        }
        let files = self.touch_files(fact, &paths);
        let symbols = self.touch_symbols(fact, &paths, &keys);
        for &(symbol, _) in &symbols {
            push(&mut self.of_symbols, symbol, position);
        }
        for &file in &files {
            push(&mut self.of_files, file, position);
        }
        self.positions.entry(first_bytes(id)).or_default().push(position);
        self.commits.push(LoggedCommit {
            id,
            time: fact.time,
            is_repair: fact.is_repair,
            is_ignored: self.ignored.contains(id),
            is_giant: !fact.is_read,
            reverted_by: None,
            symbols,
            files,
        });
    }

    fn touch_files(&mut self, fact: &Fact, paths: &[u32]) -> Vec<u32> {
        let number = |path: Option<u32>| path.map(|path| paths[path as usize]);
        let change = |&(before, after): &(Option<u32>, Option<u32>)| {
            let touch = match (before, after) {
                (None, _) => Touch::Introduced,
                (_, None) => Touch::Deleted,
                _ => Touch::Edited,
            };
            (number(before), number(after), touch)
        };
        let changes: Vec<_> = fact.files.iter().map(change).collect();
        let renamed = changes.iter().filter_map(|&(before, after, _)| before.zip(after));
        let renamed: HashMap<u32, u32> = renamed.filter(|(before, after)| before != after).collect();
        if !renamed.is_empty() {
            self.symbols.rename_files(&renamed);
        }
        unique(self.files.step(&changes))
    }

    fn touch_symbols(&mut self, fact: &Fact, paths: &[u32], keys: &[u32]) -> Vec<(u32, Touched)> {
        let renamed: HashMap<u32, u32> = fact
            .files
            .iter()
            .filter_map(|&(before, after)| Some((before?, after?)))
            .filter(|(before, after)| before != after)
            .collect();
        let spot = |(path, key): (u32, u32)| (paths[path as usize], keys[key as usize]);
        // Those of a renamed file have gone along with it.
        let before = |(path, key): (u32, u32)| spot((renamed.get(&path).copied().unwrap_or(path), key));
        let changes = fact.symbols.iter();
        let changes: Vec<_> =
            changes.map(|symbol| (symbol.before.map(before), symbol.after.map(spot), symbol.touch)).collect();
        let subjects = self.symbols.step(&changes);
        let touched = fact.symbols.iter().zip(subjects).filter_map(|(symbol, subject)| {
            let touched = match symbol.touch {
                Touch::Edited | Touch::Placed => Touched::Edited,
                Touch::Introduced => Touched::Introduced,
                Touch::Deleted => Touched::Deleted,
                Touch::Carried => return None,
            };
            Some((subject, touched))
        });
        let mut touched: Vec<(u32, Touched)> = touched.collect();
        touched.sort_by_key(|&(subject, _)| subject);
        touched.dedup_by_key(|&mut (subject, _)| subject);
        touched
    }

    /// The commit that the first digits of a hash name, at least 7 of them.
    fn position(&self, hash: &str) -> Option<u32> {
        let byte = |at: usize| u8::from_str_radix(hash.get(at..at + 2)?, 16).ok();
        let first = [byte(0)?, byte(2)?, byte(4)?];
        let hash = hash.to_ascii_lowercase();
        let is_it = |&&position: &&u32| self.commits[position as usize].id().starts_with(&hash);
        self.positions.get(&first)?.iter().find(is_it).copied()
    }
}

fn first_bytes(id: ObjectId) -> [u8; 3] {
    let bytes = id.as_bytes();
    [bytes[0], bytes[1], bytes[2]]
}

fn push(lists: &mut Vec<Vec<u32>>, index: u32, value: u32) {
    if lists.len() <= index as usize {
        lists.resize(index as usize + 1, Vec::new());
    }
    lists[index as usize].push(value);
}

fn unique(mut numbers: Vec<u32>) -> Vec<u32> {
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}
