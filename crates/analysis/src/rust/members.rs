//! Fields, methods and associated items of types and traits. Never does: choose by the types of arguments.

use backstory_syntax::{DefinitionKind, Expr, ExprId};

use super::types::Type;
use super::{Meant, Rust, Space, standard};
use crate::database::{DefId, FileId};

/// A chain of dereferences is followed so far.
const DEREFERENCES: u32 = 6;

/// Whether a field or a method is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    Field,
    Method,
}

impl Asked {
    pub(super) fn of(expr: Expr) -> Self {
        if matches!(expr, Expr::Method { .. }) { Self::Method } else { Self::Field }
    }
}

/// Where a member was found, with what is known of generic parameters there.
pub(super) struct Owned {
    pub(super) ids: Vec<DefId>,
    pub(super) known: Vec<(Type, Type)>,
}

impl Rust<'_> {
    /// What a value has under a name.
    pub(super) fn member(&mut self, file: FileId, base: &Type, name: &str, asked: Asked) -> Meant {
        if let Some(found) = self.owned(base, name, asked, 0) {
            return Meant::Definitions(found.ids);
        }
        match self.given_to_all(file, base, name) {
            Some(id) => Meant::Definitions(vec![id]),
            // A box may hold what nobody knows, and a trait of the workspace give methods to anything.
            None => match base {
                Type::Function(..) | Type::Constructor(..) => Meant::External(name.to_owned()),
                _ => Meant::Unknown,
            },
        }
    }

    /// The member with what is known of its type's parameters.
    pub(super) fn owned(&mut self, base: &Type, name: &str, asked: Asked, depth: u32) -> Option<Owned> {
        if depth > DEREFERENCES {
            return None;
        }
        match base {
            Type::Data(id, arguments) => {
                let own = self.data_member(*id, arguments, name, asked);
                own.or_else(|| {
                    let target = self.dereferenced(*id, arguments)?;
                    self.owned(&target, name, asked, depth + 1)
                })
            }
            Type::Traits(all) => all.clone().into_iter().find_map(|id| self.trait_member(id, name, 0)),
            Type::Parameter(file, binding) => {
                let bounds = self.bounds_of(*file, *binding);
                bounds.into_iter().find_map(|id| self.trait_member(id, name, 0))
            }
            Type::External(wrapper, _) if standard::is_transparent(wrapper) => {
                let inner = base.first();
                self.owned(&inner, name, asked, depth + 1)
            }
            _ => None,
        }
    }

    /// The method of a trait of the workspace that is implemented for everything that fits (`impl<T: Read> ReadExt for T`). Where several
    /// have it, the one that the file imports.
    fn given_to_all(&mut self, file: FileId, base: &Type, name: &str) -> Option<DefId> {
        if !matches!(base, Type::Data(..) | Type::Parameter(..) | Type::Traits(_)) {
            return None;
        }
        let owners = self.traits_with(name).into_iter().filter(|&owner| self.is_for_all(owner));
        let found: Vec<(DefId, DefId)> =
            owners.filter_map(|owner| Some((owner, *self.inside(owner, name).first()?))).collect();
        let imports = &self.outline(file).imports;
        let is_imported = |owner: DefId| {
            let name = self.definition(owner).name.as_str();
            imports.iter().any(|import| import.name.as_deref() == Some(name))
        };
        let imported = found.iter().find(|(owner, _)| is_imported(*owner));
        let chosen = imported.or(found.first().filter(|_| found.len() == 1))?;
        self.is_certain = false;
        Some(chosen.1)
    }

    /// Whether a trait is implemented for a generic parameter, beside its declaration.
    fn is_for_all(&self, id: DefId) -> bool {
        let name = self.definition(id).name.as_str();
        let outline = self.outline(id.file);
        outline.ids().any(|local| {
            let block = outline.definition(local);
            block.kind == DefinitionKind::Impl
                && block.implemented.as_deref() == Some(name)
                && self.parameters_of(DefId { file: id.file, local }).iter().any(
                    |parameter| match parameter {
                        Type::Parameter(file, binding) => {
                            let code = self.code(*file);
                            code.name(code.binding(*binding).name) == block.name
                        }
                        _ => false,
                    },
                )
        })
    }

    fn data_member(&mut self, id: DefId, arguments: &[Type], name: &str, asked: Asked) -> Option<Owned> {
        if asked == Asked::Method {
            return self.implemented(id, arguments, name);
        }
        let fields: Vec<DefId> =
            self.inside(id, name).into_iter().filter(|&it| self.kind(it) == DefinitionKind::Field).collect();
        if !fields.is_empty() {
            return Some(Owned { ids: fields, known: self.known_of(id, arguments) });
        }
        self.implemented(id, arguments, name)
    }

    /// An item of a type's `impl` blocks: inherent ones first, then those of traits, then what traits have themselves.
    fn implemented(&mut self, id: DefId, arguments: &[Type], name: &str) -> Option<Owned> {
        let mut blocks = self.blocks_with(id, name);
        blocks
            .sort_by_key(|&block| (self.definition(block).implemented.is_some(), self.distance(block.file)));
        for block in blocks {
            let ids = self.inside(block, name);
            if !ids.is_empty() {
                let known = self.known_in(block, arguments);
                return Some(Owned { ids, known });
            }
        }
        for owner in self.traits_with(name) {
            let implemented = self.definition(owner).name.as_str();
            let blocks = self.blocks_of_trait(id, implemented);
            let is_meant = |rust: &mut Self, block| rust.trait_of(block) == Some(owner);
            if blocks.into_iter().any(|block| is_meant(self, block)) {
                return self.trait_member(owner, name, 0);
            }
        }
        None
    }

    /// How far away the crate of a file is from the one that asks: several may give a type traits with methods of one name.
    fn distance(&self, file: FileId) -> u32 {
        match self.from {
            Some(from) if self.is_same_crate(from, file) => 0,
            _ if self.is_in_library(file) => 1,
            _ => 2,
        }
    }

    pub(super) fn trait_of(&mut self, block: DefId) -> Option<DefId> {
        let item = self.item(block)?;
        let base = self.code(block.file).list(item.bases).next()?;
        self.trait_named(block.file, base)
    }

    pub(super) fn trait_named(&mut self, file: FileId, id: ExprId) -> Option<DefId> {
        let id = match self.code(file).expr(id) {
            backstory_syntax::Expr::Generic { base, .. } => base,
            _ => id,
        };
        match self.meaning(file, id) {
            Meant::Definitions(ids) => ids.into_iter().find(|&id| self.kind(id) == DefinitionKind::Trait),
            _ => None,
        }
    }

    /// An item of a trait or of what it requires.
    pub(super) fn trait_member(&mut self, id: DefId, name: &str, depth: u32) -> Option<Owned> {
        if depth > DEREFERENCES {
            return None;
        }
        let ids = self.inside(id, name);
        if !ids.is_empty() {
            return Some(Owned { ids, known: Vec::new() });
        }
        let item = *self.item(id)?;
        let bases: Vec<ExprId> = self.code(id.file).list(item.bases).collect();
        bases.into_iter().find_map(|base| {
            let required = self.trait_named(id.file, base)?;
            self.trait_member(required, name, depth + 1)
        })
    }

    /// What `Deref` leads to.
    fn dereferenced(&mut self, id: DefId, arguments: &[Type]) -> Option<Type> {
        let block = self.blocks_of_trait(id, "Deref").into_iter().next()?;
        let target = self.inside(block, "Target").into_iter().next()?;
        let annotation = self.item(target)?.annotation?;
        let known = self.known_in(block, arguments);
        Some(self.annotated(target.file, annotation).with(&known))
    }

    /// An item of a type by its path: a variant, a method, a constant.
    pub(super) fn associated(&mut self, owner: &Type, name: &str, space: Space) -> Meant {
        self.associated_owned(owner, name, space).map_or_else(
            || match owner {
                Type::External(..) => Meant::External(name.to_owned()),
                _ => Meant::Unknown,
            },
            |found| Meant::Definitions(found.ids),
        )
    }

    pub(super) fn associated_owned(&mut self, owner: &Type, name: &str, space: Space) -> Option<Owned> {
        match owner {
            Type::Data(id, arguments) => {
                let variants: Vec<DefId> = self
                    .inside(*id, name)
                    .into_iter()
                    .filter(|&it| self.kind(it) == DefinitionKind::Variant)
                    .collect();
                if !variants.is_empty() {
                    return Some(Owned { ids: variants, known: self.known_of(*id, arguments) });
                }
                let found = self.implemented(*id, arguments, name)?;
                let is_type = |id: &DefId| self.kind(*id) == DefinitionKind::Type;
                let fits = found.ids.iter().any(|id| is_type(id) == (space == Space::Type));
                fits.then_some(found)
            }
            Type::Traits(all) => {
                // What implements the trait may have its own.
                self.is_certain = false;
                all.clone().into_iter().find_map(|id| self.trait_member(id, name, 0))
            }
            Type::Parameter(file, binding) => {
                let bounds = self.bounds_of(*file, *binding);
                bounds.into_iter().find_map(|id| self.trait_member(id, name, 0))
            }
            Type::External(wrapper, _) if standard::is_transparent(wrapper) => {
                let inner = owner.first();
                match inner {
                    Type::Unknown => None,
                    inner => self.associated_owned(&inner, name, space),
                }
            }
            _ => None,
        }
    }

    /// The field that a struct literal or pattern names.
    pub(super) fn field_of(&mut self, file: FileId, of: ExprId, name: &str) -> Meant {
        let id = match self.code(file).expr(of) {
            backstory_syntax::Expr::Generic { base, .. } => base,
            _ => of,
        };
        let owners = match self.meaning(file, id) {
            Meant::Definitions(ids) => ids,
            _ => return Meant::Unknown,
        };
        let owners: Vec<DefId> = owners.into_iter().flat_map(|id| self.unaliased(id)).collect();
        let fields: Vec<DefId> = owners
            .into_iter()
            .flat_map(|owner| self.inside(owner, name))
            .filter(|&it| self.kind(it) == DefinitionKind::Field)
            .collect();
        if fields.is_empty() { Meant::Unknown } else { Meant::Definitions(fields) }
    }

    fn unaliased(&mut self, id: DefId) -> Vec<DefId> {
        if self.kind(id) != DefinitionKind::Type {
            return vec![id];
        }
        match self.data_type(id, Vec::new()) {
            Type::Data(id, _) => vec![id],
            _ => vec![id],
        }
    }
}
