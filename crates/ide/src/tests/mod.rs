//! Messages in, evidence out; sentences in, verdicts out; places in, symbols out.

mod editor;

use std::fmt::Write;

use backstory_analysis::{Analysis, Source};
use backstory_history::{Change, ChangeKind, Commit, Links, Person};
use backstory_syntax::{DefinitionKind, Language, LocalKey};
use expect_test::{Expect, expect};

use crate::account::{quoted, worded};
use crate::check::check;
use crate::documents::documents;
use crate::evidence::{Passage, evidence};
use crate::locate::{Located, NotLocated, Target, locate};
use crate::prose::sentences;
use crate::symbol::describe;

#[test]
fn only_prose_is_left_of_a_message() {
    let body = "\
The pool grew without bound, e.g. under load. Now it
stops at 512 threads (see `Builder`). That's v1.2 behaviour.

- a list item because it lists
  what it lists
* Another.
- [x] a checklist because it checks

    let code = because;

```
fenced because
```
> a quote because it quotes
<!-- because a
template -->
Fixes: #12
Closes #13
Signed-off-by: Ada <ada@example.org>
Co-authored-by: Grace <grace@example.org>

Does it work? Yes! it does.";
    expect![[r#"
        The pool grew without bound, e.g. under load.
        Now it stops at 512 threads (see `Builder`).
        That's v1.2 behaviour.
        a list item because it lists what it lists
        Another.
        Does it work?
        Yes! it does."#]]
    .assert_eq(&sentences(body).join("\n"));
}

/// Commits as `kind|subject|body`, newest first, numbered from 1.
fn changes(commits: &[(&[ChangeKind], &str, &str)]) -> Vec<Change> {
    let key =
        LocalKey { kind: DefinitionKind::Function, container: Vec::new(), name: "f".to_owned(), ordinal: 0 };
    let change = |(number, (kinds, subject, body)): (usize, &(&[ChangeKind], &str, &str))| Change {
        commit: Commit {
            id: format!("{:040}", number + 1),
            short_len: 40,
            time: 0,
            offset_minutes: 0,
            author: Person { name: "Ada".to_owned(), email: "ada@example.org".to_owned(), bot: false },
            co_authors: Vec::new(),
            subject: (*subject).to_owned(),
            body: (*body).to_owned(),
            refs: Vec::new(),
            links: Links::default(),
        },
        kinds: kinds.to_vec(),
        path: "a.rs".to_owned(),
        key: key.clone(),
        from: None,
        other: None,
        ignored: false,
        pull_request: None,
        reverted_by: Vec::new(),
        picked_as: Vec::new(),
        lines_added: 5,
        lines_removed: 0,
    };
    commits.iter().enumerate().map(change).collect()
}

fn check_evidence(commits: &[(&[ChangeKind], &str, &str)], expected: &Expect) {
    let mut actual = String::new();
    for passage in evidence(&changes(commits)) {
        let number = passage.commit.trim_start_matches('0');
        writeln!(actual, "{number}: {}\n   {}", passage.quote, passage.context).unwrap();
    }
    expected.assert_eq(&actual);
}

#[test]
fn reasons_come_oldest_first_and_from_behaviour() {
    check_evidence(
        &[
            (&[ChangeKind::Rename], "Rename", "The old name misled because it said pool."),
            (
                &[ChangeKind::Body],
                "Limit the pool",
                "Some text. Threads are limited to avoid running out of memory. More text.",
            ),
            (&[ChangeKind::Docs], "Docs", "Explain the limit because people asked."),
            (&[ChangeKind::Body], "Tidy up", "Make it nicer."),
            (
                &[ChangeKind::Introduced],
                "Add the pool",
                "Blocking calls need threads of their own, otherwise they stall the reactor.",
            ),
        ],
        &expect![[r#"
            5: Blocking calls need threads of their own, otherwise they stall the reactor.
               Blocking calls need threads of their own, otherwise they stall the reactor.
            2: Threads are limited to avoid running out of memory.
               Some text. Threads are limited to avoid running out of memory. More text.
            1: The old name misled because it said pool.
               The old name misled because it said pool.
        "#]],
    );
}

#[test]
fn a_subject_can_be_the_reason() {
    check_evidence(
        &[(&[ChangeKind::Body], "Lock the map to prevent a race", "")],
        &expect![[r#"
        1: Lock the map to prevent a race
           Lock the map to prevent a race
    "#]],
    );
}

#[test]
fn no_reason_is_made_of_what_says_none() {
    check_evidence(
        &[
            (
                &[ChangeKind::Body],
                "Fix tests",
                "Update the tests and the docs, then run everything once more.",
            ),
            (&[ChangeKind::Body], "Fix #12", "Fixes: #12\nSigned-off-by: Because <b@example.org>"),
            (&[ChangeKind::Introduced], "Initial commit", ""),
        ],
        &expect![[r#""#]],
    );
}

#[test]
fn long_bodies_are_cut_to_sentences_around_the_reason() {
    let filler = "This sentence has exactly eight words in it. ".repeat(12);
    let body = format!("{filler}It is needed because the reader would otherwise block. {filler}");
    let found = evidence(&changes(&[(&[ChangeKind::Body], "Cut", &body)]));
    let [passage] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(passage.quote, "It is needed because the reader would otherwise block.");
    assert!(passage.context.ends_with("otherwise block."), "{}", passage.context);
    assert_eq!(passage.context.split_whitespace().count(), 73);
}

const PASSAGE: &str = "Previously the Authorization header was stripped only if the hostname changed, but an https to http \
    redirect leaks 2 credentials on the wire. Call rebuild_auth for each request.";

#[test]
fn sentences_pass_only_when_the_passage_bears_them_out() {
    let said = [
        "Strip the Authorization header when the redirect leaks credentials.",
        "The header is stripping for requests.",
        "Leaking 2 credentials on the wire.",
        "Leaking 3 credentials on the wire.",
        "Calls rebuild_auth for each request.",
        "Calls rebuild_proxies for each request.",
        "Encrypts the Authorization header.",
        "The header was never stripped.",
        "Header.",
        "the header the header the header the header",
    ];
    let mut actual = String::new();
    for sentence in said {
        writeln!(actual, "{sentence}: {:?}", check(sentence, PASSAGE)).unwrap();
    }
    expect![[r#"
        Strip the Authorization header when the redirect leaks credentials.: Ok(())
        The header is stripping for requests.: Ok(())
        Leaking 2 credentials on the wire.: Ok(())
        Leaking 3 credentials on the wire.: Err(Unsupported("3"))
        Calls rebuild_auth for each request.: Ok(())
        Calls rebuild_proxies for each request.: Err(Unsupported("rebuild_proxies"))
        Encrypts the Authorization header.: Err(Unsupported("encrypts"))
        The header was never stripped.: Err(Negation)
        Header.: Err(Length)
        the header the header the header the header: Err(Loop)
    "#]]
    .assert_eq(&actual);
}

#[test]
fn answers_become_sentences_or_quotes() {
    let passage = Passage {
        commit: "c".repeat(40),
        quote: "Redirects leak credentials.".to_owned(),
        context: PASSAGE.to_owned(),
        subject: "Strip header on scheme change".to_owned(),
    };
    let mut actual = String::new();
    for answer in ["\"strip header on scheme change\"\n\nAnd more.", "Make coffee.", ""] {
        let sentence = worded(&passage, answer).unwrap_or_else(|_| quoted(&passage));
        writeln!(actual, "{} {}", sentence.worded, sentence.text).unwrap();
    }
    expect![[r#"
        true Strip header on scheme change.
        false “Redirects leak credentials.”
        false “Redirects leak credentials.”
    "#]]
    .assert_eq(&actual);
}

fn analysis(files: &[(&str, &str)]) -> Analysis {
    let source = |(path, text): &(&str, &str)| Source {
        path: (*path).to_owned(),
        language: Language::of_path(path).unwrap(),
        text: (*text).into(),
        facts: None,
    };
    Analysis::new(files.iter().map(source).collect(), Vec::new())
}

const POOL: &str = "\
//! Threads.

/// A pool.
struct Pool {
    size: usize,
}

impl Pool {
    /// Starts a thread.
    fn spawn(&self) {
        helper();
    }
}

fn helper() {}
";

#[test]
fn places_and_names_lead_to_symbols() {
    let analysis = analysis(&[("src/pool.rs", POOL), ("src/b.rs", "fn helper() {}\n")]);
    let place = |line, column| Target::Place { path: "src/pool.rs".to_owned(), line, column };
    let name = |name: &str| Target::Name(name.to_owned());
    let targets = [
        place(Some(4), None),
        place(Some(5), None),
        place(Some(3), None),
        place(Some(8), None),
        place(Some(11), None),
        place(Some(11), Some(10)),
        place(Some(10), Some(9)),
        place(Some(7), None),
        place(Some(99), None),
        place(None, None),
        Target::Place { path: "none.rs".to_owned(), line: None, column: None },
        name("Pool::spawn"),
        name("helper"),
        name("b::helper"),
        name("spwan"),
        name("zzz"),
    ];
    let mut actual = String::new();
    for target in targets {
        let found = match locate(&analysis, &target) {
            Ok(Located::Symbol(id)) => {
                let symbol = describe(&analysis, id);
                format!(
                    "{} {} line {}: {} | {}",
                    symbol.kind.as_str(),
                    symbol.key,
                    symbol.line,
                    symbol.signature,
                    symbol.docs
                )
            }
            Ok(Located::File(file)) => format!("file {}", analysis.path(file)),
            Err(NotLocated::Ambiguous { candidates, .. }) => {
                let keys: Vec<&str> = candidates.iter().map(|symbol| symbol.key.as_str()).collect();
                format!("ambiguous: {}", keys.join(", "))
            }
            Err(other) => format!("{other:?}"),
        };
        writeln!(actual, "{target:?}\n  {found}").unwrap();
    }
    expect![[r#"
        Place { path: "src/pool.rs", line: Some(4), column: None }
          struct rust:crate::pool::Pool line 4: struct Pool | A pool.
        Place { path: "src/pool.rs", line: Some(5), column: None }
          field rust:crate::pool::Pool::size line 5: size: usize | 
        Place { path: "src/pool.rs", line: Some(3), column: None }
          struct rust:crate::pool::Pool line 4: struct Pool | A pool.
        Place { path: "src/pool.rs", line: Some(8), column: None }
          impl rust:crate::pool::impl Pool line 8: impl Pool | 
        Place { path: "src/pool.rs", line: Some(11), column: None }
          method rust:crate::pool::Pool::spawn line 10: fn spawn(&self) | Starts a thread.
        Place { path: "src/pool.rs", line: Some(11), column: Some(10) }
          function rust:crate::pool::helper line 15: fn helper() | 
        Place { path: "src/pool.rs", line: Some(10), column: Some(9) }
          method rust:crate::pool::Pool::spawn line 10: fn spawn(&self) | Starts a thread.
        Place { path: "src/pool.rs", line: Some(7), column: None }
          NothingThere { path: "src/pool.rs", line: 7 }
        Place { path: "src/pool.rs", line: Some(99), column: None }
          NoLine { path: "src/pool.rs", line: 99, lines: 15 }
        Place { path: "src/pool.rs", line: None, column: None }
          file src/pool.rs
        Place { path: "none.rs", line: None, column: None }
          NoFile { path: "none.rs" }
        Name("Pool::spawn")
          method rust:crate::pool::Pool::spawn line 10: fn spawn(&self) | Starts a thread.
        Name("helper")
          ambiguous: rust:crate::b::helper, rust:crate::pool::helper
        Name("b::helper")
          function rust:crate::b::helper line 1: fn helper() | 
        Name("spwan")
          NoSuchName { name: "spwan", similar: ["spawn"] }
        Name("zzz")
          NoSuchName { name: "zzz", similar: [] }
    "#]]
    .assert_eq(&actual);
}

#[test]
fn documents_hold_what_describes_a_symbol() {
    let analysis = analysis(&[("src/pool.rs", POOL)]);
    let mut actual = String::new();
    for file in analysis.files() {
        for document in documents(&analysis, file) {
            let fields =
                [document.name, document.container, document.signature, document.docs, document.body];
            writeln!(actual, "{}", fields.join(" | ")).unwrap();
        }
    }
    expect![[r#"
        Pool |  | struct Pool | A pool. | 
        spawn | Pool | fn spawn(&self) | Starts a thread. | helper 
        helper |  | fn helper() |  | 
    "#]]
    .assert_eq(&actual);
}
