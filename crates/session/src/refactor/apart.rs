//! Parts of long functions that history says are functions of their own. Never does: extract one.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use backstory_analysis::{Analysis, DefId, FileId};
use backstory_history::blame::kept_lines;
use backstory_history::{Historian, HistoryQuery, Repository, Strands, strands};
use backstory_ide::refactor::extract::{Apart, FUNCTION_LINES, apart};
use backstory_ide::refactor::{Reason, came_apart};
use backstory_ide::symbol::{SymbolInfo, describe};
use backstory_store::Store;
use backstory_syntax::{
    DefinitionKind, DefinitionSpans, Language, LineIndex, LocalId, LocalKey, Span, parse,
};
use serde::Serialize;

use crate::workspace::{decode, load_with_facts};
use crate::{Error, Place};

/// A part of a function that can be extracted, and why it should be.
#[derive(Clone, Debug, Serialize)]
pub struct Suggested {
    pub symbol: SymbolInfo,
    /// 1-based, the last one included.
    pub lines: (u32, u32),
    /// The bytes of the file.
    pub span: Span,
    pub reason: Reason,
}

/// The parts of long functions below a path (relative to the root; empty for all) that came and changed apart from the rest, in the order of
/// files, as far as they are found in time. Says where that was not enough.
///
/// # Errors
/// Where there is no repository or commit, or the repository can't be read.
pub fn suggested(
    place: &Place,
    below: &str,
    store: &Store,
    patience: Duration,
    interrupted: &AtomicBool,
    found: &mut dyn FnMut(Suggested),
) -> Result<Option<String>, Error> {
    let repository = place.repository.as_ref().ok_or(Error::NoRepository)?;
    let head = repository.head()?.commit.ok_or(Error::NoCommits)?;
    let analysis = load_with_facts(&place.root, store);
    let mut historian = Historian::new(repository)?;
    let files = analysis.files().filter(|file| is_below(analysis.path(*file), below));
    let all: Vec<DefId> = files.flat_map(|file| long_functions(&analysis, file)).collect();
    let until = Instant::now() + patience;
    for (looked, &id) in all.iter().enumerate() {
        if Instant::now() >= until {
            let all = all.len();
            return Ok(Some(format!("looked at {looked} of {all} long functions; --patience looks longer")));
        }
        let function = Function::of(&analysis, id);
        let part = of_function(&function, repository, &head, &mut historian, interrupted)?;
        part.into_iter().for_each(|part| found(told(&analysis, id, part)));
    }
    Ok(None)
}

fn is_below(path: &str, below: &str) -> bool {
    let below = below.trim_end_matches('/');
    below.is_empty() || path.strip_prefix(below).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Functions that are long enough to have parts.
pub(crate) fn long_functions(analysis: &Analysis, file: FileId) -> Vec<DefId> {
    if analysis.language(file) != Language::Python {
        return Vec::new();
    }
    let (outline, spans) = (analysis.outline(file), analysis.spans(file));
    let text = analysis.text(file);
    let is_long = |local: &LocalId| {
        let is_function =
            matches!(outline.definition(*local).kind, DefinitionKind::Function | DefinitionKind::Method);
        let lines = spans.definitions[local.index()].full.of(text).matches('\n').count() as u32 + 1;
        is_function && lines >= FUNCTION_LINES
    };
    outline.ids().filter(is_long).map(|local| DefId { file, local }).collect()
}

/// A function of a text, without the analysis that found it.
pub(crate) struct Function {
    pub path: String,
    pub key: LocalKey,
    pub text: Arc<str>,
    pub spans: DefinitionSpans,
}

impl Function {
    pub(crate) fn of(analysis: &Analysis, id: DefId) -> Self {
        Self {
            path: analysis.path(id.file).to_owned(),
            key: analysis.outline(id.file).key(id.local),
            text: analysis.shared_text(id.file),
            spans: analysis.spans(id.file).definitions[id.local.index()],
        }
    }
}

/// The part of a function that history says is a function of its own.
pub(crate) fn of_function(
    function: &Function,
    repository: &Repository,
    head: &str,
    historian: &mut Historian,
    interrupted: &AtomicBool,
) -> Result<Option<Apart>, Error> {
    let Function { path, key, text, spans } = function;
    let query = HistoryQuery { path: path.clone(), key: key.clone(), at: head.to_owned() };
    let lineage = historian.lineage(&query, interrupted, &mut |_| {})?;
    let Some(strands) = strands(repository, &query, &lineage)? else { return Ok(None) };
    let Some(committed) = repository.file_at(head, path)?.as_deref().and_then(decode) else {
        return Ok(None);
    };
    let Some(strands) = as_it_stands(strands, &committed, text, spans.full) else { return Ok(None) };
    Ok(apart(&parse(text, Language::Python), text, spans.name.start, &strands))
}

/// The strands by the lines of the text at hand; `None` where lines of the function are not committed.
fn as_it_stands(strands: Strands, committed: &str, text: &str, full: Span) -> Option<Strands> {
    let index = LineIndex::new(text);
    let (first, last) = (index.line(full.start), index.line(full.end.max(full.start + 1) - 1));
    if committed == text {
        return (strands.line == first + 1).then_some(strands);
    }
    let kept = kept_lines(committed, text);
    let line = |at: u32| -> Option<Vec<u32>> {
        let before = kept.get(at as usize).copied()??;
        strands.lines.get(before.checked_sub(strands.line - 1)? as usize).cloned()
    };
    let lines: Option<Vec<Vec<u32>>> = (first..=last).map(line).collect();
    Some(Strands { line: first + 1, lines: lines?, ..strands })
}

fn told(analysis: &Analysis, id: DefId, part: Apart) -> Suggested {
    let symbol = describe(analysis, id);
    let reason = came_apart(&symbol.local_key.name, &part);
    let lines = (part.lines.start + 1, part.lines.end);
    Suggested { symbol, lines, span: part.span, reason }
}
