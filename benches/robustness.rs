//! Real files, mutated at random, asked everything that an editor asks: no panic, no hang, and no difference between a text that was
//! typed and the same text read anew.
//!
//! `cargo bench --bench robustness` does 10,000 mutations and 2,000 sequences of edits on the files of this repository, unless
//! `BACKSTORY_BENCH_REPOSITORY=DIR`, `BACKSTORY_BENCH_MUTATIONS=10000` and `BACKSTORY_BENCH_SEQUENCES=2000` say otherwise.
//! `BACKSTORY_BENCH_SEED=7` gives others, `BACKSTORY_BENCH_ONLY=123` repeats the one of a number. Fails on any panic, on any drift, and
//! where a step takes more than two seconds. Never writes, but for the texts that failed, into the directory of temporary files.

#[path = "support/mutations.rs"]
mod mutations;
#[path = "support/trees.rs"]
mod trees;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::{ExitCode, abort};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use backstory_analysis::{Analysis, DefId, FileId, Source, definitions_at, occurrences_in, used_by};
use backstory_session::ide::navigation::{file_symbols, rename, signature_at};
use backstory_session::syntax::{Language, Span, parse};

use mutations::{Random, edited, mutated};

/// No step may take longer.
const LIMIT: Duration = Duration::from_secs(2);
/// Something that takes longer is taken to go on for ever.
const HANGS: Duration = Duration::from_secs(120);
/// Files of the same directory that are there as well, so that names lead from file to file.
const BESIDE: usize = 8;
/// As for the workers of a session.
const STACK: usize = 2 << 20;
const THREADS: usize = 2;

fn main() -> ExitCode {
    let root =
        env::var("BACKSTORY_BENCH_REPOSITORY").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
    let number = |name: &str| env::var(name).ok().map(|value| value.parse::<usize>().expect("a number"));
    let mutations = number("BACKSTORY_BENCH_MUTATIONS").unwrap_or(10_000);
    let sequences = number("BACKSTORY_BENCH_SEQUENCES").unwrap_or(2000);
    let run = Run {
        sources: trees::read(Path::new(&root)).into_iter().filter(|source| !source.text.is_empty()).collect(),
        seed: number("BACKSTORY_BENCH_SEED").unwrap_or(1),
        next: AtomicUsize::new(0),
        worst: Mutex::default(),
        faults: AtomicUsize::new(0),
    };
    let work: Vec<Work> = match number("BACKSTORY_BENCH_ONLY") {
        Some(only) => vec![Work::Mutation(only), Work::Sequence(only)],
        None => (0..mutations).map(Work::Mutation).chain((0..sequences).map(Work::Sequence)).collect(),
    };
    println!("{root}: {} files, {} tasks", run.sources.len(), work.len());
    let began = Instant::now();
    run.all(&work);
    println!(
        "{} tasks in {:.0} s; the longest time of each step:",
        work.len(),
        began.elapsed().as_secs_f64()
    );
    for (step, (took, task)) in run.worst.lock().unwrap().iter() {
        println!("{step:<16} {:>8.1} ms ({task:?})", took.as_secs_f64() * 1e3);
    }
    let faults = run.faults.load(Ordering::Relaxed);
    println!("{faults} faults");
    if faults == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[derive(Clone, Copy, Debug)]
enum Work {
    Mutation(usize),
    Sequence(usize),
}

struct Run {
    sources: Vec<Source>,
    seed: usize,
    next: AtomicUsize,
    worst: Mutex<BTreeMap<&'static str, (Duration, Work)>>,
    faults: AtomicUsize,
}

thread_local! {
    static TASK: Cell<Work> = const { Cell::new(Work::Mutation(0)) };
}

impl Run {
    fn all(&self, work: &[Work]) {
        let running: [Mutex<Option<(Work, Instant)>>; THREADS] = Default::default();
        thread::scope(|scope| {
            let workers: Vec<_> = running
                .iter()
                .map(|running| {
                    let run = move || {
                        while let Some(&task) = work.get(self.next.fetch_add(1, Ordering::Relaxed)) {
                            *running.lock().unwrap() = Some((task, Instant::now()));
                            TASK.set(task);
                            self.task(task);
                        }
                        *running.lock().unwrap() = None;
                    };
                    thread::Builder::new().stack_size(STACK).spawn_scoped(scope, run).unwrap()
                })
                .collect();
            while !workers.iter().all(thread::ScopedJoinHandle::is_finished) {
                thread::sleep(Duration::from_millis(200));
                for running in &running {
                    if let Some((task, _)) =
                        running.lock().unwrap().filter(|(_, began)| began.elapsed() > HANGS)
                    {
                        println!("{task:?} hangs");
                        abort();
                    }
                }
            }
        });
    }

    fn task(&self, task: Work) {
        let number = match task {
            Work::Mutation(number) | Work::Sequence(number) => number,
        };
        let mut random = Random::new(((self.seed as u64) << 32) ^ number as u64);
        let at = random.below(self.sources.len());
        let text = Mutex::new(Arc::<str>::from(""));
        let done = catch_unwind(AssertUnwindSafe(|| match task {
            Work::Mutation(_) => self.mutation(at, &mut random, &text),
            Work::Sequence(_) => self.sequence(at, &mut random, &text),
        }));
        if done.is_err() {
            self.fault(task, at, "panicked", &text.lock().unwrap_or_else(|text| text.into_inner()));
        }
    }

    fn fault(&self, task: Work, at: usize, what: &str, text: &str) {
        self.faults.fetch_add(1, Ordering::Relaxed);
        let path = &self.sources[at].path;
        let kept =
            env::temp_dir().join(format!("backstory-fault-{}-{task:?}", self.seed).replace(['(', ')'], "-"));
        fs::write(&kept, text).unwrap();
        println!("{task:?} on {path}: {what}; its text is in {}", kept.display());
    }

    /// Does something, and notes how long it takes.
    fn step<T>(&self, name: &'static str, work: impl FnOnce() -> T) -> T {
        let began = Instant::now();
        let done = black_box(work());
        let took = began.elapsed();
        let mut worst = self.worst.lock().unwrap();
        let known = worst.entry(name).or_insert((took, TASK.get()));
        if took > known.0 {
            *known = (took, TASK.get());
        }
        if took > LIMIT {
            self.faults.fetch_add(1, Ordering::Relaxed);
            println!("{:?}: {name} took {:.1} s", TASK.get(), took.as_secs_f64());
        }
        done
    }

    /// A file with some of those in its directory.
    fn beside(&self, at: usize) -> (Analysis, FileId) {
        let directory =
            |source: &Source| source.path.rsplit_once('/').map_or("", |(directory, _)| directory).to_owned();
        let own = directory(&self.sources[at]);
        let from = at.saturating_sub(BESIDE / 2);
        let near = self.sources[from..].iter().take(BESIDE).filter(|source| directory(source) == own);
        let sources = near.map(|source| Source {
            path: source.path.clone(),
            language: source.language,
            text: Arc::clone(&source.text),
            facts: None,
        });
        let analysis = Analysis::new(sources.collect(), Vec::new());
        let file = analysis.file(&self.sources[at].path).expect("it is among them");
        (analysis, file)
    }

    fn mutation(&self, at: usize, random: &mut Random, kept: &Mutex<Arc<str>>) {
        let source = &self.sources[at];
        let text: Arc<str> = mutated(&source.text, random).into();
        *kept.lock().unwrap() = Arc::clone(&text);
        self.syntax(&text, source.language);
        let (mut analysis, file) = self.beside(at);
        self.step("set text", || analysis.set_text(file, Arc::clone(&text)));
        self.questions(&analysis, file, random);
    }

    fn syntax(&self, text: &str, language: Language) {
        let parsed = self.step("parse", || parse(text, language));
        let facts = self.step("facts", || parsed.facts(text));
        self.step("code", || parsed.code(text, &facts.spans));
        self.step("folds", || parsed.folds(text));
        self.step("around", || parsed.around(text.len() as u32 / 2));
        self.step("tokens", || parsed.tokens(text, Span { start: 0, end: text.len() as u32 }));
        self.step("first error", || parsed.first_error_line());
    }

    fn questions(&self, analysis: &Analysis, file: FileId, random: &mut Random) {
        let text = analysis.text(file);
        self.step("file symbols", || file_symbols(analysis, file));
        for _ in 0..6 {
            let at = random.below(text.len() + 2) as u32;
            let found = self.step("definitions at", || definitions_at(analysis, file, at));
            self.step("signature", || signature_at(analysis, file, at));
            let targets: Vec<_> = found.iter().map(|found| found.target).collect();
            self.step("occurrences in", || occurrences_in(analysis, file, &targets));
            let to = ["fresh", "self", "a", ""][random.below(4)];
            let _ = self.step("rename", || rename(analysis, file, at, to));
        }
        let ids: Vec<_> = analysis.outline(file).ids().collect();
        if !ids.is_empty() {
            let id = DefId { file, local: ids[random.below(ids.len())] };
            self.step("used by", || used_by(analysis, id));
        }
    }

    /// Edits follow each other; the text is read anew for comparison.
    fn sequence(&self, at: usize, random: &mut Random, kept: &Mutex<Arc<str>>) {
        let task = TASK.get();
        let language = self.sources[at].language;
        let (mut analysis, file) = self.beside(at);
        let mut text = Arc::clone(&self.sources[at].text);
        self.step("edit", || analysis.edit_text(file, Arc::clone(&text)));
        for _ in 0..5 + random.below(16) {
            analysis.outline(file);
            text = edited(&text, random).into();
            *kept.lock().unwrap() = Arc::clone(&text);
            self.step("edit", || analysis.edit_text(file, Arc::clone(&text)));
            self.step("edited facts", || analysis.facts(file).spans.imports.len());
            let offset = random.below(text.len() + 2) as u32;
            self.step("edited at", || definitions_at(&analysis, file, offset));
            let tree =
                analysis.tree(file).filter(|tree| !tree.is_moved() && tree.first_error_line().is_none());
            if tree.is_some() && *analysis.facts(file) != parse(&text, language).facts(&text) {
                return self.fault(task, at, "an edited file without errors has other facts", &text);
            }
        }
        let parsed = self.step("full parse", || analysis.parse_in_full(file));
        self.step("settle", || analysis.settle(file, parsed));
        let whole = parse(&text, language);
        let facts = whole.facts(&text);
        if *analysis.facts(file) != facts {
            self.fault(task, at, "other facts after settling", &text);
        } else if *analysis.code(file) != whole.code(&text, &facts.spans) {
            self.fault(task, at, "other code after settling", &text);
        }
    }
}
