//! Which symbols differ between two versions of a repository: two commits, or a commit and texts that are handed in. Never does: read the
//! work tree, or follow a symbol further back than from one version to the other (that is `lineage`).
//!
//! A symbol here is what people speak of when they say what they changed: a type, a function that stands in no other function, a method, a
//! constant. Fields and variants are part of their type, and whatever stands inside of a function is part of that. A container (a class, an
//! `impl`, a module) differs where its own lines do: its declaration, its fields, its statements; what happened to its members is said of them.
//!
//! `delta` finds the files that differ, `files` pairs those that were renamed, `pairing` the symbols of two versions of a file and then
//! those that went from one file to another, with the thresholds and the scores that lineages have (`similarity`). Other than there a symbol has
//! one successor at most: the best pair first. `compared` says what changed.

mod compared;
mod crossing;
mod delta;
mod files;
mod own;
mod pairing;
mod sides;

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use backstory_syntax::{LineIndex, Span};
use gix::ObjectId;
use serde::{Deserialize, Serialize};

use crate::change::{ChangeKind, Place};
use crate::error::{Error, Stop};
use crate::kinds::count_lines;
use crate::lineage::start_node;
use crate::objects::Objects;
use crate::repository::Repository;

pub(crate) use compared::{Compared, Difference, compare};
use delta::Delta;
pub(crate) use delta::{deltas, paths_of};
pub(crate) use pairing::At;
pub(crate) use sides::{Text, Texts};

/// Source files of one comparison that are read for symbols at most; see [`Note::TooManyFiles`].
pub const FILES: usize = 1_000;

/// What differs between two versions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// All files that differ, source files or not, in order of their paths.
    pub files: Vec<FileChange>,
    /// In order of the paths that the symbols have now (or had, where they are gone), then as they stand in the file.
    pub symbols: Vec<SymbolChange>,
    /// What could not be told.
    pub notes: Vec<Note>,
}

/// A file that differs. With both paths different it was renamed; its symbols are then listed only where they changed otherwise, too.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FileChange {
    /// `None` for a file that is new.
    pub before: Option<String>,
    /// `None` for one that is gone.
    pub after: Option<String>,
}

/// A symbol that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SymbolChange {
    /// Sorted, never empty: [`ChangeKind::Introduced`] or [`ChangeKind::Deleted`] alone for one that is new or gone.
    pub kinds: Vec<ChangeKind>,
    /// Its text, name and place before; `None` for a new one.
    pub before: Option<Located>,
    /// `None` for one that is gone.
    pub after: Option<Located>,
    /// Whether it only went along with its container, which was renamed or moved.
    pub carried: bool,
    /// Lines that a line diff of its own text, without its members, adds: all of them where it is new.
    pub lines_added: u32,
    /// Lines that the same diff removes: all of them where it is gone.
    pub lines_removed: u32,
}

impl SymbolChange {
    /// Whether more than documentation, style or formatting changed, and not only the place of its container.
    pub fn counts(&self) -> bool {
        !self.carried && !self.kinds.iter().all(|kind| kind.is_minor())
    }

    /// Where it stands now, or stood where it is gone.
    pub fn place(&self) -> Option<&Place> {
        self.after.as_ref().or(self.before.as_ref()).map(|located| &located.place)
    }
}

/// Where a symbol stands in one of the two versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    pub place: Place,
    /// Everything that belongs to it, documentation and decorators too, in bytes of the file's text.
    pub span: Span,
    /// The same in lines, the first one of a file being 1.
    pub lines: RangeInclusive<u32>,
}

/// What a comparison could not tell.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Note {
    /// Larger than 2 MiB before or after: not read for symbols.
    TooLarge { path: String },
    /// A version of the file doesn't parse at this line (from 1), so symbols behind it may be missing from it. What may only seem to be
    /// new or gone for that reason is left out.
    Broken { path: String, line: u32 },
    /// More than 1,000 source files differ; those that were not only renamed were not read for symbols.
    TooManyFiles { changed: usize },
    /// The content of the file is not in this clone, or damaged there.
    Unreadable { path: String },
}

/// A file of the newer version that no commit has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenFile {
    /// Relative to the repository's root, with `/`.
    pub path: String,
    /// `None` where the file is gone.
    pub text: Option<Arc<str>>,
}

/// What differs between the trees of two commits (full hashes).
///
/// # Errors
/// [`Error::UnknownCommit`], and [`Error::Read`] where a tree is missing or damaged, or when `interrupted`.
pub fn changes_between(
    repository: &Repository,
    from: &str,
    to: &str,
    interrupted: &AtomicBool,
) -> Result<Changes, Error> {
    let mut objects = Objects::new(repository)?;
    let mut read = || {
        let (from, to) = (start_node(&mut objects, from)?, start_node(&mut objects, to)?);
        between(repository, &mut objects, from.tree, to.tree, interrupted)
    };
    read().map_err(|stop| stop.into_error(|| format!("the changes from {from} to {to}")))
}

/// What a commit (a full hash) changed against its first parent. A root commit introduces all that it has, and so does, as far as can
/// be told, the last commit of a shallow clone.
///
/// # Errors
/// As those of [`changes_between`].
pub fn changes_of(repository: &Repository, commit: &str, interrupted: &AtomicBool) -> Result<Changes, Error> {
    let mut objects = Objects::new(repository)?;
    let mut read = || {
        let node = start_node(&mut objects, commit)?;
        let from = match node.parents.first() {
            Some(&parent) if !objects.is_boundary(node.id) => objects.node(parent)?.tree,
            _ => ObjectId::empty_tree(node.id.kind()),
        };
        between(repository, &mut objects, from, node.tree, interrupted)
    };
    read().map_err(|stop| stop.into_error(|| format!("the changes of {commit}")))
}

/// What differs between a commit (a full hash) and texts: files that are not given are as they are in the commit.
///
/// # Errors
/// As those of [`changes_between`].
pub fn changes_since(
    repository: &Repository,
    from: &str,
    given: &[GivenFile],
    interrupted: &AtomicBool,
) -> Result<Changes, Error> {
    let mut objects = Objects::new(repository)?;
    let mut read = || {
        let from = start_node(&mut objects, from)?;
        let (format, mut deltas) = (objects.git.object_hash(), Vec::new());
        for file in given {
            let before = objects.blob_at(from.tree, &file.path)?;
            deltas.extend(Delta::given(format, &file.path, before, file.text.clone()));
        }
        told(repository, &mut objects, deltas, interrupted)
    };
    read().map_err(|stop| stop.into_error(|| format!("the changes since {from}")))
}

fn between(
    repository: &Repository,
    objects: &mut Objects,
    from: ObjectId,
    to: ObjectId,
    interrupted: &AtomicBool,
) -> Result<Changes, Stop> {
    let deltas = deltas(objects, from, to)?;
    told(repository, objects, deltas, interrupted)
}

fn told(
    repository: &Repository,
    objects: &mut Objects,
    deltas: Vec<Delta>,
    interrupted: &AtomicBool,
) -> Result<Changes, Stop> {
    let mut texts = Texts { objects, tables: repository.tables(), interrupted, notes: Vec::new() };
    let compared = compare(&mut texts, deltas, FILES)?;
    let mut symbols: Vec<SymbolChange> =
        compared.differences.iter().filter_map(|difference| symbol_change(&compared, difference)).collect();
    symbols.sort_by(|a, b| order(a).cmp(&order(b)));
    let mut notes = texts.notes;
    notes.extend(compared.notes);
    Ok(Changes { files: compared.files, symbols, notes })
}

fn order(change: &SymbolChange) -> (Option<&str>, bool, Option<u32>) {
    let located = change.after.as_ref().or(change.before.as_ref());
    (
        located.map(|located| located.place.path.as_str()),
        change.after.is_none(),
        located.map(|located| located.span.start),
    )
}

/// `None` for a symbol of which nothing but its position among namesakes is another.
fn symbol_change(compared: &Compared, difference: &Difference) -> Option<SymbolChange> {
    if difference.kinds.is_empty() {
        return None;
    }
    let before = difference.before.map(|at| (&compared.olds[at.file], at.symbol));
    let after = difference.after.map(|at| (&compared.news[at.file], at.symbol));
    let own =
        |side: Option<(&Text, usize)>| side.map_or(String::new(), |(text, symbol)| own::text(text, symbol));
    let (lines_added, lines_removed) = count_lines(&own(before), &own(after));
    Some(SymbolChange {
        kinds: difference.kinds.clone(),
        before: before.map(located),
        after: after.map(located),
        carried: difference.carried,
        lines_added,
        lines_removed,
    })
}

fn located((text, symbol): (&Text, usize)) -> Located {
    let symbol = &text.table.symbols[symbol];
    let (span, lines) = (symbol.spans.full, LineIndex::new(&text.file.text));
    let last = span.end.saturating_sub(1).max(span.start);
    let place = Place { path: text.path.clone(), key: (*symbol.key).clone() };
    Located { place, span, lines: lines.line(span.start) + 1..=lines.line(last) + 1 }
}
