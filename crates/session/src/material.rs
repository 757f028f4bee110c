//! What the work tree says of a symbol: its comments and documentation, and the documents that name it. Never does: read history.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use backstory_analysis::{Analysis, FileId};
use backstory_history::Repository;
use backstory_ide::explain::{
    Comment, Document, Member, Passage, Subject, Version, comments_of, mentions, spellings,
};
use backstory_ide::locate::Located;
use backstory_syntax::{Definition, DefinitionKind, Span, parse};
use memchr::memmem::Finder;

use crate::workspace::{relative, walk};

/// What documents are called.
const EXTENSIONS: [&str; 5] = ["md", "markdown", "rst", "adoc", "txt"];

/// Larger documents are data, or made by programs.
const DOCUMENT_LIMIT: u64 = 1 << 20;

/// The comments of a symbol or file, as the snapshot has them.
fn comments(analysis: &Analysis, located: Located) -> Vec<Comment> {
    let file = located.file();
    let (text, path) = (analysis.text(file), analysis.path(file));
    let parsed = analysis.tree(file).unwrap_or_else(|| parse(text, analysis.language(file)));
    let (own, others) = spans(analysis, file, located);
    comments_of(&Version { text, path, commit: None }, &parsed, own, &others)
}

/// The code of what was located: its comments, its members, and how its declaration is indented.
#[derive(Clone, Debug, Default)]
pub(crate) struct Present {
    pub comments: Vec<Comment>,
    pub members: Vec<Member>,
    /// The white space in front of the declaration.
    pub indent: String,
    /// Full hash of the commit that has the file as it is.
    pub commit: Option<String>,
}

impl Present {
    /// As the snapshot has it; no commit is named yet.
    pub(crate) fn of(analysis: &Analysis, located: Located) -> Self {
        let comments = comments(analysis, located);
        Self {
            comments,
            members: members(analysis, located),
            indent: indent(analysis, located),
            commit: None,
        }
    }

    /// Names the commit (a full hash) if it has the file, whose text is given, as it is.
    pub(crate) fn cite(&mut self, path: &str, text: &str, at: Option<(&Repository, &str)>) {
        let Some((repository, commit)) = at else { return };
        if is_committed(repository, commit, path, text.as_bytes()) {
            self.comments.iter_mut().for_each(|comment| comment.commit = Some(commit.to_owned()));
            self.commit = Some(commit.to_owned());
        }
    }
}

/// What is directly inside. Methods of a Rust type stand in `impl` blocks: those of the same file are its members, too.
fn members(analysis: &Analysis, located: Located) -> Vec<Member> {
    let outline = analysis.outline(located.file());
    let parent = match located {
        Located::Symbol(id) => Some(id.local),
        Located::File(_) => None,
    };
    let of_type = parent
        .map(|local| outline.definition(local))
        .filter(|definition| definition.kind != DefinitionKind::Impl);
    let is_impl = |definition: &Definition| {
        definition.kind == DefinitionKind::Impl
            && definition.implemented.is_none()
            && of_type.is_some_and(|it| it.name == definition.name)
    };
    let is_inside = |definition: &Definition| match (definition.parent, parent) {
        (own, parent) if own == parent => definition.kind != DefinitionKind::Impl,
        (Some(block), _) => is_impl(outline.definition(block)),
        (None, _) => false,
    };
    outline.definitions.iter().filter(|definition| is_inside(definition)).map(Member::of).collect()
}

fn indent(analysis: &Analysis, located: Located) -> String {
    let Located::Symbol(id) = located else { return String::new() };
    let text = analysis.text(id.file);
    let start = analysis.spans(id.file).definitions[id.local.index()].full.start as usize;
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    text[line..].chars().take_while(|c| [' ', '\t'].contains(c)).collect()
}

/// The span of what was located, and those of the definitions directly inside of it.
fn spans(analysis: &Analysis, file: FileId, located: Located) -> (Span, Vec<Span>) {
    let (outline, spans) = (analysis.outline(file), analysis.spans(file));
    let (own, parent) = match located {
        Located::Symbol(id) => (spans.definitions[id.local.index()].full, Some(id.local)),
        Located::File(_) => (Span { start: 0, end: analysis.text(file).len() as u32 }, None),
    };
    let inside = outline.ids().filter(|local| outline.definition(*local).parent == parent);
    (own, inside.map(|local| spans.definitions[local.index()].full).collect())
}

/// Whether a commit has a file with just this content.
fn is_committed(repository: &Repository, commit: &str, path: &str, content: &[u8]) -> bool {
    // Where the commit's version can't be read, nothing is claimed of it.
    repository.file_at(commit, path).ok().flatten().is_some_and(|committed| committed == content)
}

/// The passages of all documents below the root that name the subject and say why.
pub(crate) fn mentioned(
    root: &Path,
    subject: &Subject<'_>,
    at: Option<(&Repository, &str)>,
    interrupted: &AtomicBool,
) -> Vec<Passage> {
    let spellings = spellings(subject);
    let finders: Vec<Finder<'_>> =
        spellings.iter().map(|spelling| Finder::new(spelling.as_bytes())).collect();
    if finders.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for entry in walk(root, root).take_while(|_| !interrupted.load(Ordering::Relaxed)) {
        let Some((path, bytes)) = document(root, entry.path()) else { continue };
        if !finders.iter().any(|finder| finder.find(&bytes).is_some()) {
            continue;
        }
        let commit = at
            .filter(|(repository, commit)| is_committed(repository, commit, &path, &bytes))
            .map(|(_, commit)| commit);
        let text = String::from_utf8_lossy(&bytes);
        found.extend(mentions(subject, &Document { path: &path, text: &text, commit }));
    }
    // Walks come in no fixed order.
    found.sort_by(|a, b| format!("{:?}", a.source).cmp(&format!("{:?}", b.source)));
    found
}

/// A document's path below the root, and its content.
pub(crate) fn document(root: &Path, full: &Path) -> Option<(String, Vec<u8>)> {
    let extension = full.extension()?.to_str()?.to_lowercase();
    let is_small =
        || full.symlink_metadata().is_ok_and(|data| data.is_file() && data.len() <= DOCUMENT_LIMIT);
    if !EXTENSIONS.contains(&extension.as_str()) || !is_small() {
        return None;
    }
    Some((relative(root, full)?, fs::read(full).ok()?))
}
