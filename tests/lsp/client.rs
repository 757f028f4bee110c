//! A client of the language server over its standard streams, which waits for nothing longer than [`DEADLINE`]. Never does: judge.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use backstory_fixture::Fixture;
use serde_json::{Value, json};

pub const DEADLINE: Duration = Duration::from_secs(30);

/// What the client does with the server's requests.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Manners {
    Answers,
    NeverAnswers,
}

pub struct Client {
    child: Child,
    stdin: Option<ChildStdin>,
    inbox: Receiver<Value>,
    stderr: Arc<Mutex<String>>,
    answers: HashMap<String, Result<Value, Value>>,
    last_id: i64,
    pub manners: Manners,
    /// What `workspace/configuration` is answered with, for the section `backstory`.
    pub settings: Value,
    /// Notifications and requests of the server, as they came.
    pub heard: Vec<Value>,
    pub root: PathBuf,
}

/// The server in a directory, with its cache and settings in others.
pub fn command(fixture: &Fixture, directory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_backstory"));
    command
        .arg("lsp")
        .current_dir(directory)
        .env("BACKSTORY_CACHE_DIR", fixture.beside("cache"))
        .env("BACKSTORY_MODEL_DIR", fixture.beside("models"))
        .env("BACKSTORY_CONFIG", fixture.beside("config.toml"))
        .env("BACKSTORY_DATA_DIR", fixture.beside("data"))
        .env("BACKSTORY_TEST_REQUESTS", "1")
        // What the person who runs the tests has set must not decide how they end.
        .env_remove("BACKSTORY_MODEL")
        .env_remove("BACKSTORY_LOG");
    command
}

impl Client {
    /// A server on a fixture, initialized by a client that can do everything, when it has read what it reads by itself.
    pub fn new(fixture: &Fixture) -> Self {
        let mut client = Self::start(fixture);
        client.initialize(all_capabilities(), Value::Null);
        client.idle();
        client
    }

    /// A server that has not heard anything yet.
    pub fn start(fixture: &Fixture) -> Self {
        Self::spawn(command(fixture, &fixture.path()), fixture.path())
    }

    pub fn spawn(mut command: Command, root: PathBuf) -> Self {
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().unwrap();
        let (sender, inbox) = channel();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || while read(&mut stdout).is_some_and(|message| sender.send(message).is_ok()) {});
        let stderr = Arc::new(Mutex::new(String::new()));
        let (lines, kept) = (BufReader::new(child.stderr.take().unwrap()), Arc::clone(&stderr));
        thread::spawn(move || {
            for line in lines.lines().map_while(Result::ok) {
                kept.lock().unwrap().push_str(&(line + "\n"));
            }
        });
        let stdin = child.stdin.take();
        Self {
            child,
            stdin,
            inbox,
            stderr,
            answers: HashMap::new(),
            last_id: 0,
            manners: Manners::Answers,
            settings: Value::Null,
            heard: Vec::new(),
            root,
        }
    }

    /// Initializes with the root as the only folder.
    pub fn initialize(&mut self, capabilities: Value, options: Value) -> Value {
        let folders = json!([{"uri": uri(&self.root), "name": "root"}]);
        self.initialize_with(json!({
            "processId": std::process::id(),
            "rootUri": uri(&self.root),
            "workspaceFolders": folders,
            "capabilities": capabilities,
            "initializationOptions": options,
        }))
    }

    pub fn initialize_with(&mut self, params: Value) -> Value {
        let result = self.ask("initialize", params).unwrap();
        self.notify("initialized", json!({}));
        result
    }

    /// Sends a request; its answer is for [`Client::wait`].
    pub fn request(&mut self, method: &str, params: Value) -> i64 {
        self.last_id += 1;
        self.send(&json!({"jsonrpc": "2.0", "id": self.last_id, "method": method, "params": params}));
        self.last_id
    }

    pub fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// The answer to a request: its result or its error.
    pub fn wait(&mut self, id: impl Into<Value>) -> Result<Value, Value> {
        let id = id.into().to_string();
        self.until(&format!("the answer to {id}"), |client| client.answers.remove(&id))
    }

    pub fn ask(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        let id = self.request(method, params);
        self.wait(id)
    }

    pub fn send(&mut self, message: &Value) {
        let body = message.to_string();
        self.raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }

    /// Sends bytes as they are.
    pub fn raw(&mut self, bytes: &[u8]) {
        let stdin = self.stdin.as_mut().expect("the input is open");
        let sent = stdin.write_all(bytes).and_then(|()| stdin.flush());
        if let Err(error) = sent {
            self.fail(&format!("cannot send: {error}"));
        }
    }

    /// Takes messages until the check finds something.
    pub fn until<T>(&mut self, what: &str, mut check: impl FnMut(&mut Self) -> Option<T>) -> T {
        let deadline = Instant::now() + DEADLINE;
        loop {
            if let Some(found) = check(self) {
                return found;
            }
            match self.inbox.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(message) => self.take(message),
                Err(error) => self.fail(&format!("{error} while waiting for {what}")),
            }
        }
    }

    /// Asks again and again until the check finds something, as after a change on disk.
    pub fn eventually<T>(&mut self, what: &str, mut check: impl FnMut(&mut Self) -> Option<T>) -> T {
        let deadline = Instant::now() + DEADLINE;
        loop {
            if let Some(found) = check(self) {
                return found;
            }
            if Instant::now() > deadline {
                self.fail(&format!("waited too long until {what}"));
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until the server has read everything that it reads by itself; returns its last status.
    pub fn idle(&mut self) -> Value {
        self.eventually("the server is idle", |client| {
            let status = client.ask("backstory/status", Value::Null).unwrap();
            (status["busy"] == false).then_some(status)
        })
    }

    fn take(&mut self, message: Value) {
        let id = message.get("id").cloned();
        match (message["method"].as_str(), id) {
            (Some(method), Some(id)) => {
                if self.manners == Manners::Answers {
                    let result = self.own_answer(method, &message["params"]);
                    self.send(&json!({"jsonrpc": "2.0", "id": id, "result": result}));
                }
                self.heard.push(message);
            }
            (Some(_), None) => self.heard.push(message),
            (None, id) => {
                let answer = match message.get("error") {
                    Some(error) => Err(error.clone()),
                    None => Ok(message["result"].clone()),
                };
                self.answers.insert(id.unwrap_or_default().to_string(), answer);
            }
        }
    }

    fn own_answer(&self, method: &str, params: &Value) -> Value {
        match method {
            "workspace/configuration" => {
                params["items"].as_array().unwrap().iter().map(|_| self.settings.clone()).collect()
            }
            "window/showDocument" => json!({"success": true}),
            _ => Value::Null,
        }
    }

    /// Messages of the server with this method so far.
    pub fn heard(&self, method: &str) -> Vec<&Value> {
        self.heard.iter().filter(|message| message["method"] == method).map(|it| &it["params"]).collect()
    }

    /// Ends the server as the protocol says; returns its exit code.
    pub fn exit(mut self) -> i32 {
        assert_eq!(self.ask("shutdown", Value::Null), Ok(Value::Null));
        self.notify("exit", Value::Null);
        self.exit_code()
    }

    /// Closes the server's input.
    pub fn close(&mut self) {
        self.stdin = None;
    }

    /// Waits until the server has ended by itself.
    pub fn exit_code(mut self) -> i32 {
        let deadline = Instant::now() + DEADLINE;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code().unwrap_or(-1);
            }
            thread::sleep(Duration::from_millis(5));
        }
        self.fail("the server did not end");
    }

    #[allow(dead_code, reason = "the cases with a model and the benches ask for it")]
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    pub fn stderr(&self) -> String {
        self.stderr.lock().unwrap().clone()
    }

    #[track_caller]
    pub fn fail(&mut self, why: &str) -> ! {
        let ended = self.child.try_wait().ok().flatten();
        let heard: Vec<String> = self.heard.iter().rev().take(5).map(Value::to_string).collect();
        panic!("{why}\nserver: {ended:?}\nits log:\n{}\nheard last: {heard:#?}", self.stderr());
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads one frame; nothing at the end.
fn read(from: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        from.read_line(&mut line).ok().filter(|size| *size > 0)?;
        match line.trim_end().split_once(": ") {
            Some((_, value)) => length = value.parse().ok()?,
            None => break,
        }
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

/// What a client says that can do everything that the server may use, with positions in UTF-16.
pub fn all_capabilities() -> Value {
    json!({
        "workspace": {
            "configuration": true,
            "didChangeConfiguration": {"dynamicRegistration": true},
            "workspaceFolders": true,
            "codeLens": {"refreshSupport": true},
        },
        "window": {"workDoneProgress": true, "showDocument": {"support": true}},
    })
}

/// The URI of a path.
pub fn uri(path: &Path) -> String {
    let mut uri = String::from("file://");
    for byte in path.to_str().unwrap().bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => {
                uri.push(byte as char)
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}
