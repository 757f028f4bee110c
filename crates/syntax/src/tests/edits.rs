//! Facts while a text is typed: they don't depend on how they were come by. Never does: looking at particular facts.

use std::fmt::Write;

use expect_test::expect;
use proptest::prelude::*;

use super::properties::{PYTHON, RUST, check};
use crate::collect::{Around, Collected, Passes, Reach};
use crate::parts::Parts;
use crate::{FileFacts, Language, Parsed, edit, facts, parse};

/// What people type, whole and in pieces.
const TYPED: [&str; 36] = [
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "<",
    ">",
    "\"",
    "'",
    "\"\"\"",
    "x",
    "self",
    " ",
    "    ",
    "\n",
    "\r\n",
    "\n\n",
    "é",
    "🦀",
    ":",
    ";",
    ".",
    "#",
    "//",
    "/*",
    "*/",
    "/// Docs.\n",
    "use a::{b, c as d};\n",
    "fn f<T>(x: T) { let y = x; y.g(T::h); }\n",
    "a! { pub fn i() { j() } }\n",
    "impl S { fn new() -> Self { Self } }\n",
    "from a import b\n",
    "def f(x):\n    global y\n    return x + y\n",
    "class C:\n    \"\"\"Docs.\"\"\"\n    def m(self): pass\n",
    "X = lambda x: [x for x in y]\n",
];

/// Where, how many bytes go, and which of the above comes instead, if any.
type Typing = (prop::sample::Index, usize, usize);

fn typings() -> impl Strategy<Value = Vec<Typing>> {
    let gone = prop_oneof![Just(0), 0..4_usize, 0..200_usize];
    prop::collection::vec((any::<prop::sample::Index>(), gone, 0..TYPED.len() + 4), 1..10)
}

fn typed(text: &str, (at, gone, come): Typing) -> String {
    let start = text.floor_char_boundary(at.index(text.len() + 1));
    let end = text.ceil_char_boundary((start + gone).min(text.len()));
    [&text[..start], TYPED.get(come).unwrap_or(&""), &text[end..]].concat()
}

/// Facts of the tree in one pass over all of it.
fn at_once(parsed: &Parsed, text: &str) -> FileFacts {
    let mut all = Collected::default();
    let (root, language) = (parsed.tree.root_node(), parsed.language());
    Passes::new(text, language).collect(root, Around::default(), Reach::Whole, &mut all);
    facts::relate(all, text, language)
}

/// Facts of the tree part by part, without those of any tree before.
fn in_parts(parsed: &Parsed, text: &str) -> FileFacts {
    let parts = Parts::of(&parsed.tree, text, parsed.language(), None, &mut || false).unwrap();
    facts::relate(parts.all(), text, parsed.language())
}

/// Checks that facts are those that came from the whole parts, pass or text.
fn same(from: &str, facts: &FileFacts, whole: &FileFacts, text: &str) {
    if facts != whole {
        let lines = |facts| format!("{facts:?}").replace("Definition {", "\n{");
        let (facts, whole) = (lines(facts), lines(whole));
        let differing = facts.lines().zip(whole.lines()).find(|(a, b)| a != b);
        panic!("{text}\n\nnot as from the whole {from}: {differing:?}");
    }
}

/// Types one thing after the other, and checks the facts after each.
fn type_all(sample: &str, language: Language, typings: &[Typing]) {
    let (mut text, mut next) = (sample.to_owned(), sample.to_owned());
    let mut parsed = parse(&text, language).kept();
    for &typing in typings {
        parsed.facts(&text);
        next = typed(&next, typing);
        // Now and then several things have changed before somebody looks.
        if typing.2 % 3 == 0 {
            continue;
        }
        let moved = parsed.moved(&text, &next);
        same("parts", &moved.facts(&next), &in_parts(&moved, &next), &next);
        // Now and then there is no time to parse, and parsing goes on from the moved tree.
        if typing.2 % 4 == 0 {
            parsed = moved;
            text.clone_from(&next);
            continue;
        }
        parsed = parsed.reparse(&text, &next);
        text.clone_from(&next);
        let facts = parsed.facts(&text);
        check(&facts, &text);
        same("parts", &facts, &in_parts(&parsed, &text), &text);
        same("pass", &facts, &at_once(&parsed, &text), &text);
        if parsed.first_error_line().is_none() {
            same("text", &facts, &parse(&text, language).facts(&text), &text);
        }
    }
}

#[test]
fn edits_lead_from_text_to_text() {
    let mut actual = String::new();
    let (long, longer) = ("ab\n".repeat(300), "ab\n".repeat(301));
    for (old, new) in [
        ("a.b", "a.xb"),
        ("a\r\nbc\r\n", "a\r\nc\r\n"),
        ("aaa", "aaaa"),
        ("é🦀", "è🦁"),
        ("one\ntwo\n", "one\n2\nthree\n"),
        ("", "a"),
        (&long, &longer),
        ("a", "a"),
        ("1\nthe same\n2\nis here\n3\n", "one\nthe same\nis here\nthree"),
    ] {
        let edits = edit::between(old, new);
        let shown = edits.iter().map(|it| format!("{:?}->{:?}", it.old, it.new)).collect::<Vec<_>>();
        writeln!(actual, "{}", shown.join(" ")).unwrap();
    }
    expect![[r#"
        2..2->2..3
        3..4->3..3
        3..3->3..4
        0..6->0..6
        4..7->4..11
        0..0->0..1
        900..900->900..903

        0..2->0..4 11..13->13..13 21..23->21..26
    "#]]
    .assert_eq(&actual);
}

#[test]
fn samples_are_cut_without_loss() {
    for (sample, language) in [(RUST, Language::Rust), (PYTHON, Language::Python)] {
        let parsed = parse(sample, language);
        assert_eq!(parsed.facts(sample), at_once(&parsed, sample));
    }
}

#[test]
fn everything_typed_over() {
    for (old, new) in [(RUST, ""), (RUST, "fn f() {}"), (RUST, "🦀"), ("🦀", "🦁"), ("", RUST), (RUST, RUST)]
    {
        let before = parse(old, Language::Rust).kept();
        before.facts(old);
        assert_eq!(before.reparse(old, new).facts(new), parse(new, Language::Rust).facts(new), "{new}");
    }
}

/// What was made of an edit that was not parsed is no ground for the next tree, which may have no trace of it.
#[test]
fn parsed_after_a_moved_tree() {
    let (full, less) = ("from a import (\n    b,\n    c as d,\n)\n", "from a import (\n    c as d,\n)\n");
    let before = parse(full, Language::Python).kept();
    before.facts(full);
    let later = format!("{less}x = 1\n");
    let parsed = before.moved(full, less).reparse(less, &later);
    assert_eq!(parsed.facts(&later), parse(&later, Language::Python).facts(&later));
}

/// Whoever stops gets nothing, and whoever asks again gets everything.
#[test]
fn extraction_stops_when_told() {
    let parsed = parse(RUST, Language::Rust).kept();
    assert_eq!(parsed.facts_unless(RUST, &mut || true), None);
    let mut parts = 0;
    let mut later = || {
        parts += 1;
        parts > 10
    };
    assert_eq!(parsed.facts_unless(RUST, &mut later), None);
    assert_eq!(parsed.facts_unless(RUST, &mut || false), Some(parsed.facts(RUST)));
}

#[test]
fn parsing_stops_when_told() {
    let long = RUST.repeat(20);
    assert!(crate::parse_unless(&long, Language::Rust, &mut || true).is_none());
    assert!(crate::parse_unless(&long, Language::Rust, &mut || false).is_some());
    // The parser is used again, and must not go on with the text before.
    assert_eq!(parse(RUST, Language::Rust).facts(RUST), at_once(&parse(RUST, Language::Rust), RUST));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn typing_rust(typings in typings()) {
        type_all(RUST, Language::Rust, &typings);
    }

    #[test]
    fn typing_python(typings in typings()) {
        type_all(PYTHON, Language::Python, &typings);
    }

    #[test]
    fn typing_on_windows(typings in typings()) {
        type_all(&RUST.replace('\n', "\r\n"), Language::Rust, &typings);
        type_all(&PYTHON.replace('\n', "\r\n"), Language::Python, &typings);
    }
}
