//! `backstory doctor`: what is as it should be and what is not, a line each, or one JSON object. Never does: look for itself.

use std::io;
use std::process::ExitCode;

use anstyle::Style;
use backstory_session::doctor::{Check, State, check_up};
use serde::Serialize;

use crate::FAILED;
use crate::args::DoctorArgs;
use crate::output::{self, BOLD, DIM, ERROR, Failure, Output, WARNING};
use crate::progress::Progress;

/// The answer of `doctor --json`.
#[derive(Serialize)]
struct Report {
    /// Whether nothing keeps Backstory from working.
    works: bool,
    checks: Vec<Check>,
}

pub fn run(args: &DoctorArgs, output: &mut Output) -> Result<ExitCode, Failure> {
    let directory = std::env::current_dir()
        .map_err(|error| Failure::new(format!("cannot tell the current directory: {error}")))?;
    let progress = Progress::new("checking");
    let mut checks = Vec::new();
    let mut printed = Ok(());
    check_up(&directory, &mut |check| {
        if !args.json && printed.is_ok() {
            printed = progress.aside(|| print(output, &check));
        }
        checks.push(check);
    });
    drop(progress);
    printed?;
    let works = checks.iter().all(|check| check.state != State::Problem);
    if args.json {
        output::json(output, &Report { works, checks })?;
    } else {
        output.line(summary(&checks))?;
    }
    Ok(if works { ExitCode::SUCCESS } else { ExitCode::from(FAILED) })
}

fn print(output: &mut Output, check: &Check) -> io::Result<()> {
    let style = style(check.state);
    let (state, topic) = (check.state.as_str(), check.topic.as_str());
    output.line(format!("{style}{state:<7}{style:#}  {BOLD}{topic:<10}{BOLD:#}  {}", check.finding))?;
    check.advice.as_ref().map_or(Ok(()), |advice| output.prose("           ", advice))
}

fn style(state: State) -> Style {
    match state {
        State::Ok => DIM,
        State::Warning => WARNING,
        State::Problem => ERROR,
    }
}

fn summary(checks: &[Check]) -> String {
    let count = |state| checks.iter().filter(|check| check.state == state).count();
    let warnings = match count(State::Warning) {
        0 => String::new(),
        1 => ", with 1 warning".to_owned(),
        more => format!(", with {more} warnings"),
    };
    match count(State::Problem) {
        0 => format!("Backstory works here{warnings}"),
        1 => format!("Backstory does not work here: 1 problem{warnings}"),
        more => format!("Backstory does not work here: {more} problems{warnings}"),
    }
}
