//! Names among the tokens of macros that are known to evaluate what they are given. Never does: expand a macro.

use tree_sitter::Node;

use super::module::Mode;
use super::names::Walk;
use super::{Obstacle, UseKind};
use crate::Span;
use crate::code::captured;
use crate::collect::span;

/// Macros that format, or look at what they are given.
const LOOKING: [&str; 29] = [
    "assert",
    "assert_eq",
    "assert_ne",
    "debug",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "eprint",
    "eprintln",
    "error",
    "format",
    "info",
    "log::debug",
    "log::error",
    "log::info",
    "log::trace",
    "log::warn",
    "matches",
    "panic",
    "print",
    "println",
    "todo",
    "trace",
    "unimplemented",
    "unreachable",
    "vec",
    "warn",
    "write",
    "writeln",
];

impl<'t> Walk<'t, '_> {
    pub(super) fn invocation(&mut self, node: Node<'t>) {
        let name = node.child_by_field_name("macro").map_or("", |it| self.word(it));
        let name = name.strip_prefix("std::").unwrap_or(name);
        let is_inside = self.chosen.contains(span(node));
        if is_inside && !LOOKING.contains(&name) {
            self.obstacles.push((span(node), Obstacle::Macro(name.to_owned())));
        }
        let tokens = node.children(&mut node.walk()).find(|it| it.kind() == "token_tree");
        if let Some(tokens) = tokens {
            self.tree(tokens, name, true);
        }
    }

    fn tree(&mut self, tree: Node<'t>, name: &str, is_top: bool) {
        let all: Vec<Node> = tree.children(&mut tree.walk()).filter(|it| !it.is_extra()).collect();
        let kind = |at: usize| all.get(at).map_or("", |it| it.kind());
        let mut is_pattern = false;
        let mut is_first_text = true;
        for (at, token) in all.iter().enumerate() {
            match token.kind() {
                "token_tree" => self.tree(*token, name, false),
                "," if is_top && name == "matches" => is_pattern = true,
                "string_literal" | "raw_string_literal" if is_top && is_first_text => {
                    is_first_text = false;
                    self.captures(*token);
                }
                "identifier" | "self" => {
                    let before = at.checked_sub(1).map_or("", kind);
                    let is_path = before == "::" || matches!(kind(at + 1), "::" | "!");
                    let is_label = kind(at + 1) == ":" || before == "'" || is_top && kind(at + 1) == "=";
                    if before == "." || is_path || is_label {
                        continue;
                    }
                    if is_pattern {
                        self.refuse_pattern(*token, name);
                    } else {
                        self.token(&all, at, name, is_top);
                    }
                }
                "?" | "await" | "break" | "continue" | "return" | "let" | "match" | "loop" | "for"
                | "while" | "fn" | "unsafe" | "async" | "use" | "static" | "const" | "=>" | "$" => {
                    self.refuse(*token, name)
                }
                "|" | "||" if name != "matches" && starts_closure(kind(at.wrapping_sub(1))) => {
                    self.refuse(*token, name);
                }
                _ => {}
            }
        }
    }

    fn refuse(&mut self, token: Node, name: &str) {
        if self.chosen.contains(span(token)) {
            self.obstacles.push((span(token), Obstacle::Macro(name.to_owned())));
        }
    }

    /// A word of a pattern that means something outside may be bound anew.
    fn refuse_pattern(&mut self, token: Node, name: &str) {
        if self.resolve(self.word(token)).is_some() {
            self.refuse(token, name);
        }
    }

    fn token(&mut self, all: &[Node<'t>], at: usize, name: &str, is_top: bool) {
        let Some(found) = self.resolve(self.word(all[at])) else { return };
        let kind = |at: usize| all.get(at).map_or("", |it| it.kind());
        let before = at.checked_sub(1).map_or("", kind);
        let is_looking = is_top && name != "vec" && name != "matches";
        let is_equal = name.ends_with("assert_eq") || name.ends_with("assert_ne");
        let ends = |kind: &str| matches!(kind, "," | ")" | "]" | "}");
        let starts = matches!(before, "," | "(" | "[" | "{" | "=");
        let borrow = Span { start: span(all[at.saturating_sub(1)]).start, end: span(all[at]).end };
        let (is_ended, is_dot) = (ends(kind(at + 1)), kind(at + 1) == ".");
        let is_call = kind(at + 3) == "token_tree" && self.word(all[at + 3]).starts_with('(');
        let (use_kind, is_whole, borrow) = if before == "&" && is_ended && is_borrow(all, at) {
            (UseKind::Borrow, true, Some(borrow))
        } else if is_looking && starts && is_ended {
            let is_target = matches!(name, "write" | "writeln") && at == 1;
            let kind = match (is_target, is_equal) {
                (true, _) => UseKind::Other,
                (false, true) => UseKind::Compare,
                (false, false) => UseKind::Formatted,
            };
            (kind, true, None)
        } else if is_dot && is_call {
            (UseKind::Receiver(Mode::Unknown), true, None)
        } else if is_looking && starts && is_dot && ends(kind(at + 3)) {
            (UseKind::Formatted, false, None)
        } else {
            (UseKind::Other, true, None)
        };
        let use_kind = match use_kind {
            UseKind::Receiver(_) => match &self.names[found].of {
                Some(of) => UseKind::Receiver(self.mode_of(of, self.word(all[at + 2]))),
                None => use_kind,
            },
            kind => kind,
        };
        self.used(found, span(all[at]), use_kind, is_whole, borrow);
    }

    /// Looks up what a format takes from around it.
    fn captures(&mut self, literal: Node<'t>) {
        let start = literal.start_byte();
        let text = self.word(literal);
        for (at, word) in captured(text).into_iter().chain(widths(text)) {
            if let Some(name) = self.resolve(word) {
                let at = (start + at) as u32;
                let at = Span { start: at, end: at + word.len() as u32 };
                self.used(name, at, UseKind::Captured, true, None);
            }
        }
    }
}

/// The names before `$`, which say how wide or exact something is written.
fn widths(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices('$').filter_map(|(end, _)| {
        let head = &text[..end];
        let start = head.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_').len();
        let is_name = head[start..].starts_with(|c: char| c.is_alphabetic() || c == '_');
        is_name.then_some((start, &head[start..]))
    })
}

/// Whether `&` there takes a reference rather than standing between two values.
fn is_borrow(all: &[Node], at: usize) -> bool {
    at >= 2 && matches!(all[at - 2].kind(), "," | "(" | "[" | "{")
}

fn starts_closure(before: &str) -> bool {
    matches!(before, "" | "," | "(" | "[" | "{" | "=" | "move")
}
