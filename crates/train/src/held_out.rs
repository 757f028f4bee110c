//! Pairs to measure by, which training doesn't see. Never does: measure.

use std::collections::BTreeMap;

use crate::corpus::Pair;
use crate::random::Random;

/// Whole packages are held out where there are so many: what is learned of one must serve others.
const PACKAGES: usize = 50;
/// One pair in so many is held out, of whole packages and of single pairs.
const ONE_IN: [usize; 2] = [50, 10];

/// Takes some of the pairs away, chosen by the seed: a fiftieth, in whole packages, or a tenth where packages are few.
pub fn hold_out(pairs: &mut Vec<Pair>, seed: u64) -> Vec<Pair> {
    let mut random = Random::new(seed);
    let mut sizes: BTreeMap<u32, usize> = BTreeMap::new();
    pairs.iter().for_each(|pair| *sizes.entry(pair.package).or_default() += 1);
    let whole = sizes.len() >= PACKAGES;
    let wanted = pairs.len() / ONE_IN[usize::from(!whole)];
    let mut held: Vec<bool> = if whole {
        let mut packages: Vec<(u32, usize)> = sizes.into_iter().collect();
        random.shuffle(&mut packages);
        let mut taken = 0;
        let enough = |&(_, size): &(u32, usize)| {
            let more = taken < wanted;
            taken += size;
            more
        };
        let chosen: BTreeMap<u32, usize> = packages.into_iter().take_while(enough).collect();
        pairs.iter().map(|pair| chosen.contains_key(&pair.package)).collect()
    } else {
        let mut held: Vec<bool> = (0..pairs.len()).map(|at| at < wanted).collect();
        random.shuffle(&mut held);
        held
    };
    held.reverse();
    pairs.extract_if(.., |_| held.pop().unwrap_or(false)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::tests::pair;

    fn list(packages: u32, each: u32) -> Vec<Pair> {
        (0..packages)
            .flat_map(|package| (0..each).map(move |at| pair(package, &format!("number {at}"))))
            .collect()
    }

    #[test]
    fn of_many_packages_some_are_held_out_whole() {
        let mut pairs = list(100, 7);
        let held = hold_out(&mut pairs, 1);
        assert_eq!((held.len(), pairs.len()), (14, 686));
        assert!(held.iter().all(|held| pairs.iter().all(|pair| pair.package != held.package)));
    }

    #[test]
    fn of_few_packages_a_tenth_is_held_out_and_the_seed_chooses() {
        let held = |seed| {
            let mut pairs = list(2, 100);
            let held = hold_out(&mut pairs, seed);
            assert!(held.iter().all(|held| !pairs.contains(held)));
            held
        };
        assert_eq!(held(1).len(), 20);
        assert_eq!(held(1), held(1));
        assert_ne!(held(1), held(2));
    }
}
