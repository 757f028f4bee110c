//! From a reference to what it may mean, each answer with a confidence. Never does: types of arbitrary expressions; where a
//! receiver is unknown, a name that few symbols have is offered as such and marked.

use backstory_syntax::{Definition, DefinitionKind, Language, LocalId, Outline, Reference, ReferenceKind};

use crate::database::{Analysis, DefId, FileId};
use crate::queries;

mod paths;

pub(crate) use paths::imported_file;
use paths::{Scope, Target};

/// How sure an edge is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Confidence {
    /// Followed through scopes, modules and imports.
    Exact,
    /// A member of a type that is known by name, or a name that came through a glob import.
    Inferred,
    /// Only the name agrees, at most three symbols have it, and no well-known method of the standard library does.
    ByName,
}

impl Confidence {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Inferred => "inferred",
            Self::ByName => "by-name",
        }
    }
}

/// One possible meaning of a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Edge {
    pub target: DefId,
    pub confidence: Confidence,
}

/// A name that more symbols share says nothing about which of them is meant.
pub(crate) const BY_NAME_LIMIT: usize = 3;

/// Methods of the standard libraries' strings, collections and options: with an unknown receiver such a name nearly always means
/// one of those, however few symbols of the workspace share it.
const STANDARD_METHODS: [&str; 45] = [
    "append",
    "as_bytes",
    "as_ref",
    "as_str",
    "chain",
    "clear",
    "clone",
    "cmp",
    "collect",
    "contains",
    "drain",
    "entry",
    "eq",
    "expect",
    "extend",
    "filter",
    "fmt",
    "fold",
    "get",
    "get_mut",
    "insert",
    "into_iter",
    "is_empty",
    "items",
    "iter",
    "join",
    "keys",
    "len",
    "lines",
    "map",
    "max",
    "min",
    "next",
    "pop",
    "position",
    "push",
    "replace",
    "rev",
    "sort",
    "split",
    "strip",
    "take",
    "trim",
    "unwrap",
    "values",
];

/// By-name answers are given only for names that at most this many files may declare.
pub(crate) const BY_NAME_FILES: usize = 8;

/// The meanings of the `index`-th reference of a file; none where it leads outside the workspace or nowhere that is known.
pub fn resolve(analysis: &Analysis, file: FileId, index: usize) -> Vec<Edge> {
    let outline = analysis.outline(file);
    let reference = &outline.references[index];
    let resolver = Resolver { analysis, file, outline };
    let found = match reference.qualifier.as_deref() {
        None => resolver.bare(&reference.name, reference.enclosing),
        Some("self" | "Self" | "cls") => resolver.own_member(reference),
        Some(qualifier) => resolver.qualified(qualifier, reference),
    };
    let edges: Vec<Edge> =
        found.into_iter().filter(|edge| fits(reference, analysis.definition(edge.target))).collect();
    if edges.is_empty() { resolver.by_name(reference) } else { edges }
}

struct Resolver<'a> {
    analysis: &'a Analysis,
    file: FileId,
    outline: &'a Outline,
}

impl Resolver<'_> {
    /// A name without a path: scopes from the inside out, then imports.
    fn bare(&self, name: &str, enclosing: Option<LocalId>) -> Vec<Edge> {
        let mut scope = enclosing;
        loop {
            let parent = scope.map(|id| self.outline.definition(id));
            let sees_members = parent.is_none_or(|parent| sees_members(parent.kind));
            let names = items_named(self.outline, scope, name).filter(|_| sees_members);
            let found: Vec<Edge> = names.map(|id| self.edge(id, Confidence::Exact)).collect();
            if !found.is_empty() {
                return found;
            }
            let imported = self.imported(Scope { file: self.file, inline: scope }, name, 0);
            if let Some((Target::Definition(target), confidence)) = imported {
                return vec![Edge { target, confidence }];
            }
            match parent {
                // Rust: a module does not see the names around it.
                Some(parent) if parent.kind == DefinitionKind::Module => return Vec::new(),
                Some(parent) => scope = parent.parent,
                None => return Vec::new(),
            }
        }
    }

    /// `self.name`, `Self::name`, `cls.name`: a member of the type that the code stands in.
    fn own_member(&self, reference: &Reference) -> Vec<Edge> {
        let mut scope = reference.enclosing;
        while let Some(id) = scope {
            let definition = self.outline.definition(id);
            if is_type(definition.kind)
                || matches!(definition.kind, DefinitionKind::Impl | DefinitionKind::Trait)
            {
                return self.members(self.file, &definition.name, &reference.name, Confidence::Exact);
            }
            scope = definition.parent;
        }
        // `self` may also be the module (`self::name`).
        self.qualified("self", reference)
    }

    fn qualified(&self, qualifier: &str, reference: &Reference) -> Vec<Edge> {
        let separator = match self.outline.language {
            Language::Rust => "::",
            Language::Python => ".",
        };
        let segments: Vec<&str> = qualifier.split(separator).collect();
        if segments.iter().any(|segment| !is_identifier(segment)) {
            return Vec::new();
        }
        match self.path(&segments, reference.enclosing) {
            Some((target, confidence)) => self.inside(target, &reference.name, confidence),
            None => Vec::new(),
        }
    }

    /// What stands under a name inside a module or a type.
    fn inside(&self, target: Target, name: &str, confidence: Confidence) -> Vec<Edge> {
        match target {
            Target::Module(scope) => match self.named(scope, name, 0) {
                Some((Target::Definition(target), further)) => {
                    vec![Edge { target, confidence: confidence.max(further) }]
                }
                _ => Vec::new(),
            },
            Target::Definition(id) => {
                let owner = self.analysis.definition(id);
                self.members(id.file, &owner.name, name, confidence)
            }
        }
    }

    /// Members of a type: in its own body, in `impl` blocks of its file, then in `impl` blocks elsewhere.
    fn members(&self, file: FileId, owner: &str, name: &str, confidence: Confidence) -> Vec<Edge> {
        let here: Vec<Edge> =
            members_in(self.analysis, file, owner, name).map(|target| Edge { target, confidence }).collect();
        if !here.is_empty() || self.analysis.language(file) == Language::Python {
            return here;
        }
        let candidates = declaring_files(self.analysis, name);
        if candidates.len() > BY_NAME_FILES {
            return Vec::new();
        }
        let elsewhere = candidates.into_iter().flat_map(|file| members_in(self.analysis, file, owner, name));
        elsewhere.map(|target| Edge { target, confidence: Confidence::Inferred }).collect()
    }

    /// Every symbol of that name that the reference could mean, where there are few.
    fn by_name(&self, reference: &Reference) -> Vec<Edge> {
        if STANDARD_METHODS.contains(&reference.name.as_str()) {
            return Vec::new();
        }
        let candidates = declaring_files(self.analysis, &reference.name);
        if candidates.len() > BY_NAME_FILES {
            return Vec::new();
        }
        let mut edges = Vec::new();
        for file in candidates {
            if self.analysis.language(file) != self.outline.language {
                continue;
            }
            let outline = self.analysis.outline(file);
            let named = outline.ids().filter(|&id| {
                let definition = outline.definition(id);
                definition.name == reference.name && by_name_fits(reference, definition)
            });
            edges.extend(
                named.map(|local| Edge { target: DefId { file, local }, confidence: Confidence::ByName }),
            );
        }
        if edges.len() > BY_NAME_LIMIT { Vec::new() } else { edges }
    }

    fn edge(&self, local: LocalId, confidence: Confidence) -> Edge {
        Edge { target: DefId { file: self.file, local }, confidence }
    }
}

/// Files that may declare a name, by the word filter.
pub(crate) fn declaring_files(analysis: &Analysis, name: &str) -> Vec<FileId> {
    analysis
        .files()
        .filter(|&file| queries::words(&analysis.db, analysis.source(file)).may_declare(name))
        .collect()
}

fn members_in<'a>(
    analysis: &'a Analysis,
    file: FileId,
    owner: &'a str,
    name: &'a str,
) -> impl Iterator<Item = DefId> + 'a {
    let outline = analysis.outline(file);
    let named = move |id: &LocalId| {
        let definition = outline.definition(*id);
        definition.name == name
            && definition.parent.is_some_and(|parent| {
                let parent = outline.definition(parent);
                parent.name == owner && parent.kind != DefinitionKind::Module && !is_callable(parent.kind)
            })
    };
    outline.ids().filter(named).map(move |local| DefId { file, local })
}

/// Whether a definition of this kind can be what the reference asks for.
fn fits(reference: &Reference, definition: &Definition) -> bool {
    match reference.kind {
        ReferenceKind::Macro => {
            matches!(definition.kind, DefinitionKind::Macro | DefinitionKind::Class)
                || is_callable(definition.kind)
        }
        ReferenceKind::Type => {
            is_type(definition.kind)
                || matches!(definition.kind, DefinitionKind::Trait | DefinitionKind::Type)
        }
        ReferenceKind::Call => {
            definition.kind != DefinitionKind::Macro && definition.kind != DefinitionKind::Impl
        }
        ReferenceKind::Value => definition.kind != DefinitionKind::Impl,
    }
}

/// By name alone a bare call means a function, one with a receiver means a method.
fn by_name_fits(reference: &Reference, definition: &Definition) -> bool {
    let is_path = |qualifier: &str| qualifier.contains("::") && !qualifier.contains('(');
    let through_path = reference.qualifier.as_deref().is_some_and(is_path);
    match (reference.kind, &reference.qualifier) {
        (ReferenceKind::Call, Some(_)) if !through_path => definition.kind == DefinitionKind::Method,
        (ReferenceKind::Macro, _) => definition.kind == DefinitionKind::Macro,
        _ => false,
    }
}

/// Whether the body of a definition of this kind is a scope for plain names: class and impl members need a receiver.
fn sees_members(kind: DefinitionKind) -> bool {
    kind == DefinitionKind::Module || is_callable(kind)
}

/// The definitions directly inside a container (or at the top level) that a plain name finds there.
fn items_named<'a>(
    outline: &'a Outline,
    container: Option<LocalId>,
    name: &'a str,
) -> impl Iterator<Item = LocalId> + 'a {
    outline.ids().filter(move |&id| {
        let definition = outline.definition(id);
        definition.parent == container && definition.name == name && is_item(definition)
    })
}

/// Whether a definition is found by its plain name in the scope that holds it.
fn is_item(definition: &Definition) -> bool {
    !matches!(definition.kind, DefinitionKind::Impl | DefinitionKind::Field | DefinitionKind::Variant)
}

fn is_callable(kind: DefinitionKind) -> bool {
    matches!(kind, DefinitionKind::Function | DefinitionKind::Method)
}

fn is_type(kind: DefinitionKind) -> bool {
    matches!(
        kind,
        DefinitionKind::Class | DefinitionKind::Struct | DefinitionKind::Enum | DefinitionKind::Union
    )
}

fn is_identifier(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}
