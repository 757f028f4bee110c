//! What a snapshot alone says of names, files and their shape, in positions of the client. Never does: wait.

use std::collections::HashMap;
use std::path::PathBuf;

use backstory_analysis::{DefId, FileId, symbol_key};
use backstory_ide::navigation::{self, SymbolQuery};
use backstory_syntax::Span;

use super::answers::{FileSymbol, Fold, Highlight, Location, NamedSymbol};
use super::context::Context;
use super::event::PlacesOf;
use super::positions::{Lines, Position, Range};
use super::projects::View;
use super::questions::shown;
use crate::config::Method;

impl PlacesOf {
    pub(super) fn method(self) -> Method {
        match self {
            Self::Definition => Method::Definition,
            Self::Declaration => Method::Declaration,
            Self::TypeDefinition => Method::TypeDefinition,
            Self::Implementation => Method::Implementation,
            Self::References { .. } => Method::References,
        }
    }
}

/// The places that were asked for.
pub(super) fn places(
    context: &Context,
    view: &View,
    path: &str,
    at: Position,
    of: PlacesOf,
) -> Vec<Location> {
    let Some((file, offset)) = offset(view, path, at) else { return Vec::new() };
    let analysis = &view.analysis;
    let declared = match of {
        PlacesOf::Definition => navigation::definition(analysis, file, offset),
        PlacesOf::Declaration => navigation::declaration(analysis, file, offset),
        PlacesOf::TypeDefinition => navigation::type_definition(analysis, file, offset),
        PlacesOf::Implementation => navigation::implementation(analysis, file, offset),
        PlacesOf::References { with_declarations } => {
            let used = navigation::uses(analysis, file, offset, with_declarations);
            return locations(context, view, used.into_iter().map(|used| (used.file, used.span)));
        }
    };
    locations(context, view, declared.into_iter().map(|declared| (declared.file, declared.name)))
}

/// The places in the file that name what stands at a position.
pub(super) fn highlights(view: &View, path: &str, at: Position) -> Vec<Highlight> {
    let Some((file, offset)) = offset(view, path, at) else { return Vec::new() };
    let lines = Lines::new(view.analysis.text(file), view.encoding);
    let found = navigation::highlights(&view.analysis, file, offset);
    found.into_iter().map(|used| Highlight { range: range(&lines, used.span), binds: used.binds }).collect()
}

/// The symbols of a file as a tree.
pub(super) fn file_symbols(view: &View, path: &str) -> Vec<FileSymbol> {
    let Some(file) = view.analysis.file(path) else { return Vec::new() };
    let lines = Lines::new(view.analysis.text(file), view.encoding);
    let all = navigation::file_symbols(&view.analysis, file);
    all.into_iter().map(|symbol| file_symbol(&lines, symbol)).collect()
}

fn file_symbol(lines: &Lines, symbol: navigation::FileSymbol) -> FileSymbol {
    FileSymbol {
        name: symbol.name,
        kind: symbol.kind,
        range: range(lines, symbol.full),
        name_range: range(lines, symbol.name_span),
        children: symbol.children.into_iter().map(|child| file_symbol(lines, child)).collect(),
    }
}

/// What can be folded in a file.
pub(super) fn folds(view: &View, path: &str) -> Vec<Fold> {
    let Some(file) = view.analysis.file(path) else { return Vec::new() };
    let text = view.analysis.text(file);
    let lines = Lines::new(text, view.encoding);
    let found = view.analysis.parsed(file).folds(text);
    found.into_iter().map(|fold| Fold { range: range(&lines, fold.span), kind: fold.kind }).collect()
}

/// What selections at some positions grow to.
pub(super) fn selections(view: &View, path: &str, positions: &[Position]) -> Vec<Vec<Range>> {
    let Some(file) = view.analysis.file(path) else { return Vec::new() };
    let lines = Lines::new(view.analysis.text(file), view.encoding);
    let parsed = view.analysis.parsed(file);
    let around = |at: &Position| {
        let spans = parsed.around(lines.offset(*at));
        spans.into_iter().map(|span| range(&lines, span)).collect()
    };
    positions.iter().map(around).collect()
}

/// The symbols of some trees whose names have the letters of a query, best first.
pub(super) fn symbols(context: &Context, views: &[View], query: &str, limit: usize) -> Vec<NamedSymbol> {
    let query = SymbolQuery::new(query);
    let mut found: Vec<(&View, navigation::Symbol)> = Vec::new();
    for view in views {
        found.extend(navigation::symbols(&view.analysis, &query, limit).into_iter().map(|it| (view, it)));
    }
    found.sort_by_key(|(_, symbol)| std::cmp::Reverse(symbol.score));
    found.truncate(limit);
    found.into_iter().map(|(view, symbol)| named_symbol(context, view, symbol)).collect()
}

fn named_symbol(context: &Context, view: &View, symbol: navigation::Symbol) -> NamedSymbol {
    let analysis = &view.analysis;
    let DefId { file, local } = symbol.id;
    let definition = analysis.definition(symbol.id);
    let name = analysis.spans(file).definitions[local.index()].name;
    let key = symbol_key(analysis, symbol.id);
    let qualified = key.split_once(':').map_or(key.as_str(), |(_, qualified)| qualified);
    let container = qualified.strip_suffix(&definition.name).unwrap_or(qualified);
    NamedSymbol {
        name: definition.name.clone(),
        kind: definition.kind,
        container: container.trim_end_matches([':', '.']).to_owned(),
        location: Location {
            path: shown(context, view, analysis.path(file)),
            range: range(&Lines::new(analysis.text(file), view.encoding), name),
        },
        score: symbol.score,
    }
}

pub(super) fn offset(view: &View, path: &str, at: Position) -> Option<(FileId, u32)> {
    let file = view.analysis.file(path)?;
    Some((file, Lines::new(view.analysis.text(file), view.encoding).offset(at)))
}

pub(super) fn range(lines: &Lines, span: Span) -> Range {
    lines.range(span.start, span.end)
}

/// Spans as places; the path and the lines of each file are found once.
fn locations(context: &Context, view: &View, spans: impl Iterator<Item = (FileId, Span)>) -> Vec<Location> {
    let mut files: HashMap<FileId, (PathBuf, Lines)> = HashMap::new();
    let located = spans.map(|(file, span)| {
        let (path, lines) = files.entry(file).or_insert_with(|| {
            let lines = Lines::new(view.analysis.text(file), view.encoding);
            (shown(context, view, view.analysis.path(file)), lines)
        });
        Location { path: path.clone(), range: range(lines, span) }
    });
    located.collect()
}
