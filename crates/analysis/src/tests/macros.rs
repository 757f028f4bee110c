//! Macros and attributes of Rust by name and by path, and the methods that only their names tell. Never does: what stands inside macros.

use expect_test::expect;

use super::navigation::{check, check_occurrences};

const MACROS: &str = "\
//- /proc/Cargo.toml
proc
//- /proc/src/lib.rs
#[proc_macro_attribute]
pub fn test() {}
//- /lib/Cargo.toml
lib
//- /lib/src/lib.rs
pub use proc::test;
#[macro_export]
macro_rules! ready { () => {} }
//- /app/Cargo.toml
app
//- /app/src/lib.rs
#[$test]
fn one() { $ready!(); $local!(); }
#[lib::$test]
fn two() {}
//- /app/tests/it.rs
macro_rules! test { () => {} }
macro_rules! local { () => {} }
#[$test]
fn one() { $test!(); $local!(); }
";

#[test]
fn macros_by_name() {
    check(
        MACROS,
        &expect![[r#"
        app/src/lib.rs:1 test -> -
        app/src/lib.rs:2 ready -> lib/src/lib.rs:3 (exact)
        app/src/lib.rs:2 local -> -
        app/src/lib.rs:3 test -> proc/src/lib.rs:2 (exact)
        app/tests/it.rs:3 test -> -
        app/tests/it.rs:4 test -> app/tests/it.rs:1 (exact)
        app/tests/it.rs:4 local -> app/tests/it.rs:2 (exact)
    "#]],
    );
}

#[test]
fn variants_are_not_certain() {
    check(
        "\
//- /src/lib.rs
#[cfg(a)]
mod inner { pub struct Found; }
#[cfg(not(a))]
mod inner { pub struct Found; }
mod only { pub struct Found; }
fn f(_: inner::$Found, _: only::$Found) {}
#[cfg(a)]
use only::Found as Other;
#[cfg(not(a))]
use std::sync::Arc as Other;
fn g(_: $Other) {}
",
        &expect![[r#"
            src/lib.rs:6 Found -> src/lib.rs:2 (inferred)
            src/lib.rs:6 Found -> src/lib.rs:5 (exact)
            src/lib.rs:11 Other -> src/lib.rs:5 (inferred)
        "#]],
    );
}

#[test]
fn a_trait_gives_methods_where_it_is_known() {
    check(
        "\
//- /src/lib.rs
mod knows;
mod knows_not;
pub trait Finder { fn find_it(&self); }
pub struct Text;
impl Finder for Text { fn find_it(&self) {} }
impl Text { pub fn length(&self) -> usize { 1 } }
//- /src/knows.rs
use crate::Finder;
fn f(x: Unknown) { x.$find_it(); x.$length(); x.$length; }
//- /src/knows_not.rs
fn f(x: Unknown) { x.$find_it(); x.$length(); }
",
        &expect![[r#"
            src/knows.rs:2 find_it -> src/lib.rs:3 (by-name)
            src/knows.rs:2 length -> src/lib.rs:6 (by-name)
            src/knows.rs:2 length -> -
            src/knows_not.rs:1 find_it -> -
            src/knows_not.rs:1 length -> src/lib.rs:6 (by-name)
        "#]],
    );
}

#[test]
fn traits_of_the_own_crate_come_first() {
    check(
        "\
//- /lib/Cargo.toml
lib
//- /lib/src/lib.rs
pub struct Project;
//- /lib/tests/a.rs
trait Runs { fn run(&self); }
impl Runs for lib::Project { fn run(&self) {} }
//- /lib/tests/b.rs
use lib::Project;
trait Runs { fn run(&self); }
impl Runs for Project { fn run(&self) {} }
fn f(project: Project) { project.$run(); }
",
        &expect![[r#"
            lib/tests/b.rs:4 run -> lib/tests/b.rs:3 (exact)
        "#]],
    );
}

#[test]
fn crates_are_named_by_their_packages() {
    check_occurrences(
        "\
//- /crates/lib/Cargo.toml
my-lib
//- /crates/lib/src/lib.rs
pub struct Project;
//- /app/src/lib.rs
use my_lib::Project;
fn f(_: $my_lib::Project) {}
",
        &expect![[r#"
            - app/src/lib.rs:4 use my_lib::Project;
            - app/src/lib.rs:8 fn f(_: my_lib::Project) {}
        "#]],
    );
}

#[test]
fn paths_with_arguments_among_tokens() {
    check(
        "\
//- /src/lib.rs
pub struct Pool<T>(T);
impl<T> Pool<T> { pub fn new() -> Self { todo!() } pub fn size(&self) {} }
pub struct Deep;
impl Deep { pub fn low() {} }
fn f() {
    check!(Pool<Vec<$Deep>>::$size(_): Send);
    check!($Pool<&'_ Deep>::$new(), Pool::<u8>::$new().$size(), <Deep as Low>::$low());
    check!(a < b, c > $Deep::$low(), b < Deep);
}
",
        &expect![[r#"
            src/lib.rs:6 Deep -> src/lib.rs:3 (exact)
            src/lib.rs:6 size -> src/lib.rs:2 (exact)
            src/lib.rs:7 Pool -> src/lib.rs:1 (exact)
            src/lib.rs:7 new -> src/lib.rs:2 (exact)
            src/lib.rs:7 new -> src/lib.rs:2 (exact)
            src/lib.rs:7 size -> src/lib.rs:2 (exact)
            src/lib.rs:7 low -> -
            src/lib.rs:8 Deep -> src/lib.rs:3 (exact)
            src/lib.rs:8 low -> src/lib.rs:4 (exact)
        "#]],
    );
}

#[test]
fn fields_that_are_given_values_inside_of_macros() {
    check(
        "\
//- /src/lib.rs
struct Data;
struct Sub { m: Data, n: u8 }
mod inner { pub struct Other { pub m: u8 } }
const MAX: u8 = 1;
wrap!(name, || {
    assert_eq!(one, Sub { $m: Data, $n: 1 });
    assert_eq!(one, vec![&Sub { $m: Data, ..other }, Sub { $m, $n }]);
    assert_eq!(one, inner::Other { $m: Sub { m: Data, $n: 2 }.$n });
    assert!(matches!(one, Some(Sub { $m, .. })));
    check!(if n == MAX { $m }, trait Sub { $m: u8 });
});
",
        &expect![[r#"
            src/lib.rs:6 m -> src/lib.rs:2 (exact)
            src/lib.rs:6 n -> src/lib.rs:2 (exact)
            src/lib.rs:7 m -> src/lib.rs:2 (exact)
            src/lib.rs:7 m -> src/lib.rs:2 (exact)
            src/lib.rs:7 n -> src/lib.rs:2 (exact)
            src/lib.rs:8 m -> src/lib.rs:3 (exact)
            src/lib.rs:8 n -> src/lib.rs:2 (exact)
            src/lib.rs:8 n -> src/lib.rs:2 (exact)
            src/lib.rs:9 m -> src/lib.rs:2 (exact)
            src/lib.rs:10 m -> -
            src/lib.rs:10 m -> -
        "#]],
    );
}
