//! Everything read ahead: each answer is at hand afterwards and the same as without, and nothing is read twice.

use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use backstory_fixture::Fixture;
use backstory_store::Store;

use super::historian::schedules::EVENTFUL;
use super::open;
use crate::{Ahead, Error, Historian, HistoryQuery, Indexed, Repository, index_lineages, lineage};

static GO_ON: AtomicBool = AtomicBool::new(false);

fn with_store(fixture: &Fixture) -> Repository {
    open(&fixture.path()).with_store(Store::open(&fixture.beside("cache")).expect("a cache"))
}

fn index(repository: &Repository, at: &str, threads: usize) -> (Indexed, Ahead) {
    let threads = NonZeroUsize::new(threads).expect("some thread");
    index_lineages(repository, at, threads, &GO_ON, &|_| {}).expect("readable")
}

/// All symbols of all files at a commit.
fn questions(fixture: &Fixture, repository: &Repository, at: &str) -> Vec<HistoryQuery> {
    let mut historian = Historian::new(repository).expect("readable");
    let files = fixture.git(&["ls-tree", "-r", "--name-only", at]);
    let mut questions = Vec::new();
    for path in files.lines() {
        let keys = historian.symbols_at(at, path).expect("readable");
        let question = |key| HistoryQuery { path: path.to_owned(), key, at: at.to_owned() };
        questions.extend(keys.into_iter().map(question));
    }
    questions
}

/// Whether all answers at a commit are at hand, and those that a walk finds.
fn check(fixture: &Fixture, indexed: &Repository, at: &str) {
    let plain = open(&fixture.path());
    let mut historian = Historian::new(indexed).expect("readable");
    for query in questions(fixture, &plain, at) {
        let expected = lineage(&plain, &query, &GO_ON, &mut |_| {}).expect("a lineage");
        let known = historian.known(&query, &GO_ON).expect("readable");
        assert_eq!(known.as_deref(), Some(&expected), "{query:?}");
    }
}

/// Each commit in turn: lineages go on from those that were read at the commits before.
#[test]
fn commit_after_commit() {
    let fixture = Fixture::new(EVENTFUL);
    for threads in [1, 3] {
        let store = Store::open(&fixture.beside(&format!("cache-{threads}"))).expect("a cache");
        for at in fixture.commits() {
            // As a new process would.
            let repository = open(&fixture.path()).with_store(store.clone());
            assert_eq!(index(&repository, at, threads).0, Indexed::Complete);
            check(&fixture, &repository, at);
        }
    }
}

const TWO_FILES: &str = r#"
//@ commit "Introduce"
//- /a.py
def spawn(x):
    return x

def stop():
    pass
//- /b.rs
fn run() {}
//- /README
Not a source file.
//@ commit "Change one"
//- /a.py
def spawn(x):
    return x + 1

def stop():
    pass
"#;

#[test]
fn only_what_is_missing_is_read() {
    let fixture = Fixture::new(TWO_FILES);
    let repository = with_store(&fixture);
    let [first, second] = fixture.commits() else { panic!("two commits") };
    let all = Ahead { files: 2, done: 2, read: 2, lost: 0, symbols: 3 };
    assert_eq!(index(&repository, first, 1), (Indexed::Complete, all));
    let nothing = Ahead { read: 0, symbols: 0, ..all };
    assert_eq!(index(&repository, first, 1), (Indexed::Complete, nothing));
    let changed = Ahead { read: 1, symbols: 2, ..all };
    assert_eq!(index(&repository, second, 1), (Indexed::Complete, changed));
    assert_eq!(index(&with_store(&fixture), second, 2), (Indexed::Complete, nothing));
}

#[test]
fn an_interrupted_run_goes_on_where_it_stopped() {
    let fixture = Fixture::new(TWO_FILES);
    let repository = with_store(&fixture);
    let tip = &fixture.commits()[1];
    let enough = AtomicBool::new(false);
    let steps = Mutex::new(Vec::new());
    let on_progress = |ahead: Ahead| {
        steps.lock().expect("no panic").push((ahead.done, ahead.symbols));
        enough.store(true, Ordering::Relaxed);
    };
    let (outcome, ahead) =
        index_lineages(&repository, tip, NonZeroUsize::MIN, &enough, &on_progress).expect("readable");
    assert_eq!((outcome, ahead.symbols), (Indexed::Interrupted, 1));
    assert_eq!(steps.into_inner().expect("no panic"), [(0, 1)]);
    assert_eq!(
        index(&repository, tip, 1),
        (Indexed::Complete, Ahead { files: 2, done: 2, read: 2, lost: 0, symbols: 2 })
    );
    check(&fixture, &repository, tip);
}

#[test]
fn a_shallow_clone_and_a_commit_that_is_not_there() {
    let fixture = Fixture::new(TWO_FILES);
    let clone = fixture.beside("shallow");
    let source = format!("file://{}", fixture.path().display());
    fixture.git(&["clone", "-q", "--depth", "1", &source, &clone.display().to_string()]);
    let repository = open(&clone).with_store(Store::open(&fixture.beside("cache")).expect("a cache"));
    let tip = &fixture.commits()[1];
    assert_eq!(index(&repository, tip, 1), (Indexed::Impossible, Ahead::default()));

    let unknown = "0".repeat(40);
    let outcome = index_lineages(&with_store(&fixture), &unknown, NonZeroUsize::MIN, &GO_ON, &|_| {});
    assert!(matches!(outcome, Err(Error::UnknownCommit { .. })), "{outcome:?}");
}

/// A clone without old contents: what needs them is not stored, the rest is.
#[test]
fn a_partial_clone() {
    let fixture = Fixture::new(TWO_FILES);
    fixture.git(&["config", "uploadpack.allowFilter", "true"]);
    let clone = fixture.beside("partial");
    let source = format!("file://{}", fixture.path().display());
    fixture.git(&["clone", "-q", "--filter=blob:none", &source, &clone.display().to_string()]);
    let repository = open(&clone).with_store(Store::open(&fixture.beside("cache")).expect("a cache"));
    let tip = &fixture.commits()[1];
    let expected = Ahead { files: 2, done: 2, read: 1, lost: 0, symbols: 3 };
    assert_eq!(index(&repository, tip, 1), (Indexed::Impossible, expected));
    fixture.git(&["-C", &clone.display().to_string(), "fetch", "-q", "--refetch", "--no-filter"]);
    let repository = open(&clone).with_store(Store::open(&fixture.beside("cache")).expect("a cache"));
    assert_eq!(index(&repository, tip, 1), (Indexed::Complete, Ahead { symbols: 2, ..expected }));
    check(&fixture, &repository, tip);
}

/// Answers are found all the same, and whoever reads ahead is told.
#[test]
fn without_a_cache_nothing_is_kept() {
    let fixture = Fixture::new(TWO_FILES);
    let expected = Ahead { files: 2, done: 2, read: 2, lost: 2, symbols: 3 };
    assert_eq!(index(&open(&fixture.path()), &fixture.commits()[1], 1), (Indexed::Complete, expected));
}
