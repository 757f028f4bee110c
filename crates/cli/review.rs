//! `backstory review`: what a change means, as text, Markdown, JSON or SARIF. Never does: find any of it.

use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use backstory_session::ide::impact::Place as Declared;
use backstory_session::ide::lens::counted;
use backstory_session::ide::review::{
    self, Changed, Review, changed, companion, copy, depends, first_tests, head, stale, story, tests, why,
};
use backstory_session::{Between, Place, Reviewing, review as find};

use crate::args::{Finding, ReviewArgs, ReviewFormat};
use crate::cache;
use crate::output::{self, BOLD, DIM, Failure, HEADING, Output};
use crate::progress::Progress;

/// `--fail-on` found something.
const FOUND: u8 = 3;

pub fn run(args: &ReviewArgs, output: &mut Output) -> Result<ExitCode, Failure> {
    let store = cache::open();
    let place = Place::around(Path::new("."), &store)?;
    let progress = Progress::new("comparing");
    let format = args.format();
    let mut shown = Ok(());
    let mut on_part = |part: Reviewing<'_>| match part {
        Reviewing::Commits { done, of } => {
            progress.message("reading what changes together");
            progress.steps(done as u64, of as u64, "commits");
        }
        Reviewing::Symbols(review) if format == ReviewFormat::Text => {
            progress.aside(|| shown = symbols(review, output));
        }
        Reviewing::Symbols(_) => {}
    };
    let (patience, never) = (Duration::from_secs(args.patience), AtomicBool::new(false));
    let found = find(&place, &store, &between(args), patience, &never, &mut on_part);
    drop(progress);
    shown?;
    let found = found?;
    match format {
        ReviewFormat::Json => output::json(output, &found)?,
        ReviewFormat::Sarif => output::json(output, &review::sarif(&found, env!("CARGO_PKG_VERSION")))?,
        ReviewFormat::Markdown => output.line(review::markdown(&found).trim_end())?,
        ReviewFormat::Text => findings(&found, output)?,
    }
    let fails = args.fail_on.iter().any(|finding| has(&found, *finding));
    Ok(if fails { ExitCode::from(FOUND) } else { ExitCode::SUCCESS })
}

/// What the arguments compare.
fn between(args: &ReviewArgs) -> Between {
    let Some(range) = &args.range else {
        return if args.staged { Between::Staged } else { Between::WorkTree { base: None } };
    };
    range_of(range)
}

/// `A..B`, `A...B` and `A..` are what B has that A has not, as `git diff A...B` shows it; `A` is what the work tree has.
pub fn range_of(written: &str) -> Between {
    let (base, head) = match written.split_once("...").or_else(|| written.split_once("..")) {
        Some((base, head)) => (base, Some(head)),
        None => (written, None),
    };
    let named = |revision: &str| if revision.is_empty() { "HEAD".to_owned() } else { revision.to_owned() };
    match head {
        Some(head) => Between::Commits { base: named(base), head: named(head) },
        None => Between::WorkTree { base: Some(named(base)) },
    }
}

fn has(review: &Review, finding: Finding) -> bool {
    match finding {
        Finding::Companions => !review.companions.is_empty(),
        Finding::Copies => !review.copies.is_empty(),
        Finding::StaleDocs => !review.stale_docs.is_empty(),
    }
}

fn symbols(review: &Review, output: &mut Output) -> io::Result<()> {
    output.line(head(review))?;
    for symbol in &review.symbols {
        let Changed { place, .. } = symbol;
        output.line("")?;
        output.pair(&format!("{BOLD}{}{BOLD:#}", name(place)), &at(place))?;
        output.line(format!("  {}", changed(symbol)))?;
        if let Some(story) = story(symbol) {
            output.line(format!("  {DIM}{story}{DIM:#}"))?;
        }
        if let Some(why) = why(symbol) {
            output.prose("  ", &why)?;
        }
        if !symbol.is_gone() {
            output.line(format!("  {DIM}{}{DIM:#}", depends(symbol)))?;
        }
    }
    Ok(())
}

fn findings(review: &Review, output: &mut Output) -> io::Result<()> {
    let companions = review.companions.iter().map(|it| (&it.place, companion(it)));
    listed(output, "Usually changes along, and did not", companions)?;
    listed(output, "Alike, and left as it was", review.copies.iter().map(|it| (&it.place, copy(it))))?;
    listed(output, "Documentation left behind", review.stale_docs.iter().map(|it| (&it.place, stale(it))))?;
    let commands = first_tests(&review.tests);
    if !commands.is_empty() {
        heading(output, &format!("Tests to run: {}", tests(&review.tests)))?;
        commands.iter().try_for_each(|command| output.line(format!("  {command}")))?;
    }
    if !review.people.is_empty() {
        heading(output, "People to ask")?;
    }
    for knows in &review.people {
        let changes = counted(knows.changes, "commit");
        output.line(format!("  {}  {DIM}{changes} here, last {}{DIM:#}", knows.name, knows.last))?;
    }
    for limit in &review.limits {
        output.line(format!("{BOLD}Note{BOLD:#}: {limit}"))?;
    }
    Ok(())
}

fn listed<'a>(
    output: &mut Output,
    title: &str,
    found: impl Iterator<Item = (&'a Declared, String)>,
) -> io::Result<()> {
    let mut found = found.peekable();
    if found.peek().is_some() {
        heading(output, title)?;
    }
    for (place, said) in found {
        output.pair(&format!("  {}", name(place)), &at(place))?;
        output.line(format!("      {DIM}{said}{DIM:#}"))?;
    }
    Ok(())
}

fn heading(output: &mut Output, title: &str) -> io::Result<()> {
    output.line("")?;
    output.line(format!("{HEADING}{title}{HEADING:#}"))
}

fn name(place: &Declared) -> String {
    format!("{} {}", place.kind.map_or("module", |kind| kind.as_str()), output::short_key(&place.key))
}

fn at(place: &Declared) -> String {
    format!("{}:{}", place.path, place.line)
}
