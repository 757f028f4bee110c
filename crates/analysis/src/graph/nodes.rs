//! Numbers for symbols that outlive edits. Never does: tell what depends on what.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use backstory_syntax::{LocalId, LocalKey, Outline};

use super::NodeId;
use crate::database::FileId;

/// The nodes of all files, both ways.
#[derive(Clone, Debug, Default)]
pub(super) struct Nodes {
    list: Vec<Node>,
    files: Vec<FileNodes>,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    file: FileId,
    /// [`FILE`] and [`GONE`] beside the ids of definitions.
    local: u32,
}

/// The top level of a file.
const FILE: u32 = u32::MAX;

/// No longer there.
const GONE: u32 = u32::MAX - 1;

#[derive(Clone, Debug, Default)]
struct FileNodes {
    /// Of every symbol that the file has had, by the hash of its key, sorted.
    by_key: Box<[(u64, NodeId)]>,
    by_local: Box<[NodeId]>,
    top: Option<NodeId>,
}

impl Nodes {
    /// Numbers the definitions of a file, as before where they have the same keys.
    pub(super) fn update(&mut self, file: FileId, outline: Option<&Outline>) {
        if self.files.len() <= file.index() {
            self.files.resize_with(file.index() + 1, FileNodes::default);
        }
        let mut of = std::mem::take(&mut self.files[file.index()]);
        for (_, node) in &of.by_key {
            self.list[node.index()].local = GONE;
        }
        let mut added = Vec::new();
        let mut number = |list: &mut Vec<Node>, key: &LocalKey, local: u32| {
            let hash = hash(key);
            let known = of.by_key.binary_search_by_key(&hash, |&(hash, _)| hash).map(|at| of.by_key[at].1);
            let node = known.unwrap_or_else(|_| {
                let new = NodeId(list.len() as u32);
                added.push((hash, new));
                list.push(Node { file, local });
                new
            });
            list[node.index()].local = local;
            node
        };
        let by_local = outline.map_or_else(Vec::new, |outline| {
            outline.ids().map(|local| number(&mut self.list, &outline.key(local), local.0)).collect()
        });
        of.top = outline.map(|_| number(&mut self.list, &LocalKey::file(), FILE));
        let mut by_key = std::mem::take(&mut of.by_key).into_vec();
        by_key.extend(added);
        by_key.sort_unstable();
        self.files[file.index()] =
            FileNodes { by_key: by_key.into(), by_local: by_local.into(), top: of.top };
    }

    /// Goes on numbering with the symbols that a file had in an earlier run, by the hashes of their keys; they are gone until
    /// [`Self::update`] finds them.
    pub(super) fn restore(&mut self, file: Option<FileId>, keys: &[u64]) {
        let first = self.list.len() as u32;
        let gone = Node { file: file.unwrap_or(FileId(0)), local: GONE };
        self.list.extend(keys.iter().map(|_| gone));
        let Some(file) = file else { return };
        if self.files.len() <= file.index() {
            self.files.resize_with(file.index() + 1, FileNodes::default);
        }
        let numbered = keys.iter().zip(first..).map(|(&hash, at)| (hash, NodeId(at)));
        self.files[file.index()].by_key = numbered.collect();
    }

    /// The symbols that a file has, by the hashes of their keys, sorted by these.
    pub(super) fn keyed(&self, file: FileId) -> impl Iterator<Item = (u64, NodeId)> + '_ {
        let all = self.files.get(file.index()).map_or(&[][..], |of| &of.by_key);
        all.iter().copied().filter(|(_, node)| self.list[node.index()].local != GONE)
    }

    pub(super) fn of(&self, file: FileId, local: Option<LocalId>) -> Option<NodeId> {
        let of = self.files.get(file.index())?;
        match local {
            Some(local) => of.by_local.get(local.index()).copied(),
            None => of.top,
        }
    }

    pub(super) fn get(&self, node: NodeId) -> Option<(FileId, Option<LocalId>)> {
        let Node { file, local } = *self.list.get(node.index())?;
        match local {
            GONE => None,
            FILE => Some((file, None)),
            local => Some((file, Some(LocalId(local)))),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    pub(super) fn size(&self) -> usize {
        let files = self.files.iter().map(|of| of.by_key.len() * 16 + of.by_local.len() * 4 + 48);
        self.list.len() * 8 + files.sum::<usize>()
    }
}

fn hash(key: &LocalKey) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(key)
}
