//! The language server: the Language Server Protocol over the running session, on tower-lsp.
//!
//! Each handler hands its message to the session in the order in which messages came, before it waits for anything: tower-lsp
//! enters handlers in wire order, but what they do after their first wait is in no order. All handlers share one task, so none
//! computes. Never does: features. Protocol types live here and nowhere else.

mod actions;
mod backend;
mod capabilities;
mod convert;
mod custom;
mod front;
mod hints;
mod log;
mod navigation;
mod outgoing;
mod progress;
mod refactoring;
mod run;
mod telling;
mod transport;

pub use log::{Level, LogError};
pub use run::{RunError, RunOptions, replay, run};
