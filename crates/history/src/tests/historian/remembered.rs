//! What is remembered, for how long, and what never is.

use std::sync::atomic::AtomicBool;

use backstory_fixture::Fixture;
use backstory_store::Store;
use expect_test::expect;

use super::schedules::EVENTFUL;
use super::{fresh, historian, known, remembered};
use crate::remembered::{STORE_KIND, store_key};
use crate::tests::{key, open, render_lineage};
use crate::{Error, HistoryQuery, Limit, Repository};

const HISTORY: &str = r#"
//@ commit "Introduce"
//- /a.py
def spawn(x):
    return x
//@ commit "Change"
//- /a.py
def spawn(x):
    return x + 1
//@ commit "Other"
//- /b.py
def other(x):
    return x
"#;

fn spawn_at(at: &str) -> HistoryQuery {
    HistoryQuery { path: "a.py".into(), key: key("function spawn"), at: at.into() }
}

fn with_store(fixture: &Fixture) -> (Repository, Store) {
    let store = Store::open(&fixture.beside("cache")).expect("a cache");
    (open(&fixture.path()).with_store(store.clone()), store)
}

#[test]
fn a_commit_elsewhere_costs_nothing() {
    let fixture = Fixture::new(HISTORY);
    let mut historian = historian(&open(&fixture.path()));
    let [first, second, third] = fixture.commits() else { panic!("three commits") };
    let before = remembered(&mut historian, &spawn_at(second));
    assert_eq!(known(&mut historian, &spawn_at(third)), Some(before));
    assert_eq!(known(&mut historian, &spawn_at(first)), None);
    fixture.git(&["commit", "-q", "--allow-empty", "-m", "On top"]);
    let top = fixture.git(&["rev-parse", "HEAD"]);
    assert!(known(&mut historian, &spawn_at(top.trim())).is_some());
}

#[test]
fn nothing_is_known_before_it_is_asked() {
    let fixture = Fixture::new(HISTORY);
    let (repository, _) = with_store(&fixture);
    let query = spawn_at(&fixture.commits()[2]);
    assert_eq!(known(&mut historian(&repository), &query), None);
    historian(&repository).lineage(&query, &super::GO_ON, &mut |_| {}).expect("a lineage");
    assert_eq!(known(&mut historian(&repository), &query), None);
    let lineage = remembered(&mut historian(&repository), &query);
    assert_eq!(known(&mut historian(&repository), &query), Some(lineage));
}

#[test]
fn a_shallow_clone_is_not_remembered() {
    let fixture = Fixture::new(HISTORY);
    let shallow = fixture.beside("shallow");
    let url = format!("file://{}", fixture.path().display());
    fixture.git(&["clone", "-q", "--depth", "2", &url, &shallow.display().to_string()]);
    let (whole, store) = with_store(&fixture);
    let query = spawn_at(&fixture.commits()[2]);
    let repository = open(&shallow).with_store(store.clone());
    let mut historian = historian(&repository);
    let cut = remembered(&mut historian, &query);
    expect![[r#"
        limit: this is a shallow clone that ends at {2}: older history is not here; `git fetch --unshallow` brings it
    "#]]
    .assert_eq(&fixture.anonymize(&render_lineage(&cut)));
    assert_eq!(known(&mut historian, &query), None);
    assert_eq!(known(&mut super::historian(&whole), &query), None);
    // Nor is the history of what is younger than its end.
    let other = HistoryQuery { path: "b.py".into(), key: key("function other"), ..query.clone() };
    assert!(remembered(&mut historian, &other).complete);
    assert_eq!(known(&mut super::historian(&whole), &other), None);
    // What the whole clone remembers is no business of the shallow one.
    let expected = remembered(&mut super::historian(&whole), &query);
    assert_eq!(known(&mut historian, &query), None);
    assert_eq!(remembered(&mut historian, &query), cut);
    // The same historian sees what is fetched meanwhile.
    fixture.git(&["-C", &shallow.display().to_string(), "fetch", "-q", "--unshallow"]);
    assert_eq!(known(&mut historian, &query), Some(expected));
}

#[test]
fn an_interrupted_walk_is_not_remembered() {
    let fixture = Fixture::new(HISTORY);
    let (repository, _) = with_store(&fixture);
    let mut historian = historian(&repository);
    let (query, stopped) = (spawn_at(&fixture.commits()[2]), AtomicBool::new(true));
    assert_eq!(historian.known(&query, &stopped).expect("readable"), None);
    let partial = historian.remembered(&query, &stopped).expect("a lineage");
    assert_eq!((partial.changes.len(), &partial.limits[..]), (0, &[Limit::Interrupted][..]));
    assert_eq!(known(&mut historian, &query), None);
    assert_eq!(*remembered(&mut historian, &query), fresh(&repository, &query));
    // A hit needs no time: it is not given up.
    assert!(historian.known(&query, &stopped).expect("readable").is_some());
}

#[test]
fn damaged_entries_are_misses() {
    let fixture = Fixture::new(HISTORY);
    let (repository, store) = with_store(&fixture);
    let query = spawn_at(&fixture.commits()[1]);
    let lineage = remembered(&mut historian(&repository), &query);
    let key = store_key(&query).expect("a supported language");
    let whole = store.get(STORE_KIND, &key).expect("it was remembered");
    let mut unknown_commit = whole.clone();
    let hash = gix::ObjectId::from_hex(fixture.commits()[0].as_bytes()).expect("a hash");
    let at = whole.windows(20).position(|bytes| bytes == hash.as_bytes()).expect("it names its commits");
    unknown_commit[at] ^= 1;
    // The last change of all: where it stands, and the lines.
    let mut unknown_place = whole.clone();
    let place = whole.len() - 4;
    unknown_place[place] = 9;
    for damaged in [&b""[..], &whole[..whole.len() - 1], b"garbage", &unknown_commit, &unknown_place] {
        store.put(STORE_KIND, &key, damaged);
        let mut historian = historian(&repository);
        assert_eq!(known(&mut historian, &query), None, "{damaged:?}");
        assert_eq!(remembered(&mut historian, &query), lineage);
    }
    assert_eq!(known(&mut historian(&repository), &query), Some(lineage));
}

#[test]
fn symbols_of_a_file() {
    let fixture = Fixture::new(EVENTFUL);
    let mut historian = historian(&open(&fixture.path()));
    let mut symbols = |commit: usize, path: &str| {
        let keys = historian.symbols_at(&fixture.commits()[commit], path).expect("readable");
        keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(symbols(0, "pool.py"), "class Pool, method Pool.spawn, method Pool.stop, function helper");
    assert_eq!(symbols(0, "src/lib.rs"), "function run");
    assert_eq!(symbols(2, "pool.py"), "", "it has another path by now");
    assert_eq!(symbols(7, "README"), "", "no supported language");
    assert_eq!(symbols(0, "src"), "", "a directory");
    let unknown = historian.symbols_at(&"0".repeat(40), "pool.py");
    assert!(matches!(unknown, Err(Error::UnknownCommit { .. })), "{unknown:?}");
}

#[test]
fn unknown_commits() {
    let fixture = Fixture::new(HISTORY);
    let mut historian = historian(&open(&fixture.path()));
    for at in ["HEAD", &"0".repeat(40)] {
        let query = spawn_at(at);
        assert!(matches!(historian.known(&query, &super::GO_ON), Err(Error::UnknownCommit { .. })));
        assert!(matches!(historian.remembered(&query, &super::GO_ON), Err(Error::UnknownCommit { .. })));
    }
}
