//! The commits behind each line of a symbol.

use std::fmt::Write as _;

use backstory_fixture::Fixture;
use expect_test::expect;

use super::{history, key, open};
use crate::{HistoryQuery, strands};

#[test]
fn each_line_has_the_commits_that_changed_it() {
    let fixture = Fixture::new(
        r#"
//@ commit "Add"
//- /a.py
def run(path):
    start(path)
    end(path)
//@ commit "Check"
//- /a.py
def run(path):
    start(path)
    if path:
        check(path)
    end(path)
//@ commit "Format"
//- /a.py
def run(path):
    start( path )
    if path:
        check( path )
    end(path)
//@ commit "Check twice"
//- /a.py
import os

def run(path):
    start( path )
    if path:
        check( path, 2 )
    end(path)
//@ commit "End at once"
//- /a.py
import os

def run(path):
    start( path )
    if path:
        check( path, 2 )
    end(path, now=True)
"#,
    );
    let repository = open(&fixture.path());
    let at = repository.head().expect("a repository has a head").commit.expect("there are commits");
    let key = key("function run");
    let query = HistoryQuery { path: "a.py".to_owned(), key, at };
    let lineage = history(&repository, "a.py", "function run");
    let found = strands(&repository, &query, &lineage).expect("it can be read").expect("it is there");
    let mut output = format!("from line {}, complete: {}\n", found.line, found.complete);
    for commits in &found.lines {
        let subjects: Vec<&str> =
            commits.iter().map(|&at| found.commits[at as usize].subject.as_str()).collect();
        writeln!(output, "{}", subjects.join(" < ")).expect("writing to a string");
    }
    expect![[r#"
        from line 3, complete: true
        Add
        Add
        Check
        Check twice < Check
        End at once < Add
    "#]]
    .assert_eq(&output);
}
