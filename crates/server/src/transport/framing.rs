//! Bytes in, whole messages out: the `Content-Length` framing of the protocol, read in a way that always goes on.
//!
//! Headers come in any case and order, end with `\r\n` or `\n` and may be unknown; bodies arrive split in any way. What is no
//! message is skipped until the next `Content-Length` header and reported once. A body that is not JSON is scanned for a header
//! too, because a wrong length is what usually makes it so and the next message may begin inside it. Never does: IO, or keep
//! more than one body.

use super::message::{Message, Refusal, read};

/// The largest body that is taken, in bytes. Editors send whole files, and none that Backstory reads is above 2 MB.
pub const BODY_LIMIT: usize = 64 * 1024 * 1024;

/// Only this many bytes at the end of a line can be a header; whatever is before them is garbage.
const LINE_LIMIT: usize = 8 * 1024;

/// One thing that was found in the bytes.
#[derive(Debug)]
pub enum Piece {
    Message(Message),
    /// To be answered with an error.
    Refused(Refusal),
}

/// The state between two reads.
#[derive(Default)]
pub struct Framing {
    buffer: Vec<u8>,
    /// Everything before this offset of `buffer` is done with.
    done: usize,
    state: State,
    /// Whether garbage was reported and nothing good has come since.
    in_garbage: bool,
    ended: bool,
}

enum State {
    /// `any`: whether a line of this header block has been read.
    Headers {
        length: Option<u64>,
        any: bool,
    },
    Body {
        length: usize,
    },
    /// A body above the limit.
    Skip {
        left: u64,
    },
}

impl Default for State {
    fn default() -> Self {
        State::Headers { length: None, any: false }
    }
}

enum Line {
    Blank,
    Length {
        value: u64,
        garbage_before: bool,
    },
    /// A header that does not matter here.
    Other,
    Garbage,
}

impl Framing {
    /// Takes bytes as they came.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.done);
        self.done = 0;
        self.buffer.extend_from_slice(bytes);
    }

    /// Says that nothing will follow, so that what is incomplete gets reported.
    pub fn end(&mut self) {
        self.ended = true;
    }

    /// The next piece of what was fed; nothing: it takes more bytes to tell.
    pub fn next_piece(&mut self) -> Option<Piece> {
        loop {
            let step = match self.state {
                State::Headers { length, any } => self.header(length, any)?,
                State::Body { length } => self.body(length)?,
                State::Skip { left } => self.skip(left)?,
            };
            if let Some(piece) = step {
                return Some(piece);
            }
        }
    }

    /// How many bytes are kept.
    #[cfg(test)]
    pub fn kept(&self) -> usize {
        self.buffer.len() - self.done
    }

    fn rest(&self) -> &[u8] {
        &self.buffer[self.done..]
    }

    /// Reads one line of headers. The outer `None`: there is no whole line yet.
    fn header(&mut self, length: Option<u64>, any: bool) -> Option<Option<Piece>> {
        let Some(newline) = self.rest().iter().position(|byte| *byte == b'\n') else {
            return self.unfinished_line();
        };
        let line = classify(&self.rest()[..newline]);
        self.done += newline + 1;
        let mut garbage = false;
        self.state = match (line, length) {
            (Line::Blank, Some(length)) => return Some(self.begin_body(length)),
            (Line::Blank, None) => {
                garbage = any;
                State::default()
            }
            (Line::Length { value, garbage_before }, _) => {
                garbage = garbage_before;
                State::Headers { length: Some(value), any: true }
            }
            (Line::Other, length) => State::Headers { length, any: true },
            (Line::Garbage, _) => {
                garbage = true;
                State::default()
            }
        };
        Some(if garbage { self.garbage() } else { None })
    }

    /// Drops what can no longer become a header, and at the end of the input everything.
    fn unfinished_line(&mut self) -> Option<Option<Piece>> {
        let size = self.rest().len();
        let keep = match (self.ended, size > 2 * LINE_LIMIT) {
            (true, _) => 0,
            (false, true) => LINE_LIMIT,
            (false, false) => return None,
        };
        let (dropped, _) = self.rest().split_at(size - keep);
        let blank = keep == 0 && dropped.trim_ascii().is_empty();
        self.done += size - keep;
        if blank { None } else { Some(self.garbage()) }
    }

    fn begin_body(&mut self, length: u64) -> Option<Piece> {
        match usize::try_from(length) {
            Ok(length) if length <= BODY_LIMIT => {
                self.state = State::Body { length };
                None
            }
            _ => {
                self.state = State::Skip { left: length };
                Some(Piece::Refused(Refusal::TooLarge { length }))
            }
        }
    }

    fn body(&mut self, length: usize) -> Option<Option<Piece>> {
        if self.rest().len() < length {
            if !self.ended {
                return None;
            }
            self.state = State::default();
            return Some(self.garbage());
        }
        let read = read(&self.rest()[..length]);
        self.state = State::default();
        if let Err(Refusal::Garbage) = read {
            // The body stays in the buffer and is read again as lines.
            return Some(self.garbage());
        }
        self.done += length;
        self.in_garbage = false;
        Some(Some(read.map_or_else(Piece::Refused, Piece::Message)))
    }

    fn skip(&mut self, left: u64) -> Option<Option<Piece>> {
        let here = left.min(self.rest().len() as u64);
        self.done += here as usize;
        if here == left {
            self.state = State::default();
            return Some(None);
        }
        self.state = State::Skip { left: left - here };
        None
    }

    fn garbage(&mut self) -> Option<Piece> {
        let reported = std::mem::replace(&mut self.in_garbage, true);
        (!reported).then_some(Piece::Refused(Refusal::Garbage))
    }
}

/// What a line is, without its `\n`.
fn classify(line: &[u8]) -> Line {
    let cut = line.len().saturating_sub(LINE_LIMIT);
    let line = &line[cut..];
    // The last one: with garbage before it, the line's end is what the sender meant.
    if let Some((start, value)) = last_length(line) {
        let garbage_before = cut > 0 || !line[..start].trim_ascii().is_empty();
        return match parse_length(value) {
            Some(value) => Line::Length { value, garbage_before },
            None => Line::Garbage,
        };
    }
    let line = line.trim_ascii();
    if cut > 0 {
        Line::Garbage
    } else if line.is_empty() {
        Line::Blank
    } else if is_header(line) {
        Line::Other
    } else {
        Line::Garbage
    }
}

/// Where the last `Content-Length:` of a line begins, and what stands after its colon.
fn last_length(line: &[u8]) -> Option<(usize, &[u8])> {
    const NAME: &[u8] = b"content-length";
    let starts = line.windows(NAME.len()).enumerate().rev();
    starts.filter(|(_, window)| window.eq_ignore_ascii_case(NAME)).find_map(|(start, _)| {
        let after = line[start + NAME.len()..].trim_ascii_start();
        Some((start, after.strip_prefix(b":")?))
    })
}

fn parse_length(value: &[u8]) -> Option<u64> {
    let value = value.trim_ascii();
    // `parse` takes a sign too.
    let digits = value.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(value).ok().filter(|_| digits)?.parse().ok()
}

fn is_header(line: &[u8]) -> bool {
    let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
    name.len() < line.len()
        && !name.is_empty()
        && name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte))
}
