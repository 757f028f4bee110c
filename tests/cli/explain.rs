//! `backstory explain` end to end: the real program on repositories in text, without a model.

use backstory_fixture::Fixture;
use expect_test::expect;
use serde_json::Value;

use crate::support::{run, transcript};

pub const STORY: &str = r#"
//@ commit "Add the pool" author="Grace Hopper <grace@example.org>" date="2019-05-06T07:08:09+02:00"
//= Blocking calls need threads of their own, otherwise they stall the reactor.
//- /Cargo.toml
[package]
name = "work-pool"
//- /src/lib.rs
mod pool;

pub fn run() {
    pool::Pool::new(4).spawn();
}
//- /src/pool.rs
/// A pool of threads.
pub struct Pool {
    size: usize,
}

impl Pool {
    pub fn new(size: usize) -> Self {
        Self { size }
    }

    /// Starts a thread.
    pub fn spawn(&self) {
        start();
    }
}

fn start() {}
//@ commit "Limit the number of threads (#12)"
//= The pool grew without bound under load.
//= It now stops at its size to avoid running out of memory.
//=
//= Fixes: #7
//- /src/pool.rs
/// A pool of threads.
pub struct Pool {
    size: usize,
}

impl Pool {
    pub fn new(size: usize) -> Self {
        Self { size }
    }

    /// Starts a thread.
    pub fn spawn(&self) {
        if self.size > 0 {
            start();
        }
    }
}

fn start() {}
//@ commit "Say more"
//- /src/pool.rs
/// A pool of threads.
pub struct Pool {
    size: usize,
}

impl Pool {
    pub fn new(size: usize) -> Self {
        Self { size }
    }

    /// Starts a thread, if the pool has room.
    pub fn spawn(&self) {
        if self.size > 0 {
            start();
        }
    }
}

fn start() {}
//@ commit "Move the pool to a file that says what it is"
//@ mv /src/pool.rs /src/threads.rs
//- /src/lib.rs
mod threads;

pub fn run() {
    threads::Pool::new(4).spawn();
}
"#;

#[test]
fn a_symbol_by_name() {
    let fixture = Fixture::new(STORY);
    let output = run(&fixture, &["explain", "Pool::spawn"]);
    expect![[r#"
        method work_pool::threads::Pool::spawn
          pub fn spawn(&self)
          src/threads.rs:12
          Starts a thread, if the pool has room.

        History at main {4}
          2020-01-04  {4}  file rename       Move the pool to a file that says what it is  Ada Lovelace
                      was method Pool.spawn in src/pool.rs
          2020-01-02  {2}  body              Limit the number of threads (#12) (#7)  Ada Lovelace
          2019-05-06  {1}  introduced        Add the pool  Grace Hopper
          1 change of documentation, style or formatting not shown: --all shows them

        Uses 1
          function work_pool::threads::start  src/threads.rs:19

        Used by 1
          function work_pool::run  src/lib.rs:3

        Why
          `Pool::spawn` came on 2019-05-06 by Grace Hopper: “Add the pool”. [{1}]
          Its commit says: “Blocking calls need threads of their own, otherwise they stall the reactor.” [{1}]
          On 2020-01-02 Ada Lovelace changed its body: “It now stops at its size to avoid running out of memory.” [{2}]
          It has changed 2 times since, last on 2020-01-04 by Ada Lovelace, “Move the pool to a file that says what it is”. [{4}]
          Who knows it: Ada Lovelace (2 changes, last on 2020-01-04) or Grace Hopper (1 change, last on 2019-05-06). [{4}, {1}]

        A model on this machine can put this in a few words: `backstory model fetch` brings one (100 to 150 MB, once).
    "#]].assert_eq(&transcript(&fixture, &output));
}

#[test]
fn everything_hidden_is_shown_on_demand() {
    let fixture = Fixture::new(STORY);
    let output = run(&fixture, &["explain", "--no-model", "--all", "src/threads.rs:12"]);
    expect![[r#"
        method work_pool::threads::Pool::spawn
          pub fn spawn(&self)
          src/threads.rs:12
          Starts a thread, if the pool has room.

        History at main {4}
          2020-01-04  {4}  file rename       Move the pool to a file that says what it is  Ada Lovelace
                      was method Pool.spawn in src/pool.rs
          2020-01-03  {3}  docs              Say more  Ada Lovelace
          2020-01-02  {2}  body              Limit the number of threads (#12) (#7)  Ada Lovelace
          2019-05-06  {1}  introduced        Add the pool  Grace Hopper

        Uses 1
          function work_pool::threads::start  src/threads.rs:19

        Used by 1
          function work_pool::run  src/lib.rs:3

        Why
          `Pool::spawn` came on 2019-05-06 by Grace Hopper: “Add the pool”. [{1}]
          Its commit says: “Blocking calls need threads of their own, otherwise they stall the reactor.” [{1}]
          On 2020-01-02 Ada Lovelace changed its body: “It now stops at its size to avoid running out of memory.” [{2}]
          It has changed 2 times since, last on 2020-01-04 by Ada Lovelace, “Move the pool to a file that says what it is”. [{4}]
          Who knows it: Ada Lovelace (2 changes, last on 2020-01-04) or Grace Hopper (1 change, last on 2019-05-06). [{4}, {1}]
    "#]]
    .assert_eq(&transcript(&fixture, &output));
}

#[test]
fn a_use_means_what_it_refers_to() {
    let fixture = Fixture::new(STORY);
    let output = run(&fixture, &["explain", "--json", "src/lib.rs:4:28"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["symbol"]["key"], "rust:work_pool::threads::Pool::spawn");
}

#[test]
fn a_whole_file() {
    let fixture = Fixture::new(STORY);
    let output = run(&fixture, &["explain", "--no-model", "src/threads.rs"]);
    expect![[r#"
        module work_pool::threads
          src/threads.rs:1

        History at main {4}
          2020-01-04  {4}  file rename       Move the pool to a file that says what it is  Ada Lovelace
                      was file in src/pool.rs
          2020-01-02  {2}  body              Limit the number of threads (#12) (#7)  Ada Lovelace
          2019-05-06  {1}  introduced        Add the pool  Grace Hopper
          1 change of documentation, style or formatting not shown: --all shows them

        Why
          `threads` came on 2019-05-06 by Grace Hopper: “Add the pool”. [{1}]
          Its commit says: “Blocking calls need threads of their own, otherwise they stall the reactor.” [{1}]
          On 2020-01-02 Ada Lovelace changed its body: “It now stops at its size to avoid running out of memory.” [{2}]
          It has changed 2 times since, last on 2020-01-04 by Ada Lovelace, “Move the pool to a file that says what it is”. [{4}]
          Who knows it: Ada Lovelace (2 changes, last on 2020-01-04) or Grace Hopper (1 change, last on 2019-05-06). [{4}, {1}]
    "#]]
    .assert_eq(&transcript(&fixture, &output));
}

#[test]
fn one_json_object() {
    let fixture = Fixture::new(STORY);
    let output = run(&fixture, &["explain", "--json", "--no-model", "start"]);
    expect![[r#"
        {
          "ref": {
            "name": "main",
            "commit": "{4}"
          },
          "question": "why",
          "symbol": {
            "kind": "function",
            "key": "rust:work_pool::threads::start",
            "name": "start",
            "signature": "fn start()",
            "docs": "",
            "path": "src/threads.rs",
            "line": 19
          },
          "introduced": {
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
            "key": "function start",
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
            "lines_removed": 0
          },
          "uncommitted": null,
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
              "key": "function start",
              "from": {
                "path": "src/pool.rs",
                "key": "function start"
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
              "key": "function start",
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
              "lines_removed": 0
            }
          ],
          "complete": true,
          "limits": [],
          "uses": [],
          "used_by": [
            {
              "kind": "method",
              "key": "rust:work_pool::threads::Pool::spawn",
              "path": "src/threads.rs",
              "line": 12,
              "confidence": "exact",
              "count": 1
            }
          ],
          "reasons": [
            {
              "source": {
                "kind": "commit",
                "commit": "{1}"
              },
              "role": "origin",
              "quote": "Blocking calls need threads of their own, otherwise they stall the reactor."
            }
          ],
          "account": [
            {
              "text": "`start` came on 2019-05-06 by Grace Hopper: “Add the pool”.",
              "sources": [
                {
                  "kind": "commit",
                  "commit": "{1}"
                }
              ],
              "kind": "stated"
            },
            {
              "text": "Its commit says: “Blocking calls need threads of their own, otherwise they stall the reactor.”",
              "sources": [
                {
                  "kind": "commit",
                  "commit": "{1}"
                }
              ],
              "kind": "quoted"
            },
            {
              "text": "It has changed once since, on 2020-01-04 by Ada Lovelace, “Move the pool to a file that says what it is”.",
              "sources": [
                {
                  "kind": "commit",
                  "commit": "{4}"
                }
              ],
              "kind": "stated"
            },
            {
              "text": "Who knows it: Grace Hopper (1 change, last on 2019-05-06) or Ada Lovelace (1 change, last on 2020-01-04).",
              "sources": [
                {
                  "kind": "commit",
                  "commit": "{1}"
                },
                {
                  "kind": "commit",
                  "commit": "{4}"
                }
              ],
              "kind": "stated"
            }
          ],
          "people": [
            {
              "name": "Grace Hopper",
              "changes": 1,
              "last": "2019-05-06",
              "commit": "{1}"
            },
            {
              "name": "Ada Lovelace",
              "changes": 1,
              "last": "2020-01-04",
              "commit": "{4}"
            }
          ],
          "explanation": null,
          "draft": null
        }
    "#]]
    .assert_eq(&transcript(&fixture, &output));
}

#[test]
fn no_rationale_is_said_plainly() {
    let fixture = Fixture::new(
        r#"
//@ commit "Initial commit"
//- /a.py
def quiet():
    pass
"#,
    );
    expect![[r#"
        function a.quiet
          def quiet()
          a.py:1

        History at main {1}
          2020-01-01  {1}  introduced        Initial commit  Ada Lovelace

        Why
          `quiet` came on 2020-01-01 by Ada Lovelace: “Initial commit”. [{1}]
          No rationale recorded: its only commit does not say why.
          It has not changed since. [{1}]
          Likeliest to know: Ada Lovelace (1 change, last on 2020-01-01). [{1}]
    "#]]
    .assert_eq(&transcript(&fixture, &run(&fixture, &["explain", "quiet"])));
}

#[test]
fn the_text_on_disk_is_told_from_the_commit() {
    let fixture = Fixture::new(
        r#"
//@ commit "Initial commit"
//- /a.py
def old(count):
    for index in range(count):
        start(index)

def same():
    pass
//@ worktree
//- /a.py
def same():
    pass

def renamed(count):
    for index in range(count):
        start(index + 1)
"#,
    );
    let mut text = transcript(&fixture, &run(&fixture, &["explain", "renamed"]));
    text.push_str(&transcript(&fixture, &run(&fixture, &["explain", "same"])));
    expect![[r#"
        function a.renamed
          def renamed(count)
          a.py:4

        History at main {1}
          not yet              body, rename      uncommitted change
                      was function old in the commit
          2020-01-01  {1}  introduced        Initial commit  Ada Lovelace

        Why
          `renamed` came on 2020-01-01 by Ada Lovelace: “Initial commit”. [{1}]
          No rationale recorded: its only commit does not say why.
          It has not changed since. [{1}]
          Likeliest to know: Ada Lovelace (1 change, last on 2020-01-01). [{1}]
        function a.same
          def same()
          a.py:1

        History at main {1}
          2020-01-01  {1}  introduced        Initial commit  Ada Lovelace

        Why
          `same` came on 2020-01-01 by Ada Lovelace: “Initial commit”. [{1}]
          No rationale recorded: its only commit does not say why.
          It has not changed since. [{1}]
          Likeliest to know: Ada Lovelace (1 change, last on 2020-01-01). [{1}]
    "#]]
    .assert_eq(&text);
    let output = run(&fixture, &["explain", "--json", "renamed"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    expect![[r#"
        {
          "kinds": [
            "body",
            "rename"
          ],
          "hidden": false,
          "from": {
            "path": "a.py",
            "key": "function old"
          },
          "lines_added": 2,
          "lines_removed": 2
        }
    "#]]
    .assert_eq(&format!("{:#}\n", report["uncommitted"]));
}

#[test]
fn what_has_no_history_says_so() {
    let fixture = Fixture::new(
        r#"
//@ commit "Initial commit"
//- /a.py
def old():
    pass
//@ worktree
//- /b.py
def fresh():
    pass
"#,
    );
    expect![[r#"
        function b.fresh
          def fresh()
          b.py:1

        History at main {1}
          Note: not committed yet: HEAD has no such symbol in this file
    "#]]
    .assert_eq(&transcript(&fixture, &run(&fixture, &["explain", "fresh"])));
}
