//! The `backstory` program: arguments in, the running system's answers out. Never does: find answers itself.

mod args;
mod ask;
mod blame;
mod cache;
mod cpu;
mod doctor;
mod explain;
mod history;
mod impact;
mod import;
mod index;
mod lsp;
mod model;
mod names;
mod output;
mod progress;
mod refactor;
mod review;
mod risk;
mod search;
mod symbols;
mod teller;
mod train;

use std::process::{self, ExitCode};

use clap::{CommandFactory, Parser};

use args::{Args, Command};
use backstory_session::Wanted;
use backstory_session::model::Adapted;
use output::{Failure, Output};

/// Gives what was freed back to the system within seconds, in the background: the server lives for days.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Options of the allocator, which looks for them under this name: what was freed goes back within a fifth of a second, not ten, and four
/// arenas keep room for themselves, not four for each core. Indexing and reading whole histories free much of what they take at
/// once, which would stand beside what is needed.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[unsafe(export_name = "malloc_conf")]
pub static MALLOC_CONF: &u8 = &b"dirty_decay_ms:200,muzzy_decay_ms:0,narenas:4\0"[0];

/// Nothing was found, or something failed. Wrong arguments end with 2, by clap.
const FAILED: u8 = 1;

fn main() -> ExitCode {
    if let Err(message) = cpu::check() {
        eprintln!("error: {message}");
        // Not by returning: the end of a function may clear registers that such a processor doesn't have.
        process::exit(FAILED.into());
    }
    start()
}

/// Apart from `main`, whose beginning must run everywhere.
#[inline(never)]
fn start() -> ExitCode {
    let args = Args::parse();
    args.color.write_global();
    let mut output = Output::new();
    match run(args, &mut output) {
        Ok(code) => code,
        Err(failure) => output.fail(&failure),
    }
}

fn run(args: Args, output: &mut Output) -> Result<ExitCode, Failure> {
    if let Some(directory) = &args.directory {
        std::env::set_current_dir(directory)
            .map_err(|error| Failure::new(format!("cannot enter {}: {error}", directory.display())))?;
    }
    match args.command {
        Command::Explain(args) => explain::run(&args, output),
        Command::History(args) => history::run(&args, output),
        Command::Index(args) => index::run(&args, output),
        Command::Blame(args) => blame::run(&args, output),
        Command::Definition(args) => names::run(&args, Wanted::Definition, output),
        Command::References(args) => names::run(&args, Wanted::References, output),
        Command::Impact(args) => impact::run(&args, output),
        Command::Review(args) => review::run(&args, output),
        Command::Risk(args) => risk::run(&args, output),
        Command::Refactor(command) => refactor::run(&command, output),
        Command::Symbols(args) => symbols::run(&args, output),
        Command::Search(args) => search::run(&args, output),
        Command::Ask(args) => ask::run(&args, output),
        Command::Train(args) => train::run(&args, output),
        Command::Import(command) => import::run(&command, output),
        Command::Model(command) => model::run(&command, output),
        Command::Cache(command) => cache::run(&command, output),
        Command::Doctor(args) => doctor::run(&args, output),
        Command::Lsp(args) => lsp::run_lsp(&args),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Args::command(), "backstory", &mut std::io::stdout());
            Ok(ExitCode::SUCCESS)
        }
        Command::Man => {
            clap_mangen::Man::new(Args::command()).render(&mut std::io::stdout())?;
            Ok(ExitCode::SUCCESS)
        }
        Command::ModelWorker(args) => {
            let adapted = args.adapter.zip(args.copy).map(|(adapter, copy)| Adapted { adapter, copy });
            Ok(backstory_session::serve_model(&args.file, adapted.as_ref()))
        }
    }
}
