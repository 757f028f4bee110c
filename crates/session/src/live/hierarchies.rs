//! Calls, types and renames from a snapshot, in positions of the client. Never does: wait, or write a file.

use std::collections::BTreeMap;

use backstory_analysis::{DefId, FileId, subtypes, supertypes};
use backstory_ide::lens::times_changed;
use backstory_ide::navigation::{self, CallsWith, Node};
use backstory_syntax::DefinitionKind;

use super::answers::{FileEdits, HierarchyItem, Related};
use super::context::Context;
use super::event::{CallsOf, ItemsOf};
use super::navigating::{offset, range};
use super::positions::{Lines, Position, Range};
use super::projects::View;
use super::questions::shown;
use crate::config::Method;

impl ItemsOf {
    pub(super) fn method(self) -> Method {
        match self {
            Self::Callables => Method::CallHierarchy,
            Self::Types | Self::Supertypes | Self::Subtypes => Method::TypeHierarchy,
        }
    }
}

/// The nodes that were asked for.
pub(super) fn items(
    context: &Context,
    view: &View,
    path: &str,
    at: Position,
    of: ItemsOf,
) -> Vec<HierarchyItem> {
    let Some((file, offset)) = offset(view, path, at) else { return Vec::new() };
    let analysis = &view.analysis;
    let types = || navigation::type_at(analysis, file, offset).into_iter();
    let ids: Vec<DefId> = match of {
        ItemsOf::Callables => navigation::callable_at(analysis, file, offset),
        ItemsOf::Types => types().collect(),
        ItemsOf::Supertypes => types().flat_map(|id| supertypes(analysis, id)).collect(),
        ItemsOf::Subtypes => types().flat_map(|id| subtypes(analysis, id)).collect(),
    };
    ids.into_iter().map(|id| item(context, view, Node::Symbol(id))).collect()
}

/// Who calls what stands at a position, or what it calls.
pub(super) fn calls(context: &Context, view: &View, path: &str, at: Position, of: CallsOf) -> Vec<Related> {
    let Some((file, offset)) = offset(view, path, at) else { return Vec::new() };
    let analysis = &view.analysis;
    let mut found = Vec::new();
    for id in navigation::callable_at(analysis, file, offset) {
        let all = match of {
            CallsOf::Incoming => navigation::incoming(analysis, id),
            CallsOf::Outgoing => navigation::outgoing(analysis, id),
        };
        for CallsWith { node, spans } in all {
            let caller = match (of, node) {
                (CallsOf::Outgoing, _) => id.file,
                (CallsOf::Incoming, Node::Symbol(other)) => other.file,
                (CallsOf::Incoming, Node::File(file)) => file,
            };
            let lines = Lines::new(analysis.text(caller), view.encoding);
            let ranges = spans.into_iter().map(|span| range(&lines, span)).collect();
            found.push(Related { item: item(context, view, node), ranges });
        }
    }
    found
}

fn item(context: &Context, view: &View, node: Node) -> HierarchyItem {
    let analysis = &view.analysis;
    match node {
        Node::Symbol(id @ DefId { file, local }) => {
            let lines = Lines::new(analysis.text(file), view.encoding);
            let spans = &analysis.spans(file).definitions[local.index()];
            let definition = analysis.definition(id);
            HierarchyItem {
                name: definition.display_name(),
                kind: definition.kind,
                container: analysis.outline(file).container(local).join("."),
                history: history(context, view, id),
                path: shown(context, view, analysis.path(file)),
                range: range(&lines, spans.full),
                name_range: range(&lines, spans.name),
            }
        }
        Node::File(file) => {
            let start = Position { line: 0, column: 0 };
            let range = Range { start, end: start };
            HierarchyItem {
                name: analysis.path(file).to_owned(),
                kind: DefinitionKind::Module,
                container: String::new(),
                history: None,
                path: shown(context, view, analysis.path(file)),
                range,
                name_range: range,
            }
        }
    }
}

/// `14 changes · last 2024-05-01`, of the symbol of that name in the commit; nothing is read for it.
fn history(context: &Context, view: &View, id: DefId) -> Option<String> {
    let (path, key) = (view.analysis.path(id.file), view.analysis.outline(id.file).key(id.local));
    let story = context.histories.at_hand(&view.root, path, &key)?;
    Some(times_changed(&story.summary))
}

/// The edits by which what names the module of a file or of a directory follows it to another name; none where it can't.
pub(super) fn rename_file(context: &Context, view: &View, from: &str, to: &str) -> Vec<FileEdits> {
    match navigation::rename_file(&view.analysis, from, to) {
        Ok(edits) => by_file(context, view, edits),
        Err(why) => {
            tracing::info!("nothing follows {from} to {to}: {why}");
            Vec::new()
        }
    }
}

fn by_file(context: &Context, view: &View, edits: Vec<navigation::TextEdit>) -> Vec<FileEdits> {
    let analysis = &view.analysis;
    let mut by_file: BTreeMap<FileId, Vec<navigation::TextEdit>> = BTreeMap::new();
    for edit in edits {
        by_file.entry(edit.file).or_default().push(edit);
    }
    let of_file = |(file, edits): (FileId, Vec<navigation::TextEdit>)| {
        let lines = Lines::new(analysis.text(file), view.encoding);
        let edits = edits.into_iter().map(|edit| (range(&lines, edit.span), edit.text)).collect();
        FileEdits { path: shown(context, view, analysis.path(file)), edits }
    };
    by_file.into_iter().map(of_file).collect()
}
