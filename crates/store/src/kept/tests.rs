//! What kept data must survive, and what it must say where it can't: other processes, newer versions, damage.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;
use tempfile::TempDir;

use super::Kept;

const NO_PATIENCE: Duration = Duration::ZERO;

const PATIENCE: Duration = Duration::from_secs(60);

fn place() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("data").join("a.sqlite");
    (directory, path)
}

fn put(path: &Path, collection: &str, key: &str, value: &[u8]) {
    let mut kept = Kept::create(path).unwrap();
    let edit = kept.edit(PATIENCE).unwrap();
    edit.put(collection, key, value).unwrap();
    edit.commit().unwrap();
}

fn all(path: &Path) -> Vec<String> {
    let mut all = Vec::new();
    if let Some(kept) = Kept::open(path).unwrap() {
        kept.visit(|collection, key, value| {
            all.push(format!("{collection} {key} {}", String::from_utf8_lossy(value)));
        })
        .unwrap();
    }
    all
}

/// The error's text with the path as `DATA`.
fn complaint<T>(path: &Path, result: Result<T, crate::Error>) -> String {
    let error = result.err().expect("an error").to_string();
    error.replace(&*path.to_string_lossy(), "DATA")
}

#[test]
fn a_change_is_seen_as_a_whole_or_not_at_all() {
    let (_directory, path) = place();
    assert!(Kept::open(&path).unwrap().is_none(), "nothing was created by looking");
    assert!(!path.exists());

    let mut kept = Kept::create(&path).unwrap();
    let edit = kept.edit(PATIENCE).unwrap();
    assert!(!edit.put("a/b", "#1", b"one").unwrap());
    assert!(edit.put("A/b", "#1", b"two").unwrap(), "collections are named without regard to case");
    assert_eq!(edit.get("a/B", "#1").unwrap().as_deref(), Some(&b"two"[..]));
    assert_eq!(all(&path), [""; 0], "not yet");
    drop(edit);
    assert_eq!(all(&path), [""; 0], "undone");

    let edit = kept.edit(PATIENCE).unwrap();
    edit.put("c", "#2", b"x").unwrap();
    edit.put("b", "#1", b"y").unwrap();
    edit.commit().unwrap();
    assert_eq!(all(&path), ["b #1 y", "c #2 x"]);

    let edit = kept.edit(PATIENCE).unwrap();
    assert_eq!(edit.clear().unwrap(), 2);
    drop(edit);
    assert_eq!(kept.get("b", "#1").unwrap().as_deref(), Some(&b"y"[..]));
    assert_eq!(kept.get("b", "#2").unwrap(), None);
}

#[test]
fn one_changes_at_a_time_and_others_read() {
    let (_directory, path) = place();
    put(&path, "a", "#1", b"old");
    let mut first = Kept::create(&path).unwrap();
    let edit = first.edit(PATIENCE).unwrap();
    edit.put("a", "#1", b"new").unwrap();

    assert_eq!(
        complaint(&path, Kept::create(&path).unwrap().edit(NO_PATIENCE)),
        "another process is changing DATA: try again when it is done; nothing was changed"
    );
    assert_eq!(
        complaint(&path, Kept::remove(&path, NO_PATIENCE)),
        "another process is changing DATA: try again when it is done; nothing was changed"
    );
    assert_eq!(all(&path), ["a #1 old"]);
    edit.commit().unwrap();
    assert_eq!(all(&path), ["a #1 new"]);
}

#[test]
fn several_create_and_fill_it_at_once() {
    let (_directory, path) = place();
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let path = &path;
            scope.spawn(move || put(path, "a", &format!("#{writer}"), b"v"));
        }
    });
    assert_eq!(all(&path), ["a #0 v", "a #1 v", "a #2 v", "a #3 v"]);
}

#[test]
fn what_was_removed_is_gone_from_the_disk() {
    let (_directory, path) = place();
    put(&path, "a", "#1", &b"a secret that nobody guesses ".repeat(1000));
    Kept::remove(&path, PATIENCE).unwrap();
    assert_eq!(all(&path), [""; 0]);
    for file in crate::files_of(&path) {
        let bytes = fs::read(&file).unwrap_or_default();
        assert!(!String::from_utf8_lossy(&bytes).contains("secret"), "{}", file.display());
    }
    put(&path, "a", "#2", b"again");
    assert_eq!(all(&path), ["a #2 again"]);
}

#[test]
fn damage_is_named_and_nothing_is_replaced() {
    type Damage<'a> = (&'a str, &'a dyn Fn(&Path));
    let foreign = |path: &Path| {
        fs::write(path, "this is not a database, whatever its name says; it only is long enough").unwrap();
    };
    let truncated = |path: &Path| {
        let file = fs::OpenOptions::new().write(true).open(path).unwrap();
        file.set_len(5_000).unwrap();
    };
    let flipped = |path: &Path| {
        Connection::open(path).unwrap().execute("UPDATE kept SET value = x'00'", []).unwrap();
    };
    let without_its_table = |path: &Path| {
        Connection::open(path).unwrap().execute_batch("DROP TABLE kept").unwrap();
    };
    let damages: [Damage<'_>; 4] = [
        ("foreign", &foreign),
        ("truncated", &truncated),
        ("a flipped bit", &flipped),
        ("another's", &without_its_table),
    ];
    for (name, damage) in damages {
        let (_directory, path) = place();
        put(&path, "a", "#1", &[7; 100_000]);
        damage(&path);
        let before = fs::read(&path).unwrap();
        let read = Kept::open(&path).and_then(|kept| kept.unwrap().visit(|_, _, _| {}));
        assert_eq!(complaint(&path, read), "DATA is damaged", "{name}");
        assert_eq!(fs::read(&path).unwrap(), before, "{name}");
        Kept::remove(&path, PATIENCE).unwrap();
        put(&path, "a", "#2", b"again");
        assert!(all(&path).contains(&"a #2 again".to_owned()), "{name}");
    }
}

#[test]
fn a_newer_version_is_left_alone() {
    let (_directory, path) = place();
    put(&path, "a", "#1", b"v");
    Connection::open(&path).unwrap().execute_batch("PRAGMA user_version = 2").unwrap();
    let newer = "DATA was written by a newer version of this program";
    assert_eq!(complaint(&path, Kept::open(&path)), newer);
    assert_eq!(complaint(&path, Kept::create(&path)), newer);
    assert_eq!(complaint(&path, Kept::remove(&path, PATIENCE)), newer);
}

#[test]
fn every_change_makes_another_edition_and_reading_none() {
    let (_directory, path) = place();
    let mut editions = vec![Kept::edition(&path)];
    let changes: [&dyn Fn(); 4] = [
        &|| put(&path, "a", "#1", b"one"),
        &|| put(&path, "a", "#1", b"two"),
        &|| Kept::remove(&path, PATIENCE).unwrap(),
        &|| put(&path, "a", "#1", b"one"),
    ];
    for change in changes {
        // File systems tell times apart by some milliseconds.
        std::thread::sleep(Duration::from_millis(20));
        change();
        let edition = Kept::edition(&path);
        assert!(!editions.contains(&edition), "{edition:?} in {editions:?}");
        let reader = Kept::open(&path).unwrap();
        all(&path);
        assert_eq!(Kept::edition(&path), edition, "while somebody reads");
        drop(reader);
        assert_eq!(Kept::edition(&path), edition);
        editions.push(edition);
    }
}

#[test]
fn an_empty_file_holds_nothing_yet() {
    let (_directory, path) = place();
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, "").unwrap();
    assert_eq!(all(&path), [""; 0]);
    put(&path, "a", "#1", b"v");
    assert_eq!(all(&path), ["a #1 v"]);
}
