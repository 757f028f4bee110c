//! Questions that a snapshot alone answers: lenses, actions, and what a target names. Never does: wait.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use backstory_analysis::{DefId, FileId};
use backstory_ide::hover::named_at;
use backstory_ide::lens::{lenses, title};
use backstory_ide::locate::Located;
use backstory_syntax::{DefinitionKind, LocalKey};

use super::ask::Ask;
use super::context::Context;
use super::event::{Action, Lens, LensTitle, Named, Where};
use super::histories::{Patience, SymbolOf, Told};
use super::positions::{Lines, Range};
use super::projects::View;
use crate::config::Config;

/// The lenses of a file, in source order.
pub(super) fn lenses_of(view: &View, path: &str) -> Vec<Lens> {
    let analysis = &view.analysis;
    let Some(file) = analysis.file(path) else { return Vec::new() };
    let lines = Lines::new(analysis.text(file), view.encoding);
    let found = lenses(analysis, file, &view.config.lens.kinds);
    found
        .into_iter()
        .map(|lens| Lens { key: lens.key, range: lines.range(lens.name.start, lens.name.end) })
        .collect()
}

/// What a lens says; with a client that asks again, "reading" where it is not known at once.
pub(super) fn lens(context: &Arc<Context>, config: Arc<Config>, symbol: SymbolOf, ask: Ask<LensTitle>) {
    let patience = if context.abilities.refreshes_lenses { Patience::None } else { Patience::Waits };
    let shared = Arc::clone(context);
    let shown = symbol.clone();
    context.histories.ask(symbol, patience, move |told| {
        if let Told::Story(story, _) = &told {
            shared.screen.show(&shown, story);
        }
        ask.answer(match told {
            Told::Reading => {
                shared.lenses_wait.store(true, Ordering::Relaxed);
                LensTitle::Reading
            }
            Told::Failed(reason) => {
                tracing::warn!("a lens has no history: {reason}");
                LensTitle::Known("history can't be read".to_owned())
            }
            Told::NotCommitted => LensTitle::Known("not committed yet".to_owned()),
            Told::Story(story, counterpart) => {
                LensTitle::Known(title(&story.summary, &counterpart, &config.lens.show))
            }
        });
    });
}

/// What can be done at a range, with the symbol that is named there and with the declaration around it.
pub(super) fn actions(context: &Context, view: &View, path: &str, range: Range) -> Vec<Action> {
    let analysis = &view.analysis;
    let Some(file) = analysis.file(path) else { return Vec::new() };
    let offset = Lines::new(analysis.text(file), view.encoding).offset(range.start);
    let named = named_at(analysis, file, offset).map(|named| named.id);
    let around = around(view, file, offset);
    let mut found: Vec<DefId> = named.into_iter().chain(around).collect();
    found.dedup();
    let named: Vec<Named> = found.into_iter().filter_map(|id| named_as(context, view, id)).collect();
    let of = |kind: fn(Named) -> Action| named.iter().cloned().map(kind);
    of(Action::Explain).chain(of(Action::Impact)).collect()
}

/// The innermost declaration around an offset that stands for itself: fields and variants are explained when they are named.
fn around(view: &View, file: FileId, offset: u32) -> Option<DefId> {
    let outline = view.analysis.outline(file);
    let mut next = view.analysis.spans(file).definition_at(offset);
    while let Some(local) = next {
        let definition = outline.definition(local);
        if !matches!(definition.kind, DefinitionKind::Field | DefinitionKind::Variant) {
            return Some(DefId { file, local });
        }
        next = definition.parent;
    }
    None
}

fn named_as(context: &Context, view: &View, id: DefId) -> Option<Named> {
    let path = view.analysis.path(id.file);
    view.history_of(path)?;
    Some(Named {
        name: view.analysis.definition(id).display_name(),
        path: shown(context, view, path),
        key: view.analysis.outline(id.file).key(id.local),
    })
}

pub(super) fn shown(context: &Context, view: &View, path: &str) -> PathBuf {
    context.shown(&view.root, path)
}

/// The symbol or file that a target means in this snapshot.
pub(super) fn located(view: &View, path: &str, at: &Where) -> Option<Located> {
    let analysis = &view.analysis;
    let file = analysis.file(path)?;
    match at {
        Where::Symbol(key) if *key == LocalKey::file() => Some(Located::File(file)),
        Where::Symbol(key) => {
            let local = analysis.outline(file).find(key)?;
            Some(Located::Symbol(DefId { file, local }))
        }
        Where::Position(position) => {
            let offset = Lines::new(analysis.text(file), view.encoding).offset(*position);
            let named = named_at(analysis, file, offset).map(|named| named.id);
            Some(named.or_else(|| around(view, file, offset)).map_or(Located::File(file), Located::Symbol))
        }
    }
}
