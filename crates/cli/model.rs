//! `backstory model` and `--fetch-model`: models on this machine. Never does: fetch anything that was not asked for.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;

use backstory_session::model::{
    Entry, FetchOptions, Installed, Progress as Stage, default_entry, entries, entry, fetch, installed, path,
    remove,
};
use backstory_session::store::Store;
use backstory_session::{EngineChoice, Layers, Memory, Wording, directories};
use serde::Serialize;

use crate::args::{EngineArgs, ModelCommand};
use crate::output::{self, BOLD, DIM, Failure, Output, megabytes};
use crate::progress::Progress;

pub fn run(command: &ModelCommand, output: &mut Output) -> Result<ExitCode, Failure> {
    let directory = directory()?;
    match command {
        ModelCommand::List { json } => list(&directory, *json, output)?,
        ModelCommand::Fetch { name, json: true } => {
            fetch_for_programs(&directory, chosen(name.as_deref())?, output)?;
        }
        ModelCommand::Fetch { name, json: false } => {
            let model = fetch_into(&directory, chosen(name.as_deref())?)?;
            let file = path(&directory, Some(&model.name)).map_err(failure)?;
            output.line(format!(
                "{} is ready: {} ({})",
                model.name,
                file.display(),
                megabytes(model.bytes)
            ))?;
        }
        ModelCommand::Remove { name } => {
            let freed = remove(&directory, name).map_err(failure)?;
            output.line(format!("removed {name} ({})", megabytes(freed)))?;
        }
        ModelCommand::Path { name: None } => output.line(directory.display())?,
        ModelCommand::Path { name } => {
            output.line(path(&directory, name.as_deref()).map_err(failure)?.display())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The model that was asked for, otherwise the one in the settings, otherwise the default; none where that was asked for, or the settings
/// want none and nothing was asked for.
pub fn wording(args: &EngineArgs, root: &Path, store: Store) -> Result<Option<Wording>, Failure> {
    if args.no_model {
        return Ok(None);
    }
    let (mut config, warnings) = Layers::read(Some(root)).config();
    warnings.iter().for_each(|warning| output::warn(warning));
    if !config.model.enable && !args.fetch_model && args.model.is_none() {
        return Ok(None);
    }
    let wanted = args.model.as_ref().or(config.model.name.as_ref());
    if args.fetch_model {
        fetch_if_missing(wanted.map(String::as_str))?;
    }
    if let Some(adapter) = &args.adapter {
        config.model.adapter = Some(adapter.clone());
    }
    let choice = args.model.clone().map_or(EngineChoice::Default, EngineChoice::Named);
    match Wording::new(&config.model, choice, store.clone()) {
        // A setting that can't be used must not stand in the way of an answer; what was asked for just now must be said no to.
        Err(error) if args.model.is_none() => {
            output::warn(&format!("{error}; taking the default model"));
            Ok(Some(Wording::new(&Default::default(), EngineChoice::Default, store)?))
        }
        other => Ok(Some(other?)),
    }
}

/// What the model of the settings has said before; none where there is none. What is wrong with the settings is told by whoever asks it.
pub fn memory(root: &Path, store: Store) -> Option<Memory> {
    of_settings(root, store)?.memory()
}

/// The model of the settings; none where they want none, or can't be used.
pub fn of_settings(root: &Path, store: Store) -> Option<Wording> {
    let (config, _) = Layers::read(Some(root)).config();
    let wording = config.model.enable.then(|| Wording::new(&config.model, EngineChoice::Default, store));
    wording?.ok()
}

/// Fetches the model that an explanation is going to ask, unless it is here. A file of the user's own needs no fetching.
pub fn fetch_if_missing(name: Option<&str>) -> Result<(), Failure> {
    if name.is_some_and(|name| Path::new(name).is_file()) {
        return Ok(());
    }
    fetch_into(&directory()?, chosen(name)?).map(drop)
}

fn directory() -> Result<PathBuf, Failure> {
    directories::models()
        .ok_or_else(|| Failure::new("there is no data directory on this platform: set BACKSTORY_MODEL_DIR"))
}

fn chosen(name: Option<&str>) -> Result<&'static Entry, Failure> {
    name.map_or_else(|| Ok(default_entry()), entry).map_err(failure)
}

fn fetch_into(directory: &Path, entry: &Entry) -> Result<Installed, Failure> {
    let progress = Progress::new(&format!("looking for {}", entry.title));
    // Ctrl-C ends the process at once; the next fetch clears away what is left.
    let interrupted = AtomicBool::new(false);
    let mut on_stage = |stage: Stage<'_>| show(&progress, &stage);
    fetch(entry, directory, &FetchOptions::default(), &mut on_stage, &interrupted).map_err(failure)
}

/// Fetches a model and prints what happens, an object a line.
fn fetch_for_programs(directory: &Path, entry: &Entry, output: &mut Output) -> Result<(), Failure> {
    let interrupted = AtomicBool::new(false);
    let mut last = None;
    let mut on_stage = |stage: Stage<'_>| {
        let step = Step::of(&stage);
        // A download is told a hundred times, not for each block that comes.
        if last.as_ref() != Some(&step) {
            // Whoever reads it may be gone; the model is fetched all the same.
            let _ = step.print(output);
            last = Some(step);
        }
    };
    let model =
        fetch(entry, directory, &FetchOptions::default(), &mut on_stage, &interrupted).map_err(failure)?;
    Step { stage: "ready", message: model.name, percent: None }.print(output)
}

/// One line of `model fetch --json`.
#[derive(PartialEq, Eq, Serialize)]
struct Step {
    stage: &'static str,
    /// For people; of the last one the name of the model.
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    percent: Option<u64>,
}

impl Step {
    fn of(stage: &Stage<'_>) -> Self {
        let step = |stage, message: String, percent| Self { stage, message, percent };
        let part = |done: u64, total: u64| (total > 0).then(|| done * 100 / total);
        match stage {
            Stage::Waiting => step("waiting", "waiting for another fetch of this model".to_owned(), None),
            Stage::Source(source) => step("asking", format!("asking {}", source.describe()), None),
            Stage::Failed { source, reason } => {
                step("failed", format!("{}: {reason}", source.describe()), None)
            }
            Stage::Download { done, total } => {
                step("downloading", "downloading".to_owned(), part(*done, *total))
            }
            Stage::Verifying => step("verifying", "verifying".to_owned(), None),
            Stage::Converting { done, total } => {
                step("converting", "rewriting weights".to_owned(), part(*done as u64, *total as u64))
            }
        }
    }

    fn print(&self, output: &mut Output) -> Result<(), Failure> {
        let text = serde_json::to_string(self).map_err(|error| Failure::new(error.to_string()))?;
        Ok(output.line(text)?)
    }
}

fn show(progress: &Progress, stage: &Stage<'_>) {
    match stage {
        Stage::Waiting => progress.spinner("waiting for another fetch of this model"),
        Stage::Source(source) => progress.spinner(format!("asking {}", source.describe())),
        Stage::Failed { source, reason } => {
            progress.aside(|| output::warn(&format!("{}: {reason}", source.describe())));
        }
        Stage::Download { done, total } => {
            progress.message("downloading");
            progress.bytes(*done, *total);
        }
        Stage::Verifying => progress.spinner("verifying"),
        Stage::Converting { done, total } => progress.spinner(format!("rewriting weights {done}/{total}")),
    }
}

/// A model as `model list --json` gives it.
#[derive(Serialize)]
struct Listed<'a> {
    name: &'a str,
    title: &'a str,
    licence: &'a str,
    /// Of the download.
    bytes: u64,
    memory_bytes: u64,
    /// Whether we have run it ourselves.
    tested: bool,
    /// Whether the engine in this program can load it.
    supported: bool,
    installed: bool,
    note: Option<&'a str>,
}

fn list(directory: &Path, json: bool, output: &mut Output) -> Result<(), Failure> {
    let here = installed(directory);
    let models: Vec<Listed<'_>> = entries().iter().map(|entry| listed(entry, &here)).collect();
    if json {
        return output::json(output, &models);
    }
    output.line(format!(
        "{BOLD}{:<26} {:>9} {:>9}  {:<12} state{BOLD:#}",
        "name", "download", "memory", "licence"
    ))?;
    for model in &models {
        let state = match (model.installed, model.supported, model.tested) {
            (true, ..) => "here",
            (false, false, _) => "needs an endpoint",
            (false, true, true) => "tested by us",
            (false, true, false) => "not tested by us",
        };
        output.line(format!(
            "{:<26} {:>9} {:>9}  {state:<18} {}",
            model.name,
            megabytes(model.bytes),
            megabytes(model.memory_bytes),
            model.licence,
        ))?;
        if let Some(note) = model.note {
            output.line(format!("    {DIM}{note}{DIM:#}"))?;
        }
    }
    Ok(())
}

fn listed<'a>(entry: &'a Entry, here: &[Installed]) -> Listed<'a> {
    Listed {
        name: &entry.name,
        title: &entry.title,
        licence: &entry.licence,
        bytes: entry.download_bytes(),
        memory_bytes: entry.memory_bytes,
        tested: entry.tested,
        supported: entry.check_engine().is_ok(),
        installed: here.iter().any(|model| model.name == entry.name),
        note: entry.note.as_deref(),
    }
}

fn failure(error: backstory_session::model::Error) -> Failure {
    Failure::new(error.to_string())
}
