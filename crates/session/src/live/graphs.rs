//! The graph of what depends on what in a tree: drawn when somebody first needs it, brought up to date with edits, and forgotten when
//! nobody has needed it for long. For lenses that is done at low priority; whoever asks for an impact waits, so there it is done at once.
//! Never does: hold a snapshot while it draws.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, TryLockError};
use std::time::{Duration, Instant};

use backstory_analysis::{Analysis, Apart, DefId, FileId, Graph};
use backstory_ide::impact::{Bounds, counts};
use backstory_ide::locate::Located;
use backstory_syntax::LocalKey;

use super::ask::Failure;
use super::context::{Context, lock};
use super::event::Event;
use super::run::POLL;
use super::searching::with_view;
use super::showing::check;
use super::workers::{Priority, guarded, spawn};
use crate::graph::drawn;

/// Somebody who types changes the next letter sooner than this: a graph is brought up to date after a pause.
const PAUSE: Duration = Duration::from_millis(300);

/// So many counts are kept before all are let go.
const COUNTS: usize = 20_000;

/// How many dependents and tests a symbol has.
pub(super) type Counts = (usize, usize);

/// The graph of one tree, as long as its files keep their numbers. Behind a lock that is held for moments only.
pub(super) struct Graphs {
    kept: Mutex<Kept>,
    /// Stops what is drawn for nobody in particular: somebody waits and draws it faster, or the tree has gone.
    stop: AtomicBool,
    /// Held while it is drawn for somebody who waits.
    drawing: Mutex<()>,
}

struct Kept {
    graph: Option<Arc<Graph>>,
    /// Counts the graphs that were put here.
    generation: u64,
    /// By path and symbol, what a graph of that generation said.
    counts: HashMap<(String, LocalKey), (u64, Counts)>,
    used: Instant,
    at_work: bool,
    /// Drawing it broke: it would break again.
    is_broken: bool,
}

impl Default for Graphs {
    fn default() -> Self {
        let kept = Kept {
            graph: None,
            generation: 0,
            counts: HashMap::new(),
            used: Instant::now(),
            at_work: false,
            is_broken: false,
        };
        Self { kept: Mutex::new(kept), stop: AtomicBool::new(false), drawing: Mutex::default() }
    }
}

impl Graphs {
    /// The graph that is at hand, which may be of texts from before.
    fn latest(&self) -> Option<Arc<Graph>> {
        let mut kept = lock(&self.kept);
        kept.used = Instant::now();
        kept.graph.clone()
    }

    fn put(&self, graph: Arc<Graph>) {
        let mut kept = lock(&self.kept);
        kept.generation += 1;
        kept.graph = Some(graph);
    }

    /// Nobody needs what is being drawn any more.
    pub(super) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Lets go of a graph that nobody has needed for so long; says whether there still is one.
    pub(super) fn forget(&self, idle: Duration) -> bool {
        let mut kept = lock(&self.kept);
        if kept.used.elapsed() >= idle {
            (kept.graph, kept.counts) = (None, HashMap::new());
        }
        kept.graph.is_some()
    }

    /// The graph of what a snapshot has, brought up to date here where it must be; `None` where none was drawn yet.
    pub(super) fn current(&self, analysis: &Analysis) -> Option<Arc<Graph>> {
        let graph = self.latest()?;
        if graph.is_current(analysis) {
            return Some(graph);
        }
        let graph = Arc::new(graph.refreshed(analysis).graph);
        self.put(Arc::clone(&graph));
        Some(graph)
    }

    /// How many dependents and tests a symbol of a snapshot has; where the graph is not up to date what was last known, and `false`.
    pub(super) fn counts(&self, analysis: &Analysis, file: FileId, key: &LocalKey) -> (Option<Counts>, bool) {
        let at = (analysis.path(file).to_owned(), key.clone());
        let (graph, generation, known) = {
            let mut kept = lock(&self.kept);
            kept.used = Instant::now();
            (kept.graph.clone(), kept.generation, kept.counts.get(&at).copied())
        };
        let Some(graph) = graph.filter(|graph| graph.is_current(analysis)) else {
            return (known.map(|(_, counts)| counts), false);
        };
        if let Some((_, counts)) = known.filter(|(of, _)| *of == generation) {
            return (Some(counts), true);
        }
        let Some(local) = analysis.outline(file).find(key) else { return (None, true) };
        let located = Located::Symbol(DefId { file, local });
        let found = counts(analysis, &graph, located, Bounds::default());
        let mut kept = lock(&self.kept);
        if kept.counts.len() >= COUNTS {
            kept.counts.clear();
        }
        kept.counts.insert(at, (generation, found));
        (Some(found), true)
    }
}

/// Draws the graph of a tree on a thread of its own, or brings it up to date there. Lenses are asked for again afterwards.
pub(super) fn want(context: &Arc<Context>, root: &Path, graphs: &Arc<Graphs>) {
    {
        let mut kept = lock(&graphs.kept);
        if kept.at_work || kept.is_broken {
            return;
        }
        kept.at_work = true;
        graphs.stop.store(false, Ordering::Relaxed);
    }
    let (context, root, graphs) = (Arc::clone(context), root.to_owned(), Arc::clone(graphs));
    spawn("graph", Priority::Low, move || {
        let mut outcome = None;
        guarded(|| outcome = Some(redraw(&context, &root, &graphs)));
        let mut kept = lock(&graphs.kept);
        (kept.at_work, kept.is_broken) = (false, outcome.is_none());
        drop(kept);
        if outcome == Some(true) {
            refresh_lenses(&context);
        }
    });
}

fn refresh_lenses(context: &Context) {
    context.lenses_wait.store(true, Ordering::Relaxed);
    context.send(Event::HistoryRead);
}

/// Says whether the graph is another one now.
fn redraw(context: &Context, root: &Path, graphs: &Arc<Graphs>) -> bool {
    if graphs.latest().is_some() {
        std::thread::sleep(PAUSE);
        let refreshed = with_view(context, root, |view| {
            // A tree that was read anew has a graph of its own.
            Arc::ptr_eq(&view.graphs, graphs).then(|| graphs.current(&view.analysis)).flatten().is_some()
        });
        return refreshed == Some(true);
    }
    draw(context, root, graphs, &graphs.stop)
}

/// Draws the graph of a tree that has been read; says whether it did.
fn draw(context: &Context, root: &Path, graphs: &Arc<Graphs>, stop: &AtomicBool) -> bool {
    let apart = with_view(context, root, |view| {
        let is_whole = Arc::ptr_eq(&view.graphs, graphs) && !view.is_reading;
        is_whole.then(|| Apart::of(&view.analysis))
    });
    let graph = apart.flatten().and_then(|apart| drawn(root, &context.store, &apart, stop));
    let Some(graph) = graph else { return false };
    graphs.put(Arc::new(graph));
    true
}

/// Waits until the whole tree is read, and draws its graph where there is none.
pub(super) fn wait(context: &Arc<Context>, root: &Path, flag: &AtomicBool) -> Result<(), Failure> {
    loop {
        check(flag)?;
        let found = with_view(context, root, |view| (Arc::clone(&view.graphs), view.is_reading));
        let Some((graphs, is_reading)) = found else {
            return Err(Failure::Refused("its folder is no longer open".to_owned()));
        };
        if lock(&graphs.kept).is_broken {
            return Err(Failure::Internal);
        }
        if graphs.latest().is_some() {
            return Ok(());
        }
        match graphs.drawing.try_lock() {
            Ok(_turn) if !is_reading => {
                graphs.stop();
                if draw(context, root, &graphs, flag) {
                    refresh_lenses(context);
                }
            }
            Err(TryLockError::Poisoned(_)) => return Err(Failure::Internal),
            Ok(_) | Err(TryLockError::WouldBlock) => std::thread::sleep(POLL),
        }
    }
}
