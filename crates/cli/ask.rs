//! `backstory ask`: the answer to a question as text, each part as it comes, or as one JSON object. Never does: find any of it.

use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;

use backstory_session::{Answer, Answering, Place, ask};

use crate::args::AskArgs;
use crate::cache;
use crate::model;
use crate::output::{self, Failure, Output};
use crate::progress::Progress;
use crate::search;
use crate::teller::Teller;

pub fn run(args: &AskArgs, output: &mut Output) -> Result<ExitCode, Failure> {
    let store = cache::open();
    let place = Place::around(Path::new("."), &store)?;
    let mut wording = model::wording(&args.engine, &place.root, store.clone())?;
    let progress = Progress::new("reading the repository");
    let mut teller = Teller::new(output, args.engine.show_rejected);
    let mut failed: Option<io::Error> = None;
    let mut on_part = |part: Answering<'_>| {
        if matches!(part, Answering::Answer(_)) {
            progress.message("wording");
        }
        if !args.json && failed.is_none() {
            failed = progress.aside(|| print(&part, &mut teller)).err();
        }
    };
    // Ctrl-C ends this process at once, and with it the model's, whose input closes.
    let interrupted = AtomicBool::new(false);
    let answer = ask(&place, &store, &args.question, wording.as_mut(), &interrupted, &mut on_part)?;
    drop(progress);
    if let Some(error) = failed {
        return Err(error.into());
    }
    if args.json {
        output::json(output, &answer)?;
    } else if answer.found.is_empty() {
        return Err(Failure::new(
            "not found in this repository: nothing in its code, documents or messages fits the question",
        ));
    } else {
        found(&answer, output)?;
    }
    Ok(if answer.answer.is_empty() { ExitCode::from(crate::FAILED) } else { ExitCode::SUCCESS })
}

fn print(part: &Answering<'_>, teller: &mut Teller<'_>) -> io::Result<()> {
    match part {
        Answering::Answer(answer) if answer.found.is_empty() => Ok(()),
        Answering::Answer(answer) => {
            teller.heading("Answer", "")?;
            if answer.answer.is_empty() {
                return teller.output.line("  Not found in this repository: nothing here says so.");
            }
            answer.answer.iter().try_for_each(|sentence| teller.sentence(sentence))
        }
        Answering::Wording(event) => teller.wording(event),
    }
}

/// What fits the question, for those who want to read on.
fn found(answer: &Answer, output: &mut Output) -> io::Result<()> {
    Teller::new(output, false).heading("Where to read on", "")?;
    answer.found.iter().try_for_each(|found| search::show(found, output))
}
