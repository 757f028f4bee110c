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
    // Asked about alone it is shown; to be suggested, functions have to be larger and more alike.
    expect![[r#"
        -- stderr
        nothing found
    "#]]
    .assert_eq(&transcript(&fixture, &run(&fixture, &["refactor", "port"])));
    expect![[r#"
        diff --git a/client.py b/client.py
        --- a/client.py
        +++ b/client.py
        @@ -17,6 +17,9 @@
                 while tries:
                     answer = session.send("PUT", address, body)
                     tries -= 1
        +            # The server may have closed it.
        +            if answer is None:
        +                continue
                     if answer.ok:
                         return answer
                 return None
        -- stderr
        Port the fix {2} of `Client.get` to `Client.put`
        {2} (2021-02-03, “Fix a crash when the server closes the connection”) mended `Client.get` in client.py; this is built like it and still has what was mended.
        What was done there:
          --- a/client.py
          +++ b/client.py
          @@ -4,6 +4,9 @@
                   while tries:
                       reply = session.send("GET", url)
                       tries -= 1
          +            # The server may have closed it.
          +            if reply is None:
          +                continue
                       if reply.ok:
                           return reply
                   return None
    "#]].assert_eq(&transcript(&fixture, &run(&fixture, &["refactor", "port", "Client.put"])));
}

/// A function that is large enough to be suggested something for.
fn fetch(name: &str, checks: &str, limit: u32) -> String {
    format!(
        "def fetch_{name}(session, url, tries):\n    session.headers.update(accept=\"{name}\", limit={limit})\n    started = session.clock.now()\n    \
         while tries:\n        reply = session.send(\"GET\", url, timeout=session.timeout)\n        tries -= 1\n{checks}        \
         if reply.ok and session.clock.now() - started > session.slow:\n            session.log.warning(\"slow\", url)\n        \
         if reply.ok:\n            return reply.{name}\n    return None\n\n\n"
    )
}

/// What `port` lists after a commit that mends something made the second file of the first one.
fn listed(before: &str, after: &str) -> String {
    listed_after("Fix a crash when nothing comes back", before, after)
}

fn listed_after(message: &str, before: &str, after: &str) -> String {
    let commits = format!(
        "//@ commit \"Begin\"\n//- /client.py\n{before}//@ commit \"{message}\"\n//- /client.py\n{after}"
    );
    let fixture = Fixture::new(&commits);
    transcript(&fixture, &run(&fixture, &["refactor", "port"]))
}

#[test]
fn a_fix_is_found_where_its_history_is_not_wanted() {
    let fixture = Fixture::new(FIX);
    let printed = run(&fixture, &["refactor", "port", "Client.put", "--no-history"]);
    assert!(transcript(&fixture, &printed).contains("+            if answer is None:"));
}

#[test]
fn fixes_that_are_missing_are_listed() {
    let check = "        if reply is None:\n            continue\n";
    let (page, image) = (fetch("page", "", 3), fetch("image", "", 3));
    let mended = fetch("page", check, 3);
    expect![[r#"
        Port the fix {2} of `fetch_page` to `fetch_image`  client.py:16
            {2} (2020-01-02, “Fix a crash when nothing comes back”) mended `fetch_page` in client.py; this is built like it and still has what was mended.
    "#]]
    .assert_eq(&listed(&format!("{page}{image}"), &format!("{mended}{image}")));
    // Another value may be meant for the one alone.
    let nothing = "-- stderr\nnothing found\n";
    assert_eq!(listed(&format!("{page}{image}"), &format!("{}{image}", fetch("page", "", 5))), nothing);
    // Where several do without, the mended one is the exception.
    let sound = fetch("sound", "", 3);
    assert_eq!(listed(&format!("{page}{image}{sound}"), &format!("{mended}{image}{sound}")), nothing);
    // Who writes a copy of what is mended sees what was mended.
    let later = format!("{mended}//@ commit \"Add images\"\n//- /client.py\n{mended}{image}");
    assert_eq!(listed(&page, &later), nothing);
    // What is said to be of one version is not of another.
    let (old, new) = (fetch("v1", "", 3), fetch("v2", "", 3));
    let (all, mended) = (format!("{old}{new}"), format!("{}{new}", fetch("v1", check, 3)));
    assert!(listed(&all, &mended).contains("to `fetch_v2`"));
    assert_eq!(listed_after("Fix a crash of V1", &all, &mended), nothing);
}

#[test]
fn a_fix_that_is_not_missing() {
    let fixture = Fixture::new(FIX);
    expect![[r#"
        -- stderr
        warning: no fix of code that is built like `Client.get` is known
        -- exit 3
    "#]]
    .assert_eq(&transcript(&fixture, &run(&fixture, &["refactor", "port", "Client.get"])));
    expect![[r#"
        -- stderr
        warning: no fix of code that is built like `area` is known
        -- exit 3
    "#]]
    .assert_eq(&transcript(&fixture, &run(&fixture, &["refactor", "port", "area"])));
    let arguments = ["refactor", "port", "Client.put", "--commit", "HEAD~1"];
    expect![[r#"
        -- stderr
        warning: no fix of code that is built like `Client.put` is known
        -- exit 3
    "#]]
    .assert_eq(&transcript(&fixture, &run(&fixture, &arguments)));
    expect![[r#"
        Port the fix {2} of `Client.get` to `Client.put`
        {2} (2021-02-03, “Fix a crash when the server closes the connection”) mended `Client.get` in client.py; this is built like it and still has what was mended.
          wrote client.py
    "#]]
        .assert_eq(&transcript(&fixture, &run(&fixture, &["refactor", "port", "Client.put", "--apply"])));
    expect![[r#"
        -- stderr
        warning: `Client.put` stays as it is: this code has the change already
        -- exit 3
    "#]]
    .assert_eq(&transcript(&fixture, &run(&fixture, &["refactor", "port", "Client.put"])));
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
    expect![[r#"
        -- stderr
        warning: nothing is edited that usually changes with `size` or is built like it
        -- exit 3
    "#]]
    .assert_eq(&transcript(&fixture, &run(&fixture, &["refactor", "along", "size"])));
    let file = fixture.path().join("src/lib.rs");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replacen("Kind::B =>", "Kind::B if true =>", 1)).unwrap();
    expect![[r#"
        diff --git a/src/lib.rs b/src/lib.rs
        --- a/src/lib.rs
        +++ b/src/lib.rs
        @@ -9,7 +9,7 @@
         fn size(kind: Kind) -> u32 {
             match kind {
                 Kind::A => 4,
        -        Kind::B => 2,
        +        Kind::B if true => 2,
                 Kind::C => 3,
             }
         }
        -- stderr
        Change `size` along with `name`
        `name` is edited, and this changes with it: 4 of 4 times, last in {5}.
    "#]]
    .assert_eq(&transcript(&fixture, &run(&fixture, &["refactor", "along", "size"])));
    // Nobody can say which number is to a string as the others are.
    let arm = "        Kind::C => \"c\",\n        Kind::D => \"d\",\n";
    fs::write(&file, text.replace("        Kind::C => \"c\",\n", arm)).unwrap();
    expect![[r#"
        -- stderr
        warning: `size` stays as it is: it is not certain what `"d"` of the change is here
        -- exit 3
    "#]]
    .assert_eq(&transcript(&fixture, &run(&fixture, &["refactor", "along", "size"])));
}
