//! One search over what a repository says: reads what is asked for, indexes it, ranks it, and leaves out what doesn't fit the question. Never
//! does: keep the index of symbols, which a session does.

mod commits;
mod discussions;
mod docs;
mod kept;
mod snippet;
mod symbols;

use backstory_history::Repository;
use backstory_search::Why;
use backstory_store::Store;
use backstory_syntax::{DefinitionKind, Language};
use ignore::overrides::{Override, OverrideBuilder};
use serde::Serialize;

use crate::index::Kind;
use crate::{Error, Place};

pub(crate) use kept::Kept;
pub use snippet::Snippet;
pub use symbols::similar;
pub(crate) use symbols::{found as symbol, index as symbol_index};

/// So many hits are looked at where only some files are wanted.
const FILTERED: usize = 1000;

/// What is searched for, and where.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    pub question: &'a str,
    /// Nothing else is read.
    pub kinds: &'a [Kind],
    /// Patterns in the form of `.gitignore`, relative to the root: of symbols and documents only those whose path fits one. Empty: all.
    pub paths: &'a [String],
    /// Of symbols only those in one of these. Empty: all.
    pub languages: &'a [Language],
    /// The most results.
    pub limit: usize,
}

/// Something that search found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Found {
    pub kind: Kind,
    /// A symbol's qualified name, a section's headings, a commit's subject, a discussion's reference and title.
    pub key: String,
    /// The file of a symbol or section, relative to the root, with `/`.
    pub path: Option<String>,
    /// 1-based, of a symbol's name or a section's first line.
    pub line: Option<u32>,
    /// The full hash.
    pub commit: Option<String>,
    /// How well it answers, at most 1.
    pub score: f32,
    pub why: FoundWhy,
    /// What a symbol is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symbol: Option<DefinitionKind>,
    /// The line that says most of the question; the first one where none says any of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snippet: Option<Snippet>,
    /// The files that a commit changed, those of a supported language first; the first few.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// The symbols that a commit changed, `path: kind name`; the first few.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub symbols: Vec<String>,
    /// When it was authored or opened, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub date: String,
    /// Where a discussion can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Who wrote a message or a discussion.
    #[serde(skip)]
    pub author: String,
    /// What it says, as written: a section, the rest of a message, a discussion, a symbol's documentation.
    #[serde(skip)]
    pub text: String,
}

/// Why something was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FoundWhy {
    /// Cosine between question and document, -1 to 1.
    pub meaning: f32,
    /// Its share of the best possible BM25, 0 to 1.
    pub words: f32,
    /// How much of what the question says it says too, rare words counting more, 0 to 1.
    pub coverage: f32,
    /// The words of the question that it says, stemmed.
    pub terms: Vec<String>,
}

impl From<Why> for FoundWhy {
    fn from(why: Why) -> Self {
        Self { meaning: why.meaning, words: why.words, coverage: why.coverage, terms: why.terms }
    }
}

impl Found {
    /// What it is called, a symbol without its language.
    pub fn name(&self) -> &str {
        let name = self.key.split_once(':').filter(|_| self.kind == Kind::Symbol);
        name.map_or(self.key.as_str(), |(_, name)| name)
    }

    /// Something found, of which only what all kinds have is known yet.
    fn new(kind: Kind, key: String, score: f32, why: Why) -> Self {
        Self {
            kind,
            key,
            path: None,
            line: None,
            commit: None,
            score,
            why: why.into(),
            symbol: None,
            snippet: None,
            files: Vec::new(),
            symbols: Vec::new(),
            date: String::new(),
            url: None,
            author: String::new(),
            text: String::new(),
        }
    }
}

/// What answers the question, best first; nothing where nothing fits it.
///
/// # Errors
/// [`Error::Pattern`] for a path pattern that isn't one; where commits or discussions are asked for and can't be read.
pub fn find(place: &Place, store: &Store, wanted: &Wanted<'_>) -> Result<Vec<Found>, Error> {
    find_with(place, store, &mut Kept::new(&place.root), wanted)
}

/// Like [`find`], with the indexes that are at hand.
pub(crate) fn find_with(
    place: &Place,
    store: &Store,
    kept: &mut Kept,
    wanted: &Wanted<'_>,
) -> Result<Vec<Found>, Error> {
    let paths = patterns(place, wanted.paths)?;
    let mut found = Vec::new();
    for kind in wanted.kinds {
        found.extend(match kind {
            Kind::Symbol => symbols::find(place, store, kept.table(), wanted, &paths),
            Kind::Doc => kept.docs(place).find(place, wanted, &paths),
            Kind::Commit => of_repository(place, |repository| kept.commits().find(repository, wanted))?,
            Kind::Discussion => {
                of_repository(place, |repository| kept.discussions().find(repository, wanted))?
            }
        });
    }
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    found.truncate(wanted.limit);
    Ok(found)
}

/// Of so many hits those are taken that are in wanted files.
pub(crate) fn looked_at(limit: usize, paths: &[String], languages: &[Language]) -> usize {
    if paths.is_empty() && languages.is_empty() { limit } else { FILTERED.max(limit) }
}

/// Without a repository there is nothing of what only it has.
fn of_repository(
    place: &Place,
    find: impl FnOnce(&Repository) -> Result<Vec<Found>, Error>,
) -> Result<Vec<Found>, Error> {
    place.repository.as_ref().map_or(Ok(Vec::new()), find)
}

/// `None` where all paths fit.
pub(crate) fn patterns(place: &Place, written: &[String]) -> Result<Option<Override>, Error> {
    if written.is_empty() {
        return Ok(None);
    }
    let mut patterns = OverrideBuilder::new(&place.root);
    for pattern in written {
        patterns.add(pattern).map_err(|source| Error::Pattern { pattern: pattern.clone(), source })?;
    }
    let built = patterns.build().map_err(|source| Error::Pattern { pattern: written.join(" "), source })?;
    Ok(Some(built))
}

pub(crate) fn is_wanted(paths: &Option<Override>, path: &str) -> bool {
    paths.as_ref().is_none_or(|paths| paths.matched(path, false).is_whitelist())
}
