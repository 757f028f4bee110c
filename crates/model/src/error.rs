//! What can go wrong with models, in words that say what to do about it. Never holds a library's error type: callers
//! need not know which libraries stand below.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Everything that this crate's functions on models, files and processes can fail with.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no model is installed: run `backstory model fetch`")]
    NoModel,
    #[error("the model `{name}` is not installed: run `backstory model fetch {name}`")]
    NotInstalled { name: String },
    #[error("no model is called `{name}`; known are {known}, or give the path of a .gguf file")]
    UnknownModel { name: String, known: String },
    #[error(
        "`{name}` has the architecture {architecture}, which the embedded engine cannot load: \
         it needs a model endpoint, or choose another model of `backstory model list`"
    )]
    NeedsEndpoint { name: String, architecture: String },
    #[error(
        "this build has no embedded model: build with the default features, or configure a model endpoint"
    )]
    BuiltWithoutEngine,

    #[error("{} is not a GGUF file (version 2 or 3)", path.display())]
    NotGguf { path: PathBuf },
    #[error("{} is cut off or damaged: fetch it again", path.display())]
    TruncatedGguf { path: PathBuf },
    #[error(
        "{} has the architecture {architecture}, which the embedded engine cannot load; it loads {supported}",
        path.display()
    )]
    UnsupportedArchitecture { path: PathBuf, architecture: String, supported: String },
    #[error(
        "{} holds weights of a quantization that the embedded engine cannot read (GGML type {kind}): \
         take a Q8_0 or Q4_K_M file of the same model",
        path.display()
    )]
    UnsupportedQuantization { path: PathBuf, kind: u32 },
    #[error("{} is one part of a split model: merge the parts into one file first", path.display())]
    SplitGguf { path: PathBuf },
    #[error("{} has no chat template: take the instruct variant of the model", path.display())]
    NoChatTemplate { path: PathBuf },

    #[error(
        "could not fetch `{name}` from any of its sources:{}\nWithout a connection, give the path of a .gguf file \
             instead",
        list(reasons)
    )]
    AllSourcesFailed { name: String, reasons: Vec<String> },
    #[error("{0}")]
    Source(String),
    #[error("the checksum of {what} is {found}, not {expected}: nothing was installed; try again")]
    Checksum { what: String, expected: String, found: String },
    #[error("the tuning does not fit this model's weights: {0}")]
    AdapterMismatch(String),
    #[error("{} cannot be used as an adapter: {reason}", path.display())]
    Adapter { path: PathBuf, reason: String },
    #[error("an adapter needs a model of the architecture llama, and {title} has {architecture}")]
    AdapterArchitecture { title: String, architecture: String },
    #[error("could not rewrite the model's weights: {0}")]
    Conversion(String),

    #[error("the model's process could not be started: {0}")]
    Spawn(io::Error),
    #[error("the model's process ended unexpectedly{}", tail(stderr))]
    WorkerDied { stderr: String },
    #[error("the model's process printed something that is no answer{}", tail(stderr))]
    WorkerGarbage { stderr: String },
    #[error("the model's process gave no sign of life for {} s and was ended{}", after.as_secs(), tail(stderr))]
    WorkerHung { after: Duration, stderr: String },
    #[error("the model could not answer: {0}")]
    Engine(String),

    #[error("no model endpoint is set: `endpoint` under `[model]` in your own settings names one")]
    NoEndpoint,
    #[error(
        "{text} cannot be the address of a model endpoint ({reason}): write it like http://localhost:8080/v1"
    )]
    EndpointAddress { text: String, reason: String },
    #[error(
        "the model endpoint {address} is not on this machine, so nothing was sent to it: `allow_remote = true` under \
         `[model]` in your own settings allows it"
    )]
    EndpointNotLocal { address: String },
    #[error("the environment variable {variable}, which `endpoint_key` names, holds no key")]
    EndpointKey { variable: String },
    #[error("the model endpoint {address} could not be reached ({reason}): is its server running?")]
    EndpointUnreachable { address: String, reason: String },
    #[error("the model endpoint {address} answered with status {status}: {reason}")]
    EndpointRefused { address: String, status: u16, reason: String },
    #[error("the model endpoint {address} had not answered after {} s: is its server busy?", after.as_secs())]
    EndpointSilent { address: String, after: Duration },
    #[error("the answer of the model endpoint {address} cannot be used: {reason}")]
    EndpointAnswer { address: String, reason: String },

    #[error("interrupted")]
    Interrupted,
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
}

/// Attaches the path to an IO error, for `map_err`.
pub(crate) fn at(path: &Path) -> impl FnOnce(io::Error) -> Error + '_ {
    move |source| Error::Io { path: path.to_owned(), source }
}

fn list(reasons: &[String]) -> String {
    reasons.iter().map(|reason| format!("\n  - {reason}")).collect()
}

fn tail(stderr: &str) -> String {
    if stderr.is_empty() { String::new() } else { format!("; its last words:\n{stderr}") }
}
