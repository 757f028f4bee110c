//! What was just edited, for what usually changes along: the symbols that differ from the commit that is checked out, and whether one of them is a companion of a
//! symbol. Never does: write anything, or decide what can be carried over (that is `ide::refactor`).

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use backstory_analysis::{Analysis, DefId};
use backstory_history::{
    ChangeLog, Companion, LogSymbol, LoggedCommit, Repository, SymbolChange, changes_since,
};
use backstory_ide::hint::OFFERED;
use backstory_ide::refactor::{Example, Plan, Refused, Version, carried, qualified};

use super::fixes::version;
use crate::changelog::{change_log, companions};
use crate::review::on_disk;
use crate::{Error, Place};

/// What was edited in the surest companion of a symbol that fits, done to the symbol.
///
/// # Errors
/// Where nothing fits, the reason why the surest did not; where there is no repository or commit, or the repository can't be read.
pub(super) fn along(
    place: &Place,
    analysis: &Analysis,
    id: DefId,
    patience: Duration,
    interrupted: &AtomicBool,
) -> Result<Plan, Error> {
    let repository = place.repository.as_ref().ok_or(Error::NoRepository)?;
    let at = repository.head()?.commit.ok_or(Error::NoCommits)?;
    let (log, _) = change_log(repository, &at, patience, interrupted, &mut |_, _| ())?;
    let edited = edited(place, repository, analysis, &at, interrupted)?;
    let own = log.symbol_at(analysis.path(id.file), &analysis.outline(id.file).key(id.local));
    let mut found: Vec<(LogSymbol, Companion, &SymbolChange)> = Vec::new();
    for change in &edited {
        let (Some(before), Some(own)) = (&change.before, own) else { continue };
        let Some(of) = log.symbol_at(&before.place.path, &before.place.key) else { continue };
        let companion = companions(&log, of, OFFERED).into_iter().find(|it| it.symbol == own);
        found.extend(companion.map(|companion| (of, companion, change)));
    }
    found.sort_by(|(_, a, _), (_, b, _)| b.confidence().total_cmp(&a.confidence()));
    let key = analysis.outline(id.file).key(id.local);
    let mut why = None;
    for (of, companion, change) in found {
        let Some(example) = example(repository, &log, analysis, &at, (of, &companion), change)? else {
            continue;
        };
        match carried(analysis, id.file, &key, &example) {
            Ok(plan) => return Ok(plan),
            Err(refused) => why = why.or(Some(refused)),
        }
    }
    let name = qualified(&key);
    Err(why.unwrap_or(Refused::NoEdit { name }).into())
}

/// The symbols of the files on disk that differ from a commit in more than looks.
fn edited(
    place: &Place,
    repository: &Repository,
    analysis: &Analysis,
    at: &str,
    interrupted: &AtomicBool,
) -> Result<Vec<SymbolChange>, Error> {
    let given = on_disk(place, repository, at, analysis)?;
    let changes = changes_since(repository, at, &given, interrupted)?;
    let is_edited =
        |change: &SymbolChange| change.counts() && change.before.is_some() && change.after.is_some();
    Ok(changes.symbols.into_iter().filter(is_edited).collect())
}

fn example(
    repository: &Repository,
    log: &ChangeLog,
    analysis: &Analysis,
    at: &str,
    (of, companion): (LogSymbol, &Companion),
    change: &SymbolChange,
) -> Result<Option<Example>, Error> {
    let (Some(before), Some(after)) = (&change.before, &change.after) else { return Ok(None) };
    let Some(old) = version(repository, at, before)? else { return Ok(None) };
    let Some(file) = analysis.file(&after.place.path) else { return Ok(None) };
    let name = qualified(&after.place.key);
    let last = log.last_together(of, companion).map(LoggedCommit::id).unwrap_or_default();
    Ok(Some(Example {
        before: old,
        after: Version { text: analysis.text(file).to_owned(), span: after.span },
        ..Example::edit(name, companion.together, companion.of, &last)
    }))
}
