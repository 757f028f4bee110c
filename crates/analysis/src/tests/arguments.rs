//! Arguments that calls of Python give by name, types in strings. Never does: Rust.

use expect_test::expect;

use super::navigation::{check, check_occurrences};

#[test]
fn arguments_lead_to_parameters_and_fields() {
    check(
        "\
//- /a.py
class Failure(Exception):
    request: object
    def __init__(self, *args, **kwargs):
        self.reason = kwargs.pop('reason')
class Point:
    x: int
    def move(self, by): ...
Failure($request=1, $reason=2)
Point($x=1, $move=2)
Point().move($by=1)
",
        &expect![[r#"
            a.py:8 request -> -
            a.py:8 reason -> -
            a.py:9 x -> a.py:6 (inferred)
            a.py:9 move -> -
            a.py:10 by -> a.py:7 (exact)
        "#]],
    );
}

#[test]
fn parameters_are_named_in_other_files() {
    check_occurrences(
        "\
//- /a.py
class Field:
    def __init__(self, $digits=None):
        self.digits = digits
class Money(Field): ...
//- /b.py
from a import Field, Money
def digits(digits): ...
Field(digits=1), Money(digits = 2), digits(digits=3), Field(1).digits
//- /c.py
digits = 1
",
        &expect![[r#"
            = a.py:23 def __init__(self, digits=None):
            - a.py:22 self.digits = digits
            - b.py:6 Field(digits=1), Money(digits = 2), digits(digits=3), Field(1).digits
            - b.py:23 Field(digits=1), Money(digits = 2), digits(digits=3), Field(1).digits
        "#]],
    );
    check_occurrences(
        "\
//- /a.py
def go(by):
    by = $by or 1
def other(by): ...
//- /b.py
from a import go as run, other
run(by=1), other(by=2)
//- /c.py
import a
a.go(by=1)
",
        &expect![[r#"
            = a.py:7 def go(by):
            = a.py:4 by = by or 1
            - a.py:9 by = by or 1
            - b.py:4 run(by=1), other(by=2)
            - c.py:5 a.go(by=1)
        "#]],
    );
}

#[test]
fn types_in_strings() {
    check(
        "\
//- /a.py
from typing import Callable, TypeAlias, cast
class Answer:
    kind = 1
    def again(self): self.__class__.$kind
Hook: TypeAlias = Callable[['$Answer'], None]
Shorter: TypeAlias = '$Answer'
def use(given, shorter: Shorter):
    cast('$Answer', given).$again()
    shorter.$again()
Either = Union['$Answer', Dict[str, '$Answer']]
Word = Optional[Literal['$Answer']]
T = TypeVar('T', bound='$Answer')
U = TypeVar('U', '$Answer', int)
given['$Answer']
class Tree(_Base['$Answer'], typing.Generic[T]): ...
class Found(CLASSES['$Answer'], named['$Answer'], made('$Answer')): ...
",
        &expect![[r#"
            a.py:4 kind -> a.py:3 (exact)
            a.py:5 Answer -> a.py:2 (exact)
            a.py:6 Answer -> a.py:2 (exact)
            a.py:8 Answer -> a.py:2 (exact)
            a.py:8 again -> a.py:4 (exact)
            a.py:9 again -> a.py:4 (exact)
            a.py:10 Answer -> a.py:2 (exact)
            a.py:10 Answer -> a.py:2 (exact)
            a.py:11 Answer -> -
            a.py:12 Answer -> a.py:2 (exact)
            a.py:13 Answer -> a.py:2 (exact)
            a.py:14 Answer -> -
            a.py:15 Answer -> a.py:2 (exact)
            a.py:16 Answer -> -
            a.py:16 Answer -> -
            a.py:16 Answer -> -
        "#]],
    );
}
