//! Commits, comments and answers in; passages, accounts and verdicts out.

use std::fmt::Write;

use backstory_history::{Change, ChangeKind, Commit, Links, Person};
use backstory_syntax::{DefinitionKind, Language, LocalKey};
use expect_test::{Expect, expect};

use super::wording::{Names, prompt, verbatim, whole_sentences, worded};
use super::{Facts, Passage, Role, Source, Subject, evidence};

mod rules;

fn reasons(changes: &[Change]) -> Vec<Passage> {
    let subject = Subject { name: "f", container: &[], language: Language::Rust };
    evidence(&Facts { subject, changes, comments: &[], mentions: &[], discussions: &[] })
}

/// Commits as `kind|subject|body`, newest first, numbered from 1.
pub(crate) fn changes(commits: &[(&[ChangeKind], &str, &str)]) -> Vec<Change> {
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
    for passage in reasons(&changes(commits)) {
        let number = passage.source.commit().unwrap().trim_start_matches('0');
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
    let filler = "This sentence has exactly eight words in it. ".repeat(10);
    let body = format!("{filler}It is needed because the reader would otherwise block. {filler}");
    let found = reasons(&changes(&[(&[ChangeKind::Body], "Cut", &body)]));
    let [passage] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(passage.quote, "It is needed because the reader would otherwise block.");
    assert!(passage.context.ends_with("otherwise block."), "{}", passage.context);
    assert_eq!(passage.context.split_whitespace().count(), 73);
}

const QUOTE: &str = "Previously the Authorization header was stripped only if the hostname changed, but an https to http redirect \
    leaks 2 credentials on the wire.";

fn passage(quote: &str, context: &str) -> Passage {
    Passage {
        source: Source::Commit { commit: "c".repeat(40) },
        role: Role::Origin,
        quote: quote.to_owned(),
        context: context.to_owned(),
        subject: "Strip header on scheme change".to_owned(),
        names: Vec::new(),
    }
}

#[test]
fn answers_become_sentences_or_quotes() {
    let passage = passage(QUOTE, &format!("{QUOTE} Call rebuild_auth for each request."));
    let mut actual = String::new();
    for answer in [
        "\"previously an https to http redirect leaks 2 credentials on the wire\"\n\nAnd more.",
        "An https to http redirect leaks 3 credentials, which was wrong.",
        "Call rebuild_auth for each request.",
        "Authorization header and hostname.",
        "Previously the Authorization header was stripped only if the host",
        "Previously the `Authorization header was stripped only if the hostname changed",
        "",
    ] {
        let verdict = worded(&passage, &Names::default(), answer);
        let why =
            verdict.as_ref().err().map_or_else(String::new, |rejected| format!(" ({})", rejected.reason));
        let sentence = verdict.unwrap_or_else(|_| verbatim(&passage));
        writeln!(actual, "{:?} {:.60}{why}", sentence.kind, sentence.text).unwrap();
    }
    expect![[r#"
        Worded Previously an https to http redirect leaks 2 credentials on 
        Quoted “Previously the Authorization header was stripped only if th (“3” is not said of that)
        Quoted “Previously the Authorization header was stripped only if th (it leaves out what the passage is there for)
        Quoted “Previously the Authorization header was stripped only if th (it leaves out what the passage is there for)
        Quoted “Previously the Authorization header was stripped only if th (it breaks off)
        Quoted “Previously the Authorization header was stripped only if th (it breaks off)
        Quoted “Previously the Authorization header was stripped only if th (it leaves out what the passage is there for)
    "#]].assert_eq(&actual);
}

#[test]
fn a_model_is_given_the_reason_and_what_it_refers_back_to() {
    let mut actual = String::new();
    let context = "Readers wait for the lock. It is held for long. Writers starve because readers never stop coming. More.";
    for quote in [
        "Writers starve because readers never stop coming.",
        "It is held for long.",
        "More.",
        "Something that is not there.",
    ] {
        writeln!(actual, "{}", prompt(&passage(quote, context))).unwrap();
    }
    expect![[r#"
        Writers starve because readers never stop coming.
        Readers wait for the lock. It is held for long.
        Writers starve because readers never stop coming. More.
        Readers wait for the lock. It is held for long. Writers starve because readers never stop coming. More.
    "#]].assert_eq(&actual);
    assert_eq!(whole_sentences("One is whole. Another one is cut at crates."), "One is whole.");
}
