//! `backstory train`: a table of word vectors for search, learned from source trees. Never does: train itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;

use backstory_model::embedder::Embedder;
use backstory_train::{Figures, Measured, Settings, Sources, Step, Trained, train_from_sources};
use serde::Serialize;

use crate::args::TrainArgs;
use crate::output::{self, BOLD, DIM, Failure, Output, megabytes};
use crate::progress::Progress;

mod here;

pub fn run(args: &TrainArgs, output: &mut Output) -> Result<ExitCode, Failure> {
    match &args.out {
        Some(out) => from_sources(args, out, output),
        // Without a file it is for this repository; the arguments see to that.
        None => here::run(args, output),
    }
}

fn from_sources(args: &TrainArgs, out: &Path, output: &mut Output) -> Result<ExitCode, Failure> {
    let read = args.from.as_deref().map(read).transpose()?;
    let from = read.as_ref().unwrap_or_else(|| Embedder::shipped());
    let sources = Sources { folders: &args.sources, exclude: &args.exclude, held_out: &args.held_out };
    let settings = Settings { epochs: args.epochs.get(), seed: args.seed, ..Settings::default() };
    let progress = Progress::new("reading the packages");
    let mut tell = |step: Step| match step {
        Step::Reading { package, number, of } => {
            progress.message(format!("reading {package}"));
            progress.steps(number as u64, of as u64, "packages");
        }
        Step::Training(now) => {
            progress.message(format!("training, loss {:.3}", now.loss));
            progress.steps(now.batch as u64, now.batches as u64, "batches");
        }
        Step::Measuring => progress.spinner("measuring"),
    };
    // Nothing sets the flag: an interrupt ends the process, and the table is written at the very end.
    let trained = train_from_sources(from, &sources, &settings, &AtomicBool::new(false), &mut tell)
        .map_err(|error| Failure::new(error.to_string()))?;
    drop(progress);
    let bytes = write(&trained.embedder, out)?;
    let summary = Summary::of(&trained, out, bytes);
    if args.json {
        output::json(output, &summary)?;
    } else {
        summary.print(output)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn read(file: &Path) -> Result<Embedder, Failure> {
    let bytes =
        fs::read(file).map_err(|error| Failure::new(format!("cannot read {}: {error}", file.display())))?;
    let refused = || Failure::new(format!("{} is no table that this version can use", file.display()));
    Embedder::parse(bytes).ok_or_else(refused)
}

/// Writes the table beside its place first, so that a table that is there stays whole until it is replaced; its bytes.
fn write(embedder: &Embedder, file: &Path) -> Result<u64, Failure> {
    let bytes = Embedder::write(&embedder.words(), &embedder.rows())
        .ok_or_else(|| Failure::new("the trained table cannot be written"))?;
    let mut beside = file.as_os_str().to_owned();
    beside.push(".part");
    fs::write(&beside, &bytes)
        .and_then(|()| fs::rename(&beside, file))
        .map_err(|error| Failure::new(format!("cannot write {}: {error}", file.display())))?;
    Ok(bytes.len() as u64)
}

/// What `--json` prints.
#[derive(Serialize)]
struct Summary<'a> {
    sources: Vec<Source<'a>>,
    pairs: usize,
    loss: f64,
    measured: Vec<Comparison<'a>>,
    file: &'a Path,
    bytes: u64,
    /// In 16 hexadecimal digits.
    identity: String,
}

#[derive(Serialize)]
struct Source<'a> {
    folder: &'a Path,
    packages: usize,
    pairs: usize,
}

#[derive(Serialize)]
struct Comparison<'a> {
    /// `None` for pairs of the sources that were held out.
    tree: Option<&'a PathBuf>,
    candidates: usize,
    queries: usize,
    before: Found,
    after: Found,
}

#[derive(Clone, Copy, Serialize)]
struct Found {
    mrr: f64,
    recall: f64,
}

impl From<Figures> for Found {
    fn from(Figures { mrr, recall, .. }: Figures) -> Self {
        Self { mrr, recall }
    }
}

impl<'a> Summary<'a> {
    fn of(trained: &'a Trained, file: &'a Path, bytes: u64) -> Self {
        let source = |it: &'a backstory_train::Harvested| Source {
            folder: &it.folder,
            packages: it.packages,
            pairs: it.pairs,
        };
        let comparison = |it: &'a Measured| Comparison {
            tree: it.tree.as_ref(),
            candidates: it.candidates,
            queries: it.before.queries,
            before: it.before.into(),
            after: it.after.into(),
        };
        Self {
            sources: trained.harvested.iter().map(source).collect(),
            pairs: trained.pairs,
            loss: trained.loss,
            measured: trained.measured.iter().map(comparison).collect(),
            file,
            bytes,
            identity: format!("{:016x}", trained.embedder.identity()),
        }
    }

    fn print(&self, output: &mut Output) -> Result<(), Failure> {
        for Source { folder, packages, pairs } in &self.sources {
            output.line(format!("{pairs:>7} pairs of {packages} packages in {}", folder.display()))?;
        }
        output.line(format!("learned from {BOLD}{}{BOLD:#} of them, loss {:.3}", self.pairs, self.loss))?;
        for Comparison { tree, candidates, queries, before, after } in &self.measured {
            let what = tree.map_or_else(|| "pairs held out".to_owned(), |tree| tree.display().to_string());
            output.line(format!(
                "{what}: MRR@10 {:.3} -> {BOLD}{:.3}{BOLD:#}, recall@10 {:.3} -> {BOLD}{:.3}{BOLD:#}  \
                 {DIM}{queries} questions, {candidates} symbols{DIM:#}",
                before.mrr, after.mrr, before.recall, after.recall
            ))?;
        }
        output.line(format!(
            "wrote {} ({}, {})",
            self.file.display(),
            megabytes(self.bytes),
            self.identity
        ))?;
        Ok(())
    }
}
