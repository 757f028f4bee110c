//! Names for what is extracted: which may be taken, which says what it is. Never does: rename anything.

use backstory_syntax::flow::{Chosen, Piece};
use backstory_syntax::{Language, LineIndex, whole_words};

use super::NotExtracted;
use crate::navigation::is_name;

/// A name that somebody gave, where it is one and means nothing in the text yet. Members of other things count where the name is to be
/// one.
pub(super) fn checked(
    name: &str,
    language: Language,
    text: &str,
    may_be_member: bool,
) -> Result<String, NotExtracted> {
    if !is_name(language, name) {
        return Err(NotExtracted::NoName(name.to_owned()));
    }
    match position(text, name, may_be_member) {
        Some(at) => {
            let line = Some(LineIndex::new(text).line(at as u32) + 1);
            Err(NotExtracted::Taken { name: name.to_owned(), line })
        }
        None => Ok(name.to_owned()),
    }
}

/// A name for the function that a piece becomes.
pub(super) fn suggested_function(piece: &Piece, text: &str) -> String {
    let word = match &piece.chosen {
        Chosen::Expression(expression) => word_of(expression.span.of(text)),
        Chosen::Statements(_) => None,
    };
    let word = word
        .filter(|word| word.len() > 3)
        .map_or_else(|| "extracted".to_owned(), |word| format!("get_{word}"));
    let word = if piece.frame.method.is_some() { format!("_{word}") } else { word };
    fresh(&[word], text, true)
}

/// The same for Rust, of an expression where it is one.
pub(super) fn suggested_function_of_rust(expression: Option<&str>, text: &str) -> String {
    let word = expression.and_then(word_of).filter(|word| word.len() > 3);
    fresh(&[word.map_or_else(|| "extracted".to_owned(), |word| format!("get_{word}"))], text, true)
}

/// A name for the variable that an expression becomes.
pub(super) fn suggested_variable(expression: &str, text: &str) -> String {
    let word = word_of(expression).unwrap_or_else(|| "value".to_owned());
    let longer = format!("{word}_{}", if expression.ends_with(')') { "result" } else { "value" });
    fresh(&[word, longer], text, false)
}

/// The first of some names that means nothing in the text, or the last with the first such number.
fn fresh(names: &[String], text: &str, may_be_member: bool) -> String {
    let is_free =
        |name: &String| position(text, name, may_be_member).is_none() && !BUILTINS.contains(&name.as_str());
    let last = names.last().cloned().unwrap_or_default();
    let numbered = (2..).map(|number| format!("{last}_{number}"));
    let mut all = names.iter().cloned().chain(numbered);
    all.find(is_free).expect("a text holds a finite number of words")
}

/// Where a word stands in a text; behind a dot only where members count.
fn position(text: &str, word: &str, with_members: bool) -> Option<usize> {
    whole_words(text, word).find(|&at| with_members || !text[..at].ends_with('.'))
}

/// The word that says most of what an expression is: the last attribute, the called function, the key.
fn word_of(expression: &str) -> Option<String> {
    let text = expression.trim().trim_start_matches("await ").trim();
    let head = outermost(text)?;
    let last = head.rsplit(['.', ':']).next()?.trim();
    let word: String = last.chars().filter(|c| c.is_alphanumeric() || *c == '_').collect();
    let word = snake(word.trim_matches('_'));
    let word = ["get_", "make_", "build_", "create_", "compute_", "to_", "as_", "fetch_", "load_", "find_"]
        .iter()
        .find_map(|prefix| word.strip_prefix(prefix).map(str::to_owned))
        .unwrap_or(word);
    let is_word = word.len() > 1 && word.starts_with(|c: char| c.is_alphabetic());
    let known = is_name(Language::Python, &word) && is_name(Language::Rust, &word);
    (is_word && known && word.len() <= 30).then_some(word)
}

/// What stands before the last brackets, or in them where they hold a key; `None` for what is more than a path.
fn outermost(text: &str) -> Option<&str> {
    let is_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | ':');
    if text.chars().all(is_path) && !text.starts_with(|c: char| c.is_ascii_digit()) {
        return Some(text);
    }
    let close = text.chars().next_back()?;
    let open = match close {
        ')' => '(',
        ']' => '[',
        _ => return None,
    };
    let mut depth = 0;
    let at = text.char_indices().rev().find_map(|(at, c)| {
        depth += i32::from(c == close) - i32::from(c == open);
        (depth == 0).then_some(at)
    })?;
    let (head, inner) = (&text[..at], &text[at + 1..text.len() - 1]);
    let key = inner.trim().trim_matches(['"', '\'']);
    let is_key = open == '[' && inner.trim().len() == key.len() + 2 && key.chars().all(is_path);
    if is_key {
        return Some(key);
    }
    let starts = head
        .rfind(|c: char| !is_path(c))
        .map_or(0, |at| at + head[at..].chars().next().map_or(1, char::len_utf8));
    let head = &head[starts..];
    (!head.is_empty()).then_some(head)
}

fn snake(word: &str) -> String {
    let mut made = String::with_capacity(word.len() + 4);
    let mut before_is_lower = false;
    for c in word.chars() {
        if c.is_uppercase() && before_is_lower {
            made.push('_');
        }
        before_is_lower = c.is_lowercase() || c.is_numeric();
        made.extend(c.to_lowercase());
    }
    made
}

/// Names that code nearby may mean although the text does not say them.
const BUILTINS: &[&str] = &[
    "all",
    "any",
    "bytes",
    "dict",
    "dir",
    "exec",
    "eval",
    "filter",
    "float",
    "format",
    "hash",
    "id",
    "input",
    "int",
    "iter",
    "len",
    "list",
    "locals",
    "map",
    "max",
    "min",
    "next",
    "object",
    "open",
    "pow",
    "print",
    "range",
    "repr",
    "reversed",
    "round",
    "set",
    "slice",
    "sorted",
    "str",
    "sum",
    "super",
    "tuple",
    "type",
    "vars",
    "zip",
    "bool",
    "enumerate",
    "getattr",
    "setattr",
    "hasattr",
    "isinstance",
    "property",
    "callable",
    "chr",
    "ord",
    "abs",
];
