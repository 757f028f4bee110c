//! `backstory search` end to end, with the table that ships inside the program.

use backstory_fixture::Fixture;
use expect_test::{Expect, expect};
use serde_json::Value;

use crate::support::{run, transcript};

pub const CODE: &str = r##"
//@ commit "Add a client"
//- /net.py
class Client:
    def follow_redirect(self, response):
        """Go to where the response points."""

    def strip_credentials(self, request):
        pass
//- /math.py
def matrix_product(a, b):
    """Multiply two matrices."""

def sort_numbers(values):
    return sorted(values)
//- /src/pool.rs
/// Starts a thread.
pub fn spawn_thread() {}
//- /docs/security.md
# Security

Report holes by mail.

## Credentials

They are kept in the keyring
and never written to a log.
//@ commit "Drop the header on other hosts"
//= A redirect may lead to a host of somebody else,
//= who would read the password in the Authorization header.
//- /net.py
class Client:
    def follow_redirect(self, response):
        """Go to where the response points."""

    def strip_credentials(self, request):
        """Drop the Authorization header."""
"##;

fn check(args: &[&str], expected: Expect) {
    let fixture = Fixture::new(CODE);
    let output = run(&fixture, &[&["search"], args].concat());
    expected.assert_eq(&transcript(&fixture, &output));
}

#[test]
fn symbols_are_found_by_what_they_do() {
    let fixture = Fixture::new(CODE);
    let first = |question: &str| {
        let output = run(&fixture, &["search", "--json", "-n", "1", question]);
        let found: Value = serde_json::from_slice(&output.stdout).unwrap();
        found[0]["key"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(first("remove the authorization from a request"), "python:net.Client.strip_credentials");
    assert_eq!(first("multiply matrices"), "python:math.matrix_product");
    assert_eq!(first("sort a list of numbers"), "python:math.sort_numbers");
    // The second run takes its facts from the cache.
    assert_eq!(first("remove the authorization from a request"), "python:net.Client.strip_credentials");
}

#[test]
fn results_as_lines() {
    check(
        &["-n", "3", "where are credentials kept"],
        expect![[r#"
            docs/security.md:5  Security > Credentials  0.56
                6: They are kept in the keyring
            net.py:5  method net.Client.strip_credentials  0.33
                5: def strip_credentials(self, request):
        "#]],
    );
}

#[test]
fn commits_say_why() {
    check(
        &["--kind", "commit", "why is the Authorization header dropped on redirects"],
        expect![[r#"
            {2} 2020-01-02  Drop the header on other hosts  0.40
                who would read the password in the Authorization header.
                net.py: method Client.strip_credentials
        "#]],
    );
}

#[test]
fn paths_and_languages_narrow() {
    check(
        &["--path", "docs/**", "credentials"],
        expect![[r#"
            docs/security.md:5  Security > Credentials  0.59
                6: They are kept in the keyring
        "#]],
    );
    check(
        &["--language", "rust", "--kind", "symbol", "start a thread"],
        expect![[r#"
            src/pool.rs:2  function crate::pool::spawn_thread  0.41
                1: /// Starts a thread.
        "#]],
    );
    check(
        &["--language", "python", "--kind", "symbol", "start a thread"],
        expect![[r#"
        -- stderr
        error: nothing found that fits: other words may, or another --kind
        -- exit 1
    "#]],
    );
    check(
        &["--path", "a{b", "credentials"],
        expect![[r#"
        -- stderr
        error: a{b is no path pattern (error parsing glob 'a{b': unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)): write one as in .gitignore, such as 'src/**'
        -- exit 1
    "#]],
    );
}

#[test]
fn symbols_like_another() {
    check(
        &["--similar", "net.py:5", "-n", "2"],
        expect![[r#"
            net.py:1  class net.Client  0.09
                1: class Client:
            net.py:2  method net.Client.follow_redirect  0.08
                2: def follow_redirect(self, response):
        "#]],
    );
    check(
        &["--similar", "net.py"],
        expect![[r#"
        -- stderr
        error: net.py is no place: write PATH:LINE, such as src/pool.rs:120
        -- exit 1
    "#]],
    );
}

#[test]
fn results_as_data() {
    check(
        &["--json", "--kind", "commit", "--kind", "doc", "password redirect host"],
        expect![[r#"
            [
              {
                "kind": "commit",
                "key": "Drop the header on other hosts",
                "path": null,
                "line": null,
                "commit": "{2}",
                "score": 0.35488355,
                "why": {
                  "meaning": 0.45035547,
                  "words": 0.21167557,
                  "coverage": 1.0,
                  "terms": [
                    "host",
                    "password",
                    "redirect"
                  ]
                },
                "snippet": {
                  "text": "A redirect may lead to a host of somebody else,"
                },
                "files": [
                  "net.py"
                ],
                "symbols": [
                  "net.py: method Client.strip_credentials"
                ],
                "date": "2020-01-02"
              }
            ]
        "#]],
    );
}

#[test]
fn what_does_not_fit_is_not_shown() {
    check(
        &["how are invoices printed"],
        expect![[r#"
        -- stderr
        error: nothing found that fits: other words may, or another --kind
        -- exit 1
    "#]],
    );
    check(
        &["--json", "--kind", "commit", "how are invoices printed"],
        expect![[r#"
        []
        -- exit 1
    "#]],
    );
}

#[test]
fn there_are_no_discussions_before_they_are_imported() {
    check(
        &["--kind", "discussion", "redirect"],
        expect![[r#"
        -- stderr
        error: nothing found that fits: other words may, or another --kind
        -- exit 1
    "#]],
    );
}

#[test]
fn nothing_is_found_in_nothing() {
    let fixture = Fixture::new("//@ commit \"Initial commit\"\n//- /data.bin\nText.\n");
    let output = run(&fixture, &["search", "anything"]);
    expect![[r#"
        -- stderr
        error: nothing found that fits: other words may, or another --kind
        -- exit 1
    "#]]
    .assert_eq(&transcript(&fixture, &output));
}
