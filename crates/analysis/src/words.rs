//! Which words a file contains, and which it may declare: a filter in front of parsing, made in one pass over the bytes.
//!
//! Words are kept as hashes. A collision or a word in a comment makes a file a candidate for nothing; no file that holds the
//! word is ever missed. Never does: decide what a word means.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use backstory_syntax::Language;

/// Hashes of a file's words, sorted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Words {
    all: Box<[u64]>,
    /// Words right after a keyword that declares one.
    declared: Box<[u64]>,
}

impl Words {
    pub(crate) fn of(text: &str, language: Language) -> Self {
        let mut all = Vec::new();
        let mut declared = Vec::new();
        let mut after_keyword = false;
        for word in words(text) {
            let hash = hash(word);
            if after_keyword {
                declared.push(hash);
            }
            all.push(hash);
            // `mut` stands between `static` and its name, `unsafe` and the like stand before `fn`.
            after_keyword = declares(word, language) || (after_keyword && word == "mut");
        }
        Self { all: sorted(all), declared: sorted(declared) }
    }

    pub(crate) fn contains(&self, word: &str) -> bool {
        self.all.binary_search(&hash(word)).is_ok()
    }

    pub(crate) fn may_declare(&self, word: &str) -> bool {
        self.declared.binary_search(&hash(word)).is_ok()
    }
}

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

fn hash(word: &str) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(word)
}

fn sorted(mut hashes: Vec<u64>) -> Box<[u64]> {
    hashes.sort_unstable();
    hashes.dedup();
    hashes.into_boxed_slice()
}
