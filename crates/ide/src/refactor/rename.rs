//! Another name for a symbol, or for a module and its file. What is certain is what the editor's rename writes; places where only the name
//! agrees come apart. Never does: rename a file for anything but the module that it is.

use std::collections::{BTreeSet, HashMap};

use backstory_analysis::{Analysis, FileId, Target, definitions_at, files_to_read, word_at};
use backstory_syntax::Span;

use super::members::{self, Members};
use super::mentions::{Markings, mentions};
use super::twins::twins;
use super::{Edit, FileChange, FileEdits, Kind, Mark, Outside, Past, Plan, Reason, Refused, by_file};
use super::{alone, required, runtime};
use crate::lens::counted;
use crate::navigation::{self, NotRenamed, TextEdit};

/// Files that are modules by the directory that they are in.
const OF_DIRECTORY: [&str; 3] = ["/__init__.py", "/__init__.pyi", "/mod.rs"];

pub(super) fn plan(analysis: &Analysis, file: FileId, offset: u32, to: &str) -> Result<Plan, Refused> {
    let (_, span) = word_at(analysis, file, offset).ok_or(NotRenamed::Nothing)?;
    required::check(analysis, file, offset)?;
    let from = span.of(analysis.text(file)).to_owned();
    let (certain, files) = match module_at(analysis, file, offset) {
        Some(module) => of_module(analysis, module, &from, to)?,
        None => (of_symbol(analysis, file, offset, to)?, Vec::new()),
    };
    let certain = certain.into_iter().map(|edit| {
        let TextEdit { file, span, text } = edit;
        (file, Edit { span, text, mark: Mark::Certain })
    });
    let mut edits = by_file(analysis, certain);
    let reasons = vec![reason(&edits, &from)];
    let reach = Reach::of(analysis, file, offset);
    let members = members::like(analysis, file, offset);
    let apart = Apart { reach, members, sought: runtime::sought(analysis, file, offset) };
    add_apart(analysis, &mut edits, (&from, to), apart);
    let outside = match reach {
        Reach::Inside(..) => Outside::Nothing,
        Reach::Everywhere => Outside::Mentions { from: from.clone(), to: to.to_owned() },
    };
    Ok(Plan {
        kind: Kind::Rename,
        title: format!("Rename `{from}` to `{to}`"),
        edits,
        files,
        outside,
        past: Past::Nothing,
        reasons,
    })
}

/// The name at a byte offset, where it can be another one; that of a module where files may be renamed with it.
///
/// # Errors
/// Why it can't.
pub fn renamed(analysis: &Analysis, file: FileId, offset: u32, files: bool) -> Result<Span, Refused> {
    let why = match navigation::renamed(analysis, file, offset) {
        Ok(span) => return required::check(analysis, file, offset).map(|()| span),
        Err(why) => why,
    };
    let word = word_at(analysis, file, offset).filter(|_| files && why == NotRenamed::Module);
    let Some((_, span)) = word else { return Err(why.into()) };
    match module_at(analysis, file, offset) {
        Some(module) if stem(analysis, module, span.of(analysis.text(file))).is_some() => Ok(span),
        _ => Err(why.into()),
    }
}

/// The file of the module that a word stands for.
fn module_at(analysis: &Analysis, file: FileId, offset: u32) -> Option<FileId> {
    definitions_at(analysis, file, offset).into_iter().find_map(|found| match found.target {
        Target::Module(file) => Some(file),
        Target::Definition(_) | Target::Binding(..) => None,
    })
}

/// The path of a module's file without what all such files end with, that end, and what is before its name; `None` where the file has another
/// name than the module (`#[path]`, or a crate's root).
fn stem<'a>(analysis: &'a Analysis, module: FileId, name: &str) -> Option<(&'a str, &'a str, &'a str)> {
    let path = analysis.path(module);
    let directory = OF_DIRECTORY.iter().find_map(|end| path.strip_suffix(end));
    let (old, end) = match directory {
        Some(directory) => (directory, ""),
        None => path.rsplit_once('.').map_or((path, ""), |(stem, _)| (stem, &path[stem.len()..])),
    };
    let parent = old.strip_suffix(name).filter(|parent| parent.is_empty() || parent.ends_with('/'))?;
    Some((old, end, parent))
}

fn reason(edits: &[FileEdits], from: &str) -> Reason {
    let places = edits.iter().map(|file| file.edits.len()).sum();
    let text = format!(
        "`{from}` certainly means this at {} in {}; other places with the word are left as they are.",
        counted(places, "place"),
        counted(edits.len(), "file")
    );
    Reason { text, commits: Vec::new() }
}

/// The places of a symbol, with those of the parameters that stand for it in methods above and below, and of variables that a condition takes
/// instead.
fn of_symbol(analysis: &Analysis, file: FileId, offset: u32, to: &str) -> Result<Vec<TextEdit>, Refused> {
    let mut edits = navigation::rename(analysis, file, offset, to)?;
    let mut places = vec![(file, offset)];
    let sisters = required::sisters(analysis, file, offset)?;
    for (file, offset) in sisters.into_iter().chain(twins(analysis, file, offset)) {
        edits.extend(navigation::rename(analysis, file, offset, to)?);
        places.push((file, offset));
    }
    edits.sort_by_key(|edit| (edit.file, edit.span.start));
    edits.dedup_by_key(|edit| (edit.file, edit.span.start));
    alone::check(analysis, &places, &edits)?;
    Ok(edits)
}

/// Edits of text and changes of files.
type Changes = (Vec<TextEdit>, Vec<FileChange>);

/// The file of a module and what names it.
fn of_module(analysis: &Analysis, module: FileId, from: &str, to: &str) -> Result<Changes, Refused> {
    let (old, end, parent) = stem(analysis, module, from).ok_or(NotRenamed::Module)?;
    let new = format!("{parent}{to}");
    let (old_path, new_path) = (format!("{old}{end}"), format!("{new}{end}"));
    let edits = navigation::rename_file(analysis, &old_path, &new_path)?;
    let mut files = vec![FileChange::Rename { from: old_path, to: new_path.clone() }];
    // What goes with it: the directory of its submodules (Rust), its stub (Python).
    let below = format!("{old}/");
    if end == ".rs" && analysis.files().any(|file| analysis.path(file).starts_with(&below)) {
        files.push(FileChange::Rename { from: old.to_owned(), to: new.clone() });
    }
    let other = if end == ".py" { ".pyi" } else { ".py" };
    if end.starts_with(".py") && analysis.file(&format!("{old}{other}")).is_some() {
        files.push(FileChange::Rename { from: format!("{old}{other}"), to: format!("{new}{other}") });
    }
    let taken = analysis.files().map(|file| analysis.path(file)).find(|path| {
        *path == new_path || path.strip_prefix(new.as_str()).is_some_and(|rest| rest.starts_with('/'))
    });
    match taken {
        Some(path) => Err(Refused::FileTaken { path: path.to_owned() }),
        None => Ok((edits, files)),
    }
}

/// Where a name is known: in a part of a file, or everywhere.
#[derive(Clone, Copy)]
enum Reach {
    Inside(FileId, Span),
    Everywhere,
}

impl Reach {
    /// Variables are known in their functions alone.
    fn of(analysis: &Analysis, file: FileId, offset: u32) -> Self {
        let found = definitions_at(analysis, file, offset).into_iter().find_map(|found| match found.target {
            Target::Binding(file, binding) => Some((file, *analysis.code(file).binding(binding))),
            Target::Definition(_) | Target::Module(_) => None,
        });
        let Some((file, binding)) = found.filter(|(file, it)| analysis.code(*file).is_local(it.scope)) else {
            return Self::Everywhere;
        };
        let spans = analysis.spans(file);
        let around =
            spans.definition_at(binding.span.start).map(|local| spans.definitions[local.index()].full);
        Self::Inside(file, around.unwrap_or(binding.span))
    }

    fn has(self, file: FileId, span: Span) -> bool {
        match self {
            Self::Inside(own, around) => own == file && around.contains(span),
            Self::Everywhere => true,
        }
    }
}

/// Adds the places in strings and comments of code that mention the name, and those that may mean it.
fn add_apart(analysis: &Analysis, edits: &mut Vec<FileEdits>, (from, to): (&str, &str), apart: Apart) {
    let mut known: HashMap<String, usize> =
        edits.iter().enumerate().map(|(at, file)| (file.path.clone(), at)).collect();
    for file in files_to_read(analysis, from) {
        let (path, text) = (analysis.path(file), analysis.text(file));
        let parsed = analysis.parsed(file);
        let mentioned = mentions(text, Markings::Code(&parsed), from).into_iter();
        let mentioned =
            mentioned.filter(|&span| apart.reach.has(file, span)).map(|span| (span, Mark::Mention));
        let members = members::unknown(analysis, file, from, &apart.members).into_iter();
        let named = runtime::places(analysis, file, &parsed, from, &apart.sought);
        let members: BTreeSet<Span> = members.chain(named).collect();
        let mentioned = mentioned.filter(|(span, _)| !members.contains(span));
        let found = mentioned.chain(members.iter().map(|&span| (span, Mark::Member)));
        let at = known.get(path).copied();
        let certain = at.map_or(&[][..], |at| &edits[at].edits);
        let is_free = |edit: &Edit| {
            let touches = |other: &Edit| other.span.start < edit.span.end && edit.span.start < other.span.end;
            !certain.iter().any(touches)
        };
        let edit = |(span, mark)| Edit { span, text: to.to_owned(), mark };
        let new: Vec<Edit> = found.map(edit).filter(is_free).collect();
        if new.is_empty() {
            continue;
        }
        let at = at.unwrap_or_else(|| {
            edits.push(FileEdits { path: path.to_owned(), edits: Vec::new() });
            known.insert(path.to_owned(), edits.len() - 1);
            edits.len() - 1
        });
        edits[at].edits.extend(new);
        edits[at].edits.sort_by_key(|edit| edit.span.start);
    }
    edits.sort_by(|a, b| a.path.cmp(&b.path));
}

/// What is looked for apart from what is certain.
struct Apart {
    reach: Reach,
    members: Members,
    sought: runtime::Sought,
}

/// The edits of a document that mentions the old name.
pub fn mentions_in(document: &str, from: &str, to: &str) -> Vec<Edit> {
    let edit = |span| Edit { span, text: to.to_owned(), mark: Mark::Mention };
    mentions(document, Markings::Document, from).into_iter().map(edit).collect()
}
