//! Progress as the client sees it: one small task for each piece of work, so that a client which never confirms a token holds up
//! nothing but its own display. Work that ends at once is not shown at all. Never does: cancel by itself.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use backstory_session::live::{Progress, ProgressId};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{sleep, timeout};
use tower_lsp::Client;
use tower_lsp::ls_types::notification::Progress as ProgressNotification;
use tower_lsp::ls_types::{
    ProgressParams, ProgressParamsValue, ProgressToken, WorkDoneProgress, WorkDoneProgressBegin,
    WorkDoneProgressEnd, WorkDoneProgressReport,
};

use crate::capabilities;
use crate::outgoing::CLIENT_PATIENCE;

/// Work that nobody asked for is shown only when it takes this long.
const QUIET: Duration = Duration::from_millis(300);

/// What tokens of the session's own work begin with.
const OWN: &str = "backstory-work-";

/// What tokens begin with that the server makes for commands without one.
const COMMAND: &str = "backstory-command-";

/// Commands under way whose progress is shown.
#[derive(Debug, Default)]
pub struct Asked {
    commands: Mutex<Commands>,
}

#[derive(Debug, Default)]
struct Commands {
    last: u64,
    running: HashMap<u64, Command>,
}

#[derive(Clone, Debug)]
struct Command {
    token: ProgressToken,
    /// The client does not know the token yet.
    is_new: bool,
    cancelled: Arc<AtomicBool>,
}

impl Asked {
    /// A command begins. Without a token of the client's the server makes one.
    pub fn begin(&self, token: Option<ProgressToken>, cancelled: Arc<AtomicBool>) -> ProgressId {
        let mut commands = self.lock();
        commands.last += 1;
        let number = commands.last;
        let is_new = token.is_none();
        let token = token.unwrap_or_else(|| ProgressToken::String(format!("{COMMAND}{number}")));
        commands.running.insert(number, Command { token, is_new, cancelled });
        ProgressId::Asked(number)
    }

    /// The command with this token is to stop. Says whether there is one.
    pub fn cancel(&self, token: &ProgressToken) -> bool {
        let commands = self.lock();
        let command = commands.running.values().find(|command| command.token == *token);
        if let Some(command) = command {
            command.cancelled.store(true, Ordering::Relaxed);
        }
        command.is_some()
    }

    fn of(&self, number: u64) -> Option<Command> {
        self.lock().running.get(&number).cloned()
    }

    fn end(&self, number: u64) {
        self.lock().running.remove(&number);
    }

    fn lock(&self) -> MutexGuard<'_, Commands> {
        // Each change is one insertion or removal.
        self.commands.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The number in a token of the session's own work.
pub fn own(token: &ProgressToken) -> Option<u64> {
    match token {
        ProgressToken::String(text) => text.strip_prefix(OWN)?.parse().ok(),
        ProgressToken::Number(_) => None,
    }
}

/// The displays under way.
pub struct Shown {
    client: Client,
    can: capabilities::Client,
    asked: Arc<Asked>,
    displays: HashMap<ProgressId, UnboundedSender<Progress>>,
}

/// One display.
struct Display {
    client: Client,
    token: ProgressToken,
    /// The token must be made known to the client first, and for how long the work must last to be shown.
    introduced_after: Option<Duration>,
}

impl Shown {
    pub fn new(client: Client, can: capabilities::Client, asked: Arc<Asked>) -> Self {
        Self { client, can, asked, displays: HashMap::new() }
    }

    /// Hands a step to its display. Never waits.
    pub fn step(&mut self, id: ProgressId, progress: Progress) {
        if matches!(progress, Progress::Begin { .. })
            && let Some(display) = self.display(id)
        {
            let (steps, received) = unbounded_channel();
            tokio::spawn(show(display, received));
            self.displays.insert(id, steps);
        }
        let is_end = matches!(progress, Progress::End { .. });
        if let Some(display) = self.displays.get(&id) {
            // A display that has given up takes no more steps.
            let _ = display.send(progress);
        }
        if is_end {
            self.displays.remove(&id);
            if let ProgressId::Asked(number) = id {
                self.asked.end(number);
            }
        }
    }

    fn display(&self, id: ProgressId) -> Option<Display> {
        let client = self.client.clone();
        let (token, introduced_after) = match id {
            ProgressId::Own(number) => (ProgressToken::String(format!("{OWN}{number}")), Some(QUIET)),
            ProgressId::Asked(number) => {
                let command = self.asked.of(number)?;
                (command.token, command.is_new.then_some(Duration::ZERO))
            }
        };
        // A client that sent a token wants progress, whatever its capabilities say.
        (introduced_after.is_none() || self.can.shows_progress).then_some(Display {
            client,
            token,
            introduced_after,
        })
    }
}

async fn show(display: Display, mut steps: UnboundedReceiver<Progress>) {
    if let Some(quiet) = display.introduced_after {
        sleep(quiet).await;
        // All steps are there already: it has ended.
        if steps.is_closed() {
            return;
        }
        let introduced = display.client.create_work_done_progress(display.token.clone());
        if !matches!(timeout(CLIENT_PATIENCE, introduced).await, Ok(Ok(()))) {
            return;
        }
    }
    while let Some(step) = steps.recv().await {
        let value = ProgressParamsValue::WorkDone(work_done(step));
        let params = ProgressParams { token: display.token.clone(), value };
        display.client.send_notification::<ProgressNotification>(params).await;
    }
}

fn work_done(step: Progress) -> WorkDoneProgress {
    match step {
        Progress::Begin { title } => WorkDoneProgress::Begin(WorkDoneProgressBegin {
            title: format!("Backstory: {title}"),
            cancellable: Some(true),
            ..Default::default()
        }),
        Progress::Report { message } => WorkDoneProgress::Report(WorkDoneProgressReport {
            cancellable: Some(true),
            message: Some(message),
            percentage: None,
        }),
        Progress::End { message } => {
            WorkDoneProgress::End(WorkDoneProgressEnd { message: (!message.is_empty()).then_some(message) })
        }
    }
}
