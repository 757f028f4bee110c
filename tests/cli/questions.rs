//! `backstory explain --ask ..` end to end: the other questions, of symbols, files and directories, without a model.

use backstory_fixture::Fixture;
use expect_test::expect;

use crate::explain::STORY;
use crate::support::{run, transcript};

fn asked(fixture: &Fixture, asked: &[&[&str]]) -> String {
    let mut text = String::new();
    for words in asked {
        let all: Vec<&str> = ["explain", "--no-model"].iter().chain(*words).copied().collect();
        text.push_str(&format!("$ {}\n{}", words.join(" "), transcript(fixture, &run(fixture, &all))));
    }
    text
}

#[test]
fn what_changed_and_what_it_does() {
    let fixture = Fixture::new(STORY);
    expect![[r#"
        $ --ask changes Pool::spawn
        method work_pool::threads::Pool::spawn
          pub fn spawn(&self)
          src/threads.rs:12
          Starts a thread, if the pool has room.

        What changed, and why
          On 2020-01-04 Ada Lovelace moved it, “Move the pool to a file that says what it is”; why is not recorded. [{4}]
          On 2020-01-02 Ada Lovelace changed its body: “It now stops at its size to avoid running out of memory.” [{2}]
          Before that, it came on 2019-05-06 by Grace Hopper: “Add the pool”. [{1}]
        $ --ask what Pool::spawn
        method work_pool::threads::Pool::spawn
          pub fn spawn(&self)
          src/threads.rs:12
          Starts a thread, if the pool has room.

        What it is
          `Pool::spawn` is a method in `src/threads.rs`: “Starts a thread, if the pool has room.” [src/threads.rs:11@{4}]
          It uses `threads::start`. [src/threads.rs:12@{4}]
          It is used by `work_pool::run`. [src/lib.rs:3]
        $ --ask what Pool
        struct work_pool::threads::Pool
          pub struct Pool
          src/threads.rs:2
          A pool of threads.

        What it is
          `threads::Pool` is a struct in `src/threads.rs`: “A pool of threads.” [src/threads.rs:1@{4}]
          It has 2 methods and 1 field: `spawn` (“Starts a thread, if the pool has room”), `new` and `size`. [src/threads.rs:2@{4}]
          It is used by `work_pool::run`. [src/lib.rs:3]
        $ --ask what src/threads.rs
        module work_pool::threads
          src/threads.rs:1

        What it is
          `src/threads.rs` has no documentation. [src/threads.rs:1@{4}]
          It has 1 struct and 1 function: `Pool` (“A pool of threads”) and `start`. [src/threads.rs:1@{4}]
        $ --ask changes run
        function work_pool::run
          pub fn run()
          src/lib.rs:3

        What changed, and why
          On 2020-01-04 Ada Lovelace changed its body, “Move the pool to a file that says what it is”; why is not recorded. [{4}]
          Before that, it came on 2019-05-06 by Grace Hopper: “Add the pool”. [{1}]
        $ --ask who run
        -- stderr
        error: invalid value 'who' for '--ask <why|changes|what|doc>'
          [possible values: why, changes, what, doc]

          tip: a similar value exists: 'why'

        For more information, try '--help'.
        -- exit 2
    "#]].assert_eq(&asked(
        &fixture,
        &[
            &["--ask", "changes", "Pool::spawn"],
            &["--ask", "what", "Pool::spawn"],
            &["--ask", "what", "Pool"],
            &["--ask", "what", "src/threads.rs"],
            &["--ask", "changes", "run"],
            &["--ask", "who", "run"],
        ],
    ));
}

#[test]
fn what_is_in_a_directory() {
    let fixture = Fixture::new(
        r##"
//@ commit "Begin"
//- /README.md
# Tables

Reads and writes tables. They are kept sorted.
//- /tables/__init__.py
"""Tables in memory.

Nothing is written before `close`.
"""
from .reader import read
//- /tables/reader.py
"""Reads one table after the other."""
def read(): ...
//- /tools/check.py
def check(): ...
//- /docs/a.md
Text.
"##,
    );
    expect![[r#"
        $ .
        directory .

        What it is
          `.`: “Reads and writes tables.” [README.md:1]
          It has 2 directories: `tables` (“Tables in memory”) and `tools`. [tables/__init__.py:1]
        $ tables/
        directory tables

        What it is
          `tables`: “Tables in memory.” [tables/__init__.py:1]
          “Nothing is written before `close`.” [tables/__init__.py:1]
          It has 2 files: `__init__.py` (“Tables in memory”) and `reader.py` (“Reads one table after the other”). [tables/__init__.py:1, tables/reader.py:1]
        $ --ask why tables/
        module tables
          tables/__init__.py:1
          Tables in memory.

        History at main {1}
          2020-01-01  {1}  introduced        Begin  Ada Lovelace

        Uses 1
          module tables.reader  tables/reader.py:1

        Why
          `tables` came on 2020-01-01 by Ada Lovelace: “Begin”. [{1}]
          No rationale recorded: its only commit does not say why.
          It has not changed since. [{1}]
          Likeliest to know: Ada Lovelace (1 change, last on 2020-01-01). [{1}]
        $ tools/
        directory tools

        What it is
          `tools` has no documentation. [tools/check.py:1]
          It has 1 file: `check.py`. [tools/check.py:1]
        $ --ask why tools/
        -- stderr
        error: tools is a directory without a module file (mod.rs, lib.rs, main.rs, __init__.py), so it has no history of its own: ask what is in it (`--ask what`), or name a file in it
        -- exit 1
        $ docs/
        -- stderr
        error: docs is a directory without Rust or Python source files that git would track
        -- exit 1
    "#]].assert_eq(&asked(
        &fixture,
        &[
            &["."],
            &["tables/"],
            &["--ask", "why", "tables/"],
            &["tools/"],
            &["--ask", "why", "tools/"],
            &["docs/"],
        ],
    ));
}

#[test]
fn a_draft_of_a_documentation_has_the_form_of_the_language() {
    let fixture = Fixture::new(STORY);
    let python = Fixture::new(
        r#"
//@ commit "Add tables"
//= Rows are read lazily to avoid holding a whole table in memory, which a report of 2 GB once did.
//- /tables.py
class Table:
    def rows(self):
        """Yields the rows.

        In order.
        """
        return []

    def close(self):
        pass
//@ commit "Say what C:\temp means"
//= Paths are kept as written because C:\temp and c:\temp are one.
//- /tables.py
class Table:
    def rows(self):
        """Yields the rows.

        In order.
        """
        return []

    def close(self):
        return None
"#,
    );
    let text = asked(&fixture, &[&["--ask", "doc", "Pool::spawn"], &["--ask", "doc", "Pool::new"]])
        + &asked(
            &python,
            &[
                &["--ask", "doc", "Table.rows"],
                &["--ask", "doc", "Table.close"],
                &["--ask", "doc", "tables.py"],
            ],
        );
    expect![[r#"
        $ --ask doc Pool::spawn
        method work_pool::threads::Pool::spawn
          pub fn spawn(&self)
          src/threads.rs:12
          Starts a thread, if the pool has room.

        What its documentation could say
          On 2019-05-06 Grace Hopper brought it: “Blocking calls need threads of their own, otherwise they stall the reactor.” [{1}]
          On 2020-01-02 Ada Lovelace changed its body: “It now stops at its size to avoid running out of memory.” [{2}]

        Draft
            /// Starts a thread, if the pool has room.
            ///
            /// As {1} says: “Blocking calls need threads of their own, otherwise they stall the
            /// reactor.”
            ///
            /// As {2} says: “It now stops at its size to avoid running out of memory.”
        $ --ask doc Pool::new
        method work_pool::threads::Pool::new
          pub fn new(size: usize) -> Self
          src/threads.rs:7

        What its documentation could say
          On 2019-05-06 Grace Hopper brought it: “Blocking calls need threads of their own, otherwise they stall the reactor.” [{1}]

        Draft
            /// As {1} says: “Blocking calls need threads of their own, otherwise they stall the
            /// reactor.”
        $ --ask doc Table.rows
        method tables.Table.rows
          def rows(self)
          tables.py:2
          Yields the rows.

        What its documentation could say
          On 2020-01-01 Ada Lovelace brought it: “Rows are read lazily to avoid holding a whole table in memory, which a report of 2 GB once did.” [{1}]

        Draft
                """Yields the rows.

                As {1} says: “Rows are read lazily to avoid holding a whole table
                in memory, which a report of 2 GB once did.”
                """
        $ --ask doc Table.close
        method tables.Table.close
          def close(self)
          tables.py:9

        What its documentation could say
          On 2020-01-01 Ada Lovelace brought it: “Rows are read lazily to avoid holding a whole table in memory, which a report of 2 GB once did.” [{1}]
          On 2020-01-02 Ada Lovelace changed its body: “Paths are kept as written because C:\temp and c:\temp are one.” [{2}]

        Draft
                r"""As {1} says: “Rows are read lazily to avoid holding a whole
                table in memory, which a report of 2 GB once did.”

                As {2} says: “Paths are kept as written because C:\temp and c:\temp
                are one.”
                """
        $ --ask doc tables.py
        module tables
          tables.py:1

        What its documentation could say
          On 2020-01-01 Ada Lovelace brought it: “Rows are read lazily to avoid holding a whole table in memory, which a report of 2 GB once did.” [{1}]
          On 2020-01-02 Ada Lovelace changed its body: “Paths are kept as written because C:\temp and c:\temp are one.” [{2}]

        Draft
        r"""As {1} says: “Rows are read lazily to avoid holding a whole table in
        memory, which a report of 2 GB once did.”

        As {2} says: “Paths are kept as written because C:\temp and c:\temp are
        one.”
        """
    "#]].assert_eq(&text);
}
