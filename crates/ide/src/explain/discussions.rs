//! What the issue or pull request that a commit names says of why. Never does: fetch one.

use backstory_history::{Change, is_bot_name};

use super::evidence::role;
use super::messages::{Names, of_prose};
use super::passage::{PASSAGE_WORDS, Passage, Source};
use super::reasons::THRESHOLD;
use crate::discussion::Discussion;
use crate::prose::{paragraphs, words};

/// The passage of the first discussion that the change's commit names and in which a person states a reason, with its strength. People
/// chat there, and paste what programs print, so more is asked of a sentence than in a message, and it may only be so long.
pub(super) fn reason(
    change: &Change,
    discussions: &[Discussion],
    names: Names<'_>,
) -> Option<(u32, Passage)> {
    let commit = &change.commit;
    let references = commit.links.closes.iter().chain(&change.pull_request).chain(&commit.refs);
    let named = references.filter_map(|reference| find(discussions, reference));
    let mut by_people = named.filter(|(_, discussion)| !is_bot_name(&discussion.author));
    by_people.find_map(|(reference, discussion)| {
        let found = of_prose(&paragraphs(&discussion.body), names)
            .filter(|found| found.strength > THRESHOLD && words(&found.quote).count() <= PASSAGE_WORDS)?;
        let passage = Passage {
            source: Source::Discussion { reference: reference.to_owned(), commit: Some(commit.id.clone()) },
            role: role(change),
            quote: found.quote,
            context: found.context,
            subject: discussion.title.clone(),
            names: vec![discussion.author.clone(), discussion.date.clone()],
        };
        Some((found.strength, passage))
    })
}

fn find<'a>(discussions: &'a [Discussion], reference: &'a str) -> Option<(&'a str, &'a Discussion)> {
    let is_it = |discussion: &&Discussion| {
        let dashed =
            reference.get(..3).filter(|prefix| prefix.eq_ignore_ascii_case("gh-")).map(|_| &reference[3..]);
        discussion.reference == reference
            || dashed.is_some_and(|number| discussion.reference.strip_prefix('#') == Some(number))
    };
    discussions.iter().find(is_it).map(|discussion| (reference, discussion))
}
