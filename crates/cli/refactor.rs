//! `backstory refactor`: a change of code as a patch, as JSON, or written, with its reasons. Never does: decide what is safe.

use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use backstory_session::ide::locate::Target;
use backstory_session::ide::refactor::{Into, Reason};
use backstory_session::ide::symbol::SymbolInfo;
use backstory_session::{
    Applied, Asking, Error, Lacking, Members, Place, RefactorWanted as Wanted, Refactored, Suggested,
    SuggestedMove, dead_symbols, document, lacking_fixes, refactor, suggested, suggested_moves,
};
use serde::Serialize;

use crate::args::{
    AlongArgs, DeadArgs, DocsArgs, ExtractArgs, MoveArgs, OfUnknown, PortArgs, RefactorCommand, RenameArgs,
    WriteArgs,
};
use crate::cache;
use crate::model;
use crate::output::{self, BOLD, DIM, Failure, Output};
use crate::progress::Progress;

/// It was not shown to be right, so nothing was done.
const REFUSED: u8 = 3;

/// A file changed while it was worked out, so nothing was written.
const CHANGED: u8 = 4;

pub fn run(command: &RefactorCommand, output: &mut Output) -> Result<ExitCode, Failure> {
    match command {
        RefactorCommand::Rename(RenameArgs { target, to, mentions, members, write }) => {
            let members = match members {
                None => Members::Refuse,
                Some(OfUnknown::Keep) => Members::Keep,
                Some(OfUnknown::Rename) => Members::Rename,
            };
            one(target, &Wanted::Rename { to: to.clone(), mentions: *mentions, members }, write, output)
        }
        RefactorCommand::Dead(DeadArgs { target: Some(target), write, .. }) => {
            one(target, &Wanted::Dead, write, output)
        }
        RefactorCommand::Dead(DeadArgs { target: None, write, .. }) => list(write, output),
        RefactorCommand::Move(MoveArgs {
            target: Some(target),
            to: Some(to),
            reexport,
            no_reexport,
            write,
            ..
        }) => {
            let reexport = (*reexport || *no_reexport).then_some(*reexport);
            one(target, &Wanted::Move { to: module_file(to)?, reexport }, write, output)
        }
        RefactorCommand::Move(MoveArgs { write, .. }) => moves(write, output),
        RefactorCommand::Docs(args) => docs(args, output),
        RefactorCommand::Port(PortArgs { target: Some(target), commit, write }) => {
            one(target, &Wanted::Port { commit: commit.clone() }, write, output)
        }
        RefactorCommand::Port(PortArgs { target: None, write, .. }) => fixes(write, output),
        RefactorCommand::Along(AlongArgs { target, write }) => one(target, &Wanted::Along, write, output),
        RefactorCommand::Extract(args) => extract(args, output),
    }
}

fn one(target: &str, wanted: &Wanted, write: &WriteArgs, output: &mut Output) -> Result<ExitCode, Failure> {
    let store = cache::open();
    let (place, target) = Place::of(target, &store)?;
    let memory = if write.no_history { None } else { model::memory(&place.root, store.clone()) };
    let asking = Asking { patience: Duration::from_secs(write.patience), memory: memory.as_ref() };
    // Where a change of history is what is carried over there is nothing to do without it.
    let goes_by_history = matches!(wanted, Wanted::Port { .. } | Wanted::Along);
    let asking = (!write.no_history || goes_by_history).then_some(asking);
    let progress = Progress::new("reading the source files");
    let never = AtomicBool::new(false);
    let found = refactor(&place, &store, &target, wanted, asking, &never);
    drop(progress);
    finish(&place, found, write, output)
}

fn docs(args: &DocsArgs, output: &mut Output) -> Result<ExitCode, Failure> {
    let DocsArgs { target, no_model, write } = args;
    let store = cache::open();
    let (place, target) = Place::of(target, &store)?;
    let mut wording = if *no_model { None } else { model::of_settings(&place.root, store) };
    let progress = Progress::new("reading code and history");
    let never = AtomicBool::new(false);
    let found = document(&place, &target, wording.as_mut(), !write.no_history, &never);
    drop(progress);
    finish(&place, found, write, output)
}

/// Shows or writes what was found, or says why it was not.
fn finish(
    place: &Place,
    found: Result<Refactored, Error>,
    write: &WriteArgs,
    output: &mut Output,
) -> Result<ExitCode, Failure> {
    let done = found.and_then(|found| {
        let applied = write.apply.then(|| found.apply(&place.root)).transpose()?;
        Ok((found, applied))
    });
    let (found, applied) = match done {
        Ok(done) => done,
        Err(Error::Refused(why)) => return refused(&why.to_string(), REFUSED),
        Err(error @ Error::Changed(_)) => return refused(&error.to_string(), CHANGED),
        Err(error) => return Err(error.into()),
    };
    match (&applied, write.json) {
        (_, true) => output::json(output, &Told { refactored: &found, applied: applied.as_ref() })?,
        (Some(applied), false) => tell(&found, applied, output)?,
        (None, false) => {
            for line in head(&found) {
                output::note(&line);
            }
            if let Some(beside) = &found.beside {
                output::note("What was done there:");
                beside.lines().for_each(|line| output::note(&format!("  {line}")));
            }
            output.bytes(&found.diff(&place.root)?)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The path of a file relative to the root of its repository.
fn module_file(written: &Path) -> Result<String, Failure> {
    let written = written.to_string_lossy();
    match Place::of(&written, &cache::open())? {
        (_, Target::Place { path, .. }) => Ok(path),
        _ => Err(Error::NoSuchFile(written.into_owned().into()).into()),
    }
}

fn extract(args: &ExtractArgs, output: &mut Output) -> Result<ExitCode, Failure> {
    let target = args.target.as_deref().unwrap_or(".");
    if args.suggest {
        return suggest(target, &args.write, output);
    }
    let Some((start, end)) = range(target) else {
        return refused("which lines? PATH:START-END, or PATH:LINE:COL-LINE:COL", REFUSED);
    };
    let into = if args.variable { Into::Variable } else { Into::Function };
    one(start, &Wanted::Extract { end, into, name: args.name.clone() }, &args.write, output)
}

/// A range as its start, which is a place, and its end; a place alone is the range of its line.
fn range(target: &str) -> Option<(&str, (u32, Option<u32>))> {
    let number = |text: &str| text.parse::<u32>().ok().filter(|it| *it > 0);
    if let Some((start, end)) = target.rsplit_once('-')
        && end.bytes().all(|byte| byte.is_ascii_digit() || byte == b':')
        && start.contains(':')
    {
        let (line, column) = match end.split_once(':') {
            Some((line, column)) => (line, Some(number(column)? + 1)),
            None => (end, None),
        };
        return Some((start, (number(line)?, column)));
    }
    let (_, line) = target.rsplit_once(':')?;
    Some((target, (number(line)?, None)))
}

/// Parts of functions that history says are functions of their own.
fn suggest(path: &str, write: &WriteArgs, output: &mut Output) -> Result<ExitCode, Failure> {
    let store = cache::open();
    let (place, target) = Place::of(path, &store)?;
    let below = match target {
        Target::Directory { path } | Target::Place { path, .. } => path,
        Target::Name(_) => return Err(Error::NoSuchFile(path.to_owned().into()).into()),
    };
    let (never, patience) = (AtomicBool::new(false), Duration::from_secs(write.patience));
    let look = |found: &mut dyn FnMut(Suggested)| suggested(&place, &below, &store, patience, &never, found);
    listed("reading the history of long functions", look, print_part, write, output)
}

fn print_part(part: &Suggested, output: &mut Output) -> io::Result<()> {
    let (first, last) = part.lines;
    let name = output::short_key(&part.symbol.key);
    output.line(format!("{BOLD}{}:{first}-{last}{BOLD:#}  {name}", part.symbol.path))?;
    output.prose("  ", &part.reason.text)
}

/// Prints what is found, each as soon as it is, or all as JSON; then what was not looked at.
fn listed<T: Serialize>(
    doing: &'static str,
    look: impl FnOnce(&mut dyn FnMut(T)) -> Result<Option<String>, Error>,
    print: impl Fn(&T, &mut Output) -> io::Result<()>,
    write: &WriteArgs,
    output: &mut Output,
) -> Result<ExitCode, Failure> {
    let progress = Progress::new(doing);
    let mut all: Vec<T> = Vec::new();
    let mut printed = Ok(());
    let limit = look(&mut |one| {
        if !write.json && printed.is_ok() {
            printed = progress.aside(|| print(&one, output));
        }
        all.push(one);
    })?;
    drop(progress);
    printed?;
    if write.json {
        output::json(output, &all)?;
    } else if all.is_empty() {
        output::note("nothing found");
    }
    limit.iter().for_each(|limit| output::note(limit));
    Ok(ExitCode::SUCCESS)
}

fn refused(why: &str, code: u8) -> Result<ExitCode, Failure> {
    output::warn(why);
    Ok(ExitCode::from(code))
}

/// What `--json` prints.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    refactored: &'a Refactored,
    /// What was written; absent where nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    applied: Option<&'a Applied>,
}

/// What it is and why it is right.
fn head(found: &Refactored) -> Vec<String> {
    let mut lines = vec![found.title.clone()];
    lines.extend(found.reasons.iter().map(|Reason { text, .. }| text.clone()));
    if found.mentions_left > 0 {
        let places = backstory_session::ide::lens::counted(found.mentions_left, "place");
        lines.push(format!(
            "{places} in strings, comments and documents have the name too; --mentions renames them."
        ));
    }
    lines
}

fn tell(found: &Refactored, applied: &Applied, output: &mut Output) -> Result<(), Failure> {
    for line in head(found) {
        output.prose("", &line)?;
    }
    for path in &applied.written {
        output.line(format!("  {DIM}wrote{DIM:#} {path}"))?;
    }
    for (from, to) in &applied.renamed {
        output.line(format!("  {DIM}renamed{DIM:#} {from} to {to}"))?;
    }
    Ok(())
}

/// All moves that code and history speak for.
fn moves(write: &WriteArgs, output: &mut Output) -> Result<ExitCode, Failure> {
    let store = cache::open();
    let place = Place::around(Path::new("."), &store)?;
    let (never, patience) = (AtomicBool::new(false), Duration::from_secs(write.patience));
    let look = |found: &mut dyn FnMut(SuggestedMove)| {
        suggested_moves(&place, &store, patience, &never)?.into_iter().for_each(found);
        Ok(None)
    };
    let print = |SuggestedMove { symbol, to, reason }: &SuggestedMove, output: &mut Output| {
        let name = format!("{} {} to {to}", symbol.kind.as_str(), output::short_key(&symbol.key));
        output.pair(&name, &format!("{}:{}", symbol.path, symbol.line))?;
        output.prose("  ", &reason.text)
    };
    listed("looking for what belongs to another module", look, print, write, output)
}

/// All symbols that could be removed.
fn list(write: &WriteArgs, output: &mut Output) -> Result<ExitCode, Failure> {
    let store = cache::open();
    let place = Place::around(Path::new("."), &store)?;
    let look = |found: &mut dyn FnMut(SymbolInfo)| {
        dead_symbols(&place, &store).into_iter().for_each(found);
        Ok(None)
    };
    let print = |symbol: &SymbolInfo, output: &mut Output| {
        let name = format!("{} {}", symbol.kind.as_str(), output::short_key(&symbol.key));
        output.pair(&name, &format!("{}:{}", symbol.path, symbol.line))
    };
    listed("looking for what nothing uses", look, print, write, output)
}

/// All fixes that functions lack, as far as they are found in time.
fn fixes(write: &WriteArgs, output: &mut Output) -> Result<ExitCode, Failure> {
    let store = cache::open();
    let place = Place::around(Path::new("."), &store)?;
    let (never, patience) = (AtomicBool::new(false), Duration::from_secs(write.patience));
    let look = |found: &mut dyn FnMut(Lacking)| lacking_fixes(&place, &store, patience, &never, found);
    let print = |Lacking { title, symbol, reasons, .. }: &Lacking, output: &mut Output| {
        output.pair(title, &format!("{}:{}", symbol.path, symbol.line))?;
        reasons.iter().try_for_each(|Reason { text, .. }| output.prose("    ", text))
    };
    listed("looking for fixes that similar code lacks", look, print, write, output)
}
