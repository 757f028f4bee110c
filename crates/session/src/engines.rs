//! Finds the engines that word explanations: the first, and the second that is asked for what the check rejected. Never does:
//! start or ask one.

use std::env;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use backstory_model::{Endpoint, EndpointSettings, Engine, Error as ModelError, Limits, Threads, resolve};

use crate::config::{Model, SecondEngine};
use crate::{Error, directories};

/// The hidden subcommand of this program that serves a model.
const WORKER_COMMAND: &str = "model-worker";

/// The folder of the cache for copies of models that have an adapter.
pub const ADAPTED_FOLDER: &str = "adapted";

/// Which engine is the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EngineChoice {
    /// As the settings say: the endpoint where one is set (and is not the second engine), else the named model, else the
    /// catalogue's default, if it has been fetched.
    Default,
    /// A name of the catalogue or the path of a GGUF file.
    Named(String),
    /// The endpoint that the settings name.
    Endpoint,
}

/// The engines, as far as they are to be had.
#[derive(Debug)]
pub struct Engines {
    first: Result<Engine, ModelError>,
    second: Option<Result<Engine, ModelError>>,
}

impl Engines {
    /// Finds the engines; starts nothing and sends nothing.
    ///
    /// # Errors
    /// Where the first engine was named, in `choice` or as a model in the settings, and is not to be had. Any other that
    /// is missing is told when it is needed.
    pub fn new(settings: &Model, choice: EngineChoice, threads: Threads) -> Result<Self, Error> {
        Self::among(directories::models().as_deref(), settings, choice, threads)
    }

    /// As [`Engines::new`], with the models of that folder.
    fn among(
        models: Option<&Path>,
        settings: &Model,
        choice: EngineChoice,
        threads: Threads,
    ) -> Result<Self, Error> {
        let local = |wanted: Option<&str>, adapter: Option<&Path>| local(models, wanted, adapter, threads);
        let adapter = settings.adapter.as_deref();
        let first = match choice {
            EngineChoice::Endpoint => Ok(endpoint(settings)?),
            EngineChoice::Named(name) => Ok(local(Some(&name), adapter)?),
            EngineChoice::Default if settings.endpoint_is_first() => endpoint(settings),
            EngineChoice::Default => match &settings.name {
                Some(name) => Ok(local(Some(name), adapter)?),
                None => local(None, adapter),
            },
        };
        let second = settings.second.as_ref().map(|second| match second {
            SecondEngine::Endpoint => endpoint(settings),
            // The adapter was made for the first one.
            SecondEngine::Model(name) => local(Some(name), None),
        });
        Ok(Self { first, second })
    }

    /// The engine that is asked first.
    ///
    /// # Errors
    /// Why there is none.
    pub fn first(&mut self) -> Result<&mut Engine, &ModelError> {
        self.first.as_mut().map_err(|error| &*error)
    }

    /// The engine that is asked for what the check rejected, or why there is none; `None` where the settings name none.
    pub fn second(&mut self) -> Option<Result<&mut Engine, &ModelError>> {
        self.second.as_mut().map(|second| second.as_mut().map_err(|error| &*error))
    }

    /// Ends processes that have had nothing to do for so long; they start again when they are needed.
    pub fn end_if_idle(&mut self, idle: Duration) {
        for engine in [Some(&mut self.first), self.second.as_mut()].into_iter().flatten().flatten() {
            engine.end_if_idle(idle);
        }
    }
}

/// The server that the settings name; nothing is sent to it.
pub(crate) fn endpoint(settings: &Model) -> Result<Engine, ModelError> {
    let address = settings.endpoint.clone().ok_or(ModelError::NoEndpoint)?;
    let settings = EndpointSettings {
        address,
        model: settings.endpoint_model.clone(),
        key_variable: settings.endpoint_key.clone(),
        allow_remote: settings.allow_remote,
    };
    Endpoint::new(&settings, Limits::SERVER).map(Engine::Endpoint)
}

/// The process of the model of that name, or of the default one.
fn local(
    models: Option<&Path>,
    wanted: Option<&str>,
    adapter: Option<&Path>,
    threads: Threads,
) -> Result<Engine, ModelError> {
    let models = models.ok_or(ModelError::NoModel)?;
    if !cfg!(feature = "local-model") {
        return Err(ModelError::BuiltWithoutEngine);
    }
    let mut model = resolve(models, wanted)?;
    if let Some(adapter) = adapter {
        let cache = directories::cache().unwrap_or_else(env::temp_dir);
        model = model.with_adapter(adapter, &cache.join(ADAPTED_FOLDER))?;
    }
    let mut command = Command::new(env::current_exe().map_err(ModelError::Spawn)?);
    command.arg(WORKER_COMMAND).arg(&model.path);
    if let Some(adapted) = &model.adapted {
        command.arg("--adapter").arg(&adapted.adapter).arg("--copy").arg(&adapted.copy);
    }
    Ok(Engine::local(model, command, threads))
}

#[cfg(test)]
mod tests;
