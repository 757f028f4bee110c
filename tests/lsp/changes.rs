//! Changes of a report, opened as diffs: as documents of the server where the client has such, as files elsewhere.

use backstory_fixture::Fixture;
use expect_test::expect;
use serde_json::{Value, json};

use crate::answers::{STORY, THREADS};
use crate::client::{Client, all_capabilities};

/// Introduced, renamed, moved between files, and changed by a merge itself.
const TRAVELS: &str = r#"
//@ commit "Add"
//- /a.py
def load(path):
    with open(path) as file:
        return parse(file.read())
//- /b.py
import os
//@ commit "Rename"
//= Because it reads.
//- /a.py
def read(path):
    with open(path) as file:
        return parse(file.read())
//@ commit "Move"
//- /a.py
import sys
//- /b.py
import os


def read(path):
    with open(path) as file:
        return parse(file.read())
//@ branch side
//@ commit "Strip"
//- /b.py
import os


def read(path):
    with open(path) as file:
        return parse(file.read().strip())
//@ checkout main
//@ commit "Encode"
//- /b.py
import os


def read(path):
    with open(path, encoding="utf-8") as file:
        return parse(file.read())
//@ merge side "Merge side"
//- /b.py
import os


def read(path):
    with open(path, encoding="utf-8") as file:
        return check(parse(file.read().strip()))
"#;

/// A client that has virtual documents.
fn with_documents(fixture: &Fixture) -> Client {
    let mut client = Client::start(fixture);
    let mut capabilities = all_capabilities();
    capabilities["workspace"]["textDocumentContent"] = json!({});
    client.initialize(capabilities, Value::Null);
    client.idle();
    client
}

fn content(client: &mut Client, uri: &str) -> Result<String, String> {
    let content = client.ask("workspace/textDocumentContent", json!({"uri": uri}));
    content
        .map(|it| it["text"].as_str().unwrap().to_owned())
        .map_err(|it| it["message"].as_str().unwrap().to_owned())
}

/// The targets of a report's links.
fn links(markdown: &str) -> Vec<String> {
    markdown.split("](").skip(1).map(|rest| rest.split(')').next().unwrap().to_owned()).collect()
}

#[test]
fn each_change_is_a_document() {
    let fixture = Fixture::new(TRAVELS);
    let mut client = with_documents(&fixture);
    let explained = client.explain("b.py", "read").unwrap();
    let links = links(explained["markdown"].as_str().unwrap());
    assert_eq!(json!(links), explained["changes"], "each row links to its change");
    let mut text = String::new();
    for uri in &links {
        let name = uri.strip_prefix("backstory:/").unwrap().split('?').next().unwrap();
        text.push_str(&format!("<<< {name}\n{}", content(&mut client, uri).unwrap()));
    }
    expect![[r#"
        <<< read-{6}.diff
        commit {6}
        Author: Ada Lovelace
        Date:   2020-01-06

            Merge side

        function read in b.py: body

        --- a/b.py
        +++ b/b.py
        @@ -4,3 +4,3 @@
         def read(path):
             with open(path, encoding="utf-8") as file:
        -        return parse(file.read())
        +        return check(parse(file.read().strip()))
        <<< read-{5}.diff
        commit {5}
        Author: Ada Lovelace
        Date:   2020-01-05

            Encode

        function read in b.py: body

        --- a/b.py
        +++ b/b.py
        @@ -4,3 +4,3 @@
         def read(path):
        -    with open(path) as file:
        +    with open(path, encoding="utf-8") as file:
                 return parse(file.read())
        <<< read-{4}.diff
        commit {4}
        Author: Ada Lovelace
        Date:   2020-01-04

            Strip

        function read in b.py: body

        --- a/b.py
        +++ b/b.py
        @@ -4,3 +4,3 @@
         def read(path):
             with open(path) as file:
        -        return parse(file.read())
        +        return parse(file.read().strip())
        <<< read-{3}.diff
        commit {3}
        Author: Ada Lovelace
        Date:   2020-01-03

            Move

        function read in b.py: move
        was function read in a.py

        <<< read-{2}.diff
        commit {2}
        Author: Ada Lovelace
        Date:   2020-01-02

            Rename

            Because it reads.

        function read in a.py: rename
        was function load in a.py

        --- a/a.py
        +++ b/a.py
        @@ -1,3 +1,3 @@
        -def load(path):
        +def read(path):
             with open(path) as file:
                 return parse(file.read())
        <<< read-{1}.diff
        commit {1}
        Author: Ada Lovelace
        Date:   2020-01-01

            Add

        function load in a.py: introduced

        --- /dev/null
        +++ b/a.py
        @@ -0,0 +1,3 @@
        +def load(path):
        +    with open(path) as file:
        +        return parse(file.read())
    "#]]
    .assert_eq(&fixture.anonymize(&text));
    // In another session, which has made no report.
    assert_eq!(content(&mut with_documents(&fixture), &links[0]), content(&mut client, &links[0]));
}

#[test]
fn a_command_writes_a_change_where_there_are_no_documents() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::new(&fixture);
    let explained = client.explain(THREADS, "spawn").unwrap();
    assert_eq!(links(explained["markdown"].as_str().unwrap()), [""; 0], "links that lead nowhere");
    let uri = explained["changes"][0].clone();
    let params = json!({"command": "backstory.openChange", "arguments": [{"uri": uri}]});
    let opened = client.ask("workspace/executeCommand", params).unwrap();
    let shown = client.until("the change", |client| {
        let mut shown = client.heard("window/showDocument").into_iter().map(|params| params["uri"].clone());
        shown.next_back().filter(|uri| uri.as_str().unwrap().ends_with(".diff"))
    });
    assert_eq!(shown, opened["uri"]);
    let file = shown.as_str().unwrap().strip_prefix("file://").unwrap();
    assert!(file.starts_with(fixture.beside("cache").to_str().unwrap()), "{file}");
    let text = std::fs::read_to_string(file).unwrap();
    assert_eq!(text, opened["text"]);
    assert!(text.contains("+        if true {\n"), "{text}");
    assert_eq!(fixture.git(&["status", "--porcelain"]), "", "nothing is written to the repository");
}

#[test]
fn links_run_the_command_in_clients_that_know_such() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::start(&fixture);
    let mut capabilities = all_capabilities();
    capabilities["experimental"] = json!({"commandLinks": true});
    client.initialize(capabilities, Value::Null);
    client.idle();
    let explained = client.explain(THREADS, "spawn").unwrap();
    let links = links(explained["markdown"].as_str().unwrap());
    assert_eq!(links.len(), 2);
    assert!(links.iter().all(|link| link.starts_with("command:backstory.openChange?%5B%7B")), "{links:?}");
}

#[test]
fn what_is_not_in_the_repository_is_refused() {
    let fixture = Fixture::new(STORY);
    let mut client = with_documents(&fixture);
    let explained = client.explain(THREADS, "spawn").unwrap();
    let uri = explained["changes"][0].as_str().unwrap().to_owned();
    let [_, change, head] = fixture.commits() else { panic!("three commits") };
    let zeros = "0".repeat(40);
    let root = client.root.file_name().unwrap().to_str().unwrap().to_owned();
    let mut text = String::new();
    for (what, uri) in [
        ("another commit of the repository", uri.replace(change.as_str(), head)),
        ("a commit that is not there", uri.replace(head.as_str(), &zeros)),
        ("a revision", uri.replace(head.as_str(), "HEAD")),
        ("another file", uri.replace("threads", "none")),
        ("a path outside", uri.replace("src%2F", "..%2F..%2F")),
        ("another symbol", uri.replace("%22spawn%22", "%22none%22")),
        ("another root", uri.replace(&format!("%2F{root}%22"), "%2Felsewhere%22")),
        ("nonsense", "backstory:/x.diff?%7B%22change%22%3A7%7D".to_owned()),
    ] {
        text.push_str(&format!("{what}: {}\n", content(&mut client, &uri).unwrap_err()));
    }
    expect![[r#"
        another commit of the repository: this repository has no such change
        a commit that is not there: no commit 0000000000000000000000000000000000000000 in this repository; `git fetch` may bring it
        a revision: no commit HEAD in this repository; `git fetch` may bring it
        another file: this repository has no such change
        a path outside: this repository has no such change
        another symbol: this repository has no such change
        another root: there is no such report or change
        nonsense: there is no such report or change
    "#]]
    .assert_eq(&fixture.anonymize(&text));
    let params = json!({"command": "backstory.openChange", "arguments": [{"uri": explained["uri"]}]});
    assert!(client.ask("workspace/executeCommand", params).is_err(), "a report is no change");
}
