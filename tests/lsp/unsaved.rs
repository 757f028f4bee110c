//! Texts that are not committed: each symbol has the history of what stands for it in the checked-out commit, and what is new says so.

use std::fs;

use backstory_fixture::Fixture;
use expect_test::{Expect, expect};
use serde_json::json;

use crate::answers::{STORY, THREADS};
use crate::client::Client;
use crate::document::{Units, range};

/// The lenses of a file when its text is this.
#[track_caller]
fn check(text: impl Fn(&str) -> String, expected: &Expect) {
    let fixture = Fixture::new(STORY);
    let mut client = Client::new(&fixture);
    let text = text(&client.text(THREADS));
    client.open(THREADS);
    client.change(THREADS, 2, json!([{"text": text}]));
    expected.assert_eq(&client.lens_text(THREADS));
}

#[test]
fn an_edit() {
    check(
        |text| text.replace("if true", "if false"),
        &expect![[r#"
            0: Pool: introduced 2019 · no changes · 1 author
            4: spawn: introduced 2019 · 1 change · 2 authors · edited
            11: start: introduced 2019 · no changes · 1 author
        "#]],
    );
}

#[test]
fn white_space_only() {
    check(
        |text| text.replace("fn start() {}", "fn start()  {}").replace("        start();", "    start();"),
        &expect![[r#"
            0: Pool: introduced 2019 · no changes · 1 author
            4: spawn: introduced 2019 · 1 change · 2 authors
            11: start: introduced 2019 · no changes · 1 author
        "#]],
    );
}

#[test]
fn a_symbol_moved_inside_the_file() {
    check(
        |text| format!("fn start() {{}}\n\n{}", text.replace("\nfn start() {}\n", "")),
        &expect![[r#"
            0: start: introduced 2019 · no changes · 1 author
            2: Pool: introduced 2019 · no changes · 1 author
            6: spawn: introduced 2019 · 1 change · 2 authors
        "#]],
    );
}

#[test]
fn a_new_symbol_and_a_renamed_one() {
    check(
        |text| {
            format!(
                "{}\nfn fresh(name: &str) -> bool {{\n    name.is_empty()\n}}\n",
                text.replace("spawn", "run")
            )
        },
        &expect![[r#"
            0: Pool: introduced 2019 · no changes · 1 author
            4: run: introduced 2019 · 1 change · 2 authors · edited
            11: start: introduced 2019 · no changes · 1 author
            13: fresh: not committed yet
        "#]],
    );
}

#[test]
fn broken_text() {
    check(
        |text| text.replace("if true {", "if (").replace("impl Pool {", "impl Po"),
        &expect![[r#"
            0: Pool: introduced 2019 · no changes · 1 author
            4: spawn: introduced 2019 · 1 change · 2 authors · edited
            11: start: introduced 2019 · no changes · 1 author
        "#]],
    );
}

#[test]
fn line_ends_of_another_system() {
    check(
        |text| text.replace("if true", "if false").replace('\n', "\r\n"),
        &expect![[r#"
            0: Pool: introduced 2019 · no changes · 1 author
            4: spawn: introduced 2019 · 1 change · 2 authors · edited
            11: start: introduced 2019 · no changes · 1 author
        "#]],
    );
}

#[test]
fn a_name_keeps_its_history_while_it_is_typed() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::new(&fixture);
    client.open(THREADS);
    let text = client.text(THREADS);
    let mut seen = String::new();
    for (version, name) in (2..).zip(["spaw", "spa", "s", "sp", "start_one", "spawn"]) {
        let text = text.replace("fn spawn", &format!("fn {name}"));
        client.change(THREADS, version, json!([{"text": text}]));
        let at = range(&text, &format!("{name}("), Units::Utf16)["start"].clone();
        let (hover, _) = client.read_hover(THREADS, &at).unwrap_or_else(|| panic!("no hover on {name}"));
        let first = hover.lines().next().unwrap_or_default();
        seen.push_str(&format!("{name}: {}\n", first.trim_end()));
    }
    expect![[r#"
        spaw: **Introduced** 2019-08-27 by Ada Lovelace · 1 change · 2 authors (Ada Lovelace, Bob Noyce) · uncommitted change (rename)
        spa: **Introduced** 2019-08-27 by Ada Lovelace · 1 change · 2 authors (Ada Lovelace, Bob Noyce) · uncommitted change (rename)
        s: **Introduced** 2019-08-27 by Ada Lovelace · 1 change · 2 authors (Ada Lovelace, Bob Noyce) · uncommitted change (rename)
        sp: **Introduced** 2019-08-27 by Ada Lovelace · 1 change · 2 authors (Ada Lovelace, Bob Noyce) · uncommitted change (rename)
        start_one: **Introduced** 2019-08-27 by Ada Lovelace · 1 change · 2 authors (Ada Lovelace, Bob Noyce) · uncommitted change (rename)
        spawn: **Introduced** 2019-08-27 by Ada Lovelace · 1 change · 2 authors (Ada Lovelace, Bob Noyce)
    "#]]
    .assert_eq(&seen);
}

#[test]
fn undone_it_is_as_committed() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::new(&fixture);
    client.open(THREADS);
    let text = client.text(THREADS);
    let before = client.lens_text(THREADS);
    client.change(THREADS, 2, json!([{"text": text.replace("start();", "start(); start();")}]));
    assert_ne!(client.lens_text(THREADS), before);
    client.change(THREADS, 3, json!([{"text": text}]));
    assert_eq!(client.lens_text(THREADS), before);
}

#[test]
fn a_use_speaks_of_the_text_that_declares_it() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::new(&fixture);
    client.open("src/lib.rs");
    client.open(THREADS);
    client.change(THREADS, 2, json!([{"text": client.text(THREADS).replace("true", "false")}]));
    assert!(client.hover_on("src/lib.rs", "spawn").contains("uncommitted change (body)"));
    // Saved by somebody else while nobody has it open, it counts as well.
    client.close_document(THREADS);
    fs::write(client.root.join(THREADS), client.text(THREADS).replace("&self", "&self, count: usize"))
        .unwrap();
    client.eventually("the text on disk counts", |client| {
        client.hover_on("src/lib.rs", "spawn").contains("uncommitted change (signature)").then_some(())
    });
}

#[test]
fn files_that_the_commit_lacks() {
    let fixture = Fixture::new(STORY);
    fs::write(fixture.path().join("src/fresh.rs"), "fn fresh() {}\n").unwrap();
    let mut client = Client::new(&fixture);
    client.open("src/fresh.rs");
    assert_eq!(client.lens_text("src/fresh.rs"), "0: fresh: not committed yet\n");
    assert_eq!(client.hover_on("src/fresh.rs", "fresh"), "Not committed yet");
    let explained = client.explain("src/fresh.rs", "fresh").unwrap();
    assert_eq!(explained["report"]["changes"], json!([]));
    assert!(explained["markdown"].as_str().unwrap().contains("not committed yet"), "{explained}");
}

#[test]
fn the_report_begins_with_what_is_not_committed() {
    let fixture = Fixture::new(STORY);
    let mut client = Client::new(&fixture);
    client.open(THREADS);
    let text = client.text(THREADS).replace("true", "false").replace("fn spawn", "fn launch");
    client.change(THREADS, 2, json!([{"text": text}]));
    let at = range(&text, "launch", Units::Utf16)["start"].clone();
    let explained = client.explain_from(THREADS, &at).unwrap();
    let markdown = fixture.anonymize(explained["markdown"].as_str().unwrap());
    let history = markdown.split("## History\n\n").nth(1).unwrap().split("\n\n").next().unwrap();
    expect![[r#"
        | Date | Commit | Author | Change | Subject |
        |---|---|---|---|---|
        | not yet | | | body, rename, from `method Pool.spawn` in `src/threads.rs` +2 −2 | uncommitted change |
        | 2024-05-01 | `{2}` | Bob Noyce | body +3 −1 | Start threads lazily |
        | 2019-08-27 | `{1}` | Ada Lovelace | introduced +4 −0 | Add pool |
    "#]]
    .assert_eq(&format!("{history}\n"));
    expect![[r#"
        {"kinds":["body","rename"],"hidden":false,"from":{"path":"src/threads.rs","key":"method Pool.spawn"},"lines_added":2,"lines_removed":2}
    "#]]
    .assert_eq(&format!("{}\n", explained["report"]["uncommitted"]));
    assert_eq!(explained["report"]["changes"].as_array().unwrap().len(), 2);
}
