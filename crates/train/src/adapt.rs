//! A table for one repository: further training on what its own people say of its symbols, kept only when it proves better.
//! Never does: find those texts (documentation and commit messages come from the caller), or store the table.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::AtomicBool;

use backstory_model::embedder::Embedder;

use crate::corpus::Pair;
use crate::encode::{self, Pieces, Sample};
use crate::evaluate::{Figures, Index, PLACES};
use crate::random::Random;
use crate::{Error, Progress, Settings, Symbol, extend, train};

/// One text in so many is held out to measure by.
const HELD_OUT: usize = 5;
/// Fewer questions than these prove nothing.
const FEWEST: usize = 50;
/// More questions than these take long and prove little more.
const MOST: usize = 1000;
/// Words of the repository that get rows of their own, at most.
const WORDS: usize = 4000;
/// Standard errors that the gain must exceed: of tables that are no better one in twenty gets by (one-sided).
const CERTAINTY: f64 = 1.645;

/// What somebody said about symbols, by their numbers: a documentation's first sentence about one, a commit's message about
/// those that the commit touched.
pub struct Said {
    pub text: String,
    pub symbols: Vec<usize>,
}

/// What came of it.
pub struct Adaptation {
    /// The better table; `None` where the old one is as good.
    pub embedder: Option<Embedder>,
    /// Pairs that were learned from.
    pub pairs: usize,
    pub before: Figures,
    pub after: Figures,
    /// By how much the mean reciprocal rank must rise to be believed.
    pub margin: f64,
}

/// How to adapt: in smaller batches, and seeing each pair more often than the first training does, for the pairs are few.
pub fn adapting() -> Settings {
    Settings { epochs: 20, batch: 256, together: 1, ..Settings::default() }
}

/// Trains on four of five texts and measures on the fifth, all symbols being there to be found. A text that is held out is
/// held out for all of its symbols.
///
/// # Errors
/// [`Error::TooFew`] when there are fewer than 50 texts to measure by, [`Error::Cancelled`] soon after the flag is set.
pub fn adapt(
    from: &Embedder,
    symbols: &[Symbol],
    said: &[Said],
    settings: &Settings,
    cancelled: &AtomicBool,
    tell: &mut dyn FnMut(Progress),
) -> Result<Adaptation, Error> {
    let mut order: Vec<&Said> = distinct(said);
    Random::new(settings.seed).shuffle(&mut order);
    let held = order.split_off(order.len() - order.len() / HELD_OUT);
    if held.len() < FEWEST {
        return Err(Error::TooFew { held: held.len(), fewest: FEWEST });
    }
    let held = &held[..held.len().min(MOST)];
    let learned = pairs(symbols, &order);
    let table = extend(from, &learned, WORDS).ok_or(Error::NotFinite)?;
    let embedder = train(&table, &samples(&table, symbols, &learned), settings, cancelled, tell)?;

    let places = |table: &Embedder| places(table, symbols, held);
    let (before, after) = (places(from), places(&embedder));
    let margin = CERTAINTY * standard_error(&before, &after);
    let (before, after) = (Figures::of(&before), Figures::of(&after));
    let better = after.mrr - before.mrr > margin;
    Ok(Adaptation { embedder: better.then_some(embedder), pairs: learned.len(), before, after, margin })
}

/// Each text once, with the first of those that say it; those about nothing left out.
fn distinct(said: &[Said]) -> Vec<&Said> {
    let mut seen = HashMap::new();
    let about = said.iter().filter(|said| !said.symbols.is_empty());
    about.filter(|said| seen.insert(said.text.as_str(), ()).is_none()).collect()
}

/// Pairs to learn from. The file takes the place of the package.
fn pairs(symbols: &[Symbol], said: &[&Said]) -> Vec<Pair> {
    let mut files: BTreeMap<&str, u32> = BTreeMap::new();
    let mut pairs = Vec::new();
    for said in said {
        for symbol in said.symbols.iter().filter_map(|&number| symbols.get(number)) {
            let next = files.len() as u32;
            let package = *files.entry(&symbol.path).or_insert(next);
            pairs.push(Pair { sentence: said.text.clone(), symbol: symbol.clone(), package });
        }
    }
    pairs
}

/// The pairs as numbers, with rarities among all symbols, as the search in this repository has them.
fn samples(table: &Embedder, symbols: &[Symbol], pairs: &[Pair]) -> Vec<Sample> {
    let all: Vec<Pieces> = symbols.iter().map(|symbol| encode::document(table, symbol)).collect();
    encode::samples_among(table, pairs, &encode::frequencies(&all))
}

/// The place of the first of each text's symbols.
fn places(table: &Embedder, symbols: &[Symbol], said: &[&Said]) -> Vec<usize> {
    let index = Index::new(table, &symbols.iter().collect::<Vec<_>>());
    let texts: Vec<&str> = said.iter().map(|said| said.text.as_str()).collect();
    let similarities = index.similarities(&texts);
    let first = |(said, row): (&&Said, Vec<f32>)| {
        said.symbols.iter().map(|&at| crate::place(&row, at)).min().unwrap_or(usize::MAX)
    };
    said.iter().zip(similarities).map(first).collect()
}

/// Of the mean difference of the reciprocal ranks of the same questions.
fn standard_error(before: &[usize], after: &[usize]) -> f64 {
    let gain = |place: usize| if place <= PLACES { 1.0 / place as f64 } else { 0.0 };
    let differences: Vec<f64> = before.iter().zip(after).map(|(&b, &a)| gain(a) - gain(b)).collect();
    let count = differences.len() as f64;
    let mean = differences.iter().sum::<f64>() / count;
    let variance = differences.iter().map(|it| (it - mean).powi(2)).sum::<f64>() / (count - 1.0).max(1.0);
    (variance / count).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::tests::symbol;

    /// A repository with words of its own: each kind of thing is called otherwise in code than in speech.
    fn repository() -> (Vec<Symbol>, Vec<Said>) {
        let things = [
            ("zorb", "invoice"),
            ("quax", "customer"),
            ("fleem", "warehouse"),
            ("grint", "parcel"),
            ("blick", "refund"),
        ];
        let deeds = [
            ("yoink", "fetches"),
            ("splat", "deletes"),
            ("morp", "prints"),
            ("tweak", "renames"),
            ("glomp", "merges"),
        ];
        let numbers = [
            "first", "second", "third", "fourth", "fifth", "sixth", "last", "oldest", "newest", "current",
            "next", "open",
        ];
        let (mut symbols, mut said) = (Vec::new(), Vec::new());
        for (thing, meant) in things {
            for (deed, done) in deeds {
                for number in numbers {
                    said.push(Said {
                        text: format!("{done} the {number} {meant}"),
                        symbols: vec![symbols.len()],
                    });
                    symbols.push(symbol(&format!("{deed}_{number}_{thing}"), "", None));
                }
            }
        }
        (symbols, said)
    }

    fn run(symbols: &[Symbol], said: &[Said]) -> Result<Adaptation, Error> {
        adapt(Embedder::shipped(), symbols, said, &adapting(), &AtomicBool::new(false), &mut |_| {})
    }

    #[test]
    fn a_repository_s_own_words_are_learned() {
        let (symbols, said) = repository();
        let adapted = run(&symbols, &said).unwrap();
        assert!(adapted.after.mrr > adapted.before.mrr + 0.3, "{:?} {:?}", adapted.before, adapted.after);
        assert!(adapted.embedder.is_some());
        assert_eq!((adapted.pairs, adapted.before.queries), (240, 60));
    }

    #[test]
    fn what_teaches_nothing_changes_nothing() {
        let (symbols, mut said) = repository();
        let count = said.len();
        // Every text is about a symbol that it has nothing to do with.
        let mut random = Random::new(3);
        said.iter_mut().for_each(|said| said.symbols = vec![random.below(count)]);
        let adapted = run(&symbols, &said).unwrap();
        assert!(adapted.embedder.is_none(), "{:?} {:?} {}", adapted.before, adapted.after, adapted.margin);
    }

    #[test]
    fn too_little_to_measure_by_is_refused() {
        let (symbols, mut said) = repository();
        said.truncate(200);
        assert!(matches!(run(&symbols, &said), Err(Error::TooFew { .. })));
        said.iter_mut().for_each(|said| said.text = "prints the invoice".into());
        assert!(matches!(run(&symbols, &said), Err(Error::TooFew { .. })));
    }
}
