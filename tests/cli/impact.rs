//! `backstory impact` end to end.

use backstory_fixture::Fixture;
use expect_test::{Expect, expect};
use serde_json::Value;

use crate::support::{backstory, run, transcript};

const CODE: &str = r#"
//@ commit "Initial commit"
//- /Cargo.toml
[package]
name = "net-work"
[lib]
name = "work"
//- /src/lib.rs
mod pool;
pub use pool::Pool;
pub fn grow(pool: &mut Pool, by: u32) {
    pool.resize(pool.size() + by);
}
//- /src/pool.rs
pub struct Pool { count: u32 }
impl Pool {
    pub fn size(&self) -> u32 { self.count }
    pub fn resize(&mut self, size: u32) { self.count = size; }
    fn check(&self) { self.check(); helper() }
}
fn helper() {}
#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn resizes() { Pool { count: 1 }.resize(2); }
}
//- /tests/all.rs
#[test]
fn grows() { work::grow(&mut todo!(), 2); }
//- /app/__init__.py
from .jobs import Job
//- /app/jobs.py
class Base:
    def run(self): return 1
class Job(Base):
    def run(self): return work()
def work(): return 2
def start(base: Base): return base.run()
//- /test/test_jobs.py
import pytest
from app.jobs import Job, start
@pytest.fixture
def job(): return Job()
class TestJob:
    def test_run(self, job): assert job.run() == 2
    def test_start(self): start(Job())
def test_nothing(): ...
"#;

fn check(arguments: &[&str], expected: &Expect) {
    let fixture = Fixture::new(CODE);
    expected.assert_eq(&transcript(&fixture, &run(&fixture, arguments)));
}

#[test]
fn a_method_of_rust() {
    check(
        &["impact", "Pool::resize"],
        &expect![[r#"
            method work::pool::Pool::resize
              pub fn resize(&mut self, size: u32)
              src/pool.rs:4
              public API: work::Pool::resize

            1 dependent (direct), 2 tests

            If you change it, look at
              method work::pool::Pool::size  src/pool.rs:3
                  in the same file
              function work::pool::tests::resizes  src/pool.rs:12
                  uses it
              struct work::pool::Pool  src/pool.rs:1
                  used by it
              method work::pool::Pool::check  src/pool.rs:5
                  in the same file
              function work::grow  src/lib.rs:3
                  uses it
              function work::pool::helper  src/pool.rs:7
                  in the same file

            Depends on it
               1  calls         function work::grow  src/lib.rs:4

            Tests
               1  pool::tests::resizes  src/pool.rs:12
               2  grows  tests/all.rs:2
                  through grow (src/lib.rs:4)

            Run
              cargo test -p net-work --lib -- --exact pool::tests::resizes
              cargo test -p net-work --test all -- --exact grows
        "#]],
    );
}

/// The graph of an earlier run is taken up; what it says must be as if it had not been there.
#[test]
fn what_an_earlier_run_knew_changes_nothing() {
    let fixture = Fixture::new(CODE);
    let ask = |cache: &str| {
        let mut command = backstory(&fixture.path(), &fixture.beside(cache), &fixture.beside("models"));
        let output = command.args(["impact", "Pool::resize", "--json"]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let first = ask("cache");
    assert_eq!(ask("cache"), first, "nothing has changed");
    let file = fixture.path().join("src/pool.rs");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("self.check(); helper()", "self.resize(1)")).unwrap();
    std::fs::remove_file(fixture.path().join("tests/all.rs")).unwrap();
    let edited = ask("cache");
    assert!(edited.contains("Pool::check") && !edited.contains("grows"), "{edited}");
    assert_eq!(edited, ask("fresh"));
}

#[test]
fn what_overrides_and_what_may_run_it() {
    check(
        &["impact", "jobs.work"],
        &expect![[r#"
            function app.jobs.work
              def work()
              app/jobs.py:5
              public API: app.jobs.work

            3 dependents (1 direct), 2 tests

            If you change it, look at
              method app.jobs.Job.run  app/jobs.py:4
                  uses it
              function app.jobs.start  app/jobs.py:6
                  in the same file
              class app.jobs.Job  app/jobs.py:3
                  in the same file
              method app.jobs.Base.run  app/jobs.py:2
                  in the same file
              class app.jobs.Base  app/jobs.py:1
                  in the same file

            Depends on it
               1  calls         method app.jobs.Job.run  app/jobs.py:4
               2  may run       method app.jobs.Base.run (inferred)  app/jobs.py:2
                  through run (app/jobs.py:4)
               3  calls         function app.jobs.start (inferred)  app/jobs.py:6
                  through run (app/jobs.py:2) → run (app/jobs.py:4)

            Tests
               2  test/test_jobs.py::TestJob::test_run (by-name)  test/test_jobs.py:6
                  through run (app/jobs.py:4)
               4  test/test_jobs.py::TestJob::test_start (inferred)  test/test_jobs.py:7
                  through start (app/jobs.py:6) → run (app/jobs.py:2) → run (app/jobs.py:4)

            Run
              pytest test/test_jobs.py::TestJob
        "#]],
    );
    check(
        &["impact", "Base.run"],
        &expect![[r#"
            method app.jobs.Base.run
              def run(self)
              app/jobs.py:2
              public API: app.jobs.Base.run

            2 dependents (direct), 2 tests

            If you change it, look at
              method app.jobs.Job.run  app/jobs.py:4
                  88 % alike
              class app.jobs.Base  app/jobs.py:1
                  in the same file
              function app.jobs.start  app/jobs.py:6
                  uses it
              class app.jobs.Job  app/jobs.py:3
                  in the same file
              function app.jobs.work  app/jobs.py:5
                  in the same file
              method test_jobs.TestJob.test_run  test/test_jobs.py:6
                  uses it (by-name)

            Depends on it
               1  calls         function app.jobs.start  app/jobs.py:6
               1  overrides     method app.jobs.Job.run  app/jobs.py:4

            Tests
               1  test/test_jobs.py::TestJob::test_run (by-name)  test/test_jobs.py:6
               2  test/test_jobs.py::TestJob::test_start  test/test_jobs.py:7
                  through start (app/jobs.py:6)

            Run
              pytest test/test_jobs.py::TestJob
        "#]],
    );
}

#[test]
fn circles_end_and_what_is_private_is_said_to_be_nobody_elses() {
    check(
        &["impact", "helper"],
        &expect![[r#"
            function work::pool::helper
              fn helper()
              src/pool.rs:7

            1 dependent (direct), no tests

            If you change it, look at
              method work::pool::Pool::check  src/pool.rs:5
                  uses it
              function work::pool::tests::resizes  src/pool.rs:12
                  in the same file
              struct work::pool::Pool  src/pool.rs:1
                  in the same file
              method work::pool::Pool::resize  src/pool.rs:4
                  in the same file
              method work::pool::Pool::size  src/pool.rs:3
                  in the same file

            Depends on it
               1  calls         method work::pool::Pool::check  src/pool.rs:5
        "#]],
    );
}

#[test]
fn a_place_with_bounds() {
    check(
        &["impact", "app/jobs.py:5", "--depth", "1", "-n", "1"],
        &expect![[r#"
            function app.jobs.work
              def work()
              app/jobs.py:5
              public API: app.jobs.work

            1 dependent (direct), no tests

            If you change it, look at
              method app.jobs.Job.run  app/jobs.py:4
                  uses it

            Depends on it
               1  calls         method app.jobs.Job.run  app/jobs.py:4
            Note: what is more than 1 step away was not looked for
        "#]],
    );
}

#[test]
fn as_markdown() {
    check(
        &["impact", "jobs.work", "--format", "markdown"],
        &expect![[r#"
            ## Impact of `app.jobs.work`

            function in `app/jobs.py:5`, public API as `app.jobs.work`

            3 dependents (1 direct), 2 tests

            | Steps | Use | Symbol | Where | Through |
            |---|---|---|---|---|
            | 1 | calls | `app.jobs.Job.run` | `app/jobs.py:4` |  |
            | 2 | may run (inferred) | `app.jobs.Base.run` | `app/jobs.py:2` | run (app/jobs.py:4) |
            | 3 | calls (inferred) | `app.jobs.start` | `app/jobs.py:6` | run (app/jobs.py:2) → run (app/jobs.py:4) |

            ### If you change it, look at

            - method `app.jobs.Job.run` (`app/jobs.py:4`): uses it
            - function `app.jobs.start` (`app/jobs.py:6`): in the same file
            - class `app.jobs.Job` (`app/jobs.py:3`): in the same file
            - method `app.jobs.Base.run` (`app/jobs.py:2`): in the same file
            - class `app.jobs.Base` (`app/jobs.py:1`): in the same file

            ### Tests

            - `test/test_jobs.py::TestJob::test_run` (2 steps, by-name)
            - `test/test_jobs.py::TestJob::test_start` (4 steps, inferred)

            ```sh
            pytest test/test_jobs.py::TestJob
            ```
        "#]],
    );
}

#[test]
fn as_json() {
    let fixture = Fixture::new(CODE);
    let output = run(&fixture, &["impact", "jobs.work", "--json"]);
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let keys: Vec<&String> = json.as_object().unwrap().keys().collect();
    expect![[r#"["symbols", "dependents", "direct", "tests", "dependent_list", "look_at", "test_list", "run", "limits"]"#]]
    .assert_eq(&format!("{keys:?}"));
    expect![[r#"
        {
          "kind": "method",
          "key": "python:app.jobs.Job.run",
          "path": "app/jobs.py",
          "line": 4,
          "distance": 1,
          "confidence": "exact",
          "use": "call",
          "use_line": 4,
          "via": [
            {
              "kind": "function",
              "key": "python:app.jobs.work",
              "path": "app/jobs.py",
              "line": 5,
              "use": null,
              "use_line": null
            }
          ]
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&json["dependent_list"][0]).unwrap());
    expect![[r#"
        {
          "kind": "method",
          "key": "python:test_jobs.TestJob.test_run",
          "path": "test/test_jobs.py",
          "line": 6,
          "id": "test/test_jobs.py::TestJob::test_run",
          "distance": 2,
          "confidence": "by-name",
          "via": [
            {
              "kind": "method",
              "key": "python:app.jobs.Job.run",
              "path": "app/jobs.py",
              "line": 4,
              "use": "call",
              "use_line": 4
            },
            {
              "kind": "function",
              "key": "python:app.jobs.work",
              "path": "app/jobs.py",
              "line": 5,
              "use": null,
              "use_line": null
            }
          ]
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&json["test_list"][0]).unwrap());
    expect![[r#"{"pytest":["test/test_jobs.py::TestJob"],"cargo":[]}"#]].assert_eq(&json["run"].to_string());
    assert_eq!(
        output.stdout,
        run(&fixture, &["impact", "jobs.work", "--format", "json"]).stdout,
        "one is short for the other"
    );
}

#[test]
fn what_is_not_there() {
    check(
        &["impact", "nothing"],
        &expect![[r#"
        -- stderr
        error: no symbol is named nothing here: give a file and line, or search by meaning with `backstory search`
        -- exit 1
    "#]],
    );
    check(
        &["impact", "run"],
        &expect![[r#"
        -- stderr
        error: 2 symbols are named run; name one by its place or more of its path:
          app/jobs.py:2  method python:app.jobs.Base.run
          app/jobs.py:4  method python:app.jobs.Job.run
        -- exit 1
    "#]],
    );
}
