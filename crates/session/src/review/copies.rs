//! What was much like an edited symbol before the change and was left as it was: a change of the one is often wanted in the other. Never does:
//! say that it is.

use std::collections::HashSet;

use backstory_analysis::{Analysis, DefId, FileId};
use backstory_history::{Located, Repository, SymbolChange};
use backstory_ide::review::{ALIKE, CLONE_TOKENS, Copy, overlap};
use backstory_store::Store;
use backstory_syntax::{DefinitionKind, Language};

use super::{declared, defined, is_edited};
use crate::find::symbol_index;
use crate::index::Table;
use crate::tokens::{tokens_in, tokens_of};
use crate::{Error, Place};

/// So many of the nearest are compared with each symbol, token by token.
const NEAREST: usize = 6;

/// Of more edited symbols no copies are looked for: that was a sweep.
const SOUGHT: usize = 100;

pub(super) fn find(
    place: &Place,
    store: &Store,
    analysis: &Analysis,
    from: &str,
    symbols: &[&SymbolChange],
) -> Result<Vec<Copy>, Error> {
    let Some(repository) = &place.repository else { return Ok(Vec::new()) };
    let mut edited: Vec<(DefId, Vec<String>)> = Vec::new();
    for symbol in symbols.iter().filter(|symbol| is_edited(symbol) && is_code(symbol)) {
        if let (Some(id), Some(before)) = (defined(analysis, symbol), &symbol.before) {
            let tokens = tokens_before(repository, from, before)?;
            edited.extend((tokens.len() >= CLONE_TOKENS).then_some((id, tokens)));
        }
    }
    if edited.is_empty() || edited.len() > SOUGHT {
        return Ok(Vec::new());
    }
    let changed: HashSet<DefId> = symbols.iter().filter_map(|symbol| defined(analysis, symbol)).collect();
    let files: Vec<FileId> = analysis.files().collect();
    let index = symbol_index(&Table::of(&place.root), analysis, &files, store);
    let mut copies = Vec::new();
    for (id, before) in &edited {
        let before: Vec<&str> = before.iter().map(String::as_str).collect();
        let key = analysis.outline(id.file).key(id.local);
        let near = index.similar(analysis.path(id.file), &key, NEAREST);
        for hit in near {
            let Some(other) = analysis.find(&hit.group, &hit.key) else { continue };
            // What one stands in has much of the other's text.
            if contains(analysis, other, *id) || contains(analysis, *id, other) {
                continue;
            }
            let alike = overlap(&before, &tokens_of(analysis, other));
            if !changed.contains(&other) && alike >= ALIKE {
                copies.push(Copy {
                    place: declared(analysis, other),
                    of: declared(analysis, *id),
                    overlap: alike,
                });
            }
        }
    }
    copies.sort_by(|a, b| b.overlap.total_cmp(&a.overlap));
    Ok(copies)
}

fn contains(analysis: &Analysis, outer: DefId, inner: DefId) -> bool {
    let span = |id: DefId| analysis.spans(id.file).definitions[id.local.index()].full;
    outer.file == inner.file && span(outer).contains(span(inner))
}

fn is_code(symbol: &SymbolChange) -> bool {
    let kind = symbol.place().map(|place| place.key.kind);
    matches!(kind, Some(DefinitionKind::Function | DefinitionKind::Method))
}

fn tokens_before(repository: &Repository, from: &str, before: &Located) -> Result<Vec<String>, Error> {
    let content = repository.file_at(from, &before.place.path)?.unwrap_or_default();
    let language = Language::of_path(&before.place.path);
    let text = String::from_utf8_lossy(&content);
    let tokens = language.map_or_else(Vec::new, |language| tokens_in(&text, language, before.span));
    Ok(tokens.into_iter().map(str::to_owned).collect())
}
