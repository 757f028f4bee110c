//! Keeps what a file's facts need of what was found: one reference a name, none of them to something local. Works on parts
//! of a file as on the whole, and on what earlier reductions kept. Never does: looking at syntax trees.

use std::collections::HashSet;

use crate::collect::{Collected, FoundReference, Role};
use crate::{Language, ReferenceKind, locals};

/// Reduces what the passes over one part found. The order in which parts of a file are reduced and put together does not
/// change the outcome for the whole file: no pattern of a query has a scope between the node at which it starts and the names that
/// it captures, so a name is declared and looked up in the same part, or else in one around it.
pub(crate) fn reduce(found: &mut Collected, text: &str, language: Language) {
    let declared: HashSet<u32> = found.locals.iter().map(|(span, _)| span.start).collect();
    let is_reference = |it: &FoundReference| {
        let is_named = it.name.start < it.name.end && (it.qualifier.is_some() || it.name.of(text) != "Self");
        is_named && !declared.contains(&it.name.start)
    };
    found.references.retain(is_reference);
    found.references.sort_by_key(|it| {
        (it.name.start, it.role != Role::Named, rank(it.kind), it.qualifier.is_none(), it.role)
    });
    found.references.dedup_by_key(|it| it.name.start);
    locals::resolve(found, text, language);
}

/// Decorators may look like calls, and types like values.
fn rank(kind: ReferenceKind) -> u8 {
    match kind {
        ReferenceKind::Macro => 0,
        ReferenceKind::Call => 1,
        ReferenceKind::Type => 2,
        ReferenceKind::Value => 3,
    }
}
