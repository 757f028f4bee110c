//! The exact scan against the graph: where does the graph pay?
//!
//! `cargo bench --bench search` prints a row for each size and breadth: seconds to build, share of the exact scan's ten
//! best that were found, and the latency of a query. `BACKSTORY_BENCH_SIZES=5000,100000` chooses other sizes (the graph
//! of 100,000 vectors takes minutes). Vectors are made up, from a seed; never reads a repository.

use backstory_search::{ExactIndex, GraphIndex, Hit};
use criterion::{BenchmarkId, Criterion};
use std::time::{Duration, Instant};

const DIMENSIONS: usize = 256;
const SIZES: &str = "5000,20000,50000";
/// Weight of a topic beside words' weights of 1 to 10.
const TOPIC: f32 = 3.0;
const QUERIES: usize = 300;
const BREADTHS: [usize; 3] = [64, 128, 256];

/// SplitMix64.
struct Random(u64);

impl Random {
    /// Evenly spread in 0..1.
    fn fraction(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 40) as f32 / (1u64 << 24) as f32
    }

    fn vector(&mut self) -> Vec<f32> {
        (0..DIMENSIONS).map(|_| 2.0 * self.fraction() - 1.0).collect()
    }
}

/// Sums of a topic's vector, a sub-topic's and those of a few words, words as unevenly frequent as in a repository. The
/// graph's recall on them is a little below that on symbols of real code.
fn documents(count: usize) -> Vec<Vec<f32>> {
    let mut random = Random(1);
    let words: Vec<Vec<f32>> = (0..4000).map(|_| random.vector()).collect();
    let topics: Vec<Vec<f32>> = (0..count.div_ceil(200)).map(|_| random.vector()).collect();
    let parts: Vec<Vec<f32>> = (0..count.div_ceil(20)).map(|_| random.vector()).collect();
    let document = |_| {
        let part = (random.fraction() * parts.len() as f32) as usize;
        let both = topics[part / 10].iter().zip(&parts[part]);
        let mut sum: Vec<f32> = both.map(|(topic, part)| TOPIC * topic + TOPIC * part).collect();
        for _ in 0..3 + (random.fraction() * 6.0) as usize {
            // Zipf's law: the logarithm of a word's rank is evenly spread.
            let rank = (words.len() as f32).powf(random.fraction()) as usize - 1;
            let weight = (2.0 + rank as f32).ln() * (0.3 + random.fraction());
            sum.iter_mut().zip(&words[rank]).for_each(|(sum, component)| *sum += weight * component);
        }
        sum
    };
    (0..count).map(document).collect()
}

/// A row of the table.
fn row(size: usize, way: &str, build: Duration, recall: f64, mut latencies: Vec<Duration>) -> String {
    latencies.sort_unstable();
    let milliseconds = |share: usize| latencies[latencies.len() * share / 100].as_secs_f64() * 1e3;
    let (middle, high, build) = (milliseconds(50), milliseconds(95), build.as_secs_f64());
    format!("| {size:>7} | {way:<9} | {build:>9.2} | {recall:>9.3} | {middle:>6.2} | {high:>6.2} |")
}

/// The hits of every query, and how long each took.
fn answers(queries: &[Vec<f32>], search: impl Fn(&[f32]) -> Vec<Hit>) -> (Vec<Vec<Hit>>, Vec<Duration>) {
    let timed = |query: &Vec<f32>| {
        let start = Instant::now();
        (search(query), start.elapsed())
    };
    queries.iter().map(timed).unzip()
}

fn recall(found: &[Vec<Hit>], truth: &[Vec<Hit>]) -> f64 {
    let both = found.iter().zip(truth);
    let hits: usize = both
        .map(|(found, truth)| truth.iter().filter(|hit| found.iter().any(|f| f.id == hit.id)).count())
        .sum();
    hits as f64 / truth.iter().map(Vec::len).sum::<usize>() as f64
}

/// Measures one size; the rows of the table.
fn compare(criterion: &mut Criterion, size: usize) -> Vec<String> {
    const VALID: &str = "the vectors are finite and equally long";
    let mut vectors = documents(size + QUERIES);
    let queries = vectors.split_off(size);
    let mut group = criterion.benchmark_group("query");
    group.sample_size(20).warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2));
    let mut next = queries.iter().cycle();

    let start = Instant::now();
    let mut exact = ExactIndex::new(DIMENSIONS);
    for (id, vector) in (0..).zip(&vectors) {
        exact.add(id, vector).expect(VALID);
    }
    let build = start.elapsed();
    let scan = |query: &[f32]| exact.search(query, 10).expect(VALID);
    let (truth, latencies) = answers(&queries, scan);
    let mut rows = vec![row(size, "exact", build, 1.0, latencies)];
    group.bench_function(BenchmarkId::new("exact", size), |bencher| {
        bencher.iter(|| next.next().map(|query| scan(query)));
    });

    let start = Instant::now();
    let graph = GraphIndex::build(&exact);
    let build = start.elapsed();
    for breadth in BREADTHS {
        let walk = |query: &[f32]| graph.search(query, 10, breadth).expect(VALID);
        let (found, latencies) = answers(&queries, walk);
        rows.push(row(size, &format!("graph {breadth}"), build, recall(&found, &truth), latencies));
        group.bench_function(BenchmarkId::new(format!("graph-{breadth}"), size), |bencher| {
            bencher.iter(|| next.next().map(|query| walk(query)));
        });
    }
    rows.push(format!(
        "| {size:>7} | the graph finds {:.4} of its own vectors |",
        graph.self_retrieval(BREADTHS[2])
    ));
    group.finish();
    rows
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let sizes = std::env::var("BACKSTORY_BENCH_SIZES").unwrap_or_else(|_| SIZES.to_string());
    let sizes = sizes.split(',').filter_map(|size| size.trim().parse().ok());
    let rows: Vec<String> = sizes.flat_map(|size| compare(&mut criterion, size)).collect();
    criterion.final_summary();
    println!("| vectors | way       | build [s] | recall@10 | p50 ms | p95 ms |");
    println!("|---------|-----------|-----------|-----------|--------|--------|");
    println!("{}", rows.join("\n"));
}
