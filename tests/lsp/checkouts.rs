//! Trees of thousands of files: a checkout changes them all at once, and a question comes before they have been read. Never does: tell
//! the server of changes.

use std::fs;

use backstory_fixture::Fixture;
use serde_json::{Value, json};

use crate::client::{Client, all_capabilities};
use crate::navigation::{at, standalone};

const BASE: &str = r#"
//@ commit "Add" author="Ada Lovelace <ada@example.org>" date="2019-01-01T10:00:00+00:00"
//- /.gitignore
made/
//- /base.py
def shared():
    return 1
"#;

const FILES: usize = 2_000;

/// Writes so many files that use what `base.py` declares.
fn write_users(fixture: &Fixture, directory: &str) {
    let directory = fixture.path().join(directory);
    fs::create_dir_all(&directory).unwrap();
    for number in 0..FILES {
        let text = format!("from base import shared\n\ndef user_{number}():\n    return shared()\n");
        fs::write(directory.join(format!("part_{number}.py")), text).unwrap();
    }
}

fn uses(client: &mut Client) -> usize {
    let params = at(client, "base.py", "shared");
    let found = client.ask("textDocument/references", params).unwrap();
    found.as_array().map_or(0, Vec::len)
}

fn named(client: &mut Client, query: &str) -> bool {
    let found = client.ask("workspace/symbol", json!({"query": query})).unwrap();
    found.as_array().into_iter().flatten().any(|it| it["name"] == query)
}

#[test]
fn thousands_of_files_come_and_go() {
    let fixture = Fixture::new(BASE);
    fixture.git(&["checkout", "-q", "-b", "many"]);
    write_users(&fixture, "users");
    fixture.git(&["add", "-A"]);
    fixture.git(&["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "commit", "-q", "-m", "Many"]);
    fixture.git(&["checkout", "-q", "main"]);
    let mut client = standalone(&fixture, all_capabilities());
    client.open("base.py");
    assert_eq!((uses(&mut client), named(&mut client, "user_1999")), (0, false));
    // What git ignores is nobody's use.
    write_users(&fixture, "made");
    fixture.git(&["checkout", "-q", "many"]);
    client.eventually("all have come", |client| (uses(client) == 2 * FILES).then_some(()));
    assert!(named(&mut client, "user_1999"));
    fixture.git(&["checkout", "-q", "main"]);
    client.eventually("all have gone", |client| (uses(client) == 0).then_some(()));
    assert!(!named(&mut client, "user_1999"));
}

#[test]
fn a_report_waits_for_the_files_that_use_its_symbol() {
    let fixture = Fixture::new(BASE);
    write_users(&fixture, "users");
    let mut client = Client::start(&fixture);
    client.initialize(all_capabilities(), Value::Null);
    client.open("base.py");
    let answer = client.explain("base.py", "shared").unwrap();
    let report = answer["markdown"].as_str().unwrap();
    assert!(report.contains("## Used by (2000)"), "{report}");
}

#[test]
fn a_status_may_be_asked_for_with_empty_parameters() {
    let fixture = Fixture::new(BASE);
    let mut client = Client::start(&fixture);
    client.initialize(all_capabilities(), Value::Null);
    for empty in [json!([]), json!({}), Value::Null] {
        assert!(client.ask("backstory/status", empty).unwrap()["busy"].is_boolean());
    }
    assert!(client.ask("backstory/status", json!([1])).is_err());
}
