//! Messages in, evidence out; sentences in, verdicts out; places in, symbols out.

mod editor;
mod impact;
mod related;
mod review;
mod sections;

use std::fmt::Write;

use backstory_analysis::{Analysis, Source};
use backstory_syntax::Language;
use expect_test::expect;

use crate::documents::documents;
use crate::locate::{Located, NotLocated, Target, locate};
use crate::prose::sentences;
use crate::symbol::describe;

#[test]
fn only_prose_is_left_of_a_message() {
    let body = "\
The pool grew without bound, e.g. under load. Now it
stops at 512 threads (see `Builder`). That's v1.2 behaviour.

- a list item because it lists
  what it lists
* Another.
- [x] a checklist because it checks

    let code = because;

```
fenced because
```
> a quote because it quotes
<!-- because a
template -->
Fixes: #12
Closes #13
Signed-off-by: Ada <ada@example.org>
Co-authored-by: Grace <grace@example.org>

Does it work? Yes! it does.";
    expect![[r#"
        The pool grew without bound, e.g. under load.
        Now it stops at 512 threads (see `Builder`).
        That's v1.2 behaviour.
        a list item because it lists what it lists
        Another.
        Does it work?
        Yes! it does."#]]
    .assert_eq(&sentences(body).join("\n"));
}

pub(crate) fn analysis(files: &[(&str, &str)]) -> Analysis {
    let source = |(path, text): &(&str, &str)| Source {
        path: (*path).to_owned(),
        language: Language::of_path(path).unwrap(),
        text: (*text).into(),
        facts: None,
    };
    Analysis::new(files.iter().map(source).collect(), Vec::new())
}

const POOL: &str = "\
//! Threads.

/// A pool.
struct Pool {
    size: usize,
}

impl Pool {
    /// Starts a thread.
    fn spawn(&self) {
        helper();
    }
}

fn helper() {}
";

#[test]
fn places_and_names_lead_to_symbols() {
    let analysis = analysis(&[("src/pool.rs", POOL), ("src/b.rs", "fn helper() {}\n")]);
    let place = |line, column| Target::Place { path: "src/pool.rs".to_owned(), line, column };
    let name = |name: &str| Target::Name(name.to_owned());
    let targets = [
        place(Some(4), None),
        place(Some(5), None),
        place(Some(3), None),
        place(Some(8), None),
        place(Some(11), None),
        place(Some(11), Some(10)),
        place(Some(10), Some(9)),
        place(Some(7), None),
        place(Some(99), None),
        place(None, None),
        Target::Place { path: "none.rs".to_owned(), line: None, column: None },
        name("Pool::spawn"),
        name("helper"),
        name("b::helper"),
        name("spwan"),
        name("zzz"),
    ];
    let mut actual = String::new();
    for target in targets {
        let found = match locate(&analysis, &target) {
            Ok(Located::Symbol(id)) => {
                let symbol = describe(&analysis, id);
                format!(
                    "{} {} line {}: {} | {}",
                    symbol.kind.as_str(),
                    symbol.key,
                    symbol.line,
                    symbol.signature,
                    symbol.docs
                )
            }
            Ok(Located::File(file)) => format!("file {}", analysis.path(file)),
            Err(NotLocated::Ambiguous { candidates, .. }) => {
                let keys: Vec<&str> = candidates.iter().map(|symbol| symbol.key.as_str()).collect();
                format!("ambiguous: {}", keys.join(", "))
            }
            Err(other) => format!("{other:?}"),
        };
        writeln!(actual, "{target:?}\n  {found}").unwrap();
    }
    expect![[r#"
        Place { path: "src/pool.rs", line: Some(4), column: None }
          struct rust:crate::pool::Pool line 4: struct Pool | A pool.
        Place { path: "src/pool.rs", line: Some(5), column: None }
          field rust:crate::pool::Pool::size line 5: size: usize | 
        Place { path: "src/pool.rs", line: Some(3), column: None }
          struct rust:crate::pool::Pool line 4: struct Pool | A pool.
        Place { path: "src/pool.rs", line: Some(8), column: None }
          impl rust:crate::pool::impl Pool line 8: impl Pool | 
        Place { path: "src/pool.rs", line: Some(11), column: None }
          method rust:crate::pool::Pool::spawn line 10: fn spawn(&self) | Starts a thread.
        Place { path: "src/pool.rs", line: Some(11), column: Some(10) }
          function rust:crate::pool::helper line 15: fn helper() | 
        Place { path: "src/pool.rs", line: Some(10), column: Some(9) }
          method rust:crate::pool::Pool::spawn line 10: fn spawn(&self) | Starts a thread.
        Place { path: "src/pool.rs", line: Some(7), column: None }
          NothingThere { path: "src/pool.rs", line: 7 }
        Place { path: "src/pool.rs", line: Some(99), column: None }
          NoLine { path: "src/pool.rs", line: 99, lines: 15 }
        Place { path: "src/pool.rs", line: None, column: None }
          file src/pool.rs
        Place { path: "none.rs", line: None, column: None }
          NoFile { path: "none.rs" }
        Name("Pool::spawn")
          method rust:crate::pool::Pool::spawn line 10: fn spawn(&self) | Starts a thread.
        Name("helper")
          ambiguous: rust:crate::b::helper, rust:crate::pool::helper
        Name("b::helper")
          function rust:crate::b::helper line 1: fn helper() | 
        Name("spwan")
          NoSuchName { name: "spwan", similar: ["spawn"] }
        Name("zzz")
          NoSuchName { name: "zzz", similar: [] }
    "#]]
    .assert_eq(&actual);
}

#[test]
fn documents_hold_what_describes_a_symbol() {
    let analysis = analysis(&[("src/pool.rs", POOL)]);
    let mut actual = String::new();
    for file in analysis.files() {
        for document in documents(&analysis, file) {
            let body = document.body.split_whitespace().collect::<Vec<_>>().join(" ");
            let fields = [document.name, document.container, document.signature, document.docs, body];
            writeln!(actual, "{}", fields.join(" | ")).unwrap();
        }
    }
    expect![[r#"
        Pool |  | struct Pool | A pool. | { , }
        spawn | Pool | fn spawn(&self) | Starts a thread. | { helper(); }
        helper |  | fn helper() |  | {}
    "#]]
    .assert_eq(&actual);
}

/// Between a title and a source of a file of cases, and between a source and its outcome.
pub(crate) const CASE: &str = "#### ";
pub(crate) const OUTCOME: &str = "#--> ";

/// A file of cases with what comes out of each, by its title and its source.
pub(crate) fn answered(cases: &str, outcome: impl Fn(&str, &str) -> String) -> String {
    let mut answered = String::new();
    for case in cases.split(CASE).filter(|case| !case.trim().is_empty()) {
        let (title, rest) = case.split_once('\n').expect("a title is a line");
        let (source, _) = rest.split_once(OUTCOME).unwrap_or((rest, ""));
        let source = source.trim_end_matches('\n');
        answered.push_str(&format!("{CASE}{title}\n{source}\n\n{OUTCOME}{}\n\n", outcome(title, source)));
    }
    answered.trim_end_matches('\n').to_owned() + "\n"
}
