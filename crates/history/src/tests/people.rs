//! Mailmaps, co-authors, programs, and the commits listed as noise.

use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use backstory_fixture::Fixture;
use expect_test::expect;
use gix::ObjectId;

use super::{key, open};
use crate::ignored::IgnoredRevs;
use crate::people::{person, read_mailmap};
use crate::{Commit, Historian, HistoryQuery, Person, commit};

const MAILMAP: &str = "\
# Old names.
Grace Hopper <grace@example.org> <GH@navy.example>
Ada King <ada@example.org>
";

fn head(path: &Path) -> Commit {
    commit(&open(path), "HEAD").expect("readable").expect("there")
}

fn render(people: &[Person]) -> String {
    let one = |Person { name, email, bot }: &Person| {
        format!("{name} <{email}>{}\n", if *bot { " bot" } else { "" })
    };
    people.iter().map(one).collect()
}

/// The author of HEAD, then the co-authors.
fn people(path: &Path) -> String {
    let commit = head(path);
    render(&[vec![commit.author], commit.co_authors].concat())
}

const CO_AUTHORED: &str = "
//@ commit \"Limit the pool\"
//= Co-authored-by: G. Hopper <gh@navy.example>
//= Co-authored-by: Ada <ADA@example.org>
//= Co-authored-by: Grace <grace@example.org>
//= Co-authored-by: Kay <kay@example.org>
//= Co-authored-by: Kay <kay@users.example>
//= Co-authored-by: dependabot[bot] <1+dependabot[bot]@users.example>
";

#[test]
fn co_authors_are_named_once_and_the_author_is_none() {
    let fixture = Fixture::new(CO_AUTHORED);
    expect![[r#"
        Ada Lovelace <ada@example.org>
        G. Hopper <gh@navy.example>
        Grace <grace@example.org>
        Kay <kay@example.org>
        dependabot[bot] <1+dependabot[bot]@users.example> bot
    "#]]
    .assert_eq(&people(&fixture.path()));
}

#[test]
fn the_mailmap_of_the_work_tree_names_people() {
    let fixture = Fixture::new(CO_AUTHORED);
    fs::write(fixture.path().join(".mailmap"), MAILMAP).expect("writable");
    expect![[r#"
        Ada King <ada@example.org>
        Grace Hopper <grace@example.org>
        Kay <kay@example.org>
        dependabot[bot] <1+dependabot[bot]@users.example> bot
    "#]]
    .assert_eq(&people(&fixture.path()));
}

#[test]
fn the_mailmap_of_a_bare_repository_is_that_of_its_head() {
    let fixture = Fixture::new(&format!("{CO_AUTHORED}//- /.mailmap\n{MAILMAP}"));
    let bare = fixture.beside("bare");
    fixture.git(&["clone", "-q", "--bare", ".", bare.to_str().expect("a plain path")]);
    expect![[r#"
        Ada King <ada@example.org>
        Grace Hopper <grace@example.org>
        Kay <kay@example.org>
        dependabot[bot] <1+dependabot[bot]@users.example> bot
    "#]]
    .assert_eq(&people(&bare));
}

#[test]
fn a_configured_mailmap_has_the_last_word_and_starts_at_the_root() {
    let fixture = Fixture::new(CO_AUTHORED);
    fs::write(fixture.path().join(".mailmap"), MAILMAP).expect("writable");
    fs::create_dir(fixture.path().join("names")).expect("writable");
    fs::write(fixture.path().join("names/map"), "Countess <ada@example.org>\n").expect("writable");
    fixture.git(&["config", "mailmap.file", "names/map"]);
    expect![[r#"
        Countess <ada@example.org>
        Grace Hopper <grace@example.org>
        Kay <kay@example.org>
        dependabot[bot] <1+dependabot[bot]@users.example> bot
    "#]]
    .assert_eq(&people(&fixture.path()));
}

#[test]
fn a_changed_mailmap_counts_for_the_next_question() {
    let fixture = Fixture::new("//@ commit \"Introduce\"\n//- /a.py\ndef f():\n    return 1\n");
    let mut historian = Historian::new(&open(&fixture.path())).expect("readable");
    let query =
        HistoryQuery { path: "a.py".into(), key: key("function f"), at: fixture.commits()[0].clone() };
    let mut author = || {
        let lineage = historian.remembered(&query, &AtomicBool::new(false)).expect("a lineage");
        lineage.changes[0].commit.author.name.clone()
    };
    assert_eq!(author(), "Ada Lovelace");
    fs::write(fixture.path().join(".mailmap"), MAILMAP).expect("writable");
    assert_eq!(author(), "Ada King");
}

#[test]
fn programs() {
    let fixture = Fixture::new("");
    let mailmap = read_mailmap(&open(&fixture.path()).local());
    let known = [
        ("renovate[bot]", "29139614+renovate[bot]@users.example"),
        ("Updates", "1+dependabot[bot]@users.example"),
        ("bors", "bors@example.org"),
        ("GitHub Actions", "actions@example.org"),
        ("Ada Abbot", "bot@example.org"),
        ("Bors Borsson", "bors@example.org"),
    ];
    expect![[r#"
        renovate[bot] <29139614+renovate[bot]@users.example> bot
        Updates <1+dependabot[bot]@users.example> bot
        bors <bors@example.org> bot
        GitHub Actions <actions@example.org> bot
        Ada Abbot <bot@example.org>
        Bors Borsson <bors@example.org>
    "#]]
    .assert_eq(&render(&known.map(|(name, email)| person(&mailmap, name, email))));
}

/// Which of the fixture's commits are listed, by number from 1.
fn ignored(fixture: &Fixture, path: &Path) -> Vec<usize> {
    let listed = IgnoredRevs::read(&open(path).local());
    let is_listed = |id: &String| listed.contains(ObjectId::from_hex(id.as_bytes()).expect("a full hash"));
    (1..).zip(fixture.commits()).filter(|(_, id)| is_listed(id)).map(|(number, _)| number).collect()
}

const FIVE: &str = "
//@ commit \"1\"
//@ commit \"2\"
//@ commit \"3\"
//@ commit \"4\"
//@ commit \"5\"
";

#[test]
fn listed_commits() {
    let fixture = Fixture::new(FIVE);
    let write = |name: &str, text: &str| fs::write(fixture.path().join(name), text).expect("writable");
    assert_eq!(ignored(&fixture, &fixture.path()), [0usize; 0]);
    let id = |number: usize| fixture.commits()[number - 1].as_str();
    let list = format!(
        "# Formatting\r\n\n{}\r\n  {} # and why\n{}\n#{}\nno hash\n{}\n",
        id(1),
        id(2).to_uppercase(),
        &id(3)[..12],
        id(4),
        "0".repeat(40),
    );
    write(".git-blame-ignore-revs", &list);
    assert_eq!(ignored(&fixture, &fixture.path()), [1, 2]);

    write("dropped", id(3));
    write("more", id(4));
    fixture.git(&["config", "--add", "blame.ignoreRevsFile", "dropped"]);
    fixture.git(&["config", "--add", "blame.ignoreRevsFile", ""]);
    fixture.git(&["config", "--add", "blame.ignoreRevsFile", "missing"]);
    let more = fixture.path().join("more");
    fixture.git(&["config", "--add", "blame.ignoreRevsFile", more.to_str().expect("a plain path")]);
    assert_eq!(ignored(&fixture, &fixture.path()), [1, 2, 4]);
}

#[test]
fn a_bare_repository_has_the_list_of_its_head() {
    let fixture = Fixture::new(FIVE);
    let list = format!("{}\n", fixture.commits()[1]);
    fs::write(fixture.path().join(".git-blame-ignore-revs"), list).expect("writable");
    fixture.git(&["add", "-A"]);
    fixture.git(&["-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-q", "-m", "List"]);
    let bare = fixture.beside("bare");
    fixture.git(&["clone", "-q", "--bare", ".", bare.to_str().expect("a plain path")]);
    assert_eq!(ignored(&fixture, &bare), [2]);
}

#[cfg(unix)]
#[test]
fn a_list_that_is_a_link_is_not_followed() {
    let fixture = Fixture::new(FIVE);
    fs::write(fixture.beside("elsewhere"), &fixture.commits()[0]).expect("writable");
    std::os::unix::fs::symlink("../elsewhere", fixture.path().join(".git-blame-ignore-revs"))
        .expect("writable");
    assert_eq!(ignored(&fixture, &fixture.path()), [0usize; 0]);
}
