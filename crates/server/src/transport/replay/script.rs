//! A recording as the steps that the player takes. Never does: IO, but for reading the file.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::ReplayError;
use crate::transport::record::{Entry, From};

/// One step, in the order of the recording.
#[derive(Debug)]
pub enum Step {
    /// A request or notification of the client. `pause`: milliseconds since the line before.
    Send { message: Value, pause: u64 },
    /// The client's response to the `nth` request of that method, counted from 0, that the server makes.
    Reply { method: String, nth: usize, message: Value, pause: u64 },
    /// Here the server had answered.
    Expect { id: Value, method: String, recorded: Value },
}

/// Reads a recording.
///
/// # Errors
/// Where the file cannot be read or a line of it is none.
pub fn read(file: &Path) -> Result<Vec<Step>, ReplayError> {
    let text =
        fs::read_to_string(file).map_err(|source| ReplayError::File { file: file.to_owned(), source })?;
    let mut script = Script::default();
    for (index, line) in text.lines().enumerate() {
        let entry: Entry = serde_json::from_str(line).map_err(|error| ReplayError::Line {
            file: file.to_owned(),
            line: index + 1,
            why: error.to_string(),
        })?;
        if !entry.message.is_object() {
            let why = "`message` is not an object".to_owned();
            return Err(ReplayError::Line { file: file.to_owned(), line: index + 1, why });
        }
        script.add(entry);
    }
    let begins =
        |step: &Step| matches!(step, Step::Send { message, .. } if message["method"] == "initialize");
    match script.steps.iter().any(begins) {
        true => Ok(script.steps),
        false => Err(ReplayError::NoBeginning { file: file.to_owned() }),
    }
}

#[derive(Default)]
struct Script {
    steps: Vec<Step>,
    last: u64,
    /// Requests of the client that are not answered yet: id to method.
    open: HashMap<String, String>,
    /// Requests of the server: id to method and which of that method it was.
    asked: HashMap<String, (String, usize)>,
    count: HashMap<String, usize>,
}

impl Script {
    fn add(&mut self, entry: Entry) {
        let pause = entry.ms.saturating_sub(self.last);
        self.last = entry.ms;
        let mut message = entry.message;
        let id = message["id"].clone();
        let method = message["method"].as_str().map(str::to_owned);
        match (entry.from, method) {
            (From::Client, Some(method)) => {
                if let Some(process) = message.pointer_mut("/params/processId") {
                    // A server may watch its client's process; that one is gone.
                    *process = Value::Null;
                }
                if message.get("id").is_some() {
                    self.open.insert(id.to_string(), method);
                }
                self.steps.push(Step::Send { message, pause });
            }
            (From::Client, None) => {
                if let Some((method, nth)) = self.asked.remove(&id.to_string()) {
                    self.steps.push(Step::Reply { method, nth, message, pause });
                }
            }
            (From::Server, Some(method)) => {
                if message.get("id").is_some() {
                    let count = self.count.entry(method.clone()).or_default();
                    self.asked.insert(id.to_string(), (method, *count));
                    *count += 1;
                }
            }
            (From::Server, None) => {
                if let Some(method) = self.open.remove(&id.to_string()) {
                    self.steps.push(Step::Expect { id, method, recorded: message });
                }
            }
        }
    }
}
