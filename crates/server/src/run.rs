//! One run of the server on a pair of streams, and on standard input and output. Never does: speak the protocol itself.

use std::io::{self, Write};
use std::panic;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::runtime::{Builder, Runtime};
use tower_lsp::{LspService, Server};

use crate::backend::Backend;
use crate::front::{Front, Shared};
use crate::log::{self, Level, LogError};
use crate::transport::{self, Recorder, guard};

/// How long requests under way may take after the client has gone.
const LAST_ANSWERS: Duration = Duration::from_secs(1);

/// How long the client may take to read what is left.
const LAST_BYTES: Duration = Duration::from_secs(1);

/// Allows the request `backstory/panic`, with which tests see that a panic takes nothing with it.
const TEST_REQUESTS: &str = "BACKSTORY_TEST_REQUESTS";

/// How the server runs.
#[derive(Clone, Debug, Default)]
pub struct RunOptions {
    /// Where its log goes; standard error where there is no file.
    pub log: Option<PathBuf>,
    pub level: Level,
    /// Where the traffic is recorded.
    pub record: Option<PathBuf>,
}

/// Why the server could not start.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error(transparent)]
    Log(#[from] LogError),
    #[error("cannot start the asynchronous runtime: {0}")]
    Runtime(io::Error),
    #[error(transparent)]
    Replay(#[from] transport::replay::ReplayError),
    #[error("cannot record to {path}: {source}", path = file.display())]
    Record { file: PathBuf, source: io::Error },
}

/// Serves the client on standard input and output until it goes; returns the exit code that the protocol asks for.
///
/// # Errors
/// Where it cannot start.
pub fn run(options: &RunOptions) -> Result<u8, RunError> {
    log::start(options.log.as_deref(), options.level)?;
    panic::set_hook(Box::new(|panic| tracing::error!("{panic}")));
    let recorder = options.record.as_deref().map(recorder).transpose()?;
    let runtime = runtime()?;
    let code = runtime.block_on(async {
        let (ends, client) = guard(tokio::io::stdin(), tokio::io::stdout(), recorder);
        let serving = tokio::spawn(serve(ends.input, ends.output));
        let ending = client.client_ended().await;
        // An explanation may be under way that nobody waits for any more.
        let served = tokio::time::timeout(LAST_ANSWERS, serving).await;
        tracing::debug!("the client has gone: {ending:?}; all answered: {}", served.is_ok());
        client.flushed(LAST_BYTES).await;
        ending.exit_code()
    });
    // A read of standard input can't be woken.
    runtime.shutdown_background();
    Ok(code)
}

fn recorder(file: &Path) -> Result<Recorder, RunError> {
    Recorder::create(file).map_err(|source| RunError::Record { file: file.to_owned(), source })
}

/// Plays a recording to a fresh server and prints what it answers otherwise; returns 0 where nothing differs.
///
/// # Errors
/// Where it cannot start, or the recording cannot be read.
pub fn replay(options: &RunOptions, recording: &Path, out: &mut impl Write) -> Result<u8, RunError> {
    log::start(options.log.as_deref(), options.level)?;
    let runtime = runtime()?;
    let report = runtime.block_on(transport::replay::replay(recording, serve, out))?;
    runtime.shutdown_background();
    Ok(report.exit_code())
}

/// The transport's runtime: nothing computes on it.
fn runtime() -> Result<Runtime, RunError> {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(RunError::Runtime)
}

/// Speaks the protocol over two streams until the input ends.
async fn serve(input: impl AsyncRead + Unpin + Send + 'static, output: impl AsyncWrite + Send + 'static) {
    let shared = Arc::new(Shared::default());
    let of_backend = Arc::clone(&shared);
    let mut builder = LspService::build(|client| Backend::new(client, of_backend))
        .custom_method("backstory/search", Backend::search)
        .custom_method("backstory/explain", Backend::explain)
        .custom_method("backstory/history", Backend::history)
        .custom_method("backstory/change", Backend::change)
        .custom_method("backstory/impact", Backend::impact)
        .custom_method("backstory/ask", Backend::answer)
        .custom_method("backstory/status", Backend::status)
        .custom_method("backstory/pause", Backend::pause)
        .custom_method("workspace/textDocumentContent", Backend::document_content)
        .custom_method("window/workDoneProgress/cancel", Backend::cancel_progress)
        .custom_method("$/setTrace", Backend::set_trace);
    if std::env::var_os(TEST_REQUESTS).is_some() {
        builder = builder.custom_method("backstory/panic", Backend::panic);
    }
    let (service, socket) = builder.finish();
    // With a limit, pending requests would hold up all that follows, cancellations included.
    let server = Server::new(input, output, socket).concurrency_level(usize::MAX);
    server.serve(Front::new(service, shared)).await;
}
