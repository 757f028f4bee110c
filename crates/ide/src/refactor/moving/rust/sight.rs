//! Who sees an item of Rust or a member from another module, and letting more see it. Never does: decide whether it has to be seen.

use backstory_analysis::DefId;
use backstory_syntax::{DefinitionKind as Kind, LocalId, Span};

use super::needs::{Needs, Sides};
use super::tree::{module, visibility, written};
use crate::refactor::mentions::words;
use crate::refactor::moving::{Moving, NotMoved};
use crate::refactor::{Edit, Mark};

/// Whether a definition can be seen from the new module.
pub(super) fn is_seen(moving: &Moving<'_>, sides: &Sides, id: DefId) -> bool {
    let analysis = moving.analysis;
    let definition = analysis.definition(id);
    let parent = definition.parent.map(|local| analysis.definition(DefId { file: id.file, local }));
    // Variants and the items of traits are seen where those are.
    let is_open = definition.kind == Kind::Variant
        || parent.is_some_and(|it| {
            matches!(it.kind, Kind::Trait | Kind::Variant | Kind::Enum) || it.implemented.is_some()
        });
    if is_open {
        return true;
    }
    let inline = around(moving, id);
    match module(analysis, id.file, inline) {
        Some(around) => {
            around.root != sides.new.root || visibility(analysis, id, &around).reaches(&sides.new)
        }
        None => true,
    }
}

/// The inline module around a definition.
pub(super) fn around(moving: &Moving<'_>, id: DefId) -> Option<LocalId> {
    let outline = moving.analysis.outline(id.file);
    let mut next = outline.definition(id.local).parent;
    while let Some(local) = next {
        if outline.definition(local).kind == Kind::Module {
            return Some(local);
        }
        next = outline.definition(local).parent;
    }
    None
}

/// Notes that something has to be seen from the new module.
pub(super) fn needs_seen(
    moving: &Moving<'_>,
    sides: &Sides,
    id: DefId,
    needs: &mut Needs,
) -> Result<(), NotMoved> {
    if is_seen(moving, sides, id) {
        return Ok(());
    }
    let definition = moving.analysis.definition(id);
    let is_plain = !matches!(definition.kind, Kind::Module | Kind::Macro | Kind::Impl | Kind::Variant);
    let standing = moving
        .analysis
        .parsed(id.file)
        .standing(moving.analysis.spans(id.file).definitions[id.local.index()].item);
    if !is_plain || standing.is_none_or(|it| it.is_in_macro) {
        let path = moving.analysis.path(moving.to).to_owned();
        return Err(NotMoved::Hidden { name: definition.name.clone(), path });
    }
    if !needs.raised.insert(id) {
        return Ok(());
    }
    // Who sees a member has to see its type as well.
    let spans = moving.analysis.spans(id.file).definitions[id.local.index()];
    let text = moving.analysis.text(id.file);
    let end = spans.body.filter(|_| definition.kind != Kind::Field).map_or(spans.item.end, |body| body.start);
    let signature = Span { end, ..spans.item }.of(text);
    let outline = moving.analysis.outline(id.file);
    for local in outline.ids() {
        let other = outline.definition(local);
        let is_type =
            matches!(other.kind, Kind::Struct | Kind::Enum | Kind::Union | Kind::Trait | Kind::Type);
        let is_own = id.file == moving.from() && sides.items.contains(&local);
        if is_type && other.parent.is_none() && !is_own && words(signature, &other.name).next().is_some() {
            needs_seen(moving, sides, DefId { file: id.file, local }, needs)?;
        }
    }
    Ok(())
}

/// The edits that let something be seen in its whole crate.
pub(super) fn raise(moving: &Moving<'_>, id: DefId) -> Edit {
    let text = moving.analysis.text(id.file);
    let (span, before) = written(text, moving.analysis.spans(id.file).definitions[id.local.index()].item);
    let text = if before.is_empty() { "pub(crate) " } else { "pub(crate)" };
    Edit { span, text: text.to_owned(), mark: Mark::Certain }
}
