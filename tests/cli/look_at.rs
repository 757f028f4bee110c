//! What `backstory impact` says to look at, and why a symbol is as it is, end to end.

use std::fmt::Write;
use std::fs;

use backstory_fixture::Fixture;
use expect_test::{Expect, expect};
use serde_json::Value;

use crate::support::{run, run_in, transcript};

const DOCUMENT: &str =
    "# Wire\n\n## Frames\n\nA frame is what `wire.encode` makes. Encoders encode.\n\n## Other\n\nNothing.\n";

/// `encode` changed four times, three of them with `check` of another file, which has nothing to do with it as far as the code says; it has a copy,
/// somebody who calls it, and a document.
fn story() -> String {
    let mut text = String::new();
    let messages = [
        "Add wire",
        "Count the parts\n\nReaders hung on short frames because they could not tell where one ends.",
        "Format 2",
        "Format 3",
        "Format 4",
    ];
    for (number, message) in messages.iter().enumerate() {
        let (subject, body) = message.split_once("\n\n").unwrap_or((message, ""));
        let body = if body.is_empty() { String::new() } else { format!("//= {body}\n") };
        write!(text, "//@ commit \"{subject}\" date=\"2020-0{}-01T10:00:00+00:00\"\n{body}", number + 1)
            .unwrap();
        writeln!(text, "//- /wire.py\n{}", frame("encode", number)).unwrap();
        if number != 4 {
            writeln!(text, "//- /rules.py\ndef check(frame):\n    return frame[{number}] > 0\n").unwrap();
        }
        if number == 0 {
            writeln!(text, "//- /copy.py\n{}", frame("encode_copy", 9)).unwrap();
            writeln!(
                text,
                "//- /send.py\nfrom wire import encode\n\ndef send(parts):\n    return encode(parts, 2)\n"
            )
            .unwrap();
            writeln!(text, "//- /docs/wire.md\n{DOCUMENT}").unwrap();
        }
    }
    text
}

fn frame(name: &str, version: usize) -> String {
    format!(
        "def {name}(parts, limit):\n    header = [len(parts), limit, {version}]\n    for part in parts:\n        \
         if part > limit:\n            raise ValueError(part)\n        header.append(part * 2 + limit)\n    \
         if not header:\n        return None\n    return header\n"
    )
}

fn check(fixture: &Fixture, arguments: &[&str], expected: &Expect) {
    expected.assert_eq(&transcript(fixture, &run(fixture, arguments)));
}

#[test]
fn everything_that_points_elsewhere_is_one_list() {
    check(
        &Fixture::new(&story()),
        &["impact", "encode"],
        &expect![[r#"
            function wire.encode
              def encode(parts, limit)
              wire.py:1
              public API: wire.encode
              why: “Readers hung on short frames because they could not tell where one ends.” ({2})

            2 dependents (direct), no tests

            If you change it, look at
              function rules.check  rules.py:1
                  changed in 3 of 4 edits, hidden coupling: neither uses the other
              function send.send  send.py:3
                  uses it
              function copy.encode_copy  copy.py:1
                  code 94 % like it
              document Wire > Frames  docs/wire.md:3
                  mentions it

            Depends on it
               1  calls         function send.send  send.py:4
               1  imports       module send  send.py:1
        "#]],
    );
}

#[test]
fn as_markdown() {
    check(
        &Fixture::new(&story()),
        &["impact", "encode", "--format", "markdown", "-n", "3"],
        &expect![[r#"
        ## Impact of `wire.encode`

        function in `wire.py:1`, public API as `wire.encode`

        why: “Readers hung on short frames because they could not tell where one ends.” ({2})

        2 dependents (direct), no tests

        | Steps | Use | Symbol | Where | Through |
        |---|---|---|---|---|
        | 1 | calls | `send.send` | `send.py:4` |  |
        | 1 | imports | `send` | `send.py:1` |  |

        ### If you change it, look at

        - function `rules.check` (`rules.py:1`): changed in 3 of 4 edits, hidden coupling: neither uses the other
        - function `send.send` (`send.py:3`): uses it
        - document `Wire > Frames` (`docs/wire.md:3`): mentions it
    "#]],
    );
}

#[test]
fn as_json() {
    let fixture = Fixture::new(&story());
    let output = run(&fixture, &["impact", "encode", "--json"]);
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    expect![[r#"
        [
          {
            "kind": "function",
            "key": "python:rules.check",
            "path": "rules.py",
            "line": 1,
            "of": "python:wire.encode",
            "reasons": [
              {
                "reason": "changed_together",
                "together": 3,
                "of": 4,
                "hidden": true
              }
            ]
          },
          {
            "kind": "function",
            "key": "python:send.send",
            "path": "send.py",
            "line": 3,
            "of": "python:wire.encode",
            "reasons": [
              {
                "reason": "uses",
                "confidence": "exact",
                "count": 1
              }
            ]
          },
          {
            "kind": "function",
            "key": "python:copy.encode_copy",
            "path": "copy.py",
            "line": 1,
            "of": "python:wire.encode",
            "reasons": [
              {
                "reason": "copy",
                "percent": 94
              }
            ]
          },
          {
            "kind": "document",
            "key": "Wire > Frames",
            "path": "docs/wire.md",
            "line": 3,
            "of": "python:wire.encode",
            "reasons": [
              {
                "reason": "mentions"
              }
            ]
          }
        ]"#]]
    .assert_eq(&serde_json::to_string_pretty(&json["look_at"]).unwrap());
    let why = json["symbols"][0]["why"].to_string();
    expect![[r#"{"text":"“Readers hung on short frames because they could not tell where one ends.”","sources":[{"kind":"commit","commit":"{2}"}],"kind":"quoted"}"#]].assert_eq(&fixture.anonymize(&why));
}

#[test]
fn commits_that_there_is_no_patience_for_are_named() {
    check(
        &Fixture::new(&story()),
        &["impact", "encode", "--patience", "0", "-n", "2"],
        &expect![[r#"
            function wire.encode
              def encode(parts, limit)
              wire.py:1
              public API: wire.encode
              why: “Readers hung on short frames because they could not tell where one ends.” ({2})

            2 dependents (direct), no tests

            If you change it, look at
              function send.send  send.py:3
                  uses it
              document Wire > Frames  docs/wire.md:3
                  mentions it

            Depends on it
               1  calls         function send.send  send.py:4
               1  imports       module send  send.py:1
            Note: what commits changed is known of the newest 0 of 5; `backstory index` reads the rest
        "#]],
    );
}

#[test]
fn nothing_is_asked_of_history_where_nobody_wants_it() {
    check(
        &Fixture::new(&story()),
        &["impact", "encode", "--no-history", "-n", "4"],
        &expect![[r#"
            function wire.encode
              def encode(parts, limit)
              wire.py:1
              public API: wire.encode

            2 dependents (direct), no tests

            If you change it, look at
              function send.send  send.py:3
                  uses it
              function copy.encode_copy  copy.py:1
                  code 94 % like it
              document Wire > Frames  docs/wire.md:3
                  mentions it

            Depends on it
               1  calls         function send.send  send.py:4
               1  imports       module send  send.py:1
        "#]],
    );
}

#[test]
fn without_a_repository_the_rest_is_there() {
    let fixture = Fixture::new("");
    let plain = fixture.beside("plain");
    fs::create_dir_all(&plain).unwrap();
    fs::write(plain.join("wire.py"), frame("encode", 1)).unwrap();
    fs::write(plain.join("copy.py"), frame("encode_copy", 2)).unwrap();
    fs::write(plain.join("wire.md"), DOCUMENT).unwrap();
    expect![[r#"
        function wire.encode
          def encode(parts, limit)
          wire.py:1
          public API: wire.encode

        no dependents, no tests

        If you change it, look at
          function copy.encode_copy  copy.py:1
              code 94 % like it
          document Wire > Frames  wire.md:3
              mentions it
        Note: no git repository here, so there is no history to read: clone the project with git (`git clone URL`) and ask there
    "#]].assert_eq(&transcript(&fixture, &run_in(&fixture, &plain, &["impact", "encode"])));
}

#[test]
fn a_class_is_asked_about_with_its_methods() {
    let mut text = String::new();
    for number in 1..6 {
        writeln!(
            text,
            "//@ commit \"Change {number}\" date=\"2020-0{number}-01T10:00:00+00:00\"\n//- /pool.py\nclass Pool:\n    def grow(self):\n        \
             self.size += {number}\n    def count(self):\n        return self.size\n//- /rules.py\ndef limit():\n    return {number}"
        )
        .unwrap();
    }
    check(
        &Fixture::new(&text),
        &["impact", "Pool"],
        &expect![[r#"
        class pool.Pool
          class Pool
          pool.py:1
          public API: pool.Pool

        no dependents, no tests

        If you change it, look at
          function rules.limit  rules.py:1
              of pool.Pool.grow: changed in 4 of 4 edits, hidden coupling: neither uses the other
    "#]],
    );
}
