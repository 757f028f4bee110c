//! The graph of what depends on what, taken up where the last run left it. Never does: hold one, or draw one that nobody asked for.

use std::env;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::UNIX_EPOCH;

use backstory_analysis::{Apart, Graph, Refreshed, Saved};
use backstory_store::Store;

/// The kind of entries that hold graphs in the cache: one for each directory, which says itself which texts it is of.
const GRAPH: &str = "graph";

/// Draws the graph of a tree: what the last run did not know, or what means something else now. `None` where it is told to stop.
pub(crate) fn drawn(root: &Path, store: &Store, apart: &Apart, stop: &AtomicBool) -> Option<Graph> {
    let program = program();
    let saved = program.as_ref().and_then(|program| stored(store, root, program));
    let graph = match saved {
        Some(saved) => {
            let Refreshed { graph, drawn } = apart.graph_since(&saved, stop)?;
            if drawn.is_empty() {
                return Some(graph);
            }
            graph
        }
        None => apart.graph(stop)?,
    };
    if let Some(program) = program
        && let Ok(bytes) = postcard::to_stdvec(&(program, apart.saved(&graph)))
    {
        store.put(GRAPH, &key(root), &bytes);
    }
    Some(graph)
}

fn stored(store: &Store, root: &Path, program: &Program) -> Option<Saved> {
    let bytes = store.get(GRAPH, &key(root))?;
    let (by, rest): (Program, _) = postcard::take_from_bytes(&bytes).ok()?;
    (by == *program).then(|| postcard::from_bytes(rest).ok()).flatten()
}

fn key(root: &Path) -> Vec<u8> {
    root.as_os_str().as_encoded_bytes().to_vec()
}

/// Version, bytes and seconds of the file: a graph is as the program draws it, and its hashes are those of the compiler's library.
type Program = (String, u64, u64);

/// Which program this is; `None` where that can't be told, so that graphs are not kept.
fn program() -> Option<Program> {
    let file = env::current_exe().ok()?.metadata().ok()?;
    let changed = file.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some((env!("CARGO_PKG_VERSION").to_owned(), file.len(), changed.as_secs()))
}
