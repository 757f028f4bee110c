//! The real default model, which must have been fetched (`backstory model fetch`): wording end to end, and the end of its process.
//! `.ci/run` always runs this; `cargo test` does with `--features model-tests`.

use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use backstory_fixture::Fixture;
use serde_json::Value;

const STORY: &str = r#"
//@ commit "Pick the reasons"
//= Commit messages that state no reason are left out, because a model would invent one.
//- /pool.py
def spawn():
    pass
"#;

fn backstory(fixture: &Fixture, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_backstory"));
    command.current_dir(fixture.path()).env("BACKSTORY_CACHE_DIR", fixture.beside("cache"));
    command
        .env("BACKSTORY_CONFIG", fixture.beside("config.toml"))
        .env_remove("BACKSTORY_MODEL")
        .args(arguments);
    command
}

fn explanation(fixture: &Fixture) -> Value {
    let output = backstory(fixture, &["explain", "--json", "spawn"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    report["explanation"].clone()
}

#[test]
fn the_model_words_what_the_commit_says() {
    let fixture = Fixture::new(STORY);
    let first = explanation(&fixture);
    let sentence = &first["sentences"][0];
    assert_eq!(sentence["worded"], true, "{first}");
    assert_eq!(sentence["commits"][0], fixture.commits()[0].as_str(), "{first}");
    assert_ne!(sentence["text"], "");

    let cached = Instant::now();
    assert_eq!(explanation(&fixture), first, "the answer is remembered");
    let cached = cached.elapsed();
    assert!(backstory(&fixture, &["cache", "clear"]).status().unwrap().success());
    assert_eq!(explanation(&fixture), first, "and the same when it is asked for again after {cached:?}");
}

/// The model's process must not outlive the program, however that ends.
#[test]
fn killing_the_program_ends_the_model() {
    let fixture = Fixture::new(STORY);
    let mut child =
        backstory(&fixture, &["explain", "--json", "spawn"]).stdout(Stdio::null()).spawn().unwrap();
    let worker = wait_for("the model's process starts", || workers_of(child.id()).first().copied());
    child.kill().unwrap();
    child.wait().unwrap();
    wait_for("the model's process ends", || (!is_alive(worker)).then_some(()));
}

/// Killed once, it is started again; killed whenever it comes, the facts stand without it, and the report says so.
#[test]
fn a_killed_model_is_reported_and_the_rest_goes_on() {
    let fixture = Fixture::new(STORY);
    let mut child = backstory(&fixture, &["explain", "spawn"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut killed = std::collections::BTreeSet::new();
    wait_for("the program ends", || {
        for worker in workers_of(child.id()).into_iter().filter(|&worker| is_alive(worker)) {
            killed.insert(worker);
            Command::new("kill").args(["-9", &worker.to_string()]).status().unwrap();
        }
        child.try_wait().unwrap()
    });
    assert_eq!(killed.len(), 2, "one more attempt, and no more than that");
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("Pick the reasons"), "{text}");
    assert!(text.contains("the model's process ended unexpectedly"), "{text}");
}

fn wait_for<T>(what: &str, mut check: impl FnMut() -> Option<T>) -> T {
    let limit = Instant::now() + Duration::from_secs(30);
    loop {
        if let Some(found) = check() {
            return found;
        }
        assert!(Instant::now() < limit, "waited too long until {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

fn workers_of(parent: u32) -> Vec<u32> {
    let output = Command::new("ps").args(["-o", "pid=", "--ppid", &parent.to_string()]).output().unwrap();
    String::from_utf8_lossy(&output.stdout).split_whitespace().map(|pid| pid.parse().unwrap()).collect()
}

fn is_alive(pid: u32) -> bool {
    let output = Command::new("ps").args(["-o", "stat=", "-p", &pid.to_string()]).output().unwrap();
    let state = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    !state.is_empty() && !state.starts_with('Z')
}
