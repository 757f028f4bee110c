//! Members that stand for members above them: of a base class, of a trait. Never does: look below a type.

use backstory_syntax::{DefinitionKind, Language, LocalId, Outline};

use super::Use;
use super::uses::Uses;
use crate::confidence::Confidence;
use crate::database::{Analysis, DefId, FileId};
use crate::hierarchy::{members_named, trait_of};
use crate::python::Python;
use crate::rust::Rust;

/// For each member that stands for another one: it depends on that one, whose callers may run it.
pub(super) fn add(analysis: &Analysis, file: FileId, found: &mut Uses) {
    let outline = analysis.outline(file);
    for owner in outline.ids() {
        let id = DefId { file, local: owner };
        match (outline.language, outline.definition(owner).kind) {
            (Language::Python, DefinitionKind::Class) => class(analysis, outline, id, found),
            (Language::Rust, DefinitionKind::Impl) if outline.definition(owner).implemented.is_some() => {
                block(analysis, outline, id, found);
            }
            _ => {}
        }
    }
}

/// Members of a trait that the workspace does not have are run by who uses the type, unseen.
fn block(analysis: &Analysis, outline: &Outline, block: DefId, found: &mut Uses) {
    let of = trait_of(analysis, block);
    let own = Rust::of(analysis).type_of_block(block);
    for local in members(outline, block.local) {
        match (of, own) {
            (Some(of), _) => pair(analysis, block, local, of, Confidence::Exact, found),
            (None, Some(own)) => {
                let member = DefId { file: block.file, local };
                found.add(own.into(), member.into(), Use::Dispatch, Confidence::Inferred);
            }
            (None, None) => {}
        }
    }
}

fn class(analysis: &Analysis, outline: &Outline, class: DefId, found: &mut Uses) {
    let (above, is_known) = Python::of(analysis).order_above(class);
    let confidence = if is_known { Confidence::Exact } else { Confidence::Inferred };
    for local in members(outline, class.local) {
        let name = &outline.definition(local).name;
        // Who makes an instance or uses operators on it names the class, not the method.
        if name.starts_with("__") && name.ends_with("__") {
            let member = DefId { file: class.file, local };
            found.add(class.into(), member.into(), Use::Dispatch, Confidence::Inferred);
        }
        let first = above.iter().find(|&&base| !members_named(analysis, base, name).is_empty());
        first.into_iter().for_each(|&base| pair(analysis, class, local, base, confidence, found));
    }
}

/// The methods directly inside a type.
fn members(outline: &Outline, owner: LocalId) -> impl Iterator<Item = LocalId> + '_ {
    outline.ids().skip(owner.index()).filter(move |&local| {
        let definition = outline.definition(local);
        definition.parent == Some(owner) && definition.kind == DefinitionKind::Method
    })
}

fn pair(
    analysis: &Analysis,
    owner: DefId,
    local: LocalId,
    above: DefId,
    confidence: Confidence,
    found: &mut Uses,
) {
    let own = DefId { file: owner.file, local };
    for over in members_named(analysis, above, &analysis.definition(own).name) {
        found.add(own.into(), over.into(), Use::Override, confidence);
        found.add(over.into(), own.into(), Use::Dispatch, Confidence::Inferred);
    }
}
