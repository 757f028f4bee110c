//! `backstory train --here`: a table that is adapted to the repository here. Never does: train itself.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::atomic::AtomicBool;

use backstory_session::{Adapted, Adapting, Place, adapt, unadapt};
use serde::Serialize;

use super::Found;
use crate::args::TrainArgs;
use crate::cache;
use crate::output::{self, BOLD, DIM, Failure, Output};
use crate::progress::Progress;

pub fn run(args: &TrainArgs, output: &mut Output) -> Result<ExitCode, Failure> {
    let place = Place::around(Path::new("."), &cache::open())?;
    if args.remove {
        let was_there = unadapt(&place)?;
        output.line(if was_there {
            "removed: search here uses the program's own table"
        } else {
            "there is none to remove"
        })?;
        return Ok(ExitCode::SUCCESS);
    }
    if args.background {
        return in_background(output);
    }
    let progress = Progress::new("reading the repository");
    let mut tell = |step: Adapting| match step {
        Adapting::Reading { symbols, of } => {
            progress.message("reading histories");
            progress.steps(symbols as u64, of as u64, "symbols");
        }
        Adapting::Training(now) => {
            progress.message(format!("training, loss {:.3}", now.loss));
            progress.steps(now.batch as u64, now.batches as u64, "batches");
        }
    };
    // Nothing sets the flag: an interrupt ends the process, and the table is written at the very end.
    let adapted = adapt(&place, &AtomicBool::new(false), &mut tell)?;
    drop(progress);
    if args.json {
        output::json(output, &Summary::of(&adapted))?;
    } else {
        print(&adapted, output)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Starts the same command by itself; it ends on its own and says nothing.
fn in_background(output: &mut Output) -> Result<ExitCode, Failure> {
    let failed = |error: std::io::Error| Failure::new(format!("cannot start in the background: {error}"));
    let program = std::env::current_exe().map_err(failed)?;
    let mut command = Command::new(program);
    command.args(["train", "--here"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt as _;
        // The terminal's interrupts and its end are not meant for it.
        command.process_group(0);
    }
    command.spawn().map_err(failed)?;
    output.line("adapting in the background; `backstory train --here --remove` takes it back")?;
    Ok(ExitCode::SUCCESS)
}

/// What `--json` prints.
#[derive(Serialize)]
struct Summary<'a> {
    documented: usize,
    messages: usize,
    queries: usize,
    before: Found,
    after: Found,
    margin: f64,
    /// The table's file; `null` where the old one stays.
    kept: Option<&'a PathBuf>,
}

impl<'a> Summary<'a> {
    fn of(adapted: &'a Adapted) -> Self {
        Self {
            documented: adapted.documented,
            messages: adapted.messages,
            queries: adapted.before.queries,
            before: adapted.before.into(),
            after: adapted.after.into(),
            margin: adapted.margin,
            kept: adapted.kept.as_ref(),
        }
    }
}

fn print(adapted: &Adapted, output: &mut Output) -> Result<(), Failure> {
    let Adapted { documented, messages, before, after, margin, kept } = adapted;
    output.line(format!("learned from {documented} documented symbols and {messages} commit messages"))?;
    output.line(format!(
        "held out: MRR@10 {:.3} -> {BOLD}{:.3}{BOLD:#}, recall@10 {:.3} -> {BOLD}{:.3}{BOLD:#}  {DIM}{} questions{DIM:#}",
        before.mrr, after.mrr, before.recall, after.recall, before.queries
    ))?;
    output.line(match kept {
        Some(_) => {
            "search here uses it from now on; `backstory train --here --remove` takes it back".to_owned()
        }
        None => format!("not better by {margin:.3}, which it takes to be believed: the table before stays"),
    })?;
    Ok(())
}
