//! Takes discussions out of files into what is kept for a repository: all that could be read, or nothing at all. Never does: hold
//! more than one object in memory.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use backstory_history::Repository;
use backstory_ide::discussion::DiscussionKind;
use backstory_store::{Edit, Kept};
use serde::Serialize;

use super::form::Found;
use super::json::{self, Fault, Neither, Outcome, Stop};
use super::list::{Listed, list_in};
use super::{OWN, UNNAMED, database, name};
use crate::Error;

/// The name of standard input among files.
pub const STANDARD_INPUT: &str = "-";

/// How long an import waits for another one of the same repository.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// What to import.
pub struct Importing<'a> {
    /// Read one after another; `-` is standard input.
    pub files: &'a [PathBuf],
    /// The repository, as `owner/name`, that plain references are about and that discussions belong to which don't say. Without it
    /// the one that an earlier import found, or the most frequent one in the files.
    pub repository: Option<&'a str>,
    /// Whether what was imported before is dropped, from all repositories.
    pub replace: bool,
}

/// How far an import has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImportStep {
    /// Of all files.
    pub bytes: u64,
    /// `None` where not all of them are files of a known size.
    pub of: Option<u64>,
}

/// What an import came to.
#[derive(Clone, Debug, Serialize)]
pub struct Imported {
    pub files: Vec<FileRead>,
    /// Discussions that were not there before.
    pub added: usize,
    /// Discussions that took the place of one with the same number.
    pub replaced: usize,
    /// Everything that is kept now.
    pub repositories: Vec<Listed>,
}

/// What was in a file.
#[derive(Clone, Debug, Serialize)]
pub struct FileRead {
    /// As it was given; `standard input` for that.
    pub file: PathBuf,
    pub issues: usize,
    pub change_requests: usize,
    pub neither: Neither,
    /// Where the file is broken; what stands before it was imported.
    pub fault: Option<Fault>,
}

/// Imports files. Either all that they hold is kept, up to a fault in each, or nothing is changed.
///
/// # Errors
/// [`Error::Read`]; [`Error::NoDiscussion`] where one of the files holds none; and where they can't be kept,
/// [`Error::NoDataDirectory`], [`Error::DamagedDiscussions`], [`Error::Kept`].
pub fn import(
    repository: &Repository,
    importing: &Importing<'_>,
    on_step: &mut dyn FnMut(ImportStep),
) -> Result<Imported, Error> {
    import_into(&database(repository).ok_or(Error::NoDataDirectory)?, importing, on_step)
}

/// As [`import`], into a database.
pub(super) fn import_into(
    database: &Path,
    importing: &Importing<'_>,
    on_step: &mut dyn FnMut(ImportStep),
) -> Result<Imported, Error> {
    let mut kept = Kept::create(database)?;
    let edit = kept.edit(PATIENCE)?;
    if importing.replace {
        edit.clear()?;
    }
    let before = edit.get(OWN.0, OWN.1)?.map(name);
    let of = importing.files.iter().map(|file| size(file)).sum();
    let given = importing.repository.map(str::to_owned);
    let mut shelf = Shelf { edit, own: given.or(before), named: HashMap::new(), added: 0, replaced: 0 };
    let (mut files, mut done) = (Vec::new(), 0);
    for file in importing.files {
        files.push(shelf.take_file(file, &mut |bytes| on_step(ImportStep { bytes: done + bytes, of }))?);
        done += size(file).unwrap_or(0);
    }
    let (added, replaced) = (shelf.added, shelf.replaced);
    shelf.commit()?;
    Ok(Imported { files, added, replaced, repositories: list_in(database)? })
}

/// An import under way.
struct Shelf<'a> {
    edit: Edit<'a>,
    /// The repository that plain references are about, where that is known.
    own: Option<String>,
    /// How often each repository was named, and when first, by its name in lower case.
    named: HashMap<String, Named>,
    added: usize,
    replaced: usize,
}

struct Named {
    name: String,
    first: usize,
    count: usize,
}

impl Shelf<'_> {
    fn take_file(&mut self, file: &Path, on_bytes: &mut dyn FnMut(u64)) -> Result<FileRead, Error> {
        let failed = |source| Error::Read { path: shown(file), source };
        let input: Box<dyn Read> = if file == Path::new(STANDARD_INPUT) {
            Box::new(io::stdin().lock())
        } else {
            Box::new(File::open(file).map_err(failed)?)
        };
        let (mut issues, mut change_requests) = (0, 0);
        let outcome = json::read(input, &mut |found, bytes| {
            match found.discussion.kind {
                DiscussionKind::Issue => issues += 1,
                DiscussionKind::ChangeRequest => change_requests += 1,
            }
            on_bytes(bytes);
            self.take(found)
        });
        let Outcome { neither, fault } = match outcome {
            Ok(outcome) => outcome,
            Err(Stop::Input(source)) => return Err(failed(source)),
            Err(Stop::Taker(error)) => return Err(error),
        };
        if issues + change_requests == 0 {
            return Err(Error::NoDiscussion { file: shown(file), fault });
        }
        Ok(FileRead { file: shown(file), issues, change_requests, neither, fault })
    }

    fn take(&mut self, found: Found) -> Result<(), Error> {
        let first = self.named.len();
        if let Some(name) = &found.repository {
            let named = self.named.entry(name.to_ascii_lowercase());
            named.or_insert_with(|| Named { name: name.clone(), first, count: 0 }).count += 1;
        }
        let collection = found.repository.as_deref().or(self.own.as_deref()).unwrap_or(UNNAMED);
        let value = serde_json::to_vec(&found.discussion).expect("a discussion is text alone");
        if self.edit.put(collection, &found.discussion.reference, &value)? {
            self.replaced += 1;
        } else {
            self.added += 1;
        }
        Ok(())
    }

    /// Makes it last, with the repository that plain references are about.
    fn commit(self) -> Result<(), Error> {
        let Self { edit, own, named, .. } = self;
        let most = named.into_values().max_by_key(|named| (named.count, std::cmp::Reverse(named.first)));
        if let Some(own) = own.or(most.map(|named| named.name)) {
            edit.put(OWN.0, OWN.1, own.as_bytes())?;
        }
        Ok(edit.commit()?)
    }
}

fn shown(file: &Path) -> PathBuf {
    if file == Path::new(STANDARD_INPUT) { PathBuf::from("standard input") } else { file.to_owned() }
}

/// The size of a file that has one, in bytes.
fn size(file: &Path) -> Option<u64> {
    file.metadata().ok().filter(|metadata| metadata.is_file()).map(|metadata| metadata.len())
}
