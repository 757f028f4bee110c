//! One sentence on why a symbol is as it is: what says it most plainly of all that an explanation finds, in a model's words where it said them before. Never does: start
//! or wait for a model.

use std::sync::atomic::AtomicBool;

use backstory_analysis::Analysis;
use backstory_history::{Change, Historian, HistoryQuery};
use backstory_ide::explain::wording::verbatim;
use backstory_ide::explain::{Facts, Sentence, Subject, best_evidence};
use backstory_ide::locate::Located;

use crate::beside::beside_index;
use crate::discussions::named_by;
use crate::explain::{about, origin, reasons_of_commits};
use crate::material::{Present, mentioned};
use crate::timeline::look_back;
use crate::unsaved::{counterpart, working};
use crate::wording::{Known, Memory};
use crate::{Error, Place};

/// The sentence about a symbol or file of the work tree, with the history that the commit that is checked out has of it; `None` where nothing says why,
/// and without a history. What was said of it before comes from `memory`.
///
/// # Errors
/// Where the repository can't be read.
pub fn reason(
    place: &Place,
    analysis: &Analysis,
    located: Located,
    memory: Option<&Memory>,
    interrupted: &AtomicBool,
) -> Result<Option<Sentence>, Error> {
    let Some(repository) = &place.repository else { return Ok(None) };
    let Some(at) = repository.head()?.commit else { return Ok(None) };
    let symbol = about(analysis, located);
    let changes: Vec<Change> = beside_index(repository, &at, || {
        let mut historian = Historian::new(repository)?;
        let working = working(analysis, located.file());
        let Some(found) = counterpart(&mut historian, &at, &symbol, &working)? else { return Ok(Vec::new()) };
        let query = HistoryQuery { path: found.place.path, key: found.place.key, at: at.clone() };
        look_back(&mut historian, &query, interrupted, &mut |_| ()).map(|lineage| lineage.changes)
    })?;
    if changes.is_empty() {
        return Ok(None);
    }
    let subject = Subject::of(&symbol);
    let committed = Some((repository, at.as_str()));
    let mut present = Present::of(analysis, located);
    present.cite(&symbol.path, analysis.text(located.file()), committed);
    let mentions = mentioned(&place.root, &subject, committed, interrupted);
    // The explanation meets the same error, and tells it.
    let discussions = named_by(repository, &changes).unwrap_or_default();
    let comments = &present.comments;
    let facts =
        Facts { subject, changes: &changes, comments, mentions: &mentions, discussions: &discussions };
    Ok(reason_of(&facts, memory))
}

/// The same from what is known already. Where that lacks comments or mentions, these are not among the reasons.
pub fn reason_of(facts: &Facts<'_>, memory: Option<&Memory>) -> Option<Sentence> {
    let best = best_evidence(facts)?;
    let said = memory.map_or_else(Vec::new, |memory| {
        let reasons = reasons_of_commits(facts.subject, facts.changes, facts.discussions);
        memory.recall(&Known { subject: facts.subject, origin: origin(facts.changes), reasons: &reasons })
    });
    let worded = said.into_iter().find(|sentence| sentence.sources.contains(&best.source));
    Some(worded.unwrap_or_else(|| verbatim(&best)))
}
