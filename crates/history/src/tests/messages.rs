//! Commits as plain data.

use std::fs;

use backstory_fixture::Fixture;
use expect_test::expect;

use super::open;
use crate::{Error, commit, message};

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
                   #a1 x#8 a/b/c#9 [#10](link) #11!";
    expect![[r##"
        [
            "#1",
            "#2",
            "GH-3",
            "gh-6",
            "org/name.rs#7",
            "#10",
            "#11",
        ]
    "##]]
    .assert_debug_eq(&message::references(message));
}
