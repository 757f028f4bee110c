//! Which symbols belong to another module by what uses them and by what they changed with. Never does: suggest what one of the two speaks
//! against, or what can't be done.

use std::collections::{BTreeMap, BTreeSet};

use backstory_analysis::{Analysis, Confidence, DefId, FileId, module_path, used_by, uses};
use backstory_history::{Bounds, ChangeLog, LogSymbol};
use backstory_syntax::{DefinitionKind as Kind, LocalId};

use super::plan;
use crate::lens::counted;
use crate::refactor::{Kind as Of, Offer, Reason, Request};

/// A symbol has to have changed with another module in so many commits, and this many times as often as with its own.
const TOGETHER: usize = 3;
const TIMES: usize = 2;

/// So many hashes are told.
const TOLD: usize = 3;

/// A move that code and history speak for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toward {
    pub offer: Offer,
    pub reason: Reason,
}

/// With which modules a symbol has changed: the commits (full hashes, oldest first) of each file that is still there.
struct Ties {
    of: usize,
    with: BTreeMap<FileId, Vec<String>>,
}

/// The move of a top-level symbol that code and history both speak for: only one other module uses it, it uses nothing of its own, and it changed
/// with the other one far more often.
pub fn toward(analysis: &Analysis, id: DefId, log: &ChangeLog) -> Option<Toward> {
    let to = used_in(analysis, id)?;
    let ties = ties(analysis, id, log)?;
    let with = |file: FileId| ties.with.get(&file).map_or(0, Vec::len);
    let most = ties.with.values().map(Vec::len).max().unwrap_or_default();
    if with(to) < TOGETHER || with(to) < TIMES * with(id.file) || with(to) < most {
        return None;
    }
    let key = analysis.outline(id.file).key(id.local);
    let (path, target) = (analysis.path(id.file), analysis.path(to));
    let plan = plan(analysis, id.file, &key, target, None).ok()?;
    // What leaves things behind belongs there.
    if plan.edits.iter().any(|file| file.path == path && file.edits.iter().any(|it| is_import(&it.text))) {
        return None;
    }
    let reason = sentence(analysis, id, to, &ties);
    let request = Request::Move { path: path.to_owned(), key, to: target.to_owned(), reexport: None };
    Some(Toward { offer: Offer { kind: Of::Move, title: plan.title, request, refused: None }, reason })
}

fn is_import(text: &str) -> bool {
    text.contains("import ") && !text.contains(" as ")
}

/// All of them, in the order of files.
pub fn all_toward(analysis: &Analysis, log: &ChangeLog) -> Vec<Toward> {
    let mut found = Vec::new();
    for file in analysis.files() {
        let ids = analysis.outline(file).ids().map(|local| DefId { file, local });
        found.extend(ids.filter_map(|id| toward(analysis, id, log)));
    }
    found
}

/// What history says of a move that somebody wants.
pub fn tied(analysis: &Analysis, id: DefId, to: FileId, log: &ChangeLog) -> Option<Reason> {
    let ties = ties(analysis, id, log)?;
    ties.with.contains_key(&to).then(|| sentence(analysis, id, to, &ties))
}

/// The one other module that uses a symbol, where its own doesn't and it needs nothing of its own.
fn used_in(analysis: &Analysis, id: DefId) -> Option<FileId> {
    let definition = analysis.definition(id);
    let is_item = !matches!(
        definition.kind,
        Kind::Module | Kind::Impl | Kind::Macro | Kind::Variant | Kind::Field | Kind::Method
    );
    if definition.parent.is_some() || !is_item || is_aside(analysis.path(id.file)) {
        return None;
    }
    let mut to = None;
    for user in used_by(analysis, id) {
        if is_aside(analysis.path(user.file)) {
            continue;
        }
        if user.confidence == Confidence::ByName
            || user.file == id.file
            || to.is_some_and(|to| to != user.file)
        {
            return None;
        }
        to = Some(user.file);
    }
    let needs_own = |it: &backstory_analysis::Relation| {
        it.file == id.file && it.symbol.is_some_and(|local| !is_block_of(analysis, id, local))
    };
    let to = to?;
    (!uses(analysis, id).iter().any(needs_own)).then_some(to)
}

/// Whether a definition is in an `impl` block of a type.
fn is_block_of(analysis: &Analysis, id: DefId, local: LocalId) -> bool {
    let outline = analysis.outline(id.file);
    let around = outline.definition(local).parent.map(|parent| outline.definition(parent));
    around.is_some_and(|it| it.kind == Kind::Impl && it.name == analysis.definition(id).name)
}

/// Tests, examples and the like.
fn is_aside(path: &str) -> bool {
    path.split('/').any(|part| {
        let stem = part.split('.').next().unwrap_or(part);
        matches!(stem, "tests" | "test" | "testing" | "examples" | "benches" | "docs" | "conftest" | "perf")
            || stem.starts_with("test_")
            || stem.ends_with("_test")
            || stem.ends_with("_tests")
    })
}

fn ties(analysis: &Analysis, id: DefId, log: &ChangeLog) -> Option<Ties> {
    let bounds = Bounds::default();
    let outline = analysis.outline(id.file);
    let path = analysis.path(id.file);
    let is_own = |local: LocalId| {
        let around = std::iter::successors(Some(local), |&local| outline.definition(local).parent);
        let mut around = around.map(|local| (local, outline.definition(local)));
        around.any(|(local, it)| {
            local == id.local || (it.kind == Kind::Impl && it.name == analysis.definition(id).name)
        })
    };
    let own: BTreeSet<LogSymbol> = outline
        .ids()
        .filter(|&local| is_own(local))
        .filter_map(|local| log.symbol_at(path, &outline.key(local)))
        .collect();
    let commits: BTreeSet<u32> = own.iter().flat_map(|&symbol| log.edits(symbol, &bounds)).collect();
    if commits.is_empty() {
        return None;
    }
    let mut with: BTreeMap<FileId, Vec<String>> = BTreeMap::new();
    for &at in &commits {
        let commit = log.commits().get(at as usize)?;
        let mut files: BTreeSet<FileId> = BTreeSet::new();
        for (symbol, _) in commit.symbols().filter(|(symbol, _)| !own.contains(symbol)) {
            let (place, is_here) = log.place(symbol);
            files.extend(analysis.file(&place.path).filter(|_| is_here));
        }
        for file in files {
            with.entry(file).or_default().push(commit.id());
        }
    }
    Some(Ties { of: commits.len(), with })
}

fn sentence(analysis: &Analysis, id: DefId, to: FileId, ties: &Ties) -> Reason {
    let none = Vec::new();
    let commits = ties.with.get(&to).unwrap_or(&none);
    let own = ties.with.get(&id.file).map_or(0, Vec::len);
    let newest: Vec<&str> =
        commits.iter().rev().take(TOLD).map(|commit| &commit[..commit.len().min(7)]).collect();
    let more = if commits.len() > TOLD { ", .." } else { "" };
    let text = format!(
        "Of {} of `{}`, {} changed {} as well ({}{more}), and {own} something else of {}.",
        counted(ties.of, "change"),
        analysis.definition(id).name,
        commits.len(),
        module_path(analysis, to),
        newest.join(", "),
        module_path(analysis, id.file),
    );
    Reason { text, commits: commits.iter().rev().cloned().collect() }
}
