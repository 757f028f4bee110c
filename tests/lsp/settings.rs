//! Settings as clients bring them: at the start, pulled, pushed, and their switches. Never does: files of settings, which the
//! command line's tests have.

use backstory_fixture::Fixture;
use expect_test::expect;
use serde_json::{Value, json};

use crate::answers::STORY;
use crate::client::{Client, all_capabilities};

const THREADS: &str = "src/threads.rs";

#[test]
fn what_is_offered() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::start(&fixture);
    let result = client.initialize(all_capabilities(), Value::Null);
    expect![[r#"
        {
          "positionEncoding": "utf-16",
          "textDocumentSync": {
            "openClose": true,
            "change": 2,
            "save": {
              "includeText": false
            }
          },
          "hoverProvider": true,
          "workspaceSymbolProvider": true,
          "codeActionProvider": {
            "codeActionKinds": [
              "backstory.explain",
              "backstory.history",
              "backstory.impact",
              "backstory.goto",
              "refactor",
              "quickfix"
            ],
            "resolveProvider": false
          },
          "codeLensProvider": {
            "resolveProvider": true
          },
          "executeCommandProvider": {
            "commands": [
              "backstory.explain",
              "backstory.openHistory",
              "backstory.impact",
              "backstory.ask",
              "backstory.openChange",
              "backstory.goto",
              "backstory.refactor"
            ],
            "workDoneProgress": true
          },
          "workspace": {
            "workspaceFolders": {
              "supported": true,
              "changeNotifications": true
            }
          }
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&result["capabilities"]).unwrap());
    assert_eq!(result["serverInfo"]["name"], "backstory");
}

#[test]
fn switches_at_the_start_take_the_offer_back() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::start(&fixture);
    let off = json!({"enable": false});
    let options = json!({"hover": off, "lens": off, "actions": off, "hints": off, "symbols": off});
    let capabilities = client.initialize(all_capabilities(), options)["capabilities"].clone();
    for name in ["hoverProvider", "codeLensProvider", "codeActionProvider", "workspaceSymbolProvider"] {
        assert!(
            capabilities.get(name).is_none_or(|it| it.is_null() || it == false),
            "{name}: {capabilities}"
        );
    }
    client.idle();
    // Asked all the same, it has nothing to say.
    client.open(THREADS);
    assert_eq!(client.hover(THREADS, &json!({"line": 0, "character": 12})), None);
    assert_eq!(client.lenses(THREADS), Vec::<Value>::new());
}

#[test]
fn settings_are_pulled_where_the_client_has_them() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::start(&fixture);
    client.settings = json!({"lens": {"show": ["changes"]}});
    client.initialize(all_capabilities(), Value::Null);
    client.idle();
    client.open(THREADS);
    client.expect_lenses(THREADS, "0: Pool: no changes\n4: spawn: 1 change\n11: start: no changes\n");
    // The client says that something changed; what, has to be asked for.
    client.settings = json!({"lens": {"show": ["authors"]}});
    client.notify("workspace/didChangeConfiguration", json!({"settings": null}));
    client.expect_lenses(THREADS, "0: Pool: 1 author\n4: spawn: 2 authors\n11: start: 1 author\n");
    client.settings = json!({"lens": {"enable": false}});
    client.notify("workspace/didChangeConfiguration", json!({"settings": null}));
    client.expect_lenses(THREADS, "");
}

#[test]
fn settings_are_pushed_where_they_cannot_be_pulled() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::start(&fixture);
    client.initialize(json!({}), json!({"lens": {"show": ["changes"]}}));
    client.idle();
    client.open(THREADS);
    client.expect_lenses(THREADS, "0: Pool: no changes\n4: spawn: 1 change\n11: start: no changes\n");
    for pushed in [json!({"backstory": {"hover": {"enable": false}}}), json!({"hover": {"enable": false}})] {
        client.notify("workspace/didChangeConfiguration", json!({"settings": pushed}));
        client.eventually("hovers are off", |client| {
            client.hover(THREADS, &json!({"line": 0, "character": 12})).is_none().then_some(())
        });
        client.notify(
            "workspace/didChangeConfiguration",
            json!({"settings": {"backstory": {"hover": {"enable": true}}}}),
        );
        client.eventually("hovers are on", |client| {
            client.hover(THREADS, &json!({"line": 0, "character": 12})).map(drop)
        });
    }
    assert!(client.heard("workspace/configuration").is_empty(), "the client cannot be asked");
}

#[test]
fn bad_settings_warn_and_keep_the_default() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::start(&fixture);
    client.initialize(all_capabilities(), json!({"lens": {"show": "everything"}, "hover": 7, "unknown": 1}));
    let status = client.idle();
    let warnings = status["warnings"].as_array().unwrap();
    assert!(warnings.len() >= 3, "{warnings:?}");
    client.open(THREADS);
    assert!(client.lens_text(THREADS).contains("introduced 2019"));
}

#[test]
fn a_restricted_workspace_has_no_model_and_no_settings_of_the_repository() {
    let story =
        STORY.replace("//- /README.md", "//- /.backstory.toml\n[lens]\nshow = [\"changes\"]\n//- /README.md");
    let fixture = Fixture::new(&story);
    let mut client = Client::start(&fixture);
    // What the client says later does not switch it on either.
    client.settings = json!({"model": {"enable": true}});
    client.initialize(all_capabilities(), json!({"restricted": true, "hover": {"enable": false}}));
    assert_eq!(client.idle()["model"]["state"], "off");
    client.open(THREADS);
    client.expect_lenses(
        THREADS,
        "0: Pool: introduced 2019 · no changes · 1 author\n4: spawn: introduced 2019 · 1 change · 2 authors\n\
         11: start: introduced 2019 · no changes · 1 author\n",
    );
    assert_eq!(
        client.hover(THREADS, &json!({"line": 0, "character": 12})),
        None,
        "settings of the client count"
    );
    let mut client = Client::start(&fixture);
    client.initialize(all_capabilities(), json!({"restricted": false}));
    let status = client.idle();
    assert_eq!(status["model"]["state"], "missing");
    assert!(status["model"]["reason"].as_str().unwrap().contains("backstory model fetch"), "{status}");
    assert_eq!(status["warnings"], json!([]));
    client.open(THREADS);
    client.expect_lenses(THREADS, "0: Pool: no changes\n4: spawn: 1 change\n11: start: no changes\n");
}

#[test]
fn what_a_client_suggests_holds_where_nobody_sets_it() {
    let fixture = Fixture::new(STORY);
    let suggested = json!({"suggested": {"mode": "standalone"}});
    let offers = |options: Value| {
        let mut client = Client::start(&fixture);
        let capabilities = client.initialize(all_capabilities(), options)["capabilities"].clone();
        assert_eq!(client.idle()["warnings"], json!([]));
        capabilities["definitionProvider"] == true
    };
    assert!(offers(suggested.clone()));
    let mut set = suggested.clone();
    set["mode"] = json!("companion");
    assert!(!offers(set), "the client's own settings");
    std::fs::write(fixture.beside("config.toml"), "mode = \"companion\"\n").unwrap();
    assert!(!offers(suggested), "the user's file");
}

#[test]
fn reading_in_the_background_can_be_paused() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::start(&fixture);
    let mut capabilities = all_capabilities();
    capabilities["experimental"] = json!({"statusNotifications": true});
    client.initialize(capabilities, Value::Null);
    client.idle();
    client.heard.clear();
    for paused in [true, false] {
        assert_eq!(client.ask("backstory/pause", json!({"paused": paused})), Ok(Value::Null));
        client.until("the status changes", |client| client.heard("backstory/statusChanged").pop().map(drop));
        assert_eq!(client.idle()["paused"], paused);
        client.heard.clear();
    }
}
