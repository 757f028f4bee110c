//! What a directory holds, as its documentation and its files say: the answer to what it is. Never does: tell the history of one.

use std::collections::BTreeMap;
use std::fs;

use backstory_analysis::{Analysis, FileId};
use backstory_ide::explain::{Comment, CommentKind, Member, Question, first_sentence};
use backstory_ide::locate::{Located, NotLocated, module_of};
use backstory_ide::report::Report;
use backstory_ide::symbol::SymbolInfo;
use backstory_syntax::{DefinitionKind, LocalKey};

use crate::Error;
use crate::explain::{Explained, Gathered, head};
use crate::material::Present;
use crate::place::Place;

/// More of a document than this is not read.
const DOCUMENT_LIMIT: usize = 16 << 10;

/// The documents that introduce a directory.
const INTRODUCTIONS: [&str; 4] = ["README.md", "README.rst", "README.txt", "README"];

/// A report on a directory (relative to the root, with `/`), and what its answer is made of.
///
/// # Errors
/// Where no source file is in it.
pub(crate) fn look(
    place: &Place,
    analysis: &Analysis,
    path: &str,
    on_part: &mut dyn FnMut(Explained<'_>),
) -> Result<(Report, Gathered), Error> {
    let members = members(analysis, path);
    if members.is_empty() {
        return Err(NotLocated::NothingIn { path: path.to_owned() }.into());
    }
    let mut report = Report::new(Question::What, about(place, path));
    on_part(Explained::Symbol(&report.symbol));
    head(place, &mut report)?;
    on_part(Explained::Reference(report.r#ref.as_ref()));
    on_part(Explained::History(&report));
    let comments = introduction(place, analysis, path);
    let present = Present { comments, members, ..Present::default() };
    Ok((report, Gathered { present, ..Gathered::default() }))
}

fn about(place: &Place, path: &str) -> SymbolInfo {
    let root =
        || place.root.file_name().map_or_else(|| ".".to_owned(), |name| name.to_string_lossy().into_owned());
    let shown = if path.is_empty() { ".".to_owned() } else { path.to_owned() };
    SymbolInfo {
        kind: DefinitionKind::Module,
        key: shown.clone(),
        name: path.rsplit('/').next().filter(|name| !name.is_empty()).map_or_else(root, str::to_owned),
        signature: shown.clone(),
        docs: String::new(),
        path: shown,
        line: 1,
        local_key: LocalKey::file(),
    }
}

/// The documentation of the module that the directory is, otherwise its introduction.
fn introduction(place: &Place, analysis: &Analysis, path: &str) -> Vec<Comment> {
    let of_module = module_of(analysis, path).map(|file| Present::of(analysis, Located::File(file)).comments);
    let documentation: Vec<Comment> = of_module
        .unwrap_or_default()
        .into_iter()
        .filter(|comment| comment.kind == CommentKind::Documentation)
        .collect();
    if !documentation.is_empty() {
        return documentation;
    }
    let read = |name: &&str| {
        let bytes = fs::read(place.root.join(path).join(name)).ok()?;
        let text = String::from_utf8_lossy(&bytes[..bytes.len().min(DOCUMENT_LIMIT)]).into_owned();
        let path = if path.is_empty() { (*name).to_owned() } else { format!("{path}/{name}") };
        Some(Comment { text, path, line: 1, commit: None, kind: CommentKind::Documentation })
    };
    INTRODUCTIONS.iter().find_map(read).into_iter().collect()
}

/// The directories and files directly inside that hold source code, in order of their names.
fn members(analysis: &Analysis, path: &str) -> Vec<Member> {
    let inside = if path.is_empty() { String::new() } else { format!("{path}/") };
    let mut found: BTreeMap<&str, Member> = BTreeMap::new();
    for file in analysis.files() {
        let Some(rest) = analysis.path(file).strip_prefix(&inside) else { continue };
        match rest.split_once('/') {
            None => drop(found.insert(rest, member(analysis, rest, "file", Some(file)))),
            Some((directory, _)) => {
                found.entry(directory).or_insert_with(|| {
                    let module = module_of(analysis, &format!("{inside}{directory}"));
                    member(analysis, directory, "directory", module)
                });
            }
        }
    }
    found.into_values().collect()
}

fn member(analysis: &Analysis, name: &str, kind: &'static str, file: Option<FileId>) -> Member {
    let docs = file.map(|file| first_sentence(&analysis.outline(file).docs)).unwrap_or_default();
    let file = file.map(|file| analysis.path(file).to_owned());
    Member { name: name.to_owned(), kind, docs, public: true, file }
}
