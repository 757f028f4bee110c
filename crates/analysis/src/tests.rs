//! Sources in, names, relations and the queries that ran out.

mod arguments;
mod changes;
mod graph;
mod macros;
mod navigation;
mod relations;
mod sizes;

use std::fmt::Write;
use std::sync::Arc;

use backstory_syntax::Language;
use expect_test::{Expect, expect};

use crate::{
    Analysis, DefId, FileId, Package, Relation, Source, find_symbols, importers_of, imports_of, module_path,
    symbol_key, used_by, uses,
};

/// Files in text, each after a `//- /path` line; a `Cargo.toml` line names the package of its directory.
fn sources(text: &str) -> (Vec<Source>, Vec<Package>) {
    let mut sources = Vec::new();
    let mut packages = Vec::new();
    for part in text.split("//- /").skip(1) {
        let (path, content) = part.split_once('\n').unwrap();
        match path.strip_suffix("Cargo.toml") {
            Some(directory) => packages.push(Package {
                directory: directory.trim_end_matches('/').to_owned(),
                name: content.trim().to_owned(),
                package: content.trim().to_owned(),
            }),
            None => sources.push(Source {
                path: path.to_owned(),
                language: Language::of_path(path).unwrap(),
                text: content.into(),
                facts: None,
            }),
        }
    }
    (sources, packages)
}

fn analysis(text: &str) -> Analysis {
    let (sources, packages) = sources(text);
    Analysis::new(sources, packages)
}

fn the(analysis: &Analysis, name: &str) -> DefId {
    let found = find_symbols(analysis, name);
    assert_eq!(
        found.len(),
        1,
        "{name}: {:?}",
        found.iter().map(|&id| symbol_key(analysis, id)).collect::<Vec<_>>()
    );
    found[0]
}

fn render(analysis: &Analysis, title: &str, relations: &[Relation]) -> String {
    let mut text = format!("{title}\n");
    for relation in relations {
        let key = match relation.symbol {
            Some(local) => symbol_key(analysis, DefId { file: relation.file, local }),
            None => module_path(analysis, relation.file),
        };
        writeln!(text, "  {key} {} x{}", relation.confidence.as_str(), relation.count).unwrap();
    }
    text
}

fn check_relations(text: &str, name: &str, expected: &Expect) {
    let analysis = analysis(text);
    let id = the(&analysis, name);
    let actual = render(&analysis, "uses", &uses(&analysis, id))
        + &render(&analysis, "used by", &used_by(&analysis, id));
    expected.assert_eq(&actual);
}

const RUST: &str = "\
//- /net/Cargo.toml
net-core
//- /net/src/lib.rs
pub mod pool;
mod wire;
pub use wire::Frame;
//- /net/src/pool.rs
use crate::wire::{self, Frame as Packet};
pub struct Pool { size: usize }
impl Pool {
    pub fn new() -> Self { Self { size: helper() } }
    pub fn send(&self, packet: Packet) { self.grow(); wire::encode(packet); }
    fn grow(&self) { std::mem::drop(self.size); }
}
fn helper() -> usize { 1 }
//- /net/src/wire.rs
pub struct Frame;
pub fn encode(frame: Frame) { super::pool::Pool::new().grow_elsewhere(); }
//- /net/tests/pool.rs
use net_core::pool::Pool;
use net_core::Frame;
#[test]
fn sends() { Pool::new().send(Frame); }
//- /app/Cargo.toml
app
//- /app/src/main.rs
use net_core::pool::*;
fn main() { let pool = Pool::new(); pool.send(net_core::Frame); }
";

#[test]
fn rust_members_modules_and_imports() {
    check_relations(
        RUST,
        "Pool::send",
        &expect![[r#"
            uses
              rust:net_core::wire::Frame exact x1
              rust:net_core::pool::Pool::grow exact x1
              rust:net_core::wire::encode exact x1
            used by
              rust:app::main exact x1
              rust:pool::sends exact x1
        "#]],
    );
}

#[test]
fn rust_through_reexports_aliases_and_globs() {
    check_relations(
        RUST,
        "Frame",
        &expect![[r#"
            uses
            used by
              rust:app::main exact x1
              rust:net_core::pool::Pool::send exact x1
              rust:net_core::wire::encode exact x1
              rust:pool::sends exact x1
        "#]],
    );
    check_relations(
        RUST,
        "Pool::new",
        &expect![[r#"
            uses
              rust:net_core::pool::Pool exact x2
              rust:net_core::pool::Pool::size exact x1
              rust:net_core::pool::helper exact x1
            used by
              rust:app::main exact x1
              rust:net_core::wire::encode exact x1
              rust:pool::sends exact x1
        "#]],
    );
}

const PYTHON: &str = "\
//- /src/http/__init__.py
from .session import Session as Session
//- /src/http/session.py
from . import auth
from .auth import strip as remove
import http.cookies as jar

class Session:
    def __init__(self):
        self.cookies = jar.Jar()

    def send(self, request):
        self.rebuild(request)
        remove(request)
        return auth.sign(request)

    def rebuild(self, request):
        pass
//- /src/http/auth.py
def strip(request):
    pass

def sign(request):
    return request
//- /src/http/cookies.py
class Jar:
    pass
//- /tests/test_session.py
from http import Session
import http.auth

def test_send():
    Session().send(http.auth.sign(None))
";

#[test]
fn python_methods_modules_and_imports() {
    check_relations(
        PYTHON,
        "Session.send",
        &expect![[r#"
            uses
              python:http.session.Session.rebuild exact x1
              python:http.auth.strip exact x1
              python:http.auth.sign exact x1
            used by
              python:test_session.test_send exact x1
        "#]],
    );
    check_relations(
        PYTHON,
        "auth.sign",
        &expect![[r#"
        uses
        used by
          python:http.session.Session.send exact x1
          python:test_session.test_send exact x1
    "#]],
    );
    check_relations(
        PYTHON,
        "Session",
        &expect![[r#"
        uses
          python:http.cookies.Jar exact x1
          python:http.auth.strip exact x1
          python:http.auth.sign exact x1
        used by
          python:test_session.test_send exact x1
    "#]],
    );
}

#[test]
fn files_relate_through_imports() {
    let analysis = analysis(PYTHON);
    let file = analysis.file("src/http/auth.py").unwrap();
    let session = analysis.file("src/http/session.py").unwrap();
    let actual = render(&analysis, "imports of session", &imports_of(&analysis, session))
        + &render(&analysis, "importers of auth", &importers_of(&analysis, file));
    expect![[r#"
        imports of session
          http.auth exact x2
          http.cookies exact x1
        importers of auth
          http.session exact x2
    "#]]
    .assert_eq(&actual);
}

#[test]
fn a_name_alone_counts_only_when_few_have_it() {
    let mut text = String::from(
        "//- /Cargo.toml\na\n//- /src/lib.rs\nfn user(x: X) { x.common(); x.rare(); x.push(); }\n",
    );
    for n in 0..4 {
        let rare = if n == 0 { "fn rare(&self) {} fn push(&self) {}" } else { "" };
        write!(text, "//- /src/m{n}.rs\npub struct S{n}; impl S{n} {{ fn common(&self) {{}} {rare} }}\n")
            .unwrap();
    }
    check_relations(
        &text,
        "user",
        &expect![[r#"
        uses
          rust:a::m0::S0::rare by-name x1
        used by
    "#]],
    );
}

#[test]
fn names_are_found_by_their_end() {
    let analysis = analysis(RUST);
    let mut actual = String::new();
    let asked = [
        "Pool",
        "pool::Pool",
        "Pool::new",
        "rust:net_core::pool::Pool::new",
        "ool::new",
        "nothing",
        "sends",
        "size",
        "pool",
    ];
    for name in asked {
        let found: Vec<String> =
            find_symbols(&analysis, name).iter().map(|&id| symbol_key(&analysis, id)).collect();
        writeln!(actual, "{name}: {}", found.join(", ")).unwrap();
    }
    expect![[r#"
        Pool: rust:net_core::pool::Pool
        pool::Pool: rust:net_core::pool::Pool
        Pool::new: rust:net_core::pool::Pool::new
        rust:net_core::pool::Pool::new: rust:net_core::pool::Pool::new
        ool::new: 
        nothing: 
        sends: rust:pool::sends
        size: rust:net_core::pool::Pool::size
        pool: rust:net_core::pool
    "#]]
    .assert_eq(&actual);
}

#[test]
fn facts_handed_in_change_nothing() {
    let fresh = analysis(RUST);
    let mut handed = analysis(RUST);
    for file in fresh.files() {
        handed.set_facts(file, Arc::new(fresh.facts(file).clone()));
    }
    for name in ["Pool::send", "Frame", "helper"] {
        let (a, b) = (the(&fresh, name), the(&handed, name));
        assert_eq!((uses(&fresh, a), used_by(&fresh, a)), (uses(&handed, b), used_by(&handed, b)), "{name}");
    }
    handed.set_text(FileId(0), "fn other() {}".into());
    assert_eq!(find_symbols(&handed, "other").len(), 1, "an edit makes handed-in facts void");
}
