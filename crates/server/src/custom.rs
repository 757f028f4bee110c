//! Methods of the protocol that tower-lsp's types lack, and Backstory's own requests; `docs/clients.md` describes those for clients.
//! Never does: act on any of it.

use std::path::Path;

use backstory_session::ide::explain::Question;
use backstory_session::live::{Located, ModelStatus, Status};
use backstory_session::syntax::{Language, LocalKey};
use backstory_session::{Found, SearchKind};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tower_lsp::ls_types::notification::Notification;
use tower_lsp::ls_types::request::Request;
use tower_lsp::ls_types::{Position, ProgressToken, Range, TraceValue, Uri};

use crate::convert;

/// The URI scheme of reports that the client asks for.
pub const SCHEME: &str = "backstory";

/// `backstory/search`: what answers a question, best first.
#[derive(Debug, Deserialize)]
pub struct SearchParams {
    pub query: String,
    /// The most results; 20 where it is missing.
    pub limit: Option<usize>,
    /// What is searched; symbols where it is missing.
    pub kinds: Option<Vec<SearchKind>>,
    /// Patterns in the form of `.gitignore`: of symbols and documents only those in files that fit one.
    #[serde(default)]
    pub paths: Vec<String>,
    /// Of symbols only those in one of these.
    #[serde(default)]
    pub languages: Vec<Language>,
}

/// One result of `backstory/search`: what the command line prints, and where the client finds it.
#[derive(Debug, Serialize)]
pub struct SearchResult {
    #[serde(flatten)]
    found: Found,
    /// The file of a symbol or a section.
    #[serde(skip_serializing_if = "Option::is_none")]
    uri: Option<Uri>,
    /// The declared name, or the start of the section.
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<Range>,
    /// The first line of a symbol's documentation; may be empty.
    docs: String,
}

impl SearchResult {
    /// `None` for a path that no URI can name.
    pub fn of(Located { found, place }: Located) -> Option<Self> {
        let (uri, range) = match place {
            Some((path, range)) => (Some(convert::uri(&path)?), Some(convert::range_out(range))),
            None => (None, None),
        };
        let docs = if found.symbol.is_some() { found.text.lines().next().unwrap_or_default() } else { "" };
        Some(Self { docs: docs.to_owned(), found, uri, range })
    }
}

/// The answer to `backstory/status`.
#[derive(Debug, Serialize)]
pub struct StatusResult {
    busy: bool,
    paused: bool,
    model: ModelResult,
    repositories: Vec<RepositoryStatus>,
    warnings: Vec<String>,
}

#[derive(Debug, Serialize)]
struct ModelResult {
    state: &'static str,
    title: Option<String>,
    remote: bool,
    /// Why there is none, where settings want one.
    reason: Option<String>,
}

impl From<ModelStatus> for ModelResult {
    fn from(status: ModelStatus) -> Self {
        let (state, title, remote, reason) = match status {
            ModelStatus::Off => ("off", None, false, None),
            ModelStatus::Missing(reason) => ("missing", None, false, Some(reason)),
            ModelStatus::Ready { title, remote } => ("ready", Some(title), remote, None),
        };
        Self { state, title, remote, reason }
    }
}

/// `backstory/statusChanged`.
pub enum StatusChanged {}

/// No parameters, as all clients understand it.
#[derive(Debug, Default, Deserialize, Serialize)]
pub struct NoParams {}

impl Notification for StatusChanged {
    type Params = NoParams;
    const METHOD: &'static str = "backstory/statusChanged";
}

/// What `backstory/pause` takes.
#[derive(Debug, Deserialize)]
pub struct PauseParams {
    pub paused: bool,
}

#[derive(Debug, Serialize)]
struct RepositoryStatus {
    root: Option<Uri>,
    r#ref: Option<String>,
    commit: Option<String>,
    files: usize,
    reading: bool,
}

impl From<Status> for StatusResult {
    fn from(status: Status) -> Self {
        let repositories = status.repositories.into_iter().map(|project| RepositoryStatus {
            root: convert::uri(Path::new(&project.root)),
            r#ref: project.r#ref,
            commit: project.commit,
            files: project.files,
            reading: project.reading,
        });
        Self {
            busy: status.busy,
            paused: status.paused,
            model: status.model.into(),
            repositories: repositories.collect(),
            warnings: status.warnings,
        }
    }
}

/// A symbol as lenses, actions and `backstory.explain` name it: by its name inside its file, or by where it stands.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Symbol {
    pub uri: Uri,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symbol: Option<LocalKey>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// Absent: why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ask: Option<Question>,
}

/// What a request takes that may last: what it is about, and the tokens under which the client wants to hear of it meanwhile.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Wanted<T> {
    #[serde(flatten)]
    pub of: T,
    pub work_done_token: Option<ProgressToken>,
    pub partial_result_token: Option<ProgressToken>,
}

/// What `backstory.ask` takes.
#[derive(Debug, Deserialize)]
pub struct AskParams {
    pub question: String,
    /// A file or folder of the repository that is asked; absent: the first folder of the workspace.
    #[serde(default)]
    pub uri: Option<Uri>,
}

/// `workspace/textDocumentContent` (3.18).
#[derive(Debug, Deserialize, Serialize)]
pub struct DocumentContentParams {
    pub uri: String,
}

#[derive(Debug, Serialize)]
pub struct DocumentContent {
    pub text: String,
}

/// `workspace/textDocumentContent/refresh` (3.18).
pub enum DocumentContentRefresh {}

impl Request for DocumentContentRefresh {
    type Params = DocumentContentParams;
    type Result = Option<Value>;
    const METHOD: &'static str = "workspace/textDocumentContent/refresh";
}

/// `window/workDoneProgress/cancel`, which tower-lsp does not route.
#[derive(Debug, Deserialize)]
pub struct ProgressCancelParams {
    pub token: ProgressToken,
}

/// `$/progress` with a part of a result, which the library's types don't have.
#[derive(Debug, Deserialize, Serialize)]
pub struct PartialResultParams {
    pub token: ProgressToken,
    pub value: Value,
}

pub enum PartialResult {}

impl Notification for PartialResult {
    type Params = PartialResultParams;
    const METHOD: &'static str = "$/progress";
}

/// `$/setTrace`.
#[derive(Debug, Deserialize)]
pub struct SetTraceParams {
    pub value: TraceValue,
}

/// `$/logTrace`.
#[derive(Debug, Deserialize, Serialize)]
pub struct LogTraceParams {
    pub message: String,
}

pub enum LogTrace {}

impl Notification for LogTrace {
    type Params = LogTraceParams;
    const METHOD: &'static str = "$/logTrace";
}
