//! What can go wrong. Never holds more than a sentence for people.

use std::path::PathBuf;

/// Why no table came out.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("cannot read {path}: {source}", path = path.display())]
    Read { path: PathBuf, source: std::io::Error },
    #[error("no function or type in these sources has documentation of its own to learn from")]
    NoPairs,
    #[error(
        "too little is said here about the code to learn from it: {held} texts to measure by, and {fewest} are needed"
    )]
    TooFew { held: usize, fewest: usize },
    #[error("cancelled")]
    Cancelled,
    #[error("the trained table cannot be written: a number in it is not finite; train with fewer epochs")]
    NotFinite,
}
