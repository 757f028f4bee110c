//! `backstory import`: takes in discussions from files, and says what came of it and what is there. Never does: read any of them itself.

use std::io;
use std::path::Path;
use std::process::ExitCode;

use backstory_session::Error;
use backstory_session::discussions::{
    self, Counted, Fault, FileRead, ImportStep, Importing, Listed, Neither, Position,
};
use backstory_session::history::Repository;
use backstory_session::ide::discussion::DiscussionKind;
use serde::Serialize;

use crate::args::{DiscussionsArgs, ImportCommand};
use crate::output::{self, BOLD, Failure, Output};
use crate::progress::Progress;

pub fn run(command: &ImportCommand, output: &mut Output) -> Result<ExitCode, Failure> {
    let ImportCommand::Discussions(args) = command;
    let repository = Repository::discover(Path::new(".")).map_err(Error::from)?.ok_or(Error::NoRepository)?;
    if args.list {
        list(&repository, args, output)?;
    } else if args.remove {
        remove(&repository, args, output)?;
    } else {
        import(&repository, args, output)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn list(repository: &Repository, args: &DiscussionsArgs, output: &mut Output) -> Result<(), Failure> {
    let repositories = discussions::list(repository)?;
    if args.json {
        return output::json(output, &List { repositories: &repositories });
    }
    if repositories.is_empty() {
        output.line("no discussions were imported for this repository")?;
    }
    Ok(print_list(&repositories, output)?)
}

fn remove(repository: &Repository, args: &DiscussionsArgs, output: &mut Output) -> Result<(), Failure> {
    let removed = discussions::remove(repository)?;
    if args.json {
        return output::json(output, &Removed { removed });
    }
    Ok(output.line(match removed {
        Some(0) => "no discussions were imported for this repository".to_owned(),
        Some(count) => format!("forgot {}", counted(count, "discussion")),
        None => "forgot the damaged discussions".to_owned(),
    })?)
}

fn import(repository: &Repository, args: &DiscussionsArgs, output: &mut Output) -> Result<(), Failure> {
    let progress = Progress::new("reading");
    let importing =
        Importing { files: &args.files, repository: args.repository.as_deref(), replace: args.replace };
    let mut on_step = |step: ImportStep| {
        if let Some(of) = step.of {
            progress.bytes(step.bytes, of);
        }
    };
    let imported = discussions::import(repository, &importing, &mut on_step)?;
    drop(progress);
    imported.files.iter().for_each(warn);
    if args.json {
        return output::json(output, &imported);
    }
    for file in &imported.files {
        let read =
            [(DiscussionKind::Issue, file.issues), (DiscussionKind::ChangeRequest, file.change_requests)];
        let read: Vec<String> = read
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .map(|(kind, count)| of_kind(kind, count))
            .collect();
        output.line(format!("{}: {}", file.file.display(), read.join(" and ")))?;
    }
    output.line(format!("{} new, {} in the place of earlier ones", imported.added, imported.replaced))?;
    output.line("")?;
    Ok(print_list(&imported.repositories, output)?)
}

/// Says what of a file was not imported.
fn warn(read: &FileRead) {
    let FileRead { file, neither: Neither { count, first }, fault, .. } = read;
    let file = file.display();
    if *count > 0 {
        let places: Vec<String> = first.iter().map(place).collect();
        let places = if first.len() < *count { places.join("; ") + "; .." } else { places.join("; ") };
        let objects = counted(*count, "object");
        output::warn(&format!(
            "{file}: {objects} left out, no issue and no pull or merge request ({places})"
        ));
    }
    if let Some(Fault { position, reason }) = fault {
        let place = place(position);
        output::warn(&format!("{file} is broken at {place} ({reason}): what stands before was imported"));
    }
}

fn place(Position { line, column }: &Position) -> String {
    format!("line {line} column {column}")
}

fn print_list(repositories: &[Listed], output: &mut Output) -> io::Result<()> {
    for Listed { repository, own, counts } in repositories {
        match repository {
            Some(name) if *own => output.line(format!("{BOLD}{name}{BOLD:#}, cited as #12"))?,
            Some(name) => output.line(format!("{BOLD}{name}{BOLD:#}, cited as {name}#12"))?,
            None => output.line("of no named repository, cited as #12")?,
        }
        for counted in counts {
            output.line(format!("  {}{}", of_kind(counted.kind, counted.count), opened(counted)))?;
        }
    }
    Ok(())
}

fn opened(Counted { first, last, .. }: &Counted) -> String {
    match (first.as_str(), last.as_str()) {
        ("", _) => String::new(),
        (first, last) if first == last => format!(", opened {first}"),
        (first, last) => format!(", opened {first} to {last}"),
    }
}

fn of_kind(kind: DiscussionKind, count: usize) -> String {
    match kind {
        DiscussionKind::Issue => counted(count, "issue"),
        DiscussionKind::ChangeRequest => counted(count, "pull or merge request"),
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// What `--list --json` prints.
#[derive(Serialize)]
struct List<'a> {
    repositories: &'a [Listed],
}

/// What `--remove --json` prints.
#[derive(Serialize)]
struct Removed {
    /// `None` where they were damaged.
    removed: Option<usize>,
}
