//! `backstory search` end to end, with the table that ships inside the program.

use backstory_fixture::Fixture;
use expect_test::expect;
use serde_json::Value;

use crate::support::{run, transcript};

const CODE: &str = r#"
//@ commit "Initial commit"
//- /net.py
class Client:
    def follow_redirect(self, response):
        """Go to where the response points."""

    def strip_credentials(self, request):
        """Drop the Authorization header."""
//- /math.py
def matrix_product(a, b):
    """Multiply two matrices."""

def sort_numbers(values):
    return sorted(values)
"#;

#[test]
fn symbols_are_found_by_what_they_do() {
    let fixture = Fixture::new(CODE);
    let first = |question: &str| {
        let output = run(&fixture, &["search", "--json", "-n", "1", question]);
        let found: Value = serde_json::from_slice(&output.stdout).unwrap();
        found[0]["key"].as_str().unwrap().to_owned()
    };
    assert_eq!(first("remove the password from a request"), "python:net.Client.strip_credentials");
    assert_eq!(first("linear algebra multiplication"), "python:math.matrix_product");
    assert_eq!(first("put a list in order"), "python:math.sort_numbers");
    // The second run takes its facts from the cache.
    assert_eq!(first("remove the password from a request"), "python:net.Client.strip_credentials");
}

#[test]
fn results_as_lines() {
    let fixture = Fixture::new(CODE);
    let output = run(&fixture, &["search", "-n", "2", "drop the authorization header"]);
    expect![[r#"
        net.py:5  method net.Client.strip_credentials  0.59
            Drop the Authorization header.
        net.py:2  method net.Client.follow_redirect  0.22
            Go to where the response points.
    "#]]
    .assert_eq(&transcript(&fixture, &output));
}

#[test]
fn nothing_found_fails() {
    let fixture = Fixture::new("//@ commit \"Initial commit\"\n//- /README\nText.\n");
    let output = run(&fixture, &["search", "anything"]);
    expect![[r#"
        -- stderr
        error: nothing here matches: no source files, or no word of the question is known
        -- exit 1
    "#]]
    .assert_eq(&transcript(&fixture, &output));
}
