//! Refactorings. Never does: IO.

pub mod extract;
