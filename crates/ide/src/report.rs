//! Everything that `explain` says about a symbol as one object; its JSON is documented in `docs/explain.md`. Never does: gather
//! the facts (that is `session`).

use backstory_history::{Change, ChangeKind, Counterpart, Links};
use serde::Serialize;

use crate::explain::{Knows, Passage, Question, Rejected, Sentence};
use crate::symbol::{Related, SymbolInfo};

/// The answer to `explain`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The version of the code that history speaks of; absent without a repository or before its first commit.
    pub r#ref: Option<Reference>,
    pub question: Question,
    pub symbol: SymbolInfo,
    /// The change that brought the symbol; absent where history ends before it.
    pub introduced: Option<Event>,
    /// How the text at hand differs from the commit's; absent where it doesn't.
    pub uncommitted: Option<Uncommitted>,
    /// Newest first.
    pub changes: Vec<Event>,
    /// Whether `changes` is all there is.
    pub complete: bool,
    /// What is missing and what to do about it, a sentence each.
    pub limits: Vec<String>,
    pub uses: Vec<Related>,
    pub used_by: Vec<Related>,
    /// People's own words that answer the question: on why, those are in the order of the symbol's life, and empty where no rationale is
    /// recorded.
    pub reasons: Vec<Passage>,
    /// The answer in two to six sentences, complete without a model; empty where there is nothing to tell of.
    pub account: Vec<Sentence>,
    /// Who is likeliest to know it.
    pub people: Vec<Knows>,
    /// Absent without reasons or without a model.
    pub explanation: Option<Explanation>,
    /// A documentation comment in the form of the language, where one was asked for and history has something to say in it.
    pub draft: Option<String>,
}

impl Report {
    /// A report that knows nothing but the symbol and what is asked of it.
    pub fn new(question: Question, symbol: SymbolInfo) -> Self {
        Self {
            r#ref: None,
            question,
            symbol,
            introduced: None,
            uncommitted: None,
            changes: Vec::new(),
            complete: false,
            limits: Vec::new(),
            uses: Vec::new(),
            used_by: Vec::new(),
            reasons: Vec::new(),
            account: Vec::new(),
            people: Vec::new(),
            explanation: None,
            draft: None,
        }
    }
}

/// A commit by the name under which it was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reference {
    /// The branch; absent on a detached head.
    pub name: Option<String>,
    /// Full hash.
    pub commit: String,
}

/// What a text changes of the symbol and no commit has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Uncommitted {
    pub kinds: Vec<ChangeKind>,
    /// Whether only documentation, style or formatting differs.
    pub hidden: bool,
    /// Where the symbol stands in the commit, if that differs.
    pub from: Option<Place>,
    pub lines_added: u32,
    pub lines_removed: u32,
}

/// One change of the symbol, flat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Event {
    /// Full hash.
    pub commit: String,
    /// The abbreviated hash that is unique in the repository.
    #[serde(skip)]
    pub short: String,
    /// Where an editor opens the change as a diff.
    #[serde(skip)]
    pub link: Option<String>,
    /// `YYYY-MM-DD` in the author's time zone.
    pub date: String,
    pub author: String,
    /// Whether the author is a program.
    pub bot: bool,
    /// Names of those who wrote it with the author.
    pub co_authors: Vec<String>,
    pub subject: String,
    pub kinds: Vec<ChangeKind>,
    /// Whether it is left out unless asked for: only documentation, style or formatting changed, or the commit is listed as noise.
    pub hidden: bool,
    /// Whether the commit is listed as noise (`.git-blame-ignore-revs`).
    pub ignored: bool,
    pub path: String,
    /// The name inside the file after the change.
    pub key: String,
    /// Where it stood before, if that differs.
    pub from: Option<Place>,
    /// The symbol that it was extracted from or that it absorbed.
    pub other: Option<Place>,
    /// `#123`-style references of the message.
    pub refs: Vec<String>,
    /// Full hashes of later commits that revert it.
    pub reverted_by: Vec<String>,
    /// Full hashes of commits that were cherry-picked from it.
    pub picked_as: Vec<String>,
    #[serde(flatten)]
    pub links: Links,
    pub lines_added: u32,
    pub lines_removed: u32,
}

/// A symbol's former name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    pub path: String,
    pub key: String,
}

/// Reasons in the words of a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The title of the model; of one behind an endpoint also where that is.
    pub model: String,
    /// Whether it is not on this machine.
    pub remote: bool,
    pub sentences: Vec<Sentence>,
    /// How many of the model's sentences said more than their passage and were replaced by it.
    pub replaced: usize,
    /// Those sentences.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rejected: Vec<Rejected>,
}

impl Explanation {
    /// An explanation by the model of this title, on this machine, that has no sentences yet.
    pub fn of(model: &str, remote: bool) -> Self {
        Self { model: model.to_owned(), remote, sentences: Vec::new(), replaced: 0, rejected: Vec::new() }
    }
}

impl Uncommitted {
    /// The difference between the symbol of the report and its counterpart; `None` where there is none.
    pub fn of(symbol: &SymbolInfo, counterpart: &Counterpart) -> Option<Self> {
        let Counterpart { place, kinds, lines_added, lines_removed } = counterpart;
        let is_there = place.path == symbol.path && place.key == symbol.local_key;
        let from = (!is_there).then(|| Place { path: place.path.clone(), key: place.key.to_string() });
        (!kinds.is_empty()).then(|| Self {
            kinds: kinds.clone(),
            hidden: !counterpart.is_edited(),
            from,
            lines_added: *lines_added,
            lines_removed: *lines_removed,
        })
    }
}

impl From<&Change> for Event {
    fn from(change: &Change) -> Self {
        let commit = &change.commit;
        Self {
            commit: commit.id.clone(),
            short: commit.short().to_owned(),
            link: None,
            date: commit.date(),
            author: commit.author.name.clone(),
            bot: commit.author.bot,
            co_authors: commit.co_authors.iter().map(|person| person.name.clone()).collect(),
            subject: commit.subject.clone(),
            kinds: change.kinds.clone(),
            hidden: change.hidden(),
            ignored: change.ignored,
            path: change.path.clone(),
            key: change.key.to_string(),
            from: change.from.as_ref().map(Place::from),
            other: change.other.as_ref().map(Place::from),
            refs: commit.refs.clone(),
            reverted_by: change.reverted_by.clone(),
            picked_as: change.picked_as.clone(),
            links: Links { pull_request: change.pull_request.clone(), ..commit.links.clone() },
            lines_added: change.lines_added,
            lines_removed: change.lines_removed,
        }
    }
}

impl From<&backstory_history::Place> for Place {
    fn from(place: &backstory_history::Place) -> Self {
        Self { path: place.path.clone(), key: place.key.to_string() }
    }
}

impl Event {
    /// Whether this change brought the symbol.
    pub fn introduces(&self) -> bool {
        self.kinds.contains(&ChangeKind::Introduced)
    }
}
