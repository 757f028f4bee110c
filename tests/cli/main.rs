//! The real program, end to end, on repositories in text. One test program, so that it is linked once.

mod adversity;
mod ask;
mod blame;
mod carry;
mod commands;
mod discussions;
mod doctor;
mod documenting;
mod endpoints;
mod explain;
mod history;
mod impact;
mod index;
mod look_at;
mod names;
mod questions;
mod refactor;
mod repositories;
mod review;
mod search;
mod settings;
mod support;
mod train;
