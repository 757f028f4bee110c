//! `backstory refactor port` and `along` end to end: a change of one function, done to another one.

use std::fs;

use backstory_fixture::Fixture;
use expect_test::expect;

use crate::support::{run, transcript};

/// `get` was mended, `put` was not.
const FIX: &str = r#"
//@ commit "Begin" date="2020-01-01T10:00:00+00:00"
//- /client.py
class Client:
    def get(self, url, tries=3):
        session = self.open(url)
        while tries:
            reply = session.send("GET", url)
            tries -= 1
            if reply.ok:
                return reply
        return None

    def put(self, address, body, tries=3):
        session = self.open(address)
        # As often as it takes.
        while tries:
            answer = session.send("PUT", address, body)
            tries -= 1
            if answer.ok:
                return answer
        return None
//- /area.py
def area(shape):
    return shape.width * shape.height
//@ commit "Fix a crash when the server closes the connection" date="2021-02-03T10:00:00+00:00"
//- /client.py
class Client:
    def get(self, url, tries=3):
        session = self.open(url)
        while tries:
            reply = session.send("GET", url)
            tries -= 1
            # The server may have closed it.
            if reply is None:
                continue
            if reply.ok:
                return reply
        return None

    def put(self, address, body, tries=3):
        session = self.open(address)
        # As often as it takes.
        while tries:
            answer = session.send("PUT", address, body)
            tries -= 1
            if answer.ok:
                return answer
        return None
"#;

#[test]
fn a_fix_that_is_missing() {
    let fixture = Fixture::new(FIX);
    expect![[""]].assert_eq(&transcript(&fixture, &run(&fixture, &["refactor", "port"])));
    expect![[""]].assert_eq(&transcript(&fixture, &run(&fixture, &["refactor", "port", "Client.put"])));
}

#[test]
fn a_fix_that_is_not_missing() {
    let fixture = Fixture::new(FIX);
    expect![[""]].assert_eq(&transcript(&fixture, &run(&fixture, &["refactor", "port", "Client.get"])));
    expect![[""]].assert_eq(&transcript(&fixture, &run(&fixture, &["refactor", "port", "area"])));
    let arguments = ["refactor", "port", "Client.put", "--commit", "HEAD~1"];
    expect![[""]].assert_eq(&transcript(&fixture, &run(&fixture, &arguments)));
    expect![[""]]
        .assert_eq(&transcript(&fixture, &run(&fixture, &["refactor", "port", "Client.put", "--apply"])));
    expect![[""]].assert_eq(&transcript(&fixture, &run(&fixture, &["refactor", "port", "Client.put"])));
}

#[test]
fn what_usually_changes_along() {
    let rust = |version: u32| {
        format!(
            "//- /src/lib.rs\nfn name(kind: Kind) -> &'static str {{\n    match kind {{\n        Kind::A => \"a{version}\",\n        \
             Kind::B => \"b\",\n        Kind::C => \"c\",\n    }}\n}}\n\nfn size(kind: Kind) -> u32 {{\n    match kind {{\n        Kind::A => {version},\n        \
             Kind::B => 2,\n        Kind::C => 3,\n    }}\n}}\n"
        )
    };
    let commits = (0..5).map(|version| format!("//@ commit \"Number {version}\"\n{}", rust(version)));
    let fixture = Fixture::new(&commits.collect::<String>());
    expect![[""]].assert_eq(&transcript(&fixture, &run(&fixture, &["refactor", "along", "size"])));
    let file = fixture.path().join("src/lib.rs");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replacen("        Kind::C =>", "        #[cfg(unix)]\n        Kind::C =>", 1))
        .unwrap();
    expect![[""]].assert_eq(&transcript(&fixture, &run(&fixture, &["refactor", "along", "size"])));
    // Another string is nothing that a number can become.
    fs::write(&file, text.replace("\"c\"", "\"cc\"")).unwrap();
    expect![[""]].assert_eq(&transcript(&fixture, &run(&fixture, &["refactor", "along", "size"])));
}
