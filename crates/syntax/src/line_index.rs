//! Byte offsets to lines and columns, and back, for one text. Never does: encodings other than UTF-8 bytes.

/// The starts of a text's lines. Lines end with `\n`; a `\r` before it belongs to the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<u32>,
    len: u32,
}

impl LineIndex {
    /// Indexes a text of less than 4 GiB.
    pub fn new(text: &str) -> Self {
        let breaks = memchr::memchr_iter(b'\n', text.as_bytes());
        let starts = std::iter::once(0).chain(breaks.map(|at| at as u32 + 1)).collect();
        Self { starts, len: text.len() as u32 }
    }

    /// The 0-based line that holds the byte offset.
    pub fn line(&self, offset: u32) -> u32 {
        self.starts.partition_point(|&start| start <= offset) as u32 - 1
    }

    /// 0-based line, and 0-based column in bytes.
    pub fn line_col(&self, offset: u32) -> (u32, u32) {
        let line = self.line(offset);
        (line, offset - self.starts[line as usize])
    }

    /// The byte offset at which a 0-based line starts; `None` beyond the last line.
    pub fn start_of(&self, line: u32) -> Option<u32> {
        self.starts.get(line as usize).copied()
    }

    /// The byte offset of a 0-based line and byte column, the column clamped to the line; `None` beyond the last line.
    pub fn offset(&self, line: u32, column: u32) -> Option<u32> {
        let start = self.start_of(line)?;
        let end = self.start_of(line + 1).map_or(self.len, |next| next - 1);
        Some((start + column).min(end))
    }

    /// The number of lines; text after the last line break counts as one.
    pub fn count(&self) -> u32 {
        self.starts.len() as u32
    }
}
