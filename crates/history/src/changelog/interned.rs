//! Values by number, each once. Never does: forget one.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

/// Values and their numbers.
#[derive(Clone, Debug)]
pub(super) struct Interned<T> {
    values: Vec<Arc<T>>,
    numbers: HashMap<Arc<T>, u32>,
}

impl<T> Default for Interned<T> {
    fn default() -> Self {
        Self { values: Vec::new(), numbers: HashMap::new() }
    }
}

impl<T: Clone + Eq + Hash> Interned<T> {
    pub(super) fn add(&mut self, value: &T) -> u32 {
        if let Some(&number) = self.numbers.get(value) {
            return number;
        }
        let (number, value) = (self.values.len() as u32, Arc::new(value.clone()));
        self.values.push(Arc::clone(&value));
        self.numbers.insert(value, number);
        number
    }

    pub(super) fn number(&self, value: &T) -> Option<u32> {
        self.numbers.get(value).copied()
    }

    /// In order of their numbers.
    pub(super) fn values(&self) -> impl Iterator<Item = &T> {
        self.values.iter().map(|value| &**value)
    }

    pub(super) fn get(&self, number: u32) -> &T {
        &self.values[number as usize]
    }
}
