//! Extraction part by part. A tree is cut into parts of a few kilobytes, each with what was found in it, with
//! positions relative to its start; after an edit only the parts that it touched are looked at again.
//!
//! The facts of a file do not depend on where it is cut. Never does: relating what was found across parts, which is `facts`.

use std::sync::Arc;

use tree_sitter::{Node, Tree, TreeCursor};

use crate::changes::Changes;
use crate::collect::{Around, Collected, Passes, Reach};
use crate::{Language, rust};

/// Nodes of more bytes are cut up; parts are about as large. In tests much smaller, so that short texts are cut as well.
const PART_BYTES: usize = if cfg!(test) { 64 } else { 4096 };

/// How deep nodes are cut up. Code in which larger nodes than this are nested deeper was not written by people.
const DEPTH: u32 = 64;

/// What was found in all parts of a tree.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    /// Sorted by position, disjoint.
    parts: Vec<Part>,
    /// What patterns found that start at nodes which were cut up.
    around: Collected,
}

/// Neighbouring nodes that have the same parent, and what was found in them.
#[derive(Clone, Debug)]
struct Part {
    start: u32,
    end: u32,
    /// How many nodes there are, and what the first one is: together with start and end that identifies them in a later tree.
    count: u32,
    kind: u16,
    /// Something in it was edited and not parsed.
    is_guess: bool,
    /// Positions are relative to the start.
    found: Arc<Collected>,
}

/// The parts of the tree before its text was edited.
pub(crate) struct Before<'a> {
    pub(crate) parts: &'a Parts,
    pub(crate) changes: &'a Changes,
    /// The new tree is the old one at its new place: what was broken in it is broken in the same way.
    pub(crate) is_moved: bool,
}

impl Parts {
    /// Looks at a whole tree, but for the parts that are as before. `None` when it was stopped; `stop` is asked for each part.
    pub(crate) fn of(
        tree: &Tree,
        text: &str,
        language: Language,
        before: Option<&Before>,
        stop: &mut dyn FnMut() -> bool,
    ) -> Option<Self> {
        let passes = Passes::new(text, language);
        let mut cutting = Cutting {
            language,
            before,
            stop,
            passes,
            open: Vec::new(),
            kinds: Vec::new(),
            cut: Self::default(),
        };
        let mut cursor = tree.walk();
        cutting.passes.collect(cursor.node(), Around::default(), Reach::Own, &mut cutting.cut.around);
        cutting.children(&mut cursor, DEPTH)?;
        let Cutting { passes, mut cut, .. } = cutting;
        passes.hide(&mut cut.around);
        Some(cut)
    }

    /// Everything that was found.
    pub(crate) fn all(&self) -> Collected {
        let mut all = self.around.clone();
        for part in &self.parts {
            all.extend_moved(&part.found, part.start);
        }
        all
    }
}

/// A walk over a tree that cuts it up.
struct Cutting<'a, 'tree> {
    language: Language,
    before: Option<&'a Before<'a>>,
    stop: &'a mut dyn FnMut() -> bool,
    passes: Passes<'a>,
    /// Neighbours that will be a part.
    open: Vec<Node<'tree>>,
    /// The kinds of the nodes around the cursor.
    kinds: Vec<&'tree str>,
    cut: Parts,
}

impl<'tree> Cutting<'_, 'tree> {
    /// Cuts up what is below the node; the cursor comes back to it. `None` when it was stopped.
    fn children(&mut self, cursor: &mut TreeCursor<'tree>, depth: u32) -> Option<()> {
        let kind = cursor.node().kind();
        if !cursor.goto_first_child() {
            return Some(());
        }
        self.kinds.push(kind);
        loop {
            let node = cursor.node();
            if let Some(part) = self.as_before(cursor) {
                self.close()?;
                self.cut.parts.push(part);
            } else if depth > 0 && node.byte_range().len() > PART_BYTES && !is_whole(node, self.language) {
                self.close()?;
                self.passes.collect(node, self.around(), Reach::Own, &mut self.cut.around);
                self.children(cursor, depth - 1)?;
            } else {
                self.open.push(node);
                let start = self.open[0].start_byte();
                if node.end_byte() - start > PART_BYTES {
                    self.close()?;
                }
            }
            if !cursor.goto_next_sibling() {
                break;
            }
        }
        self.close()?;
        self.kinds.pop();
        cursor.goto_parent();
        Some(())
    }

    fn around(&self) -> Around<'tree> {
        match self.kinds.as_slice() {
            [.., outer, inner] => [outer, inner],
            [inner] => ["", inner],
            [] => Around::default(),
        }
    }

    /// Makes a part of the open nodes.
    fn close(&mut self) -> Option<()> {
        let (Some(first), Some(last)) = (self.open.first(), self.open.last()) else { return Some(()) };
        if (self.stop)() {
            return None;
        }
        let (start, end, kind) = (first.start_byte() as u32, last.end_byte() as u32, first.kind_id());
        let mut found = Collected::default();
        let around = self.around();
        for node in &self.open {
            self.passes.collect(*node, around, Reach::Whole, &mut found);
        }
        let mut relative = Collected::default();
        relative.extend_moved(&found, 0_u32.wrapping_sub(start));
        let (count, is_guess) = (self.open.len() as u32, self.before.is_some_and(|before| before.is_moved));
        self.cut.parts.push(Part { start, end, count, kind, is_guess, found: Arc::new(relative) });
        self.open.clear();
        Some(())
    }

    /// The part that starts at the cursor, if nothing in it has changed. The cursor goes to its last node.
    ///
    /// Where a tree has errors, equal text may have been read differently, whatever the changed ranges say.
    fn as_before(&self, cursor: &mut TreeCursor<'tree>) -> Option<Part> {
        let before = self.before?;
        let node = cursor.node();
        let part = before.part_at(node.start_byte())?;
        // A tree that was parsed may have no trace of what was a guess in the one before.
        if part.kind != node.kind_id() || (part.is_guess && !before.is_moved) {
            return None;
        }
        let mut ahead = cursor.clone();
        for further in (0..part.count).rev() {
            let may_differ = ahead.node().has_error() && !before.is_moved;
            if may_differ || (further > 0 && !ahead.goto_next_sibling()) {
                return None;
            }
        }
        if ahead.node().end_byte() != part.end as usize {
            return None;
        }
        *cursor = ahead;
        Some(part)
    }
}

impl Before<'_> {
    /// The part that started where this offset into the new text was before, if the edits and their consequences are elsewhere; with
    /// its new position.
    fn part_at(&self, start: usize) -> Option<Part> {
        let old_start = self.changes.old_start(start);
        let parts = &self.parts.parts;
        let index = parts.partition_point(|part| (part.start as usize) < old_start);
        let part =
            parts.get(index).filter(|part| part.start as usize == old_start && part.start < part.end)?;
        let end = start + (part.end - part.start) as usize;
        if self.changes.touch(start, end) {
            return None;
        }
        Some(Part { start: start as u32, end: end as u32, ..part.clone() })
    }
}

/// Whether a node means something only as a whole, however large it is: what stands in macros is not read by the grammar alone.
fn is_whole(node: Node, language: Language) -> bool {
    match language {
        Language::Rust => rust::is_macro(node),
        Language::Python => false,
    }
}
