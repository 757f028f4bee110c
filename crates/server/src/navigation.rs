//! Answers about names and files in the protocol's types. Never does: find anything.

use std::collections::HashMap;
use std::path::PathBuf;

use backstory_session::live::{
    self, FileEdits, FileSymbol, Fold, HierarchyItem, Highlight, NamedSymbol, Related,
};
use backstory_session::syntax::FoldKind;
use tower_lsp::ls_types::{
    CallHierarchyIncomingCall, CallHierarchyItem, CallHierarchyOutgoingCall, DocumentHighlight,
    DocumentHighlightKind, DocumentSymbol, DocumentSymbolResponse, FoldingRange, FoldingRangeKind, Location,
    Range, SelectionRange, SymbolInformation, TextEdit, TypeHierarchyItem, Uri, WorkspaceEdit,
};

use crate::convert::{self, range_out};

pub fn location(location: live::Location) -> Option<Location> {
    Some(Location { uri: convert::uri(&location.path)?, range: range_out(location.range) })
}

/// Places that come file by file, of which there may be ten thousand: an address is made once a file.
pub fn locations(found: Vec<live::Location>) -> Vec<Location> {
    let mut last: Option<(PathBuf, Uri)> = None;
    let located = found.into_iter().filter_map(|live::Location { path, range }| {
        if last.as_ref().is_none_or(|(known, _)| *known != path) {
            let uri = convert::uri(&path)?;
            last = Some((path, uri));
        }
        let (_, uri) = last.as_ref()?;
        Some(Location { uri: uri.clone(), range: range_out(range) })
    });
    located.collect()
}

pub fn highlight(found: Highlight) -> DocumentHighlight {
    let kind = if found.binds { DocumentHighlightKind::WRITE } else { DocumentHighlightKind::READ };
    DocumentHighlight { range: range_out(found.range), kind: Some(kind) }
}

/// A tree for clients that show one, a list for others.
pub fn document_symbols(symbols: Vec<FileSymbol>, uri: &Uri, nests: bool) -> DocumentSymbolResponse {
    if nests {
        return DocumentSymbolResponse::Nested(symbols.into_iter().map(document_symbol).collect());
    }
    let mut flat = Vec::new();
    flatten(symbols, None, uri, &mut flat);
    DocumentSymbolResponse::Flat(flat)
}

#[expect(deprecated, reason = "the type has no other constructor")]
fn document_symbol(symbol: FileSymbol) -> DocumentSymbol {
    let children = symbol.children.into_iter().map(document_symbol).collect::<Vec<_>>();
    DocumentSymbol {
        name: shown(symbol.name),
        detail: None,
        kind: convert::symbol_kind(symbol.kind),
        tags: None,
        deprecated: None,
        range: range_out(symbol.range),
        selection_range: range_out(symbol.name_range),
        children: (!children.is_empty()).then_some(children),
    }
}

/// Clients refuse a symbol without a name, which half-typed code has.
fn shown(name: String) -> String {
    if name.is_empty() { "?".to_owned() } else { name }
}

#[expect(deprecated, reason = "the type has no other constructor")]
fn flatten(symbols: Vec<FileSymbol>, container: Option<&str>, uri: &Uri, flat: &mut Vec<SymbolInformation>) {
    for symbol in symbols {
        let name = shown(symbol.name);
        flat.push(SymbolInformation {
            name: name.clone(),
            kind: convert::symbol_kind(symbol.kind),
            tags: None,
            deprecated: None,
            location: Location { uri: uri.clone(), range: range_out(symbol.range) },
            container_name: container.map(str::to_owned),
        });
        flatten(symbol.children, Some(&name), uri, flat);
    }
}

#[expect(deprecated, reason = "the type has no other constructor")]
pub fn named_symbol(symbol: NamedSymbol) -> Option<SymbolInformation> {
    Some(SymbolInformation {
        name: symbol.name,
        kind: convert::symbol_kind(symbol.kind),
        tags: None,
        deprecated: None,
        location: location(symbol.location)?,
        container_name: Some(symbol.container).filter(|container| !container.is_empty()),
    })
}

pub fn fold(fold: Fold) -> FoldingRange {
    let range = range_out(fold.range);
    FoldingRange {
        start_line: range.start.line,
        start_character: Some(range.start.character),
        end_line: range.end.line,
        end_character: Some(range.end.character),
        kind: match fold.kind {
            FoldKind::Code => None,
            FoldKind::Comment => Some(FoldingRangeKind::Comment),
            FoldKind::Imports => Some(FoldingRangeKind::Imports),
            FoldKind::Region => Some(FoldingRangeKind::Region),
        },
        collapsed_text: None,
    }
}

/// The ranges around a position, each inside the next.
pub fn selection(around: Vec<live::Range>) -> SelectionRange {
    let nothing = live::Position { line: 0, column: 0 };
    let mut ranges = around.into_iter().rev();
    let all = ranges.next().unwrap_or(live::Range { start: nothing, end: nothing });
    ranges.fold(SelectionRange { range: range_out(all), parent: None }, |parent, range| SelectionRange {
        range: range_out(range),
        parent: Some(Box::new(parent)),
    })
}

pub fn call_item(item: HierarchyItem) -> Option<CallHierarchyItem> {
    let container = Some(item.container).filter(|container| !container.is_empty());
    let details: Vec<String> = container.into_iter().chain(item.history).collect();
    Some(CallHierarchyItem {
        uri: convert::uri(&item.path)?,
        name: shown(item.name),
        kind: convert::symbol_kind(item.kind),
        tags: None,
        detail: (!details.is_empty()).then(|| details.join(" · ")),
        range: range_out(item.range),
        selection_range: range_out(item.name_range),
        data: None,
    })
}

pub fn type_item(item: HierarchyItem) -> Option<TypeHierarchyItem> {
    Some(TypeHierarchyItem {
        uri: convert::uri(&item.path)?,
        name: shown(item.name),
        kind: convert::symbol_kind(item.kind),
        tags: None,
        detail: Some(item.container).filter(|container| !container.is_empty()),
        range: range_out(item.range),
        selection_range: range_out(item.name_range),
        data: None,
    })
}

fn ranges(ranges: Vec<live::Range>) -> Vec<Range> {
    ranges.into_iter().map(range_out).collect()
}

pub fn incoming(call: Related) -> Option<CallHierarchyIncomingCall> {
    Some(CallHierarchyIncomingCall { from: call_item(call.item)?, from_ranges: ranges(call.ranges) })
}

pub fn outgoing(call: Related) -> Option<CallHierarchyOutgoingCall> {
    Some(CallHierarchyOutgoingCall { to: call_item(call.item)?, from_ranges: ranges(call.ranges) })
}

pub fn edits(files: Vec<FileEdits>) -> WorkspaceEdit {
    let edit = |(range, text)| TextEdit { range: range_out(range), new_text: text };
    let of_file =
        |file: FileEdits| Some((convert::uri(&file.path)?, file.edits.into_iter().map(edit).collect()));
    let changes: HashMap<_, _> = files.into_iter().filter_map(of_file).collect();
    WorkspaceEdit { changes: Some(changes), ..Default::default() }
}
