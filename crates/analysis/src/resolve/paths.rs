//! Paths and imports: from names as written to the module or definition that they lead to, by both languages' rules. Never does:
//! judge whether what was found is what a reference wants.

use backstory_syntax::{DefinitionKind, Import, Language, LocalId};

use super::{Confidence, Resolver, is_type, items_named};
use crate::database::{Analysis, DefId, FileId};
use crate::modules::{Module, modules};

/// Re-exports are followed this far; the bound also ends circles of them.
const IMPORT_DEPTH: u32 = 6;

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A file's module, or an inline module inside it.
    Module(Scope),
    Definition(DefId),
}

impl Target {
    /// The top level of a file.
    fn file(file: FileId) -> Self {
        Self::Module(Scope { file, inline: None })
    }
}

/// The top level of a file, or the inside of one of its inline modules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scope {
    pub file: FileId,
    pub inline: Option<LocalId>,
}

/// The file that holds what an import names.
pub(crate) fn imported_file(analysis: &Analysis, file: FileId, index: usize) -> Option<FileId> {
    let outline = analysis.outline(file);
    let import = &outline.imports[index];
    let resolver = Resolver { analysis, file, outline };
    let scope = resolver.scope(import.enclosing);
    let target = match import.glob {
        true => resolver.import_path(scope, import, 0)?,
        false => resolver.import_target(scope, import, 0)?.0,
    };
    Some(match target {
        Target::Module(scope) => scope.file,
        Target::Definition(id) => id.file,
    })
}

impl Resolver<'_> {
    /// A path as written, from where it is written.
    pub(super) fn path(&self, segments: &[&str], enclosing: Option<LocalId>) -> Option<(Target, Confidence)> {
        let (first, rest) = segments.split_first()?;
        let mut confidence = Confidence::Exact;
        let mut target = self.first_segment(first, enclosing)?;
        for segment in rest {
            let (next, further) = self.step(target, segment)?;
            confidence = confidence.max(further);
            target = next;
        }
        Some((target, confidence))
    }

    fn first_segment(&self, name: &str, enclosing: Option<LocalId>) -> Option<Target> {
        let here = self.scope(enclosing);
        if self.outline.language == Language::Rust {
            match name {
                "crate" => return self.crate_root(self.file).map(Target::Module),
                "super" => return self.parent(here).map(Target::Module),
                "self" => return Some(Target::Module(here)),
                "Self" => return self.own_type(enclosing).map(Target::Definition),
                _ => {}
            }
        }
        if let Some(edge) = self.bare(name, enclosing).into_iter().next() {
            return Some(Target::Definition(edge.target)).map(|target| self.enter(target));
        }
        let (target, _) = self.named(here, name, 0).or_else(|| self.external(name))?;
        Some(target)
    }

    fn step(&self, target: Target, name: &str) -> Option<(Target, Confidence)> {
        match target {
            Target::Module(scope) if name == "super" => {
                Some((Target::Module(self.parent(scope)?), Confidence::Exact))
            }
            Target::Module(scope) => self.named(scope, name, 0),
            Target::Definition(_) => {
                let edge = self.inside(target, name, Confidence::Exact).into_iter().next()?;
                Some((Target::Definition(edge.target), edge.confidence))
            }
        }
    }

    /// A name inside a module: its definitions, its submodules, then what it imports.
    pub(super) fn named(&self, scope: Scope, name: &str, depth: u32) -> Option<(Target, Confidence)> {
        match self.declared(scope, name) {
            Some(target) => Some((target, Confidence::Exact)),
            None => self.imported(scope, name, depth),
        }
    }

    /// A name inside a module without what it imports.
    fn declared(&self, scope: Scope, name: &str) -> Option<Target> {
        let defined = items_named(self.analysis.outline(scope.file), scope.inline, name).next();
        match defined {
            Some(local) => Some(self.enter(Target::Definition(DefId { file: scope.file, local }))),
            None => self.submodule(scope, name).map(Target::file),
        }
    }

    pub(super) fn imported(&self, scope: Scope, name: &str, depth: u32) -> Option<(Target, Confidence)> {
        if depth > IMPORT_DEPTH {
            return None;
        }
        let outline = self.analysis.outline(scope.file);
        let here = outline.imports.iter().filter(|import| import.enclosing == scope.inline);
        if let Some(import) = here.clone().find(|import| local_name(import) == Some(name)) {
            return self.import_target(scope, import, depth);
        }
        here.filter(|import| import.glob).find_map(|import| {
            let module = self.import_path(scope, import, depth)?;
            let Target::Module(inner) = module else { return None };
            let (target, _) = self.named(inner, name, depth + 1)?;
            Some((target, Confidence::Inferred))
        })
    }

    pub(super) fn import_target(
        &self,
        scope: Scope,
        import: &Import,
        depth: u32,
    ) -> Option<(Target, Confidence)> {
        // Python's `import a.b` binds `a`.
        if import.name.is_none() && import.alias.is_none() {
            return self.external(import.path.first()?);
        }
        let base = self.import_path(scope, import, depth)?;
        let Some(name) = &import.name else { return Some((base, Confidence::Exact)) };
        match base {
            Target::Module(inner) => self.named(inner, name, depth + 1),
            Target::Definition(_) => self.step(base, name),
        }
    }

    /// The module or type that an import's path names.
    pub(super) fn import_path(&self, scope: Scope, import: &Import, depth: u32) -> Option<Target> {
        let (mut target, segments) = match self.analysis.language(scope.file) {
            Language::Python => self.python_base(scope, import)?,
            Language::Rust => {
                let (first, rest) = import.path.split_first()?;
                (self.rust_base(scope, first, depth)?, rest)
            }
        };
        for segment in segments {
            target = match target {
                Target::Module(inner) => match segment.as_str() {
                    "super" => Target::Module(self.parent(inner)?),
                    _ => self.named(inner, segment, depth + 1)?.0,
                },
                Target::Definition(_) => self.step(target, segment)?.0,
            };
        }
        Some(target)
    }

    fn rust_base(&self, scope: Scope, first: &str, depth: u32) -> Option<Target> {
        match first {
            "crate" => self.crate_root(scope.file).map(Target::Module),
            "self" => Some(Target::Module(scope)),
            "super" => self.parent(scope).map(Target::Module),
            _ => {
                // An import must not find itself: look at definitions and submodules, not at imports, unless deeper.
                let imported = || {
                    let imports = self.analysis.outline(scope.file).imports.iter();
                    let mut named = imports.filter(|import| {
                        import.enclosing == scope.inline
                            && local_name(import) == Some(first)
                            && import.path.first().is_some_and(|path| path != first)
                    });
                    if depth > IMPORT_DEPTH {
                        return None;
                    }
                    named.find_map(|import| self.import_target(scope, import, depth + 1)).map(|found| found.0)
                };
                let external = || self.external(first).map(|found| found.0);
                self.declared(scope, first).or_else(imported).or_else(external)
            }
        }
    }

    /// Where the walk along an import's path starts, and what is left of the path. An absolute path leads to a module at once
    /// where there is one; a part of it may also be a name that a package's `__init__` imports.
    fn python_base<'i>(&self, scope: Scope, import: &'i Import) -> Option<(Target, &'i [String])> {
        let all = modules(&self.analysis.db, self.analysis.workspace);
        if import.level == 0 {
            if let Some(file) = all.find(Language::Python, "", &import.path) {
                return Some((Target::file(file), &[]));
            }
            let (first, rest) = import.path.split_first()?;
            return Some((self.external(first)?.0, rest));
        }
        let own = self.module(scope.file);
        let up = import.level as usize - usize::from(own.is_package);
        let depth = own.path.len().checked_sub(up)?;
        Some((Target::file(self.find_module(own, &own.path[..depth])?), &import.path))
    }

    /// A crate of the workspace, or a top-level Python module.
    pub(super) fn external(&self, name: &str) -> Option<(Target, Confidence)> {
        let all = modules(&self.analysis.db, self.analysis.workspace);
        let file = match self.outline.language {
            Language::Rust => all.find(Language::Rust, name, &[])?,
            Language::Python => all.find(Language::Python, "", &[name.to_owned()])?,
        };
        Some((Target::file(file), Confidence::Exact))
    }

    fn submodule(&self, scope: Scope, name: &str) -> Option<FileId> {
        let outline = self.analysis.outline(scope.file);
        let module = self.module(scope.file);
        let mut path = module.path.clone();
        if let Some(inline) = scope.inline {
            path.extend(outline.container(inline));
            path.push(outline.definition(inline).name.clone());
        }
        path.push(name.to_owned());
        let is_python_file = module.language == Language::Python && !module.is_package;
        if is_python_file { None } else { self.find_module(module, &path) }
    }

    /// A module definition stands for what is inside: the other file of `mod x;`, or the inline body.
    pub(super) fn enter(&self, target: Target) -> Target {
        let Target::Definition(id) = target else { return target };
        let definition = self.analysis.definition(id);
        if definition.kind != DefinitionKind::Module {
            return target;
        }
        let outside = Scope { file: id.file, inline: definition.parent };
        match self.submodule(outside, &definition.name) {
            Some(file) => Target::file(file),
            None => Target::Module(Scope { file: id.file, inline: Some(id.local) }),
        }
    }

    /// The module that code stands in.
    pub(super) fn scope(&self, enclosing: Option<LocalId>) -> Scope {
        let mut inline = enclosing;
        while let Some(id) = inline {
            let definition = self.outline.definition(id);
            if definition.kind == DefinitionKind::Module {
                break;
            }
            inline = definition.parent;
        }
        Scope { file: self.file, inline }
    }

    pub(super) fn parent(&self, scope: Scope) -> Option<Scope> {
        let outline = self.analysis.outline(scope.file);
        if let Some(inline) = scope.inline {
            return Some(Scope { file: scope.file, inline: outline.definition(inline).parent });
        }
        let module = self.module(scope.file);
        let (_, path) = module.path.split_last()?;
        Some(Scope { file: self.find_module(module, path)?, inline: None })
    }

    fn crate_root(&self, file: FileId) -> Option<Scope> {
        let file = self.find_module(self.module(file), &[])?;
        Some(Scope { file, inline: None })
    }

    /// The definition that `Self` names, where it stands in the same file.
    pub(super) fn own_type(&self, enclosing: Option<LocalId>) -> Option<DefId> {
        let mut scope = enclosing;
        while let Some(id) = scope {
            let definition = self.outline.definition(id);
            if is_type(definition.kind) {
                return Some(DefId { file: self.file, local: id });
            }
            if matches!(definition.kind, DefinitionKind::Impl) {
                let edge = self.bare(&definition.name, definition.parent).into_iter().next()?;
                return Some(edge.target);
            }
            scope = definition.parent;
        }
        None
    }

    fn module(&self, file: FileId) -> &Module {
        modules(&self.analysis.db, self.analysis.workspace).of(file)
    }

    fn find_module(&self, near: &Module, path: &[String]) -> Option<FileId> {
        modules(&self.analysis.db, self.analysis.workspace).find(near.language, &near.root, path)
    }
}

/// The name that an import binds in its scope.
fn local_name(import: &Import) -> Option<&str> {
    if import.glob {
        return None;
    }
    let name = import.alias.as_deref().or(import.name.as_deref());
    name.or_else(|| import.path.first().map(String::as_str))
}
