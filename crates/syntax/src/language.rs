//! The languages that Backstory reads, as `grammars/<lang>.toml` describes them. Never does: parsing (that is
//! [`crate::parse`]) or what a tree means (that is one module a language).

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::query;

/// Raised whenever the meaning of the same captures changes, so that facts of older versions are not reused.
const EXTRACTOR_VERSION: u32 = 1;

/// A language that Backstory reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    Rust,
    Python,
}

/// What `grammars/<lang>.toml` says of a language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grammar {
    /// `rust`, `python`: the name in file names, JSON and cache keys.
    pub id: String,
    /// The name for people.
    pub name: String,
    /// The crate that holds the tree-sitter grammar.
    pub grammar: String,
    /// Endings of file names, without the dot.
    pub extensions: Vec<String>,
    /// Names of files that mark the root of a project in this language.
    pub project_markers: Vec<String>,
    pub comments: CommentTokens,
}

/// How a language writes comments.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommentTokens {
    /// Starts a comment that ends with the line.
    pub line: String,
    /// Start and end of a block comment, where the language has them.
    pub block: Option<(String, String)>,
}

impl Language {
    /// Every language, in the order of their ids in caches and output.
    pub const ALL: [Language; 2] = [Language::Rust, Language::Python];

    /// The language of a file, by the extensions in `grammars/<lang>.toml`; `None` for a path in no supported language.
    /// The path may be relative or absolute, with `/` between its parts.
    pub fn of_path(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next()?;
        let (stem, extension) = name.rsplit_once('.')?;
        let known = |language: &Language| language.grammar().extensions.iter().any(|it| it == extension);
        if stem.is_empty() { None } else { Self::ALL.into_iter().find(known) }
    }

    /// `rust`, `python`: the id in `grammars/*.toml`, JSON and cache keys.
    pub fn id(self) -> &'static str {
        &self.grammar().id
    }

    /// What the language's file under `grammars/` says.
    pub fn grammar(self) -> &'static Grammar {
        static RUST: LazyLock<Grammar> = LazyLock::new(|| read_grammar(Language::Rust));
        static PYTHON: LazyLock<Grammar> = LazyLock::new(|| read_grammar(Language::Python));
        match self {
            Self::Rust => &RUST,
            Self::Python => &PYTHON,
        }
    }

    /// Hash of grammar version, queries and extractor version, 16 hexadecimal digits: part of every cache key of
    /// extracted facts.
    pub fn generation(self) -> &'static str {
        static RUST: LazyLock<String> = LazyLock::new(|| fingerprint(Language::Rust));
        static PYTHON: LazyLock<String> = LazyLock::new(|| fingerprint(Language::Python));
        match self {
            Self::Rust => &RUST,
            Self::Python => &PYTHON,
        }
    }

    /// The tree-sitter grammar.
    pub(crate) fn tree_sitter(self) -> tree_sitter::Language {
        match self {
            Self::Rust => tree_sitter::Language::new(tree_sitter_rust::LANGUAGE),
            Self::Python => tree_sitter::Language::new(tree_sitter_python::LANGUAGE),
        }
    }

    fn grammar_text(self) -> &'static str {
        match self {
            Self::Rust => include_str!("../../../grammars/rust.toml"),
            Self::Python => include_str!("../../../grammars/python.toml"),
        }
    }
}

fn read_grammar(language: Language) -> Grammar {
    toml::from_str(language.grammar_text()).expect("embedded in the binary, and a test reads each of them")
}

/// FNV-1a, 64 bits (Fowler, Noll, Vo; RFC 9923), over everything that decides which facts a text yields.
fn fingerprint(language: Language) -> String {
    let grammar = language.tree_sitter();
    let version = grammar.metadata().map(|it| (it.major_version, it.minor_version, it.patch_version));
    let shape = (version, grammar.abi_version(), grammar.node_kind_count(), grammar.parse_state_count());
    let mut text = format!("{EXTRACTOR_VERSION} {shape:?}");
    text.extend(query::sources(language));
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    format!("{hash:016x}")
}
