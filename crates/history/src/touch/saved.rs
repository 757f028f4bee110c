//! The index in the store: a chain of segments, each naming the one before it, so that what two processes wrote at once, or what
//! was lost in part, is read up to where it fits together. Never does: fail; what can't be read is built again.

use std::hash::Hasher;

use backstory_store::Store;
use fnv::FnvHasher;

use super::TouchIndex;
use super::segment::Segment;
use crate::objects::Objects;

/// What the segments are called in the store; the number counts the versions of their form and of what counts as a touch.
const STORE_KIND: &str = "touch-2";

/// So many segments and more are made into one when the index is next read.
const MANY: u32 = 64;

/// Where the index of one repository stands in the store, and how far it is written.
pub(super) struct Saved {
    store: Store,
    /// The repository, and everything besides commits that decides what an index says.
    identity: Vec<u8>,
    /// Segments in the chain.
    count: u32,
    /// Of the last one (FNV-1a, 64 bits).
    checksum: u64,
}

impl Saved {
    /// Reads what is there. A chain whose last commit the repository doesn't have is another repository's, at the same path.
    pub(super) fn read(store: &Store, objects: &mut Objects) -> (Self, TouchIndex) {
        let identity = identity(&objects.git);
        let mut saved = Self { store: store.clone(), identity, count: 0, checksum: 0 };
        let mut index = TouchIndex::default();
        let segments = saved.read_on(&mut index);
        if index.newest().is_some_and(|newest| objects.node(newest).is_err()) {
            (saved.count, saved.checksum) = (0, 0);
            index = TouchIndex::default();
        } else if saved.count >= MANY {
            (saved.count, saved.checksum) = (0, 0);
            saved.write(&Segment::joined(segments));
        }
        (saved, index)
    }

    /// Adds the segments that follow on those read so far, as far as they fit, and returns them.
    pub(super) fn read_on(&mut self, index: &mut TouchIndex) -> Vec<Segment> {
        let mut segments = Vec::new();
        while let Some((segment, checksum)) = self.next() {
            if index.append(&segment).is_none() {
                break;
            }
            (self.count, self.checksum) = (self.count + 1, checksum);
            segments.push(segment);
        }
        segments
    }

    fn next(&self) -> Option<(Segment, u64)> {
        let value = self.store.get(STORE_KIND, &self.key())?;
        let (previous, bytes) = value.split_first_chunk()?;
        let is_next = u64::from_le_bytes(*previous) == self.checksum;
        let segment = is_next.then(|| postcard::from_bytes(bytes).ok()).flatten()?;
        Some((segment, checksum(&value)))
    }

    /// Adds a segment to the chain.
    pub(super) fn write(&mut self, segment: &Segment) {
        let Ok(bytes) = postcard::to_stdvec(segment) else { return };
        let value = [&self.checksum.to_le_bytes(), &bytes[..]].concat();
        self.store.put(STORE_KIND, &self.key(), &value);
        (self.count, self.checksum) = (self.count + 1, checksum(&value));
    }

    fn key(&self) -> Vec<u8> {
        [&self.identity[..], &self.count.to_le_bytes()].concat()
    }
}

fn checksum(value: &[u8]) -> u64 {
    let mut hasher = FnvHasher::default();
    hasher.write(value);
    hasher.finish()
}

/// One index for all worktrees of a repository.
fn identity(git: &gix::Repository) -> Vec<u8> {
    let path = git.common_dir();
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let mut identity = path.into_os_string().into_encoded_bytes();
    identity.push(0);
    identity.extend(git.object_hash().to_string().as_bytes());
    identity
}
