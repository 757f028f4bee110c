//! Tokens of both languages. Never does: comparing them as history does.

use expect_test::{Expect, expect};

use crate::{Language, Span, TokenKind, parse};

/// The texts of the tokens of a text, each with the first letter of its kind where it is not code.
fn tokens(text: &str, language: Language) -> String {
    let all = Span { start: 0, end: text.len() as u32 };
    let tokens = parse(text, language).tokens(text, all);
    let shown = tokens.iter().map(|token| match token.kind {
        TokenKind::Code if token.span.start == token.span.end => "¶".to_owned(),
        TokenKind::Code => token.span.of(text).to_owned(),
        kind => format!("{kind:?}[{}]", token.span.of(text)),
    });
    shown.collect::<Vec<_>>().join(" ")
}

fn check(text: &str, language: Language, expected: Expect) {
    expected.assert_eq(&tokens(text, language));
}

#[test]
fn rust_tokens() {
    check(
        "//! File.\n/// Docs.\n// note\nfn f<'a>(x: &'a str) -> u8 { g!(\"a b\", /* c */ r#\"d\"#, 'e') /** odd */ }\n",
        Language::Rust,
        expect![[
            r##"Docs[//! File.] Docs[/// Docs.] Comment[// note] fn f < ' a > ( x : & ' a str ) -> u8 { g ! ( String["a b"] , Comment[/* c */] String[r#"d"#] , 'e' ) Docs[/** odd */] }"##
        ]],
    );
}

#[test]
fn python_tokens() {
    check(
        "'''Docs.'''\n# note\ndef f(x):\n    \"\"\"More.\"\"\"\n    if x:\n        g(f'{x} y', 'a' 'b')\n    return x\n",
        Language::Python,
        expect![[
            r#"Docs['''Docs.'''] Comment[# note] def f ( x ) : Docs["""More."""] if x : g ( String[f'{x} y'] , String['a'] String['b'] ) ¶ ¶ ¶ return x ¶ ¶ ¶"#
        ]],
    );
}

/// Layout is structure in Python: two texts with the same words in other blocks have other tokens.
#[test]
fn python_blocks_count() {
    let inside = "if a:\n    b()\n    c()\n";
    let outside = "if a:\n    b()\nc()\n";
    assert_ne!(tokens(inside, Language::Python), tokens(outside, Language::Python));
    assert_eq!(
        tokens(inside, Language::Python),
        tokens(&inside.replace("    ", "\t").replace("()", "( )"), Language::Python)
    );
}

#[test]
fn tokens_within_a_span() {
    let text = "fn a() { b(1) }\nfn c() { d }\n";
    let parsed = parse(text, Language::Rust);
    let within = |start: usize, end: usize| {
        let span = Span { start: start as u32, end: end as u32 };
        parsed.tokens(text, span).iter().map(|it| it.span.of(text)).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(within(7, 15), "{ b ( 1 ) }");
    assert_eq!(within(16, text.len()), "fn c ( ) { d }");
    assert_eq!(within(10, 13), "( 1 )");
    assert_eq!(within(3, 3), "");
}

#[test]
fn first_error_lines() {
    let line = |text, language| parse(text, language).first_error_line();
    assert_eq!(line("fn f() {}\n\nfn g( {}\n", Language::Rust), Some(2));
    assert_eq!(line("fn f() {}\n", Language::Rust), None);
    assert_eq!(line("x = 1\ndef f(:\n    pass\n", Language::Python), Some(1));
}
