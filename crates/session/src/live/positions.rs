//! Positions as editors give them: lines and columns in the units of an agreed encoding, to byte offsets and back. Never does:
//! fail. A position outside the text is moved to the nearest one inside.

use std::cell::OnceCell;

use memchr::memchr2_iter;

/// The units in which columns count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    #[default]
    Utf16,
}

/// A place between two characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// 0-based.
    pub line: u32,
    /// 0-based, in units of the encoding.
    pub column: u32,
}

/// A half-open range of positions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    pub start: Position,
    pub end: Position,
}

/// The lines of one text, which end with `\n`, `\r\n` or `\r` as the Language Server Protocol has it.
pub struct Lines<'a> {
    text: &'a str,
    encoding: Encoding,
    /// Byte offsets at which lines start.
    starts: Vec<u32>,
    /// The units of the encoding before each block of bytes, once a line that is longer than a block asks.
    blocks: OnceCell<Vec<u32>>,
}

/// Bytes of a block. Places in a line of megabytes are not counted from its start each.
const BLOCK: usize = 1024;

impl<'a> Lines<'a> {
    /// Indexes a text of less than 4 GiB.
    pub fn new(text: &'a str, encoding: Encoding) -> Self {
        let bytes = text.as_bytes();
        let ends = memchr2_iter(b'\n', b'\r', bytes);
        let is_last = |&at: &usize| bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n');
        let starts = std::iter::once(0).chain(ends.filter(is_last).map(|at| at as u32 + 1)).collect();
        Self { text, encoding, starts, blocks: OnceCell::new() }
    }

    /// The byte offset of a position, never inside a character or behind the end of its line.
    pub fn offset(&self, position: Position) -> u32 {
        let Some(&start) = self.starts.get(position.line as usize) else { return self.text.len() as u32 };
        start + self.bytes(self.line(position.line as usize), position.column)
    }

    /// The position of a byte offset, which is moved to the start of the character that it stands in.
    pub fn position(&self, offset: u32) -> Position {
        let offset = self.text.floor_char_boundary(offset as usize);
        let line = self.starts.partition_point(|&start| start as usize <= offset) - 1;
        Position { line: line as u32, column: self.units(self.starts[line] as usize, offset) }
    }

    /// The positions of a range of byte offsets.
    pub fn range(&self, start: u32, end: u32) -> Range {
        Range { start: self.position(start), end: self.position(end) }
    }

    /// A line without what ends it.
    fn line(&self, index: usize) -> &'a str {
        let start = self.starts[index] as usize;
        let end = self.starts.get(index + 1).map_or(self.text.len(), |&next| next as usize);
        self.text[start..end].trim_end_matches(['\n', '\r'])
    }

    /// The units between two characters of the text.
    fn units(&self, from: usize, to: usize) -> u32 {
        match self.encoding {
            Encoding::Utf8 => (to - from) as u32,
            Encoding::Utf16 if to - from <= BLOCK => utf16_units(&self.text[from..to]),
            Encoding::Utf16 => self.units_before(to) - self.units_before(from),
        }
    }

    /// The units before a character of the text, in UTF-16.
    fn units_before(&self, offset: usize) -> u32 {
        let before = self.blocks.get_or_init(|| units_before_blocks(self.text))[offset / BLOCK];
        let block = self.text.floor_char_boundary(offset / BLOCK * BLOCK);
        before + utf16_units(&self.text[block..offset])
    }

    /// How many bytes the first units of a line are.
    fn bytes(&self, line: &str, column: u32) -> u32 {
        let column = column as usize;
        let bytes = match self.encoding {
            Encoding::Utf8 => line.floor_char_boundary(column),
            Encoding::Utf16 if line.is_ascii() => column.min(line.len()),
            Encoding::Utf16 => {
                let mut units = 0;
                let inside = |c: &(usize, char)| {
                    units += c.1.len_utf16();
                    units > column
                };
                line.char_indices().find(inside).map_or(line.len(), |(at, _)| at)
            }
        };
        bytes as u32
    }
}

fn utf16_units(text: &str) -> u32 {
    (if text.is_ascii() { text.len() } else { text.encode_utf16().count() }) as u32
}

fn units_before_blocks(text: &str) -> Vec<u32> {
    let mut units = Vec::with_capacity(text.len() / BLOCK + 1);
    let (mut from, mut before) = (0, 0);
    for block in (0..=text.len()).step_by(BLOCK) {
        let to = text.floor_char_boundary(block);
        before += utf16_units(&text[from..to]);
        units.push(before);
        from = to;
    }
    units
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Encoding, Lines, Position};

    fn at(text: &str, encoding: Encoding, line: u32, column: u32) -> &str {
        let offset = Lines::new(text, encoding).offset(Position { line, column });
        &text[offset as usize..]
    }

    #[test]
    fn columns_count_in_units_of_the_encoding() {
        let text = "a🦀b\r\néc\rd\n";
        assert_eq!(at(text, Encoding::Utf16, 0, 3), "b\r\néc\rd\n");
        assert_eq!(at(text, Encoding::Utf8, 0, 5), "b\r\néc\rd\n");
        assert_eq!(at(text, Encoding::Utf16, 1, 1), "c\rd\n");
        assert_eq!(at(text, Encoding::Utf8, 1, 2), "c\rd\n");
        assert_eq!(at(text, Encoding::Utf8, 2, 0), "d\n");
    }

    #[test]
    fn positions_outside_the_text_are_moved_into_it() {
        let text = "a🦀b\r\nc";
        assert_eq!(at(text, Encoding::Utf16, 0, 2), "🦀b\r\nc", "inside a surrogate pair");
        assert_eq!(at(text, Encoding::Utf8, 0, 3), "🦀b\r\nc", "inside a character");
        assert_eq!(at(text, Encoding::Utf16, 0, 99), "\r\nc", "never behind the line break");
        assert_eq!(at(text, Encoding::Utf16, 9, 0), "");
        assert_eq!(at("", Encoding::Utf16, 0, 0), "");
    }

    #[test]
    fn long_lines_count_from_the_block_before() {
        for start in ["", "a", "ab\n"] {
            let text = format!("{start}{}", "é🦀x".repeat(2000));
            let lines = Lines::new(&text, Encoding::Utf16);
            let from = text.rfind('\n').map_or(0, |at| at + 1);
            for (at, _) in text[from..].char_indices() {
                let column = text[from..from + at].encode_utf16().count() as u32;
                assert_eq!(lines.position((from + at) as u32).column, column);
            }
        }
    }

    proptest! {
        #[test]
        fn offsets_survive_the_way_there_and_back(text in "[a\u{e9}\u{1f980}\r\n ]{0,40}", utf8: bool) {
            let encoding = if utf8 { Encoding::Utf8 } else { Encoding::Utf16 };
            let lines = Lines::new(&text, encoding);
            for (offset, _) in text.char_indices() {
                let back = lines.offset(lines.position(offset as u32)) as usize;
                // Between `\r` and `\n` no position exists: it is the end of the line.
                let inside_break = text.as_bytes()[offset] == b'\n' && offset > 0 && text.as_bytes()[offset - 1] == b'\r';
                prop_assert_eq!(back, if inside_break { offset - 1 } else { offset });
            }
        }
    }
}
