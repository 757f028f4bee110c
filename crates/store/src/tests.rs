//! What the cache must survive: restarts, two writers, and files that are not a cache.

use std::fs;
use std::path::Path;

use rusqlite::Connection;

use crate::{FILE_NAME, Store, clear, drop_older_half, size};

/// What happens to a cache directory while nobody looks.
type Damage<'a> = &'a dyn Fn(&Path);

fn database(directory: &Path) -> Connection {
    Connection::open(directory.join(FILE_NAME)).unwrap()
}

#[test]
fn entries_outlive_the_process_that_wrote_them() {
    let directory = tempfile::tempdir().unwrap();
    Store::open(directory.path()).unwrap().put("table", b"key", b"value");

    let store = Store::open(directory.path()).unwrap();
    assert_eq!(store.get("table", b"key").as_deref(), Some(&b"value"[..]));
    assert_eq!(store.get("other", b"key"), None, "kinds are apart");
    assert_eq!(store.get("table", b"another"), None);
}

#[test]
fn the_last_write_wins() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path()).unwrap();
    store.put("k", b"a", b"1");
    store.put_all("k", [(&b"a"[..], &b"2"[..]), (&b"b"[..], &b"3"[..])]);
    assert_eq!(store.get("k", b"a").as_deref(), Some(&b"2"[..]));
    assert_eq!(store.get("k", b"b").as_deref(), Some(&b"3"[..]));
}

#[test]
fn two_handles_write_at_once() {
    let directory = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for writer in 0..4u8 {
            let path = directory.path();
            scope.spawn(move || {
                let store = Store::open(path).unwrap();
                for entry in 0..50u8 {
                    store.put("k", &[writer, entry], &[entry; 100]);
                }
            });
        }
    });
    let store = Store::open(directory.path()).unwrap();
    for writer in 0..4u8 {
        for entry in 0..50u8 {
            assert_eq!(store.get("k", &[writer, entry]), Some(vec![entry; 100]), "{writer} {entry}");
        }
    }
}

#[test]
fn a_flipped_bit_is_a_miss() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path()).unwrap();
    store.put("k", b"a", b"right");
    database(directory.path()).execute("UPDATE entries SET value = x'00'", []).unwrap();
    assert_eq!(store.get("k", b"a"), None);
    store.put("k", b"a", b"again");
    assert_eq!(store.get("k", b"a").as_deref(), Some(&b"again"[..]));
}

#[test]
fn foreign_truncated_and_outdated_files_are_replaced() {
    let overwrite = |content: &'static [u8]| {
        move |directory: &Path| fs::write(directory.join(FILE_NAME), content).unwrap()
    };
    let truncate = |directory: &Path| {
        Store::open(directory).unwrap().put("k", b"old", &[7; 100_000]);
        let file = fs::OpenOptions::new().write(true).open(directory.join(FILE_NAME)).unwrap();
        file.set_len(5_000).unwrap();
    };
    let outdated = |directory: &Path| {
        database(directory).execute_batch("CREATE TABLE entries (kind TEXT, key BLOB, old TEXT)").unwrap();
    };
    let damages: [(&str, Damage); 4] = [
        ("foreign", &overwrite(b"this is not a database, whatever its name says; it only is long enough")),
        ("empty", &overwrite(b"")),
        ("truncated", &truncate),
        ("outdated", &outdated),
    ];
    for (name, damage) in damages {
        let directory = tempfile::tempdir().unwrap();
        damage(directory.path());
        let store = Store::open(directory.path()).unwrap_or_else(|error| panic!("{name}: {error}"));
        store.put("k", b"a", b"1");
        assert_eq!(store.get("k", b"a").as_deref(), Some(&b"1"[..]), "{name}");
    }
}

#[test]
fn a_deleted_cache_is_only_a_miss() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path()).unwrap();
    store.put("k", b"a", &[1; 1000]);
    assert!(size(directory.path()) > 1000);
    assert!(clear(directory.path()).unwrap() > 1000);
    assert_eq!(size(directory.path()), 0);
    store.put("k", b"b", b"2");
    assert_eq!(Store::open(directory.path()).unwrap().get("k", b"a"), None);
    assert_eq!(Store::disabled().get("k", b"a"), None);
}

#[test]
fn the_older_half_goes_first() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path()).unwrap();
    for entry in 0..10u8 {
        store.put("k", &[entry], b"v");
    }
    drop_older_half(&database(directory.path()));
    let kept: Vec<u8> = (0..10).filter(|&entry| store.get("k", &[entry]).is_some()).collect();
    assert_eq!(kept, [5, 6, 7, 8, 9]);
}
