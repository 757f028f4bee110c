//! Sorted spans and questions about them: the two shapes that the rest of the crate asks all of its "what contains this"
//! with. Never does: knowing what a span stands for.

use crate::Span;

/// A set of byte ranges; ranges inside others are folded into them.
#[derive(Debug, Default)]
pub(crate) struct Ranges(Vec<Span>);

impl Ranges {
    /// The spans may come in any order and may nest; they do not overlap otherwise, being nodes of one tree.
    pub(crate) fn new(mut spans: Vec<Span>) -> Self {
        spans.sort_unstable_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
        let mut end = 0;
        spans.retain(|span| {
            let outermost = span.end > end;
            end = end.max(span.end);
            outermost
        });
        Self(spans)
    }

    /// Whether a range contains the byte at the offset.
    pub(crate) fn contain(&self, offset: u32) -> bool {
        let after = self.0.partition_point(|span| span.start <= offset);
        after > 0 && offset < self.0[after - 1].end
    }
}

/// Finds the innermost of nested spans for ascending offsets, in one pass over both.
#[derive(Debug)]
pub(crate) struct Innermost<I> {
    spans: I,
    next: Option<(usize, Span)>,
    open: Vec<(usize, Span)>,
}

impl<I: Iterator<Item = (usize, Span)>> Innermost<I> {
    /// The spans must be sorted by start, outer ones first.
    pub(crate) fn new(mut spans: I) -> Self {
        let next = spans.next();
        Self { spans, next, open: Vec::new() }
    }

    /// The number and the span of the innermost one that contains the byte at the offset. Offsets must not descend.
    pub(crate) fn at(&mut self, offset: u32) -> Option<(usize, Span)> {
        while let Some((index, span)) = self.next.filter(|(_, span)| span.start <= offset) {
            self.close(span.start);
            self.open.push((index, span));
            self.next = self.spans.next();
        }
        self.close(offset);
        self.open.last().copied()
    }

    fn close(&mut self, offset: u32) {
        while self.open.last().is_some_and(|(_, span)| span.end <= offset) {
            self.open.pop();
        }
    }
}
