//! `backstory definition`, `backstory references` and `backstory symbols` end to end.

use backstory_fixture::Fixture;
use expect_test::expect;
use serde_json::Value;

use crate::support::{run, transcript};

const CODE: &str = r#"
//@ commit "Initial commit"
//- /Cargo.toml
[package]
name = "work"
//- /src/lib.rs
pub mod pool;
use pool::Pool as Shared;
pub fn grow(pool: &mut Shared, by: u32) {
    let size = pool.size() + by;
    pool.resize(size);
}
//- /src/pool.rs
pub struct Pool { count: u32 }
impl Pool {
    pub fn size(&self) -> u32 { self.count }
    pub fn resize(&mut self, size: u32) { self.count = size; }
}
//- /tool.py
class Base:
    def run(self): ...
class Child(Base): ...
def main(child: Child, other):
    child.run()
    other.run()
"#;

#[test]
fn where_names_are_declared() {
    let fixture = Fixture::new(CODE);
    let mut said = String::new();
    let asked = [
        "src/lib.rs:4:21",
        "src/lib.rs:3:24",
        "src/lib.rs:5:17",
        "src/lib.rs:1:9",
        "tool.py:5:11",
        "tool.py:6:11",
        "Pool::size",
    ];
    for place in asked {
        said.push_str(&format!("{place}\n{}", transcript(&fixture, &run(&fixture, &["definition", place]))));
    }
    expect![[r#"
        src/lib.rs:4:21
        src/pool.rs:3:12  method work::pool::Pool::size
        src/lib.rs:3:24
        src/pool.rs:1:12  struct work::pool::Pool
        src/lib.rs:5:17
        src/lib.rs:4:9  let size = pool.size() + by;
        src/lib.rs:1:9
        src/pool.rs:1:1  module work::pool
        tool.py:5:11
        tool.py:2:9  method tool.Base.run
        tool.py:6:11
        tool.py:2:9  method tool.Base.run  (by-name)
        Pool::size
        src/pool.rs:3:12  method work::pool::Pool::size
    "#]]
    .assert_eq(&said);
}

#[test]
fn every_place_that_names_a_symbol() {
    let fixture = Fixture::new(CODE);
    let mut said = String::new();
    for place in ["Pool", "src/lib.rs:4:9", "tool.py:2:9", "src/pool.rs:1:19"] {
        said.push_str(&format!("{place}\n{}", transcript(&fixture, &run(&fixture, &["references", place]))));
    }
    expect![[r#"
        Pool
        src/lib.rs:2:11  use pool::Pool as Shared;
        src/lib.rs:2:19  use pool::Pool as Shared;
        src/lib.rs:3:24  pub fn grow(pool: &mut Shared, by: u32) {
        src/pool.rs:1:12  pub struct Pool { count: u32 }
        src/pool.rs:2:6  impl Pool {
        src/lib.rs:4:9
        src/lib.rs:4:9  let size = pool.size() + by;
        src/lib.rs:5:17  pool.resize(size);
        tool.py:2:9
        tool.py:2:9  def run(self): ...
        tool.py:5:11  child.run()
        tool.py:6:11  other.run()  (by-name)
        src/pool.rs:1:19
        src/pool.rs:1:19  pub struct Pool { count: u32 }
        src/pool.rs:3:38  pub fn size(&self) -> u32 { self.count }
        src/pool.rs:4:48  pub fn resize(&mut self, size: u32) { self.count = size; }
    "#]]
    .assert_eq(&said);
}

#[test]
fn as_data() {
    let fixture = Fixture::new(CODE);
    let output = run(&fixture, &["references", "--json", "tool.py:2:9"]);
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    expect![[r#"
        [
          {
            "path": "tool.py",
            "line": 2,
            "column": 9,
            "text": "def run(self): ...",
            "key": null,
            "kind": null,
            "confidence": "exact",
            "declaration": true
          },
          {
            "path": "tool.py",
            "line": 5,
            "column": 11,
            "text": "child.run()",
            "key": null,
            "kind": null,
            "confidence": "exact",
            "declaration": false
          },
          {
            "path": "tool.py",
            "line": 6,
            "column": 11,
            "text": "other.run()",
            "key": null,
            "kind": null,
            "confidence": "by-name",
            "declaration": false
          }
        ]"#]]
    .assert_eq(&serde_json::to_string_pretty(&found).unwrap());
}

#[test]
fn symbols_of_files_and_by_letters() {
    let fixture = Fixture::new(CODE);
    let mut said = String::new();
    for wanted in ["tool.py", "src/", "rsz", "pool.siz", "nosuch.py", "zzz"] {
        said.push_str(&format!("{wanted}\n{}", transcript(&fixture, &run(&fixture, &["symbols", wanted]))));
    }
    expect![[r#"
        tool.py
        tool.py:1  class tool.Base  class Base
        tool.py:2  method tool.Base.run  def run(self)
        tool.py:3  class tool.Child  class Child(Base)
        tool.py:4  function tool.main  def main(child: Child, other)
        src/
        src/lib.rs:1  module work::pool  pub mod pool
        src/lib.rs:3  function work::grow  pub fn grow(pool: &mut Shared, by: u32)
        src/pool.rs:1  struct work::pool::Pool  pub struct Pool
        src/pool.rs:1  field work::pool::Pool::count  count: u32
        src/pool.rs:2  impl work::pool::impl Pool  impl Pool
        src/pool.rs:3  method work::pool::Pool::size  pub fn size(&self) -> u32
        src/pool.rs:4  method work::pool::Pool::resize  pub fn resize(&mut self, size: u32)
        rsz
        src/pool.rs:4  method work::pool::Pool::resize  pub fn resize(&mut self, size: u32)
        pool.siz
        src/pool.rs:3  method work::pool::Pool::size  pub fn size(&self) -> u32
        src/pool.rs:4  method work::pool::Pool::resize  pub fn resize(&mut self, size: u32)
        nosuch.py
        -- stderr
        error: there is no file nosuch.py
        -- exit 1
        zzz
        -- stderr
        error: no symbol here has these letters in its name in this order
        -- exit 1
    "#]]
    .assert_eq(&said);
    let found = run(&fixture, &["symbols", "pool.siz", "--json", "--limit", "1"]);
    let found: Value = serde_json::from_slice(&found.stdout).unwrap();
    expect![[r#"
        [
          {
            "kind": "method",
            "key": "rust:work::pool::Pool::size",
            "name": "size",
            "signature": "pub fn size(&self) -> u32",
            "docs": "",
            "path": "src/pool.rs",
            "line": 3,
            "end_line": 3,
            "depth": 1
          }
        ]"#]]
    .assert_eq(&serde_json::to_string_pretty(&found).unwrap());
}

#[test]
fn nothing_meant_fails() {
    let fixture = Fixture::new(CODE);
    let mut said = String::new();
    for place in ["src/lib.rs:3:36", "src/lib.rs:99:1", "src/nowhere.rs:1:1", "Pol"] {
        said.push_str(&format!("{place}\n{}", transcript(&fixture, &run(&fixture, &["definition", place]))));
    }
    expect![[r#"
        src/lib.rs:3:36
        -- stderr
        error: no name that this repository declares stands there: the standard library and dependencies are not known
        -- exit 1
        src/lib.rs:99:1
        -- stderr
        error: src/lib.rs has 6 lines, there is no line 99
        -- exit 1
        src/nowhere.rs:1:1
        -- stderr
        error: there is no file src/nowhere.rs
        -- exit 1
        Pol
        -- stderr
        error: no symbol is named Pol here; there is Pool, pool
        -- exit 1
    "#]]
    .assert_eq(&said);
}

/// Without a repository the tree is the directory in which one works.
#[test]
fn without_a_repository() {
    let fixture = Fixture::new(CODE);
    let plain = fixture.beside("plain");
    std::fs::create_dir_all(plain.join("pkg")).unwrap();
    std::fs::write(plain.join("pkg/__init__.py"), "def run(): ...\n").unwrap();
    std::fs::write(plain.join("main.py"), "from pkg import run\nrun()\n").unwrap();
    let output = run(&fixture, &["-C", plain.to_str().unwrap(), "references", "pkg/__init__.py:1:5"]);
    expect![[r#"
        main.py:1:17  from pkg import run
        main.py:2:1  run()
        pkg/__init__.py:1:5  def run(): ...
    "#]]
    .assert_eq(&transcript(&fixture, &output));
}
