//! The history of one symbol by itself, at what is checked out or at another commit, each change handed out as soon as it is known.
//! Never does: ask for relations or reasons, or decide how a change looks.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};

use backstory_analysis::{Analysis, files_to_read};
use backstory_history::patch::{Cut, Texts};
use backstory_history::{
    Change, Historian, HistoryQuery, Limit, Lineage, Repository, Working, commit, patch,
};
use backstory_ide::locate::{Located, Target, locate};
use backstory_ide::report::{Event, Reference, Uncommitted};
use backstory_ide::symbol::SymbolInfo;
use backstory_ide::timeline::Timeline;

use crate::Error;
use crate::beside::beside_index;
use crate::explain::{NOT_COMMITTED, about};
use crate::place::Place;
use crate::unsaved::{counterpart, working};
use crate::workspace::{derive_in_parallel, load, load_commit};

/// What is asked of a history.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub target: &'a Target,
    /// The commit whose version of the symbol is meant; `None` for the files as they are on disk, with HEAD's history.
    pub revision: Option<&'a str>,
    /// How many changes are wanted at most, the newest ones.
    pub at_most: Option<NonZeroUsize>,
    /// Whether hidden changes count, and are told with their diffs.
    pub all: bool,
    /// Whether each change is to be told with its diff.
    pub patches: bool,
}

/// A part of the answer, in the order in which parts come.
pub enum Told<'a> {
    Symbol {
        symbol: &'a SymbolInfo,
        reference: &'a Reference,
    },
    /// The symbol on disk differs from HEAD's; with the unified diff, where that is wanted.
    Uncommitted {
        change: &'a Uncommitted,
        patch: Option<&'a str>,
    },
    /// One change, newest first, while older ones are still being looked for; with the unified diff of the symbol's own text.
    Change {
        event: &'a Event,
        patch: Option<&'a str>,
    },
}

/// Tells the history of a target of a place.
///
/// # Errors
/// Where there is no repository, commit or such revision, where the target is nothing or not one thing there, or the
/// repository can't be read.
pub fn timeline(
    place: &Place,
    asked: &Asked<'_>,
    on_part: &mut dyn FnMut(Told<'_>),
) -> Result<Timeline, Error> {
    let repository = place.repository.as_ref().ok_or(Error::NoRepository)?;
    let (reference, subject) = match asked.revision {
        None => at_head(place, repository, asked.target)?,
        Some(revision) => at_revision(repository, revision, asked.target)?,
    };
    let Subject { symbol, on_disk } = subject;
    if on_disk.is_some()
        && let Some((inner, target)) = place.within(&symbol, asked.target)?
    {
        return timeline(&inner, &Asked { target: &target, ..*asked }, on_part);
    }
    on_part(Told::Symbol { symbol: &symbol, reference: &reference });

    let (path, key) = (symbol.path.clone(), symbol.local_key.clone());
    let mut query = HistoryQuery { path, key, at: reference.commit.clone() };
    let mut uncommitted = None;
    if let Some(on_disk) = on_disk {
        let found = counterpart(&mut Historian::new(repository)?, &query.at, &symbol, &on_disk.file)?;
        let Some(found) = found else {
            let (symbol, limits) = ((&symbol).into(), vec![NOT_COMMITTED.to_owned()]);
            return Ok(Timeline {
                r#ref: reference,
                symbol,
                complete: true,
                limits,
                uncommitted,
                changes: Vec::new(),
            });
        };
        uncommitted = Uncommitted::of(&symbol, &found);
        (query.path, query.key) = (found.place.path, found.place.key);
        if let Some(change) = &uncommitted {
            let old = asked.patches.then(|| patch::text_at(repository, &query)).transpose()?;
            let patch = old.map(|old| patch::unified(&Texts { old, new: Some(on_disk.cut) }));
            on_part(Told::Uncommitted { change, patch: patch.as_deref() });
        }
    }
    let (lineage, changes) = walk(repository, &query, asked, on_part)?;
    let limits = lineage.limits.iter().map(|limit| sentence(limit, asked.at_most)).collect();
    let symbol = (&symbol).into();
    Ok(Timeline { r#ref: reference, symbol, complete: lineage.complete, limits, uncommitted, changes })
}

/// Nothing but a wish for no more changes interrupts the walk.
fn sentence(limit: &Limit, at_most: Option<NonZeroUsize>) -> String {
    match (limit, at_most) {
        (Limit::Interrupted, Some(most)) => {
            format!("older changes, if any, are left out: at most {most} were asked for")
        }
        (limit, _) => limit.to_string(),
    }
}

/// What the target turned out to be.
struct Subject {
    symbol: SymbolInfo,
    /// As it is in the work tree, where that is what was asked about.
    on_disk: Option<OnDisk>,
}

/// A symbol of the work tree.
struct OnDisk {
    cut: Cut,
    /// The file around it.
    file: Working,
}

fn at_head(place: &Place, repository: &Repository, target: &Target) -> Result<(Reference, Subject), Error> {
    let head = repository.head()?;
    let reference = Reference { name: head.name, commit: head.commit.ok_or(Error::NoCommits)? };
    let analysis = load(&place.root);
    read_ahead(&analysis, target);
    let located = locate(&analysis, target)?;
    let on_disk = Some(on_disk(&analysis, located));
    Ok((reference, Subject { symbol: about(&analysis, located), on_disk }))
}

/// Parses on all cores what looking for a name will ask for.
pub(crate) fn read_ahead(analysis: &Analysis, target: &Target) {
    if let Target::Name(name) = target
        && let Some(last) = name.rsplit(['.', ':']).next()
    {
        derive_in_parallel(analysis, &files_to_read(analysis, last), |snapshot, file| {
            snapshot.outline(file);
        });
    }
}

fn on_disk(analysis: &Analysis, located: Located) -> OnDisk {
    let (file, range) = match located {
        Located::Symbol(id) => {
            let span = analysis.spans(id.file).definitions[id.local.index()].full;
            (id.file, span.start as usize..span.end as usize)
        }
        Located::File(file) => (file, 0..analysis.text(file).len()),
    };
    let cut = Cut::of(analysis.path(file), analysis.text(file), range);
    OnDisk { cut, file: working(analysis, file) }
}

fn at_revision(
    repository: &Repository,
    revision: &str,
    target: &Target,
) -> Result<(Reference, Subject), Error> {
    let Some(found) = commit(repository, revision)? else {
        repository.head()?.commit.ok_or(Error::NoCommits)?;
        return Err(backstory_history::Error::UnknownCommit { revision: revision.to_owned() }.into());
    };
    let commit = found.id;
    if let Target::Place { path, .. } = target {
        // A partial clone that lacks the file's content must not look like a commit without the file.
        repository.file_at(&commit, path)?;
    }
    let analysis = load_commit(repository, &commit)?;
    read_ahead(&analysis, target);
    let located = locate(&analysis, target).map_err(|reason| Error::NotLocatedThen {
        revision: revision.to_owned(),
        reason: Box::new(reason),
    })?;
    let reference = Reference { name: Some(revision.to_owned()), commit };
    Ok((reference, Subject { symbol: about(&analysis, located), on_disk: None }))
}

/// Looks back from the commit until the end, or until enough changes were told. The events are those that were told.
fn walk(
    repository: &Repository,
    query: &HistoryQuery,
    asked: &Asked<'_>,
    on_part: &mut dyn FnMut(Told<'_>),
) -> Result<(Lineage, Vec<Event>), Error> {
    let enough = AtomicBool::new(false);
    let (mut events, mut counted, mut failed) = (Vec::new(), 0, None);
    let mut on_change = |change: &Change| {
        let counts = asked.all || !change.hidden();
        let wants_patch = asked.patches && counts;
        let patch = match wants_patch.then(|| patch::texts(repository, change)).transpose() {
            Ok(texts) => texts.map(|texts| patch::unified(&texts)),
            Err(error) => {
                failed = Some(error);
                return enough.store(true, Ordering::Relaxed);
            }
        };
        let event = Event::from(change);
        on_part(Told::Change { event: &event, patch: patch.as_deref() });
        counted += usize::from(counts);
        events.push(event);
        if asked.at_most.is_some_and(|most| counted >= most.get()) {
            enough.store(true, Ordering::Relaxed);
        }
    };
    let lineage = beside_index(repository, &query.at, || {
        look_back(&mut Historian::new(repository)?, query, &enough, &mut on_change)
    })?;
    failed.map_or(Ok((lineage, events)), |error| Err(error.into()))
}

/// The lineage as it is remembered, otherwise as a walk finds it.
pub(crate) fn look_back(
    historian: &mut Historian,
    query: &HistoryQuery,
    enough: &AtomicBool,
    on_change: &mut dyn FnMut(&Change),
) -> Result<Lineage, backstory_history::Error> {
    let Some(known) = historian.known(query, enough)? else {
        return historian.lineage(query, enough, on_change);
    };
    let mut lineage = Lineage::clone(&known);
    for change in &known.changes {
        if enough.load(Ordering::Relaxed) {
            lineage.limits.push(Limit::Interrupted);
            lineage.complete = false;
            break;
        }
        on_change(change);
    }
    Ok(lineage)
}
