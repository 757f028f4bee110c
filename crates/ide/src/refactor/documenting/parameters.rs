//! The parameters that a signature has, as it writes them. Never does: know what their types mean.

use backstory_syntax::Language;

/// A parameter with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parameter {
    /// Without stars.
    pub name: String,
    pub annotation: Option<String>,
    pub default: Option<String>,
    /// `*args` or `**kwargs`: documentation often leaves them out, or lists what is in them.
    pub is_rest: bool,
}

/// The parameters of a signature on one line, the receiver left out; `None` where one has no name (a pattern) or there are none to be seen.
/// `is_bound` says that Python's first one is the receiver.
pub(super) fn parameters(signature: &str, language: Language, is_bound: bool) -> Option<Vec<Parameter>> {
    let name_end = signature.find("fn ").or_else(|| signature.find("def "))?;
    let open = name_end + opening(&signature[name_end..])?;
    let mut found = Vec::new();
    for (at, part) in split(&signature[open + 1..], language).into_iter().map(str::trim).enumerate() {
        let is_receiver = match language {
            Language::Python => at == 0 && is_bound,
            Language::Rust => at == 0 && is_self(part),
        };
        if !is_receiver && !matches!(part, "" | "*" | "/") {
            found.push(parameter(part, language)?);
        }
    }
    Some(found)
}

fn is_self(part: &str) -> bool {
    let head = part.split(':').next().unwrap_or(part);
    head.split([' ', '&']).next_back() == Some("self")
}

/// The bracket that the parameters begin with; those of generics hold some as well.
fn opening(text: &str) -> Option<usize> {
    let mut depth = 0_u32;
    let mut before = ' ';
    for (at, character) in text.char_indices() {
        match character {
            '<' | '[' => depth += 1,
            '>' if before != '-' && before != '=' => depth = depth.saturating_sub(1),
            ']' => depth = depth.saturating_sub(1),
            '(' if depth == 0 => return Some(at),
            _ => {}
        }
        before = character;
    }
    None
}

/// The characters of a text that no string and no bracket is around, the bracket that closes what is around the text among them.
fn plain(text: &str, language: Language) -> Vec<(usize, char)> {
    let (mut depth, mut quote, mut before) = (0_i32, None, ' ');
    let mut found = Vec::new();
    for (at, character) in text.char_indices() {
        let is_arrow = character == '>' && matches!(before, '-' | '=');
        match (quote, character) {
            (Some(open), it) if it == open && before != '\\' => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') if language == Language::Python => quote = Some(character),
            (None, '(' | '[' | '{') => depth += 1,
            (None, '<') if language == Language::Rust => depth += 1,
            (None, ')') if depth == 0 => {
                found.push((at, character));
                break;
            }
            (None, ')' | ']' | '}') => depth -= 1,
            (None, '>') if language == Language::Rust && !is_arrow => depth -= 1,
            _ if depth == 0 => found.push((at, character)),
            _ => {}
        }
        before = character;
    }
    found
}

/// The parts between commas up to the bracket that closes; none where it does not.
fn split(text: &str, language: Language) -> Vec<&str> {
    let mut start = 0;
    let ends = plain(text, language).into_iter().filter(|(_, character)| matches!(character, ',' | ')'));
    ends.map(|(at, _)| &text[std::mem::replace(&mut start, at + 1)..at]).collect()
}

fn parameter(part: &str, language: Language) -> Option<Parameter> {
    let stars = part.len() - part.trim_start_matches('*').len();
    let part = &part[stars..];
    let part = match language {
        Language::Rust => part.trim_start_matches("mut "),
        Language::Python => part,
    };
    let end = part.find(|it: char| !(it.is_alphanumeric() || it == '_')).unwrap_or(part.len());
    let (name, rest) = (&part[..end], part[end..].trim_start());
    if name.is_empty() || !(rest.is_empty() || rest.starts_with([':', '='])) {
        return None;
    }
    let (annotation, default) = match rest.strip_prefix(':') {
        Some(typed) => match assigned(typed, language) {
            Some(at) => (Some(&typed[..at]), Some(&typed[at + 1..])),
            None => (Some(typed), None),
        },
        None => (None, rest.strip_prefix('=')),
    };
    let text = |it: &str| it.trim().to_owned();
    let is_rest = language == Language::Python && stars > 0;
    Some(Parameter {
        name: text(name),
        annotation: annotation.map(text),
        default: default.map(text),
        is_rest,
    })
}

/// Where the default of an annotated parameter begins.
fn assigned(text: &str, language: Language) -> Option<usize> {
    plain(text, language).into_iter().find(|(_, character)| *character == '=').map(|(at, _)| at)
}
