//! Names without a path, by Rust's scopes: variables, items of functions, modules, the crates of the workspace. Never does: types.

use backstory_syntax::{BindingId, BindingKind, Code, DefinitionKind, ExprId, LocalId, ScopeId, ScopeKind};

use super::paths::Scope;
use super::{Meant, Rust, Space};
use crate::database::{DefId, FileId};
use crate::queries;

impl Rust<'_> {
    /// A name among values.
    pub(super) fn value_name(&mut self, file: FileId, id: ExprId, name: &str, scope: ScopeId) -> Meant {
        let code = self.code(file);
        if let Some(local) = variable(code, id, scope) {
            return Meant::Local(file, local);
        }
        match name {
            "self" => return Meant::Unknown,
            "Self" => return self.type_name(file, name, scope),
            _ => {}
        }
        match self.item_name(file, name, scope, Space::Value) {
            Meant::Unknown => match self.item_name(file, name, scope, Space::Type) {
                Meant::Unknown => Meant::External(name.to_owned()),
                found => found,
            },
            found => found,
        }
    }

    /// A name among types and modules.
    pub(super) fn type_name(&mut self, file: FileId, name: &str, scope: ScopeId) -> Meant {
        let here = self.scope_of(file, scope);
        match name {
            "crate" | "$crate" => return self.crate_root(file).map_or(Meant::Unknown, Meant::Module),
            "self" => return Meant::Module(here),
            "super" => return self.parent_module(here).map_or(Meant::Unknown, Meant::Module),
            "Self" => return self.own_type(file, scope),
            _ => {}
        }
        match self.item_name(file, name, scope, Space::Type) {
            Meant::Unknown => match self.other_crate(name) {
                Some(root) => Meant::Module(root),
                None => Meant::External(name.to_owned()),
            },
            found => found,
        }
    }

    /// A name among macros.
    pub(super) fn macro_name(&mut self, file: FileId, name: &str, scope: ScopeId) -> Meant {
        match self.item_name(file, name, scope, Space::Macro) {
            Meant::Unknown => self.exported_macro(file, name),
            found => found,
        }
    }

    /// A name among attributes: that of a procedural macro, or one of the compiler's.
    pub(super) fn attribute_name(&mut self, file: FileId, name: &str, scope: ScopeId) -> Meant {
        match self.item_name(file, name, scope, Space::Macro) {
            Meant::Definitions(ids) if ids.iter().all(|&id| self.kind(id) == DefinitionKind::Function) => {
                Meant::Definitions(ids)
            }
            _ => Meant::External(name.to_owned()),
        }
    }

    /// A macro that is visible by its name alone: of the same file or crate, or the only one that the workspace's libraries have.
    pub(super) fn exported_macro(&mut self, file: FileId, name: &str) -> Meant {
        let mut found: Vec<DefId> = Vec::new();
        for &id in queries::declaring(self.db, self.workspace).files(name) {
            let outline = self.outline(id);
            let named = queries::names(self.db, self.source(id)).of(name).iter();
            let macros = named.filter(|&&local| outline.definition(local).kind == DefinitionKind::Macro);
            found.extend(macros.map(|&local| DefId { file: id, local }));
        }
        let here: Vec<DefId> = found.iter().copied().filter(|id| id.file == file).collect();
        let root = self.crate_root(file);
        let near: Vec<DefId> = found.iter().copied().filter(|id| self.crate_root(id.file) == root).collect();
        if let Some(own) = [here, near].into_iter().find(|all| !all.is_empty()) {
            return Meant::Definitions(own);
        }
        found.retain(|id| self.is_in_library(id.file));
        if found.len() == 1 { Meant::Definitions(found) } else { Meant::Unknown }
    }

    /// An item or a generic parameter, from the inside out.
    fn item_name(&mut self, file: FileId, name: &str, scope: ScopeId, space: Space) -> Meant {
        let code = self.code(file);
        let word = code.find_name(name);
        let mut next = Some(scope);
        while let Some(at) = next {
            let here = code.scope(at);
            match here.kind {
                ScopeKind::File | ScopeKind::Module(_) => break,
                _ => {}
            }
            let bound = word.map_or(&[][..], |word| code.bound(at, word));
            if space == Space::Type
                && let Some(&parameter) = bound.iter().find(|&&it| is_type_parameter(code, it))
            {
                return Meant::Local(file, parameter);
            }
            // Members of a type need a path.
            if !matches!(here.kind, ScopeKind::Class(_)) {
                let items = bound.iter().filter_map(|&it| match code.binding(it).kind {
                    BindingKind::Definition(local) => Some(DefId { file, local }),
                    _ => None,
                });
                if let Some(found) = self.fitting(items.collect::<Vec<_>>().into_iter(), space) {
                    return found;
                }
            }
            if let ScopeKind::Function(Some(function)) = here.kind {
                let found = self.imported(file, Some(function), name, space, 0);
                if found != Meant::Unknown {
                    return found;
                }
            }
            next = here.parent;
        }
        let module = self.scope_of(file, scope);
        self.named(module, name, space, 0)
    }

    /// The module around a scope.
    pub(super) fn scope_of(&self, file: FileId, scope: ScopeId) -> Scope {
        let code = self.code(file);
        let mut next = Some(scope);
        while let Some(at) = next {
            let here = code.scope(at);
            if let ScopeKind::Module(local) = here.kind {
                return Scope { file, inline: Some(local) };
            }
            next = here.parent;
        }
        Scope { file, inline: None }
    }

    fn deeper_meaning(&mut self, file: FileId, id: ExprId) -> Meant {
        self.deeper(|rust| rust.meaning(file, id)).unwrap_or(Meant::Unknown)
    }

    /// What `Self` stands for.
    fn own_type(&mut self, file: FileId, scope: ScopeId) -> Meant {
        let Some(id) = container(self.code(file), scope).map(|local| DefId { file, local }) else {
            return Meant::Unknown;
        };
        match self.kind(id) {
            DefinitionKind::Impl => match self.item(id).and_then(|item| item.annotation) {
                Some(of) => match self.code(file).expr(of) {
                    // Broken code may have `impl Self`.
                    backstory_syntax::Expr::Generic { base, .. } => self.deeper_meaning(file, base),
                    _ => self.deeper_meaning(file, of),
                },
                None => Meant::Unknown,
            },
            _ => Meant::Definitions(vec![id]),
        }
    }
}

fn is_type_parameter(code: &Code, id: BindingId) -> bool {
    matches!(code.binding(id).kind, BindingKind::TypeParameter { .. })
}

/// The impl, trait, struct or enum around a scope.
pub(super) fn container(code: &Code, scope: ScopeId) -> Option<LocalId> {
    let mut next = Some(scope);
    while let Some(at) = next {
        let here = code.scope(at);
        if let ScopeKind::Class(local) = here.kind {
            return Some(local);
        }
        next = here.parent;
    }
    None
}

/// The variable or parameter that a name stands for: the last one before it in the innermost block that has one.
fn variable(code: &Code, id: ExprId, scope: ScopeId) -> Option<BindingId> {
    let name = code.word(id)?;
    let mut next = Some(scope);
    while let Some(at) = next {
        let here = code.scope(at);
        let is_variable = |it: &&BindingId| {
            matches!(code.binding(**it).kind, BindingKind::Variable { .. } | BindingKind::Parameter { .. })
        };
        let bound = code.bound(at, name);
        let before = bound.partition_point(|&it| code.binding(it).from <= id);
        if let Some(&found) = bound[..before].iter().rev().find(is_variable) {
            return Some(found);
        }
        if matches!(here.kind, ScopeKind::Function(Some(_)) | ScopeKind::Module(_)) {
            return None;
        }
        next = here.parent;
    }
    None
}
