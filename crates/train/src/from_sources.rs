//! From source trees to a table and a report, in one call: what `backstory train` does. Never does: print, or write files.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use backstory_model::embedder::Embedder;

use crate::corpus::{Harvest, Known, Pair, pairs};
use crate::evaluate::{Figures, Questions};
use crate::held_out::hold_out;
use crate::{Error, Package, Progress, Settings, Symbol, encode, extend, harvest, matches, packages, train};

/// Rows of a table at most: its file then has less than 10 MB.
const ROWS: usize = 36_000;
/// Questions of a measurement.
const QUESTIONS: usize = 700;

/// What to train from.
pub struct Sources<'a> {
    /// Folders that are packages, or hold packages.
    pub folders: &'a [PathBuf],
    /// Names of packages to leave out, or beginnings of names before a `*`.
    pub exclude: &'a [String],
    /// Trees that are measured: what is in them is kept out of the pairs.
    pub held_out: &'a [PathBuf],
}

/// What is happening.
pub enum Step<'a> {
    /// A package of so many is being read.
    Reading {
        package: &'a str,
        number: usize,
        of: usize,
    },
    Training(Progress),
    /// Everything is being measured.
    Measuring,
}

/// What one source gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Harvested {
    pub folder: PathBuf,
    pub packages: usize,
    /// Pairs after all that is left out, those held out included.
    pub pairs: usize,
}

/// How well symbols are found, before and after.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// The tree; `None` for the pairs that were held out of training.
    pub tree: Option<PathBuf>,
    /// Symbols to choose among.
    pub candidates: usize,
    pub before: Figures,
    pub after: Figures,
}

/// A table, and how it came.
pub struct Trained {
    pub embedder: Embedder,
    pub harvested: Vec<Harvested>,
    /// Pairs that were learned from.
    pub pairs: usize,
    /// Mean loss of the last batches, in nats.
    pub loss: f64,
    pub measured: Vec<Measured>,
}

/// Trains a table, starting from another one, and measures both.
///
/// # Errors
/// [`Error::Read`] for a folder that cannot be listed, [`Error::NoPairs`] where the sources teach nothing,
/// [`Error::Cancelled`] soon after the flag is set.
pub fn train_from_sources(
    from: &Embedder,
    sources: &Sources,
    settings: &Settings,
    cancelled: &AtomicBool,
    tell: &mut dyn FnMut(Step),
) -> Result<Trained, Error> {
    let trees = sources.held_out.iter().map(|tree| read_tree(tree)).collect::<Result<Vec<_>, _>>()?;
    let mut known = Known::default();
    trees.iter().for_each(|tree| known.keep_out(tree));
    let (harvests, origins) = read_packages(sources, cancelled, tell)?;
    let mut learned = pairs(harvests, &mut known);
    let harvested = harvested(sources.folders, &origins, &learned);
    let held = hold_out(&mut learned, settings.seed);

    let table = extend(from, &learned, ROWS.saturating_sub(from.rows().len())).ok_or(Error::NotFinite)?;
    let samples = encode::samples(&table, &learned);
    let mut loss = 0.0;
    let embedder = train(&table, &samples, settings, cancelled, &mut |progress| {
        loss = progress.loss;
        tell(Step::Training(progress));
    })?;

    tell(Step::Measuring);
    let measure = |tree: Option<&PathBuf>, symbols: Vec<&Symbol>| {
        let questions = Questions::sample(symbols, QUESTIONS, settings.seed);
        let (before, after) = (questions.figures(from), questions.figures(&embedder));
        Measured { tree: tree.cloned(), candidates: questions.candidates().len(), before, after }
    };
    let mut measured = vec![measure(None, held.iter().map(|pair| &pair.symbol).collect())];
    for (path, tree) in sources.held_out.iter().zip(&trees) {
        measured.push(measure(Some(path), tree.iter().filter(|symbol| symbol.is_function).collect()));
    }
    Ok(Trained { embedder, harvested, pairs: learned.len(), loss, measured })
}

/// The symbols of a tree that is measured.
fn read_tree(tree: &Path) -> Result<Vec<Symbol>, Error> {
    std::fs::read_dir(tree).map_err(|source| Error::Read { path: tree.to_owned(), source })?;
    Ok(harvest(tree))
}

/// The documented symbols of all packages, each package once, and which source each is from.
fn read_packages(
    sources: &Sources,
    cancelled: &AtomicBool,
    tell: &mut dyn FnMut(Step),
) -> Result<(Vec<Harvest>, Vec<usize>), Error> {
    let mut wanted: Vec<(usize, Package)> = Vec::new();
    let mut names = BTreeSet::new();
    for (source, folder) in sources.folders.iter().enumerate() {
        for package in packages(folder)? {
            let excluded = sources.exclude.iter().any(|pattern| matches(pattern, &package.name));
            if !excluded && names.insert(package.name.clone()) {
                wanted.push((source, package));
            }
        }
    }
    let mut harvests = Vec::with_capacity(wanted.len());
    for (number, (_, package)) in (1..).zip(&wanted) {
        if cancelled.load(Ordering::Relaxed) {
            return Err(Error::Cancelled);
        }
        tell(Step::Reading { package: &package.name, number, of: wanted.len() });
        let mut symbols = harvest(&package.root);
        symbols.retain(|symbol| symbol.sentence.is_some());
        harvests.push(Harvest { name: package.name.clone(), symbols });
    }
    Ok((harvests, wanted.into_iter().map(|(source, _)| source).collect()))
}

fn harvested(folders: &[PathBuf], origins: &[usize], pairs: &[Pair]) -> Vec<Harvested> {
    let of = |source| {
        let packages = origins.iter().filter(|&&origin| origin == source).count();
        let pairs = pairs.iter().filter(|pair| origins[pair.package as usize] == source).count();
        (packages, pairs)
    };
    let sources = folders.iter().enumerate().map(|(source, folder)| (folder, of(source)));
    sources.map(|(folder, (packages, pairs))| Harvested { folder: folder.clone(), packages, pairs }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// A folder of packages, each with functions that are documented in its own words.
    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (package, thing) in [("alpha-1.0", "socket"), ("beta-0.3", "window"), ("gamma-2.1", "ledger")] {
            let mut text = String::new();
            for (name, deed) in [("open", "Opens"), ("shut", "Closes"), ("scan", "Reads"), ("emit", "Writes")]
            {
                for part in ["first", "last", "whole", "next"] {
                    text += &format!(
                        "/// {deed} the {part} {thing} there is.\npub fn {name}_{part}_{thing}() {{}}\n"
                    );
                }
            }
            fs::create_dir_all(folder.path().join(package)).unwrap();
            fs::write(folder.path().join(package).join("lib.rs"), text).unwrap();
        }
        folder
    }

    fn run(
        folder: &Path,
        exclude: &[String],
        held_out: &[PathBuf],
        cancelled: bool,
    ) -> Result<Trained, Error> {
        let folders = [folder.to_owned()];
        let sources = Sources { folders: &folders, exclude, held_out };
        let settings = Settings { batch: 16, ..Settings::default() };
        train_from_sources(Embedder::shipped(), &sources, &settings, &AtomicBool::new(cancelled), &mut |_| {})
    }

    #[test]
    fn the_table_does_not_depend_on_the_number_of_threads() {
        let folder = folder();
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| run(folder.path(), &[], &[], false)).unwrap().embedder.identity()
        };
        assert_eq!(with(1), with(3));
        assert_ne!(with(1), Embedder::shipped().identity());
    }

    #[test]
    fn what_is_excluded_or_held_out_is_not_learned() {
        let folder = folder();
        let tree = folder.path().join("alpha-1.0");
        let all = run(folder.path(), &[], &[], false).unwrap();
        assert_eq!((all.harvested[0].packages, all.harvested[0].pairs, all.pairs), (3, 48, 44));
        let fewer = run(folder.path(), &["bet*".into()], &[], false).unwrap();
        assert_eq!((fewer.harvested[0].packages, fewer.harvested[0].pairs), (2, 32));
        let measured = run(folder.path(), &[], std::slice::from_ref(&tree), false).unwrap();
        assert_eq!((measured.harvested[0].packages, measured.harvested[0].pairs), (3, 32));
        let asked: Vec<_> = measured.measured.iter().map(|it| (it.tree.clone(), it.before.queries)).collect();
        assert_eq!(asked, [(None, 3), (Some(tree), 16)]);
    }

    #[test]
    fn nothing_to_learn_and_cancelling_end_it() {
        let folder = folder();
        assert!(matches!(run(folder.path(), &["*".into()], &[], false), Err(Error::NoPairs)));
        assert!(matches!(run(folder.path(), &[], &[], true), Err(Error::Cancelled)));
        assert!(matches!(run(&folder.path().join("missing"), &[], &[], false), Err(Error::Read { .. })));
    }
}
