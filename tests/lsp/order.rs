//! The order of messages, many at once, and handlers that fail. Never does: broken frames, which `framing` has.

use backstory_fixture::Fixture;
use serde_json::{Value, json};

use crate::answers::STORY;
use crate::client::{Client, Manners, all_capabilities};
use crate::document::{Units, range};

#[test]
fn a_burst_of_edits_is_applied_in_wire_order() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::new(&fixture);
    client.open_with("src/burst.rs", "fn first() {}\n");
    let start = json!({"line": 0, "character": 0});
    for edit in 0..1000 {
        let change = json!({"range": {"start": start, "end": start}, "text": format!("fn f{edit}() {{}}\n")});
        client.change("src/burst.rs", edit + 2, json!([change]));
    }
    let lenses =
        client.request("textDocument/codeLens", json!({"textDocument": {"uri": client.uri("src/burst.rs")}}));
    let (_, hovered) = client.hover("src/burst.rs", &json!({"line": 0, "character": 3})).unwrap();
    assert_eq!(hovered, json!({"start": {"line": 0, "character": 3}, "end": {"line": 0, "character": 7}}));
    let lenses = client.wait(lenses).unwrap();
    let names: Vec<&str> =
        lenses.as_array().unwrap().iter().map(|it| it["data"]["symbol"]["name"].as_str().unwrap()).collect();
    let expected: Vec<String> =
        (0..1000).rev().map(|edit| format!("f{edit}")).chain(["first".to_owned()]).collect();
    assert_eq!(names, expected);
}

#[test]
fn several_edits_in_one_notification_apply_one_after_the_other() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::new(&fixture);
    client.open_with("src/a.rs", "fn a() {}\n");
    let at = |line: u32, from: u32, to: u32| json!({"start": {"line": line, "character": from}, "end": {"line": line, "character": to}});
    client.change(
        "src/a.rs",
        2,
        json!([
            {"range": at(0, 3, 4), "text": "bb"},
            {"range": at(0, 5, 5), "text": "c"},
            {"range": at(1, 0, 0), "text": "fn d() {}\n"},
            {"range": at(0, 0, 0), "text": "\n"},
        ]),
    );
    assert_eq!(client.lens_names("src/a.rs"), ["bbc", "d"]);
    client.change("src/a.rs", 3, json!([{"text": "fn whole() {}"}]));
    assert_eq!(client.lens_names("src/a.rs"), ["whole"]);
}

/// A function in one file that forty commits change.
fn long_story() -> String {
    let commit = |version: u32| {
        format!("//@ commit \"Version {version}\"\n//- /long.py\ndef long():\n    return {version}\n")
    };
    (0..40).map(commit).collect()
}

#[test]
fn a_cancel_gets_through_with_64_requests_pending() {
    let fixture = Fixture::new(&long_story());
    let mut client = Client::new(&fixture);
    let argument = json!({"uri": client.uri("long.py"), "position": {"line": 0, "character": 4}});
    let params = json!({"command": "backstory.explain", "arguments": [argument]});
    let ids: Vec<i64> = (0..64).map(|_| client.request("workspace/executeCommand", params.clone())).collect();
    let last = ids[63];
    client.notify("$/cancelRequest", json!({"id": last}));
    assert_eq!(client.wait(last).unwrap_err()["code"], -32800);
    for id in &ids[..63] {
        let explained = client.wait(*id).unwrap();
        assert_eq!(explained["report"]["symbol"]["name"], "long");
    }
    // Cancelling what is done or was never asked is no error.
    client.notify("$/cancelRequest", json!({"id": last}));
    client.notify("$/cancelRequest", json!({"id": "never asked"}));
    client.idle();
}

#[test]
fn the_users_cancel_in_the_progress_ends_the_command() {
    let fixture = Fixture::new(&long_story());
    let mut client = Client::new(&fixture);
    let argument = json!({"uri": client.uri("long.py"), "position": {"line": 0, "character": 4}});
    let params = json!({"command": "backstory.explain", "arguments": [argument], "workDoneToken": 7});
    // Others first, so that it has not ended before the cancel is read.
    let others: Vec<i64> = (0..32)
        .map(|_| {
            client.request(
                "workspace/executeCommand",
                json!({"command": "backstory.explain", "arguments": [argument]}),
            )
        })
        .collect();
    let id = client.request("workspace/executeCommand", params);
    client.notify("window/workDoneProgress/cancel", json!({"token": 7}));
    assert_eq!(client.wait(id).unwrap_err()["code"], -32800);
    for other in others {
        assert!(client.wait(other).is_ok());
    }
}

#[test]
fn a_request_that_panics_takes_nothing_with_it() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::new(&fixture);
    client.open("src/threads.rs");
    for _ in 0..8 {
        let error = client.ask("backstory/panic", Value::Null).unwrap_err();
        assert_eq!(error["code"], -32603, "{error}");
    }
    assert!(client.hover_on("src/threads.rs", "spawn").contains("2019-08-27"));
    assert_eq!(client.exit(), 0);
}

#[test]
fn a_client_that_never_answers_holds_up_nothing() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::start(&fixture);
    client.manners = Manners::NeverAnswers;
    client.initialize(all_capabilities(), Value::Null);
    client.open("src/threads.rs");
    client.idle();
    assert!(client.hover_on("src/threads.rs", "spawn").contains("2019-08-27"));
    assert!(client.lens_text("src/threads.rs").contains("introduced 2019"));
    assert!(client.explain("src/threads.rs", "spawn").is_ok());
    assert!(!client.heard("workspace/configuration").is_empty(), "there was something to leave unanswered");
    assert_eq!(client.exit(), 0);
}

#[test]
fn methods_that_nobody_knows() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::new(&fixture);
    assert_eq!(client.ask("textDocument/other", json!({})).unwrap_err()["code"], -32601);
    client.notify("$/unknown", json!({}));
    client.notify("unknown", json!([]));
    assert_eq!(client.ask("textDocument/hover", json!({"wrong": 1})).unwrap_err()["code"], -32602);
    client.idle();
}

#[test]
fn an_id_may_be_text_and_used_again() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::new(&fixture);
    client.open("src/threads.rs");
    let position = range(&client.text("src/threads.rs"), "spawn", Units::Utf16)["start"].clone();
    let params = json!({"textDocument": {"uri": client.uri("src/threads.rs")}, "position": position});
    for _ in 0..2 {
        client
            .send(&json!({"jsonrpc": "2.0", "id": "text", "method": "textDocument/hover", "params": params}));
        assert!(client.wait("text").unwrap().is_object());
    }
}
