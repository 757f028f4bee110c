//! Tables of texts parsed from one another are those of texts parsed alone.

use backstory_syntax::Language;

use crate::objects::File;
use crate::recent::Recent;
use crate::table::Table;

const RUST: [&str; 6] = [
    "mod a {\n    pub fn f(x: u32) -> u32 { x }\n}\n/// Docs.\nstruct S;\nimpl S {\n    fn g(&self) {}\n}\n",
    "mod a {\n    pub fn f(x: u32) -> u32 { x + 1 }\n}\n/// Docs.\nstruct S;\nimpl S {\n    fn g(&self) {}\n}\n",
    "mod a {\n    pub fn f(x: u32) -> u32 { x + 1 \n}\n/// Docs.\nstruct S;\nimpl S {\n    fn g(&self) {}\n}\n",
    "mod b {\n    pub fn f(x: u32) -> u32 { x + 1 }\n}\n/// More docs.\nstruct S;\nimpl S {\n    fn g(&self) {}\n}\n",
    "cfg_rt! {\n    pub fn f(x: u32) -> u32 { x + 1 }\n}\n/// More docs.\nstruct S;\nimpl S {\n    fn g(&self) {}\n}\n",
    "",
];

const PYTHON: [&str; 4] = [
    "class A:\n    \"\"\"Docs.\"\"\"\n    def f(self, x):\n        return [x,\n                1]\n\ndef g():\n    pass\n",
    "class A:\n    \"\"\"Docs.\"\"\"\n    def f(self, x):\n        if x:\n            return [x, 1]\n\ndef g():\n    pass\n",
    "if True:\n  class A:\n    \"\"\"Docs.\"\"\"\n    def f(self, x):\n        if x:\n            return [x, 1]\n\ndef g():\n    pass\n",
    "class A:\n    \"\"\"Docs.\"\"\n    def f(self, x):\n        return [x,\n                1]\n\ndef g():\n    pass\n",
];

/// Lines that come in the place of others.
const COME: [&str; 8] = [
    "",
    "    let y = 2;",
    "/// Docs.",
    "    #[inline]",
    "fn g() { a(|x| { x }, [1, 2,]) }",
    "        // A comment.",
    "}",
    "{",
];

/// A long file, version after version with a few lines replaced here and there.
#[test]
fn many_edits_at_once() {
    let unit = |number: usize| {
        format!(
            "/// Number {number}.\nstruct S{number} {{\n    first: u32,\n    second: Vec<u32>,\n}}\n\nimpl S{number} {{\n    \
             fn f(&self) -> u32 {{\n        self.first + {number}\n    }}\n\n    fn g(&self) {{\n        h(self.f());\n    }}\n}}\n\n\
             cfg_rt! {{\n    fn h{number}() {{}}\n}}\n"
        )
    };
    let whole: String = (0..100).map(unit).collect();
    let lines: Vec<&str> = whole.lines().collect();
    let recent = Recent::default();
    // Steps of a linear congruential generator, with constants of Knuth's MMIX.
    let mut state = 1_u64;
    let mut below = |bound: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % bound
    };
    for version in 0..60 {
        let mut lines = lines.clone();
        for _ in 0..version % 7 {
            lines[below(1800)] = COME[below(COME.len())];
        }
        let file = File::new(gix::ObjectId::null(gix::hash::Kind::Sha1), lines.join("\n"));
        let expected = Table::of(&file.text, Language::Rust);
        assert!(*recent.table(&file, Language::Rust, None) == expected, "version {version}");
    }
}

/// Each text after each other one.
#[test]
fn in_any_order() {
    for (texts, language) in [(&RUST[..], Language::Rust), (&PYTHON[..], Language::Python)] {
        for first in texts {
            for second in texts {
                let recent = Recent::default();
                for text in [first, second, first] {
                    let file = File::new(gix::ObjectId::null(gix::hash::Kind::Sha1), (*text).to_owned());
                    assert_eq!(
                        *recent.table(&file, language, None),
                        Table::of(text, language),
                        "{first}\n--\n{second}"
                    );
                }
            }
        }
    }
}
