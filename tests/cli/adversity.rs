//! `backstory explain` where something is missing, ambiguous or broken: it says so, says what to do, and loses nothing.

use std::fs;

use backstory_fixture::Fixture;
use expect_test::expect;

use crate::explain::STORY;
use crate::support::{run, run_in, transcript};

#[test]
fn without_a_repository_the_code_speaks() {
    let fixture = Fixture::new("");
    let bare = fixture.beside("plain directory ✨");
    fs::create_dir(&bare).unwrap();
    fs::write(bare.join("a.py"), "def alone():\n    '''Says it.'''\n").unwrap();
    expect![[r#"
        function a.alone
          def alone()
          a.py:1
          Says it.

        History
          Note: no git repository here, so there is no history to read: clone the project with git (`git clone URL`) and ask there
    "#]].assert_eq(&transcript(&fixture, &run_in(&fixture, &bare, &["explain", "alone"])));
}

#[test]
fn before_the_first_commit() {
    let fixture = Fixture::new("//@ worktree\n//- /a.py\ndef early():\n    pass\n");
    expect![[r#"
        function a.early
          def early()
          a.py:1

        History
          Note: this repository has no commits yet: history begins with the first one (`git commit`)
    "#]]
    .assert_eq(&transcript(&fixture, &run(&fixture, &["explain", "early"])));
}

#[test]
fn a_shallow_clone_names_the_command_that_deepens() {
    let fixture = Fixture::new(STORY);
    let clone = fixture.beside("clone");
    let source = format!("file://{}", fixture.path().display());
    fixture.git(&["clone", "-q", "--depth", "1", &source, &clone.display().to_string()]);
    let output = run_in(&fixture, &clone, &["explain", "--no-model", "Pool::spawn"]);
    expect![[r#"
        method work_pool::threads::Pool::spawn
          pub fn spawn(&self)
          src/threads.rs:12
          Starts a thread, if the pool has room.

        History at main {4}
          Note: this is a shallow clone that ends at {4}: older history is not here; `git fetch --unshallow` brings it

        Uses 1
          function work_pool::threads::start  src/threads.rs:19

        Used by 1
          function work_pool::run  src/lib.rs:3
    "#]].assert_eq(&transcript(&fixture, &output));
}

#[test]
fn a_bare_repository_has_nothing_to_explain() {
    let fixture = Fixture::new(STORY);
    let clone = fixture.beside("bare.git");
    fixture.git(&["clone", "-q", "--bare", ".", &clone.display().to_string()]);
    let output = run_in(&fixture, &clone, &["explain", "Pool"]);
    let text =
        transcript(&fixture, &output).replace(&*clone.canonicalize().unwrap().to_string_lossy(), "BARE");
    expect![[r#"
        -- stderr
        error: BARE is a bare repository: it has no files to explain; run this in a clone or a worktree of it
        -- exit 1
    "#]]
    .assert_eq(&text);
}

#[test]
fn what_cannot_be_found_says_what_to_do() {
    let fixture = Fixture::new(STORY);
    let mut text = String::new();
    for target in [
        "Pool::swapn",
        "nothing_like_it",
        "src/none.rs",
        "src/",
        "src/lib.rs:99",
        "src/lib.rs:2",
        "Cargo.toml",
    ] {
        text.push_str(&format!("{target}\n"));
        text.push_str(&transcript(&fixture, &run(&fixture, &["explain", target])));
    }
    expect![[r#"
        Pool::swapn
        -- stderr
        error: no symbol is named Pool::swapn here; there is spawn
        -- exit 1
        nothing_like_it
        -- stderr
        error: no symbol is named nothing_like_it here: give a file and line, or search by meaning with `backstory search`
        -- exit 1
        src/none.rs
        -- stderr
        error: there is no file src/none.rs
        -- exit 1
        src/
        directory src

        What it is
          `src` has no documentation. [src/lib.rs:1]
          It has 2 files: `lib.rs` and `threads.rs`. [src/lib.rs:1, src/threads.rs:1]
        src/lib.rs:99
        -- stderr
        error: src/lib.rs has 5 lines, there is no line 99
        -- exit 1
        src/lib.rs:2
        -- stderr
        error: no symbol at src/lib.rs:2: name a line inside a function, type or constant
        -- exit 1
        Cargo.toml
        -- stderr
        error: Cargo.toml is not a Rust or Python source file that git would track (ignored, binary, or above 2 MB?)
        -- exit 1
    "#]].assert_eq(&text);
}

#[test]
fn equals_are_listed_not_guessed() {
    let fixture = Fixture::new(
        r#"
//@ commit "Initial commit"
//- /a.py
def same():
    pass
//- /b.py
class Holder:
    def same(self):
        pass
"#,
    );
    expect![[r#"
        -- stderr
        error: 2 symbols are named same; name one by its place or more of its path:
          a.py:1  function python:a.same
          b.py:2  method python:b.Holder.same
        -- exit 1
    "#]]
    .assert_eq(&transcript(&fixture, &run(&fixture, &["explain", "same"])));
}

#[test]
fn broken_binary_and_foreign_files_do_no_harm() {
    let fixture = Fixture::new(
        "//@ commit \"Initial commit\"\n//- /a b/ok ✨.py\r\ndef fine():\r\n    return broken(\r\n",
    );
    fs::write(fixture.path().join("binary.rs"), b"fn hidden() {}\0\0").unwrap();
    fs::write(fixture.path().join("latin.py"), b"def caf\xe9():\n    pass\n\ndef next():\n    pass\n")
        .unwrap();
    let output = run(&fixture, &["explain", "--no-model", "a b/ok ✨.py:1"]);
    expect![[r#"
        function ok ✨.fine
          def fine(): return broken(
          a b/ok ✨.py:1

        History at main {1}
          2020-01-01  {1}  introduced        Initial commit  Ada Lovelace

        Why
          `fine` came on 2020-01-01 by Ada Lovelace: “Initial commit”. [{1}]
          No rationale recorded: its only commit does not say why.
          It has not changed since. [{1}]
          Likeliest to know: Ada Lovelace (1 change, last on 2020-01-01). [{1}]
    "#]]
    .assert_eq(&transcript(&fixture, &output));
    let output = run(&fixture, &["explain", "--no-model", "next"]);
    assert!(output.status.success(), "{}", transcript(&fixture, &output));
}

#[test]
fn a_corrupt_cache_changes_nothing() {
    let fixture = Fixture::new(STORY);
    let ask = || transcript(&fixture, &run(&fixture, &["explain", "--no-model", "Pool::spawn"]));
    let fresh = ask();
    assert_eq!(ask(), fresh, "a warm cache changes nothing");
    let database = fixture.beside("cache").join("facts.sqlite");
    assert!(database.is_file(), "explaining fills the cache");
    fs::write(&database, "not a database at all, but long enough to be looked at as one").unwrap();
    assert_eq!(ask(), fresh, "nor does a corrupt one");
}

#[test]
fn a_cache_that_cannot_be_had_is_a_warning() {
    let fixture = Fixture::new(STORY);
    fs::write(fixture.beside("cache"), "a file where the directory should be").unwrap();
    let output = run(&fixture, &["explain", "--no-model", "Pool::spawn"]);
    assert!(output.status.success());
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.starts_with("warning: cannot create the cache directory"), "{stderr}");
}
