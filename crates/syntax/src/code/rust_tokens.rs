//! Paths, calls and members among the tokens of a macro, read as if they were expressions. Never does: know what the macro makes of them.

use tree_sitter::{Node, Range};

use super::rust::Rust;
use super::rust_format::is_formatting;
use super::{BindingKind, Expr, ExprId, Literal, Parameter, ScopeKind};
use crate::collect::{MACRO_DEPTH, span};
use crate::{Language, parse};

/// Words that the grammar takes for identifiers inside of macros.
const KEYWORDS: [&str; 10] = ["dyn", "else", "extern", "in", "move", "ref", "try", "yield", "await", "_"];

impl Rust<'_> {
    /// What stands between the commas.
    pub(super) fn tokens(&mut self, tree: Node) -> Vec<ExprId> {
        self.deeper(|rust| rust.token_list(tree)).unwrap_or_default()
    }

    fn token_list(&mut self, tree: Node) -> Vec<ExprId> {
        let tokens: Vec<Node> = tree.children(&mut tree.walk()).filter(|it| !it.is_extra()).collect();
        let mut found = Vec::new();
        // The only expression since the last comma; several make something that is not followed.
        let mut since: Option<ExprId> = None;
        let mut at = 0;
        while at < tokens.len() {
            match tokens[at].kind() {
                "," | ";" => {
                    found.extend(since.take());
                    at += 1;
                }
                _ => {
                    let (next, id) = self.token(&tokens, at);
                    at = next.max(at + 1);
                    if let Some(id) = id {
                        since = Some(if since.is_some() { self.unknown() } else { id });
                    }
                }
            }
        }
        found.extend(since);
        found
    }

    /// What starts at a token, and where the next thing starts.
    fn token(&mut self, tokens: &[Node], at: usize) -> (usize, Option<ExprId>) {
        let node = tokens[at];
        match node.kind() {
            "identifier" | "self" | "super" | "crate" | "metavariable" | "type_identifier" => {
                self.path_tokens(tokens, at)
            }
            "|" if starts_closure(tokens, at) => {
                self.deeper(|rust| rust.closure_tokens(tokens, at)).unwrap_or((tokens.len(), None))
            }
            "token_tree" if node.child(0).is_some_and(|it| it.kind() == "{") => {
                let id = self.block_tokens(node);
                (at + 1, Some(id))
            }
            "token_tree" | "token_repetition" => {
                let inner = self.tokens(node);
                let is_group = node.child(0).is_some_and(|it| it.kind() == "(");
                let id = match inner.as_slice() {
                    [one] if is_group => *one,
                    _ => self.unknown(),
                };
                self.postfix(tokens, at + 1, id)
            }
            "string_literal" | "raw_string_literal" => {
                let id = self.code.add(Expr::Literal(Literal::Text));
                self.postfix(tokens, at + 1, id)
            }
            "integer_literal" | "char_literal" => {
                let id = self.code.add(Expr::Literal(Literal::Integer));
                (at + 1, Some(id))
            }
            _ => (at + 1, None),
        }
    }

    /// `|a: A, b| body`, as far as it is one.
    fn closure_tokens(&mut self, tokens: &[Node], at: usize) -> (usize, Option<ExprId>) {
        let kind = |at: usize| tokens.get(at).map_or("", |it| it.kind());
        let Some(end) = (at + 1..tokens.len()).find(|&at| kind(at) == "|") else { return (at + 1, None) };
        let outside = self.code.enter(ScopeKind::Function(None));
        let mut start = at + 1;
        while start < end {
            let comma = (start..end).find(|&at| kind(at) == ",").unwrap_or(end);
            self.parameter_tokens(&tokens[start..comma]);
            start = comma + 1;
        }
        let stop = (end + 1..tokens.len()).find(|&at| matches!(kind(at), "," | ";")).unwrap_or(tokens.len());
        let mut at = end + 1;
        while at < stop {
            at = self.token(&tokens[..stop], at).0.max(at + 1);
        }
        self.code.scope = outside;
        let body = self.unknown();
        (stop, Some(self.code.add(Expr::Lambda(body))))
    }

    fn parameter_tokens(&mut self, tokens: &[Node]) {
        let colon = tokens.iter().position(|it| it.kind() == ":").unwrap_or(tokens.len());
        let mut annotation = None;
        let mut at = colon + 1;
        while at < tokens.len() {
            if tokens[at].kind() == "identifier" && annotation.is_none() {
                let leads_on = |at: usize| tokens.get(at).is_some_and(|it| it.kind() == "::");
                let mut base = None;
                loop {
                    let id = self.segment(tokens[at], base, true, false);
                    base = Some(id);
                    if !leads_on(at + 1) || at + 2 >= tokens.len() {
                        break;
                    }
                    at += 2;
                }
                annotation = base;
            }
            at += 1;
        }
        let name = tokens[..colon].iter().find(|it| it.kind() == "identifier");
        if let Some(name) = name {
            let scope = self.code.scope;
            let kind = BindingKind::Parameter { form: Parameter::Plain, annotation, default: None };
            self.code.bind(scope, span(*name), kind);
        }
    }

    /// What stands in braces: statements, where they parse as such.
    fn block_tokens(&mut self, tree: Node) -> ExprId {
        let last = tree.child_count().checked_sub(1).and_then(|last| tree.child(last));
        let (Some(first), Some(last)) = (tree.child(0), last) else { return self.unknown() };
        let range = Range {
            start_byte: first.end_byte(),
            end_byte: last.start_byte().max(first.end_byte()),
            start_point: first.end_position(),
            end_point: last.start_position(),
        };
        // Each level parses all that is inside anew, whether or not the one around could.
        if self.macros < MACRO_DEPTH {
            self.macros += 1;
            let id = self.parsed_block(range);
            if id.is_none() {
                self.inside(ScopeKind::Block, |rust| rust.tokens(tree));
            }
            self.macros -= 1;
            return id.unwrap_or_else(|| self.unknown());
        }
        self.inside(ScopeKind::Block, |rust| rust.tokens(tree));
        self.unknown()
    }

    fn parsed_block(&mut self, range: Range) -> Option<ExprId> {
        let parsed = parse::tree(self.code.text, Language::Rust, &[range]);
        let is_one = range.start_byte < range.end_byte && !parsed.root_node().has_error();
        is_one.then(|| self.block(parsed.root_node()))
    }

    fn path_tokens(&mut self, tokens: &[Node], at: usize) -> (usize, Option<ExprId>) {
        let kind = |at: usize| tokens.get(at).map_or("", |it| it.kind());
        let word = self.code.word(span(tokens[at]));
        // `'name` is a lifetime or a label, `name: value` a field or an argument's name.
        if KEYWORDS.contains(&word) || (at > 0 && kind(at - 1) == "'") {
            return (at + 1, None);
        }
        let mut at = at;
        let start = at;
        // `<A as B>::name` is a member of something that isn't followed.
        let is_behind = at > 1 && kind(at - 1) == "::" && matches!(kind(at - 2), ">" | ">>");
        let mut base = is_behind.then(|| self.unknown());
        loop {
            let node = tokens[at];
            if let Some(behind) = arguments_end(tokens, at + 1) {
                base = Some(self.segment(node, base, true, false));
                self.token_range(tokens, at + 2, behind);
                at = behind + 1;
                continue;
            }
            let leads_on = kind(at + 1) == "::" && is_word(kind(at + 2));
            let is_macro = kind(at + 1) == "!" && kind(at + 2) == "token_tree";
            if !leads_on && makes(tokens, start, at + 1, self.code.word(span(node))) {
                let of = self.segment(node, base, base.is_none(), false);
                let id = self.deeper(|rust| rust.construction_tokens(tokens[at + 1], of));
                return self.postfix(tokens, at + 2, id.unwrap_or(of));
            }
            let id = self.segment(node, base, leads_on || kind(at + 1) == "::", is_macro);
            if leads_on {
                base = Some(id);
                at += 2;
                continue;
            }
            if is_macro {
                if is_formatting(word) {
                    self.captures(tokens[at + 2]);
                }
                self.tokens(tokens[at + 2]);
                return (at + 3, Some(self.code.add(Expr::Unknown)));
            }
            return self.postfix(tokens, at + 1, id);
        }
    }

    /// `{ field: value, shorthand, ..rest }` behind the path of a type.
    fn construction_tokens(&mut self, tree: Node, of: ExprId) -> ExprId {
        let inner = inner_tokens(tree);
        for part in inner.split(|it| it.kind() == ",") {
            let value = match part {
                [field, rest @ ..] if field.kind() == "identifier" => {
                    self.code.keyword(of, span(*field));
                    if rest.is_empty() { part } else { rest }
                }
                _ => part,
            };
            self.token_range(value, 0, value.len());
        }
        self.code.add(Expr::Instance(of))
    }

    /// What stands between two tokens, one by one.
    fn token_range(&mut self, tokens: &[Node], from: usize, to: usize) {
        let mut at = from;
        while at < to {
            at = self.token(&tokens[..to], at).0.max(at + 1);
        }
    }

    fn segment(&mut self, node: Node, base: Option<ExprId>, is_type: bool, is_macro: bool) -> ExprId {
        let start = node.start_byte() as u32;
        let name = self.code.name(self.code.word(span(node)));
        let scope = self.code.scope;
        let expr = match (base, is_type, is_macro) {
            (None, true, _) => Expr::TypeName { name, scope },
            (None, false, true) => Expr::MacroName { name, scope },
            (None, false, false) => Expr::Name { name, scope },
            (Some(base), true, _) => Expr::TypePath { base, name },
            (Some(base), false, true) => Expr::MacroPath { base, name },
            (Some(base), false, false) => Expr::Path { base, name },
        };
        self.code.add_at(expr, start)
    }

    /// Calls, members and the like behind an expression.
    fn postfix(&mut self, tokens: &[Node], at: usize, id: ExprId) -> (usize, Option<ExprId>) {
        let kind = |at: usize| tokens.get(at).map_or("", |it| it.kind());
        let (mut at, mut id) = (at, id);
        loop {
            match kind(at) {
                "." if kind(at + 1) == "identifier" => {
                    let name = tokens[at + 1];
                    id = match self.code.word(span(name)) {
                        "await" => self.code.add(Expr::Awaited(id)),
                        _ if is_called(tokens, at + 2) => self.code.method(id, span(name)),
                        _ => self.code.member(id, span(name)),
                    };
                    at += 2;
                }
                "." if kind(at + 1) == "await" => {
                    id = self.code.add(Expr::Awaited(id));
                    at += 2;
                }
                "." if kind(at + 1) == "integer_literal" => {
                    let index = self.code.word(span(tokens[at + 1])).parse().unwrap_or(u32::MAX);
                    id = self.code.add(Expr::Part { of: id, index });
                    at += 2;
                }
                "?" => {
                    id = self.code.add(Expr::Tried(id));
                    at += 1;
                }
                "token_tree" => match tokens[at].child(0).map(|it| it.kind()) {
                    Some("(") => {
                        let given = self.tokens(tokens[at]);
                        let arguments = self.code.list(&given);
                        id = self.code.add(Expr::Call { callee: id, arguments });
                        at += 1;
                    }
                    Some("[") => {
                        let given = self.tokens(tokens[at]);
                        let arguments = self.code.list(&given);
                        id = self.code.add(Expr::Index { base: id, arguments });
                        at += 1;
                    }
                    _ => return (at, Some(id)),
                },
                _ => return (at, Some(id)),
            }
        }
    }
}

/// What stands between the brackets of a tree.
fn inner_tokens(tree: Node) -> Vec<Node> {
    let mut inner: Vec<Node> = tree.children(&mut tree.walk()).filter(|it| !it.is_extra()).collect();
    inner.pop();
    inner.drain(..1.min(inner.len()));
    inner
}

/// Whether the braces at a token give values to the fields of the type whose path starts at another one and ends in a word. They don't where the
/// type is declared, or where a block follows: `if a == MAX { b }`.
fn makes(tokens: &[Node], start: usize, braces: usize, word: &str) -> bool {
    let Some(tree) = tokens.get(braces).filter(|it| it.child(0).is_some_and(|it| it.kind() == "{")) else {
        return false;
    };
    let mut around = tokens[..start].iter().rev().map(|it| it.kind());
    let before = around.find(|kind| !matches!(*kind, "&" | "mut" | "mutable_specifier")).unwrap_or("");
    if matches!(before, "struct" | "enum" | "union" | "trait" | "impl" | "for" | "mod" | "->" | "+") {
        return false;
    }
    let is_type = word.starts_with(char::is_uppercase) && word.contains(char::is_lowercase);
    match inner_tokens(*tree).as_slice() {
        [field, colon, ..] if field.kind() == "identifier" && colon.kind() == ":" => true,
        [field, comma, ..] if field.kind() == "identifier" => is_type && comma.kind() == ",",
        [field] => is_type && field.kind() == "identifier",
        [rest, ..] => is_type && rest.kind() == "..",
        [] => false,
    }
}

/// Whether a bar begins a closure rather than standing between two values.
fn starts_closure(tokens: &[Node], at: usize) -> bool {
    let before = at.checked_sub(1).map_or("(", |before| tokens[before].kind());
    matches!(before, "(" | "{" | "[" | "," | ";" | "=" | "=>" | "move" | ":")
}

/// Arguments of a type have no more tokens; further on `<` compares, and a long list of such is not looked through for each.
const ARGUMENTS: usize = 200;

/// Where the `::` stands behind the arguments of a type that start at a token, if a path goes on there: `Pool<Vec<u8>>::new`.
fn arguments_end(tokens: &[Node], at: usize) -> Option<usize> {
    let kind = |at: usize| tokens.get(at).map_or("", |it| it.kind());
    let start = if kind(at) == "::" { at + 1 } else { at };
    if kind(start) != "<" {
        return None;
    }
    let mut depth = 0;
    let mut end = start;
    loop {
        match kind(end) {
            "<" => depth += 1,
            ">" => depth -= 1,
            ">>" => depth -= 2,
            _ if end > start + ARGUMENTS => return None,
            "" | ";" | "=" | "&&" | "||" | "token_repetition" => return None,
            _ => {}
        }
        end += 1;
        if depth <= 0 {
            return (depth == 0 && kind(end) == "::" && is_word(kind(end + 1))).then_some(end);
        }
    }
}

fn is_called(tokens: &[Node], at: usize) -> bool {
    tokens.get(at).is_some_and(|it| it.child(0).is_some_and(|first| first.kind() == "("))
}

fn is_word(kind: &str) -> bool {
    matches!(kind, "identifier" | "self" | "super" | "crate" | "metavariable" | "type_identifier")
}
