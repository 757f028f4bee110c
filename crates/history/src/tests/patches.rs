//! Changes as diffs of the symbol's own text, and the files of a commit.

use std::fmt::Write as _;

use backstory_fixture::Fixture;
use expect_test::{Expect, expect};

use super::{history, key, open};
use crate::patch::{text_at, texts, unified};
use crate::{HistoryQuery, files_at};

/// All changes of a symbol as diffs, newest first.
#[track_caller]
fn check(fixture: &Fixture, path: &str, symbol: &str, expected: &Expect) {
    let repository = open(&fixture.path());
    let mut output = String::new();
    for change in history(&repository, path, symbol).changes {
        let texts = texts(&repository, &change).expect("the texts can be read");
        writeln!(output, "{}", change.commit.subject).expect("writing to a string");
        output.push_str(&unified(&texts));
    }
    expected.assert_eq(&output);
}

#[test]
fn lines_are_those_of_the_files() {
    let fixture = Fixture::new(
        r#"
//@ commit "Add"
//- /a.py
class Pool:
    def spawn(self):
        start()
//@ commit "Grow at the end"
//- /a.py
import os

class Pool:
    def spawn(self):
        start()
        wait()
"#,
    );
    check(
        &fixture,
        "a.py",
        "method Pool.spawn",
        &expect![[r#"
            Grow at the end
            --- a/a.py
            +++ b/a.py
            @@ -2,2 +4,3 @@
                 def spawn(self):
                     start()
            +        wait()
            Add
            --- /dev/null
            +++ b/a.py
            @@ -0,0 +2,2 @@
            +    def spawn(self):
            +        start()
        "#]],
    );
}

#[test]
fn from_the_older_place_to_the_newer_one() {
    let fixture = Fixture::new(
        r#"
//@ commit "Add"
//- /src/pool.rs
fn spawn(count: usize) {
    check(count);
    for index in 0..count {
        start(index);
    }
}

fn rest() {}
//- /src/lib.rs
mod pool;
//@ commit "Make it a method of another file"
//- /src/pool.rs
fn rest() {}
//- /src/lib.rs
mod pool;

impl Pool {
    fn spawn_all(count: usize) {
        check(count);
        for index in 0..count {
            start(index);
        }
    }
}
//@ commit "Move the file"
//@ mv /src/lib.rs /src/all.rs
"#,
    );
    check(
        &fixture,
        "src/all.rs",
        "method Pool.spawn_all",
        &expect![[r#"
        Move the file
        Make it a method of another file
        --- a/src/pool.rs
        +++ b/src/lib.rs
        @@ -1,6 +4,6 @@
        -fn spawn(count: usize) {
        -    check(count);
        -    for index in 0..count {
        -        start(index);
        +    fn spawn_all(count: usize) {
        +        check(count);
        +        for index in 0..count {
        +            start(index);
        +        }
             }
        -}
        Add
        --- /dev/null
        +++ b/src/pool.rs
        @@ -0,0 +1,6 @@
        +fn spawn(count: usize) {
        +    check(count);
        +    for index in 0..count {
        +        start(index);
        +    }
        +}
    "#]],
    );
}

#[test]
fn the_right_one_of_two_that_share_a_name() {
    let fixture = Fixture::new(
        r#"
//@ commit "For Unix"
//- /a.rs
#[cfg(unix)]
fn wait() {
    poll();
}
//@ commit "For Windows, in front"
//- /a.rs
#[cfg(windows)]
fn wait() {
    wait_for_object();
}

#[cfg(unix)]
fn wait() {
    poll();
}
//@ commit "Change both"
//- /a.rs
#[cfg(windows)]
fn wait() {
    wait_for_object();
    wait_for_object();
    reset();
}

#[cfg(unix)]
fn wait() {
    epoll();
}
"#,
    );
    check(
        &fixture,
        "a.rs",
        "function wait#2",
        &expect![[r#"
        Change both
        --- a/a.rs
        +++ b/a.rs
        @@ -6,4 +8,4 @@
         #[cfg(unix)]
         fn wait() {
        -    poll();
        +    epoll();
         }
        For Unix
        --- /dev/null
        +++ b/a.rs
        @@ -0,0 +1,4 @@
        +#[cfg(unix)]
        +fn wait() {
        +    poll();
        +}
    "#]],
    );
    check(
        &fixture,
        "a.rs",
        "function wait",
        &expect![[r#"
        Change both
        --- a/a.rs
        +++ b/a.rs
        @@ -1,4 +1,6 @@
         #[cfg(windows)]
         fn wait() {
             wait_for_object();
        +    wait_for_object();
        +    reset();
         }
        For Windows, in front
        --- /dev/null
        +++ b/a.rs
        @@ -0,0 +1,4 @@
        +#[cfg(windows)]
        +fn wait() {
        +    wait_for_object();
        +}
    "#]],
    );
}

#[test]
fn away_and_back_again() {
    let fixture = Fixture::new(
        r#"
//@ commit "Add"
//- /a.rs
fn wait() {
    poll();
    check(poll_again());
}
fn rest() {}
//@ commit "Drop"
//- /a.rs
fn rest() {}
//@ commit "Bring back"
//- /a.rs
fn rest() {}

fn wait() {
    poll();
    check(poll_again());
}
"#,
    );
    check(
        &fixture,
        "a.rs",
        "function wait",
        &expect![[r#"
        Bring back
        --- /dev/null
        +++ b/a.rs
        @@ -0,0 +3,4 @@
        +fn wait() {
        +    poll();
        +    check(poll_again());
        +}
        Drop
        --- a/a.rs
        +++ /dev/null
        @@ -1,4 +0,0 @@
        -fn wait() {
        -    poll();
        -    check(poll_again());
        -}
        Add
        --- /dev/null
        +++ b/a.rs
        @@ -0,0 +1,4 @@
        +fn wait() {
        +    poll();
        +    check(poll_again());
        +}
    "#]],
    );
}

#[test]
fn a_merge_is_compared_with_the_parent_that_the_change_counts_from() {
    let fixture = Fixture::new(
        r#"
//@ commit "Add"
//- /a.py
def run():
    first()
    second()
    third()
//@ branch side
//@ commit "Side"
//- /a.py
def run():
    first()
    second()
    third(side)
//@ checkout main
//@ commit "Main"
//- /a.py
def run():
    first(main)
    second()
    third()
//@ merge side "Merge with an addition"
//- /a.py
def run():
    first(main)
    second(merged)
    third(side)
"#,
    );
    check(
        &fixture,
        "a.py",
        "function run",
        &expect![[r#"
        Merge with an addition
        --- a/a.py
        +++ b/a.py
        @@ -1,4 +1,4 @@
         def run():
             first(main)
        -    second()
        -    third()
        +    second(merged)
        +    third(side)
        Main
        --- a/a.py
        +++ b/a.py
        @@ -1,4 +1,4 @@
         def run():
        -    first()
        +    first(main)
             second()
             third()
        Side
        --- a/a.py
        +++ b/a.py
        @@ -1,4 +1,4 @@
         def run():
             first()
             second()
        -    third()
        +    third(side)
        Add
        --- /dev/null
        +++ b/a.py
        @@ -0,0 +1,4 @@
        +def run():
        +    first()
        +    second()
        +    third()
    "#]],
    );
}

#[test]
fn a_whole_file_and_hunks_apart() {
    let lines = |changed: &str| -> String {
        (0..20).fold(String::new(), |text, n| match n {
            2 | 15 => format!("{text}{changed} = {n}\n"),
            n => format!("{text}name_{n} = {n}\n"),
        })
    };
    let text = format!("//@ commit \"Add\"\n//- /a.py\n{}", lines("old"));
    let text = format!("{text}//@ commit \"Change\"\n//- /a.py\n{}", lines("new"));
    let fixture = Fixture::new(&text);
    let repository = open(&fixture.path());
    let query = HistoryQuery {
        path: "a.py".to_owned(),
        key: backstory_syntax::LocalKey::file(),
        at: fixture.commits()[1].clone(),
    };
    let lineage = crate::lineage(&repository, &query, &Default::default(), &mut |_| {}).expect("a lineage");
    let change = texts(&repository, &lineage.changes[0]).expect("the texts can be read");
    expect![[r#"
        --- a/a.py
        +++ b/a.py
        @@ -1,6 +1,6 @@
         name_0 = 0
         name_1 = 1
        -old = 2
        +new = 2
         name_3 = 3
         name_4 = 4
         name_5 = 5
        @@ -13,7 +13,7 @@
         name_12 = 12
         name_13 = 13
         name_14 = 14
        -old = 15
        +new = 15
         name_16 = 16
         name_17 = 17
         name_18 = 18
    "#]]
    .assert_eq(&unified(&change));
}

#[test]
fn a_text_that_is_not_there() {
    let fixture = Fixture::new("//@ commit \"Add\"\n//- /a.py\ndef run(): pass\n");
    let repository = open(&fixture.path());
    let text = |path: &str, symbol: &str| {
        let query =
            HistoryQuery { path: path.to_owned(), key: key(symbol), at: fixture.commits()[0].clone() };
        text_at(&repository, &query).expect("the text can be read").map(|cut| cut.text)
    };
    assert_eq!(text("a.py", "function run").as_deref(), Some("def run(): pass"));
    assert_eq!(text("a.py", "function stop"), None);
    assert_eq!(text("b.py", "function run"), None);
    assert_eq!(text("a.txt", "function run"), None);
}

#[test]
#[cfg(unix)]
fn files_of_a_commit() {
    let fixture = Fixture::new(
        "//@ commit \"Add\"\n//- /src/b.py\nb = 1\n//- /a.py\na = 1\n//- /a.txt\nText.\n//@ worktree\n//- /c.py\n",
    );
    std::os::unix::fs::symlink("a.py", fixture.path().join("link.py")).expect("links can be made");
    fixture.git(&["add", "link.py"]);
    fixture.git(&["commit", "-q", "-m", "Link"]);
    let files = |commit: &str| {
        let files = files_at(&open(&fixture.path()), commit, &|path| path.ends_with(".py"));
        files.map(|files| files.into_iter().map(|file| file.path).collect::<Vec<_>>())
    };
    assert_eq!(files("HEAD").expect("HEAD can be read"), ["a.py", "src/b.py"]);
    assert!(files("gone").is_err());
}
