//! What changes together, foretold: from the first 80 % of a history, one symbol of each later commit is given and the others are looked for.
//!
//! `BACKSTORY_REPLAY_TREES=clones/tokio:clones/flask cargo bench --bench replay` prints a table for each repository: recall among the first ten
//! and mean reciprocal rank, for symbols and for files, of
//!
//! - *rules*: association rules as ROSE has them (Zimmermann and others, ICSE 2004): confidence, then support, of commits of up to 30 symbols;
//! - *static*: what uses the symbol and what it uses, in the tree at the split, then what those use;
//! - *same file*: the symbols of its file, the nearest first (for files: those of its directory);
//! - *co-change*: `ChangeLog::companions`;
//! - *joined*: `ide::related` over all of these, files that change together, and symbols that are alike.
//!
//! The split is the commit of the first-parent line that has 80 % of all commits (without merges) behind it. A later commit counts where it edited or
//! deleted 2 to 30 symbols that were there at the split; one of them that it edited is given, drawn by a fixed seed; 300 commits of a repository
//! are drawn at most, the same for all methods. Nothing is learned after the split: neither counts nor code. A symbol that the split's
//! log doesn't know is neither given nor looked for. Besides, how often the hint "usually changes with" would have been right.
//!
//! `BACKSTORY_REPLAY_CACHE=DIRECTORY` keeps what was read of commits for the next run. `BACKSTORY_REPLAY_FIT=1` fits the weights of `ide::related`
//! anew, on the commits between 60 % and 80 % with what is known at 60 %, prints them and measures with them. `BACKSTORY_REPLAY_SWEEP=1` tries
//! other bounds for companions on the same commits. Never changes a clone, or the user's cache.

#[path = "replay/eras.rs"]
mod eras;
#[path = "replay/fit.rs"]
mod fit;
#[path = "replay/hints.rs"]
mod hints;
#[path = "replay/measure.rs"]
mod measure;
#[path = "replay/methods.rs"]
mod methods;

use std::path::{Path, PathBuf};

use backstory_session::history::Bounds;
use backstory_session::ide::related::{FEATURES, WEIGHTS};

use eras::{Era, Repository};
use measure::{Figures, Tally};
use methods::{Known, METHODS};

/// Commits of a repository that are asked about at most.
const QUERIES: usize = 300;

fn main() {
    let Ok(trees) = std::env::var("BACKSTORY_REPLAY_TREES") else {
        return println!("nothing to measure on: set BACKSTORY_REPLAY_TREES, see benches/replay.rs");
    };
    let is_set = |variable| std::env::var_os(variable).is_some();
    let cache = std::env::var_os("BACKSTORY_REPLAY_CACHE").map(PathBuf::from);
    let repositories: Vec<Repository> =
        trees.split(':').map(|tree| Repository::open(Path::new(tree), cache.as_deref())).collect();
    if is_set("BACKSTORY_REPLAY_SWEEP") {
        sweep(&repositories);
    }
    let weights = if is_set("BACKSTORY_REPLAY_FIT") { fitted(&repositories) } else { WEIGHTS };
    let mut better = 0;
    for repository in &repositories {
        better += usize::from(replay(repository, &weights));
    }
    println!(
        "\njoined beats the best single method by 15 % in recall of symbols in {better} of {}",
        trees.split(':').count()
    );
}

/// Prints one repository's table; says whether joined is 15 % better than the best other method.
fn replay(repository: &Repository, weights: &[f64; FEATURES]) -> bool {
    let era = Era::new(repository, &repository.split(80), None);
    let queries = era.queries(QUERIES);
    println!("\n{}: {} commits learned, {} asked about", repository.name, era.learned(), queries.len());
    println!("| method    | recall@10 | MRR   | files: recall@10 | MRR   |");
    println!("|-----------|-----------|-------|------------------|-------|");
    let known = Known::of(&era);
    let mut tallies = [(); METHODS.len()].map(|()| Tally::default());
    for query in &queries {
        let signs = known.signs(query.symbol);
        for (method, tally) in METHODS.into_iter().zip(&mut tallies) {
            let symbols = known.symbols(method, query.symbol, &signs, weights);
            let files = known.files(method, query.symbol, &symbols);
            tally.add(&symbols, &query.symbols, &files, &query.files);
        }
    }
    let figures = tallies.map(|tally| tally.figures());
    for (method, Figures { recall, reciprocal, file_recall, file_reciprocal }) in
        METHODS.into_iter().zip(&figures)
    {
        println!(
            "| {:<9} | {recall:.3}     | {reciprocal:.3} | {file_recall:.3}            | {file_reciprocal:.3} |",
            method.name()
        );
    }
    hints::print(&era);
    let joined = &figures[METHODS.len() - 1];
    let best = figures[..METHODS.len() - 1].iter().map(|figures| figures.recall).fold(0.0, f64::max);
    println!("joined against the best single one: {:+.0} %", (joined.recall / best.max(1e-9) - 1.0) * 100.0);
    joined.recall >= best * 1.15
}

/// The weights that the commits between 60 % and 80 % ask for.
fn fitted(repositories: &[Repository]) -> [f64; FEATURES] {
    let mut lists = Vec::new();
    for repository in repositories {
        let era = Era::new(repository, &repository.split(60), Some(&repository.split(80)));
        let known = Known::of(&era);
        for query in era.queries(QUERIES) {
            lists.push(fit::List::of(&known.signs(query.symbol), &query.symbols));
        }
    }
    let weights = fit::fit(&lists);
    println!("weights, fitted on {} commits:\n{weights:.2?}", lists.len());
    weights
}

/// Recall of companions on the commits between 60 % and 80 % under several bounds.
fn sweep(repositories: &[Repository]) {
    let eras: Vec<Era> = repositories
        .iter()
        .map(|repository| Era::new(repository, &repository.split(60), Some(&repository.split(80))))
        .collect();
    let queries: Vec<_> = eras.iter().map(|era| era.queries(QUERIES)).collect();
    let usual = Bounds::default();
    for symbols in [15, 30, 50, 100] {
        for days in [90.0, 180.0, 365.0, 1000.0, 1e9] {
            for dilution in [0.0, 0.5, 1.0] {
                for introduced in [0.0, 0.5, 1.0] {
                    let bounds = Bounds { symbols, days, dilution, introduced, ..usual };
                    let mut recalls = Vec::new();
                    for (era, queries) in eras.iter().zip(&queries) {
                        let mut tally = Tally::default();
                        for query in queries {
                            let found = era.log.companions(query.symbol, &bounds, era.log.newest());
                            let found: Vec<_> = found.into_iter().map(|companion| companion.symbol).collect();
                            tally.add(&found, &query.symbols, &[], &query.files);
                        }
                        recalls.push(tally.figures().recall);
                    }
                    let mean = recalls.iter().sum::<f64>() / recalls.len() as f64;
                    println!(
                        "{mean:.4} {recalls:.3?} symbols {symbols} days {days} dilution {dilution} introduced {introduced}"
                    );
                }
            }
        }
    }
}
