//! Reviews: what a change of several symbols means, gathered from history, from what depends on what, and from what is alike. Each part is asked
//! on a thread of its own. Never does: print, or change anything.

mod broken;
mod copies;
mod habits;
mod histories;
mod versions;

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::Duration;

use backstory_analysis::{Analysis, Apart, DefId, Graph};
use backstory_history::{Change, ChangeKind, SymbolChange};
use backstory_ide::explain::{Facts, Sentence, Subject, people};
use backstory_ide::impact::{
    self, Bounds, Choice, Place as Declared, Run, public_name, run, seeds_of, select,
};
use backstory_ide::locate::Located;
use backstory_ide::review::{Changed, Review, Tests};
use backstory_ide::summary::summarize;
use backstory_ide::symbol::describe;
use backstory_store::Store;

use crate::graph::drawn;
use crate::reason::reason_of;
use crate::{Error, Place};
use histories::History;
pub use versions::Between;
use versions::Versions;
pub(crate) use versions::on_disk;

/// Beside each changed symbol what depends on it is counted; of more symbols that would take long and say little.
const COUNTED: usize = 300;

/// So many tests are named as those that are most about a change.
const CLOSEST: usize = 20;

/// A part of a review, in the order in which parts come.
pub enum Reviewing<'a> {
    /// Commits whose changes have been read, of those whose changes are not known yet.
    Commits { done: usize, of: usize },
    /// All that is known of the changed symbols themselves; the rest is still being asked for.
    Symbols(&'a Review),
}

/// What differs, with the symbols as the newer version has them.
struct Compared {
    versions: Versions,
    /// In order of their paths.
    symbols: Vec<SymbolChange>,
}

/// Reviews a change.
///
/// # Errors
/// Where there is no repository or commit, or a version is none; where the repository can't be read, or when `interrupted`.
pub fn review(
    place: &Place,
    store: &Store,
    between: &Between,
    patience: Duration,
    interrupted: &AtomicBool,
    on_part: &mut (dyn FnMut(Reviewing<'_>) + Send),
) -> Result<Review, Error> {
    let compared = compare(place, store, between, interrupted)?;
    let Compared { versions, symbols } = &compared;
    let analysis = &versions.analysis;
    let repository = place.repository.as_ref().ok_or(Error::NoRepository)?;
    let counted: Vec<&SymbolChange> = symbols.iter().filter(|symbol| symbol.counts()).collect();
    let minor = symbols.iter().filter(|symbol| !symbol.counts() && !symbol.carried).count();
    if counted.is_empty() {
        let review = without_symbols(versions, minor);
        on_part(Reviewing::Symbols(&review));
        return Ok(review);
    }

    let (graph, histories) = thread::scope(|scope| {
        let apart = Apart::of(analysis);
        let graph = scope.spawn(move || drawn(&place.root, store, &apart, interrupted));
        let histories = histories::read(repository, &versions.from, &counted, interrupted);
        (graph.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), histories)
    });
    let graph = graph.ok_or(Error::Interrupted)?;
    let histories = histories?;
    let mut review = Review {
        symbols: changed(analysis, &graph, &counted, &histories),
        stale_docs: habits::stale(analysis, &counted, &histories),
        tests: tests(analysis, &graph, &counted, broken::files(analysis, symbols)),
        people: asked(&histories, &versions.authors),
        ..without_symbols(versions, minor)
    };
    on_part(Reviewing::Symbols(&review));

    let copies = thread::scope(|scope| {
        // Tests are alike by nature.
        let is_code = |symbol: &&SymbolChange| {
            defined(analysis, symbol).is_none_or(|id| !is_test(analysis, &graph, id))
        };
        let (snapshot, from) = (analysis.clone(), versions.from.as_str());
        let code: Vec<&SymbolChange> = counted.iter().copied().filter(is_code).collect();
        let copies = scope.spawn(move || copies::find(place, store, &snapshot, from, &code));
        let found =
            habits::companions(repository, &compared, &graph, patience, interrupted, &mut |done, of| {
                on_part(Reviewing::Commits { done, of });
            });
        let copies = copies.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        found.map(|(companions, limit)| {
            review.companions = companions;
            review.limits.extend(limit);
            copies
        })
    })?;
    review.copies = copies?;
    Ok(review)
}

/// What depends on all symbols that a change touches, taken together.
///
/// # Errors
/// As those of [`review`].
pub fn impact_of_change(
    place: &Place,
    store: &Store,
    between: &Between,
    asked: &impact::Asked,
    interrupted: &AtomicBool,
) -> Result<impact::Impact, Error> {
    let Compared { versions, symbols } = compare(place, store, between, interrupted)?;
    let analysis = &versions.analysis;
    let counted = symbols.iter().filter(|symbol| symbol.counts());
    let located: Vec<Located> =
        counted.filter_map(|symbol| defined(analysis, symbol)).map(Located::Symbol).collect();
    let graph = drawn(&place.root, store, &Apart::of(analysis), interrupted).ok_or(Error::Interrupted)?;
    let mut impact = impact::impact(analysis, &graph, &located, asked);
    impact.limits.extend(versions.limits);
    Ok(impact)
}

fn without_symbols(versions: &Versions, minor: usize) -> Review {
    Review {
        from: versions.from.clone(),
        to: versions.to.clone(),
        symbols: Vec::new(),
        minor,
        companions: Vec::new(),
        copies: Vec::new(),
        stale_docs: Vec::new(),
        tests: Tests::default(),
        people: Vec::new(),
        limits: versions.limits.clone(),
    }
}

/// Reads both versions and compares them.
fn compare(
    place: &Place,
    store: &Store,
    between: &Between,
    interrupted: &AtomicBool,
) -> Result<Compared, Error> {
    let (versions, changes) = versions::read(place, store, between, interrupted)?;
    Ok(Compared { versions, symbols: changes.symbols })
}

/// Where a changed symbol is in the newer version; `None` where it is gone, or in a file that is not read.
fn defined(analysis: &Analysis, symbol: &SymbolChange) -> Option<DefId> {
    let place = &symbol.after.as_ref()?.place;
    analysis.find(&place.path, &place.key)
}

/// Whether a symbol is a test, or only there for tests.
fn is_test(analysis: &Analysis, graph: &Graph, id: DefId) -> bool {
    graph.node_of(analysis, id).is_some_and(|node| graph.role(node).is_some())
}

fn changed(
    analysis: &Analysis,
    graph: &Graph,
    symbols: &[&SymbolChange],
    histories: &[History],
) -> Vec<Changed> {
    let of = |(at, (symbol, history)): (usize, (&&SymbolChange, &History))| {
        let id = defined(analysis, symbol);
        let counts = id
            .filter(|_| at < COUNTED)
            .map_or((0, 0), |id| impact::counts(analysis, graph, Located::Symbol(id), Bounds::default()));
        let located = symbol.after.as_ref().or(symbol.before.as_ref());
        let moved = symbol.before.as_ref().filter(|_| symbol.after.is_some());
        let was = moved.filter(|before| Some(&before.place) != symbol.place()).map(|before| {
            let Declared { path, key, .. } = placed(before);
            format!("{path}: {key}")
        });
        Changed {
            place: id.map_or_else(|| located.map_or_else(nowhere, placed), |id| declared(analysis, id)),
            end_line: located.map_or(1, |located| *located.lines.end()),
            changes: symbol.kinds.clone(),
            before: was,
            lines_added: symbol.lines_added,
            lines_removed: symbol.lines_removed,
            why: id.and_then(|id| why(analysis, id, history)),
            story: history.lineage.as_ref().and_then(|lineage| summarize(lineage)),
            public: id.and_then(|id| public_name(analysis, graph, id)),
            dependents: counts.0,
            tests: counts.1,
        }
    };
    symbols.iter().zip(histories).enumerate().map(of).collect()
}

/// What messages say most plainly of why a symbol was as it was.
fn why(analysis: &Analysis, id: DefId, history: &History) -> Option<Sentence> {
    let (symbol, lineage) = (describe(analysis, id), history.lineage.as_ref()?);
    let (subject, changes) = (Subject::of(&symbol), lineage.changes.as_slice());
    reason_of(&Facts { subject, changes, comments: &[], mentions: &[], discussions: &[] }, None)
}

/// A symbol as reports name it.
fn declared(analysis: &Analysis, id: DefId) -> Declared {
    let symbol = describe(analysis, id);
    Declared { kind: Some(symbol.kind), key: symbol.key, path: symbol.path, line: symbol.line }
}

/// The same for one that no analysis has.
fn placed(located: &backstory_history::Located) -> Declared {
    let (place, line) = (&located.place, *located.lines.start());
    Declared { kind: Some(place.key.kind), key: place.key.to_string(), path: place.path.clone(), line }
}

fn nowhere() -> Declared {
    Declared { kind: None, key: String::new(), path: String::new(), line: 1 }
}

fn tests(analysis: &Analysis, graph: &Graph, symbols: &[&SymbolChange], broken: Vec<Located>) -> Tests {
    let located = symbols.iter().filter_map(|symbol| defined(analysis, symbol)).map(Located::Symbol);
    let nodes = seeds_of(analysis, graph, located.chain(broken));
    // What is new has no tests but its own, which reach it.
    let edited = symbols.iter().filter(|symbol| symbol.before.is_some());
    let edited = edited.filter_map(|symbol| defined(analysis, symbol));
    let edited = edited.filter(|&id| !is_test(analysis, graph, id)).count();
    let choice = Choice { symbols: Some(edited), ..Choice::default() };
    let selection = select(analysis, graph, &nodes, &choice);
    let chosen: Vec<_> = selection.chosen.iter().map(|chosen| chosen.test).collect();
    let is_all = chosen.len() == selection.suite;
    Tests {
        suite: selection.suite,
        chosen: chosen.len(),
        left_out: selection.left_out,
        closest: run(analysis, graph, &chosen[..chosen.len().min(CLOSEST)]),
        run: if is_all { Run::default() } else { run(analysis, graph, &chosen) },
    }
}

/// Who changed the symbols most, without those who made the change. A commit counts once, whichever of them it changed.
fn asked(histories: &[History], authors: &[String]) -> Vec<backstory_ide::explain::Knows> {
    let lineages = histories.iter().filter_map(|history| history.lineage.as_ref());
    let changes = lineages.flat_map(|lineage| &lineage.changes).filter(|change| !change.hidden());
    let mut by_commit: BTreeMap<&str, Change> = BTreeMap::new();
    for change in changes.filter(|change| !authors.contains(&change.commit.author.name)) {
        by_commit
            .entry(&change.commit.id)
            .and_modify(|known| {
                known.lines_added += change.lines_added;
                known.lines_removed += change.lines_removed;
            })
            .or_insert_with(|| change.clone());
    }
    let mut changes: Vec<Change> = by_commit.into_values().collect();
    changes.sort_by_key(|change| std::cmp::Reverse(change.commit.time));
    people(&changes)
}

/// Whether the code of a symbol changed, which is there before and after.
fn is_edited(symbol: &SymbolChange) -> bool {
    let edits =
        |kind: &ChangeKind| matches!(kind, ChangeKind::Body | ChangeKind::Signature | ChangeKind::Attribute);
    symbol.before.is_some() && symbol.after.is_some() && symbol.kinds.iter().any(edits)
}
