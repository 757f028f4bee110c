//! `backstory search`: symbols by meaning, as lines or JSON. Never does: rank.

use std::path::Path;
use std::process::ExitCode;

use backstory_session::{Place, find};

use crate::args::SearchArgs;
use crate::cache;
use crate::output::{self, BOLD, DIM, Failure, Output};
use crate::progress::Progress;

pub fn run(args: &SearchArgs, output: &mut Output) -> Result<ExitCode, Failure> {
    let store = cache::open();
    let place = Place::around(Path::new("."), &store)?;
    let progress = Progress::new("reading the source files");
    let found = find(&place.root, &store, &args.query, args.limit);
    drop(progress);
    if args.json {
        output::json(output, &found)?;
    } else {
        for symbol in &found {
            let key = output::short_key(&symbol.key);
            output.line(format!(
                "{BOLD}{}:{}{BOLD:#}  {} {key}  {DIM}{:.2}{DIM:#}",
                symbol.path,
                symbol.line,
                symbol.kind.as_str(),
                symbol.score
            ))?;
            if !symbol.docs.is_empty() {
                output.line(format!("    {}", symbol.docs))?;
            }
        }
    }
    if found.is_empty() {
        return Err(Failure::new(
            "nothing here matches: no source files, or no word of the question is known",
        ));
    }
    Ok(ExitCode::SUCCESS)
}
