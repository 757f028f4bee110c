//! The real program, end to end, on repositories in text. One test program, so that it is linked once.

mod adversity;
mod commands;
mod doctor;
mod explain;
mod search;
mod settings;
mod support;
