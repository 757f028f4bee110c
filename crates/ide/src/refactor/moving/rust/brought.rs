//! What imports bring to an item that goes to another module. Never does: write them.

use backstory_analysis::{DefId, FileId, Target, Word, import_base, meanings};
use backstory_syntax::{BindingKind, ExprId, Import, LocalId, ScopeId};

use super::needs::{Needs, Sides, taken, unsure};
use super::sight::{around, needs_seen};
use super::tree::module;
use super::uses::New;
use crate::refactor::moving::{Moving, NotMoved};

/// An import of the old file.
pub(super) fn brings(
    moving: &Moving<'_>,
    sides: &Sides,
    index: u32,
    name: &str,
    places: &[ExprId],
    needs: &mut Needs,
) -> Result<(), NotMoved> {
    let (analysis, from, to) = (moving.analysis, moving.from(), moving.to);
    let import = &analysis.outline(from).imports[index as usize];
    if has_attribute(moving, from, index) || import.name.is_none() {
        return Err(unsure(moving, places, name));
    }
    let base = import_base(analysis, from, index);
    let is_of_target = base == Some((to, None));
    if is_of_target && import.alias.is_none() {
        return Ok(());
    }
    let code = analysis.code(from);
    let binding = code.binding_ids().find(|&id| code.binding(id).kind == BindingKind::Import(index));
    let meant = binding.map_or_else(Vec::new, |id| meanings(analysis, from, Word::Binding(id)));
    if is_of_target || meant.iter().any(|it| it.target == Target::Module(to)) {
        return Err(unsure(moving, places, name));
    }
    for found in &meant {
        if let Target::Definition(id) = found.target {
            needs_reach(moving, sides, index, id, name, needs)?;
        }
    }
    let path = absolute(moving, sides, index, import, base).ok_or_else(|| unsure(moving, places, name))?;
    if target_has(moving, index, &path, name, &meant)? {
        return Ok(());
    }
    let last = import.name.as_deref().unwrap_or_default();
    let alias = import.alias.as_ref().map_or(String::new(), |alias| format!(" as {alias}"));
    needs.uses.push(New::private(format!("{path}{last}{alias}")));
    Ok(())
}

pub(super) fn has_attribute(moving: &Moving<'_>, file: FileId, index: u32) -> bool {
    let analysis = moving.analysis;
    let text = analysis.text(file);
    let leaf = analysis.spans(file).imports[index as usize];
    let Some(statement) = analysis.parsed(file).import_around(leaf) else { return true };
    text[..statement.start as usize].trim_end().ends_with(']')
}

/// What an import brings has to be seen from the new module by the same path.
pub(super) fn needs_reach(
    moving: &Moving<'_>,
    sides: &Sides,
    index: u32,
    id: DefId,
    name: &str,
    needs: &mut Needs,
) -> Result<(), NotMoved> {
    let analysis = moving.analysis;
    let hidden = || NotMoved::Hidden { name: name.to_owned(), path: analysis.path(moving.to).to_owned() };
    let Some((file, inline)) = import_base(analysis, moving.from(), index) else { return Ok(()) };
    let Some(base) = module(analysis, file, inline) else { return Ok(()) };
    if base.root != sides.new.root {
        return Ok(());
    }
    if !base.is_seen_from(analysis, &sides.new) {
        return Err(hidden());
    }
    if id.file == file && around(moving, id) == inline {
        return needs_seen(moving, sides, id, needs);
    }
    // It is lent from there.
    let outline = analysis.outline(file);
    let import = outline.imports.iter().zip(0u32..).find(|(it, _)| {
        it.enclosing == inline
            && it.alias.as_ref().or(it.name.as_ref()).is_some_and(|own| {
                own == analysis.outline(moving.from()).imports[index as usize].name.as_deref().unwrap_or(name)
            })
    });
    match import {
        Some((it, _)) if it.reexport => Ok(()),
        _ if sides.new.is_within(&base) => Ok(()),
        Some(_) => Err(hidden()),
        None => Ok(()),
    }
}

/// The path of an import up to its last name, as it can be written in the new module.
pub(super) fn absolute(
    moving: &Moving<'_>,
    sides: &Sides,
    _index: u32,
    import: &Import,
    base: Option<(FileId, Option<LocalId>)>,
) -> Option<String> {
    let joined = |parts: &[String]| parts.iter().map(|part| format!("{part}::")).collect::<String>();
    let Some(first) = import.path.first() else {
        // `use name;`
        return Some(String::new());
    };
    match first.as_str() {
        "crate" => return Some(joined(&import.path)),
        "super" if sides.are_siblings() => return Some(joined(&import.path)),
        _ => {}
    }
    let code = moving.analysis.code(moving.from());
    let is_local = code.find_name(first).is_some_and(|word| !code.bound(ScopeId(0), word).is_empty());
    if !matches!(first.as_str(), "self" | "super") && !is_local {
        return Some(joined(&import.path));
    }
    let (file, inline) = base?;
    let module = module(moving.analysis, file, inline).filter(|it| it.root == sides.new.root)?;
    Some(format!("{}::", module.path()))
}

/// Whether the target imports the same by the same name.
///
/// # Errors
/// It has something else by that name.
pub(super) fn target_has(
    moving: &Moving<'_>,
    index: u32,
    path: &str,
    name: &str,
    meant: &[backstory_analysis::Found],
) -> Result<bool, NotMoved> {
    let (analysis, to) = (moving.analysis, moving.to);
    let code = analysis.code(to);
    let old = &analysis.outline(moving.from()).imports[index as usize];
    let bound = code.find_name(name).map_or(&[][..], |word| code.bound(ScopeId(0), word));
    for &id in bound {
        let is_same = match code.binding(id).kind {
            BindingKind::Import(other) => {
                let import = &analysis.outline(to).imports[other as usize];
                let written: String = import.path.iter().map(|part| format!("{part}::")).collect();
                (written == path && import.name == old.name)
                    || (!meant.is_empty()
                        && meanings(analysis, to, Word::Binding(id))
                            .iter()
                            .any(|it| meant.iter().any(|other| other.target == it.target)))
            }
            _ => false,
        };
        let is_conditional = match code.binding(id).kind {
            BindingKind::Import(other) => has_attribute(moving, to, other),
            _ => true,
        };
        if !is_same || is_conditional {
            return Err(taken(moving, name, code.binding(id).span));
        }
    }
    Ok(!bound.is_empty())
}
