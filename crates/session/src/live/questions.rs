//! What a target names in a snapshot, and under which path the client knows it. Never does: wait.

use std::path::PathBuf;

use backstory_analysis::{DefId, FileId};
use backstory_ide::hover::named_at;
use backstory_ide::locate::Located;
use backstory_syntax::{DefinitionKind, LocalKey};

use super::context::Context;
use super::event::Where;
use super::positions::Lines;
use super::projects::View;

/// The innermost declaration around an offset that stands for itself: fields and variants are explained when they are named.
pub(super) fn around(view: &View, file: FileId, offset: u32) -> Option<DefId> {
    let outline = view.analysis.outline(file);
    let mut next = view.analysis.spans(file).definition_at(offset);
    while let Some(local) = next {
        let definition = outline.definition(local);
        if !matches!(definition.kind, DefinitionKind::Field | DefinitionKind::Variant) {
            return Some(DefId { file, local });
        }
        next = definition.parent;
    }
    None
}

pub(super) fn shown(context: &Context, view: &View, path: &str) -> PathBuf {
    context.shown(&view.root, path)
}

/// The symbol or file that a target means in this snapshot.
pub(super) fn located(view: &View, path: &str, at: &Where) -> Option<Located> {
    let analysis = &view.analysis;
    let file = analysis.file(path)?;
    match at {
        Where::Symbol(key) if *key == LocalKey::file() => Some(Located::File(file)),
        Where::Symbol(key) => {
            let local = analysis.outline(file).find(key)?;
            Some(Located::Symbol(DefId { file, local }))
        }
        Where::Position(position) => {
            let offset = Lines::new(analysis.text(file), view.encoding).offset(*position);
            let named = named_at(analysis, file, offset).map(|named| named.id);
            Some(named.or_else(|| around(view, file, offset)).map_or(Located::File(file), Located::Symbol))
        }
    }
}
