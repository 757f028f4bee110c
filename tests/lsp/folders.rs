//! Several folders, several repositories, and folders that are none. Never does: changes on disk.

use std::fs;

use backstory_fixture::Fixture;
use serde_json::{Value, json};

use crate::client::{Client, all_capabilities, command, uri};

fn one(name: &str) -> Fixture {
    Fixture::new(&format!(
        "//@ commit \"Add {name}\" date=\"2019-01-01T10:00:00+00:00\"\n//- /{name}.py\ndef {name}():\n    pass\n"
    ))
}

fn folders(paths: &[&std::path::Path]) -> Value {
    paths.iter().map(|path| json!({"uri": uri(path), "name": "folder"})).collect()
}

/// Starts with several folders.
fn start(fixture: &Fixture, folders: Value) -> Client {
    let mut client = Client::start(fixture);
    let capabilities = all_capabilities();
    client.initialize_with(json!({"processId": null, "rootUri": null, "workspaceFolders": folders, "capabilities": capabilities}));
    client
}

#[test]
fn several_repositories_in_one_session() {
    let (left, right, late) = (one("left"), one("right"), one("late"));
    let mut client = start(&left, folders(&[&left.path(), &right.path()]));
    let status = client.idle();
    assert_eq!(status["repositories"].as_array().unwrap().len(), 2, "{status}");
    let hover = |client: &mut Client, fixture: &Fixture, name: &str| {
        client.root = fixture.path();
        client.open(&format!("{name}.py"));
        client.hover_on(&format!("{name}.py"), name)
    };
    for (fixture, name) in [(&left, "left"), (&right, "right")] {
        let text = hover(&mut client, fixture, name);
        assert!(text.contains(&format!("Add {name}")), "{text}");
    }
    let found = client.ask("backstory/search", json!({"query": "right", "limit": 1})).unwrap();
    assert_eq!(found[0]["uri"], uri(&right.path().join("right.py")), "{found}");

    client.root = left.path();
    client.close_document("left.py");
    let event = json!({"added": folders(&[&late.path()]), "removed": folders(&[&left.path()])});
    client.notify("workspace/didChangeWorkspaceFolders", json!({"event": event}));
    client.eventually("the late folder is read", |client| {
        let status = client.idle();
        let roots = status["repositories"].as_array().unwrap().clone();
        (roots.len() == 2 && roots.iter().any(|it| it["root"] == uri(&late.path()))).then_some(())
    });
    let text = hover(&mut client, &late, "late");
    assert!(text.contains("Add late"), "{text}");
}

#[test]
fn two_folders_of_one_repository() {
    let fixture = Fixture::new(
        "//@ commit \"Add\"\n//- /a/one.py\ndef one():\n    pass\n//- /b/two.py\ndef two():\n    pass\n",
    );
    let root = fixture.path();
    let mut client = start(&fixture, folders(&[&root.join("a"), &root.join("b")]));
    client.idle();
    for (path, name) in [("a/one.py", "one"), ("b/two.py", "two")] {
        client.open(path);
        let text = client.hover_on(path, name);
        assert!(text.contains("2020-01-01"), "{path}: {text}");
    }
}

#[test]
fn a_folder_without_git_still_has_code() {
    let fixture = Fixture::new("");
    let bare = fixture.beside("plain ✨");
    fs::create_dir(&bare).unwrap();
    fs::write(bare.join("a.py"), "def alone():\n    '''Says nebula.'''\n").unwrap();
    let mut client = Client::spawn(command(&fixture, &bare), bare);
    client.initialize(all_capabilities(), Value::Null);
    client.idle();
    client.open("a.py");
    assert_eq!(client.hover_on("a.py", "alone"), "no hover", "there is no history to tell");
    assert_eq!(client.lenses("a.py"), Vec::<Value>::new());
    let found = client.ask("backstory/search", json!({"query": "nebula", "limit": 1})).unwrap();
    assert_eq!(found[0]["uri"], client.uri("a.py"), "{found}");
    let explained = client.explain("a.py", "alone").unwrap();
    assert!(explained["markdown"].as_str().unwrap().contains("no git repository"), "{explained}");
    assert_eq!(client.exit(), 0);
}

#[test]
fn an_empty_and_a_bare_repository() {
    let empty = Fixture::new("//@ worktree\n//- /a.py\ndef early():\n    pass\n");
    let mut client = Client::new(&empty);
    client.open("a.py");
    let text = client.hover_on("a.py", "early");
    assert_eq!(text, "Not committed yet");

    let fixture = one("inside");
    let bare = fixture.beside("bare.git");
    fixture.git(&["clone", "-q", "--bare", ".", &bare.display().to_string()]);
    let mut client = Client::spawn(command(&fixture, &bare), bare);
    client.initialize(all_capabilities(), Value::Null);
    client.idle();
    assert_eq!(client.exit(), 0);
}

#[test]
fn no_folder_a_missing_one_and_one_that_is_no_file() {
    let fixture = one("solo");
    let missing = fixture.beside("missing");
    let cases = [
        json!([]),
        Value::Null,
        folders(&[&missing]),
        json!([{"uri": "https://example.org/x", "name": "x"}]),
    ];
    for folders in cases {
        let mut client = start(&fixture, folders.clone());
        client.idle();
        // A file that is opened by itself has its repository.
        client.open("solo.py");
        let text = client.hover_on("solo.py", "solo");
        assert!(text.contains("Add solo"), "{folders}: {text}");
        assert_eq!(client.exit(), 0);
    }
}

#[test]
fn documents_that_are_no_files() {
    let fixture = one("solo");
    let mut client = Client::new(&fixture);
    for uri in [
        "untitled:Untitled-1",
        "git:/solo.py?ref",
        "backstory:x",
        "file:///",
        "file:///no/such/file.py",
        "inmemory://model/1",
    ] {
        let document =
            json!({"uri": uri, "languageId": "python", "version": 1, "text": "def x():\n    pass\n"});
        client.notify("textDocument/didOpen", json!({"textDocument": document}));
        let change = json!({"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": "def y():\n    pass\n"}]});
        client.notify("textDocument/didChange", change);
        let params = json!({"textDocument": {"uri": uri}, "position": {"line": 0, "character": 4}});
        client.ask("textDocument/hover", params).unwrap();
        client.ask("textDocument/codeLens", json!({"textDocument": {"uri": uri}})).unwrap();
        client.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    }
    client.open("solo.py");
    assert!(client.hover_on("solo.py", "solo").contains("Add solo"));
}
