//! Habits that a change breaks: what usually changes along, and documentation that does not keep up. Never does: say that something is wrong.

use std::collections::HashSet;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use backstory_analysis::{Analysis, DefId, Graph, NodeId};
use backstory_history::{Bounds, ChangeKind, ChangeLog, Companion, LogSymbol, Repository, SymbolChange};
use backstory_ide::impact::seeds;
use backstory_ide::locate::Located;
use backstory_ide::review::{Forgotten, Habit, Stale, is_forgotten, is_stale};
use backstory_ide::summary::{Moment, moment_of};

use super::histories::History;
use super::{Compared, declared, defined, is_edited};
use crate::Error;
use crate::changelog::change_log;
use crate::related::are_of_one_type;

/// Of what is missed so much is told.
const TOLD: usize = 20;

/// What usually changes with the edited symbols and did not, the surest first; and a sentence where not all commits are known. Commits whose changes are
/// not known are read, newest first, for as long as there is patience.
pub(super) fn companions(
    repository: &Repository,
    compared: &Compared,
    graph: &Graph,
    patience: Duration,
    interrupted: &AtomicBool,
    on_commits: &mut (dyn FnMut(usize, usize) + Send),
) -> Result<(Vec<Forgotten>, Option<String>), Error> {
    let from = &compared.versions.from;
    let (log, known) = change_log(repository, from, patience, interrupted, on_commits)?;
    let (symbols, analysis) = (&compared.symbols, &compared.versions.analysis);
    let number = |symbol: &SymbolChange| {
        let before = &symbol.before.as_ref()?.place;
        log.symbol_at(&before.path, &before.key)
    };
    let changed: HashSet<LogSymbol> = symbols.iter().filter_map(&number).collect();
    let bounds = Bounds::default();
    let mut found = Vec::new();
    for symbol in symbols.iter().filter(|symbol| is_edited(symbol)) {
        let (Some(own), Some(id)) = (number(symbol), defined(analysis, symbol)) else { continue };
        for companion in log.companions(own, &bounds, log.newest()) {
            if is_forgotten(companion.together, companion.of) && !changed.contains(&companion.symbol) {
                found.extend(forgotten(repository, &log, analysis, graph, (own, id), &companion)?);
            }
        }
    }
    found.sort_by(|a, b| {
        let share = |it: &Forgotten| f64::from(it.together) / f64::from(it.of.max(1));
        share(b).total_cmp(&share(a)).then(b.together.cmp(&a.together))
    });
    // What usually changes with several of the changed symbols is told once, with the one that says most.
    let mut told = HashSet::new();
    found.retain(|forgotten| told.insert((forgotten.place.path.clone(), forgotten.place.key.clone())));
    found.truncate(TOLD);
    Ok((found, known))
}

/// `None` for a companion that the newer version does not have.
fn forgotten(
    repository: &Repository,
    log: &ChangeLog,
    analysis: &Analysis,
    graph: &Graph,
    (own, with): (LogSymbol, DefId),
    companion: &Companion,
) -> Result<Option<Forgotten>, Error> {
    let (place, _) = log.place(companion.symbol);
    let (id, last) = (analysis.find(&place.path, &place.key), log.last_together(own, companion));
    let (Some(id), Some(last)) = (id, last) else { return Ok(None) };
    let last = backstory_history::commit(repository, &last.id())?;
    Ok(last.map(|last| Forgotten {
        place: declared(analysis, id),
        with: declared(analysis, with),
        together: companion.together,
        of: companion.of,
        last: moment_of(&last),
        hidden: !are_tied(analysis, graph, id, with),
    }))
}

/// Whether one of two symbols directly uses the other, or something inside of it; a type and its methods are tied anyway.
fn are_tied(analysis: &Analysis, graph: &Graph, one: DefId, other: DefId) -> bool {
    if are_of_one_type(analysis, one, other) {
        return true;
    }
    let inside = |id: DefId| seeds(analysis, graph, Located::Symbol(id));
    let (one, other) = (inside(one), inside(other));
    let uses = |users: &[NodeId], used: &[NodeId]| {
        used.iter().any(|&node| graph.dependants(node).any(|edge| users.contains(&edge.node)))
    };
    uses(&one, &other) || uses(&other, &one)
}

/// Documentation of edited symbols that several changes left as it was, this one included.
pub(super) fn stale(analysis: &Analysis, symbols: &[&SymbolChange], histories: &[History]) -> Vec<Stale> {
    let of = |(symbol, history): (&&SymbolChange, &History)| {
        let has = |kind: ChangeKind| u32::from(symbol.kinds.contains(&kind));
        let id = defined(analysis, symbol).filter(|_| is_edited(symbol) && has(ChangeKind::Docs) == 0)?;
        let lineage = history.lineage.as_ref().filter(|_| !analysis.definition(id).docs.is_empty())?;
        let habit = Habit::of(&lineage.changes);
        let (bodies, signatures) =
            (habit.bodies + has(ChangeKind::Body), habit.signatures + has(ChangeKind::Signature));
        let written: Option<Moment> = habit.written.map(|change| moment_of(&change.commit));
        is_stale(bodies, signatures).then(|| Stale {
            place: declared(analysis, id),
            written,
            bodies,
            signatures,
        })
    };
    symbols.iter().zip(histories).filter_map(of).collect()
}
