//! What to look at when symbols change: everything that some sign points to, gathered from what the commits changed, from what uses what, from what is
//! alike and from documents, as one list. `benches/replay` measures the same list. Never does: read commits, or weigh signs.

mod documents;
mod edges;
mod gather;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use backstory_analysis::{Analysis, DefId, FileId, Graph, owner_in, symbol_key};
use backstory_history::ChangeLog;
use backstory_ide::impact::{Ground, LookAt, seeds};
use backstory_ide::locate::Located;
use backstory_ide::related::{Reason, Related, rank};
use backstory_store::Store;
use backstory_syntax::{DefinitionKind, LineIndex};

use crate::find::symbol_index;
use crate::index::Table;
use gather::Gathering;

/// Of a type or a file with more symbols those are asked about that change most.
const SUBJECTS: usize = 30;

/// Such a part of the list is kept for documents, which users and companions would crowd out.
const DOCUMENTS: usize = 5;

/// Where is looked.
pub(crate) struct Looked<'a> {
    pub root: &'a Path,
    pub store: &'a Store,
    pub analysis: &'a Analysis,
    pub graph: &'a Graph,
    /// What the commits changed, up to the one whose files these are, or nearly are; `None` where that is not known or not asked for.
    pub log: Option<&'a ChangeLog>,
    /// How much is told at most.
    pub limit: usize,
}

/// What to look at when what was located changes, the likeliest first, and a sentence where not all of it was asked about.
pub(crate) fn look_at(
    looked: &Looked<'_>,
    located: &[Located],
    interrupted: &AtomicBool,
) -> (Vec<LookAt>, Option<String>) {
    let Looked { analysis, graph, .. } = *looked;
    let nodes = located.iter().flat_map(|&located| seeds(analysis, graph, located));
    let places = nodes.filter_map(|node| graph.symbol(node));
    let whole = places.filter_map(|(file, local)| unit(analysis, DefId { file, local: local? }));
    let named = located.iter().filter_map(|located| match located {
        Located::Symbol(id) => unit(analysis, *id),
        Located::File(_) => None,
    });
    let whole: BTreeSet<DefId> = whole.chain(named).collect();
    if whole.is_empty() || looked.limit == 0 {
        return (Vec::new(), None);
    }
    let files: Vec<FileId> = analysis.files().collect();
    let index = symbol_index(&Table::of(looked.root), analysis, &files, looked.store);
    let gathering = Gathering::new(analysis, looked.log, &index);
    let mut subjects: Vec<DefId> = whole.iter().copied().collect();
    if subjects.len() > SUBJECTS {
        subjects.sort_by(|a, b| gathering.activity(*b).total_cmp(&gathering.activity(*a)).then(a.cmp(b)));
        subjects.truncate(SUBJECTS);
    }
    let limit = (subjects.len() < whole.len()).then(|| {
        format!("what to look at is told for the {SUBJECTS} of {} symbols that change most", whole.len())
    });

    let mut best: BTreeMap<DefId, (DefId, Related<DefId>)> = BTreeMap::new();
    for &subject in subjects.iter().take_while(|_| !interrupted.load(Ordering::Relaxed)) {
        for related in rank(gathering.signs(subject)) {
            let known = best.get(&related.item).map(|(_, known)| known.score);
            let is_told = related.reasons.iter().any(|reason| Ground::of(*reason).is_some());
            if is_told && !whole.contains(&related.item) && known.is_none_or(|known| known < related.score) {
                best.insert(related.item, (subject, related));
            }
        }
    }
    let mut lines = Lines { analysis, of: BTreeMap::new() };
    let mut symbols: Vec<(DefId, Related<DefId>)> = best.into_values().collect();
    symbols.sort_by(|(_, a), (_, b)| b.score.total_cmp(&a.score).then(a.item.cmp(&b.item)));
    symbols.truncate(looked.limit);
    let symbols = symbols
        .into_iter()
        .map(|(subject, related)| (related.score, lines.look_at(related.item, subject, &related.reasons)));
    let symbols: Vec<(f64, LookAt)> = symbols.collect();
    let documents = documents::naming(looked.root, &gathering, &subjects, interrupted);
    (joined(symbols, documents, looked.limit), limit)
}

/// One list of both, best first; some documents are always in it.
fn joined(mut symbols: Vec<(f64, LookAt)>, mut documents: Vec<(f64, LookAt)>, limit: usize) -> Vec<LookAt> {
    let kept = documents.len().min(limit.div_ceil(DOCUMENTS));
    let better = documents.iter().enumerate().filter(|(at, (score, _))| {
        let above = symbols.partition_point(|(other, _)| other >= score);
        above + at < limit
    });
    documents.truncate(better.count().max(kept));
    symbols.truncate(limit - documents.len());
    symbols.extend(documents);
    symbols.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    symbols.into_iter().map(|(_, item)| item).collect()
}

/// The symbol by which lists name a definition: what is inside of a function is the function's, fields and variants are their type's. `None` for blocks and
/// modules, which are only around others.
fn unit(analysis: &Analysis, id: DefId) -> Option<DefId> {
    let outline = analysis.outline(id.file);
    let mut local = owner_in(outline, id.local);
    while matches!(outline.definition(local).kind, DefinitionKind::Field | DefinitionKind::Variant) {
        local = outline.definition(local).parent?;
    }
    let is_around = matches!(outline.definition(local).kind, DefinitionKind::Impl | DefinitionKind::Module);
    (!is_around).then_some(DefId { file: id.file, local })
}

/// Makes plain data of symbols; keeps the lines of files that it looked at.
struct Lines<'a> {
    analysis: &'a Analysis,
    of: BTreeMap<FileId, LineIndex>,
}

impl Lines<'_> {
    fn look_at(&mut self, id: DefId, of: DefId, reasons: &[Reason]) -> LookAt {
        let analysis = self.analysis;
        let lines = self.of.entry(id.file).or_insert_with(|| LineIndex::new(analysis.text(id.file)));
        let name = analysis.spans(id.file).definitions[id.local.index()].name;
        let is_one_type = are_of_one_type(analysis, id, of);
        let grounds = reasons.iter().copied().filter_map(Ground::of).map(|ground| match ground {
            Ground::ChangedTogether { together, of, hidden } => {
                Ground::ChangedTogether { together, of, hidden: hidden && !is_one_type }
            }
            other => other,
        });
        LookAt {
            kind: analysis.definition(id).kind.as_str(),
            key: symbol_key(analysis, id),
            path: analysis.path(id.file).to_owned(),
            line: lines.line(name.start) + 1,
            of: symbol_key(analysis, of),
            reasons: grounds.collect(),
        }
    }
}

/// Whether two symbols are a type and something in it, or both in one: nothing is hidden about that.
pub(crate) fn are_of_one_type(analysis: &Analysis, one: DefId, other: DefId) -> bool {
    let type_of = |id: DefId| {
        let key = analysis.outline(id.file).key(id.local);
        let name = key.container.first().unwrap_or(&key.name);
        name.rsplit(' ').next().unwrap_or(name).to_owned()
    };
    one.file == other.file && type_of(one) == type_of(other)
}
