//! The index of one repository as all of its users share it: read from the store when it is first asked for, extended by one of them
//! at a time. Never does: build anything unasked.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use backstory_store::Store;
use gix::ObjectId;

use super::{Saved, TouchIndex, extend};
use crate::error::Stop;
use crate::objects::Objects;

/// The index so far, and where it is kept.
#[derive(Default)]
pub(crate) struct SharedIndex {
    /// `None` before it was read.
    current: Mutex<Option<Arc<TouchIndex>>>,
    /// Held by whoever extends it.
    saved: Mutex<Option<Saved>>,
}

impl SharedIndex {
    /// What there is. In a shallow clone that is nothing: its history ends differently after the next fetch.
    pub(crate) fn get(&self, objects: &mut Objects, store: &Store) -> Option<Arc<TouchIndex>> {
        if objects.is_shallow() {
            return None;
        }
        if let Some(index) = &*lock(&self.current) {
            return Some(Arc::clone(index));
        }
        let mut saved = lock(&self.saved);
        // Whoever held the lock may have read it meanwhile.
        if let Some(index) = &*lock(&self.current) {
            return Some(Arc::clone(index));
        }
        let (reader, index) = Saved::read(store, objects);
        *saved = Some(reader);
        Some(self.publish(index))
    }

    /// Adds all that leads up to a commit, and saves it batch by batch. What was added stays when it is interrupted.
    pub(crate) fn extend(
        &self,
        objects: &mut Objects,
        store: &Store,
        tip: ObjectId,
        interrupted: &AtomicBool,
        on_progress: &mut dyn FnMut(usize, usize),
    ) -> Result<(), Stop> {
        let Some(current) = self.get(objects, store).filter(|index| !index.contains(tip)) else {
            return Ok(());
        };
        let mut saved = lock(&self.saved);
        let saved = saved.as_mut().expect("reading the index leaves where it is saved");
        let mut index = TouchIndex::clone(&current);
        // Another process may have gone on.
        saved.read_on(&mut index);
        let mut save = |segment: &_| saved.write(segment);
        let outcome = extend(&mut index, objects, tip, interrupted, on_progress, &mut save);
        self.publish(index);
        outcome
    }

    fn publish(&self, index: TouchIndex) -> Arc<TouchIndex> {
        let index = Arc::new(index);
        *lock(&self.current) = Some(Arc::clone(&index));
        index
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // Each change behind these locks is one assignment, or one that the next reader checks.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
