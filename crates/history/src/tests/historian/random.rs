//! Histories that nobody would write: random edits, moves, deletes and merges of files whose functions resemble each other.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use backstory_fixture::Fixture;

use super::schedules::{check_anchors, check_schedules};

const COMMITS: usize = 14;

const PATHS: [&str; 3] = ["/a.py", "/b.py", "/lib/a.py"];

#[test]
fn random_histories() {
    for seed in 1..=4 {
        let fixture = Fixture::new(&history(seed));
        check_schedules(&fixture);
        check_anchors(&fixture);
    }
}

/// Files by path, each as the versions of its functions: `(name, body)`.
type Tree = BTreeMap<&'static str, Vec<(u32, u32)>>;

/// A linear congruential generator: the same history for the same seed on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as u32 % limit
    }
}

/// Two branches that are edited, and merged into one another, as chance has it. Dates often are the same.
fn history(seed: u64) -> String {
    let mut random = Random(seed);
    let mut branches = [Tree::new(), Tree::new()];
    branches[0].insert("/a.py", vec![(0, 0), (1, 0), (2, 0)]);
    let mut text = "//@ commit \"0\"\n".to_owned();
    write_tree(&mut text, &Tree::new(), &branches[0]);
    text.push_str("//@ branch side\n");
    branches[1] = branches[0].clone();
    let names = ["main", "side"];
    for number in 1..COMMITS {
        let here = random.below(2) as usize;
        let day = 2 + number / 3;
        writeln!(text, "//@ checkout {}", names[here]).expect("writing to a string");
        let old = branches[here].clone();
        if random.below(4) == 0 {
            let other = branches[1 - here].clone();
            branches[here] = merged(&mut random, &old, &other);
            writeln!(text, "//@ merge {} \"{number}\" date=\"2020-01-{day:02}T00:00:00Z\"", names[1 - here])
        } else {
            edit(&mut random, &mut branches[here]);
            writeln!(text, "//@ commit \"{number}\" date=\"2020-01-{day:02}T00:00:00Z\"")
        }
        .expect("writing to a string");
        write_tree(&mut text, &old, &branches[here]);
    }
    text
}

/// Each file from one of the sides; now and then edited besides.
fn merged(random: &mut Random, ours: &Tree, theirs: &Tree) -> Tree {
    let mut tree = Tree::new();
    for path in PATHS {
        let side = if random.below(2) == 0 { ours } else { theirs };
        tree.extend(side.get(path).map(|file| (path, file.clone())));
    }
    if random.below(3) == 0 {
        edit(random, &mut tree);
    }
    tree
}

fn edit(random: &mut Random, tree: &mut Tree) {
    let (from, to) = (PATHS[random.below(3) as usize], PATHS[random.below(3) as usize]);
    match random.below(6) {
        // Nothing.
        0 => {}
        // The file goes elsewhere, or is gone.
        1 => {
            if let Some(file) = tree.remove(from).filter(|_| random.below(3) > 0) {
                tree.insert(to, file);
            }
        }
        // A function goes to another file.
        2 => {
            let moved = tree.get_mut(from).and_then(Vec::pop);
            tree.entry(to).or_default().extend(moved);
        }
        // A new one, under an old name perhaps.
        3 => tree.entry(to).or_default().push((random.below(5), random.below(9))),
        _ => {
            for function in tree.values_mut().flatten() {
                *function = (function.0 + random.below(12) / 11, function.1 + random.below(2));
            }
        }
    }
}

/// The changes that make one tree of the other.
fn write_tree(text: &mut String, old: &Tree, new: &Tree) {
    for path in old.keys().filter(|path| !new.contains_key(*path)) {
        writeln!(text, "//@ rm {path}").expect("writing to a string");
    }
    for (path, functions) in new.iter().filter(|(path, file)| old.get(*path) != Some(file)) {
        writeln!(text, "//- {path}").expect("writing to a string");
        for (name, body) in functions {
            let lines = ["def", "    first = value *", "    second = first +", "    return second -"];
            let [def, first, second, result] = lines;
            writeln!(text, "{def} work_{name}(value):\n{first} {name}\n{second} {body}\n{result} 1\n")
                .expect("writing to a string");
        }
    }
}
