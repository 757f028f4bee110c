//! The handlers: each hands its message to the session before it waits for anything. Never does: compute, or send to the client.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use backstory_session::SearchKind;
use backstory_session::config::{ClientSettings, Method};
use backstory_session::live::{
    self, Ask, CallsOf, Edit, Failure, ItemsOf, LensTitle, Naming, Options, PlacesOf, Question, SearchQuery,
    Session,
};
use serde_json::{Value, json, to_value};
use tokio::sync::oneshot;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::*;
use tower_lsp::{Client, LanguageServer};

use crate::actions;
use crate::capabilities::{self, EXPLAIN};
use crate::convert;
use crate::custom::{
    DocumentContent, DocumentContentParams, PauseParams, ProgressCancelParams, SearchParams, SearchResult,
    SetTraceParams, StatusResult, Symbol,
};
use crate::front::Shared;
use crate::navigation;
use crate::outgoing::{Incoming, Outgoing, speak};
use crate::progress::{Asked, own};
use crate::refactoring;

/// How many symbols a search finds where the client does not say.
const FOUND: usize = 20;

/// How many symbols are found by parts of their names; clients sort and narrow them down by themselves.
const NAMED: usize = 128;

/// What a lens says while its history is being read.
const READING: &str = "reading history…";

/// The server's side of one connection.
pub struct Backend {
    client: Client,
    session: OnceLock<Session>,
    can: OnceLock<capabilities::Client>,
    pub asked: Arc<Asked>,
    outgoing: Outgoing,
    incoming: std::sync::Mutex<Option<Incoming>>,
    shared: Arc<Shared>,
}

/// However the connection ends, the session ends with it.
impl Drop for Backend {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Backend {
    pub fn new(client: Client, shared: Arc<Shared>) -> Self {
        let (outgoing, incoming) = Outgoing::new();
        Self {
            client,
            session: OnceLock::new(),
            can: OnceLock::new(),
            asked: Arc::default(),
            outgoing,
            incoming: std::sync::Mutex::new(Some(incoming)),
            shared,
        }
    }

    /// The way to the client, for what is not the answer to anything.
    pub fn client(&self) -> Outgoing {
        self.outgoing.clone()
    }

    fn stop(&self) {
        if let Some(session) = self.session.get() {
            session.stop();
        }
    }

    fn session(&self) -> Result<&Session> {
        self.session.get().ok_or_else(Error::internal_error)
    }

    /// Hands a question over at once and waits for its answer. Dropped while it waits (the client cancelled), it tells the
    /// session that nobody wants the answer any more.
    pub async fn ask<T: Send + 'static>(&self, question: impl FnOnce(Ask<T>) -> Question) -> Result<T> {
        self.ask_with(Arc::default(), question).await
    }

    pub async fn ask_with<T: Send + 'static>(
        &self,
        cancelled: Arc<AtomicBool>,
        question: impl FnOnce(Ask<T>) -> Question,
    ) -> Result<T> {
        let (sender, answer) = oneshot::channel();
        // The one who asked may be gone.
        let ask = Ask::new(Arc::clone(&cancelled), move |result| drop(sender.send(result)));
        self.session()?.ask(question(ask));
        // After the answer the flag means nothing any more.
        let _guard = CancelOnDrop(cancelled);
        answer.await.unwrap_or(Err(Failure::Internal)).map_err(convert::error)
    }

    fn tell(&self, tell: impl FnOnce(&Session)) {
        if let Some(session) = self.session.get() {
            tell(session);
        }
    }

    /// Works a refactoring out and lets the client write it.
    pub async fn refactor(&self, argument: Value) -> Result<Option<LSPAny>> {
        let order = refactoring::order(argument)?;
        let prepared = self.ask(|ask| Question::Refactor { order, ask }).await?;
        let reasons = to_value(&prepared.reasons).map_err(|_| Error::internal_error())?;
        let title = prepared.title.clone();
        self.outgoing.apply(title, refactoring::workspace_edit(prepared, &self.can()));
        Ok(Some(json!({ "reasons": reasons })))
    }

    fn can(&self) -> capabilities::Client {
        self.can.get().copied().unwrap_or_default()
    }

    /// `backstory/search`.
    pub async fn search(&self, params: SearchParams) -> Result<Vec<SearchResult>> {
        let query = SearchQuery {
            question: params.query,
            kinds: params.kinds.unwrap_or_else(|| vec![SearchKind::Symbol]),
            paths: params.paths,
            languages: params.languages,
            limit: params.limit.unwrap_or(FOUND),
        };
        let found = self.ask(|ask| Question::Search { query, ask }).await?;
        Ok(found.into_iter().filter_map(SearchResult::of).collect())
    }

    /// `backstory/status`.
    pub async fn status(&self) -> Result<StatusResult> {
        Ok(self.ask(|ask| Question::Status { ask }).await?.into())
    }

    /// `backstory/pause`.
    pub async fn pause(&self, params: PauseParams) -> Result<()> {
        self.tell(|session| session.pause(params.paused));
        Ok(())
    }

    /// `backstory/panic`, which only tests may ask for.
    pub async fn panic(&self) -> Result<()> {
        self.ask(|ask| Question::Panic { ask }).await
    }

    /// `workspace/textDocumentContent`.
    pub async fn document_content(&self, params: DocumentContentParams) -> Result<DocumentContent> {
        let text = self.ask(|ask| Question::Document { uri: params.uri, ask }).await?;
        Ok(DocumentContent { text })
    }

    /// `window/workDoneProgress/cancel`.
    pub async fn cancel_progress(&self, params: ProgressCancelParams) {
        if self.asked.cancel(&params.token) {
            return;
        }
        if let Some(number) = own(&params.token) {
            self.tell(|session| session.cancel(number));
        }
    }

    /// `$/setTrace`.
    pub async fn set_trace(&self, params: SetTraceParams) {
        self.shared.traces.store(params.value != TraceValue::Off, Ordering::Relaxed);
    }

    async fn places(&self, at: TextDocumentPositionParams, of: PlacesOf) -> Result<Vec<live::Location>> {
        let Some(path) = convert::path(&at.text_document.uri) else { return Ok(Vec::new()) };
        let position = convert::position(at.position);
        self.ask(|ask| Question::Naming(Naming::Places { path, position, of, ask })).await
    }

    async fn goto(
        &self,
        at: TextDocumentPositionParams,
        of: PlacesOf,
    ) -> Result<Option<GotoDefinitionResponse>> {
        let found = self.places(at, of).await?;
        Ok(Some(GotoDefinitionResponse::Array(navigation::locations(found))))
    }

    async fn items(&self, uri: Uri, position: Position, of: ItemsOf) -> Result<Vec<live::HierarchyItem>> {
        let Some(path) = convert::path(&uri) else { return Ok(Vec::new()) };
        let position = convert::position(position);
        self.ask(|ask| Question::Naming(Naming::Items { path, position, of, ask })).await
    }

    async fn types(
        &self,
        uri: Uri,
        position: Position,
        of: ItemsOf,
    ) -> Result<Option<Vec<TypeHierarchyItem>>> {
        let found = self.items(uri, position, of).await?;
        Ok(Some(found.into_iter().filter_map(navigation::type_item).collect()))
    }

    async fn calls(&self, item: CallHierarchyItem, of: CallsOf) -> Result<Vec<live::Related>> {
        let Some(path) = convert::path(&item.uri) else { return Ok(Vec::new()) };
        let position = convert::position(item.selection_range.start);
        self.ask(|ask| Question::Naming(Naming::Calls { path, position, of, ask })).await
    }

    fn lens_out(uri: &Uri, lens: live::Lens) -> CodeLens {
        let symbol = Symbol { uri: uri.clone(), symbol: Some(lens.key), position: None, ask: None };
        CodeLens { range: convert::range_out(lens.range), command: None, data: to_value(symbol).ok() }
    }
}

/// Sets the flag of a question whose handler is dropped.
struct CancelOnDrop(Arc<AtomicBool>);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl LanguageServer for Backend {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        let can = capabilities::Client::of(&params, self.shared.virtual_documents.load(Ordering::Relaxed));
        let settings = ClientSettings::of(params.initialization_options.clone().unwrap_or_default());
        let folders = capabilities::folders(&params);
        let (config, _) = settings.config(folders.first().map(std::path::PathBuf::as_path));
        self.shared
            .traces
            .store(params.trace.is_some_and(|trace| trace != TraceValue::Off), Ordering::Relaxed);
        let (store, problem) = backstory_session::open_cache();
        if let Some(problem) = problem {
            self.outgoing.notice(live::Notice::Warning(problem));
        }
        let outgoing = self.outgoing.clone();
        let options = Options { abilities: can.session, settings, folders, store };
        let session = Session::start(options, move |notice| outgoing.notice(notice));
        let is_first = self.session.set(session).is_ok() && self.can.set(can).is_ok();
        if !is_first {
            return Err(Error::invalid_request());
        }
        self.shared.type_hierarchy.store(config.answers(Method::TypeHierarchy), Ordering::Relaxed);
        Ok(InitializeResult {
            capabilities: capabilities::server(&can, &config),
            server_info: Some(ServerInfo {
                name: "backstory".to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
            offset_encoding: None,
        })
    }

    async fn initialized(&self, _: InitializedParams) {
        let Some(&can) = self.can.get() else { return };
        let incoming = self.incoming.lock().ok().and_then(|mut incoming| incoming.take());
        if let Some(incoming) = incoming {
            tokio::spawn(speak(incoming, self.client.clone(), can, Arc::clone(&self.asked)));
        }
        if can.registers_configuration {
            self.outgoing.register_settings();
        }
        if can.has_configuration {
            self.tell(|session| self.outgoing.pull_settings(session.clone()));
        }
    }

    async fn shutdown(&self) -> Result<()> {
        self.stop();
        Ok(())
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        let document = params.text_document;
        let Some(path) = convert::path(&document.uri) else { return };
        self.tell(|session| session.open(path, document.version, document.text));
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        let Some(path) = convert::path(&params.text_document.uri) else { return };
        let edits = params
            .content_changes
            .into_iter()
            .map(|change| Edit { range: change.range.map(convert::range), text: change.text })
            .collect();
        self.tell(|session| session.change(path, params.text_document.version, edits));
    }

    async fn did_save(&self, params: DidSaveTextDocumentParams) {
        // The text is known already; a tree that can't be watched learns that it is on disk.
        let paths = convert::path(&params.text_document.uri).into_iter().collect();
        self.tell(|session| session.touched(paths));
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        let Some(path) = convert::path(&params.text_document.uri) else { return };
        self.tell(|session| session.close(path));
    }

    async fn did_change_watched_files(&self, params: DidChangeWatchedFilesParams) {
        let paths = params.changes.iter().filter_map(|change| convert::path(&change.uri)).collect();
        self.tell(|session| session.touched(paths));
    }

    async fn did_change_workspace_folders(&self, params: DidChangeWorkspaceFoldersParams) {
        let paths = |folders: Vec<WorkspaceFolder>| {
            folders.iter().filter_map(|folder| convert::path(&folder.uri)).collect()
        };
        self.tell(|session| session.folders(paths(params.event.added), paths(params.event.removed)));
    }

    async fn did_change_configuration(&self, params: DidChangeConfigurationParams) {
        let pulls = self.can.get().is_some_and(|can| can.has_configuration);
        self.tell(|session| match pulls {
            true => self.outgoing.pull_settings(session.clone()),
            false if params.settings.is_null() => {}
            false => session.settings(params.settings),
        });
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        let at = params.text_document_position_params;
        let Some(path) = convert::path(&at.text_document.uri) else { return Ok(None) };
        let position = convert::position(at.position);
        let hover = self.ask(|ask| Question::Hover { path, position, ask }).await?;
        Ok(hover.map(|hover| Hover {
            contents: HoverContents::Markup(MarkupContent {
                kind: MarkupKind::Markdown,
                value: hover.markdown,
            }),
            range: Some(convert::range_out(hover.range)),
        }))
    }

    async fn goto_definition(&self, params: GotoDefinitionParams) -> Result<Option<GotoDefinitionResponse>> {
        self.goto(params.text_document_position_params, PlacesOf::Definition).await
    }

    async fn goto_declaration(&self, params: GotoDefinitionParams) -> Result<Option<GotoDefinitionResponse>> {
        self.goto(params.text_document_position_params, PlacesOf::Declaration).await
    }

    async fn goto_type_definition(
        &self,
        params: GotoDefinitionParams,
    ) -> Result<Option<GotoDefinitionResponse>> {
        self.goto(params.text_document_position_params, PlacesOf::TypeDefinition).await
    }

    async fn goto_implementation(
        &self,
        params: GotoDefinitionParams,
    ) -> Result<Option<GotoDefinitionResponse>> {
        self.goto(params.text_document_position_params, PlacesOf::Implementation).await
    }

    async fn references(&self, params: ReferenceParams) -> Result<Option<Vec<Location>>> {
        let of = PlacesOf::References { with_declarations: params.context.include_declaration };
        let found = self.places(params.text_document_position, of).await?;
        Ok(Some(navigation::locations(found)))
    }

    async fn document_highlight(
        &self,
        params: DocumentHighlightParams,
    ) -> Result<Option<Vec<DocumentHighlight>>> {
        let at = params.text_document_position_params;
        let Some(path) = convert::path(&at.text_document.uri) else { return Ok(None) };
        let position = convert::position(at.position);
        let found = self.ask(|ask| Question::Naming(Naming::Highlights { path, position, ask })).await?;
        Ok(Some(found.into_iter().map(navigation::highlight).collect()))
    }

    async fn document_symbol(&self, params: DocumentSymbolParams) -> Result<Option<DocumentSymbolResponse>> {
        let uri = params.text_document.uri;
        let Some(path) = convert::path(&uri) else { return Ok(None) };
        let symbols = self.ask(|ask| Question::Naming(Naming::FileSymbols { path, ask })).await?;
        let nests = self.can.get().is_some_and(|can| can.nests_symbols);
        Ok(Some(navigation::document_symbols(symbols, &uri, nests)))
    }

    async fn prepare_call_hierarchy(
        &self,
        params: CallHierarchyPrepareParams,
    ) -> Result<Option<Vec<CallHierarchyItem>>> {
        let at = params.text_document_position_params;
        let found = self.items(at.text_document.uri, at.position, ItemsOf::Callables).await?;
        Ok(Some(found.into_iter().filter_map(navigation::call_item).collect()))
    }

    async fn incoming_calls(
        &self,
        params: CallHierarchyIncomingCallsParams,
    ) -> Result<Option<Vec<CallHierarchyIncomingCall>>> {
        let found = self.calls(params.item, CallsOf::Incoming).await?;
        Ok(Some(found.into_iter().filter_map(navigation::incoming).collect()))
    }

    async fn outgoing_calls(
        &self,
        params: CallHierarchyOutgoingCallsParams,
    ) -> Result<Option<Vec<CallHierarchyOutgoingCall>>> {
        let found = self.calls(params.item, CallsOf::Outgoing).await?;
        Ok(Some(found.into_iter().filter_map(navigation::outgoing).collect()))
    }

    async fn prepare_type_hierarchy(
        &self,
        params: TypeHierarchyPrepareParams,
    ) -> Result<Option<Vec<TypeHierarchyItem>>> {
        let at = params.text_document_position_params;
        self.types(at.text_document.uri, at.position, ItemsOf::Types).await
    }

    async fn supertypes(
        &self,
        params: TypeHierarchySupertypesParams,
    ) -> Result<Option<Vec<TypeHierarchyItem>>> {
        self.types(params.item.uri, params.item.selection_range.start, ItemsOf::Supertypes).await
    }

    async fn subtypes(&self, params: TypeHierarchySubtypesParams) -> Result<Option<Vec<TypeHierarchyItem>>> {
        self.types(params.item.uri, params.item.selection_range.start, ItemsOf::Subtypes).await
    }

    async fn prepare_rename(
        &self,
        params: TextDocumentPositionParams,
    ) -> Result<Option<PrepareRenameResponse>> {
        let Some(path) = convert::path(&params.text_document.uri) else { return Ok(None) };
        let position = convert::position(params.position);
        let (range, placeholder) =
            self.ask(|ask| Question::Naming(Naming::Renamed { path, position, ask })).await?;
        let range = convert::range_out(range);
        Ok(Some(PrepareRenameResponse::RangeWithPlaceholder { range, placeholder }))
    }

    async fn rename(&self, params: RenameParams) -> Result<Option<WorkspaceEdit>> {
        let at = params.text_document_position;
        let Some(path) = convert::path(&at.text_document.uri) else { return Ok(None) };
        let (position, to) = (convert::position(at.position), params.new_name);
        let found = self.ask(|ask| Question::Naming(Naming::Rename { path, position, to, ask })).await?;
        Ok(Some(refactoring::workspace_edit(found, &self.can())))
    }

    async fn will_rename_files(&self, params: RenameFilesParams) -> Result<Option<WorkspaceEdit>> {
        let path = |uri: &str| convert::path(&uri.parse().ok()?);
        let both = |file: &FileRename| Some((path(&file.old_uri)?, path(&file.new_uri)?));
        let renames = params.files.iter().filter_map(both).collect();
        let found = self.ask(|ask| Question::Naming(Naming::RenameFiles { renames, ask })).await?;
        Ok((!found.is_empty()).then(|| navigation::edits(found)))
    }

    async fn folding_range(&self, params: FoldingRangeParams) -> Result<Option<Vec<FoldingRange>>> {
        let Some(path) = convert::path(&params.text_document.uri) else { return Ok(None) };
        let folds = self.ask(|ask| Question::Naming(Naming::Folds { path, ask })).await?;
        Ok(Some(folds.into_iter().map(navigation::fold).collect()))
    }

    async fn selection_range(&self, params: SelectionRangeParams) -> Result<Option<Vec<SelectionRange>>> {
        let Some(path) = convert::path(&params.text_document.uri) else { return Ok(None) };
        let positions = params.positions.into_iter().map(convert::position).collect();
        let found = self.ask(|ask| Question::Naming(Naming::Selections { path, positions, ask })).await?;
        Ok(Some(found.into_iter().map(navigation::selection).collect()))
    }

    async fn code_lens(&self, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
        let uri = params.text_document.uri;
        let Some(path) = convert::path(&uri) else { return Ok(None) };
        let lenses = self.ask(|ask| Question::Lenses { path, ask }).await?;
        Ok(Some(lenses.into_iter().map(|lens| Self::lens_out(&uri, lens)).collect()))
    }

    async fn code_lens_resolve(&self, lens: CodeLens) -> Result<CodeLens> {
        let data = lens.data.clone().unwrap_or(Value::Null);
        let symbol: Symbol =
            serde_json::from_value(data).map_err(|error| convert::invalid_params(error.to_string()))?;
        let (Some(path), Some(key)) = (convert::path(&symbol.uri), symbol.symbol.clone()) else {
            return Err(convert::invalid_params("the lens is not one of Backstory's"));
        };
        let title = self.ask(|ask| Question::Lens { path, key, ask }).await?;
        let command = match title {
            // An empty command is text that can't be clicked.
            LensTitle::Reading => Command::new(READING.to_owned(), String::new(), None),
            LensTitle::Known(title) => {
                let argument = to_value(&symbol).map_err(|_| Error::internal_error())?;
                Command::new(title, EXPLAIN.to_owned(), Some(vec![argument]))
            }
        };
        Ok(CodeLens { command: Some(command), ..lens })
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        let Some(path) = convert::path(&params.text_document.uri) else { return Ok(None) };
        let range = convert::range(params.range);
        let wanted = actions::Wanted::of(params.context);
        if !wanted.any() {
            return Ok(None);
        }
        let refactorings = wanted.refactors();
        let found = self.ask(|ask| Question::Actions { path, range, refactorings, ask }).await?;
        Ok(Some(actions::out(found, &wanted, &self.can())))
    }

    async fn code_action_resolve(&self, action: CodeAction) -> Result<CodeAction> {
        let order = refactoring::order(action.data.clone().unwrap_or(Value::Null))?;
        let goes = refactoring::is_elsewhere(&order) && self.can().shows_documents;
        let prepared = self.ask(|ask| Question::Refactor { order, ask }).await?;
        let command = action.command.or(goes.then(|| actions::go_to_edit(&prepared)).flatten());
        let reasons = to_value(&prepared.reasons).map_err(|_| Error::internal_error())?;
        let data = action.data.map(|mut data| {
            data["reasons"] = reasons;
            data
        });
        let edit = refactoring::workspace_edit(prepared, &self.can());
        Ok(CodeAction { edit: Some(edit), command, data, ..action })
    }

    async fn symbol(&self, params: WorkspaceSymbolParams) -> Result<Option<WorkspaceSymbolResponse>> {
        let query = params.query.trim();
        let found: Vec<SymbolInformation> = match query.strip_prefix('?').map(str::trim) {
            Some("") => Vec::new(),
            Some(question) => {
                let query = SearchQuery {
                    question: question.to_owned(),
                    kinds: vec![SearchKind::Symbol],
                    paths: Vec::new(),
                    languages: Vec::new(),
                    limit: FOUND,
                };
                let found = self.ask(|ask| Question::Search { query, ask }).await?;
                found.into_iter().filter_map(symbol_out).collect()
            }
            None => {
                let query = query.to_owned();
                let found =
                    self.ask(|ask| Question::Naming(Naming::Symbols { query, limit: NAMED, ask })).await?;
                found.into_iter().filter_map(navigation::named_symbol).collect()
            }
        };
        Ok((!found.is_empty()).then_some(WorkspaceSymbolResponse::Flat(found)))
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> Result<Option<LSPAny>> {
        self.command(params).await
    }
}

#[expect(deprecated, reason = "the type has no other constructor")]
fn symbol_out(live::Located { found, place }: live::Located) -> Option<SymbolInformation> {
    let (key, (path, range)) = (found.key, place?);
    let name = key.rsplit([':', '.']).next().unwrap_or(&key).to_owned();
    Some(SymbolInformation {
        name,
        kind: convert::symbol_kind(found.symbol?),
        tags: None,
        deprecated: None,
        location: Location { uri: convert::uri(&path)?, range: convert::range_out(range) },
        container_name: Some(key),
    })
}
