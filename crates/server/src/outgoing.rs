//! What the server says by itself. Everything passes through one task; a request that the client never answers is given up after a
//! while and holds nothing else up. Never does: send from a handler.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use backstory_session::live::{Notice, Session};
use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;
use tower_lsp::Client;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::request::ApplyWorkspaceEdit;
use tower_lsp::ls_types::{
    ApplyWorkspaceEditParams, ConfigurationItem, MessageType, ProgressToken, Range, Registration,
    ShowDocumentParams, Uri, WorkspaceEdit,
};

use crate::custom::{
    DocumentContentParams, DocumentContentRefresh, LogTrace, LogTraceParams, NoParams, PartialResult,
    PartialResultParams, StatusChanged,
};
use crate::progress::{Asked, Shown};
use crate::{capabilities, convert, hints};

/// How long the client may take to answer a request of the server.
pub const CLIENT_PATIENCE: Duration = Duration::from_secs(30);

/// What there is to say.
enum Word {
    Notice(Notice),
    Trace(String),
    /// An edit that the client is to make, and what it is called.
    Apply(String, WorkspaceEdit),
    /// What is known by now of the answer to a request.
    Partial(PartialResultParams),
    /// The client's settings are asked for, and watched where it wants to be told to.
    PullSettings(Session),
    RegisterSettings,
}

/// The way to the task. Sending never waits.
#[derive(Clone)]
pub struct Outgoing {
    words: UnboundedSender<Word>,
}

impl Outgoing {
    /// The way and the task's end of it, which [`speak`] serves.
    pub fn new() -> (Self, Incoming) {
        let (words, received) = unbounded_channel();
        (Self { words }, Incoming(received))
    }

    pub fn notice(&self, notice: Notice) {
        self.send(Word::Notice(notice));
    }

    pub fn trace(&self, message: String) {
        self.send(Word::Trace(message));
    }

    pub fn partial(&self, token: ProgressToken, value: Value) {
        self.send(Word::Partial(PartialResultParams { token, value }));
    }

    pub fn pull_settings(&self, session: Session) {
        self.send(Word::PullSettings(session));
    }

    /// Asks the client to make an edit.
    pub fn apply(&self, label: String, edit: WorkspaceEdit) {
        self.send(Word::Apply(label, edit));
    }

    pub fn register_settings(&self) {
        self.send(Word::RegisterSettings);
    }

    fn send(&self, word: Word) {
        // The task ends with the connection, after which nobody listens.
        let _ = self.words.send(word);
    }
}

/// The task's end.
pub struct Incoming(UnboundedReceiver<Word>);

/// Says everything that comes until the connection ends.
pub async fn speak(incoming: Incoming, client: Client, can: capabilities::Client, asked: Arc<Asked>) {
    let Incoming(mut words) = incoming;
    let mut shown = Shown::new(client.clone(), can, asked);
    let mut warned = HashSet::new();
    let refreshing = Arc::new(AtomicBool::new(false));
    while let Some(word) = words.recv().await {
        match word {
            Word::Notice(Notice::Progress(id, progress)) => shown.step(id, progress),
            Word::Notice(Notice::RefreshLenses) if can.session.refreshes_lenses => {
                refresh_lenses(&client, &refreshing);
            }
            Word::Notice(Notice::RefreshLenses) => {}
            Word::Notice(Notice::Warning(text)) => {
                if warned.insert(text.clone()) {
                    client.show_message(MessageType::WARNING, text).await;
                }
            }
            Word::Notice(Notice::ReportChanged(uri)) => {
                let client = client.clone();
                request(async move {
                    let params = DocumentContentParams { uri };
                    client.send_request::<DocumentContentRefresh>(params).await.map(drop)
                });
            }
            Word::Notice(Notice::ShowReport(uri)) if can.shows_documents => {
                show(&client, uri.parse().ok(), None)
            }
            Word::Notice(Notice::ShowPlace(place)) if can.shows_documents => {
                show(&client, convert::uri(&place.path), Some(convert::range_out(place.range)));
            }
            Word::Notice(Notice::ShowPlace(_)) => {}
            Word::Notice(Notice::Hints { path, version, hints }) => {
                let Some(uri) = convert::uri(&path) else { continue };
                let diagnostics = hints.iter().map(|hint| hints::diagnostic(hint, &can)).collect();
                client.publish_diagnostics(uri, diagnostics, version).await;
            }
            Word::Notice(Notice::ShowReport(_)) => {}
            Word::Notice(Notice::StatusChanged) => {
                if can.hears_status {
                    client.send_notification::<StatusChanged>(NoParams {}).await;
                }
            }
            Word::Trace(message) => client.send_notification::<LogTrace>(LogTraceParams { message }).await,
            Word::Apply(label, edit) => apply(&client, label, edit),
            Word::Partial(params) => client.send_notification::<PartialResult>(params).await,
            Word::PullSettings(session) => pull(&client, session),
            Word::RegisterSettings => register(&client),
        }
    }
}

/// Asks the client for something on a task of its own, and gives up after a while.
fn request(answer: impl Future<Output = Result<()>> + Send + 'static) {
    tokio::spawn(async move {
        match timeout(CLIENT_PATIENCE, answer).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::info!("the client refused a request: {error}"),
            Err(_) => tracing::info!("the client did not answer a request"),
        }
    });
}

/// One refresh at a time: a client that does not answer is not asked again and again.
fn refresh_lenses(client: &Client, refreshing: &Arc<AtomicBool>) {
    if refreshing.swap(true, Ordering::Relaxed) {
        return;
    }
    let (client, refreshing) = (client.clone(), Arc::clone(refreshing));
    request(async move {
        let answer = timeout(CLIENT_PATIENCE, client.code_lens_refresh()).await;
        refreshing.store(false, Ordering::Relaxed);
        answer.unwrap_or(Ok(()))
    });
}

fn show(client: &Client, uri: Option<Uri>, selection: Option<Range>) {
    let Some(uri) = uri else { return };
    let client = client.clone();
    let params = ShowDocumentParams { uri, external: None, take_focus: Some(true), selection };
    request(async move { client.show_document(params).await.map(drop) });
}

fn apply(client: &Client, label: String, edit: WorkspaceEdit) {
    let client = client.clone();
    let params = ApplyWorkspaceEditParams { label: Some(label), edit };
    request(async move {
        let answer = client.send_request::<ApplyWorkspaceEdit>(params).await?;
        if !answer.applied {
            let why = answer.failure_reason.unwrap_or_else(|| "it gave no reason".to_owned());
            tracing::info!("the client made no edit: {why}");
        }
        Ok(())
    });
}

fn pull(client: &Client, session: Session) {
    let client = client.clone();
    let item = ConfigurationItem { scope_uri: None, section: Some("backstory".to_owned()) };
    request(async move {
        let settings = client.configuration(vec![item]).await?.into_iter().next().unwrap_or(Value::Null);
        // A client without settings of ours says null, which takes nothing back.
        if !settings.is_null() {
            session.settings(settings);
        }
        Ok(())
    });
}

fn register(client: &Client) {
    let client = client.clone();
    let registration = Registration {
        id: "backstory-settings".to_owned(),
        method: "workspace/didChangeConfiguration".to_owned(),
        register_options: None,
    };
    request(async move { client.register_capability(vec![registration]).await });
}
