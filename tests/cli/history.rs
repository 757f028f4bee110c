//! `backstory history` end to end: the real program on repositories in text.

use std::fs;

use backstory_fixture::Fixture;
use expect_test::expect;

use crate::explain::STORY;
use crate::support::{run, run_in, transcript};

#[test]
fn a_timeline() {
    let fixture = Fixture::new(STORY);
    let mut text = transcript(&fixture, &run(&fixture, &["history", "Pool::spawn"]));
    text.push_str("-- all\n");
    text.push_str(&transcript(&fixture, &run(&fixture, &["history", "--all", "src/threads.rs:12"])));
    expect![[r#"
        method work_pool::threads::Pool::spawn  src/threads.rs:12
        History at main {4}

        2020-01-04  {4}  Move the pool to a file that says what it is
                    file rename  Ada Lovelace
                    was method Pool.spawn in src/pool.rs
        2020-01-02  {2}  Limit the number of threads (#12)
                    body  +3 -1  Ada Lovelace  closes #7
        2019-05-06  {1}  Add the pool
                    introduced  +4 -0  Grace Hopper
        1 change of docs hidden; --all shows them
        -- all
        method work_pool::threads::Pool::spawn  src/threads.rs:12
        History at main {4}

        2020-01-04  {4}  Move the pool to a file that says what it is
                    file rename  Ada Lovelace
                    was method Pool.spawn in src/pool.rs
        2020-01-03  {3}  Say more
                    docs  +1 -1  Ada Lovelace
        2020-01-02  {2}  Limit the number of threads (#12)
                    body  +3 -1  Ada Lovelace  closes #7
        2019-05-06  {1}  Add the pool
                    introduced  +4 -0  Grace Hopper
    "#]]
    .assert_eq(&text);
}

#[test]
fn the_newest_changes_only() {
    let fixture = Fixture::new(STORY);
    let mut text = String::new();
    for arguments in [&["-n", "2"][..], &["-n2", "--all"], &["-n", "3"], &["-n", "0"]] {
        let arguments = [&["history", "Pool::spawn"], arguments].concat();
        text.push_str(&format!("{}\n", arguments.join(" ")));
        text.push_str(&transcript(&fixture, &run(&fixture, &arguments)));
    }
    expect![[r#"
        history Pool::spawn -n 2
        method work_pool::threads::Pool::spawn  src/threads.rs:12
        History at main {4}

        2020-01-04  {4}  Move the pool to a file that says what it is
                    file rename  Ada Lovelace
                    was method Pool.spawn in src/pool.rs
        2020-01-02  {2}  Limit the number of threads (#12)
                    body  +3 -1  Ada Lovelace  closes #7
        1 change of docs hidden; --all shows them
        Note: older changes, if any, are left out: at most 2 were asked for
        history Pool::spawn -n2 --all
        method work_pool::threads::Pool::spawn  src/threads.rs:12
        History at main {4}

        2020-01-04  {4}  Move the pool to a file that says what it is
                    file rename  Ada Lovelace
                    was method Pool.spawn in src/pool.rs
        2020-01-03  {3}  Say more
                    docs  +1 -1  Ada Lovelace
        Note: older changes, if any, are left out: at most 2 were asked for
        history Pool::spawn -n 3
        method work_pool::threads::Pool::spawn  src/threads.rs:12
        History at main {4}

        2020-01-04  {4}  Move the pool to a file that says what it is
                    file rename  Ada Lovelace
                    was method Pool.spawn in src/pool.rs
        2020-01-02  {2}  Limit the number of threads (#12)
                    body  +3 -1  Ada Lovelace  closes #7
        2019-05-06  {1}  Add the pool
                    introduced  +4 -0  Grace Hopper
        1 change of docs hidden; --all shows them
        history Pool::spawn -n 0
        -- stderr
        error: invalid value '0' for '--max-count <NUMBER>': number would be zero for non-zero type

        For more information, try '--help'.
        -- exit 2
    "#]]
    .assert_eq(&text);
}

#[test]
fn each_step_as_a_diff() {
    let fixture = Fixture::new(STORY);
    let output = run(&fixture, &["history", "--patch", "--all", "Pool::spawn"]);
    expect![[r#"
        method work_pool::threads::Pool::spawn  src/threads.rs:12
        History at main {4}

        2020-01-04  {4}  Move the pool to a file that says what it is
                    file rename  Ada Lovelace
                    was method Pool.spawn in src/pool.rs

        2020-01-03  {3}  Say more
                    docs  +1 -1  Ada Lovelace

        --- a/src/pool.rs
        +++ b/src/pool.rs
        @@ -11,4 +11,4 @@
        -    /// Starts a thread.
        +    /// Starts a thread, if the pool has room.
             pub fn spawn(&self) {
                 if self.size > 0 {
                     start();

        2020-01-02  {2}  Limit the number of threads (#12)
                    body  +3 -1  Ada Lovelace  closes #7

        --- a/src/pool.rs
        +++ b/src/pool.rs
        @@ -11,4 +11,6 @@
             /// Starts a thread.
             pub fn spawn(&self) {
        -        start();
        +        if self.size > 0 {
        +            start();
        +        }
             }

        2019-05-06  {1}  Add the pool
                    introduced  +4 -0  Grace Hopper

        --- /dev/null
        +++ b/src/pool.rs
        @@ -0,0 +11,4 @@
        +    /// Starts a thread.
        +    pub fn spawn(&self) {
        +        start();
        +    }

    "#]]
    .assert_eq(&transcript(&fixture, &output));
}

#[test]
fn colours_only_where_they_are_wanted() {
    let fixture = Fixture::new(STORY);
    let coloured = |when: &str| {
        let output = run(&fixture, &["--color", when, "history", "-p", "-n", "2", "Pool::spawn"]);
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(!coloured("auto").contains('\x1b'));
    assert!(coloured("always").contains("\x1b[32m+        if self.size > 0 {\x1b[0m\n"));
}

#[test]
fn one_json_object() {
    let fixture = Fixture::new(STORY);
    let output = run(&fixture, &["history", "--json", "Pool::spawn"]);
    expect![[r##"
        {
          "ref": {
            "name": "main",
            "commit": "{4}"
          },
          "symbol": {
            "key": "rust:work_pool::threads::Pool::spawn",
            "kind": "method",
            "path": "src/threads.rs",
            "line": 12
          },
          "complete": true,
          "limits": [],
          "changes": [
            {
              "commit": "{4}",
              "date": "2020-01-04",
              "author": "Ada Lovelace",
              "bot": false,
              "co_authors": [],
              "subject": "Move the pool to a file that says what it is",
              "kinds": [
                "file_rename"
              ],
              "hidden": false,
              "ignored": false,
              "path": "src/threads.rs",
              "key": "method Pool.spawn",
              "from": {
                "path": "src/pool.rs",
                "key": "method Pool.spawn"
              },
              "other": null,
              "refs": [],
              "reverted_by": [],
              "picked_as": [],
              "closes": [],
              "pull_request": null,
              "reverts": [],
              "reverts_pull_requests": [],
              "cherry_picked_from": [],
              "squashed": false,
              "lines_added": 0,
              "lines_removed": 0
            },
            {
              "commit": "{3}",
              "date": "2020-01-03",
              "author": "Ada Lovelace",
              "bot": false,
              "co_authors": [],
              "subject": "Say more",
              "kinds": [
                "docs"
              ],
              "hidden": true,
              "ignored": false,
              "path": "src/pool.rs",
              "key": "method Pool.spawn",
              "from": null,
              "other": null,
              "refs": [],
              "reverted_by": [],
              "picked_as": [],
              "closes": [],
              "pull_request": null,
              "reverts": [],
              "reverts_pull_requests": [],
              "cherry_picked_from": [],
              "squashed": false,
              "lines_added": 1,
              "lines_removed": 1
            },
            {
              "commit": "{2}",
              "date": "2020-01-02",
              "author": "Ada Lovelace",
              "bot": false,
              "co_authors": [],
              "subject": "Limit the number of threads (#12)",
              "kinds": [
                "body"
              ],
              "hidden": false,
              "ignored": false,
              "path": "src/pool.rs",
              "key": "method Pool.spawn",
              "from": null,
              "other": null,
              "refs": [
                "#12",
                "#7"
              ],
              "reverted_by": [],
              "picked_as": [],
              "closes": [
                "#7"
              ],
              "pull_request": "#12",
              "reverts": [],
              "reverts_pull_requests": [],
              "cherry_picked_from": [],
              "squashed": false,
              "lines_added": 3,
              "lines_removed": 1
            },
            {
              "commit": "{1}",
              "date": "2019-05-06",
              "author": "Grace Hopper",
              "bot": false,
              "co_authors": [],
              "subject": "Add the pool",
              "kinds": [
                "introduced"
              ],
              "hidden": false,
              "ignored": false,
              "path": "src/pool.rs",
              "key": "method Pool.spawn",
              "from": null,
              "other": null,
              "refs": [],
              "reverted_by": [],
              "picked_as": [],
              "closes": [],
              "pull_request": null,
              "reverts": [],
              "reverts_pull_requests": [],
              "cherry_picked_from": [],
              "squashed": false,
              "lines_added": 4,
              "lines_removed": 0
            }
          ]
        }
    "##]]
    .assert_eq(&transcript(&fixture, &output));
}

#[test]
fn at_another_commit() {
    let fixture = Fixture::new(STORY);
    fixture.git(&["tag", "v1", "HEAD~2"]);
    let mut text = String::new();
    // The file has another name now.
    for target in ["src/pool.rs:11", "Pool::spawn", "src/pool.rs"] {
        text.push_str(&transcript(&fixture, &run(&fixture, &["history", "--rev", "v1", target])));
        text.push('\n');
    }
    expect![[r#"
        method work_pool::pool::Pool::spawn  src/pool.rs:12
        History at v1 {2}

        2020-01-02  {2}  Limit the number of threads (#12)
                    body  +3 -1  Ada Lovelace  closes #7
        2019-05-06  {1}  Add the pool
                    introduced  +4 -0  Grace Hopper

        method work_pool::pool::Pool::spawn  src/pool.rs:12
        History at v1 {2}

        2020-01-02  {2}  Limit the number of threads (#12)
                    body  +3 -1  Ada Lovelace  closes #7
        2019-05-06  {1}  Add the pool
                    introduced  +4 -0  Grace Hopper

        module work_pool::pool  src/pool.rs:1
        History at v1 {2}

        2020-01-02  {2}  Limit the number of threads (#12)
                    body  +3 -1  Ada Lovelace  closes #7
        2019-05-06  {1}  Add the pool
                    introduced  +17 -0  Grace Hopper

    "#]]
    .assert_eq(&text);
}

#[test]
fn what_a_commit_lacks() {
    let fixture = Fixture::new(STORY);
    let mut text = String::new();
    for (revision, target) in [
        ("v9", "Pool::spawn"),
        ("HEAD~9", "Pool::spawn"),
        ("HEAD~1", "src/threads.rs:12"),
        ("HEAD~1", "src/pool.rs:99"),
        ("HEAD~1", "src/pool.rs:5"),
        ("HEAD~1", "Pool::stop"),
        ("HEAD~1", "Pool::spwan"),
        ("HEAD~1", "../elsewhere.rs:1"),
        ("HEAD~1", "src/"),
    ] {
        text.push_str(&format!("{revision} {target}\n"));
        text.push_str(&transcript(&fixture, &run(&fixture, &["history", "--rev", revision, target])));
    }
    expect![[r#"
        v9 Pool::spawn
        -- stderr
        error: no commit v9 in this repository; `git fetch` may bring it
        -- exit 1
        HEAD~9 Pool::spawn
        -- stderr
        error: no commit HEAD~9 in this repository; `git fetch` may bring it
        -- exit 1
        HEAD~1 src/threads.rs:12
        -- stderr
        error: at HEAD~1: there is no Rust or Python file src/threads.rs
        -- exit 1
        HEAD~1 src/pool.rs:99
        -- stderr
        error: at HEAD~1: src/pool.rs has 19 lines, there is no line 99
        -- exit 1
        HEAD~1 src/pool.rs:5
        -- stderr
        error: at HEAD~1: no symbol at src/pool.rs:5: name a line inside a function, type or constant
        -- exit 1
        HEAD~1 Pool::stop
        -- stderr
        error: at HEAD~1: no symbol is named Pool::stop: give a file and line
        -- exit 1
        HEAD~1 Pool::spwan
        -- stderr
        error: at HEAD~1: no symbol is named Pool::spwan here; there is spawn
        -- exit 1
        HEAD~1 ../elsewhere.rs:1
        -- stderr
        error: no git repository here, so there is no history to read: clone the project with git (`git clone URL`) and ask there
        -- exit 1
        HEAD~1 src/
        -- stderr
        error: at HEAD~1: there is no Rust or Python file src
        -- exit 1
    "#]].assert_eq(&text);
}

#[test]
fn a_name_of_several_symbols() {
    let fixture = Fixture::new(
        "//@ commit \"Add\"\n//- /a.py\ndef run(): pass\n//- /b.py\ndef run(): pass\n//@ worktree\n//@ rm /b.py\n",
    );
    let mut text = transcript(&fixture, &run(&fixture, &["history", "run"]));
    text.push_str("-- at HEAD\n");
    text.push_str(&transcript(&fixture, &run(&fixture, &["history", "--rev", "HEAD", "run"])));
    expect![[r#"
        function a.run  a.py:1
        History at main {1}

        2020-01-01  {1}  Add
                    introduced  +1 -0  Ada Lovelace
        -- at HEAD
        -- stderr
        error: at HEAD: 2 symbols are named run; name one by its place or more of its path:
          a.py:1  function python:a.run
          b.py:1  function python:b.run
        -- exit 1
    "#]]
    .assert_eq(&text);
}

#[test]
fn what_is_not_committed() {
    let fixture = Fixture::new(
        r#"
//@ commit "Add"
//- /a.py
def old():
    pass

def same():
    pass
//@ worktree
//- /a.py
import os

def same():
    pass

def old():
    return 1

def fresh():
    pass
"#,
    );
    let mut text = String::new();
    for arguments in
        [&["same"][..], &["old"], &["-p", "old"], &["fresh"], &["--json", "fresh"], &["--rev", "HEAD", "old"]]
    {
        text.push_str(&format!("{}\n", arguments.join(" ")));
        text.push_str(&transcript(&fixture, &run(&fixture, &[&["history"], arguments].concat())));
    }
    expect![[r#"
        same
        function a.same  a.py:3
        History at main {1}

        2020-01-01  {1}  Add
                    introduced  +2 -0  Ada Lovelace
        old
        function a.old  a.py:6
        History at main {1}

                    uncommitted change
                    body  +1 -1
        2020-01-01  {1}  Add
                    introduced  +2 -0  Ada Lovelace
        -p old
        function a.old  a.py:6
        History at main {1}

                    uncommitted change
                    body  +1 -1

        --- a/a.py
        +++ b/a.py
        @@ -1,2 +6,2 @@
         def old():
        -    pass
        +    return 1

        2020-01-01  {1}  Add
                    introduced  +2 -0  Ada Lovelace

        --- /dev/null
        +++ b/a.py
        @@ -0,0 +1,2 @@
        +def old():
        +    pass

        fresh
        function a.fresh  a.py:9
        History at main {1}

        Note: not committed yet: HEAD has no such symbol in this file
        --json fresh
        {
          "ref": {
            "name": "main",
            "commit": "{1}"
          },
          "symbol": {
            "key": "python:a.fresh",
            "kind": "function",
            "path": "a.py",
            "line": 9
          },
          "complete": true,
          "limits": [
            "not committed yet: HEAD has no such symbol in this file"
          ],
          "changes": []
        }
        --rev HEAD old
        function a.old  a.py:1
        History at HEAD {1}

        2020-01-01  {1}  Add
                    introduced  +2 -0  Ada Lovelace
    "#]]
    .assert_eq(&text);
}

#[test]
fn renamed_on_disk() {
    let body = "(pool, count):\n    workers = pool.workers(count)\n    for worker in workers:\n        worker.start(pool)\n    return workers\n";
    let fixture = Fixture::new(&format!("//@ commit \"Add\"\n//- /a.py\ndef spawn{body}"));
    fs::write(fixture.path().join("a.py"), format!("def start{body}")).unwrap();
    let mut text = transcript(&fixture, &run(&fixture, &["history", "-p", "start"]));
    let json: serde_json::Value =
        serde_json::from_slice(&run(&fixture, &["history", "--json", "start"]).stdout).unwrap();
    text.push_str(&format!("{}\n{}\n", json["uncommitted"], json["changes"][0]["key"]));
    expect![[r#"
        function a.start  a.py:1
        History at main {1}

                    uncommitted change
                    rename  +1 -1
                    was function spawn in the commit

        --- a/a.py
        +++ b/a.py
        @@ -1,4 +1,4 @@
        -def spawn(pool, count):
        +def start(pool, count):
             workers = pool.workers(count)
             for worker in workers:
                 worker.start(pool)

        2020-01-01  {1}  Add
                    introduced  +5 -0  Ada Lovelace

        --- /dev/null
        +++ b/a.py
        @@ -0,0 +1,5 @@
        +def spawn(pool, count):
        +    workers = pool.workers(count)
        +    for worker in workers:
        +        worker.start(pool)
        +    return workers

        {"kinds":["rename"],"hidden":false,"from":{"path":"a.py","key":"function spawn"},"lines_added":1,"lines_removed":1}
        "function spawn"
    "#]].assert_eq(&text);
}

#[test]
fn line_breaks_that_git_converts_are_no_change() {
    let fixture = Fixture::new("//@ commit \"Add\"\n//- /a.py\ndef run():\n    pass\n");
    fs::write(fixture.path().join("a.py"), "def run():\r\n    pass\r\n").unwrap();
    let text = transcript(&fixture, &run(&fixture, &["history", "run"]));
    assert!(!text.contains("uncommitted"), "{text}");
}

#[test]
fn who_and_what_a_message_names() {
    let fixture = Fixture::new(
        r#"
//@ commit "Add"
//- /a.py
def run():
    pass
//@ commit "Wait for it" author="dependabot <bot@example.org>"
//= Closes #4, see also #5.
//=
//= Co-authored-by: Grace Hopper <grace@example.org>
//= (cherry picked from commit 0123456789abcdef0123456789abcdef01234567)
//- /a.py
def run():
    wait()
//@ commit "Revert it"
//= This reverts commit 89abcdef0123456789abcdef0123456789abcdef.
//- /a.py
def run():
    pass
"#,
    );
    expect![[r#"
        function a.run  a.py:1
        History at main {3}

        2020-01-03  {3}  Revert it
                    body  +1 -1  Ada Lovelace  reverts 89abcde
        2020-01-02  {2}  Wait for it
                    body  +1 -1  dependabot [bot], with Grace Hopper  closes #4  #5  copied from 0123456
        2020-01-01  {1}  Add
                    introduced  +2 -0  Ada Lovelace
    "#]]
    .assert_eq(&transcript(&fixture, &run(&fixture, &["history", "run"])));
}

#[test]
fn where_it_came_from_and_where_it_went() {
    let fixture = Fixture::new(
        r#"
//@ commit "Add"
//- /a.py
def run(jobs):
    prepare(jobs)
    for job in jobs:
        started = start(job)
        check(started)
        report(started, job)
    finish(jobs)
//@ commit "Split the loop off"
//- /a.py
def run(jobs):
    prepare(jobs)
    run_all(jobs)
    finish(jobs)

def run_all(jobs):
    for job in jobs:
        started = start(job)
        check(started)
        report(started, job)
//@ commit "Drop it"
//- /a.py
def run(jobs):
    prepare(jobs)
    finish(jobs)
//@ commit "Bring it back"
//- /a.py
def run(jobs):
    prepare(jobs)
    run_all(jobs)
    finish(jobs)

def run_all(jobs):
    for job in jobs:
        started = start(job)
        check(started)
        report(started, job)
"#,
    );
    expect![[r#"
        function a.run_all  a.py:6
        History at main {4}

        2020-01-04  {4}  Bring it back
                    reintroduced  +5 -0  Ada Lovelace
        2020-01-03  {3}  Drop it
                    deleted  +0 -5  Ada Lovelace
        2020-01-02  {2}  Split the loop off
                    introduced, extracted  +5 -0  Ada Lovelace
                    out of function run
    "#]]
    .assert_eq(&transcript(&fixture, &run(&fixture, &["history", "run_all"])));
}

#[test]
fn without_history() {
    let fixture = Fixture::new("//@ worktree\n//- /a.py\ndef early():\n    pass\n");
    let plain = fixture.beside("plain");
    fs::create_dir(&plain).unwrap();
    fs::write(plain.join("a.py"), "def alone(): pass\n").unwrap();
    let mut text = transcript(&fixture, &run(&fixture, &["history", "early"]));
    text.push_str(&transcript(&fixture, &run(&fixture, &["history", "--rev", "HEAD", "early"])));
    text.push_str(&transcript(&fixture, &run_in(&fixture, &plain, &["history", "alone"])));
    text.push_str(&transcript(&fixture, &run_in(&fixture, &plain, &["history", "--rev", "HEAD", "alone"])));
    expect![[r#"
        -- stderr
        error: this repository has no commits yet: history begins with the first one (`git commit`)
        -- exit 1
        -- stderr
        error: this repository has no commits yet: history begins with the first one (`git commit`)
        -- exit 1
        -- stderr
        error: no git repository here, so there is no history to read: clone the project with git (`git clone URL`) and ask there
        -- exit 1
        -- stderr
        error: no git repository here, so there is no history to read: clone the project with git (`git clone URL`) and ask there
        -- exit 1
    "#]].assert_eq(&text);
}

#[test]
fn a_bare_repository_is_asked_at_a_commit() {
    let fixture = Fixture::new(STORY);
    let clone = fixture.beside("bare.git");
    fixture.git(&["clone", "-q", "--bare", ".", &clone.display().to_string()]);
    let mut text = String::new();
    for target in ["Pool::spawn", "src/threads.rs:12"] {
        let arguments = ["history", "--rev", "main", "-n1", target];
        text.push_str(&transcript(&fixture, &run_in(&fixture, &clone, &arguments)));
    }
    expect![[r#"
        method work_pool::threads::Pool::spawn  src/threads.rs:12
        History at main {4}

        2020-01-04  {4}  Move the pool to a file that says what it is
                    file rename  Ada Lovelace
                    was method Pool.spawn in src/pool.rs
        Note: older changes, if any, are left out: at most 1 were asked for
        method work_pool::threads::Pool::spawn  src/threads.rs:12
        History at main {4}

        2020-01-04  {4}  Move the pool to a file that says what it is
                    file rename  Ada Lovelace
                    was method Pool.spawn in src/pool.rs
        Note: older changes, if any, are left out: at most 1 were asked for
    "#]]
    .assert_eq(&text);
}

#[test]
fn a_shallow_clone_names_no_false_origin() {
    let fixture = Fixture::new(STORY);
    let clone = fixture.beside("clone");
    let source = format!("file://{}", fixture.path().display());
    fixture.git(&["clone", "-q", "--depth", "2", &source, &clone.display().to_string()]);
    expect![[r#"
        method work_pool::threads::Pool::spawn  src/threads.rs:12
        History at main {4}

        2020-01-04  {4}  Move the pool to a file that says what it is
                    file rename  Ada Lovelace
                    was method Pool.spawn in src/pool.rs

        Note: this is a shallow clone that ends at {3}: older history is not here; `git fetch --unshallow` brings it
    "#]].assert_eq(&transcript(&fixture, &run_in(&fixture, &clone, &["history", "-p", "Pool::spawn"])));
}
