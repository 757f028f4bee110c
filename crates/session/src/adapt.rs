//! A table of word vectors for one repository: what its people say of its symbols, in documentation and in the messages of the commits that
//! touched them, goes to the trainer, and the table that proves better is what the repository is searched with from then on. Never does: run
//! unasked, or replace a table by one that isn't better.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use backstory_history::{Change, Historian, HistoryQuery, Repository};
use backstory_model::embedder::Embedder;
use backstory_train::{self as train, Figures, Progress, Said, Symbol};

use crate::index::{forget, keep};
use crate::workspace::below;
use crate::{Error, Place};

/// Histories are read for so long; those that were read ahead (`backstory index`) come at once.
const READING: Duration = Duration::from_secs(40);

/// A commit that touched more symbols says little of any.
const TOUCHED: usize = 12;

/// Characters of a message that are learned from.
const MESSAGE: usize = 300;

/// What adapting came to.
#[derive(Clone, Debug)]
pub struct Adapted {
    /// Texts of documentation, and messages of commits, that say something of a symbol.
    pub documented: usize,
    pub messages: usize,
    /// On texts that were held out.
    pub before: Figures,
    pub after: Figures,
    /// By how much the mean reciprocal rank must rise to be believed.
    pub margin: f64,
    /// Where the better table is; `None` where the old one is as good and stays.
    pub kept: Option<PathBuf>,
}

/// How far it is.
#[derive(Clone, Copy, Debug)]
pub enum Adapting {
    /// So many symbols' histories of all were looked at.
    Reading {
        symbols: usize,
        of: usize,
    },
    Training(Progress),
}

/// Adapts the shipped table to the tree, and keeps it in the cache where it is better there.
///
/// # Errors
/// [`Error::Train`] where there is too little to measure by or it was cancelled; where the repository can't be read or the cache not be
/// written.
pub fn adapt(
    place: &Place,
    cancelled: &AtomicBool,
    tell: &mut dyn FnMut(Adapting),
) -> Result<Adapted, Error> {
    let read: HashSet<String> = below(&place.root, &place.root).into_iter().collect();
    let mut symbols = train::harvest(&place.root);
    // What git ignores is not this repository's.
    symbols.retain(|symbol| read.contains(&symbol.path));
    let mut said: Vec<Said> = symbols.iter().enumerate().filter_map(documented).collect();
    let documented = said.len();
    if let Some(repository) = &place.repository {
        said.extend(messages(repository, &symbols, cancelled, tell)?);
    }
    let messages = said.len() - documented;
    // Always from the shipped one: adapting again and again would drift.
    let mut on_progress = |progress: Progress| tell(Adapting::Training(progress));
    let table = Embedder::shipped();
    let adaptation = train::adapt(table, &symbols, &said, &train::adapting(), cancelled, &mut on_progress)?;
    let kept = match &adaptation.embedder {
        Some(embedder) => {
            let written = keep(&place.root, embedder);
            Some(written.map_err(|source| Error::Write { path: place.root.clone(), source })?)
        }
        None => None,
    };
    let train::Adaptation { before, after, margin, .. } = adaptation;
    Ok(Adapted { documented, messages, before, after, margin, kept })
}

/// Goes back to the shipped table; says whether there was another one.
///
/// # Errors
/// Where it can't be deleted.
pub fn unadapt(place: &Place) -> Result<bool, Error> {
    forget(&place.root).map_err(|source| Error::Write { path: place.root.clone(), source })
}

fn documented((number, symbol): (usize, &Symbol)) -> Option<Said> {
    Some(Said { text: symbol.sentence.clone()?, symbols: vec![number] })
}

/// The messages of the commits that changed the symbols, as far as there is time to read their histories.
fn messages(
    repository: &Repository,
    symbols: &[Symbol],
    cancelled: &AtomicBool,
    tell: &mut dyn FnMut(Adapting),
) -> Result<Vec<Said>, Error> {
    let Some(head) = repository.head()?.commit else { return Ok(Vec::new()) };
    let mut historian = Historian::new(repository)?;
    let mut touched: HashMap<String, (String, Vec<usize>)> = HashMap::new();
    let end = Instant::now() + READING;
    for (number, symbol) in symbols.iter().enumerate() {
        if Instant::now() > end || cancelled.load(Ordering::Relaxed) {
            break;
        }
        tell(Adapting::Reading { symbols: number, of: symbols.len() });
        let query = HistoryQuery { path: symbol.path.clone(), key: symbol.key.clone(), at: head.clone() };
        let lineage = historian.remembered(&query, cancelled)?;
        for change in lineage.changes.iter().filter(|change| !change.commit.author.bot) {
            let (_, symbols) =
                touched.entry(change.commit.id.clone()).or_insert_with(|| (message(change), Vec::new()));
            symbols.push(number);
        }
    }
    let mut said: Vec<(String, Said)> = touched
        .into_iter()
        .filter(|(_, (_, symbols))| symbols.len() <= TOUCHED)
        .map(|(commit, (text, symbols))| (commit, Said { text, symbols }))
        .collect();
    // The same order in every run gives the same table.
    said.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(said.into_iter().map(|(_, said)| said).collect())
}

/// The subject and how the body begins.
fn message(change: &Change) -> String {
    let body: String =
        change.commit.body.split("\n\n").next().unwrap_or_default().chars().take(MESSAGE).collect();
    format!("{} {body}", change.commit.subject)
}
