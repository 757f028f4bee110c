//! Language models that reword text, on this machine (a catalogue of models, fetching, and a process of its own to run
//! in) or at an endpoint that the user named, and a static embedder that turns text into vectors. Never knows of code,
//! git or LSP, and never reaches the network except in [`fetch`], which runs only when the user asks for it, and in
//! [`Endpoint::generate`], which connects to that endpoint only.
//!
//! The way of a model: [`entry`] names it, [`fetch`] puts it into the caller's folder, [`resolve`] finds it there (or
//! takes the user's own GGUF file), [`Worker`] runs it in a child process, whose body is [`serve`]. [`Engine`] is such a
//! process or an endpoint.

mod adapted;
mod catalogue;
pub mod embedder;
mod endpoint;
mod engine;
mod error;
mod gguf;
mod installed;
mod limits;
mod progress;
mod prompt;
mod protocol;
mod threads;
mod worker;

#[cfg(feature = "local")]
mod adapter;
#[cfg(feature = "local")]
mod convert;
#[cfg(feature = "local")]
mod fetch;
#[cfg(feature = "local")]
mod serve;
#[cfg(not(feature = "local"))]
mod without_engine;

pub use adapted::Adapted;
pub use catalogue::{AdapterName, Entry, Source, default_entry, entries, entry};
pub use endpoint::{Address, Endpoint, EndpointSettings};
pub use engine::Engine;
pub use error::Error;
pub use gguf::{Header, SUPPORTED, check, read};
pub use installed::{Installed, Resolved, installed, path, remove, resolve, verify};
pub use limits::Limits;
pub use progress::{FetchOptions, Progress};
pub use prompt::Prompt;
pub use protocol::{Loaded, Usage};
pub use threads::Threads;
pub use worker::{Generated, Worker};

#[cfg(not(feature = "local"))]
pub use without_engine::{fetch, is_current, serve};
#[cfg(feature = "local")]
pub use {
    fetch::{fetch, is_current},
    serve::serve,
};
