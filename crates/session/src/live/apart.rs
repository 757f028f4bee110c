//! Parts of long functions that came and change apart, for whoever asks for actions at such a function: what is known is said at once, what is
//! not is found out on a thread of low priority for the next time. Never does: hold a snapshot while it reads history, or make anybody wait.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use backstory_history::Historian;
use backstory_ide::refactor::extract::Apart;
use backstory_ide::refactor::{Into, Kind, Request};
use backstory_syntax::LocalKey;

use super::answers::Offered;
use super::context::{Context, lock};
use super::event::RefactorOrder;
use super::positions::{Lines, Range};
use super::projects::View;
use super::workers::{Priority, guarded, spawn};
use crate::refactor::{Function, long_functions, of_function};
use crate::{Error, Place};

/// More functions than this are forgotten at once: nobody looks at so many in a while.
const KNOWN: usize = 200;

/// What is known of functions, by root, path and key.
#[derive(Default)]
pub(super) struct Parts(Mutex<HashMap<At, Known>>);

/// The root of a tree, a path in it, and a symbol.
type At = (Arc<Path>, String, LocalKey);

/// What is known of a function of one text; `None` while it is being found out.
struct Known {
    text: Arc<str>,
    part: Option<Option<Apart>>,
}

/// The extraction of the part of the function that is declared on the line of a range, where one is known.
pub(super) fn offer(
    context: &Arc<Context>,
    view: &View,
    own: &Path,
    path: &str,
    range: Range,
) -> Option<Offered> {
    let analysis = &view.analysis;
    let file = analysis.file(path).filter(|_| range.start == range.end && !view.is_reading)?;
    let lines = Lines::new(analysis.text(file), view.encoding);
    let is_here = |id: &backstory_analysis::DefId| {
        let name = analysis.spans(id.file).definitions[id.local.index()].name;
        lines.range(name.start, name.end).start.line == range.start.line
    };
    let id = long_functions(analysis, file).into_iter().find(is_here)?;
    let function = Function::of(analysis, id);
    let part = known(context, view, function)?;
    let request =
        Request::Extract { path: path.to_owned(), span: part.span, into: Into::Function, name: None };
    let title = format!(
        "Extract lines {} to {} of `{}`: {} commits changed them and nothing else of it",
        part.lines.start + 1,
        part.lines.end,
        analysis.definition(id).name,
        part.commits.len()
    );
    let version = view.versions.get(path).copied();
    let order = RefactorOrder { path: own.to_owned(), version, request };
    Some(Offered { kind: Kind::ExtractFunction, title, order, disabled: None })
}

/// What is known of a function; if nothing is, somebody begins to find it out.
fn known(context: &Arc<Context>, view: &View, function: Function) -> Option<Apart> {
    let key = (Arc::clone(&view.root), function.path.clone(), function.key.clone());
    let mut parts = lock(&context.parts.0);
    if let Some(known) = parts.get(&key).filter(|known| known.text == function.text) {
        return known.part.clone().flatten();
    }
    if parts.len() >= KNOWN {
        parts.clear();
    }
    parts.insert(key.clone(), Known { text: Arc::clone(&function.text), part: None });
    let (context, place) = (Arc::clone(context), Arc::clone(&view.place));
    spawn("parts", Priority::Low, move || {
        guarded(|| {
            let part = found(&place, &function).unwrap_or_else(|error| {
                tracing::info!("history says nothing of the parts of a function: {error}");
                None
            });
            let mut parts = lock(&context.parts.0);
            if let Some(known) = parts.get_mut(&key).filter(|known| known.text == function.text) {
                known.part = Some(part);
            }
        });
    });
    None
}

fn found(place: &Place, function: &Function) -> Result<Option<Apart>, Error> {
    let Some(repository) = &place.repository else { return Ok(None) };
    let Some(head) = repository.head()?.commit else { return Ok(None) };
    let mut historian = Historian::new(repository)?;
    of_function(function, repository, &head, &mut historian, &AtomicBool::new(false))
}
