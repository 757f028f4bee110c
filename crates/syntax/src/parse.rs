//! Parsing one text with tree-sitter. Never does: reading files, keeping the text, or guessing edits (that is `edit`).

use std::ops::ControlFlow;
use std::sync::{Arc, OnceLock};
use std::thread;

use tree_sitter::{ParseOptions, Parser, Range, Tree};

use crate::changes::Changes;
use crate::parts::{Before, Parts};
use crate::{FileFacts, Language, Span, Token, edit, facts, tokens};

/// A parsed file. Cheap to clone, `Send` and `Sync`. Holds the syntax tree, not the text: what needs the text takes it
/// again, and it must be the text that was parsed.
#[derive(Clone, Debug)]
pub struct Parsed {
    pub(crate) tree: Tree,
    language: Language,
    /// What was found in the tree, for a text under edit: the next tree will have most of it, too.
    parts: Option<Arc<OnceLock<Parts>>>,
    /// The tree has edits in it that were not parsed.
    is_moved: bool,
}

/// Parses a text of less than 4 GiB. Broken code gives a tree all the same.
pub fn parse(text: &str, language: Language) -> Parsed {
    of_tree(tree(text, language, &[]), language)
}

/// Like [`parse`]; `None` once `stop`, which is asked every few hundred bytes, says `true`.
pub fn parse_unless(text: &str, language: Language, stop: &mut dyn FnMut() -> bool) -> Option<Parsed> {
    Some(of_tree(run(text, language, &[], None, stop)?, language))
}

fn of_tree(tree: Tree, language: Language) -> Parsed {
    Parsed { tree, language, parts: None, is_moved: false }
}

impl Parsed {
    /// The language it was parsed as.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Keeps what [`facts`](Self::facts) finds on the way, so that the facts of texts [parsed from](Self::reparse) this one come
    /// sooner. Takes about as much memory as the facts.
    pub fn kept(self) -> Self {
        Self { parts: self.parts.or_else(|| Some(Arc::default())), ..self }
    }

    /// Parses the text that `old`, from which this was parsed, has become, and takes over what did not change. The outcome is
    /// [kept](Self::kept). For code that parses its facts are those of [`parse`]; broken code may be read in another way.
    pub fn reparse(&self, old: &str, new: &str) -> Parsed {
        self.reparse_unless(old, new, &mut || false).expect("nothing stops it")
    }

    /// Like [`reparse`](Self::reparse); `None` once `stop`, which is asked every few hundred bytes, says `true`. Where a text does not
    /// parse, a tree before saves nothing, and parsing it again takes as long as the first time.
    pub fn reparse_unless(&self, old: &str, new: &str, stop: &mut dyn FnMut() -> bool) -> Option<Parsed> {
        Some(self.reparse_with_changes(old, new, stop)?.0)
    }

    /// Like [`reparse_unless`](Self::reparse_unless), together with what changed.
    pub fn reparse_with_changes(
        &self,
        old: &str,
        new: &str,
        stop: &mut dyn FnMut() -> bool,
    ) -> Option<(Parsed, Changes)> {
        let edits = edit::between(old, new);
        if edits.is_empty() && !self.is_moved {
            return Some((self.clone().kept(), Changes::default()));
        }
        let mut before = self.tree.clone();
        edit::apply(&edits, &mut before, old, new);
        let tree = run(new, self.language, &[], Some(&before), stop)?;
        let ranges = before.changed_ranges(&tree).map(|range| range.start_byte..range.end_byte);
        let changes = Changes::new(edits, ranges.collect());
        Some((self.followed_by(tree, new, &changes, false), changes))
    }

    /// The same tree around the text that `old` has become, without parsing it: positions are right, and what was edited is read
    /// as what it was before. Takes hardly any time.
    pub fn moved(&self, old: &str, new: &str) -> Parsed {
        let Some(edit) = edit::around(old, new) else { return self.clone().kept() };
        let changes = Changes::new(vec![edit], Vec::new());
        let mut tree = self.tree.clone();
        edit::apply(changes.edits(), &mut tree, old, new);
        self.followed_by(tree, new, &changes, true)
    }

    /// Whether it stands for a text that was not parsed: see [`moved`](Self::moved).
    pub fn is_moved(&self) -> bool {
        self.is_moved
    }

    /// The next tree, with what was found in the parts of this one that are as before.
    fn followed_by(&self, tree: Tree, new: &str, changes: &Changes, is_moved: bool) -> Parsed {
        let parts = OnceLock::new();
        if let Some(found) = self.parts.as_ref().and_then(|parts| parts.get()) {
            let before = Before { parts: found, changes, is_moved };
            let found = Parts::of(&tree, new, self.language, Some(&before), &mut || false);
            parts.set(found.expect("nothing stops it")).expect("nobody else has it");
        }
        Parsed { tree, parts: Some(Arc::new(parts)), is_moved, ..*self }
    }

    /// Definitions, imports and documentation. `text` must be the text that was parsed.
    pub fn facts(&self, text: &str) -> FileFacts {
        self.facts_unless(text, &mut || false).expect("nothing stops it")
    }

    /// Like [`facts`](Self::facts); `None` once `stop`, which is asked every few kilobytes, says `true`.
    pub fn facts_unless(&self, text: &str, stop: &mut dyn FnMut() -> bool) -> Option<FileFacts> {
        let mut find = || Parts::of(&self.tree, text, self.language, None, stop);
        let all = match &self.parts {
            None => find()?.all(),
            Some(parts) => match parts.get() {
                Some(parts) => parts.all(),
                None => {
                    let found = find()?;
                    parts.get_or_init(|| found).all()
                }
            },
        };
        Some(facts::relate(all, text, self.language))
    }

    /// The tokens that lie inside the span, in order; see [`Token`]. `text` must be the text that was parsed.
    pub fn tokens(&self, text: &str, span: Span) -> Vec<Token> {
        tokens::tokens(&self.tree, text, self.language, span)
    }

    /// Whether there are syntax errors.
    pub fn has_error(&self) -> bool {
        self.tree.root_node().has_error()
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
    run(text, language, ranges, None, &mut || false).expect("nothing stops it")
}

/// Like [`tree`], from an edited tree where there is one; `None` when it was stopped.
fn run(
    text: &str,
    language: Language,
    ranges: &[Range],
    before: Option<&Tree>,
    stop: &mut dyn FnMut() -> bool,
) -> Option<Tree> {
    // A new one each time: one that has read a text with many readings keeps megabytes for the next, on each thread.
    let mut parser = Parser::new();
    parser.set_language(&language.tree_sitter()).expect("tests parse with every grammar, so its ABI fits");
    parser.set_included_ranges(ranges).expect("ranges are disjoint and in source order");
    let mut progress = |_: &_| if stop() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    let options = ParseOptions::new().progress_callback(&mut progress);
    let rest = |at: usize, _| text.as_bytes().get(at..).unwrap_or_default();
    let tree = parser.parse_with_options(&mut { rest }, before, Some(options));
    if tree.is_none() {
        // Letting go of what it has takes long for a large text, and whoever stopped it waits. Where there is no thread to be had, it
        // is let go of here.
        let _ = thread::Builder::new().name("parser-end".to_owned()).spawn(move || drop(parser));
    }
    tree
}
