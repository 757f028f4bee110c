//! Hints as diagnostics, and what silences them as edits of settings. Never does: find any.

use std::collections::HashMap;

use backstory_session::ide::hint::CODE;
use backstory_session::live::{self, Hint, SettingsEdit, Silencing};
use tower_lsp::ls_types::{
    CodeAction, CodeActionDisabled, CodeActionKind, CreateFile, CreateFileOptions, Diagnostic,
    DiagnosticRelatedInformation, DiagnosticSeverity, DocumentChangeOperation, DocumentChanges, Location,
    NumberOrString, OneOf, OptionalVersionedTextDocumentIdentifier, ResourceOp, TextDocumentEdit, TextEdit,
    WorkspaceEdit,
};

use crate::capabilities::Client;
use crate::convert;

/// Who says it, as clients show it.
const SOURCE: &str = "backstory";

pub fn diagnostic(hint: &Hint, can: &Client) -> Diagnostic {
    let related = location(&hint.place).filter(|_| can.relates_places).map(|location| {
        vec![DiagnosticRelatedInformation { location, message: format!("`{}`", hint.companion) }]
    });
    Diagnostic {
        range: convert::range_out(hint.range),
        severity: Some(DiagnosticSeverity::HINT),
        code: Some(NumberOrString::String(CODE.to_owned())),
        source: Some(SOURCE.to_owned()),
        message: hint.message.clone(),
        related_information: related,
        ..Default::default()
    }
}

pub fn location(place: &live::Location) -> Option<Location> {
    Some(Location { uri: convert::uri(&place.path)?, range: convert::range_out(place.range) })
}

/// The quick fix that ends a hint, or all of them. Where it can't be done, it says why to a client that shows that, and is left out
/// otherwise.
pub fn silence(silencing: Silencing, can: &Client) -> Option<CodeAction> {
    let Silencing { hint, all, edit } = silencing;
    let title = match all {
        true => "Turn these hints off in this repository".to_owned(),
        false => format!("Don't hint at `{}` for `{}` in this repository", hint.companion, hint.name),
    };
    let action = CodeAction {
        title,
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![diagnostic(&hint, can)]),
        ..Default::default()
    };
    match edit {
        Ok(edit) => Some(CodeAction { edit: Some(settings_edit(edit, can)?), ..action }),
        Err(reason) if can.shows_disabled => {
            Some(CodeAction { disabled: Some(CodeActionDisabled { reason }), ..action })
        }
        Err(reason) => {
            tracing::warn!("no hint can be silenced: {reason}");
            None
        }
    }
}

fn settings_edit(edit: SettingsEdit, can: &Client) -> Option<WorkspaceEdit> {
    let uri = convert::uri(&edit.path)?;
    let text = TextEdit { range: convert::range_out(edit.range), new_text: edit.text };
    if !can.creates_files {
        // Most clients make the file all the same.
        return Some(WorkspaceEdit {
            changes: Some(HashMap::from([(uri, vec![text])])),
            ..Default::default()
        });
    }
    let options = CreateFileOptions { overwrite: None, ignore_if_exists: Some(true) };
    let create = CreateFile { uri: uri.clone(), options: Some(options), annotation_id: None };
    let create = edit.is_new.then_some(DocumentChangeOperation::Op(ResourceOp::Create(create)));
    let edit = DocumentChangeOperation::Edit(TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier { uri, version: None },
        edits: vec![OneOf::Left(text)],
    });
    let operations = create.into_iter().chain([edit]).collect();
    Some(WorkspaceEdit {
        document_changes: Some(DocumentChanges::Operations(operations)),
        ..Default::default()
    })
}
