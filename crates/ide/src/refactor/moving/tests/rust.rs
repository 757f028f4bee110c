//! Items of Rust that go to other modules. Never does: read files.

use expect_test::expect;

use super::{check, moved};

#[test]
fn a_type_with_its_blocks() {
    let text = "\
//- src/a.rs
//! A.

use std::collections::HashMap;
use std::fmt;

use super::c::Other;

const LIMIT: usize = 3;

/// A thing.
#[derive(Debug)]
pub struct Thing {
    map: HashMap<u8, u8>,
    other: Other,
}

impl Thing {
    fn new(other: Other) -> Self {
        Self { map: HashMap::with_capacity(LIMIT), other }
    }
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, \"{}\", self.map.len())
    }
}

fn stays(other: Other) -> Thing {
    Thing::new(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn works() {
        let _: Option<Thing> = None;
    }
}
//- src/b.rs
use std::io;

pub fn own() -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {}
//- src/c.rs
use crate::a::{self, Thing};

pub struct Other;

pub fn f(_: Thing, _: a::Thing, _: crate::a::Thing) {}
//- src/lib.rs
mod a;
mod b;
mod c;

pub use a::Thing;
";
    check(
        text,
        "Thing",
        expect![[r#"
        //- src/a.rs
        //! A.

        use crate::b::Thing;
        use super::c::Other;

        pub(crate) const LIMIT: usize = 3;

        fn stays(other: Other) -> Thing {
            Thing::new(other)
        }

        #[cfg(test)]
        mod tests {
            use super::*;

            #[test]
            fn works() {
                let _: Option<Thing> = None;
            }
        }
        //- src/b.rs
        use std::collections::HashMap;
        use std::fmt;
        use std::io;
        use crate::a::LIMIT;
        use super::c::Other;

        pub fn own() -> io::Result<()> {
            Ok(())
        }

        /// A thing.
        #[derive(Debug)]
        pub struct Thing {
            map: HashMap<u8, u8>,
            other: Other,
        }

        impl Thing {
            pub(crate) fn new(other: Other) -> Self {
                Self { map: HashMap::with_capacity(LIMIT), other }
            }
        }

        impl fmt::Display for Thing {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.map.len())
            }
        }

        #[cfg(test)]
        mod tests {}
        //- src/c.rs
        use crate::a::{self};
        use crate::b::Thing;

        pub struct Other;

        pub fn f(_: Thing, _: crate::b::Thing, _: crate::b::Thing) {}
        //- src/lib.rs
        mod a;
        mod b;
        mod c;

        pub use crate::b::Thing;
        = Places that use it are rewritten in 2 other files.
        = Made visible in the whole crate: `new`, `LIMIT`.
        = It takes `LIMIT` from crate::a.
    "#]],
    );
}

#[test]
fn paths_and_traits_of_rust() {
    let text = "\
//- src/x/a.rs
use super::Up;
use std::io::Write;

pub(super) fn f(up: Up, mut out: impl Write) {
    super::g();
    let _ = out.flush();
    up.get();
}

pub trait Get {
    fn get(&self);
}

impl Get for Up {
    fn get(&self) {}
}
//- src/y.rs
//! Y.

pub fn own() {}
//- src/x/mod.rs
mod a;

pub struct Up;

fn g() {
    a::f(Up, Vec::new());
}
//- src/lib.rs
mod x;
mod y;
";
    check(
        text,
        "f",
        expect![[r#"
        `f` is not moved: it needs `Get`, which can't be seen from src/y.rs
    "#]],
    );
    check(
        text,
        "Get",
        expect![[r#"
        //- src/x/a.rs
        use crate::y::Get;
        use super::Up;
        use std::io::Write;

        pub(super) fn f(up: Up, mut out: impl Write) {
            super::g();
            let _ = out.flush();
            up.get();
        }

        impl Get for Up {
            fn get(&self) {}
        }
        //- src/y.rs
        //! Y.

        pub fn own() {}

        pub trait Get {
            fn get(&self);
        }
    "#]],
    );
}

#[test]
fn a_parameter_and_a_module_of_one_name() {
    let text = "\
//- src/a.rs
use ext::ast::{self, Ast};

pub fn f(ast: &ast::Set) {
    match *ast {
        ast::Set::One => {}
    }
}

pub fn g(_: Ast) {}
//- src/b.rs
//! B.
//- src/lib.rs
mod a;
mod b;
";
    check(
        text,
        "f",
        expect![[r#"
        //- src/a.rs
        use ext::ast::{Ast};

        pub fn g(_: Ast) {}
        //- src/b.rs
        //! B.

        use ext::ast;


        pub fn f(ast: &ast::Set) {
            match *ast {
                ast::Set::One => {}
            }
        }
    "#]],
    );
}

#[test]
fn what_is_not_moved_in_rust() {
    let rest = "//- src/b.rs\npub struct Taken;\n//- src/lib.rs\nmod a;\nmod b;\n";
    let whys = [
        ("#[cfg(unix)]\nfn f() {}\n", "f"),
        ("macro_rules! m { () => {} }\nfn f() { m!(); }\n", "f"),
        ("fn f() -> &'static str { include_str!(\"x\") }\n", "f"),
        ("pub struct Taken;\n", "Taken"),
        ("pub struct P(u8);\nfn g() -> P { P(1) }\n", "P"),
        ("use ext::prelude::*;\nfn f() { g().h() }\n", "f"),
        ("#[test]\nfn f() {}\n", "f"),
        ("mod inner { pub fn f() {} }\n", "f"),
    ];
    let said: String =
        whys.iter().map(|(text, name)| moved(&format!("//- src/a.rs\n{text}{rest}"), name, None)).collect();
    let inside =
        "//- src/a.rs\nfn f() {}\n//- src/b.rs\n//- src/lib.rs\nmod a;\ncfg_unix! {\n    mod b;\n}\n";
    let said = said + &moved(inside, "f", None);
    expect![[r#"
        `f` is not moved: it is declared under a condition or inside of a macro
        `f` is not moved: what `m` means in line 2 depends on a condition or is not known
        `f` is not moved: `include_str` in line 1 means something that belongs to its module
        `Taken` is not moved: `Taken` already means something else in src/b.rs:1
        `P` is not moved: it needs `0`, which can't be seen from crate::a
        `f` is not moved: it may need the trait `ext::prelude::*`, whose methods are not known here
        `f` is not moved: tests and fixtures are found by where they stand
        `f` is not moved: only functions, types, traits and constants of a module are moved
        `f` is not moved: src/b.rs is no module that it can be moved to
    "#]]
    .assert_eq(&said);
}

#[test]
fn to_where_the_trait_of_its_methods_is_declared() {
    let text = "\
//- src/a.rs
use crate::b::Kill;

pub(crate) fn end(mut it: impl Kill) {
    it.kill();
}
//- src/b.rs
pub(crate) trait Kill {
    fn kill(&mut self);
}
//- src/lib.rs
mod a;
mod b;
";
    check(
        text,
        "end",
        expect![[r#"
        //- src/a.rs
        use crate::b::Kill;
        //- src/b.rs
        pub(crate) trait Kill {
            fn kill(&mut self);
        }

        pub(crate) fn end(mut it: impl Kill) {
            it.kill();
        }
    "#]],
    );
}
