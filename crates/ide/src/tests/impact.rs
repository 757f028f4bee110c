//! Which tests a change needs, and what is public, from sources in text. Never does: read a disk.

use std::sync::atomic::AtomicBool;

use backstory_analysis::{Analysis, Apart, Graph, Package, Source};
use backstory_syntax::Language;
use expect_test::{Expect, expect};

use crate::impact::{Asked, Choice, impact, run, seeds, select};
use crate::locate::{Target, locate};

const CODE: &str = "\
//- /src/lib.rs
mod pool;
pub mod open;
pub(crate) mod inner;
pub use pool::{Pool, Kind as Sort};
pub use inner::*;
pub(crate) use pool::secret;
//- /src/pool.rs
use crate::open::Shut;
pub struct Pool { pub size: u32, used: u32 }
impl Pool { pub fn get(&self) -> u32 { self.used } fn own(&self) {} }
impl Shut for Pool { fn shut(&self) { self.own() } }
pub enum Kind { A }
pub fn secret() {}
//- /src/open.rs
pub trait Shut { fn shut(&self); }
//- /src/inner.rs
pub fn glob() {}
//- /src/main.rs
fn main() { helped() }
fn helped() {}
#[test]
fn in_main() { helped(); }
//- /app/__init__.py
from app._hidden import shown
//- /app/_hidden.py
def shown(): return deep()
def deep(): return 1
//- /app/models.py
__all__ = [\"Model\"]
class Model:
    def __init__(self): made()
    def _own(self): ...
def made(): ...
def dispatched_by_a_made_up_name(): ...
//- /tests/conftest.py
import pytest
from app.models import Model
@pytest.fixture(autouse=True)
def always(): return Model()
//- /tests/base.py
import unittest
from app._hidden import shown
class Base(unittest.TestCase):
    def setUp(self): shown()
//- /tests/test_a.py
from tests.base import Base
from app import shown
class Some(Base):
    def test_one(self): ...
class _Mixin:
    def test_mixed(self): shown()
class TestB(_Mixin):
    class TestInner:
        def test_deep(self): shown()
VALUE = shown()
def test_value(): assert VALUE
def test_nothing(): ...
//- /site/__init__.py
from app import shown
//- /other/test_models.py
from app import shown
print(shown())
def test_made_up_name(): ...
";

fn analysis() -> Analysis {
    let files = CODE.split("//- /").skip(1).filter_map(|part| part.split_once('\n'));
    let sources = files.filter_map(|(path, text)| {
        let language = Language::of_path(path)?;
        Some(Source { path: path.to_owned(), language, text: text.into(), facts: None })
    });
    let package = Package { directory: String::new(), name: "net".to_owned(), package: "net".to_owned() };
    Analysis::new(sources.collect(), vec![package])
}

fn graph(analysis: &Analysis) -> Graph {
    Apart::of(analysis).graph(&AtomicBool::new(false)).unwrap()
}

fn public(names: &[&str], expected: &Expect) {
    let analysis = analysis();
    let graph = graph(&analysis);
    let told = names.iter().map(|name| {
        let located = locate(&analysis, &Target::Name((*name).to_owned())).unwrap();
        let found = impact(&analysis, &graph, &[located], &Asked::default());
        format!("{name}: {}\n", found.symbols[0].public.as_deref().unwrap_or("-"))
    });
    expected.assert_eq(&told.collect::<String>());
}

#[test]
fn what_a_package_of_rust_offers() {
    let names =
        ["Pool", "Pool::get", "Pool::own", "Pool::size", "Pool::used", "Kind", "secret", "glob", "Shut"];
    public(
        &[&names[..], &["Shut::shut", "helped"]].concat(),
        &expect![[r#"
            Pool: net::Pool
            Pool::get: net::Pool::get
            Pool::own: -
            Pool::size: net::Pool::size
            Pool::used: -
            Kind: net::Sort
            secret: -
            glob: net::glob
            Shut: net::open::Shut
            Shut::shut: net::open::Shut::shut
            helped: -
        "#]],
    );
}

#[test]
fn what_a_package_of_python_offers() {
    public(
        &["shown", "deep", "Model", "Model.__init__", "Model._own", "made", "always"],
        &expect![[r#"
            shown: app.shown
            deep: -
            Model: app.models.Model
            Model.__init__: app.models.Model.__init__
            Model._own: -
            made: -
            always: -
        "#]],
    );
}

fn tests_of(name: &str, expected: &Expect) {
    let analysis = analysis();
    let located = locate(&analysis, &Target::Name(name.to_owned())).unwrap();
    let found = impact(&analysis, &graph(&analysis), &[located], &Asked::default());
    let mut text = String::new();
    for test in &found.test_list {
        text.push_str(&format!("{} {} {}\n", test.distance, test.id, test.confidence));
    }
    text.push_str(&format!("pytest {}\n", found.run.pytest.join(" ")));
    found.run.cargo.iter().for_each(|arguments| text.push_str(&format!("cargo {}\n", arguments.join(" "))));
    expected.assert_eq(&text);
}

#[test]
fn tests_reach_through_what_their_framework_runs() {
    tests_of(
        "deep",
        &expect![[r#"
        2 tests/test_a.py::TestB::test_mixed exact
        2 tests/test_a.py::TestB::TestInner::test_deep exact
        2 tests/test_a.py::Some::test_one inferred
        2 other/test_models.py::test_made_up_name inferred
        3 tests/test_a.py::test_value exact
        pytest other/test_models.py tests/test_a.py::test_value tests/test_a.py::Some tests/test_a.py::TestB::test_mixed tests/test_a.py::TestB::TestInner
    "#]],
    );
    tests_of(
        "made",
        &expect![[r#"
        3 tests/test_a.py::Some::test_one inferred
        3 tests/test_a.py::TestB::test_mixed inferred
        3 tests/test_a.py::TestB::TestInner::test_deep inferred
        3 tests/test_a.py::test_value inferred
        3 tests/test_a.py::test_nothing inferred
        pytest tests/test_a.py
    "#]],
    );
    tests_of(
        "helped",
        &expect![[r#"
        1 in_main exact
        pytest 
        cargo test -p net --bin net -- --exact in_main
    "#]],
    );
}

#[test]
fn a_test_without_an_edge_is_chosen_by_its_place_and_its_words() {
    let analysis = analysis();
    let graph = graph(&analysis);
    let name = Target::Name("dispatched_by_a_made_up_name".to_owned());
    let nodes = seeds(&analysis, &graph, locate(&analysis, &name).unwrap());
    let chosen = select(&analysis, &graph, &nodes, &Choice { share: 0.2, at_least: 1, symbols: None });
    let tests: Vec<_> = chosen.chosen.iter().map(|it| it.test).collect();
    assert_eq!(run(&analysis, &graph, &tests).pytest, ["other/test_models.py"]);
    assert_eq!(chosen.suite, 7, "all tests of both languages");
}
