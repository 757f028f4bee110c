//! What impact is called in reports for people. Never does: find any of it.

use super::report::{Hop, Impact};
use super::run::Run;
use crate::lens::counted;

/// `3 dependents (1 direct), 2 tests`.
pub fn summary(found: &Impact) -> String {
    let dependents = counted(found.dependents, "dependent");
    let direct = match (found.dependents, found.direct) {
        (0, _) => String::new(),
        (all, direct) if all == direct => " (direct)".to_owned(),
        (_, direct) => format!(" ({direct} direct)"),
    };
    format!("{dependents}{direct}, {}", counted(found.tests, "test"))
}

/// The steps of a way but for the last, which is what was asked about: `run (app/jobs.py:2) → start (app/jobs.py:9)`.
pub fn way(via: &[Hop]) -> String {
    let between = via.split_last().map_or(&[][..], |(_, between)| between);
    let steps: Vec<String> = between
        .iter()
        .map(|hop| {
            let last = hop.place.key.rsplit([':', '.']).next().unwrap_or(&hop.place.key);
            format!("{last} ({}:{})", hop.place.path, hop.use_line.unwrap_or(hop.place.line))
        })
        .collect();
    steps.join(" → ")
}

/// What a use, as JSON has it, is called between one symbol and the next.
pub fn phrase(r#use: &str) -> &'static str {
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
pub fn commands(run: &Run) -> Vec<String> {
    let mut commands = Vec::new();
    if !run.pytest.is_empty() {
        commands.push(command("pytest", &run.pytest));
    }
    commands.extend(run.cargo.iter().map(|arguments| command("cargo", arguments)));
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
    let is_plain =
        |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | ':' | '=' | '+' | '@');
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
