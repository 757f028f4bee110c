//! What the index and commits have beside one another.

use std::fs;
use std::sync::atomic::AtomicBool;

use backstory_fixture::Fixture;

use super::open;
use crate::{changed_symbols, commits_between, committed_paths, staged_files};

const STORY: &str = "\
//@ commit \"Add\"
//- /a.py
def f(): pass
//- /gone.py
def g(): pass
//- /same.txt
text
//@ commit \"Change\"
//- /a.py
def f(): return 1
def h(): pass
//@ commit \"Document\"
//- /a.py
# A comment.
def f(): return 1
def h(): pass
";

fn staged(fixture: &Fixture) -> String {
    let repository = open(&fixture.path());
    let head = repository.head().expect("HEAD can be read").commit.expect("HEAD has a commit");
    let files = staged_files(&repository, &head).expect("readable");
    files.iter().map(|file| format!("{} {:?}\n", file.path, file.text)).collect()
}

#[test]
fn staged_contents_are_those_of_the_index() {
    let fixture = Fixture::new(STORY);
    assert_eq!(staged(&fixture), "");
    let write = |name: &str, text: &[u8]| fs::write(fixture.path().join(name), text).expect("writable");
    write("a.py", b"def f(): return 2\n");
    write("new ä.py", b"x = 1\n");
    write("binary.py", b"\xff\xfe");
    fixture.git(&["add", "-A"]);
    fixture.git(&["rm", "-q", "--cached", "gone.py"]);
    // What is on disk beside it does not count.
    write("a.py", b"def f(): return 3\n");
    assert_eq!(
        staged(&fixture),
        "a.py Some(\"def f(): return 2\\n\")\nnew ä.py Some(\"x = 1\\n\")\ngone.py None\n"
    );
}

#[test]
fn commits_and_what_each_changed() {
    let fixture = Fixture::new(STORY);
    let repository = open(&fixture.path());
    let at = |revision: &str| repository.resolve(revision).expect("a commit");
    let (first, second, third) = (at("HEAD~2"), at("HEAD~1"), at("HEAD"));
    assert_eq!(
        commits_between(&repository, &first, &third).expect("readable"),
        [third.clone(), second.clone()]
    );
    assert_eq!(commits_between(&repository, &third, &first).expect("readable"), [""; 0]);
    assert_eq!(repository.merge_base(&first, &third), Some(first.clone()));
    assert!(repository.resolve("nowhere").is_err());
    assert_eq!(committed_paths(&repository, &first).expect("readable"), ["a.py", "gone.py", "same.txt"]);
    let changed = |commit: &str| {
        let places = changed_symbols(&repository, commit, &AtomicBool::new(false)).expect("readable");
        places.iter().map(|place| format!("{} {}", place.path, place.key)).collect::<Vec<_>>()
    };
    assert_eq!(changed(&first), ["a.py function f", "gone.py function g"]);
    assert_eq!(changed(&second), ["a.py function f", "a.py function h"]);
    assert_eq!(changed(&third), [""; 0], "a comment changes no symbol");
}
