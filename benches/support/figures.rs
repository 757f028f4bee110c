//! Figures of a run: percentiles of times, and what a process used. Never does: measure by itself.

use std::fs;
use std::time::Duration;

/// Prints median, 95th percentile and maximum.
pub fn report(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |percent: usize| times[(times.len() - 1) * percent / 100].as_secs_f64() * 1e3;
    println!(
        "{what}: p50 {:.1} ms, p95 {:.1} ms, max {:.1} ms ({} times)",
        at(50),
        at(95),
        at(100),
        times.len()
    );
}

/// A process as Linux accounts for it.
#[derive(Clone, Copy)]
pub struct Processor(u32);

impl Processor {
    pub fn of(process: u32) -> Self {
        Self(process)
    }

    /// Processor time so far, of all its threads.
    pub fn used(self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.0)).unwrap();
        let fields: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
        // utime and stime, in hundredths of a second (`man proc`).
        let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
        Duration::from_millis(ticks * 10)
    }

    /// Resident memory in bytes.
    pub fn resident(self) -> u64 {
        self.memory("VmRSS:")
    }

    /// The most resident memory so far, in bytes.
    pub fn peak(self) -> u64 {
        self.memory("VmHWM:")
    }

    fn memory(self, field: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0)).unwrap();
        let line = status.lines().find(|line| line.starts_with(field)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
    }
}
