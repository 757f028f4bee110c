//! Texts that are deep or wide beyond what people write, on a small stack; and indexes against plain searches. Never does: timing.

use std::thread;

use super::facts;
use super::properties::{PYTHON, RUST};
use crate::{BindingKind, Code, Language, ScopeKind, Span, TokenKind, parse};

/// Half of what workers have.
const STACK: usize = 1 << 20;
const DEEP: usize = 5000;

fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    thread::Builder::new().stack_size(STACK).spawn(work).unwrap().join().unwrap();
}

fn code(text: &str, language: Language) -> Code {
    let parsed = parse(text, language);
    let code = parsed.code(text, &parsed.facts(text).spans);
    parsed.folds(text);
    parsed.around(text.len() as u32 / 2);
    parsed.tokens(text, Span { start: 0, end: text.len() as u32 });
    code
}

fn deep(before: &str, open: &str, middle: &str, close: &str) -> String {
    [before, &open.repeat(DEEP), middle, &close.repeat(DEEP)].concat()
}

#[test]
fn deep_rust() {
    on_a_small_stack(|| {
        for (open, middle, close) in [
            ("(", "x", ")"),
            ("[", "x", "]"),
            ("{", "x", "}"),
            ("f(", "x", ")"),
            ("f(|a| ", "x", ")"),
            ("|a| ", "x", ""),
            ("if a { b } else ", "{}", ""),
            ("if a {", "", "}"),
            ("match a { _ => ", "b", "}"),
            ("loop { ", "", "}"),
            ("mod m { ", "", "}"),
            ("fn f() { ", "", "}"),
            ("impl A { fn f() { ", "", "}}"),
            ("struct A { a: [u8; { ", "1", "}] }"),
            ("a + ", "a", ""),
            ("&", "a", ""),
            ("!", "a", ""),
            ("a::", "a", ""),
            ("let A(", "a", ") = b;"),
            ("let a: Vec<", "u8", "> = b;"),
            ("let a: fn(", "u8", ") = b;"),
            ("use a::{", "b", "};"),
            ("m!(", "a", ")"),
            ("m!{ fn f() {} ", "", "}"),
            ("S { a: ", "b", "}"),
            ("unsafe {", "", "}"),
            ("async move {", "", "}"),
            ("return ", "", ""),
            ("x.await?.y(", "z", ")"),
        ] {
            code(&format!("{}}}", deep("fn f() { ", open, middle, close)), Language::Rust);
            code(&deep("fn f() { m!(", open, middle, close), Language::Rust);
            code(&deep("m! { fn f() { ", open, middle, close), Language::Rust);
            code(&open.repeat(DEEP), Language::Rust);
        }
        code(&format!("fn f() {{ a{} }}", ".b()".repeat(DEEP)), Language::Rust);
        code(&format!("fn f() {{ m!(a{}) }}", " = |a| a".repeat(DEEP)), Language::Rust);
    });
}

#[test]
fn deep_python() {
    on_a_small_stack(|| {
        for (open, middle, close) in [
            ("(", "x", ")"),
            ("[", "x", "]"),
            ("{1: ", "x", "}"),
            ("f(", "x", ")"),
            ("f(a=", "x", ")"),
            ("x[", "x", "]"),
            ("lambda a: ", "x", ""),
            ("not ", "x", ""),
            ("-", "x", ""),
            ("await ", "x", ""),
            ("a if b else ", "x", ""),
            ("a + ", "x", ""),
            ("a and ", "x", ""),
            ("(a and ", "x", ")"),
            ("(yield ", "x", ")"),
            ("[", "a", " for a in b]"),
            ("(a := ", "x", ")"),
            ("*", "x", ""),
            ("f'{", "x", "}'"),
        ] {
            code(&deep("x = ", open, middle, close), Language::Python);
            code(&deep("def f(a: ", open, middle, close), Language::Python);
            code(&deep("match x:\n case ", open, middle, close), Language::Python);
            code(&format!("{} = 1", deep("", open, middle, close)), Language::Python);
            code(&open.repeat(DEEP), Language::Python);
        }
        for line in ["if a:", "for a in b:", "def f(a):", "class A:", "with a as b:", "try:", "else:"] {
            let stairs: Vec<String> =
                (0..500).map(|level| format!("{}{line}\n", " ".repeat(level))).collect();
            code(&stairs.concat(), Language::Python);
        }
        code(&format!("x = a{}", ".b()".repeat(DEEP)), Language::Python);
        code(&"x = ".repeat(DEEP), Language::Python);
    });
}

#[test]
fn definitions_nest_only_so_deep() {
    let text = deep("", "fn f() { ", "", "}");
    let facts = facts(&text, Language::Rust);
    assert_eq!(facts.outline.definitions.len(), 100);
}

#[test]
fn the_definition_around_each_place() {
    for (text, language) in
        [(RUST, Language::Rust), (PYTHON, Language::Python), ("fn a(){}fn b(){}", Language::Rust)]
    {
        let spans = facts(text, language).spans;
        let enclosing = spans.enclosing();
        for at in 0..=text.len() as u32 + 1 {
            assert_eq!(enclosing.at(at), spans.definition_at(at), "{at}");
        }
    }
}

#[test]
fn overlapping_definitions_are_looked_at_one_by_one() {
    let mut spans = facts("fn a() {}\nfn b() {}\n", Language::Rust).spans;
    spans.definitions[0].full = Span { start: 0, end: 12 };
    spans.definitions[1].full = Span { start: 8, end: 30 };
    let enclosing = spans.enclosing();
    assert!((0..32).all(|at| enclosing.at(at) == spans.definition_at(at)));
}

#[test]
fn indexes_find_what_a_search_finds() {
    for (text, language) in [(RUST, Language::Rust), (PYTHON, Language::Python)] {
        let code = code(text, language);
        for id in code.ids().filter_map(|id| code.word(id)) {
            assert_eq!(code.find_name(code.name(id)), Some(id));
        }
        assert_eq!(code.find_name("never there"), None);
        for definition in facts(text, language).outline.ids() {
            let is_its = |kind: BindingKind| match kind {
                BindingKind::Definition(local) => local == definition,
                BindingKind::Variable { definition: of, .. }
                | BindingKind::Attribute { definition: of, .. } => of == Some(definition),
                _ => false,
            };
            let first = code.binding_ids().find(|&id| is_its(code.binding(id).kind));
            assert_eq!(code.binding_of(definition), first);
        }
        for id in code.binding_ids() {
            let binding = code.binding(id);
            let plain = code.bound_plainly(binding.scope, binding.name);
            assert_eq!(plain.contains(&id), !binding.is_attribute());
        }
    }
}

/// Each tested type is a scope, through which every name below is looked up.
#[test]
fn tests_of_types_are_forgotten_where_there_are_too_many() {
    let text = format!("def f(a):\n{}", "    assert isinstance(a, int)\n    b = a\n".repeat(2000));
    let code = code(&text, Language::Python);
    let narrowed = code.scopes.iter().filter(|it| matches!(it.kind, ScopeKind::Narrowed { .. })).count();
    assert!((1..100).contains(&narrowed), "{narrowed}");
}

#[test]
fn a_path_attribute_belongs_to_the_next_module() {
    let text = "#[path = \"a.rs\"]\n// A comment.\n#[cfg(unix)]\nmod a;\nmod b;\n#[path = \"c.rs\"]\nfn c() { mod d; }\n#[path = \"x.rs\"] #[path = \"e.rs\"] mod e { mod f; }\nfn g() { #[path = \"h.rs\"] mod h; mod i; }\n";
    let (code, outline) = (code(text, Language::Rust), facts(text, Language::Rust).outline);
    let path = |name: &str| {
        let id = outline.ids().find(|&id| outline.definition(id).name == name).unwrap();
        code.module_path(id)
    };
    let found: Vec<_> = ["a", "b", "d", "e", "f", "h", "i"].map(path).to_vec();
    assert_eq!(found, [Some("a.rs"), None, None, Some("e.rs"), None, Some("h.rs"), None]);
}

#[test]
fn macros_hold_items_where_items_may_stand() {
    let text = "m! { fn a() {} }\nmod n { m! { fn b() {} } }\nfn f() { m! { fn c() {} }; g(m! { fn d() {} }) }\nimpl S { m! { fn e() {} } }\n";
    let parsed = parse(text, Language::Rust);
    let facts = parsed.facts(text);
    let code = parsed.code(text, &facts.spans);
    let names: Vec<&str> = facts.outline.definitions.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["a", "n", "b", "f", "S", "e"]);
    assert!(
        facts
            .outline
            .ids()
            .filter(|id| facts.outline.definition(*id).name != "S")
            .all(|id| code.binding_of(id).is_some())
    );
}

#[test]
fn only_the_first_string_documents() {
    let text = "# A comment.\n'a'\n'b'\nclass A:\n    # A comment.\n    'c'\n    'd'\n    x: 'e' = 1\nif a:\n    'f'\n";
    let parsed = parse(text, Language::Python);
    let tokens = parsed.tokens(text, Span { start: 0, end: text.len() as u32 });
    let docs: Vec<&str> =
        tokens.iter().filter(|it| it.kind == TokenKind::Docs).map(|it| it.span.of(text)).collect();
    assert_eq!(docs, ["'a'", "'c'"]);
    let from = text.find("'d'").unwrap() as u32;
    let later = parsed.tokens(text, Span { start: from, end: text.len() as u32 });
    assert!(later.iter().all(|it| it.kind != TokenKind::Docs), "also where what is before is not asked for");
}
