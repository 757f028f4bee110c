//! How soon the impact of a symbol is known, and whether the tests that are chosen for a change are those that it needs.
//!
//! `cargo bench --bench impact` needs clones with full history in the directory `BACKSTORY_BENCH_CLONES`, each called as the repository
//! is: `cargo` and `sqlalchemy` for times, those of `BACKSTORY_BENCH_REPLAY` (`requests,sqlalchemy` by default) for the choice of
//! tests. `BACKSTORY_BENCH_COMMITS=30` says how many commits are replayed in all, `BACKSTORY_BENCH_SYMBOLS=200` how many symbols are
//! timed (0: none), `BACKSTORY_BENCH_SHOW=1` lists what was missed. A replayed commit changes both code and tests; what it did to
//! code is given, the tests that it added or changed must be among those chosen. Never changes a clone, or the user's cache.

#[path = "support/figures.rs"]
#[allow(dead_code, reason = "other benches use the rest")]
mod figures;
#[path = "support/replay.rs"]
mod replay;

use std::env;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use backstory_analysis::{Analysis, Apart, DefId, Graph};
use backstory_session::history::{Repository, files_at};
use backstory_session::ide::impact;
use backstory_session::ide::locate::Located;

fn main() {
    let clones = env::var_os("BACKSTORY_BENCH_CLONES").map(PathBuf::from);
    let clones = clones.expect("BACKSTORY_BENCH_CLONES names the directory of the clones");
    let number = |name: &str, default| env::var(name).map_or(default, |text| text.parse().unwrap());
    let symbols = number("BACKSTORY_BENCH_SYMBOLS", 200);
    for name in ["cargo", "sqlalchemy"].iter().filter(|_| symbols > 0) {
        time(&clones, name, symbols);
    }
    let replayed = env::var("BACKSTORY_BENCH_REPLAY").unwrap_or_else(|_| "requests,sqlalchemy".to_owned());
    let names: Vec<&str> = replayed.split(',').filter(|name| !name.is_empty()).collect();
    let mut all = replay::Score::default();
    for name in &names {
        all.add(replay::replay(
            &clones.join(name),
            name,
            number("BACKSTORY_BENCH_COMMITS", 30) / names.len(),
        ));
    }
    println!("all: {all}");
}

/// The tree of a commit.
fn analysis_at(repository: &Repository, commit: &str) -> Analysis {
    replay::analysis(files_at(repository, commit, &replay::is_source).unwrap())
}

fn graph(analysis: &Analysis) -> Graph {
    Apart::of(analysis).graph(&AtomicBool::new(false)).unwrap()
}

/// Whole answers about random symbols.
fn time(clones: &std::path::Path, name: &str, count: usize) {
    let repository = Repository::discover(&clones.join(name)).unwrap().unwrap();
    let analysis = analysis_at(&repository, "HEAD");
    let began = Instant::now();
    let graph = graph(&analysis);
    println!(
        "{name}: graph of {} nodes and {} edges in {:.1} s, {:.1} MB",
        graph.len(),
        graph.edges(),
        began.elapsed().as_secs_f64(),
        graph.size() as f64 / 1e6
    );
    let all: Vec<DefId> = analysis
        .files()
        .flat_map(|file| analysis.outline(file).ids().map(move |local| DefId { file, local }))
        .collect();
    let mut times = Vec::new();
    // A multiplicative generator: the same symbols in every run.
    let mut random = 0x9e37_79b9_u64;
    for _ in 0..count {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let id = all[(random >> 33) as usize % all.len()];
        let began = Instant::now();
        let found = impact::impact(&analysis, &graph, &[Located::Symbol(id)], &impact::Asked::default());
        times.push(began.elapsed());
        std::hint::black_box(found);
    }
    figures::report(&format!("{name}: impact of a symbol"), times);
}
