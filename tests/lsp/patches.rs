//! The action "Show all changes of `x`": every change with its diff, as one document. Never does: show a part of a history.

use backstory_fixture::Fixture;
use expect_test::expect;
use serde_json::{Value, json};

use crate::answers::{STORY, THREADS};
use crate::client::{Client, all_capabilities};
use crate::document::{Units, range};

fn open_history(client: &mut Client, path: &str, needle: &str) -> Result<Value, Value> {
    let start = range(&client.text(path), needle, Units::Utf16)["start"].clone();
    let symbol = json!({"uri": client.uri(path), "position": start});
    client.ask("workspace/executeCommand", json!({"command": "backstory.openHistory", "arguments": [symbol]}))
}

#[test]
fn all_changes_open_as_one_document() {
    let fixture = Fixture::new(STORY);
    let mut capabilities = all_capabilities();
    capabilities["workspace"]["textDocumentContent"] = json!({});
    let mut client = Client::start(&fixture);
    client.initialize(capabilities, Value::Null);
    client.open(THREADS);
    let opened = open_history(&mut client, THREADS, "spawn").unwrap();
    let text = opened["text"].as_str().unwrap();
    expect![[r#"
        method work_pool::threads::Pool::spawn
        src/threads.rs:5
        History at main {3}

        commit {2}
        Author: Bob Noyce
        Date:   2024-05-01

            Start threads lazily

            Threads were started at once because the first benchmark needed them. It starved the timers, so they now start one by one.

        method Pool.spawn in src/threads.rs: body

        --- a/src/threads.rs
        +++ b/src/threads.rs
        @@ -4,4 +4,6 @@
             /// Starts a thread.
             pub fn spawn(&self) {
        -        start();
        +        if true {
        +            start();
        +        }
             }

        commit {1}
        Author: Ada Lovelace
        Date:   2019-08-27

            Add pool

        method Pool.spawn in src/threads.rs: introduced

        --- /dev/null
        +++ b/src/threads.rs
        @@ -0,0 +4,4 @@
        +    /// Starts a thread.
        +    pub fn spawn(&self) {
        +        start();
        +    }
    "#]]
    .assert_eq(&fixture.anonymize(text));
    let shown = client.until("the document", |client| client.heard("window/showDocument").pop().cloned());
    assert_eq!(shown["uri"], opened["uri"]);
    assert!(opened["uri"].as_str().unwrap().starts_with("backstory:/spawn-history.diff?"), "{opened}");
    // Asked for by its URI alone, it is as the text is now.
    let edited = client.text(THREADS).replace("fn spawn(&self) {", "fn spawn(&self) {\n        let _ = 1;");
    let mut later = Client::new(&fixture);
    later.open_with(THREADS, &edited);
    let again = later.ask("workspace/textDocumentContent", json!({"uri": opened["uri"]})).unwrap();
    let again = again["text"].as_str().unwrap();
    assert!(again.contains("There is an uncommitted change (body)\n"), "{again}");
    assert!(again.ends_with(text.split_once("\n\n").unwrap().1), "{again}");
}

#[test]
fn what_has_no_history_has_no_document() {
    let fixture = Fixture::new("//@ commit \"Add\"\n//- /a.py\ndef f():\n    pass\n");
    std::fs::remove_dir_all(fixture.path().join(".git")).unwrap();
    let mut client = Client::new(&fixture);
    let error = open_history(&mut client, "a.py", "f").unwrap_err();
    assert_eq!(error["code"], -32803, "{error}");
    assert!(error["message"].as_str().unwrap().contains("git"), "{error}");
    assert!(client.heard("window/showDocument").is_empty());
}
