//! What the code of one file depends on. Never does: give the dependences numbers, or look at what depends on the file.

use std::collections::{HashMap, HashSet};

use backstory_syntax::{
    BindingId, BindingKind, Code, DefinitionKind, Expr, ExprId, Language, LocalId, Outline,
};

use super::{Use, fixtures, overrides};
use crate::calls::called;
use crate::confidence::Confidence;
use crate::database::{Analysis, DefId, FileId};
use crate::navigate::{Found, Target, Word, imported_file, meanings};
use crate::python;

/// A symbol, or the top level of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct End {
    pub file: FileId,
    pub local: Option<LocalId>,
}

impl From<DefId> for End {
    fn from(id: DefId) -> Self {
        Self { file: id.file, local: Some(id.local) }
    }
}

/// The dependences of a file, the surest and closest of each pair alone.
#[derive(Default)]
pub(super) struct Uses(HashMap<(End, End), (Confidence, Use)>);

impl Uses {
    pub(super) fn add(&mut self, from: End, to: End, how: Use, confidence: Confidence) {
        if from == to {
            return;
        }
        let found = self.0.entry((from, to)).or_insert((confidence, how));
        *found = (*found).min((confidence, how));
    }

    /// Sorted, so that graphs don't depend on the order in which maps are read.
    pub(super) fn sorted(self) -> Vec<(End, End, Use, Confidence)> {
        let mut all: Vec<_> =
            self.0.into_iter().map(|((from, to), (confidence, how))| (from, to, how, confidence)).collect();
        all.sort_unstable();
        all
    }
}

/// What stands for a definition in a graph: what is inside a function is the function's, and a part of a type is the type's where
/// only its own code counts.
pub fn owner_in(outline: &Outline, local: LocalId) -> LocalId {
    let parents = std::iter::successors(Some(local), |&at| outline.definition(at).parent);
    let is_code = |at: &LocalId| {
        matches!(outline.definition(*at).kind, DefinitionKind::Function | DefinitionKind::Method)
    };
    parents.filter(is_code).last().unwrap_or(local)
}

/// Whose dependence it is that stands inside a definition: fields, variants and constants of a type depend as the type does.
fn user_in(outline: &Outline, local: LocalId) -> LocalId {
    let mut user = owner_in(outline, local);
    while let definition = outline.definition(user)
        && matches!(
            definition.kind,
            DefinitionKind::Field | DefinitionKind::Variant | DefinitionKind::Constant
        )
        && let Some(parent) = definition.parent
        && is_type(outline.definition(parent).kind)
    {
        user = parent;
    }
    user
}

fn is_type(kind: DefinitionKind) -> bool {
    use DefinitionKind as Kind;
    matches!(kind, Kind::Class | Kind::Struct | Kind::Enum | Kind::Union | Kind::Variant)
}

/// Finds what a file depends on.
pub(super) fn uses_of(analysis: &Analysis, file: FileId) -> Uses {
    let mut found = Uses::default();
    words(analysis, file, &mut found);
    overrides::add(analysis, file, &mut found);
    fixtures::add(analysis, file, &mut found);
    found
}

/// The files that its imports lead to.
pub(super) fn imports_of(analysis: &Analysis, file: FileId) -> Vec<FileId> {
    let imports = 0..analysis.outline(file).imports.len() as u32;
    let mut found: Vec<FileId> = imports.filter_map(|at| imported_file(analysis, file, at)).collect();
    found.sort_unstable();
    found.dedup();
    found.retain(|&other| other != file);
    found
}

fn words(analysis: &Analysis, file: FileId, found: &mut Uses) {
    let (code, outline) = (analysis.code(file), analysis.outline(file));
    let enclosing = analysis.spans(file).enclosing();
    let roles = Roles::of(code, analysis.language(file));
    let mut known: HashMap<Vec<BindingId>, Vec<Found>> = HashMap::new();
    for id in code.ids() {
        let Some(start) = code.start(id) else { continue };
        let is_import = matches!(code.expr(id), Expr::Imported { .. });
        if !is_import && code.word(id).is_none() {
            continue;
        }
        analysis.poll();
        // What plain names of Python mean that see the same bindings is the same, wherever they stand.
        let seen = match analysis.language(file) {
            Language::Python => python::bindings(code, id),
            Language::Rust => None,
        };
        let ask = || meanings(analysis, file, Word::Expr(id));
        let meant = match seen {
            Some(seen) => known.entry(seen).or_insert_with(ask).clone(),
            None => ask(),
        };
        if meant.is_empty() {
            continue;
        }
        let around = enclosing.at(start);
        let from = End { file, local: around.map(|local| user_in(outline, local)) };
        let how = roles.how(code, outline, analysis.path(file), id);
        for Found { target, confidence } in meant {
            let to = match target {
                Target::Definition(id) => id.into(),
                Target::Module(file) => End { file, local: None },
                Target::Binding(..) => continue,
            };
            // Where an attribute is declared by an assignment to it, that is no use of it.
            let declares = to == End { file, local: around } && around.is_some();
            if !declares && !is_own_block(outline, from, analysis, to) {
                found.add(from, owned(analysis, to), how, confidence);
            }
        }
    }
}

/// Whether it is an `impl` block that names the type that it is for: a part of the type, not something that depends on it.
fn is_own_block(outline: &Outline, from: End, analysis: &Analysis, to: End) -> bool {
    let block = from.local.map(|local| outline.definition(local));
    let of = to.local.map(|local| analysis.definition(DefId { file: to.file, local }));
    matches!((block, of), (Some(block), Some(of)) if block.kind == DefinitionKind::Impl && is_type(of.kind) && block.name == of.name)
}

/// What is inside a function is the function's.
fn owned(analysis: &Analysis, end: End) -> End {
    End { local: end.local.map(|local| owner_in(analysis.outline(end.file), local)), ..end }
}

/// What the expressions of a file are there for.
struct Roles {
    called: HashSet<ExprId>,
    bases: HashSet<ExprId>,
    types: HashSet<ExprId>,
}

impl Roles {
    fn of(code: &Code, language: Language) -> Self {
        let mut bases = HashSet::new();
        let mut types = HashSet::new();
        for item in code.items() {
            for base in code.list(item.bases) {
                bases.insert(plain(code, base));
            }
            item.annotation.into_iter().for_each(|id| inside(code, id, &mut types, 0));
        }
        if language == Language::Python {
            for id in code.binding_ids() {
                let annotation = match code.binding(id).kind {
                    BindingKind::Parameter { annotation, .. }
                    | BindingKind::Variable { annotation, .. }
                    | BindingKind::Attribute { annotation, .. } => annotation,
                    BindingKind::TypeParameter { bound } => bound,
                    _ => None,
                };
                annotation.into_iter().for_each(|id| inside(code, id, &mut types, 0));
            }
        }
        Self { called: called(code), bases, types }
    }

    fn how(&self, code: &Code, outline: &Outline, path: &str, id: ExprId) -> Use {
        match code.expr(id) {
            Expr::Imported { import, part } => {
                let is_init = path.ends_with("__init__.py") || path.ends_with("__init__.pyi");
                let import = &outline.imports[import as usize];
                let lends = import.reexport || (is_init && import.enclosing.is_none());
                // The words before it only lead there.
                let last = (import.path.len() as u32).saturating_sub(u32::from(import.glob));
                if lends && part == last { Use::Reexport } else { Use::Import }
            }
            _ if self.called.contains(&id) => Use::Call,
            _ if self.bases.contains(&id) => Use::Inherit,
            Expr::TypeName { .. } | Expr::TypePath { .. } => Use::Type,
            _ if self.types.contains(&id) => Use::Type,
            _ => Use::Mention,
        }
    }
}

fn plain(code: &Code, id: ExprId) -> ExprId {
    match code.expr(id) {
        Expr::Index { base, .. } | Expr::Generic { base, .. } => base,
        _ => id,
    }
}

/// Annotations nest no deeper than people write them.
const DEPTH: u32 = 20;

/// The words of an annotation.
fn inside(code: &Code, id: ExprId, found: &mut HashSet<ExprId>, depth: u32) {
    if depth == DEPTH {
        return;
    }
    match code.expr(id) {
        Expr::Index { base, arguments } | Expr::Generic { base, arguments } => {
            inside(code, base, found, depth + 1);
            code.list(arguments).for_each(|id| inside(code, id, found, depth + 1));
        }
        Expr::Either(list) | Expr::Display { elements: list, .. } => {
            code.list(list).for_each(|id| inside(code, id, found, depth + 1));
        }
        _ => drop(found.insert(id)),
    }
}
