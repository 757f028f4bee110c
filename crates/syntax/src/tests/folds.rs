//! Folds and selections of both languages. Never does: how an editor shows them.

use std::fmt::Write;

use expect_test::{Expect, expect};

use crate::{Language, parse};

/// Each fold by its first and last line, counted from 1, and what stays visible of the first.
fn check_folds(text: &str, language: Language, expected: &Expect) {
    let mut actual = String::new();
    for fold in parse(text, language).folds(text) {
        let line = |offset: u32| text[..offset as usize].matches('\n').count() + 1;
        let visible = text[..fold.span.start as usize].lines().last().unwrap_or("").trim();
        writeln!(actual, "{}-{} {:?} {visible}", line(fold.span.start), line(fold.span.end), fold.kind)
            .unwrap();
    }
    expected.assert_eq(&actual);
}

#[test]
fn folds_of_python() {
    check_folds(
        "\
\"\"\"Module.

More.
\"\"\"
import a
from b import (
    c,
)

# One
# comment.
def f(
    x,
):
    '''Docs.

    More.
    '''
    if x:
        return [
            1,
        ]
    # region Rest
    pass
    # endregion

x = {
    1: 2}
",
        Language::Python,
        &expect![[r#"
            1-4 Comment """Module.
            5-8 Imports import a
            10-11 Comment # One
            12-14 Code def f(
            14-25 Code ):
            15-18 Comment '''Docs.
            19-22 Code if x:
            20-22 Code return [
            23-25 Region # region Rest
            27-28 Code x = {
        "#]],
    );
}

#[test]
fn folds_of_rust() {
    check_folds(
        "\
//! File.
//! More.

use a::{
    b,
};
use c;

/// Docs.
/// More.
fn f(
    x: u8,
) {
    match x {
        1 => {}
        _ => {
            g!(
                1,
            );
        }
    }
}
struct S {
    a: u8,
}
",
        Language::Rust,
        &expect![[r#"
            1-2 Comment //! File.
            4-7 Imports use a::{
            4-6 Code use a::{
            9-10 Comment /// Docs.
            11-13 Code fn f(
            13-22 Code ) {
            14-21 Code match x {
            16-20 Code _ => {
            17-19 Code g!(
            23-25 Code struct S {
        "#]],
    );
}

/// The marked place, and what a selection grows to.
fn check_around(text: &str, language: Language, expected: &Expect) {
    let offset = text.find('$').unwrap_or(0);
    let text = text.replace('$', "");
    let around = parse(&text, language).around(offset as u32);
    let shown: Vec<String> = around.iter().map(|span| span.of(&text).replace('\n', " ")).collect();
    expected.assert_eq(&shown.join("\n"));
}

#[test]
fn selections_grow() {
    check_around(
        "fn f() { g(a, $bc.d()) }\n",
        Language::Rust,
        &expect![[r#"
        bc
        bc.d
        bc.d()
        (a, bc.d())
        g(a, bc.d())
        { g(a, bc.d()) }
        fn f() { g(a, bc.d()) }
        fn f() { g(a, bc.d()) } "#]],
    );
    check_around(
        "def f():\n    return g(a, bc$.d())\n",
        Language::Python,
        &expect![[r#"
        bc
        bc.d
        bc.d()
        (a, bc.d())
        g(a, bc.d())
        return g(a, bc.d())
        def f():     return g(a, bc.d())
        def f():     return g(a, bc.d()) "#]],
    );
    check_around("", Language::Python, &expect![[""]]);
}
