//! The way out: whole frames, one after the other, to a client that may be slow. Never does: drop or reorder a frame.

use std::io;
use std::sync::Arc;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bytes that wait for a client that does not read. As long as they fit, its messages, cancellations among them, are taken.
pub const WAITING_LIMIT: u32 = 16 * 1024 * 1024;

/// Where frames are put; clones feed the same client.
#[derive(Clone)]
pub struct Queue {
    frames: UnboundedSender<Frame>,
    room: Arc<Semaphore>,
}

struct Frame {
    body: Vec<u8>,
    /// Given back when the frame is written. A body above the limit takes all there is.
    _room: OwnedSemaphorePermit,
}

/// What the queue hands to the writer.
pub struct Waiting {
    frames: UnboundedReceiver<Frame>,
    room: Arc<Semaphore>,
}

/// The client can no longer be written to.
#[derive(Debug)]
pub struct Closed;

/// A queue that holds [`WAITING_LIMIT`] bytes.
pub fn queue() -> (Queue, Waiting) {
    let (sender, receiver) = unbounded_channel();
    let room = Arc::new(Semaphore::new(WAITING_LIMIT as usize));
    (Queue { frames: sender, room: Arc::clone(&room) }, Waiting { frames: receiver, room })
}

impl Queue {
    /// Puts a body in line, waiting while there is no room for it.
    pub async fn push(&self, body: Vec<u8>) -> Result<(), Closed> {
        let size = u32::try_from(body.len()).unwrap_or(u32::MAX).clamp(1, WAITING_LIMIT);
        let room = Arc::clone(&self.room).acquire_many_owned(size).await.map_err(|_| Closed)?;
        self.frames.send(Frame { body, _room: room }).map_err(|_| Closed)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        // Nobody writes any more: whoever waits for room must hear of it.
        self.room.close();
    }
}

/// Writes what waits until every [`Queue`] is gone.
///
/// # Errors
/// Where the client cannot be written to, usually because it has ended.
pub async fn write_frames(mut waiting: Waiting, mut to: impl AsyncWrite + Unpin) -> io::Result<()> {
    while let Some(frame) = waiting.frames.recv().await {
        write_frame(&mut to, &frame.body).await?;
    }
    to.shutdown().await
}

/// Writes one frame, at once where the stream takes it, and flushes it.
pub async fn write_frame(to: &mut (impl AsyncWrite + Unpin), body: &[u8]) -> io::Result<()> {
    let mut frame = format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes();
    frame.extend_from_slice(body);
    to.write_all(&frame).await?;
    to.flush().await
}

/// Reads the next body that a well-behaved sender framed; nothing at the end.
///
/// # Errors
/// Where the stream breaks off or a frame has no length: neither comes from the protocol library.
pub async fn read_frame(from: &mut BufReader<impl AsyncRead + Unpin>) -> io::Result<Option<Vec<u8>>> {
    let mut length = None;
    let mut line = String::new();
    loop {
        line.clear();
        if from.read_line(&mut line).await? == 0 {
            return Ok(None);
        }
        match line.trim_end().split_once(": ") {
            Some(("Content-Length", value)) => length = value.parse().ok(),
            Some(_) => {}
            None => break,
        }
    }
    let length =
        length.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "a frame without length"))?;
    let mut body = vec![0; length];
    from.read_exact(&mut body).await?;
    Ok(Some(body))
}
