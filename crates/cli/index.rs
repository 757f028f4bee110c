//! `backstory index`: reads everything ahead of time, and says how far it is and what it did. Never does: read any of it itself.

use std::io::{self, IsTerminal};
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::Instant;

use backstory_session::history::Indexed;
use backstory_session::ide::report::Reference;
use backstory_session::{AheadStep, ReadAhead, directories, open_cache, read_ahead, store};
use serde::Serialize;

use crate::args::IndexArgs;
use crate::output::{self, BOLD, DIM, Failure, Output, megabytes};
use crate::progress::Progress;

/// Where there is no terminal, progress is told so many times a part.
const TOLD: usize = 10;

pub fn run(args: &IndexArgs, output: &mut Output) -> Result<ExitCode, Failure> {
    let (store, trouble) = open_cache();
    if let Some(trouble) = trouble {
        return Err(Failure::new(format!("nothing can be kept: {trouble}")));
    }
    let started = Instant::now();
    let view = View::new();
    let done = read_ahead(std::path::Path::new("."), &store, &|step| view.step(step))?;
    drop(view);
    let summary = Summary::of(&done, started.elapsed().as_secs_f64());
    if args.json {
        output::json(output, &summary)?;
    } else {
        summary.print(output)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Shows how far it is: a bar on a terminal, lines on standard error elsewhere.
struct View {
    bar: Option<Progress>,
    /// What was told last, and which tenth of it.
    told: Mutex<(&'static str, usize)>,
}

impl View {
    fn new() -> Self {
        let bar = io::stderr().is_terminal().then(|| Progress::new("reading"));
        Self { bar, told: Mutex::new(("", 0)) }
    }

    fn step(&self, step: AheadStep) {
        let (what, unit, done, of) = match step {
            AheadStep::Commits { done, of } => ("reading commits", "commits", done, of),
            AheadStep::Changes(commits) => {
                ("reading what commits changed", "commits", commits.done, commits.all)
            }
            AheadStep::Histories(ahead) => ("reading histories", "files", ahead.done, ahead.files),
        };
        if let Some(bar) = &self.bar {
            bar.message(what);
            return bar.steps(done as u64, of as u64, unit);
        }
        let part = done * TOLD / of.max(1);
        // Nothing is left half-changed behind this lock.
        let mut told = self.told.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if (what, part) > *told || told.0 != what {
            *told = (what, part);
            eprintln!("{what}: {done} of {of} {unit}");
        }
    }
}

/// What `--json` prints.
#[derive(Serialize)]
struct Summary<'a> {
    r#ref: &'a Reference,
    complete: bool,
    limits: Vec<&'static str>,
    commits_read: usize,
    changes_read: usize,
    files: usize,
    files_read: usize,
    symbols_read: usize,
    seconds: f64,
    cache_bytes: u64,
}

/// The one limit that a run to the end can meet.
const MISSING: &str = "objects are missing (a partial clone), so not all histories could be read ahead; \
    `git fetch --refetch --no-filter` brings them";

impl<'a> Summary<'a> {
    fn of(done: &'a ReadAhead, seconds: f64) -> Self {
        let complete = done.outcome == Indexed::Complete;
        Self {
            r#ref: &done.reference,
            complete,
            limits: if complete { Vec::new() } else { vec![MISSING] },
            commits_read: done.commits,
            changes_read: done.changes.read,
            files: done.histories.files,
            files_read: done.histories.read,
            symbols_read: done.histories.symbols,
            seconds,
            cache_bytes: directories::cache().map_or(0, |directory| store::size(&directory)),
        }
    }

    fn print(&self, output: &mut Output) -> io::Result<()> {
        let Self { commits_read, changes_read, files, files_read, symbols_read, .. } = self;
        let at = self.r#ref.name.as_deref().unwrap_or("a detached HEAD");
        let commit = &self.r#ref.commit[..7];
        output.line(format!(
            "{BOLD}{at}{BOLD:#} {DIM}{commit}{DIM:#}: the histories of {files} files are at hand"
        ))?;
        let (seconds, size) = (self.seconds, megabytes(self.cache_bytes));
        if *commits_read + *changes_read + *files_read == 0 {
            output.line(format!("nothing was missing; checked in {seconds:.1} s, the cache takes {size}"))?;
        } else {
            output.line(format!(
                "read {commits_read} commits, the changes of {changes_read}, and {symbols_read} symbols of {files_read} files in {seconds:.1} s; \
                 the cache takes {size}"
            ))?;
        }
        for limit in &self.limits {
            output.prose("", &format!("Note: {limit}"))?;
        }
        Ok(())
    }
}
