//! Parsing one text with tree-sitter. Never does: reading files, keeping the text, or incremental edits.

use tree_sitter::{Parser, Range, Tree};

use crate::{FileFacts, Language, Span, Token, facts, tokens};

/// A parsed file. Cheap to clone, `Send` and `Sync`. Holds the syntax tree, not the text: what needs the text takes it
/// again, and it must be the text that was parsed.
#[derive(Clone, Debug)]
pub struct Parsed {
    tree: Tree,
    language: Language,
}

/// Parses a text of less than 4 GiB. Broken code gives a tree all the same.
pub fn parse(text: &str, language: Language) -> Parsed {
    Parsed { tree: tree(text, language, &[]), language }
}

impl Parsed {
    /// The language it was parsed as.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Definitions, references, imports and documentation. `text` must be the text that was parsed.
    pub fn facts(&self, text: &str) -> FileFacts {
        facts::extract(&self.tree, text, self.language)
    }

    /// The tokens that lie inside the span, in order; see [`Token`]. `text` must be the text that was parsed.
    pub fn tokens(&self, text: &str, span: Span) -> Vec<Token> {
        tokens::tokens(&self.tree, text, self.language, span)
    }

    /// 0-based line of the first syntax error, if there is one.
    pub fn first_error_line(&self) -> Option<u32> {
        let mut cursor = self.tree.walk();
        while cursor.node().has_error() {
            let node = cursor.node();
            if node.is_error() || node.is_missing() {
                return Some(node.start_position().row as u32);
            }
            if !cursor.goto_first_child() {
                return None;
            }
            while !cursor.node().has_error() && cursor.goto_next_sibling() {}
        }
        None
    }
}

/// Parses the given ranges of the text as one file, or all of it where there are none. Offsets in the tree are offsets
/// into the whole text. The ranges must be disjoint and in source order.
pub(crate) fn tree(text: &str, language: Language, ranges: &[Range]) -> Tree {
    let mut parser = Parser::new();
    parser.set_language(&language.tree_sitter()).expect("tests parse with every grammar, so its ABI fits");
    parser.set_included_ranges(ranges).expect("ranges are disjoint and in source order");
    parser.parse(text, None).expect("a language is set, and nothing cancels the parser")
}
