//! How cost grows: with the number of files, and with the size of one file, whatever its shape.
//!
//! `cargo bench --bench scaling` reads this repository unless `BACKSTORY_BENCH_REPOSITORY=DIR` names another tree, puts it into memory once,
//! twice, four and eight times, and prints milliseconds for each copy. Then it asks everything that an editor asks of texts that are long,
//! wide or deep in one way each, in four sizes, and prints how much longer twice the text takes. `BACKSTORY_BENCH_SHAPES=sum,elifs` looks
//! at some shapes alone, and prints all of their steps. Fails where something grows faster than a little more than linearly. Never writes.

#[path = "support/shapes.rs"]
mod shapes;
#[path = "support/trees.rs"]
mod trees;

use std::hint::black_box;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{env, thread};

use backstory_analysis::{
    Analysis, DefId, FileId, Source, Target, definitions_at, files_to_read, occurrences, symbol_key, used_by,
    uses, word_at,
};
use backstory_session::ide::locate::Target as Written;
use backstory_session::ide::navigation::{
    SymbolQuery, callable_at, declaration, file_symbols, highlights, implementation, incoming, outgoing,
    rename, signature_at, symbols, type_definition, uses as used_places,
};
use backstory_session::ide::{documents, hover, names};
use backstory_session::syntax::{DefinitionKind, FileFacts, LineIndex, Parsed, Span, parse};

use shapes::Shape;

const COPIES: [usize; 4] = [1, 2, 4, 8];
/// Names whose definitions and references are asked for.
const NAMES: usize = 40;
/// How much longer twice the text may take. Linear is 2; sorting, caches and a busy machine take a little more.
const MOST: f64 = 2.6;
/// Steps that take less with the largest text are not looked at: their growth can't be told from chance.
const NOTED: Duration = Duration::from_millis(50);
/// What takes less is done twice, and the shorter time counts.
const AGAIN: Duration = Duration::from_millis(300);
/// Larger texts are not tried after a step that took so long.
const PATIENCE: Duration = Duration::from_secs(2);
/// As for the workers of a session, so that recursion fails here first.
const STACK: usize = 2 << 20;

fn main() -> ExitCode {
    let only = env::var("BACKSTORY_BENCH_SHAPES").ok();
    if only.is_none() {
        copies();
    }
    let asked = thread::Builder::new().stack_size(STACK).spawn(move || all_shapes(only.as_deref()));
    let faults = asked.unwrap().join().unwrap();
    println!("{faults} steps grow faster than linearly");
    if faults == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let began = Instant::now();
    let done = black_box(work());
    (done, began.elapsed())
}

fn copies() {
    let root =
        env::var("BACKSTORY_BENCH_REPOSITORY").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
    let sources = trees::read(Path::new(&root));
    let bytes: usize = sources.iter().map(|source| source.text.len()).sum();
    println!("{root}: {} files, {:.1} MB; milliseconds for each copy", sources.len(), bytes as f64 / 1e6);
    println!(
        "| copies | words | facts | symbols | {NAMES} definitions | {NAMES} references | code of all | references again |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for count in COPIES {
        let row: Vec<String> = copied(&sources, count)
            .iter()
            .map(|took| format!("{:.1}", took.as_secs_f64() * 1e3 / count as f64))
            .collect();
        println!("| {count} | {} |", row.join(" | "));
    }
}

fn copied(sources: &[Source], count: usize) -> Vec<Duration> {
    let copy = |number: usize| {
        sources.iter().map(move |source| Source {
            path: format!("copy{number}/{}", source.path),
            language: source.language,
            text: Arc::clone(&source.text),
            facts: None,
        })
    };
    let analysis = Analysis::new((0..count).flat_map(copy).collect(), Vec::new());
    let (_, words) = timed(|| files_to_read(&analysis, "nowhere"));
    let (_, facts) =
        timed(|| analysis.files().map(|file| analysis.facts(file).spans.imports.len()).sum::<usize>());
    let query = SymbolQuery::new("parse");
    let (_, symbols) = timed(|| symbols(&analysis, &query, 100));
    let targets = targets(&analysis);
    let places =
        targets.iter().map(|id| (id.file, analysis.spans(id.file).definitions[id.local.index()].name.start));
    let places: Vec<_> = places.collect();
    let (_, defined) =
        timed(|| places.iter().map(|&(file, at)| definitions_at(&analysis, file, at).len()).sum::<usize>());
    let references = || {
        let found = targets.iter().map(|&id| occurrences(&analysis, &[Target::Definition(id)]).len());
        found.sum::<usize>()
    };
    let (_, first) = timed(references);
    let (_, code) = timed(|| analysis.files().map(|file| analysis.code(file).exprs.len()).sum::<usize>());
    let (_, again) = timed(references);
    vec![words, facts, symbols, defined, first, code, again]
}

/// Functions and methods of the first copy, spread over it.
fn targets(analysis: &Analysis) -> Vec<DefId> {
    let first = analysis.files().filter(|&file| analysis.path(file).starts_with("copy0/"));
    let all: Vec<DefId> = first
        .flat_map(|file| analysis.outline(file).ids().map(move |local| DefId { file, local }))
        .filter(|&id| {
            matches!(analysis.definition(id).kind, DefinitionKind::Function | DefinitionKind::Method)
        })
        .collect();
    all.iter().step_by((all.len() / NAMES).max(1)).take(NAMES).copied().collect()
}

/// A text with all that is made of it.
struct Subject {
    text: Arc<str>,
    parsed: Parsed,
    facts: FileFacts,
    analysis: Analysis,
    file: FileId,
    /// Names at the start, in the middle and at the end.
    places: [u32; 3],
}

type Step = (&'static str, fn(&Subject));

const STEPS: &[Step] = &[
    ("parse", |s| drop(black_box(parse(&s.text, s.parsed.language())))),
    ("facts", |s| drop(black_box(s.parsed.facts(&s.text)))),
    ("code", |s| drop(black_box(s.parsed.code(&s.text, &s.facts.spans)))),
    ("first error", |s| _ = black_box(s.parsed.first_error_line())),
    ("tokens", |s| drop(black_box(s.parsed.tokens(&s.text, Span { start: 0, end: s.text.len() as u32 })))),
    ("folds", |s| drop(black_box(s.parsed.folds(&s.text)))),
    ("around", |s| s.places.iter().for_each(|&at| drop(black_box(s.parsed.around(at))))),
    ("edit", edit),
    ("word at", |s| at_each(s, |at| _ = black_box(word_at(&s.analysis, s.file, at)))),
    ("definitions at", |s| at_each(s, |at| drop(black_box(definitions_at(&s.analysis, s.file, at))))),
    ("declaration", |s| at_each(s, |at| drop(black_box(declaration(&s.analysis, s.file, at))))),
    ("type definition", |s| at_each(s, |at| drop(black_box(type_definition(&s.analysis, s.file, at))))),
    ("implementation", |s| at_each(s, |at| drop(black_box(implementation(&s.analysis, s.file, at))))),
    ("references", |s| at_each(s, |at| drop(black_box(used_places(&s.analysis, s.file, at, true))))),
    ("named places", |s| at_each(s, |at| drop(black_box(names::references(&s.analysis, &written(s, at)))))),
    ("highlights", |s| at_each(s, |at| drop(black_box(highlights(&s.analysis, s.file, at))))),
    ("rename", |s| at_each(s, |at| drop(black_box(rename(&s.analysis, s.file, at, "fresh"))))),
    ("rename to a known name", |s| at_each(s, |at| drop(black_box(rename(&s.analysis, s.file, at, "a"))))),
    ("signature", |s| at_each(s, |at| drop(black_box(signature_at(&s.analysis, s.file, at))))),
    ("hovered name", |s| at_each(s, |at| _ = black_box(hover::named_at(&s.analysis, s.file, at)))),
    ("symbols", |s| drop(black_box(file_symbols(&s.analysis, s.file)))),
    ("documents", |s| drop(black_box(documents::documents(&s.analysis, s.file)))),
    ("keys", |s| at_symbols(s, |id| drop(black_box(symbol_key(&s.analysis, id))))),
    ("uses", |s| at_symbols(s, |id| drop(black_box(uses(&s.analysis, id))))),
    ("used by", |s| at_symbols(s, |id| drop(black_box(used_by(&s.analysis, id))))),
    ("calls of", |s| at_symbols(s, |id| drop(black_box(incoming(&s.analysis, id))))),
    ("calls from", |s| at_symbols(s, |id| drop(black_box(outgoing(&s.analysis, id))))),
    ("callable", |s| at_each(s, |at| drop(black_box(callable_at(&s.analysis, s.file, at))))),
];

fn at_each(subject: &Subject, ask: impl Fn(u32)) {
    subject.places.iter().for_each(|&at| ask(at));
}

/// The first, the middle and the last symbol.
fn at_symbols(subject: &Subject, ask: impl Fn(DefId)) {
    let ids: Vec<_> = subject.analysis.outline(subject.file).ids().collect();
    let some = [ids.first(), ids.get(ids.len() / 2), ids.last()];
    some.into_iter().flatten().for_each(|&local| ask(DefId { file: subject.file, local }));
}

fn written(subject: &Subject, at: u32) -> Written {
    let (line, column) = LineIndex::new(&subject.text).line_col(at);
    let path = subject.analysis.path(subject.file).to_owned();
    Written::Place { path, line: Some(line + 1), column: Some(column + 1) }
}

/// A letter is typed in the middle of the text.
fn edit(subject: &Subject) {
    let (old, at) = (&subject.text, subject.places[1] as usize);
    let new = [&old[..at], "z", &old[at..]].concat();
    black_box(subject.parsed.reparse(old, &new).facts(&new));
}

impl Subject {
    fn new(shape: &Shape, count: usize) -> Self {
        let text: Arc<str> = (shape.make)(count).into();
        let parsed = parse(&text, shape.language).kept();
        let facts = parsed.facts(&text);
        let path = format!("src/lib.{}", shape.language.grammar().extensions[0]);
        let source = Source { path, language: shape.language, text: Arc::clone(&text), facts: None };
        let analysis = Analysis::new(vec![source], Vec::new());
        let file = FileId(0);
        analysis.code(file);
        let places = [0, text.len() / 2, text.len() * 49 / 50].map(|at| {
            let word = text[at..].find(|c: char| c.is_ascii_lowercase());
            (at + word.unwrap_or(0)) as u32
        });
        Self { text, parsed, facts, analysis, file, places }
    }
}

fn all_shapes(only: Option<&str>) -> usize {
    println!(
        "| language | shape | bytes | slowest step | ms | steps that grow too fast: times for twice the text, ms |"
    );
    println!("|---|---|---|---|---|---|");
    let is_wanted = |shape: &&Shape| only.is_none_or(|only| only.split(',').any(|name| name == shape.name));
    shapes::RUST
        .iter()
        .chain(shapes::PYTHON)
        .filter(is_wanted)
        .map(|shape| measure(shape, only.is_some()))
        .sum()
}

/// Measures one shape in its four sizes; the number of steps that grow too fast.
fn measure(shape: &Shape, with_all: bool) -> usize {
    eprintln!("{} {}", shape.language.id(), shape.name);
    let mut sizes: Vec<(usize, Vec<Duration>)> = Vec::new();
    for part in [8, 4, 2, 1] {
        let (subject, made) = timed(|| Subject::new(shape, shape.most / part));
        let mut times = Vec::new();
        for (_, step) in STEPS {
            let first = timed(|| step(&subject)).1;
            // Chance only ever adds.
            let again = if first < AGAIN { timed(|| step(&subject)).1 } else { first };
            times.push(first.min(again));
        }
        let slowest = times.iter().max().copied().unwrap_or_default().max(made);
        sizes.push((subject.text.len(), times));
        if slowest > PATIENCE {
            break;
        }
    }
    report(shape, &sizes, with_all)
}

fn report(shape: &Shape, sizes: &[(usize, Vec<Duration>)], with_all: bool) -> usize {
    let milliseconds = |took: Duration| took.as_secs_f64() * 1e3;
    let (Some((small, before)), Some((large, after))) =
        (sizes.get(sizes.len().saturating_sub(3)), sizes.last())
    else {
        return 0;
    };
    if sizes.len() < 3 {
        let slowest = (0..STEPS.len()).max_by_key(|&step| after[step]).unwrap_or(0);
        let took = milliseconds(after[slowest]);
        println!(
            "| {} | {} | {large} | {} | {took:.1} | gave up |",
            shape.language.id(),
            shape.name,
            STEPS[slowest].0
        );
        return 1;
    }
    let doublings = (*large as f64 / *small as f64).log2();
    let growth = |step: usize| (milliseconds(after[step]) / milliseconds(before[step])).powf(1.0 / doublings);
    let slowest = (0..STEPS.len()).max_by_key(|&step| after[step]).unwrap_or(0);
    let fast: Vec<usize> =
        (0..STEPS.len()).filter(|&step| after[step] >= NOTED && growth(step) > MOST).collect();
    let shown = if with_all { (0..STEPS.len()).collect() } else { fast.clone() };
    let shown: Vec<String> = shown
        .iter()
        .map(|&step| format!("{} {:.1}x {:.1}", STEPS[step].0, growth(step), milliseconds(after[step])))
        .collect();
    println!(
        "| {} | {} | {large} | {} | {:.1} | {} |",
        shape.language.id(),
        shape.name,
        STEPS[slowest].0,
        milliseconds(after[slowest]),
        shown.join(", ")
    );
    fast.len()
}
