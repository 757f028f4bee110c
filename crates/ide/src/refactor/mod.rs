//! Refactorings: which may be done at a place, what each would write where, and why one is not done where it can't be shown to be right.
//!
//! [`offers`] is cheap and lists what may be done at a place; [`plan`] works out what has to be written. A [`Plan`] is plain data in byte offsets
//! of the texts that the analysis has: sessions turn it into edits of a client or of files on disk, look through the files that the
//! analysis doesn't know ([`Outside`]), and add what history says ([`Past`]).
//!
//! A new refactoring is a variant of [`Kind`], of [`Request`] and of [`Refused`], and a module here: the compiler names the places where they
//! are taken apart. Never does: IO, asking history, or an edit that nobody has asked for.

mod adapt;
mod alone;
mod dead;
mod documenting;
pub mod extract;
mod library;
mod lines;
mod lookups;
mod members;
mod mentions;
mod moving;
mod opposites;
mod past;
mod port;
mod rename;
mod required;
mod runtime;
mod scopes;
mod tidy;
mod twins;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use backstory_analysis::{Analysis, FileId};
use backstory_syntax::{LineIndex, LocalKey, Span};
use serde::{Deserialize, Serialize};

use crate::navigation::NotRenamed;

pub use adapt::{Misfit, Weight};
pub use dead::{Alive, all_dead};
pub use documenting::{NotDocumented, Paragraph, headed, offer as offer_docs};
pub use extract::NotExtracted;
pub use lines::newline;
pub use mentions::{Markings, mentions};
pub use moving::{NotMoved, Toward, all_toward, tied, toward};
pub use opposites::are_opposites;
pub use past::{Reason, came_apart, came_from, unused_since};
pub use port::{Example, Version, carried, qualified};
pub use rename::{mentions_in, renamed};
pub use scopes::is_alone_meant;
pub use tidy::without_unused_imports;

/// The kinds of refactorings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Rename,
    Dead,
    Move,
    Docs,
    Port,
    Along,
    ExtractFunction,
    ExtractVariable,
}

/// What is asked for, as it can be kept and asked again of the same texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "refactoring", rename_all = "snake_case")]
pub enum Request {
    /// Another name for what stands at a byte offset of a file.
    Rename { path: String, offset: u32, to: String },
    /// A symbol that nothing uses goes.
    Dead { path: String, key: LocalKey },
    /// A symbol goes to another module; its old one goes on lending it where `reexport` says so, and by default where it is public API.
    Move { path: String, key: LocalKey, to: String, reexport: Option<bool> },
    /// A symbol's documentation is written, or brought up to date, with these paragraphs.
    Docs { path: String, key: LocalKey, said: Vec<Paragraph> },
    /// What was edited in a symbol is done to another one.
    Along { path: String, key: LocalKey, of_path: String, of_key: LocalKey },
    /// What a span of a file holds gets a function or a variable of its own; without a name one is made up.
    Extract { path: String, span: Span, into: Into, name: Option<String> },
}

/// What a piece of code is extracted into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Into {
    Function,
    Variable,
}

/// What may be done at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub kind: Kind,
    pub title: String,
    pub request: Request,
    /// Why it can't be done, where that is worth telling.
    pub refused: Option<Refused>,
}

/// What has to be written where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub kind: Kind,
    pub title: String,
    /// In the order of paths, each file once.
    pub edits: Vec<FileEdits>,
    /// What happens to whole files, after the edits.
    pub files: Vec<FileChange>,
    /// What is to be looked for where the analysis sees nothing.
    pub outside: Outside,
    /// What history is to be asked.
    pub past: Past,
    pub reasons: Vec<Reason>,
}

/// The edits of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileEdits {
    /// Relative to the root, with `/`.
    pub path: String,
    /// In order, none inside or across another.
    pub edits: Vec<Edit>,
}

/// Text in place of a span, in byte offsets of the text as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Edit {
    pub span: Span,
    pub text: String,
    pub mark: Mark,
}

/// How an edit belongs to its refactoring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// It is what was asked for.
    Certain,
    /// An import that nothing needs any more.
    Import,
    /// What is left in its old place for code that is not here.
    Reexport,
    /// It may be the one that is meant, or another: a member of something that nobody knows, or what names it while the code runs.
    Member,
    /// Only the name agrees, in a string, a comment or a document: written only where somebody wants it.
    Mention,
}

/// What happens to a whole file or directory. Paths are relative to the root, with `/`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum FileChange {
    Create { path: String, text: String },
    Rename { from: String, to: String },
}

/// What files may say that the analysis doesn't read: documents, settings, templates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outside {
    Nothing,
    /// It can't be done where one of these words stands in any of them.
    Unmentioned(Vec<String>),
    /// They may mention the old name, which is offered apart.
    Mentions {
        from: String,
        to: String,
    },
}

/// What history can say for a refactoring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Past {
    Nothing,
    /// Which commit took the last use of a symbol's name away.
    LastUse {
        path: String,
        key: LocalKey,
        word: String,
    },
    /// Which commits the lines of a piece come from, and whether others of its function do.
    Piece(Box<Origins>),
}

/// A piece of a function, by the 0-based lines of a text that need not be committed; both ranges end before their last number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origins {
    pub path: String,
    pub text: Arc<str>,
    pub piece: Range<u32>,
    /// The function's name and lines, those of the piece included; none at the top level of a file.
    pub function: Option<(String, Range<u32>)>,
}

/// Why a refactoring is not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The request names nothing of these texts.
    Gone,
    NotRenamed(NotRenamed),
    /// Python gives the name a meaning, or a class from outside of the workspace may.
    Required {
        name: String,
    },
    /// The code of its class looks for members by names that it makes up.
    LookedUp {
        name: String,
        path: String,
        line: u32,
    },
    /// Members of something unknown are called so, or texts that something may be looked for by: nobody can say that they are not the one that is meant.
    Unsure {
        places: usize,
        path: String,
        line: u32,
    },
    /// A place means another symbol as well: it can't have both names.
    Shared {
        path: String,
        line: u32,
    },
    /// The name is one of Python's own, too, and which of them is meant depends on when the code runs.
    BuiltIn {
        name: String,
    },
    /// Another file is in the way of a file's new name.
    FileTaken {
        path: String,
    },
    Alive {
        name: String,
        why: Alive,
    },
    NotMoved {
        name: String,
        why: NotMoved,
    },
    NotDocumented {
        name: String,
        why: NotDocumented,
    },
    /// A change can't be carried over to a symbol.
    Misfit {
        name: String,
        why: Misfit,
    },
    /// No symbol that is much like it has had a fix.
    NoFix {
        name: String,
        /// Says where not all history was looked at.
        limit: Option<String>,
    },
    /// Nothing was edited that usually changes with it.
    NoEdit {
        name: String,
    },
    NotExtracted(NotExtracted),
}

impl Kind {
    /// The word for it on the command line and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rename => "rename",
            Self::Dead => "dead",
            Self::Move => "move",
            Self::Docs => "docs",
            Self::Port => "port",
            Self::Along => "along",
            Self::ExtractFunction => "extract_function",
            Self::ExtractVariable => "extract_variable",
        }
    }
}

impl Request {
    /// The file that it is about, relative to the root.
    pub fn path(&self) -> &str {
        match self {
            Self::Rename { path, .. }
            | Self::Dead { path, .. }
            | Self::Move { path, .. }
            | Self::Docs { path, .. }
            | Self::Along { path, .. }
            | Self::Extract { path, .. } => path,
        }
    }
}

impl From<NotRenamed> for Refused {
    fn from(why: NotRenamed) -> Self {
        Self::NotRenamed(why)
    }
}

impl From<NotExtracted> for Refused {
    fn from(why: NotExtracted) -> Self {
        Self::NotExtracted(why)
    }
}

impl std::error::Error for Refused {}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gone => f.write_str("what it was about is no longer there"),
            Self::NotRenamed(why) => why.fmt(f),
            Self::Required { name } => {
                write!(
                    f,
                    "Python, a test framework or a base class from outside may look for the name `{name}`"
                )
            }
            Self::LookedUp { name, path, line } => {
                write!(f, "{path}:{line} looks for members by names that it makes up, and may mean `{name}`")
            }
            Self::Unsure { places, path, line } => {
                let others = match places - 1 {
                    0 => String::new(),
                    others => format!(" and {}", crate::lens::counted(others, "other place")),
                };
                write!(f, "{path}:{line}{others} may mean it, which nothing says for certain")
            }
            Self::Shared { path, line } => {
                write!(f, "{path}:{line} names another symbol as well, which would keep its name")
            }
            Self::BuiltIn { name } => {
                write!(f, "`{name}` is a name of Python's own as well, and may be meant by it")
            }
            Self::FileTaken { path } => write!(f, "there already is a file {path}"),
            Self::Alive { name, why } => write!(f, "`{name}` stays: {why}"),
            Self::NotMoved { name, why } => write!(f, "`{name}` is not moved: {why}"),
            Self::NotDocumented { name, why } => {
                write!(f, "the documentation of `{name}` stays as it is: {why}")
            }
            Self::NoFix { name, limit } => {
                write!(f, "no fix of code that is built like `{name}` is known")?;
                limit.iter().try_for_each(|limit| write!(f, "; {limit}"))
            }
            Self::NoEdit { name } => {
                write!(f, "nothing is edited that usually changes with `{name}` or is built like it")
            }
            Self::Misfit { name, why } => write!(f, "`{name}` stays as it is: {why}"),
            Self::NotExtracted(why) => why.fmt(f),
        }
    }
}

/// What may be done at a span of a file, an empty one being a cursor. Takes milliseconds, whatever the size of the workspace.
pub fn offers(analysis: &Analysis, file: FileId, at: Span) -> Vec<Offer> {
    dead::offer(analysis, file, at).into_iter().chain(extract::offers(analysis, file, at)).collect()
}

/// What has to be written for a request; one that carries a change over needs that change.
///
/// # Errors
/// Why it is not done.
pub fn plan(analysis: &Analysis, request: &Request, example: Option<&Example>) -> Result<Plan, Refused> {
    let file = analysis.file(request.path()).ok_or(Refused::Gone)?;
    match request {
        Request::Rename { offset, to, .. } => rename::plan(analysis, file, *offset, to),
        Request::Dead { key, .. } => dead::plan(analysis, file, key),
        Request::Move { key, to, reexport, .. } => moving::plan(analysis, file, key, to, *reexport),
        Request::Docs { key, said, .. } => documenting::plan(analysis, file, key, said),
        Request::Along { key, .. } => carried(analysis, file, key, example.ok_or(Refused::Gone)?),
        Request::Extract { span, into, name, .. } => {
            extract::plan(analysis, file, *span, *into, name.as_deref())
        }
    }
}

/// Edits by file, in order.
pub fn by_file(analysis: &Analysis, edits: impl IntoIterator<Item = (FileId, Edit)>) -> Vec<FileEdits> {
    let mut files: BTreeMap<&str, Vec<Edit>> = BTreeMap::new();
    for (file, edit) in edits {
        files.entry(analysis.path(file)).or_default().push(edit);
    }
    let of_file = |(path, mut edits): (&str, Vec<Edit>)| {
        edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
        FileEdits { path: path.to_owned(), edits }
    };
    files.into_iter().map(of_file).collect()
}

/// Takes out the edits of one mark, and says how many places that are and where the first one is.
pub fn without(edits: &mut Vec<FileEdits>, mark: Mark) -> (usize, Option<(String, Span)>) {
    let (mut left, mut first) = (0, None);
    for file in edits.iter_mut() {
        let mut gone = file.edits.extract_if(.., |edit| edit.mark == mark);
        if let Some(edit) = gone.next() {
            first = first.or_else(|| Some((file.path.clone(), edit.span)));
            left += 1 + gone.count();
        }
    }
    edits.retain(|file| !file.edits.is_empty());
    (left, first)
}

/// A text after some edits, which must be in order.
pub fn edited(text: &str, edits: &[Edit]) -> String {
    let mut new = String::with_capacity(text.len());
    let mut from = 0;
    for edit in edits {
        new.push_str(&text[from..edit.span.start as usize]);
        new.push_str(&edit.text);
        from = edit.span.end as usize;
    }
    new.push_str(&text[from..]);
    new
}

/// A part of a text after some edits inside of it, which may come in any order.
fn edited_part(text: &str, part: Span, edits: &[Edit]) -> String {
    let mut inside: Vec<Edit> = edits.to_vec();
    inside.sort_by_key(|edit| edit.span.start);
    for edit in &mut inside {
        edit.span = Span { start: edit.span.start - part.start, end: edit.span.end - part.start };
    }
    edited(part.of(text), &inside)
}

/// The 1-based line of a byte offset.
fn line(text: &str, offset: u32) -> u32 {
    LineIndex::new(text).line(offset) + 1
}

impl Edit {
    /// A deletion.
    fn deletes(span: Span, mark: Mark) -> Self {
        Self { span, text: String::new(), mark }
    }
}
