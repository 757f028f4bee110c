//! `backstory definition` and `backstory references`: places as lines or JSON. Never does: look anything up.

use std::process::ExitCode;

use backstory_session::ide::names::NamedPlace;
use backstory_session::{Place, Wanted, places};

use crate::args::NameArgs;
use crate::cache;
use crate::output::{self, BOLD, DIM, Failure, Output};
use crate::progress::Progress;

pub fn run(args: &NameArgs, wanted: Wanted, output: &mut Output) -> Result<ExitCode, Failure> {
    let store = cache::open();
    let (place, target) = Place::of(&args.target, &store)?;
    let progress = Progress::new("reading the source files");
    let found = places(&place, &target, wanted);
    drop(progress);
    let found = found?;
    if args.json {
        output::json(output, &found)?;
    } else {
        for place in &found {
            output.line(line(place))?;
        }
    }
    if found.is_empty() {
        return Err(Failure::new(
            "no name that this repository declares stands there: the standard library and dependencies are not known",
        ));
    }
    Ok(ExitCode::SUCCESS)
}

fn line(place: &NamedPlace) -> String {
    let NamedPlace { path, line, column, text, .. } = place;
    let what = match (place.kind, &place.key) {
        (Some(kind), Some(key)) => format!("{} {}", kind.as_str(), output::short_key(key)),
        _ => text.clone(),
    };
    let sure = match place.confidence {
        "exact" => String::new(),
        other => format!("  {DIM}({other}){DIM:#}"),
    };
    format!("{BOLD}{path}:{line}:{column}{BOLD:#}  {what}{sure}")
}
