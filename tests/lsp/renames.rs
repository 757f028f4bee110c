//! Other names for symbols, files and directories, where no other language server answers. Never does: history.

use std::fmt::Write;

use backstory_fixture::Fixture;
use expect_test::expect;
use serde_json::{Value, json};

use crate::client::{Client, all_capabilities};
use crate::navigation::{CODE, at, standalone};

const RUST: &str = r#"
//@ commit "Begin" author="Ada Lovelace <ada@example.org>" date="2020-01-01T10:00:00+00:00"
//- /Cargo.toml
[package]
name = "points"
//- /src/lib.rs
mod point;
use point::{Point, Move as Shift};
pub fn shift(point: Point) -> Point {
    let Point { x, y: up } = point;
    let y = up;
    println!("{x} {y}");
    Point { x, y }.shift(x)
}
impl std::fmt::Display for Point { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { todo!() } }
//- /src/point.rs
pub struct Point { pub x: u32, pub y: u32 }
pub trait Move { fn shift(self, by: u32) -> Self; }
impl Move for Point { fn shift(self, by: u32) -> Self { Point { x: self.x + by, ..self } } }
"#;

/// What the files are after a rename, without what stays as it was; or why there is none.
fn renamed(client: &mut Client, path: &str, needle: &str, to: &str) -> String {
    let mut params = at(client, path, needle);
    params["newName"] = json!(to);
    let text = format!("{needle} -> {to}\n");
    match client.ask("textDocument/rename", params) {
        Ok(edits) => text + &changed(client, &edits),
        Err(error) => text + error["message"].as_str().unwrap() + "\n",
    }
}

/// The lines that edits change, as they are then.
fn changed(client: &Client, edits: &Value) -> String {
    let mut text = String::new();
    let root = client.uri("");
    let mut files: Vec<(&String, &Value)> = edits["changes"].as_object().into_iter().flatten().collect();
    files.sort_by_key(|(uri, _)| uri.as_str());
    for (uri, edits) in files {
        let path = uri.strip_prefix(&root).unwrap();
        let lines: Vec<String> = client.text(path).lines().map(str::to_owned).collect();
        let mut by_line: Vec<(usize, String)> = Vec::new();
        for edit in edits.as_array().unwrap().iter().rev() {
            let (start, end) = (&edit["range"]["start"], &edit["range"]["end"]);
            let number = start["line"].as_u64().unwrap() as usize;
            let units = |at: &Value| at["character"].as_u64().unwrap() as usize;
            let known = by_line.iter().position(|(line, _)| *line == number);
            let at = known.unwrap_or_else(|| {
                by_line.push((number, lines[number].clone()));
                by_line.len() - 1
            });
            let line: Vec<u16> = by_line[at].1.encode_utf16().collect();
            let new = [
                String::from_utf16(&line[..units(start)]).unwrap(),
                edit["newText"].as_str().unwrap().to_owned(),
                String::from_utf16(&line[units(end)..]).unwrap(),
            ];
            by_line[at].1 = new.concat();
        }
        by_line.sort();
        for (number, line) in by_line {
            writeln!(text, "{path}:{} {}", number + 1, line.trim()).unwrap();
        }
    }
    text
}

#[test]
fn renames_of_rust() {
    let fixture = Fixture::new(RUST);
    let mut client = standalone(&fixture, all_capabilities());
    client.open("src/lib.rs");
    client.open("src/point.rs");
    let mut text = String::new();
    for (path, needle, to) in [
        ("src/point.rs", "x: u32", "left"),
        ("src/lib.rs", "x, y: up", "left"),
        ("src/lib.rs", "shift(x)", "go"),
        ("src/point.rs", "Move {", "Go"),
        ("src/lib.rs", "up }", "y"),
        ("src/lib.rs", "up }", "match"),
        ("src/lib.rs", "fmt(&self", "format"),
        ("src/lib.rs", "Shift}", "Moved"),
        ("src/lib.rs", "point;", "dot"),
        ("src/lib.rs", "todo!", "nothing"),
    ] {
        text.push_str(&renamed(&mut client, path, needle, to));
    }
    expect![[r#"
        x: u32 -> left
        src/lib.rs:4 let Point { left: x, y: up } = point;
        src/lib.rs:7 Point { left: x, y }.shift(x)
        src/point.rs:1 pub struct Point { pub left: u32, pub y: u32 }
        src/point.rs:3 impl Move for Point { fn shift(self, by: u32) -> Self { Point { left: self.left + by, ..self } } }
        x, y: up -> left
        src/lib.rs:4 let Point { x: left, y: up } = point;
        src/lib.rs:6 println!("{left} {y}");
        src/lib.rs:7 Point { x: left, y }.shift(left)
        shift(x) -> go
        src/lib.rs:7 Point { x, y }.go(x)
        src/point.rs:2 pub trait Move { fn go(self, by: u32) -> Self; }
        src/point.rs:3 impl Move for Point { fn go(self, by: u32) -> Self { Point { x: self.x + by, ..self } } }
        Move { -> Go
        src/lib.rs:2 use point::{Point, Go as Shift};
        src/point.rs:2 pub trait Go { fn shift(self, by: u32) -> Self; }
        src/point.rs:3 impl Go for Point { fn shift(self, by: u32) -> Self { Point { x: self.x + by, ..self } } }
        up } -> y
        `y` already means something else in src/lib.rs:5
        up } -> match
        `match` can't be a name here
        fmt(&self -> format
        the name is required by a trait that is not in this workspace
        Shift} -> Moved
        no symbol of this workspace is named here
        point; -> dot
        a module has the name of its file: rename the file
        todo! -> nothing
        no symbol of this workspace is named here
    "#]].assert_eq(&text);
    let params = at(&client, "src/lib.rs", "up }");
    let prepared = client.ask("textDocument/prepareRename", params).unwrap();
    assert_eq!(prepared["placeholder"], "up");
}

#[test]
fn renames_of_python() {
    let fixture = Fixture::new(CODE);
    let mut client = standalone(&fixture, all_capabilities());
    client.open("main.py");
    client.open("shop/cart.py");
    let mut text = String::new();
    for (path, needle, to) in [
        ("shop/cart.py", "add(self", "put"),
        ("shop/cart.py", "Cart:", "Trolley"),
        ("shop/cart.py", "owner = owner", "buyer"),
        ("shop/cart.py", "owner: ", "buyer"),
        ("main.py", "größe =", "size"),
        ("main.py", "größe =", "basket"),
        ("main.py", "Basket(gr", "Trolley"),
        ("shop/cart.py", "bill(self", "limit"),
        ("shop/cart.py", "add(self", "limit"),
    ] {
        text.push_str(&renamed(&mut client, path, needle, to));
    }
    expect![[r#"
        add(self -> put
        main.py:5 basket.put(größe)
        shop/cart.py:13 def put(self, item):
        shop/cart.py:21 def put(self, item): ...
        Cart: -> Trolley
        shop/__init__.py:1 from .cart import Trolley as Basket
        shop/cart.py:3 class Trolley:
        shop/cart.py:20 class Gift(Trolley):
        owner = owner -> buyer
        shop/cart.py:11 self.buyer = owner
        shop/cart.py:15 self.buyer.bill(item)
        owner:  -> buyer
        shop/cart.py:10 def __init__(self, buyer: "Owner"):
        shop/cart.py:11 self.owner = buyer
        größe = -> size
        main.py:4 size = "🦀"; basket = Basket(size)
        main.py:5 basket.add(size)
        größe = -> basket
        `basket` already means something else in main.py:4
        Basket(gr -> Trolley
        no symbol of this workspace is named here
        bill(self -> limit
        shop/cart.py:15 self.owner.limit(item)
        shop/cart.py:18 def limit(self, item): ...
        add(self -> limit
        `limit` already means something else in shop/cart.py:8
    "#]]
    .assert_eq(&text);
}

/// What the files are after files or directories have got other names.
fn files_renamed(client: &mut Client, renames: &[(&str, &str)]) -> String {
    let file = |(from, to): &(&str, &str)| json!({"oldUri": client.uri(from), "newUri": client.uri(to)});
    let files: Vec<Value> = renames.iter().map(file).collect();
    let edits = client.ask("workspace/willRenameFiles", json!({"files": files})).unwrap();
    let named = renames.iter().map(|(from, to)| format!("{from} -> {to}"));
    format!("{}\n{}", named.collect::<Vec<_>>().join(", "), changed(client, &edits))
}

const PACKAGE: &str = r#"
//@ commit "Begin" author="Ada Lovelace <ada@example.org>" date="2020-01-01T10:00:00+00:00"
//- /shop/__init__.py
from . import cart, till
from .cart import Cart
__all__ = ["Cart", "cart"]
//- /shop/cart.py
from .till import pay as paid
class Cart: ...
//- /shop/till.py
def pay(): ...
//- /main.py
import shop.cart
import shop.till as desk
from shop import cart as wagon, till

cart = shop.cart.Cart()
desk.pay()
wagon.Cart(till.pay())
"#;

#[test]
fn files_and_directories_of_python() {
    let fixture = Fixture::new(PACKAGE);
    let mut client = standalone(&fixture, all_capabilities());
    let mut text = String::new();
    for renames in [
        vec![("shop/cart.py", "shop/basket.py")],
        vec![("shop", "store")],
        vec![("shop/till.py", "shop/desk.py")],
        vec![("shop/cart.py", "shop/basket.py"), ("shop/till.py", "shop/box.py")],
        vec![("shop/cart.py", "shop/my-cart.py")],
        vec![("shop/cart.py", "other/cart.py")],
        vec![("shop/__init__.py", "shop/init.py")],
        vec![("main.py", "start.py")],
        vec![("nothing.py", "more.py")],
    ] {
        text += &files_renamed(&mut client, &renames);
    }
    expect![[r#"
        shop/cart.py -> shop/basket.py
        main.py:1 import shop.basket
        main.py:3 from shop import basket as wagon, till
        main.py:5 cart = shop.basket.Cart()
        shop/__init__.py:1 from . import basket, till
        shop/__init__.py:2 from .basket import Cart
        shop/__init__.py:3 __all__ = ["Cart", "basket"]
        shop -> store
        main.py:1 import store.cart
        main.py:2 import store.till as desk
        main.py:3 from store import cart as wagon, till
        main.py:5 cart = store.cart.Cart()
        shop/till.py -> shop/desk.py
        shop/cart.py -> shop/basket.py, shop/till.py -> shop/box.py
        main.py:2 import shop.box as desk
        main.py:3 from shop import cart as wagon, box
        main.py:7 wagon.Cart(box.pay())
        shop/__init__.py:1 from . import cart, box
        shop/cart.py:1 from .box import pay as paid
        shop/cart.py -> shop/my-cart.py
        shop/cart.py -> other/cart.py
        shop/__init__.py -> shop/init.py
        main.py -> start.py
        nothing.py -> more.py
    "#]]
    .assert_eq(&text);
}

const MODULES: &str = r#"
//@ commit "Begin" author="Ada Lovelace <ada@example.org>" date="2020-01-01T10:00:00+00:00"
//- /Cargo.toml
[package]
name = "net"
//- /src/lib.rs
pub mod pool;
mod wire;
pub use pool::Pool;
pub fn open() -> crate::pool::Pool { wire::bytes::read(); pool::Pool }
//- /src/pool.rs
use super::wire::{self, bytes};
pub struct Pool;
fn f() { bytes::read(); wire::bytes::read(); let pool = Pool; }
//- /src/wire/mod.rs
pub mod bytes;
//- /src/wire/bytes.rs
pub fn read() {}
//- /tests/pool.rs
use net::pool::Pool;
"#;

#[test]
fn files_and_directories_of_rust() {
    let fixture = Fixture::new(MODULES);
    let mut client = standalone(&fixture, all_capabilities());
    let mut text = String::new();
    for renames in [
        vec![("src/pool.rs", "src/ponds.rs")],
        vec![("src/wire", "src/cable")],
        vec![("src/wire/bytes.rs", "src/wire/octets.rs")],
        vec![("src/pool.rs", "src/wire.rs")],
        vec![("src/pool.rs", "src/match.rs")],
        vec![("src/lib.rs", "src/library.rs")],
        vec![("tests/pool.rs", "tests/ponds.rs")],
        vec![("src/pool.rs", "src/wire/pool.rs")],
    ] {
        text += &files_renamed(&mut client, &renames);
    }
    expect![[r#"
        src/pool.rs -> src/ponds.rs
        src/lib.rs:1 pub mod ponds;
        src/lib.rs:3 pub use ponds::Pool;
        src/lib.rs:4 pub fn open() -> crate::ponds::Pool { wire::bytes::read(); ponds::Pool }
        tests/pool.rs:1 use net::ponds::Pool;
        src/wire -> src/cable
        src/lib.rs:2 mod cable;
        src/lib.rs:4 pub fn open() -> crate::pool::Pool { cable::bytes::read(); pool::Pool }
        src/pool.rs:1 use super::cable::{self, bytes};
        src/pool.rs:3 fn f() { bytes::read(); cable::bytes::read(); let pool = Pool; }
        src/wire/bytes.rs -> src/wire/octets.rs
        src/lib.rs:4 pub fn open() -> crate::pool::Pool { wire::octets::read(); pool::Pool }
        src/pool.rs:1 use super::wire::{self, octets};
        src/pool.rs:3 fn f() { octets::read(); wire::octets::read(); let pool = Pool; }
        src/wire/mod.rs:1 pub mod octets;
        src/pool.rs -> src/wire.rs
        src/pool.rs -> src/match.rs
        src/lib.rs -> src/library.rs
        tests/pool.rs -> tests/ponds.rs
        src/pool.rs -> src/wire/pool.rs
    "#]]
    .assert_eq(&text);
}

#[test]
fn files_keep_their_names_to_themselves_beside_another_server() {
    let fixture = Fixture::new(PACKAGE);
    let mut client = Client::start(&fixture);
    let offered = client.initialize(all_capabilities(), json!({}));
    assert_eq!(offered["capabilities"]["workspace"]["fileOperations"], Value::Null);
    client.idle();
    assert_eq!(files_renamed(&mut client, &[("shop", "store")]), "shop -> store\n");
}
