//! One file of a repository on the model hub, through `hf-hub`, which honours `HF_ENDPOINT`, `HF_HOME`'s token and the
//! proxy variables. Never uses the user's hub cache for the file itself: what is fetched stays in our folder.

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Instant;

use hf_hub::api::Progress as HubProgress;
use hf_hub::api::sync::{ApiBuilder, ApiError};
use hf_hub::{Repo, RepoType};

use super::{Download, POLL, stop_if};
use crate::error::{Error, at};
use crate::progress::{FetchOptions, Progress};

pub(super) struct Wanted<'a> {
    pub(super) repository: &'a str,
    pub(super) file: &'a str,
    pub(super) revision: &'a str,
    pub(super) bytes: u64,
}

enum Event {
    /// The hub has answered and states the size.
    Started(u64),
    Bytes(u64),
    Ended(Result<std::path::PathBuf, ApiError>),
}

/// Downloads on a thread of its own, because the library's calls can neither be interrupted nor given a time limit.
pub(super) fn download(
    wanted: &Wanted,
    into: &Path,
    options: &FetchOptions,
    progress: &mut dyn FnMut(Progress),
    interrupted: &AtomicBool,
) -> Result<Download, Error> {
    if std::env::var_os("HF_HUB_OFFLINE").is_some_and(|value| value != "0") {
        return Err(Error::Source("HF_HUB_OFFLINE is set".to_owned()));
    }
    let (sender, events) = channel();
    let repository =
        Repo::with_revision(wanted.repository.to_owned(), RepoType::Model, wanted.revision.to_owned());
    let (file, cache) = (wanted.file.to_owned(), into.to_owned());
    let download = move || {
        let api = ApiBuilder::from_env().with_cache_dir(cache).with_progress(false).build();
        let result =
            api.and_then(|api| api.repo(repository).download_with_progress(&file, Reporter(sender.clone())));
        // Nobody listens any more where the caller has given up.
        let _ = sender.send(Event::Ended(result));
    };
    thread::Builder::new().name("hub download".to_owned()).spawn(download).map_err(at(into))?;
    let link = wait(&events, wanted.bytes, options, progress, interrupted)?;
    // The library shows the file as a link to a blob, named by the checksum that the hub states for large files.
    let file = link.canonicalize().map_err(at(&link))?;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
    let stated_sha256 = name.filter(|name| name.len() == 64 && name.bytes().all(|b| b.is_ascii_hexdigit()));
    Ok(Download { file, stated_sha256 })
}

fn wait(
    events: &Receiver<Event>,
    expected: u64,
    options: &FetchOptions,
    progress: &mut dyn FnMut(Progress),
    interrupted: &AtomicBool,
) -> Result<std::path::PathBuf, Error> {
    let (mut total, mut done, mut limit) = (expected, 0, options.first_answer);
    let mut last = Instant::now();
    loop {
        match events.recv_timeout(POLL) {
            Ok(Event::Ended(result)) => return result.map_err(|error| Error::Source(reason(&error))),
            Ok(Event::Started(size)) => (total, done, limit, last) = (size, 0, options.stall, Instant::now()),
            Ok(Event::Bytes(bytes)) => (done, last) = (done + bytes, Instant::now()),
            Err(RecvTimeoutError::Disconnected) => {
                return Err(Error::Source("the download broke off".to_owned()));
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
        if limit == options.stall {
            progress(Progress::Download { done, total });
        }
        stop_if(interrupted)?;
        if last.elapsed() > limit {
            return Err(Error::Source(format!("no answer within {} s", limit.as_secs())));
        }
    }
}

/// The end of the library's message: before it stand addresses, which tell a reader nothing.
fn reason(error: &ApiError) -> String {
    let text = error.to_string();
    text.rsplit(": ").next().unwrap_or(&text).to_owned()
}

struct Reporter(Sender<Event>);

impl Reporter {
    /// Unwinding is the one way to end the library's download once nobody waits for it: its callbacks return nothing.
    /// `resume_unwind` runs no panic hook, so nothing is printed.
    fn send(&self, event: Event) {
        if self.0.send(event).is_err() {
            std::panic::resume_unwind(Box::new("the download was given up"));
        }
    }
}

impl HubProgress for Reporter {
    fn init(&mut self, size: usize, _: &str) {
        self.send(Event::Started(size as u64));
    }

    fn update(&mut self, size: usize) {
        self.send(Event::Bytes(size as u64));
    }

    fn finish(&mut self) {}
}
