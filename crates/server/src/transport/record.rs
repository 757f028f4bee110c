//! The traffic as a file, for finding out afterwards what an editor said. Never does: stop the server when it cannot write.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Who sent a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum From {
    Client,
    Server,
}

/// One line of a recording.
#[derive(Debug, Serialize, Deserialize)]
pub struct Entry<M = Value> {
    /// Milliseconds since the recording began.
    pub ms: u64,
    pub from: From,
    pub message: M,
}

/// Writes one line of JSON a message: `{"ms": 12, "from": "client", "message": {..}}`. Messages that are refused are not in it;
/// the errors that answer them are.
pub struct Recorder {
    began: Instant,
    /// Gone after the first error.
    to: Mutex<Option<Box<dyn Write + Send>>>,
}

impl Recorder {
    /// Records to a file, in place of what was in it.
    ///
    /// # Errors
    /// Where the file cannot be created.
    pub fn create(file: &Path) -> io::Result<Self> {
        Ok(Self::to(Box::new(File::create(file)?)))
    }

    pub(crate) fn to(to: Box<dyn Write + Send>) -> Self {
        Self { began: Instant::now(), to: Mutex::new(Some(to)) }
    }

    /// Adds one message.
    pub fn record(&self, from: From, message: &Value) {
        let ms = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let mut to = self.to.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(writer) = to.as_mut() else { return };
        let written = serde_json::to_string(&Entry { ms, from, message })
            .map_err(io::Error::from)
            .and_then(|line| writer.write_all(format!("{line}\n").as_bytes()))
            .and_then(|()| writer.flush());
        if let Err(error) = written {
            tracing::error!("cannot record the traffic any further: {error}");
            *to = None;
        }
    }
}
