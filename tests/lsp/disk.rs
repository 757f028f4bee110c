//! What happens on disk and in git while the server runs: saved, renamed and deleted files, new commits, other branches. Never
//! does: tell the server of it, unless the case says so; it watches by itself.

use std::fs;

use backstory_fixture::Fixture;
use serde_json::{Value, json};

use crate::client::Client;

const TWO: &str = r#"
//@ commit "Add" author="Ada Lovelace <ada@example.org>" date="2019-01-01T10:00:00+00:00"
//- /a.py
def first():
    return 1


def second():
    return 2
"#;

const ADDED: &str =
    "0: first: introduced 2019 · no changes · 1 author\n4: second: introduced 2019 · no changes · 1 author\n";

const EDITED: &str = "0: first: introduced 2019 · no changes · 1 author · edited\n\
    4: second: introduced 2019 · no changes · 1 author\n";

const CHANGED: &str =
    "0: first: introduced 2019 · 1 change · 2 authors\n4: second: introduced 2019 · no changes · 1 author\n";

fn change_first(fixture: &Fixture) {
    let file = fixture.path().join("a.py");
    let text = fs::read_to_string(&file).unwrap().replace("return 1", "return 10");
    fs::write(file, text).unwrap();
}

fn commit(fixture: &Fixture, message: &str) {
    fixture.git(&["add", "-A"]);
    let author = ["-c", "user.name=Bob Noyce", "-c", "user.email=bob@example.org"];
    fixture.git(&[&author[..], &["commit", "-q", "-m", message]].concat());
}

#[test]
fn a_commit_outside_changes_the_lenses() {
    let fixture = Fixture::new(TWO);
    let mut client = Client::new(&fixture);
    client.open("a.py");
    client.expect_lenses("a.py", ADDED);
    change_first(&fixture);
    client.reload("a.py");
    client.expect_lenses("a.py", EDITED);
    commit(&fixture, "Ten");
    client.expect_lenses("a.py", CHANGED);
}

#[test]
fn a_commit_asks_for_new_lenses() {
    let fixture = Fixture::new(TWO);
    let mut client = Client::new(&fixture);
    client.open("a.py");
    client.expect_lenses("a.py", ADDED);
    client.idle();
    let before = client.heard("workspace/codeLens/refresh").len();
    change_first(&fixture);
    commit(&fixture, "Ten");
    client.until("a refresh", |client| {
        (client.heard("workspace/codeLens/refresh").len() > before).then_some(())
    });
}

#[test]
fn switching_branches_there_and_back() {
    let fixture = Fixture::new(TWO);
    fixture.git(&["checkout", "-q", "-b", "side"]);
    change_first(&fixture);
    commit(&fixture, "Ten");
    fixture.git(&["checkout", "-q", "main"]);
    let mut client = Client::new(&fixture);
    client.open("a.py");
    client.expect_lenses("a.py", ADDED);
    for (branch, lenses) in [("side", CHANGED), ("main", ADDED), ("side", CHANGED)] {
        fixture.git(&["checkout", "-q", branch]);
        client.reload("a.py");
        client.expect_lenses("a.py", lenses);
        let status = client.idle();
        assert_eq!(status["repositories"][0]["ref"], branch, "{status}");
        assert_eq!(
            status["repositories"][0]["commit"],
            fixture.git(&["rev-parse", "HEAD"]).trim(),
            "{status}"
        );
    }
}

#[test]
fn a_rename_in_git_keeps_the_history() {
    let fixture = Fixture::new(TWO);
    let mut client = Client::new(&fixture);
    client.open("a.py");
    client.expect_lenses("a.py", ADDED);
    client.close_document("a.py");
    fixture.git(&["mv", "a.py", "moved.py"]);
    commit(&fixture, "Move");
    client.open("moved.py");
    client.eventually("the new name has the old history", |client| {
        let text = client.lens_text("moved.py");
        (text.matches("introduced 2019").count() == 2).then_some(())
    });
    client
        .eventually("the old name is gone", |client| client.explain_at("a.py", 0, 4).is_err().then_some(()));
}

/// The files in which a search finds something, best first.
fn found(client: &mut Client, query: &str) -> Vec<String> {
    let found = client.ask("backstory/search", json!({"query": query})).unwrap();
    let name = |it: &Value| it["uri"].as_str().unwrap().rsplit_once('/').unwrap().1.to_owned();
    found.as_array().unwrap().iter().map(name).collect()
}

#[test]
fn a_deleted_file_has_nothing_and_comes_back() {
    let fixture = Fixture::new(TWO);
    let mut client = Client::new(&fixture);
    assert_eq!(found(&mut client, "second"), ["a.py"]);
    assert!(client.explain("a.py", "second").is_ok());
    fs::remove_file(fixture.path().join("a.py")).unwrap();
    client.eventually("the file is gone", |client| found(client, "second").is_empty().then_some(()));
    assert!(client.explain_at("a.py", 0, 4).is_err());
    fixture.git(&["checkout", "-q", "--", "a.py"]);
    client.eventually("the file is back", |client| (!found(client, "second").is_empty()).then_some(()));
    assert!(client.explain("a.py", "second").is_ok());
}

#[test]
fn files_that_are_made_or_renamed_outside_are_found() {
    let fixture = Fixture::new(TWO);
    let mut client = Client::new(&fixture);
    fs::create_dir_all(fixture.path().join("new/deep")).unwrap();
    fs::write(fixture.path().join("new/deep/b.py"), "def fresh():\n    return 'nebula'\n").unwrap();
    let first = |client: &mut Client, file: &str| {
        client.eventually(&format!("{file} is found"), |client| {
            found(client, "fresh nebula").first().is_some_and(|it| it == file).then_some(())
        });
    };
    first(&mut client, "b.py");
    fs::rename(fixture.path().join("new"), fixture.path().join("renamed")).unwrap();
    fs::rename(fixture.path().join("renamed/deep/b.py"), fixture.path().join("renamed/deep/c.py")).unwrap();
    first(&mut client, "c.py");
    client.eventually("the old name is gone", |client| {
        (!found(client, "fresh nebula").contains(&"b.py".to_owned())).then_some(())
    });
    client.open("renamed/deep/c.py");
    client.expect_lenses("renamed/deep/c.py", "0: fresh: not committed yet\n");
}

#[test]
fn the_editor_saves_and_closes() {
    let fixture = Fixture::new(TWO);
    let mut client = Client::new(&fixture);
    client.open("a.py");
    client.change("a.py", 2, json!([{"text": "def unsaved():\n    pass\n"}]));
    client.expect_lenses("a.py", "0: unsaved: not committed yet\n");
    // Closed without saving, the disk counts again.
    client.close_document("a.py");
    assert!(client.explain("a.py", "second").is_ok());
    client.open("a.py");
    client.expect_lenses("a.py", ADDED);

    client.change("a.py", 2, json!([{"text": "def saved():\n    pass\n"}]));
    fs::write(fixture.path().join("a.py"), "def saved():\n    pass\n").unwrap();
    let document = json!({"textDocument": {"uri": client.uri("a.py")}});
    client.notify("textDocument/didSave", document);
    client.close_document("a.py");
    client.eventually("the saved text counts", |client| {
        let explained = client.explain("a.py", "saved").ok()?;
        (explained["report"]["symbol"]["name"] == "saved").then_some(())
    });
}

#[test]
fn the_editor_renames_and_deletes() {
    let fixture = Fixture::new(TWO);
    let mut client = Client::new(&fixture);
    client.open("a.py");
    client.expect_lenses("a.py", ADDED);
    // As editors do it: close, move, tell, open.
    client.close_document("a.py");
    fs::rename(fixture.path().join("a.py"), fixture.path().join("b.py")).unwrap();
    let changes = json!([{"uri": client.uri("a.py"), "type": 3}, {"uri": client.uri("b.py"), "type": 1}]);
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": changes}));
    client.open("b.py");
    assert_eq!(client.lens_names("b.py"), ["first", "second"]);
    client
        .eventually("the old name is gone", |client| client.explain_at("a.py", 0, 4).is_err().then_some(()));

    // Deleted while open: the buffer is what counts until it is closed.
    fs::remove_file(fixture.path().join("b.py")).unwrap();
    client.idle();
    assert_eq!(client.lens_names("b.py"), ["first", "second"]);
    client.close_document("b.py");
    client.eventually("the file is gone", |client| client.explain_at("b.py", 0, 4).is_err().then_some(()));
}

#[test]
fn large_and_binary_files_do_no_harm() {
    let fixture = Fixture::new(TWO);
    let large = format!("def large():\n    pass\n\nTEXT = '''{}'''\n", "filler\n".repeat(400_000));
    fs::write(fixture.path().join("large.py"), &large).unwrap();
    fs::write(fixture.path().join("binary.py"), b"def hidden():\n    pass\n\0\0").unwrap();
    commit(&fixture, "Large and binary");
    let mut client = Client::new(&fixture);
    assert_eq!(found(&mut client, "large hidden"), Vec::<String>::new());
    client.open_with("large.py", &large);
    assert_eq!(client.lenses("large.py"), Vec::<Value>::new());
    assert_eq!(client.hover("large.py", &json!({"line": 0, "character": 5})), None);
    client.change("large.py", 2, json!([{"text": "def small():\n    pass\n"}]));
    assert_eq!(client.lens_names("large.py"), ["small"]);
    client.open("a.py");
    client.expect_lenses("a.py", ADDED);
}
