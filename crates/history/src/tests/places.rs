//! Symbols that change their name, container or file.

use std::fmt::Write as _;

use backstory_fixture::Fixture;
use expect_test::expect;

use super::render;

#[test]
fn renamed_file() {
    let fixture = Fixture::new(
        r#"
//@ commit "Introduce"
//- /requests/sessions.py
class Session:
    def rebuild_auth(self, prepared, response):
        headers = prepared.headers
        return headers
//@ commit "Move to src"
//@ mv /requests/sessions.py /src/requests/sessions.py
//@ commit "Edit"
//- /src/requests/sessions.py
class Session:
    def rebuild_auth(self, prepared, response):
        headers = prepared.headers
        del headers["Authorization"]
        return headers
"#,
    );
    expect![[r#"
        {3} body +1 -0 src/requests/sessions.py method Session.rebuild_auth
        {2} file_rename +0 -0 src/requests/sessions.py method Session.rebuild_auth <- requests/sessions.py method Session.rebuild_auth
        {1} introduced +3 -0 requests/sessions.py method Session.rebuild_auth
    "#]].assert_eq(&render(&fixture, "src/requests/sessions.py", "method Session.rebuild_auth"));
}

#[test]
fn file_renamed_and_edited() {
    let fixture = Fixture::new(
        r#"
//@ commit "Introduce"
//- /src/pool.rs
fn one() { first(); }
fn two() { second(); }
fn spawn(count: u32) -> u32 {
    let next = count + 1;
    next
}
//@ commit "Rename and edit"
//@ rm /src/pool.rs
//- /src/threads.rs
fn one() { first(); }
fn two() { second(); }
fn spawn(count: u32) -> u32 {
    let next = count + 2;
    next
}
"#,
    );
    expect![[r#"
        {2} body+file_rename +1 -1 src/threads.rs function spawn <- src/pool.rs function spawn
        {1} introduced +4 -0 src/pool.rs function spawn
    "#]]
    .assert_eq(&render(&fixture, "src/threads.rs", "function spawn"));
}

#[test]
fn moved_out_of_a_file_that_stays() {
    let fixture = Fixture::new(
        r#"
//@ commit "Introduce"
//- /src/lib.rs
mod helpers;
fn stay() { first(); }
fn spawn(count: u32) -> u32 {
    let next = count + 1;
    log(next);
    next
}
//- /src/helpers.rs
fn log(n: u32) {}
//@ commit "Extract"
//- /src/lib.rs
mod helpers;
mod pool;
fn stay() { first(); }
//- /src/pool.rs
pub(crate) fn spawn(count: u32) -> u32 {
    let next = count + 1;
    log(next);
    next
}
"#,
    );
    expect![[r#"
        {2} signature+move +1 -1 src/pool.rs function spawn <- src/lib.rs function spawn
        {1} introduced +5 -0 src/lib.rs function spawn
    "#]]
    .assert_eq(&render(&fixture, "src/pool.rs", "function spawn"));
}

#[test]
fn moved_into_a_file_that_was_there() {
    let fixture = Fixture::new(
        r#"
//@ commit "Introduce"
//- /a.py
def keep():
    pass

def spawn(count):
    following = count + 1
    log(following)
    return following
//- /b.py
def log(n):
    pass
//@ commit "Move"
//- /a.py
def keep():
    pass
//- /b.py
def log(n):
    pass

def spawn(count):
    following = count + 1
    log(following)
    return following
"#,
    );
    expect![[r#"
        {2} move +0 -0 b.py function spawn <- a.py function spawn
        {1} introduced +4 -0 a.py function spawn
    "#]]
    .assert_eq(&render(&fixture, "b.py", "function spawn"));
}

#[test]
fn a_copy_is_no_move() {
    let fixture = Fixture::new(
        r#"
//@ commit "Introduce"
//- /a.py
def spawn(count):
    following = count + 1
    log(following)
    return following
//@ commit "Copy"
//- /a.py
def spawn(count):
    following = count + 1
    log(following)
    return following

def more():
    pass
//- /b.py
def spawn(count):
    following = count + 1
    log(following)
    return following
"#,
    );
    expect![[r#"
        {2} introduced +4 -0 b.py function spawn
    "#]]
    .assert_eq(&render(&fixture, "b.py", "function spawn"));
}

#[test]
fn renamed_container_with_unchanged_members() {
    let fixture = Fixture::new(
        r#"
//@ commit "Introduce"
//- /a.py
class First:
    def __init__(self):
        self.a = 1

    def run(self, task):
        result = task.execute(self.a)
        return result

class Second:
    def __init__(self):
        self.a = 1
//@ commit "Rename both"
//- /a.py
class Alpha:
    def __init__(self):
        self.a = 1

    def run(self, task):
        result = task.execute(self.a)
        return result

class Beta:
    def __init__(self):
        self.a = 1
"#,
    );
    expect![[r#"
        {2} container +0 -0 a.py method Alpha.run <- a.py method First.run
        {1} introduced +3 -0 a.py method First.run
    "#]]
    .assert_eq(&render(&fixture, "a.py", "method Alpha.run"));
    expect![[r#"
        {2} rename +1 -1 a.py class Alpha <- a.py class First
        {1} introduced +7 -0 a.py class First
    "#]]
    .assert_eq(&render(&fixture, "a.py", "class Alpha"));
    expect![[r#"
        {2} container +0 -0 a.py method Beta.__init__ <- a.py method Second.__init__
        {1} introduced +2 -0 a.py method Second.__init__
    "#]]
    .assert_eq(&render(&fixture, "a.py", "method Beta.__init__"));
}

#[test]
fn moved_to_another_container_without_an_edit() {
    let fixture = Fixture::new(
        r#"
//@ commit "Introduce"
//- /a.rs
struct A;
struct B;
impl A {
    fn run(&self, task: Task) -> u32 {
        let result = task.execute(self);
        result
    }
}
impl B {
    fn stop(&self) {}
}
//@ commit "Unrelated"
//- /a.rs
struct A;
struct B;
impl A {
    fn run(&self, task: Task) -> u32 {
        let result = task.execute(self);
        result
    }
}
impl B {
    fn stop(&self) { halt(); }
}
//@ commit "From A to B"
//- /a.rs
struct A;
struct B;
impl A {
}
impl B {
    fn run(&self, task: Task) -> u32 {
        let result = task.execute(self);
        result
    }
    fn stop(&self) { halt(); }
}
"#,
    );
    expect![[r#"
        {3} container +0 -0 a.rs method B.run <- a.rs method A.run
        {1} introduced +4 -0 a.rs method A.run
    "#]]
    .assert_eq(&render(&fixture, "a.rs", "method B.run"));
}

#[test]
fn same_named_methods_are_told_apart() {
    let fixture = Fixture::new(
        r#"
//@ commit "Introduce A"
//- /a.py
class A:
    def run(self):
        return 1
//@ commit "Introduce B"
//- /a.py
class A:
    def run(self):
        return 1

class B:
    def run(self):
        return 1
//@ commit "Change A"
//- /a.py
class A:
    def run(self):
        return 2

class B:
    def run(self):
        return 1
"#,
    );
    expect![[r#"
        {3} body +1 -1 a.py method A.run
        {1} introduced +2 -0 a.py method A.run
    "#]]
    .assert_eq(&render(&fixture, "a.py", "method A.run"));
    expect![[r#"
        {2} introduced +2 -0 a.py method B.run
    "#]]
    .assert_eq(&render(&fixture, "a.py", "method B.run"));
}

#[test]
fn variants_of_one_name_are_told_apart() {
    let fixture = Fixture::new(
        r#"
//@ commit "Unix"
//- /a.rs
#[cfg(unix)]
fn open(path: &str) -> u32 {
    unix::open(path, FLAGS)
}
//@ commit "Windows, before it"
//- /a.rs
#[cfg(windows)]
fn open(path: &str) -> u32 {
    windows::create_file(path, SHARE, DISPOSITION)
}
#[cfg(unix)]
fn open(path: &str) -> u32 {
    unix::open(path, FLAGS)
}
//@ commit "Change Windows"
//- /a.rs
#[cfg(windows)]
fn open(path: &str) -> u32 {
    windows::create_file(path, SHARE, ALWAYS)
}
#[cfg(unix)]
fn open(path: &str) -> u32 {
    unix::open(path, FLAGS)
}
//@ commit "Change both"
//- /a.rs
#[cfg(windows)]
fn open(path: &str) -> u32 {
    windows::create_file(path, SHARE, NEVER)
}
#[cfg(unix)]
fn open(path: &str) -> u32 {
    unix::open(path, MORE_FLAGS)
}
"#,
    );
    expect![[r#"
        {4} body +1 -1 a.rs function open
        {3} body +1 -1 a.rs function open
        {2} introduced +4 -0 a.rs function open
    "#]]
    .assert_eq(&render(&fixture, "a.rs", "function open#1"));
    expect![[r#"
        {4} body +1 -1 a.rs function open#2
        {1} introduced +4 -0 a.rs function open#2
    "#]]
    .assert_eq(&render(&fixture, "a.rs", "function open#2"));
}

#[test]
fn unknown_symbols_are_not_found() {
    let fixture = Fixture::new(
        r#"
//@ commit "Introduce"
//- /a.rs
fn open() {}
//- /notes.txt
fn open() {}
"#,
    );
    expect![[r#"
        not found
    "#]]
    .assert_eq(&render(&fixture, "a.rs", "function close"));
    expect![[r#"
        not found
    "#]]
    .assert_eq(&render(&fixture, "b.rs", "function open"));
    expect![[r#"
        not found
    "#]]
    .assert_eq(&render(&fixture, "notes.txt", "function open"));
}

#[test]
fn renamed_file_whose_symbol_was_rewritten() {
    let fixture = Fixture::new(
        r#"
//@ commit "Introduce"
//- /src/pool.rs
fn one() { first(); }
fn two() { second(); }
fn three() { third(); }
fn spawn(count: u32) -> u32 {
    let mut total = 0;
    for index in 0..count {
        total += index * index;
    }
    total
}
//@ commit "Rename and rewrite"
//@ rm /src/pool.rs
//- /src/threads.rs
fn one() { first(); }
fn two() { second(); }
fn three() { third(); }
fn spawn(count: u32) -> u32 {
    builder().name("worker").size(count).finish()
}
"#,
    );
    expect![[r#"
        {2} body+file_rename +1 -5 src/threads.rs function spawn <- src/pool.rs function spawn
        {1} introduced +7 -0 src/pool.rs function spawn
    "#]]
    .assert_eq(&render(&fixture, "src/threads.rs", "function spawn"));
}

#[test]
fn commits_with_too_many_candidates_say_so() {
    let body = "    following = count + 1\n    log(following)\n    return following\n";
    let mut text = String::from("//@ commit \"Introduce\"\n");
    for file in 0..60 {
        writeln!(text, "//- /a{file}.py\ndef spawn(count):\n{body}").expect("writing to a string");
    }
    text.push_str("//@ commit \"Shorten all\"\n");
    for file in 0..60 {
        let shorter = body.replace("    return following\n", "");
        writeln!(text, "//- /a{file}.py\ndef spawn(count):\n{shorter}").expect("writing to a string");
    }
    writeln!(text, "//- /b.py\ndef spawn(count):\n{body}").expect("writing to a string");
    expect![[r#"
        {2} introduced +4 -0 b.py function spawn
        limit: {2} changed 60 files, of which 40 were searched for where the symbol came from
    "#]]
    .assert_eq(&render(&Fixture::new(&text), "b.py", "function spawn"));
}
