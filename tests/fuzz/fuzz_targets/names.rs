//! What names mean in a workspace of two files, of which one is any text. Never does: judge the answers.

#![no_main]

mod text;

use backstory_analysis::{
    Analysis, DefId, Source, calls_from, calls_of, definitions_at, occurrences, occurrences_in, types_at,
    used_by, uses,
};
use backstory_syntax::Language;
use libfuzzer_sys::fuzz_target;

const RUST: &str = "use crate::other::*;\npub struct A { pub a: u8 }\nimpl A { pub fn f(&self) -> A { self.g() } }\nmod other;\n";
const PYTHON: &str =
    "from .other import *\nclass A(b.B):\n    a: int = 1\n    def f(self): return self.f().a\n";

fuzz_target!(|bytes: &[u8]| {
    let Some((language, places, text)) = text::of(bytes) else { return };
    let (home, known, other) = match language {
        Language::Rust => ("src/lib.rs", RUST, "src/other.rs"),
        Language::Python => ("a/__init__.py", PYTHON, "a/other.py"),
    };
    let source =
        |path: &str, text: &str| Source { path: path.to_owned(), language, text: text.into(), facts: None };
    let analysis = Analysis::new(vec![source(home, known), source(other, &text)], Vec::new());
    let Some(file) = analysis.file(other) else { return };
    for at in places {
        let found = definitions_at(&analysis, file, at as u32);
        types_at(&analysis, file, at as u32);
        let targets: Vec<_> = found.iter().map(|found| found.target).collect();
        let here = occurrences_in(&analysis, file, &targets);
        let all = occurrences(&analysis, &targets);
        assert!(
            all.iter().filter(|it| it.file == file).all(|it| here.iter().any(|other| other.span == it.span))
        );
    }
    let ids: Vec<_> = analysis.outline(file).ids().collect();
    if let Some(&local) = ids.get(places[0] % ids.len().max(1)) {
        let id = DefId { file, local };
        used_by(&analysis, id);
        uses(&analysis, id);
        calls_of(&analysis, id);
        calls_from(&analysis, id);
    }
});
