//! Refactorings in the protocol's types: how they are offered, and their edits with versions and annotations as far as the client has them. Never
//! does: work any out.

use std::collections::HashMap;

use backstory_session::ide::refactor::{Kind, Mark, Request};
use backstory_session::live::{Offered, Prepared, PreparedChange, PreparedFile, RefactorOrder};
use serde::{Deserialize, Serialize};
use serde_json::to_value;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    AnnotatedTextEdit, ChangeAnnotation, CodeAction, CodeActionDisabled, CodeActionKind, Command, CreateFile,
    DocumentChangeOperation, DocumentChanges, LSPAny, OneOf, OptionalVersionedTextDocumentIdentifier,
    Position, Range, RenameFile, ResourceOp, TextDocumentEdit, TextEdit, Uri, WorkspaceEdit,
};

use crate::capabilities::{Client, REFACTOR};
use crate::convert;

/// The kind of action of each kind of refactoring. The first word is the protocol's, so that clients sort them in.
pub fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Rename => "refactor.rename",
        Kind::Dead => "refactor.remove",
        Kind::Move => "refactor.move",
        Kind::Docs | Kind::Port | Kind::Along => "refactor.rewrite",
        Kind::ExtractFunction => "refactor.extract.function",
        Kind::ExtractVariable => "refactor.extract.variable",
    }
}

/// What an action carries until it is resolved.
#[derive(Serialize, Deserialize)]
struct Data {
    uri: Uri,
    version: Option<i32>,
    #[serde(flatten)]
    request: Request,
}

/// An offer as an action without its edit, which comes when it is resolved, or from a command where the client resolves none.
pub fn action(offered: Offered, can: &Client) -> Option<CodeAction> {
    let Offered { kind: of, title, order: RefactorOrder { path, version, request }, disabled } = offered;
    let action = CodeAction { title, kind: Some(CodeActionKind::new(kind(of))), ..Default::default() };
    if let Some(reason) = disabled {
        let disabled = can.shows_disabled.then_some(CodeActionDisabled { reason })?;
        return Some(CodeAction { disabled: Some(disabled), ..action });
    }
    let data = to_value(Data { uri: convert::uri(&path)?, version, request }).ok()?;
    if can.resolves_edits {
        return Some(CodeAction { data: Some(data), ..action });
    }
    let command = Command::new(action.title.clone(), REFACTOR.to_owned(), Some(vec![data]));
    can.applies_edits.then_some(CodeAction { command: Some(command), ..action })
}

/// The order behind what an action or a command carries.
pub fn order(data: LSPAny) -> Result<RefactorOrder> {
    let Data { uri, version, request } =
        serde_json::from_value(data).map_err(|error| convert::invalid_params(error.to_string()))?;
    let path =
        convert::path(&uri).ok_or_else(|| convert::invalid_params("only files on disk are refactored"))?;
    Ok(RefactorOrder { path, version, request })
}

/// Whether it changes something else than what somebody looks at, so that they should be led there.
pub fn is_elsewhere(order: &RefactorOrder) -> bool {
    matches!(order.request, Request::Along { .. })
}

/// Names of annotations.
const MENTION: &str = "backstory.mention";
const MEMBER: &str = "backstory.member";
const IMPORT: &str = "backstory.import";
const REEXPORT: &str = "backstory.reexport";
const CERTAIN: &str = "backstory.certain";

/// The edits as the client takes them. Without versions of documents the plain form is all that there is, and whole files can't be changed in it.
pub fn workspace_edit(prepared: Prepared, can: &Client) -> WorkspaceEdit {
    if !can.versions_edits {
        return plain(prepared.files);
    }
    let annotations = annotations(&prepared).filter(|_| can.annotates_edits);
    let edits = prepared.files.into_iter().filter_map(|file| versioned(file, annotations.as_ref()));
    let changes = prepared.changes.into_iter().filter_map(whole).flatten();
    let operations = edits.map(DocumentChangeOperation::Edit).chain(changes);
    WorkspaceEdit {
        document_changes: Some(DocumentChanges::Operations(operations.collect())),
        change_annotations: annotations,
        ..Default::default()
    }
}

/// Whether nobody need be asked about an edit.
fn is_sure(mark: Mark) -> bool {
    match mark {
        Mark::Certain | Mark::Import | Mark::Reexport => true,
        Mark::Member | Mark::Mention => false,
    }
}

fn plain(files: Vec<PreparedFile>) -> WorkspaceEdit {
    let of_file = |file: PreparedFile| {
        let edits = file.edits.into_iter().filter(|(_, _, mark)| is_sure(*mark));
        let edits =
            edits.map(|(range, text, _)| TextEdit { range: convert::range_out(range), new_text: text });
        Some((convert::uri(&file.path)?, edits.collect()))
    };
    let changes: HashMap<Uri, Vec<TextEdit>> = files.into_iter().filter_map(of_file).collect();
    WorkspaceEdit { changes: Some(changes), ..Default::default() }
}

/// What the annotations say that the edits have; `None` where nothing is to be said.
fn annotations(prepared: &Prepared) -> Option<HashMap<String, ChangeAnnotation>> {
    let marks: Vec<Mark> =
        prepared.files.iter().flat_map(|file| file.edits.iter().map(|(_, _, mark)| *mark)).collect();
    let reasons: Vec<&str> = prepared.reasons.iter().map(|reason| reason.text.as_str()).collect();
    let certain = ChangeAnnotation {
        label: prepared.title.clone(),
        needs_confirmation: None,
        description: (!reasons.is_empty()).then(|| reasons.join(" ")),
    };
    let all = [
        (Mark::Certain, CERTAIN, certain),
        (Mark::Import, IMPORT, said("Imports that nothing needs any more", None)),
        (
            Mark::Reexport,
            REEXPORT,
            said("What goes on lending it to code that imports it from its old place", None),
        ),
        (Mark::Member, MEMBER, said("Places that may mean it, which nothing says for certain", Some(true))),
        (Mark::Mention, MENTION, said("Strings, comments and documents that have the same word", Some(true))),
    ];
    let used = all.into_iter().filter(|(mark, _, _)| marks.contains(mark));
    let found: HashMap<String, ChangeAnnotation> = used.map(|(_, name, it)| (name.to_owned(), it)).collect();
    (!found.is_empty()).then_some(found)
}

fn said(label: &str, needs_confirmation: Option<bool>) -> ChangeAnnotation {
    ChangeAnnotation { label: label.to_owned(), needs_confirmation, description: None }
}

fn versioned(
    file: PreparedFile,
    annotations: Option<&HashMap<String, ChangeAnnotation>>,
) -> Option<TextDocumentEdit> {
    let uri = convert::uri(&file.path)?;
    // Nobody is asked about an edit without an annotation.
    let edits = file.edits.into_iter().filter(|(_, _, mark)| is_sure(*mark) || annotations.is_some());
    let edits = edits.map(|(range, text, mark)| {
        let edit = TextEdit { range: convert::range_out(range), new_text: text };
        let name = match mark {
            Mark::Certain => CERTAIN,
            Mark::Import => IMPORT,
            Mark::Reexport => REEXPORT,
            Mark::Member => MEMBER,
            Mark::Mention => MENTION,
        };
        match annotations {
            Some(_) => OneOf::Right(AnnotatedTextEdit { text_edit: edit, annotation_id: name.to_owned() }),
            None => OneOf::Left(edit),
        }
    });
    let edits: Vec<_> = edits.collect();
    let text_document = OptionalVersionedTextDocumentIdentifier { uri, version: file.version };
    (!edits.is_empty()).then_some(TextDocumentEdit { text_document, edits })
}

fn whole(change: PreparedChange) -> Option<Vec<DocumentChangeOperation>> {
    match change {
        PreparedChange::Create { path, text } => {
            let uri = convert::uri(&path)?;
            let create = CreateFile { uri: uri.clone(), options: None, annotation_id: None };
            let start = Position { line: 0, character: 0 };
            let text = TextEdit { range: Range { start, end: start }, new_text: text };
            let text_document = OptionalVersionedTextDocumentIdentifier { uri, version: None };
            let edit = TextDocumentEdit { text_document, edits: vec![OneOf::Left(text)] };
            Some(vec![
                DocumentChangeOperation::Op(ResourceOp::Create(create)),
                DocumentChangeOperation::Edit(edit),
            ])
        }
        PreparedChange::Rename { from, to } => {
            let (old_uri, new_uri) = (convert::uri(&from)?, convert::uri(&to)?);
            let rename = RenameFile { old_uri, new_uri, options: None, annotation_id: None };
            Some(vec![DocumentChangeOperation::Op(ResourceOp::Rename(rename))])
        }
    }
}
