//! Commits as plain data.

use std::fmt::Write as _;
use std::fs;
use std::sync::atomic::AtomicBool;

use backstory_fixture::Fixture;
use expect_test::expect;

use super::open;
use crate::{Error, Links, changed_paths, commit, log, message};

#[test]
fn fields_of_a_commit() {
    let fixture = Fixture::new(
        r#"
//@ commit "Limit the pool (#12)" author="Grace Hopper <grace@example.org>" date="2020-06-30T23:30:00-04:00"
//= Without a limit the machine starves, see #7 and GH-8.
//=
//= Fixes: owner/repo#9
"#,
    );
    let repository = open(&fixture.path());
    let found = commit(&repository, "HEAD").expect("readable").expect("there");
    assert_eq!(found.id, fixture.commits()[0]);
    assert_eq!(found.short(), &found.id[..7]);
    assert_eq!(found.date(), "2020-06-30");
    expect![[r##"
        (
            Person {
                name: "Grace Hopper",
                email: "grace@example.org",
                bot: false,
            },
            1593574200,
            -240,
            "Limit the pool (#12)",
            "Without a limit the machine starves, see #7 and GH-8.\n\nFixes: owner/repo#9",
            [
                "#12",
                "#7",
                "GH-8",
                "owner/repo#9",
            ],
        )
    "##]]
    .assert_debug_eq(&(
        &found.author,
        found.time,
        found.offset_minutes,
        &found.subject,
        &found.body,
        &found.refs,
    ));
}

#[test]
fn revisions_that_name_no_commit() {
    let fixture = Fixture::new("//@ commit \"Only\"\n//- /a.py\nX = 1\n");
    let repository = open(&fixture.path());
    assert!(commit(&repository, "HEAD:a.py").expect("readable").is_none());
    assert!(commit(&repository, "no-such-branch").expect("readable").is_none());
    assert!(matches!(repository.file_at("no-such-branch", "a.py"), Err(Error::UnknownCommit { .. })));
}

#[test]
fn encodings() {
    let fixture = Fixture::new("//@ commit \"First\"\n");
    let tree = fixture.git(&["rev-parse", "HEAD^{tree}"]);
    let file = fixture.beside("commit");
    // Written as an object, because `git commit` repairs messages.
    let read = |header: &str| {
        let person = b"Ren\xe9e <r@example.org> 1600000000 +0200";
        let head =
            [b"tree ", tree.trim().as_bytes(), b"\nauthor ", person, b"\ncommitter ", person, b"\n"].concat();
        let text = [&head, header.as_bytes(), b"\nCaf\xe9 opens\n\nD\xe9j\xe0 vu.\n"].concat();
        fs::write(&file, text).expect("writable");
        let id = fixture.git(&["hash-object", "-t", "commit", "-w", file.to_str().expect("a plain path")]);
        let commit = commit(&open(&fixture.path()), id.trim()).expect("readable").expect("there");
        format!("{}: {} / {}", commit.author.name, commit.subject, commit.body)
    };
    expect!["Renée: Café opens / Déjà vu."].assert_eq(&read("encoding ISO-8859-1\n"));
    expect!["Ren�e: Caf� opens / D�j� vu."].assert_eq(&read("encoding nonsense\n"));
    expect!["Ren�e: Caf� opens / D�j� vu."].assert_eq(&read(""));
}

#[test]
fn references_in_messages() {
    let message = "Fix #1, #2 (GH-3): see https://example.org/a#4 and page.html#5.\n\ngh-6; org/name.rs#7. #1 C# &#39; \
                   #a1 x#8 a/b/c#9 [#10](link) #11! !12, (group/sub/project!13) x!14 no! !a !=1 \
                   https://example.org/o/r/issues/15: (http://example.org/o/r/pull/16#issuecomment-1). \
                   [so](https://example.org/g/s/p/-/issues/17) <https://example.org/g/s/p/-/merge_requests/18> \
                   https://example.org/g/s/p/issues/19 https://example.org/o/r/milestone/20 https://example.org/o/r/pull/21/files \
                   https://example.org/issues/22 https://example.org/o//issues/23";
    expect![[r##"
        [
            "#1",
            "#2",
            "GH-3",
            "gh-6",
            "org/name.rs#7",
            "#10",
            "#11",
            "!12",
            "group/sub/project!13",
            "o/r#15",
            "o/r#16",
            "g/s/p#17",
            "g/s/p!18",
        ]
    "##]]
    .assert_debug_eq(&message::references(message));
}

/// What a message says of other commits, issues and pull requests, a fact a line.
fn links(message: &str) -> String {
    let Links { closes, pull_request, reverts, reverts_pull_requests, cherry_picked_from, squashed } =
        message::links(message);
    let lists = [
        ("closes", closes),
        ("pull request", pull_request.into_iter().collect()),
        ("reverts", reverts),
        ("reverts pull requests", reverts_pull_requests),
        ("cherry-picked from", cherry_picked_from),
    ];
    let mut output = String::new();
    for (name, list) in lists.iter().filter(|(_, list)| !list.is_empty()) {
        writeln!(output, "{name}: {}", list.join(" ")).expect("writing to a string");
    }
    if squashed {
        output.push_str("squashed\n");
    }
    output
}

/// Each message on a line of its own, then what it says.
fn all_links(messages: &[&str]) -> String {
    let one =
        |message: &&str| format!("{}\n{}", message.replace("\r\n", "|").replace('\n', "|"), links(message));
    messages.iter().map(one).collect()
}

#[test]
fn closed_issues() {
    let messages = [
        "Fixes #1, #2 and GH-3; see #4",
        "Limit the pool\n\nFixes: #1\nCloses: owner/repo#2\nResolves:#3\nfixes #1",
        "Closes issue #1. #2 is another matter",
        "Stop at the limit (fixes [#1](https://example.org)) (#2)",
        "Fixed:\n- #1\n- #2\n",
        "Fix https://example.org/o/r/issues/12#comment and http://example.org/o/r/pull/13.",
        "fix: #1: stop at the limit",
        "Fix the limit (#1)",
        "Fixes #1 pull #2",
        "A fix for #1, prefixes #2, fixes 3 bugs, bug-fix #4, fixes https://example.org/o/r/wiki/5",
        "Closes https://example.org/g/s/p/-/issues/12, https://example.org/g/p/-/work_items/13 and https://example.org/g/p/-/merge_requests/14",
    ];
    expect![[r#"
        Fixes #1, #2 and GH-3; see #4
        closes: #1 #2 GH-3
        Limit the pool||Fixes: #1|Closes: owner/repo#2|Resolves:#3|fixes #1
        closes: #1 owner/repo#2 #3
        Closes issue #1. #2 is another matter
        closes: #1
        Stop at the limit (fixes [#1](https://example.org)) (#2)
        closes: #1
        pull request: #2
        Fixed:|- #1|- #2|
        closes: #1 #2
        Fix https://example.org/o/r/issues/12#comment and http://example.org/o/r/pull/13.
        closes: o/r#12 o/r#13
        fix: #1: stop at the limit
        closes: #1
        Fix the limit (#1)
        pull request: #1
        Fixes #1 pull #2
        closes: #1
        A fix for #1, prefixes #2, fixes 3 bugs, bug-fix #4, fixes https://example.org/o/r/wiki/5
        Closes https://example.org/g/s/p/-/issues/12, https://example.org/g/p/-/work_items/13 and https://example.org/g/p/-/merge_requests/14
        closes: g/s/p#12 g/p#13 g/p!14
    "#]]
    .assert_eq(&all_links(&messages));
}

#[test]
fn pull_requests() {
    let messages = [
        "Merge pull request #12 from ada/limit\n\nLimit the pool (#3)",
        "Auto merge of #12 - ada:limit, r=grace",
        "auto merge of #12 : ada/limit, r=grace",
        "Merge #12",
        "Merged in limit (pull request #12)",
        "Merge branch 'limit' into 'main'\n\nLimit\n\nSee merge request group/sub/project!12",
        "Limit the pool (#11) (#12)\n",
        "Limit the pool (GH-12)",
        "Limit the pool\n\nPR-URL: https://example.org/o/r/pull/12\n",
        "Limit the pool\n\nCloses #11\nPR #12\n",
        "Limit the pool (see #12)",
        "Limit (#12) the pool\n\nPR #13 did not.",
        "Merge branch 'main'",
    ];
    expect![[r#"
        Merge pull request #12 from ada/limit||Limit the pool (#3)
        pull request: #12
        Auto merge of #12 - ada:limit, r=grace
        pull request: #12
        auto merge of #12 : ada/limit, r=grace
        pull request: #12
        Merge #12
        pull request: #12
        Merged in limit (pull request #12)
        pull request: #12
        Merge branch 'limit' into 'main'||Limit||See merge request group/sub/project!12
        pull request: !12
        Limit the pool (#11) (#12)|
        pull request: #12
        Limit the pool (GH-12)
        pull request: GH-12
        Limit the pool||PR-URL: https://example.org/o/r/pull/12|
        pull request: o/r#12
        Limit the pool||Closes #11|PR #12|
        closes: #11
        pull request: #12
        Limit the pool (see #12)
        Limit (#12) the pool||PR #13 did not.
        Merge branch 'main'
    "#]]
    .assert_eq(&all_links(&messages));
}

#[test]
fn reverts_and_copies() {
    let messages = [
        "Revert \"Limit the pool (#12)\" (#13)\n\nThis reverts commit 0123456789abcdef0123456789abcdef01234567.",
        "Revert \"Merge\"\n\nThis reverts commit 0123456, reversing\nchanges made to 6543210.",
        "Undo\n\nThis reverts\ncommits 0123456, `abcdef1` and 1abcdef.\nThis reverts commit 7654321",
        "Undo\n\nReverts owner/repo#12",
        "Revert #12 and #13: too early",
        "Revert to 1.2, revert defaced walls, revert 012345, reverts r0123456",
        "Partially revert 0123456; this does not revert 1234567, which was reverted in 2345678",
        "Limit\n\n(cherry picked from commit 0123456)\n(cherry picked from commit 1234567)",
        "Limit\n\nCherry-picked from abcdef0. Taken from 1234567.",
    ];
    expect![[r#"
        Revert "Limit the pool (#12)" (#13)||This reverts commit 0123456789abcdef0123456789abcdef01234567.
        pull request: #13
        reverts: 0123456789abcdef0123456789abcdef01234567
        reverts pull requests: #12
        Revert "Merge"||This reverts commit 0123456, reversing|changes made to 6543210.
        reverts: 0123456
        Undo||This reverts|commits 0123456, `abcdef1` and 1abcdef.|This reverts commit 7654321
        reverts: 0123456 abcdef1 1abcdef 7654321
        Undo||Reverts owner/repo#12
        reverts pull requests: owner/repo#12
        Revert #12 and #13: too early
        reverts pull requests: #12 #13
        Revert to 1.2, revert defaced walls, revert 012345, reverts r0123456
        Partially revert 0123456; this does not revert 1234567, which was reverted in 2345678
        Limit||(cherry picked from commit 0123456)|(cherry picked from commit 1234567)
        cherry-picked from: 0123456 1234567
        Limit||Cherry-picked from abcdef0. Taken from 1234567.
        cherry-picked from: abcdef0
    "#]]
    .assert_eq(&all_links(&messages));
}

#[test]
fn squash_merges() {
    let messages = [
        "Limit the pool (#12)\n\n* Add a limit\n\nWith words.\n\n* Test it\n\n---------",
        "Limit the pool (#12)\r\n\r\n* Add a limit\r\n\r\n* Test it\r\n",
        "Limit\n\nSquashed commit of the following:\n\ncommit 0123456789",
        "Squashed commit of the following:\n\ncommit 0123456789\nAuthor: Ada <ada@example.org>",
        "Limit\n\n* Add a limit\n\n* Test it",
        "Limit (#12)\n\n* one list\n* of one paragraph",
        "Limit (#12)\n\nIn short:\n\n* one\n\n* two",
    ];
    expect![[r#"
        Limit the pool (#12)||* Add a limit||With words.||* Test it||---------
        pull request: #12
        squashed
        Limit the pool (#12)||* Add a limit||* Test it|
        pull request: #12
        squashed
        Limit||Squashed commit of the following:||commit 0123456789
        squashed
        Squashed commit of the following:||commit 0123456789|Author: Ada <ada@example.org>
        squashed
        Limit||* Add a limit||* Test it
        Limit (#12)||* one list|* of one paragraph
        pull request: #12
        Limit (#12)||In short:||* one||* two
        pull request: #12
    "#]]
    .assert_eq(&all_links(&messages));
}

#[test]
fn co_author_trailers() {
    let message = "Limit\n\nCo-authored-by: Ada <ada@example.org>\n\n* Test\n\nCO-AUTHORED-BY:Grace  H <g@example.org>\r\n\
                   Co-authored-by: nobody\nCo-authored-by: <no-name@example.org>\n    Co-authored-by: Quoted <q@example.org>\n\
                   Reviewed-by: Reader <r@example.org>\nCo-authored-by: Open <o@example.org";
    expect![[r#"
        [
            (
                "Ada",
                "ada@example.org",
            ),
            (
                "Grace  H",
                "g@example.org",
            ),
        ]
    "#]]
    .assert_debug_eq(&message::co_authors(message).collect::<Vec<_>>());
}

#[test]
fn the_log_of_a_commit_and_what_each_changed() {
    let fixture = Fixture::new(
        r#"
//@ commit "Add a pool"
//- /pool.rs
struct Pool;
//- /README.md
A pool.
//@ commit "Say less"
//= Nobody read it.
//- /README.md
"#,
    );
    let repository = open(&fixture.path());
    let commits = fixture.commits();
    let never = AtomicBool::new(false);
    let shown = |at: &str, known: &str| {
        let logged = log(&repository, at, &never, &|id| id == known).expect("readable");
        let mut shown = String::new();
        for logged in logged {
            let changed = changed_paths(&repository, &logged.id).expect("readable").join(" ");
            writeln!(shown, "{} | {} | {changed}", logged.subject, logged.body).expect("written");
        }
        shown
    };
    expect![[r#"
        Say less | Nobody read it. | README.md
        Add a pool |  | README.md pool.rs
    "#]]
    .assert_eq(&shown(&commits[1], ""));
    assert_eq!(shown(&commits[0], &commits[0]), "", "it is known");
    let unknown = log(&repository, &"1".repeat(40), &never, &|_| false);
    assert!(matches!(unknown, Err(Error::UnknownCommit { .. })));
    let stopped = log(&repository, &commits[1], &AtomicBool::new(true), &|_| false);
    assert_eq!(stopped.expect("readable"), []);
}
