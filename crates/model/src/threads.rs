//! How many threads a model may compute on. Never starts any.

use std::thread::available_parallelism;

use crate::protocol::THREADS_VARIABLE;

/// Whom the machine belongs to while a model computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Threads {
    /// The user is working: one physical core of more than two is left alone. Of two both are used, or a sentence takes twice as long:
    /// the low priority of the process keeps them free for whoever types.
    Background,
    /// The user waits for the answer.
    All,
}

impl Threads {
    /// The number of threads on this machine, at least 1.
    pub fn count(self) -> usize {
        let logical = available_parallelism().map_or(1, usize::from);
        count(self, num_cpus::get_physical(), logical)
    }
}

/// Two threads on one core gain nothing. A machine with two logical cores counts as two all the same: that is how
/// virtual machines present two real ones.
fn count(threads: Threads, physical: usize, logical: usize) -> usize {
    let cores = physical.max(2).min(logical).max(1);
    match threads {
        Threads::Background => (cores - 1).max(cores.min(2)),
        Threads::All => cores,
    }
}

/// The number that the parent of this process has set; all logical cores otherwise, as the libraries take it.
#[cfg(feature = "local")]
pub(crate) fn in_environment() -> usize {
    let set = std::env::var(THREADS_VARIABLE).ok().and_then(|value| value.parse().ok()).filter(|&n| n > 0);
    set.unwrap_or_else(|| available_parallelism().map_or(1, usize::from))
}

/// The variable to set for a process that may use this many threads.
pub(crate) fn variable(threads: Threads) -> (&'static str, String) {
    (THREADS_VARIABLE, threads.count().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_by_physical_and_logical_cores() {
        let both = |physical, logical| {
            (count(Threads::Background, physical, logical), count(Threads::All, physical, logical))
        };
        assert_eq!(both(1, 1), (1, 1));
        assert_eq!(both(1, 2), (2, 2));
        assert_eq!(both(2, 2), (2, 2));
        assert_eq!(both(4, 8), (3, 4));
        // A container with a share of a large machine.
        assert_eq!(both(64, 2), (2, 2));
        assert_eq!(both(0, 1), (1, 1));
    }
}
