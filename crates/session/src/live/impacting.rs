//! What depends on a symbol, as a report like an explanation: the same as on the command line, of the texts at hand. Never does: hold a
//! snapshot while the graph is drawn.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use backstory_ide::impact::{Asked, Impact, impact, markdown};
use backstory_ide::locate::Located;
use backstory_syntax::LocalKey;

use super::answers::Affected;
use super::ask::{Ask, Failure};
use super::context::Context;
use super::event::{ProgressId, Where};
use super::graphs;
use super::questions::located;
use super::reports;
use super::searching::with_view;
use super::showing::{Showing, check};
use super::uris::{Document, Subject};

/// One impact to tell.
pub(super) struct Order {
    pub root: PathBuf,
    /// Relative to the root, with `/`.
    pub path: String,
    pub at: Where,
    pub progress: Option<ProgressId>,
    /// Whether the user asked to see it.
    pub shown: bool,
}

/// Finds it, shows it where it is wanted, and answers with it.
pub(super) fn tell(context: &Arc<Context>, order: &Order, ask: Ask<Affected>) {
    let showing = Showing { context, progress: order.progress };
    showing.run("Looking for what depends on it", ask, |flag| {
        showing.step("reading what depends on what");
        let (found, key) = find(context, order, flag)?;
        let subject = Subject { root: order.root.clone(), path: order.path.clone(), key };
        let meant = context.meant(&subject);
        let text = markdown(&found);
        let uri = reports::offer(context, &Document::Impact(subject), &text, order.shown);
        Ok(Affected { meant, uri, markdown: text, impact: found })
    });
}

/// What depends on what was asked about, and the name of that in its file.
fn find(context: &Arc<Context>, order: &Order, flag: &AtomicBool) -> Result<(Impact, LocalKey), Failure> {
    loop {
        graphs::wait(context, &order.root, flag)?;
        check(flag)?;
        let found = with_view(context, &order.root, |view| {
            let Some(located) = located(view, &order.path, &order.at) else { return Some(None) };
            // Forgotten, or of a tree that was read anew since: it is drawn again.
            let graph = view.graphs.current(&view.analysis)?;
            let found = impact(&view.analysis, &graph, &[located], &Asked::default());
            let key = match located {
                Located::Symbol(id) => view.analysis.outline(id.file).key(id.local),
                Located::File(_) => LocalKey::file(),
            };
            Some(Some((found, key)))
        });
        match found.flatten() {
            Some(Some(found)) => return Ok(found),
            Some(None) => return Err(Failure::Refused(no_symbol(order))),
            None => {}
        }
    }
}

fn no_symbol(order: &Order) -> String {
    format!(
        "nothing that has dependents stands there: {} is not a Rust or Python file that has been read, or has no such symbol any more",
        order.path
    )
}
