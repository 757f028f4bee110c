//! The value of an expression in a variable before its statement. Never does: replace another expression that reads the same.

use backstory_syntax::Span;
use backstory_syntax::flow::Expression;

use super::check_expression;
use super::layout::{indentation, line_start, newline};
use super::refused::NotExtracted;

/// The edits: the assignment, and the name in place of the expression.
pub(super) fn edits(
    expression: &Expression,
    text: &str,
    name: &str,
) -> Result<Vec<(Span, String)>, NotExtracted> {
    let hoisted = expression.hoist.map_err(NotExtracted::Hoist)?;
    let written = expression.span.of(text);
    let is_word = written.chars().all(|c| c.is_alphanumeric() || c == '_');
    let is_name = is_word && !written.starts_with(|c: char| c.is_ascii_digit());
    if expression.is_plain && (is_name || hoisted.is_all) {
        return Err(NotExtracted::Plain);
    }
    check_expression(expression, text)?;
    let needs_brackets = written.contains('\n') && !expression.is_bracketed;
    let value = if needs_brackets { format!("({written})") } else { written.to_owned() };
    if hoisted.is_all {
        return Ok(vec![(expression.span, format!("{name} = {value}"))]);
    }
    let start = line_start(text, hoisted.statement.start);
    let (indent, newline) = (indentation(text, start), newline(text, start));
    let before = Span { start, end: start };
    Ok(vec![(before, format!("{indent}{name} = {value}{newline}")), (expression.span, name.to_owned())])
}
