//! Issues and pull or merge requests that a person imported from files: kept for each repository, found by the references of commit
//! messages. Never does: fetch one, or give one that a message names to a repository that it does not mean.

mod address;
mod form;
mod import;
mod json;
mod list;

use std::path::{Path, PathBuf};

use backstory_history::{Change, Repository};
use backstory_ide::discussion::Discussion;
use backstory_store::{self as store, Edition, Kept};
use sha2::{Digest, Sha256};

use crate::{Error, directories};

pub use address::is_repository_name;
pub use import::{FileRead, ImportStep, Imported, Importing, import};
pub use json::{Fault, Neither, Position};
pub use list::{Counted, Listed, list, remove};

/// Where the name of the repository is kept that plain references are about, as collection and key. No repository is named so.
const OWN: (&str, &str) = ("own", "repository");

/// The collection of discussions that say of no repository that they are its own: they are taken for this one's.
const UNNAMED: &str = "";

/// What was imported for a repository. Sees what the last import before [`Discussions::open`] left.
pub struct Discussions {
    /// `None` where nothing was imported.
    kept: Option<Kept>,
    own: Option<String>,
}

impl Discussions {
    /// Opens what was imported for a repository; all of its worktrees share it. Cheap enough for every question.
    ///
    /// # Errors
    /// [`Error::DamagedDiscussions`], [`Error::Kept`].
    pub fn open(repository: &Repository) -> Result<Self, Error> {
        database(repository).map_or(Ok(Self { kept: None, own: None }), |database| Self::open_in(&database))
    }

    fn open_in(database: &Path) -> Result<Self, Error> {
        let kept = Kept::open(database)?;
        let own = kept.as_ref().map(|kept| kept.get(OWN.0, OWN.1)).transpose()?.flatten();
        Ok(Self { kept, own: own.map(name) })
    }

    /// The discussions behind references as they stand in messages (`#12`, `GH-12`, `!12`, `owner/repo#12`), in that order, each once. Plain
    /// ones are this repository's own. Each is given under the reference that was asked for, `GH-12` as `#12`; what is not there, or
    /// can't be read, is left out.
    pub fn of(&self, references: &[String]) -> Vec<Discussion> {
        let mut found: Vec<Discussion> = Vec::new();
        for reference in references.iter().filter_map(|written| Reference::parse(written)) {
            let reference_text = reference.to_string();
            if found.iter().any(|known| known.reference == reference_text) {
                continue;
            }
            if let Some(discussion) = self.find(&reference) {
                found.push(Discussion { reference: reference_text, ..discussion });
            }
        }
        found
    }

    fn find(&self, reference: &Reference<'_>) -> Option<Discussion> {
        let collections = match reference.repository {
            Some(repository) => [Some(repository), None],
            None => [self.own.as_deref(), Some(UNNAMED)],
        };
        let kept = self.kept.as_ref()?;
        collections.into_iter().flatten().find_map(|collection| {
            let value = kept.get(collection, &reference.key()).unwrap_or_else(|error| {
                tracing::warn!("{error}");
                None
            })?;
            decode(&value)
        })
    }
}

/// Differs after each import; two looks at a directory, so cheap enough for whenever somebody asks.
pub(crate) fn edition(repository: &Repository) -> Edition {
    database(repository).map_or_else(Edition::default, |database| Kept::edition(&database))
}

/// What was imported of the discussions that changes name.
///
/// # Errors
/// As [`Discussions::open`].
pub(crate) fn named_by(repository: &Repository, changes: &[Change]) -> Result<Vec<Discussion>, Error> {
    let of_commit = |change: &Change| {
        let (commit, merge) = (&change.commit, &change.pull_request);
        commit.links.closes.iter().chain(merge).chain(&commit.refs).cloned().collect::<Vec<_>>()
    };
    let mut references: Vec<String> = changes.iter().flat_map(of_commit).collect();
    references.sort_unstable();
    references.dedup();
    if references.is_empty() {
        return Ok(Vec::new());
    }
    Ok(Discussions::open(repository)?.of(&references))
}

/// Everything that was imported for a repository: its own discussions under plain references, those of others with their names.
///
/// # Errors
/// As [`Discussions::open`].
pub(crate) fn all(repository: &Repository) -> Result<Vec<Discussion>, Error> {
    let Discussions { kept, own } = Discussions::open(repository)?;
    let Some(kept) = kept else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    kept.visit(|collection, key, value| {
        let is_own =
            collection == UNNAMED || own.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(collection));
        let reference = if is_own { key.to_owned() } else { format!("{collection}{key}") };
        let discussion = (collection != OWN.0).then(|| decode(value)).flatten();
        found.extend(discussion.map(|discussion| Discussion { reference, ..discussion }));
    })?;
    Ok(found)
}

/// A reference in its parts.
struct Reference<'a> {
    /// `None` for a plain one.
    repository: Option<&'a str>,
    /// `#`, or `!` for merge requests of GitLab.
    sigil: char,
    number: u32,
}

impl<'a> Reference<'a> {
    fn parse(written: &'a str) -> Option<Self> {
        let dashed = written.get(..3).filter(|start| start.eq_ignore_ascii_case("gh-"));
        if dashed.is_some() {
            return Some(Self { repository: None, sigil: '#', number: number(&written[3..])? });
        }
        let at = written.rfind(['#', '!'])?;
        let repository = Some(&written[..at]).filter(|repository| !repository.is_empty());
        if repository.is_some_and(|repository| !repository.contains('/')) {
            return None;
        }
        let sigil = if written.as_bytes()[at] == b'#' { '#' } else { '!' };
        Some(Self { repository, sigil, number: number(&written[at + 1..])? })
    }

    /// The key of its discussion in the collection of its repository.
    fn key(&self) -> String {
        format!("{}{}", self.sigil, self.number)
    }
}

impl std::fmt::Display for Reference<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.repository.unwrap_or_default(), self.key())
    }
}

/// The number of a discussion: messages have no longer ones.
fn number(digits: &str) -> Option<u32> {
    let plain = (1..10).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|&number| plain && number > 0)
}

/// The file in which a repository's discussions are kept: named by its directory, which its worktrees share. `None` where the platform has no
/// place for it, so that nothing can have been imported.
fn database(repository: &Repository) -> Option<PathBuf> {
    let data = directories::data()?;
    let common = repository.common_dir();
    // One that can't be resolved is known by the path that it was found by.
    let common = common.canonicalize().unwrap_or_else(|_| common.to_owned());
    let name = format!("{:x}.sqlite", Sha256::digest(common.as_os_str().as_encoded_bytes()));
    Some(data.join("discussions").join(name))
}

fn name(bytes: Vec<u8>) -> String {
    String::from_utf8_lossy(&bytes).into_owned()
}

fn decode(value: &[u8]) -> Option<Discussion> {
    serde_json::from_slice(value).ok()
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Damaged(path) => Self::DamagedDiscussions(path),
            error => Self::Kept(error),
        }
    }
}

#[cfg(test)]
mod tests;
