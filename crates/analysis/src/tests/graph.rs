//! Who depends on whom, and which files are looked at again after an edit. Never does: timing.

use std::sync::atomic::AtomicBool;

use expect_test::{Expect, expect};

use super::{analysis, sources};
use crate::{Analysis, Apart, DefId, Graph, NodeId, Role, module_path, symbol_key};

fn graph(analysis: &Analysis) -> Graph {
    Apart::of(analysis).graph(&AtomicBool::new(false)).unwrap()
}

fn name(analysis: &Analysis, graph: &Graph, node: NodeId) -> Option<String> {
    let (file, local) = graph.symbol(node)?;
    Some(match local {
        Some(local) => symbol_key(analysis, DefId { file, local }),
        None => format!("{} itself", module_path(analysis, file)),
    })
}

/// All dependences, a line each.
fn render(analysis: &Analysis, graph: &Graph) -> String {
    let mut lines = Vec::new();
    for node in (0..graph.len() as u32).map(NodeId) {
        let Some(to) = name(analysis, graph, node) else { continue };
        for edge in graph.dependants(node) {
            let from = name(analysis, graph, edge.node).unwrap_or_default();
            lines.push(format!("{from} --{} {}--> {to}", edge.how.as_str(), edge.confidence.as_str()));
        }
        if let Some(role) = graph.role(node) {
            lines.push(format!("{to} is {role:?}"));
        }
    }
    lines.sort();
    lines.join("\n")
}

fn check(text: &str, expected: &Expect) {
    let analysis = analysis(text);
    expected.assert_eq(&render(&analysis, &graph(&analysis)));
}

const PYTHON: &str = "\
//- /app/__init__.py
from .pool import Pool
//- /app/pool.py
class Base:
    def send(self): ...
    def close(self): self.send()
class Pool(Base):
    size: int = 1
    def __init__(self): self.used = 0
    def send(self): return helper()
def helper(): return 1
//- /app/use.py
from app import Pool
def make() -> Pool:
    def inner(): return Pool()
    return inner()
def run():
    make().send()
//- /tests/conftest.py
import pytest
from app.use import make
@pytest.fixture
def pool(): return make()
//- /tests/test_pool.py
from app.pool import helper
def test_send(pool): pool.send()
class TestHelper:
    def test_it(self): helper()
class _Shared:
    def test_shared(self): helper()
class MoreTest(_Shared): ...
";

#[test]
fn dependences_of_python() {
    check(
        PYTHON,
        &expect![[r#"
        app itself --import exact--> app.pool itself
        app itself --reexport exact--> python:app.pool.Pool
        app.use itself --import exact--> app itself
        app.use itself --import exact--> python:app.pool.Pool
        conftest itself --import exact--> app itself
        conftest itself --import exact--> app.use itself
        conftest itself --import exact--> python:app.use.make
        python:app.pool.Base.close --call exact--> python:app.pool.Base.send
        python:app.pool.Base.send --dispatch inferred--> python:app.pool.Pool.send
        python:app.pool.Pool --dispatch inferred--> python:app.pool.Pool.__init__
        python:app.pool.Pool --inherit exact--> python:app.pool.Base
        python:app.pool.Pool.send --call exact--> python:app.pool.helper
        python:app.pool.Pool.send --override exact--> python:app.pool.Base.send
        python:app.use.make --call exact--> python:app.pool.Pool
        python:app.use.run --call exact--> python:app.pool.Pool.send
        python:app.use.run --call exact--> python:app.use.make
        python:conftest.pool --call exact--> python:app.use.make
        python:conftest.pool is Fixture
        python:test_pool.MoreTest --inherit exact--> python:test_pool._Shared
        python:test_pool.MoreTest is Suite
        python:test_pool.TestHelper is Suite
        python:test_pool.TestHelper.test_it --call exact--> python:app.pool.helper
        python:test_pool.TestHelper.test_it is Test
        python:test_pool._Shared.test_shared --call exact--> python:app.pool.helper
        python:test_pool._Shared.test_shared is Inherited
        python:test_pool.test_send --call exact--> python:conftest.pool
        python:test_pool.test_send is Test
        test_pool itself --import exact--> app itself
        test_pool itself --import exact--> app.pool itself
        test_pool itself --import exact--> python:app.pool.helper"#]],
    );
}

#[test]
fn fixtures_by_other_names_and_by_marks() {
    check(
        "\
//- /conftest.py
import pytest
@pytest.fixture(name=\"client\")
def make_client(): ...
@pytest.fixture()
def clean(): ...
//- /test_it.py
import pytest
def test_it(client, make_client): ...
@pytest.mark.usefixtures('clean', \"client\")
class TestMore:
    def test_more(self): ...
@pytest.mark.usefixtures(name)
def test_less(): ...
",
        &expect![[r#"
            python:conftest.clean is Fixture
            python:conftest.make_client is Fixture
            python:test_it.TestMore --call exact--> python:conftest.clean
            python:test_it.TestMore --call exact--> python:conftest.make_client
            python:test_it.TestMore is Suite
            python:test_it.TestMore.test_more is Test
            python:test_it.test_it --call exact--> python:conftest.make_client
            python:test_it.test_it is Test
            python:test_it.test_less is Test"#]],
    );
}

const RUST: &str = "\
//- /net/Cargo.toml
net
//- /net/src/lib.rs
mod pool;
pub use pool::Pool;
pub trait Send { fn send(&self) { log(); } }
fn log() {}
//- /net/src/pool.rs
use crate::Send;
pub struct Pool { inner: Inner }
struct Inner;
impl Send for Pool { fn send(&self) { help(); } }
impl Drop for Pool { fn drop(&mut self) { help(); } }
fn help() {}
#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn sends() { Pool { inner: Inner }.send(); }
}
//- /net/tests/all.rs
use net::{Pool, Send};
#[tokio::test]
async fn works(pool: Pool) { pool.send(); }
";

#[test]
fn dependences_of_rust() {
    check(
        RUST,
        &expect![[r#"
        all itself --import exact--> net itself
        all itself --import exact--> rust:net::Send
        all itself --import exact--> rust:net::pool::Pool
        net itself --import exact--> net::pool itself
        net itself --reexport exact--> rust:net::pool::Pool
        net::pool itself --import exact--> net itself
        net::pool itself --import exact--> rust:net::Send
        rust:all::works --call exact--> rust:net::pool::<Pool as Send>::send
        rust:all::works --type exact--> rust:net::pool::Pool
        rust:all::works is Test
        rust:net::Send::send --call exact--> rust:net::log
        rust:net::Send::send --dispatch inferred--> rust:net::pool::<Pool as Send>::send
        rust:net::pool::<Pool as Drop>::drop --call exact--> rust:net::pool::help
        rust:net::pool::<Pool as Send> --inherit exact--> rust:net::Send
        rust:net::pool::<Pool as Send>::send --call exact--> rust:net::pool::help
        rust:net::pool::<Pool as Send>::send --override exact--> rust:net::Send::send
        rust:net::pool::Pool --dispatch inferred--> rust:net::pool::<Pool as Drop>::drop
        rust:net::pool::Pool --type exact--> rust:net::pool::Inner
        rust:net::pool::tests --import exact--> net::pool itself
        rust:net::pool::tests::sends --call exact--> rust:net::pool::<Pool as Send>::send
        rust:net::pool::tests::sends --mention exact--> rust:net::pool::Inner
        rust:net::pool::tests::sends --mention exact--> rust:net::pool::Pool::inner
        rust:net::pool::tests::sends --type exact--> rust:net::pool::Pool
        rust:net::pool::tests::sends is Test"#]],
    );
}

/// Edits a file, and says which files were looked at again; the graph must be that of a fresh analysis.
fn edited(text: &str, path: &str, from: &str, to: &str) -> String {
    let mut analysis = analysis(text);
    let before = graph(&analysis);
    let file = analysis.file(path).unwrap();
    let new = analysis.text(file).replace(from, to);
    assert_ne!(new, analysis.text(file), "the edit changes something");
    analysis.set_text(file, new.into());
    after(&before, &analysis)
}

fn after(before: &Graph, analysis: &Analysis) -> String {
    let refreshed = before.refreshed(analysis);
    assert!(refreshed.graph.is_current(analysis));
    assert_eq!(render(analysis, &refreshed.graph), render(analysis, &graph(analysis)));
    let drawn = refreshed.drawn.iter().map(|&file| analysis.path(file).to_owned());
    drawn.collect::<Vec<_>>().join(" ")
}

/// Says which files are looked at again where a graph of some texts is taken up for others; it must be that of a fresh analysis.
fn taken_up(before: &Analysis, analysis: &Analysis) -> String {
    let saved = Apart::of(before).saved(&graph(before));
    let apart = Apart::of(analysis);
    let refreshed = apart.graph_since(&saved, &AtomicBool::new(false)).unwrap();
    assert!(refreshed.graph.is_current(analysis));
    assert_eq!(render(analysis, &refreshed.graph), render(analysis, &graph(analysis)));
    let again = apart.graph_since(&apart.saved(&refreshed.graph), &AtomicBool::new(false)).unwrap();
    assert_eq!(again.drawn, [], "what was saved is whole");
    assert_eq!(render(analysis, &again.graph), render(analysis, &graph(analysis)));
    let drawn = refreshed.drawn.iter().map(|&file| analysis.path(file).to_owned());
    drawn.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_saved_graph_is_taken_up() {
    let changed = |text: &str, from: &str, to: &str| {
        let new = text.replace(from, to);
        assert_ne!(new, text, "the edit changes something");
        taken_up(&analysis(text), &analysis(&new))
    };
    assert_eq!(taken_up(&analysis(PYTHON), &analysis(PYTHON)), "");
    assert_eq!(taken_up(&analysis(RUST), &analysis(RUST)), "");
    expect!["net/src/pool.rs"].assert_eq(&changed(RUST, "{ help(); }", "{ help(); help() }"));
    expect!["app/__init__.py app/pool.py app/use.py"].assert_eq(&changed(
        PYTHON,
        "class Pool(Base)",
        "class Pool",
    ));
}

#[test]
fn files_that_came_and_went_since_a_graph_was_saved_are_looked_at() {
    let without = |paths: &[&str]| {
        let (mut all, packages) = sources(PYTHON);
        all.retain(|source| !paths.contains(&source.path.as_str()));
        // Numbers of files are those of one run.
        all.reverse();
        Analysis::new(all, packages)
    };
    let all = analysis(PYTHON);
    expect!["app/__init__.py app/pool.py app/use.py tests/conftest.py tests/test_pool.py"]
        .assert_eq(&taken_up(&without(&["app/pool.py"]), &all));
    expect!["tests/test_pool.py tests/conftest.py app/use.py app/__init__.py"]
        .assert_eq(&taken_up(&all, &without(&["app/pool.py"])));
    expect!["tests/test_pool.py tests/conftest.py app/use.py app/pool.py"]
        .assert_eq(&taken_up(&without(&["tests/conftest.py"]), &without(&["app/__init__.py"])));
    let few = without(&["app/pool.py", "app/use.py", "app/__init__.py", "tests/conftest.py"]);
    assert_eq!(taken_up(&few, &all).split(' ').count(), all.files().count(), "most is new, so all is drawn");
}

#[test]
fn an_edit_inside_a_body_concerns_its_file_alone() {
    let drawn = edited(RUST, "net/src/pool.rs", "{ help(); }", "{ help(); help() }");
    expect!["net/src/pool.rs"].assert_eq(&drawn);
    let drawn = edited(PYTHON, "app/pool.py", "self.used = 0", "self.used = helper()");
    expect!["app/pool.py"].assert_eq(&drawn);
}

#[test]
fn code_that_only_moves_concerns_its_file_alone() {
    let moved = "def first(): ...\n\n\nclass Base:";
    expect!["app/pool.py"].assert_eq(&edited(PYTHON, "app/pool.py", "class Base:", moved));
}

#[test]
fn what_means_something_else_now_is_looked_at_again_where_it_is_named() {
    // `make` gives another type; who calls it asks that for members.
    let drawn = edited(PYTHON, "app/use.py", "-> Pool", "-> int");
    expect!["app/__init__.py app/use.py tests/conftest.py tests/test_pool.py"].assert_eq(&drawn);
    let drawn = edited(PYTHON, "app/pool.py", "class Pool(Base)", "class Pool");
    expect!["app/__init__.py app/pool.py app/use.py"].assert_eq(&drawn);
}

#[test]
fn files_come_and_go() {
    let (mut all, packages) = sources(PYTHON);
    let last = all.pop().unwrap();
    let conftest = all.pop().unwrap();
    let mut analysis = Analysis::new(all, packages);
    let before = graph(&analysis);
    analysis.insert(vec![last]);
    let came = before.refreshed(&analysis).graph;
    assert_eq!(render(&analysis, &came), render(&analysis, &graph(&analysis)));
    analysis.insert(vec![conftest]);
    expect!["app/__init__.py app/use.py tests/test_pool.py tests/conftest.py"]
        .assert_eq(&after(&came, &analysis));
    let gone = analysis.file("app/pool.py").unwrap();
    let before = came.refreshed(&analysis).graph;
    analysis.remove(&[gone]);
    expect!["app/__init__.py app/use.py tests/test_pool.py tests/conftest.py"]
        .assert_eq(&after(&before, &analysis));
}

#[test]
fn a_symbol_keeps_its_number() {
    let mut analysis = analysis(PYTHON);
    let before = graph(&analysis);
    let file = analysis.file("app/pool.py").unwrap();
    let find = |analysis: &Analysis, graph: &Graph| {
        let outline = analysis.outline(file);
        let local = outline.ids().find(|&local| outline.definition(local).name == "helper").unwrap();
        graph.node_of(analysis, DefId { file, local }).unwrap()
    };
    let node = find(&analysis, &before);
    let new = format!("def before(): ...\n{}", analysis.text(file));
    analysis.set_text(file, new.into());
    let graph = before.refreshed(&analysis).graph;
    assert_eq!(find(&analysis, &graph), node);
    assert_eq!(graph.role(node), None::<Role>);
}
