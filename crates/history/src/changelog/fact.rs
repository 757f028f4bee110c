//! What one commit changed, in the form that the store keeps: it follows from the commit alone, so it holds on every branch and after every
//! rebase. Never does: know what a symbol was called in another commit.

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;

use backstory_store::Store;
use backstory_syntax::{Language, LocalKey};
use gix::ObjectId;
use serde::{Deserialize, Serialize};

use crate::change::ChangeKind;
use crate::changes::{At, Compared, Difference, Note, Text, Texts, compare, deltas};
use crate::error::Stop;
use crate::message::reverts;
use crate::objects::{Node, Objects};
use crate::repair::is_repair;
use crate::table::TableCache;

/// What the facts are called in the store; the number counts the versions of their form and of everything that decides what counts as a
/// change.
const STORE_KIND: &str = "changes-1";

/// Source files that a commit may change, beside those that it only renames, for its symbols to be read. What is larger is an import, a
/// vendored tree or a mass edit: it ties nothing together, and would take most of the time.
const FILES: usize = 200;

/// What one commit changed against its parent.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Fact {
    /// When it was authored, in seconds since 1970-01-01T00:00:00Z.
    pub time: i64,
    /// Whether the message says that it mends something.
    pub is_repair: bool,
    /// The hashes that the message says it reverts.
    pub reverts: Vec<String>,
    /// Whether the files were read for symbols: `false` for a giant commit.
    pub is_read: bool,
    /// Paths and keys that the rest names by their places in these lists.
    pub paths: Vec<String>,
    pub keys: Vec<LocalKey>,
    /// Before and after; renamed ones have both, with two paths.
    pub files: Vec<(Option<u32>, Option<u32>)>,
    pub symbols: Vec<SymbolFact>,
}

/// What it did to one symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SymbolFact {
    /// Path and key.
    pub before: Option<(u32, u32)>,
    pub after: Option<(u32, u32)>,
    pub touch: Touch,
}

/// How a commit touched a symbol, as far as it matters to what changes together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Touch {
    /// Its code or declaration, with or without another place.
    Edited,
    Introduced,
    Deleted,
    /// It was given another name or place, and nothing else.
    Placed,
    /// It went along with its container, or its position among namesakes changed.
    Carried,
}

/// What a commit changed; `None` for a merge, and for a commit whose parent is not here.
pub(super) fn read(
    objects: &mut Objects,
    tables: &TableCache,
    node: &Node,
    interrupted: &AtomicBool,
) -> Result<Option<Fact>, Stop> {
    if !is_told(objects, node) {
        return Ok(None);
    }
    let from = match node.parents.first() {
        Some(&parent) => objects.node(parent)?.tree,
        None => ObjectId::empty_tree(node.id.kind()),
    };
    let deltas = deltas(objects, from, node.tree)?;
    let mut texts = Texts { objects, tables, interrupted, notes: Vec::new() };
    let compared = compare(&mut texts, deltas, FILES)?;
    if texts.notes.iter().any(|note| matches!(note, Note::Unreadable { .. })) {
        return Ok(None);
    }
    let message = objects.message(node.id)?;
    let fact = Fact {
        time: objects.author_time(node.id)?,
        is_repair: is_repair(&message),
        reverts: reverts(&message),
        is_read: compared.is_read,
        paths: Vec::new(),
        keys: Vec::new(),
        files: Vec::new(),
        symbols: Vec::new(),
    };
    Ok(Some(Builder { fact, paths: HashMap::new(), keys: HashMap::new() }.with(&compared)))
}

/// Whether a commit has a fact: merges repeat what their branches did, and at the end of a shallow clone everything would seem new.
pub(super) fn is_told(objects: &Objects, node: &Node) -> bool {
    node.parents.len() < 2 && !objects.is_boundary(node.id)
}

struct Builder<'a> {
    fact: Fact,
    paths: HashMap<&'a str, u32>,
    keys: HashMap<&'a LocalKey, u32>,
}

impl<'a> Builder<'a> {
    fn with(mut self, compared: &'a Compared) -> Fact {
        for file in &compared.files {
            let before = file.before.as_deref().map(|path| self.path(path));
            let after = file.after.as_deref().map(|path| self.path(path));
            self.fact.files.push((before, after));
        }
        for difference in &compared.differences {
            let before = difference.before.map(|at| self.place(&compared.olds, at));
            let after = difference.after.map(|at| self.place(&compared.news, at));
            if let Some(touch) = touch(difference, before != after) {
                self.fact.symbols.push(SymbolFact { before, after, touch });
            }
        }
        self.fact
    }

    fn place(&mut self, texts: &'a [Text], at: At) -> (u32, u32) {
        let text = &texts[at.file];
        (self.path(&text.path), self.key(&text.table.symbols[at.symbol].key))
    }

    fn path(&mut self, path: &'a str) -> u32 {
        let list = &mut self.fact.paths;
        *self.paths.entry(path).or_insert_with(|| {
            list.push(path.to_owned());
            list.len() as u32 - 1
        })
    }

    fn key(&mut self, key: &'a LocalKey) -> u32 {
        let list = &mut self.fact.keys;
        *self.keys.entry(key).or_insert_with(|| {
            list.push(key.clone());
            list.len() as u32 - 1
        })
    }
}

/// `None` where only documentation, style or formatting changed.
fn touch(difference: &Difference, is_elsewhere: bool) -> Option<Touch> {
    use ChangeKind as Kind;
    let has = |kinds: &[Kind]| difference.kinds.iter().any(|kind| kinds.contains(kind));
    if has(&[Kind::Introduced]) {
        Some(Touch::Introduced)
    } else if has(&[Kind::Deleted]) {
        Some(Touch::Deleted)
    } else if has(&[Kind::Body, Kind::Signature, Kind::Attribute]) {
        Some(Touch::Edited)
    } else if difference.carried || !has(&[Kind::Rename, Kind::Container, Kind::Move]) {
        is_elsewhere.then_some(Touch::Carried)
    } else {
        Some(Touch::Placed)
    }
}

/// The fact in the store; a damaged one is none.
pub(super) fn stored(store: &Store, commit: ObjectId) -> Option<Fact> {
    let fact: Fact = postcard::from_bytes(&store.get(STORE_KIND, &store_key(commit))?).ok()?;
    is_sound(&fact).then_some(fact)
}

/// Puts facts into the store, in one transaction.
pub(super) fn put_all(store: &Store, facts: &[(ObjectId, Fact)]) {
    let encoded =
        facts.iter().filter_map(|(commit, fact)| Some((store_key(*commit), postcard::to_stdvec(fact).ok()?)));
    let encoded: Vec<(Vec<u8>, Vec<u8>)> = encoded.collect();
    store.put_all(STORE_KIND, encoded.iter().map(|(key, value)| (&key[..], &value[..])));
}

/// What is a symbol, and whether it changed, is decided by all languages together.
fn store_key(commit: ObjectId) -> Vec<u8> {
    let mut key = commit.as_bytes().to_vec();
    for language in Language::ALL {
        key.extend(language.generation().as_bytes());
    }
    key
}

/// Whether all numbers lead somewhere.
fn is_sound(fact: &Fact) -> bool {
    let is_path = |path: u32| (path as usize) < fact.paths.len();
    let is_place = |(path, key): (u32, u32)| is_path(path) && (key as usize) < fact.keys.len();
    let is_file = |before: Option<u32>, after: Option<u32>| {
        (before.is_some() || after.is_some()) && before.is_none_or(is_path) && after.is_none_or(is_path)
    };
    fact.files.iter().all(|&(before, after)| is_file(before, after))
        && fact.symbols.iter().all(|symbol| {
            (symbol.before.is_some() || symbol.after.is_some())
                && symbol.before.is_none_or(is_place)
                && symbol.after.is_none_or(is_place)
        })
}
