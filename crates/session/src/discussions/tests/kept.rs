//! Several imports into one database, and which discussion a reference finds then.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use backstory_fixture::Fixture;
use expect_test::expect;

use super::super::import::import_into;
use super::super::list::list_in;
use super::super::{Discussions, Importing};

/// A directory with a database and files to import.
struct Desk {
    fixture: Fixture,
}

impl Desk {
    fn new() -> Self {
        Self { fixture: Fixture::new("") }
    }

    fn database(&self) -> PathBuf {
        self.fixture.beside("discussions.sqlite")
    }

    /// Imports exports, and says what came of it.
    fn import(&self, exports: &[&str], repository: Option<&str>, replace: bool) -> String {
        let files: Vec<PathBuf> =
            (0..exports.len()).map(|at| self.fixture.beside(&format!("{at}.json"))).collect();
        files.iter().zip(exports).for_each(|(file, export)| fs::write(file, export).unwrap());
        let importing = Importing { files: &files, repository, replace };
        match import_into(&self.database(), &importing, &mut |_| {}) {
            Ok(imported) => {
                let mut text = format!("{} added, {} replaced\n", imported.added, imported.replaced);
                assert_eq!(imported.repositories, list_in(&self.database()).unwrap());
                for of in imported.repositories {
                    let name = of.repository.as_deref().unwrap_or("-");
                    writeln!(text, "{name}{}", if of.own { ", its own" } else { "" }).unwrap();
                    for it in of.counts {
                        writeln!(text, "  {} {:?} {} {}", it.count, it.kind, it.first, it.last).unwrap();
                    }
                }
                text
            }
            Err(error) => {
                error.to_string().replace(&*self.fixture.beside("").to_string_lossy(), "DIR/") + "\n"
            }
        }
    }

    /// The titles that references find.
    fn titles(&self, references: &[&str]) -> String {
        let references: Vec<String> = references.iter().map(|&it| it.to_owned()).collect();
        let found = Discussions::open_in(&self.database()).unwrap().of(&references);
        found.iter().map(|it| format!("{} {}\n", it.reference, it.title)).collect()
    }
}

fn issue(repository: &str, number: u32, title: &str, date: &str) -> String {
    format!(
        r#"{{"number":{number},"title":"{title}","body":"","createdAt":"{date}T00:00:00Z","url":"https://github.com/{repository}/issues/{number}"}}"#
    )
}

const REFERENCES: [&str; 9] =
    ["#1", "#2", "GH-2", "gh-3", "!1", "ada/pool#1", "Ada/Pool#2", "eve/pool#1", "pool#1"];

#[test]
fn plain_numbers_are_this_repositorys_own() {
    let desk = Desk::new();
    let own = issue("ada/pool", 1, "one", "2020-01-02") + &issue("ada/pool", 2, "two", "2020-01-01");
    let other = issue("eve/pool", 1, "the other one", "2020-01-03");
    expect![[r#"
        3 added, 0 replaced
        ada/pool, its own
          2 Issue 2020-01-01 2020-01-02
        eve/pool
          1 Issue 2020-01-03 2020-01-03
    "#]]
    .assert_eq(&desk.import(&[&other, &own], None, false));
    expect![[r#"
        #1 one
        #2 two
        ada/pool#1 one
        Ada/Pool#2 two
        eve/pool#1 the other one
    "#]]
    .assert_eq(&desk.titles(&REFERENCES));
    assert_eq!(
        desk.titles(&["", "#", "#0", "#x", "#1x", "GH-", "é#1", "a/b#", "##1", "ada/pool!1", "#01234567890"]),
        ""
    );
}

#[test]
fn another_export_is_kept_apart_and_its_numbers_replaced() {
    let desk = Desk::new();
    let mut text = String::new();
    let mut step = |name: &str, exports: &[&str], repository, replace| {
        write!(text, "-- {name}\n{}", desk.import(exports, repository, replace)).unwrap();
        text.push_str(&desk.titles(&["#1", "#2"]));
    };
    step("first", &[&issue("ada/pool", 1, "one", "2020-01-01")], None, false);
    let fork = issue("eve/pool", 1, "fork", "2020-01-01") + &issue("eve/pool", 2, "fork", "2020-01-02");
    step("a fork", &[&fork], None, false);
    step("again, in other letters", &[&issue("Ada/pool", 1, "one, edited", "2020-01-01")], None, false);
    step("the fork is meant", &[&fork], Some("eve/pool"), false);
    step("no discussion", &["[]"], None, true);
    step("a later file holds none", &[&fork, "[{\"a\":1}]"], None, true);
    step("one is broken from the start", &[&fork, "\n<html>"], None, true);
    step("broken further on", &[&(issue("x/y", 2, "read", "2020-01-01") + "]")], None, true);
    expect![[r#"
        -- first
        1 added, 0 replaced
        ada/pool, its own
          1 Issue 2020-01-01 2020-01-01
        #1 one
        -- a fork
        2 added, 0 replaced
        ada/pool, its own
          1 Issue 2020-01-01 2020-01-01
        eve/pool
          2 Issue 2020-01-01 2020-01-02
        #1 one
        -- again, in other letters
        0 added, 1 replaced
        Ada/pool, its own
          1 Issue 2020-01-01 2020-01-01
        eve/pool
          2 Issue 2020-01-01 2020-01-02
        #1 one, edited
        -- the fork is meant
        0 added, 2 replaced
        Ada/pool
          1 Issue 2020-01-01 2020-01-01
        eve/pool, its own
          2 Issue 2020-01-01 2020-01-02
        #1 fork
        #2 fork
        -- no discussion
        DIR/0.json holds no issue and no pull or merge request: nothing was imported; a file holds JSON from GitHub or GitLab, such as `gh issue list --json number,title,body,author,createdAt,url` prints
        #1 fork
        #2 fork
        -- a later file holds none
        DIR/1.json holds no issue and no pull or merge request: nothing was imported; a file holds JSON from GitHub or GitLab, such as `gh issue list --json number,title,body,author,createdAt,url` prints
        #1 fork
        #2 fork
        -- one is broken from the start
        DIR/1.json is broken at line 2 column 1 (expected value), and no discussion stands before that: nothing was imported; a file holds JSON from GitHub or GitLab, such as `gh issue list --json number,title,body,author,createdAt,url` prints
        #1 fork
        #2 fork
        -- broken further on
        1 added, 0 replaced
        x/y, its own
          1 Issue 2020-01-01 2020-01-01
        #2 read
    "#]].assert_eq(&text);
}

#[test]
fn discussions_that_name_no_repository_are_its_own() {
    let desk = Desk::new();
    let mut text = String::new();
    let plain = |number, title| format!(r#"{{"number":{number},"title":"{title}","body":""}}"#);
    let merge_request = r#"{"iid":1,"title":"merge","author_id":1,"source_branch":"a","description":"","created_at":"2020-01-01T00:00:00Z"}"#;
    let mut step = |exports: &[&str], repository| {
        text.push_str(&desk.import(exports, repository, false));
        text.push_str(&desk.titles(&["#1", "#2", "!1", "ada/pool#2", "ada/pool!1"]));
        text.push_str("--\n");
    };
    step(&[&plain(1, "unnamed one"), &plain(2, "unnamed two"), merge_request], None);
    step(&[&issue("ada/pool", 1, "named one", "2020-01-01")], None);
    step(&[&plain(2, "now it is known")], None);
    step(&[&plain(1, "elsewhere"), merge_request], Some("eve/pool"));
    expect![[r#"
        3 added, 0 replaced
        -, its own
          2 Issue  
          1 ChangeRequest 2020-01-01 2020-01-01
        #1 unnamed one
        #2 unnamed two
        !1 merge
        --
        1 added, 0 replaced
        -, its own
          2 Issue  
          1 ChangeRequest 2020-01-01 2020-01-01
        ada/pool, its own
          1 Issue 2020-01-01 2020-01-01
        #1 named one
        #2 unnamed two
        !1 merge
        --
        1 added, 0 replaced
        -, its own
          2 Issue  
          1 ChangeRequest 2020-01-01 2020-01-01
        ada/pool, its own
          2 Issue 2020-01-01 2020-01-01
        #1 named one
        #2 now it is known
        !1 merge
        ada/pool#2 now it is known
        --
        2 added, 0 replaced
        -, its own
          2 Issue  
          1 ChangeRequest 2020-01-01 2020-01-01
        ada/pool
          2 Issue 2020-01-01 2020-01-01
        eve/pool, its own
          1 Issue  
          1 ChangeRequest 2020-01-01 2020-01-01
        #1 elsewhere
        #2 unnamed two
        !1 merge
        ada/pool#2 now it is known
        --
    "#]]
    .assert_eq(&text);
}

#[test]
fn a_missing_file_and_a_directory_change_nothing() {
    let desk = Desk::new();
    desk.import(&[&issue("ada/pool", 1, "one", "2020-01-01")], None, false);
    let import = |file: &Path| {
        let files = [desk.fixture.beside("0.json"), file.to_owned()];
        let importing = Importing { files: &files, repository: None, replace: true };
        let error = import_into(&desk.database(), &importing, &mut |_| {}).unwrap_err().to_string();
        error.replace(&*desk.fixture.beside("").to_string_lossy(), "DIR/")
    };
    fs::write(desk.fixture.beside("0.json"), issue("x/y", 1, "other", "2020-01-01")).unwrap();
    assert_eq!(
        import(&desk.fixture.beside("missing.json")),
        "cannot read DIR/missing.json: No such file or directory (os error 2)"
    );
    assert!(import(&desk.fixture.path()).starts_with("cannot read DIR/repo: "));
    assert_eq!(desk.titles(&["#1"]), "#1 one\n");
}
