//! What is read of a tree, what is not, and that it can be watched and stopped.

use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use backstory_analysis::Source;
use backstory_fixture::Fixture;
use backstory_store::Store;
use expect_test::expect;

use super::{Attention, Entry, Rules, add_all_facts, add_stored_facts, below, packages, read, source};

const TREE: &str = r#"
//@ commit "Initial commit"
//- /.gitignore
generated/
*_pb2.py
//- /Cargo.toml
[package]
name = "root"
//- /app/main.py
def main(): pass
//- /app/deep/er.py
x = 1
//- /app/deep/.gitignore
secret.py
//- /core/Cargo.toml
[package]
name = "work-core"
//- /core/src/lib.rs
fn f() {}
//@ worktree
//- /generated/out.py
y = 1
//- /app/api_pb2.py
z = 1
//- /app/deep/secret.py
s = 1
"#;

#[test]
fn one_file_is_read_like_all() {
    let fixture = Fixture::new(TREE);
    let root = fixture.path();
    fs::write(root.join("binary.py"), b"x = 1\0").unwrap();
    fs::write(root.join("giant.py"), "x = 1\n".repeat(400_000)).unwrap();
    fs::write(root.join("latin.py"), b"# caf\xe9\n").unwrap();
    let all = read(&root, Attention::none()).unwrap();
    for known in &all.sources {
        let again = source(&root, &known.path).unwrap();
        assert_eq!((&again.path, again.language, &again.text), (&known.path, known.language, &known.text));
    }
    let none =
        ["binary.py", "giant.py", "gone.py", "Cargo.toml", "app", "../repo/app/main.py", "./app/main.py"];
    for path in none {
        assert!(source(&root, path).is_none(), "{path}");
    }
    let paths: Vec<&str> = all.sources.iter().map(|source| source.path.as_str()).collect();
    assert_eq!(paths, ["app/deep/er.py", "app/main.py", "core/src/lib.rs", "latin.py"]);
}

#[cfg(unix)]
#[test]
fn symbolic_links_are_not_followed() {
    let fixture = Fixture::new(TREE);
    let root = fixture.path();
    std::os::unix::fs::symlink(root.join("app"), root.join("linked")).unwrap();
    std::os::unix::fs::symlink(root.join("app/main.py"), root.join("linked.py")).unwrap();
    assert_eq!(below(&root, &root), ["app/deep/er.py", "app/main.py", "core/src/lib.rs"]);
    assert!(below(&root, &root.join("linked")).is_empty());
    assert!(source(&root, "linked/main.py").is_none());
    assert!(source(&root, "linked.py").is_none());
}

#[test]
fn a_directory_is_walked_by_the_rules_above_it() {
    let fixture = Fixture::new(TREE);
    let root = fixture.path();
    assert_eq!(below(&root, &root.join("app")), ["app/deep/er.py", "app/main.py"]);
    assert_eq!(below(&root, &root.join("app/deep")), ["app/deep/er.py"]);
    for ignored in ["generated", "nowhere", ".git"] {
        assert!(below(&root, &root.join(ignored)).is_empty(), "{ignored}");
    }
}

#[test]
fn rules_know_what_a_walk_would_visit() {
    let fixture = Fixture::new(TREE);
    let mut rules = Rules::new(&fixture.path());
    let mut visits = |path: &str, entry| rules.visits(&fixture.path().join(path), entry);
    for path in ["app/main.py", "app/deep/er.py", "gone/new.py", "generated.py", ".hidden.py"] {
        assert!(visits(path, Entry::File), "{path}");
    }
    for path in [
        "generated/out.py",
        "app/api_pb2.py",
        "gone/api_pb2.py",
        "app/deep/secret.py",
        ".git/x.py",
        "app/.git/x.py",
    ] {
        assert!(!visits(path, Entry::File), "{path}");
    }
    // The rule names a directory.
    assert!(visits("generated", Entry::File));
    assert!(!visits("generated", Entry::Directory));
    assert!(!visits("../elsewhere.py", Entry::File));
}

#[test]
fn packages_can_be_read_alone() {
    let fixture = Fixture::new(TREE);
    let all = read(&fixture.path(), Attention::none()).unwrap().packages;
    assert_eq!(packages(&fixture.path()), all);
    expect![[r#"
        [("", "root"), ("core", "work-core")]"#]]
    .assert_eq(&format!("{:?}", all.iter().map(|it| (&*it.directory, &*it.name)).collect::<Vec<_>>()));
}

#[test]
fn reading_is_counted_and_can_be_stopped() {
    let fixture = Fixture::new(TREE);
    let (cancelled, counts) = (AtomicBool::new(false), Mutex::new(Vec::new()));
    let on_file = |count| counts.lock().unwrap().push(count);
    let attention = Attention { cancelled: &cancelled, on_file: &on_file };
    assert!(read(&fixture.path(), attention).is_some());
    counts.lock().unwrap().sort_unstable();
    assert_eq!(*counts.lock().unwrap(), [1, 2, 3, 4, 5]);

    cancelled.store(true, Ordering::Relaxed);
    assert!(read(&fixture.path(), attention).is_none());
    assert_eq!(counts.lock().unwrap().len(), 5);
}

#[test]
fn facts_are_found_by_their_text() {
    let fixture = Fixture::new(TREE);
    let store = Store::open(&fixture.beside("cache")).unwrap();
    let with_facts = |sources: &[Source]| -> Vec<String> {
        sources.iter().filter(|it| it.facts.is_some()).map(|it| it.path.clone()).collect()
    };
    let mut sources = read(&fixture.path(), Attention::none()).unwrap().sources;
    add_stored_facts(&mut sources, &store, Attention::none());
    assert!(with_facts(&sources).is_empty(), "nothing is stored yet");
    add_all_facts(&mut sources, &store, Attention::none());
    assert_eq!(with_facts(&sources), ["app/deep/er.py", "app/main.py", "core/src/lib.rs"]);

    fs::write(fixture.path().join("app/main.py"), "def other(): pass\n").unwrap();
    let mut again = read(&fixture.path(), Attention::none()).unwrap().sources;
    add_stored_facts(&mut again, &store, Attention::none());
    assert_eq!(with_facts(&again), ["app/deep/er.py", "core/src/lib.rs"]);
    assert_eq!(again[2].facts, sources[2].facts);
}

#[test]
fn facts_that_nobody_wants_any_more_are_not_derived() {
    let fixture = Fixture::new(TREE);
    let mut sources = read(&fixture.path(), Attention::none()).unwrap().sources;
    let attention = Attention { cancelled: &AtomicBool::new(true), on_file: &|_| panic!("it was cancelled") };
    add_all_facts(&mut sources, &Store::disabled(), attention);
    assert!(sources.iter().all(|source| source.facts.is_none()));
}
