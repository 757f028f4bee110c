//! What `fetch` tells its caller while it works, and how the caller wants it done. Never prints anything.

use std::time::Duration;

use crate::catalogue::Source;

/// A stage of fetching a model, in the order in which they come; downloads and conversion repeat with growing numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Progress<'a> {
    /// Another process is fetching the same model: its result will be used.
    Waiting,
    /// This source is asked now.
    Source(&'a Source),
    /// It failed, and the next one is tried, if there is one.
    Failed { source: &'a Source, reason: &'a str },
    /// Bytes that have arrived. The total is an estimate until the source has stated it.
    Download { done: u64, total: u64 },
    /// The checksum of the download is computed.
    Verifying,
    /// Tensors that have been rewritten.
    Converting { done: usize, total: usize },
}

/// How to fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchOptions {
    /// Fetch even if the model is installed and current.
    pub again: bool,
    /// How long the hub may take to its first answer, so that an offline machine goes on to the next source soon.
    pub first_answer: Duration,
    /// How long a download may stand still.
    pub stall: Duration,
}

impl Default for FetchOptions {
    fn default() -> Self {
        Self { again: false, first_answer: Duration::from_secs(8), stall: Duration::from_secs(60) }
    }
}
