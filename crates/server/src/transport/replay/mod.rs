//! Plays the client's side of a recording to a fresh server and compares the answers. Never does: bring back the files as they
//! were, so answers differ where the repository has changed since.

mod player;
mod script;
#[cfg(test)]
mod tests;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::io::{DuplexStream, duplex};

use player::Player;

/// Bytes between the player and the server, in each direction.
const PIPE: usize = 64 * 1024;

/// Time for the server to end once its input is closed.
const ENDING: Duration = Duration::from_secs(10);

/// How long the player waits for the server.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    /// For the answer to a request.
    answer: Duration,
    /// For a request of the server's own, which it may have no reason for this time.
    request: Duration,
    /// The longest pause between two messages that is kept.
    pause: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            answer: Duration::from_secs(60),
            request: Duration::from_secs(5),
            pause: Duration::from_secs(1),
        }
    }
}

/// Why a recording cannot be played.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    #[error("cannot read the recording {path}: {source}", path = file.display())]
    File { file: PathBuf, source: io::Error },
    #[error("{path}:{line}: not a line of a recording: {why}", path = file.display())]
    Line { file: PathBuf, line: usize, why: String },
    #[error("{path}: the recording has no `initialize` request", path = file.display())]
    NoBeginning { file: PathBuf },
    #[error("cannot print the result: {0}")]
    Print(#[from] io::Error),
}

/// How a replay went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Requests that the client had sent.
    pub requests: usize,
    /// Those of them that were answered alike.
    pub equal: usize,
    /// Those that were answered in another way, or no more.
    pub different: usize,
}

impl Report {
    /// 0 where no answer differs.
    pub fn exit_code(self) -> u8 {
        u8::from(self.different > 0)
    }
}

/// Replays a recording and prints what differs.
///
/// `serve` runs a whole server that reads its first argument and writes to its second. A message that the client had sent after an
/// answer is sent after the new answer, and no sooner after the message before it than recorded, up to a second. Where
/// one of the two answers is that the request was cancelled or that history is being read, they count as equal, since that is a
/// matter of time; so does `backstory/status`, which is asked again until the server is as idle as it was.
///
/// # Errors
/// Where the file cannot be read (the error names the line) or `out` cannot be written.
pub async fn replay<F>(
    file: &Path,
    serve: impl FnOnce(DuplexStream, DuplexStream) -> F,
    out: &mut impl Write,
) -> Result<Report, ReplayError>
where
    F: Future<Output: Send> + Send + 'static,
{
    replay_within(file, serve, out, Limits::default()).await
}

pub(crate) async fn replay_within<F>(
    file: &Path,
    serve: impl FnOnce(DuplexStream, DuplexStream) -> F,
    out: &mut impl Write,
    limits: Limits,
) -> Result<Report, ReplayError>
where
    F: Future<Output: Send> + Send + 'static,
{
    let steps = script::read(file)?;
    let (to_server, input) = duplex(PIPE);
    let (output, from_server) = duplex(PIPE);
    let mut server = tokio::spawn(serve(input, output));
    let report = Player::new(to_server, from_server, limits).play(steps, out).await?;
    if tokio::time::timeout(ENDING, &mut server).await.is_err() {
        server.abort();
        writeln!(out, "the server did not end {} s after its input", ENDING.as_secs())?;
    }
    let Report { requests, equal, different } = report;
    writeln!(out, "{requests} requests, {equal} answers equal, {different} differ")?;
    Ok(report)
}
