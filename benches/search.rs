//! Search at scale: whole questions over 100,000 symbols, and the exact scan of vectors against graphs.
//!
//! `cargo bench --bench search` prints a row for each size, construction and breadth: seconds of one core to build, memory, the share of the exact
//! scan's ten best that were found, and the latency of a query. `BACKSTORY_BENCH_SIZES=5000,100000` chooses other sizes of made-up
//! vectors (seeded, clustered as symbols are), and `BACKSTORY_BENCH_TREES=DIR,DIR` adds the symbols of source trees, asked for by the first
//! lines of their documentation, and times whole questions over copies of them, 100,000 symbols in all. `BACKSTORY_BENCH_LINKS=8,12,16` and `BACKSTORY_BENCH_CONSTRUCTION=40,64` choose constructions.

#[path = "support/trees.rs"]
mod trees;

use backstory_analysis::Analysis;
use backstory_model::embedder::{self, DocumentFrequencies, Embedder};
use backstory_search::{CodedIndex, Construction, ExactIndex, GraphIndex, Hit};
use backstory_session::ide::documents::{Document, documents};
use backstory_session::index::{SearchIndex, symbols};
use std::path::Path;
use std::time::{Duration, Instant};

const DIMENSIONS: usize = 256;
const SIZES: &str = "5000,20000,50000";
/// Weight of a topic beside words' weights of 1 to 10.
const TOPIC: f32 = 3.0;
const QUERIES: usize = 300;
const BREADTHS: [usize; 4] = [64, 128, 256, 400];
const VALID: &str = "the vectors are finite and equally long";

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
fn made_up(count: usize) -> Vec<Vec<f32>> {
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

/// The symbols of trees, and the first lines of their documentation.
fn real(roots: &str) -> (Vec<Vec<f32>>, Vec<Vec<f32>>) {
    let embedder = Embedder::shipped();
    let mut frequencies = DocumentFrequencies::default();
    let (mut weighed, mut questions) = (Vec::new(), Vec::new());
    for root in roots.split(',') {
        let analysis = Analysis::new(trees::read(Path::new(root)), Vec::new());
        for document in analysis.files().flat_map(|file| documents(&analysis, file)) {
            let fields = [
                (embedder::NAME_WEIGHT, document.name.as_str()),
                (embedder::CONTAINER_WEIGHT, &document.container),
                (embedder::PATH_WEIGHT, &document.path),
                (embedder::SIGNATURE_WEIGHT, &document.signature),
                (embedder::BODY_WEIGHT, &document.body),
            ];
            let pieces = embedder.weigh(&fields);
            frequencies.add(pieces.iter().map(|&(piece, _)| piece));
            weighed.push(pieces);
            questions.extend(document.docs.lines().next().filter(|line| line.len() > 20).map(str::to_owned));
        }
    }
    let start = Instant::now();
    let vectors: Vec<Vec<f32>> = weighed
        .iter()
        .map(|pieces| embedder.embed_pieces(pieces.iter().copied(), &frequencies).to_vec())
        .collect();
    println!(
        "{} symbols embedded in {:.2} s, taken apart already",
        vectors.len(),
        start.elapsed().as_secs_f64()
    );
    let step = (questions.len() / QUERIES).max(1);
    let asked = questions.iter().step_by(step).take(QUERIES);
    (vectors, asked.map(|question| embedder.embed_query(question, &frequencies).to_vec()).collect())
}

/// A row of the table.
fn row(way: &str, built: (Duration, f64), recall: f64, mut latencies: Vec<Duration>) {
    latencies.sort_unstable();
    let milliseconds = |share: usize| latencies[latencies.len() * share / 100].as_secs_f64() * 1e3;
    let (middle, high) = (milliseconds(50), milliseconds(95));
    let (seconds, megabytes) = (built.0.as_secs_f64(), built.1);
    println!(
        "| {way:<24} | {seconds:>9.2} | {megabytes:>6.0} | {recall:>9.3} | {middle:>6.2} | {high:>6.2} |"
    );
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

/// What this process holds, in megabytes; 0 where the system doesn't say.
fn resident() -> f64 {
    const PAGE: f64 = 4096.0;
    let pages = std::fs::read_to_string("/proc/self/statm").ok();
    let pages = pages.and_then(|pages| pages.split(' ').nth(1)?.parse::<f64>().ok());
    pages.map_or(0.0, |pages| pages * PAGE / 1e6)
}

/// Builds something: how long it took, and how much memory it holds.
fn built<T>(build: impl FnOnce() -> T) -> (T, (Duration, f64)) {
    let (before, start) = (resident(), Instant::now());
    let it = build();
    (it, (start.elapsed(), resident() - before))
}

/// Measures one set of vectors.
fn compare(vectors: &[Vec<f32>], queries: &[Vec<f32>]) {
    println!("\n{} vectors\n", vectors.len());
    println!("| way                      | build [s] |     MB | recall@10 | p50 ms | p95 ms |");
    println!("|--------------------------|-----------|--------|-----------|--------|--------|");
    let mut exact = ExactIndex::new(DIMENSIONS);
    (0..).zip(vectors).for_each(|(id, vector)| exact.add(id, vector).expect(VALID));
    let (truth, _) = answers(queries, |query| exact.search(query, 10).expect(VALID));
    let (coded, cost) = built(|| {
        let mut coded = CodedIndex::with_capacity(DIMENSIONS, vectors.len());
        (0..).zip(vectors).for_each(|(id, vector)| coded.add(id, vector).expect(VALID));
        coded
    });
    let full = |id: u32| &vectors[id as usize];
    let (found, latencies) = answers(queries, |query| coded.search(query, 10, full).expect(VALID));
    row("scan of bytes", cost, recall(&found, &truth), latencies);
    for links in numbers("BACKSTORY_BENCH_LINKS", "12,16") {
        for breadth in numbers("BACKSTORY_BENCH_CONSTRUCTION", "48,100") {
            let construction = Construction { links, breadth };
            let (graph, cost) = built(|| GraphIndex::build(&coded, construction));
            for kept in BREADTHS {
                let walk = |query: &[f32]| graph.search(query, 10, kept, full).expect(VALID);
                let (found, latencies) = answers(queries, walk);
                let way = format!("graph M {links} efc {breadth} ef {kept}");
                row(&way, cost, recall(&found, &truth), latencies);
            }
            println!("| finds {:.4} of its own at ef 256 |", graph.self_retrieval(BREADTHS[2]));
        }
    }
}

/// Times questions over so many symbols that copies of trees make them, as a session answers them.
fn whole(roots: &str) {
    const SYMBOLS: usize = 100_000;
    let read = |root: &str| Analysis::new(trees::read(Path::new(root)), Vec::new());
    let analyses: Vec<Analysis> = roots.split(',').map(read).collect();
    let files: Vec<Vec<Document>> = analyses
        .iter()
        .flat_map(|analysis| analysis.files().map(|file| documents(analysis, file)))
        .filter(|documents| !documents.is_empty())
        .collect();
    let said = files.iter().flatten().filter_map(|document| document.docs.lines().next());
    let questions: Vec<&str> = said.filter(|line| line.split_whitespace().count() > 4).collect();
    let (mut preparing, mut taking) = (Duration::ZERO, Duration::ZERO);
    let mut index = SearchIndex::default();
    let before = resident();
    for (number, file) in (0..).zip(files.iter().cycle()) {
        let start = Instant::now();
        let prepared = symbols(file, index.table());
        let prepared_at = Instant::now();
        index.set_prepared(&format!("{number}/{}", file[0].path), prepared);
        preparing += prepared_at - start;
        taking += prepared_at.elapsed();
        if index.len() >= SYMBOLS {
            break;
        }
    }
    let start = Instant::now();
    index.rebuild();
    let (embedding, held) = (start.elapsed(), resident() - before);
    println!(
        "{} symbols: taken apart in {:.1} s of one core, counted in {:.1} s, embedded in {:.1} s; {held:.0} MB",
        index.len(),
        preparing.as_secs_f64(),
        taking.as_secs_f64(),
        embedding.as_secs_f64()
    );
    let step = (questions.len() / QUERIES).max(1);
    let ask = |question: &&str| {
        let start = Instant::now();
        let found = index.search(question, 20);
        (found.len(), start.elapsed())
    };
    let (found, mut latencies): (Vec<usize>, Vec<Duration>) = questions.iter().step_by(step).map(ask).unzip();
    latencies.sort_unstable();
    let at = |share: usize| latencies[latencies.len() * share / 100].as_secs_f64() * 1e3;
    println!("{} questions: p50 {:.2} ms, p95 {:.2} ms, most {:.2} ms", found.len(), at(50), at(95), at(99));
}

fn numbers(setting: &str, default: &str) -> Vec<usize> {
    let written = std::env::var(setting).unwrap_or_else(|_| default.to_owned());
    written.split(',').filter_map(|number| number.trim().parse().ok()).collect()
}

fn main() {
    if let Ok(roots) = std::env::var("BACKSTORY_BENCH_TREES") {
        whole(&roots);
        let (vectors, queries) = real(&roots);
        compare(&vectors, &queries);
    }
    for size in numbers("BACKSTORY_BENCH_SIZES", SIZES) {
        let mut vectors = made_up(size + QUERIES);
        let queries = vectors.split_off(size);
        compare(&vectors, &queries);
    }
}
