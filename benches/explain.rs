//! How soon `backstory explain` says what it knows: whole runs of the real program, cold and warm, beside `git log -L` on the same lines.
//!
//! `cargo bench --bench explain` prints the median and the slowest of several runs. It asks about this repository unless told otherwise:
//! `BACKSTORY_BENCH_REPOSITORY=DIR`, `BACKSTORY_BENCH_TARGET=PATH:LINE`, and for git `BACKSTORY_BENCH_LINES=START,END:PATH`.
//! With the default model fetched it also times the first worded sentence, from the start of the program, with nothing in the cache.
//! Never changes the repository or the user's cache.

use std::env;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use backstory_fixture::Fixture;

const RUNS: usize = 9;

fn main() {
    let setting = |name: &str, default: &str| env::var(name).unwrap_or_else(|_| default.to_owned());
    let repository = setting("BACKSTORY_BENCH_REPOSITORY", env!("CARGO_MANIFEST_DIR"));
    let target = setting("BACKSTORY_BENCH_TARGET", "crates/ide/src/check.rs:12");
    // An empty fixture lends its temporary directory.
    let scratch = Fixture::new("");
    let cache = scratch.beside("cache");
    println!("explain {target} in {repository}, {RUNS} runs each");

    let facts = || {
        let mut command = backstory(&repository, &cache);
        finish(command.args(["explain", "--no-model", &target]))
    };
    report("facts, cold", || {
        forget(&cache);
        Some(facts())
    });
    report("facts, warm", || Some(facts()));
    report("first worded sentence, cold", || {
        forget(&cache);
        first_sentence(backstory(&repository, &cache).args(["explain", &target]))
    });
    if let Ok(lines) = env::var("BACKSTORY_BENCH_LINES") {
        report("git log -L", || {
            Some(finish(Command::new("git").current_dir(&repository).args([
                "log",
                "-s",
                "--format=%h",
                "-L",
                &lines,
            ])))
        });
    }
}

fn backstory(repository: &str, cache: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_backstory"));
    command.current_dir(repository).env("BACKSTORY_CACHE_DIR", cache);
    command
}

/// A missing directory is as forgotten as can be.
fn forget(cache: &Path) {
    let _ = std::fs::remove_dir_all(cache);
}

fn finish(command: &mut Command) -> Duration {
    let start = Instant::now();
    let status = command.stdout(Stdio::null()).status().expect("the program starts");
    assert!(status.success(), "{command:?} failed");
    start.elapsed()
}

/// The time until the line after the heading of the worded sentences; `None` where there is none.
fn first_sentence(command: &mut Command) -> Option<Duration> {
    let start = Instant::now();
    let mut child = command.stdout(Stdio::piped()).spawn().expect("the program starts");
    let output = BufReader::new(child.stdout.take().expect("it was asked for"));
    let mut lines = output.lines().map_while(Result::ok);
    let found = lines.any(|line| line.starts_with("In short")) && lines.next().is_some();
    let elapsed = start.elapsed();
    // It may have ended by itself.
    let _ = child.kill();
    let _ = child.wait();
    found.then_some(elapsed)
}

fn report(name: &str, mut run: impl FnMut() -> Option<Duration>) {
    let mut times: Vec<Duration> = (0..RUNS).map_while(|_| run()).collect();
    times.sort();
    match (times.get(times.len() / 2), times.last()) {
        (Some(median), Some(slowest)) => {
            println!("{name:<28} median {:>6} ms, slowest {:>6} ms", median.as_millis(), slowest.as_millis());
        }
        _ => println!("{name:<28} none: no reason is recorded, or no model is here"),
    }
}
