//! Path look-ups in trees, remembered by tree: where a commit left a directory alone, nothing below it is looked up again.
//! Never does: read commits.

use std::collections::HashMap;

use gix::ObjectId;
use gix::objs::TreeRefIter;

use crate::error::Stop;
use crate::objects::find_object;

/// Look-ups kept in memory before they are let go all at once; about 130 bytes each.
const LIMIT: usize = 200_000;

/// Where entries of one name lead, by the id of the tree that holds them.
type Level = gix::hashtable::HashMap<ObjectId, Option<ObjectId>>;

/// What was looked up so far. Paths share what they have in common from the root on.
#[derive(Default)]
pub(crate) struct Lookups {
    /// By path from the root; directories end with a slash.
    levels: HashMap<String, Level>,
    entries: usize,
}

impl Lookups {
    /// The blob at a path below a tree; `None` where there is none, or something that is no file.
    pub(crate) fn blob_at(
        &mut self,
        git: &gix::Repository,
        tree: ObjectId,
        path: &str,
    ) -> Result<Option<ObjectId>, Stop> {
        let (mut at, mut start) = (tree, 0);
        for name in path.split('/') {
            let end = start + name.len();
            let is_file = end == path.len();
            // With its slash a directory is never taken for a file of the same name.
            let prefix = if is_file { path } else { &path[..=end] };
            let Some(next) = self.step(git, at, prefix, Entry { name, is_file })? else { return Ok(None) };
            (at, start) = (next, end + 1);
        }
        Ok(Some(at))
    }

    /// Where the entry leads, which ends `prefix`, from the tree of the directory that holds it.
    fn step(
        &mut self,
        git: &gix::Repository,
        tree: ObjectId,
        prefix: &str,
        entry: Entry<'_>,
    ) -> Result<Option<ObjectId>, Stop> {
        if let Some(next) = self.levels.get(prefix).and_then(|level| level.get(&tree)) {
            return Ok(*next);
        }
        let next = find_entry(git, tree, entry)?;
        if self.entries >= LIMIT {
            *self = Self::default();
        }
        self.entries += 1;
        match self.levels.get_mut(prefix) {
            Some(level) => level.insert(tree, next),
            None => self.levels.entry(prefix.to_owned()).or_default().insert(tree, next),
        };
        Ok(next)
    }
}

/// What is looked for in a tree.
#[derive(Clone, Copy)]
struct Entry<'a> {
    name: &'a str,
    /// The last part of a path is a file, the parts before it are directories.
    is_file: bool,
}

fn find_entry(git: &gix::Repository, tree: ObjectId, wanted: Entry<'_>) -> Result<Option<ObjectId>, Stop> {
    let object = find_object(git, tree)?;
    for entry in TreeRefIter::from_bytes(&object.data, tree.kind()) {
        let entry = entry.map_err(|_| Stop::Missing(tree))?;
        if entry.filename == wanted.name.as_bytes() {
            let fits = if wanted.is_file { entry.mode.is_blob() } else { entry.mode.is_tree() };
            return Ok(fits.then(|| entry.oid.to_owned()));
        }
    }
    Ok(None)
}
