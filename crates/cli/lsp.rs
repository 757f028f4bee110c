//! `backstory lsp`: hands standard input and output to the language server. Never does: print anything there itself.

use std::process::ExitCode;

use backstory_server::{RunError, RunOptions, replay, run};

use crate::args::LspArgs;
use crate::output::Failure;

pub fn run_lsp(args: &LspArgs) -> Result<ExitCode, Failure> {
    let options = RunOptions { log: args.log.clone(), level: args.log_level, record: args.record.clone() };
    let code = match &args.replay {
        Some(recording) => replay(&options, recording, &mut anstream::stdout()),
        None => run(&options),
    };
    Ok(ExitCode::from(code.map_err(|error: RunError| Failure::new(error.to_string()))?))
}
