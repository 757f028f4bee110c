//! Modules of Python and what imports lead to: packages, namespace packages, `src` layouts, relative and star imports. Never does: run
//! what a module does to its own names.

use backstory_syntax::{Import, ScopeId};

use super::{Meant, Place, Python};
use crate::database::FileId;
use crate::modules::{Modules, modules};

/// A module, or a directory that counts as one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Module {
    File(FileId),
    /// Relative to the root of the workspace, with `/`.
    Directory(String),
}

/// Imports lead through each other at most this far, which also ends circles of them.
const IMPORTS: u32 = 12;

impl Python<'_> {
    fn modules(&self) -> &Modules {
        modules(self.db, self.workspace)
    }

    /// The module inside a directory.
    fn module_in(&self, directory: &str, name: &str) -> Option<Module> {
        let path = if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") };
        let modules = self.modules();
        match modules.python_module(&path) {
            Some(file) => Some(Module::File(file)),
            None => modules.has_directory(&path).then_some(Module::Directory(path)),
        }
    }

    fn directory_of(&self, file: FileId) -> &str {
        let path = self.source(file).path(self.db);
        path.rsplit_once('/').map_or("", |(directory, _)| directory)
    }

    fn is_package(&self, file: FileId) -> bool {
        let path = self.source(file).path(self.db);
        matches!(path.rsplit('/').next(), Some("__init__.py" | "__init__.pyi"))
    }

    /// A module inside another one, by the files that there are.
    pub(super) fn submodule(&self, module: &Module, name: &str) -> Option<Module> {
        match module {
            Module::File(file) if self.is_package(*file) => self.module_in(self.directory_of(*file), name),
            Module::File(_) => None,
            Module::Directory(directory) => self.module_in(directory, name),
        }
    }

    /// The module that an absolute name starts with, as seen from a file.
    fn top_module(&self, from: FileId, name: &str) -> Option<Module> {
        let modules = self.modules();
        let own = modules.python_root(from);
        let candidates = [own, ""].into_iter().chain(modules.python_roots().iter().map(String::as_str));
        let mut directory = None;
        for root in candidates {
            match self.module_in(root, name) {
                Some(Module::File(file)) => return Some(Module::File(file)),
                found => directory = directory.or(found),
            }
        }
        directory
    }

    fn absolute(&self, from: FileId, path: &[String]) -> Option<Module> {
        let (first, rest) = path.split_first()?;
        let mut module = self.top_module(from, first)?;
        for name in rest {
            module = self.submodule(&module, name)?;
        }
        Some(module)
    }

    /// The module from which an import takes names, up to the `parts`-th part of its path.
    fn import_base(&self, file: FileId, import: &Import, parts: usize) -> Option<Module> {
        let path = &import.path[..parts.min(import.path.len())];
        if import.level == 0 {
            return self.absolute(file, path);
        }
        let mut directory = self.directory_of(file);
        for _ in 1..import.level {
            directory = if directory.is_empty() {
                return None;
            } else {
                directory.rsplit_once('/').map_or("", |it| it.0)
            };
        }
        let start = ["__init__.py", "__init__.pyi"].iter().find_map(|name| {
            let path = if directory.is_empty() { (*name).to_owned() } else { format!("{directory}/{name}") };
            self.modules().python_file(&path)
        });
        let mut module = start.map_or_else(|| Module::Directory(directory.to_owned()), Module::File);
        for name in path {
            module = self.submodule(&module, name)?;
        }
        Some(module)
    }

    /// What an import binds.
    pub(super) fn import_target(&mut self, file: FileId, index: u32) -> Meant {
        self.import_within(file, index, 0)
    }

    fn import_within(&mut self, file: FileId, index: u32, depth: u32) -> Meant {
        let import = &self.outline(file).imports[index as usize];
        let parts = match (&import.name, &import.alias) {
            (None, None) => 1,
            _ => import.path.len(),
        };
        let Some(base) = self.import_base(file, import, parts) else { return Meant::External };
        match &import.name {
            None => Meant::Module(base),
            Some(name) => self.module_member(&base, name, depth + 1),
        }
    }

    /// What an import binds, or the module that all names come from.
    pub(super) fn import_or_base(&mut self, file: FileId, index: u32) -> Meant {
        let import = &self.outline(file).imports[index as usize];
        if !import.glob {
            return self.import_within(file, index, 0);
        }
        self.import_base(file, import, import.path.len()).map_or(Meant::External, Meant::Module)
    }

    /// The file of the module that an import takes names from, or is.
    pub(crate) fn base_file(&self, file: FileId, index: u32) -> Option<FileId> {
        let import = &self.outline(file).imports[index as usize];
        match self.import_base(file, import, import.path.len())? {
            Module::File(file) => Some(file),
            Module::Directory(_) => None,
        }
    }

    /// What a word of an import stands for.
    pub(super) fn imported_part(&mut self, file: FileId, index: u32, part: u32) -> Meant {
        let import = &self.outline(file).imports[index as usize];
        if part as usize >= import.path.len() && import.name.is_some() {
            return self.import_within(file, index, 0);
        }
        match self.import_base(file, import, part as usize + 1) {
            Some(module) => Meant::Module(module),
            None => Meant::External,
        }
    }

    /// What a module has under a name.
    pub(super) fn module_member(&mut self, module: &Module, name: &str, depth: u32) -> Meant {
        if depth > IMPORTS {
            return Meant::Unknown;
        }
        if let Module::File(file) = module {
            let found = self.top_level(*file, name, depth);
            if found != Meant::Unknown {
                return found;
            }
        }
        match self.submodule(module, name) {
            Some(inner) => Meant::Module(inner),
            None => Meant::Unknown,
        }
    }

    /// What stands at the top level of a file under a name, star imports included.
    pub(super) fn top_level(&mut self, file: FileId, name: &str, depth: u32) -> Meant {
        let code = self.code(file);
        let bound = code.find_name(name).map_or(&[][..], |name| code.bound(ScopeId(0), name));
        let places: Vec<Place> = bound.iter().map(|&binding| Place { file, binding }).collect();
        if !places.is_empty() {
            return self.all_followed(places, depth);
        }
        if depth > IMPORTS {
            return Meant::Unknown;
        }
        let outline = self.outline(file);
        let stars = (0..).zip(&outline.imports).filter(|(_, import)| import.glob);
        for (_, import) in stars {
            let Some(base) = self.import_base(file, import, import.path.len()) else { continue };
            if !self.is_exported(&base, name) {
                continue;
            }
            let found = self.module_member(&base, name, depth + 1);
            if matches!(found, Meant::Places(_) | Meant::Module(_)) {
                return found;
            }
        }
        Meant::Unknown
    }

    /// Follows imports among bindings; those that lead out of the workspace count only where all do.
    fn all_followed(&mut self, places: Vec<Place>, depth: u32) -> Meant {
        let mut found = Vec::new();
        let mut other = Meant::Unknown;
        for place in places {
            let meant = match self.code(place.file).binding(place.binding).kind {
                backstory_syntax::BindingKind::Import(import) => {
                    self.import_within(place.file, import, depth + 1)
                }
                _ => Meant::Places(vec![place]),
            };
            match meant {
                Meant::Places(places) => found.extend(places),
                Meant::Module(module) => other = Meant::Module(module),
                Meant::External if other == Meant::Unknown => other = Meant::External,
                _ => {}
            }
        }
        found.dedup();
        if found.is_empty() { other } else { Meant::Places(found) }
    }

    /// Follows what bindings of one scope lead to.
    pub(super) fn followed_all(&mut self, places: Vec<Place>) -> Meant {
        self.all_followed(places, 0)
    }

    /// Whether `from module import *` brings a name: those in `__all__` where that is a plain list, all public ones otherwise.
    fn is_exported(&self, module: &Module, name: &str) -> bool {
        let Module::File(file) = module else { return false };
        self.code(*file).exports(name).unwrap_or_else(|| !name.starts_with('_'))
    }
}
