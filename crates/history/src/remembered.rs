//! Lineages kept for later questions: in memory, and in the store in a short form that names commits instead of holding them.
//! Never does: walk history.

use std::collections::HashMap;
use std::sync::Arc;

use backstory_store::Store;
use backstory_syntax::Language;
use gix::ObjectId;
use serde::{Deserialize, Serialize};

use crate::bounded::Bounded;
use crate::change::{Change, ChangeKind, Lineage, Place};
use crate::commit::Commit;
use crate::lineage::HistoryQuery;
use crate::objects::Objects;

/// What the lineages are called in the store; the number counts the versions of the stored form, and of everything that decides
/// which changes a walk finds and how it classes them.
pub(crate) const STORE_KIND: &str = "lineage-3";

/// Lineages kept in memory, in bytes.
const MEMORY: usize = 8 << 20;

/// Notes about files kept in memory, in bytes.
const NOTES: usize = 4 << 20;

/// The lineages known so far, by questions that start at an anchor.
pub(crate) struct Remembered {
    memory: Bounded<HistoryQuery, Arc<Lineage>>,
    /// Whether the store has all lineages of a file as of its anchor.
    whole: Bounded<HistoryQuery, bool>,
}

impl Remembered {
    pub(crate) fn new() -> Self {
        Self { memory: Bounded::new(MEMORY), whole: Bounded::new(NOTES) }
    }

    pub(crate) fn forget(&mut self) {
        self.memory.clear();
        self.whole.clear();
    }

    /// The lineage, if it was kept. An entry of the store that is damaged, or names commits that are not here, is none.
    pub(crate) fn get(
        &mut self,
        objects: &mut Objects,
        store: &Store,
        anchored: &HistoryQuery,
    ) -> Option<Arc<Lineage>> {
        if let Some(lineage) = self.memory.get(anchored) {
            return Some(lineage);
        }
        // A shallow clone is not told what it can't see.
        if objects.is_shallow() {
            return None;
        }
        let value = store.get(STORE_KIND, &store_key(anchored)?)?;
        let lineage = Arc::new(expand(objects, postcard::from_bytes(&value).ok()?)?);
        self.keep(anchored, &lineage);
        Some(lineage)
    }

    /// Keeps a lineage if it will be the same whenever it is asked for.
    pub(crate) fn put(
        &mut self,
        objects: &Objects,
        store: &Store,
        anchored: &HistoryQuery,
        lineage: &Arc<Lineage>,
    ) {
        if !lineage.complete {
            return;
        }
        self.keep(anchored, lineage);
        if let Some((key, value)) = entry(objects, anchored, lineage) {
            store.put(STORE_KIND, &key, &value);
        }
    }

    /// Whether it was noted that the store has all lineages of a file, asked about as a whole at its anchor. What the store has
    /// lost since is walked for when it is asked for.
    pub(crate) fn is_whole(&mut self, store: &Store, file: &HistoryQuery) -> bool {
        if let Some(known) = self.whole.get(file) {
            return known;
        }
        let noted = store_key(file).is_some_and(|key| store.get(&note_kind(), &key).is_some());
        self.whole.insert(file.clone(), noted, size_of::<HistoryQuery>() + file.path.len() + file.at.len());
        noted
    }

    /// Notes that the store has all lineages of a file; says whether the store took the note.
    pub(crate) fn note_whole(&mut self, store: &Store, file: &HistoryQuery) -> bool {
        if let Some(key) = store_key(file) {
            store.put(&note_kind(), &key, &[]);
        }
        self.whole.remove(file);
        self.is_whole(store, file)
    }

    fn keep(&mut self, anchored: &HistoryQuery, lineage: &Arc<Lineage>) {
        self.memory.insert(anchored.clone(), Arc::clone(lineage), weight(lineage));
    }
}

/// A complete lineage of a symbol that was found.
#[derive(Debug, Serialize, Deserialize)]
struct Stored {
    /// Each once, in order of first use.
    places: Vec<Place>,
    changes: Vec<StoredChange>,
}

/// A [`Change`] without what its commit says.
#[derive(Debug, Serialize, Deserialize)]
struct StoredChange {
    /// The hash as bytes.
    commit: Vec<u8>,
    kinds: Vec<ChangeKind>,
    /// An index into the places.
    place: u32,
    /// Another one.
    from: Option<u32>,
    other: Option<u32>,
    lines_added: u32,
    lines_removed: u32,
}

/// What notes about whole files are called in the store: they hold for one form of the lineages.
fn note_kind() -> String {
    format!("whole-{STORE_KIND}")
}

/// Whether the store has a lineage. One that turns out to be damaged is walked for when it is asked for.
pub(crate) fn is_kept(store: &Store, anchored: &HistoryQuery) -> bool {
    store_key(anchored).is_some_and(|key| store.get(STORE_KIND, &key).is_some())
}

/// Key and value of a lineage in the store; `None` for one that it doesn't keep, since it may be another one the next time, or
/// is quickly found out.
pub(crate) fn entry(
    objects: &Objects,
    anchored: &HistoryQuery,
    lineage: &Lineage,
) -> Option<(Vec<u8>, Vec<u8>)> {
    if objects.is_shallow() || !lineage.complete || !lineage.found {
        return None;
    }
    let value = postcard::to_stdvec(&shorten(lineage)?).ok()?;
    Some((store_key(anchored)?, value))
}

fn shorten(lineage: &Lineage) -> Option<Stored> {
    let mut places = Places::default();
    let change = |change: &Change| {
        let place = Place { path: change.path.clone(), key: change.key.clone() };
        Some(StoredChange {
            commit: ObjectId::from_hex(change.commit.id.as_bytes()).ok()?.as_bytes().to_vec(),
            kinds: change.kinds.clone(),
            place: places.index(&place),
            from: change.from.as_ref().map(|from| places.index(from)),
            other: change.other.as_ref().map(|other| places.index(other)),
            lines_added: change.lines_added,
            lines_removed: change.lines_removed,
        })
    };
    let changes: Option<Vec<StoredChange>> = lineage.changes.iter().map(change).collect();
    Some(Stored { changes: changes?, places: places.list })
}

fn expand(objects: &mut Objects, stored: Stored) -> Option<Lineage> {
    let place = |index: u32| stored.places.get(index as usize).cloned();
    // An index that leads nowhere makes the whole entry unreadable.
    let optional = |index: Option<u32>| match index {
        Some(index) => place(index).map(Some),
        None => Some(None),
    };
    let change = |change: StoredChange| {
        let id = ObjectId::try_from(&change.commit[..]).ok()?;
        let commit = Commit::clone(&*objects.commit(id).ok()?);
        let Place { path, key } = place(change.place)?;
        let (from, other) = (optional(change.from)?, optional(change.other)?);
        let StoredChange { kinds, lines_added, lines_removed, .. } = change;
        Some(Change {
            pull_request: commit.links.pull_request.clone(),
            ignored: objects.is_ignored(id),
            reverted_by: Vec::new(),
            picked_as: Vec::new(),
            commit,
            kinds,
            path,
            key,
            from,
            other,
            lines_added,
            lines_removed,
        })
    };
    let changes: Option<Vec<Change>> = stored.changes.into_iter().map(change).collect();
    Some(Lineage { found: true, changes: changes?, complete: true, limits: Vec::new() })
}

/// Places, each once.
#[derive(Default)]
struct Places {
    list: Vec<Place>,
    indices: HashMap<Place, u32>,
}

impl Places {
    fn index(&mut self, place: &Place) -> u32 {
        if let Some(&index) = self.indices.get(place) {
            return index;
        }
        let index = u32::try_from(self.list.len())
            .expect("two places a change, and a change takes far more than a byte");
        self.list.push(place.clone());
        self.indices.insert(place.clone(), index);
        index
    }
}

/// The whole question; `None` where its file is in no supported language. Hashes of different formats differ in length, and
/// a text in the serialized form tells its own.
pub(crate) fn store_key(anchored: &HistoryQuery) -> Option<Vec<u8>> {
    let language = Language::of_path(&anchored.path)?;
    postcard::to_stdvec(&(anchored, language.id(), language.generation())).ok()
}

/// About how many bytes a lineage takes.
fn weight(lineage: &Lineage) -> usize {
    let text = |change: &Change| change.commit.subject.len() + change.commit.body.len() + change.path.len();
    let change = |change: &Change| 2 * size_of::<Change>() + text(change);
    size_of::<Lineage>() + lineage.changes.iter().map(change).sum::<usize>()
}
