//! A review's parts as lines for people. Never does: colour or layout.

use backstory_history::ChangeKind;

use super::{Changed, Copy, Forgotten, Review, Reviewed, Stale, Tests};
use crate::impact::{Place, commands, said};
use crate::lens::counted;

/// Digits of a hash that are shown.
const SHORT: usize = 9;

/// `3 symbols differ between abc123456 and the work tree, 2 more only in documentation, style or formatting`.
pub fn head(review: &Review) -> String {
    let to = match &review.to {
        Reviewed::Commit(hash) => short(hash).to_owned(),
        Reviewed::Staged => "what is staged".to_owned(),
        Reviewed::WorkTree => "the work tree".to_owned(),
    };
    let differ = match review.symbols.len() {
        0 => "no symbol differs".to_owned(),
        1 => "1 symbol differs".to_owned(),
        many => format!("{many} symbols differ"),
    };
    let minor = match review.minor {
        0 => String::new(),
        minor => format!(", {minor} more only in documentation, style or formatting"),
    };
    format!("{differ} between {} and {to}{minor}", short(&review.from))
}

/// `body, signature +3 -1`.
pub fn changed(symbol: &Changed) -> String {
    let kinds: Vec<&str> = symbol.changes.iter().map(|kind| kind_text(*kind)).collect();
    let mut lines = String::new();
    if symbol.lines_added > 0 {
        lines.push_str(&format!(" +{}", symbol.lines_added));
    }
    if symbol.lines_removed > 0 {
        lines.push_str(&format!(" -{}", symbol.lines_removed));
    }
    let before = symbol.before.as_ref().map_or(String::new(), |before| format!(", was {before}"));
    format!("{}{lines}{before}", kinds.join(", "))
}

fn kind_text(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Introduced => "new",
        ChangeKind::Deleted => "deleted",
        ChangeKind::FileRename => "file renamed",
        ChangeKind::Rename => "renamed",
        ChangeKind::Move => "moved",
        ChangeKind::Docs => "documentation",
        other => other.as_str(),
    }
}

/// `introduced 2019 · 14 changes · 6 authors · last 2024-05-01 abc1234 Limit polls`; `None` without a history.
pub fn story(symbol: &Changed) -> Option<String> {
    let summary = symbol.story.as_ref()?;
    let mut parts = Vec::new();
    parts.extend(summary.introduced.as_ref().map(|moment| format!("introduced {}", moment.year())));
    parts.push(counted(summary.changes, "change"));
    parts.push(counted(summary.authors.len(), "author"));
    let last = summary.last.as_ref();
    parts.extend(last.map(|last| format!("last {} {} {}", last.date, last.short, last.subject)));
    Some(parts.join(" · "))
}

/// `why: "Threads were left behind." (abc1234)`; `None` where nobody said why.
pub fn why(symbol: &Changed) -> Option<String> {
    symbol.why.as_ref().map(|sentence| format!("why: {}", said(sentence)))
}

/// `23 dependents · 5 tests · public API: net.Client`; what there is none of was not found, which is all that is known.
pub fn depends(symbol: &Changed) -> String {
    let found = |count: usize, what: &str| match count {
        0 => format!("no {what}s found"),
        count => counted(count, what),
    };
    let mut parts = vec![found(symbol.dependents, "dependent"), found(symbol.tests, "test")];
    parts.extend(symbol.public.as_ref().map(|name| format!("public API: {name}")));
    parts.join(" · ")
}

/// `changed in 12 of 14 edits of method net.Client.send, last in 2024-05-01 abc1234 Limit polls; neither uses the other`.
pub fn companion(forgotten: &Forgotten) -> String {
    let Forgotten { with, together, of, last, hidden, .. } = forgotten;
    let coupling = if *hidden { "; neither uses the other" } else { "" };
    let edits = if *of == 1 { "edit" } else { "edits" };
    format!(
        "changed in {together} of {of} {edits} of {}, last in {} {} {}{coupling}",
        named(with),
        last.date,
        last.short,
        last.subject
    )
}

/// `92 % like method net.Client.send before this change`.
pub fn copy(copy: &Copy) -> String {
    format!("{:.0} % like {} before this change", copy.overlap * 100.0, named(&copy.of))
}

/// `its documentation is of 2019-05-01 abc1234 Add client; the body has changed 6 times since, the signature twice`.
pub fn stale(stale: &Stale) -> String {
    let written = match &stale.written {
        Some(moment) => format!("is of {} {} {}", moment.date, moment.short, moment.subject),
        None => "is older than the known history".to_owned(),
    };
    let times = |count: u32| match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        many => format!("{many} times"),
    };
    let mut since = Vec::new();
    if stale.bodies > 0 {
        since.push(format!("the body has changed {} since", times(stale.bodies)));
    }
    if stale.signatures > 0 {
        let what = if since.is_empty() { "the signature has changed" } else { "the signature" };
        let behind = if since.is_empty() { " since" } else { "" };
        since.push(format!("{what} {}{behind}", times(stale.signatures)));
    }
    format!("its documentation {written}; {}", since.join(", "))
}

/// How many tests to run: `833 of 2084, those first that are most about it`.
pub fn tests(tests: &Tests) -> String {
    match tests.chosen {
        all if all == tests.suite => format!("all {all}, since so much changed; these are most about it"),
        some => format!("{some} of {}, most about it are these", tests.suite),
    }
}

/// What to type for the tests that are most about the change; all commands are in the JSON.
pub fn first_tests(tests: &Tests) -> Vec<String> {
    commands(&tests.closest)
}

/// `method net.Client.send`, a module by its name alone.
pub(super) fn named(place: &Place) -> String {
    let key = place.key.split_once(':').map_or(place.key.as_str(), |(_, key)| key);
    format!("{} {key}", place.kind.map_or("module", |kind| kind.as_str()))
}

pub(super) fn short(hash: &str) -> &str {
    hash.get(..SHORT).unwrap_or(hash)
}
