//! The engines that would word explanations: which, why those, whether a model's file is whole and an endpoint may be asked. Never
//! does: fetch, start or ask one.

use std::env;
use std::path::Path;

use backstory_model::{Error, default_entry, entry, installed, is_current, resolve, verify};

use super::{Check, Topic};
use crate::config::{Layers, Model, Origin, SecondEngine};
use crate::{directories, engines};

/// The endpoint, the model on this machine and the second one, as far as there are such.
pub fn models(layers: &Layers) -> Vec<Check> {
    let settings = layers.config().0.model;
    let from_environment = env::var("BACKSTORY_MODEL").ok().filter(|name| !name.is_empty());
    let origin = |name: &str| {
        layers.origins().into_iter().find(|changed| changed.name == name).map(|changed| changed.origin)
    };
    if let (Some(origin), None) = (origin("model.enable"), &from_environment) {
        return vec![Check::ok(Topic::Model, format!("turned off in {origin}"))];
    }
    let why = |setting: &str| set_in(origin(setting).as_ref());
    let mut checks = Vec::new();
    if settings.endpoint.is_some() {
        checks.push(endpoint(&settings, &why("model.endpoint")));
    }
    let first = match (from_environment, &settings.name) {
        (Some(name), _) => Some((Some(name), "BACKSTORY_MODEL says so".to_owned())),
        _ if settings.endpoint_is_first() => None,
        (None, Some(name)) => Some((Some(name.clone()), why("model.name"))),
        (None, None) => Some((None, "the default".to_owned())),
    };
    let second = match &settings.second {
        Some(SecondEngine::Model(name)) => {
            Some((Some(name.clone()), format!("the second, {}", why("model.second"))))
        }
        Some(SecondEngine::Endpoint) | None => None,
    };
    checks.extend(first.into_iter().chain(second).map(|(wanted, why)| local(wanted.as_deref(), &why)));
    checks.extend(settings.adapter.iter().filter(|adapter| !adapter.is_file()).map(|adapter| {
        Check::warning(Topic::Model, format!("there is no adapter {}", adapter.display()))
            .advise("explanations are not worded without it: correct `model.adapter` or take it out")
    }));
    checks
}

fn set_in(origin: Option<&Origin>) -> String {
    origin.map_or_else(|| "the default".to_owned(), |origin| format!("set in {origin}"))
}

fn endpoint(settings: &Model, why: &str) -> Check {
    match engines::endpoint(settings) {
        Ok(engine) if engine.is_remote() => Check::ok(
            Topic::Model,
            format!("{} ({why}), on another machine: what it is asked leaves this one", engine.title()),
        ),
        Ok(engine) => Check::ok(Topic::Model, format!("{} ({why}), on this machine", engine.title())),
        Err(error) => Check::warning(Topic::Model, format!("{error} ({why})")),
    }
}

fn local(wanted: Option<&str>, why: &str) -> Check {
    if !cfg!(feature = "local-model") {
        return Check::ok(Topic::Model, "none: this build has no engine for language models");
    }
    match directories::models() {
        Some(directory) => of_model(&directory, wanted, why),
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
    let is_old =
        record.as_ref().is_some_and(|record| entry(name).is_ok_and(|entry| !is_current(entry, record)));
    match record.map(|record| verify(directory, &record)) {
        Some(Ok(())) if is_old => Check::warning(
            Topic::Model,
            format!("{name} ({why}) was fetched by a version that tuned it otherwise: its sentences fail the check more often"),
        )
        .advise(format!("`backstory model fetch {name}` brings it up to date")),
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
