//! Names that are put together when the program runs: `getattr(self, "_visit_" + kind)`, `paste! { [<set_ $name>] }`. A string that is a part of a name
//! keeps what has the name. Never does: evaluate anything.

use backstory_analysis::{Analysis, DefId, FileId, files_to_read};
use backstory_syntax::{Language, Span, TokenKind};

use super::Alive;
use crate::refactor::{line, mentions};

pub(super) fn check(analysis: &Analysis, id: DefId) -> Result<(), Alive> {
    match analysis.language(id.file) {
        Language::Python => in_python(analysis, id),
        Language::Rust => in_rust(analysis, id),
    }
}

fn in_python(analysis: &Analysis, id: DefId) -> Result<(), Alive> {
    let name = analysis.definition(id).name.as_str();
    for (part, is_start) in parts(name) {
        for file in files_to_read(analysis, part) {
            if analysis.language(file) == Language::Python {
                in_strings(analysis, file, part, is_start)?;
            }
        }
    }
    // `"_" + name` can make any private name: where the file looks names up, that is enough.
    let text = analysis.text(id.file);
    let looks_up = ["getattr", "globals", "locals", "vars", "__dict__", "attrgetter", "methodcaller"];
    if name.starts_with('_') && looks_up.iter().any(|word| mentions::words(text, word).next().is_some()) {
        in_strings(analysis, id.file, "_", true)?;
    }
    Ok(())
}

/// The beginnings and the ends of a name at its underscores; `true` for a beginning.
fn parts(name: &str) -> Vec<(&str, bool)> {
    let inner = name.char_indices().filter(|&(at, c)| c == '_' && at > 0 && at + 1 < name.len());
    inner
        .flat_map(|(at, _)| [(&name[..=at], true), (&name[at..], false)])
        .filter(|(part, _)| !part.trim_matches('_').is_empty())
        .collect()
}

/// Refuses where a string ends or goes on with a value behind the beginning of a name, or has one before its end.
fn in_strings(analysis: &Analysis, file: FileId, part: &str, is_start: bool) -> Result<(), Alive> {
    let text = analysis.text(file);
    let is_open = |span: &Span| match is_start {
        true => text[span.end as usize..].starts_with(['"', '\'', '%', '{']),
        false => text[..span.start as usize].ends_with(['"', '\'', '}', ')']),
    };
    let open: Vec<Span> = mentions::words(text, part).filter(is_open).collect();
    if open.is_empty() {
        return Ok(());
    }
    let whole = Span { start: 0, end: text.len() as u32 };
    let tokens = analysis.parsed(file).tokens(text, whole);
    let mut strings = tokens.iter().filter(|token| token.kind == TokenKind::String);
    match strings.find_map(|token| open.iter().find(|span| token.span.contains(**span))) {
        Some(span) => {
            let path = analysis.path(file).to_owned();
            Err(Alive::Built { path, line: line(text, span.start), part: part.to_owned() })
        }
        None => Ok(()),
    }
}

/// Macros that make names of parts.
const PASTING: [&str; 3] = ["paste", "concat_idents", "seq"];

fn in_rust(analysis: &Analysis, id: DefId) -> Result<(), Alive> {
    let package = analysis.package_of(analysis.path(id.file)).map(|package| &package.directory);
    for word in PASTING {
        for file in files_to_read(analysis, word) {
            let text = analysis.text(file);
            let is_near =
                analysis.package_of(analysis.path(file)).map(|package| &package.directory) == package;
            let pastes = text.find(&format!("{word}!")).or_else(|| text.find("[<")).filter(|_| is_near);
            if let Some(at) = pastes {
                let path = analysis.path(file).to_owned();
                return Err(Alive::Built { path, line: line(text, at as u32), part: format!("{word}!") });
            }
        }
    }
    Ok(())
}
