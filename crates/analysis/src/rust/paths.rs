//! Modules, use trees and paths of Rust. Never does: names without a path, types.

use backstory_syntax::{DefinitionKind, ExprId, Import, Language, LocalId};

use super::{Meant, Rust, Space, Type};
use crate::database::{DefId, FileId};
use crate::modules::modules;
use crate::queries;

/// The top level of a file, or the inside of one of its inline modules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Scope {
    pub file: FileId,
    pub inline: Option<LocalId>,
}

/// Imports lead through each other at most this far, which also ends circles of them.
const IMPORTS: u32 = 10;

impl Rust<'_> {
    /// The module that declares a file; none for the root of a crate.
    fn declared_in(&self, file: FileId) -> Option<Scope> {
        super::declared_in(self.db, self.workspace, self.source(file), file.0)
    }

    /// Looks where a file of that name is declared: in the module of its directory, else in a root of a crate beside it
    /// (<https://doc.rust-lang.org/reference/items/modules.html#module-source-filenames>).
    pub(super) fn find_declaration(&mut self, file: FileId) -> Option<Scope> {
        let path = self.source(file).path(self.db);
        let (mut directory, mut name) = path.rsplit_once('/').unwrap_or(("", path));
        name = name.strip_suffix(".rs").unwrap_or(name);
        if name == "mod" {
            (directory, name) = directory.rsplit_once('/').unwrap_or(("", directory));
        }
        let all = modules(self.db, self.workspace);
        let beside =
            |name: &str| if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") };
        let parents = ["mod.rs", "lib.rs", "main.rs"].map(beside);
        let above = format!("{directory}.rs");
        let known = parents.iter().chain([&above]).filter_map(|path| all.rust_file(path));
        for parent in known.filter(|&parent| parent != file) {
            if let Some(scope) = self.declares(parent, name) {
                return Some(scope);
            }
        }
        // A crate of tests has the files beside it as modules.
        for &parent in all.rust_files_in(directory) {
            if parent == file || !queries::modules_declared(self.db, self.source(parent)).contains(name) {
                continue;
            }
            if let Some(scope) = self.declares(parent, name).filter(|_| self.declared_in(parent).is_none()) {
                return Some(scope);
            }
        }
        None
    }

    /// The place in a file where a module without a body is declared.
    fn declares(&self, file: FileId, name: &str) -> Option<Scope> {
        let outline = self.outline(file);
        let named = queries::names(self.db, self.source(file)).of(name);
        let is_one = |local: &&LocalId| {
            let has_parts = outline.definitions.iter().any(|it| it.parent == Some(**local));
            outline.definition(**local).kind == DefinitionKind::Module && !has_parts
        };
        let local = named.iter().find(is_one)?;
        Some(self.module_around(file, outline.definition(*local).parent))
    }

    /// The root of the crate that a file belongs to.
    pub(super) fn crate_root(&self, file: FileId) -> Option<Scope> {
        let mut root = Scope { file, inline: None };
        // A file lies in few directories.
        for _ in 0..IMPORTS * 4 {
            match self.declared_in(root.file) {
                Some(parent) => root = Scope { file: parent.file, inline: None },
                None => return Some(root),
            }
        }
        None
    }

    /// The root of a crate of the workspace.
    pub(super) fn other_crate(&self, name: &str) -> Option<Scope> {
        let file = modules(self.db, self.workspace).find(Language::Rust, name, &[])?;
        Some(Scope { file, inline: None })
    }

    /// Whether other crates can use what a file has: tests, examples and the like are crates of their own that nobody imports.
    pub(super) fn is_in_library(&self, file: FileId) -> bool {
        !modules(self.db, self.workspace).of(file).root.contains('/')
    }

    /// Whether two files belong to one crate by their paths.
    pub(super) fn is_same_crate(&self, file: FileId, other: FileId) -> bool {
        let modules = modules(self.db, self.workspace);
        modules.of(file).root == modules.of(other).root
    }

    pub(super) fn parent_module(&self, scope: Scope) -> Option<Scope> {
        if let Some(inline) = scope.inline {
            let inline = self.outline(scope.file).definition(inline).parent;
            return Some(Scope { file: scope.file, inline });
        }
        self.declared_in(scope.file)
    }

    /// The module that code inside a definition belongs to.
    pub(super) fn module_around(&self, file: FileId, enclosing: Option<LocalId>) -> Scope {
        let outline = self.outline(file);
        let mut inline = enclosing;
        while let Some(id) = inline {
            let definition = outline.definition(id);
            if definition.kind == DefinitionKind::Module {
                break;
            }
            inline = definition.parent;
        }
        Scope { file, inline }
    }

    /// The directory in which the files of a module's submodules lie, as the compiler looks for them
    /// (<https://doc.rust-lang.org/reference/items/modules.html#module-source-filenames>).
    fn directory_of(&self, scope: Scope) -> String {
        let path = self.source(scope.file).path(self.db);
        let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
        let stem = name.strip_suffix(".rs").unwrap_or(name);
        let is_own = matches!(stem, "mod" | "lib" | "main") || self.declared_in(scope.file).is_none();
        let mut parts: Vec<&str> = directory.split('/').filter(|part| !part.is_empty()).collect();
        if !is_own {
            parts.push(stem);
        }
        let outline = self.outline(scope.file);
        let mut inline = Vec::new();
        let mut next = scope.inline;
        while let Some(id) = next {
            inline.push(outline.definition(id).name.as_str());
            next = outline.definition(id).parent;
        }
        parts.extend(inline.into_iter().rev());
        parts.join("/")
    }

    fn submodule(&self, scope: Scope, name: &str) -> Option<Scope> {
        let directory = self.directory_of(scope);
        let at = |end: &str| {
            if directory.is_empty() { format!("{name}{end}") } else { format!("{directory}/{name}{end}") }
        };
        let modules = modules(self.db, self.workspace);
        let file = modules.rust_file(&at(".rs")).or_else(|| modules.rust_file(&at("/mod.rs")))?;
        (file != scope.file).then_some(Scope { file, inline: None })
    }

    /// The file that a `#[path]` leads to.
    fn file_by_attribute(&self, id: DefId) -> Option<Scope> {
        let written = self.code(id.file).module_path(id.local)?;
        let path = self.source(id.file).path(self.db);
        let mut parts: Vec<&str> =
            path.rsplit_once('/').map_or(Vec::new(), |(directory, _)| directory.split('/').collect());
        for part in written.split('/') {
            match part {
                ".." => drop(parts.pop()),
                "." | "" => {}
                part => parts.push(part),
            }
        }
        let file = modules(self.db, self.workspace).rust_file(&parts.join("/"))?;
        Some(Scope { file, inline: None })
    }

    /// What a `mod` item stands for: its file, or its body.
    pub(super) fn enter(&self, id: DefId) -> Scope {
        let definition = self.definition(id);
        let outside = Scope { file: id.file, inline: self.module_around(id.file, definition.parent).inline };
        let has_body = self.outline(id.file).definitions.iter().any(|it| it.parent == Some(id.local))
            || self.outline(id.file).imports.iter().any(|it| it.enclosing == Some(id.local));
        let file = || self.file_by_attribute(id).or_else(|| self.submodule(outside, &definition.name));
        let file = if has_body { None } else { file() };
        file.unwrap_or(Scope { file: id.file, inline: Some(id.local) })
    }

    fn fits(&self, id: DefId, space: Space) -> bool {
        use DefinitionKind as Kind;
        match (space, self.kind(id)) {
            (_, Kind::Impl | Kind::Field) => false,
            (
                Space::Type,
                Kind::Module | Kind::Struct | Kind::Enum | Kind::Union | Kind::Trait | Kind::Type,
            ) => true,
            (Space::Type, Kind::Variant) => true,
            (Space::Value, Kind::Function | Kind::Method | Kind::Constant | Kind::Static | Kind::Variant) => {
                true
            }
            (Space::Value, Kind::Struct) => true,
            (Space::Macro, Kind::Macro) => true,
            (Space::Macro, Kind::Function) => self.is_procedural(id),
            _ => false,
        }
    }

    /// Whether a function is a macro that is not derived.
    fn is_procedural(&self, id: DefId) -> bool {
        let code = self.code(id.file);
        let word = |attribute| code.word(attribute).map(|word| code.name(word));
        self.item(id).is_some_and(|item| {
            code.list(item.decorators)
                .any(|attribute| matches!(word(attribute), Some("proc_macro" | "proc_macro_attribute")))
        })
    }

    /// Definitions that fit, several only where they are alternatives of one kind.
    pub(super) fn fitting(&mut self, found: impl Iterator<Item = DefId>, space: Space) -> Option<Meant> {
        let fitting: Vec<DefId> = found.filter(|&id| self.fits(id, space)).collect();
        let first = *fitting.first()?;
        if space == Space::Type && self.kind(first) == DefinitionKind::Module {
            // Which of several variants of a module counts depends on `cfg`.
            self.is_certain &= fitting.len() == 1;
            return Some(Meant::Module(self.enter(first)));
        }
        Some(Meant::Definitions(fitting))
    }

    /// What a module has under a name.
    pub(super) fn named(&mut self, scope: Scope, name: &str, space: Space, depth: u32) -> Meant {
        let own = self.children_named(scope.file, scope.inline, name);
        let own: Vec<DefId> = own.map(|local| DefId { file: scope.file, local }).collect();
        if let Some(found) = self.fitting(own.into_iter(), space) {
            return found;
        }
        if space == Space::Type
            && let Some(module) = self.submodule(scope, name)
        {
            return Meant::Module(module);
        }
        self.imported(scope.file, scope.inline, name, space, depth)
    }

    /// What the imports of a module, a function or a block bring under a name.
    pub(super) fn imported(
        &mut self,
        file: FileId,
        enclosing: Option<LocalId>,
        name: &str,
        space: Space,
        depth: u32,
    ) -> Meant {
        if depth > IMPORTS {
            return Meant::Unknown;
        }
        let imports = &self.outline(file).imports;
        let here = |import: &&Import| import.enclosing == enclosing;
        let mut chosen = Meant::Unknown;
        for import in imports.iter().filter(here).filter(|it| local_name(it) == Some(name)) {
            let found = self.import_within(file, import, space, depth);
            if found == Meant::Unknown {
                continue;
            }
            // Which of several counts depends on `cfg`.
            self.is_certain &= matches!(&chosen, Meant::Unknown) || chosen == found;
            if matches!(chosen, Meant::Unknown | Meant::External(_)) {
                chosen = found;
            }
        }
        if chosen != Meant::Unknown {
            return chosen;
        }
        for import in imports.iter().filter(here).filter(|it| it.glob) {
            let base = self.import_path(file, import, import.path.len(), depth + 1);
            let found = match base {
                Meant::Module(inner) if inner != (Scope { file, inline: enclosing }) => {
                    self.named(inner, name, space, depth + 1)
                }
                Meant::Definitions(ids) => self.variants(&ids, name, space),
                _ => Meant::Unknown,
            };
            if !matches!(found, Meant::Unknown | Meant::External(_)) {
                return found;
            }
        }
        Meant::Unknown
    }

    /// `use Enum::*` brings variants.
    fn variants(&mut self, owners: &[DefId], name: &str, space: Space) -> Meant {
        let inside: Vec<DefId> = owners.iter().flat_map(|&owner| self.inside(owner, name)).collect();
        self.fitting(inside.into_iter(), space).unwrap_or(Meant::Unknown)
    }

    fn import_within(&mut self, file: FileId, import: &Import, space: Space, depth: u32) -> Meant {
        let Some(name) = &import.name else { return Meant::Unknown };
        if import.path.is_empty() {
            return self.path_start(file, import, name, depth + 1);
        }
        match self.import_path(file, import, import.path.len(), depth + 1) {
            Meant::Module(inner) => match self.named(inner, name, space, depth + 1) {
                // What a module has may come out of a macro.
                Meant::Unknown => Meant::Unknown,
                found => found,
            },
            Meant::Definitions(ids) => self.variants(&ids, name, space),
            Meant::External(_) => Meant::External(name.clone()),
            other => other,
        }
    }

    /// The module or type that the first `parts` words of an import's path name.
    fn import_path(&mut self, file: FileId, import: &Import, parts: usize, depth: u32) -> Meant {
        let Some((first, rest)) = import.path[..parts].split_first() else { return Meant::Unknown };
        let mut meant = self.path_start(file, import, first, depth);
        for name in rest {
            meant = match meant {
                Meant::Module(inner) if name == "super" => {
                    self.parent_module(inner).map_or(Meant::Unknown, Meant::Module)
                }
                Meant::Module(inner) => self.named(inner, name, Space::Type, depth + 1),
                Meant::Definitions(ids) => self.variants(&ids, name, Space::Type),
                Meant::External(_) => Meant::External(name.clone()),
                other => other,
            };
        }
        meant
    }

    /// The first word of an import's path.
    fn path_start(&mut self, file: FileId, import: &Import, first: &str, depth: u32) -> Meant {
        if depth > IMPORTS {
            return Meant::Unknown;
        }
        let here = self.module_around(file, import.enclosing);
        match first {
            "crate" | "$crate" => return self.crate_root(file).map_or(Meant::Unknown, Meant::Module),
            "self" => return Meant::Module(here),
            "super" => return self.parent_module(here).map_or(Meant::Unknown, Meant::Module),
            _ => {}
        }
        let own = self.children_named(file, here.inline, first);
        let own: Vec<DefId> = own.map(|local| DefId { file, local }).collect();
        if let Some(found) = self.fitting(own.into_iter(), Space::Type) {
            return found;
        }
        if let Some(module) = self.submodule(here, first) {
            return Meant::Module(module);
        }
        // An import never finds itself.
        let imports = &self.outline(file).imports;
        let other = imports.iter().find(|it| {
            it.enclosing == here.inline
                && local_name(it) == Some(first)
                && it.path.first().is_some_and(|start| start != first)
        });
        if let Some(other) = other.filter(|it| !std::ptr::eq(*it, import)) {
            let found = self.import_within(file, other, Space::Type, depth + 1);
            if found != Meant::Unknown {
                return found;
            }
        }
        if let Some(root) = self.other_crate(first) {
            return Meant::Module(root);
        }
        for glob in
            imports.iter().filter(|it| it.glob && it.enclosing == here.inline && !std::ptr::eq(*it, import))
        {
            if let Meant::Module(inner) = self.import_path(file, glob, glob.path.len(), depth + 1) {
                let found = self.named(inner, first, Space::Type, depth + 2);
                if !matches!(found, Meant::Unknown | Meant::External(_)) {
                    return found;
                }
            }
        }
        Meant::External(first.to_owned())
    }

    /// The module that an import takes a name from.
    pub(crate) fn import_module(&mut self, file: FileId, index: u32) -> Option<Scope> {
        let import = &self.outline(file).imports[index as usize];
        match self.import_path(file, import, import.path.len(), 0) {
            Meant::Module(scope) => Some(scope),
            _ => None,
        }
    }

    /// What a word of an import stands for.
    pub(super) fn imported_part(&mut self, file: FileId, index: u32, part: u32) -> Meant {
        let import = &self.outline(file).imports[index as usize];
        if (part as usize) < import.path.len() {
            return self.import_path(file, import, part as usize + 1, 0);
        }
        for space in [Space::Type, Space::Value, Space::Macro] {
            let found = self.import_within(file, import, space, 0);
            if !matches!(found, Meant::Unknown | Meant::External(_)) {
                return found;
            }
        }
        match &import.name {
            Some(name) => self.exported_macro(file, name),
            None => Meant::Unknown,
        }
    }

    /// `base::name`.
    pub(super) fn path(&mut self, file: FileId, base: ExprId, name: &str, space: Space) -> Meant {
        let meant = self.deeper(|rust| rust.path_base(file, base)).unwrap_or(Meant::Unknown);
        match meant {
            Meant::Module(scope) if name == "super" => {
                self.parent_module(scope).map_or(Meant::Unknown, Meant::Module)
            }
            Meant::Module(scope) => match self.named(scope, name, space, 0) {
                Meant::Unknown if space == Space::Macro => self.exported_macro(scope.file, name),
                Meant::Unknown if space == Space::Value => self.named(scope, name, Space::Type, 0),
                found => found,
            },
            Meant::Definitions(_) | Meant::Local(..) => {
                let owner = self.annotated(file, base);
                self.associated(&owner, name, space)
            }
            Meant::External(_) => Meant::External(name.to_owned()),
            Meant::Unknown => {
                let owner = self.annotated(file, base);
                match owner {
                    Type::Unknown => Meant::Unknown,
                    owner => self.associated(&owner, name, space),
                }
            }
        }
    }

    fn path_base(&mut self, file: FileId, base: ExprId) -> Meant {
        match self.code(file).expr(base) {
            backstory_syntax::Expr::Generic { base, .. } => self.path_base(file, base),
            _ => self.meaning(file, base),
        }
    }
}

/// The name that an import binds.
fn local_name(import: &Import) -> Option<&str> {
    if import.glob {
        return None;
    }
    import.alias.as_deref().or(import.name.as_deref())
}
