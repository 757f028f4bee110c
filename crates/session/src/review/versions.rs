//! The two versions that a review compares, and what differs between them. Never does: say what it means.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use backstory_analysis::{Analysis, Source};
use backstory_history::{
    Changes, GivenFile, Note, Repository, changes_between, changes_since, commits_between, committed_paths,
    staged_files,
};
use backstory_ide::review::Reviewed;
use backstory_store::Store;
use backstory_syntax::Language;

use crate::workspace::{load_commit_with_facts, load_with_facts};
use crate::{Error, Place};

/// What is compared with what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Between {
    /// The files on disk, with the commit that is checked out or another one.
    WorkTree { base: Option<String> },
    /// What is staged, with the commit that is checked out.
    Staged,
    /// A commit, with the last commit that both it and the base have in their histories: what a branch adds.
    Commits { base: String, head: String },
}

/// Both versions.
pub(crate) struct Versions {
    /// The full hash of the older one.
    pub from: String,
    pub to: Reviewed,
    /// The newer one.
    pub analysis: Analysis,
    /// Who wrote the commits between the two.
    pub authors: Vec<String>,
    /// What could not be compared, in sentences.
    pub limits: Vec<String>,
}

pub(super) fn read(
    place: &Place,
    store: &Store,
    between: &Between,
    interrupted: &AtomicBool,
) -> Result<(Versions, Changes), Error> {
    let repository = place.repository.as_ref().ok_or(Error::NoRepository)?;
    let head = || -> Result<String, Error> { repository.head()?.commit.ok_or(Error::NoCommits) };
    let (from, to, analysis, changes) = match between {
        Between::WorkTree { base } => {
            let from = match base {
                Some(base) => merge_base(repository, &repository.resolve(base)?, &head()?),
                None => head()?,
            };
            let analysis = load_with_facts(&place.root, store);
            let given = on_disk(place, repository, &from, &analysis)?;
            let changes = changes_since(repository, &from, &given, interrupted)?;
            (from, Reviewed::WorkTree, analysis, changes)
        }
        Between::Staged => {
            let from = head()?;
            let given = staged_files(repository, &from)?;
            let mut analysis = load_commit_with_facts(repository, &from, store)?;
            take_in(&mut analysis, &given);
            let changes = changes_since(repository, &from, &given, interrupted)?;
            (from, Reviewed::Staged, analysis, changes)
        }
        Between::Commits { base, head } => {
            let to = repository.resolve(head)?;
            let from = merge_base(repository, &repository.resolve(base)?, &to);
            let analysis = load_commit_with_facts(repository, &to, store)?;
            let changes = changes_between(repository, &from, &to, interrupted)?;
            (from, Reviewed::Commit(to), analysis, changes)
        }
    };
    let authors = match &to {
        Reviewed::Commit(to) => authors(repository, &from, to)?,
        Reviewed::Staged | Reviewed::WorkTree => repository.user_name().into_iter().collect(),
    };
    let limits = changes.notes.iter().map(limit).collect();
    Ok((Versions { from, to, analysis, authors, limits }, changes))
}

/// Where two histories meet; the base itself where they don't.
fn merge_base(repository: &Repository, base: &str, head: &str) -> String {
    repository.merge_base(base, head).unwrap_or_else(|| base.to_owned())
}

/// The source files of the work tree, and those of the commit that are gone.
pub(crate) fn on_disk(
    place: &Place,
    repository: &Repository,
    from: &str,
    analysis: &Analysis,
) -> Result<Vec<GivenFile>, Error> {
    let present = analysis.files().map(|file| GivenFile {
        path: analysis.path(file).to_owned(),
        text: Some(analysis.shared_text(file)),
    });
    let mut given: Vec<GivenFile> = present.collect();
    let committed =
        committed_paths(repository, from)?.into_iter().filter(|path| Language::of_path(path).is_some());
    // One that is ignored, or too large to be read, is still there.
    let gone = committed.filter(|path| analysis.file(path).is_none() && !place.root.join(path).exists());
    given.extend(gone.map(|path| GivenFile { path, text: None }));
    Ok(given)
}

fn take_in(analysis: &mut Analysis, given: &[GivenFile]) {
    let source = |file: &GivenFile| {
        let (language, text) = (Language::of_path(&file.path)?, file.text.as_ref()?);
        Some(Source { path: file.path.clone(), language, text: Arc::clone(text), facts: None })
    };
    analysis.insert(given.iter().filter_map(source).collect());
    let gone = given.iter().filter(|file| file.text.is_none());
    let gone: Vec<_> = gone.filter_map(|file| analysis.file(&file.path)).collect();
    analysis.remove(&gone);
}

/// Who wrote what leads up to one commit and not to another.
fn authors(repository: &Repository, from: &str, to: &str) -> Result<Vec<String>, Error> {
    let mut names = HashSet::new();
    for id in commits_between(repository, from, to)? {
        names.extend(backstory_history::commit(repository, &id)?.map(|commit| commit.author.name));
    }
    Ok(names.into_iter().collect())
}

fn limit(note: &Note) -> String {
    match note {
        Note::TooLarge { path } => format!("{path} is larger than 2 MiB and is not read for symbols"),
        Note::Broken { path, line } => {
            format!("{path} doesn't parse at line {line}: symbols behind it may be missing")
        }
        Note::TooManyFiles { changed } => {
            format!("{changed} source files differ, too many to be read for symbols")
        }
        Note::Unreadable { path } => format!("{path} is not in this clone, or damaged"),
    }
}
