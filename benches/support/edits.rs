//! Someone who types into a text: small insertions in random places, each taken back by a later change, so that the text is often
//! broken and never drifts away. Positions count in UTF-16, as most editors do. Never does: save.

use serde_json::{Value, json};

/// Numbers that are the same in every run (xorshift64, Marsaglia 2003).
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// Below the limit, which must not be 0.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

/// What people type: letters, and what breaks a text until more is typed.
const TYPED: [&str; 12] = ["a", "self.", "(", ")", "{", "}", "\"", "fn x", "\n", "    ", "🦀", "# "];

/// The text and the insertions that are still in it.
pub struct Typist {
    pub text: String,
    random: Random,
    /// Byte offsets and lengths, newest last.
    inserted: Vec<(usize, usize)>,
}

impl Typist {
    pub fn new(text: String, seed: u64) -> Self {
        Self { text, random: Random::new(seed), inserted: Vec::new() }
    }

    /// The next change, as `contentChanges` have it.
    pub fn change(&mut self) -> Value {
        // Up to three insertions stand at a time.
        if self.inserted.len() == 3 || (!self.inserted.is_empty() && self.random.below(2) == 0) {
            self.take_back()
        } else {
            self.insert()
        }
    }

    fn insert(&mut self) -> Value {
        let typed = TYPED[self.random.below(TYPED.len())];
        let at = self.text.floor_char_boundary(self.random.below(self.text.len() + 1));
        // Between `\r` and `\n` no position exists.
        let at = if self.text[..at].ends_with('\r') { at - 1 } else { at };
        let position = position(&self.text, at);
        self.text.insert_str(at, typed);
        for (other, _) in self.inserted.iter_mut().filter(|(other, _)| *other >= at) {
            *other += typed.len();
        }
        self.inserted.push((at, typed.len()));
        json!({"range": {"start": position, "end": position}, "text": typed})
    }

    fn take_back(&mut self) -> Value {
        let Some((at, len)) = self.inserted.pop() else { return self.insert() };
        let range = json!({"start": position(&self.text, at), "end": position(&self.text, at + len)});
        self.text.replace_range(at..at + len, "");
        for (other, _) in self.inserted.iter_mut().filter(|(other, _)| *other > at) {
            *other -= len;
        }
        json!({"range": range, "text": ""})
    }
}

/// Zero-based line and UTF-16 column of a byte offset.
pub fn position(text: &str, offset: usize) -> Value {
    let before = &text[..offset];
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.bytes().filter(|&byte| byte == b'\n').count();
    json!({"line": line, "character": before[start..].encode_utf16().count()})
}

/// The position of a random word that may be a name.
pub fn identifier(text: &str, random: &mut Random) -> Value {
    let from = text.floor_char_boundary(random.below(text.len()));
    let word = text[from..].find(|c: char| c.is_alphabetic()).unwrap_or(0);
    position(text, from + word)
}
