//! From any bytes to a text and numbers that choose places in it. Never does: ask anything.

use backstory_syntax::Language;

/// The language, some numbers, and the text: what is no UTF-8 is replaced, as whoever reads files does.
pub fn of(bytes: &[u8]) -> Option<(Language, [usize; 4], String)> {
    let (head, text) = bytes.split_at_checked(5)?;
    let language = Language::ALL[usize::from(head[0]) % Language::ALL.len()];
    let places = [1, 2, 3, 4].map(|at| usize::from(head[at]) * (text.len() + 1) / 255);
    Some((language, places, String::from_utf8_lossy(text).into_owned()))
}
