//! Making source text presentable: signatures on one line, documentation without its markers. Never does: looking at
//! syntax trees.

/// How much of a type or path is kept where only its look counts, in bytes.
const SHORT: usize = 120;

/// The text on one line, without what only a line break needs: a space behind an opening bracket, a trailing comma before
/// a closing one.
pub(crate) fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = Gap::None;
    for letter in text.chars() {
        if letter.is_whitespace() {
            gap = gap.max(if letter == '\n' { Gap::Break } else { Gap::Space });
            continue;
        }
        match gap {
            Gap::None => {}
            Gap::Break if out.ends_with(['(', '[', '{', '<']) => {}
            Gap::Break if matches!(letter, ')' | ']' | '}' | '>') => {
                if out.ends_with(',') {
                    out.pop();
                }
            }
            Gap::Space | Gap::Break if out.is_empty() => {}
            Gap::Space | Gap::Break => out.push(' '),
        }
        out.push(letter);
        gap = Gap::None;
    }
    out
}

/// The white space since the last letter.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    Space,
    Break,
}

/// The text on one line, cut off where it gets long.
pub(crate) fn shorten(text: &str) -> String {
    let mut line = one_line(text);
    if line.len() > SHORT {
        line.truncate(line.floor_char_boundary(SHORT));
        line.push_str("..");
    }
    line
}

/// The text of one doc comment of Rust: `///`, `//!`, `/** */`, `/*! */`.
pub(crate) fn rust_doc(comment: &str) -> String {
    if let Some(line) = comment.strip_prefix("///").or_else(|| comment.strip_prefix("//!")) {
        return line.strip_prefix(' ').unwrap_or(line).trim_end().to_owned();
    }
    let block = comment.strip_prefix("/**").or_else(|| comment.strip_prefix("/*!")).unwrap_or(comment);
    let block = block.strip_suffix("*/").unwrap_or(block);
    let starred =
        block.lines().skip(1).all(|line| line.trim().is_empty() || line.trim_start().starts_with('*'));
    if starred { trim_lines(block.lines().map(unstarred)) } else { dedent(block) }
}

fn unstarred(line: &str) -> &str {
    let line = line.trim();
    let line = line.strip_prefix('*').unwrap_or(line);
    line.strip_prefix(' ').unwrap_or(line)
}

/// The text of a docstring of Python without its quotes and common indentation, as `inspect.cleandoc` gives it; `None` for
/// bytes and formatted strings, which document nothing.
pub(crate) fn python_doc(literal: &str) -> Option<String> {
    let quote_at = literal.find(['"', '\''])?;
    let (prefix, quoted) = literal.split_at(quote_at);
    if prefix.contains(['b', 'B', 'f', 'F']) {
        return None;
    }
    let quote = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| quoted.starts_with(quote))?;
    let text = &quoted[quote.len()..];
    Some(dedent(text.strip_suffix(quote).unwrap_or(text)))
}

/// Takes the indentation from the first line, and from the others what they have in common.
fn dedent(text: &str) -> String {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let common = text.lines().skip(1).filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or(0);
    trim_lines(text.lines().enumerate().map(|(number, line)| match number {
        0 => line.trim_start(),
        // Kinds of white space differ in length, so the common indentation may end inside a character.
        _ => line.get(common.min(line.len())..).unwrap_or(line.trim_start()),
    }))
}

/// Joins lines, without white space at their ends and without empty lines around them.
pub(crate) fn trim_lines<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let lines: Vec<_> = lines.map(str::trim_end).collect();
    let first = lines.iter().position(|line| !line.is_empty()).unwrap_or(lines.len());
    let last = lines.iter().rposition(|line| !line.is_empty()).map_or(first, |last| last + 1);
    lines[first..last].join("\n")
}
