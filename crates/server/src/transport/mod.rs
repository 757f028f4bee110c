//! Between the client's byte streams and the protocol library: framing that survives anything, bounded waiting, recordings.
//!
//! The library ends the server at the first message that it cannot read and takes bodies of any size, so only whole and valid
//! messages reach it; all others are answered here. Never does: know a method, but for `shutdown` and `exit`.

mod framing;
mod message;
mod output;
mod record;
pub mod replay;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, BufReader, DuplexStream, duplex};
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinHandle};

use framing::{Framing, Piece};
use message::Message;
use output::{Closed, Queue, Waiting};
use record::From;

pub use record::Recorder;

/// Bytes between the client's stream and the protocol library.
const PIPE: usize = 64 * 1024;

/// Bytes the other way: answers may be large, and each time that the pipe is full costs a change of tasks.
const WIDE_PIPE: usize = 1024 * 1024;

/// What the protocol library reads and writes.
pub struct Ends {
    pub input: DuplexStream,
    pub output: DuplexStream,
}

/// How the client's side came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The notification `exit`.
    Exit { after_shutdown: bool },
    /// No more input, without `exit`.
    EndOfInput,
    /// The client cannot be read from or written to.
    Broken,
}

impl Ending {
    /// The exit code that the protocol asks for.
    pub fn exit_code(self) -> u8 {
        match self {
            Ending::Exit { after_shutdown: true } => 0,
            Ending::Exit { after_shutdown: false } | Ending::EndOfInput | Ending::Broken => 1,
        }
    }
}

/// Tells how it goes with the client.
pub struct GuardHandle {
    ending: watch::Receiver<Option<Ending>>,
    writer: JoinHandle<()>,
}

impl GuardHandle {
    /// Waits until the client's side has ended. By then the library's input is closed; its requests may still be at work.
    pub async fn client_ended(&self) -> Ending {
        let mut ending = self.ending.clone();
        let ended = ending.wait_for(Option::is_some).await;
        ended.ok().and_then(|ending| *ending).unwrap_or(Ending::Broken)
    }

    /// Waits until everything is written that went into [`Ends::output`], which must have been dropped, and says whether that
    /// was done within the limit. A client that has stopped reading would hold us up for ever.
    pub async fn flushed(self, limit: Duration) -> bool {
        tokio::time::timeout(limit, self.writer).await.is_ok()
    }
}

/// Runs between the client's byte streams and the protocol library, on the tokio runtime that it is called in.
///
/// `stdin` of tokio blocks a thread that nothing can wake: end the process, or the runtime with `shutdown_background`.
pub fn guard(
    stdin: impl AsyncRead + Send + Unpin + 'static,
    stdout: impl AsyncWrite + Send + Unpin + 'static,
    recorder: Option<Recorder>,
) -> (Ends, GuardHandle) {
    let recorder = recorder.map(Arc::new);
    let (to_service, input) = duplex(PIPE);
    let (output, from_service) = duplex(WIDE_PIPE);
    let (queue, waiting) = output::queue();
    let (ending, watched) = watch::channel(None);
    let incoming = Incoming { to_service, answers: queue.clone(), recorder: recorder.clone() };
    let reader = tokio::spawn(read_client(stdin, incoming, ending.clone()));
    tokio::spawn(pass_out(from_service, queue, recorder));
    let writer = tokio::spawn(write_client(waiting, stdout, reader.abort_handle(), ending));
    (Ends { input, output }, GuardHandle { ending: watched, writer })
}

/// The way in.
struct Incoming {
    to_service: DuplexStream,
    answers: Queue,
    recorder: Option<Arc<Recorder>>,
}

async fn read_client(
    mut stdin: impl AsyncRead + Unpin,
    mut incoming: Incoming,
    ending: watch::Sender<Option<Ending>>,
) {
    let how = pass_in(&mut stdin, &mut incoming).await.unwrap_or(Ending::Broken);
    // First the library's input is closed, then the news told: see `client_ended`.
    drop(incoming);
    set(&ending, how);
}

async fn pass_in(stdin: &mut (impl AsyncRead + Unpin), incoming: &mut Incoming) -> Result<Ending, Closed> {
    let mut framing = Framing::default();
    let mut chunk = vec![0; PIPE];
    let mut after_shutdown = false;
    loop {
        let size = stdin.read(&mut chunk).await.map_err(|error| {
            tracing::warn!("cannot read from the client: {error}");
            Closed
        })?;
        framing.feed(&chunk[..size]);
        if size == 0 {
            framing.end();
        }
        while let Some(piece) = framing.next_piece() {
            let Some(message) = incoming.pass(piece).await? else { continue };
            match message.method() {
                Some("shutdown") => after_shutdown = true,
                Some("exit") => return Ok(Ending::Exit { after_shutdown }),
                _ => {}
            }
        }
        if size == 0 {
            return Ok(Ending::EndOfInput);
        }
    }
}

impl Incoming {
    /// Hands a message on, and back; answers what is none.
    async fn pass(&mut self, piece: Piece) -> Result<Option<Message>, Closed> {
        match piece {
            Piece::Message(message) => {
                self.record(From::Client, &message.value);
                output::write_frame(&mut self.to_service, &message.body).await.map_err(|_| Closed)?;
                Ok(Some(message))
            }
            Piece::Refused(refusal) => {
                let answer = refusal.answer();
                tracing::warn!("refused what the client sent: {}", answer["error"]["message"]);
                self.record(From::Server, &answer);
                self.answers.push(answer.to_string().into_bytes()).await?;
                Ok(None)
            }
        }
    }

    fn record(&self, from: From, message: &Value) {
        if let Some(recorder) = &self.recorder {
            recorder.record(from, message);
        }
    }
}

async fn pass_out(from_service: DuplexStream, queue: Queue, recorder: Option<Arc<Recorder>>) {
    let mut from_service = BufReader::new(from_service);
    loop {
        let body = match output::read_frame(&mut from_service).await {
            Ok(Some(body)) => body,
            Ok(None) => return,
            Err(error) => return tracing::error!("the server's own output broke off: {error}"),
        };
        if let Some(recorder) = &recorder
            && let Ok(message) = serde_json::from_slice(&body)
        {
            recorder.record(From::Server, &message);
        }
        if queue.push(body).await.is_err() {
            return;
        }
    }
}

async fn write_client(
    waiting: Waiting,
    stdout: impl AsyncWrite + Unpin,
    reader: AbortHandle,
    ending: watch::Sender<Option<Ending>>,
) {
    if let Err(error) = output::write_frames(waiting, stdout).await {
        tracing::warn!("cannot write to the client: {error}");
        // Nobody is there to answer. The reader may sit in a read that never returns; aborted, it closes the library's input.
        reader.abort();
        set(&ending, Ending::Broken);
    }
}

/// Only the first ending counts.
fn set(ending: &watch::Sender<Option<Ending>>, how: Ending) {
    ending.send_if_modified(|ending| {
        let first = ending.is_none();
        ending.get_or_insert(how);
        first
    });
}
