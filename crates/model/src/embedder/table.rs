//! The table's file: its layout, checked before anything is believed, and written from rows of floats.
//!
//! `assets/embedder.md` documents the format. Never copies the rows of the table inside the program: they stay where it
//! was loaded.

use super::{DIMENSIONS, Embedder};
use sha2::{Digest, Sha256};
use std::{borrow::Cow, collections::HashMap};

const MAGIC: &[u8] = b"BKSTEMBD";
const VERSION: u32 = 1;
/// What a piece begins with that continues a word.
pub const CONTINUING: &str = "##";
/// The most rows, so that whoever keeps the pieces of many documents can keep their numbers in two bytes each.
const ROWS: usize = 1 << 16;
/// The largest byte of a row.
const STEPS: f32 = 127.0;

/// The table in these bytes; `None` where they aren't one that this version can use.
pub fn parse(data: Cow<'static, [u8]>) -> Option<Embedder> {
    match data {
        Cow::Borrowed(data) => {
            let parts = Parts::of(data)?;
            Some(embedder(parts.words.split('\n').map(Cow::Borrowed), &parts, Cow::Borrowed(parts.rows)))
        }
        Cow::Owned(data) => {
            let parts = Parts::of(&data)?;
            let words = parts.words.split('\n').map(|word| Cow::Owned(word.to_owned()));
            Some(embedder(words, &parts, Cow::Owned(parts.rows.to_vec())))
        }
    }
}

/// The file of a table: pieces in the order of their bytes, `##` before those that continue a word, and a row of floats
/// each. `None` where the two don't fit together, or a file could not be read again.
pub fn write(words: &[String], rows: &[[f32; DIMENSIONS]]) -> Option<Vec<u8>> {
    if words.len() != rows.len() || !rows.iter().flatten().all(|value| value.is_finite()) {
        return None;
    }
    let text = words.join("\n");
    let scales: Vec<f32> = rows.iter().map(scale).collect();
    let mut payload = text.clone().into_bytes();
    payload.extend(scales.iter().flat_map(|scale| scale.to_le_bytes()));
    let bytes = rows.iter().zip(&scales).flat_map(|(row, &scale)| row.map(|value| code(value, scale)));
    payload.extend(bytes);
    let mut file = MAGIC.to_vec();
    for number in [VERSION as usize, DIMENSIONS, words.len(), text.len()] {
        file.extend(u32::try_from(number).ok()?.to_le_bytes());
    }
    file.extend(&Sha256::digest(&payload)[..8]);
    file.extend(payload);
    Parts::of(&file).is_some().then_some(file)
}

/// What a step of a row is worth when its largest component becomes 127.
fn scale(row: &[f32; DIMENSIONS]) -> f32 {
    row.iter().fold(0.0_f32, |largest, value| largest.max(value.abs())) / STEPS
}

/// The byte of a component; of a row of zeros all are 0.
fn code(value: f32, scale: f32) -> u8 {
    let steps = if scale > 0.0 { (value / scale).round_ties_even() } else { 0.0 };
    (steps.clamp(-STEPS, STEPS) as i8) as u8
}

/// A file that has been checked.
struct Parts<'a> {
    words: &'a str,
    scales: Vec<f32>,
    rows: &'a [[u8; DIMENSIONS]],
    identity: u64,
}

impl<'a> Parts<'a> {
    fn of(data: &'a [u8]) -> Option<Self> {
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
        let words = std::str::from_utf8(words).ok()?;
        let sound = words.split('\n').count() == count
            && rows.len() == count
            && count <= ROWS
            && surplus.is_empty()
            && scales.iter().all(|scale| scale.is_finite())
            && words.is_ascii();
        sound.then_some(Self { words, scales, rows, identity: u64::from_le_bytes(*identity) })
    }
}

fn embedder(
    words: impl Iterator<Item = Cow<'static, str>>,
    parts: &Parts,
    rows: Cow<'static, [[u8; DIMENSIONS]]>,
) -> Embedder {
    let (mut initial, mut continuing) = (HashMap::with_capacity(rows.len()), HashMap::new());
    let mut longest = 0;
    for (number, word) in (0..).zip(words) {
        longest = longest.max(word.len());
        match word.strip_prefix(CONTINUING) {
            Some(_) => continuing.insert(after_mark(word), number),
            None => initial.insert(word, number),
        };
    }
    Embedder { initial, continuing, longest, scales: parts.scales.clone(), rows, identity: parts.identity }
}

/// The piece without its mark.
fn after_mark(word: Cow<'static, str>) -> Cow<'static, str> {
    match word {
        Cow::Borrowed(word) => Cow::Borrowed(&word[CONTINUING.len()..]),
        Cow::Owned(word) => Cow::Owned(word[CONTINUING.len()..].to_owned()),
    }
}
