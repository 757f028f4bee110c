//! The main job: everything there is to say about one symbol, each part handed out as soon as it is known.
//!
//! History and relations are asked at the same time, on a thread each; the model is asked last, and only when a commit states a
//! reason. Never does: decide how an answer looks.

use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Sender, channel};

use backstory_analysis::{Analysis, DefId, files_declaring_uses, files_to_read};
use backstory_history::{Change, Historian, HistoryQuery, Lineage, Repository, Working};
use backstory_ide::explain::{Comment, Facts, Passage, Sentence, Subject, account, evidence, people};
use backstory_ide::locate::{Located, Target, locate};
use backstory_ide::report::{Event, Reference, Report, Uncommitted};
use backstory_ide::symbol::{
    Related, SymbolInfo, describe, describe_file, related_files, related_users, related_uses,
};

use crate::Error;
use crate::beside::beside_index;
use crate::error::{NO_COMMITS, NO_REPOSITORY};
use crate::material::{cite_committed, comments, mentioned};
use crate::place::Place;
use crate::timeline::look_back;
use crate::unsaved::{counterpart, not_committed, working};
use crate::wording::{Order, Wording, WordingEvent};
use crate::workspace::{derive_in_parallel, load};

/// A part of the answer, in the order in which parts come.
pub enum Explained<'a> {
    Symbol(&'a SymbolInfo),
    /// What history speaks of; `None` without a repository or commits.
    Reference(Option<&'a Reference>),
    /// The text at hand differs from the commit's.
    Uncommitted(&'a Uncommitted),
    /// One change, newest first, while older ones are still being looked for.
    Change(&'a Event),
    /// All changes are known (or that there are none); the report has them with the limits of what is known.
    History(&'a Report),
    Relations {
        uses: &'a [Related],
        used_by: &'a [Related],
    },
    /// The account of the symbol's life, with people's own words on why; without any of those, it says so. Empty without a history.
    Account(&'a [Sentence]),
    /// Something about the wording: a sentence, or why there is none.
    Wording(WordingEvent<'a>),
}

/// Explains a target of a place. Without `wording` no model is asked.
///
/// # Errors
/// Where the target is nothing or not one thing, or the repository can't be read. What a model does wrong is no error.
pub fn explain(
    place: &Place,
    target: &Target,
    wording: Option<&mut Wording>,
    interrupted: &AtomicBool,
    on_part: &mut dyn FnMut(Explained<'_>),
) -> Result<Report, Error> {
    let analysis = load(&place.root);
    let located = locate(&analysis, target)?;
    let mut report = Report::new(about(&analysis, located));
    if let Some((inner, target)) = place.within(&report.symbol, target)? {
        return explain(&inner, &target, wording, interrupted, on_part);
    }
    on_part(Explained::Symbol(&report.symbol));
    let head = head(place, &mut report)?;
    on_part(Explained::Reference(report.r#ref.as_ref()));

    if head.is_none() {
        on_part(Explained::History(&report));
    }
    let gathered = gather(place, &analysis, located, head, interrupted, &mut report, on_part)?;
    on_part(Explained::Relations { uses: &report.uses, used_by: &report.used_by });

    tell_why(&mut report, &gathered);
    on_part(Explained::Account(&report.account));
    if let Some(wording) = wording.filter(|_| !report.reasons.is_empty()) {
        let mut on_event = |event: WordingEvent<'_>| on_part(Explained::Wording(event));
        let order = Order { symbol: &report.symbol, passages: &report.reasons };
        report.explanation = wording.explain(order, interrupted, &mut on_event);
        if let Some((memory, said)) = wording.memory().zip(report.explanation.as_ref()) {
            memory.keep(
                &Subject::of(&report.symbol),
                &reasons_of_commits(&report.symbol, &gathered.changes),
                &said.sentences,
            );
        }
    }
    Ok(report)
}

/// What the reasons are taken from.
#[derive(Default)]
pub(crate) struct Gathered {
    pub changes: Vec<Change>,
    pub comments: Vec<Comment>,
    pub mentions: Vec<Passage>,
}

/// The reasons that commits alone give: by these a hover, which reads nothing else, finds again what was said.
pub(crate) fn reasons_of_commits(symbol: &SymbolInfo, changes: &[Change]) -> Vec<Passage> {
    let subject = Subject::of(symbol);
    evidence(&Facts { subject, changes, comments: &[], mentions: &[], discussions: &[] })
}

/// Picks the reasons and makes the account. Without a history there is neither.
pub(crate) fn tell_why(report: &mut Report, gathered: &Gathered) {
    if gathered.changes.is_empty() {
        return;
    }
    let Gathered { changes, comments, mentions } = gathered;
    let facts = Facts { subject: Subject::of(&report.symbol), changes, comments, mentions, discussions: &[] };
    let reasons = evidence(&facts);
    report.account = account(&facts, &reasons, report.complete);
    report.people = people(changes);
    report.reasons = reasons;
}

/// The symbol or file as plain data.
pub(crate) fn about(analysis: &Analysis, located: Located) -> SymbolInfo {
    match located {
        Located::Symbol(id) => describe(analysis, id),
        Located::File(file) => describe_file(analysis, file),
    }
}

/// A repository and the commit to ask about, where there are both; otherwise says in the report what is missing.
pub(crate) fn head<'a>(
    place: &'a Place,
    report: &mut Report,
) -> Result<Option<(&'a Repository, String)>, Error> {
    let Some(repository) = &place.repository else {
        report.limits.push(NO_REPOSITORY.to_owned());
        return Ok(None);
    };
    let head = repository.head()?;
    let Some(commit) = head.commit else {
        report.limits.push(NO_COMMITS.to_owned());
        return Ok(None);
    };
    report.r#ref = Some(Reference { name: head.name, commit: commit.clone() });
    Ok(Some((repository, commit)))
}

pub(crate) const NOT_COMMITTED: &str = "not committed yet: HEAD has no such symbol in this file";

/// What the two threads report.
enum Part {
    Uncommitted(Uncommitted),
    Change(Box<Change>),
    History(Result<Lineage, backstory_history::Error>),
    Relations(Vec<Related>, Vec<Related>),
    Texts(Vec<Comment>, Vec<Passage>),
}

/// Asks history and relations at the same time; changes are handed out as they come.
fn gather(
    place: &Place,
    analysis: &Analysis,
    located: Located,
    head: Option<(&Repository, String)>,
    interrupted: &AtomicBool,
    report: &mut Report,
    on_part: &mut dyn FnMut(Explained<'_>),
) -> Result<Gathered, Error> {
    let (sender, parts) = channel();
    std::thread::scope(|scope| {
        if let Some((repository, at)) = head {
            let (texts, commit) = (sender.clone(), at.clone());
            let (subject, snapshot) = (report.symbol.clone(), analysis.clone());
            scope.spawn(move || {
                let at = Some((repository, commit.as_str()));
                let mut comments = comments(&snapshot, located);
                cite_committed(&mut comments, snapshot.text(located.file()), at);
                let mentions = mentioned(&place.root, &Subject::of(&subject), at, interrupted);
                let _ = texts.send(Part::Texts(comments, mentions));
            });
            let (sender, symbol) = (sender.clone(), report.symbol.clone());
            let working = working(analysis, located.file());
            scope.spawn(move || {
                let lineage = ask_history((repository, &at), &symbol, &working, interrupted, &sender);
                let _ = sender.send(Part::History(lineage));
            });
        }
        let snapshot = analysis.clone();
        scope.spawn(move || {
            let (uses, used_by) = relations(&snapshot, located);
            // The receiver goes away only when history has failed, and with it the whole answer.
            let _ = sender.send(Part::Relations(uses, used_by));
        });
        let mut gathered = Gathered::default();
        for part in parts {
            match part {
                Part::Uncommitted(change) => {
                    on_part(Explained::Uncommitted(&change));
                    report.uncommitted = Some(change);
                }
                Part::Change(change) => on_part(Explained::Change(&Event::from(&*change))),
                Part::History(lineage) => {
                    gathered.changes = take(&lineage?, report);
                    on_part(Explained::History(report));
                }
                Part::Relations(uses, used_by) => (report.uses, report.used_by) = (uses, used_by),
                Part::Texts(comments, mentions) => {
                    (gathered.comments, gathered.mentions) = (comments, mentions);
                }
            }
        }
        Ok(gathered)
    })
}

/// Walks from the symbol that stands for this one in the commit (a full hash).
fn ask_history(
    (repository, at): (&Repository, &str),
    symbol: &SymbolInfo,
    working: &Working,
    interrupted: &AtomicBool,
    parts: &Sender<Part>,
) -> Result<Lineage, backstory_history::Error> {
    let mut historian = Historian::new(repository)?;
    let Some(found) = counterpart(&mut historian, at, symbol, working)? else { return Ok(not_committed()) };
    if let Some(change) = Uncommitted::of(symbol, &found) {
        let _ = parts.send(Part::Uncommitted(change));
    }
    let mut on_change = |change: &Change| {
        let _ = parts.send(Part::Change(Box::new(change.clone())));
    };
    let query = HistoryQuery { path: found.place.path, key: found.place.key, at: at.to_owned() };
    beside_index(repository, at, || look_back(&mut historian, &query, interrupted, &mut on_change))
}

/// Puts a lineage into the report and returns its changes as history has them.
pub(crate) fn take(lineage: &Lineage, report: &mut Report) -> Vec<Change> {
    report.changes = lineage.changes.iter().map(Event::from).collect();
    report.introduced = report.changes.iter().rev().find(|change| change.introduces()).cloned();
    report.complete = lineage.complete;
    report.limits.extend(lineage.limits.iter().map(ToString::to_string));
    if !lineage.found {
        report.limits.push(NOT_COMMITTED.to_owned());
    }
    lineage.changes.clone()
}

/// What the symbol or file uses, and who uses it.
pub(crate) fn relations(analysis: &Analysis, located: Located) -> (Vec<Related>, Vec<Related>) {
    match located {
        Located::Symbol(id) => {
            read_ahead(analysis, id);
            (related_uses(analysis, id), related_users(analysis, id))
        }
        Located::File(file) => related_files(analysis, file),
    }
}

/// Parses on all cores what the relations will ask for.
fn read_ahead(analysis: &Analysis, id: DefId) {
    let mut files = files_declaring_uses(analysis, id);
    files.extend(files_to_read(analysis, &analysis.definition(id).name));
    files.sort_unstable();
    files.dedup();
    derive_in_parallel(analysis, &files);
}
