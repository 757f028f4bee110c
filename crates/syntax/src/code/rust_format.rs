//! The names that format strings take from around them (`"{name:?}"`). Never does: check the rest of a format.

use tree_sitter::Node;

use super::rust::Rust;
use crate::Span;

/// Macros of the standard library, and of the best known ones for logging and errors, whose first text is a format.
const FORMATTING: [&str; 28] = [
    "anyhow",
    "assert",
    "assert_eq",
    "assert_ne",
    "bail",
    "debug",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "ensure",
    "eprint",
    "eprintln",
    "error",
    "eyre",
    "format",
    "format_args",
    "info",
    "log",
    "panic",
    "print",
    "println",
    "todo",
    "trace",
    "unimplemented",
    "unreachable",
    "warn",
    "write",
    "writeln",
];

/// Whether a macro of that name takes a format.
pub(super) fn is_formatting(name: &str) -> bool {
    FORMATTING.binary_search(&name).is_ok()
}

impl Rust<'_> {
    /// Looks up what the first text among a macro's tokens captures.
    pub(super) fn captures(&mut self, tokens: Node) {
        let texts = tokens.children(&mut tokens.walk()).find(|it| it.kind().ends_with("string_literal"));
        let Some(text) = texts else { return };
        let start = text.start_byte();
        for (at, name) in captured(&self.code.text[text.byte_range()]) {
            let at = (start + at) as u32;
            self.code.lookup(Span { start: at, end: at + name.len() as u32 });
        }
    }
}

/// The names in braces, and where they stand (<https://doc.rust-lang.org/std/fmt/#syntax>).
pub(crate) fn captured(format: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = format[at..].find('{').map(|open| at + open + 1) {
        if format[open..].starts_with('{') {
            at = open + 1;
            continue;
        }
        let rest = &format[open..];
        let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let is_name = rest.starts_with(|c: char| c.is_alphabetic() || c == '_');
        if is_name && rest[length..].starts_with(['}', ':']) {
            found.push((open, &rest[..length]));
        }
        at = open + length;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_braces() {
        let found: Vec<&str> =
            captured("\"{a} {{b}} {c:?} {} {0} {d:>w$} {e\"").into_iter().map(|it| it.1).collect();
        assert_eq!(found, ["a", "c", "d"]);
        assert_eq!(captured("\"é{größe}\""), [(4, "größe")]);
    }

    #[test]
    fn the_list_is_in_order() {
        assert!(FORMATTING.is_sorted());
    }
}
