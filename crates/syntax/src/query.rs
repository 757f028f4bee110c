//! The queries of `queries/<lang>/`, compiled once, with every capture read into the closed enum [`Capture`].
//!
//! The files of a language are compiled as one query, so that one pass over a tree finds everything. Definitions are captured whole, their
//! names as `@name`. Names that are used have no query: which of them mean what is a matter of scopes and types, and [`crate::Code`] has
//! both. Never does: giving captures a meaning.

use std::sync::LazyLock;

use tree_sitter::Query;

use crate::{DefinitionKind, Language};

/// What a capture in a `.scm` file says of its node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Capture {
    /// `@definition.<kind>`: a declaration.
    Definition(DefinitionKind),
    /// `@name`: the declared name.
    Name,
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
    /// `@ignore`: comments in here belong to nothing.
    Ignore,
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
}

impl Capture {
    /// Reads a capture's name, without its `@`; `None` for one that nobody knows.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let capture = match name {
            "name" => Self::Name,
            "doc" => Self::Doc,
            "doc.inner" => Self::InnerDoc,
            "attribute" => Self::Attribute,
            "comment" => Self::Comment,
            "invocation" => Self::Invocation,
            "tokens" => Self::Tokens,
            "ignore" => Self::Ignore,
            "import" => Self::Import,
            "import.path" => Self::ImportPath,
            "import.name" => Self::ImportName,
            "import.alias" => Self::ImportAlias,
            "import.glob" => Self::ImportGlob,
            _ => {
                let kind = name.strip_prefix("definition.")?;
                return DefinitionKind::parse(kind).map(Self::Definition);
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

/// The compiled queries of a language.
pub(crate) fn queries(language: Language) -> &'static Queries {
    static RUST: LazyLock<Queries> = LazyLock::new(|| compile(Language::Rust));
    static PYTHON: LazyLock<Queries> = LazyLock::new(|| compile(Language::Python));
    match language {
        Language::Rust => &RUST,
        Language::Python => &PYTHON,
    }
}

/// The texts of `definitions.scm` and `imports.scm`.
pub(crate) fn sources(language: Language) -> [&'static str; 2] {
    match language {
        Language::Rust => [
            include_str!("../../../queries/rust/definitions.scm"),
            include_str!("../../../queries/rust/imports.scm"),
        ],
        Language::Python => [
            include_str!("../../../queries/python/definitions.scm"),
            include_str!("../../../queries/python/imports.scm"),
        ],
    }
}

fn compile(language: Language) -> Queries {
    let query = Query::new(&language.tree_sitter(), &sources(language).concat())
        .expect("embedded in the binary, and a test compiles each of them");
    let known = |name: &&str| Capture::parse(name).expect("a test reads the captures of each query");
    let captures = query.capture_names().iter().map(known).collect();
    Queries { query, captures }
}
