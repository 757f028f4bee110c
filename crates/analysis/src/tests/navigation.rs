//! What names in code stand for: `$` before a name asks for it, answers come in the order of the questions. Never does: relations.

use std::fmt::Write;

use expect_test::{Expect, expect};

use super::sources;
use crate::{Analysis, FileId, Found, Target, definitions_at};

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
            a.py:43 run -> -
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
            a.py:86 run -> -
            a.py:87 go -> a.py:26 (exact)
        "#]],
    );
}
