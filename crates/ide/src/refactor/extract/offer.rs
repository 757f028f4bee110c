//! Extraction as a refactoring of a workspace: what is offered for a selection, and the plan of one. Never does: read history.

use backstory_analysis::{Analysis, FileId, find_symbols};
use backstory_syntax::flow::NotChosen;
use backstory_syntax::{DefinitionKind, LineIndex, Span};

use super::{Extracted, NotExtracted};
use crate::refactor::{Into, Kind, Offer, Origins, Outside, Past, Plan, Refused, Request, by_file};

/// What can be extracted of a selection. Nothing for a cursor.
pub fn offers(analysis: &Analysis, file: FileId, at: Span) -> Vec<Offer> {
    if at.start >= at.end {
        return Vec::new();
    }
    let (tree, text) = (analysis.parsed(file), analysis.text(file));
    let offer = |into: Into| {
        let found = match into {
            Into::Function => super::function_edits(&tree, text, at, None),
            Into::Variable => super::variable_edits(&tree, text, at, None),
        };
        let refused = match found {
            Ok(_) => None,
            Err(why) if is_worth_telling(&why) => Some(why.into()),
            Err(_) => return None,
        };
        let title = match into {
            Into::Function => "Extract into a function",
            Into::Variable => "Extract into a variable",
        };
        let request = Request::Extract { path: analysis.path(file).to_owned(), span: at, into, name: None };
        Some(Offer { kind: kind(into), title: title.to_owned(), request, refused })
    };
    [Into::Function, Into::Variable].into_iter().filter_map(offer).collect()
}

fn kind(into: Into) -> Kind {
    match into {
        Into::Function => Kind::ExtractFunction,
        Into::Variable => Kind::ExtractVariable,
    }
}

/// Whether somebody who selected something may wonder why it can't be extracted.
fn is_worth_telling(why: &NotExtracted) -> bool {
    !matches!(
        why,
        NotExtracted::NotChosen(NotChosen::Language | NotChosen::Nothing | NotChosen::NotEvaluated)
            | NotExtracted::NoExpression
            | NotExtracted::Plain
            | NotExtracted::Callee
    )
}

/// What has to be written.
pub(in crate::refactor) fn plan(
    analysis: &Analysis,
    file: FileId,
    span: Span,
    into: Into,
    name: Option<&str>,
) -> Result<Plan, Refused> {
    let text = analysis.text(file);
    if span.end as usize > text.len()
        || !text.is_char_boundary(span.start as usize)
        || !text.is_char_boundary(span.end as usize)
    {
        return Err(Refused::Gone);
    }
    let tree = analysis.parsed(file);
    let Extracted { edits, name, .. } = match into {
        Into::Function => named_apart(analysis, name, |name| super::function(&tree, text, span, name))?,
        Into::Variable => super::variable(&tree, text, span, name)?,
    };
    let title = match into {
        Into::Function => format!("Extract the function `{name}`"),
        Into::Variable => format!("Extract the variable `{name}`"),
    };
    Ok(Plan {
        kind: kind(into),
        title,
        edits: by_file(analysis, edits.into_iter().map(|edit| (file, edit))),
        files: Vec::new(),
        outside: Outside::Nothing,
        past: Past::Piece(Box::new(origins(analysis, file, span))),
        reasons: Vec::new(),
    })
}

/// Sees to it that a method has a name that no class or type of the workspace knows: it would stand in for another one, or another one for it.
fn named_apart(
    analysis: &Analysis,
    name: Option<&str>,
    extract: impl Fn(Option<&str>) -> Result<Extracted, NotExtracted>,
) -> Result<Extracted, NotExtracted> {
    let mut extracted = extract(name)?;
    let made_up = extracted.name.clone();
    let mut number = 2;
    while extracted.is_method && is_member(analysis, &extracted.name) {
        if name.is_some() {
            return Err(NotExtracted::Taken { name: extracted.name, line: None });
        }
        extracted = extract(Some(&format!("{made_up}_{number}")))?;
        number += 1;
    }
    Ok(extracted)
}

fn is_member(analysis: &Analysis, name: &str) -> bool {
    find_symbols(analysis, name).into_iter().any(|id| {
        let parent = analysis.definition(id).parent;
        let kind = parent.map(|local| analysis.outline(id.file).definition(local).kind);
        kind.is_some_and(|kind| kind != DefinitionKind::Module && kind != DefinitionKind::Function)
    })
}

/// The lines that history is asked about.
fn origins(analysis: &Analysis, file: FileId, span: Span) -> Origins {
    let text = analysis.shared_text(file);
    let index = LineIndex::new(&text);
    let lines = |span: Span| index.line(span.start)..index.line(span.end.max(span.start + 1) - 1) + 1;
    let (outline, spans) = (analysis.outline(file), analysis.spans(file));
    let around = outline.ids().filter(|id| {
        let kind = outline.definition(*id).kind;
        let is_function = matches!(kind, DefinitionKind::Function | DefinitionKind::Method);
        is_function && spans.definitions[id.index()].full.contains(span)
    });
    // Inner ones come later.
    let function = around
        .last()
        .map(|id| (outline.definition(id).name.clone(), lines(spans.definitions[id.index()].full)));
    Origins { path: analysis.path(file).to_owned(), piece: lines(span), function, text }
}
