//! The forms a repository can have.

use std::fs;
use std::sync::atomic::AtomicBool;

use backstory_fixture::Fixture;
use expect_test::expect;

use super::{history, history_at, key, open, render, render_lineage};
use crate::{Error, Head, HistoryQuery, Limit, Lineage, Repository, lineage};

const HISTORY: &str = r#"
//@ commit "Introduce"
//- /src/pool.rs
fn spawn(count: u32) -> u32 {
    count + 1
}
//@ commit "Change"
//- /src/pool.rs
fn spawn(count: u32) -> u32 {
    count + 2
}
//@ commit "Change again"
//- /src/pool.rs
fn spawn(count: u32) -> u32 {
    count + 3
}
"#;

#[test]
fn no_repository() {
    let fixture = Fixture::new("");
    assert!(Repository::discover(&fixture.beside("")).expect("nothing is damaged").is_none());
}

#[test]
fn unborn() {
    let fixture = Fixture::new("");
    let repository = open(&fixture.path());
    assert_eq!(repository.head().expect("readable"), Head { name: Some("main".into()), commit: None });
    assert!(!repository.is_shallow());
    let query = HistoryQuery { path: "a.rs".into(), key: key("function a"), at: "0".repeat(40) };
    let result = lineage(&repository, &query, &AtomicBool::new(false), &mut |_| {});
    assert!(matches!(result, Err(Error::UnknownCommit { .. })));
}

#[test]
fn detached() {
    let fixture = Fixture::new(HISTORY);
    fixture.git(&["checkout", "-q", "HEAD~1"]);
    let repository = open(&fixture.path());
    let commit = Some(fixture.commits()[1].clone());
    assert_eq!(repository.head().expect("readable"), Head { name: None, commit });
    expect![[r#"
        {2} body +1 -1 src/pool.rs function spawn
        {1} introduced +3 -0 src/pool.rs function spawn
    "#]]
    .assert_eq(&render(&fixture, "src/pool.rs", "function spawn"));
}

#[test]
fn shallow() {
    let fixture = Fixture::new(HISTORY);
    let clone = fixture.beside("clone");
    let (from, to) = (format!("file://{}", fixture.path().display()), clone.display().to_string());
    fixture.git(&["clone", "-q", "--depth", "2", &from, &to]);
    let repository = open(&clone);
    assert!(repository.is_shallow());
    let lineage = history(&repository, "src/pool.rs", "function spawn");
    expect![[r#"
        {3} body +1 -1 src/pool.rs function spawn
        limit: this is a shallow clone that ends at {2}: older history is not here; `git fetch --unshallow` brings it
    "#]].assert_eq(&fixture.anonymize(&render_lineage(&lineage)));
}

/// What a clone with a filter knows; nothing is fetched to know more.
fn partial(filter: &str) -> Lineage {
    let fixture = Fixture::new(HISTORY);
    fixture.git(&["config", "uploadpack.allowFilter", "true"]);
    let clone = fixture.beside("clone");
    let (from, to) = (format!("file://{}", fixture.path().display()), clone.display().to_string());
    fixture.git(&["clone", "-q", &format!("--filter={filter}"), &from, &to]);
    history(&open(&clone), "src/pool.rs", "function spawn")
}

#[test]
fn partial_clones() {
    for filter in ["blob:none", "tree:0", "tree:1"] {
        let lineage = partial(filter);
        assert!(lineage.found && !lineage.complete && lineage.changes.is_empty(), "{filter}: {lineage:?}");
        assert!(matches!(&lineage.limits[..], [Limit::MissingObject { .. }]), "{filter}: {lineage:?}");
    }
}

#[test]
fn damaged() {
    let fixture = Fixture::new(HISTORY);
    let git = fixture.path().join(".git");
    fs::write(git.join("HEAD"), "no reference").expect("writable");
    let head = open(&fixture.path()).head();
    assert!(matches!(head, Err(Error::Read { .. })), "{head:?}");
    fs::write(git.join("config"), "[core").expect("writable");
    let repository = Repository::discover(&fixture.path()).map(|_| ());
    assert!(matches!(repository, Err(Error::Open { .. })), "{repository:?}");
}

#[test]
fn bare() {
    let fixture = Fixture::new(HISTORY);
    let clone = fixture.beside("clone.git");
    let (from, to) = (fixture.path().display().to_string(), clone.display().to_string());
    fixture.git(&["clone", "-q", "--bare", &from, &to]);
    let repository = open(&clone);
    assert_eq!(repository.workdir(), None);
    assert_eq!(repository.relative(&clone.join("src/pool.rs")), None);
    assert_eq!(repository.git_dir(), clone);
    assert_eq!(repository.common_dir(), clone);
    assert_eq!(history(&repository, "src/pool.rs", "function spawn").changes.len(), 3);
}

#[test]
fn linked_worktree() {
    let fixture = Fixture::new(HISTORY);
    let worktree = fixture.beside("linked");
    fixture.git(&["worktree", "add", "-q", "-b", "topic", &worktree.display().to_string(), "HEAD~1"]);
    let repository = open(&worktree.join("src"));
    assert_eq!(repository.workdir(), Some(worktree.as_path()));
    assert_eq!(repository.git_dir(), fixture.path().join(".git/worktrees/linked"));
    assert_eq!(repository.common_dir(), fixture.path().join(".git").canonicalize().expect("it is there"));
    assert_eq!(repository.head().expect("readable").name.as_deref(), Some("topic"));
    assert_eq!(history(&repository, "src/pool.rs", "function spawn").changes.len(), 2);
}

#[test]
fn submodule() {
    let inner = Fixture::new(HISTORY);
    let outer = Fixture::new("//@ commit \"Outer\"\n//- /README.md\nouter\n");
    outer.git(&["submodule", "add", "-q", &inner.path().display().to_string(), "vendor/inner"]);
    outer.git(&["commit", "-q", "-m", "Add submodule"]);
    let file = outer.path().join("vendor/inner/src/pool.rs");
    let repository = open(&file);
    assert_eq!(repository.relative(&file).as_deref(), Some("src/pool.rs"));
    assert_eq!(history(&repository, "src/pool.rs", "function spawn").changes.len(), 3);
    let outer_repository = open(&outer.path());
    let head = outer_repository.head().expect("readable").commit.expect("born");
    assert_eq!(outer_repository.file_at(&head, "vendor/inner").expect("readable"), None);
}

#[test]
fn sha256() {
    let fixture = Fixture::with_init(HISTORY, &["--object-format=sha256"]);
    assert_eq!(fixture.commits()[0].len(), 64);
    expect![[r#"
        {3} body +1 -1 src/pool.rs function spawn
        {2} body +1 -1 src/pool.rs function spawn
        {1} introduced +3 -0 src/pool.rs function spawn
    "#]]
    .assert_eq(&render(&fixture, "src/pool.rs", "function spawn"));
}

#[test]
fn commit_graph_file() {
    let fixture = Fixture::new(HISTORY);
    let without = render(&fixture, "src/pool.rs", "function spawn");
    fixture.git(&["commit-graph", "write", "--reachable"]);
    assert_eq!(render(&fixture, "src/pool.rs", "function spawn"), without);
}

#[test]
fn packed() {
    let fixture = Fixture::new(HISTORY);
    let loose = render(&fixture, "src/pool.rs", "function spawn");
    fixture.git(&["repack", "-q", "-a", "-d"]);
    fixture.git(&["prune-packed", "-q"]);
    assert_eq!(render(&fixture, "src/pool.rs", "function spawn"), loose);
}

#[test]
fn other_commits_than_head() {
    let fixture = Fixture::new(HISTORY);
    let lineage = history_at(&open(&fixture.path()), "src/pool.rs", "function spawn", &fixture.commits()[0]);
    expect![[r#"
        {1} introduced +3 -0 src/pool.rs function spawn
    "#]]
    .assert_eq(&fixture.anonymize(&render_lineage(&lineage)));
}

#[test]
fn files_at_commits() {
    let fixture = Fixture::new(HISTORY);
    let repository = open(&fixture.path());
    let read =
        |commit: &str, path| repository.file_at(commit, path).expect("readable").map(|bytes| bytes.len());
    assert_eq!(read(&fixture.commits()[0], "src/pool.rs"), Some(46));
    assert_eq!(read("HEAD", "src/pool.rs"), Some(46));
    assert_eq!(read("HEAD", "src"), None);
    assert_eq!(read("HEAD", "src/none.rs"), None);
}

#[test]
fn paths() {
    let fixture = Fixture::new(HISTORY);
    let root = fixture.path();
    let repository = open(&root.join("src/not/there/yet.rs"));
    let relative = |path: &str| repository.relative(&root.join(path));
    assert_eq!(relative("src/pool.rs").as_deref(), Some("src/pool.rs"));
    assert_eq!(relative("src/new.rs").as_deref(), Some("src/new.rs"));
    assert_eq!(relative("src/../src/pool.rs").as_deref(), Some("src/pool.rs"));
    assert_eq!(relative("../outside.rs"), None);
}

#[cfg(unix)]
#[test]
fn paths_through_links() {
    let fixture = Fixture::new(HISTORY);
    let link = fixture.beside("link");
    std::os::unix::fs::symlink(fixture.path(), &link).expect("links can be made");
    std::os::unix::fs::symlink("pool.rs", fixture.path().join("src/alias.rs")).expect("links can be made");
    let (direct, linked) = (open(&fixture.path()), open(&link));
    assert_eq!(direct.relative(&link.join("src/pool.rs")).as_deref(), Some("src/pool.rs"));
    assert_eq!(linked.relative(&fixture.path().join("src/pool.rs")).as_deref(), Some("src/pool.rs"));
    assert_eq!(direct.relative(&fixture.path().join("src/alias.rs")).as_deref(), Some("src/alias.rs"));
}

#[test]
fn text_that_is_not_utf8() {
    let fixture = Fixture::new(HISTORY);
    let file = fixture.path().join("latin.py");
    fs::write(&file, b"NAME = 'caf\xe9'\n\ndef spawn():\n    return 'caf\xe9'\n").expect("writable");
    fixture.git(&["add", "-A"]);
    fixture.git(&["commit", "-q", "-m", "Latin"]);
    fs::write(&file, b"NAME = 'caf\xe9s'\n\ndef spawn():\n    return 'caf\xe9'\n").expect("writable");
    fixture.git(&["commit", "-q", "-a", "-m", "Name only"]);
    let lineage = history(&open(&fixture.path()), "latin.py", "function spawn");
    let subjects: Vec<&str> = lineage.changes.iter().map(|change| change.commit.subject.as_str()).collect();
    assert_eq!(subjects, ["Latin"]);
}

#[test]
fn interruption() {
    let fixture = Fixture::new(HISTORY);
    let repository = open(&fixture.path());
    let at = fixture.commits()[2].clone();
    let query = HistoryQuery { path: "src/pool.rs".into(), key: key("function spawn"), at };
    let interrupted = AtomicBool::new(false);
    let stop = &mut |_: &crate::Change| interrupted.store(true, std::sync::atomic::Ordering::Relaxed);
    let lineage = lineage(&repository, &query, &interrupted, stop).expect("a lineage");
    assert_eq!((lineage.changes.len(), &lineage.limits[..]), (1, &[Limit::Interrupted][..]));
}
