//! Hints at what nearly always changes with what was edited: when they come, when they go, and how they are silenced.

use std::fs;
use std::thread;
use std::time::Duration;

use backstory_fixture::Fixture;
use expect_test::expect;
use serde_json::{Value, json};

use crate::client::{Client, all_capabilities, command};
use crate::document::{Units, range};
use crate::impact::{LOAD, SAVE, load, save, story, well_read};

/// Longer than a hint takes to come.
const LONG: Duration = Duration::from_secs(4);

fn capabilities() -> Value {
    let mut capabilities = all_capabilities();
    capabilities["workspace"]["workspaceEdit"] =
        json!({"documentChanges": true, "resourceOperations": ["create"]});
    capabilities["textDocument"] = json!({
        "publishDiagnostics": {"relatedInformation": true},
        "codeAction": {"disabledSupport": true},
    });
    capabilities
}

/// What the client shows of a file by now; `None` where it was never told of any.
fn shown(client: &Client, path: &str) -> Option<Vec<Value>> {
    let uri = client.uri(path);
    let told = client.heard("textDocument/publishDiagnostics").into_iter().rev();
    let last = told.filter(|params| params["uri"] == uri).map(|params| params["diagnostics"].clone()).next();
    last.map(|diagnostics| diagnostics.as_array().unwrap().clone())
}

fn hinted(client: &mut Client, path: &str) -> Value {
    client.until("a hint", |client| shown(client, path)?.first().cloned())
}

fn cleared(client: &mut Client, path: &str, why: &str) {
    client.until(&format!("no hint, since {why}"), |client| shown(client, path)?.is_empty().then_some(()));
}

/// A client that shows a hint in the buffer of `save.py`, which was edited and is not saved.
fn with_hint(fixture: &Fixture) -> (Client, Value) {
    let mut client = well_read(fixture, capabilities(), Value::Null);
    client.open(SAVE);
    client.change(SAVE, 2, json!([{"text": save(7)}]));
    let hint = hinted(&mut client, SAVE);
    (client, hint)
}

#[test]
fn in_a_buffer_that_is_not_saved() {
    let fixture = Fixture::new(&story());
    let (client, hint) = with_hint(&fixture);
    let text = serde_json::to_string_pretty(&hint).unwrap().replace(&client.uri(""), "ROOT/");
    expect![[r#"
        {
          "range": {
            "start": {
              "line": 0,
              "character": 4
            },
            "end": {
              "line": 0,
              "character": 8
            }
          },
          "severity": 4,
          "code": "usual-companion",
          "source": "backstory",
          "message": "usually changes with `load` (6 of 6 times, last {7})",
          "relatedInformation": [
            {
              "location": {
                "uri": "ROOT/app/load.py",
                "range": {
                  "start": {
                    "line": 0,
                    "character": 4
                  },
                  "end": {
                    "line": 0,
                    "character": 8
                  }
                }
              },
              "message": "`load`"
            }
          ]
        }"#]]
    .assert_eq(&fixture.anonymize(&text));
    let told = client.heard("textDocument/publishDiagnostics");
    assert!(told.iter().all(|params| params["uri"] == client.uri(SAVE)), "in no other file: {told:?}");
}

#[test]
fn until_the_companion_is_edited_too() {
    let fixture = Fixture::new(&story());
    let (mut client, _) = with_hint(&fixture);
    client.open_with(LOAD, &load(7));
    cleared(&mut client, SAVE, "load was edited in its buffer");
    client.change(LOAD, 2, json!([{"text": load(6)}]));
    hinted(&mut client, SAVE);
    let document = json!({"uri": client.uri(LOAD)});
    client.notify("textDocument/didClose", json!({"textDocument": document}));
    fs::write(client.root.join(LOAD), load(7)).unwrap();
    cleared(&mut client, SAVE, "load was edited on disk");
}

#[test]
fn until_the_edit_is_taken_back_or_committed_or_closed() {
    let fixture = Fixture::new(&story());
    let (mut client, _) = with_hint(&fixture);
    client.change(SAVE, 3, json!([{"text": save(6).replace("Writes", "Writes all")}]));
    cleared(&mut client, SAVE, "only documentation differs");
    client.change(SAVE, 4, json!([{"text": save(8)}]));
    hinted(&mut client, SAVE);
    fs::write(client.root.join(SAVE), save(8)).unwrap();
    fixture.git(&["commit", "-q", "-a", "-m", "Format 8"]);
    cleared(&mut client, SAVE, "it is committed");
    client.change(SAVE, 5, json!([{"text": save(9)}]));
    let hint = hinted(&mut client, SAVE);
    assert!(hint["message"].as_str().unwrap().contains("6 of 7 times"), "read on to the new commit: {hint}");
    let document = json!({"uri": client.uri(SAVE)});
    client.notify("textDocument/didClose", json!({"textDocument": document}));
    cleared(&mut client, SAVE, "it is closed");
}

#[test]
fn of_what_was_saved_before_it_was_opened() {
    let fixture = Fixture::new(&story());
    fs::write(fixture.path().join(SAVE), save(7)).unwrap();
    let mut client = well_read(&fixture, capabilities(), Value::Null);
    client.open(SAVE);
    hinted(&mut client, SAVE);
}

/// The quick fixes at the hint.
fn fixes(client: &mut Client, hint: &Value) -> Vec<Value> {
    let params = json!({
        "textDocument": {"uri": client.uri(SAVE)}, "range": hint["range"],
        "context": {"diagnostics": [hint], "only": ["quickfix"], "triggerKind": 2},
    });
    client.ask("textDocument/codeAction", params).unwrap().as_array().cloned().unwrap_or_default()
}

const SETTINGS: &str = ".backstory.toml";

/// Does what an edit says to the settings on disk, as a client would that saves it.
fn apply(client: &mut Client, edit: &Value) {
    let mut text = fs::read_to_string(client.root.join(SETTINGS)).unwrap_or_default();
    for operation in edit["documentChanges"].as_array().unwrap() {
        if operation["kind"] == "create" {
            assert_eq!(text, "");
            continue;
        }
        assert_eq!(operation["textDocument"]["uri"], client.uri(SETTINGS));
        for edit in operation["edits"].as_array().unwrap() {
            let offset = |at: &Value| {
                let line = at["line"].as_u64().unwrap() as usize;
                let before: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
                before + at["character"].as_u64().unwrap() as usize
            };
            let (start, end) = (offset(&edit["range"]["start"]), offset(&edit["range"]["end"]));
            text.replace_range(start..end, edit["newText"].as_str().unwrap());
        }
    }
    fs::write(client.root.join(SETTINGS), text).unwrap();
}

#[test]
fn silenced_for_one_pair_and_then_for_good() {
    let fixture = Fixture::new(&story());
    let (mut client, hint) = with_hint(&fixture);
    let found = fixes(&mut client, &hint);
    let titles: Vec<&str> = found.iter().map(|fix| fix["title"].as_str().unwrap()).collect();
    assert_eq!(
        titles,
        ["Don't hint at `load` for `save` in this repository", "Turn these hints off in this repository"]
    );
    apply(&mut client, &found[0]["edit"]);
    cleared(&mut client, SAVE, "the pair is silenced");
    fs::write(client.root.join(SETTINGS), "# Ours.\n[lens]\nenable = true\n").unwrap();
    let hint = hinted(&mut client, SAVE);
    let found = fixes(&mut client, &hint);
    apply(&mut client, &found[0]["edit"]);
    cleared(&mut client, SAVE, "the pair is silenced again");
    let once = fs::read_to_string(client.root.join(SETTINGS)).unwrap();
    fs::write(
        client.root.join(SETTINGS),
        once.replace("ignore = ", "enable = true\nignore = ").replace("load", "x"),
    )
    .unwrap();
    let hint = hinted(&mut client, SAVE);
    let found = fixes(&mut client, &hint);
    apply(&mut client, &found[1]["edit"]);
    cleared(&mut client, SAVE, "all are off");
    let text = fs::read_to_string(client.root.join(SETTINGS)).unwrap();
    expect![[r##"
        # Ours.
        [lens]
        enable = true

        [hints]
        ignore = ["python:app.save.save -> python:app.load.load"]
        --
        # Ours.
        [lens]
        enable = true

        [hints]
        enable = false
        ignore = ["python:app.save.save -> python:app.x.x"]
    "##]]
    .assert_eq(&format!("{once}--\n{text}"));
}

#[test]
fn settings_that_cannot_be_changed_say_why() {
    let fixture = Fixture::new(&story());
    let (mut client, hint) = with_hint(&fixture);
    fs::write(client.root.join(SETTINGS), "[hints\n").unwrap();
    let found = fixes(&mut client, &hint);
    assert_eq!(found.len(), 2, "{found:?}");
    for fix in found {
        let reason = fix["disabled"]["reason"].as_str().unwrap();
        assert!(reason.contains("is no TOML in line 1") && fix.get("edit").is_none(), "{fix}");
    }
}

#[test]
fn off_with_one_setting() {
    let fixture = Fixture::new(&story());
    let (mut client, _) = with_hint(&fixture);
    client.settings = json!({"hints": {"enable": false}});
    client.notify("workspace/didChangeConfiguration", json!({"settings": null}));
    cleared(&mut client, SAVE, "the setting is off");
    client.change(SAVE, 3, json!([{"text": save(9)}]));
    thread::sleep(LONG);
    client.idle();
    assert_eq!(shown(&client, SAVE), Some(Vec::new()));
    client.settings = json!({"hints": {"enable": true}});
    client.notify("workspace/didChangeConfiguration", json!({"settings": null}));
    hinted(&mut client, SAVE);
}

#[test]
fn nothing_below_the_bar() {
    let fixture = Fixture::new(&story());
    let mut client = well_read(&fixture, capabilities(), Value::Null);
    client.open("app/store.py");
    client.change(
        "app/store.py",
        2,
        json!([{"text": client.text("app/store.py").replace("\"x\"", "\"y\"")}]),
    );
    client.open(SAVE);
    client.change(SAVE, 2, json!([{"text": save(7)}]));
    hinted(&mut client, SAVE);
    assert_eq!(shown(&client, "app/store.py"), None);
}

#[test]
fn without_a_repository_nothing_breaks() {
    let fixture = Fixture::new(&story());
    let plain = fixture.beside("plain");
    fs::create_dir_all(plain.join("app")).unwrap();
    for path in [SAVE, LOAD, "app/store.py"] {
        fs::copy(fixture.path().join(path), plain.join(path)).unwrap();
    }
    let mut client = Client::spawn(command(&fixture, &plain), plain);
    client.initialize(capabilities(), json!({"lens": {"show": ["dependents", "companion"]}}));
    client.idle();
    client.open(SAVE);
    client.change(SAVE, 2, json!([{"text": save(7)}]));
    thread::sleep(LONG);
    client.idle();
    assert_eq!(shown(&client, SAVE), None);
    let at = range(&save(7), "save", Units::Utf16)["start"].clone();
    let params = json!({"uri": client.uri(SAVE), "position": at});
    let found = client.ask("backstory/impact", params).unwrap();
    assert_eq!(found["impact"]["dependents"], 3, "what depends on it needs no history: {found}");
    assert_eq!(client.exit(), 0);
}

/// Two functions that are alike, the first of which is edited in the buffer.
const ALIKE: &str = "//- /app/save.py
def save(path, data, version):
    target = open(path, 'wb')
    header = pack(version)
    target.write(header)
    target.write(data)
    target.close()
//- /app/load.py
def load(path, size, revision):
    source = open(path, 'wb')
    header = pack(revision)
    source.write(header)
    source.write(size)
    source.close()
";

#[test]
fn what_was_edited_is_done_to_a_companion_that_is_built_alike() {
    let both = |version: u32| ALIKE.replace("'wb'", &format!("'wb', {version}"));
    let commits = (0..7).map(|version| format!("//@ commit \"Buffer {version}\"\n{}", both(version)));
    let fixture = Fixture::new(&commits.collect::<String>());
    let mut capabilities = capabilities();
    capabilities["textDocument"]["codeAction"] =
        json!({"resolveSupport": {"properties": ["edit", "command"]}, "dataSupport": true});
    let mut client = well_read(&fixture, capabilities, Value::Null);
    client.open(SAVE);
    let text = fs::read_to_string(client.root.join(SAVE)).unwrap();
    client.change(SAVE, 2, json!([{"text": text.replace("    target.write(data)\n", "    target.write(data)\n    target.write(pack(version))\n")}]));
    let hint = hinted(&mut client, SAVE);
    let params = json!({
        "textDocument": {"uri": client.uri(SAVE)}, "range": hint["range"],
        "context": {"diagnostics": [hint], "triggerKind": 1},
    });
    let offered = client.ask("textDocument/codeAction", params).unwrap();
    let along =
        offered.as_array().unwrap().iter().find(|action| action["kind"] == "refactor.rewrite").cloned();
    let along = along.unwrap_or_else(|| panic!("{offered:#}"));
    let resolved = client.ask("codeAction/resolve", along).unwrap();
    let edit = &resolved["edit"]["documentChanges"][0];
    assert_eq!(edit["textDocument"]["uri"], client.uri(LOAD));
    let told = json!([
        resolved["title"],
        edit["edits"],
        resolved["data"]["reasons"],
        resolved["command"]["command"]
    ]);
    expect![[r#"
        [
          "Change `load` along with `save`",
          [
            {
              "range": {
                "start": {
                  "line": 5,
                  "character": 0
                },
                "end": {
                  "line": 5,
                  "character": 0
                }
              },
              "newText": "    source.write(pack(revision))\n"
            }
          ],
          [
            {
              "text": "`save` is edited, and this changes with it: 6 of 6 times, last in {7}.",
              "commits": [
                "{7}"
              ]
            }
          ],
          "backstory.goto"
        ]"#]]
    .assert_eq(&fixture.anonymize(&serde_json::to_string_pretty(&told).unwrap()));
}
