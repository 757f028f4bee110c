//! The client that a recording is played by. Never does: send a message before what it had been a reaction to.

use std::collections::HashMap;
use std::io::{self, Write};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{BufReader, DuplexStream};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::{Instant, sleep, timeout_at};

use super::script::Step;
use super::{Limits, Report};
use crate::transport::output::{read_frame, write_frame};

/// The request whose answer is about the moment.
const STATUS: &str = "backstory/status";

/// Time between two questions about the status.
const STATUS_PAUSE: Duration = Duration::from_millis(50);

/// Longer answers are cut to so many characters when printed.
const PRINTED: usize = 200;

/// What a lens and a hover say while history is being read.
const READING: [&str; 2] = ["reading history…", "Reading history…"];

/// `RequestCancelled`, `ContentModified` and `ServerCancelled` of the protocol.
const CANCELLED: [i64; 3] = [-32800, -32801, -32802];

pub struct Player {
    to_server: DuplexStream,
    from_server: UnboundedReceiver<Value>,
    limits: Limits,
    /// Whether the server's output has ended.
    ended: bool,
    /// Answers that nobody has looked at, by id.
    answers: HashMap<String, Value>,
    /// Ids of the server's requests, by method, in order.
    asked: HashMap<String, Vec<Value>>,
    /// Responses whose request has not come yet, by method and place.
    due: HashMap<(String, usize), Value>,
    report: Report,
}

impl Player {
    pub fn new(to_server: DuplexStream, from_server: DuplexStream, limits: Limits) -> Self {
        let (sender, receiver) = unbounded_channel();
        // A task of its own, so that a server that waits for its reader never waits for us.
        tokio::spawn(async move {
            let mut from_server = BufReader::new(from_server);
            while let Ok(Some(body)) = read_frame(&mut from_server).await {
                let Ok(message) = serde_json::from_slice(&body) else { continue };
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        Self {
            to_server,
            from_server: receiver,
            limits,
            ended: false,
            answers: HashMap::new(),
            asked: HashMap::new(),
            due: HashMap::new(),
            report: Report::default(),
        }
    }

    /// Takes all steps, printing what differs, and closes the server's input.
    pub async fn play(mut self, steps: Vec<Step>, out: &mut impl Write) -> io::Result<Report> {
        for step in steps {
            match step {
                Step::Send { message, pause } => {
                    self.pause(pause).await;
                    self.report.requests += usize::from(message.get("id").is_some());
                    self.send(&message).await;
                }
                Step::Reply { method, nth, message, pause } => {
                    self.pause(pause).await;
                    self.reply(method, nth, message).await;
                }
                Step::Expect { id, method, recorded } => self.expect(id, &method, &recorded, out).await?,
            }
        }
        Ok(self.report)
    }

    async fn pause(&self, recorded: u64) {
        sleep(Duration::from_millis(recorded).min(self.limits.pause)).await;
    }

    async fn send(&mut self, message: &Value) {
        let sent = write_frame(&mut self.to_server, message.to_string().as_bytes()).await;
        self.ended |= sent.is_err();
    }

    /// Responds now where the server has asked, otherwise as soon as it does.
    async fn reply(&mut self, method: String, nth: usize, message: Value) {
        let place = (method, nth);
        self.due.insert(place.clone(), message);
        let deadline = Instant::now() + self.limits.request;
        self.settle(&place).await;
        while self.due.contains_key(&place) && self.receive(deadline).await {}
    }

    /// Sends a response if both it and its request are there.
    async fn settle(&mut self, place: &(String, usize)) {
        let Some(id) = self.asked.get(&place.0).and_then(|asked| asked.get(place.1)).cloned() else { return };
        if let Some(mut message) = self.due.remove(place) {
            message["id"] = id;
            self.send(&message).await;
        }
    }

    /// Takes one message of the server; false where none came in time.
    async fn receive(&mut self, deadline: Instant) -> bool {
        let Ok(received) = timeout_at(deadline, self.from_server.recv()).await else { return false };
        let Some(message) = received else {
            self.ended = true;
            return false;
        };
        match (message["method"].as_str(), message.get("id")) {
            (Some(method), Some(id)) => {
                let asked = self.asked.entry(method.to_owned()).or_default();
                asked.push(id.clone());
                let place = (method.to_owned(), asked.len() - 1);
                self.settle(&place).await;
            }
            (Some(_), None) | (None, None) => {}
            (None, Some(id)) => {
                self.answers.insert(id.to_string(), message);
            }
        }
        true
    }

    async fn answer(&mut self, id: &Value) -> Result<Value, String> {
        let deadline = Instant::now() + self.limits.answer;
        loop {
            if let Some(answer) = self.answers.remove(&id.to_string()) {
                return Ok(answer);
            }
            if !self.receive(deadline).await {
                return Err(match self.ended {
                    true => "no answer: the server has ended".to_owned(),
                    false => format!("no answer within {} s", self.limits.answer.as_secs()),
                });
            }
        }
    }

    async fn expect(
        &mut self,
        id: Value,
        method: &str,
        recorded: &Value,
        out: &mut impl Write,
    ) -> io::Result<()> {
        let mut answer = self.answer(&id).await;
        if method == STATUS && recorded["result"]["busy"] == json!(false) {
            answer = self.until_idle(answer).await;
        }
        let replayed = match answer {
            Ok(answer) if method == STATUS || is_same(recorded, &answer) => {
                self.report.equal += 1;
                return Ok(());
            }
            Ok(answer) => shown(&answer),
            Err(why) => why,
        };
        self.report.different += 1;
        writeln!(out, "{id} {method}")?;
        writeln!(out, "  recorded: {}", shown(recorded))?;
        writeln!(out, "  replayed: {replayed}")
    }

    async fn until_idle(&mut self, mut answer: Result<Value, String>) -> Result<Value, String> {
        let deadline = Instant::now() + self.limits.answer;
        let mut asked = 0;
        while answer.as_ref().is_ok_and(|answer| answer["result"]["busy"] == json!(true)) {
            if Instant::now() > deadline {
                return Err(format!("still busy after {} s", self.limits.answer.as_secs()));
            }
            sleep(STATUS_PAUSE).await;
            asked += 1;
            let id = json!(format!("replay status {asked}"));
            self.send(&json!({"jsonrpc": "2.0", "id": id, "method": STATUS})).await;
            answer = self.answer(&id).await;
        }
        answer
    }
}

fn is_same(recorded: &Value, replayed: &Value) -> bool {
    is_of_the_moment(recorded)
        || is_of_the_moment(replayed)
        || (recorded.get("result") == replayed.get("result")
            && recorded.get("error") == replayed.get("error"))
}

/// Whether an answer only says that the real one was not wanted any more, or not there yet.
fn is_of_the_moment(answer: &Value) -> bool {
    let code = answer["error"]["code"].as_i64();
    let is_cancelled = code.is_some_and(|code| CANCELLED.contains(&code));
    is_cancelled || answer.get("result").is_some_and(|result| READING.iter().any(|words| has(result, words)))
}

/// Whether the words stand in any text of the value.
fn has(value: &Value, words: &str) -> bool {
    match value {
        Value::String(text) => text.contains(words),
        Value::Array(items) => items.iter().any(|item| has(item, words)),
        Value::Object(fields) => fields.values().any(|field| has(field, words)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The result or error of an answer, cut where it is long.
fn shown(answer: &Value) -> String {
    let text = match (answer.get("result"), answer.get("error")) {
        (Some(result), _) => result.to_string(),
        (None, Some(error)) => format!("error {error}"),
        (None, None) => answer.to_string(),
    };
    match text.char_indices().nth(PRINTED) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text,
    }
}
