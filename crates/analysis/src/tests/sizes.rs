//! Files that are deep or wide beyond what people write. Never does: timing.

use std::thread;

use backstory_syntax::LineIndex;

use super::analysis;
use crate::{Analysis, FileId, Target, definitions_at, occurrences, occurrences_in, types_at};

fn targets(analysis: &Analysis, offset: usize) -> Vec<Target> {
    definitions_at(analysis, FileId(0), offset as u32).into_iter().map(|found| found.target).collect()
}

/// The 1-based lines on which what stands at an offset is named.
fn lines(analysis: &Analysis, offset: usize) -> Vec<u32> {
    let index = LineIndex::new(analysis.text(FileId(0)));
    let found = occurrences_in(analysis, FileId(0), &targets(analysis, offset));
    found.iter().map(|it| index.line(it.span.start) + 1).collect()
}

/// Half of the stack that workers have.
#[test]
fn deep_files_are_asked_on_a_small_stack() {
    let asked = thread::Builder::new().stack_size(1 << 20).spawn(|| {
        for (path, before, open, middle, close) in [
            ("src/lib.rs", "fn f(x: u8) { ", "f(", "x", ")"),
            ("src/lib.rs", "fn f(x: u8) { x", ".f()", "", ""),
            ("src/lib.rs", "fn f(x: u8) { x", " + x", "", ""),
            ("src/lib.rs", "fn f(x: ", "Vec<", "u8", ">) { x }"),
            ("src/lib.rs", "", "mod m { pub use self::m::f; ", "fn f() {}", "}"),
            ("a.py", "def f(x):\n    return ", "f(", "x", ")"),
            ("a.py", "def f(x):\n    return x", ".f()", "", ""),
            ("a.py", "x = x", "[x]", "", ""),
            ("a.py", "x = ", "lambda x: ", "x", ""),
            ("a.py", "class A: pass\n", "class A(A): pass\n", "x = A().f()", ""),
            ("a.py", "a = 1\n", "a = a.b\n", "a.c", ""),
        ] {
            let text = [before, &open.repeat(5000), middle, &close.repeat(5000)].concat();
            let analysis = analysis(&format!("//- /{path}\n{text}"));
            for offset in [0, 4, 8, text.len() / 2, text.len() - 1, text.len()] {
                occurrences(&analysis, &targets(&analysis, offset));
                types_at(&analysis, FileId(0), offset as u32);
            }
        }
    });
    asked.unwrap().join().unwrap();
}

#[test]
fn a_name_that_is_assigned_to_all_over_a_file_is_one_symbol() {
    let text = format!("x = 0\n{}def f():\n    return x\n", "x = x + 1\n".repeat(300));
    let analysis = analysis(&format!("//- /a.py\n{text}"));
    let last = text.rfind('x').unwrap();
    assert!(targets(&analysis, last).len() <= 100, "no more than anyone looks at");
    assert_eq!(lines(&analysis, last).len(), 602);
    assert_eq!(lines(&analysis, 0), lines(&analysis, last));
}

#[test]
fn an_attribute_that_is_assigned_to_all_over_a_class_is_one_symbol() {
    let body = "        self.a = self.a + 1\n".repeat(300);
    let text = format!("class A:\n    def m(self):\n{body}");
    let analysis = analysis(&format!("//- /a.py\n{text}"));
    let last = text.rfind(".a").unwrap() + 1;
    assert_eq!(lines(&analysis, last).len(), 600);
}

/// The one before the use that is in any case done, and those in branches since then.
#[test]
fn the_last_assignments_count() {
    let text = "x = 0\nx = 1\nif a:\n    x = 2\nx\nx = 3\n";
    let analysis = analysis(&format!("//- /a.py\n{text}"));
    let index = LineIndex::new(text);
    let found = targets(&analysis, text.find("\nx\n").unwrap() + 1).into_iter();
    let lines: Vec<u32> = found
        .map(|target| match target {
            Target::Definition(id) => analysis.spans(id.file).definitions[id.local.index()].name.start,
            Target::Binding(file, binding) => analysis.code(file).binding(binding).span.start,
            Target::Module(_) => u32::MAX,
        })
        .map(|start| index.line(start) + 1)
        .collect();
    assert_eq!(lines, [2, 4]);
}

#[test]
fn global_declarations_hold_for_the_whole_function() {
    let text = "x = 0\ndef f():\n    x = 1\n    global x\n    def g():\n        nonlocal_x = x\n";
    let analysis = analysis(&format!("//- /a.py\n{text}"));
    assert_eq!(targets(&analysis, text.rfind('x').unwrap()), targets(&analysis, 0));
}

/// All names that imports bring are looked for in one go.
#[test]
fn highlights_know_the_names_that_imports_give() {
    let text = "from b import f as g\nfrom b import h\ng()\nh()\ng()\n";
    let analysis = analysis(&format!("//- /a.py\n{text}//- /b.py\ndef f(): pass\ndef h(): pass\n"));
    assert_eq!(lines(&analysis, text.find("\ng()").unwrap() + 1), [1, 1, 3, 5]);
    assert_eq!(lines(&analysis, text.find("h()").unwrap()), [2, 4]);
}

/// Such a clause binds the parameter once more, in no place of the text.
#[test]
fn a_parameter_that_a_method_bounds_is_that_of_the_block() {
    let text = "struct S<T>(T);\nimpl<T> S<T> {\n    fn f(&self, x: T) where T: Clone {}\n}\nfn g() where U: Clone { let x: U; }\n";
    let analysis = analysis(&format!("//- /src/lib.rs\n{text}"));
    let used = text.find("x: T").unwrap() + 3;
    assert_eq!(targets(&analysis, used), targets(&analysis, text.find("impl<T").unwrap() + 5));
    assert_eq!(lines(&analysis, used), [2, 2, 3, 3]);
    assert_eq!(targets(&analysis, text.find("x: U").unwrap() + 3), []);
}

#[test]
fn a_block_for_self_is_for_nothing() {
    let text = "impl Self { fn f() -> Self { Self::f() } }\nimpl Self<u8> { fn f() -> Self {} }\nimpl Self::A { fn f() -> Self {} }\n";
    let analysis = analysis(&format!("//- /src/lib.rs\n{text}"));
    for (at, _) in text.match_indices("Self") {
        assert_eq!(targets(&analysis, at), []);
    }
}
