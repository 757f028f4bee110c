//! What the server says about a symbol: hover, lens, action, command, report, search. Never does: positions, which have a file of
//! their own.

use backstory_fixture::Fixture;
use expect_test::expect;
use serde_json::{Value, json};

use crate::client::{Client, all_capabilities};
use crate::document::{Units, range};

/// Three commits of two people; `Pool::spawn` was changed once, with a reason, `start` never.
pub const STORY: &str = r#"
//@ commit "Add pool" author="Ada Lovelace <ada@example.org>" date="2019-08-27T10:00:00+00:00"
//- /Cargo.toml
[package]
name = "work-pool"
version = "0.1.0"
//- /src/lib.rs
pub mod threads;

pub fn run(pool: &threads::Pool) {
    pool.spawn();
}
//- /src/threads.rs
pub struct Pool;

impl Pool {
    /// Starts a thread.
    pub fn spawn(&self) {
        start();
    }
}

fn start() {}
//@ commit "Start threads lazily" author="Bob Noyce <bob@example.org>" date="2024-05-01T10:00:00+00:00"
//= Threads were started at once because the first benchmark needed them. It starved the timers, so they now start one by one.
//- /src/threads.rs
pub struct Pool;

impl Pool {
    /// Starts a thread.
    pub fn spawn(&self) {
        if true {
            start();
        }
    }
}

fn start() {}
//@ commit "Describe" author="Ada Lovelace <ada@example.org>" date="2024-06-01T10:00:00+00:00"
//- /README.md
A pool.
"#;

pub const THREADS: &str = "src/threads.rs";

#[test]
fn hover_on_a_declaration_a_use_and_nothing() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::new(&fixture);
    client.open(THREADS);
    client.open("src/lib.rs");
    let mut text = String::new();
    for (path, needle) in [(THREADS, "spawn"), ("src/lib.rs", "spawn"), (THREADS, "start"), (THREADS, "true")]
    {
        text.push_str(&format!("{path} {needle}\n{}\n\n", client.hover_on(path, needle)));
    }
    let text = fixture.anonymize(&text).replace(&client.uri(""), "ROOT/");
    expect![[r#"
        src/threads.rs spawn
        **Introduced** 2019-08-27 by Ada Lovelace · 1 change · 2 authors (Ada Lovelace, Bob Noyce)  
        **Last change** 2024-05-01 by Bob Noyce: Start threads lazily (`{2}`)

        src/lib.rs spawn
        **Introduced** 2019-08-27 by Ada Lovelace · 1 change · 2 authors (Ada Lovelace, Bob Noyce)  
        **Last change** 2024-05-01 by Bob Noyce: Start threads lazily (`{2}`)

        src/threads.rs start
        **Introduced** 2019-08-27 by Ada Lovelace · no changes · 1 author  
        Add pool (`{1}`)

        src/threads.rs true
        no hover

    "#]]
    .assert_eq(&text);
}

#[test]
fn lenses_are_listed_unresolved_and_resolve_to_the_command() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::new(&fixture);
    client.open(THREADS);
    let listed = client.lenses(THREADS);
    assert!(listed.iter().all(|lens| lens.get("command").is_none_or(Value::is_null)), "{listed:?}");
    expect![[r#"
        0: Pool: introduced 2019 · no changes · 1 author
        4: spawn: introduced 2019 · 1 change · 2 authors
        11: start: introduced 2019 · no changes · 1 author
    "#]]
    .assert_eq(&client.lens_text(THREADS));
    let resolved = client.ask("codeLens/resolve", listed[1].clone()).unwrap();
    let command = &resolved["command"];
    assert_eq!(command["command"], "backstory.explain");
    let params = json!({"command": "backstory.explain", "arguments": command["arguments"]});
    let explained = client.ask("workspace/executeCommand", params).unwrap();
    assert_eq!(explained["report"]["symbol"]["name"], "spawn", "{explained}");
}

#[test]
fn lenses_refresh_when_their_history_is_ready() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::start(&fixture);
    client.initialize(all_capabilities(), Value::Null);
    client.open(THREADS);
    // Asked at once, before the history can have been read.
    let lenses = client.lenses(THREADS);
    let resolved: Vec<Value> =
        lenses.into_iter().map(|lens| client.ask("codeLens/resolve", lens).unwrap()).collect();
    for lens in resolved.iter().filter(|lens| lens["command"]["title"] == "reading history…") {
        assert_eq!(lens["command"]["command"], "", "text that cannot be clicked");
        client.until("a refresh", |client| {
            let refreshes = client.heard("workspace/codeLens/refresh");
            (!refreshes.is_empty()).then_some(())
        });
    }
    assert!(!client.lens_text(THREADS).contains("reading"));
}

fn actions(client: &mut Client, range: &Value, context: Value) -> Value {
    let params = json!({"textDocument": {"uri": client.uri(THREADS)}, "range": range, "context": context});
    client.ask("textDocument/codeAction", params).unwrap()
}

#[test]
fn the_action_explains_for_those_who_ask() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::new(&fixture);
    client.open(THREADS);
    let name = range(&client.text(THREADS), "spawn", Units::Utf16);
    let found = actions(&mut client, &name, json!({"diagnostics": []}));
    assert_eq!(found[0]["title"], "Explain the history of `spawn`");
    assert_eq!(found[0]["kind"], "backstory.explain");
    assert_eq!(found[0]["command"]["command"], "backstory.explain");
    assert_eq!(found[1]["title"], "Show all changes of `spawn`");
    assert_eq!(found[1]["command"]["command"], "backstory.openHistory");
    assert_eq!(found[2]["title"], "Show impact of `spawn`");
    assert_eq!(found[2]["command"]["command"], "backstory.impact");
    for context in [
        json!({"diagnostics": [], "triggerKind": 2}),
        json!({"diagnostics": [], "only": ["quickfix"]}),
        json!({"diagnostics": [], "only": ["backstory.explainer"]}),
    ] {
        let found = actions(&mut client, &name, context.clone());
        assert!(found.as_array().is_none_or(Vec::is_empty), "{context}: {found}");
    }
    for (context, count) in [
        (json!({"diagnostics": [], "triggerKind": 1}), 3),
        (json!({"diagnostics": [], "only": ["backstory"]}), 3),
        (json!({"diagnostics": [], "only": ["backstory.explain", "quickfix"]}), 1),
        (json!({"diagnostics": [], "only": ["backstory.history"]}), 1),
        (json!({"diagnostics": [], "only": ["backstory.impact"]}), 1),
    ] {
        let found = actions(&mut client, &name, context.clone());
        assert_eq!(found.as_array().unwrap().len(), count, "{context}");
    }
}

#[test]
fn a_question_is_answered_from_the_whole_repository() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::new(&fixture);
    client.open(THREADS);
    let mut ask = |question: &str| {
        let params = json!({"command": "backstory.ask", "arguments": [{"question": question}]});
        client.ask("workspace/executeCommand", params).unwrap()
    };
    let answered = ask("why do threads start one by one?");
    let nothing = ask("how do penguins survive the arctic winter?");
    assert_eq!(nothing["answer"]["answer"], json!([]));
    let shown = client.heard("window/showDocument");
    assert_eq!(shown[0]["uri"], answered["uri"]);
    let file = answered["uri"].as_str().unwrap().strip_prefix("file://").unwrap();
    assert_eq!(std::fs::read_to_string(file).unwrap(), answered["markdown"]);
    let both = format!("{}{}", answered["markdown"].as_str().unwrap(), nothing["markdown"].as_str().unwrap());
    expect![[r#"
        # why do threads start one by one?

        - Bob Noyce on 2024-05-01: “It starved the timers, so they now start one by one.” (`{2}`)

        ## Where to read on

        - `{2}` 2024-05-01 Start threads lazily
        - `src/threads.rs:12` work\_pool::threads::start
        # how do penguins survive the arctic winter?

        Not found in this repository: nothing here says so.
    "#]]
    .assert_eq(&fixture.anonymize(&both));
}

#[test]
fn the_command_shows_progress_and_the_report() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::new(&fixture);
    client.open(THREADS);
    let at = range(&client.text(THREADS), "spawn", Units::Utf16)["start"].clone();
    let argument = json!({"uri": client.uri(THREADS), "position": at});
    let params = json!({"command": "backstory.explain", "arguments": [argument], "workDoneToken": "mine"});
    let explained = client.ask("workspace/executeCommand", params).unwrap();
    let steps = client.until("the end of the progress", |client| {
        let steps: Vec<String> = client
            .heard("$/progress")
            .iter()
            .filter(|step| step["token"] == "mine")
            .map(|step| step["value"]["kind"].as_str().unwrap().to_owned())
            .collect();
        (steps.last().is_some_and(|kind| kind == "end")).then_some(steps)
    });
    assert_eq!(steps[0], "begin");
    assert_eq!(steps.iter().filter(|kind| *kind != "report").count(), 2, "{steps:?}");
    let shown = client.until("the report", |client| {
        client.heard("window/showDocument").first().map(|params| params["uri"].clone())
    });
    assert_eq!(shown, explained["uri"]);
    let file = shown.as_str().unwrap().strip_prefix("file://").unwrap();
    assert_eq!(std::fs::read_to_string(file).unwrap(), explained["markdown"]);
    let text = fixture.anonymize(explained["markdown"].as_str().unwrap()).replace(&client.uri(""), "ROOT/");
    expect![[r#"
        # method `work_pool::threads::Pool::spawn`

            pub fn spawn(&self)

        `src/threads.rs:5` · history as of main (`{3}`)

        ## Why

        - `Pool::spawn` came on 2019-08-27 by Ada Lovelace: “Add pool”. (`{1}`)
        - On 2024-05-01 Bob Noyce changed its body: “Threads were started at once because the first benchmark needed them.” (`{2}`)
        - It has changed once since, on 2024-05-01 by Bob Noyce. (`{2}`)
        - Who knows it: Bob Noyce (1 change, last on 2024-05-01) or Ada Lovelace (1 change, last on 2019-08-27). (`{2}`, `{1}`)

        ## History

        | Date | Commit | Author | Change | Subject |
        |---|---|---|---|---|
        | 2024-05-01 | `{2}` | Bob Noyce | body +3 −1 | Start threads lazily |
        | 2019-08-27 | `{1}` | Ada Lovelace | introduced +4 −0 | Add pool |

        A model on this machine can put this in a few words: `backstory model fetch` brings one (100 to 150 MB, once).

        ## Used by (1)

        - `work_pool::run` · `src/lib.rs:3`

        ## Uses (1)

        - `work_pool::threads::start` · `src/threads.rs:12`
    "#]].assert_eq(&text);
}

#[test]
fn a_client_with_virtual_documents_gets_the_report_as_one() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::start(&fixture);
    let mut capabilities = all_capabilities();
    capabilities["workspace"]["textDocumentContent"] = json!({});
    let result = client.initialize(capabilities, Value::Null);
    assert_eq!(result["capabilities"]["workspace"]["textDocumentContent"]["schemes"], json!(["backstory"]));
    client.idle();
    let explained = client.explain(THREADS, "spawn").unwrap();
    let uri = explained["uri"].clone();
    assert!(uri.as_str().unwrap().starts_with("backstory:"), "{uri}");
    let content = client.ask("workspace/textDocumentContent", json!({"uri": uri})).unwrap();
    assert_eq!(content["text"], explained["markdown"]);
    assert!(client.ask("workspace/textDocumentContent", json!({"uri": "backstory:none"})).is_err());
}

#[test]
fn the_command_refuses_what_it_cannot_explain() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::new(&fixture);
    let here = json!({"line": 0, "character": 0});
    let cases = [
        json!({"command": "other"}),
        json!({"command": "backstory.explain"}),
        json!({"command": "backstory.ask", "arguments": [7]}),
        json!({"command": "backstory.explain", "arguments": [7]}),
        json!({"command": "backstory.explain", "arguments": [{"uri": "untitled:Untitled-1", "position": here}]}),
        json!({"command": "backstory.explain", "arguments": [{"uri": client.uri("none.rs"), "position": here}]}),
        json!({"command": "backstory.explain", "arguments": [{"uri": client.uri("README.md"), "position": here}]}),
    ];
    let mut text = String::new();
    for params in cases {
        let error = client.ask("workspace/executeCommand", params).unwrap_err();
        text.push_str(&format!("{} {}\n", error["code"], error["message"].as_str().unwrap()));
    }
    let root = client.root.display().to_string();
    expect![[r#"
        -32602 there is no command other
        -32602 backstory.explain takes {uri, position} or {uri, symbol}, and ask: invalid type: null, expected struct Symbol
        -32602 backstory.ask takes {question}, and uri: invalid type: integer `7`, expected struct AskParams
        -32602 backstory.explain takes {uri, position} or {uri, symbol}, and ask: invalid type: integer `7`, expected struct Symbol
        -32602 only files on disk have a history
        -32803 none.rs is not a Rust or Python file of this repository that has been read (missing, ignored, binary, or above 2 MB?)
        -32803 README.md is not a Rust or Python file of this repository that has been read (missing, ignored, binary, or above 2 MB?)
    "#]].assert_eq(&text.replace(&root, "ROOT"));
}

#[test]
fn search_by_meaning_in_both_its_forms() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::new(&fixture);
    let found = client.ask("backstory/search", json!({"query": "start a thread", "limit": 2})).unwrap();
    assert!((1..=2).contains(&found.as_array().unwrap().len()), "{found}");
    let spawn = found.as_array().unwrap().iter().find(|it| it["symbol"] == "method");
    let spawn = spawn.unwrap_or_else(|| panic!("{found}"));
    assert_eq!(spawn["key"], "rust:work_pool::threads::Pool::spawn");
    assert_eq!(spawn["uri"], client.uri(THREADS));
    assert_eq!(spawn["range"], range(&client.text(THREADS), "spawn", Units::Utf16));
    assert_eq!((&spawn["kind"], &spawn["docs"]), (&json!("symbol"), &json!("Starts a thread.")));
    assert_eq!(spawn["why"]["terms"], json!(["start", "thread"]));
    let scores: Vec<f64> = found.as_array().unwrap().iter().filter_map(|it| it["score"].as_f64()).collect();
    assert!(scores.is_sorted_by(|a, b| a >= b), "best first: {found}");
    let nothing = client.ask("backstory/search", json!({"query": "how are invoices printed"})).unwrap();
    assert_eq!(nothing, json!([]), "nothing fits");
    let symbols = client.ask("workspace/symbol", json!({"query": "?start a thread"})).unwrap();
    for (symbol, found) in symbols.as_array().unwrap().iter().zip(found.as_array().unwrap()) {
        assert_eq!(symbol["location"], json!({"uri": found["uri"], "range": found["range"]}));
        assert_eq!(symbol["containerName"], found["key"]);
    }
    let other =
        client.ask("backstory/search", json!({"query": "start a thread", "languages": ["python"]})).unwrap();
    assert_eq!(other, json!([]), "there is no Python");
    let elsewhere =
        client.ask("backstory/search", json!({"query": "start a thread", "paths": ["src/lib.rs"]})).unwrap();
    assert_eq!(elsewhere, json!([]), "it is in another file");
    for query in ["spawn", "?", ""] {
        let symbols = client.ask("workspace/symbol", json!({"query": query})).unwrap();
        assert!(symbols.as_array().is_none_or(Vec::is_empty), "{query:?} is not ours: {symbols}");
    }
}

#[test]
fn what_is_not_committed_says_so() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::new(&fixture);
    let text = format!("fn fresh() {{\n    start();\n}}\n\n{}", client.text(THREADS));
    client.open_with(THREADS, &text);
    let hover = |client: &mut Client, needle: &str| {
        let at = range(&text, needle, Units::Utf16)["start"].clone();
        client.read_hover(THREADS, &at).unwrap()
    };
    let (fresh, _) = hover(&mut client, "fresh");
    assert_eq!(fresh, "Not committed yet");
    // What moved down in the buffer keeps its history.
    let (spawn, at) = hover(&mut client, "spawn");
    assert!(spawn.contains("2019-08-27"), "{spawn}");
    assert_eq!(at, range(&text, "spawn", Units::Utf16));
}

#[test]
fn other_questions_have_reports_of_their_own() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::start(&fixture);
    let mut capabilities = all_capabilities();
    capabilities["workspace"]["textDocumentContent"] = json!({});
    client.initialize(capabilities, Value::Null);
    client.idle();
    let at = range(&client.text(THREADS), "spawn", Units::Utf16)["start"].clone();
    let mut seen = Vec::new();
    for (ask, title) in [
        ("why", "## Why"),
        ("changes", "## What changed, and why"),
        ("what", "## What it is"),
        ("doc", "## What its documentation could say"),
    ] {
        let argument = json!({"uri": client.uri(THREADS), "position": at, "ask": ask});
        let params = json!({"command": "backstory.explain", "arguments": [argument]});
        let explained = client.ask("workspace/executeCommand", params).unwrap();
        assert!(explained["markdown"].as_str().unwrap().contains(title), "{explained}");
        assert_eq!(explained["report"]["question"], ask);
        assert_eq!(explained["report"]["draft"].is_string(), ask == "doc", "{explained}");
        let content = client.ask("workspace/textDocumentContent", json!({"uri": explained["uri"]})).unwrap();
        assert_eq!(content["text"], explained["markdown"]);
        seen.push(explained["uri"].clone());
    }
    seen.dedup();
    assert_eq!(seen.len(), 4);
}

/// The commits and documents that answer, best first.
fn texts_found(client: &mut Client, query: &str) -> Vec<String> {
    let params = json!({"query": query, "kinds": ["commit", "doc", "discussion"]});
    let found = client.ask("backstory/search", params).unwrap();
    let line = |it: &Value| format!("{} {}", it["kind"].as_str().unwrap(), it["key"].as_str().unwrap());
    found.as_array().unwrap().iter().map(line).collect()
}

#[test]
fn search_in_what_people_wrote_follows_head_and_disk() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::new(&fixture);
    let lazily = "commit Start threads lazily";
    assert_eq!(texts_found(&mut client, "why did threads starve the timers"), [lazily]);
    assert_eq!(texts_found(&mut client, "how are invoices printed"), [""; 0]);

    let readme = "# Pool\n\n## Invoices\n\nInvoices are printed at night.\n";
    std::fs::write(fixture.path().join("README.md"), readme).unwrap();
    assert_eq!(texts_found(&mut client, "how are invoices printed"), ["doc Pool > Invoices"]);
    let invoices = client
        .ask("backstory/search", json!({"query": "how are invoices printed", "kinds": ["doc"]}))
        .unwrap();
    let start = json!({"line": 2, "character": 0});
    assert_eq!(invoices[0]["uri"], client.uri("README.md"));
    assert_eq!(invoices[0]["range"], json!({"start": start, "end": start}));

    let by_ada = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
    let commit = |message: &str| fixture.git(&[&by_ada[..], &["commit", "-qam", message]].concat());
    fixture.git(&["checkout", "-q", "-b", "night"]);
    commit("Print bills at night since printers are free then");
    assert_eq!(
        texts_found(&mut client, "why are bills printed at night"),
        ["commit Print bills at night since printers are free then"],
        "HEAD has gone on"
    );
    assert_eq!(texts_found(&mut client, "why did threads starve the timers"), [lazily]);
    fixture.git(&["checkout", "-q", "main"]);
    assert_eq!(texts_found(&mut client, "why are bills printed at night"), [""; 0], "not on this branch");
    assert_eq!(texts_found(&mut client, "how are invoices printed"), [""; 0], "the file is as it was");
}
