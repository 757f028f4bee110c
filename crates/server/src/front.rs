//! What stands before tower-lsp's service: the two capabilities that its types lack, the trace of requests that a client may ask for,
//! and patience with how clients write that there are no parameters. Never does: answer anything itself.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Instant;

use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Request, Response};
use tower_lsp::{ExitedError, LspService};
use tower_service::Service;

use crate::backend::Backend;
use crate::capabilities::has_virtual_documents;
use crate::custom::SCHEME;

/// What the front door and the server behind it tell each other.
#[derive(Debug, Default)]
pub struct Shared {
    /// The client knows `workspace/textDocumentContent`.
    pub virtual_documents: AtomicBool,
    /// The settings have the server answer `typeHierarchy`.
    pub type_hierarchy: AtomicBool,
    /// The client wants to know of each request how long it took.
    pub traces: AtomicBool,
}

/// tower-lsp's service behind the front door.
pub struct Front {
    inner: LspService<Backend>,
    shared: Arc<Shared>,
}

impl Front {
    pub fn new(inner: LspService<Backend>, shared: Arc<Shared>) -> Self {
        Self { inner, shared }
    }

    /// Whether this begins the connection; notes what its parameters say.
    fn begins(&self, request: &Request) -> bool {
        let begins = request.method() == "initialize";
        if begins && request.params().is_some_and(has_virtual_documents) {
            self.shared.virtual_documents.store(true, Ordering::Relaxed);
        }
        begins
    }
}

type Answer = Pin<Box<dyn Future<Output = Result<Option<Response>, ExitedError>> + Send>>;

impl Service<Request> for Front {
    type Response = Option<Response>;
    type Error = ExitedError;
    type Future = Answer;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), ExitedError>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Answer {
        let begins = self.begins(&request);
        let shared = Arc::clone(&self.shared);
        let method = request.id().map(|_| request.method().to_owned());
        let traces = self.shared.traces.load(Ordering::Relaxed);
        let client = traces.then(|| self.inner.inner().client());
        let started = Instant::now();
        let answer = self.inner.call(without_nothing(request));
        Box::pin(async move {
            let answer = answer.await?;
            if let Some(method) = method {
                let elapsed = started.elapsed().as_micros();
                tracing::debug!("{method}: {elapsed} µs");
                if let Some(client) = client {
                    client.trace(format!("{method}: {elapsed} µs"));
                }
            }
            Ok(answer.map(|response| if begins { with_offers(response, &shared) } else { response }))
        })
    }
}

/// A request whose parameters are empty, as one without any where its method takes none: Lua's empty table is sent as `[]`.
fn without_nothing(request: Request) -> Request {
    let is_nothing = |params: &Value| *params == json!([]) || *params == json!({});
    if !matches!(request.method(), "backstory/status" | "shutdown")
        || !request.params().is_some_and(is_nothing)
    {
        return request;
    }
    let (method, id, _) = request.into_parts();
    let bare = Request::build(method);
    id.into_iter().fold(bare, |bare, id| bare.id(id)).finish()
}

/// The answer to `initialize` with what the library's types have no place for: the scheme of reports, the hierarchy of types.
fn with_offers(response: Response, shared: &Shared) -> Response {
    let (id, result) = response.into_parts();
    let result = result.map(|mut result| {
        let offered = result.pointer_mut("/capabilities").and_then(Value::as_object_mut);
        if let Some(offered) = offered.filter(|_| shared.type_hierarchy.load(Ordering::Relaxed)) {
            offered.insert("typeHierarchyProvider".to_owned(), json!(true));
        }
        let workspace = result.pointer_mut("/capabilities/workspace").and_then(Value::as_object_mut);
        if let Some(workspace) = workspace.filter(|_| shared.virtual_documents.load(Ordering::Relaxed)) {
            workspace.insert("textDocumentContent".to_owned(), json!({ "schemes": [SCHEME] }));
        }
        result
    });
    Response::from_parts(id, result)
}
