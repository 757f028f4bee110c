//! The parent's side of the model's process: starts it when it is first needed, asks it, and ends it when it hangs,
//! prints garbage, is interrupted or has been idle. Never loads a model itself and never waits without a limit.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::error::Error;
use crate::limits::{Limits, POLL};
use crate::prompt::Prompt;
use crate::protocol::{Body, HUB_CACHE_VARIABLE, Loaded, OFFLINE, Reply, Request, Usage};
use crate::threads::{self, Threads};

/// No reply is longer: a token is a few bytes.
const LONGEST_LINE: u64 = 64 << 10;
/// How much of the process's standard error is kept for reports.
const STDERR_TAIL: usize = 2 << 10;

/// An answer of the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    pub text: String,
    pub usage: Usage,
    /// How the process was loaded, which may have been long before; `None` for an endpoint.
    pub loaded: Option<Loaded>,
}

/// The model's process, or the recipe for it while none runs. Dropping it ends the process.
#[derive(Debug)]
pub struct Worker {
    command: Command,
    limits: Limits,
    running: Option<Running>,
    last_id: u64,
}

#[derive(Debug)]
struct Running {
    child: Child,
    requests: Sender<String>,
    lines: Receiver<Line>,
    stderr: Arc<Mutex<VecDeque<u8>>>,
    stderr_reader: Option<JoinHandle<()>>,
    loaded: Option<Loaded>,
    started: Instant,
    last_used: Instant,
}

#[derive(Debug)]
enum Line {
    Reply(Reply),
    Garbage,
}

impl Worker {
    /// `command` is the program that calls [`crate::serve`], with its arguments; it is started when first needed.
    pub fn new(mut command: Command, threads: Threads, limits: Limits) -> Self {
        let (variable, count) = threads::variable(threads);
        command.env(variable, count).envs(OFFLINE).env(HUB_CACHE_VARIABLE, std::env::temp_dir());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        #[cfg(windows)]
        {
            use std::os::windows::process::CommandExt;
            const BELOW_NORMAL_PRIORITY_CLASS: u32 = 0x4000;
            command.creation_flags(BELOW_NORMAL_PRIORITY_CLASS);
        }
        Self { command, limits, running: None, last_id: 0 }
    }

    /// Starts the process, if none runs, without waiting for the model to be loaded.
    pub fn start(&mut self) -> Result<(), Error> {
        if self.is_running() {
            return Ok(());
        }
        self.end();
        self.running = Some(Running::spawn(&mut self.command)?);
        Ok(())
    }

    /// Answers `prompt`. `on_token` gets each piece of text as it comes. One request at
    /// a time: that is what `&mut self` says.
    ///
    /// # Errors
    /// [`Error::Engine`] with the model's own reason, [`Error::Spawn`], [`Error::WorkerDied`],
    /// [`Error::WorkerGarbage`], [`Error::WorkerHung`], and [`Error::Interrupted`] within milliseconds of the flag. After
    /// an error the process has been ended, and the next call starts a new one.
    pub fn generate(
        &mut self,
        prompt: &Prompt,
        interrupted: &AtomicBool,
        on_token: &mut dyn FnMut(&str),
    ) -> Result<Generated, Error> {
        self.start()?;
        self.last_id += 1;
        let request =
            Request { id: self.last_id, prompt: prompt.text.clone(), max_tokens: prompt.max_tokens };
        let Some(running) = &mut self.running else {
            return Err(Error::WorkerDied { stderr: String::new() });
        };
        let result = running.answer(&request, self.limits, interrupted, on_token);
        if result.is_err() {
            self.end();
        }
        result
    }

    /// Ends the process if it has had nothing to do for `idle`; says whether it did.
    pub fn end_if_idle(&mut self, idle: Duration) -> bool {
        let ended = self.running.as_ref().is_some_and(|running| running.last_used.elapsed() >= idle);
        if ended {
            self.end();
        }
        ended
    }

    /// A process runs, loaded or loading.
    pub fn is_running(&mut self) -> bool {
        self.running.as_mut().is_some_and(|running| matches!(running.child.try_wait(), Ok(None)))
    }

    /// Ends the process, if one runs.
    pub fn end(&mut self) {
        if let Some(mut running) = self.running.take() {
            running.kill();
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.end();
    }
}

impl Running {
    fn spawn(command: &mut Command) -> Result<Self, Error> {
        let mut child = command.spawn().map_err(Error::Spawn)?;
        let (Some(mut stdin), Some(stdout), Some(mut errors)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(Error::Spawn(std::io::Error::other("its pipes are missing")));
        };
        let (requests, outbox) = channel::<String>();
        // Writing can block for as long as the process does not read, so it happens on a thread of its own. When the
        // sender goes, the thread ends and closes the pipe, which ends the process.
        thread::spawn(move || {
            for line in outbox {
                if stdin.write_all(line.as_bytes()).and_then(|()| stdin.flush()).is_err() {
                    return;
                }
            }
        });
        let (inbox, lines) = channel();
        thread::spawn(move || read_replies(stdout, &inbox));
        let stderr = Arc::new(Mutex::new(VecDeque::new()));
        let tail = Arc::clone(&stderr);
        let stderr_reader = Some(thread::spawn(move || keep_tail(&mut errors, &tail)));
        let now = Instant::now();
        let (started, last_used) = (now, now);
        Ok(Self { child, requests, lines, stderr, stderr_reader, loaded: None, started, last_used })
    }

    fn answer(
        &mut self,
        request: &Request,
        limits: Limits,
        interrupted: &AtomicBool,
        on_token: &mut dyn FnMut(&str),
    ) -> Result<Generated, Error> {
        let loaded = self.wait_loaded(limits.ready, interrupted)?;
        let mut line = serde_json::to_string(request).expect("a request of texts and numbers serializes");
        line.push('\n');
        // A writer that is gone means a process that is gone: the wait below finds that and reports it.
        let _ = self.requests.send(line);
        let end = Instant::now() + limits.answer;
        let mut text = String::new();
        loop {
            let silence = limits.silence.min(end.saturating_duration_since(Instant::now()));
            let reply = self.next_reply(silence, interrupted)?;
            self.last_used = Instant::now();
            match reply.body {
                Body::Token(piece) if reply.id == Some(request.id) => {
                    on_token(&piece);
                    text.push_str(&piece);
                }
                Body::Done(usage) if reply.id == Some(request.id) => {
                    return Ok(Generated { text, usage, loaded: Some(loaded) });
                }
                Body::Error(reason) => return Err(Error::Engine(reason)),
                _ => return Err(self.garbage()),
            }
        }
    }

    fn wait_loaded(&mut self, limit: Duration, interrupted: &AtomicBool) -> Result<Loaded, Error> {
        if let Some(loaded) = self.loaded {
            return Ok(loaded);
        }
        let mut left = limit.saturating_sub(self.started.elapsed());
        loop {
            match self.next_reply(left, interrupted)?.body {
                Body::Converting { .. } => left = limit,
                Body::Ready(loaded) => return Ok(*self.loaded.insert(loaded)),
                Body::Error(reason) => return Err(Error::Engine(reason)),
                _ => return Err(self.garbage()),
            }
        }
    }

    fn next_reply(&mut self, limit: Duration, interrupted: &AtomicBool) -> Result<Reply, Error> {
        let end = Instant::now() + limit;
        loop {
            if interrupted.load(Ordering::Relaxed) {
                return Err(Error::Interrupted);
            }
            let left = end.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left.min(POLL)) {
                Ok(Line::Reply(reply)) => return Ok(reply),
                Ok(Line::Garbage) => return Err(self.garbage()),
                Err(RecvTimeoutError::Disconnected) => {
                    // Ctrl-C in a terminal reaches the child too, which may be faster than the flag.
                    thread::sleep(POLL);
                    if interrupted.load(Ordering::Relaxed) {
                        return Err(Error::Interrupted);
                    }
                    self.kill();
                    return Err(Error::WorkerDied { stderr: self.last_words() });
                }
                Err(RecvTimeoutError::Timeout) if left.is_zero() => {
                    self.kill();
                    return Err(Error::WorkerHung { after: limit, stderr: self.last_words() });
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    fn garbage(&mut self) -> Error {
        self.kill();
        Error::WorkerGarbage { stderr: self.last_words() }
    }

    fn kill(&mut self) {
        // Both fail only for a process that has ended and been waited for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// The end of what the process wrote to standard error; it has been killed before.
    fn last_words(&mut self) -> String {
        // A grandchild may hold the pipe open, so the reader gets a moment and no more.
        let end = Instant::now() + Duration::from_millis(200);
        while self.stderr_reader.as_ref().is_some_and(|reader| !reader.is_finished()) && Instant::now() < end
        {
            thread::sleep(Duration::from_millis(5));
        }
        let Ok(mut tail) = self.stderr.lock() else { return String::new() };
        String::from_utf8_lossy(tail.make_contiguous()).trim().to_owned()
    }
}

fn read_replies(stdout: ChildStdout, inbox: &Sender<Line>) {
    let mut stdout = BufReader::new(stdout);
    loop {
        let mut line = Vec::new();
        match stdout.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        let line = serde_json::from_slice(&line).map_or(Line::Garbage, Line::Reply);
        if inbox.send(line).is_err() {
            return;
        }
    }
}

fn keep_tail(errors: &mut impl Read, tail: &Mutex<VecDeque<u8>>) {
    let mut buffer = [0; 1024];
    while let Ok(read @ 1..) = errors.read(&mut buffer) {
        let Ok(mut tail) = tail.lock() else { return };
        tail.extend(&buffer[..read]);
        let excess = tail.len().saturating_sub(STDERR_TAIL);
        tail.drain(..excess);
    }
}

#[cfg(all(test, unix))]
mod tests;
