//! Facts of Python texts. Never does: Rust, or positions beyond lines.

use expect_test::{Expect, expect};

use super::{definitions, imports};
use crate::Language;

const SAMPLE: &str = include_str!("sample.py.txt");

#[test]
fn sample_definitions() {
    expect![[r#"
        //! Sessions of requests.
        //! 
        //! Indented.
        23-23 23-23 23-23 pub constant json `json`
        25-25 25-25 25-25 pub constant __all__ `__all__`
        27-27 27-27 27-27 pub constant DEFAULT `DEFAULT: int`
        29-29 29-29 29-29 pub constant A `A, B`
        29-29 29-29 29-29 pub constant B `A, B`
        30-30 30-30 30-30 pub constant lazy `lazy`
        31-31 31-31 - pub type Pair `type Pair[T] = tuple[T, T]`
        34-49 34-49 35-49 pub function merge `def merge(left, right=None, *rest, key: Opt[Adapter] = DEFAULT, **options) -> dict[str, Base]`
            | Merges.
            | 
            |     Deeper.
            | Back.
        44-45 44-45 45-45 pub function merge.visit `def visit(node)`
        52-98 52-98 53-98 pub class Base `class Base(abc.ABC, Generic[T], metaclass=Meta)`
            | One line.
        55-55 55-55 55-55 pub field Base.timeout `timeout`
        56-56 56-56 - pub field Base.retries `retries: int`
        57-57 57-57 57-57 field Base._private `_private`
        59-66 59-66 61-66 pub method Base.__init__ `def __init__(self, config: "Config", adapters=())`
        61-61 61-61 - pub field Base.config `self.config`
        62-62 62-62 - pub field Base.adapters `self.adapters: list[Adapter]`
        66-66 66-66 - pub field Base.late `self.late`
        68-71 69-71 70-71 pub method Base.name `def name(self)`
            | Its name.
        73-76 74-76 75-76 pub method Base.name#2 `def name(self, value)`
        78-79 79-79 79-79 pub method Base.get `def get(self, url: str) -> str`
        80-81 81-81 81-81 pub method Base.get#2 `def get(self, url: bytes) -> bytes`
        83-88 85-88 86-88 pub method Base.get#3 `async def get(self, url)`
        90-93 90-93 91-93 pub class Base.Meta `class Meta`
        91-91 91-91 91-91 pub field Base.Meta.ordering `ordering`
        93-93 93-93 93-93 pub method Base.Meta.inner `def inner(self)`
        96-96 96-96 96-96 pub method Base.new `def new(self)`
        98-98 98-98 98-98 pub method Base.new#2 `def new(self)`
            | Old.
        101-104 102-104 103-104 pub class Point `class Point(Base)`
        103-103 103-103 103-103 pub field Point.x `x: float`
        104-104 104-104 104-104 pub field Point.y `y: "float"`
        107-117 107-117 108-117 pub function handle `def handle(event)`
    "#]].assert_eq(&definitions(SAMPLE, Language::Python));
}

#[test]
fn sample_imports() {
    expect![[r#"
        6 ["__future__"] "annotations" name annotations
        8 ["os"] "os"
        9 ["os", "path"] "os.path" as osp
        9 ["sys"] "sys"
        11 ["typing"] "TYPE_CHECKING" name TYPE_CHECKING
        12 ["typing"] "Optional" name Optional as Opt
        14 .[] "utils" name utils
        15 ..["models", "base"] "*" glob
        18 .["adapters"] "Adapter" name Adapter
        21 ["json"] "json"
    "#]]
    .assert_eq(&imports(SAMPLE, Language::Python));
}

fn check_definitions(text: &str, expected: Expect) {
    expected.assert_eq(&definitions(text, Language::Python));
}

#[test]
fn assignments_declare_once() {
    check_definitions(
        "\
a = b = 1
a = 2
(c, d) = e, *f = 1, 2
for g in range(3):
    h = g
def i(): j = 1
i = memo(i)
k: int
l[0] = m.n = 1
class C:
    a, b = 1, 2
    a = 3
    def __init__(this, self):
        self.a = self.c = 1
        (self.d, self.e) = 1, 2
        def nested(): self.f = 1
    def other(self): self.g = 1
",
        expect![[r#"
            1-1 1-1 1-1 pub constant a `a`
            1-1 1-1 1-1 pub constant b `b`
            3-3 3-3 3-3 pub constant e `e, *f`
            5-5 5-5 5-5 pub constant h `h`
            6-6 6-6 6-6 pub function i `def i()`
            8-8 8-8 - pub constant k `k: int`
            10-17 10-17 11-17 pub class C `class C`
            11-11 11-11 11-11 pub field C.a `a, b`
            11-11 11-11 11-11 pub field C.b `a, b`
            13-16 13-16 14-16 pub method C.__init__ `def __init__(this, self)`
            14-14 14-14 - pub field C.c `self.c`
            16-16 16-16 16-16 pub function C.__init__.nested `def nested()`
            17-17 17-17 17-17 pub method C.other `def other(self)`
        "#]],
    );
}

#[test]
fn docstrings() {
    check_definitions(
        "\
# -*- coding: utf-8 -*-
r'''Raw.'''
def a():
    # Comment.
    \"Short.\"
def b(): f\"{not_docs}\"
def c(): b\"\"\"bytes\"\"\"
def d():
    x = 1
    \"late\"
class E:

    \"\"\"
    Tabs:
    \tcode
    \"\"\"
def f(): \"one\" \"two\"
def g(): \"first\"; \"second\"
",
        expect![[r#"
            //! Raw.
            3-5 3-5 5-5 pub function a `def a()`
                | Short.
            6-6 6-6 6-6 pub function b `def b()`
            7-7 7-7 7-7 pub function c `def c()`
            8-10 8-10 9-10 pub function d `def d()`
            11-16 11-16 13-16 pub class E `class E`
                | Tabs:
                | 	code
            17-17 17-17 17-17 pub function f `def f()`
            18-18 18-18 18-18 pub function g `def g()`
                | first
        "#]],
    );
}

#[test]
fn half_typed_code() {
    check_definitions(
        "\
def good(a): return a
class Broken(
    def method(self):
        self.
def after(x, y=: pass
@decorator
def last():
    return good(
",
        expect![[r#"
            1-1 1-1 1-1 pub function good `def good(a)`
            3-4 3-4 4-4 pub function method `def method(self): self.`
            5-8 5-8 8-8 pub function after `def after(x, y=: pass @decorator def last(): return good(`
        "#]],
    );
}
