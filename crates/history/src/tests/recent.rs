//! Tables of texts parsed from one another are those of texts parsed alone.

use backstory_syntax::Language;

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

/// Each text after each other one.
#[test]
fn in_any_order() {
    for (texts, language) in [(&RUST[..], Language::Rust), (&PYTHON[..], Language::Python)] {
        for first in texts {
            for second in texts {
                let recent = Recent::default();
                for text in [first, second, first] {
                    assert_eq!(
                        recent.table(text, language),
                        Table::of(text, language),
                        "{first}\n--\n{second}"
                    );
                }
            }
        }
    }
}
