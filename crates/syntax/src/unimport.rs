//! What to delete of a text so that some of its imports are gone and the others stay as they are. Never does: decide which are needed.

use tree_sitter::Node;

use crate::collect::span;
use crate::{Language, Parsed, Span};

impl Parsed {
    /// What has to be deleted for the imports to be gone whose leaves are given as [`crate::Spans::imports`] has them; in order. `None` where that
    /// can't be done by deleting whole lines or whole entries of a list: there are comments, attributes or other statements about them.
    pub fn without_imports(&self, text: &str, leaves: &[Span]) -> Option<Vec<Span>> {
        let mut statements: Vec<Node> = Vec::new();
        for leaf in leaves {
            let statement = statement(self.tree.root_node(), *leaf)?;
            if !statements.contains(&statement) {
                statements.push(statement);
            }
        }
        let mut found = Vec::new();
        for statement in statements {
            let mut parts = Vec::new();
            match shrinks(statement, leaves, self.language(), text, &mut parts)? {
                Left::Nothing => found.push(whole_lines(statement, text)?),
                Left::Something => found.extend(parts),
            }
        }
        found.sort_unstable_by_key(|span| span.start);
        Some(found)
    }

    /// The whole import statement around the leaf of an import.
    pub fn import_around(&self, leaf: Span) -> Option<Span> {
        statement(self.tree.root_node(), leaf).map(span)
    }
}

fn statement<'a>(root: Node<'a>, leaf: Span) -> Option<Node<'a>> {
    let node = root.descendant_for_byte_range(leaf.start as usize, leaf.end as usize)?;
    let is_statement =
        |node: &Node| matches!(node.kind(), "import_statement" | "import_from_statement" | "use_declaration");
    std::iter::successors(Some(node), Node::parent).find(is_statement)
}

/// What is left of a statement or of a part of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Left {
    Nothing,
    Something,
}

/// Adds the parts of a statement that go where something of it is left.
fn shrinks(
    statement: Node,
    leaves: &[Span],
    language: Language,
    text: &str,
    found: &mut Vec<Span>,
) -> Option<Left> {
    match language {
        Language::Python => {
            let mut cursor = statement.walk();
            let names = statement.children_by_field_name("name", &mut cursor);
            let goes = |name: Node| match leaves.iter().any(|leaf| span(name).contains(*leaf)) {
                true => Left::Nothing,
                false => Left::Something,
            };
            let entries: Vec<(Node, Left)> = names.map(|name| (name, goes(name))).collect();
            cut(&entries, text, found)
        }
        Language::Rust => tree(statement.child_by_field_name("argument")?, leaves, text, found),
    }
}

/// The same of a use tree.
fn tree(node: Node, leaves: &[Span], text: &str, found: &mut Vec<Span>) -> Option<Left> {
    let list = match node.kind() {
        "use_list" => Some(node),
        "scoped_use_list" => node.child_by_field_name("list"),
        _ => None,
    };
    let Some(list) = list else {
        let goes = leaves.iter().any(|leaf| span(node).contains(*leaf));
        return Some(if goes { Left::Nothing } else { Left::Something });
    };
    let parts: Vec<Node> = list.named_children(&mut list.walk()).filter(|entry| !entry.is_extra()).collect();
    let mut entries = Vec::with_capacity(parts.len());
    for part in parts {
        entries.push((part, tree(part, leaves, text, found)?));
    }
    cut(&entries, text, found)
}

/// Adds the entries of a list that go, with the commas that stood for them; none where all of them go.
fn cut(entries: &[(Node, Left)], text: &str, found: &mut Vec<Span>) -> Option<Left> {
    let Some(last) = entries.iter().rposition(|&(_, left)| left == Left::Something) else {
        return Some(Left::Nothing);
    };
    for (at, (entry, left)) in entries[..last].iter().enumerate() {
        if *left == Left::Nothing {
            found.push(between(entry.start_byte(), entries[at + 1].0.start_byte(), text)?);
        }
    }
    if let Some((end, _)) = entries[last + 1..].last() {
        found.push(between(entries[last].0.end_byte(), end.end_byte(), text)?);
    }
    Some(Left::Something)
}

/// What nobody has written a comment in.
fn between(start: usize, end: usize, text: &str) -> Option<Span> {
    let has_comment = text[start..end].contains(['#'])
        || text[start..end].contains("//")
        || text[start..end].contains("/*");
    (!has_comment).then_some(Span { start: start as u32, end: end as u32 })
}

/// The lines of a statement that has them for itself, with the line break.
fn whole_lines(statement: Node, text: &str) -> Option<Span> {
    let has_attribute = statement.prev_sibling().is_some_and(|it| it.kind() == "attribute_item");
    let (start, end) = (statement.start_byte(), statement.end_byte());
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    // A mark of the encoding stays.
    let line = if text[line..].starts_with('\u{feff}') { line + '\u{feff}'.len_utf8() } else { line };
    let rest = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
    let is_alone = text[line..start].trim().is_empty() && text[end..rest].trim().is_empty();
    (is_alone && !has_attribute).then_some(Span { start: line as u32, end: rest as u32 })
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use crate::{Language, Span, parse};

    /// The text without the imports of the marked words.
    fn check(language: Language, text: &str, gone: &[&str], expected: &Expect) {
        let parsed = parse(text, language);
        let facts = parsed.facts(text);
        let leaves: Vec<Span> =
            facts.spans.imports.iter().copied().filter(|it| gone.contains(&it.of(text))).collect();
        assert_eq!(leaves.len(), gone.len(), "{text}");
        let left = parsed.without_imports(text, &leaves).map(|spans| {
            spans.iter().rev().fold(text.to_owned(), |text, span| {
                format!("{}{}", &text[..span.start as usize], &text[span.end as usize..])
            })
        });
        expected.assert_eq(&left.unwrap_or_else(|| "refused\n".to_owned()));
    }

    #[test]
    fn of_python() {
        let check = |text, gone: &[&str], expected: Expect| check(Language::Python, text, gone, &expected);
        check(
            "import os\nimport sys\n",
            &["os"],
            expect![[r#"
            import sys
        "#]],
        );
        check(
            "import os, sys, re\n",
            &["os", "re"],
            expect![[r#"
            import sys
        "#]],
        );
        check(
            "from a import (\n    b,\n    c as d,\n    e\n)\n",
            &["c"],
            expect![[r#"
            from a import (
                b,
                e
            )
        "#]],
        );
        check("from a import b, c\n", &["b", "c"], expect![""]);
        check(
            "from a import (b, c)  # noqa\n",
            &["b"],
            expect![[r#"
            from a import (c)  # noqa
        "#]],
        );
        check(
            "from a import b, c, d\n",
            &["c", "d"],
            expect![[r#"
            from a import b
        "#]],
        );
        check(
            "from a import b, c, d\n",
            &["b", "c"],
            expect![[r#"
            from a import d
        "#]],
        );
        check(
            "from a import (\n    b,  # one\n    c,  # two\n    d,\n)\n",
            &["c"],
            expect![[r#"
            refused
        "#]],
        );
        check(
            "import os; import sys\n",
            &["os"],
            expect![[r#"
            refused
        "#]],
        );
        check(
            "import os  # for its effect\n",
            &["os"],
            expect![[r#"
            refused
        "#]],
        );
    }

    #[test]
    fn of_rust() {
        let check = |text, gone: &[&str], expected: Expect| check(Language::Rust, text, gone, &expected);
        check(
            "use a::b;\nuse c::d;\n",
            &["b"],
            expect![[r#"
            use c::d;
        "#]],
        );
        check(
            "use a::{b, c::{d, e}, f};\n",
            &["d", "e"],
            expect![[r#"
            use a::{b, f};
        "#]],
        );
        check(
            "use a::{b, c::{d, e}, f};\n",
            &["e", "f"],
            expect![[r#"
            use a::{b, c::{d}};
        "#]],
        );
        check(
            "use a::{\n    b,\n    c,\n};\n",
            &["c"],
            expect![[r#"
            use a::{
                b,
            };
        "#]],
        );
        check(
            "#[cfg(unix)]\nuse a::b;\n",
            &["b"],
            expect![[r#"
            refused
        "#]],
        );
    }
}
