//! `backstory review`, `backstory risk` and `backstory impact --diff` end to end.

use std::fmt::Write;
use std::fs;

use backstory_fixture::Fixture;
use expect_test::{Expect, expect};
use serde_json::Value;

use crate::support::{run, transcript};

/// `encode` and `decode` changed together six times; `encode` has a copy, documentation of its first day, and a test.
fn story() -> String {
    let mut text = String::new();
    for number in 0..7 {
        let subject = if number == 3 { "Fix the header".to_owned() } else { format!("Format {number}") };
        let author = if number % 2 == 0 { "Ada Lovelace" } else { "Bob Noyce" };
        writeln!(text, "//@ commit \"{subject}\" author=\"{author} <a@example.org>\" date=\"2020-0{}-01T10:00:00+00:00\"", number + 1).unwrap();
        writeln!(text, "//- /wire.py\n{}", wire(number, number)).unwrap();
        if number == 0 {
            writeln!(text, "//- /copy.py\n{}", frame("encode_copy", "", 6)).unwrap();
            writeln!(text, "//- /tests/test_wire.py\nfrom wire import encode\n\ndef test_encode():\n    assert encode([1], 2)\n").unwrap();
            writeln!(text, "//- /tests/test_other.py\ndef test_other():\n    assert True\n").unwrap();
        }
    }
    text
}

fn wire(encode: usize, decode: usize) -> String {
    let decode = format!("def decode(text):\n    return [text, {decode}]\n");
    format!("{}\n\n{decode}", frame("encode", "    \"\"\"Makes a frame.\"\"\"\n", encode))
}

fn frame(name: &str, docs: &str, version: usize) -> String {
    format!(
        "def {name}(parts, limit):\n{docs}    header = [len(parts), limit, {version}]\n    for part in parts:\n        \
         if part > limit:\n            raise ValueError(part)\n        header.append(part * 2 + limit)\n    \
         if not header:\n        return None\n    return header\n"
    )
}

/// Only `encode` is changed.
fn edited() -> Fixture {
    let fixture = Fixture::new(&story());
    fs::write(fixture.path().join("wire.py"), wire(9, 6)).unwrap();
    fixture
}

fn check(fixture: &Fixture, args: &[&str], expected: &Expect) {
    expected.assert_eq(&transcript(fixture, &run(fixture, args)));
}

#[test]
fn what_is_not_committed() {
    check(
        &edited(),
        &["review"],
        &expect![[r#"
            1 symbol differs between {7} and the work tree

            function wire.encode  wire.py:1
              body +1 -1
              introduced 2020 · 6 changes · 2 authors · last 2020-07-01 {7} Format 6
              1 dependent · 1 test · public API: wire.encode

            Usually changes along, and did not
              function wire.decode  wire.py:13
                  changed in 6 of 6 edits of function wire.encode, last in 2020-07-01 {7} Format 6; neither uses the other

            Alike, and left as it was
              function copy.encode_copy  copy.py:1
                  97 % like function wire.encode before this change

            Documentation left behind
              function wire.encode  wire.py:1
                  its documentation is of 2020-01-01 {1} Format 0; the body has changed 7 times since

            Tests to run: 1 of 2, most about it are these
              pytest tests/test_wire.py

            People to ask
              Ada Lovelace  4 commits here, last 2020-07-01
              Bob Noyce  3 commits here, last 2020-06-01
        "#]],
    );
}

#[test]
fn as_markdown() {
    check(
        &edited(),
        &["review", "--format", "markdown"],
        &expect![[r#"
            ## Review

            1 symbol differs between {7} and the work tree.

            ### Changed

            - `function wire.encode` (wire.py:1): body +1 -1<br>introduced 2020 · 6 changes · 2 authors · last 2020-07-01 {7} Format 6<br>1 dependent · 1 test · public API: wire.encode

            ### Usually changes along, and did not

            - `function wire.decode` (wire.py:13): changed in 6 of 6 edits of function wire.encode, last in 2020-07-01 {7} Format 6; neither uses the other

            ### Alike, and left as it was

            - `function copy.encode_copy` (copy.py:1): 97 % like function wire.encode before this change

            ### Documentation left behind

            - `function wire.encode` (wire.py:1): its documentation is of 2020-01-01 {1} Format 0; the body has changed 7 times since

            ### Tests to run

            1 of 2, most about it are these:

            ```sh
            pytest tests/test_wire.py
            ```

            ### People to ask

            - Ada Lovelace: 4 commits here, last 2020-07-01
            - Bob Noyce: 3 commits here, last 2020-06-01
        "#]],
    );
}

#[test]
fn what_is_staged_and_what_a_branch_adds() {
    let fixture = edited();
    check(
        &fixture,
        &["review", "--staged"],
        &expect![[r#"
        no symbol differs between {7} and what is staged
    "#]],
    );
    fixture.git(&["add", "-A"]);
    // What the disk has beside it is not staged.
    fs::write(fixture.path().join("wire.py"), "").unwrap();
    let staged = run(&fixture, &["review", "--staged", "--json"]);
    let review: Value = serde_json::from_slice(&staged.stdout).unwrap();
    assert_eq!(
        (&review["to"], &review["symbols"][0]["key"]),
        (&"staged".into(), &"python:wire.encode".into())
    );
    assert_eq!(review["companions"][0]["together"], 6);
    let by_eve =
        "//@ commit \"Change encode\" author=\"Eve <eve@example.org>\" date=\"2021-01-01T10:00:00+00:00\"";
    let fixture = Fixture::new(&format!("{}{by_eve}\n//- /wire.py\n{}", story(), wire(9, 6)));
    check(
        &fixture,
        &["review", "HEAD~1..HEAD"],
        &expect![[r#"
            1 symbol differs between {7} and {8}

            function wire.encode  wire.py:1
              body +1 -1
              introduced 2020 · 6 changes · 2 authors · last 2020-07-01 {7} Format 6
              1 dependent · 1 test · public API: wire.encode

            Usually changes along, and did not
              function wire.decode  wire.py:13
                  changed in 6 of 6 edits of function wire.encode, last in 2020-07-01 {7} Format 6; neither uses the other

            Alike, and left as it was
              function copy.encode_copy  copy.py:1
                  97 % like function wire.encode before this change

            Documentation left behind
              function wire.encode  wire.py:1
                  its documentation is of 2020-01-01 {1} Format 0; the body has changed 7 times since

            Tests to run: 1 of 2, most about it are these
              pytest tests/test_wire.py

            People to ask
              Ada Lovelace  4 commits here, last 2020-07-01
              Bob Noyce  3 commits here, last 2020-06-01
        "#]],
    );
    check(
        &fixture,
        &["review", "HEAD..HEAD~1"],
        &expect![[r#"
        no symbol differs between {7} and {7}
    "#]],
    );
}

#[test]
fn findings_for_code_hosts_and_exit_codes() {
    let fixture = edited();
    let sarif = run(&fixture, &["review", "--format", "sarif", "--fail-on", "companions"]);
    assert_eq!(sarif.status.code(), Some(3));
    let log: Value = serde_json::from_slice(&sarif.stdout).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let told: String = results
        .iter()
        .map(|result| {
            let at = &result["locations"][0]["physicalLocation"];
            let (path, line) = (&at["artifactLocation"]["uri"], &at["region"]["startLine"]);
            format!("{} {path}:{line} {}\n", result["ruleId"], result["message"]["text"])
        })
        .collect();
    expect![[r#"
        "forgotten-companion" "wire.py":1 "function wire.decode: changed in 6 of 6 edits of function wire.encode, last in 2020-07-01 0033f37 Format 6; neither uses the other"
        "unchanged-copy" "copy.py":1 "function copy.encode_copy: 97 % like function wire.encode before this change"
        "stale-documentation" "wire.py":1 "function wire.encode: its documentation is of 2020-01-01 bb65fb3 Format 0; the body has changed 7 times since"
    "#]].assert_eq(&told);
    fs::write(fixture.path().join("wire.py"), wire(9, 9)).unwrap();
    let both = run(&fixture, &["review", "--fail-on", "companions"]);
    assert_eq!(both.status.code(), Some(0), "decode is changed, too");
}

#[test]
fn nothing_differs_and_nothing_can() {
    let fixture = Fixture::new(&story());
    check(
        &fixture,
        &["review"],
        &expect![[r#"
        no symbol differs between {7} and the work tree
    "#]],
    );
    check(
        &fixture,
        &["review", "nowhere..HEAD"],
        &expect![[r#"
        -- stderr
        error: no commit nowhere in this repository; `git fetch` may bring it
        -- exit 1
    "#]],
    );
    check(
        &fixture,
        &["review", "HEAD", "--staged"],
        &expect![[r#"
        -- stderr
        error: the argument '[BASE..[HEAD] | BASE]' cannot be used with '--staged'

        Usage: backstory review <BASE..[HEAD] | BASE>

        For more information, try '--help'.
        -- exit 2
    "#]],
    );
    let plain = Fixture::new("//@ commit \"Add\"\n//- /a.py\ndef f(): pass\n");
    fs::remove_dir_all(plain.path().join(".git")).unwrap();
    check(
        &plain,
        &["review"],
        &expect![[r#"
        -- stderr
        error: no git repository here, so there is no history to read: clone the project with git (`git clone URL`) and ask there
        -- exit 1
    "#]],
    );
}

#[test]
fn what_depends_on_a_change() {
    check(
        &edited(),
        &["impact", "--diff"],
        &expect![[r#"
        function wire.encode
          def encode(parts, limit)
          wire.py:1
          public API: wire.encode

        1 dependent (direct), 1 test

        Depends on it
           1  imports       module test_wire  tests/test_wire.py:1

        Tests
           1  tests/test_wire.py::test_encode  tests/test_wire.py:3

        Run
          pytest tests/test_wire.py
    "#]],
    );
    check(
        &edited(),
        &["impact"],
        &expect![[r#"
        -- stderr
        error: the following required arguments were not provided:
          <PATH[:LINE[:COL]] | SYMBOL>

        Usage: backstory impact <PATH[:LINE[:COL]] | SYMBOL>

        For more information, try '--help'.
        -- exit 2
    "#]],
    );
}

#[test]
fn fixes_that_come_back() {
    let mut text = story();
    for (number, subject) in [(7, "Fix overflow"), (8, "Fix the limit again")] {
        writeln!(
            text,
            "//@ commit \"{subject}\" date=\"2020-0{}-01T10:00:00+00:00\"\n//- /wire.py\n{}",
            number + 1,
            wire(number, 6)
        )
        .unwrap();
    }
    let fixture = Fixture::new(&text);
    check(
        &fixture,
        &["risk"],
        &expect![[r#"
        function encode  wire.py
          mended 3 times, 3 in the last year
            {9} 2020-09-01 Fix the limit again
            {8} 2020-08-01 Fix overflow
            {4} 2020-04-01 Fix the header
    "#]],
    );
    let quiet = Fixture::new("//@ commit \"Add\"\n//- /a.py\ndef f(): pass\n");
    check(
        &quiet,
        &["risk"],
        &expect![[r#"
        no symbol was mended or reverted twice, as far as messages say so
    "#]],
    );
}

#[test]
fn tests_that_import_what_is_gone_are_run() {
    let fixture = Fixture::new(
        r#"
//@ commit "Begin"
//- /wire.py
from json import dumps

LIMIT = 3


def encode(parts):
    return parts


def decode(parts):
    return parts
//- /tests/test_limit.py
from wire import LIMIT


def test_limit():
    assert 3
//- /tests/test_dumps.py
from wire import dumps


def test_dumps():
    assert 3
//- /other.py
def other():
    return 1
//- /tests/test_other.py
from other import other


def test_other():
    assert other()
"#,
    );
    let code = "def encode(parts):\n    return [parts]\n\n\ndef decode(parts):\n    return parts\n";
    fs::write(fixture.path().join("wire.py"), code).unwrap();
    let output = run(&fixture, &["review", "--json"]);
    let review: Value = serde_json::from_slice(&output.stdout).unwrap();
    expect![[r#"
        {
          "suite": 3,
          "chosen": 2,
          "left_out": 0,
          "run": {
            "pytest": [
              "tests/test_dumps.py",
              "tests/test_limit.py"
            ],
            "cargo": []
          },
          "closest": {
            "pytest": [
              "tests/test_dumps.py",
              "tests/test_limit.py"
            ],
            "cargo": []
          }
        }"#]]
    .assert_eq(&format!("{:#}", review["tests"]));
}
