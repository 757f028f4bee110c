//! How documents fall apart into sections.

use std::fmt::Write;

use crate::sections::{Markup, sections};
use expect_test::{Expect, expect};

fn check(text: &str, markup: Markup, expected: Expect) {
    let mut shown = String::new();
    for section in sections(text, markup) {
        let text = section.text.replace('\n', "|");
        writeln!(shown, "{} [{}] {text}", section.line, section.headings.join(" > ")).unwrap();
    }
    expected.assert_eq(&shown);
}

#[test]
fn markdown() {
    let text = "Before.\n\n# Top `x`\n\nOne.\n\n```sh\n# no heading\n```\n\n## Inner\nTwo.\n\nOther\n=====\n\n### Deep\n";
    check(
        text,
        Markup::Markdown,
        expect![[r#"
        1 [] Before.
        3 [Top x] One.||```sh|# no heading|```
        11 [Top x > Inner] Two.
        14 [Other] 
        17 [Other > Deep] 
    "#]],
    );
}

#[test]
fn restructured_text() {
    let text = "=====\nTitle\n=====\n\nIntro.\n\nPart\n----\nBody --\n\n.. code::\n\n    indented\n    --------\n\nPart two\n--------\n";
    check(
        text,
        Markup::ReStructuredText,
        expect![[r#"
        2 [Title] Intro.
        7 [Title > Part] Body --||.. code::||    indented|    --------
        16 [Title > Part two] 
    "#]],
    );
}

#[test]
fn long_texts_are_cut_at_empty_lines() {
    let paragraph = "word ".repeat(100);
    let text = format!("{paragraph}\n\n{paragraph}\n\n{paragraph}\n\n{paragraph}\n");
    let lines: Vec<(u32, usize)> =
        sections(&text, Markup::Text).iter().map(|s| (s.line, s.text.len())).collect();
    expect!["[(1, 1001), (5, 1001)]"].assert_eq(&format!("{lines:?}"));
}

#[test]
fn nothing_and_endings() {
    check("", Markup::Markdown, expect![[""]]);
    check("---\n\n***\n", Markup::Text, expect![[""]]);
    let endings = ["README.md", "a/b.RST", "NEWS.txt", "x.rs", "md", "a.d/LICENSE"];
    expect!["[Some(Markdown), Some(ReStructuredText), Some(Text), None, None, None]"]
        .assert_eq(&format!("{:?}", endings.map(Markup::of_path)));
}
