//! What the loop does later: a heap of moments. Never does: wait by itself.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Instant;

/// Things to do at a moment, earliest first; equal moments in order of setting.
pub(super) struct Timers<T> {
    heap: BinaryHeap<Reverse<(Instant, u64)>>,
    due: std::collections::HashMap<u64, T>,
    last: u64,
}

impl<T> Default for Timers<T> {
    fn default() -> Self {
        Self { heap: BinaryHeap::new(), due: Default::default(), last: 0 }
    }
}

impl<T> Timers<T> {
    pub(super) fn set(&mut self, at: Instant, what: T) {
        self.last += 1;
        self.heap.push(Reverse((at, self.last)));
        self.due.insert(self.last, what);
    }

    /// When the next one is due.
    pub(super) fn next(&self) -> Option<Instant> {
        self.heap.peek().map(|Reverse((at, _))| *at)
    }

    /// Takes one that is due.
    pub(super) fn take(&mut self, now: Instant) -> Option<T> {
        if self.next()? > now {
            return None;
        }
        let Reverse((_, id)) = self.heap.pop()?;
        self.due.remove(&id)
    }
}
