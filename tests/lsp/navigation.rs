//! Navigation where no other language server answers: places, symbols, folds, selections, signatures. Never does: history.

use std::fmt::Write;

use backstory_fixture::Fixture;
use expect_test::expect;
use serde_json::{Value, json};

use crate::client::{Client, all_capabilities};
use crate::document::{Units, position, range};

pub const CODE: &str = r#"
//@ commit "Begin" author="Ada Lovelace <ada@example.org>" date="2020-01-01T10:00:00+00:00"
//- /shop/__init__.py
from .cart import Cart as Basket
//- /shop/cart.py
"""What somebody buys."""

class Cart:
    """Holds items.

    Never more than ten.
    """
    limit = 10

    def __init__(self, owner: "Owner"):
        self.owner = owner

    def add(self, item):
        if self.limit:
            self.owner.bill(item)

class Owner:
    def bill(self, item): ...

class Gift(Cart):
    def add(self, item): ...
//- /main.py
from shop import Basket

def buy():
    größe = "🦀"; basket = Basket(größe)
    basket.add(größe)
    return basket
"#;

pub fn standalone(fixture: &Fixture, capabilities: Value) -> Client {
    let mut client = Client::start(fixture);
    client.initialize(capabilities, json!({"mode": "standalone"}));
    client.idle();
    client
}

pub fn at(client: &Client, path: &str, needle: &str) -> Value {
    let text = client.text(path);
    let offset = text.find(needle).unwrap_or_else(|| panic!("{path} has no {needle}"));
    json!({
        "textDocument": {"uri": client.uri(path)},
        "position": position(&text, offset, Units::Utf16),
        "context": {"includeDeclaration": false},
    })
}

/// Places as `path line:column`, counted from 0, a line each.
fn shown(client: &Client, places: &Value) -> String {
    let root = client.uri("");
    let mut text = String::new();
    for place in places.as_array().unwrap() {
        let (uri, start) = (place["uri"].as_str().unwrap_or(""), &place["range"]["start"]);
        let kind = place["kind"].as_i64().map_or(String::new(), |kind| format!(" kind {kind}"));
        let path = uri.strip_prefix(&root).unwrap_or(uri);
        writeln!(text, "{path} {}:{}{kind}", start["line"], start["character"]).unwrap();
    }
    text
}

#[test]
fn places_of_names() {
    let fixture = Fixture::new(CODE);
    let mut client = standalone(&fixture, all_capabilities());
    client.open("main.py");
    client.open("shop/cart.py");
    let mut text = String::new();
    for (method, path, needle) in [
        ("definition", "main.py", "Basket(gr"),
        ("definition", "main.py", "add(gr"),
        ("typeDefinition", "main.py", "basket.add"),
        ("declaration", "main.py", "add(gr"),
        ("implementation", "shop/cart.py", "Cart:"),
        ("implementation", "shop/cart.py", "add(self"),
        ("references", "shop/cart.py", "Cart:"),
        ("references", "main.py", "größe ="),
        ("documentHighlight", "shop/cart.py", "owner = owner"),
        ("definition", "main.py", "🦀"),
    ] {
        let params = at(&client, path, needle);
        let found = client.ask(&format!("textDocument/{method}"), params).unwrap();
        write!(text, "{method} {needle}\n{}", shown(&client, &found)).unwrap();
    }
    expect![[r#"
        definition Basket(gr
        shop/cart.py 2:6
        definition add(gr
        shop/cart.py 12:8
        typeDefinition basket.add
        shop/cart.py 2:6
        declaration add(gr
        shop/cart.py 12:8
        implementation Cart:
        shop/cart.py 19:6
        implementation add(self
        shop/cart.py 20:8
        references Cart:
        main.py 0:17
        main.py 3:27
        shop/__init__.py 0:18
        shop/__init__.py 0:26
        shop/cart.py 19:11
        references größe =
        main.py 3:34
        main.py 4:15
        documentHighlight owner = owner
         10:13 kind 3
         14:17 kind 2
        definition 🦀
    "#]]
    .assert_eq(&text);
}

#[test]
fn symbols_of_a_file() {
    let fixture = Fixture::new(CODE);
    let nested = json!({"textDocument": {"documentSymbol": {"hierarchicalDocumentSymbolSupport": true}}});
    let mut client = standalone(&fixture, nested);
    client.open("shop/cart.py");
    let params = json!({"textDocument": {"uri": client.uri("shop/cart.py")}});
    let symbols = client.ask("textDocument/documentSymbol", params.clone()).unwrap();
    fn outline(symbols: &Value, depth: usize, text: &mut String) {
        for symbol in symbols.as_array().into_iter().flatten() {
            let (full, name) = (&symbol["range"], &symbol["selectionRange"]["start"]);
            let lines = format!("{}-{}", full["start"]["line"], full["end"]["line"]);
            let at = format!("{}:{}", name["line"], name["character"]);
            let indent = "  ".repeat(depth);
            writeln!(text, "{indent}{} kind {} lines {lines} name {at}", symbol["name"], symbol["kind"])
                .unwrap();
            outline(&symbol["children"], depth + 1, text);
        }
    }
    let mut text = String::new();
    outline(&symbols, 0, &mut text);
    expect![[r#"
        "Cart" kind 5 lines 2-14 name 2:6
          "limit" kind 8 lines 7-7 name 7:4
          "__init__" kind 6 lines 9-10 name 9:8
          "owner" kind 8 lines 10-10 name 10:13
          "add" kind 6 lines 12-14 name 12:8
        "Owner" kind 5 lines 16-17 name 16:6
          "bill" kind 6 lines 17-17 name 17:8
        "Gift" kind 5 lines 19-20 name 19:6
          "add" kind 6 lines 20-20 name 20:8
    "#]]
    .assert_eq(&text);
    // What is being typed shows at once.
    let text = client.text("shop/cart.py");
    let half = text.replace("    def add(self, item):", "    def half(self, item\n    def add(self, item):");
    client.change("shop/cart.py", 2, json!([{"text": half}]));
    let symbols = client.ask("textDocument/documentSymbol", params).unwrap();
    let mut text = String::new();
    outline(&symbols, 0, &mut text);
    expect![[r#"
        "Cart" kind 5 lines 2-15 name 2:6
          "limit" kind 8 lines 7-7 name 7:4
          "__init__" kind 6 lines 9-10 name 9:8
          "owner" kind 8 lines 10-10 name 10:13
          "half" kind 6 lines 12-15 name 12:8
        "Owner" kind 5 lines 17-18 name 17:6
          "bill" kind 6 lines 18-18 name 18:8
        "Gift" kind 5 lines 20-22 name 20:6
          "half" kind 6 lines 21-22 name 21:8
    "#]]
    .assert_eq(&text);
}

#[test]
fn symbols_of_a_file_for_clients_without_trees() {
    let fixture = Fixture::new(CODE);
    let mut client = standalone(&fixture, all_capabilities());
    client.open("shop/cart.py");
    let params = json!({"textDocument": {"uri": client.uri("shop/cart.py")}});
    let symbols = client.ask("textDocument/documentSymbol", params).unwrap();
    let names = symbols.as_array().unwrap().iter();
    let names: Vec<String> = names.map(|it| format!("{} in {}", it["name"], it["containerName"])).collect();
    expect![[r#"
        "Cart" in null
        "limit" in "Cart"
        "__init__" in "Cart"
        "owner" in "Cart"
        "add" in "Cart"
        "Owner" in null
        "bill" in "Owner"
        "Gift" in null
        "add" in "Gift""#]]
    .assert_eq(&names.join("\n"));
}

#[test]
fn symbols_by_letters() {
    let fixture = Fixture::new(CODE);
    let mut client = Client::start(&fixture);
    client.initialize(all_capabilities(), json!({"mode": "standalone"}));
    let mut text = String::new();
    // The first is asked before the files are read, and waits for them.
    for query in ["crt", "Cart", "cart.ad", "gift add", "zzz", ""] {
        let found = client.ask("workspace/symbol", json!({"query": query})).unwrap();
        let all = found.as_array().into_iter().flatten();
        let all: Vec<String> = all.map(|it| format!("{} in {}", it["name"], it["containerName"])).collect();
        writeln!(text, "{query}: {}", all.join(", ")).unwrap();
    }
    expect![[r#"
        crt: "Cart" in "shop.cart"
        Cart: "Cart" in "shop.cart"
        cart.ad: "add" in "shop.cart.Cart", "add" in "shop.cart.Gift"
        gift add: "add" in "shop.cart.Gift"
        zzz: 
        : 
    "#]]
    .assert_eq(&text);
}

#[test]
fn folds_and_selections() {
    let fixture = Fixture::new(CODE);
    let mut client = standalone(&fixture, all_capabilities());
    client.open("shop/cart.py");
    let params = json!({"textDocument": {"uri": client.uri("shop/cart.py")}});
    let folds = client.ask("textDocument/foldingRange", params).unwrap();
    let folds: Vec<String> = folds
        .as_array()
        .unwrap()
        .iter()
        .map(|it| format!("{}:{}-{} {}", it["startLine"], it["startCharacter"], it["endLine"], it["kind"]))
        .collect();
    expect![[r#"
        2:11-14 null
        3:19-6 "comment"
        9:39-10 null
        12:24-14 null
        13:22-14 null
        16:12-17 null
        19:17-20 null"#]]
    .assert_eq(&folds.join("\n"));
    let mut params = at(&client, "shop/cart.py", "bill(item)");
    params["positions"] = json!([params["position"]]);
    let found = client.ask("textDocument/selectionRange", params).unwrap();
    let mut next = &found[0];
    let mut sizes = Vec::new();
    while next.is_object() {
        let (start, end) = (&next["range"]["start"], &next["range"]["end"]);
        sizes.push(format!("{}:{}-{}:{}", start["line"], start["character"], end["line"], end["character"]));
        next = &next["parent"];
    }
    expect![[r#"
        14:23-14:27
        14:12-14:27
        14:12-14:33
        13:8-14:33
        12:4-14:33
        3:4-14:33
        2:0-14:33
        0:0-21:0"#]]
    .assert_eq(&sizes.join("\n"));
}

#[test]
fn hovers_begin_with_the_declaration() {
    let fixture = Fixture::new(CODE);
    let mut client = standalone(&fixture, all_capabilities());
    client.open("main.py");
    let mut text = String::new();
    for needle in ["Basket(", "add(", "größe)", "shop "] {
        let (markdown, _) =
            client.read_hover("main.py", &at(&client, "main.py", needle)["position"]).unwrap();
        writeln!(text, "{needle}\n{}\n", fixture.anonymize(&markdown)).unwrap();
    }
    expect![[r#"
        Basket(
        ```python
        class Cart
        ```

        Holds items.

        Never more than ten.

        ---

        **Introduced** 2020-01-01 by Ada Lovelace · no changes · 1 author  
        Begin (`{1}`)

        add(
        ```python
        def add(self, item)
        ```

        ---

        **Introduced** 2020-01-01 by Ada Lovelace · no changes · 1 author  
        Begin (`{1}`)

        größe)
        ```python
        größe = "🦀"; basket = Basket(größe)
        ```

        shop 
        ```python
        module shop
        ```

    "#]]
    .assert_eq(&text);
}

#[test]
fn switches_override_the_mode() {
    let fixture = Fixture::new(CODE);
    for (options, definition, references) in [
        (json!({}), false, false),
        (json!({"mode": "standalone"}), true, true),
        (json!({"mode": "standalone", "navigation": {"definition": false}}), false, true),
        (json!({"navigation": {"definition": true, "references": "auto"}}), true, false),
    ] {
        let mut client = Client::start(&fixture);
        let offered = client.initialize(all_capabilities(), options.clone());
        let offers = |name: &str| offered["capabilities"][name] == json!(true);
        assert_eq!(offers("definitionProvider"), definition, "{options}");
        assert_eq!(offers("referencesProvider"), references, "{options}");
        client.idle();
        client.open("main.py");
        let params = at(&client, "main.py", "Basket(");
        let found = client.ask("textDocument/definition", params).unwrap();
        assert_eq!(found.as_array().is_some_and(|found| !found.is_empty()), definition, "{options}");
    }
}

#[test]
fn calls_step_by_step() {
    let fixture = Fixture::new(CODE);
    let mut client = standalone(&fixture, all_capabilities());
    client.open("main.py");
    let params = at(&client, "main.py", "add(gr");
    let items = client.ask("textDocument/prepareCallHierarchy", params).unwrap();
    let mut text = format!("{} in {}\n", items[0]["name"], items[0]["detail"]);
    for (direction, end) in [("incomingCalls", "from"), ("outgoingCalls", "to")] {
        let found = client.ask(&format!("callHierarchy/{direction}"), json!({"item": items[0]})).unwrap();
        for call in found.as_array().unwrap() {
            let ranges = call["fromRanges"].as_array().unwrap();
            let (name, start) = (&call[end]["name"], &ranges[0]["start"]);
            writeln!(text, "{end} {name} at {}:{}", start["line"], start["character"]).unwrap();
        }
    }
    expect![[r#"
        "add" in "Cart"
        from "buy" at 4:11
        to "bill" at 14:23
    "#]]
    .assert_eq(&text);
}

#[test]
fn types_step_by_step() {
    let fixture = Fixture::new(CODE);
    let mut client = Client::start(&fixture);
    let offered = client.initialize(all_capabilities(), json!({"mode": "standalone"}));
    assert_eq!(offered["capabilities"]["typeHierarchyProvider"], true);
    client.open("main.py");
    let params = at(&client, "main.py", "Basket(gr");
    let cart = client.ask("textDocument/prepareTypeHierarchy", params).unwrap();
    // Neither file is open.
    let gift = client.ask("typeHierarchy/subtypes", json!({"item": cart[0]})).unwrap();
    let back = client.ask("typeHierarchy/supertypes", json!({"item": gift[0]})).unwrap();
    assert_eq!([&cart[0]["name"], &gift[0]["name"], &back[0]["name"]], ["Cart", "Gift", "Cart"]);
}

#[test]
fn without_a_repository() {
    let fixture = Fixture::new(CODE);
    let plain = fixture.beside("plain");
    std::fs::create_dir_all(&plain).unwrap();
    std::fs::write(plain.join("a.py"), "def f(): ...\n").unwrap();
    std::fs::write(plain.join("b.py"), "from a import f\nf()\n").unwrap();
    let mut client = Client::spawn(crate::client::command(&fixture, &plain), plain);
    client.initialize(all_capabilities(), json!({"mode": "standalone"}));
    client.idle();
    client.open("b.py");
    let params = at(&client, "b.py", "f()");
    let found = client.ask("textDocument/definition", params).unwrap();
    assert_eq!(shown(&client, &found), "a.py 0:4\n");
    let hover = client.hover("b.py", &range(&client.text("b.py"), "f()", Units::Utf16)["start"].clone());
    assert_eq!(hover.unwrap().0, "```python\ndef f()\n```");
}
