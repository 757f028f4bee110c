//! What of Rust a stretch of text chooses: whole statements of one block, or an expression. Never does: round a stretch up.

use tree_sitter::Node;

use super::module::children;
use super::names::is_item;
use crate::Span;
use crate::collect::span;
use crate::flow::trimmed;
use crate::flow::{NotChosen, Wanted};

/// What was chosen, in the tree.
pub(super) enum Chosen<'t> {
    Statements { block: Node<'t>, each: Vec<Node<'t>>, span: Span },
    Expression(Node<'t>),
}

pub(super) fn choose<'t>(
    root: Node<'t>,
    text: &str,
    asked: Span,
    wanted: Wanted,
) -> Result<Chosen<'t>, NotChosen> {
    let at = trimmed(asked, text);
    if at.start >= at.end {
        return Err(NotChosen::Nothing);
    }
    let Some(node) = root.descendant_for_byte_range(at.start as usize, at.end as usize) else {
        return Err(NotChosen::Nothing);
    };
    if wanted == Wanted::Statements
        && let Some(found) = statements(node, text, at)
    {
        return Ok(found);
    }
    let exact = std::iter::successors(Some(node), |it| it.parent()).take_while(|it| span(*it) == at);
    let is_wanted = |it: &Node| is_expression(it.kind()) && it.is_named();
    let Some(node) = exact.filter(is_wanted).last() else { return Err(NotChosen::NotWhole) };
    match is_evaluated(node) {
        true => Ok(Chosen::Expression(node)),
        false => Err(NotChosen::NotEvaluated),
    }
}

fn statements<'t>(node: Node<'t>, text: &str, at: Span) -> Option<Chosen<'t>> {
    let mut block = node;
    while block.kind() != "block" || span(block) == at {
        block = block.parent()?;
    }
    let overlaps = |it: &Node| (it.start_byte() as u32) < at.end && at.start < it.end_byte() as u32;
    let inside: Vec<Node> = block.named_children(&mut block.walk()).filter(overlaps).collect();
    if inside.iter().any(|it| !at.contains(span(*it))) {
        return None;
    }
    let each: Vec<Node> = inside.into_iter().filter(|it| !it.is_extra()).collect();
    let (first, last) = (*each.first()?, *each.last()?);
    // A tail is an expression; alone it may be meant as one.
    let line = &text[last.end_byte()..];
    let line = line[..line.find('\n').unwrap_or(line.len())].trim_end();
    let end =
        if line.trim_start().starts_with("//") { last.end_byte() + line.len() } else { last.end_byte() };
    let whole = Span { start: at.start.min(span(first).start), end: at.end.max(end as u32) };
    // A line of a block comment or of other code.
    let is_closed = at.end >= last.end_byte() as u32 && at.start <= first.start_byte() as u32;
    is_closed.then_some(Chosen::Statements { block, each, span: whole })
}

pub(super) fn is_expression(kind: &str) -> bool {
    kind.ends_with("_expression")
        || kind.ends_with("_literal")
        || matches!(
            kind,
            "identifier"
                | "self"
                | "scoped_identifier"
                | "macro_invocation"
                | "generic_function"
                | "block"
                | "unsafe_block"
        )
}

/// Whether a node is a value where it stands.
fn is_evaluated(node: Node) -> bool {
    let mut at = node;
    while let Some(parent) = at.parent() {
        let is = |field: &str| parent.child_by_field_name(field) == Some(at);
        let kind = parent.kind();
        let refused = match kind {
            "function_item" => !is("body"),
            "macro_invocation" | "token_tree" | "scoped_identifier" | "label" | "parameters"
            | "closure_parameters" => true,
            "let_declaration" | "let_condition" | "for_expression" | "match_arm" => is("pattern"),
            "field_initializer" => is("field"),
            "array_expression" => is("length"),
            "assignment_expression" | "compound_assignment_expr" => is("left"),
            "match_pattern" => !is("condition"),
            _ => {
                kind.ends_with("_pattern")
                    || kind.ends_with("_type")
                    || is_item(kind)
                    || kind == "type_arguments"
            }
        };
        if refused {
            return false;
        }
        if matches!(kind, "block" | "source_file" | "declaration_list") {
            return kind == "block";
        }
        at = parent;
    }
    false
}

/// Texts that go over several lines.
pub(super) fn long_strings(node: Node, text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut open = vec![node];
    while let Some(at) = open.pop() {
        if at.kind().ends_with("string_literal") || at.kind() == "block_comment" {
            if span(at).of(text).contains('\n') {
                found.push(span(at));
            }
        } else {
            open.extend(at.children(&mut at.walk()));
        }
    }
    found
}

/// Whether nothing in a stretch's node but a name or a literal is evaluated.
pub(super) fn is_plain(node: Node) -> bool {
    match node.kind() {
        "identifier" | "self" | "scoped_identifier" | "unit_expression" => true,
        "parenthesized_expression" => children(node).into_iter().all(is_plain),
        kind => kind.ends_with("_literal"),
    }
}
