//! Who last changed what each line of a file says: like git's blame, but commits that only laid a line out anew, only moved it, or are
//! listed as noise are passed by and named. Never does: look at the work tree, or print.
//!
//! `walk` hands lines from commits to their parents, newest first; `lines` pairs the lines of two texts, `formatting` those that say
//! the same in another layout, `moved` those of symbols and files that stood elsewhere.

mod formatting;
mod lines;
mod moved;
mod text;
mod walk;

use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;

use gix::ObjectId;
use serde::{Deserialize, Serialize};

use crate::anchor::Anchors;
use crate::change::Limit;
use crate::commit::Commit;
use crate::error::{Error, Stop};
use crate::ignored::IgnoredRevs;
use crate::lineage::start_node;
use crate::objects::Objects;
use crate::repository::Repository;

pub use lines::kept_lines;
pub(crate) use lines::line_pairs;
use walk::{Settled, Sources, Walk};

/// Which lines, as of which commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlameQuery {
    /// Relative to the repository's root, with `/`.
    pub path: String,
    /// The full hash of the commit whose version of the file is meant.
    pub at: String,
    /// 1-based, in ascending order. A text after the last line break is a line, nothing after it is none.
    pub lines: Vec<u32>,
    pub manner: Manner,
}

/// What counts as a change of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Manner {
    /// What changes its words.
    Words,
    /// Any change but a new path of its file, as git's own blame has it by default.
    Git,
}

/// The commits behind the lines of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Blame {
    /// In the order of the query.
    pub lines: Vec<BlamedLine>,
    /// Those that lines name as theirs, each once, in order of their hashes.
    pub commits: Vec<Commit>,
    /// Whether every line was followed to its end: the same as no limits.
    pub complete: bool,
    /// Where knowledge ends; lines may be older than they seem then.
    pub limits: Vec<Limit>,
}

/// Where one line comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlamedLine {
    /// 1-based, in the file that was asked about.
    pub line: u32,
    /// The full hash of the commit that last changed what the line says.
    pub commit: String,
    /// The file's path in that commit.
    pub path: String,
    /// 1-based, in that commit.
    pub original_line: u32,
    /// Commits that were passed by, newest first.
    pub skipped: Vec<Skipped>,
}

/// A commit that touched a line without changing what it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// Full hash.
    pub commit: String,
    pub why: Why,
}

/// Why a commit was passed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It changed white space, line breaks, quotes or optional commas only.
    Formatting,
    /// It is listed in `.git-blame-ignore-revs`, or where `blame.ignoreRevsFile` says.
    Ignored,
    /// It moved the line with its symbol: within the file, or from another file.
    Move,
    /// It gave the file another path.
    FileRename,
}

/// Follows lines back to the commits that last changed what they say. `None` where the commit has no file at the path. Lines beyond
/// its end are left out. Setting `interrupted` from another thread ends the walk with [`Limit::Interrupted`].
///
/// # Errors
/// [`Error::UnknownCommit`] where `at` is not in the repository, [`Error::Read`] where an object is damaged, or where the file itself
/// can't be read.
pub fn blame(
    repository: &Repository,
    query: &BlameQuery,
    interrupted: &AtomicBool,
) -> Result<Option<Blame>, Error> {
    let mut objects = Objects::new(repository)?;
    let index = repository.touch_index().get(&mut objects, repository.store());
    let mut anchors = Anchors::new(index);
    let ignored = IgnoredRevs::read(&objects.git);
    let sources = Sources { objects: &mut objects, anchors: &mut anchors, tables: repository.tables() };
    let mut walk = Walk::new(sources, query.manner, ignored, interrupted);
    let what = || format!("{} at {}", query.path, query.at);
    if !start(&mut walk, query).map_err(|stop| stop.into_error(what))? {
        return Ok(None);
    }
    let (settled, limits) = walk.run()?;
    let commits = commits(&mut objects, &settled).map_err(|stop| stop.into_error(what))?;
    let complete = limits.is_empty();
    Ok(Some(Blame { lines: settled.into_iter().map(line).collect(), commits, complete, limits }))
}

/// Gives the asked lines to the commit that they were asked at; says whether there is such a file.
fn start(walk: &mut Walk<'_>, query: &BlameQuery) -> Result<bool, Stop> {
    let objects = &mut walk.sources.objects;
    let node = start_node(objects, &query.at)?;
    let Some(blob) = objects.blob_at(node.tree, &query.path)? else { return Ok(false) };
    let count = objects.file(blob)?.text.split_inclusive('\n').count();
    let is_there = |line: &&u32| **line > 0 && **line as usize <= count;
    walk.start(&node, &query.path, blob, query.lines.iter().filter(is_there).copied());
    Ok(true)
}

fn commits(objects: &mut Objects, settled: &[Settled]) -> Result<Vec<Commit>, Stop> {
    let ids: BTreeSet<ObjectId> = settled.iter().map(|settled| settled.commit).collect();
    ids.into_iter().map(|id| Ok(Commit::clone(&*objects.commit(id)?))).collect()
}

fn line(settled: Settled) -> BlamedLine {
    let Settled { asked, commit, path, line, skipped } = settled;
    let skip = |(commit, why): (ObjectId, Why)| Skipped { commit: commit.to_string(), why };
    BlamedLine {
        line: asked,
        commit: commit.to_string(),
        path,
        original_line: line + 1,
        skipped: skipped.into_iter().map(skip).collect(),
    }
}
