//! `--record`, `--replay`, `--log`. Never does: what is inside the answers.

use std::fs;
use std::path::Path;
use std::process::Output;

use backstory_fixture::Fixture;
use serde_json::{Value, json};

use crate::answers::STORY;
use crate::client::{Client, all_capabilities, command};

const THREADS: &str = "src/threads.rs";

/// A session that uses everything once, recorded to a file.
fn record(fixture: &Fixture, file: &Path) {
    let mut recorded = command(fixture, &fixture.path());
    recorded.arg("--record").arg(file);
    let mut client = Client::spawn(recorded, fixture.path());
    client.initialize(all_capabilities(), Value::Null);
    client.idle();
    client.open(THREADS);
    client.hover_on(THREADS, "spawn");
    client.lens_text(THREADS);
    client.change(THREADS, 2, json!([{"text": "fn only() {}\n"}]));
    assert_eq!(client.lens_names(THREADS), ["only"]);
    client.ask("backstory/search", json!({"query": "thread"})).unwrap();
    client.explain("src/lib.rs", "run").unwrap();
    client.raw(b"garbage\n");
    client.wait(Value::Null).unwrap_err();
    assert_eq!(client.exit(), 0);
}

fn replay(fixture: &Fixture, file: &Path) -> Output {
    command(fixture, &fixture.path()).arg("--replay").arg(file).output().unwrap()
}

#[test]
fn what_was_recorded_replays_without_a_difference() {
    let fixture = Fixture::new(STORY);
    let file = fixture.beside("recording.jsonl");
    record(&fixture, &file);
    let text = fs::read_to_string(&file).unwrap();
    for line in text.lines() {
        let entry: Value = serde_json::from_str(line).unwrap();
        assert!(entry["ms"].is_u64() && entry["message"].is_object(), "{line}");
        assert!(entry["from"] == "client" || entry["from"] == "server", "{line}");
    }
    for cache in ["warm", "cold"] {
        let output = replay(&fixture, &file);
        let printed = String::from_utf8_lossy(&output.stdout);
        assert_eq!(
            output.status.code(),
            Some(0),
            "{cache}: {printed}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(printed.ends_with(" 0 differ\n"), "{cache}: {printed}");
        fs::remove_dir_all(fixture.beside("cache")).unwrap();
    }
    // A repository that has changed since answers otherwise.
    fs::write(fixture.path().join("src/lib.rs"), "pub fn run() {}\n").unwrap();
    let output = replay(&fixture, &file);
    let printed = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{printed}");
    assert!(printed.contains(" workspace/executeCommand\n  recorded: "), "{printed}");
}

#[test]
fn recordings_that_cannot_be_written_or_read() {
    let fixture = Fixture::new(STORY);
    let file = fixture.beside("broken.jsonl");
    fs::write(&file, "{\"ms\":0,\"from\":\"client\",\"mess").unwrap();
    let output = replay(&fixture, &file);
    let printed = String::from_utf8_lossy(&output.stderr);
    assert_ne!(output.status.code(), Some(0));
    assert!(printed.contains("broken.jsonl:1: not a line of a recording"), "{printed}");
    let output = replay(&fixture, &fixture.beside("missing.jsonl"));
    assert!(String::from_utf8_lossy(&output.stderr).contains("missing.jsonl"));

    let mut recorded = command(&fixture, &fixture.path());
    recorded.arg("--record").arg("/dev/full");
    let mut client = Client::spawn(recorded, fixture.path());
    client.initialize(all_capabilities(), Value::Null);
    client.idle();
    let log = client.stderr();
    assert_eq!(log.matches("cannot record").count(), 1, "said once: {log}");
    assert_eq!(client.exit(), 0);
}

#[test]
fn the_log_goes_to_a_file_and_never_to_the_client() {
    let fixture = Fixture::new(STORY);
    let file = fixture.beside("server.log");
    let mut logged = command(&fixture, &fixture.path());
    logged.arg("--log").arg(&file).env("BACKSTORY_LOG", "debug");
    let mut client = Client::spawn(logged, fixture.path());
    client.initialize(all_capabilities(), Value::Null);
    client.idle();
    assert_eq!(client.stderr(), "");
    assert_eq!(client.exit(), 0);
    let log = fs::read_to_string(file).unwrap();
    assert!(log.contains("initialize"), "{log}");
    assert!(!log.contains('\u{1b}'), "no colours in a file");
}
