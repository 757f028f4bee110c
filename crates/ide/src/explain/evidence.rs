//! Which passages tell a symbol's story: those of its commits, of discussions that these name, of its own comments and
//! documentation, and of documents that mention it. Never does: find any of these texts.
//!
//! A passage's weight is how strongly it states a reason, plus what the change that it belongs to means for the symbol: its origin
//! most, then its behaviour, then its place; a revert is a turn; among equals the newer one speaks of the present.

use std::cmp::Reverse;
use std::collections::HashSet;

use backstory_history::{Change, ChangeKind};
use backstory_syntax::{Language, LocalKey};

use super::comments::{self, Comment};
use super::discussions;
use super::messages::{self, Found};
use super::passage::{Passage, Role, Source};
use crate::discussion::Discussion;
use crate::prose::words;
use crate::symbol::SymbolInfo;

/// At most so many passages tell a symbol's story.
pub const PASSAGES: usize = 3;

/// Whose story it is.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// A file's is that of its module.
    pub name: &'a str,
    /// Containers from the outside in.
    pub container: &'a [String],
    pub language: Language,
}

impl<'a> Subject<'a> {
    /// The symbol as a file of the language names it.
    pub fn new(key: &'a LocalKey, language: Language) -> Self {
        Self { name: &key.name, container: &key.container, language }
    }

    /// The symbol that was described.
    pub fn of(symbol: &'a SymbolInfo) -> Self {
        let language = if symbol.key.starts_with("python:") { Language::Python } else { Language::Rust };
        Self { name: &symbol.name, container: &symbol.local_key.container, language }
    }

    /// `Pool::acquire`: the name with its innermost container, as the language joins them.
    pub fn qualified(&self) -> String {
        let joint = match self.language {
            Language::Rust => "::",
            Language::Python => ".",
        };
        self.container
            .last()
            .map_or_else(|| self.name.to_owned(), |last| format!("{last}{joint}{}", self.name))
    }
}

/// What is known of a symbol.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    pub subject: Subject<'a>,
    /// Newest first.
    pub changes: &'a [Change],
    /// Its own comments and documentation.
    pub comments: &'a [Comment],
    /// Passages of documents that name it.
    pub mentions: &'a [Passage],
    /// What the messages refer to, as far as it is known.
    pub discussions: &'a [Discussion],
}

/// The passages that say why the symbol is as it is, in the order of its life: commits oldest first, then what is said of it at
/// present. Empty where nothing states a reason.
pub fn evidence(facts: &Facts<'_>) -> Vec<Passage> {
    choose(weighed(facts))
}

/// The passage that says most plainly why the symbol is as it is, of equals the newest one.
pub fn best_evidence(facts: &Facts<'_>) -> Option<Passage> {
    weighed(facts).into_iter().min_by_key(Weighed::rank).map(|best| best.passage)
}

/// All passages, in no order.
fn weighed(facts: &Facts<'_>) -> Vec<Weighed> {
    let names = names(&facts.subject);
    let of_changes = facts.changes.iter().enumerate().filter_map(|(age, change)| {
        let (weight, passage) = of_change(facts, change)?;
        Some(Weighed { weight, age, passage })
    });
    let mut found: Vec<Weighed> = of_changes.collect();
    let behind = facts.changes.len();
    let present = facts.comments.iter().filter_map(|comment| comments::reason(comment, &names));
    let mentions = facts.mentions.iter().map(|passage| (MENTIONED, passage.clone()));
    found.extend(present.chain(mentions).map(|(weight, passage)| Weighed { weight, age: behind, passage }));
    found
}

/// What documents say counts less than what commits and comments do.
const MENTIONED: u32 = 2;

struct Weighed {
    weight: u32,
    /// 0 for the newest change; behind all changes for what is not of a commit.
    age: usize,
    passage: Passage,
}

impl Weighed {
    /// Sorts the best first.
    fn rank(&self) -> (Reverse<u32>, usize) {
        (Reverse(self.weight), self.age)
    }
}

/// The best ones, each said once, in the order of the symbol's life.
fn choose(mut found: Vec<Weighed>) -> Vec<Passage> {
    let behind =
        |age: usize, passage: &Passage| matches!(passage.role, Role::Present | Role::Mention).then_some(age);
    found.sort_by_key(Weighed::rank);
    let mut said = HashSet::new();
    found.retain(|one| said.insert(words(&one.passage.quote).collect::<Vec<_>>()));
    found.truncate(PASSAGES);
    found.sort_by_key(|one| (behind(one.age, &one.passage).is_some(), Reverse(one.age)));
    found.into_iter().map(|one| one.passage).collect()
}

/// The passage of a change with its weight: of its message, otherwise of the discussion that it names.
pub(super) fn of_change(facts: &Facts<'_>, change: &Change) -> Option<(u32, Passage)> {
    // What was taken back is no reason for what is there; the revert has its own.
    if change.hidden() || !change.reverted_by.is_empty() {
        return None;
    }
    let names = names(&facts.subject);
    let message = messages::reason(&change.commit, &names).map(|found| of_message(change, found));
    let (strength, passage) = message.or_else(|| discussions::reason(change, facts.discussions, &names))?;
    Some((weight(change) + strength, passage))
}

fn of_message(change: &Change, found: Found) -> (u32, Passage) {
    let commit = &change.commit;
    let passage = Passage {
        source: Source::Commit { commit: commit.id.clone() },
        role: role(change),
        quote: found.quote,
        context: found.context,
        subject: commit.subject.clone(),
        names: vec![commit.author.name.clone(), commit.date()],
    };
    (found.strength, passage)
}

/// What a change means in the symbol's life.
pub(super) fn role(change: &Change) -> Role {
    let is_origin = |kind: &ChangeKind| matches!(kind, ChangeKind::Introduced | ChangeKind::Reintroduced);
    let links = &change.commit.links;
    match () {
        () if change.kinds.iter().any(is_origin) => Role::Origin,
        () if !links.reverts.is_empty() || !links.reverts_pull_requests.is_empty() => Role::Revert,
        () => Role::Turn,
    }
}

/// How much a change says about the symbol itself.
fn weight(change: &Change) -> u32 {
    let of_kind = |kind: &ChangeKind| match kind {
        ChangeKind::Introduced | ChangeKind::Reintroduced => 4,
        ChangeKind::Body | ChangeKind::Signature | ChangeKind::Extracted | ChangeKind::Absorbed => 2,
        ChangeKind::Rename | ChangeKind::Container | ChangeKind::Deleted => 1,
        _ => 0,
    };
    let is_large = change.lines_added + change.lines_removed >= 3;
    let is_revert = role(change) == Role::Revert;
    change.kinds.iter().map(of_kind).max().unwrap_or(0) + u32::from(is_large) + 2 * u32::from(is_revert)
}

/// By what a text names the symbol: its name and those of its containers, in lower case.
fn names(subject: &Subject<'_>) -> Vec<String> {
    let all = subject.container.iter().map(String::as_str).chain([subject.name]);
    all.flat_map(words).filter(|name| name.len() >= 3).collect()
}
