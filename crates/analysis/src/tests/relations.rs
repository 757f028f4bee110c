//! Types above and below a type, members that stand for each other, types of values, calls. Each answer by the lines that it names.

use expect_test::{Expect, expect};

use super::sources;
use crate::{
    Analysis, Calls, DefId, FileId, Target, calls_from, calls_of, definitions_at, family, implementations,
    subtypes, supertypes, types_at,
};

/// Asks for what stands at the mark, which is no part of the text.
fn check(text: &str, ask: impl Fn(&Analysis, FileId, u32) -> Vec<String>, expected: &Expect) {
    let (mut sources, packages) = sources(text);
    let mut at = None;
    for source in &mut sources {
        if let Some(offset) = source.text.find('$') {
            at = Some((source.path.clone(), offset as u32));
            source.text = source.text.replace('$', "").into();
        }
    }
    let (path, offset) = at.unwrap();
    let analysis = Analysis::new(sources, packages);
    let file = analysis.file(&path).unwrap();
    expected.assert_eq(&ask(&analysis, file, offset).join("\n"));
}

fn symbol(analysis: &Analysis, file: FileId, offset: u32) -> DefId {
    match definitions_at(analysis, file, offset)[0].target {
        Target::Definition(id) => id,
        other => panic!("no definition: {other:?}"),
    }
}

fn line(analysis: &Analysis, file: FileId, offset: u32) -> String {
    let text = analysis.text(file);
    let start = text[..offset as usize].rfind('\n').map_or(0, |at| at + 1);
    let line = text[start..].lines().next().unwrap();
    format!("{}: {}", analysis.path(file), line.trim())
}

fn lines(analysis: &Analysis, found: &[DefId]) -> Vec<String> {
    let name = |id: &DefId| analysis.spans(id.file).definitions[id.local.index()].name.start;
    found.iter().map(|id| line(analysis, id.file, name(id))).collect()
}

fn calls(analysis: &Analysis, of: Option<FileId>, found: &[Calls]) -> Vec<String> {
    let shown = |calls: &Calls| {
        let name = calls.symbol.map_or("", |local| &analysis.outline(calls.file).definition(local).name);
        let at = calls.spans.iter().map(|span| line(analysis, of.unwrap_or(calls.file), span.start));
        format!("{name} ({}) {}", calls.confidence.as_str(), at.collect::<Vec<_>>().join(" | "))
    };
    found.iter().map(shown).collect()
}

const SHAPES: &str = "\
//- /shapes/__init__.py
from .base import Shape as Form
//- /shapes/base.py
class Shape:
    def area(self): ...
class Square(Shape):
    def area(self): return 1
//- /round.py
from shapes import Form
import shapes.base
class Circle(Form):
    def area(self): return 3
class Dot(Circle): ...
class Odd(shapes.base.Square[int], Exception):
    def area(self): return helper()
def helper() -> Form:
    circle = Circle()
    helper()
    return circle.area() or Dot()
helper()
";

fn shapes(mark: &str, by: &str) -> String {
    assert!(SHAPES.contains(mark), "{mark}");
    SHAPES.replacen(mark, by, 1)
}

#[test]
fn classes_of_python() {
    let text = shapes("class Shape", "class $Shape");
    check(
        &text,
        |analysis, file, at| lines(analysis, &subtypes(analysis, symbol(analysis, file, at))),
        &expect![[r#"
            round.py: class Circle(Form):
            shapes/base.py: class Square(Shape):"#]],
    );
    check(
        &text,
        |analysis, file, at| lines(analysis, &implementations(analysis, symbol(analysis, file, at))),
        &expect![[r#"
            round.py: class Circle(Form):
            shapes/base.py: class Square(Shape):
            round.py: class Dot(Circle): ...
            round.py: class Odd(shapes.base.Square[int], Exception):"#]],
    );
    check(
        &shapes("class Odd", "class $Odd"),
        |analysis, file, at| lines(analysis, &supertypes(analysis, symbol(analysis, file, at))),
        &expect!["shapes/base.py: class Square(Shape):"],
    );
}

#[test]
fn members_of_python() {
    check(
        &shapes("def area", "def $area"),
        |analysis, file, at| lines(analysis, &implementations(analysis, symbol(analysis, file, at))),
        &expect![[r#"
            round.py: def area(self): return 3
            shapes/base.py: def area(self): return 1
            round.py: def area(self): return helper()"#]],
    );
    check(
        &shapes("def area(self): return 3", "def $area(self): return 3"),
        |analysis, file, at| lines(analysis, &family(analysis, symbol(analysis, file, at)).unwrap()),
        &expect![[r#"
            round.py: def area(self): return 3
            shapes/base.py: def area(self): ...
            shapes/base.py: def area(self): return 1
            round.py: def area(self): return helper()"#]],
    );
}

#[test]
fn calls_in_python() {
    check(
        &shapes("def helper", "def $helper"),
        |analysis, file, at| calls(analysis, None, &calls_of(analysis, symbol(analysis, file, at))),
        &expect![[r#"
            area (exact) round.py: def area(self): return helper()
            helper (exact) round.py: helper()
             (exact) round.py: helper()"#]],
    );
    check(
        &shapes("def helper", "def $helper"),
        |analysis, file, at| calls(analysis, Some(file), &calls_from(analysis, symbol(analysis, file, at))),
        &expect![[r#"
            Circle (exact) round.py: circle = Circle()
            helper (exact) round.py: helper()
            area (exact) round.py: return circle.area() or Dot()
            Dot (exact) round.py: return circle.area() or Dot()"#]],
    );
}

const TRAITS: &str = "\
//- /Cargo.toml
[package]
name = \"traits\"
//- /src/lib.rs
mod kinds;
use kinds::{Run, Stop};
pub struct Engine;
impl Run for Engine {
    fn run(&self) { self.start(); log!(\"x\"); }
}
impl Stop for Engine {}
impl Engine {
    fn start(&self) { run_all(&[]); }
}
fn run_all(all: &[Engine]) { for engine in all { engine.run(); engine.start(); } }
impl std::fmt::Display for Engine { fn fmt(&self) {} }
//- /src/kinds.rs
pub trait Run { fn run(&self); }
pub trait Stop: Run {}
pub struct Car { engine: Option<crate::Engine> }
impl Run for Car { fn run(&self) { if let Some(motor) = &self.engine { motor.run() } } }
#[macro_export]
macro_rules! log { () => {} }
";

fn traits(mark: &str, by: &str) -> String {
    assert!(TRAITS.contains(mark), "{mark}");
    TRAITS.replacen(mark, by, 1)
}

#[test]
fn types_of_rust() {
    check(
        &traits("trait Run", "trait $Run"),
        |analysis, file, at| lines(analysis, &subtypes(analysis, symbol(analysis, file, at))),
        &expect![[r#"
            src/kinds.rs: pub struct Car { engine: Option<crate::Engine> }
            src/lib.rs: pub struct Engine;
            src/kinds.rs: pub trait Stop: Run {}"#]],
    );
    check(
        &traits("trait Run", "trait $Run"),
        |analysis, file, at| lines(analysis, &implementations(analysis, symbol(analysis, file, at))),
        &expect![[r#"
            src/kinds.rs: impl Run for Car { fn run(&self) { if let Some(motor) = &self.engine { motor.run() } } }
            src/lib.rs: impl Run for Engine {"#]],
    );
    check(
        &traits("struct Engine", "struct $Engine"),
        |analysis, file, at| lines(analysis, &supertypes(analysis, symbol(analysis, file, at))),
        &expect![[r#"
            src/kinds.rs: pub trait Run { fn run(&self); }
            src/kinds.rs: pub trait Stop: Run {}"#]],
    );
    check(
        &traits("struct Engine", "struct $Engine"),
        |analysis, file, at| lines(analysis, &implementations(analysis, symbol(analysis, file, at))),
        &expect![[r#"
            src/lib.rs: impl Run for Engine {
            src/lib.rs: impl Stop for Engine {}
            src/lib.rs: impl Engine {
            src/lib.rs: impl std::fmt::Display for Engine { fn fmt(&self) {} }"#]],
    );
}

#[test]
fn members_of_rust() {
    check(
        &traits("engine.run()", "engine.$run()"),
        |analysis, file, at| lines(analysis, &implementations(analysis, symbol(analysis, file, at))),
        &expect![[r#"
            src/kinds.rs: impl Run for Car { fn run(&self) { if let Some(motor) = &self.engine { motor.run() } } }
            src/lib.rs: fn run(&self) { self.start(); log!("x"); }"#]],
    );
    check(
        &traits("engine.run()", "engine.$run()"),
        |analysis, file, at| lines(analysis, &family(analysis, symbol(analysis, file, at)).unwrap()),
        &expect![[r#"
            src/lib.rs: fn run(&self) { self.start(); log!("x"); }
            src/kinds.rs: pub trait Run { fn run(&self); }
            src/kinds.rs: impl Run for Car { fn run(&self) { if let Some(motor) = &self.engine { motor.run() } } }"#]],
    );
    check(
        &traits("fn fmt", "fn $fmt"),
        |analysis, file, at| vec![format!("{:?}", family(analysis, symbol(analysis, file, at)))],
        &expect!["None"],
    );
}

#[test]
fn calls_in_rust() {
    check(
        &traits("fn start", "fn $start"),
        |analysis, file, at| calls(analysis, None, &calls_of(analysis, symbol(analysis, file, at))),
        &expect![[r#"
            run (exact) src/lib.rs: fn run(&self) { self.start(); log!("x"); }
            run_all (exact) src/lib.rs: fn run_all(all: &[Engine]) { for engine in all { engine.run(); engine.start(); } }"#]],
    );
    check(
        &traits("fn run(&self) { self", "fn $run(&self) { self"),
        |analysis, file, at| calls(analysis, Some(file), &calls_from(analysis, symbol(analysis, file, at))),
        &expect![[r#"
            start (exact) src/lib.rs: fn run(&self) { self.start(); log!("x"); }
            log (exact) src/lib.rs: fn run(&self) { self.start(); log!("x"); }"#]],
    );
}

#[test]
fn types_of_values() {
    let types = |analysis: &Analysis, file: FileId, at: u32| {
        let found = types_at(analysis, file, at);
        let ids = found.iter().filter_map(|target| match target {
            Target::Definition(id) => Some(*id),
            _ => None,
        });
        lines(analysis, &ids.collect::<Vec<_>>())
    };
    check(&shapes("circle = ", "$circle = "), types, &expect!["round.py: class Circle(Form):"]);
    check(
        &shapes("helper()\n    return", "helper()\n    $helper().area()\n    return"),
        types,
        &expect![[""]],
    );
    check(&shapes("Form):", "$Form):"), types, &expect!["shapes/base.py: class Shape:"]);
    check(&traits("self.engine", "self.$engine"), types, &expect!["src/lib.rs: pub struct Engine;"]);
    check(&traits("Some(motor)", "Some($motor)"), types, &expect!["src/lib.rs: pub struct Engine;"]);
    check(&traits("for engine", "for $engine"), types, &expect!["src/lib.rs: pub struct Engine;"]);
}

/// Classes that know nothing of each other have one family where a class has both of them above.
#[test]
fn members_of_what_is_mixed() {
    let text = "\
//- /a.py
class Base:
    def $set_up(self, given): ...
class Mixin:
    def set_up(self, given): pass
class Both(Mixin, Base): pass
class Other:
    def set_up(self): pass
";
    check(
        text,
        |analysis, file, at| lines(analysis, &family(analysis, symbol(analysis, file, at)).unwrap()),
        &expect![[r#"
            a.py: def set_up(self, given): ...
            a.py: def set_up(self, given): pass"#]],
    );
}
