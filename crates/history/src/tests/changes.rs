//! Two versions in, the symbols that differ out.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use backstory_fixture::Fixture;
use expect_test::{Expect, expect};

use super::open;
use crate::{
    Changes, Error, GivenFile, Located, Note, SymbolChange, changes_between, changes_of, changes_since,
};

static GO_ON: AtomicBool = AtomicBool::new(false);

/// What differs between the first and the last commit of a fixture.
fn check(fixture: &str, expected: Expect) {
    let fixture = Fixture::new(fixture);
    let [first, .., last] = fixture.commits() else { panic!("two commits") };
    let changes = changes_between(&open(&fixture.path()), first, last, &GO_ON).expect("readable");
    expected.assert_eq(&render(&changes));
}

/// `kinds +added -removed path key lines <- path key lines`.
fn render(changes: &Changes) -> String {
    let mut output = String::new();
    for file in &changes.files {
        let name = |path: &Option<String>| path.clone().unwrap_or_else(|| "(none)".to_owned());
        if file.before != file.after {
            writeln!(output, "{} -> {}", name(&file.before), name(&file.after)).expect("writing to a string");
        }
    }
    for change in &changes.symbols {
        let SymbolChange { kinds, before, after, carried, lines_added, lines_removed } = change;
        let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
        let carried = if *carried { " (carried)" } else { "" };
        let minor = if change.counts() || change.carried { "" } else { " (minor)" };
        let side = |side: &Option<Located>| {
            side.as_ref().map_or("(none)".to_owned(), |Located { place, lines, .. }| {
                format!("{} {} {}-{}", place.path, place.key, lines.start(), lines.end())
            })
        };
        let from = match before.as_ref().map(|at| &at.place) == after.as_ref().map(|at| &at.place) {
            true => String::new(),
            false => format!(" <- {}", side(before)),
        };
        let kinds = kinds.join("+");
        writeln!(output, "{kinds}{carried}{minor} +{lines_added} -{lines_removed} {}{from}", side(after))
            .expect("writing to a string");
    }
    for note in &changes.notes {
        writeln!(output, "{note:?}").expect("writing to a string");
    }
    output
}

#[test]
fn kinds_in_one_file() {
    check(
        r#"
//@ commit "Introduce"
//- /pool.py
LIMIT = 3

def spawn(x):
    return x + LIMIT

def stop(now):
    wait(now)

def quiet():
    """Does nothing."""
    return 'a'

def gone():
    return open("file").read()
//@ commit "Change"
//- /pool.py
LIMIT = 4

def spawn(x, y):
    return x + LIMIT

def stop(now):
    wait(now)
    join()

def quiet():
    """Does nothing at all."""
    return "a"

def fresh(argument):
    for each in argument:
        print(each)
"#,
        expect![[r#"
            body +1 -1 pool.py constant LIMIT 1-1
            signature +1 -1 pool.py function spawn 3-4
            body +1 -0 pool.py function stop 6-8
            docs+style (minor) +2 -2 pool.py function quiet 10-12
            introduced +3 -0 pool.py function fresh 14-16 <- (none)
            deleted +0 -2 (none) <- pool.py function gone 13-14
        "#]],
    );
}

/// What happens to a member is no change of its class, unless a field or a line between them changes.
#[test]
fn containers() {
    check(
        r#"
//@ commit "Introduce"
//- /pool.py
class Pool:
    """A pool."""

    size = 1

    def spawn(self):
        return 1

    def stop(self):
        return 2

class Field:
    size = 1

    def get(self):
        return self.size

class Documented:
    """Says something."""

    def get(self):
        return 1
//- /pool.rs
pub struct Pool {
    size: u32,
}

impl Pool {
    fn spawn(&self) -> u32 {
        self.size
    }
}

enum Kind {
    One,
}
//@ commit "Change"
//- /pool.py
class Pool:
    """A pool."""

    size = 1

    def spawn(self):
        return 10

    def stop(self):
        return 2

    def fresh(self, argument):
        return argument.something(3)

class Field:
    size = 2

    def get(self):
        return self.size

class Documented:
    """Says something else."""

    def get(self):
        return 1
//- /pool.rs
pub struct Pool {
    size: u32,
    limit: u32,
}

impl Pool {
    fn spawn(&self) -> u32 {
        self.size + self.limit
    }
}

enum Kind {
    One,
    Two,
}
"#,
        expect![[r#"
            body +1 -1 pool.py method Pool.spawn 6-7
            introduced +2 -0 pool.py method Pool.fresh 12-13 <- (none)
            body +1 -1 pool.py class Field 15-19
            docs (minor) +1 -1 pool.py class Documented 21-25
            body +1 -0 pool.rs struct Pool 1-4
            body +1 -1 pool.rs method Pool.spawn 7-9
            body +1 -0 pool.rs enum Kind 12-15
        "#]],
    );
}

#[test]
fn renames_in_a_file() {
    check(
        r#"
//@ commit "Introduce"
//- /pool.py
def spawn_thread(name, limit):
    if limit > 3:
        raise ValueError(name)
    return Thread(name, limit=limit)

class Pool:
    def a(self):
        return 1

    def b(self, other):
        return other.take(self.a())

def outer():
    def inner():
        return 1
    return inner
//@ commit "Rename"
//- /pool.py
def start_thread(name, limit):
    if limit > 4:
        raise ValueError(name)
    return Thread(name, limit=limit)

class Workers:
    def a(self):
        return 7

    def b(self, other):
        return other.take(self.a())

def outer():
    def inner():
        return 2
    return inner
"#,
        expect![[r#"
            body+rename +2 -2 pool.py function start_thread 1-4 <- pool.py function spawn_thread 1-4
            rename +1 -1 pool.py class Workers 6-11 <- pool.py class Pool 6-11
            body+container +1 -1 pool.py method Workers.a 7-8 <- pool.py method Pool.a 7-8
            container (carried) +0 -0 pool.py method Workers.b 10-11 <- pool.py method Pool.b 10-11
            body +1 -1 pool.py function outer 13-16
        "#]],
    );
}

#[test]
fn files_that_are_renamed_and_symbols_that_move() {
    check(
        r#"
//@ commit "Introduce"
//- /same.py
def kept(one, two):
    return one + two
//- /edited.py
def first(one, two):
    return one + two

def second(one):
    return one.attribute

def third(one):
    return one.method(2)
//- /from.py
def stays(x):
    return x

def goes(name, limit):
    if limit > 3:
        raise ValueError(name)
    return Thread(name, limit=limit)

class Moved:
    def short(self):
        return 1

    def long(self, name, limit):
        return self.short() + name.size() + limit
//- /gone.py
def nobody(knows):
    return what(it, was)
//- /README
Text.
//@ commit "Move"
//@ mv /same.py /lib/same.py
//@ mv /README /README.md
//@ rm /edited.py
//@ rm /gone.py
//- /lib/edited.py
def first(one, two):
    return one + two

def second(one):
    return one.attribute

def third(one):
    return one.method(3)
//- /from.py
def stays(x):
    return x
//- /to.py
def goes(name, limit):
    if limit > 3:
        raise ValueError(name)
    return Thread(name, limit=limit)

class Moved:
    def short(self):
        return 2

    def long(self, name, limit):
        return self.short() + name.size() + limit
"#,
        expect![[r#"
            README -> README.md
            gone.py -> (none)
            edited.py -> lib/edited.py
            same.py -> lib/same.py
            (none) -> to.py
            deleted +0 -2 (none) <- gone.py function nobody 1-2
            body+file_rename +1 -1 lib/edited.py function third 7-8 <- edited.py function third 7-8
            move +0 -0 to.py function goes 1-4 <- from.py function goes 4-7
            move +0 -0 to.py class Moved 6-11 <- from.py class Moved 9-14
            body+move +1 -1 to.py method Moved.short 7-8 <- from.py method Moved.short 10-11
            move (carried) +0 -0 to.py method Moved.long 10-11 <- from.py method Moved.long 13-14
        "#]],
    );
}

/// Overloads: the same text is the same one, whatever its position.
#[test]
fn namesakes() {
    check(
        r#"
//@ commit "Introduce"
//- /a.py
if A:
    def f(x):
        return one(x)
else:
    def f(x):
        return two(x)
//@ commit "One more before them"
//- /a.py
if Z:
    def f(x):
        return zero(x)
elif A:
    def f(x):
        return one(x)
else:
    def f(x):
        return two(x, 2)
"#,
        expect![[r#"
            introduced +2 -0 a.py function f 2-3 <- (none)
            body +1 -1 a.py function f#3 8-9 <- a.py function f#2 5-6
        "#]],
    );
}

/// What may only seem to be gone is not said to be.
#[test]
fn broken_texts() {
    check(
        r#"
//@ commit "Introduce"
//- /a.rs
fn first(x: u32) -> u32 { x + 1 }

fn second(x: u32) -> u32 { x + 2 }
//@ commit "Break"
//- /a.rs
fn first(x: u32) -> u32 { x + (((( }

fn second(x: u32) -> u32 { x + 2 
"#,
        expect![[r#"
            body +1 -1 a.rs function first 1-1
            Broken { path: "a.rs", line: 1 }
        "#]],
    );
}

#[test]
fn large_files_are_left_out() {
    let large = format!("x = 1\n{}", "# line\n".repeat(400_000));
    let fixture = Fixture::new("//@ commit \"Introduce\"\n//- /a.py\ndef f():\n    return 1\n");
    let repository = open(&fixture.path());
    let given = [GivenFile { path: "a.py".to_owned(), text: Some(large.into()) }];
    let changes = changes_since(&repository, &fixture.commits()[0], &given, &GO_ON).expect("readable");
    assert_eq!(changes.notes, [Note::TooLarge { path: "a.py".to_owned() }]);
    assert_eq!((changes.files.len(), changes.symbols.len()), (1, 0));
}

#[test]
fn texts_that_are_not_committed() {
    let fixture = Fixture::new(
        r#"
//@ commit "Introduce"
//- /a.py
def f(x):
    return x
//- /b.py
def g(x):
    return x * 2

def h(x):
    return x * 3
//- /c.py
def same():
    pass
"#,
    );
    let given =
        |path: &str, text: Option<&str>| GivenFile { path: path.to_owned(), text: text.map(Arc::from) };
    let given = [
        given("a.py", Some("def f(x):\n    return x + 1\n")),
        given("b.py", None),
        given("moved.py", Some("def g(x):\n    return x * 2\n\ndef h(x):\n    return x * 3\n")),
        given("c.py", Some("def same():\n    pass\n")),
        given("never.py", None),
    ];
    let repository = open(&fixture.path());
    let changes = changes_since(&repository, &fixture.commits()[0], &given, &GO_ON).expect("readable");
    expect![[r#"
        b.py -> moved.py
        body +1 -1 a.py function f 1-2
    "#]]
    .assert_eq(&render(&changes));
}

#[test]
fn one_commit() {
    let fixture = Fixture::new(
        r#"
//@ commit "Introduce"
//- /a.py
def f(x):
    return x
//@ commit "Change"
//- /a.py
def f(x):
    return x + 1
"#,
    );
    let repository = open(&fixture.path());
    let [first, second] = fixture.commits() else { panic!("two commits") };
    let of = |commit: &str| render(&changes_of(&repository, commit, &GO_ON).expect("readable"));
    expect![[r#"
        (none) -> a.py
        introduced +2 -0 a.py function f 1-2 <- (none)
    "#]]
    .assert_eq(&of(first));
    expect![[r#"
        body +1 -1 a.py function f 1-2
    "#]]
    .assert_eq(&of(second));
    let unknown = changes_of(&repository, &"0".repeat(40), &GO_ON);
    assert!(matches!(unknown, Err(Error::UnknownCommit { .. })), "{unknown:?}");
    let stopped = changes_of(&repository, second, &AtomicBool::new(true));
    assert!(matches!(stopped, Err(Error::Read { .. })), "{stopped:?}");
}
