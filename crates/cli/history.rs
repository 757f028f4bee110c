//! `backstory history`: the timeline of one symbol as text, each change as it comes, or all of it as one JSON object. Never does:
//! find any of it.

use std::collections::BTreeSet;
use std::io;
use std::process::ExitCode;

use anstyle::Style;
use backstory_session::history::ChangeKind;
use backstory_session::ide::report::{Event, Reference, Uncommitted};
use backstory_session::ide::symbol::SymbolInfo;
use backstory_session::ide::timeline::Timeline;
use backstory_session::{Asked, Place, Told, timeline};

use crate::args::HistoryArgs;
use crate::cache;
use crate::output::{self, ADDED, BOLD, DIM, Failure, HASH, HEADING, Output, REMOVED};
use crate::progress::Progress;

pub fn run(args: &HistoryArgs, output: &mut Output) -> Result<ExitCode, Failure> {
    let store = cache::open();
    let (place, target) = match args.rev {
        Some(_) => Place::of_past(&args.target, &store)?,
        None => Place::of(&args.target, &store)?,
    };
    let asked = Asked {
        target: &target,
        revision: args.rev.as_deref(),
        at_most: args.max_count,
        all: args.all || args.json,
        patches: args.patch,
    };
    let progress = Progress::new("reading");
    let mut view = View { output, all: args.all, quiet: args.json, failed: None };
    let told = timeline(&place, &asked, &mut |part| {
        progress.message("reading history");
        progress.aside(|| view.part(&part));
    });
    drop(progress);
    let told = told?;
    match view.failed.take() {
        Some(error) => return Err(error.into()),
        None if args.json => output::json(output, &told)?,
        None => view.end(&told)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints parts; remembers the first failure to print, after which it stays silent.
struct View<'a> {
    output: &'a mut Output,
    all: bool,
    quiet: bool,
    failed: Option<io::Error>,
}

/// What belongs to a change stands below its hash.
const INDENT: &str = "            ";

impl View<'_> {
    fn part(&mut self, part: &Told<'_>) {
        if !self.quiet && self.failed.is_none() {
            self.failed = self.print(part).err();
        }
    }

    fn print(&mut self, part: &Told<'_>) -> io::Result<()> {
        match part {
            Told::Symbol { symbol, reference } => self.symbol(symbol, reference),
            Told::Uncommitted { change, patch } => {
                self.uncommitted(change)?;
                self.patch(*patch)
            }
            Told::Change { event, .. } if event.hidden && !self.all => Ok(()),
            Told::Change { event, patch } => {
                self.change(event)?;
                self.patch(*patch)
            }
        }
    }

    fn symbol(&mut self, symbol: &SymbolInfo, reference: &Reference) -> io::Result<()> {
        let key = output::short_key(&symbol.key);
        let place = format!("{}:{}", symbol.path, symbol.line);
        self.output.pair(&format!("{} {BOLD}{key}{BOLD:#}", symbol.kind.as_str()), &place)?;
        let at = reference.name.as_deref().unwrap_or("a detached HEAD");
        let commit = &reference.commit[..7];
        self.output.line(format!("{HEADING}History at {at}{HEADING:#} {DIM}{commit}{DIM:#}"))?;
        self.output.line("")
    }

    fn uncommitted(&mut self, change: &Uncommitted) -> io::Result<()> {
        self.output.line(format!("{INDENT}{BOLD}uncommitted change{BOLD:#}"))?;
        let kinds = kinds(&change.kinds);
        let lines = lines(change.lines_added, change.lines_removed);
        self.output.line(format!("{INDENT}{kinds}  {DIM}{}{DIM:#}", lines.trim_end()).trim_end())?;
        let Some(from) = &change.from else { return Ok(()) };
        self.output.line(format!("{INDENT}{DIM}was {} in the commit{DIM:#}", from.key))
    }

    fn change(&mut self, change: &Event) -> io::Result<()> {
        let Event { date, short, subject, .. } = change;
        let subject = self.output.fit(subject, 14 + short.len()).into_owned();
        self.output.line(format!("{date}  {HASH}{short}{HASH:#}  {subject}"))?;
        self.output.prose(INDENT, &details(change))?;
        let other = match change.kinds.contains(&ChangeKind::Absorbed) {
            true => "took in",
            false => "out of",
        };
        for (verb, place) in [("was", &change.from), (other, &change.other)] {
            if let Some(place) = place {
                let place = seen_from(change, &place.path, &place.key);
                self.output.prose(INDENT, &format!("{DIM}{verb} {place}{DIM:#}"))?;
            }
        }
        Ok(())
    }

    fn patch(&mut self, patch: Option<&str>) -> io::Result<()> {
        let Some(patch) = patch else { return Ok(()) };
        self.output.line("")?;
        for (index, line) in patch.lines().enumerate() {
            let style = match line.bytes().next() {
                _ if index < 2 => BOLD,
                Some(b'@') => HEADING,
                Some(b'+') => ADDED,
                Some(b'-') => REMOVED,
                _ => Style::new(),
            };
            self.output.line(format!("{style}{line}{style:#}"))?;
        }
        if patch.is_empty() { Ok(()) } else { self.output.line("") }
    }

    fn end(&mut self, told: &Timeline) -> io::Result<()> {
        let hidden: Vec<&Event> = told.changes.iter().filter(|change| change.hidden).collect();
        if !hidden.is_empty() && !self.all {
            let changes = if hidden.len() == 1 { "change" } else { "changes" };
            let what = hidden_for(&hidden);
            let count = hidden.len();
            self.output.line(format!("{DIM}{count} {changes} of {what} hidden; --all shows them{DIM:#}"))?;
        }
        for limit in &told.limits {
            self.output.prose("", &format!("{BOLD}Note{BOLD:#}: {limit}"))?;
        }
        Ok(())
    }
}

/// A symbol's name, with its file where that is another one than the changed symbol's.
fn seen_from(change: &Event, path: &str, key: &str) -> String {
    if path == change.path { key.to_owned() } else { format!("{key} in {path}") }
}

/// What changed and by how much, who did it, and what the message says of issues and other commits.
fn details(change: &Event) -> String {
    let lines = lines(change.lines_added, change.lines_removed);
    let links: String = links(change).iter().map(|link| format!("  {link}")).collect();
    format!("{}  {DIM}{lines}{}{links}{DIM:#}", kinds(&change.kinds), people(change))
}

fn kinds(kinds: &[ChangeKind]) -> String {
    kinds.iter().map(|&kind| name(kind)).collect::<Vec<_>>().join(", ")
}

/// Lines that a change adds and removes, with space behind; nothing where there are none.
fn lines(added: u32, removed: u32) -> String {
    match (added, removed) {
        (0, 0) => String::new(),
        (added, removed) => format!("+{added} -{removed}  "),
    }
}

/// `Ada, with Grace`; programs are marked where their name does not do it.
fn people(change: &Event) -> String {
    let mark = if change.bot && !change.author.ends_with("[bot]") { " [bot]" } else { "" };
    let with = if change.co_authors.is_empty() { "" } else { ", with " };
    format!("{}{mark}{with}{}", change.author, change.co_authors.join(", "))
}

/// References that the subject does not show already, and commits that the message names.
fn links(change: &Event) -> Vec<String> {
    let links = &change.links;
    let unseen = change.refs.iter().filter(|reference| !change.subject.contains(reference.as_str()));
    let references = unseen.map(|reference| match links.closes.contains(reference) {
        true => format!("closes {reference}"),
        false => reference.clone(),
    });
    let named = |what: &'static str, hashes: &[String]| -> Vec<String> {
        hashes.iter().map(|hash| format!("{what} {}", hash.get(..7).unwrap_or(hash))).collect()
    };
    let squashed = links.squashed.then(|| "squashed".to_owned());
    let is_unseen =
        |request: &&String| !change.subject.contains(request.as_str()) && !change.refs.contains(request);
    let request = links.pull_request.iter().filter(is_unseen).map(|request| format!("in {request}"));
    references
        .chain(request)
        .chain(named("reverts", &links.reverts))
        .chain(named("reverted by", &change.reverted_by))
        .chain(named("copied from", &links.cherry_picked_from))
        .chain(named("copied as", &change.picked_as))
        .chain(squashed)
        .collect()
}

fn name(kind: ChangeKind) -> String {
    kind.as_str().replace('_', " ")
}

/// `docs, style and formatting`; for code that listed commits changed `noise`.
fn hidden_for(hidden: &[&Event]) -> String {
    let (noise, minor): (Vec<&Event>, Vec<&Event>) =
        hidden.iter().copied().partition(|change| change.ignored);
    let kinds: BTreeSet<ChangeKind> = minor.iter().flat_map(|change| change.kinds.iter().copied()).collect();
    let listed = (!noise.is_empty()).then(|| "listed noise".to_owned());
    let names: Vec<String> = kinds.into_iter().map(name).chain(listed).collect();
    match names.split_last() {
        Some((last, rest @ [_, ..])) => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}
