//! `backstory impact`: what depends on a symbol and what to look at when it changes, as text, Markdown or one JSON object. Never does: find any of it.

use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use backstory_session::ide::impact::{
    self, Asked, Bounds, Dependent, Impact, Place as Declared, because, commands, phrase, said, summary, way,
};
use backstory_session::{Between, Past, Place, impact as find, impact_of_change};

use crate::args::{Format, ImpactArgs};
use crate::cache;
use crate::model;
use crate::output::{self, BOLD, DIM, Failure, HEADING, Output};
use crate::progress::Progress;
use crate::review::range_of;

/// What is not committed.
const CHECKED_OUT: Between = Between::WorkTree { base: None };

pub fn run(args: &ImpactArgs, output: &mut Output) -> Result<ExitCode, Failure> {
    let store = cache::open();
    let depth = args.depth.map_or(u32::MAX, |depth| depth.get());
    let asked = Asked { bounds: Bounds { depth, ..Bounds::default() }, limit: args.limit };
    let progress = Progress::new("reading what depends on what");
    let never = AtomicBool::new(false);
    let found = match (&args.target, &args.diff) {
        (Some(target), _) => {
            let (place, target) = Place::of(target, &store)?;
            let memory = if args.no_history { None } else { model::memory(&place.root, store.clone()) };
            let past = Past { patience: Duration::from_secs(args.patience), memory: memory.as_ref() };
            let past = (!args.no_history).then_some(past);
            let mut on_commits = |done: usize, of: usize| {
                progress.message("reading what changes together");
                progress.steps(done as u64, of as u64, "commits");
            };
            find(&place, &[target], &store, &asked, past, &never, &mut on_commits)
        }
        (None, diff) => {
            let place = Place::around(Path::new("."), &store)?;
            let between = diff.as_deref().filter(|range| !range.is_empty()).map_or(CHECKED_OUT, range_of);
            impact_of_change(&place, &store, &between, &asked, &never)
        }
    };
    drop(progress);
    let found = found?;
    match args.format() {
        Format::Json => output::json(output, &found)?,
        Format::Text => text(&found, output)?,
        Format::Markdown => output.line(impact::markdown(&found).trim_end())?,
    }
    Ok(ExitCode::SUCCESS)
}

fn text(found: &Impact, output: &mut Output) -> io::Result<()> {
    for subject in &found.symbols {
        let symbol = &subject.symbol;
        output.line(format!("{} {BOLD}{}{BOLD:#}", symbol.kind.as_str(), output::short_key(&symbol.key)))?;
        if symbol.signature != symbol.path {
            output.line(format!("  {}", symbol.signature))?;
        }
        output.line(format!("  {DIM}{}:{}{DIM:#}", symbol.path, symbol.line))?;
        if let Some(public) = &subject.public {
            output.line(format!("  public API: {public}"))?;
        }
        if let Some(why) = &subject.why {
            output.prose("  ", &format!("why: {}", said(why)))?;
        }
    }
    output.line("")?;
    output.line(summary(found))?;
    heading(output, "If you change it, look at", !found.look_at.is_empty())?;
    for item in &found.look_at {
        output.pair(
            &format!("  {} {}", item.kind, output::short_key(&item.key)),
            &format!("{}:{}", item.path, item.line),
        )?;
        output.line(format!("      {DIM}{}{DIM:#}", because(item, found)))?;
    }
    heading(output, "Depends on it", !found.dependent_list.is_empty())?;
    for dependent in &found.dependent_list {
        let Dependent { place, .. } = dependent;
        let how = phrase(dependent.r#use);
        output.pair(
            &format!(
                "  {:>2}  {how:<12}  {}{}",
                dependent.distance,
                name(place),
                doubt(dependent.confidence)
            ),
            &format!("{}:{}", place.path, dependent.use_line),
        )?;
        if dependent.via.len() > 1 {
            output.line(format!("      {DIM}through {}{DIM:#}", way(&dependent.via)))?;
        }
    }
    heading(output, "Tests", !found.test_list.is_empty())?;
    for test in &found.test_list {
        output.pair(
            &format!("  {:>2}  {}{}", test.distance, test.id, doubt(test.confidence)),
            &at(&test.place),
        )?;
        if test.via.len() > 1 {
            output.line(format!("      {DIM}through {}{DIM:#}", way(&test.via)))?;
        }
    }
    heading(output, "Run", !(found.run.pytest.is_empty() && found.run.cargo.is_empty()))?;
    for command in commands(&found.run) {
        output.line(format!("  {command}"))?;
    }
    for limit in &found.limits {
        output.line(format!("{BOLD}Note{BOLD:#}: {limit}"))?;
    }
    Ok(())
}

fn heading(output: &mut Output, title: &str, has_any: bool) -> io::Result<()> {
    if !has_any {
        return Ok(());
    }
    output.line("")?;
    output.line(format!("{HEADING}{title}{HEADING:#}"))
}

fn doubt(confidence: &str) -> String {
    if confidence == "exact" { String::new() } else { format!(" ({confidence})") }
}

fn name(place: &Declared) -> String {
    format!("{} {}", place.kind.map_or("module", |kind| kind.as_str()), output::short_key(&place.key))
}

fn at(place: &Declared) -> String {
    format!("{}:{}", place.path, place.line)
}
