//! Facts of Python texts. Never does: Rust, or positions beyond lines.

use expect_test::{Expect, expect};

use super::{definitions, imports, references};
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
fn sample_references() {
    expect![[r#"
        17 value TYPE_CHECKING
        22 value ImportError
        27 type int in constant DEFAULT
        30 value DEFAULT in constant lazy
        31 type tuple in type Pair
        34 type Opt in function merge
        34 type Adapter in function merge
        34 value DEFAULT in function merge
        34 type dict in function merge
        34 type str in function merge
        34 type Base in function merge
        40 call sorted in function merge
        42 value COUNT in function merge
        45 call merge in function merge.visit
        48 call merged > update in function merge
        48 call part > items in function merge
        48 value DEFAULT in function merge
        49 call visit in function merge
        52 value abc in class Base
        52 type abc > ABC in class Base
        52 type Generic in class Base
        52 value T in class Base
        52 value Meta in class Base
        55 value DEFAULT in field Base.timeout
        56 type int in field Base.retries
        57 call merge in field Base._private
        57 value timeout in field Base._private
        62 type list in field Base.adapters
        62 type Adapter in field Base.adapters
        62 value a > ready in method Base.__init__
        63 value self > timeout in method Base.__init__
        64 value other in method Base.__init__
        64 value other > name in method Base.__init__
        66 value os in method Base.__init__
        66 value os > environ in method Base.__init__
        66 call os.environ > get in method Base.__init__
        68 macro property in method Base.name
        71 value self > _name in method Base.name
        73 value name in method Base.name#2
        73 macro name > setter in method Base.name#2
        75 value self > _name in method Base.name#2
        76 value self > elsewhere in method Base.name#2
        78 macro overload in method Base.get
        79 type str in method Base.get
        79 type str in method Base.get
        80 macro overload in method Base.get#2
        81 type bytes in method Base.get#2
        81 type bytes in method Base.get#2
        83 macro retry in method Base.get#3
        84 value functools in method Base.get#3
        84 macro functools > cache in method Base.get#3
        86 call self > open in method Base.get#3
        87 value errors in method Base.get#3
        87 call errors > Failed in method Base.get#3
        88 call Path in method Base.get#3
        88 value Path(..) > parent in method Base.get#3
        88 value Path(..).parent > name in method Base.get#3
        93 call super in method Base.Meta.inner
        93 call super(..) > inner in method Base.Meta.inner
        95 value sys in class Base
        95 value sys > version_info in class Base
        101 macro dataclass in class Point
        102 type Base in class Point
        103 type float in field Point.x
        104 call field in field Point.y
        109 value Point in function handle
        111 call len in function handle
        115 value ValueError in function handle
        115 value OSError in function handle
        116 call print in function handle
        117 value event > cache in function handle
    "#]]
    .assert_eq(&references(SAMPLE, Language::Python));
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

fn check_references(text: &str, expected: Expect) {
    expected.assert_eq(&references(text, Language::Python));
}

#[test]
fn locals_are_no_references() {
    check_references(
        "\
def f[T](config, *args, key=DEFAULT, **kw) -> T:
    late(later)
    later = [each for each in each_of(config) if each]
    config.get(args, kw, each)
    with open(key) as stream, (yield) as (a, b):
        total += stream + a + b
    (lambda x, y=DEFAULT: x + y + z)(x)
    import json
    json.loads(key)
    global shared
    shared = 1
    def inner():
        nonlocal later
        return later, shared, config
    class Inner:
        field = config
        def method(self): return field
",
        expect![[r#"
            1 value DEFAULT in function f
            2 call late in function f
            3 call each_of in function f
            4 call config > get in function f
            4 value each in function f
            5 call open in function f
            7 value DEFAULT in function f
            7 value z in function f
            7 value x in function f
            9 value json in function f
            9 call json > loads in function f
            14 value shared in function f.inner
            17 value field in method f.Inner.method
        "#]],
    );
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
