//! Tests of this crate as data: source text in, a rendering of its facts out. Never does: timing.

mod edits;
mod folds;
mod grammars;
mod properties;
mod python;
mod rust;
mod sizes;
mod tokens;

use std::fmt::Write;

use crate::{FileFacts, Language, LineIndex, LocalId, parse};

/// The facts of a text, checked for what holds of all facts.
fn facts(text: &str, language: Language) -> FileFacts {
    let facts = parse(text, language).facts(text);
    properties::check(&facts, text);
    facts
}

/// A line for each definition: 1-based lines of its full span, of its item and of its body, its key, its signature
/// and the first line of its docs.
fn definitions(text: &str, language: Language) -> String {
    let facts = facts(text, language);
    let lines = LineIndex::new(text);
    let range = |span: crate::Span| format!("{}-{}", lines.line(span.start) + 1, lines.line(span.end) + 1);
    let mut out = String::new();
    for line in facts.outline.docs.lines() {
        writeln!(out, "//! {line}").unwrap();
    }
    for id in facts.outline.ids() {
        let (definition, spans) = (facts.outline.definition(id), facts.spans.definitions[id.index()]);
        write!(out, "{} {} ", range(spans.full), range(spans.item)).unwrap();
        write!(out, "{} ", spans.body.map_or("-".to_owned(), range)).unwrap();
        let public = if definition.public { "pub " } else { "" };
        writeln!(out, "{public}{} `{}`", facts.outline.key(id), definition.signature).unwrap();
        for line in definition.docs.lines() {
            writeln!(out, "    | {line}").unwrap();
        }
    }
    out
}

/// A line for each import: its 1-based line and all that it says.
fn imports(text: &str, language: Language) -> String {
    let facts = facts(text, language);
    let lines = LineIndex::new(text);
    let mut out = String::new();
    for (import, span) in facts.outline.imports.iter().zip(&facts.spans.imports) {
        let dots = ".".repeat(import.level as usize);
        write!(out, "{} {dots}{:?} {:?}", lines.line(span.start) + 1, import.path, span.of(text)).unwrap();
        for (label, word) in [(" name ", &import.name), (" as ", &import.alias)] {
            if let Some(word) = word {
                write!(out, "{label}{word}").unwrap();
            }
        }
        let flags = [(import.glob, " glob"), (import.reexport, " reexport")];
        out.extend(flags.into_iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| flag));
        writeln!(out, "{}", enclosing(&facts, import.enclosing)).unwrap();
    }
    out
}

fn enclosing(facts: &FileFacts, id: Option<LocalId>) -> String {
    id.map_or(String::new(), |id| format!(" in {}", facts.outline.key(id)))
}
