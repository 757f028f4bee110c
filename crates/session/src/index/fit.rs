//! Whether a document fits a question at all: the line between an answer and noise. Never does: rank.

use backstory_search::Why;
use serde::{Deserialize, Serialize};

use super::Hit;

/// What search finds, which differ in how well their texts match questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Symbol,
    Doc,
    Commit,
    Discussion,
}

/// The hits that fit a question, in their order; none where the best one doesn't, since then what is below it answers no better.
pub fn fitting<K>(kind: Kind, hits: Vec<Hit<K>>) -> Vec<Hit<K>> {
    if hits.first().is_none_or(|best| !fits(kind, &best.why)) {
        return Vec::new();
    }
    hits.into_iter().filter(|hit| fits(kind, &hit.why)).collect()
}

/// Whether a document fits: it is near enough in meaning and says enough of the question, a lack of one being made up by the other.
///
/// The lines were drawn between questions that a repository answers and questions about things that it knows nothing of. Symbols and sections:
/// of forty phrases about what requests, ripgrep, tokio and SQLAlchemy do, 39 have a symbol and 36 a section above theirs; of twelve about other
/// things, asked of each of the four, 46 and 47 of 48 have none. Commits: the questions of `benches/retrieval/why.txt` (`cargo bench
/// --bench why`); messages say less of a question in its own words. Discussions are taken to be like commits. The cosines are
/// those of the table that the program ships: one that is adapted to a repository moves them little.
fn fits(kind: Kind, why: &Why) -> bool {
    let line = match kind {
        Kind::Symbol | Kind::Doc => 0.75,
        Kind::Commit | Kind::Discussion => 0.65,
    };
    why.meaning + why.coverage >= line
}
