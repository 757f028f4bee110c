//! The model that would word explanations: which one, why that one, and whether its file is whole. Never does: fetch or start it.

use std::env;
use std::path::Path;

use backstory_model::{Error, default_entry, installed, resolve, verify};

use super::{Check, Topic};
use crate::config::Layers;
use crate::directories;

pub fn model(layers: &Layers) -> Check {
    let from_environment = env::var("BACKSTORY_MODEL").ok().filter(|name| !name.is_empty());
    let origin = |name: &str| {
        layers.origins().into_iter().find(|changed| changed.name == name).map(|changed| changed.origin)
    };
    if !cfg!(feature = "local-model") {
        return Check::ok(Topic::Model, "none: this build has no engine for language models");
    }
    if let (Some(origin), None) = (origin("model.enable"), &from_environment) {
        return Check::ok(Topic::Model, format!("turned off in {origin}"));
    }
    let (wanted, why) = match (from_environment, layers.config().0.model.name) {
        (Some(name), _) => (Some(name), "BACKSTORY_MODEL says so".to_owned()),
        (None, Some(name)) => (
            Some(name),
            origin("model.name").map_or_else(|| "the default".to_owned(), |it| format!("set in {it}")),
        ),
        (None, None) => (None, "the default".to_owned()),
    };
    match directories::models() {
        Some(directory) => of_model(&directory, wanted.as_deref(), &why),
        None => Check::warning(Topic::Model, "this platform has no directory for models")
            .advise("name one with BACKSTORY_MODEL_DIR"),
    }
}

fn of_model(directory: &Path, wanted: Option<&str>, why: &str) -> Check {
    let name = wanted.unwrap_or(&default_entry().name);
    let path = match resolve(directory, wanted) {
        Ok(model) => model.path,
        Err(Error::NoModel | Error::NotInstalled { .. }) => {
            return Check::warning(
                Topic::Model,
                format!("{name} ({why}) is not here: explanations quote commits and are not worded"),
            )
            .advise(format!("`backstory model fetch {name}` brings it"));
        }
        Err(error) => {
            let fetched = installed(directory).iter().any(|model| model.name == name);
            let advice =
                if fetched { again(name) } else { "`backstory model list` shows what can be".to_owned() };
            return Check::warning(Topic::Model, format!("{name} ({why}) cannot be used: {error}"))
                .advise(advice);
        }
    };
    let record = installed(directory).into_iter().find(|model| path.starts_with(directory.join(&model.name)));
    match record.map(|record| verify(directory, &record)) {
        // The user's own file has no recorded checksum.
        None => Check::ok(Topic::Model, format!("{} ({why})", path.display())),
        Some(Ok(())) => Check::ok(Topic::Model, format!("{name} ({why}), whole, in {}", path.display())),
        Some(Err(_)) => Check::warning(
            Topic::Model,
            format!("{name} ({why}) is damaged: {} has not the recorded checksum", path.display()),
        )
        .advise(again(name)),
    }
}

fn again(name: &str) -> String {
    format!("`backstory model remove {name}`, then `backstory model fetch {name}`")
}
