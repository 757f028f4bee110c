//! Lenses: listed from a snapshot, filled in from what is known of history, of who depends on whom, and of what changes together. Never
//! does: wait for any of it where the client asks again.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use backstory_history::Counterpart;
use backstory_ide::hint::OFFERED;
use backstory_ide::lens::{LensPart, Ties, lenses, title, title_of_new};
use backstory_syntax::LocalKey;

use super::answers::{Lens, LensTitle};
use super::ask::{Ask, Failure};
use super::context::Context;
use super::event::{Attempt, Question};
use super::graphs;
use super::histories::{Patience, SymbolOf, Told};
use super::logs::{self, Logs};
use super::looking::{on_snapshot, open};
use super::positions::Lines;
use super::projects::View;
use super::run::State;
use crate::changelog::companions;
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

/// What a snapshot says of the symbol of a lens.
struct Looked {
    symbol: SymbolOf,
    ties: Ties,
    config: Arc<Config>,
    logs: Arc<Logs>,
}

/// What a lens says.
pub(super) fn ask(
    state: &mut State,
    path: std::path::PathBuf,
    key: LocalKey,
    attempt: Attempt,
    ask: Ask<LensTitle>,
) {
    let Some(open) = open(state, &path, |config| config.lens.enable) else {
        return ask.fail(Failure::ContentModified);
    };
    state.forget_ties_later();
    let (context, below, of) = (Arc::clone(&state.context), open.home.path.clone(), key.clone());
    let root = open.home.root.clone();
    let look = move |view: &View| looked(&context, view, &root, &below, &of);
    let finish = |context: &Arc<Context>, looked: Option<Looked>, ask: Ask<LensTitle>| match looked {
        Some(looked) => fill(context, looked, ask),
        None => ask.fail(Failure::ContentModified),
    };
    let again = move |ask| Question::Lens { path, key, ask };
    on_snapshot(state, open, attempt, ask, look, finish, again);
}

fn looked(context: &Arc<Context>, view: &View, root: &Path, path: &str, key: &LocalKey) -> Option<Looked> {
    let file = view.analysis.file(path)?;
    let symbol = view.symbol_of(file, key.clone())?;
    let mut ties = Ties::default();
    if view.config.lens.show.iter().any(|part| part.is_of_graph()) && !view.is_reading {
        let (counts, is_current) = view.graphs.counts(&view.analysis, file, key);
        (ties.dependents, ties.tests) = counts.unzip();
        if !is_current {
            graphs::want(context, root, &view.graphs);
        }
    }
    let (config, logs) = (Arc::clone(&view.config), Arc::clone(&view.logs));
    Some(Looked { symbol, ties, config, logs })
}

/// With a client that asks again, it says "reading" where its history is not known at once.
fn fill(context: &Arc<Context>, looked: Looked, ask: Ask<LensTitle>) {
    let Looked { symbol, mut ties, config, logs } = looked;
    let patience = if context.abilities.refreshes_lenses { Patience::None } else { Patience::Waits };
    let shared = Arc::clone(context);
    let shown = symbol.clone();
    context.histories.ask(symbol, patience, move |told| {
        if let Told::Story(story, _) = &told {
            shared.screen.show(&shown, story);
        }
        let parts = &config.lens.show;
        ask.answer(match told {
            Told::Reading => {
                shared.lenses_wait.store(true, Ordering::Relaxed);
                LensTitle::Reading
            }
            Told::Failed(reason) => {
                tracing::warn!("a lens has no history: {reason}");
                LensTitle::Known("history can't be read".to_owned())
            }
            Told::NotCommitted => LensTitle::Known(title_of_new(&ties, parts)),
            Told::Story(story, counterpart) => {
                if parts.contains(&LensPart::Companion) {
                    logs::want(&shared, &shown.file.repository, &logs);
                    ties.companion = companion(&logs, &counterpart);
                }
                LensTitle::Known(title(&story.summary, &counterpart, &ties, parts))
            }
        });
    });
}

/// The name of what most surely changes with a symbol of the commit.
fn companion(logs: &Logs, of: &Counterpart) -> Option<String> {
    let log = logs.latest()?;
    let own = log.symbol_at(&of.place.path, &of.place.key)?;
    let first = companions(&log, own, OFFERED).into_iter().next()?;
    Some(log.place(first.symbol).0.key.name)
}
