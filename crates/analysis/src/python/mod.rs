//! What names of Python code mean: scopes, imports, classes with their bases, and the types of receivers as far as assignments,
//! annotations, constructors and calls tell them. Never does: check types, or look outside of the workspace.

mod annotations;
mod infer;
mod lookup;
mod members;
mod paths;
mod types;

use backstory_syntax::{BindingId, BindingKind, Code, Expr, ExprId, LocalId};

use crate::confidence::Confidence;
use crate::database::{Analysis, Db, DefId, FileId, SourceFile, Workspace};
use crate::navigate::{Target, Word};
use crate::queries;

pub(crate) use lookup::bindings;
pub(crate) use paths::Module;
pub(crate) use types::Type;

/// A binding of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Place {
    pub file: FileId,
    pub binding: BindingId,
}

/// What a name may stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meant {
    Places(Vec<Place>),
    Module(Module),
    /// Something that is not in the workspace.
    External,
    Unknown,
}

/// One question, and how far its answer can be relied on.
pub(crate) struct Python<'a> {
    db: &'a dyn Db,
    workspace: Workspace,
    /// Whether each step so far was certain.
    is_certain: bool,
    /// How deep expressions and names lead into each other so far.
    depth: u32,
    /// How many steps are left.
    steps: u32,
}

/// An answer takes at most so many steps; few take more than a hundred.
const STEPS: u32 = 4000;

/// Names and expressions that lead into each other deeper than this are given up.
const DEPTH: u32 = 60;

impl<'a> Python<'a> {
    pub(crate) fn new(db: &'a dyn Db, workspace: Workspace) -> Self {
        Self { db, workspace, is_certain: true, depth: 0, steps: STEPS }
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

    fn outline(&self, file: FileId) -> &'a backstory_syntax::Outline {
        queries::outline(self.db, self.source(file)).get()
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
        let code = self.code(file);
        match code.expr(id) {
            Expr::Name { .. } => self.name(file, id),
            Expr::Member { base, name } => {
                let base = self.infer(file, base);
                self.member(&base, code.name(name))
            }
            Expr::Keyword { callee, name } => {
                let callee = self.infer(file, callee);
                self.parameter(&callee, code.name(name))
            }
            Expr::Imported { import, part } => self.imported_part(file, import, part),
            _ => Meant::Unknown,
        }
    }

    /// What a binding itself stands for: imports lead elsewhere.
    pub(crate) fn followed(&mut self, place: Place) -> Meant {
        match self.code(place.file).binding(place.binding).kind {
            BindingKind::Import(import) => self.import_target(place.file, import),
            _ => Meant::Places(vec![place]),
        }
    }

    /// The definition that a binding makes.
    pub(crate) fn definition_of(&self, place: Place) -> Option<DefId> {
        let code = self.code(place.file);
        let local = match code.binding(place.binding).kind {
            BindingKind::Definition(local) => Some(local),
            BindingKind::Variable { definition, .. } | BindingKind::Attribute { definition, .. } => {
                definition
            }
            _ => None,
        };
        local.map(|local| DefId { file: place.file, local })
    }

    /// The file that holds what an import names, or from which it takes everything.
    pub(crate) fn imported_file(&mut self, file: FileId, index: u32) -> Option<FileId> {
        match self.import_or_base(file, index) {
            Meant::Places(places) => places.first().map(|place| place.file),
            Meant::Module(Module::File(file)) => Some(file),
            _ => None,
        }
    }

    /// Where the types of what a word stands for are declared.
    pub(crate) fn declared_types(&mut self, file: FileId, word: Word) -> Vec<Target> {
        let found = match word {
            Word::Binding(binding) => self.type_of_place(Place { file, binding }),
            Word::Expr(id) => self.infer(file, id),
        };
        found.parts().iter().filter_map(declared).collect()
    }

    /// The classes above a class in the order of lookup, and whether all of them are known.
    pub(crate) fn order_above(&self, class: DefId) -> (Vec<DefId>, bool) {
        let (order, is_known) = self.lookup_order(class);
        (order.iter().skip(1).copied().collect(), *is_known)
    }

    /// The type of what a definition holds, or of what a call of it gives.
    pub(crate) fn type_of_definition(&mut self, id: DefId) -> Type {
        use backstory_syntax::DefinitionKind as Kind;
        if matches!(self.kind(id), Kind::Function | Kind::Method) {
            return self.result(id);
        }
        match self.code(id.file).binding_of(id.local) {
            Some(binding) => self.type_of_place(Place { file: id.file, binding }),
            None => Type::Unknown,
        }
    }

    fn kind(&self, id: DefId) -> backstory_syntax::DefinitionKind {
        self.outline(id.file).definition(id.local).kind
    }

    fn item(&self, id: DefId) -> Option<&'a backstory_syntax::Item> {
        self.code(id.file).item(id.local)
    }
}

fn declared(of: &Type) -> Option<Target> {
    match of {
        Type::Class(id) | Type::Instance(id) | Type::Super(id) => Some(Target::Definition(*id)),
        Type::Module(Module::File(file)) => Some(Target::Module(*file)),
        Type::Awaitable(inner) => declared(inner),
        _ => None,
    }
}

/// What a function gives, and whether that is certain.
#[salsa::tracked(cycle_result = unknown_result)]
pub(crate) fn result(
    db: &dyn Db,
    workspace: Workspace,
    file: SourceFile,
    at: u32,
    local: LocalId,
) -> (Type, bool) {
    let _ = file;
    let mut python = Python::new(db, workspace);
    let given = python.result_of(DefId { file: FileId(at), local });
    (given, python.is_certain)
}

fn unknown_result(_: &dyn Db, _: salsa::Id, _: Workspace, _: SourceFile, _: u32, _: LocalId) -> (Type, bool) {
    (Type::Unknown, false)
}

/// A class and its bases in the order in which members are looked up, and whether all of them are known.
#[salsa::tracked(cycle_result = unknown_order)]
pub(crate) fn order(
    db: &dyn Db,
    workspace: Workspace,
    file: SourceFile,
    at: u32,
    local: LocalId,
) -> (Vec<DefId>, bool) {
    let _ = file;
    Python::new(db, workspace).order_of(DefId { file: FileId(at), local })
}

fn unknown_order(
    _: &dyn Db,
    _: salsa::Id,
    _: Workspace,
    _: SourceFile,
    at: u32,
    local: LocalId,
) -> (Vec<DefId>, bool) {
    (vec![DefId { file: FileId(at), local }], false)
}
