//! The main job: everything there is to say about one symbol, each part handed out as soon as it is known.
//!
//! History and relations are asked at the same time, on a thread each; the model is asked last, and only when a commit states a
//! reason. Never does: decide how an answer looks.

use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Sender, channel};

use backstory_analysis::{Analysis, DefId, files_to_read};
use backstory_history::{Change, Historian, HistoryQuery, Lineage, Repository, Working};
use backstory_ide::discussion::Discussion;
use backstory_ide::explain::{
    Code, Facts, Layout, Passage, Question, Sentence, Subject, draft, evidence, people, tell,
};
use backstory_ide::locate::{Located, Target, locate};
use backstory_ide::report::{Event, Reference, Report, Uncommitted};
use backstory_ide::symbol::{
    Related, SymbolInfo, describe, describe_file, related_files, related_users, related_uses,
};

use backstory_syntax::{Language, LocalKey};

use crate::Error;
use crate::beside::beside_index;
use crate::directory;
use crate::discussions::named_by;
use crate::error::{NO_COMMITS, NO_REPOSITORY};
use crate::material::{Present, mentioned};
use crate::place::Place;
use crate::timeline::look_back;
use crate::unsaved::{counterpart, not_committed, working};
use crate::wording::{About, Known, Memory, Order, Wording, WordingEvent};
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
    /// The answer in facts and people's own words; where none of those says why, it says so. Empty where there is nothing to tell of.
    Account(&'a [Sentence]),
    /// Something about the wording: a sentence, or why there is none.
    Wording(WordingEvent<'a>),
    /// A documentation comment, where one was asked for.
    Draft(&'a str),
}

/// Answers a question about a target of a place. Without `wording` no model is asked.
///
/// # Errors
/// Where the target is nothing or not one thing, or the repository can't be read. What a model does wrong is no error.
pub fn explain(
    place: &Place,
    question: Question,
    target: &Target,
    wording: Option<&mut Wording>,
    interrupted: &AtomicBool,
    on_part: &mut dyn FnMut(Explained<'_>),
) -> Result<Report, Error> {
    let analysis = load(&place.root);
    explain_in(place, &analysis, question, target, wording, interrupted, on_part).map(|(report, _)| report)
}

/// The same of a tree that is read already, and what the answer is made of.
pub(crate) fn explain_in(
    place: &Place,
    analysis: &Analysis,
    question: Question,
    target: &Target,
    wording: Option<&mut Wording>,
    interrupted: &AtomicBool,
    on_part: &mut dyn FnMut(Explained<'_>),
) -> Result<(Report, Gathered), Error> {
    let (mut report, gathered) = match (question, target) {
        (Question::What, Target::Directory { path }) => directory::look(place, analysis, path, on_part)?,
        _ => {
            let located = locate(analysis, target)?;
            let report = Report::new(question, about(analysis, located));
            if let Some((inner, target)) = place.within(&report.symbol, target)? {
                let analysis = load(&inner.root);
                return explain_in(&inner, &analysis, question, &target, wording, interrupted, on_part);
            }
            look(place, analysis, located, interrupted, report, on_part)?
        }
    };
    on_part(Explained::Relations { uses: &report.uses, used_by: &report.used_by });

    answer(&mut report, &gathered);
    on_part(Explained::Account(&report.account));
    if let Some(wording) = wording.filter(|_| !report.reasons.is_empty()) {
        let mut on_event = |event: WordingEvent<'_>| on_part(Explained::Wording(event));
        let order = Order { about: About::Symbol(&report.symbol), passages: &report.reasons };
        report.explanation = wording.explain(order, interrupted, &mut on_event);
        if let Some(memory) = wording.memory() {
            remember(&memory, &report, &gathered);
        }
    }
    add_draft(&mut report, &gathered);
    if let Some(draft) = &report.draft {
        on_part(Explained::Draft(draft));
    }
    Ok((report, gathered))
}

/// Everything that is known of a symbol or a file.
fn look(
    place: &Place,
    analysis: &Analysis,
    located: Located,
    interrupted: &AtomicBool,
    mut report: Report,
    on_part: &mut dyn FnMut(Explained<'_>),
) -> Result<(Report, Gathered), Error> {
    on_part(Explained::Symbol(&report.symbol));
    let head = head(place, &mut report)?;
    on_part(Explained::Reference(report.r#ref.as_ref()));
    if head.is_none() {
        on_part(Explained::History(&report));
    }
    let gathered = gather(place, analysis, located, head, interrupted, &mut report, on_part)?;
    Ok((report, gathered))
}

/// Keeps what was said of why for the symbol's hover.
pub(crate) fn remember(memory: &Memory, report: &Report, gathered: &Gathered) {
    let Some(said) = report.explanation.as_ref().filter(|_| report.question == Question::Why) else { return };
    let subject = Subject::of(&report.symbol);
    let reasons = reasons_of_commits(subject, &gathered.changes, &gathered.discussions);
    let origin = origin(&gathered.changes);
    memory.keep(&Known { subject, origin, reasons: &reasons }, &said.sentences);
}

/// The oldest commit of a history, newest first; empty without one.
pub(crate) fn origin(changes: &[Change]) -> &str {
    changes.last().map_or("", |change| &change.commit.id)
}

/// What answers are made of.
#[derive(Default)]
pub(crate) struct Gathered {
    pub changes: Vec<Change>,
    pub present: Present,
    pub mentions: Vec<Passage>,
    pub discussions: Vec<Discussion>,
}

impl Gathered {
    fn facts<'a>(&'a self, symbol: &'a SymbolInfo) -> Facts<'a> {
        let Self { changes, present, mentions, discussions } = self;
        Facts { subject: Subject::of(symbol), changes, comments: &present.comments, mentions, discussions }
    }
}

/// What was imported of the discussions that changes name; the report says where that can't be read.
pub(crate) fn discussed(place: &Place, changes: &[Change], report: &mut Report) -> Vec<Discussion> {
    let Some(repository) = &place.repository else { return Vec::new() };
    named_by(repository, changes).unwrap_or_else(|error| {
        report.limits.push(error.to_string());
        Vec::new()
    })
}

/// The reasons that commits give, themselves or in the discussions that they name: by these a hover, which reads nothing else, finds again
/// what was said.
pub(crate) fn reasons_of_commits(
    subject: Subject<'_>,
    changes: &[Change],
    discussions: &[Discussion],
) -> Vec<Passage> {
    evidence(&Facts { subject, changes, comments: &[], mentions: &[], discussions })
}

/// Picks the passages and makes the account. Without a history there are neither, but for what the code itself says.
pub(crate) fn answer(report: &mut Report, gathered: &Gathered) {
    if gathered.changes.is_empty() && report.question != Question::What {
        return;
    }
    let Report { symbol, uses, used_by, .. } = &*report;
    let Present { members, commit, .. } = &gathered.present;
    let code = Code { symbol, members, uses, used_by, commit: commit.as_deref() };
    let told = tell(report.question, &gathered.facts(symbol), &code, report.complete);
    (report.reasons, report.account) = (told.passages, told.account);
    report.people = people(&gathered.changes);
}

/// Drafts the documentation comment that was asked for, in the model's words where there are some.
pub(crate) fn add_draft(report: &mut Report, gathered: &Gathered) {
    if report.question != Question::Doc {
        return;
    }
    let symbol = &report.symbol;
    let language = Subject::of(symbol).language;
    let is_file = symbol.local_key == LocalKey::file();
    // Python's stands inside of what it documents.
    let inside = if language == Language::Python && !is_file { "    " } else { "" };
    let indent = format!("{}{inside}", gathered.present.indent);
    let layout = Layout { language, is_file, indent: &indent };
    let worded = report.explanation.as_ref().map_or(&[][..], |said| &said.sentences);
    let short = |commit: &str| short_of(report, commit);
    report.draft = draft(&layout, &gathered.present.comments, &report.reasons, worded, &short);
}

/// A full hash as the report abbreviates it.
pub(crate) fn short_of(report: &Report, commit: &str) -> String {
    let known = report.changes.iter().find(|change| change.commit == commit);
    known.map_or_else(|| commit.chars().take(7).collect(), |change| change.short.clone())
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
    Texts(Present, Vec<Passage>),
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
        if let Some((repository, at)) = head.clone() {
            let (texts, commit) = (sender.clone(), at.clone());
            let (subject, snapshot) = (report.symbol.clone(), analysis.clone());
            scope.spawn(move || {
                let at = Some((repository, commit.as_str()));
                let mut present = Present::of(&snapshot, located);
                present.cite(&subject.path, snapshot.text(located.file()), at);
                let mentions = mentioned(&place.root, &Subject::of(&subject), at, interrupted);
                let _ = texts.send(Part::Texts(present, mentions));
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
        if head.is_none() {
            gathered.present = Present::of(analysis, located);
        }
        for part in parts {
            match part {
                Part::Uncommitted(change) => {
                    on_part(Explained::Uncommitted(&change));
                    report.uncommitted = Some(change);
                }
                Part::Change(change) => on_part(Explained::Change(&Event::from(&*change))),
                Part::History(lineage) => {
                    gathered.changes = take(&lineage?, report);
                    gathered.discussions = discussed(place, &gathered.changes, report);
                    on_part(Explained::History(report));
                }
                Part::Relations(uses, used_by) => (report.uses, report.used_by) = (uses, used_by),
                Part::Texts(present, mentions) => (gathered.present, gathered.mentions) = (present, mentions),
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
pub(crate) fn read_ahead(analysis: &Analysis, id: DefId) {
    let files = files_to_read(analysis, &analysis.definition(id).name);
    derive_in_parallel(analysis, &files, |snapshot, file| {
        snapshot.code(file);
    });
}
