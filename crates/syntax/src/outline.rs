//! What a file contains, without positions: the half of a file's facts that other files may depend on.
//!
//! Nothing here carries an offset or a line, so an edit that moves code without changing what is declared or
//! imported yields an equal [`Outline`], and nothing that was derived from it has to be computed again. Positions live in
//! [`crate::Spans`], index by index. Never does: meaning across files.

use serde::{Deserialize, Serialize};
use std::fmt;

use crate::Language;

/// Index of a definition within its file's [`Outline::definitions`] (and of its spans in [`crate::Spans`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LocalId(pub u32);

impl LocalId {
    /// The id as an index into the file's lists.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a file declares and imports, in source order.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Outline {
    pub language: Language,
    /// Text of the file's own documentation (`//!`, the module docstring), without comment markers; may be empty.
    pub docs: String,
    pub definitions: Vec<Definition>,
    pub imports: Vec<Import>,
}

/// One declared symbol.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Definition {
    pub kind: DefinitionKind,
    /// The declared name; for an `impl`, the name of the self type without generics (`Spawner`).
    pub name: String,
    /// For `impl Trait for Type`, the trait's name without generics (`Display`); otherwise `None`.
    pub implemented: Option<String>,
    /// The definition that directly contains this one.
    pub parent: Option<LocalId>,
    /// Position among definitions of the same kind, container and name in this file, from 0 (cfg variants, overloads).
    pub ordinal: u32,
    /// The declaration up to its body on one line, without comments and attributes (`pub fn get(&self) -> u32`). The
    /// value of a constant, a static or a field counts as its body.
    pub signature: String,
    /// Documentation without comment markers, line breaks kept; may be empty.
    pub docs: String,
    /// Rust: any `pub`, and for variants and the items of a trait whether the enum or trait is public; Python: a name that
    /// doesn't start with `_` (dunder names count as public).
    pub public: bool,
}

/// The kinds of definitions, as captures in `definitions.scm` name them (`@definition.<kind>`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DefinitionKind {
    Module,
    Class,
    Struct,
    Enum,
    Union,
    Variant,
    Field,
    Trait,
    Impl,
    Function,
    Method,
    Constant,
    Static,
    Type,
    Macro,
}

impl DefinitionKind {
    pub const ALL: [Self; 15] = [
        Self::Module,
        Self::Class,
        Self::Struct,
        Self::Enum,
        Self::Union,
        Self::Variant,
        Self::Field,
        Self::Trait,
        Self::Impl,
        Self::Function,
        Self::Method,
        Self::Constant,
        Self::Static,
        Self::Type,
        Self::Macro,
    ];

    /// Reads what [`as_str`](Self::as_str) writes; `None` for anything else.
    pub fn parse(kind: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == kind)
    }

    /// The kind in lower case, as captures, JSON and people write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Module => "module",
            Self::Class => "class",
            Self::Struct => "struct",
            Self::Enum => "enum",
            Self::Union => "union",
            Self::Variant => "variant",
            Self::Field => "field",
            Self::Trait => "trait",
            Self::Impl => "impl",
            Self::Function => "function",
            Self::Method => "method",
            Self::Constant => "constant",
            Self::Static => "static",
            Self::Type => "type",
            Self::Macro => "macro",
        }
    }
}

/// One imported name (a `use` tree or a `from .. import a, b` is flattened to one entry a leaf).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Import {
    /// Segments up to the imported name, in order (`std`, `sync` for `use std::sync::Arc`; `a`, `b` for `from a.b import c`).
    pub path: Vec<String>,
    /// Python: the number of leading dots. Rust: 0 (`self`, `super` and `crate` stand in `path`).
    pub level: u32,
    /// The imported name (`Arc`, `c`); `None` for a glob and for Python's `import a.b` (the path is all there is).
    pub name: Option<String>,
    /// The local name where it differs (`as`); `Some("_")` binds nothing.
    pub alias: Option<String>,
    pub glob: bool,
    /// Rust: `pub use` of any visibility. Python: always `false`.
    pub reexport: bool,
    /// The definition inside which the import stands.
    pub enclosing: Option<LocalId>,
}

/// Names a symbol inside one file, in any version of that file, without a project model: kind, container path, name, ordinal.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LocalKey {
    pub kind: DefinitionKind,
    /// Containers from the outside in. An inherent `impl T` contributes `T`, an `impl Trait for T` contributes `<T as Trait>`;
    /// which of several `impl T` blocks holds a method is not part of its name.
    pub container: Vec<String>,
    pub name: String,
    /// Position among symbols with the same kind, container path and name, from 0.
    pub ordinal: u32,
}

impl LocalKey {
    /// The name of a whole file: a module without a name of its own, which no definition has.
    pub fn file() -> Self {
        Self { kind: DefinitionKind::Module, container: Vec::new(), name: String::new(), ordinal: 0 }
    }
}

impl fmt::Display for LocalKey {
    /// `method Spawner.spawn_thread`, with `#2` after it for the second symbol of that name; `file` for a whole file. For display and for the JSON
    /// documented in `docs/`; not parsed back.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::file() {
            return f.write_str("file");
        }
        write!(f, "{} ", self.kind.as_str())?;
        for part in &self.container {
            write!(f, "{part}.")?;
        }
        f.write_str(&self.name)?;
        if self.ordinal > 0 {
            write!(f, "#{}", self.ordinal + 1)?;
        }
        Ok(())
    }
}

impl Outline {
    /// The definition with the given id.
    pub fn definition(&self, id: LocalId) -> &Definition {
        &self.definitions[id.index()]
    }

    /// The file-local name of a definition.
    pub fn key(&self, id: LocalId) -> LocalKey {
        let definition = self.definition(id);
        LocalKey {
            kind: definition.kind,
            container: self.container(id),
            name: definition.display_name(),
            ordinal: definition.ordinal,
        }
    }

    /// Finds the definition that a key names in this version of the file.
    pub fn find(&self, key: &LocalKey) -> Option<LocalId> {
        self.ids().find(|&id| {
            let definition = self.definition(id);
            definition.kind == key.kind && definition.ordinal == key.ordinal && self.key(id) == *key
        })
    }

    /// All ids, in source order.
    pub fn ids(&self) -> impl Iterator<Item = LocalId> + use<> {
        (0..self.definitions.len() as u32).map(LocalId)
    }

    /// Names of the containers of a definition, from the outside in, as they stand in a [`LocalKey`].
    pub fn container(&self, id: LocalId) -> Vec<String> {
        let mut parts = Vec::new();
        let mut next = self.definition(id).parent;
        while let Some(parent) = next {
            let definition = self.definition(parent);
            parts.push(definition.display_name());
            next = definition.parent;
        }
        parts.reverse();
        parts
    }
}

impl Definition {
    /// The name as it stands in keys: `Spawner`, or `<Spawner as Display>` for a trait's implementation.
    pub fn display_name(&self) -> String {
        display_name(&self.name, self.implemented.as_deref())
    }
}

/// See [`Definition::display_name`].
pub(crate) fn display_name(name: &str, implemented: Option<&str>) -> String {
    match implemented {
        Some(implemented) => format!("<{name} as {implemented}>"),
        None => name.to_owned(),
    }
}
