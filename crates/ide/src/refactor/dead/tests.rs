//! What is dead and what isn't, and what is left of a file without it.

use expect_test::{Expect, expect};

use super::all_dead;
use crate::refactor::{Plan, Refused, Request, edited, plan};
use crate::tests::analysis;

fn planned(files: &[(&str, &str)], name: &str) -> Result<Plan, Refused> {
    let analysis = analysis(files);
    let path = files[0].0;
    let file = analysis.file(path).unwrap();
    let outline = analysis.outline(file);
    let local =
        outline.ids().find(|&id| outline.definition(id).name == name).unwrap_or_else(|| panic!("no {name}"));
    plan(&analysis, &Request::Dead { path: path.to_owned(), key: outline.key(local) }, None)
}

/// The first file without its symbol `name`, or why it stays.
fn without(files: &[(&str, &str)], name: &str) -> String {
    match planned(files, name) {
        Ok(plan) => edited(files[0].1, &plan.edits[0].edits),
        Err(why) => format!("{why}\n"),
    }
}

fn why(text: &str, expected: Expect) {
    let names = ["_a", "_b", "_c", "_d", "_e", "_f", "_G", "_H", "h", "_i_j"];
    let all = analysis(&[("app/m.py", text)]);
    let outline = all.outline(all.file("app/m.py").unwrap());
    let has = |name: &&str| outline.definitions.iter().any(|it| it.name == *name);
    let said = names.into_iter().filter(has).map(|name| match planned(&[("app/m.py", text)], name) {
        Ok(_) => format!("`{name}` goes\n"),
        Err(why) => format!("{why}\n"),
    });
    expected.assert_eq(&said.collect::<String>());
}

#[test]
fn with_documentation_decorators_and_comments() {
    let text = "\
import functools


def live():
    return 1


# The old way.
@functools.lru_cache(maxsize=None)
def _dead():
    \"\"\"Was used once.\"\"\"
    return 2


class A:
    x = 1

    def _gone(self):
        pass

    def stays(self):
        return self.x
";
    expect![[r#"
        def live():
            return 1


        class A:
            x = 1

            def _gone(self):
                pass

            def stays(self):
                return self.x
    "#]]
    .assert_eq(&without(&[("m.py", text)], "_dead"));
    expect![[r#"
        import functools


        def live():
            return 1


        # The old way.
        @functools.lru_cache(maxsize=None)
        def _dead():
            """Was used once."""
            return 2


        class A:
            x = 1

            def stays(self):
                return self.x
    "#]]
    .assert_eq(&without(&[("m.py", text)], "_gone"));
}

#[test]
fn at_the_ends_of_files_and_blocks() {
    let check = |path, text, name, left: &str| assert_eq!(without(&[(path, text)], name), left);
    check("m.py", "x = 1\n\n\ndef _a():\n    pass", "_a", "x = 1");
    check("m.py", "def _a():\n\tpass\n\n\nx = 1\n", "_a", "x = 1\n");
    check("m.py", "\u{feff}def _a():\r\n    pass\r\n\r\n\r\nx = 'é'\r\n", "_a", "\u{feff}x = 'é'\r\n");
    check("m.py", "class C:\n    def _a(self): ...\n\n\nx = 1\n", "_a", "class C:\n    pass\n\n\nx = 1\n");
    check("src/lib.rs", "/// Of old.\n#[inline]\nfn a() {}\n\npub fn b() {}\n", "a", "pub fn b() {}\n");
    check(
        "src/lib.rs",
        "struct S;\nimpl S {\n    pub fn b() {}\n\n    // Of old.\n    fn a() {}\n}\n",
        "a",
        "struct S;\nimpl S {\n    pub fn b() {}\n}\n",
    );
}

#[test]
fn what_python_may_need() {
    why(
        "\
import x
@x.register
def _a(): ...
def _b(): ...
s = '_b'
if s:
    def _c(): ...
def _d(): ...
def _d(): ...
_e = x.make()
_f = frozenset({'a'})
class _G(x.Base): ...
class _H:
    def h(self): ...
",
        expect![[r#"
            `_a` stays: `@x.register` may use it, or keeps it on purpose
            `_b` stays: app/m.py:5 names it
            `_c` stays: it is declared under a condition or inside of a macro
            `_d` stays: several symbols have its name there
            `_e` stays: declaring it may do something
            `_f` goes
            `_G` stays: declaring it may do something
            `_H` goes
            `h` stays: it is not private, so code that is not here may use it
        "#]],
    );
    why(
        "\
class _G:
    def _a(self): ...
    def _b(self): ...
    def _i_j(self): return getattr(self, f'_i_{self}')
class _H(_G):
    def _a(self): return super()._a()
    def _c(self): ...
",
        expect![[r#"
            `_a` stays: app/m.py:6 uses it
            `_b` goes
            `_c` goes
            `_G` stays: app/m.py:5 uses it
            `_H` goes
            `_i_j` stays: app/m.py:4 may put its name together from “_i_”
        "#]],
    );
}

#[test]
fn what_rust_may_need() {
    let text = "\
use std::fmt;
pub struct S;
impl S { fn lone(&self) {} }
impl fmt::Display for S { fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result { Ok(()) } }
#[test]
fn checked() {}
#[no_mangle]
extern \"C\" fn exported() {}
#[allow(dead_code)]
fn kept() {}
pub(crate) fn shared() {}
fn main() {}
#[cfg(unix)]
fn unixy() {}
macro_rules! m { () => { fn made() {} } }
/// See [`named`].
#[derive(Debug)]
struct Data;
fn named() {}
fn lost() {}
";
    let said: String = [
        "lone", "fmt", "checked", "exported", "kept", "shared", "main", "unixy", "m", "Data", "named", "lost",
    ]
    .iter()
    .map(|name| match planned(&[("src/lib.rs", text)], name) {
        Ok(_) => format!("`{name}` goes\n"),
        Err(why) => format!("{why}\n"),
    })
    .collect();
    expect![[r#"
        `lone` stays: something else stands in its lines
        `fmt` stays: its trait calls it
        `checked` stays: `test` may use it, or keeps it on purpose
        `exported` stays: `no_mangle` may use it, or keeps it on purpose
        `kept` stays: `allow(dead_code)` may use it, or keeps it on purpose
        `shared` stays: it is not private, so code that is not here may use it
        `main` stays: it is what runs first
        `unixy` stays: `cfg(unix)` may use it, or keeps it on purpose
        `m` goes
        `Data` goes
        `named` stays: src/lib.rs:16 names it
        `lost` goes
    "#]]
    .assert_eq(&said);
}

#[test]
fn all_of_a_tree() {
    let files = [
        ("app/m.py", "def _a(): ...\ndef _b(): return _b()\ndef _c(): ...\n_c()\n"),
        (
            "tests/test_m.py",
            "def helper(): ...\ndef _test_off(): ...\ndef test_it(): ...\ndef setup_module(): ...\n",
        ),
        ("tests/data/cases.py", "def odd( x ): ...\n"),
        ("lib/app/testing/util.py", "def for_others(): ...\n"),
        ("src/lib.rs", "fn gone() {}\nfn used() {}\npub fn f() { used() }\n"),
    ];
    let analysis = analysis(&files);
    let names: Vec<&str> =
        all_dead(&analysis).iter().map(|&id| analysis.definition(id).name.as_str()).collect();
    expect![[r#"["_a", "_b", "gone", "helper"]"#]].assert_eq(&format!("{names:?}"));
}
