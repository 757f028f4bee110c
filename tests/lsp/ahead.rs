//! What the server reads by itself while nobody asks: the histories of all symbols.

use std::fs;

use backstory_fixture::Fixture;
use serde_json::{Value, json};

use crate::answers::STORY;
use crate::client::{Client, all_capabilities, command};

/// A server that logs what it has read, initialized with settings.
fn talkative(fixture: &Fixture, settings: Value) -> Client {
    let mut command = command(fixture, &fixture.path());
    command.env("BACKSTORY_LOG", "info");
    let mut client = Client::spawn(command, fixture.path());
    client.settings = settings.clone();
    client.initialize(all_capabilities(), settings);
    client.idle();
    client
}

/// What the log says of histories that were read, each run by itself. The question lets the client answer the server's own.
fn runs(client: &mut Client) -> Vec<String> {
    client.ask("backstory/status", Value::Null).unwrap();
    let log = client.stderr();
    let said = log.lines().filter_map(|line| line.split_once("histories at hand: "));
    said.map(|(_, said)| said.to_owned()).collect()
}

#[test]
fn all_histories_and_only_new_ones_after_a_commit() {
    let fixture = Fixture::new(STORY);
    let mut client = talkative(&fixture, json!({"history": {"ahead": true}}));
    let first = client.eventually("histories are read", |client| runs(client).first().cloned());
    assert_eq!(client.ask("backstory/status", Value::Null).unwrap()["busy"], false);
    let total: usize = first.split(' ').nth(4).unwrap().parse().unwrap();
    fs::write(fixture.path().join("alone.py"), "def alone():\n    pass\n").unwrap();
    fixture.git(&["add", "-A"]);
    fixture.git(&["commit", "-q", "-m", "Add a file"]);
    let second = client.eventually("the new file's is read", |client| {
        runs(client).into_iter().find(|said| said.ends_with(" 1 symbols read"))
    });
    assert!(total > 1, "{first}, then {second}");
    assert_eq!(client.exit(), 0);
}

#[test]
fn once_settings_want_it() {
    let fixture = Fixture::new(STORY);
    let mut client = talkative(&fixture, Value::Null);
    assert_eq!(runs(&mut client), [""; 0]);
    client.settings = json!({"history": {"ahead": true}});
    client.notify("workspace/didChangeConfiguration", json!({"settings": null}));
    client.eventually("histories are read", |client| runs(client).first().cloned());
    assert_eq!(client.exit(), 0);
}

#[test]
fn not_while_it_is_paused() {
    let fixture = Fixture::new(STORY);
    let mut client = talkative(&fixture, Value::Null);
    client.ask("backstory/pause", json!({"paused": true})).unwrap();
    client.settings = json!({"history": {"ahead": true}});
    client.notify("workspace/didChangeConfiguration", json!({"settings": null}));
    // It would begin two seconds after the last question.
    std::thread::sleep(std::time::Duration::from_secs(4));
    assert_eq!(runs(&mut client), [""; 0]);
    client.ask("backstory/pause", json!({"paused": false})).unwrap();
    client.eventually("histories are read", |client| runs(client).first().cloned());
    assert_eq!(client.exit(), 0);
}
