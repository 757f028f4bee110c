//! Models on this machine: a small language model that rewords text (a catalogue of models, fetching, and a process of
//! its own to run in) and a static embedder that turns text into vectors. Never knows of code, git or LSP, and never
//! reaches the network except in [`fetch`], which runs only when the user asks for it.
//!
//! The way of a model: [`entry`] names it, [`fetch`] puts it into the caller's folder, [`resolve`] finds it there (or
//! takes the user's own GGUF file), [`Worker`] runs it in a child process, whose body is [`serve`].

mod catalogue;
pub mod embedder;
mod error;
mod gguf;
mod installed;
mod progress;
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

pub use catalogue::{AdapterName, Entry, Source, default_entry, entries, entry};
pub use error::Error;
pub use gguf::{Header, SUPPORTED, check, read};
pub use installed::{Installed, Resolved, installed, path, remove, resolve, verify};
pub use progress::{FetchOptions, Progress};
pub use protocol::{Loaded, Usage};
pub use threads::Threads;
pub use worker::{Generated, Limits, Worker};

#[cfg(not(feature = "local"))]
pub use without_engine::{fetch, serve};
#[cfg(feature = "local")]
pub use {fetch::fetch, serve::serve};
