//! Work that is given up when somebody's patience ends. Never does: wait for anything but the work.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// How often it is looked whether time is up.
const LOOK: Duration = Duration::from_millis(20);

/// Does work that gives up as soon as it finds its flag set, which it is when the time has come or the caller is interrupted.
pub(crate) fn in_time<T>(until: Instant, interrupted: &AtomicBool, work: impl FnOnce(&AtomicBool) -> T) -> T {
    let is_over = || interrupted.load(Ordering::Relaxed) || Instant::now() >= until;
    let (stop, done) = (AtomicBool::new(is_over()), AtomicBool::new(false));
    thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            while !done.load(Ordering::Relaxed) && !is_over() {
                thread::park_timeout(LOOK);
            }
            stop.store(true, Ordering::Relaxed);
        });
        let found = work(&stop);
        done.store(true, Ordering::Relaxed);
        watcher.thread().unpark();
        found
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::{Duration, Instant};

    use super::in_time;

    /// Gives up when it is told to, and says that it did.
    fn endless(stop: &AtomicBool) -> bool {
        while !stop.load(Ordering::Relaxed) {
            std::thread::yield_now();
        }
        true
    }

    #[test]
    fn work_ends_with_the_time_or_with_the_caller() {
        let never = AtomicBool::new(false);
        assert!(in_time(Instant::now(), &never, endless));
        assert!(in_time(Instant::now() + Duration::from_millis(30), &never, endless));
        assert!(in_time(Instant::now() + Duration::from_secs(600), &AtomicBool::new(true), endless));
        assert_eq!(in_time(Instant::now() + Duration::from_secs(600), &never, |_| 7), 7);
    }
}
