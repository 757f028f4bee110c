//! The queries of `queries/<lang>/`, compiled once, with every capture read into the closed enum [`Capture`].
//!
//! The files of a language are compiled as one query, so that one pass over a tree finds everything; and once more without those of
//! references, for whoever doesn't want them. A reference is captured at its name, the last segment; everything else is captured whole,
//! its name as `@name`. Never does: giving captures a meaning.

use std::sync::LazyLock;

use tree_sitter::Query;

use crate::{DefinitionKind, Language, ReferenceKind};

/// What a capture in a `.scm` file says of its node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Capture {
    /// `@definition.<kind>`: a declaration.
    Definition(DefinitionKind),
    /// `@reference.<kind>`: the name of something that is used.
    Reference(ReferenceKind),
    /// `@name`: the declared name.
    Name,
    /// `@qualifier`: what stands before the last `::` or `.` of a reference.
    Qualifier,
    /// `@doc`: a comment that documents what follows it.
    Doc,
    /// `@doc.inner`: a comment or string that documents what contains it.
    InnerDoc,
    /// `@attribute`: an attribute or decorator of what follows.
    Attribute,
    /// `@comment`: any comment.
    Comment,
    /// `@invocation`: a macro invocation, given with its `@tokens`.
    Invocation,
    /// `@tokens`: tokens in no grammatical order.
    Tokens,
    /// `@ignore`: only macros are referred to in here.
    Ignore,
    /// `@local.scope`: where the local names defined in it live.
    LocalScope,
    /// `@local.binding`: local names defined directly in it are visible only behind it.
    LocalBinding,
    /// `@local.definition`: the name of a variable or parameter.
    LocalDefinition,
    /// `@local.definition.type`: the name of a generic parameter.
    LocalTypeDefinition,
    /// `@local.global`: a name that is not local although it is assigned to.
    LocalGlobal,
    /// `@local.reference`: a name that refers to a local one, or else to a value.
    LocalReference,
    /// `@import`: an import.
    Import,
    /// `@import.path`: the path from which it imports.
    ImportPath,
    /// `@import.name`: the imported name.
    ImportName,
    /// `@import.alias`: the local name.
    ImportAlias,
    /// `@import.glob`: everything is imported.
    ImportGlob,
    /// `@_...`: only a predicate in the query looks at it.
    Predicate,
}

impl Capture {
    /// Reads a capture's name, without its `@`; `None` for one that nobody knows.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let capture = match name {
            "name" => Self::Name,
            "qualifier" => Self::Qualifier,
            "doc" => Self::Doc,
            "doc.inner" => Self::InnerDoc,
            "attribute" => Self::Attribute,
            "comment" => Self::Comment,
            "invocation" => Self::Invocation,
            "tokens" => Self::Tokens,
            "ignore" => Self::Ignore,
            "local.scope" => Self::LocalScope,
            "local.binding" => Self::LocalBinding,
            "local.definition" => Self::LocalDefinition,
            "local.definition.type" => Self::LocalTypeDefinition,
            "local.global" => Self::LocalGlobal,
            "local.reference" => Self::LocalReference,
            "import" => Self::Import,
            "import.path" => Self::ImportPath,
            "import.name" => Self::ImportName,
            "import.alias" => Self::ImportAlias,
            "import.glob" => Self::ImportGlob,
            _ => {
                if let Some(kind) = name.strip_prefix("definition.") {
                    return DefinitionKind::parse(kind).map(Self::Definition);
                }
                if let Some(kind) = name.strip_prefix("reference.") {
                    return ReferenceKind::parse(kind).map(Self::Reference);
                }
                return name.starts_with('_').then_some(Self::Predicate);
            }
        };
        Some(capture)
    }
}

/// A language's compiled queries.
#[derive(Debug)]
pub(crate) struct Queries {
    pub(crate) query: Query,
    captures: Vec<Capture>,
}

impl Queries {
    /// What the capture with tree-sitter's index says.
    pub(crate) fn capture(&self, index: u32) -> Capture {
        self.captures[index as usize]
    }
}

/// What is looked for in a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    Everything,
    /// Definitions and imports.
    WithoutReferences,
}

/// The compiled queries of a language.
pub(crate) fn queries(language: Language, reading: Reading) -> &'static Queries {
    static RUST: LazyLock<Queries> = LazyLock::new(|| compile(Language::Rust, Reading::Everything));
    static RUST_WITHOUT: LazyLock<Queries> =
        LazyLock::new(|| compile(Language::Rust, Reading::WithoutReferences));
    static PYTHON: LazyLock<Queries> = LazyLock::new(|| compile(Language::Python, Reading::Everything));
    static PYTHON_WITHOUT: LazyLock<Queries> =
        LazyLock::new(|| compile(Language::Python, Reading::WithoutReferences));
    match (language, reading) {
        (Language::Rust, Reading::Everything) => &RUST,
        (Language::Rust, Reading::WithoutReferences) => &RUST_WITHOUT,
        (Language::Python, Reading::Everything) => &PYTHON,
        (Language::Python, Reading::WithoutReferences) => &PYTHON_WITHOUT,
    }
}

/// The texts of `definitions.scm`, `imports.scm`, `references.scm` and `locals.scm`.
pub(crate) fn sources(language: Language) -> [&'static str; 4] {
    match language {
        Language::Rust => [
            include_str!("../../../queries/rust/definitions.scm"),
            include_str!("../../../queries/rust/imports.scm"),
            include_str!("../../../queries/rust/references.scm"),
            include_str!("../../../queries/rust/locals.scm"),
        ],
        Language::Python => [
            include_str!("../../../queries/python/definitions.scm"),
            include_str!("../../../queries/python/imports.scm"),
            include_str!("../../../queries/python/references.scm"),
            include_str!("../../../queries/python/locals.scm"),
        ],
    }
}

fn compile(language: Language, reading: Reading) -> Queries {
    // Imports are read in any case: comments inside of one document nothing.
    let [definitions, imports, references, locals] = sources(language);
    let text = match reading {
        Reading::Everything => [definitions, imports, references, locals].concat(),
        Reading::WithoutReferences => [definitions, imports].concat(),
    };
    let query = Query::new(&language.tree_sitter(), &text)
        .expect("embedded in the binary, and a test compiles each of them");
    let known = |name: &&str| Capture::parse(name).expect("a test reads the captures of each query");
    let captures = query.capture_names().iter().map(known).collect();
    Queries { query, captures }
}
