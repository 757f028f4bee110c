//! Requests of clients with views of their own: the history of a symbol, and explanations and answers that come as they grow. They open nothing.

use backstory_fixture::Fixture;
use expect_test::expect;
use serde_json::{Value, json};

use crate::answers::{STORY, THREADS};
use crate::client::Client;
use crate::document::{Units, range};

fn at(client: &Client, path: &str, needle: &str) -> Value {
    let start = range(&client.text(path), needle, Units::Utf16)["start"].clone();
    json!({"uri": client.uri(path), "position": start})
}

#[test]
fn a_history_is_that_of_the_command_line_with_diffs() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::new(&fixture);
    let told = client.ask("backstory/history", at(&client, THREADS, "spawn")).unwrap();
    let mut text = String::new();
    for change in told["history"]["changes"].as_array().unwrap() {
        let [date, commit, kinds, subject] = ["date", "commit", "kinds", "subject"].map(|it| &change[it]);
        text.push_str(&format!("{date} {commit} {kinds} {subject}\n"));
    }
    expect![[r#"
        "2024-05-01" "{2}" ["body"] "Start threads lazily"
        "2019-08-27" "{1}" ["introduced"] "Add pool"
    "#]]
    .assert_eq(&fixture.anonymize(&text));
    assert_eq!(told["history"]["symbol"]["key"], "rust:work_pool::threads::Pool::spawn", "{told}");
    assert_eq!(told["root"], client.uri("").trim_end_matches('/'));
    let changes = told["changes"].as_array().unwrap().clone();
    let shown = client.ask("workspace/textDocumentContent", json!({"uri": changes[0]})).unwrap();
    assert!(shown["text"].as_str().unwrap().contains("+        if true {\n"), "{shown}");
    let compared = client.ask("backstory/change", json!({"uri": changes[0]})).unwrap();
    let old = "    /// Starts a thread.\n    pub fn spawn(&self) {\n        start();\n    }";
    assert_eq!(compared["old"]["text"], old, "{compared}");
    assert_eq!((&compared["new"]["line"], &compared["new"]["path"]), (&json!(4), &json!(THREADS)));
    assert!(compared["message"].as_str().unwrap().starts_with("Threads were started at once"), "{compared}");
    let compared = client.ask("backstory/change", json!({"uri": changes[1]})).unwrap();
    assert_eq!((&compared["old"], &compared["change"]["subject"]), (&Value::Null, &json!("Add pool")));
    // What was meant can be asked about again, by its name.
    let again = client.ask("backstory/history", told["symbol"].clone()).unwrap();
    assert_eq!(again, told);
    assert!(client.heard("window/showDocument").is_empty());
}

#[test]
fn a_history_is_of_the_text_at_hand() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::new(&fixture);
    let text = client.text(THREADS).replace("fn spawn(&self) {", "fn spawn(&self) {\n        let _ = 1;");
    let text = text + "\nfn fresh() {}\n";
    client.open_with(THREADS, &text);
    let told = client.ask("backstory/history", at(&client, THREADS, "spawn")).unwrap();
    assert_eq!(told["history"]["uncommitted"]["kinds"], json!(["body"]), "{told}");
    let fresh = json!({"kind": "function", "container": [], "name": "fresh", "ordinal": 0});
    let told = client.ask("backstory/history", json!({"uri": client.uri(THREADS), "symbol": fresh})).unwrap();
    assert_eq!(told["changes"], json!([]));
    assert_eq!(told["history"]["limits"], json!(["not committed yet: HEAD has no such symbol in this file"]));
}

#[test]
fn what_has_no_history_is_refused_with_a_reason() {
    let fixture = Fixture::new("//@ commit \"Add\"\n//- /a.py\ndef f():\n    pass\n");
    std::fs::remove_dir_all(fixture.path().join(".git")).unwrap();
    let mut client = Client::new(&fixture);
    let error = client.ask("backstory/history", json!({"uri": client.uri("a.py")})).unwrap_err();
    assert_eq!(error["code"], -32803, "{error}");
    assert!(error["message"].as_str().unwrap().contains("git"), "{error}");
}

#[test]
fn an_explanation_comes_in_parts_to_whoever_wants_them() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::new(&fixture);
    let mut params = at(&client, THREADS, "spawn");
    params["partialResultToken"] = json!("parts");
    params["workDoneToken"] = json!("work");
    let told = client.ask("backstory/explain", params).unwrap();
    assert_eq!(told["uri"], Value::Null, "it is written nowhere");
    assert!(told["markdown"].as_str().unwrap().starts_with("# method"), "{told}");
    let part = client.until("a part", |client| {
        let mut steps = client.heard("$/progress").into_iter().filter(|step| step["token"] == "parts");
        steps.next().map(|step| step["value"].clone())
    });
    for name in ["root", "symbol", "changes"] {
        assert_eq!(part[name], told[name], "{name}");
    }
    assert_eq!(part["report"]["account"], told["report"]["account"]);
    client.until("the end of the progress", |client| {
        let mut steps = client.heard("$/progress").into_iter().filter(|step| step["token"] == "work");
        steps.any(|step| step["value"]["kind"] == "end").then_some(())
    });
    assert!(client.heard("window/showDocument").is_empty());
}

#[test]
fn an_answer_opens_nothing() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::new(&fixture);
    let question = json!({"question": "why do threads start one by one?"});
    let told = client.ask("backstory/ask", question).unwrap();
    let text = told["answer"]["answer"][0]["text"].as_str().unwrap();
    assert!(text.contains("starved the timers"), "{told}");
    assert_eq!((&told["uri"], &told["root"]), (&Value::Null, &json!(client.uri("").trim_end_matches('/'))));
    assert!(client.heard("window/showDocument").is_empty());
}
