//! Finding a function by what is said of it: BM25, the table before and after training, the program's search, and MiniLM.
//!
//! `BACKSTORY_BENCH_TREES=tokio:django cargo bench --bench retrieval` prints a table for each source tree: mean reciprocal
//! rank and recall among the first ten, with 95 % bootstrap intervals. A query is the first sentence of a function's
//! documentation, where no other function has the same; its target is that function without documentation; candidates are
//! all functions of the tree but tests; 700 queries are chosen by a fixed seed. A row more each:
//!
//! - `BACKSTORY_BENCH_UNTRAINED=FILE`: the table that training started from (`crates/model/scripts/reduce_minilm.py`).
//! - `BACKSTORY_BENCH_TABLE=FILE`: another table, in the place of the shipped one.
//! - `BACKSTORY_BENCH_MINILM=PYTHON`: MiniLM-L6 itself, by `benches/retrieval/minilm.py`, which says what that Python needs.
//!
//! Never checks that the trees had no part in training: `crates/model/assets/embedder.md` says which packages had.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use backstory_analysis::{DefId, FileId};
use backstory_model::embedder::Embedder;
use backstory_session::ide::documents::Document;
use backstory_session::index::{SearchIndex, Table, symbols};
use backstory_session::syntax::{LocalId, LocalKey};
use backstory_train::{Figures, PLACES, Questions, Random, harvest};
use bm25::Bm25;

#[path = "retrieval/bm25.rs"]
mod bm25;

const QUERIES: usize = 700;
const SEED: u64 = 1;
/// Samples that an interval is taken from.
const RESAMPLES: usize = 1000;

/// Similarities of every candidate to each question.
type Grid = Vec<Vec<f32>>;

fn main() {
    let Ok(trees) = std::env::var("BACKSTORY_BENCH_TREES") else {
        return println!("nothing to measure on: set BACKSTORY_BENCH_TREES, see benches/retrieval.rs");
    };
    let read = |variable| std::env::var(variable).ok().map(|file| table(&file));
    let (untrained, other) = (read("BACKSTORY_BENCH_UNTRAINED"), read("BACKSTORY_BENCH_TABLE"));
    let trained = other.as_ref().unwrap_or_else(|| Embedder::shipped());
    for tree in trees.split(':') {
        let symbols = harvest(Path::new(tree));
        let functions = symbols.iter().filter(|symbol| symbol.is_function).collect();
        let questions = Questions::sample(functions, QUERIES, SEED);
        let name = tree.trim_end_matches('/').rsplit('/').next().unwrap_or(tree);
        println!(
            "\n{name}: {} queries, {} functions",
            questions.asked().count(),
            questions.candidates().len()
        );
        println!("| {:<16} | MRR@{PLACES} (95 %)       | recall@{PLACES} (95 %)    |", "method");
        println!("|------------------|----------------------|----------------------|");
        let index = Bm25::new(questions.candidates());
        let lexical: Grid = questions.asked().map(|(sentence, _)| index.scores(sentence)).collect();
        row("BM25", &questions.places(&lexical));
        if let Some(untrained) = &untrained {
            row("untrained table", &questions.places(&questions.similarities(untrained)));
        }
        let vectors = questions.similarities(trained);
        row("trained table", &questions.places(&vectors));
        row("search", &searched(&questions));
        if let Ok(python) = std::env::var("BACKSTORY_BENCH_MINILM") {
            row("MiniLM-L6", &minilm(&python, &questions));
        }
    }
}

fn table(file: &str) -> Embedder {
    let bytes = std::fs::read(file).unwrap_or_else(|error| panic!("cannot read {file}: {error}"));
    Embedder::parse(bytes).unwrap_or_else(|| panic!("{file} is no table"))
}

/// The places that the program's own search gives, with the table that it ships.
fn searched(questions: &Questions) -> Vec<usize> {
    let mut index = SearchIndex::default();
    for (at, symbol) in questions.candidates().iter().enumerate() {
        let document = Document {
            id: DefId { file: FileId(0), local: LocalId(0) },
            key: LocalKey::file(),
            name: symbol.name.clone(),
            container: symbol.container.clone(),
            path: symbol.path.clone(),
            signature: symbol.signature.clone(),
            docs: String::new(),
            body: symbol.body.clone(),
        };
        index.set_prepared(&at.to_string(), symbols(&[document], &Table::default()));
    }
    index.rebuild();
    let place = |(sentence, target): (&str, usize)| {
        let hits = index.search(sentence, PLACES);
        let target = target.to_string();
        hits.iter().position(|hit| *hit.group == *target).map_or(usize::MAX, |at| at + 1)
    };
    questions.asked().map(place).collect()
}

fn row(method: &str, places: &[usize]) {
    let figures = Figures::of(places);
    let mut random = Random::new(SEED);
    let resample = |_| {
        let drawn: Vec<usize> = places.iter().map(|_| places[random.below(places.len())]).collect();
        Figures::of(&drawn)
    };
    let drawn: Vec<Figures> = (0..RESAMPLES).map(resample).collect();
    let cell = |value: fn(&Figures) -> f64| {
        let mut values: Vec<f64> = drawn.iter().map(value).collect();
        values.sort_by(f64::total_cmp);
        let [low, high] = [RESAMPLES / 40, RESAMPLES - 1 - RESAMPLES / 40].map(|at| values[at]);
        format!("{:.3} ({low:.3}..{high:.3})", value(&figures))
    };
    println!("| {method:<16} | {} | {} |", cell(|it| it.mrr), cell(|it| it.recall));
}

/// The places by MiniLM-L6's sentence embeddings of name, path and signature.
fn minilm(python: &str, questions: &Questions) -> Vec<usize> {
    let candidates = questions.candidates().iter();
    let input = serde_json::json!({
        "candidates": candidates.map(|it| format!("{} {} {}", it.name, it.path, it.signature)).collect::<Vec<_>>(),
        "queries": questions.asked().collect::<Vec<_>>(),
    });
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/retrieval/minilm.py");
    let mut child = Command::new(python)
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("cannot start {python}: {error}"));
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(input.to_string().as_bytes()).expect("the script reads all of its input first");
    drop(stdin);
    let output = child.wait_with_output().expect("it was started");
    assert!(output.status.success(), "{script} failed");
    serde_json::from_slice(&output.stdout).expect("the script prints a list of places")
}
