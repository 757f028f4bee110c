//! The two kinds of engines that answer prompts, behind one face. Never chooses between them.

use std::process::Command;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::installed::Resolved;
use crate::limits::Limits;
use crate::prompt::Prompt;
use crate::threads::Threads;
use crate::worker::{Generated, Worker};

/// What answers prompts.
#[derive(Debug)]
pub enum Engine {
    /// A process of this program.
    Local { model: Resolved, worker: Box<Worker> },
    /// A server that the user named.
    Endpoint(Endpoint),
}

impl Engine {
    /// The model in a process of its own. `command` is as [`Worker::new`] takes it; nothing is started.
    pub fn local(model: Resolved, command: Command, threads: Threads) -> Self {
        Self::Local { model, worker: Box::new(Worker::new(command, threads, Limits::PROCESS)) }
    }

    /// Answers `prompt`; `on_token` gets each piece of text as it comes.
    ///
    /// # Errors
    /// Those of [`Worker::generate`] and [`Endpoint::generate`]; [`Error::Interrupted`] within milliseconds of the flag.
    pub fn generate(
        &mut self,
        prompt: &Prompt,
        interrupted: &AtomicBool,
        on_token: &mut dyn FnMut(&str),
    ) -> Result<Generated, Error> {
        match self {
            Self::Local { worker, .. } => worker.generate(prompt, interrupted, on_token),
            Self::Endpoint(endpoint) => endpoint.generate(prompt, interrupted, on_token),
        }
    }

    /// Begins what the first answer would have to wait for: the process and its loading. A server is left alone.
    ///
    /// # Errors
    /// [`Error::Spawn`].
    pub fn start(&mut self) -> Result<(), Error> {
        match self {
            Self::Local { worker, .. } => worker.start(),
            Self::Endpoint(_) => Ok(()),
        }
    }

    /// Ends the process if it has had nothing to do for `idle`; says whether it did.
    pub fn end_if_idle(&mut self, idle: Duration) -> bool {
        match self {
            Self::Local { worker, .. } => worker.end_if_idle(idle),
            Self::Endpoint(_) => false,
        }
    }

    /// For people: which model, and of a server also where.
    pub fn title(&self) -> &str {
        match self {
            Self::Local { model, .. } => &model.title,
            Self::Endpoint(endpoint) => endpoint.title(),
        }
    }

    /// Names the weights in cache keys; the same before and after a question.
    pub fn id(&self) -> &str {
        match self {
            Self::Local { model, .. } => &model.id,
            Self::Endpoint(endpoint) => endpoint.id(),
        }
    }

    /// It can take all evidence at once. Whoever runs a server is taken to run a model that can.
    pub fn is_capable(&self) -> bool {
        match self {
            Self::Local { model, .. } => model.capable,
            Self::Endpoint(_) => true,
        }
    }

    /// What it is asked leaves this machine: every answer says so.
    pub fn is_remote(&self) -> bool {
        match self {
            Self::Local { .. } => false,
            Self::Endpoint(endpoint) => endpoint.is_remote(),
        }
    }
}
