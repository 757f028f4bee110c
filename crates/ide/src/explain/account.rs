//! The account of a symbol's life that is complete without any model: where it comes from, the turns that it took and why, how it
//! stands now, and who knows it. Two to six sentences. Never does: say what its facts and passages don't.

use backstory_history::{Change, ChangeKind, Commit, Place};

use super::evidence::Facts;
use super::passage::{Passage, Role, Source};
use super::people::people;
use super::sentence::{Kind, Sentence};
use crate::lens::counted;

/// The sentences of the account in order: origin, a sentence a passage, the present state, whom to ask. Empty where the symbol has no
/// history.
pub fn account(facts: &Facts<'_>, passages: &[Passage], complete: bool) -> Vec<Sentence> {
    let Some(oldest) = facts.changes.last() else { return Vec::new() };
    let name = format!("`{}`", facts.subject.qualified());
    let origin = facts.changes.iter().rev().find(|change| change.kinds.contains(&ChangeKind::Introduced));
    let mut sentences = vec![match origin {
        Some(change) => came(&name, change),
        None => older(&name, oldest, complete),
    }];
    let told = sentences[0].sources.clone();
    sentences.extend(passages.iter().filter_map(|passage| turn(facts, passage, &told)));
    if passages.is_empty() {
        sentences.push(unspoken(facts, "No rationale recorded: "));
    }
    let renamed =
        facts.changes.iter().find_map(former_name).filter(|_| passages.len() < super::evidence::PASSAGES);
    sentences.extend(renamed);
    sentences.push(present(facts, origin, passages));
    sentences.extend(whom_to_ask(facts.changes, passages.is_empty()));
    sentences
}

/// A sentence in our own words.
pub(super) fn stated(text: String, commits: &[&Change]) -> Sentence {
    let source = |change: &&Change| Source::Commit { commit: change.commit.id.clone() };
    Sentence { text, sources: commits.iter().map(source).collect(), kind: Kind::Stated }
}

fn came(name: &str, change: &Change) -> Sentence {
    let commit = &change.commit;
    let how = match &change.other {
        Some(Place { key, .. }) if change.kinds.contains(&ChangeKind::Extracted) => {
            format!("was cut out of `{}`", short_key(&key.to_string()))
        }
        _ => "came".to_owned(),
    };
    let text = format!("{name} {how} on {} by {}: {}.", commit.date(), commit.author.name, titled(commit));
    stated(text, &[change])
}

fn older(name: &str, oldest: &Change, complete: bool) -> Sentence {
    let date = oldest.commit.date();
    let text = match complete {
        true => format!("The oldest change of {name} that is known is of {date}."),
        false => format!(
            "{name} is older than the history that is here; the oldest change that is known is of {date}."
        ),
    };
    stated(text, &[oldest])
}

/// The sentence of a passage; `None` where its words have been said with the origin.
fn turn(facts: &Facts<'_>, passage: &Passage, told: &[Source]) -> Option<Sentence> {
    let quote = quoted(&passage.quote);
    let is_told = told.contains(&passage.source);
    if is_told && passage.quote == passage.subject {
        return None;
    }
    let change =
        facts.changes.iter().find(|change| Some(change.commit.id.as_str()) == passage.source.commit());
    let text = match (&passage.source, passage.role, change) {
        (Source::Text { path, .. }, Role::Mention, _) => format!("`{path}` says of it: {quote}"),
        (Source::Text { .. }, ..) => format!("A comment there says: {quote}"),
        (Source::Discussion { reference, .. }, ..) => {
            format!("{reference}, to which its commit refers, says: {quote}")
        }
        (Source::Commit { .. }, Role::Origin, _) if is_told => format!("Its commit says: {quote}"),
        (Source::Commit { .. }, _, Some(change)) => return Some(turn_of(change, passage)),
        (Source::Commit { .. }, _, None) => format!("A commit says: {quote}"),
    };
    Some(Sentence { text: ended(text), sources: vec![passage.source.clone()], kind: Kind::Quoted })
}

/// The sentence of a change with the passage that says why.
pub(super) fn turn_of(change: &Change, passage: &Passage) -> Sentence {
    let (date, author) = (change.commit.date(), &change.commit.author.name);
    let did = if passage.role == Role::Revert { "took a change back" } else { did(change) };
    let said = match &passage.source {
        Source::Discussion { reference, .. } => format!("; {reference}, which it names, says: "),
        Source::Commit { .. } | Source::Text { .. } => ": ".to_owned(),
    };
    let text = ended(format!("On {date} {author} {did}{said}{}", quoted(&passage.quote)));
    Sentence { text, sources: vec![passage.source.clone()], kind: Kind::Quoted }
}

/// What a commit did to the symbol, by the kind that matters most.
pub(super) fn did(change: &Change) -> &'static str {
    let has = |kind| change.kinds.contains(&kind);
    match () {
        () if has(ChangeKind::Reintroduced) => "brought it back",
        () if has(ChangeKind::Deleted) => "removed it",
        () if has(ChangeKind::Introduced) => "brought it",
        () if has(ChangeKind::Absorbed) => "merged another symbol into it",
        () if has(ChangeKind::Signature) && has(ChangeKind::Body) => "changed its signature and body",
        () if has(ChangeKind::Signature) => "changed its signature",
        () if has(ChangeKind::Body) => "changed its body",
        () if has(ChangeKind::Rename) => "renamed it",
        () if has(ChangeKind::Move) || has(ChangeKind::FileRename) || has(ChangeKind::Container) => {
            "moved it"
        }
        () if has(ChangeKind::Attribute) => "changed its attributes",
        () => "touched it",
    }
}

fn former_name(change: &Change) -> Option<Sentence> {
    let from = change.from.as_ref().filter(|_| change.kinds.contains(&ChangeKind::Rename))?;
    let text =
        format!("Until {} it was called `{}`.", change.commit.date(), short_key(&from.key.to_string()));
    Some(stated(text, &[change]))
}

/// `method Pool.get` without its kind.
fn short_key(key: &str) -> &str {
    key.split_once(' ').map_or(key, |(_, name)| name)
}

/// Says, behind these words, that no commit gives a reason.
pub(super) fn unspoken(facts: &Facts<'_>, before: &str) -> Sentence {
    let text = match facts.changes.len() {
        1 => format!("{before}its only commit does not say why."),
        many => format!("{before}none of its {many} commits says why."),
    };
    Sentence { text, sources: Vec::new(), kind: Kind::Stated }
}

/// How often it changed since, and when last.
fn present(facts: &Facts<'_>, origin: Option<&Change>, passages: &[Passage]) -> Sentence {
    let is_origin = |change: &&Change| origin.is_some_and(|origin| origin.commit.id == change.commit.id);
    let later: Vec<&Change> =
        facts.changes.iter().filter(|change| !change.hidden() && !is_origin(change)).collect();
    let Some(last) = later.first() else {
        let hidden = facts.changes.iter().any(|change| change.hidden());
        let but = if hidden { ", but for documentation, style or layout" } else { "" };
        let all: Vec<&Change> = origin.into_iter().collect();
        return stated(format!("It has not changed since{but}."), &all);
    };
    let commit = &last.commit;
    let times = if later.len() == 1 { "once".to_owned() } else { counted(later.len(), "time") };
    let is_quoted = passages.iter().any(|passage| passage.source.commit() == Some(&commit.id));
    let about = if is_quoted { String::new() } else { format!(", {}", titled(commit)) };
    let on = if later.len() == 1 { "on" } else { "last on" };
    stated(
        format!("It has changed {times} since, {on} {} by {}{about}.", commit.date(), commit.author.name),
        &[*last],
    )
}

fn whom_to_ask(changes: &[Change], no_reason: bool) -> Option<Sentence> {
    let people = people(changes);
    let (best, others) = people.split_first()?;
    let one = |knows: &super::people::Knows| {
        format!("{} ({}, last on {})", knows.name, counted(knows.changes, "change"), knows.last)
    };
    let named = match others {
        [] => one(best),
        [second] => format!("{} or {}", one(best), one(second)),
        [second, third, ..] => format!("{}, {} or {}", one(best), one(second), one(third)),
    };
    let text =
        if no_reason { format!("Likeliest to know: {named}.") } else { format!("Who knows it: {named}.") };
    let sources = people.iter().map(|knows| Source::Commit { commit: knows.commit.clone() }).collect();
    Some(Sentence { text, sources, kind: Kind::Stated })
}

/// A commit's subject between quotation marks, without the full stop that some have.
pub(super) fn titled(commit: &Commit) -> String {
    quoted(commit.subject.trim_end_matches('.'))
}

/// Somebody's own words between quotation marks.
pub(super) fn quoted(text: &str) -> String {
    format!("“{}”", text.trim())
}

/// A sentence that ends with a quote needs no full stop where the quote has one.
pub(super) fn ended(text: String) -> String {
    let inner = text.trim_end_matches('”');
    if inner.ends_with(['.', '!', '?', ':']) { text } else { format!("{text}.") }
}
