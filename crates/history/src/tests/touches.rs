//! The touch index: what it says of every path in every commit, how it is saved, and what becomes of it when that is damaged.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::sync::atomic::AtomicBool;

use backstory_fixture::Fixture;
use backstory_store::Store;
use gix::ObjectId;

use super::{history_at, key, open};
use crate::objects::Objects;
use crate::{Historian, HistoryQuery, Indexed, Repository};

/// Adds, edits, a rename, a delete, a symbolic link, files of no language, and merges of every sort: one that takes each side's files,
/// one with an edit of its own, one of three parents, one of unrelated histories.
const HISTORY: &str = r#"
//@ commit "Introduce"
//- /a.py
a = 1
//- /lib/b.rs
fn b() {}
//- /README
Text.
//@ branch left
//@ commit "Left"
//- /a.py
a = 2
//- /left.py
left = 1
//@ checkout main
//@ commit "Main"
//- /lib/b.rs
fn b() { main() }
//@ merge left "Take each side's"
//- /a.py
a = 2
//- /left.py
left = 1
//@ branch one
//@ commit "One"
//- /lib/b.rs
fn b() { one() }
//@ checkout main
//@ commit "Rename and delete"
//@ mv /left.py /lib/left.py
//@ rm /a.py
//@ merge one "Merge with an edit"
//- /lib/b.rs
fn b() { both() }
//@ commit "Bring it back"
//- /a.py
a = 2
"#;

fn no_progress() -> impl FnMut(usize, usize) {
    |_, _| {}
}

fn index(repository: &Repository, at: &str) -> Indexed {
    repository.index_touches(at, &AtomicBool::new(false), &mut no_progress()).expect("readable")
}

/// Files of supported languages in a commit, as git sees them.
fn files(fixture: &Fixture, commit: &str) -> BTreeMap<String, String> {
    let listed = fixture.git(&["ls-tree", "-r", commit]);
    let entries = listed.lines().filter_map(|line| line.split_once('\t'));
    let files = entries.filter(|(entry, path)| {
        entry.starts_with("100") && backstory_syntax::Language::of_path(path).is_some()
    });
    let blob = |entry: &str| entry.split(' ').next_back().unwrap_or_default().to_owned();
    files.map(|(entry, path)| (path.to_owned(), blob(entry))).collect()
}

/// All commits that any reference leads to, with their parents.
fn all_commits(fixture: &Fixture) -> BTreeMap<String, Vec<String>> {
    let listed = fixture.git(&["rev-list", "--all", "--parents"]);
    let commits = listed.lines().map(|line| {
        let mut hashes = line.split_whitespace().map(str::to_owned);
        (hashes.next().unwrap_or_default(), hashes.collect())
    });
    commits.collect()
}

/// Holds the index to git: at every path that ever was, in every commit, what stands there, and which commit made it so.
fn check(fixture: &Fixture, repository: &Repository) {
    let mut objects = Objects::new(repository).expect("readable");
    let index = repository.touch_index().get(&mut objects, repository.store()).expect("an index");
    let commits = all_commits(fixture);
    let trees: BTreeMap<&str, _> =
        commits.keys().map(|commit| (commit.as_str(), files(fixture, commit))).collect();
    let paths: BTreeSet<&String> = trees.values().flat_map(BTreeMap::keys).collect();
    for path in paths {
        let trace = index.trace(path).expect("a path that was touched");
        for commit in commits.keys() {
            let id = ObjectId::from_hex(commit.as_bytes()).expect("a hash");
            let touched = index.touched(&trace, id).expect("an indexed commit");
            let blob = touched.and_then(|touched| touched.blob).map(|blob| blob.to_string());
            assert_eq!(blob.as_ref(), trees[commit.as_str()].get(path), "{path} in {commit}");
            let Some(touched) = touched else { continue };
            let maker = touched.commit.to_string();
            let is_same = |parent: &String| trees[parent.as_str()].get(path) == blob.as_ref();
            assert!(!commits[&maker].iter().any(is_same), "{maker} did not touch {path}");
        }
    }
}

#[test]
fn every_path_in_every_commit() {
    let fixture = Fixture::new(HISTORY);
    let repository = open(&fixture.path());
    assert_eq!(index(&repository, fixture.commits().last().expect("commits")), Indexed::Complete);
    check(&fixture, &repository);
}

#[test]
fn octopus_and_unrelated_histories_and_links() {
    let fixture = Fixture::new(HISTORY);
    let git = |arguments: &[&str]| fixture.git(arguments);
    git(&["checkout", "-q", "--orphan", "other"]);
    git(&["rm", "-rqf", "."]);
    fs::write(fixture.path().join("other.py"), "other = 1\n").expect("a file");
    git(&["add", "."]);
    git(&["commit", "-qm", "Unrelated"]);
    git(&["checkout", "-q", "main"]);
    git(&["merge", "-q", "--allow-unrelated-histories", "-m", "Unrelated", "other"]);
    for side in ["x", "y"] {
        git(&["checkout", "-q", "-b", side, "main"]);
        fs::write(fixture.path().join(format!("{side}.py")), "new = 1\n").expect("a file");
        git(&["add", "."]);
        git(&["commit", "-qm", side]);
    }
    git(&["checkout", "-q", "main"]);
    fs::write(fixture.path().join("main.py"), "main = 1\n").expect("a file");
    git(&["add", "."]);
    git(&["commit", "-qm", "Main goes on"]);
    git(&["merge", "-q", "-m", "Octopus", "x", "y"]);
    #[cfg(unix)]
    {
        fs::remove_file(fixture.path().join("a.py")).expect("it is there");
        std::os::unix::fs::symlink("other.py", fixture.path().join("a.py")).expect("a link");
        git(&["commit", "-qam", "A link instead"]);
    }
    let repository = open(&fixture.path());
    assert_eq!(index(&repository, git(&["rev-parse", "HEAD"]).trim()), Indexed::Complete);
    check(&fixture, &repository);
}

#[test]
fn extended_when_head_moves_and_read_again() {
    let fixture = Fixture::new(HISTORY);
    let store = || Store::open(&fixture.beside("cache")).expect("a cache");
    // The order of the text is one in which parents come first.
    for commit in fixture.commits() {
        let repository = open(&fixture.path()).with_store(store());
        let mut told = Vec::new();
        let outcome = repository
            .index_touches(commit, &AtomicBool::new(false), &mut |done, all| told.push((done, all)))
            .expect("readable");
        assert_eq!(
            (outcome, &told[..]),
            (Indexed::Complete, &[(0, 1), (1, 1)][..]),
            "one commit was missing"
        );
    }
    let repository = open(&fixture.path()).with_store(store());
    check(&fixture, &repository);
}

/// More segments than are kept apart.
#[test]
fn many_small_segments() {
    let mut text = HISTORY.to_owned();
    for number in 0..80 {
        write!(text, "//@ commit \"{number}\"\n//- /a.py\na = {number}\n").expect("writing to a string");
    }
    let fixture = Fixture::new(&text);
    let store = || Store::open(&fixture.beside("cache")).expect("a cache");
    for commit in fixture.commits() {
        index(&open(&fixture.path()).with_store(store()), commit);
    }
    check(&fixture, &open(&fixture.path()).with_store(store()));
    // The joined chain reads the same.
    check(&fixture, &open(&fixture.path()).with_store(store()));
    index(&open(&fixture.path()).with_store(store()), &fixture.commits()[0]);
}

#[test]
fn stopped_before_it_began() {
    let fixture = Fixture::new(HISTORY);
    let repository = open(&fixture.path());
    let tip = fixture.commits().last().expect("commits");
    let stopped = repository.index_touches(tip, &AtomicBool::new(true), &mut no_progress());
    assert_eq!(stopped.expect("readable"), Indexed::Interrupted);
    assert_eq!(index(&repository, tip), Indexed::Complete);
    check(&fixture, &repository);
}

/// With the index, commits that left a file alone are not even read.
#[test]
fn passes_over_what_left_the_file_alone() {
    let mut text = HISTORY.to_owned();
    for number in 0..8 {
        write!(text, "//@ commit \"{number}\"\n//- /README\n{number}\n").expect("writing to a string");
    }
    let fixture = Fixture::new(&text);
    let store = || Store::open(&fixture.beside("cache")).expect("a cache");
    let (lost, tip) = (&fixture.commits()[12], &fixture.commits()[15]);
    index(&open(&fixture.path()).with_store(store()), tip);
    fs::remove_file(fixture.path().join(".git/objects").join(&lost[..2]).join(&lost[2..])).expect("loose");
    let lineage = |repository: &Repository| history_at(repository, "lib/b.rs", "function b", tip);
    assert!(!lineage(&open(&fixture.path())).complete);
    assert!(lineage(&open(&fixture.path()).with_store(store())).complete);
}

#[test]
fn damaged_and_foreign_segments() {
    let fixture = Fixture::new(HISTORY);
    let tip = fixture.commits().last().expect("commits");
    let directory = fixture.beside("cache");
    let store = || Store::open(&directory).expect("a cache");
    for commit in [&fixture.commits()[3], tip] {
        index(&open(&fixture.path()).with_store(store()), commit);
    }
    let key = |number: u32| {
        let path = fixture.path().join(".git").canonicalize().expect("it exists");
        let path = path.into_os_string().into_encoded_bytes();
        [&path[..], b"\0sha1", &number.to_le_bytes()].concat()
    };
    let segments = [0, 1].map(|number| store().get("touch-2", &key(number)).expect("a saved segment"));
    let mut flipped = segments[1].clone();
    *flipped.last_mut().expect("not empty") ^= 1;
    let damages: [(u32, &[u8]); 7] = [
        (0, b""),
        (0, b"garbage that is long enough"),
        (0, &segments[0][..segments[0].len() / 2]),
        (0, &segments[1]),
        (1, &segments[1][..segments[1].len() - 1]),
        (1, &segments[0]),
        (1, &[&segments[1][..], b"more"].concat()),
    ];
    for (number, damage) in damages {
        store().put("touch-2", &key(number), damage);
        let repository = open(&fixture.path()).with_store(store());
        assert_eq!(index(&repository, tip), Indexed::Complete, "after damage to segment {number}");
        check(&fixture, &repository);
    }
    // Another repository has come to stand at the same path.
    let other = Fixture::new("//@ commit \"Other\"\n//- /other.py\nother = 1\n");
    fs::rename(fixture.path(), fixture.beside("away")).expect("a move");
    fs::rename(other.path(), fixture.path()).expect("a move");
    let repository = open(&fixture.path()).with_store(store());
    assert_eq!(index(&repository, &other.commits()[0]), Indexed::Complete);
    assert!(history_at(&repository, "other.py", "constant other", &other.commits()[0]).found);
}

#[test]
fn two_at_once() {
    let mut text = HISTORY.to_owned();
    for number in 0..40 {
        write!(text, "//@ commit \"{number}\"\n//- /a.py\na = {number}\n").expect("writing to a string");
    }
    let fixture = Fixture::new(&text);
    let store = || Store::open(&fixture.beside("cache")).expect("a cache");
    std::thread::scope(|scope| {
        for step in [3, 7] {
            let (fixture, store) = (&fixture, &store);
            scope.spawn(move || {
                let repository = open(&fixture.path()).with_store(store());
                for commit in fixture.commits().iter().step_by(step).chain(fixture.commits().last()) {
                    assert_eq!(index(&repository, commit), Indexed::Complete);
                }
                check(fixture, &repository);
            });
        }
    });
    let repository = open(&fixture.path()).with_store(store());
    index(&repository, fixture.commits().last().expect("commits"));
    check(&fixture, &repository);
}

#[test]
fn impossible_in_a_shallow_clone() {
    let fixture = Fixture::new(HISTORY);
    let clone = fixture.beside("clone");
    let (from, to) = (format!("file://{}", fixture.path().display()), clone.display().to_string());
    fixture.git(&["clone", "-q", "--depth", "2", &from, &to]);
    let repository = open(&clone);
    let head = repository.head().expect("readable").commit.expect("a commit");
    assert_eq!(index(&repository, &head), Indexed::Impossible);
}

/// What later commits say of earlier ones is told where they lead up to the commit that is asked from.
#[test]
fn reverts_and_picks_and_merges() {
    let fixture = Fixture::new(
        "//@ commit \"Introduce (#7)\"\n//- /a.py\ndef spawn():\n    one()\n\
         //@ branch side\n\
         //@ commit \"Change\"\n//- /a.py\ndef spawn():\n    two()\n\
         //@ checkout main\n\
         //@ merge side \"Merge pull request #12 from ada/side\"\n//- /a.py\ndef spawn():\n    two()\n",
    );
    let (introduced, changed) = (&fixture.commits()[0], &fixture.commits()[1]);
    let write = |text: &str, message: &str| {
        fs::write(fixture.path().join("a.py"), text).expect("a file");
        fixture.git(&["commit", "-qam", message]);
        fixture.git(&["rev-parse", "HEAD"]).trim().to_owned()
    };
    let revert = format!("Revert \"Change\"\n\nThis reverts commit {changed}.");
    let reverting = write("def spawn():\n    one()\n", &revert);
    let picking =
        write("def spawn():\n    two()\n", &format!("Change\n\n(cherry picked from commit {changed})"));
    let repository =
        open(&fixture.path()).with_store(Store::open(&fixture.beside("cache")).expect("a cache"));
    let links = |at: &str| {
        let lineage = history_at(&repository, "a.py", "function spawn", at);
        let links = lineage
            .changes
            .into_iter()
            .map(|change| (change.commit.id, change.pull_request, change.reverted_by, change.picked_as));
        links.collect::<Vec<_>>()
    };
    let number = |number: &str| Some(number.to_owned());
    assert_eq!(links(&picking)[2], (changed.clone(), None, vec![], vec![]), "without the index");
    assert_eq!(index(&repository, &picking), Indexed::Complete);
    let expected = (changed.clone(), number("#12"), vec![reverting.clone()], vec![picking.clone()]);
    assert_eq!(links(&picking)[2], expected);
    assert_eq!(links(&picking)[3], (introduced.clone(), number("#7"), vec![], vec![]));
    assert_eq!(links(&reverting)[1], (changed.clone(), number("#12"), vec![reverting.clone()], vec![]));
    assert_eq!(links(&fixture.commits()[2])[0], (changed.clone(), number("#12"), vec![], vec![]));
    assert_eq!(links(changed)[0], (changed.clone(), None, vec![], vec![]), "not merged yet");
    let query = HistoryQuery { path: "a.py".into(), key: key("function spawn"), at: picking.clone() };
    let go_on = AtomicBool::new(false);
    for _ in 0..2 {
        let mut historian = Historian::new(&repository).expect("readable");
        let remembered = historian.remembered(&query, &go_on).expect("a lineage");
        assert_eq!(remembered.changes[2].reverted_by, std::slice::from_ref(&reverting));
        assert_eq!(*remembered, historian.lineage(&query, &go_on, &mut |_| {}).expect("a lineage"));
    }
}
