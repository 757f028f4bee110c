//! The real default model behind the server, which must have been fetched. Never does: judge its words.

use std::process::Command;

use backstory_fixture::Fixture;
use serde_json::Value;

use crate::client::{Client, all_capabilities, command};

/// A reason that the default model words in a way that its passage supports.
const STORY: &str = r#"
//@ commit "Pick the reasons"
//= Commit messages that state no reason are left out, because a model would invent one.
//- /pool.py
def spawn():
    pass
"#;

const POOL: &str = "pool.py";

fn start(fixture: &Fixture) -> Client {
    let mut with_model = command(fixture, &fixture.path());
    with_model.env_remove("BACKSTORY_MODEL_DIR");
    let mut client = Client::spawn(with_model, fixture.path());
    client.initialize(all_capabilities(), Value::Null);
    client.idle();
    client
}

fn workers_of(parent: u32) -> Vec<String> {
    let output = Command::new("ps").args(["-o", "pid=", "--ppid", &parent.to_string()]).output().unwrap();
    String::from_utf8_lossy(&output.stdout).split_whitespace().map(str::to_owned).collect()
}

#[test]
fn the_model_words_and_the_hover_shows_it() {
    let fixture = Fixture::new(STORY);
    let mut client = start(&fixture);
    let explained = client.explain(POOL, "spawn").unwrap();
    let sentence = &explained["report"]["explanation"]["sentences"][0];
    assert_eq!(sentence["kind"], "worded", "{explained}");
    let text = sentence["text"].as_str().unwrap();
    client.open(POOL);
    let hover = client.hover_on(POOL, "spawn");
    assert!(hover.contains(text), "{hover}");
    assert_eq!(client.exit(), 0);
}

/// Each part holds all that is known by then, and the result what the last one did.
#[test]
fn an_explanation_grows_sentence_by_sentence() {
    let fixture = Fixture::new(STORY);
    let mut client = start(&fixture);
    let at = crate::document::range(&client.text(POOL), "spawn", crate::document::Units::Utf16);
    let params = serde_json::json!({
        "uri": client.uri(POOL), "position": at["start"], "partialResultToken": 7,
    });
    let told = client.ask("backstory/explain", params).unwrap();
    let said = told["report"]["explanation"]["sentences"].clone();
    assert_eq!(said[0]["kind"], "worded", "{told}");
    let parts: Vec<Value> = client.until("the last part", |client| {
        let steps = client.heard("$/progress").into_iter().filter(|step| step["token"] == 7);
        let parts: Vec<Value> =
            steps.map(|step| step["value"]["report"]["explanation"]["sentences"].clone()).collect();
        (parts.last() == Some(&said)).then_some(parts)
    });
    assert_eq!(parts, [Value::Null, said]);
    assert!(client.heard("window/showDocument").is_empty());
    assert_eq!(client.exit(), 0);
}

/// A commit that leaves its reason to an issue.
const NAMING: &str = r#"
//@ commit "Fix #12"
//- /pool.py
def spawn():
    pass
"#;

const ISSUE: &str = r#"{"number": 12, "title": "Names vanish", "author": {"login": "grace"},
    "body": "They vanish after a restart because the table was never written, so it is lost."}"#;

/// What was imported or removed since the symbol was last asked about counts at once.
#[test]
fn a_hover_cites_an_imported_issue_until_it_is_removed() {
    let fixture = Fixture::new(NAMING);
    std::fs::write(fixture.beside("issue.json"), ISSUE).unwrap();
    let import = |argument: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_backstory"));
        command.args(["import", "discussions", argument]).current_dir(fixture.path());
        let output = command.env("BACKSTORY_DATA_DIR", fixture.beside("data")).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    };
    let mut client = start(&fixture);
    client.open(POOL);
    let before = client.hover_on(POOL, "spawn");
    assert!(before.contains("Fix #12") && !before.contains("\n> "), "{before}");
    import("../issue.json");
    let explained = client.explain(POOL, "spawn").unwrap();
    assert_eq!(explained["report"]["reasons"][0]["source"]["reference"], "#12", "{explained}");
    let hover = client.hover_on(POOL, "spawn");
    assert!(hover.contains("\n> ") && hover.contains("`#12`"), "{hover}");
    import("--remove");
    let after = client.hover_on(POOL, "spawn");
    assert!(after.contains("Fix #12") && !after.contains("\n> "), "{after}");
    assert_eq!(client.exit(), 0);
}

/// What a lens was shown for is worded by itself while nobody asks, where settings want that.
#[test]
fn what_is_on_screen_is_worded_while_nobody_is_at_work() {
    let fixture = Fixture::new(STORY);
    let mut with_model = command(&fixture, &fixture.path());
    with_model.env_remove("BACKSTORY_MODEL_DIR");
    let mut client = Client::spawn(with_model, fixture.path());
    client.initialize(all_capabilities(), serde_json::json!({"model": {"idle": true}}));
    client.idle();
    client.open(POOL);
    // A hover shows it, and is itself something that somebody does: it ends the wording that is under way, which takes long on a busy
    // machine. So each time it is left in peace for longer.
    let mut pauses = [10, 20, 40, 80, 160].map(std::time::Duration::from_secs).into_iter();
    while !client.hover_on(POOL, "spawn").contains("\n> ") {
        std::thread::sleep(pauses.next().expect("nothing was worded"));
    }
    assert_eq!(client.exit(), 0);
}

#[test]
fn a_killed_model_is_reported_and_started_again() {
    let fixture = Fixture::new(STORY);
    let mut client = start(&fixture);
    let at = crate::document::range(&client.text(POOL), "spawn", crate::document::Units::Utf16);
    let argument = serde_json::json!({"uri": client.uri(POOL), "position": at["start"]});
    let params = serde_json::json!({"command": "backstory.explain", "arguments": [argument]});
    let id = client.request("workspace/executeCommand", params);
    let server = client.process();
    let worker = client.eventually("the model's process starts", |_| workers_of(server).pop());
    assert!(Command::new("kill").args(["-9", &worker]).status().unwrap().success());
    let explained = client.wait(id).unwrap();
    assert!(explained["markdown"].as_str().unwrap().contains("Pick the reasons"), "{explained}");
    // The next one words again.
    let explained = client.explain(POOL, "spawn").unwrap();
    assert_eq!(explained["report"]["explanation"]["sentences"][0]["kind"], "worded", "{explained}");
    assert_eq!(client.exit(), 0);
}

#[test]
fn killing_the_server_ends_the_model() {
    let fixture = Fixture::new(STORY);
    let mut client = start(&fixture);
    // On a busy machine the first one may be given up before it has read its model.
    let worker = client.eventually("the model's process waits for the next question", |client| {
        client.explain(POOL, "spawn").unwrap();
        workers_of(client.process()).pop()
    });
    drop(client);
    let deadline = std::time::Instant::now() + crate::client::DEADLINE;
    loop {
        let output = Command::new("ps").args(["-o", "stat=", "-p", &worker]).output().unwrap();
        let state = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if state.is_empty() || state.starts_with('Z') {
            break;
        }
        assert!(std::time::Instant::now() < deadline, "the model outlives its server");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}
