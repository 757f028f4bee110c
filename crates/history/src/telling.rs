//! Lines that are unlikely to stand in two texts by chance, and how many of them do. Never does: compare what is not a line.

use std::hash::Hasher;

use fnv::FnvHasher;

/// Shorter lines are too common to tell where a text came from.
const TELLING: usize = 12;

/// The telling lines of a text without the white space around them, as hashes (FNV-1a, 64 bits), sorted, each once.
pub(crate) fn telling_lines(text: &str) -> Vec<u64> {
    let lines = text.lines().map(str::trim).filter(|line| line.len() >= TELLING);
    let mut hashes: Vec<u64> = lines.map(hash).collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

/// How many lines both have.
pub(crate) fn shared_lines(a: &[u64], b: &[u64]) -> usize {
    let (few, many) = if a.len() < b.len() { (a, b) } else { (b, a) };
    few.iter().filter(|line| many.binary_search(line).is_ok()).count()
}

fn hash(line: &str) -> u64 {
    let mut hasher = FnvHasher::default();
    hasher.write(line.as_bytes());
    hasher.finish()
}
