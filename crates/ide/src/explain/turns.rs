//! What changed of a symbol lately, and why: the answer to that question. Never does: tell of changes of documentation, style or
//! formatting.

use backstory_history::{Change, ChangeKind};

use super::account::{ended, quoted, stated, titled, turn_of};
use super::evidence::{Facts, PASSAGES, of_change};
use super::passage::Passage;
use super::question::Told;
use super::sentence::Sentence;
use crate::lens::counted;

/// So many changes are told, newest first; a sentence speaks of the others.
const TOLD: usize = 5;

/// A sentence a change; the passages are those of the newest that say why.
pub(super) fn tell(facts: &Facts<'_>) -> Told {
    let is_origin = |change: &&Change| change.kinds.contains(&ChangeKind::Introduced);
    let origin = facts.changes.iter().rev().find(is_origin);
    let later: Vec<&Change> =
        facts.changes.iter().filter(|change| !change.hidden() && !is_origin(change)).collect();
    let passage = |change: &Change| of_change(facts, change).map(|(_, passage)| passage);
    let sentence = |change: &&Change| match passage(change) {
        Some(passage) => turn_of(change, &passage),
        None => unexplained(change),
    };
    let mut account: Vec<Sentence> = later.iter().take(TOLD).map(sentence).collect();
    account.extend(rest(facts, later.get(TOLD..).unwrap_or_default(), origin));
    let passages: Vec<Passage> =
        later.iter().take(TOLD).filter_map(|change| passage(change)).take(PASSAGES).collect();
    Told { passages, account }
}

fn unexplained(change: &Change) -> Sentence {
    let commit = &change.commit;
    let did = super::account::did(change);
    let text =
        format!("On {} {} {did}, {}; why is not recorded", commit.date(), commit.author.name, titled(commit));
    stated(ended(text), &[change])
}

/// What came before the changes that are told.
fn rest(facts: &Facts<'_>, earlier: &[&Change], origin: Option<&Change>) -> Option<Sentence> {
    let came = |change: &Change| {
        let commit = &change.commit;
        format!("it came on {} by {}: {}", commit.date(), commit.author.name, quoted(&commit.subject))
    };
    let text = match (earlier.len(), origin) {
        (0, Some(origin)) if facts.changes.iter().filter(|change| !change.hidden()).count() == 1 => {
            format!("It has not changed since {}", came(origin))
        }
        (0, Some(origin)) => format!("Before that, {}", came(origin)),
        (0, None) => return None,
        (many, Some(origin)) => {
            format!("Before that it changed {} more; {}", counted(many, "time"), came(origin))
        }
        (many, None) => format!("Before that it changed {} more", counted(many, "time")),
    };
    let cited: Vec<&Change> = origin.into_iter().chain(earlier.first().copied()).collect();
    Some(stated(ended(text), &cited))
}
