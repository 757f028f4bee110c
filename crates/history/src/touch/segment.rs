//! A batch of commits in the form that is saved: flat lists, with everything that repeats written as a small number. Never does: IO.

use gix::ObjectId;
use serde::{Deserialize, Serialize};

/// What stands at a path in a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// A content that no parent has there.
    Blob(ObjectId),
    /// No file, though every parent has one.
    Gone,
    /// What this parent has (a number from 1) and the first one hasn't.
    Parent(u32),
}

/// How a mark is written: these two, or the number of a parent and one more.
const GONE: u32 = 0;
const BLOB: u32 = 1;

/// Commits with what they touched, all lists in the order of the commits.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Segment {
    /// The bytes of a hash.
    hash_len: u8,
    ids: Vec<u8>,
    parent_counts: Vec<u32>,
    /// How many places before the commit each parent stands.
    parents: Vec<u32>,
    /// Paths that no segment before this one has; they get the next free numbers.
    pub paths: Vec<String>,
    touch_counts: Vec<u32>,
    touched: Vec<u32>,
    marks: Vec<u32>,
    /// The hashes of the marks that have one.
    blobs: Vec<u8>,
    pub mentions: Vec<Mention>,
}

/// A commit that says which other one it undoes or repeats.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mention {
    /// The position of the commit that says so, in the whole index.
    pub by: u32,
    pub how: Mentioned,
    /// The hash of the other as written, in lower case: at least 7 digits.
    pub of: String,
}

/// What a later commit did with the one that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Mentioned {
    Reverted,
    CherryPicked,
}

/// One commit.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub id: ObjectId,
    /// Positions in the whole index.
    pub parents: Vec<u32>,
    /// By numbers of paths.
    pub touches: Vec<(u32, Mark)>,
}

impl Segment {
    /// Adds a commit that will stand at a position of the whole index, behind its parents.
    pub(super) fn push(&mut self, position: u32, row: &Row) {
        self.hash_len = row.id.as_bytes().len() as u8;
        self.ids.extend(row.id.as_bytes());
        self.parent_counts.push(row.parents.len() as u32);
        self.parents.extend(row.parents.iter().map(|parent| position - parent));
        self.touch_counts.push(row.touches.len() as u32);
        for (path, mark) in &row.touches {
            self.touched.push(*path);
            self.marks.push(match mark {
                Mark::Gone => GONE,
                Mark::Blob(_) => BLOB,
                Mark::Parent(number) => number + BLOB,
            });
            if let Mark::Blob(blob) = mark {
                self.blobs.extend(blob.as_bytes());
            }
        }
    }

    /// Several segments, each of which stands on top of the one before, as one.
    pub(super) fn joined(segments: impl IntoIterator<Item = Self>) -> Self {
        segments.into_iter().fold(Self::default(), |mut joined, segment| {
            joined.hash_len = joined.hash_len.max(segment.hash_len);
            joined.ids.extend(segment.ids);
            joined.parent_counts.extend(segment.parent_counts);
            joined.parents.extend(segment.parents);
            joined.paths.extend(segment.paths);
            joined.touch_counts.extend(segment.touch_counts);
            joined.touched.extend(segment.touched);
            joined.marks.extend(segment.marks);
            joined.blobs.extend(segment.blobs);
            joined.mentions.extend(segment.mentions);
            joined
        })
    }

    /// How many commits are in it.
    pub(super) fn len(&self) -> usize {
        self.parent_counts.len()
    }

    /// The commits, for an index that has so many commits and paths already. `None` where the lists contradict each other or
    /// the index: a damaged or foreign segment.
    pub(super) fn rows(&self, commits: usize, paths: usize) -> Option<Vec<Row>> {
        let mut ids = self.hashes(&self.ids)?;
        let mut blobs = self.hashes(&self.blobs)?;
        let mut parents = self.parents.iter().copied();
        let mut touches = self.touched.iter().copied().zip(self.marks.iter().copied());
        let known = paths + self.paths.len();
        let counts = self.parent_counts.iter().zip(&self.touch_counts);
        let mut rows = Vec::with_capacity(self.len());
        for (position, (&parent_count, &touch_count)) in (commits as u32..).zip(counts) {
            let parent = |distance: u32| position.checked_sub(distance).filter(|_| distance > 0);
            let parents: Option<Vec<u32>> =
                (0..parent_count).map(|_| parents.next().and_then(parent)).collect();
            let parents = parents?;
            let mut touch = |_| {
                let (path, mark) = touches.next().filter(|(path, _)| (*path as usize) < known)?;
                let mark = match mark {
                    GONE => Mark::Gone,
                    BLOB => Mark::Blob(blobs.next()?),
                    number => Mark::Parent(number - BLOB).valid_for(&parents)?,
                };
                Some((path, mark))
            };
            let touches: Option<Vec<_>> = (0..touch_count).map(&mut touch).collect();
            rows.push(Row { id: ids.next()?, touches: touches?, parents });
        }
        let is_used_up = ids.next().is_none() && blobs.next().is_none() && touches.next().is_none();
        (is_used_up && parents.next().is_none()).then_some(rows)
    }

    fn hashes<'a>(&self, bytes: &'a [u8]) -> Option<impl Iterator<Item = ObjectId> + use<'a>> {
        let len = usize::from(self.hash_len).max(1);
        let is_whole = bytes.is_empty() || (bytes.len().is_multiple_of(len) && is_hash(&bytes[..len]));
        is_whole.then(|| bytes.chunks_exact(len).filter_map(|id| ObjectId::try_from(id).ok()))
    }
}

impl Mark {
    fn valid_for(self, parents: &[u32]) -> Option<Self> {
        match self {
            Self::Parent(number) if number as usize >= parents.len() => None,
            mark => Some(mark),
        }
    }
}

fn is_hash(bytes: &[u8]) -> bool {
    ObjectId::try_from(bytes).is_ok()
}
