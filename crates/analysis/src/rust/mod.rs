//! What names of Rust code mean: modules, use trees, impls, and the types of receivers as far as annotations, constructors, fields and
//! results tell them. Never does: solve traits, check types, or look outside of the workspace.

mod annotations;
mod declaring;
mod impls;
mod infer;
mod lookup;
mod members;
mod paths;
mod standard;
mod types;

use backstory_syntax::{
    BindingId, BindingKind, Code, Definition, DefinitionKind, Expr, ExprId, Item, LocalId, Outline,
};

use crate::confidence::Confidence;
use crate::database::{Analysis, Db, DefId, FileId, SourceFile, Workspace};
use crate::navigate::{Target, Word};
use crate::queries;

use members::Asked;
pub(crate) use paths::Scope;
use types::Type;

/// What a name may stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meant {
    /// Several where they are alternatives of one another: `cfg` variants.
    Definitions(Vec<DefId>),
    Local(FileId, BindingId),
    Module(Scope),
    /// Something that is not in the workspace, by its last name.
    External(String),
    Unknown,
}

/// The three kinds of names that do not get in each other's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Space {
    Type,
    Value,
    Macro,
}

/// One question, and how far its answer can be relied on.
pub(crate) struct Rust<'a> {
    db: &'a dyn Db,
    workspace: Workspace,
    /// The file that asks, where one does.
    from: Option<FileId>,
    is_certain: bool,
    depth: u32,
    steps: u32,
}

/// An answer takes at most so many steps; few take more than a hundred.
const STEPS: u32 = 4000;

/// Names and expressions that lead into each other deeper than this are given up.
const DEPTH: u32 = 60;

impl<'a> Rust<'a> {
    pub(crate) fn new(db: &'a dyn Db, workspace: Workspace) -> Self {
        Self { db, workspace, from: None, is_certain: true, depth: 0, steps: STEPS }
    }

    pub(crate) fn of(analysis: &'a Analysis) -> Self {
        Self::new(&analysis.db, analysis.workspace)
    }

    fn source(&self, file: FileId) -> SourceFile {
        self.workspace.files(self.db)[file.index()]
    }

    fn code(&self, file: FileId) -> &'a Code {
        queries::code(self.db, self.source(file))
    }

    fn outline(&self, file: FileId) -> &'a Outline {
        queries::outline(self.db, self.source(file)).get()
    }

    fn definition(&self, id: DefId) -> &'a Definition {
        self.outline(id.file).definition(id.local)
    }

    fn kind(&self, id: DefId) -> DefinitionKind {
        self.definition(id).kind
    }

    fn item(&self, id: DefId) -> Option<&'a Item> {
        self.code(id.file).item(id.local)
    }

    fn parent(&self, id: DefId) -> Option<DefId> {
        self.definition(id).parent.map(|local| DefId { file: id.file, local })
    }

    /// What stands directly inside a definition under a name.
    fn inside(&self, id: DefId, name: &str) -> Vec<DefId> {
        self.children_named(id.file, Some(id.local), name)
            .map(|local| DefId { file: id.file, local })
            .collect()
    }

    fn children_named(
        &self,
        file: FileId,
        parent: Option<LocalId>,
        name: &str,
    ) -> impl Iterator<Item = LocalId> + use<'a> {
        queries::names(self.db, self.source(file)).inside(parent, name)
    }

    /// One step down; `None` where that is too deep or too long.
    fn deeper<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth == DEPTH || self.steps == 0 {
            self.is_certain = false;
            return None;
        }
        self.depth += 1;
        self.steps -= 1;
        let done = work(self);
        self.depth -= 1;
        Some(done)
    }

    pub(crate) fn confidence(&self) -> Confidence {
        if self.is_certain { Confidence::Exact } else { Confidence::Inferred }
    }

    /// What the word of an expression stands for.
    pub(crate) fn meaning(&mut self, file: FileId, id: ExprId) -> Meant {
        self.from.get_or_insert(file);
        let code = self.code(file);
        match code.expr(id) {
            Expr::Name { name, scope } => self.value_name(file, id, code.name(name), scope),
            Expr::TypeName { name, scope } => self.type_name(file, code.name(name), scope),
            Expr::MacroName { name, scope } => self.macro_name(file, code.name(name), scope),
            Expr::AttributeName { name, scope } => self.attribute_name(file, code.name(name), scope),
            Expr::Path { base, name } => self.path(file, base, code.name(name), Space::Value),
            Expr::TypePath { base, name } => self.path(file, base, code.name(name), Space::Type),
            Expr::MacroPath { base, name } => self.path(file, base, code.name(name), Space::Macro),
            Expr::Member { base, name } | Expr::Method { base, name } => {
                let base = self.infer(file, base);
                self.member(file, &base, code.name(name), Asked::of(code.expr(id)))
            }
            Expr::Keyword { callee, name } => self.field_of(file, callee, code.name(name)),
            Expr::Imported { import, part } => self.imported_part(file, import, part),
            _ => Meant::Unknown,
        }
    }

    /// Where the types of what a word stands for are declared. Of a type from outside of the workspace, those of its arguments.
    pub(crate) fn declared_types(&mut self, file: FileId, word: Word) -> Vec<Target> {
        let found = match word {
            Word::Binding(binding) => match self.code(file).binding(binding).kind {
                BindingKind::Definition(local) => self.value_type(DefId { file, local }),
                _ => self.variable(file, binding),
            },
            Word::Expr(id) => self.infer(file, id),
        };
        declared(&found)
    }

    /// What a definition itself stands for: `mod` leads to the module's file.
    pub(crate) fn declared(&self, id: DefId) -> Meant {
        match self.kind(id) {
            DefinitionKind::Module => Meant::Module(self.enter(id)),
            _ => Meant::Definitions(vec![id]),
        }
    }

    /// The file that holds what an import names, or from which it takes everything.
    pub(crate) fn imported_file(&mut self, file: FileId, index: u32) -> Option<FileId> {
        let import = &self.outline(file).imports[index as usize];
        let part =
            if import.glob { (import.path.len() as u32).checked_sub(1)? } else { import.path.len() as u32 };
        match self.imported_part(file, index, part) {
            Meant::Definitions(ids) => ids.first().map(|id| id.file),
            Meant::Module(scope) => Some(scope.file),
            _ => None,
        }
    }

    /// What an import brings.
    pub(crate) fn import(&mut self, file: FileId, index: u32) -> Meant {
        let part = self.outline(file).imports[index as usize].path.len() as u32;
        self.imported_part(file, index, part)
    }
}

fn declared(of: &Type) -> Vec<Target> {
    match of {
        Type::Data(id, _) => vec![Target::Definition(*id)],
        Type::Traits(all) => all.iter().copied().map(Target::Definition).collect(),
        Type::External(_, arguments) => arguments.iter().flat_map(declared).collect(),
        Type::Later(inner) => declared(inner),
        _ => Vec::new(),
    }
}

/// The type that an `impl` block is for.
#[salsa::tracked(returns(copy), cycle_result = no_implementor)]
pub(crate) fn implementor(
    db: &dyn Db,
    workspace: Workspace,
    file: SourceFile,
    at: u32,
    local: LocalId,
) -> Option<DefId> {
    let _ = file;
    Rust::new(db, workspace).find_implementor(DefId { file: FileId(at), local })
}

fn no_implementor(
    _: &dyn Db,
    _: salsa::Id,
    _: Workspace,
    _: SourceFile,
    _: u32,
    _: LocalId,
) -> Option<DefId> {
    None
}

/// The module that declares a file as its submodule; none for the root of a crate.
#[salsa::tracked(returns(copy), cycle_result = not_declared)]
pub(crate) fn declared_in(db: &dyn Db, workspace: Workspace, file: SourceFile, at: u32) -> Option<Scope> {
    let _ = file;
    Rust::new(db, workspace).find_declaration(FileId(at))
}

fn not_declared(_: &dyn Db, _: salsa::Id, _: Workspace, _: SourceFile, _: u32) -> Option<Scope> {
    None
}
