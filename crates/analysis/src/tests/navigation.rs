//! What names in code stand for: `$` before a name asks for it, answers come in the order of the questions. Never does: relations.

use std::fmt::Write;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::sources;
use crate::{Analysis, Confidence, FileId, Found, Target, definitions_at, occurrences};

/// Asks for each marked name; the marks are no part of the texts.
pub(super) fn check(text: &str, expected: &Expect) {
    let (mut sources, packages) = sources(text);
    let mut asked = Vec::new();
    for source in &mut sources {
        let parts: Vec<&str> = source.text.split('$').collect();
        let mut offset = 0;
        for part in &parts[..parts.len() - 1] {
            offset += part.len() as u32;
            asked.push((source.path.clone(), offset));
        }
        source.text = parts.concat().into();
    }
    let analysis = Analysis::new(sources, packages);
    let mut actual = String::new();
    for (path, offset) in asked {
        let file = analysis.file(&path).unwrap();
        let found = definitions_at(&analysis, file, offset);
        let answer = match found.as_slice() {
            [] => "-".to_owned(),
            all => {
                let targets: Vec<String> = all.iter().map(|found| target(&analysis, found)).collect();
                format!("{} ({})", targets.join(", "), all[0].confidence.as_str())
            }
        };
        let at = format!("{}:{}", path, line(&analysis, file, offset));
        writeln!(actual, "{at} {} -> {answer}", word(&analysis, file, offset)).unwrap();
    }
    expected.assert_eq(&actual);
}

fn target(analysis: &Analysis, found: &Found) -> String {
    let (file, offset) = match found.target {
        Target::Definition(id) => (id.file, analysis.spans(id.file).definitions[id.local.index()].name.start),
        Target::Binding(file, binding) => (file, analysis.code(file).binding(binding).span.start),
        Target::Module(file) => return format!("{} itself", analysis.path(file)),
    };
    format!("{}:{}", analysis.path(file), line(analysis, file, offset))
}

fn line(analysis: &Analysis, file: FileId, offset: u32) -> usize {
    analysis.text(file)[..offset as usize].matches('\n').count() + 1
}

fn word(analysis: &Analysis, file: FileId, offset: u32) -> &str {
    let rest = &analysis.text(file)[offset as usize..];
    rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap()
}

#[test]
fn python_modules_and_imports() {
    check(
        "\
//- /src/http/__init__.py
from .session import Session as Client
from .auth import *
from . import auth as authentication
__version__ = '1'
//- /src/http/auth.py
def sign(): ...
def _hidden(): ...
//- /src/http/session.py
import http.auth
from ..http import $auth
class Session: ...
http.$auth.$sign
//- /plain/space/tool.py
def run(): ...
//- /plain/uses.py
import space.tool
from space import $tool
space.$tool.$run()
//- /tests/test_all.py
import http, os
from http import $Client, authentication as $a, $__version__
import http.$session as s
from http.session import $Session
http.$sign, http.$Client, http.$_hidden, os.$path, $a.sign
s.$Session
from plain.space.tool import $run
try:
    import json
except ImportError:
    json = None
$json
def inner():
    from http.auth import sign as own
    $own
//- /both.py
def f(): ...
//- /both.pyi
def f() -> int: ...
//- /asks.py
from both import $f
",
        &expect![[r#"
            src/http/session.py:2 auth -> src/http/auth.py itself (exact)
            src/http/session.py:4 auth -> src/http/auth.py itself (exact)
            src/http/session.py:4 sign -> src/http/auth.py:1 (exact)
            plain/uses.py:2 tool -> plain/space/tool.py itself (exact)
            plain/uses.py:3 tool -> plain/space/tool.py itself (exact)
            plain/uses.py:3 run -> plain/space/tool.py:1 (exact)
            tests/test_all.py:2 Client -> src/http/session.py:3 (exact)
            tests/test_all.py:2 a -> src/http/auth.py itself (exact)
            tests/test_all.py:2 __version__ -> src/http/__init__.py:4 (exact)
            tests/test_all.py:3 session -> src/http/session.py itself (exact)
            tests/test_all.py:4 Session -> src/http/session.py:3 (exact)
            tests/test_all.py:5 sign -> src/http/auth.py:1 (exact)
            tests/test_all.py:5 Client -> src/http/session.py:3 (exact)
            tests/test_all.py:5 _hidden -> -
            tests/test_all.py:5 path -> -
            tests/test_all.py:5 a -> src/http/auth.py itself (exact)
            tests/test_all.py:6 Session -> src/http/session.py:3 (exact)
            tests/test_all.py:7 run -> plain/space/tool.py:1 (exact)
            tests/test_all.py:12 json -> tests/test_all.py:11 (inferred)
            tests/test_all.py:15 own -> src/http/auth.py:1 (exact)
            asks.py:1 f -> both.py:1 (exact)
        "#]],
    );
}

#[test]
fn python_scopes() {
    check(
        "\
//- /a.py
x = 1
class C:
    x = 2
    y = $x
    def m(self, x):
        $x
        def inner():
            return $x
    def n(self):
        return $x
    z = [x for x in range(3) if $x]
def counter():
    count = 0
    def up():
        nonlocal $count
        count += 1
    def top():
        global $x
        x = 5
        return $x
    return $count
def flow(flag):
    value = 1
    $value
    value = 2
    if flag:
        value = 3
    return $value
def walrus(items):
    if (n := len(items)) > 3:
        $n
    [last := i for i in items]
    $last, $i
match x:
    case {'key': found, **rest}:
        $found, $rest
    case [first, *others] if $first:
        $others
type Pair[T] = tuple[$T, $C]
def generic[U: C](value: $U) -> $U:
    return value.$m
lambda q, *r: ($q, $r)
for i, (j, k) in []:
    $k
try: ...
except ValueError as error:
    $error
with open('f') as handle:
    $handle
$undefined, $len
",
        &expect![[r#"
            a.py:4 x -> a.py:3 (exact)
            a.py:6 x -> a.py:5 (exact)
            a.py:8 x -> a.py:5 (exact)
            a.py:10 x -> a.py:1 (exact)
            a.py:11 x -> a.py:11 (exact)
            a.py:15 count -> a.py:13 (exact)
            a.py:18 x -> a.py:1 (exact)
            a.py:20 x -> a.py:1 (exact)
            a.py:21 count -> a.py:13 (exact)
            a.py:24 value -> a.py:23 (exact)
            a.py:28 value -> a.py:25, a.py:27 (inferred)
            a.py:31 n -> a.py:30 (exact)
            a.py:33 last -> a.py:32 (exact)
            a.py:33 i -> a.py:43 (exact)
            a.py:36 found -> a.py:35 (exact)
            a.py:36 rest -> a.py:35 (exact)
            a.py:37 first -> a.py:37 (exact)
            a.py:38 others -> a.py:37 (exact)
            a.py:39 T -> a.py:39 (exact)
            a.py:39 C -> a.py:2 (exact)
            a.py:40 U -> a.py:40 (exact)
            a.py:40 U -> a.py:40 (exact)
            a.py:41 m -> a.py:5 (exact)
            a.py:42 q -> a.py:42 (exact)
            a.py:42 r -> a.py:42 (exact)
            a.py:44 k -> a.py:43 (exact)
            a.py:47 error -> a.py:46 (exact)
            a.py:49 handle -> a.py:48 (exact)
            a.py:50 undefined -> -
            a.py:50 len -> -
        "#]],
    );
}

#[test]
fn python_declarations_in_classes_have_no_value() {
    check(
        "\
//- /a.py
import b
from b import date
class C:
    b: dict
    date: date
    other: int
    def m(self, first=$b.size, day: $date = $other):
        self.$b, self.$date
    def n(self, at: $later): ...
    later = 1
later = 2
//- /b.py
size = 1
class date: ...
",
        &expect![[r#"
            a.py:7 b -> b.py itself (exact)
            a.py:7 date -> b.py:2 (exact)
            a.py:7 other -> a.py:6 (exact)
            a.py:8 b -> a.py:4 (exact)
            a.py:8 date -> a.py:5 (exact)
            a.py:9 later -> a.py:11 (exact)
        "#]],
    );
}

#[test]
fn python_members() {
    check(
        "\
//- /a.py
from typing import Optional
from dataclasses import dataclass
from contextlib import contextmanager
import functools
class Base:
    kind = 'base'
    def __init__(self, size):
        self.size = size
        self.inner = Inner()
    def run(self): ...
    @property
    def part(self) -> 'Inner': ...
    @classmethod
    def make(cls):
        return cls.$kind, cls().$run
    def again(self):
        self.$size, self.inner.$go(), self.$part.$go
        self.late = 1
class Mixin:
    def run(self): ...
class Child(Mixin, Base):
    def run(self):
        super().$run()
        self.$size, self.$late, self.$run
class Inner:
    def go(self): ...
    def __enter__(self): return self
    def __iter__(self):
        yield Child()
    def __getitem__(self, key) -> Base: ...
    def __call__(self): return Child()
def make() -> Optional[Child]: ...
def infer():
    return Inner()
@contextmanager
def opened():
    yield Inner()
@dataclass
class Point:
    x: int
    owner: Child
def use(a: Child, b: 'Base | None', c: list[Child], d, e: dict[str, Inner]):
    a.$run, b.$run, c[0].$run, d.$run
    make().$run
    infer().$go
    with infer() as f:
        f.$go
    with opened() as g:
        g.$go
    for one in infer():
        one.$run
    for one in c:
        one.$run
    infer()[0].$part
    infer()().$run
    if isinstance(d, Base):
        d.$run
    if not isinstance(d, (Child, Inner)):
        return
    d.$go
    Point($x=1, $owner=a).$owner.$run
    Child($size=3)
    x, y = Inner(), Child()
    y.$run
    [one.$run for one in c if one.$part]
    (a or b).$run
    e['k'].$go
    Child.$make, Child.$run
    for key, value in enumerate(c):
        value.$run
    a.$nothing
class Wrapped:
    @functools.wraps(use)
    def __init__(self, inner: Inner, other=None):
        self._inner: Inner = inner
        self.other = other or Child()
    def go(self):
        self._inner.$go, self.other.$run
async def fetch() -> Child: ...
async def work():
    (await fetch()).$run
class Meta(type):
    def create(cls): ...
def cast_it(x):
    from typing import cast
    cast('Child', x).$run
    cast(Inner, x).$go
",
        &expect![[r#"
            a.py:15 kind -> a.py:6 (exact)
            a.py:15 run -> a.py:10 (exact)
            a.py:17 size -> a.py:8 (exact)
            a.py:17 go -> a.py:26 (exact)
            a.py:17 part -> a.py:12 (exact)
            a.py:17 go -> a.py:26 (exact)
            a.py:23 run -> a.py:20 (exact)
            a.py:24 size -> a.py:8 (exact)
            a.py:24 late -> a.py:18 (exact)
            a.py:24 run -> a.py:22 (exact)
            a.py:43 run -> a.py:22 (exact)
            a.py:43 run -> a.py:10 (exact)
            a.py:43 run -> a.py:22 (inferred)
            a.py:43 run -> a.py:10, a.py:20, a.py:22 (by-name)
            a.py:44 run -> a.py:22 (exact)
            a.py:45 go -> a.py:26 (inferred)
            a.py:47 go -> a.py:26 (inferred)
            a.py:49 go -> a.py:26 (inferred)
            a.py:51 run -> a.py:22 (inferred)
            a.py:53 run -> a.py:22 (inferred)
            a.py:54 part -> a.py:12 (inferred)
            a.py:55 run -> a.py:22 (inferred)
            a.py:57 run -> a.py:10 (exact)
            a.py:60 go -> a.py:26 (inferred)
            a.py:61 x -> a.py:40 (inferred)
            a.py:61 owner -> a.py:41 (inferred)
            a.py:61 owner -> a.py:41 (exact)
            a.py:61 run -> a.py:22 (exact)
            a.py:62 size -> a.py:7 (exact)
            a.py:64 run -> a.py:22 (inferred)
            a.py:65 run -> a.py:22 (inferred)
            a.py:65 part -> a.py:12 (inferred)
            a.py:66 run -> a.py:22, a.py:10 (inferred)
            a.py:67 go -> a.py:26 (inferred)
            a.py:68 make -> a.py:14 (exact)
            a.py:68 run -> a.py:22 (exact)
            a.py:70 run -> a.py:22 (inferred)
            a.py:71 nothing -> -
            a.py:78 go -> a.py:26 (exact)
            a.py:78 run -> a.py:22 (inferred)
            a.py:81 run -> a.py:22 (exact)
            a.py:86 run -> a.py:22 (exact)
            a.py:87 go -> a.py:26 (exact)
        "#]],
    );
}

#[test]
fn rust_modules_and_imports() {
    check(
        "\
//- /net/Cargo.toml
net-core
//- /net/src/lib.rs
pub mod $pool;
mod wire;
#[path = \"odd/place.rs\"]
mod $elsewhere;
pub use $wire::{$Frame, decode as $read};
pub use crate::pool::*;
#[macro_export]
macro_rules! check { (1) => {} }
mod inline {
    use super::$Frame;
    pub mod deep { pub fn low() { super::super::$pool::$size(); } }
}
fn here() { $inline::$deep::$low(); self::$inline::deep::low(); $elsewhere::$odd(); }
//- /net/src/odd/place.rs
pub fn odd() {}
//- /net/src/pool.rs
pub fn size() {}
pub struct Pool;
impl Pool { pub const LIMIT: u32 = 1; pub fn new() -> Self { $Self } }
//- /net/src/wire.rs
pub struct Frame { pub size: u32 }
pub fn decode() {}
//- /net/tests/all.rs
mod support { pub mod help; }
use net_core::{$Pool, $read, self as $core};
fn test() {
    $Pool::$new(); $core::$size(); support::$help::$run(); net_core::$check!(1); $std::mem::drop(1);
    use support::help::run as own;
    $own();
}
//- /net/tests/support/help.rs
pub fn run() {}
",
        &expect![[r#"
            net/src/lib.rs:1 pool -> net/src/pool.rs itself (exact)
            net/src/lib.rs:4 elsewhere -> net/src/odd/place.rs itself (exact)
            net/src/lib.rs:5 wire -> net/src/wire.rs itself (exact)
            net/src/lib.rs:5 Frame -> net/src/wire.rs:1 (exact)
            net/src/lib.rs:5 read -> net/src/wire.rs:2 (exact)
            net/src/lib.rs:10 Frame -> net/src/wire.rs:1 (exact)
            net/src/lib.rs:11 pool -> net/src/pool.rs itself (exact)
            net/src/lib.rs:11 size -> net/src/pool.rs:1 (exact)
            net/src/lib.rs:13 inline -> net/src/lib.rs:9 (exact)
            net/src/lib.rs:13 deep -> net/src/lib.rs:11 (exact)
            net/src/lib.rs:13 low -> net/src/lib.rs:11 (exact)
            net/src/lib.rs:13 inline -> net/src/lib.rs:9 (exact)
            net/src/lib.rs:13 elsewhere -> net/src/odd/place.rs itself (exact)
            net/src/lib.rs:13 odd -> net/src/odd/place.rs:1 (exact)
            net/src/pool.rs:3 Self -> net/src/pool.rs:2 (exact)
            net/tests/all.rs:2 Pool -> net/src/pool.rs:2 (exact)
            net/tests/all.rs:2 read -> net/src/wire.rs:2 (exact)
            net/tests/all.rs:2 core -> net/src/lib.rs itself (exact)
            net/tests/all.rs:4 Pool -> net/src/pool.rs:2 (exact)
            net/tests/all.rs:4 new -> net/src/pool.rs:3 (exact)
            net/tests/all.rs:4 core -> net/src/lib.rs itself (exact)
            net/tests/all.rs:4 size -> net/src/pool.rs:1 (exact)
            net/tests/all.rs:4 help -> net/tests/support/help.rs itself (exact)
            net/tests/all.rs:4 run -> net/tests/support/help.rs:1 (exact)
            net/tests/all.rs:4 check -> net/src/lib.rs:8 (exact)
            net/tests/all.rs:4 std -> -
            net/tests/all.rs:6 own -> net/tests/support/help.rs:1 (exact)
        "#]],
    );
}

#[test]
fn rust_members() {
    check(
        "\
//- /a/Cargo.toml
a
//- /a/src/lib.rs
use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, Mutex};
pub struct Pool<T> { size: u32, pub inner: T, shared: Arc<Mutex<State>>, by_name: HashMap<String, State> }
#[derive(Clone, Default)]
pub struct State { open: bool }
impl State { fn close(&self) {} fn size(&self) -> Option<Pair> { None } }
pub struct Pair(State, Kind);
pub enum Kind { One(State), Two { state: State }, Three }
pub trait Run { fn run(&self); fn twice(&self) { self.$run(); } }
impl Run for State { fn run(&self) {} }
pub trait Extra { fn extra(&self) {} }
impl<T: Run> Extra for T {}
impl<T: Run> Pool<T> {
    pub fn new(inner: T) -> Self { Self { $size: 0, inner, shared: Default::default(), by_name: HashMap::new() } }
    fn size(&self) -> u32 { self.$size }
    fn go(&self) { self.$size(); self.inner.$run(); self.inner.$twice(); self.shared.lock().unwrap().$close(); }
    fn try_it(&self) -> Option<()> {
        let pair = self.by_name.get(\"x\")?.$size()?;
        pair.0.$close();
        let Pair(state, kind) = pair;
        state.$close();
        match kind {
            Kind::$One(state) => state.$close(),
            Kind::Two { $state } => $state.$close(),
            Kind::$Three => {}
        }
        for (name, state) in &self.by_name { state.$close(); }
        self.by_name.values().map(|each| each.$close()).count();
        if let Some(Pair(first, _)) = state.$size() { first.$close(); }
        None
    }
}
pub struct Guard { state: State }
impl Deref for Guard { type Target = State; fn deref(&self) -> &State { &self.$state } }
type Short = Guard;
fn boxed() -> Box<dyn Run> { todo!() }
fn any(run: impl Run, each: &[State]) { run.$run(); each[0].$close(); each.iter().next().unwrap().$close(); }
async fn later() -> State { State::$default() }
async fn work(guard: Short, pool: Pool<State>) {
    guard.$close();
    guard.$extra();
    pool.inner.$close();
    boxed().$run();
    later().await.$close();
    let state = later();
    let state = state.await;
    let again = state.clone();
    again.$close();
    Pool::<State>::$new(again).$go();
    State::$run(&state);
    assert!($state.$open, \"{}\", state.$size().is_some());
    let closure = |guard: &Guard| guard.$close();
    $closure(&guard);
    let unknown = std::env::args();
    unknown.$twice();
    <State as Run>::$run(&state);
    fn inner() { $work; }
    let $guard = 1;
    $guard;
}
",
        &expect![[r#"
            a/src/lib.rs:10 run -> a/src/lib.rs:10 (exact)
            a/src/lib.rs:15 size -> a/src/lib.rs:4 (exact)
            a/src/lib.rs:16 size -> a/src/lib.rs:4 (exact)
            a/src/lib.rs:17 size -> a/src/lib.rs:16 (exact)
            a/src/lib.rs:17 run -> a/src/lib.rs:10 (exact)
            a/src/lib.rs:17 twice -> a/src/lib.rs:10 (exact)
            a/src/lib.rs:17 close -> a/src/lib.rs:7 (exact)
            a/src/lib.rs:19 size -> a/src/lib.rs:7 (exact)
            a/src/lib.rs:20 close -> a/src/lib.rs:7 (exact)
            a/src/lib.rs:22 close -> a/src/lib.rs:7 (exact)
            a/src/lib.rs:24 One -> a/src/lib.rs:9 (exact)
            a/src/lib.rs:24 close -> a/src/lib.rs:7 (exact)
            a/src/lib.rs:25 state -> a/src/lib.rs:25 (exact)
            a/src/lib.rs:25 state -> a/src/lib.rs:25 (exact)
            a/src/lib.rs:25 close -> a/src/lib.rs:7 (exact)
            a/src/lib.rs:26 Three -> a/src/lib.rs:9 (exact)
            a/src/lib.rs:28 close -> a/src/lib.rs:7 (exact)
            a/src/lib.rs:29 close -> a/src/lib.rs:7 (exact)
            a/src/lib.rs:30 size -> a/src/lib.rs:7 (exact)
            a/src/lib.rs:30 close -> a/src/lib.rs:7 (exact)
            a/src/lib.rs:35 state -> a/src/lib.rs:34 (exact)
            a/src/lib.rs:38 run -> a/src/lib.rs:10 (exact)
            a/src/lib.rs:38 close -> a/src/lib.rs:7 (exact)
            a/src/lib.rs:38 close -> a/src/lib.rs:7 (exact)
            a/src/lib.rs:39 default -> -
            a/src/lib.rs:41 close -> a/src/lib.rs:7 (exact)
            a/src/lib.rs:42 extra -> a/src/lib.rs:12 (inferred)
            a/src/lib.rs:43 close -> a/src/lib.rs:7 (exact)
            a/src/lib.rs:44 run -> a/src/lib.rs:10 (exact)
            a/src/lib.rs:45 close -> a/src/lib.rs:7 (exact)
            a/src/lib.rs:49 close -> a/src/lib.rs:7 (exact)
            a/src/lib.rs:50 new -> a/src/lib.rs:15 (exact)
            a/src/lib.rs:50 go -> a/src/lib.rs:17 (exact)
            a/src/lib.rs:51 run -> a/src/lib.rs:11 (exact)
            a/src/lib.rs:52 state -> a/src/lib.rs:47 (exact)
            a/src/lib.rs:52 open -> a/src/lib.rs:6 (exact)
            a/src/lib.rs:52 size -> a/src/lib.rs:7 (exact)
            a/src/lib.rs:53 close -> a/src/lib.rs:7 (exact)
            a/src/lib.rs:54 closure -> a/src/lib.rs:53 (exact)
            a/src/lib.rs:56 twice -> a/src/lib.rs:10 (by-name)
            a/src/lib.rs:57 run -> a/src/lib.rs:11 (exact)
            a/src/lib.rs:58 work -> a/src/lib.rs:40 (exact)
            a/src/lib.rs:59 guard -> a/src/lib.rs:59 (exact)
            a/src/lib.rs:60 guard -> a/src/lib.rs:59 (exact)
        "#]],
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(40) })]

    /// Whatever is typed, asking for the name at any offset ends, and what is found is there.
    #[test]
    fn broken_code_has_answers(cuts in prop::collection::vec((any::<prop::sample::Index>(), 0..40usize), 1..5)) {
        for text in [super::RUST, super::PYTHON] {
            let (mut sources, packages) = sources(text);
            for source in &mut sources {
                let mut text = source.text.to_string();
                for (at, length) in &cuts {
                    let start = text.floor_char_boundary(at.index(text.len() + 1));
                    let end = text.ceil_char_boundary((start + length).min(text.len()));
                    text.replace_range(start..end, "");
                }
                source.text = text.into();
            }
            let analysis = Analysis::new(sources, packages);
            for file in analysis.files() {
                for offset in 0..=analysis.text(file).len() as u32 {
                    for found in definitions_at(&analysis, file, offset) {
                        target(&analysis, &found);
                    }
                }
            }
        }
    }
}

/// All places that name what is marked, a line each: declarations with `=`.
pub(super) fn check_occurrences(text: &str, expected: &Expect) {
    let (mut sources, packages) = sources(text);
    let mut asked = None;
    for source in &mut sources {
        if let Some(at) = source.text.find('$') {
            asked = Some((source.path.clone(), at as u32));
            source.text = source.text.replacen('$', "", 1).into();
        }
    }
    let (path, offset) = asked.unwrap();
    let analysis = Analysis::new(sources, packages);
    let file = analysis.file(&path).unwrap();
    let targets: Vec<Target> =
        definitions_at(&analysis, file, offset).iter().map(|found| found.target).collect();
    let mut actual = String::new();
    for found in occurrences(&analysis, &targets) {
        let (start, text) = (found.span.start, analysis.text(found.file));
        let content = text.lines().nth(line(&analysis, found.file, start) - 1).unwrap();
        let mark = if found.is_declaration { "=" } else { "-" };
        let column = start as usize - text[..start as usize].rfind('\n').map_or(0, |at| at + 1);
        let sure = match found.confidence {
            Confidence::Exact => String::new(),
            other => format!(" ({})", other.as_str()),
        };
        writeln!(actual, "{mark} {}:{column} {}{sure}", analysis.path(found.file), content.trim()).unwrap();
    }
    expected.assert_eq(&actual);
}

#[test]
fn occurrences_of_python() {
    let text = "\
//- /a/__init__.py
from .b import Base as Root, run
//- /a/b.py
class Base:
    def go(self): ...
    def again(self):
        self.go()
        self.late = 1
class Child(Base):
    def go(self):
        super().go()
        return self.late
def run(value, flag):
    total = value
    if flag:
        total = total + 1
    return total
def other(first):
    value = run(value=1, flag=Base().go())
    total = value
//- /c.py
from a import Root, run as start
import a.b
class Mine(Root):
    def use(self):
        self.go(), self.late
start(1, True)
a.b.run(2, flag=False)
def unknown(thing):
    thing.again()
";
    let at = |before: &str, word: &str| {
        let at = text.find(before).unwrap() + before.len();
        assert!(text[at..].starts_with(word));
        format!("{}${}", &text[..at], &text[at..])
    };
    check_occurrences(
        &at("class ", "Base"),
        &expect![[r#"
            - a/__init__.py:15 from .b import Base as Root, run
            - a/__init__.py:23 from .b import Base as Root, run
            = a/b.py:6 class Base:
            - a/b.py:12 class Child(Base):
            - a/b.py:30 value = run(value=1, flag=Base().go())
            - c.py:14 from a import Root, run as start
            - c.py:11 class Mine(Root):
        "#]],
    );
    check_occurrences(
        &at("Child(Base):\n    def ", "go"),
        &expect![[r#"
            = a/b.py:8 def go(self):
        "#]],
    );
    check_occurrences(
        &at("return self.", "late"),
        &expect![[r#"
            = a/b.py:13 self.late = 1
            - a/b.py:20 return self.late
            - c.py:24 self.go(), self.late
        "#]],
    );
    check_occurrences(
        &at("def ", "go"),
        &expect![[r#"
            = a/b.py:8 def go(self): ...
            - a/b.py:13 self.go()
            - a/b.py:16 super().go()
            - a/b.py:37 value = run(value=1, flag=Base().go())
            - c.py:13 self.go(), self.late
        "#]],
    );
    check_occurrences(
        &at("def run(value, ", "flag"),
        &expect![[r#"
            = a/b.py:15 def run(value, flag):
            - a/b.py:7 if flag:
            - a/b.py:25 value = run(value=1, flag=Base().go())
            - c.py:11 a.b.run(2, flag=False)
        "#]],
    );
    check_occurrences(
        &at("total + 1\n    return ", "total"),
        &expect![[r#"
            = a/b.py:4 total = value
            = a/b.py:8 total = total + 1
            - a/b.py:16 total = total + 1
            - a/b.py:11 return total (inferred)
        "#]],
    );
    check_occurrences(
        &at("a.b.", "run"),
        &expect![[r#"
            - a/__init__.py:29 from .b import Base as Root, run
            = a/b.py:4 def run(value, flag):
            - a/b.py:12 value = run(value=1, flag=Base().go())
            - c.py:20 from a import Root, run as start
            - c.py:27 from a import Root, run as start
            - c.py:0 start(1, True)
            - c.py:4 a.b.run(2, flag=False)
        "#]],
    );
    check_occurrences(
        &at("import a.", "b"),
        &expect![[r#"
            - a/__init__.py:6 from .b import Base as Root, run
            - c.py:9 import a.b
            - c.py:2 a.b.run(2, flag=False)
        "#]],
    );
    check_occurrences(
        &at("(self): ...\n    def ", "again"),
        &expect![[r#"
            = a/b.py:8 def again(self):
            - c.py:10 thing.again() (by-name)
        "#]],
    );
}

#[test]
fn occurrences_of_rust() {
    let text = "\
//- /a/Cargo.toml
a
//- /a/src/lib.rs
pub mod pool;
pub use pool::Pool as Shared;
fn user(pool: Shared) { pool.size(); let size = pool.size; println!(\"{}\", size); }
//- /a/src/pool.rs
pub struct Pool { pub size: u32 }
impl Pool {
    pub fn new() -> Self { let size = 1; let size = size + 1; Pool { size } }
    pub fn size(&self) -> u32 { self.size }
}
//- /b/Cargo.toml
b
//- /b/src/main.rs
use a::pool::{self, Pool};
fn main() { let pool = Pool::new(); pool.size(); pool::Pool::new(); let Pool { size } = pool; }
";
    let at = |before: &str, word: &str| {
        let at = text.find(before).unwrap() + before.len();
        assert!(text[at..].starts_with(word));
        format!("{}${}", &text[..at], &text[at..])
    };
    check_occurrences(
        &at("pub struct ", "Pool"),
        &expect![[r#"
            - a/src/lib.rs:14 pub use pool::Pool as Shared;
            - a/src/lib.rs:22 pub use pool::Pool as Shared;
            - a/src/lib.rs:14 fn user(pool: Shared) { pool.size(); let size = pool.size; println!("{}", size); }
            = a/src/pool.rs:11 pub struct Pool { pub size: u32 }
            - a/src/pool.rs:5 impl Pool {
            - a/src/pool.rs:62 pub fn new() -> Self { let size = 1; let size = size + 1; Pool { size } }
            - b/src/main.rs:20 use a::pool::{self, Pool};
            - b/src/main.rs:23 fn main() { let pool = Pool::new(); pool.size(); pool::Pool::new(); let Pool { size } = pool; }
            - b/src/main.rs:55 fn main() { let pool = Pool::new(); pool.size(); pool::Pool::new(); let Pool { size } = pool; }
            - b/src/main.rs:72 fn main() { let pool = Pool::new(); pool.size(); pool::Pool::new(); let Pool { size } = pool; }
        "#]],
    );
    check_occurrences(
        &at("{ pub ", "size"),
        &expect![[r#"
            - a/src/lib.rs:53 fn user(pool: Shared) { pool.size(); let size = pool.size; println!("{}", size); }
            = a/src/pool.rs:22 pub struct Pool { pub size: u32 }
            - a/src/pool.rs:69 pub fn new() -> Self { let size = 1; let size = size + 1; Pool { size } }
            - a/src/pool.rs:37 pub fn size(&self) -> u32 { self.size }
            - b/src/main.rs:79 fn main() { let pool = Pool::new(); pool.size(); pool::Pool::new(); let Pool { size } = pool; }
        "#]],
    );
    check_occurrences(
        &at("size } }\n    pub fn ", "size"),
        &expect![[r#"
            - a/src/lib.rs:29 fn user(pool: Shared) { pool.size(); let size = pool.size; println!("{}", size); }
            = a/src/pool.rs:11 pub fn size(&self) -> u32 { self.size }
            - b/src/main.rs:41 fn main() { let pool = Pool::new(); pool.size(); pool::Pool::new(); let Pool { size } = pool; }
        "#]],
    );
    check_occurrences(
        &at("let size = 1; let size = ", "size"),
        &expect![[r#"
            = a/src/pool.rs:31 pub fn new() -> Self { let size = 1; let size = size + 1; Pool { size } }
            - a/src/pool.rs:52 pub fn new() -> Self { let size = 1; let size = size + 1; Pool { size } }
        "#]],
    );
    check_occurrences(
        &at("let size = 1; let ", "size"),
        &expect![[r#"
            = a/src/pool.rs:45 pub fn new() -> Self { let size = 1; let size = size + 1; Pool { size } }
            - a/src/pool.rs:69 pub fn new() -> Self { let size = 1; let size = size + 1; Pool { size } }
        "#]],
    );
    check_occurrences(
        &at("pub mod ", "pool"),
        &expect![[r#"
            - a/src/lib.rs:8 pub mod pool;
            - a/src/lib.rs:8 pub use pool::Pool as Shared;
            - b/src/main.rs:7 use a::pool::{self, Pool};
            - b/src/main.rs:14 use a::pool::{self, Pool};
            - b/src/main.rs:49 fn main() { let pool = Pool::new(); pool.size(); pool::Pool::new(); let Pool { size } = pool; }
        "#]],
    );
}
