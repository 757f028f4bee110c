//! Modules in, modules out: what each file says after a move, or why there is none.

mod rust;

use std::fmt::Write;

use expect_test::{Expect, expect};

use crate::refactor::{Request, edited, plan};
use crate::tests::analysis;

/// Files as text: `//- path` starts each.
fn files(text: &str) -> Vec<(&str, &str)> {
    let parts = text.split("//- ").skip(1);
    parts.filter_map(|part| part.split_once('\n')).collect()
}

/// What all changed files say after the symbol of a name has gone from the first file to the second, and what is said of it.
fn moved(text: &str, name: &str, reexport: Option<bool>) -> String {
    let files = files(text);
    let analysis = analysis(&files);
    let (path, to) = (files[0].0, files[1].0);
    let outline = analysis.outline(analysis.file(path).unwrap());
    let local =
        outline.ids().find(|&id| outline.definition(id).name == name).unwrap_or_else(|| panic!("no {name}"));
    let request =
        Request::Move { path: path.to_owned(), key: outline.key(local), to: to.to_owned(), reexport };
    let mut said = String::new();
    match plan(&analysis, &request, None) {
        Ok(plan) => {
            for file in &plan.edits {
                let before = files.iter().find(|(path, _)| *path == file.path).unwrap().1;
                let _ = write!(said, "//- {}\n{}", file.path, edited(before, &file.edits));
            }
            for reason in &plan.reasons {
                let _ = writeln!(said, "= {}", reason.text);
            }
        }
        Err(why) => {
            let _ = writeln!(said, "{why}");
        }
    }
    said
}

fn check(text: &str, name: &str, expected: Expect) {
    expected.assert_eq(&moved(text, name, None));
}

#[test]
fn a_function_with_what_it_needs() {
    let text = "\
//- app/a.py
\"\"\"A.\"\"\"

import os
import re as regex
from typing import Any, List

from . import b
from .c import helper as help_me


def stays(x: Any):
    return os.sep


# Looks for words.
def found(x: List[str]):
    \"\"\"Words.\"\"\"
    return help_me(regex.findall('a', x), b.LIMIT)


def also_stays():
    return found([])
//- app/b.py
import re
import sys

LIMIT = 3


def own():
    return re, sys


if __name__ == \"__main__\":
    own()
//- app/c.py
def helper(a, b):
    return a, b
//- app/d.py
from app.a import found, stays


def use():
    return found, stays
//- app/e.py
from .a import found as f
import app.a

print(f, app.a.found)
//- app/__init__.py
from .a import found
";
    check(
        text,
        "found",
        expect![[r#"
            //- app/__init__.py
            from .b import found
            //- app/a.py
            """A."""

            import os
            from typing import Any

            from . import b
            from .b import found


            def stays(x: Any):
                return os.sep


            def also_stays():
                return found([])
            //- app/b.py
            import re
            import re as regex
            import sys
            from typing import List

            from .c import helper as help_me

            LIMIT = 3


            def own():
                return re, sys


            # Looks for words.
            def found(x: List[str]):
                """Words."""
                return help_me(regex.findall('a', x), LIMIT)


            if __name__ == "__main__":
                own()
            //- app/d.py
            from app.a import stays
            from app.b import found


            def use():
                return found, stays
            //- app/e.py
            from .b import found as f
            import app.a
            import app.b

            print(f, app.b.found)
            = Places that use it are rewritten in 3 other files.
        "#]],
    );
}

#[test]
fn to_where_it_is_used() {
    let text = "\
//- app/_a.py
BASE = 1


class _Thing:
    x = 1


def stays():
    pass
//- app/b.py
from ._a import BASE, _Thing


class Other(_Thing):
    pass


def last():
    return BASE
//- app/__init__.py
";
    check(
        text,
        "_Thing",
        expect![[r#"
        //- app/_a.py
        BASE = 1


        def stays():
            pass
        //- app/b.py
        from ._a import BASE


        class _Thing:
            x = 1


        class Other(_Thing):
            pass


        def last():
            return BASE
    "#]],
    );
    check(
        text,
        "BASE",
        expect![[r#"
        //- app/_a.py
        class _Thing:
            x = 1


        def stays():
            pass
        //- app/b.py
        from ._a import _Thing

        BASE = 1


        class Other(_Thing):
            pass


        def last():
            return BASE
    "#]],
    );
}

#[test]
fn lists_of_exports_and_the_choice() {
    let text = "\
//- app/a.py
__all__ = [\"one\", \"two\"]


def one():
    pass


def two():
    pass
//- app/b.py
__all__ = [
    'other',
]


def other():
    pass
//- app/c.py
from .a import *

print(one())
//- app/__init__.py
";
    expect![[r#"
        //- app/a.py
        from app.b import two  # noqa: F401

        __all__ = ["one", "two"]


        def one():
            pass
        //- app/b.py
        __all__ = [
            'other',
            'two',
        ]


        def other():
            pass


        def two():
            pass
        = app.a goes on lending `two` to code that imports it from there.
    "#]]
    .assert_eq(&moved(text, "two", Some(true)));
    expect![[r#"
        //- app/a.py
        __all__ = ["one"]


        def one():
            pass
        //- app/b.py
        __all__ = [
            'other',
            'two',
        ]


        def other():
            pass


        def two():
            pass
    "#]]
    .assert_eq(&moved(text, "two", Some(false)));
    expect![[r#"
        `one` is not moved: app/c.py:3 uses it in a way that can't be rewritten safely
    "#]]
    .assert_eq(&moved(text, "one", Some(false)));
}

#[test]
fn only_for_type_checkers() {
    let text = "\
//- app/a.py
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .c import C


def _f(c: C) -> None:
    pass
//- app/b.py
from __future__ import annotations

import os

print(os)
//- app/c.py
from .a import _f


class C:
    pass


_f(C())
//- app/__init__.py
";
    check(
        text,
        "_f",
        expect![[r#"
        //- app/a.py
        from __future__ import annotations

        from typing import TYPE_CHECKING

        if TYPE_CHECKING:
            from .c import C
        //- app/b.py
        from __future__ import annotations

        import os
        from typing import TYPE_CHECKING

        if TYPE_CHECKING:
            from .c import C

        print(os)


        def _f(c: C) -> None:
            pass
        //- app/c.py
        from .b import _f


        class C:
            pass


        _f(C())
        = Places that use it are rewritten in 1 other file.
    "#]],
    );
}

#[test]
fn what_is_not_moved_in_python() {
    let rest = "//- app/b.py\nfrom .a import stays\n\nclass taken: pass\n//- app/__init__.py\n";
    let whys = [
        ("def f():\n    return __name__\n", "f"),
        ("import logging\nlog = logging.getLogger('a')\ndef f():\n    global log\n    log = 1\n", "f"),
        ("if True:\n    def f(): pass\n", "f"),
        ("def f(): pass\ndef f(): pass\n", "f"),
        ("def taken(): pass\n", "taken"),
        ("def f():\n    return unknown\n", "f"),
        ("try:\n    import json\nexcept ImportError:\n    json = None\ndef f():\n    return json\n", "f"),
        ("def stays(): pass\ndef f(): return stays()\n", "f"),
        ("from x import app\n@app.route('/')\ndef _f(): pass\n", "_f"),
        ("count = 1\ndef f():\n    return count\ndef g():\n    global count\n    count = 2\n", "f"),
        ("def f(): pass\nx = 'app.a.f'\n", "f"),
        ("def f(:\n", "f"),
        ("from __future__ import annotations\ndef f(x: int): pass\n", "f"),
    ];
    let said: String =
        whys.iter().map(|(text, name)| moved(&format!("//- app/a.py\n{text}{rest}"), name, None)).collect();
    expect![[r#"
        `f` is not moved: `__name__` in line 2 means something that belongs to its module
        `f` is not moved: `log` in line 4 means something that belongs to its module
        `f` is not moved: it is declared under a condition or inside of a macro
        `f` is not moved: several declarations or assignments make it
        `taken` is not moved: `taken` already means something else in app/b.py:3
        `f` is not moved: what `unknown` means in line 2 depends on a condition or is not known
        `f` is not moved: what `json` means in line 6 depends on a condition or is not known
        `f` is not moved: app.a and app.b would import each other
        `_f` is not moved: declaring it may do something, and nothing would import it any more
        `f` is not moved: `count` is given other values when the program runs
        `f` is not moved: a string in app/a.py:2 names it by its module
        `f` is not moved: app/a.py has syntax errors
        `f` is not moved: annotations are not evaluated where it is, and would be in app/b.py
    "#]]
    .assert_eq(&said);
    let apart = "//- app/a.py\ndef f(): pass\n//- other/b.py\n//- app/__init__.py\n//- other/__init__.py\n";
    let mark = "//- tests/test_a.py\nimport pytest\npytestmark = pytest.mark.slow\n//- tests/test_b.py\n";
    expect![[r#"
        `pytestmark` is not moved: tests and fixtures are found by where they stand
    "#]]
    .assert_eq(&moved(mark, "pytestmark", None));
    expect![[r#"
        `f` is not moved: other/b.py is in another package
    "#]]
    .assert_eq(&moved(apart, "f", None));
}

/// A directory without `__init__.py`, a name that only type checkers see, a trait of the old module, and an import that would come too late.
#[test]
fn what_real_code_showed() {
    let text = "\
//- app/_a.py
from __future__ import annotations

from typing import TYPE_CHECKING

from .sub.c import C as D

if TYPE_CHECKING:
    class Shown: pass


def _f(x: Shown) -> None:
    return D
//- app/b.py
from __future__ import annotations
import typing as t
//- app/sub/c.py
class C: pass
//- app/__init__.py
from ._a import _f
";
    check(
        text,
        "_f",
        expect![[r#"
            //- app/__init__.py
            from .b import _f
            //- app/_a.py
            from __future__ import annotations

            from typing import TYPE_CHECKING

            if TYPE_CHECKING:
                class Shown: pass
            //- app/b.py
            from __future__ import annotations
            import typing as t
            from typing import TYPE_CHECKING

            from .sub.c import C as D

            if TYPE_CHECKING:
                from ._a import Shown


            def _f(x: Shown) -> None:
                return D
            = Places that use it are rewritten in 1 other file.
        "#]],
    );
    let text = "\
//- app/__init__.py
def _f():
    return 1


_f()
from .b import x
//- app/b.py
x = 1
";
    check(
        text,
        "_f",
        expect![[r#"
        `_f` is not moved: app/__init__.py:5 uses it in a way that can't be rewritten safely
    "#]],
    );
}

#[test]
fn line_ends_and_marks_stay() {
    let text = "//- app/_a.py\n\u{feff}def _f():\r\n    return 1\r\n\r\n\r\ndef g():\r\n    return _f()//- app/b.py\nx = 1//- app/__init__.py\n";
    let said = moved(text, "_f", None);
    expect![[r#""//- app/_a.py\n\u{feff}from app.b import _f\r\n\r\ndef g():\r\n    return _f()//- app/b.py\nx = 1\n\n\ndef _f():\n    return 1""#]].assert_eq(&format!("{said:?}"));
}
