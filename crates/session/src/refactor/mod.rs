//! Refactorings of a work tree: planned on its texts, held against the files that the analysis doesn't read, with what history says, and written
//! where somebody wants it. Never does: write anything unasked, or decide what is right to write (that is `ide::refactor`).

mod apart;
mod apply;
mod diff;
mod docs;
mod edits;
mod fixes;
mod outside;
mod piece;

use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use backstory_analysis::{Analysis, DefId, FileId};
use backstory_history::{ChangeLog, Place as Committed, last_use};
use backstory_ide::locate::{Located, Target, locate};
use backstory_ide::refactor::{
    self, FileChange, FileEdits, Into, Kind, Mark, Outside, Past, Plan, Reason, Refused, Request,
};
use backstory_ide::symbol::{SymbolInfo, describe};
use backstory_store::Store;
use backstory_syntax::{LineIndex, Span};
use serde::Serialize;

use crate::changelog::change_log;
use crate::workspace::{load, load_with_facts};
use crate::{Error, Memory, Place, reason};

pub(crate) use apart::{Function, long_functions, of_function};
pub use apart::{Suggested, suggested};
pub use apply::Applied;
pub use docs::document;
pub(crate) use docs::{Later, later, paragraphs};
pub use fixes::Lacking;
pub(crate) use fixes::version;
use fixes::{Fix, Seeking};
pub(crate) use outside::{held_against, mentions_outside};

/// What is wanted of a work tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Another name, and in strings, comments and documents as well where `mentions` says so.
    Rename {
        to: String,
        mentions: bool,
        members: Members,
    },
    Dead,
    /// To another module, the path of whose file may be relative to the root. See [`Request::Move`].
    Move {
        to: String,
        reexport: Option<bool>,
    },
    /// A fix that it lacks; of that commit, where one is named.
    Port {
        commit: Option<String>,
    },
    /// What was edited in something that usually changes with it.
    Along,
    /// What stands from the target on up to an end, a function or a variable of its own.
    Extract {
        /// The last line and the column behind the last character in it, both 1-based; without a column the whole line belongs to it.
        end: (u32, Option<u32>),
        into: Into,
        name: Option<String>,
    },
}

/// What becomes of places that may mean it, which nothing says for certain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Members {
    /// Nothing is renamed where there are any.
    #[default]
    Refuse,
    Keep,
    Rename,
}

/// How far history is asked.
#[derive(Clone, Copy)]
pub struct Asking<'a> {
    /// So long it is looked for who used something last.
    pub patience: Duration,
    /// What a model has said of why.
    pub memory: Option<&'a Memory>,
}

/// A refactoring of files on disk, ready to be shown or written.
#[derive(Debug, Serialize)]
pub struct Refactored {
    pub kind: Kind,
    pub title: String,
    pub reasons: Vec<Reason>,
    /// The change that this one goes by, as a unified diff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beside: Option<String>,
    pub edits: Vec<FileEdits>,
    pub files: Vec<FileChange>,
    /// How many places that only mention the name are left as they are.
    pub mentions_left: usize,
    /// The texts that the edits are of, by their paths.
    #[serde(skip)]
    texts: Vec<(String, String)>,
}

/// Works out a refactoring of what a target names.
///
/// # Errors
/// [`Error::Refused`] where it can't be shown to be right; where the target is nothing, or not one thing, in the tree; where the
/// repository can't be read.
pub fn refactor(
    place: &Place,
    store: &Store,
    target: &Target,
    wanted: &Wanted,
    asking: Option<Asking<'_>>,
    interrupted: &AtomicBool,
) -> Result<Refactored, Error> {
    let analysis = match wanted {
        Wanted::Rename { .. } | Wanted::Dead | Wanted::Move { .. } | Wanted::Extract { .. } => {
            load(&place.root)
        }
        Wanted::Port { .. } | Wanted::Along => load_with_facts(&place.root, store),
    };
    let patience = asking.map_or(Duration::ZERO, |asking| asking.patience);
    let planned = |request: &Request| refactor::plan(&analysis, request, None);
    let (plan, subject, beside) = match wanted {
        Wanted::Rename { to, .. } => {
            let (file, offset) = named(&analysis, target)?;
            let path = analysis.path(file).to_owned();
            (planned(&Request::Rename { path, offset, to: to.clone() })?, None, None)
        }
        Wanted::Dead => {
            let id = symbol(&analysis, target)?;
            let key = analysis.outline(id.file).key(id.local);
            let path = analysis.path(id.file).to_owned();
            (planned(&Request::Dead { path, key })?, Some(Located::Symbol(id)), None)
        }
        Wanted::Move { to, reexport } => {
            let id = symbol(&analysis, target)?;
            let key = analysis.outline(id.file).key(id.local);
            let path = analysis.path(id.file).to_owned();
            let request = Request::Move { path, key, to: to.clone(), reexport: *reexport };
            (planned(&request)?, Some(Located::Symbol(id)), None)
        }
        Wanted::Extract { end, into, name } => {
            let (path, span) = piece::span(&analysis, target, *end)?;
            (planned(&Request::Extract { path, span, into: *into, name: name.clone() })?, None, None)
        }
        Wanted::Port { commit } => {
            let id = symbol(&analysis, target)?;
            let mut seeking = Seeking::new(place, store, &analysis, patience, interrupted)?;
            let fix = seeking.of(id, commit.as_deref())?;
            (fix.plan, None, Some(fix.diff))
        }
        Wanted::Along => {
            let id = symbol(&analysis, target)?;
            (edits::along(place, &analysis, id, patience, interrupted)?, None, None)
        }
    };
    outside::held_against(&place.root, &plan)?;
    let mut texts: Vec<(String, String)> = Vec::new();
    for file in &plan.edits {
        let known = analysis.file(&file.path).ok_or(Refused::Gone)?;
        texts.push((file.path.clone(), analysis.text(known).to_owned()));
    }
    let mut reasons = plan.reasons.clone();
    if let Some(asking) = asking {
        reasons.extend(told(place, &plan.past, Instant::now() + patience, interrupted)?);
        if let (Wanted::Move { to, .. }, Some(Located::Symbol(id))) = (wanted, subject) {
            let log = log(place, patience, interrupted)?;
            let to = analysis.file(to);
            reasons.extend(to.zip(log).and_then(|(to, log)| refactor::tied(&analysis, id, to, &log)));
        }
        if let Some(subject) = subject.filter(|_| plan.kind == Kind::Dead)
            && let Some(why) = reason(place, &analysis, subject, asking.memory, interrupted)?
        {
            reasons.push(of_sentence(&why));
        }
    }
    let Plan { kind, title, mut edits, files, outside, .. } = plan;
    if let Wanted::Rename { members: wanted @ (Members::Refuse | Members::Keep), .. } = wanted {
        let (places, first) = refactor::without(&mut edits, Mark::Member);
        if let (Members::Refuse, Some((path, span))) = (wanted, first) {
            return Err(unsure(&texts, places, path, span).into());
        }
    }
    if let Outside::Mentions { from, to } = &outside {
        for (file, text) in mentions_outside(&place.root, from, to) {
            texts.push((file.path.clone(), text));
            edits.push(file);
        }
    }
    let wants_mentions = matches!(wanted, Wanted::Rename { mentions: true, .. });
    let mentions_left = if wants_mentions { 0 } else { refactor::without(&mut edits, Mark::Mention).0 };
    Ok(Refactored { kind, title, reasons, beside, edits, files, mentions_left, texts })
}

fn unsure(texts: &[(String, String)], places: usize, path: String, span: Span) -> Refused {
    let text = texts.iter().find(|(of, _)| *of == path).map_or("", |(_, text)| text);
    let line = LineIndex::new(text).line(span.start) + 1;
    Refused::Unsure { places, path, line }
}

fn symbol(analysis: &Analysis, target: &Target) -> Result<DefId, Error> {
    match locate(analysis, target)? {
        Located::Symbol(id) => Ok(id),
        Located::File(_) => Err(Refused::Gone.into()),
    }
}

/// The fixes that symbols of a work tree lack, those of the newest commits first, as far as they are found in time. Says where that was not enough.
///
/// # Errors
/// Where there is no repository or commit, or the repository can't be read; when `interrupted`.
pub fn lacking_fixes(
    place: &Place,
    store: &Store,
    patience: Duration,
    interrupted: &AtomicBool,
    found: &mut dyn FnMut(Lacking),
) -> Result<Option<String>, Error> {
    let analysis = load_with_facts(&place.root, store);
    let mut seeking = Seeking::new(place, store, &analysis, patience, interrupted)?;
    seeking.all(|Fix { symbol, commit, plan, .. }| {
        found(Lacking { title: plan.title, symbol, commit, reasons: plan.reasons });
    })
}

/// The name that a target means: what stands at a column, or the name of the symbol of a line.
fn named(analysis: &Analysis, target: &Target) -> Result<(FileId, u32), Error> {
    if let Target::Place { path, line: Some(line), column: Some(column) } = target
        && let Some(file) = analysis.file(path)
    {
        return Ok((file, backstory_ide::locate::offset(analysis, file, *line, *column)?));
    }
    match locate(analysis, target)? {
        Located::Symbol(id) => {
            Ok((id.file, analysis.spans(id.file).definitions[id.local.index()].name.start))
        }
        Located::File(_) => Err(Refused::from(backstory_ide::navigation::NotRenamed::Nothing).into()),
    }
}

/// What history says of it.
pub(crate) fn told(
    place: &Place,
    past: &Past,
    until: Instant,
    interrupted: &AtomicBool,
) -> Result<Option<Reason>, Error> {
    let Some(repository) = &place.repository else { return Ok(None) };
    let Some(at) = repository.head()?.commit else { return Ok(None) };
    match past {
        Past::Nothing => Ok(None),
        Past::LastUse { path, key, word } => {
            let own = Committed { path: path.clone(), key: key.clone() };
            let last = last_use(repository, &at, word, &own, until, interrupted)?;
            Ok(Some(refactor::unused_since(word, &last)))
        }
        Past::Piece(origins) => piece::told(repository, &at, origins, until, interrupted),
    }
}

/// What the commits changed, as far as that is known soon.
fn log(place: &Place, patience: Duration, interrupted: &AtomicBool) -> Result<Option<ChangeLog>, Error> {
    let Some(repository) = &place.repository else { return Ok(None) };
    let Some(at) = repository.head()?.commit else { return Ok(None) };
    let (log, _) = change_log(repository, &at, patience, interrupted, &mut |_, _| {})?;
    Ok(Some(log))
}

/// A move that code and history both speak for.
#[derive(Debug, Serialize)]
pub struct SuggestedMove {
    pub symbol: SymbolInfo,
    /// The file that it should go to, relative to the root.
    pub to: String,
    pub reason: Reason,
}

/// All moves of a work tree that code and history both speak for, in the order of files.
///
/// # Errors
/// Where the repository can't be read.
pub fn suggested_moves(
    place: &Place,
    store: &Store,
    patience: Duration,
    interrupted: &AtomicBool,
) -> Result<Vec<SuggestedMove>, Error> {
    let analysis = load_with_facts(&place.root, store);
    let Some(log) = log(place, patience, interrupted)? else { return Ok(Vec::new()) };
    let suggested = refactor::all_toward(&analysis, &log).into_iter().filter_map(|toward| {
        let Request::Move { path, key, to, .. } = toward.offer.request else { return None };
        let symbol = describe(&analysis, analysis.find(&path, &key)?);
        Some(SuggestedMove { symbol, to, reason: toward.reason })
    });
    Ok(suggested.collect())
}

fn of_sentence(sentence: &backstory_ide::explain::Sentence) -> Reason {
    let commits = sentence.sources.iter().filter_map(|source| source.commit().map(str::to_owned)).collect();
    Reason { text: format!("Why it was there: {}", sentence.text), commits }
}

/// All symbols of a work tree that nothing uses, as [`refactor()`] would remove them, in the order of files.
pub fn dead_symbols(place: &Place, store: &Store) -> Vec<SymbolInfo> {
    let analysis = load_with_facts(&place.root, store);
    let dead = refactor::all_dead(&analysis);
    let mut symbols: Vec<SymbolInfo> = dead.into_iter().map(|id| describe(&analysis, id)).collect();
    let names: Vec<String> = symbols.iter().map(|symbol| symbol.local_key.name.clone()).collect();
    let named = outside::words_named(&place.root, &names);
    symbols.retain(|symbol| !named.contains(&symbol.local_key.name));
    symbols
}
