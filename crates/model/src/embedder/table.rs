//! The table's file: its layout, checked before anything is believed.
//!
//! `assets/embedder.md` documents the format. Never copies the rows: they stay where the program was loaded.

use super::{DIMENSIONS, Embedder};
use std::collections::HashMap;

const MAGIC: &[u8] = b"BKSTEMBD";
const VERSION: u32 = 1;
/// What a piece begins with that continues a word.
const CONTINUING: &str = "##";

/// The table in these bytes; `None` where they aren't one that this version can use.
pub fn parse(data: &'static [u8]) -> Option<Embedder> {
    let (header, rest) = data.strip_prefix(MAGIC)?.split_first_chunk::<16>()?;
    let (header, _) = header.as_chunks::<4>();
    let [version, dimensions, count, words] = [0, 1, 2, 3].map(|field| u32::from_le_bytes(header[field]));
    if version != VERSION || dimensions as usize != DIMENSIONS {
        return None;
    }
    let count = count as usize;
    let (identity, rest) = rest.split_first_chunk::<8>()?;
    let (words, rest) = rest.split_at_checked(words as usize)?;
    let (scales, rows) = rest.split_at_checked(count.checked_mul(4)?)?;

    let (scales, _) = scales.as_chunks::<4>();
    let scales: Vec<f32> = scales.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    let (rows, surplus) = rows.as_chunks::<DIMENSIONS>();
    let words: Vec<&str> = std::str::from_utf8(words).ok()?.split('\n').collect();
    let sound = words.len() == count
        && rows.len() == count
        && surplus.is_empty()
        && scales.iter().all(|scale| scale.is_finite())
        && words.iter().all(|word| word.is_ascii());
    sound.then(|| embedder(&words, scales, rows, u64::from_le_bytes(*identity)))
}

fn embedder(
    words: &[&'static str],
    scales: Vec<f32>,
    rows: &'static [[u8; DIMENSIONS]],
    identity: u64,
) -> Embedder {
    let (mut initial, mut continuing) = (HashMap::with_capacity(words.len()), HashMap::new());
    for (number, word) in (0..).zip(words) {
        match word.strip_prefix(CONTINUING) {
            Some(rest) => continuing.insert(rest, number),
            None => initial.insert(*word, number),
        };
    }
    let longest = words.iter().map(|word| word.len()).max().unwrap_or(0);
    Embedder { initial, continuing, longest, scales, rows, identity }
}
