//! Types above and below a type, and members that stand for each other in them. Never does: types outside of the workspace.

use std::collections::HashSet;

use backstory_syntax::{DefinitionKind, Language, LocalId, Outline};

use crate::database::{Analysis, DefId, FileId};
use crate::python::Python;
use crate::queries;
use crate::references::{files_to_read, local_names};
use crate::rust::Rust;

/// The bases of a class, the traits that a type implements, or what a trait requires, in the order written.
pub fn supertypes(analysis: &Analysis, id: DefId) -> Vec<DefId> {
    let mut found = match analysis.language(id.file) {
        Language::Python => Python::of(analysis).bases_of(id),
        Language::Rust => Rust::of(analysis).traits_of(id),
    };
    dedup(&mut found);
    found
}

/// The classes with this base, or the types that implement this trait and the traits that require it, in file order.
pub fn subtypes(analysis: &Analysis, id: DefId) -> Vec<DefId> {
    let mut found = match analysis.language(id.file) {
        Language::Python => subclasses(analysis, id),
        Language::Rust if analysis.definition(id).kind == DefinitionKind::Trait => {
            let blocks = blocks_of_trait(analysis, id);
            let types = blocks.into_iter().filter_map(|block| Rust::of(analysis).type_of_block(block));
            types.chain(requiring(analysis, id)).collect()
        }
        Language::Rust => Vec::new(),
    };
    dedup(&mut found);
    found
}

/// What implements a definition: the classes below a class, the `impl` blocks of a trait or a type, and what stands for a member in
/// them.
pub fn implementations(analysis: &Analysis, id: DefId) -> Vec<DefId> {
    let mut found = match (analysis.language(id.file), analysis.definition(id).kind) {
        (Language::Python, DefinitionKind::Class) => below(analysis, id),
        (Language::Rust, DefinitionKind::Trait) => blocks_of_trait(analysis, id),
        (Language::Rust, DefinitionKind::Struct | DefinitionKind::Enum | DefinitionKind::Union) => {
            Rust::of(analysis).blocks_of(id)
        }
        _ => members_below(analysis, id),
    };
    dedup(&mut found);
    found
}

/// A member with all that stand for it in the types above and below: what has to be renamed together. The definition alone where it is
/// no member. `None` where one of them comes from outside of the workspace.
pub fn family(analysis: &Analysis, id: DefId) -> Option<Vec<DefId>> {
    let Some(owner) = owner_of(analysis, id) else { return Some(vec![id]) };
    let name = &analysis.definition(id).name;
    let mut found = vec![id];
    let top = match analysis.definition(owner).kind {
        DefinitionKind::Class => {
            found.extend(joined(analysis, owner, name));
            None
        }
        DefinitionKind::Trait => Some(owner),
        DefinitionKind::Impl if analysis.definition(owner).implemented.is_some() => {
            Some(trait_of(analysis, owner)?)
        }
        _ => None,
    };
    if let Some(top) = top {
        found.extend(members_named(analysis, top, name));
        found.extend(members_of(analysis, top, name));
    }
    dedup(&mut found);
    Some(found)
}

/// The classes above a class of Python in the order of lookup, and whether all of them are known.
pub fn classes_above(analysis: &Analysis, class: DefId) -> (Vec<DefId>, bool) {
    Python::of(analysis).order_above(class)
}

/// The trait that an `impl` block is of, where the workspace has it.
pub fn trait_of(analysis: &Analysis, block: DefId) -> Option<DefId> {
    Rust::of(analysis).trait_of_block(block)
}

/// The type that an `impl` block is for, where the workspace has it.
pub fn type_of(analysis: &Analysis, block: DefId) -> Option<DefId> {
    Rust::of(analysis).type_of_block(block)
}

/// The `mod` item that declares a file of Rust; none for the root of a crate.
pub fn module_item(analysis: &Analysis, file: FileId) -> Option<DefId> {
    Rust::of(analysis).item_of_module(file)
}

fn owner_of(analysis: &Analysis, id: DefId) -> Option<DefId> {
    let local = analysis.definition(id).parent?;
    let owner = DefId { file: id.file, local };
    matches!(
        analysis.definition(owner).kind,
        DefinitionKind::Class | DefinitionKind::Trait | DefinitionKind::Impl
    )
    .then_some(owner)
}

/// The members of a name of all classes that a class shares one with: above it, below those, and above these again, where a class has bases that know
/// nothing of each other.
fn joined(analysis: &Analysis, owner: DefId, name: &str) -> Vec<DefId> {
    let having = |class: DefId| -> Vec<DefId> {
        let above = Python::of(analysis).above(class).into_iter();
        above.filter(|&class| !members_named(analysis, class, name).is_empty()).collect()
    };
    let mut tops = having(owner);
    let mut found = tops.clone();
    let mut seen: HashSet<DefId> = tops.iter().copied().collect();
    let mut next = 0;
    while let Some(&top) = tops.get(next) {
        next += 1;
        for class in below(analysis, top) {
            if seen.insert(class) {
                found.push(class);
                let above = having(class).into_iter().filter(|&above| seen.insert(above)).collect::<Vec<_>>();
                found.extend(&above);
                tops.extend(above);
            }
        }
    }
    found.into_iter().flat_map(|class| members_named(analysis, class, name)).collect()
}

fn members_below(analysis: &Analysis, id: DefId) -> Vec<DefId> {
    let Some(owner) = owner_of(analysis, id) else { return Vec::new() };
    let top = match analysis.definition(owner).kind {
        DefinitionKind::Impl => trait_of(analysis, owner),
        _ => Some(owner),
    };
    top.map_or_else(Vec::new, |top| members_of(analysis, top, &analysis.definition(id).name))
}

/// What stands for a member in the types below its own.
fn members_of(analysis: &Analysis, owner: DefId, name: &str) -> Vec<DefId> {
    let owners = match analysis.language(owner.file) {
        Language::Python => below(analysis, owner),
        Language::Rust => blocks_of_trait(analysis, owner),
    };
    owners.into_iter().flat_map(|owner| members_named(analysis, owner, name)).collect()
}

/// What stands directly inside a definition under a name.
pub fn members_named(analysis: &Analysis, owner: DefId, name: &str) -> Vec<DefId> {
    let named = queries::names(&analysis.db, analysis.source(owner.file)).inside(Some(owner.local), name);
    named.map(|local| DefId { file: owner.file, local }).collect()
}

/// All classes below a class.
fn below(analysis: &Analysis, id: DefId) -> Vec<DefId> {
    let mut found = vec![id];
    let mut seen: HashSet<DefId> = HashSet::from([id]);
    let mut next = 0;
    while let Some(&class) = found.get(next) {
        found.extend(subclasses(analysis, class).into_iter().filter(|&class| seen.insert(class)));
        next += 1;
    }
    found.remove(0);
    found
}

/// The classes with this one among their bases.
fn subclasses(analysis: &Analysis, id: DefId) -> Vec<DefId> {
    let names = names_of(analysis, &analysis.definition(id).name);
    let mut files: Vec<FileId> = names.iter().flat_map(|name| files_to_read(analysis, name)).collect();
    files.sort_by_key(|&file| analysis.path(file));
    files.dedup();
    let mut found = Vec::new();
    for file in files {
        // Only Python has classes; the same word in Rust is another thing.
        if analysis.language(file) != Language::Python || !has_classes(analysis.outline(file)) {
            continue;
        }
        let code = analysis.code(file);
        let mut classes: Vec<LocalId> = names.iter().flat_map(|name| code.based_on(name)).collect();
        classes.sort_unstable();
        classes.dedup();
        for local in classes {
            analysis.poll();
            let class = DefId { file, local };
            if class != id && Python::of(analysis).bases_of(class).contains(&id) {
                found.push(class);
            }
        }
    }
    found
}

/// A name with those that imports give it, and imports of those.
fn names_of(analysis: &Analysis, name: &str) -> Vec<String> {
    let mut names = vec![name.to_owned()];
    let mut next = 0;
    while let Some(name) = names.get(next).cloned() {
        for file in files_to_read(analysis, &name) {
            for local in local_names(analysis.outline(file), &name) {
                if !names.iter().any(|known| known == local) {
                    names.push(local.to_owned());
                }
            }
        }
        next += 1;
    }
    names
}

fn has_classes(outline: &Outline) -> bool {
    outline.definitions.iter().any(|definition| definition.kind == DefinitionKind::Class)
}

/// The `impl` blocks of a trait.
fn blocks_of_trait(analysis: &Analysis, id: DefId) -> Vec<DefId> {
    let name = &analysis.definition(id).name;
    rust_definitions(analysis, name, |outline, local| {
        outline.definition(local).implemented.as_deref() == Some(name.as_str())
    })
    .into_iter()
    .filter(|&block| trait_of(analysis, block) == Some(id))
    .collect()
}

/// The traits that require a trait.
fn requiring(analysis: &Analysis, id: DefId) -> Vec<DefId> {
    let name = &analysis.definition(id).name;
    let traits = rust_definitions(analysis, name, |outline, local| {
        outline.definition(local).kind == DefinitionKind::Trait
    });
    traits.into_iter().filter(|&other| Rust::of(analysis).traits_of(other).contains(&id)).collect()
}

fn rust_definitions(
    analysis: &Analysis,
    mentioned: &str,
    is_wanted: impl Fn(&Outline, LocalId) -> bool,
) -> Vec<DefId> {
    let mut found = Vec::new();
    for file in files_to_read(analysis, mentioned) {
        analysis.poll();
        if analysis.language(file) == Language::Rust {
            let outline = analysis.outline(file);
            found.extend(
                outline.ids().filter(|&local| is_wanted(outline, local)).map(|local| DefId { file, local }),
            );
        }
    }
    found
}

fn dedup(found: &mut Vec<DefId>) {
    let mut seen: HashSet<(FileId, u32)> = HashSet::new();
    found.retain(|id| seen.insert((id.file, id.local.0)));
}
