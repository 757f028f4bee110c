//! `backstory risk`: symbols whose fixes come back, with the commits that say so. Never does: find any of it.

use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;

use backstory_session::{AtRisk, Place, Repair, risk as find};

use crate::args::RiskArgs;
use crate::cache;
use crate::output::{self, BOLD, DIM, Failure, HASH, Output};
use crate::progress::Progress;

pub fn run(args: &RiskArgs, output: &mut Output) -> Result<ExitCode, Failure> {
    let store = cache::open();
    let place = Place::around(Path::new("."), &store)?;
    let progress = Progress::new("reading what commits changed");
    let on_commits = |done, of| progress.steps(done as u64, of as u64, "commits");
    let found = find(&place, args.limit, &AtomicBool::new(false), &on_commits);
    drop(progress);
    let found = found?;
    if args.json {
        output::json(output, &found)?;
    } else if found.is_empty() {
        output.line("no symbol was mended or reverted twice, as far as messages say so")?;
    } else {
        found.iter().try_for_each(|symbol| show(symbol, args.evidence, output))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn show(symbol: &AtRisk, evidence: usize, output: &mut Output) -> io::Result<()> {
    output.pair(&format!("{BOLD}{} {}{BOLD:#}", symbol.kind.as_str(), symbol.name), &symbol.path)?;
    let recent = match symbol.recent {
        0 => String::new(),
        recent => format!(", {recent} in the last year"),
    };
    output.line(format!("  mended {} times{recent}", symbol.repairs.len()))?;
    for Repair { commit, reverts } in symbol.repairs.iter().take(evidence) {
        let reverts = reverts.as_ref().map_or(String::new(), |reverts| format!(" (takes back {reverts})"));
        output.line(format!(
            "    {HASH}{}{HASH:#} {DIM}{}{DIM:#} {}{reverts}",
            commit.short, commit.date, commit.subject
        ))?;
    }
    if symbol.repairs.len() > evidence {
        output.line(format!(
            "    {DIM}and {} more: --json has them all{DIM:#}",
            symbol.repairs.len() - evidence
        ))?;
    }
    Ok(())
}
