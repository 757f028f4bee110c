//! `backstory symbols`: the symbols of a file, or those that a few letters find, as lines or JSON. Never does: look anything up.

use std::process::ExitCode;

use backstory_session::ide::listing::Listed;
use backstory_session::symbols;

use crate::args::SymbolsArgs;
use crate::cache;
use crate::output::{self, BOLD, DIM, Failure, Output};
use crate::progress::Progress;

pub fn run(args: &SymbolsArgs, output: &mut Output) -> Result<ExitCode, Failure> {
    let store = cache::open();
    let progress = Progress::new("reading the source files");
    let found = symbols(&args.wanted, &store, args.limit.get());
    drop(progress);
    let found = found?;
    if args.json {
        output::json(output, &found)?;
    } else {
        for listed in &found {
            output.line(line(listed))?;
        }
    }
    if found.is_empty() {
        return Err(Failure::new("no symbol here has these letters in its name in this order"));
    }
    Ok(ExitCode::SUCCESS)
}

fn line(Listed { symbol, .. }: &Listed) -> String {
    let key = output::short_key(&symbol.key);
    let (kind, place) = (symbol.kind.as_str(), format!("{}:{}", symbol.path, symbol.line));
    format!("{BOLD}{place}{BOLD:#}  {kind} {key}  {DIM}{}{DIM:#}", symbol.signature)
}
