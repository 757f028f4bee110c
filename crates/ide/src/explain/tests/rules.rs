//! Each rule of evidence: sentences in, what they are taken for out.

use std::fmt::Write;

use backstory_history::{Change, ChangeKind, Person};
use backstory_syntax::Language;
use expect_test::expect;

use super::super::account::account;
use super::super::comments::{self, Comment, CommentKind};
use super::super::messages;
use super::super::reasons::{THRESHOLD, strength, subject_strength};
use super::super::{Document, Facts, Passage, Subject, evidence, mentions};
use super::{changes, reasons};
use crate::discussion::{Discussion, DiscussionKind};

const SUBJECT: Subject<'static> = Subject { name: "f", container: &[], language: Language::Rust };

fn only_change(subject: &str, body: &str) -> Vec<Change> {
    changes(&[(&[ChangeKind::Body], subject, body)])
}

fn quotes(passages: &[Passage]) -> Vec<&str> {
    passages.iter().map(|passage| passage.quote.as_str()).collect()
}

#[test]
fn causes_purposes_and_problems_are_reasons() {
    for sentence in [
        "The lock is taken first because readers may come at any time.",
        "Sort the keys so that two runs give the same file.",
        "The table is copied to avoid a borrow across the await.",
        "Now that the parser is total, the fallback can go.",
        "The old check was unsound.",
        "Previously each call opened the file again.",
        "The cache suffers from stale entries.",
        "It turns out that the order matters.",
        "Keys are hashed once, making it cheaper to compare them.",
    ] {
        assert!(strength(sentence) >= THRESHOLD, "{sentence}");
    }
}

#[test]
fn what_was_done_is_no_reason() {
    for sentence in [
        "The lock is taken first.",
        "Should we sort the keys to avoid surprises?",
        "Use a table instead of a list.",
        "The helpers move to support.",
        "Some improvements to help.",
        "(So the printer gets it because it asks.) The same holds for names.",
        "I suspect that this is needed rather rarely.",
        "The issue that needs this: https://example.org/1",
        "The tests need this, see the changelog.",
    ] {
        assert!(strength(sentence) < THRESHOLD, "{sentence}");
    }
}

#[test]
fn subjects_can_name_a_problem_or_a_purpose() {
    for subject in
        ["fix the leak of handles", "pool: avoid a double free", "don't lock twice", "Support nested tables"]
    {
        assert!(subject_strength(subject) >= THRESHOLD, "{subject}");
    }
    for subject in [
        "fix tests",
        "fix clippy warnings",
        "Fix #12",
        "Rename the pool",
        "refactor: use maps instead of lists",
    ] {
        assert!(subject_strength(subject) < THRESHOLD, "{subject}");
    }
}

#[test]
fn a_program_gives_no_reasons() {
    let mut changes = only_change("Bump", "It is needed because of an advisory.");
    assert_eq!(quotes(&reasons(&changes)), ["It is needed because of an advisory."]);
    changes[0].commit.author = Person { name: "dependabot[bot]".to_owned(), email: String::new(), bot: true };
    assert!(reasons(&changes).is_empty());
}

#[test]
fn headings_say_what_stands_below_them() {
    let body = "## Motivation\n\nReaders starve under load.\n\n## Testing\n\nRun twice because the first one warms up.";
    assert_eq!(quotes(&reasons(&only_change("Queue readers", body))), ["Readers starve under load."]);
}

#[test]
fn the_beginning_of_something_else_is_no_sentence() {
    for body in [
        "It fails because the order is as in",
        "To avoid that, the usage would be",
        "This is needed because of:",
    ] {
        assert!(reasons(&only_change("Order", &format!("{body}\n\n    code"))).is_empty(), "{body}");
    }
}

#[test]
fn trailers_checklists_and_code_are_no_prose() {
    let body =
        "- [x] tested because it matters\n\n```\n// because\n```\n\nReviewed-by: Ann because she can <a@b.c>";
    assert!(reasons(&only_change("Queue readers", body)).is_empty());
}

#[test]
fn far_down_in_a_message_only_what_names_the_symbol_counts() {
    let filler = "More of the table is read here. ".repeat(12);
    let aside = format!("{filler}The other side waits because it can.");
    assert!(reasons(&only_change("Tables", &aside)).is_empty());
    let named = [vec!["walker".to_owned()], vec![]].map(|names| {
        let mut changes = only_change("Tables", &aside.replace("other side", "walker"));
        messages::reason(&changes.remove(0).commit, &names).is_some()
    });
    assert_eq!(named, [true, false]);
}

#[test]
fn a_change_that_was_taken_back_gives_no_reason_but_its_revert_does() {
    let mut changes = changes(&[
        (
            &[ChangeKind::Body],
            "Revert \"Cache it\"",
            "The cache was never invalidated, so it served old data.",
        ),
        (&[ChangeKind::Body], "Cache it", "Cached because it is slow."),
        (&[ChangeKind::Introduced], "Add it", ""),
    ]);
    let revert = changes[0].commit.id.clone();
    changes[0].commit.links.reverts = vec![changes[1].commit.id.clone()];
    changes[1].reverted_by = vec![revert];
    let passages = reasons(&changes);
    assert_eq!(quotes(&passages), ["The cache was never invalidated, so it served old data."]);
    let told: String = account(&Facts { changes: &changes, ..facts(&[], &[]) }, &passages, true)
        .iter()
        .fold(String::new(), |text, sentence| text + &sentence.text + "\n");
    assert!(told.contains("took a change back"), "{told}");
}

#[test]
fn what_touches_only_documentation_gives_no_reason() {
    assert!(reasons(&changes(&[(&[ChangeKind::Docs], "Docs", "Told because people asked.")])).is_empty());
}

#[test]
fn the_origin_counts_more_than_behaviour_and_behaviour_more_than_place() {
    let body = "This is so because of that.";
    let commits: Vec<(&[ChangeKind], &str, String)> = vec![
        (&[ChangeKind::Move], "Move", format!("Moved: {body}")),
        (&[ChangeKind::Body], "Second", format!("Second: {body}")),
        (&[ChangeKind::Body], "First", format!("First: {body}")),
        (&[ChangeKind::Introduced], "Add", format!("Added: {body}")),
    ];
    let commits: Vec<_> =
        commits.iter().map(|(kinds, subject, body)| (*kinds, *subject, body.as_str())).collect();
    assert_eq!(
        quotes(&reasons(&changes(&commits))),
        ["Added", "First", "Second"].map(|start| format!("{start}: {body}"))
    );
}

fn facts<'a>(comments: &'a [Comment], mentions: &'a [Passage]) -> Facts<'a> {
    Facts { subject: SUBJECT, changes: &[], comments, mentions, discussions: &[] }
}

fn comment(kind: CommentKind, text: &str) -> Comment {
    Comment { text: text.to_owned(), path: "a.rs".to_owned(), line: 3, commit: None, kind }
}

#[test]
fn comments_say_why_and_documentation_only_in_so_many_words() {
    let mut actual = String::new();
    for (kind, text) in [
        (CommentKind::Code, "Sorted so that two runs agree on it."),
        (CommentKind::Code, "The table of all names."),
        (CommentKind::Code, "SAFETY: the index was checked above."),
        (CommentKind::Code, "Note: keep in step with the parser."),
        (CommentKind::Code, "TODO: remove because it is slow."),
        (CommentKind::Documentation, "Returns the names sorted so that they can be compared."),
        (CommentKind::Documentation, "A list, not a map, because callers need the order of names."),
    ] {
        let found = comments::reason(&comment(kind, text), &[]);
        writeln!(actual, "{} {text}", if found.is_some() { "reason" } else { "      " }).unwrap();
    }
    expect![[r#"
        reason Sorted so that two runs agree on it.
               The table of all names.
        reason SAFETY: the index was checked above.
        reason Note: keep in step with the parser.
               TODO: remove because it is slow.
               Returns the names sorted so that they can be compared.
        reason A list, not a map, because callers need the order of names.
    "#]]
    .assert_eq(&actual);
}

#[test]
fn documents_count_where_they_name_the_symbol_and_give_a_cause() {
    let text = "Intro.\n\n`load_table` reads lazily to avoid long starts because tables are large.\n\nOther things wait because they can.";
    let subject = Subject { name: "load_table", ..SUBJECT };
    let found = |path| mentions(&subject, &Document { path, text, commit: None }).len();
    assert_eq!(found("docs/tables.md"), 1);
    let other = Subject { name: "store_table", ..SUBJECT };
    assert!(mentions(&other, &Document { path: "docs/tables.md", text, commit: None }).is_empty());
    let decision = "We choose `load_table`, which avoids an index and allows short starts.";
    let decided = |path| mentions(&subject, &Document { path, text: decision, commit: None }).len();
    assert_eq!((decided("docs/adr/4.md"), decided("docs/4.md")), (1, 0));
}

#[test]
fn an_issue_speaks_where_its_commit_does_not() {
    let mut changes = only_change("Close #7", "");
    changes[0].commit.refs = vec!["#7".to_owned()];
    let issue = Discussion {
        reference: "#7".to_owned(),
        kind: DiscussionKind::Issue,
        title: "Names vanish".to_owned(),
        body: "Names vanish after a restart because the table was never written, so it is lost.".to_owned(),
        author: "Ada".to_owned(),
        date: "2020-01-01".to_owned(),
        url: None,
    };
    let facts = Facts { changes: &changes, discussions: std::slice::from_ref(&issue), ..facts(&[], &[]) };
    assert_eq!(quotes(&evidence(&facts)), [issue.body.as_str()]);
    let by_a_program = Discussion { author: "dependabot[bot]".to_owned(), ..issue.clone() };
    assert!(evidence(&Facts { discussions: &[by_a_program], ..facts }).is_empty());
    let endless =
        Discussion { body: issue.body.replace("restart", &"restart and ".repeat(40)), ..issue.clone() };
    assert!(evidence(&Facts { discussions: &[endless], ..facts }).is_empty());
}
