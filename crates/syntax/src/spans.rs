//! Where the items of an [`Outline`](crate::Outline) stand in the text: byte ranges, index by index.
//!
//! Kept apart so that facts stay equal while code moves. Never does: meaning, line numbers of anything but its own text.

use serde::{Deserialize, Serialize};

use crate::LocalId;

/// A half-open range of byte offsets into one file's UTF-8 text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    /// The text of the span. `text` must be the text that the span was made from.
    pub fn of(self, text: &str) -> &str {
        &text[self.start as usize..self.end as usize]
    }

    /// Whether the byte offset lies inside, the end included (a cursor behind a name is on it).
    pub fn touches(self, offset: u32) -> bool {
        self.start <= offset && offset <= self.end
    }

    /// The span at another position; a distance that wraps leads backwards.
    pub(crate) fn moved(self, by: u32) -> Self {
        Self { start: self.start.wrapping_add(by), end: self.end.wrapping_add(by) }
    }

    /// Whether the other span lies within this one.
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

/// The positions of everything in an outline.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spans {
    pub definitions: Vec<DefinitionSpans>,
    /// The imported leaf, one for each [`Outline::imports`](crate::Outline::imports).
    pub imports: Vec<Span>,
}

/// The positions of one definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefinitionSpans {
    /// Everything that belongs to it: leading doc comments, attributes or decorators, the item itself.
    pub full: Span,
    /// The item without leading documentation, attributes and decorators. For a field that `__init__` sets, `self.name` and
    /// its annotation: the value belongs to the method.
    pub item: Span,
    /// The declared name.
    pub name: Span,
    /// The body (block, field list, class suite), braces included, or the value of a constant; `None` where there is none.
    pub body: Option<Span>,
    /// The documentation: leading doc comments, or the docstring inside the body.
    pub docs: Option<Span>,
}

impl DefinitionSpans {
    /// All of them by so many bytes further on, backwards where the sum wraps.
    #[must_use]
    pub fn moved(&self, by: u32) -> Self {
        let Self { full, item, name, body, docs } = *self;
        Self {
            full: full.moved(by),
            item: item.moved(by),
            name: name.moved(by),
            body: body.map(|span| span.moved(by)),
            docs: docs.map(|span| span.moved(by)),
        }
    }
}

/// For many questions which definition is around an offset: each takes as long as definitions are nested there.
#[derive(Debug)]
pub struct Enclosing<'a> {
    spans: &'a Spans,
    /// The definition directly around each.
    around: Vec<Option<u32>>,
    /// In broken code a definition may begin inside another one and end behind it. Then there is no way around looking at all.
    overlap: bool,
}

impl Enclosing<'_> {
    /// What [`Spans::definition_at`] says.
    pub fn at(&self, offset: u32) -> Option<LocalId> {
        if self.overlap {
            return self.spans.definition_at(offset);
        }
        let definitions = &self.spans.definitions;
        let started = definitions.partition_point(|it| it.full.start <= offset);
        let before = definitions.partition_point(|it| it.full.start < offset);
        // What ends at the offset touches it as well as what starts there.
        let found = self.chain(started).chain(self.chain(before)).filter(|&at| self.full(at).touches(offset));
        found.min_by_key(|&at| (self.full(at).end - self.full(at).start, at)).map(LocalId)
    }

    fn full(&self, at: u32) -> Span {
        self.spans.definitions[at as usize].full
    }

    /// The definition before an index, with all that are around it.
    fn chain(&self, end: usize) -> impl Iterator<Item = u32> + '_ {
        let last = end.checked_sub(1).map(|last| last as u32);
        std::iter::successors(last, |&at| self.around[at as usize])
    }
}

impl Spans {
    /// Prepares for more than a few calls of [`definition_at`](Self::definition_at).
    pub fn enclosing(&self) -> Enclosing<'_> {
        let mut around = Vec::with_capacity(self.definitions.len());
        let mut open: Vec<u32> = Vec::new();
        let mut overlap = false;
        for (spans, at) in self.definitions.iter().zip(0..) {
            while open.last().is_some_and(|&top| !self.definitions[top as usize].full.contains(spans.full)) {
                let popped = open.pop().map(|top| self.definitions[top as usize].full);
                overlap |= popped.is_some_and(|popped| popped.end > spans.full.start);
            }
            around.push(open.last().copied());
            open.push(at);
        }
        Enclosing { spans: self, around, overlap }
    }

    /// The innermost definition whose full span touches the byte offset.
    pub fn definition_at(&self, offset: u32) -> Option<LocalId> {
        self.definitions
            .iter()
            .enumerate()
            .filter(|(_, spans)| spans.full.touches(offset))
            .min_by_key(|(_, spans)| spans.full.end - spans.full.start)
            .map(|(index, _)| LocalId(index as u32))
    }
}
