//! How a statement or an item stands among the others: what is around it, and whether something is left without it. Never does: decide
//! whether it may go.

use tree_sitter::Node;

use crate::collect::span;
use crate::{Language, Parsed, Span};

/// Where a statement or an item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The statement with its decorators, without comments and attributes of Rust.
    pub statement: Span,
    /// It is in a branch, a loop, a `try` or the like, not directly in a file, a module, a class or a function.
    pub is_conditional: bool,
    /// It is in the arguments of a macro or in the body of one, where nobody but the macro knows what it is.
    pub is_in_macro: bool,
    /// The block around it, and how many other statements and items that has, comments not counted. Python allows none that is empty.
    pub block: Span,
    pub others: usize,
}

impl Parsed {
    /// How the statement around a span stands; `None` where the span is in no statement. The span must be of the text that was parsed.
    pub fn standing(&self, within: Span) -> Option<Standing> {
        let root = self.tree.root_node();
        let inner = root.descendant_for_byte_range(within.start as usize, within.end as usize)?;
        let mut node = inner;
        while let Some(parent) = node.parent().filter(|parent| !is_block(*parent, self.language())) {
            node = parent;
        }
        let block = node.parent()?;
        let is_other = |child: &Node| *child != node && !child.is_extra();
        let others = block.named_children(&mut block.walk()).filter(is_other).count();
        Some(Standing {
            statement: span(node),
            is_conditional: self.language() == Language::Python && is_branch(block),
            is_in_macro: std::iter::successors(Some(inner), Node::parent)
                .filter(|it| span(*it) != within)
                .any(|it| matches!(it.kind(), "token_tree" | "macro_definition" | "macro_invocation")),
            block: span(block),
            others,
        })
    }
}

impl Parsed {
    /// The statement or item of the file's top level around a byte offset, with its decorators.
    pub fn top_statement(&self, at: u32) -> Option<Span> {
        let root = self.tree.root_node();
        let node = root.descendant_for_byte_range(at as usize, at as usize)?;
        let mut all = std::iter::successors(Some(node), Node::parent);
        all.find(|it| it.parent().is_some_and(|parent| parent == root)).map(span)
    }
}

fn is_block(node: Node, language: Language) -> bool {
    match language {
        Language::Python => matches!(node.kind(), "module" | "block"),
        Language::Rust => matches!(node.kind(), "source_file" | "declaration_list" | "block"),
    }
}

/// Whether a block of Python is another one than the body of a class or a function.
fn is_branch(block: Node) -> bool {
    let holder = block.parent().map(|holder| holder.kind());
    block.kind() == "block" && !matches!(holder, Some("class_definition" | "function_definition"))
}
