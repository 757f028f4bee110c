//! What of the code a stretch of text chooses: whole statements of one block, or an expression. Never does: round a stretch up.

use tree_sitter::Node;

use super::frame::indentation;
use super::marks::may_name_type;
use super::names::children;
use super::order::{self, Hoist, Hoisted};
use crate::Span;
use crate::collect::span;

/// What was chosen.
#[derive(Clone, Debug)]
pub enum Chosen {
    Statements(Statements),
    Expression(Expression),
}

impl Chosen {
    /// The stretch, without white space around.
    pub fn span(&self) -> Span {
        match self {
            Self::Statements(it) => it.span,
            Self::Expression(it) => it.span,
        }
    }
}

/// Neighbouring statements of one block.
#[derive(Clone, Debug)]
pub struct Statements {
    /// With the comments among them that were chosen, and the one behind the last on its line.
    pub span: Span,
    /// Each statement.
    pub each: Vec<Span>,
    /// Whether nothing but white space stands before the first on its line, and nothing but a comment behind the last.
    pub whole_lines: bool,
    /// The strings in them that go over several lines.
    pub long_strings: Vec<Span>,
}

/// An expression.
#[derive(Clone, Debug)]
pub struct Expression {
    pub span: Span,
    /// Whether it is a name or a literal alone.
    pub is_plain: bool,
    /// Whether line breaks may stand in it wherever it is.
    pub is_bracketed: bool,
    /// Whether `await` can stand in its place without brackets.
    pub stands_alone: bool,
    /// Whether its value is called, or what else is done with it shows that it is no value of its own.
    pub is_callee: bool,
    /// Whether the assignment that it is the value of declares a type for it.
    pub is_declared: bool,
    /// Whether it is a condition, or compared in one, from which a type checker learns something.
    pub narrows: bool,
    /// Where it could be evaluated before its statement.
    pub hoist: Result<Hoisted, Hoist>,
    pub long_strings: Vec<Span>,
}

/// What a stretch stands for that is an expression and the whole of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    Statements,
    Expression,
}

/// Why a stretch chooses nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotChosen {
    /// The language has no flow.
    Language,
    /// Only white space and comments.
    Nothing,
    /// Neither whole statements of one block nor an expression.
    NotWhole,
    /// The code around does not parse.
    Broken,
    /// It stands in the body of a class, which is no function.
    ClassBody,
    /// A type, a target of an assignment, a pattern: it is not evaluated as an expression.
    NotEvaluated,
}

pub(super) fn choose<'t>(
    root: Node<'t>,
    text: &str,
    asked: Span,
    wanted: Wanted,
) -> Result<(Chosen, Node<'t>), NotChosen> {
    let whole = trimmed(asked, text);
    if whole.start >= whole.end {
        return Err(NotChosen::Nothing);
    }
    let first = choose_exactly(root, text, whole, wanted);
    if first.is_ok() {
        return first;
    }
    // In the tree a comment at an end may belong to what is around.
    let mut shorter = whole;
    while let Some(without) = without_comment(shorter, text) {
        shorter = without;
        if let Ok((mut chosen, node)) = choose_exactly(root, text, shorter, wanted) {
            if let Chosen::Statements(it) = &mut chosen {
                take_comments(it, whole, text);
            }
            return Ok((chosen, node));
        }
    }
    first
}

/// Gives statements the comments around them that were chosen, where these stand as far in as they do.
fn take_comments(statements: &mut Statements, whole: Span, text: &str) {
    let indent = indentation(statements.span.start, text).of(text);
    let is_beside = |from: u32, to: u32| {
        let mut lines = text[from as usize..to as usize].lines().filter(|line| !line.trim().is_empty());
        lines.all(|line| {
            let code = line.trim_start();
            code.starts_with('#') && (line.len() - code.len() == indent.len())
        })
    };
    let line = indentation(whole.start, text);
    if whole.start < statements.span.start
        && is_beside(line.start, statements.span.start - indent.len() as u32)
    {
        statements.span.start = whole.start;
    }
    if statements.span.end < whole.end && is_beside(statements.span.end, whole.end) {
        statements.span.end = whole.end;
    }
}

fn choose_exactly<'t>(
    root: Node<'t>,
    text: &str,
    at: Span,
    wanted: Wanted,
) -> Result<(Chosen, Node<'t>), NotChosen> {
    let Some(node) = root.descendant_for_byte_range(at.start as usize, at.end as usize) else {
        return Err(NotChosen::Nothing);
    };
    if wanted == Wanted::Statements
        && let Some(found) = statements(node, text, at)
    {
        return Ok(found);
    }
    let exact = std::iter::successors(Some(node), |it| it.parent()).take_while(|it| span(*it) == at);
    let Some(node) = exact.filter(|it| is_expression(*it)).last() else { return Err(NotChosen::NotWhole) };
    let expression = expression(node, text)?;
    Ok((Chosen::Expression(expression), node))
}

/// Without white space at both ends, a mark of the encoding included.
pub(crate) fn trimmed(at: Span, text: &str) -> Span {
    let chosen = at.of(text);
    let start = at.start + (chosen.len() - chosen.trim_start_matches(is_white).len()) as u32;
    let end = at.end - (chosen.len() - chosen.trim_end_matches(is_white).len()) as u32;
    Span { start, end: end.max(start) }
}

fn is_white(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}

/// Without a comment that is the whole of the last or the first line.
fn without_comment(at: Span, text: &str) -> Option<Span> {
    let chosen = at.of(text);
    if let Some(line) = chosen.rfind('\n')
        && chosen[line..].trim_start().starts_with('#')
    {
        return Some(trimmed(Span { end: at.start + line as u32, ..at }, text));
    }
    let line = chosen.find('\n').filter(|_| chosen.starts_with('#'))?;
    Some(trimmed(Span { start: at.start + line as u32, ..at }, text))
}

fn statements<'t>(node: Node<'t>, text: &str, at: Span) -> Option<(Chosen, Node<'t>)> {
    let mut block = node;
    while !matches!(block.kind(), "block" | "module") {
        block = block.parent()?;
    }
    let inside: Vec<Node> =
        block.named_children(&mut block.walk()).filter(|it| overlap(span(*it), at)).collect();
    if inside.iter().any(|it| !at.contains(span(*it))) {
        return None;
    }
    let each: Vec<Node> = inside.into_iter().filter(|it| !it.is_extra()).collect();
    let (first, last) = (*each.first()?, *each.last()?);
    let start = at.start.min(span(first).start);
    let line = &text[last.end_byte()..];
    let line = &line[..line.find('\n').unwrap_or(line.len())];
    let rest = line.trim();
    let end =
        if rest.starts_with('#') { (last.end_byte() + line.trim_end().len()) as u32 } else { span(last).end };
    // What was chosen behind the last statement is comments.
    let end = end.max(at.end);
    let starts_line = indentation(start, text).end == start;
    let whole_lines = starts_line && (rest.is_empty() || rest.starts_with('#'));
    let whole = Span { start, end };
    let long_strings = each.iter().flat_map(|it| long_strings(*it, text)).collect();
    let chosen = Statements {
        span: whole,
        each: each.iter().map(|it| span(*it)).collect(),
        whole_lines,
        long_strings,
    };
    Some((Chosen::Statements(chosen), first))
}

fn overlap(a: Span, b: Span) -> bool {
    a.start < b.end && b.start < a.end
}

fn is_expression(node: Node) -> bool {
    matches!(
        node.kind(),
        "call"
            | "attribute"
            | "subscript"
            | "binary_operator"
            | "unary_operator"
            | "comparison_operator"
            | "boolean_operator"
            | "not_operator"
            | "conditional_expression"
            | "list"
            | "dictionary"
            | "set"
            | "tuple"
            | "list_comprehension"
            | "set_comprehension"
            | "dictionary_comprehension"
            | "generator_expression"
            | "lambda"
            | "await"
            | "string"
            | "concatenated_string"
            | "parenthesized_expression"
            | "integer"
            | "float"
            | "true"
            | "false"
            | "none"
            | "identifier"
    )
}

fn expression(node: Node, text: &str) -> Result<Expression, NotChosen> {
    let Some(parent) = node.parent() else { return Err(NotChosen::NotWhole) };
    if !is_evaluated(node, text) {
        return Err(NotChosen::NotEvaluated);
    }
    let is_callee = parent.kind() == "call" && parent.child_by_field_name("function") == Some(node);
    let stands_alone = matches!(
        parent.kind(),
        "argument_list"
            | "assert_statement"
            | "assignment"
            | "augmented_assignment"
            | "elif_clause"
            | "expression_statement"
            | "if_statement"
            | "keyword_argument"
            | "list"
            | "named_expression"
            | "pair"
            | "parenthesized_expression"
            | "return_statement"
            | "set"
            | "while_statement"
    );
    let is_plain = matches!(
        node.kind(),
        "identifier" | "integer" | "float" | "true" | "false" | "none" | "string" | "concatenated_string"
    );
    Ok(Expression {
        span: span(node),
        is_plain: is_plain && !has_interpolation(node),
        is_bracketed: !breaks(node, text),
        stands_alone,
        is_callee,
        is_declared: parent.kind() == "assignment" && parent.child_by_field_name("type").is_some(),
        narrows: order::narrows(node, text),
        hoist: order::hoist(node, text),
        long_strings: long_strings(node, text),
    })
}

/// Whether there is a line break outside of brackets and strings.
fn breaks(node: Node, text: &str) -> bool {
    let is_closed = |it: &Node| {
        matches!(
            it.kind(),
            "list"
                | "dictionary"
                | "set"
                | "tuple"
                | "parenthesized_expression"
                | "generator_expression"
                | "argument_list"
                | "string"
        ) || it.kind().ends_with("comprehension")
    };
    if is_closed(&node) {
        return false;
    }
    let all: Vec<Node> = node.children(&mut node.walk()).collect();
    // What stands between the brackets of an index may go over several lines.
    let opens = all.iter().position(|it| it.kind() == "[").filter(|_| node.kind() == "subscript");
    let parts = &all[..opens.unwrap_or(all.len())];
    let ends = parts.first().map_or(node.start_byte(), |it| it.start_byte());
    let mut from = ends;
    for part in parts {
        if text[from..part.start_byte()].contains('\n') || breaks(*part, text) {
            return true;
        }
        from = part.end_byte();
    }
    false
}

fn has_interpolation(node: Node) -> bool {
    children(node).into_iter().any(|it| it.kind() == "interpolation" || has_interpolation(it))
}

/// Whether a node is evaluated where it stands, as the expression that it is.
fn is_evaluated(node: Node, text: &str) -> bool {
    let mut at = node;
    while let Some(parent) = at.parent() {
        let is = |field: &str| parent.child_by_field_name(field) == Some(at);
        let refused = match parent.kind() {
            "type"
            | "decorator"
            | "case_pattern"
            | "as_pattern_target"
            | "delete_statement"
            | "type_parameter"
            | "format_specifier"
            | "pattern_list"
            | "dotted_name"
            | "import_statement"
            | "global_statement"
            | "nonlocal_statement"
            | "type_alias_statement"
            | "print_statement"
            | "exec_statement"
            | "tuple_pattern"
            | "list_pattern"
            | "import_from_statement"
            | "parameters"
            | "lambda_parameters" => true,
            "concatenated_string" => true,
            "keyword_argument" => is("name"),
            "attribute" => is("attribute"),
            // `f(x for x in y)`: its brackets are the call's.
            "call" => is("arguments") && at.kind() == "generator_expression",
            "assignment" if may_name_type(parent, text) => true,
            "assignment" | "augmented_assignment" | "for_statement" | "for_in_clause" => is("left"),
            "named_expression" => is("name"),
            "function_definition" => is("name") || is("return_type") || is("parameters"),
            "class_definition" => is("name") || is("superclasses"),
            // `f"{x = }"` shows the words themselves.
            "interpolation" => {
                span(parent).of(text).trim_end_matches('}').trim_end().ends_with('=')
                    || children(parent).len() > 1 && span(parent).of(text).contains("=:")
            }
            _ => false,
        };
        if refused {
            return false;
        }
        if matches!(parent.kind(), "block" | "module") {
            return true;
        }
        at = parent;
    }
    true
}

fn long_strings(node: Node, text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut open = vec![node];
    while let Some(at) = open.pop() {
        if at.kind() == "string" {
            if span(at).of(text).contains('\n') {
                found.push(span(at));
            }
        } else if at.kind() != "comment" {
            open.extend(children(at).into_iter().rev());
        }
    }
    found
}

/// The statements of all blocks of a function, block by block.
pub(super) fn blocks(root: Node, text: &str, name: u32) -> Vec<Vec<Span>> {
    let at = name as usize;
    let word = root.descendant_for_byte_range(at, at + 1);
    let function = word.and_then(|it| it.parent()).filter(|it| {
        it.kind() == "function_definition"
            && it.child_by_field_name("name").map(|it| it.start_byte()) == Some(at)
    });
    let Some(body) = function.and_then(|it| it.child_by_field_name("body")) else { return Vec::new() };
    let mut found = Vec::new();
    let mut open = vec![body];
    while let Some(node) = open.pop() {
        if node.kind() == "block" {
            found.push(with_comments(node, text));
        }
        // Functions inside have blocks of their own.
        let is_other = |it: &Node| matches!(it.kind(), "function_definition" | "class_definition" | "lambda");
        open.extend(children(node).into_iter().filter(|it| !is_other(it)).rev());
    }
    found
}

/// The statements of a block, each with the comments on the lines right above it.
fn with_comments(block: Node, text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut start = None;
    for child in block.named_children(&mut block.walk()) {
        if child.is_extra() {
            let starts_line = indentation(span(child).start, text).end == span(child).start;
            if starts_line {
                start = start.or(Some(span(child).start));
            }
            continue;
        }
        found.push(Span { start: start.take().unwrap_or(span(child).start), end: span(child).end });
    }
    found
}
