//! A map with an upper bound: it keeps what was used last. Never does: compute what it lacks.

use std::collections::HashMap;
use std::hash::Hash;

/// Values with a weight each, in the caller's unit. Entries live in two generations: when the young one has half of the
/// allowed weight, the old one is let go and the young one becomes old; a hit makes an entry young again. That needs no
/// order among entries, and a pass over more than fits leaves the last of it behind.
pub(crate) struct Bounded<K, V> {
    young: HashMap<K, Weighed<V>>,
    old: HashMap<K, Weighed<V>>,
    /// Of the young entries together.
    weight: usize,
    limit: usize,
}

struct Weighed<V> {
    value: V,
    weight: usize,
}

impl<K: Eq + Hash, V: Clone> Bounded<K, V> {
    /// A map whose entries weigh no more than `limit` together, unless a single one does.
    pub(crate) fn new(limit: usize) -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), weight: 0, limit }
    }

    pub(crate) fn get(&mut self, key: &K) -> Option<V> {
        if let Some(entry) = self.young.get(key) {
            return Some(entry.value.clone());
        }
        let (key, Weighed { value, weight }) = self.old.remove_entry(key)?;
        self.insert(key, value.clone(), weight);
        Some(value)
    }

    pub(crate) fn insert(&mut self, key: K, value: V, weight: usize) {
        self.weight -= self.young.remove(&key).map_or(0, |replaced| replaced.weight);
        if self.weight + weight > self.limit / 2 {
            self.old = std::mem::take(&mut self.young);
            self.weight = 0;
        }
        self.weight += weight;
        self.young.insert(key, Weighed { value, weight });
    }

    pub(crate) fn remove(&mut self, key: &K) {
        self.weight -= self.young.remove(key).map_or(0, |removed| removed.weight);
        self.old.remove(key);
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.limit);
    }
}
