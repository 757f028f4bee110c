//! What an editor may fold, and what a selection grows to. Never does: decide how a folded part looks.

use tree_sitter::{Node, TreeCursor};

use crate::{Language, Parsed, Span};

/// Lines that can be folded away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fold {
    /// From the end of what stays visible to the end of what is folded.
    pub span: Span,
    pub kind: FoldKind,
}

/// The kinds of folds that editors tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoldKind {
    Code,
    Comment,
    Imports,
    /// Between `#region` and `#endregion`.
    Region,
}

/// Folds deeper than this are not of use to anyone.
const DEPTH: usize = 200;

impl Parsed {
    /// What can be folded, in source order: bodies, brackets over several lines, docstrings, and comments and imports that stand
    /// together. `text` must be the text that was parsed.
    pub fn folds(&self, text: &str) -> Vec<Fold> {
        let mut folds =
            Folds { text, language: self.language(), found: Vec::new(), run: None, regions: Vec::new() };
        let mut cursor = self.tree.walk();
        folds.walk(&mut cursor);
        folds.end_run();
        folds.found.sort_by_key(|fold| (fold.span.start, std::cmp::Reverse(fold.span.end)));
        folds.found
    }

    /// The parts of the code around a byte offset, from the innermost outwards, each larger than the one before.
    pub fn around(&self, offset: u32) -> Vec<Span> {
        let offset = offset as usize;
        let mut cursor = self.tree.walk();
        let mut found = vec![of(cursor.node())];
        while enter(&mut cursor, offset) {
            let span = of(cursor.node());
            if cursor.node().is_named() && found.last() != Some(&span) {
                found.push(span);
            }
        }
        found.reverse();
        found
    }
}

/// Goes to the child that the offset touches; of two that touch there, to the second where that has a name.
fn enter(cursor: &mut TreeCursor, offset: usize) -> bool {
    let touches = |node: Node| node.start_byte() <= offset && offset <= node.end_byte();
    if cursor.goto_first_child_for_byte(offset.saturating_sub(1)).is_none() {
        return false;
    }
    if cursor.goto_next_sibling() && !(touches(cursor.node()) && cursor.node().is_named()) {
        // Back to the one before. Going to a sibling before looks at all siblings, and a copy of the cursor takes as long as it is deep.
        cursor.goto_parent();
        cursor.goto_first_child_for_byte(offset.saturating_sub(1));
    }
    let is_there = touches(cursor.node());
    if !is_there {
        cursor.goto_parent();
    }
    is_there
}

fn of(node: Node) -> Span {
    Span { start: node.start_byte() as u32, end: node.end_byte() as u32 }
}

/// Lines of one kind that stand together.
struct Run {
    kind: FoldKind,
    span: Span,
    last_line: usize,
    parent: usize,
}

/// What is around a node. Asking the node itself would take a search from the root.
struct Around {
    parent: usize,
    is_statement: bool,
    /// Where the sibling before ends.
    before: usize,
}

struct Folds<'a> {
    text: &'a str,
    language: Language,
    found: Vec<Fold>,
    run: Option<Run>,
    regions: Vec<u32>,
}

impl Folds<'_> {
    fn walk(&mut self, cursor: &mut TreeCursor) {
        let mut around: Vec<Around> = vec![Around { parent: 0, is_statement: false, before: 0 }];
        loop {
            let node = cursor.node();
            if let Some(around) = around.last() {
                self.visit(node, around);
            }
            if around.len() < DEPTH && cursor.goto_first_child() {
                let is_statement = node.kind() == "expression_statement" && node.child_count() == 1;
                around.push(Around { parent: node.id(), is_statement, before: node.start_byte() });
                continue;
            }
            loop {
                let end = cursor.node().end_byte();
                if cursor.goto_next_sibling() {
                    if let Some(around) = around.last_mut() {
                        around.before = end;
                    }
                    break;
                }
                if !cursor.goto_parent() {
                    return;
                }
                around.pop();
            }
        }
    }

    fn visit(&mut self, node: Node, around: &Around) {
        if let Some(kind) = run_kind(node) {
            self.region(node);
            return self.in_run(node, kind, around.parent);
        }
        if (self.language, node.kind()) == (Language::Python, "block") {
            // From the colon on; with the body alone the first line would go, too.
            return self.add(around.before, node.end_byte(), FoldKind::Code);
        }
        if node.start_position().row == node.end_position().row {
            return;
        }
        match (self.language, node.kind()) {
            (Language::Python, "string") if around.is_statement => {
                let line = self.text[node.byte_range()].find('\n').unwrap_or(0);
                self.add(node.start_byte() + line, node.end_byte(), FoldKind::Comment);
            }
            (_, kind) if is_bracketed(kind) => {
                let last = node.child(node.child_count().saturating_sub(1)).unwrap_or(node);
                let end = if last.is_named() { node.end_byte() } else { last.start_byte() };
                self.add(node.start_byte() + 1, end, FoldKind::Code);
            }
            _ => {}
        }
    }

    fn in_run(&mut self, node: Node, kind: FoldKind, parent: usize) {
        // A doc comment of Rust ends behind its line break.
        let (first, last) = (node.start_position().row, node.end_position());
        let last_line = last.row - usize::from(last.column == 0 && last.row > first);
        let end = self.text[..node.end_byte()].trim_end_matches(['\n', '\r']).len() as u32;
        match &mut self.run {
            Some(run) if run.kind == kind && run.parent == parent && first <= run.last_line + 1 => {
                (run.span.end, run.last_line) = (end, last_line);
            }
            _ => {
                self.end_run();
                let span = Span { start: node.start_byte() as u32, end };
                self.run = Some(Run { kind, span, last_line, parent });
            }
        }
    }

    fn end_run(&mut self) {
        let Some(Run { kind, span, .. }) = self.run.take() else { return };
        let first_line = span.of(self.text).find('\n').map(|at| span.start as usize + at);
        if let Some(start) = first_line {
            self.add(self.text[..start].trim_end().len(), span.end as usize, kind);
        }
    }

    fn region(&mut self, comment: Node) {
        let text = of(comment).of(self.text).trim_start_matches(['#', '/', ' ']);
        if text.starts_with("region") {
            let line = self.text[comment.start_byte()..].find('\n');
            self.regions.push((comment.start_byte() + line.unwrap_or(0)) as u32);
        } else if text.starts_with("endregion")
            && let Some(start) = self.regions.pop()
        {
            self.add(start as usize, comment.end_byte(), FoldKind::Region);
        }
    }

    fn add(&mut self, start: usize, end: usize, kind: FoldKind) {
        let spans_lines = self.text.get(start..end).is_some_and(|folded| folded.contains('\n'));
        if spans_lines {
            self.found.push(Fold { span: Span { start: start as u32, end: end as u32 }, kind });
        }
    }
}

fn run_kind(node: Node) -> Option<FoldKind> {
    match node.kind() {
        "comment" | "line_comment" | "block_comment" => Some(FoldKind::Comment),
        "use_declaration"
        | "extern_crate_declaration"
        | "import_statement"
        | "import_from_statement"
        | "future_import_statement" => Some(FoldKind::Imports),
        _ => None,
    }
}

/// Nodes that begin and end with a bracket.
fn is_bracketed(kind: &str) -> bool {
    matches!(
        kind,
        "block"
            | "declaration_list"
            | "field_declaration_list"
            | "ordered_field_declaration_list"
            | "enum_variant_list"
            | "match_block"
            | "field_initializer_list"
            | "use_list"
            | "arguments"
            | "parameters"
            | "argument_list"
            | "token_tree"
            | "array_expression"
            | "tuple_expression"
            | "list"
            | "dictionary"
            | "set"
            | "tuple"
            | "list_comprehension"
            | "dictionary_comprehension"
            | "set_comprehension"
            | "generator_expression"
    )
}
