//! What the client can do, and what the server therefore offers. In companion mode it offers nothing that the main language server
//! answers, but for what is switched on. Never does: act on any of it.

use std::path::PathBuf;

use backstory_session::config::{Config, Method};
use backstory_session::live::{Abilities, Encoding, Reports};
use serde_json::Value;
use tower_lsp::ls_types::{
    CallHierarchyServerCapability, ClientCapabilities, CodeActionKind, CodeActionOptions,
    CodeActionProviderCapability, CodeLensOptions, DeclarationCapability, ExecuteCommandOptions,
    FileOperationFilter, FileOperationPattern, FileOperationPatternKind, FileOperationRegistrationOptions,
    FoldingRangeProviderCapability, HoverProviderCapability, ImplementationProviderCapability,
    InitializeParams, OneOf, PositionEncodingKind, RenameOptions, ResourceOperationKind, SaveOptions,
    SelectionRangeProviderCapability, ServerCapabilities, TextDocumentSyncCapability, TextDocumentSyncKind,
    TextDocumentSyncOptions, TextDocumentSyncSaveOptions, TypeDefinitionProviderCapability,
    WorkDoneProgressOptions, WorkspaceFileOperationsServerCapabilities, WorkspaceFoldersServerCapabilities,
    WorkspaceServerCapabilities,
};

use crate::convert;

/// The command behind lenses and actions.
pub const EXPLAIN: &str = "backstory.explain";

/// The command that answers a question about the whole repository.
pub const ASK: &str = "backstory.ask";

/// Shows one change of a report as a diff.
pub const OPEN_CHANGE: &str = "backstory.openChange";

/// Shows every change of a symbol with its diff.
pub const OPEN_HISTORY: &str = "backstory.openHistory";

/// Shows what depends on a symbol.
pub const IMPACT: &str = "backstory.impact";

/// Goes to a place: what the action "Go to usual companion `y`" runs.
pub const GOTO: &str = "backstory.goto";

/// Does a refactoring, for clients that resolve no actions.
pub const REFACTOR: &str = "backstory.refactor";

/// The kind that contains those of all refactorings.
pub const REFACTOR_KIND: &str = "refactor";

/// The kind of the action "Explain the history of `x`".
pub const EXPLAIN_KIND: &str = "backstory.explain";

/// The kind of the action "Show all changes of `x`".
pub const HISTORY_KIND: &str = "backstory.history";

/// The kind of the action "Show impact of `x`".
pub const IMPACT_KIND: &str = "backstory.impact";

/// The kind of the action "Go to usual companion `y`".
pub const GOTO_KIND: &str = "backstory.goto";

/// What the client can do, as far as the server asks it for anything.
#[derive(Clone, Copy, Debug, Default)]
pub struct Client {
    pub session: Abilities,
    pub shows_progress: bool,
    pub shows_documents: bool,
    pub has_configuration: bool,
    pub registers_configuration: bool,
    /// It shows the symbols of a file as a tree.
    pub nests_symbols: bool,
    /// It takes edits that make files.
    pub creates_files: bool,
    /// It takes edits with the versions of the documents that they are of.
    pub versions_edits: bool,
    /// It shows what is said about edits, and asks before it makes those that want it.
    pub annotates_edits: bool,
    /// It asks for the edit of an action when somebody takes that.
    pub resolves_edits: bool,
    /// It makes edits that the server asks it to make.
    pub applies_edits: bool,
    /// It shows actions that can't be taken, with the reason.
    pub shows_disabled: bool,
    /// It shows places beside a diagnostic.
    pub relates_places: bool,
    /// It wants to hear when what `backstory/status` answers may be something else.
    pub hears_status: bool,
}

impl Client {
    /// `virtual_documents`: whether it knows `workspace/textDocumentContent`, which is newer than the types of the library.
    pub fn of(params: &InitializeParams, virtual_documents: bool) -> Self {
        let capabilities = &params.capabilities;
        let workspace = capabilities.workspace.as_ref();
        let window = capabilities.window.as_ref();
        let (edits, document) =
            (workspace.and_then(|it| it.workspace_edit.as_ref()), capabilities.text_document.as_ref());
        let experimental = capabilities.experimental.as_ref();
        let configuration = workspace.and_then(|it| it.did_change_configuration);
        let versions_edits = edits.is_some_and(|it| it.document_changes == Some(true));
        let annotates_edits =
            versions_edits && edits.is_some_and(|it| it.change_annotation_support.is_some());
        let operates = |kind: ResourceOperationKind| {
            let kinds = edits.and_then(|it| it.resource_operations.as_ref());
            versions_edits && kinds.is_some_and(|kinds| kinds.contains(&kind))
        };
        let resolve = document.and_then(|it| it.code_action.as_ref()?.resolve_support.as_ref());
        Self {
            session: Abilities {
                encoding: encoding(capabilities),
                refreshes_lenses: workspace
                    .and_then(|it| it.code_lens.as_ref()?.refresh_support)
                    .unwrap_or_default(),
                reports: if virtual_documents { Reports::Virtual } else { Reports::File },
                command_links: experimental
                    .and_then(|it| it.get("commandLinks")?.as_bool())
                    .unwrap_or_default(),
                confirms_edits: annotates_edits,
                renames_files: operates(ResourceOperationKind::Rename),
            },
            shows_progress: window.and_then(|it| it.work_done_progress).unwrap_or_default(),
            shows_documents: window
                .and_then(|it| Some(it.show_document.as_ref()?.support))
                .unwrap_or_default(),
            has_configuration: workspace.and_then(|it| it.configuration).unwrap_or_default(),
            nests_symbols: capabilities
                .text_document
                .as_ref()
                .and_then(|it| it.document_symbol.as_ref()?.hierarchical_document_symbol_support)
                .unwrap_or_default(),
            creates_files: operates(ResourceOperationKind::Create),
            versions_edits,
            annotates_edits,
            resolves_edits: resolve.is_some_and(|it| it.properties.iter().any(|name| name == "edit")),
            applies_edits: workspace.and_then(|it| it.apply_edit).unwrap_or_default(),
            shows_disabled: document
                .and_then(|it| it.code_action.as_ref()?.disabled_support)
                .unwrap_or_default(),
            relates_places: document
                .and_then(|it| it.publish_diagnostics.as_ref()?.related_information)
                .unwrap_or_default(),
            hears_status: experimental
                .and_then(|it| it.get("statusNotifications")?.as_bool())
                .unwrap_or_default(),
            registers_configuration: configuration.and_then(|it| it.dynamic_registration).unwrap_or_default(),
        }
    }
}

/// UTF-8 saves counting; UTF-16 is what every client knows.
fn encoding(capabilities: &ClientCapabilities) -> Encoding {
    let offered = capabilities.general.as_ref().and_then(|general| general.position_encodings.as_ref());
    match offered.is_some_and(|encodings| encodings.contains(&PositionEncodingKind::UTF8)) {
        true => Encoding::Utf8,
        false => Encoding::Utf16,
    }
}

/// The folders that the client has open.
pub fn folders(params: &InitializeParams) -> Vec<PathBuf> {
    let several = params.workspace_folders.as_ref().filter(|folders| !folders.is_empty());
    let uris: Vec<_> = match several {
        Some(folders) => folders.iter().map(|folder| folder.uri.clone()).collect(),
        #[expect(deprecated, reason = "clients without workspace folders still send it")]
        None => params.root_uri.iter().cloned().collect(),
    };
    uris.iter().filter_map(convert::path).collect()
}

/// The capabilities under these settings. What is switched off when the client starts is not even offered.
pub fn server(client: &Client, config: &Config) -> ServerCapabilities {
    let encoding = match client.session.encoding {
        Encoding::Utf8 => PositionEncodingKind::UTF8,
        Encoding::Utf16 => PositionEncodingKind::UTF16,
    };
    ServerCapabilities {
        position_encoding: Some(encoding),
        text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions { include_text: Some(false) })),
            ..Default::default()
        })),
        hover_provider: (config.hover || config.answers(Method::Signature))
            .then_some(HoverProviderCapability::Simple(true)),
        definition_provider: offered(config, Method::Definition),
        declaration_provider: config
            .answers(Method::Declaration)
            .then_some(DeclarationCapability::Simple(true)),
        type_definition_provider: config
            .answers(Method::TypeDefinition)
            .then_some(TypeDefinitionProviderCapability::Simple(true)),
        implementation_provider: config
            .answers(Method::Implementation)
            .then_some(ImplementationProviderCapability::Simple(true)),
        references_provider: offered(config, Method::References),
        document_highlight_provider: offered(config, Method::Highlight),
        document_symbol_provider: offered(config, Method::DocumentSymbol),
        call_hierarchy_provider: config
            .answers(Method::CallHierarchy)
            .then_some(CallHierarchyServerCapability::Simple(true)),
        rename_provider: config.answers(Method::Rename).then_some(OneOf::Right(RenameOptions {
            prepare_provider: Some(true),
            work_done_progress_options: WorkDoneProgressOptions::default(),
        })),
        folding_range_provider: config
            .answers(Method::FoldingRange)
            .then_some(FoldingRangeProviderCapability::Simple(true)),
        selection_range_provider: config
            .answers(Method::SelectionRange)
            .then_some(SelectionRangeProviderCapability::Simple(true)),
        code_lens_provider: config.lens.enable.then_some(CodeLensOptions { resolve_provider: Some(true) }),
        code_action_provider: (config.actions || config.hints.enable).then(|| {
            CodeActionProviderCapability::Options(CodeActionOptions {
                code_action_kinds: Some(kinds(config)),
                resolve_provider: Some(client.resolves_edits && config.actions),
                ..Default::default()
            })
        }),
        workspace_symbol_provider: (config.symbols || config.answers(Method::WorkspaceSymbol))
            .then_some(OneOf::Left(true)),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: [EXPLAIN, OPEN_HISTORY, IMPACT, ASK, OPEN_CHANGE, GOTO, REFACTOR]
                .map(str::to_owned)
                .into(),
            work_done_progress_options: WorkDoneProgressOptions { work_done_progress: Some(true) },
        }),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(OneOf::Left(true)),
            }),
            file_operations: config.answers(Method::FileRename).then(file_operations),
        }),
        ..Default::default()
    }
}

/// The kinds of actions that are offered.
fn kinds(config: &Config) -> Vec<CodeActionKind> {
    let of_symbols =
        [EXPLAIN_KIND, HISTORY_KIND, IMPACT_KIND, GOTO_KIND, REFACTOR_KIND].map(CodeActionKind::new);
    let of_symbols = of_symbols.into_iter().filter(|_| config.actions);
    of_symbols.chain(config.hints.enable.then_some(CodeActionKind::QUICKFIX)).collect()
}

/// Files and directories whose new names the server wants to hear of beforehand.
fn file_operations() -> WorkspaceFileOperationsServerCapabilities {
    let filter = |(glob, matches): (&str, FileOperationPatternKind)| FileOperationFilter {
        scheme: Some("file".to_owned()),
        pattern: FileOperationPattern { glob: glob.to_owned(), matches: Some(matches), options: None },
    };
    let filters =
        [("**/*.{py,pyi,rs}", FileOperationPatternKind::File), ("**", FileOperationPatternKind::Folder)];
    WorkspaceFileOperationsServerCapabilities {
        will_rename: Some(FileOperationRegistrationOptions { filters: filters.map(filter).into() }),
        ..Default::default()
    }
}

fn offered<T>(config: &Config, method: Method) -> Option<OneOf<bool, T>> {
    config.answers(method).then_some(OneOf::Left(true))
}

/// Whether raw `initialize` parameters say that the client knows `workspace/textDocumentContent`.
pub fn has_virtual_documents(params: &Value) -> bool {
    params.pointer("/capabilities/workspace/textDocumentContent").is_some_and(Value::is_object)
}
