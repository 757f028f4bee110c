//! `backstory impact`: what depends on a symbol, as text, Markdown or one JSON object. Never does: find any of it.

use std::io;
use std::process::ExitCode;

use backstory_session::ide::impact::{Asked, Bounds, Dependent, Hop, Impact, Place as Declared, TestReached};
use backstory_session::{Place, impact};

use crate::args::{Format, ImpactArgs};
use crate::cache;
use crate::output::{self, BOLD, DIM, Failure, HEADING, Output};
use crate::progress::Progress;

pub fn run(args: &ImpactArgs, output: &mut Output) -> Result<ExitCode, Failure> {
    let store = cache::open();
    let (place, target) = Place::of(&args.target, &store)?;
    let depth = args.depth.map_or(u32::MAX, |depth| depth.get());
    let asked = Asked { bounds: Bounds { depth, ..Bounds::default() }, limit: args.limit };
    let progress = Progress::new("reading what depends on what");
    let found = impact(&place, &[target], &store, &asked);
    drop(progress);
    let found = found?;
    match args.format() {
        Format::Json => output::json(output, &found)?,
        Format::Text => text(&found, output)?,
        Format::Markdown => markdown(&found, output)?,
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
    }
    output.line("")?;
    output.line(summary(found))?;
    heading(output, "Depends on it", !found.dependent_list.is_empty())?;
    for dependent in &found.dependent_list {
        let Dependent { place, .. } = dependent;
        let how = phrase(dependent.r#use);
        output.pair(
            &format!("  {:>2}  {how:<12}  {}{}", dependent.distance, name(place), doubt(dependent.confidence)),
            &format!("{}:{}", place.path, dependent.use_line),
        )?;
        if dependent.via.len() > 1 {
            output.line(format!("      {DIM}through {}{DIM:#}", way(&dependent.via)))?;
        }
    }
    heading(output, "Tests", !found.test_list.is_empty())?;
    for test in &found.test_list {
        output.pair(&format!("  {:>2}  {}{}", test.distance, test.id, doubt(test.confidence)), &at(&test.place))?;
        if test.via.len() > 1 {
            output.line(format!("      {DIM}through {}{DIM:#}", way(&test.via)))?;
        }
    }
    heading(output, "Run", !(found.run.pytest.is_empty() && found.run.cargo.is_empty()))?;
    for command in commands(found) {
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

fn markdown(found: &Impact, output: &mut Output) -> io::Result<()> {
    for subject in &found.symbols {
        let symbol = &subject.symbol;
        output.line(format!("## Impact of `{}`", output::short_key(&symbol.key)))?;
        output.line("")?;
        let public = subject.public.as_ref().map(|name| format!(", public API as `{name}`"));
        output.line(format!(
            "{} in `{}:{}`{}",
            symbol.kind.as_str(),
            symbol.path,
            symbol.line,
            public.unwrap_or_default()
        ))?;
    }
    output.line("")?;
    output.line(summary(found))?;
    if !found.dependent_list.is_empty() {
        output.line("\n| Steps | Use | Symbol | Where | Through |\n|---|---|---|---|---|")?;
    }
    for Dependent { place, distance, confidence, r#use, use_line, via } in &found.dependent_list {
        let through = if via.len() > 1 { way(via) } else { String::new() };
        output.line(format!(
            "| {distance} | {}{} | `{}` | `{}:{use_line}` | {through} |",
            phrase(r#use),
            doubt(confidence),
            output::short_key(&place.key),
            place.path,
        ))?;
    }
    if !found.test_list.is_empty() {
        output.line("\n### Tests\n")?;
    }
    for TestReached { id, distance, confidence, .. } in &found.test_list {
        output.line(format!("- `{id}` ({}{})", steps(*distance), doubt(confidence)))?;
    }
    let commands = commands(found);
    if !commands.is_empty() {
        output.line(format!("\n```sh\n{}\n```", commands.join("\n")))?;
    }
    found.limits.iter().try_for_each(|limit| output.line(format!("\n> {limit}")))
}

fn summary(found: &Impact) -> String {
    let count = |count: usize, one: &str| match count {
        0 => format!("no {one}s"),
        1 => format!("1 {one}"),
        _ => format!("{count} {one}s"),
    };
    let dependents = count(found.dependents, "dependent");
    let direct = match (found.dependents, found.direct) {
        (0, _) => String::new(),
        (all, direct) if all == direct => " (direct)".to_owned(),
        (_, direct) => format!(" ({direct} direct)"),
    };
    format!("{dependents}{direct}, {}", count(found.tests, "test"))
}

fn steps(distance: u32) -> String {
    match distance {
        0 => "it is asked about itself".to_owned(),
        1 => "direct".to_owned(),
        steps => format!("{steps} steps"),
    }
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

/// The steps but for the last, which is what was asked about.
fn way(via: &[Hop]) -> String {
    let steps = via[..via.len() - 1].iter();
    let steps: Vec<String> = steps
        .map(|hop| {
            let last = hop.place.key.rsplit([':', '.']).next().unwrap_or(&hop.place.key);
            format!("{last} ({}:{})", hop.place.path, hop.use_line.unwrap_or(hop.place.line))
        })
        .collect();
    steps.join(" → ")
}

fn phrase(r#use: &str) -> &'static str {
    match r#use {
        "call" => "calls",
        "override" => "overrides",
        "dispatch" => "may run",
        "inherit" => "inherits",
        "type" => "has as type",
        "reexport" => "offers",
        "import" => "imports",
        _ => "uses",
    }
}

/// What to type in a POSIX shell. So many tests are named; whoever wants more takes JSON.
fn commands(found: &Impact) -> Vec<String> {
    let mut commands = Vec::new();
    if !found.run.pytest.is_empty() {
        commands.push(command("pytest", &found.run.pytest));
    }
    commands.extend(found.run.cargo.iter().map(|arguments| command("cargo", arguments)));
    commands
}

/// A line of more arguments is left to `--format json`.
const ARGUMENTS: usize = 10;

fn command(program: &str, arguments: &[String]) -> String {
    let mut line = program.to_owned();
    for argument in arguments.iter().take(ARGUMENTS) {
        line.push(' ');
        line.push_str(&quoted(argument));
    }
    match arguments.len().checked_sub(ARGUMENTS) {
        Some(more @ 1..) => format!("{line} … (and {more} more: --format json has them all)"),
        _ => line,
    }
}

fn quoted(argument: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | ':' | '=' | '+' | '@');
    if !argument.is_empty() && argument.chars().all(is_plain) {
        return argument.to_owned();
    }
    format!("'{}'", argument.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn arguments_survive_a_shell() {
        assert_eq!(quoted("tests/test_a.py::TestB::test_c"), "tests/test_a.py::TestB::test_c");
        assert_eq!(quoted("it's here"), "'it'\\''s here'");
    }
}
