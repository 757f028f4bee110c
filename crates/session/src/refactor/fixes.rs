//! Fixes that similar code still lacks: commits that say they mend something, the symbols that they edited, and what is much like those now. Never does: write
//! anything, or decide what can be carried over (that is `ide::refactor`).

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use backstory_analysis::{Analysis, DefId, FileId, has_tests, role_of};
use backstory_history::{
    ChangeKind, ChangeLog, Commit, Located, LogSymbol, LoggedCommit, Repository, SymbolChange, Touched,
    changes_of, commit, patch,
};
use backstory_ide::refactor::{self, Example, Plan, Reason, Refused, Version, Weight, carried};
use backstory_ide::review::{CLONE_TOKENS, overlap};
use backstory_ide::symbol::{SymbolInfo, describe};
use backstory_store::Store;
use backstory_syntax::{DefinitionKind, Language};
use serde::Serialize;

use crate::changelog::change_log;
use crate::find::symbol_index;
use crate::index::{SearchIndex, Table};
use crate::tokens::tokens_of;
use crate::{Error, Place};

/// A commit that edited more symbols was no fix of one thing.
const SYMBOLS: usize = 8;

/// One that edited more than these outside of tests mended them together, and a part of that is seldom what another symbol lacks; for what is suggested.
const TOGETHER: usize = 4;

/// So many of the nearest symbols are looked at.
const NEAREST: usize = 8;

/// From this part of common code on a symbol may be built like another one: where somebody asks about it, and where it is suggested. Below the latter the
/// differences are mostly meant.
const ALIKE: f64 = 0.5;
const ALIKE_ENOUGH: f64 = 0.7;

/// Of a symbol's fixes so many of the newest are tried.
const FIXES: usize = 10;

/// A fix that a symbol lacks.
pub struct Fix {
    pub plan: Plan,
    /// The symbol that would be changed.
    pub symbol: SymbolInfo,
    /// The full hash of the commit.
    pub commit: String,
    /// What it did to the other symbol, as a unified diff.
    pub diff: String,
}

/// A fix in a list of them.
#[derive(Debug, Serialize)]
pub struct Lacking {
    pub title: String,
    pub symbol: SymbolInfo,
    pub commit: String,
    pub reasons: Vec<Reason>,
}

/// What is needed to look for fixes.
pub(super) struct Seeking<'a> {
    repository: &'a Repository,
    analysis: &'a Analysis,
    log: ChangeLog,
    /// Says where the log isn't whole.
    limit: Option<String>,
    index: SearchIndex,
    patience: Duration,
    interrupted: &'a AtomicBool,
    bar: f64,
    /// By place in the log.
    changes: HashMap<u32, Vec<SymbolChange>>,
    alike: HashMap<DefId, Vec<DefId>>,
}

impl<'a> Seeking<'a> {
    pub(super) fn new(
        place: &'a Place,
        store: &Store,
        analysis: &'a Analysis,
        patience: Duration,
        interrupted: &'a AtomicBool,
    ) -> Result<Self, Error> {
        let repository = place.repository.as_ref().ok_or(Error::NoRepository)?;
        let at = repository.head()?.commit.ok_or(Error::NoCommits)?;
        // What is left of it is for looking.
        let patience = patience / 2;
        let (log, limit) = change_log(repository, &at, patience, interrupted, &mut |_, _| ())?;
        let files: Vec<FileId> = analysis.files().collect();
        let index = symbol_index(&Table::of(&place.root), analysis, &files, store);
        let (changes, alike) = (HashMap::new(), HashMap::new());
        let bar = ALIKE;
        Ok(Self { repository, analysis, log, limit, index, patience, interrupted, bar, changes, alike })
    }

    /// The newest fix that a symbol lacks; of the commit that is named, where one is.
    ///
    /// # Errors
    /// Where nothing fits, the reason why the best did not.
    pub(super) fn of(&mut self, id: DefId, wanted: Option<&str>) -> Result<Fix, Error> {
        let mut tried: Vec<(u32, DefId)> = Vec::new();
        for other in self.alike(id) {
            let fixes = self.number(other).map_or(Vec::new(), |symbol| self.fixes(symbol));
            tried.extend(fixes.into_iter().take(FIXES).map(|at| (at, other)));
        }
        tried.sort_by_key(|&(at, _)| std::cmp::Reverse(at));
        if let Some(wanted) = wanted {
            let wanted = self.repository.resolve(wanted)?;
            tried.retain(|&(at, _)| self.log.commits()[at as usize].id() == wanted);
        }
        let mut why = None;
        for (at, other) in tried {
            let Some(mended) = self.mended(at, other)? else { continue };
            match mended.carried(self.analysis, id) {
                Ok(fix) => return Ok(fix),
                Err(refused) => why = why.or(Some(refused)),
            }
        }
        let name = self.qualified(id);
        let limit = self.limit.clone();
        Err(why.unwrap_or(Refused::NoFix { name, limit }).into())
    }

    /// All that are found in the time that there is, those of the newest commits first. Says where that was not enough.
    pub(super) fn all(&mut self, mut found: impl FnMut(Fix)) -> Result<Option<String>, Error> {
        let until = Instant::now() + self.patience;
        let mut done: HashSet<DefId> = HashSet::new();
        self.bar = ALIKE_ENOUGH;
        let all = self.log.commits().len() as u32;
        for at in (0..all).rev() {
            if Instant::now() >= until {
                let looked = all - 1 - at;
                return Ok(Some(format!(
                    "looked through the newest {looked} of {all} commits; --patience looks longer"
                )));
            }
            if self.interrupted.load(Ordering::Relaxed) {
                return Err(Error::Interrupted);
            }
            let logged = &self.log.commits()[at as usize];
            if !is_fix(logged) {
                continue;
            }
            let all = logged.symbols().filter(|&(_, how)| how == Touched::Edited).map(|(symbol, _)| symbol);
            let edited: Vec<LogSymbol> = all.filter(|&symbol| !self.is_aside(symbol)).collect();
            if edited.len() > TOGETHER {
                continue;
            }
            let edited: Vec<LogSymbol> =
                edited.into_iter().filter(|&symbol| self.log.is_here(symbol)).collect();
            for other in edited.into_iter().filter_map(|symbol| self.present(symbol)).collect::<Vec<_>>() {
                let near = self.alike(other);
                let name = self.qualified(other);
                let lacking = near.into_iter().filter(|&id| {
                    !done.contains(&id)
                        && !refactor::are_opposites(&name, &self.qualified(id))
                        && !self.came_after(id, at)
                });
                let lacking: Vec<DefId> = lacking.collect();
                if lacking.is_empty() {
                    continue;
                }
                let Some(mended) = self.mended(at, other)? else { continue };
                let weight = mended.example.weight(self.analysis.language(other.file));
                let mut carried = Vec::new();
                for id in lacking {
                    // Whoever asks about it has to find the other one among what is near to it.
                    if weight >= self.least(id, other)
                        && !refactor::is_alone_meant(&mended.commit.subject, &name, &self.qualified(id))
                        && let Ok(fix) = mended.carried(self.analysis, id)
                        && self.alike(id).contains(&other)
                    {
                        carried.push((id, fix));
                    }
                }
                // Where several do without, the one that was mended is the exception.
                if let Ok([(id, fix)]) = <[_; 1]>::try_from(carried) {
                    done.insert(id);
                    found(fix);
                }
            }
        }
        Ok(self.limit.clone())
    }

    fn number(&self, id: DefId) -> Option<LogSymbol> {
        self.log.symbol_at(self.analysis.path(id.file), &self.analysis.outline(id.file).key(id.local))
    }

    fn qualified(&self, id: DefId) -> String {
        refactor::qualified(&self.analysis.outline(id.file).key(id.local))
    }

    fn is_aside(&self, symbol: LogSymbol) -> bool {
        let (place, _) = self.log.place(symbol);
        is_aside(&place.path, &place.key.name)
    }

    /// Whether a symbol was written after a commit: who wrote it could see what was mended, and did without.
    fn came_after(&self, id: DefId, commit: u32) -> bool {
        let Some(symbol) = self.number(id) else { return false };
        let introduces = |&&at: &&u32| {
            let mut touched = self.log.commits()[at as usize].symbols();
            touched.any(|it| it == (symbol, Touched::Introduced))
        };
        self.log.commits_of(symbol).iter().find(introduces).is_some_and(|&at| at > commit)
    }

    /// What a fix of one function must be about for another one to lack it. Values of its own are what the other is there for; where both are what two types
    /// make of the same member, so are whole expressions.
    fn least(&self, one: DefId, other: DefId) -> Weight {
        let key = |id: DefId| self.analysis.outline(id.file).key(id.local);
        let (a, b) = (key(one), key(other));
        let is_required = match self.analysis.language(one.file) {
            Language::Rust => a.container.last().is_some_and(|of| of.contains(" as ")),
            Language::Python => !a.container.is_empty(),
        };
        let are_siblings = is_required && a.name == b.name && a.container != b.container;
        if are_siblings { Weight::Statements } else { Weight::Expressions }
    }

    fn present(&self, symbol: LogSymbol) -> Option<DefId> {
        let (place, _) = self.log.place(symbol);
        self.analysis.find(&place.path, &place.key)
    }

    /// The places in the log of a symbol's fixes, newest first.
    fn fixes(&self, symbol: LogSymbol) -> Vec<u32> {
        let commits = self.log.commits_of(symbol).iter().rev().copied();
        commits.filter(|&at| is_fix(&self.log.commits()[at as usize])).collect()
    }

    /// The functions that are much like one, tests left out.
    fn alike(&mut self, id: DefId) -> Vec<DefId> {
        if let Some(known) = self.alike.get(&id) {
            return known.clone();
        }
        let analysis = self.analysis;
        let mut found = Vec::new();
        if is_code(analysis, id) {
            let key = analysis.outline(id.file).key(id.local);
            let tokens = tokens_of(analysis, id);
            let near = self.index.similar(analysis.path(id.file), &key, NEAREST);
            let others = near.into_iter().filter_map(|hit| analysis.find(&hit.group, &hit.key));
            let is_large = |tokens: &[&str]| self.bar < ALIKE_ENOUGH || tokens.len() >= CLONE_TOKENS;
            found.extend(others.filter(|&other| {
                let theirs = tokens_of(analysis, other);
                is_code(analysis, other)
                    && !are_variants(analysis, id, other)
                    && analysis.language(other.file) == analysis.language(id.file)
                    && is_large(&tokens)
                    && is_large(&theirs)
                    && overlap(&tokens, &theirs) >= self.bar
            }));
        }
        self.alike.insert(id, found.clone());
        found
    }

    /// What a commit did to a symbol; `None` where that commit's version of it is not found, or what it did is no longer there.
    fn mended(&mut self, at: u32, id: DefId) -> Result<Option<Mended>, Error> {
        let analysis = self.analysis;
        let hash = self.log.commits()[at as usize].id();
        if !self.changes.contains_key(&at) {
            let symbols = changes_of(self.repository, &hash, self.interrupted)?.symbols;
            self.changes.insert(at, symbols);
        }
        let key = analysis.outline(id.file).key(id.local);
        let in_body = |change: &&SymbolChange| change.counts() && change.kinds.contains(&ChangeKind::Body);
        let changed = self.changes[&at].iter().filter(in_body);
        let mut named = changed.filter(|change| change.place().is_some_and(|it| it.key.name == key.name));
        let change = named.clone().find(|it| it.place().is_some_and(|place| place.key == key));
        let Some(change) = change.or_else(|| named.next()) else { return Ok(None) };
        let (Some(before), Some(after)) = (&change.before, &change.after) else { return Ok(None) };
        let Some(commit) = commit(self.repository, &hash)? else { return Ok(None) };
        let Some(example) = example(self.repository, &commit, before, after)? else { return Ok(None) };
        // What is no longer there, in the symbol that had it, is nothing to go by.
        let again = carried(analysis, id.file, &key, &example);
        let is_there = matches!(again, Err(Refused::Misfit { why: refactor::Misfit::Already, .. }));
        let mended = || Mended { diff: unified(&example, before, after), commit, example };
        Ok(is_there.then(mended))
    }
}

/// What a commit did to a symbol that still has it.
struct Mended {
    example: Example,
    commit: Commit,
    diff: String,
}

impl Mended {
    /// The same, done to another symbol.
    fn carried(&self, analysis: &Analysis, id: DefId) -> Result<Fix, Refused> {
        let key = analysis.outline(id.file).key(id.local);
        let plan = carried(analysis, id.file, &key, &self.example)?;
        let (commit, diff) = (self.commit.id.clone(), self.diff.clone());
        Ok(Fix { plan, symbol: describe(analysis, id), commit, diff })
    }
}

fn is_fix(commit: &LoggedCommit) -> bool {
    commit.is_repair
        && !commit.is_ignored
        && !commit.is_giant
        && commit.reverted_by.is_none()
        && commit.symbols().filter(|(_, how)| *how == Touched::Edited).count() <= SYMBOLS
}

/// Whether two are the same function for other arguments or under other conditions: those differ on purpose.
fn are_variants(analysis: &Analysis, one: DefId, other: DefId) -> bool {
    let key = |id: DefId| analysis.outline(id.file).key(id.local);
    let (a, b) = (key(one), key(other));
    one.file == other.file && a.name == b.name && a.container == b.container
}

/// Folders of code that is there for tests or to be read.
const ASIDE: [&str; 7] = ["benches", "examples", "fixtures", "test", "testdata", "tests", "testsuite"];

/// Whether a symbol is there for tests or to be read. The name of a test says so wherever it stands: settings may tell a framework to look elsewhere.
fn is_aside(path: &str, name: &str) -> bool {
    path.split('/').any(|part| ASIDE.contains(&part)) || has_tests(path) || name.starts_with("test_")
}

fn is_code(analysis: &Analysis, id: DefId) -> bool {
    let (definition, path) = (analysis.definition(id), analysis.path(id.file));
    let is_in_tests = || analysis.outline(id.file).key(id.local).container.iter().any(|name| name == "tests");
    matches!(definition.kind, DefinitionKind::Function | DefinitionKind::Method)
        && !is_aside(path, &definition.name)
        && !is_in_tests()
        && role_of(analysis, id).is_none()
}

/// A symbol as a revision has it; `None` where its file is no text there.
pub(crate) fn version(
    repository: &Repository,
    revision: &str,
    located: &Located,
) -> Result<Option<Version>, backstory_history::Error> {
    let content = repository.file_at(revision, &located.place.path)?;
    let text = content.and_then(|content| String::from_utf8(content).ok());
    Ok(text.map(|text| Version { text, span: located.span }))
}

fn example(
    repository: &Repository,
    commit: &Commit,
    before: &Located,
    after: &Located,
) -> Result<Option<Example>, Error> {
    let hash = &commit.id;
    let old = version(repository, &format!("{hash}^"), before)?;
    let new = version(repository, hash, after)?;
    let (Some(old), Some(new)) = (old, new) else { return Ok(None) };
    let name = refactor::qualified(&after.place.key);
    let text = format!(
        "{} ({}, \u{201c}{}\u{201d}) mended `{name}` in {}; this is built like it and still has what was mended.",
        commit.short(),
        commit.date(),
        commit.subject,
        after.place.path,
    );
    let reason = Reason { text, commits: vec![hash.clone()] };
    let short = commit.short().to_owned();
    Ok(Some(Example { name, commit: Some(short), before: old, after: new, reason }))
}

fn unified(example: &Example, before: &Located, after: &Located) -> String {
    let cut = |version: &Version, located: &Located| {
        let range = version.span.start as usize..version.span.end as usize;
        Some(patch::Cut::of(&located.place.path, &version.text, range))
    };
    let texts = patch::Texts { old: cut(&example.before, before), new: cut(&example.after, after) };
    patch::unified(&texts)
}
