//! What holds of the facts of any text, however broken. Never does: looking at particular facts.

use std::collections::HashSet;

use proptest::prelude::*;

use super::facts;
use crate::{Code, Expr, FileFacts, Language, NOWHERE, ScopeId, Span, parse};

pub(super) const RUST: &str = include_str!("sample.rs.txt");
pub(super) const PYTHON: &str = include_str!("sample.py.txt");

/// Checks that positions and parents fit together and to the text.
pub(super) fn check(facts: &FileFacts, text: &str) {
    let FileFacts { outline, spans } = facts;
    assert_eq!(outline.definitions.len(), spans.definitions.len());
    assert_eq!(outline.imports.len(), spans.imports.len());
    let sane = |span: Span| assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?}");
    for id in outline.ids() {
        let definition = spans.definitions[id.index()];
        for span in [Some(definition.full), Some(definition.item), Some(definition.name)] {
            sane(span.unwrap());
        }
        for inner in [Some(definition.item), Some(definition.name), definition.body, definition.docs]
            .into_iter()
            .flatten()
        {
            sane(inner);
            assert!(definition.full.contains(inner), "{inner:?} in {definition:?}");
        }
        if let Some(parent) = outline.definition(id).parent {
            assert!(parent < id);
            assert!(spans.definitions[parent.index()].full.contains(definition.full));
        }
    }
    let keys: HashSet<_> = outline.ids().map(|id| outline.key(id)).collect();
    assert_eq!(keys.len(), outline.definitions.len(), "keys are unique");
    for (enclosing, span) in outline.imports.iter().map(|it| it.enclosing).zip(&spans.imports) {
        sane(*span);
        assert!(enclosing.is_none_or(|id| spans.definitions[id.index()].full.contains(*span)));
    }
    assert!(spans.imports.is_sorted());
}

/// Checks that all that code refers to is there, and that words stand where they are said to.
fn check_code(code: &Code, text: &str) {
    for id in code.ids() {
        if let (Some(word), Some(start)) = (code.word(id), code.start(id)) {
            assert!(text[start as usize..].starts_with(code.name(word)), "{:?} at {start}", code.expr(id));
        }
        match code.expr(id) {
            Expr::Member { base, .. } | Expr::Method { base, .. } | Expr::Path { base, .. } => {
                assert!(base < id)
            }
            Expr::Call { callee, arguments } => {
                assert!(callee < id && code.list(arguments).all(|it| it < id))
            }
            Expr::Name { scope, .. } | Expr::TypeName { scope, .. } => {
                assert!(scope.index() < code.scopes.len())
            }
            _ => {}
        }
    }
    for id in code.binding_ids() {
        let binding = code.binding(id);
        assert!(binding.scope.index() < code.scopes.len() && binding.within.index() < code.scopes.len());
        assert!(code.bound(binding.scope, binding.name).contains(&id));
        let span = binding.span;
        assert!(span.start == NOWHERE || text.get(span.start as usize..span.end as usize).is_some());
    }
    for (scope, at) in code.scopes.iter().zip(0..) {
        assert!(scope.parent.is_none_or(|parent| parent < ScopeId(at)));
    }
}

fn check_all(text: &str) {
    for language in Language::ALL {
        let facts = facts(text, language);
        let parsed = parse(text, language);
        check_code(&parsed.code(text, &facts.spans), text);
        let tokens = parsed.tokens(text, Span { start: 0, end: text.len() as u32 });
        assert!(tokens.iter().all(|it| text.get(it.span.start as usize..it.span.end as usize).is_some()));
        assert!(tokens.is_sorted_by_key(|it| (it.span.start, it.span.end)));
        parsed.first_error_line();
    }
}

#[test]
fn trees_are_shared_between_threads() {
    fn check<T: Clone + Send + Sync>(_: &T) {}
    check(&parse("", Language::Rust));
}

#[test]
fn odd_texts() {
    for text in [
        "",
        "\u{feff}fn f() {}",
        "\u{feff}x = 1",
        "\0",
        "fn \0f() {}\0",
        "///",
        "//!",
        "/**/",
        "\"\"\"",
        "use ;",
        "@",
    ] {
        check_all(text);
    }
    for (sample, language) in [(RUST, Language::Rust), (PYTHON, Language::Python)] {
        let windows = sample.replace('\n', "\r\n");
        check_all(&windows);
        assert_eq!(facts(sample, language).outline, facts(&windows, language).outline);
    }
    check_all("struct 🦀;\nfn crab🦀() { \"🦀\"; 🦀.run() }\nclass 🐍:\n  '''🐍'''\n");
}

#[test]
fn deep_texts() {
    for (open, close) in
        [("{", "}"), ("(", ")"), ("a!{fn f(){", "}}"), ("mod m{", "}"), ("use a::{", "}"), ("x.f(", ")")]
    {
        check_all(&format!("{}{}", open.repeat(2000), close.repeat(2000)));
        check_all(&open.repeat(2000));
    }
    check_all(&format!("x = a{}", ".b()".repeat(1000)));
    check_all(&format!("fn f() {{ a{} }}", ".b()".repeat(1000)));
}

/// Cuts out or repeats a slice, at the nearest character boundaries.
fn edited(text: &str, (at, length, repeat): (prop::sample::Index, usize, bool)) -> String {
    let start = text.floor_char_boundary(at.index(text.len() + 1));
    let end = text.ceil_char_boundary((start + length).min(text.len()));
    let slice = &text[start..end];
    let middle = if repeat { slice.repeat(2) } else { String::new() };
    format!("{}{middle}{}", &text[..start], &text[end..])
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(100) })]

    #[test]
    fn any_text(text in "\\PC*") {
        check_all(&text);
    }

    #[test]
    fn any_bytes_of_code(text in "[a-z \n\t(){}<>:;,.!#\"'/*=@\\[\\]\u{e9}\u{1f980}-]{0,200}") {
        check_all(&text);
    }

    #[test]
    fn broken_code(edits in prop::collection::vec((any::<prop::sample::Index>(), 0..80usize, any::<bool>()), 1..6)) {
        for sample in [RUST, PYTHON] {
            check_all(&edits.iter().fold(sample.to_owned(), |text, &edit| edited(&text, edit)));
        }
    }

    /// Of code that parses: what tree-sitter makes of broken code depends on how many lines it would skip, so it may well recover
    /// differently below a blank line.
    #[test]
    fn outlines_do_not_move(edits in prop::collection::vec((any::<prop::sample::Index>(), 0..80usize, any::<bool>()), 0..3), lines in 1..5usize) {
        for (sample, language) in [(RUST, Language::Rust), (PYTHON, Language::Python)] {
            let text = edits.iter().fold(sample.to_owned(), |text, &edit| edited(&text, edit));
            if parse(&text, language).first_error_line().is_some() {
                continue;
            }
            let moved = format!("{}{text}", "\n".repeat(lines));
            prop_assert_eq!(facts(&text, language).outline, facts(&moved, language).outline);
        }
    }
}
