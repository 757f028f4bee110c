//! The model's own process: loads one GGUF file with mistralrs and answers requests, one at a time, until its standard
//! input closes. Never opens a socket, and writes nothing but replies to standard output.

use std::any::Any;
use std::io::{BufRead, Write};
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Mutex;
use std::thread;
use std::time::Instant;

use mistralrs::{GgufModelBuilder, Model, RequestBuilder, Response, TextMessageRole, TokenSource};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::adapted::{Adapted, making};
use crate::gguf;
use crate::progress::Progress;
use crate::prompt::plain;
use crate::protocol::{Body, Loaded, OFFLINE, Reply, Request, Usage};
use crate::threads;

/// The last panic's message: mistralrs panics on threads of its own, where the message is all that one can have.
static PANIC: Mutex<Option<String>> = Mutex::new(None);

/// The body of the hidden subcommand that [`crate::Worker`] runs. Returns when the model cannot be loaded or the engine
/// has died; otherwise the process ends as soon as standard input closes, even while it computes.
pub fn serve(model: &Path, adapted: Option<&Adapted>) -> ExitCode {
    let started = Instant::now();
    if OFFLINE.iter().any(|(variable, value)| std::env::var(variable).as_deref() != Ok(value)) {
        eprintln!("this command is run by backstory itself, which keeps it from the network");
        return ExitCode::FAILURE;
    }
    lower_priority();
    let default_hook = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        remember(info.payload());
        default_hook(info);
    }));
    let (sender, requests) = unbounded_channel();
    thread::spawn(move || read_requests(&sender));
    match panic::catch_unwind(AssertUnwindSafe(|| run(model, adapted, started, requests))) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(reason)) => fail(reason),
        Err(_) => fail(last_panic()),
    }
}

fn fail(reason: String) -> ExitCode {
    send(None, Body::Error(reason));
    ExitCode::FAILURE
}

#[cfg(unix)]
fn lower_priority() {
    // Without the right to do so we run at the priority we have.
    let _ = rustix::process::nice(10);
}

/// Elsewhere the parent starts the process with a lower priority.
#[cfg(not(unix))]
fn lower_priority() {}

fn remember(payload: &(dyn Any + Send)) {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
    if let Ok(mut panic) = PANIC.lock() {
        *panic = text;
    }
}

fn last_panic() -> String {
    let text = PANIC.lock().ok().and_then(|mut panic| panic.take());
    text.unwrap_or_else(|| "the engine stopped without a reason".to_owned())
}

/// Runs on a thread of its own, so that a closed input ends the process in the midst of a prompt too: the engine cannot
/// be interrupted there.
fn read_requests(sender: &UnboundedSender<Request>) {
    for line in std::io::stdin().lock().lines() {
        let Ok(line) = line else { break };
        match serde_json::from_str(&line) {
            // A receiver that is gone means that the process is ending already.
            Ok(request) => {
                if sender.send(request).is_err() {
                    return;
                }
            }
            Err(error) => send(None, Body::Error(format!("not a request: {error}"))),
        }
    }
    std::process::exit(0);
}

fn run(
    model: &Path,
    adapted: Option<&Adapted>,
    started: Instant,
    mut requests: UnboundedReceiver<Request>,
) -> Result<(), String> {
    gguf::check(model).map_err(|error| error.to_string())?;
    let path = match adapted {
        Some(adapted) => making::copy(model, adapted, &mut converting).map_err(|error| error.to_string())?,
        None => model.to_owned(),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let model = load(&path).await?;
        let load_ms = millis(started);
        send(None, Body::Ready(Loaded { load_ms, threads: threads::in_environment() }));
        while let Some(request) = requests.recv().await {
            match answer(&model, &request).await {
                Ok(usage) => send(Some(request.id), Body::Done(usage)),
                Err(Refused::Request(reason)) => send(Some(request.id), Body::Error(reason)),
                Err(Refused::Engine(reason)) => {
                    send(Some(request.id), Body::Error(reason.clone()));
                    return Err(reason);
                }
            }
        }
        Ok(())
    })
}

fn converting(progress: Progress<'_>) {
    if let Progress::Converting { done, total } = progress {
        send(None, Body::Converting { done, total });
    }
}

async fn load(path: &Path) -> Result<Model, String> {
    // mistralrs takes a folder that it cannot find for a repository on the hub, so it gets one that is there.
    let path = path.canonicalize().map_err(|error| error.to_string())?;
    let (Some(folder), Some(file)) = (path.parent(), path.file_name()) else {
        return Err(format!("{} is not a file", path.display()));
    };
    GgufModelBuilder::new(folder.display(), vec![file.to_string_lossy()])
        .with_token_source(TokenSource::None)
        .with_force_cpu()
        .with_max_num_seqs(1)
        // Measured: it gains nothing on this path, and it costs memory.
        .with_prefix_cache_n(None)
        .build()
        .await
        .map_err(|error| first_line(&error.to_string()))
}

/// The message without the backtrace that candle appends where one was asked for.
fn first_line(error: &str) -> String {
    error.lines().next().unwrap_or_default().to_owned()
}

enum Refused {
    /// This request cannot be answered; the next one may be.
    Request(String),
    /// The engine is gone, and with it this process.
    Engine(String),
}

async fn answer(model: &Model, request: &Request) -> Result<Usage, Refused> {
    let started = Instant::now();
    let message = RequestBuilder::new()
        .add_message(TextMessageRole::User, plain(&request.prompt))
        .enable_thinking(false)
        .set_deterministic_sampler()
        .set_sampler_max_len(request.max_tokens);
    let mut stream = match model.stream_chat_request(message).await {
        Ok(stream) => stream,
        Err(error) => return Err(Refused::Engine(first_line(&error.to_string()))),
    };
    let (mut first_token_ms, mut finish) = (None, None);
    while let Some(response) = stream.next().await {
        let chunk = match response {
            Response::Chunk(chunk) => chunk,
            Response::ValidationError(error) => return Err(Refused::Request(first_line(&error.to_string()))),
            Response::InternalError(error) => return Err(Refused::Engine(first_line(&error.to_string()))),
            Response::ModelError(error, _) => return Err(Refused::Engine(first_line(&error))),
            _ => return Err(Refused::Engine("the engine answered something else than text".to_owned())),
        };
        first_token_ms.get_or_insert_with(|| millis(started));
        if let Some(choice) = chunk.choices.first() {
            if let Some(text) = choice.delta.content.as_ref().filter(|text| !text.is_empty()) {
                send(Some(request.id), Body::Token(text.clone()));
            }
            finish = choice.finish_reason.clone().or(finish);
        }
        if let Some(usage) = chunk.usage {
            return Ok(Usage {
                prompt_tokens: Some(usage.prompt_tokens),
                answer_tokens: Some(usage.completion_tokens),
                first_token_ms: first_token_ms.unwrap_or_default(),
                total_ms: millis(started),
                finished: finish.is_none_or(|reason| reason != "length"),
            });
        }
    }
    Err(Refused::Engine(last_panic()))
}

fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

fn send(id: Option<u64>, body: Body) {
    let line = serde_json::to_string(&Reply { id, body }).expect("a reply of texts and numbers serializes");
    let mut output = std::io::stdout().lock();
    // A parent that no longer reads has gone: the closed input ends this process.
    let _ = writeln!(output, "{line}").and_then(|()| output.flush());
}
