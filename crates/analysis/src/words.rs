//! Which words a file contains, and which it may declare: a filter in front of parsing, made in one pass over the bytes.
//!
//! Words are kept as hashes. A collision or a word in a comment makes a file a candidate for nothing; no file that holds the
//! word is ever missed. Never does: decide what a word means.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::Arc;

use backstory_syntax::Language;

/// Hashes of a file's words, sorted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Words {
    all: Box<[u32]>,
    /// Words right after a keyword that declares one.
    declared: Arc<[u32]>,
    /// Words between `impl` and its body.
    implemented: Arc<[u32]>,
    /// Words after `mod`.
    modules: Arc<[u32]>,
}

impl Words {
    pub(crate) fn of(text: &str, language: Language) -> Self {
        let mut all = Vec::new();
        let mut declared = Vec::new();
        let mut modules = Vec::new();
        let mut before = "";
        let mut after_keyword = false;
        for word in words(text) {
            let hash = hash(word);
            if after_keyword {
                declared.push(hash);
            }
            all.push(hash);
            if before == "mod" {
                modules.push(hash);
            }
            before = word;
            // `mut` stands between `static` and its name, `unsafe` and the like stand before `fn`.
            after_keyword = declares(word, language) || (after_keyword && word == "mut");
        }
        let implemented = if language == Language::Rust { implemented(text) } else { Vec::new() };
        Self {
            all: sorted(all),
            declared: sorted(declared).into(),
            implemented: sorted(implemented).into(),
            modules: sorted(modules).into(),
        }
    }

    pub(crate) fn contains(&self, word: &str) -> bool {
        self.contains_hash(hash(word))
    }

    /// The same for what [`hash`] makes of a word.
    pub(crate) fn contains_hash(&self, word: u32) -> bool {
        self.all.binary_search(&word).is_ok()
    }

    pub(crate) fn may_declare(&self, word: &str) -> bool {
        self.declared.binary_search(&hash(word)).is_ok()
    }
}

/// Words that a file may declare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Declared(Arc<[u32]>);

impl Declared {
    pub(crate) fn of(words: &Words) -> Self {
        Self(Arc::clone(&words.declared))
    }

    pub(crate) fn hashes(&self) -> &[u32] {
        &self.0
    }
}

/// Words that a file's `impl` blocks may be for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Implemented(Arc<[u32]>);

impl Implemented {
    pub(crate) fn of(words: &Words) -> Self {
        Self(Arc::clone(&words.implemented))
    }

    pub(crate) fn contains(&self, word: &str) -> bool {
        self.0.binary_search(&hash(word)).is_ok()
    }

    pub(crate) fn hashes(&self) -> &[u32] {
        &self.0
    }
}

/// Words that a file may declare as modules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ModulesDeclared(Arc<[u32]>);

impl ModulesDeclared {
    pub(crate) fn of(words: &Words) -> Self {
        Self(Arc::clone(&words.modules))
    }

    pub(crate) fn contains(&self, word: &str) -> bool {
        self.0.binary_search(&hash(word)).is_ok()
    }
}

fn implemented(text: &str) -> Vec<u32> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let code = line.trim_start();
        let code = code.strip_prefix("unsafe ").unwrap_or(code);
        if let Some(rest) = code.strip_prefix("impl")
            && rest.starts_with(|c: char| c == '<' || c.is_whitespace())
        {
            let here = &text[start + line.len() - rest.len()..];
            let head = here.split('{').next().filter(|head| head.len() < HEAD);
            found.extend(head.into_iter().flat_map(words).map(hash));
        }
        start += line.len();
    }
    found
}

/// What stands before the body of an `impl` is hardly ever longer, in bytes.
const HEAD: usize = 4096;

fn declares(word: &str, language: Language) -> bool {
    match language {
        Language::Rust => matches!(
            word,
            "fn" | "struct"
                | "enum"
                | "union"
                | "trait"
                | "type"
                | "mod"
                | "const"
                | "static"
                | "macro_rules"
        ),
        Language::Python => matches!(word, "def" | "class"),
    }
}

/// Maximal runs of letters, digits, underscores and anything beyond ASCII.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
}

/// What a word is kept as: half of a hash. Among a hundred thousand words two meet now and then, and a file is looked at in vain.
pub(crate) fn hash(word: &str) -> u32 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(word) as u32
}

fn sorted(mut hashes: Vec<u32>) -> Box<[u32]> {
    hashes.sort_unstable();
    hashes.dedup();
    hashes.into_boxed_slice()
}
