//! `backstory blame` end to end: the real program on repositories in text.

use std::fs;

use backstory_fixture::Fixture;
use expect_test::expect;

use crate::support::{run, run_in, transcript};

const STORY: &str = r#"
//@ commit "Add the pool" author="Grace Brewster Murray Hopper <grace@example.org>" date="2019-05-06T07:08:09+02:00"
//- /src/pool.rs
struct Pool;

impl Pool {
    fn spawn(&self, name: &str, limit: usize) { self.threads.push(name, limit) }
}
//@ commit "Format"
//- /src/pool.rs
struct Pool;

impl Pool {
    fn spawn(&self, name: &str, limit: usize) {
        self.threads.push(name, limit)
    }
}
//@ commit "Rename the file, say more"
//@ rm /src/pool.rs
//- /src/a pool: of threads.rs
/// Threads that wait.
struct Pool;

impl Pool {
    fn spawn(&self, name: &str, limit: usize) {
        self.threads.push(name, limit)
    }
}
"#;

#[test]
fn a_file_with_its_commits() {
    let fixture = Fixture::new(STORY);
    let file = "src/a pool: of threads.rs";
    let mut text = transcript(&fixture, &run(&fixture, &["blame", file]));
    for arguments in [vec!["--git", file], vec!["--rev", "HEAD~1", "src/pool.rs:4-99"]] {
        text.push_str(&format!("-- {}\n", arguments.join(" ")));
        text.push_str(&transcript(&fixture, &run(&fixture, &[&["blame"], &arguments[..]].concat())));
    }
    expect![[r#"
        {3}  2020-01-03  Ada Lovelace      1  /// Threads that wait.
        {1}  2019-05-06  Grace Brewster …  2  struct Pool;
                                               3
                                               4  impl Pool {
                                               5      fn spawn(&self, name: &str, limit: usize) {
                                               6          self.threads.push(name, limit)
                                               7      }
                                               8  }
        2 commits passed by (1 file rename, 1 formatting); --json names them
        -- --git src/a pool: of threads.rs
        {3}  2020-01-03  Ada Lovelace                   1  /// Threads that wait.
        {1}  2019-05-06  Grace Brewster …               2  struct Pool;
                                                            3
                                                            4  impl Pool {
        {1}  2019-05-06  Grace Brewster …  git {2}  5      fn spawn(&self, name: &str, limit: usize) {
                                                            6          self.threads.push(name, limit)
                                                            7      }
        {1}  2019-05-06  Grace Brewster …               8  }
        2 commits passed by (1 file rename, 1 formatting); --json names them
        -- --rev HEAD~1 src/pool.rs:4-99
        {1}  2019-05-06  Grace Brewster …  4      fn spawn(&self, name: &str, limit: usize) {
                                               5          self.threads.push(name, limit)
                                               6      }
                                               7  }
        1 commit passed by (1 formatting); --json names them
    "#]]
    .assert_eq(&text);
}

#[test]
fn as_json() {
    let fixture = Fixture::new(STORY);
    let target = "src/a pool: of threads.rs:6";
    expect![[r#"
        {
          "ref": {
            "name": "main",
            "commit": "{3}"
          },
          "path": "src/a pool: of threads.rs",
          "complete": true,
          "limits": [],
          "commits": [
            {
              "commit": "{2}",
              "date": "2020-01-02",
              "author": "Ada Lovelace",
              "subject": "Format"
            },
            {
              "commit": "{1}",
              "date": "2019-05-06",
              "author": "Grace Brewster Murray Hopper",
              "subject": "Add the pool"
            }
          ],
          "lines": [
            {
              "line": 6,
              "text": "        self.threads.push(name, limit)",
              "commit": "{1}",
              "from": {
                "path": "src/pool.rs",
                "line": 4
              },
              "symbol": "method Pool.spawn",
              "skipped": [
                {
                  "commit": "{3}",
                  "why": "file_rename"
                },
                {
                  "commit": "{2}",
                  "why": "formatting"
                }
              ],
              "git": {
                "commit": "{2}"
              }
            }
          ]
        }
    "#]]
    .assert_eq(&transcript(&fixture, &run(&fixture, &["blame", "--json", "--git", target])));
}

#[test]
fn what_is_not_committed() {
    let fixture = Fixture::new("//@ commit \"Add\"\n//- /a.py\ndef run():\n    pass\n");
    fs::write(fixture.path().join("a.py"), "import os\r\n\r\ndef run():\r\n    pass\r\n").unwrap();
    let mut text = String::new();
    for arguments in
        [&["a.py"][..], &["--git", "a.py:2-3"], &["--rev", "HEAD", "a.py"], &["--json", "a.py:1"]]
    {
        text.push_str(&format!("-- {}\n", arguments.join(" ")));
        text.push_str(&transcript(&fixture, &run(&fixture, &[&["blame"], arguments].concat())));
    }
    expect![[r#"
        -- a.py
        not committed yet                  1  import os
                                           2
        {1}  2020-01-01  Ada Lovelace  3  def run():
                                           4      pass
        -- --git a.py:2-3
        not committed yet                               2
        {1}  2020-01-01  Ada Lovelace               3  def run():
        -- --rev HEAD a.py
        {1}  2020-01-01  Ada Lovelace  1  def run():
                                           2      pass
        -- --json a.py:1
        {
          "ref": {
            "name": "main",
            "commit": "{1}"
          },
          "path": "a.py",
          "complete": true,
          "limits": [],
          "commits": [],
          "lines": [
            {
              "line": 1,
              "text": "import os",
              "commit": null,
              "from": null,
              "symbol": null,
              "skipped": []
            }
          ]
        }
    "#]]
    .assert_eq(&text);
}

#[test]
fn what_has_no_lines() {
    let fixture = Fixture::new(
        "//@ commit \"Add\"\n//- /src/a.py\ndef run():\n    pass\n//- /empty.py\n//@ worktree\n//- /new.py\nnew = 1\n",
    );
    fs::write(fixture.path().join("picture.png"), b"\x89PNG\0\0").unwrap();
    let plain = fixture.beside("plain");
    fs::create_dir(&plain).unwrap();
    fs::write(plain.join("a.py"), "def alone(): pass\n").unwrap();
    let empty = Fixture::new("//@ worktree\n//- /a.py\nnew = 1\n");
    let mut text = String::new();
    for arguments in [
        &["src"][..],
        &["src/b.py"],
        &["src/b.py:3"],
        &["src/a.py:3"],
        &["src/a.py:2-1"],
        &["src/a.py:x"],
        &["picture.png"],
        &["empty.py"],
        &["new.py"],
        &["--rev", "HEAD", "new.py:1"],
        &["--rev", "HEAD", "src"],
        &["--rev", "v9", "src/a.py"],
    ] {
        text.push_str(&format!("{}\n", arguments.join(" ")));
        text.push_str(&transcript(&fixture, &run(&fixture, &[&["blame"], arguments].concat())));
    }
    text.push_str("without a repository\n");
    text.push_str(&transcript(&fixture, &run_in(&fixture, &plain, &["blame", "a.py"])));
    text.push_str("without commits\n");
    text.push_str(&transcript(&empty, &run(&empty, &["blame", "a.py"])));
    expect![[r#"
        src
        -- stderr
        error: src is a directory: name a file in it
        -- exit 1
        src/b.py
        -- stderr
        error: there is no file src/b.py
        -- exit 1
        src/b.py:3
        -- stderr
        error: there is no file src/b.py
        -- exit 1
        src/a.py:3
        -- stderr
        error: src/a.py has 2 lines, there is no line 3
        -- exit 1
        src/a.py:2-1
        -- stderr
        error: 2-1 names no lines of src/a.py: write src/a.py:3 or src/a.py:3-7, counted from 1
        -- exit 1
        src/a.py:x
        -- stderr
        error: x names no lines of src/a.py: write src/a.py:3 or src/a.py:3-7, counted from 1
        -- exit 1
        picture.png
        -- stderr
        error: picture.png is binary: only text has lines
        -- exit 1
        empty.py
        -- stderr
        error: empty.py is empty: there are no lines to ask about
        -- exit 1
        new.py
        -- stderr
        error: new.py is not in HEAD: its lines have a history once they are committed (`git add new.py`, `git commit`)
        -- exit 1
        --rev HEAD new.py:1
        -- stderr
        error: at HEAD there is no file new.py; `git log --all -- new.py` tells of commits that have it
        -- exit 1
        --rev HEAD src
        -- stderr
        error: at HEAD there is no file src; `git log --all -- src` tells of commits that have it
        -- exit 1
        --rev v9 src/a.py
        -- stderr
        error: no commit v9 in this repository; `git fetch` may bring it
        -- exit 1
        without a repository
        -- stderr
        error: no git repository here, so there is no history to read: clone the project with git (`git clone URL`) and ask there
        -- exit 1
        without commits
        -- stderr
        error: this repository has no commits yet: history begins with the first one (`git commit`)
        -- exit 1
    "#]].assert_eq(&text);
}

#[test]
fn a_bare_repository_is_asked_at_a_commit() {
    let fixture = Fixture::new(STORY);
    let clone = fixture.beside("bare.git");
    fixture.git(&["clone", "-q", "--bare", ".", &clone.display().to_string()]);
    let arguments = ["blame", "--rev", "HEAD~2", "src/pool.rs:1"];
    expect![[r#"
        {1}  2019-05-06  Grace Brewster …  1  struct Pool;
    "#]]
    .assert_eq(&transcript(&fixture, &run_in(&fixture, &clone, &arguments)));
}

#[test]
fn a_shallow_clone_names_no_false_origin() {
    let fixture = Fixture::new(STORY);
    let clone = fixture.beside("clone");
    let source = format!("file://{}", fixture.path().display());
    fixture.git(&["clone", "-q", "--depth", "2", &source, &clone.display().to_string()]);
    let mut text = String::new();
    for arguments in [&["src/a pool: of threads.rs:1-2"][..], &["--git", "src/a pool: of threads.rs:1-2"]] {
        text.push_str(&transcript(&fixture, &run_in(&fixture, &clone, &[&["blame"], arguments].concat())));
    }
    expect![[r#"
        {3}  2020-01-03  Ada Lovelace  1  /// Threads that wait.
        {2}  2020-01-02  Ada Lovelace  2  struct Pool;
        1 commit passed by (1 file rename); --json names them
        Note: this is a shallow clone that ends at {2}: older history is not here; `git fetch --unshallow` brings it
        {3}  2020-01-03  Ada Lovelace               1  /// Threads that wait.
        {2}  2020-01-02  Ada Lovelace               2  struct Pool;
        1 commit passed by (1 file rename); --json names them
        Note: this is a shallow clone that ends at {2}: older history is not here; `git fetch --unshallow` brings it
    "#]].assert_eq(&text);
}
