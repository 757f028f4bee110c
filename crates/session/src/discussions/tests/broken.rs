//! Exports that end early, are something else, or come in pieces of any size.

use std::io::Read;

use expect_test::expect;
use proptest::prelude::*;

use super::forms::GITHUB_REST;
use super::read;

#[test]
fn what_stands_before_a_fault_is_read() {
    let mut text = String::new();
    for export in [
        "",
        " \n",
        "no json",
        "[",
        "[]]",
        "\u{1f}\u{8b}",
        "{\"number\":1,\"title\":\"a\",\"body\":\"\"}\n{\"number\":2,\"title\":\"b\",\"body\":\"\"}\n{\"number\":3,\"ti",
        "[{\"number\":1,\"title\":\"a\",\"body\":\"\"},\n {\"number\":2,\"title\":\"b\",,}]",
        "[{\"number\":1,\"title\":\"a\",\"body\":\"\"}] and so on",
        "{\"number\":1,\"title\":\"a\\ud800\",\"body\":\"\"}",
    ] {
        text.push_str(&format!("-- {export:?}\n{}", read(export.as_bytes())));
    }
    text.push_str(&format!("-- a tower\n{}", read("[".repeat(100_000).as_bytes())));
    text.push_str(&format!("-- no UTF-8\n{}", read(&b"{\"number\":1,\"title\":\"a\xff\"}"[..])));
    expect![[r#"
        -- ""
        -- " \n"
        -- "no json"
        broken at 1:2: expected ident
        -- "["
        broken at 1:1: EOF while parsing a list
        -- "[]]"
        broken at 1:3: expected value
        -- "\u{1f}\u{8b}"
        broken at 1:1: expected value
        -- "{\"number\":1,\"title\":\"a\",\"body\":\"\"}\n{\"number\":2,\"title\":\"b\",\"body\":\"\"}\n{\"number\":3,\"ti"
        - #1 Issue  by : a
          -
        - #2 Issue  by : b
          -
        broken at 3:15: EOF while parsing a string
        -- "[{\"number\":1,\"title\":\"a\",\"body\":\"\"},\n {\"number\":2,\"title\":\"b\",,}]"
        - #1 Issue  by : a
          -
        broken at 2:26: key must be a string
        -- "[{\"number\":1,\"title\":\"a\",\"body\":\"\"}] and so on"
        - #1 Issue  by : a
          -
        broken at 1:38: expected value
        -- "{\"number\":1,\"title\":\"a\\ud800\",\"body\":\"\"}"
        broken at 1:29: unexpected end of hex escape
        -- a tower
        broken at 1:128: recursion limit exceeded
        -- no UTF-8
        broken at 1:23: invalid unicode code point
    "#]].assert_eq(&text);
}

#[test]
fn marks_of_the_encoding() {
    let plain = read(GITHUB_REST.as_bytes());
    assert_eq!(read(format!("\u{feff}{GITHUB_REST}").as_bytes()), plain);
    let wide: Vec<u8> = "\u{feff}[]".encode_utf16().flat_map(u16::to_le_bytes).collect();
    expect![[r#"
        broken at 1:1: this is UTF-16: save it as UTF-8
    "#]]
    .assert_eq(&read(&wide[..]));
}

/// Gives a text in pieces of the given sizes, over and over.
struct Pieces<'a> {
    text: &'a [u8],
    sizes: std::iter::Cycle<std::slice::Iter<'a, usize>>,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let size = self.sizes.next().copied().unwrap_or(1).min(buffer.len()).min(self.text.len());
        buffer[..size].copy_from_slice(&self.text[..size]);
        self.text = &self.text[size..];
        Ok(size)
    }
}

/// A JSON value that is made of what exports are made of.
fn value() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let key = prop::sample::select(
        &[
            "number",
            "iid",
            "title",
            "body",
            "data",
            "nodes",
            "repository",
            "issues",
            "pull_request",
            "url",
            "references",
            "x",
        ][..],
    );
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0..20u32).prop_map(Value::from),
        prop::sample::select(&["a", "7", "a/b#3", "https://github.com/a/b/pull/4", "ä€\u{1b}\n"][..])
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::hash_map(key.clone().prop_map(str::to_owned), inner, 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_bytes_are_read_somehow(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        read(&bytes[..]);
    }

    #[test]
    fn a_text_with_any_change_is_read_somehow(at in 0..GITHUB_REST.len(), byte in any::<u8>(), end in 0..GITHUB_REST.len()) {
        let mut bytes = GITHUB_REST.as_bytes().to_vec();
        bytes[at] = byte;
        read(&bytes[..]);
        read(&bytes[..end]);
    }

    #[test]
    fn pieces_make_no_difference(values in prop::collection::vec(value(), 0..6), sizes in prop::collection::vec(1..9usize, 1..9)) {
        let text: String = values.iter().map(|value| format!("{value}\n")).collect();
        let whole = read(text.as_bytes());
        prop_assert!(!whole.contains("broken"), "{whole}");
        prop_assert_eq!(read(Pieces { text: text.as_bytes(), sizes: sizes.iter().cycle() }), whole);
    }

    #[test]
    fn a_list_a_line_and_a_file_each_give_the_same(values in prop::collection::vec(value(), 0..6)) {
        let discussions = |text: &str| -> Vec<String> {
            read(text.as_bytes()).lines().filter(|line| !line.starts_with("neither")).map(str::to_owned).collect()
        };
        let lines: String = values.iter().map(|value| format!("{value}\n")).collect();
        let apart: Vec<String> = values.iter().flat_map(|value| discussions(&value.to_string())).collect();
        prop_assert_eq!(&discussions(&lines), &apart);
        prop_assert_eq!(discussions(&serde_json::Value::from(values).to_string()), apart);
    }
}
