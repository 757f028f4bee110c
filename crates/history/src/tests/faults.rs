//! Repositories that are damaged or were changed behind our back: what is still known is told, and where knowledge ends.

use std::fs;
use std::process::Command;

use backstory_fixture::Fixture;
use backstory_store::Store;
use expect_test::expect;

use super::{history, open, render, render_lineage};
use crate::{Error, Historian, HistoryQuery, Indexed, Repository};

const HISTORY: &str = r#"
//@ commit "Introduce"
//- /a.py
def spawn():
    return 1
//@ commit "Change"
//- /a.py
def spawn():
    return 2
//@ commit "Change again"
//- /a.py
def spawn():
    return 3
//@ commit "And again"
//- /a.py
def spawn():
    return 4
"#;

/// The lineage of the function by a repository that keeps a cache, and by one that has its touch index.
fn both_ways(fixture: &Fixture) -> String {
    let repository = open(&fixture.path());
    let walked = render_lineage(&history(&repository, "a.py", "function spawn"));
    let head = repository.head().expect("readable").commit.expect("born");
    let outcome = repository.index_touches(&head, &false.into(), &mut |_, _| {});
    let indexed = render_lineage(&history(&repository, "a.py", "function spawn"));
    assert_eq!(indexed, walked, "with {outcome:?}");
    fixture.anonymize(&walked)
}

/// Puts something else in the place of a loose object; nothing where it is to be missing.
fn damage(fixture: &Fixture, revision: &str, content: Option<&str>) -> String {
    let id = fixture.git(&["rev-parse", revision]).trim().to_owned();
    let path = fixture.path().join(".git/objects").join(&id[..2]).join(&id[2..]);
    fs::remove_file(&path).expect("the object is loose");
    if let Some(content) = content {
        fs::write(&path, content).expect("writable");
    }
    id
}

#[test]
fn missing_and_damaged_objects() {
    let known = "{4} body +1 -1 a.py function spawn\n";
    for revision in ["HEAD~2", "HEAD~2^{tree}", "HEAD~2:a.py"] {
        for content in [None, Some(""), Some("no object")] {
            let fixture = Fixture::new(HISTORY);
            let id = damage(&fixture, revision, content);
            let told = both_ways(&fixture).replace(&fixture.anonymize(&id), "OBJECT");
            let limit = "limit: object OBJECT is missing or damaged (a partial or damaged clone): history before it is \
                 unknown; `git fetch --refetch --no-filter` brings missing objects\n";
            assert_eq!(told, format!("{known}{limit}"), "{revision}, {content:?}");
        }
    }
}

/// The hash of a commit on top of HEAD, written as no git would write it.
fn raw_commit(fixture: &Fixture, author: &str, rest: &str) -> String {
    fixture.git(&["add", "-A"]);
    let (tree, parent) = (fixture.git(&["write-tree"]), fixture.git(&["rev-parse", "HEAD"]));
    let text = format!(
        "tree {}\nparent {}\nauthor {author}\ncommitter {author}\n{rest}",
        tree.trim(),
        parent.trim()
    );
    let file = fixture.beside("commit");
    fs::write(&file, text).expect("writable");
    let written =
        fixture.git(&["hash-object", "-t", "commit", "-w", "--literally", &file.display().to_string()]);
    fixture.git(&["update-ref", "refs/heads/main", written.trim()]);
    written.trim().to_owned()
}

#[test]
fn commits_that_git_would_not_write() {
    let fixture = Fixture::new(HISTORY);
    let cases = [
        (" <ada@example.org> 1600000000 +0000", "\nNobody\n"),
        ("Ada ada@example.org 1600000000 +0000", "\nNo brackets\n"),
        ("", "\nNothing at all\n"),
        ("Ada <ada@example.org>", "\nNo date\n"),
        ("Ada <ada@example.org> 99999999999999999999 +0000", "\nNo such date\n"),
        ("Ada <ada@example.org> 1600000000 +0000", "\n"),
        (
            "Ada <ada@example.org> 1600000000 +0000",
            "gpgsig -----BEGIN PGP SIGNATURE-----\n \n abc\n -----END PGP SIGNATURE-----\n\nSigned\n",
        ),
    ];
    for (number, (author, rest)) in cases.iter().enumerate() {
        fs::write(fixture.path().join("a.py"), format!("def spawn():\n    return {}\n", number + 10))
            .expect("writable");
        raw_commit(&fixture, author, rest);
    }
    let mut told = String::new();
    for change in &history(&open(&fixture.path()), "a.py", "function spawn").changes {
        let commit = &change.commit;
        told.push_str(&format!("{} {:?} {:?}\n", commit.date(), commit.author.name, commit.subject));
    }
    expect![[r#"
        2020-09-13 "Ada" "Signed"
        2020-09-13 "Ada" ""
        1970-01-01 "Ada" "No such date"
        1970-01-01 "Ada" "No date"
        1970-01-01 "" "Nothing at all"
        1970-01-01 "" "No brackets"
        2020-09-13 "" "Nobody"
        2020-01-04 "Ada Lovelace" "And again"
        2020-01-03 "Ada Lovelace" "Change again"
        2020-01-02 "Ada Lovelace" "Change"
        2020-01-01 "Ada Lovelace" "Introduce"
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_reftable_is_named() {
    let fixture = Fixture::new(HISTORY);
    let config = fixture.path().join(".git/config");
    let text = fs::read_to_string(&config).expect("readable");
    let text = text.replace("repositoryformatversion = 0", "repositoryformatversion = 1");
    fs::write(&config, format!("{text}[extensions]\n\trefStorage = reftable\n")).expect("writable");
    let found = Repository::discover(&fixture.path()).map(|_| ());
    assert!(matches!(&found, Err(Error::References { format, .. }) if format == "reftable"), "{found:?}");
}

/// git's own view counts: what an object is replaced by, as long as it is.
#[test]
fn replaced_objects() {
    let fixture = Fixture::new(HISTORY);
    let store = Store::open(&fixture.beside("cache")).expect("a cache");
    let ask = || {
        let repository = open(&fixture.path()).with_store(store.clone());
        let at = fixture.commits()[3].clone();
        let indexed = repository.index_touches(&at, &false.into(), &mut |_, _| {}).expect("readable");
        assert_eq!(indexed, Indexed::Complete);
        let query = HistoryQuery { path: "a.py".into(), key: super::key("function spawn"), at };
        let mut historian = Historian::new(&repository).expect("readable");
        fixture.anonymize(&render_lineage(&historian.remembered(&query, &false.into()).expect("a lineage")))
    };
    let whole = ask();
    fixture.git(&["replace", "--graft", &fixture.commits()[2]]);
    expect![[r#"
        {4} body +1 -1 a.py function spawn
        {3} introduced +2 -0 a.py function spawn
    "#]]
    .assert_eq(&ask());
    fixture.git(&["replace", "-d", &fixture.commits()[2]]);
    assert_eq!(ask(), whole);
    let other = fixture.beside("other.py");
    fs::write(&other, "def other():\n    pass\n").expect("writable");
    let other = fixture.git(&["hash-object", "-w", &other.display().to_string()]);
    let replaced = fixture.git(&["rev-parse", "HEAD~1:a.py"]);
    fixture.git(&["replace", replaced.trim(), other.trim()]);
    expect![[r#"
        {4} introduced +2 -0 a.py function spawn
    "#]]
    .assert_eq(&ask());
    fixture.git(&["replace", "-d", replaced.trim()]);
    assert_eq!(ask(), whole);
}

#[test]
fn a_file_too_large_for_its_symbols_is_no_origin() {
    let fixture = Fixture::new(HISTORY);
    let line = format!("X = '{}'\n", "x".repeat(90));
    let large = format!("def spawn():\n    return 5\n{}", line.repeat(25_000));
    for (text, message) in [(large.as_str(), "Large"), ("def spawn():\n    return 6\n", "Small again")] {
        fs::write(fixture.path().join("a.py"), text).expect("writable");
        fixture.git(&["commit", "-qam", message]);
    }
    let head = fixture.git(&["rev-parse", "--short", "HEAD"]);
    expect![[r#"
        limit: before HEAD, a.py is larger than 2 MiB and is not read for symbols: history before it is unknown
    "#]]
    .assert_eq(&both_ways(&fixture).replace(head.trim(), "HEAD"));
}

#[test]
fn a_clone_made_shallow_and_whole_again() {
    let mut text = String::new();
    for number in 0..60 {
        text.push_str(&format!(
            "//@ commit \"{number}\"\n//- /a.py\ndef spawn():\n    return {}\n",
            number / 20
        ));
    }
    let fixture = Fixture::new(&text);
    let (source, clone) = (format!("file://{}", fixture.path().display()), fixture.beside("clone"));
    fixture.git(&["clone", "-q", &source, &clone.display().to_string()]);
    let store = Store::open(&fixture.beside("cache")).expect("a cache");
    let ask = || {
        let repository = open(&clone).with_store(store.clone());
        let at = fixture.commits()[59].clone();
        repository.index_touches(&at, &false.into(), &mut |_, _| {}).expect("readable");
        let query = HistoryQuery { path: "a.py".into(), key: super::key("function spawn"), at };
        let mut historian = Historian::new(&repository).expect("readable");
        fixture.anonymize(&render_lineage(&historian.remembered(&query, &false.into()).expect("a lineage")))
    };
    let in_clone = |arguments: &[&str]| {
        let status = Command::new("git").arg("-C").arg(&clone).args(arguments).status().expect("git runs");
        assert!(status.success());
    };
    let whole = ask();
    in_clone(&["commit-graph", "write", "--reachable"]);
    in_clone(&["fetch", "-q", "--depth", "50"]);
    expect![[r#"
        {41} body +1 -1 a.py function spawn
        {21} body +1 -1 a.py function spawn
        limit: this is a shallow clone that ends at {11}: older history is not here; `git fetch --unshallow` brings it
    "#]].assert_eq(&ask());
    in_clone(&["fetch", "-q", "--unshallow"]);
    assert_eq!(ask(), whole);
}

#[test]
fn lent_and_packed_objects() {
    let fixture = Fixture::new(HISTORY);
    let expected = render(&fixture, "a.py", "function spawn");
    let clone = fixture.beside("shared");
    fixture.git(&["clone", "-q", "--shared", ".", &clone.display().to_string()]);
    let shared = render_lineage(&history(&open(&clone), "a.py", "function spawn"));
    assert_eq!(fixture.anonymize(&shared), expected);
    fixture.git(&["repack", "-q", "-d"]);
    fixture.git(&["multi-pack-index", "write"]);
    fixture.git(&["commit-graph", "write", "--reachable", "--split", "--changed-paths"]);
    assert_eq!(render(&fixture, "a.py", "function spawn"), expected);
    // The graph and the index of packs are old now.
    fs::write(fixture.path().join("a.py"), "def spawn():\n    return 5\n").expect("writable");
    fixture.git(&["commit", "-qam", "Newer"]);
    let told = render(&fixture, "a.py", "function spawn");
    assert!(told.ends_with(&expected) && told.lines().count() == 5, "{told}");
    let chain = fixture.path().join(".git/objects/info/commit-graphs/commit-graph-chain");
    fs::remove_file(&chain).expect("a split graph");
    fs::write(&chain, "not a hash\n").expect("writable");
    assert_eq!(render(&fixture, "a.py", "function spawn"), told);
}

#[test]
fn an_octopus_with_an_edit_of_its_own() {
    let function = |name: &str, value: u32| format!("def {name}():\n    first()\n    return {value}\n\n\n");
    let file = |values: [u32; 3]| {
        let [a, b, c] = values;
        format!("//- /a.py\n{}{}{}", function("a", a), function("b", b), function("c", c))
    };
    let fixture = Fixture::new(&format!(
        "//@ commit \"Base\"\n{}//@ branch one\n//@ commit \"One\"\n{}//@ checkout main\n//@ branch two\n\
         //@ commit \"Two\"\n{}//@ checkout main\n//@ commit \"Main\"\n{}//@ merge one two \"All\"\n{}",
        file([1, 1, 1]),
        file([2, 1, 1]),
        file([1, 2, 1]),
        file([1, 1, 2]),
        file([2, 2, 3]),
    ));
    let told: String =
        ["a", "b", "c"].map(|name| render(&fixture, "a.py", &format!("function {name}"))).concat();
    expect![[r#"
        {2} body +1 -1 a.py function a
        {1} introduced +3 -0 a.py function a
        {3} body +1 -1 a.py function b
        {1} introduced +3 -0 a.py function b
        {5} body +1 -1 a.py function c
        {4} body +1 -1 a.py function c
        {1} introduced +3 -0 a.py function c
    "#]]
    .assert_eq(&told);
}
