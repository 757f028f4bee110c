//! What depends on a symbol, and what usually changes with it, in the editor: the report, lenses and actions. Never does: hints, which have a
//! file of their own.

use std::fs;

use backstory_fixture::Fixture;
use expect_test::expect;
use serde_json::{Value, json};

use crate::client::{Client, all_capabilities, command};
use crate::document::{Units, range};

pub const SAVE: &str = "app/save.py";
pub const LOAD: &str = "app/load.py";

/// `save` and `load` changed together in each of six commits, `size` by itself. Two functions, a file and a test depend on `save`.
pub fn story() -> String {
    let mut text = String::from(
        "//@ commit \"Begin\" author=\"Ada Lovelace <ada@example.org>\" date=\"2020-01-01T10:00:00+00:00\"\n\
         //- /app/__init__.py\n\
         //- /app/store.py\nfrom app.save import save\n\ndef keep(data):\n    return save(\"x\", data)\n\n\
         def keep_all(many):\n    return [keep(data) for data in many]\n\
         //- /tests/test_store.py\nfrom app.store import keep\n\ndef test_keep():\n    assert keep(1)\n",
    );
    for version in 0..7 {
        if version > 0 {
            text.push_str(&format!("//@ commit \"Format {version}\"\n"));
        }
        text.push_str(&format!("//- /{SAVE}\n{}//- /{LOAD}\n{}", save(version), load(version)));
    }
    text.push_str("//@ commit \"Measure\"\n//- /app/size.py\ndef size(data):\n    return len(data)\n");
    text
}

pub fn save(version: u32) -> String {
    format!(
        "def save(path, data):\n    \"\"\"Writes data.\"\"\"\n    header = [\"version\", {version}]\n    \
         return write(path, header, data)\n"
    )
}

pub fn load(version: u32) -> String {
    format!(
        "def load(path):\n    header, data = read(path)\n    if header != [\"version\", {version}]:\n        \
         raise ValueError(path)\n    return data\n"
    )
}

/// A client of a server that has read what all commits changed. It says "busy" of nothing that is read while nobody asks.
pub fn well_read(fixture: &Fixture, capabilities: Value, settings: Value) -> Client {
    let mut command = command(fixture, &fixture.path());
    command.env("BACKSTORY_LOG", "info");
    let mut client = Client::spawn(command, fixture.path());
    client.settings = settings.clone();
    client.initialize(capabilities, settings);
    client.idle();
    client.eventually("changes are read", |client| {
        client.ask("backstory/status", Value::Null).unwrap();
        client.stderr().contains("changes at hand").then_some(())
    });
    client
}

fn show(client: &mut Client, path: &str, needle: &str) -> Result<Value, Value> {
    let at = range(&client.text(path), needle, Units::Utf16)["start"].clone();
    let argument = json!({"uri": client.uri(path), "position": at});
    let params = json!({"command": "backstory.impact", "arguments": [argument], "workDoneToken": "mine"});
    client.ask("workspace/executeCommand", params)
}

#[test]
fn the_command_shows_progress_and_the_report() {
    let fixture = Fixture::new(&story());
    let mut client = Client::new(&fixture);
    client.open(SAVE);
    let found = show(&mut client, SAVE, "save").unwrap();
    let shown = client.until("the report", |client| {
        client.heard("window/showDocument").first().map(|params| params["uri"].clone())
    });
    assert_eq!(shown, found["uri"]);
    let file = shown.as_str().unwrap().strip_prefix("file://").unwrap();
    assert_eq!(fs::read_to_string(file).unwrap(), found["markdown"]);
    client.until("the end of the progress", |client| {
        let mut steps = client.heard("$/progress").into_iter().filter(|step| step["token"] == "mine");
        steps.any(|step| step["value"]["kind"] == "end").then_some(())
    });
    assert_eq!(found["impact"]["dependents"], 3, "{found}");
    expect![[r#"
        ## Impact of `app.save.save`

        function in `app/save.py:1`, public API as `app.save.save`

        3 dependents (2 direct), 1 test

        | Steps | Use | Symbol | Where | Through |
        |---|---|---|---|---|
        | 1 | calls | `app.store.keep` | `app/store.py:4` |  |
        | 1 | imports | `app.store` | `app/store.py:1` |  |
        | 2 | calls | `app.store.keep_all` | `app/store.py:7` | keep (app/store.py:4) |

        ### Tests

        - `tests/test_store.py::test_keep` (2 steps)

        ```sh
        pytest tests/test_store.py
        ```
    "#]]
    .assert_eq(found["markdown"].as_str().unwrap());
}

#[test]
fn the_request_answers_of_unsaved_texts_and_shows_nothing() {
    let fixture = Fixture::new(&story());
    let mut client = Client::new(&fixture);
    client.open("app/size.py");
    let symbol = json!({"kind": "function", "container": [], "name": "size", "ordinal": 0});
    let params = json!({"uri": client.uri("app/size.py"), "symbol": symbol});
    let mut text = String::new();
    let mut ask = |client: &mut Client, when: &str| {
        let found = client.ask("backstory/impact", params.clone()).unwrap();
        text.push_str(&format!("{when}\n"));
        for dependent in found["impact"]["dependent_list"].as_array().unwrap() {
            text.push_str(&format!("  {} {}\n", dependent["use"], dependent["key"]));
        }
    };
    ask(&mut client, "as committed");
    let used = format!("from app.size import size\n{}    size(data)\n", save(6));
    client.open_with(SAVE, &used);
    ask(&mut client, "save uses it");
    client.change(SAVE, 2, json!([{"text": save(6)}]));
    ask(&mut client, "and no more");
    fs::write(client.root.join("app/late.py"), "from app.size import size\n\nprint(size([]))\n").unwrap();
    client.eventually("a new file is read", |client| {
        let found = client.ask("backstory/impact", params.clone()).unwrap();
        (found["impact"]["dependents"] != 0).then_some(())
    });
    ask(&mut client, "a new file uses it");
    expect![[r#"
        as committed
        save uses it
          "call" "python:app.save.save"
          "import" "python:app.save"
          "call" "python:app.store.keep"
          "call" "python:app.store.keep_all"
        and no more
        a new file uses it
          "call" "python:app.late"
    "#]]
    .assert_eq(&text);
    assert!(client.heard("window/showDocument").is_empty());
}

#[test]
fn what_has_no_impact_is_refused() {
    let fixture = Fixture::new(&story());
    let mut client = Client::new(&fixture);
    let symbol = json!({"kind": "function", "container": [], "name": "gone", "ordinal": 0});
    let params = json!({"uri": client.uri(SAVE), "symbol": symbol});
    let error = client.ask("backstory/impact", params).unwrap_err();
    assert_eq!(error["code"], -32803, "{error}");
    let error = client.ask("backstory/impact", json!({"uri": "untitled:one"})).unwrap_err();
    assert_eq!(error["code"], -32602, "{error}");
}

#[test]
fn a_virtual_report_is_made_again_in_another_session() {
    let fixture = Fixture::new(&story());
    let mut uri = Value::Null;
    for session in 0..2 {
        let mut client = Client::start(&fixture);
        let mut capabilities = all_capabilities();
        capabilities["workspace"]["textDocumentContent"] = json!({});
        client.initialize(capabilities, Value::Null);
        client.idle();
        if session == 0 {
            uri = show(&mut client, SAVE, "save").unwrap()["uri"].clone();
        }
        let content = client.ask("workspace/textDocumentContent", json!({"uri": uri})).unwrap();
        assert!(content["text"].as_str().unwrap().starts_with("## Impact of `app.save.save`"), "{content}");
    }
}

#[test]
fn lenses_say_what_depends_and_what_goes_along() {
    let fixture = Fixture::new(&story());
    let settings = json!({"lens": {"show": ["changes", "dependents", "tests", "companion"]}});
    let mut client = well_read(&fixture, all_capabilities(), settings);
    client.open(SAVE);
    client.open("app/size.py");
    client.expect_lenses(SAVE, "0: save: 6 changes · 3 dependents · 1 test · usually with `load`\n");
    client.expect_lenses("app/size.py", "0: size: no changes · no dependents · no tests\n");
    let used = "def size(data):\n    return len(data)\n\ndef twice(data):\n    return 2 * size(data)\n";
    client.change("app/size.py", 2, json!([{"text": used}]));
    client.expect_lenses(
        "app/size.py",
        "0: size: no changes · 1 dependent · no tests\n3: twice: not committed yet · no dependents · no tests\n",
    );
}

fn titles(client: &mut Client, path: &str, needle: &str) -> Vec<Value> {
    let range = range(&client.text(path), needle, Units::Utf16);
    let params = json!({
        "textDocument": {"uri": client.uri(path)}, "range": range, "context": {"diagnostics": []},
    });
    client.ask("textDocument/codeAction", params).unwrap().as_array().cloned().unwrap_or_default()
}

#[test]
fn actions_show_the_impact_and_lead_to_the_companion() {
    let fixture = Fixture::new(&story());
    let mut client = well_read(&fixture, all_capabilities(), Value::Null);
    client.open(SAVE);
    client.open("app/size.py");
    let found = client.eventually("the companion is known", |client| {
        let found = titles(client, SAVE, "save");
        (found.len() == 4).then_some(found)
    });
    let text: Vec<String> =
        found.iter().map(|action| format!("{} {}", action["kind"], action["title"])).collect();
    expect![[r#"
        "backstory.explain" "Explain the history of `save`"
        "backstory.history" "Show all changes of `save`"
        "backstory.impact" "Show impact of `save`"
        "backstory.goto" "Go to usual companion `load`""#]]
    .assert_eq(&text.join("\n"));
    let params =
        json!({"command": found[3]["command"]["command"], "arguments": found[3]["command"]["arguments"]});
    client.ask("workspace/executeCommand", params).unwrap();
    let shown = client.until("the companion", |client| client.heard("window/showDocument").pop().cloned());
    assert_eq!(shown["uri"], client.uri(LOAD));
    assert_eq!(shown["selection"], range(&client.text(LOAD), "load", Units::Utf16));
    assert_eq!(titles(&mut client, "app/size.py", "size").len(), 3, "it has no companion");
}

#[test]
fn a_client_that_shows_no_documents_is_not_led_anywhere() {
    let fixture = Fixture::new(&story());
    let mut client = well_read(&fixture, json!({}), Value::Null);
    client.open(SAVE);
    for _ in 0..20 {
        let found = titles(&mut client, SAVE, "save");
        assert_eq!(found.len(), 3, "{found:?}");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

#[test]
fn trees_of_calls_say_what_is_known_of_history() {
    let fixture = Fixture::new(&story());
    let mut client = Client::start(&fixture);
    client.initialize(all_capabilities(), json!({"mode": "standalone"}));
    client.idle();
    client.open(SAVE);
    // Its history is at hand once it is shown.
    client.lens_text(SAVE);
    let position = range(&client.text(SAVE), "save", Units::Utf16)["start"].clone();
    let params = json!({"textDocument": {"uri": client.uri(SAVE)}, "position": position});
    let items = client.ask("textDocument/prepareCallHierarchy", params).unwrap();
    let callers = client.ask("callHierarchy/incomingCalls", json!({"item": items[0]})).unwrap();
    let details = [&items[0]["detail"], &callers[0]["from"]["detail"]];
    assert_eq!(
        details,
        [&json!("6 changes · last 2020-01-07"), &Value::Null],
        "its caller's file is not open"
    );
}
