//! Threads that run jobs one after another. A job that panics is logged and takes nothing with it. Never does: hold a snapshot or
//! decide what to run.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

pub(super) type Job = Box<dyn FnOnce() + Send>;

/// How a thread stands back for others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Priority {
    /// Somebody waits for the answer.
    Normal,
    /// Nobody waits: whatever else runs on the machine comes first.
    Low,
}

/// What the jobs of a queue own while they wait for their turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Queued {
    /// Plain data.
    Data,
    /// Snapshots, which the loop waits for. So no job of such a queue may wait for the loop: it would wait for the jobs behind it.
    Snapshots,
}

thread_local! {
    static QUEUED: Cell<Queued> = const { Cell::new(Queued::Data) };
}

/// Whether this thread may wait for an answer of the loop.
pub(super) fn may_wait_for_loop() -> bool {
    QUEUED.get() == Queued::Data
}

/// What a low priority is on Unix: as far back as the scheduler knows without starving.
const NICE: i32 = 15;

/// A few threads and the queue that feeds them. They end when this is dropped and the queue is empty.
pub(super) struct Workers {
    queue: Sender<Job>,
}

impl Workers {
    pub(super) fn start(name: &str, threads: usize, priority: Priority, queued: Queued) -> Self {
        let (queue, jobs) = channel();
        let jobs = Arc::new(Mutex::new(jobs));
        for _ in 0..threads {
            let jobs = Arc::clone(&jobs);
            spawn(name, priority, move || {
                QUEUED.set(queued);
                work(&jobs);
            });
        }
        Self { queue }
    }

    pub(super) fn run(&self, job: impl FnOnce() + Send + 'static) {
        // No worker is left only when the program ends.
        let _ = self.queue.send(Box::new(job));
    }
}

fn work(jobs: &Mutex<Receiver<Job>>) {
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        guarded(job);
    }
}

/// Runs a job; a panic in it is logged by the panic hook and goes no further.
pub(super) fn guarded(job: impl FnOnce()) {
    // What a job shares with others stands behind locks that ignore poison, or is a snapshot that dies with it.
    let _ = catch_unwind(AssertUnwindSafe(job));
}

/// Starts a thread that may be refused by the system only when the machine is out of threads.
pub(super) fn spawn(name: &str, priority: Priority, body: impl FnOnce() + Send + 'static) {
    let started = thread::Builder::new().name(name.to_owned()).spawn(move || {
        if priority == Priority::Low {
            stand_back();
        }
        body();
    });
    if let Err(error) = started {
        tracing::error!("cannot start the thread {name}: {error}");
    }
}

/// On Linux a nice value belongs to a thread; elsewhere it would slow the whole process down.
fn stand_back() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, NICE) {
        tracing::debug!("cannot lower a thread's priority: {error}");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = NICE;
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn jobs_queued_with_snapshots_may_not_wait_for_the_loop() {
        for (queued, may_wait) in [(Queued::Data, true), (Queued::Snapshots, false)] {
            let workers = Workers::start("test", 1, Priority::Normal, queued);
            let (sender, answer) = channel();
            workers.run(move || sender.send(may_wait_for_loop()).unwrap());
            assert_eq!(answer.recv(), Ok(may_wait), "{queued:?}");
        }
        assert!(may_wait_for_loop());
    }
}
