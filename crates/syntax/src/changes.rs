//! What a reparsed text has in common with the text before: which stretches stand there as they did, and are read as they were.
//! Never does: comparing texts (that is `edit`).

use std::ops::Range;

use crate::Span;
use crate::edit::Edit;

/// How a text and its tree differ from those before.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// In source order, like the following.
    edits: Vec<Edit>,
    /// Where the tree has another structure; byte ranges of the new text.
    restructured: Vec<Range<usize>>,
}

impl Changes {
    pub(crate) fn new(edits: Vec<Edit>, restructured: Vec<Range<usize>>) -> Self {
        Self { edits, restructured }
    }

    pub(crate) fn edits(&self) -> &[Edit] {
        &self.edits
    }

    /// Where a stretch of the new text stood in the old one; `None` where something in it or right beside it was edited, or is read in
    /// another way. Both in bytes. Holds where both texts parse without errors.
    pub fn before(&self, span: Span) -> Option<Span> {
        let (start, end) = (span.start as usize, span.end as usize);
        let old_start = self.old_start(start) as u32;
        let is_same = !self.touch(start, end);
        is_same.then_some(Span { start: old_start, end: old_start + (span.end - span.start) })
    }

    /// Where what starts at an offset of the new text started in the old one, if no edit touches it.
    pub(crate) fn old_start(&self, start: usize) -> usize {
        let behind = self.edits.partition_point(|edit| edit.new.end < start);
        match self.edits[..behind].last() {
            Some(edit) => start - edit.new.end + edit.old.end,
            None => start,
        }
    }

    /// Whether an edit or one of its consequences touches a stretch of the new text.
    pub(crate) fn touch(&self, start: usize, end: usize) -> bool {
        let is_touched = |range: &Range<usize>| range.start <= end && range.end >= start;
        let edit = self.edits.partition_point(|edit| edit.new.end < start);
        let range = self.restructured.partition_point(|range| range.end < start);
        self.edits.get(edit).is_some_and(|edit| is_touched(&edit.new))
            || self.restructured.get(range).is_some_and(is_touched)
    }
}
