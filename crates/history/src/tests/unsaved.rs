//! Texts that are not committed, beside the commit that they go on with.

use std::fmt::Write as _;

use backstory_fixture::Fixture;
use backstory_syntax::{Language, parse};
use expect_test::{Expect, expect};

use super::open;
use crate::{Committed, Counterpart, Historian, Working};

/// The file `path` of a commit that has nothing else.
fn committed(path: &str, text: &str) -> Committed {
    let fixture = Fixture::new(&format!("//@ commit \"Add\"\n//- /{path}\n{text}"));
    let mut historian = Historian::new(&open(&fixture.path())).expect("the repository can be read");
    let file = historian.committed(&fixture.commits()[0], path).expect("the commit can be read");
    file.expect("the file is there")
}

/// Each symbol of a text with the one that it was: `key: kinds +added -removed <- former key`.
fn render(committed: &Committed, language: Language, working: &Working) -> String {
    let outline = parse(&working.text, language).facts(&working.text).outline;
    let comparison = committed.compare(working);
    let mut output = String::new();
    for key in outline.ids().map(|id| outline.key(id)) {
        let line = match comparison.counterpart(&key) {
            None => "new".to_owned(),
            Some(Counterpart { place, kinds, lines_added, lines_removed }) => {
                let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
                let was = if place.key == key { String::new() } else { format!(" <- {}", place.key) };
                format!("{} +{lines_added} -{lines_removed}{was}", kinds.join("+"))
            }
        };
        writeln!(output, "{key}: {line}").expect("writing to a string");
    }
    output
}

#[track_caller]
fn check(path: &str, old: &str, new: &str, expected: &Expect) {
    let committed = committed(path, old);
    let language = Language::of_path(path).expect("a supported language");
    let working = Working { text: new.into(), parsed: None };
    let output = render(&committed, language, &working);
    expected.assert_eq(&output);
    let parsed = Some(parse(new, language).kept());
    assert_eq!(
        render(&committed, language, &Working { parsed, ..working }),
        output,
        "a tree changes nothing"
    );
}

const POOL: &str = "\
pub struct Pool {
    size: usize,
}

impl Pool {
    /// Starts a thread.
    pub fn spawn(&self, count: usize) {
        for index in 0..count {
            start(index);
        }
    }

    fn stop(&self) {}
}

fn start(index: usize) {}

const LIMIT: usize = 3;
";

#[test]
fn the_text_of_the_commit_is_no_change() {
    check(
        "a.rs",
        POOL,
        POOL,
        &expect![[r#"
            struct Pool:  +0 -0
            field Pool.size:  +0 -0
            impl Pool:  +0 -0
            method Pool.spawn:  +0 -0
            method Pool.stop:  +0 -0
            function start:  +0 -0
            constant LIMIT:  +0 -0
        "#]],
    );
}

#[test]
fn edits_are_classed_as_those_of_commits() {
    let new = POOL
        .replace("start(index);", "start(index + 1);")
        .replace("Starts a thread.", "Starts threads.")
        .replace("fn start(index: usize) {}", "fn start(index: usize)  {\n}")
        .replace("const LIMIT: usize", "pub const LIMIT: u32");
    check(
        "a.rs",
        POOL,
        &new,
        &expect![[r#"
            struct Pool:  +0 -0
            field Pool.size:  +0 -0
            impl Pool: body+docs +2 -2
            method Pool.spawn: body+docs +2 -2
            method Pool.stop:  +0 -0
            function start: formatting +2 -1
            constant LIMIT: signature +1 -1
        "#]],
    );
}

#[test]
fn a_name_keeps_its_history_while_it_is_typed() {
    let new = POOL
        .replace("fn spawn(", "fn sp(")
        .replace("fn stop(", "fn finish(")
        .replace("fn start(index", "fn launch_all(index")
        .replace("const LIMIT", "const MAX");
    check(
        "a.rs",
        POOL,
        &new,
        &expect![[r#"
            struct Pool:  +0 -0
            field Pool.size:  +0 -0
            impl Pool: body +2 -2
            method Pool.sp: rename +1 -1 <- method Pool.spawn
            method Pool.finish: rename +1 -1 <- method Pool.stop
            function launch_all: rename +1 -1 <- function start
            constant MAX: rename +1 -1 <- constant LIMIT
        "#]],
    );
}

#[test]
fn the_name_of_a_container_keeps_the_history_of_what_it_contains() {
    let new = POOL.replace("Pool {", "ThreadPool {");
    check(
        "a.rs",
        POOL,
        &new,
        &expect![[r#"
            struct ThreadPool: rename +1 -1 <- struct Pool
            field ThreadPool.size: container +0 -0 <- field Pool.size
            impl ThreadPool: rename +1 -1 <- impl Pool
            method ThreadPool.spawn: container +0 -0 <- method Pool.spawn
            method ThreadPool.stop: container +0 -0 <- method Pool.stop
            function start:  +0 -0
            constant LIMIT:  +0 -0
        "#]],
    );
}

#[test]
fn what_is_added_is_new_and_what_moves_is_not() {
    let (pool, rest) = POOL.split_once("fn start").expect("it is there");
    let new = format!(
        "fn fresh() {{}}\n\nfn start{rest}\n{pool}\nfn other(name: &str) -> usize {{\n    name.len()\n}}\n"
    );
    check(
        "a.rs",
        POOL,
        &new,
        &expect![[r#"
            function fresh: new
            function start:  +0 -0
            constant LIMIT:  +0 -0
            struct Pool:  +0 -0
            field Pool.size:  +0 -0
            impl Pool:  +0 -0
            method Pool.spawn:  +0 -0
            method Pool.stop:  +0 -0
            function other: new
        "#]],
    );
}

#[test]
fn a_symbol_beside_a_deleted_one_is_new() {
    let new = POOL.replace(
        "fn start(index: usize) {}",
        "fn parse(text: &str) -> Option<u32> {\n    text.trim().parse().ok()\n}",
    );
    check(
        "a.rs",
        POOL,
        &new,
        &expect![[r#"
            struct Pool:  +0 -0
            field Pool.size:  +0 -0
            impl Pool:  +0 -0
            method Pool.spawn:  +0 -0
            method Pool.stop:  +0 -0
            function parse: new
            constant LIMIT:  +0 -0
        "#]],
    );
}

#[test]
fn broken_code_keeps_what_can_be_told() {
    let mut output = String::new();
    let committed = committed("a.rs", POOL);
    for (typed, text) in [
        ("an open block", POOL.replace("start(index);", "if index > 2 {")),
        ("an open call", POOL.replace("start(index);", "start(")),
        ("an open string", POOL.replace("start(index);", "start(\"")),
        ("half a header", POOL.replace("impl Pool {", "impl {")),
        ("half a signature", POOL.replace("&self, count: usize)", "&self, count: ")),
    ] {
        let working = Working { text: text.into(), parsed: None };
        writeln!(output, "{typed}\n{}", render(&committed, Language::Rust, &working))
            .expect("writing to a string");
    }
    expect![[r#"
        an open block
        struct Pool:  +0 -0
        field Pool.size:  +0 -0
        impl Pool: body +5 -1
        method Pool.spawn: body +4 -1
        function Pool.spawn.stop:  +0 -0 <- method Pool.stop
        method Pool.start:  +0 -0 <- function start
        constant Pool.LIMIT:  +0 -0 <- constant LIMIT

        an open call
        struct Pool:  +0 -0
        field Pool.size:  +0 -0
        impl Pool: body +1 -1
        method Pool.spawn: body +1 -1
        method Pool.stop:  +0 -0
        function start:  +0 -0
        constant LIMIT:  +0 -0

        an open string
        struct Pool:  +0 -0
        field Pool.size:  +0 -0
        impl Pool: body +1 -1
        method Pool.spawn: body +1 -1
        method Pool.stop:  +0 -0
        function start:  +0 -0
        constant LIMIT:  +0 -0

        half a header
        struct Pool:  +0 -0
        field Pool.size:  +0 -0
        function spawn: container +0 -0 <- method Pool.spawn
        function stop: container +0 -0 <- method Pool.stop
        function start:  +0 -0
        constant LIMIT:  +0 -0

        half a signature
        struct Pool:  +0 -0
        field Pool.size:  +0 -0
        impl Pool: body +1 -5
        method Pool.spawn: body+signature +1 -3
        function stop:  +0 -0 <- method Pool.stop
        function start:  +0 -0
        constant LIMIT:  +0 -0

    "#]]
    .assert_eq(&output);
}

#[test]
fn classes_with_the_same_methods_are_told_apart() {
    let old = "\
class Pool:
    def __init__(self, size):
        self.size = size

class Queue:
    def __init__(self, size):
        self.size = size
";
    let new = old
        .replace("class Queue:", "class Lane(Base):")
        .replace("        self.size = size\n\nclass", "        self.size = size + 1\n\nclass");
    check(
        "a.py",
        old,
        &new,
        &expect![[r#"
            class Pool: body +1 -1
            method Pool.__init__: body +1 -1
            field Pool.size:  +0 -0
            class Lane: signature+rename +1 -1 <- class Queue
            method Lane.__init__: container +0 -0 <- method Queue.__init__
            field Lane.size: container +0 -0 <- field Queue.size
        "#]],
    );
}

#[test]
fn variants_of_one_name_are_told_apart() {
    let old = "\
#[cfg(unix)]
fn stop() {
    signal();
}

#[cfg(windows)]
fn stop() {
    terminate();
}
";
    let new = format!("#[cfg(wasi)]\nfn stop() {{}}\n\n{}", old.replace("terminate();", "terminate(1);"));
    check(
        "a.rs",
        old,
        &new,
        &expect![[r#"
            function stop: new
            function stop#2:  +0 -0 <- function stop
            function stop#3: body +1 -1 <- function stop#2
        "#]],
    );
}

#[test]
fn one_of_several_of_a_name_is_renamed() {
    let old = "\
class Session:
    @overload
    def get(self, key: int) -> Row: ...

    @overload
    def get(self, key: str) -> Rows: ...

    def get(self, key):
        return self.table[key]
";
    check(
        "a.py",
        old,
        &old.replace("get(self, key: str)", "ge(self, key: str)"),
        &expect![[r#"
            class Session: body +1 -1
            method Session.get:  +0 -0
            method Session.ge: rename +1 -1 <- method Session.get#2
            method Session.get#2:  +0 -0 <- method Session.get#3
        "#]],
    );
}

#[test]
fn line_ends_that_a_checkout_converts_are_no_change() {
    let new = POOL.replace("start(index);", "start(index + 1);").replace('\n', "\r\n");
    check(
        "a.rs",
        POOL,
        &new,
        &expect![[r#"
            struct Pool:  +0 -0
            field Pool.size:  +0 -0
            impl Pool: body +1 -1
            method Pool.spawn: body +1 -1
            method Pool.stop:  +0 -0
            function start:  +0 -0
            constant LIMIT:  +0 -0
        "#]],
    );
}

#[test]
fn what_the_text_lacks_is_looked_for_by_name() {
    let committed = committed("a.rs", POOL);
    let working = Working { text: "".into(), parsed: None };
    let found = committed.compare(&working).counterpart(&super::key("function start"));
    assert_eq!(found.map(|found| found.kinds), Some(Vec::new()));
    assert_eq!(committed.compare(&working).counterpart(&super::key("function none")), None);
}
