//! Words of code that deserve a row of their own. Never does: train it.
//!
//! The table that training starts from knows English: `mutex` and `deserialize` fall to pieces there, which mean something
//! else elsewhere. Words that many packages use get a row, at first the sum of their pieces' rows, so that nothing changes
//! before training does. All other words still fall to pieces.

use std::collections::{BTreeMap, HashMap, HashSet};

use backstory_model::embedder::{Embedder, Words, split};
use rayon::prelude::*;

use crate::corpus::Pair;

/// Packages that must use a word before it gets a row.
const PACKAGES: usize = 3;
/// Letters of the longest word that gets one.
const LONGEST: usize = 24;

/// A table with rows for more words: the most widely used of those that fall to pieces, `more` of them at most.
pub fn extend(embedder: &Embedder, pairs: &[Pair], more: usize) -> Option<Embedder> {
    let words = embedder.words();
    let mut table: BTreeMap<String, _> = words.into_iter().zip(embedder.rows()).collect();
    for word in missing(embedder, pairs).into_iter().take(more) {
        let mut sum = [0.0; _];
        for piece in embedder.pieces(&word, Words::All) {
            crate::matrix::add(&mut sum, 1.0, &embedder.row(piece));
        }
        table.insert(word, sum);
    }
    let (words, rows): (Vec<_>, Vec<_>) = table.into_iter().unzip();
    Embedder::parse(Embedder::write(&words, &rows)?)
}

/// The words that fall to pieces, those that most packages use first.
fn missing(embedder: &Embedder, pairs: &[Pair]) -> Vec<String> {
    let mut packages: BTreeMap<u32, Vec<&Pair>> = BTreeMap::new();
    pairs.iter().for_each(|pair| packages.entry(pair.package).or_default().push(pair));
    let packages: Vec<Vec<&Pair>> = packages.into_values().collect();
    let of_package = |pairs: &Vec<&Pair>| {
        let words: HashSet<String> =
            pairs.iter().flat_map(|pair| texts(pair)).flat_map(broken(embedder)).collect();
        words.into_iter().map(|word| (word, 1)).collect::<HashMap<String, usize>>()
    };
    let together = |mut all: HashMap<String, usize>, one: HashMap<String, usize>| {
        one.into_iter().for_each(|(word, count)| *all.entry(word).or_default() += count);
        all
    };
    let counts = packages.par_iter().map(of_package).reduce(HashMap::new, together);
    let mut counts: Vec<(usize, String)> = counts
        .into_iter()
        .filter(|&(_, count)| count >= PACKAGES)
        .map(|(word, count)| (count, word))
        .collect();
    counts.sort_unstable_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    counts.into_iter().map(|(_, word)| word).collect()
}

fn texts(pair: &Pair) -> [&str; 5] {
    let symbol = &pair.symbol;
    [&pair.sentence, &symbol.name, &symbol.container, &symbol.signature, &symbol.path]
}

/// The words of a text that fall to pieces, in lower case.
fn broken(embedder: &Embedder) -> impl Fn(&str) -> Vec<String> {
    |text| {
        let words = split(text).filter(|word| (3..=LONGEST).contains(&word.len()));
        let words = words.filter(|word| word.bytes().all(|byte| byte.is_ascii_alphabetic()));
        let broken = |word: &&str| embedder.pieces(word, Words::All).len() > 1;
        words.filter(broken).map(str::to_ascii_lowercase).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::tests::pair;

    #[test]
    fn words_of_several_packages_get_rows_and_mean_what_their_pieces_meant() {
        let table = Embedder::shipped();
        let pairs: Vec<Pair> = [
            (0, "frobnicates the zzyzxware"),
            (1, "Frobnicates a file"),
            (2, "frobnicates zzyzxware"),
            (2, "zzyzxware and zzyzxware"),
        ]
        .map(|(package, sentence)| pair(package, sentence))
        .into();
        let extended = extend(table, &pairs, 100).unwrap();
        let known: HashSet<String> = table.words().into_iter().collect();
        let new: Vec<String> = extended.words().into_iter().filter(|word| !known.contains(word)).collect();
        assert_eq!(new, ["frobnicates"], "three packages use it");

        let pieces = table.pieces("frobnicates", Words::All);
        let [own] = extended.pieces("frobnicates", Words::All)[..] else { panic!("it has a row") };
        for (at, value) in extended.row(own).into_iter().enumerate() {
            let sum: f32 = pieces.iter().map(|&piece| table.row(piece)[at]).sum();
            assert!((value - sum).abs() < 0.02, "{value} {sum}");
        }
        assert_eq!(extend(table, &pairs, 0).unwrap().words(), table.words());
    }
}
