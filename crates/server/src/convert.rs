//! Between the protocol's types and the session's. Never does: decide anything.

use std::path::{Path, PathBuf};

use backstory_session::live::{self, Failure};
use backstory_session::syntax::DefinitionKind;
use tower_lsp::jsonrpc::{Error, ErrorCode};
use tower_lsp::ls_types::{Position, Range, SymbolKind, Uri};

/// The path of a `file:` URI; other schemes have none.
pub fn path(uri: &Uri) -> Option<PathBuf> {
    let is_file = uri.scheme().as_str().eq_ignore_ascii_case("file");
    uri.to_file_path().filter(|_| is_file).map(|path| path.into_owned())
}

pub fn uri(path: &Path) -> Option<Uri> {
    Uri::from_file_path(path)
}

pub fn position(position: Position) -> live::Position {
    live::Position { line: position.line, column: position.character }
}

pub fn range(range: Range) -> live::Range {
    live::Range { start: position(range.start), end: position(range.end) }
}

pub fn range_out(range: live::Range) -> Range {
    let out = |position: live::Position| Position { line: position.line, character: position.column };
    Range { start: out(range.start), end: out(range.end) }
}

/// An error that says what happened in the protocol's own numbers.
pub fn error(failure: Failure) -> Error {
    match failure {
        Failure::ContentModified => Error::content_modified(),
        Failure::Cancelled => Error::request_cancelled(),
        Failure::Internal => Error {
            message: "Backstory failed on this request; its log says why (`backstory lsp --log FILE`)".into(),
            ..Error::internal_error()
        },
        Failure::Refused(reason) => {
            Error { code: ErrorCode::ServerError(REFUSED), message: reason.into(), data: None }
        }
    }
}

/// `RequestFailed` of the protocol: the request was right, but can't be answered.
const REFUSED: i64 = -32803;

/// An error for parameters that are not what the method takes.
pub fn invalid_params(reason: impl Into<String>) -> Error {
    Error { code: ErrorCode::InvalidParams, message: reason.into().into(), data: None }
}

pub fn symbol_kind(kind: DefinitionKind) -> SymbolKind {
    match kind {
        DefinitionKind::Module => SymbolKind::MODULE,
        DefinitionKind::Class => SymbolKind::CLASS,
        DefinitionKind::Struct | DefinitionKind::Union => SymbolKind::STRUCT,
        DefinitionKind::Enum => SymbolKind::ENUM,
        DefinitionKind::Variant => SymbolKind::ENUM_MEMBER,
        DefinitionKind::Field => SymbolKind::FIELD,
        DefinitionKind::Trait => SymbolKind::INTERFACE,
        DefinitionKind::Impl => SymbolKind::OBJECT,
        DefinitionKind::Function | DefinitionKind::Macro => SymbolKind::FUNCTION,
        DefinitionKind::Method => SymbolKind::METHOD,
        DefinitionKind::Constant | DefinitionKind::Static => SymbolKind::CONSTANT,
        DefinitionKind::Type => SymbolKind::TYPE_PARAMETER,
    }
}
